"""Yahoo: whole sessions, units, wrong coins behind symbols, its faults, and manners of yfinance."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from data import coins as book
from data.sources import coingecko, yahoo
from data.sources.contract import (
    DEEP,
    FIRST_PICTURE,
    RECENT,
    Failed,
    RateLimited,
    SourceError,
    Stopped,
    Unavailable,
)
from data.sources.yahoo_answers import COLUMNS, read_bars, read_coin
from models.market.snapshot import day
from tests.data.feeds import Feed, feed
from tests.data.servers import NOON, StopAt, never
from tests.stubs import StubServer

HOST = "query2.finance.yahoo.com"
CHART = "/v8/finance/chart/*"
RUT = "/v8/finance/chart/*RUT"
HELD = {("bars", series): ("1990-01-02", "2026-11-19") for series in ("RUT", "IWM", "SPX", "NDX", "VIX")}
HELD |= {("bars", series): ("1990-01-02", "2026-11-19") for series in ("TNX", "DXY")}


@pytest.fixture
def finance(stub: StubServer):
    with feed(stub, yahoo.SOURCE) as ready:
        yield ready


def bars(finance: Feed, series: str = "RUT", **options: object) -> Feed:
    options.setdefault("have", HELD)
    finance.done.clear()
    return finance.run(f"index/{series}", **options)


# --- indices ------------------------------------------------------------------------------------------


def test_all_indices_arrive_with_one_request_each(finance: Feed):
    finance.run("index/", have=HELD)
    assert not finance.failed
    assert set(finance.done) == {f"index/{series}" for series in yahoo.INDICES}
    assert finance.stub.count(HOST, CHART) == len(yahoo.INDICES)
    assert finance.stub.count() <= len(yahoo.INDICES) + 4  # and a cookie and a crumb for all of them
    for series in yahoo.INDICES:
        assert finance.rows(series).days[-1] == day("2026-11-20")  # the Friday before


def test_russell_comes_first(finance: Feed):
    ranks = {job.id: job.rank for job in finance.source.plan(finance.want())}
    assert ranks["index/RUT"] == FIRST_PICTURE
    assert RECENT <= ranks["index/VIX"] < DEEP


def test_a_history_from_the_beginning_and_only_the_last_days_afterwards(finance: Feed):
    assert bars(finance, have={}).rows("RUT").days.size > 4000
    rows = bars(finance).rows("RUT")
    assert rows.days[0] == day("2026-11-10")
    assert rows.about is not None
    assert rows.about.calendar == "session"


def test_the_running_session_is_dropped_until_it_has_closed(stub: StubServer):
    for moment, last, dropped in (
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), "2026-11-19", 1),
        (datetime(2026, 11, 20, 21, 30, tzinfo=UTC), "2026-11-20", 0),
    ):
        stub.world.now = moment
        with feed(stub, yahoo.SOURCE) as finance:
            fetched = bars(finance).done["index/RUT"]
            assert finance.rows("RUT").days[-1] == day(last)
            assert fetched.provisional == dropped


def test_closes_are_those_of_the_session_and_the_fund_has_an_adjusted_one(finance: Feed):
    finance.run("index/", have={})
    fund = finance.rows("IWM")
    assert (fund.values[:, 4] <= fund.values[:, 3] + 1e-9).all()
    assert fund.values[0, 4] < fund.values[0, 3]
    index = finance.rows("RUT")
    np.testing.assert_allclose(index.values[:, 4], index.values[:, 3])
    assert (index.values[:, 1] >= index.values[:, 2]).all()


def test_a_missing_session_stays_missing(finance: Feed):
    finance.stub.world.drop("yahoo/^RUT", ["2026-11-17"])
    told = bars(finance).values("RUT", 3)
    assert "2026-11-17" not in told
    assert {"2026-11-16", "2026-11-18"} <= set(told)


def test_a_session_without_a_close_is_told_and_left_out(finance: Feed):
    fetched = bars(finance, "SPX", have={}).done["index/SPX"]
    told = finance.values("SPX", 3)
    assert "2026-07-24" not in told
    assert "2026-07-23" in told
    assert any("no close for 2" in note for note in fetched.notes)


def test_a_revised_session_comes_with_its_new_value(finance: Feed):
    before = bars(finance).values("RUT", 3)
    finance.stub.world.revise("yahoo/^RUT", "2026-11-18", 1.01)
    after = bars(finance).values("RUT", 3)
    assert after["2026-11-18"] == pytest.approx(before["2026-11-18"] * 1.01)
    assert after["2026-11-17"] == before["2026-11-17"]


def test_a_yield_in_tenths_of_a_percent_is_refused(finance: Feed):
    finance.stub.world.revise("yahoo/^TNX", "2026-11-18", 10.0)
    fetched = bars(finance, "TNX").done["index/TNX"]
    assert "2026-11-18" not in finance.values("TNX", 3)
    assert "2026-11-17" in finance.values("TNX", 3)
    assert {str(one.day) for one in fetched.refused} == {"2026-11-18", "2026-11-19", "2026-11-20"}
    assert "tenths of a percent" in fetched.refused[0].why


def frame(rows: dict[str, list[object]], index: list[str], zone: str = "America/New_York") -> pd.DataFrame:
    return pd.DataFrame(rows, index=pd.DatetimeIndex(index).tz_localize(zone))


def test_impossible_closes_are_refused_one_by_one():
    table = frame(
        {"Open": [1, 0, 3, 4], "Close": [10.0, 0.0, -3.0, "x"], "Volume": [None, 1, 2, 3]},
        ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"],
    )
    fetched = read_bars(table, "RUT", now=NOON, first=day("2026-01-01"))
    (rows,) = fetched.rows
    assert rows.days.astype(str).tolist() == ["2026-11-17"]
    assert [one.why for one in fetched.refused] == ["The close is zero.", "The close is negative."]
    assert np.isnan(rows.values[0, 1])  # no high was told, none is invented


def test_a_bar_on_a_day_without_a_session_is_refused():
    table = frame({"Close": [10.0, 11.0]}, ["2026-09-04", "2026-09-07"])  # Labor Day
    fetched = read_bars(table, "RUT", now=NOON, first=day("2026-01-01"))
    assert [str(one.day) for one in fetched.refused] == ["2026-09-07"]
    assert not read_bars(table, "DXY", now=NOON, first=day("2026-01-01")).refused


def test_an_empty_table_brings_nothing():
    empty = pd.DataFrame({name: [] for name in COLUMNS})
    assert read_bars(empty, "RUT", now=NOON, first=day("2026-01-01")).rows == ()


# --- coins --------------------------------------------------------------------------------------------

COIN = book.Known("alpha", "ALPHA", "Alpha", "layer1", "ALPHA-USD")
WEEK = [f"2026-11-{n}" for n in range(16, 23)]


def week(prices: list[object]) -> pd.DataFrame:
    return frame({"Close": prices, "Volume": [5.0] * 7}, WEEK, "UTC")


def read(prices: list[object], **options: object):
    return read_coin(week(prices), COIN, now=NOON, first=day("2026-01-01"), **options)


def test_long_histories_of_coins_come_after_everything_else(finance: Feed):
    finance.run("prices", coins=())
    known = [job for job in finance.jobs if job.id.startswith("coin/")]
    assert len(known) > 20
    assert all(job.rank >= DEEP for job in known)
    assert finance.stub.count("api.coingecko.com") == 1
    rows = finance.rows("bitcoin")
    assert rows.days[0] == day("2014-09-17")
    assert rows.days[-1] == day("2026-11-21")
    assert np.isnan(rows.values[:, 1]).all()  # Yahoo knows no caps
    assert finance.done["coin/bitcoin"].priority == 2
    assert not any(isinstance(error, Failed) for error in finance.failed.values()), finance.failed


def test_a_coin_whose_history_is_there_is_not_asked_for_while_coingecko_goes_on(finance: Feed):
    have = {("coin", coin.id): ("2018-01-01", "2025-06-01") for coin in book.known().values()}

    def planned(last: str, have=have) -> list[str]:
        want = finance.want(have=have, price=lambda coin: (day(last), 1.0))
        return [job.id for job in finance.source.plan(want) if "prices" in job.id]

    assert planned("2026-11-20") == []
    # After a year without any refresh there is a gap, which Yahoo can fill.
    assert planned("2025-06-01") == ["prices/115"]
    assert planned("2026-11-20", {one: span for one, span in have.items() if one[1] != "cardano"}) == [
        "prices/1"
    ]


def test_the_prices_to_check_with_come_at_once_at_the_first_start(finance: Feed):
    (first,) = [job for job in finance.source.plan(finance.want()) if "prices" in job.id]
    assert first.rank < 10
    have = {("coin", "bitcoin"): ("2014-09-17", "2025-11-21")}
    (later,) = [job for job in finance.source.plan(finance.want(have=have)) if "prices" in job.id]
    assert later.rank >= RECENT


def test_another_coin_behind_a_symbol_is_refused_whole(finance: Feed, monkeypatch):
    # The plain symbol of Sui is another coin; its own one has a number.
    known = dict(book.known())
    known["sui"] = book.Known("sui", "SUI", "Sui", "layer1", "SUI-USD")
    monkeypatch.setattr(book, "known", lambda: known)
    finance.run("prices")
    error = finance.failed["coin/sui"]
    assert isinstance(error, Unavailable)
    assert "Yahoo's SUI-USD is not Sui" in error.why
    assert "CoinGecko says" in error.why
    assert "coin/bitcoin" in finance.done


@pytest.mark.parametrize(("quote", "fits"), [(104.9, True), (95.3, True), (106.0, False), (94.0, False)])
def test_five_percent_decide(quote: float, fits: bool):
    prices = [90.0, 91, 92, 93, 94, 95, 100]
    if fits:
        assert read(prices, quote=quote).rows[0].days.size == 6
    else:
        with pytest.raises(Unavailable, match="is not Alpha"):
            read(prices, quote=quote)


def test_a_close_of_the_same_day_decides_before_a_price_of_the_moment():
    prices = [90.0, 91, 92, 93, 94, 95, 130]
    assert read(prices, quote=100.0, close=(day("2026-11-20"), 94.0)).rows
    with pytest.raises(Unavailable):
        read(prices, quote=130.0, close=(day("2026-11-20"), 60.0))


def test_without_anything_to_compare_nothing_is_taken():
    with pytest.raises(Failed, match="no price of CoinGecko"):
        read([90.0, 91, 92, 93, 94, 95, 100])


def test_a_symbol_that_ended_is_not_available():
    old = frame({"Close": [5.0, 6.0], "Volume": [1.0, 1.0]}, ["2024-01-01", "2024-01-02"], "UTC")
    with pytest.raises(Unavailable, match="ends on 2024-01-02"):
        read_coin(old, COIN, now=NOON, first=day("2020-01-01"), quote=6.0)


def test_the_running_day_and_bad_prices_are_left_out():
    fetched = read([90.0, None, -92, 93, 0, 95, 100], quote=100.0)
    assert fetched.rows[0].days.astype(str).tolist() == ["2026-11-16", "2026-11-19", "2026-11-21"]
    assert fetched.provisional == 1
    assert {str(one.day) for one in fetched.refused} == {"2026-11-18", "2026-11-20"}
    assert "no price for 1 of 6 days" in fetched.notes[0]


def test_a_price_that_stands_still_is_refused_after_its_first_day():
    fetched = read([90.0] * 6 + [91], quote=91.0)
    assert fetched.rows[0].days.astype(str).tolist() == ["2026-11-16"]
    assert "stood still" in fetched.refused[0].why
    assert read([90.0] * 5 + [91, 91], quote=91.0).rows[0].days.size == 6


# --- what goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected", "words"),
    [
        ("429", RateLimited, "too many requests"),
        ("451", Unavailable, "blocked in your region"),
        ("403", Unavailable, "Attention Required!"),
        ("404", Unavailable, "does not know ^RUT"),
        ("500", Failed, "fault of its own"),
        ("truncated", Failed, "could not be read"),
        ("invalid", Failed, "could not be read"),
        ("nothing", Failed, "could not be read"),
        ("html", Failed, "could not be read"),
        ("null", SourceError, "Yahoo"),
        ("empty", Unavailable, "publishes nothing for ^RUT"),
        ("reset", Failed, "broke off"),
        ("close", Failed, "broke off"),
        ("huge", Failed, "MB"),
        ("bomb", Failed, "MB"),
        ("hang", Failed, "silent"),
    ],
)
def test_each_fault_ends_in_its_state_with_plain_words(finance: Feed, kind: str, expected: type, words: str):
    finance.stub.fault(HOST, kind, path=CHART, seconds=5)
    error = bars(finance).failed["index/RUT"]
    assert isinstance(error, expected)
    assert words in error.why
    assert error.why.endswith(".")
    finance.stub.clear()
    finance.clock.skip(7200)  # longer than a host that stumbled is left alone
    finance.failed.clear()
    assert bars(finance).rows("RUT").days.size  # and nothing of it was remembered


@pytest.mark.parametrize("kind", ["duplicated", "unordered", "extra-keys"])
def test_harmless_oddities_change_nothing(finance: Feed, kind: str):
    whole = bars(finance).values("RUT", 3)
    finance.stub.fault(HOST, kind, path=CHART)
    told = bars(finance).values("RUT", 3)
    assert set(told) <= set(whole)
    assert all(told[one] == whole[one] for one in told)
    assert len(told) > len(whole) - 3


@pytest.mark.parametrize("kind", ["nulls", "negative"])
def test_odd_values_are_left_out_and_none_is_invented(finance: Feed, kind: str):
    whole = bars(finance, have={}).values("RUT", 3)
    finance.stub.fault(HOST, kind, path=RUT)
    again = bars(finance, have={})
    if "index/RUT" not in again.done:
        assert isinstance(again.failed["index/RUT"], SourceError)
        return
    told = finance.values("RUT", 3) if finance.done["index/RUT"].rows else {}
    assert all(told[one] == whole.get(one, told[one]) for one in told)
    assert len(told) < len(whole)


@pytest.mark.parametrize("name", ["volume", "timestamp", "meta", "close", "adjclose", "exchangeTimezoneName"])
def test_a_missing_key_ends_in_a_state_or_in_whole_values(finance: Feed, name: str):
    whole = bars(finance).values("RUT", 3)
    finance.stub.fault(HOST, "missing-key", path=CHART, name=name)
    again = bars(finance)
    if "index/RUT" in again.failed:
        assert "Yahoo" in again.failed["index/RUT"].why
    else:
        assert finance.values("RUT", 3) == whole


def test_a_symbol_that_is_gone_is_asked_for_once(finance: Feed):
    finance.stub.fault(HOST, "404", path=CHART)
    assert isinstance(bars(finance).failed["index/RUT"], SourceError)
    assert finance.stub.count(HOST, CHART) == 1


def test_a_cookie_that_cannot_be_had_costs_nothing(finance: Feed):
    finance.stub.fault("fc.yahoo.com", "500")
    finance.stub.fault("query1.finance.yahoo.com", "429")
    assert bars(finance).rows("RUT").days.size
    assert not finance.failed


def test_a_first_429_is_not_answered_with_more_requests(finance: Feed):
    finance.stub.fault(HOST, "429", path=CHART)
    error = bars(finance).failed["index/RUT"]
    assert isinstance(error, RateLimited)
    assert finance.stub.count(HOST, CHART) <= 2
    assert (error.until - finance.client.now()).total_seconds() > 200
    with pytest.raises(RateLimited):
        yahoo.SOURCE.test(finance.client, never)  # type: ignore[misc]
    assert finance.stub.count(HOST, CHART) <= 2


@pytest.mark.parametrize("kind", ["drip", "hang"])
def test_a_cancel_is_heard_at_once_whatever_the_host_does(finance: Feed, kind: str):
    bars(finance)  # loads the libraries
    finance.stub.fault(HOST, kind, path=CHART, seconds=0.05 if kind == "drip" else 5)
    (job, *_) = finance.source.plan(finance.want(have=HELD))
    stop = StopAt(8)
    with pytest.raises(Stopped):
        job.run(finance.client, stop)
    assert stop.asked == stop.yes


def test_a_second_job_waits_for_its_turn_and_can_be_stopped_there(finance: Feed):
    bars(finance)
    finance.stub.fault(HOST, "hang", path=CHART, count=1, seconds=5)
    asked = finance.stub.count(HOST, CHART)
    (job, *_) = finance.source.plan(finance.want(have=HELD))
    stop = threading.Event()
    ended: list[BaseException] = []

    def first() -> None:
        try:
            job.run(finance.client, stop.is_set)
        except Stopped as error:
            ended.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    while finance.stub.count(HOST, CHART) == asked:
        time.sleep(0.01)
    turn = StopAt(4)
    with pytest.raises(Stopped):
        job.run(finance.client, turn)
    assert turn.asked == turn.yes
    stop.set()
    thread.join(2)
    assert ended


def test_nothing_is_left_in_the_users_folders(finance: Feed, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    bars(finance)
    assert not list(tmp_path.rglob("*yfinance*"))


def test_the_library_warns_and_logs_of_nothing(finance: Feed, caplog, recwarn):
    finance.stub.fault(HOST, "invalid", path=CHART, count=1)
    bars(finance)
    bars(finance)
    assert not [record for record in caplog.records if record.name == "yfinance"]
    assert not list(recwarn)


def test_the_button_names_the_last_session(finance: Feed):
    assert yahoo.SOURCE.test is not None
    assert "last session is 2026-11-20" in yahoo.SOURCE.test(finance.client, never)


def test_the_list_of_coins_is_in_order():
    known = book.known()
    from data.importers.coin_list import SECTORS

    assert len(known) > 100
    assert {coin.sector for coin in known.values()} <= SECTORS
    symbols = [coin.yahoo for coin in known.values() if coin.yahoo]
    assert len(symbols) == len(set(symbols))
    assert all(symbol.endswith("-USD") for symbol in symbols)
    assert coingecko.UNIVERSE == 250
