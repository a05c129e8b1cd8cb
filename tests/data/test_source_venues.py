"""Binance, and Bybit and OKX where it is blocked; the public archive."""

from __future__ import annotations

import numpy as np
import pytest

from data.sources import binance, binance_archive, bybit, okx, venues
from data.sources.contract import Failed, RateLimited, Unavailable
from models.market.snapshot import day
from tests.data.feeds import Feed, feed, truth
from tests.stubs import StubServer
from tests.stubs.venues import funding, long_short, open_interest

RATIO = "BTCUSDT.count_long_short_ratio"


@pytest.fixture
def desk(stub: StubServer):
    with feed(stub, binance.SOURCE, bybit.SOURCE, okx.SOURCE) as ready:
        yield ready


def block(stub: StubServer, *venue: str) -> None:
    if "binance" in venue:
        stub.fault("fapi.binance.com", "451")
    if "bybit" in venue:
        stub.fault("api.bybit.com", "403")


def daily_funding(stub: StubServer, venue: str, days: list[str]) -> list[float]:
    return truth(stub, np.asarray(funding(stub.world, venue, "btc").mean(axis=1)), days)


# --- Binance --------------------------------------------------------------------------------------


def test_funding_of_a_day_is_the_mean_of_its_settlements(desk: Feed):
    told = desk.run("funding/BTC").values("BTC_FUNDING")
    assert [*told.values()] == pytest.approx(daily_funding(desk.stub, "binance", [*told]))
    assert next(iter(told)) == "2024-09-13"
    assert [*told][-1] == "2026-11-21"  # of today two settlements are known, and dropped
    assert desk.done["funding/BTC"].provisional == 1
    assert desk.stub.count("fapi.binance.com") == 3


def test_accounts_and_open_interest_belong_to_the_day_that_ended(desk: Feed):
    desk.run("accounts/BTC", "interest/BTC")
    told = desk.values(RATIO)
    world = desk.stub.world
    expected = truth(desk.stub, long_short(world, "binance", "btc"), [*told])
    assert [*told.values()] == pytest.approx(expected, abs=1e-4)
    assert [*told][-1] == "2026-11-21"
    told = desk.values("BTCUSDT.sum_open_interest_value")
    expected = truth(
        desk.stub, open_interest(world, "binance", "btc") * world.coins["bitcoin"].close, [*told]
    )
    assert [*told.values()] == pytest.approx(expected)


def test_a_settlement_that_is_missing_is_said_and_a_day_with_one_is_left_out(desk: Feed):
    held = {("series", "BTC_FUNDING"): ("2020-01-01", "2026-11-20")}
    desk.stub.fault("fapi.binance.com", "day-missing", path="/fapi/v1/fundingRate")
    told = desk.run("funding/BTC", have=held)
    assert len(told.done["funding/BTC"].notes) == 1
    assert "2 of 3 settlements" in told.done["funding/BTC"].notes[0]


def test_intervals_of_four_hours_are_brought_to_eight():
    rows = [venues.settlement(1795132800000 + i * 14_400_000, "0.0001", 4) for i in range(6)]
    now = day("2026-11-25").astype("datetime64[s]").item()
    found = venues.funding("X", binance.ENTRY["BTC_FUNDING"], rows, now, day("2026-11-01"))
    assert found.rows[0].values.tolist() == [[pytest.approx(0.0002)]]
    without = [venues.settlement(row.at, row.raw) for row in rows]
    found = venues.funding("X", binance.ENTRY["BTC_FUNDING"], without, now, day("2026-11-01"))
    assert found.rows[0].values.tolist() == [[pytest.approx(0.0002)]]


def test_a_snapshot_taken_within_a_day_is_not_that_of_its_end():
    assert venues.snapshot("1795305600000", "1.5").day == day("2026-11-21")
    partial = venues.snapshot(1795348800000, "1.5")  # noon of the 22nd
    now = day("2026-11-22").astype("datetime64[s]").item()
    told = venues.told(RATIO, [partial], now, day("2026-11-01"))
    assert (told.days, told.provisional) == ([], 1)
    assert venues.snapshot("soon", "1.5").day is None


@pytest.mark.parametrize(
    ("kind", "error"),
    [("429", RateLimited), ("418", RateLimited), ("500", Failed), ("truncated", Failed), ("null", Failed)],
)
def test_troubles_of_binance_are_no_reason_to_ask_elsewhere(desk: Feed, kind: str, error: type):
    desk.stub.fault("fapi.binance.com", kind)
    desk.run("funding/BTC")
    assert isinstance(desk.failed["funding/BTC"], error)
    assert desk.stub.count("api.bybit.com") == 0


@pytest.mark.parametrize("kind", ["strings", "extra-keys", "unordered", "duplicated"])
def test_form_and_order_do_not_matter(desk: Feed, kind: str):
    whole = desk.run().values(RATIO)
    rates = desk.values("BTC_FUNDING")
    desk.stub.fault("fapi.binance.com", kind)
    assert desk.run("accounts").values(RATIO) == whole
    held = {("series", "BTC_FUNDING"): ("2020-01-01", "2026-11-20")}
    assert set(desk.run("funding", have=held).values("BTC_FUNDING").items()) <= set(rates.items())


@pytest.mark.parametrize("kind", ["nulls", "nan", "negative", "empty"])
def test_odd_values_are_left_out(desk: Feed, kind: str):
    whole = desk.run("accounts/BTC").values(RATIO)
    desk.stub.fault("fapi.binance.com", kind)
    desk.run("accounts/BTC")
    for rows in desk.done.get("accounts/BTC").rows if "accounts/BTC" not in desk.failed else ():
        pairs = zip(rows.days.astype(str).tolist(), rows.values[:, 0].tolist(), strict=True)
        assert set(pairs) <= set(whole.items())


def test_an_error_in_words_is_told(desk: Feed):
    desk.stub.fault("fapi.binance.com", "400", body='{"code":-1121,"msg":"Invalid symbol."}')
    assert "Invalid symbol" in desk.run("funding/BTC").failed["funding/BTC"].why


# --- the next venues ------------------------------------------------------------------------------


def test_where_binance_is_blocked_bybit_is_asked_and_named(desk: Feed):
    block(desk.stub, "binance")
    desk.run("funding/BTC", "accounts/BTC", "interest/BTC")
    assert not desk.failed
    assert {job.source for job in desk.jobs if job.id == "funding/BTC"} == {"binance", "bybit"}
    told = desk.values("BTC_FUNDING")
    assert [*told.values()] == pytest.approx(daily_funding(desk.stub, "bybit", [*told]))
    told = desk.values(RATIO)
    expected = truth(desk.stub, long_short(desk.stub.world, "bybit", "btc"), [*told])
    assert [*told.values()] == pytest.approx(expected, abs=1e-4)
    assert next(iter(told)) == "2020-07-20"
    told = desk.values("BTCUSDT-BYBIT.sum_open_interest")
    expected = truth(desk.stub, open_interest(desk.stub.world, "bybit", "btc"), [*told])
    assert [*told.values()] == pytest.approx(expected)


def test_the_state_of_the_blocked_venue_names_the_next(desk: Feed):
    block(desk.stub, "binance")
    first = next(job for job in binance.SOURCE.plan(desk.want()) if job.id == "funding/BTC")
    done = first.run(desk.client, lambda: False)
    assert done.unavailable["series", "BTC_FUNDING"].endswith("Bybit is asked instead.")
    assert [(job.source, job.id) for job in done.then] == [("bybit", "funding/BTC")]
    assert not done.rows


def test_a_blocked_venue_is_not_asked_again_for_a_day(desk: Feed):
    held = {
        ("series", "BTC_FUNDING"): ("2020-01-01", "2026-11-20"),
        ("series", RATIO): ("2021-01-01", "2026-11-20"),
    }
    block(desk.stub, "binance")
    for _ in range(2):
        desk.run("funding/BTC", "accounts/BTC", have=held)
        assert desk.stub.count("fapi.binance.com") == 1
    desk.client.clock.skip(25 * 3600)
    desk.run("funding/BTC", have=held)
    assert desk.stub.count("fapi.binance.com") == 2


def test_okx_is_asked_when_both_are_blocked(desk: Feed):
    block(desk.stub, "binance", "bybit")
    desk.run("funding/BTC", "accounts/BTC", "interest/BTC")
    assert not desk.failed
    told = desk.values("BTC_FUNDING")
    assert len(told) > 85
    assert [*told.values()] == pytest.approx(daily_funding(desk.stub, "okx", [*told]), rel=1e-2)
    told = desk.values(RATIO)
    expected = truth(desk.stub, long_short(desk.stub.world, "okx", "btc"), [*told])
    assert [*told.values()] == pytest.approx(expected, abs=1e-4)
    assert next(iter(told)) == "2024-01-01"
    assert [*told][-1] == "2026-11-21"
    assert len(told) == 1056
    assert desk.values("BTCUSDT-OKX.sum_open_interest_value")


def test_when_no_venue_answers_the_last_one_says_so(desk: Feed):
    block(desk.stub, "binance", "bybit")
    desk.stub.fault("www.okx.com", "451")
    desk.run("funding/BTC")
    assert isinstance(desk.failed["funding/BTC"], Unavailable)


def test_a_ban_for_ten_minutes_is_not_taken_for_a_region(desk: Feed):
    block(desk.stub, "binance")
    desk.stub.fault("api.bybit.com", "403", body="403, access too frequent")
    error = desk.run("funding/BTC").failed["funding/BTC"]
    assert isinstance(error, RateLimited)
    assert (error.until - desk.client.now()).total_seconds() == 600


@pytest.mark.parametrize(
    ("host", "body", "error", "word"),
    [
        (
            "api.bybit.com",
            '{"retCode":10006,"retMsg":"Too many!","result":{}}',
            RateLimited,
            "too many",
        ),
        ("api.bybit.com", '{"retCode":10001,"retMsg":"params error","result":{}}', Failed, "params error"),
        ("api.bybit.com", "[]", Failed, ""),
        ("www.okx.com", '{"code":"50011","msg":"Too Many Requests","data":[]}', RateLimited, "too many"),
        ("www.okx.com", '{"code":"51001","msg":"No such instrument","data":[]}', Failed, "No such"),
    ],
)
def test_errors_under_status_200_are_found(desk: Feed, host: str, body: str, error: type, word: str):
    block(desk.stub, "binance", *(["bybit"] if "okx" in host else []))
    desk.stub.fault(host, "other", body=body)
    found = desk.run("funding/BTC").failed["funding/BTC"]
    assert isinstance(found, error)
    assert word in found.why


# --- the archive ----------------------------------------------------------------------------------


@pytest.fixture
def attic(stub: StubServer):
    with feed(stub, binance_archive.SOURCE) as ready:
        yield ready


def test_funding_comes_year_by_year_from_the_newest_back(attic: Feed):
    attic.run("funding/BTC")
    assert [job.id for job in attic.jobs] == [f"funding/BTC/{year}-01" for year in range(2026, 2019, -1)]
    told: dict[str, float] = {}
    for one in attic.done.values():
        for rows in one.rows:
            told |= dict(zip(rows.days.astype(str).tolist(), rows.values[:, 0].tolist(), strict=True))
    days = sorted(told)
    assert (days[0], days[-1], len(days)) == ("2020-01-01", "2026-10-31", 2496)
    assert [told[one] for one in days] == pytest.approx(daily_funding(attic.stub, "binance", days))
    assert attic.stub.count("data.binance.vision") == 2 * 82


def test_it_goes_on_where_it_was_cut(attic: Feed):
    held = {("series", "BTC_FUNDING"): ("2023-01-01", "2026-09-30")}
    jobs = [
        job.id
        for job in binance_archive.SOURCE.plan(attic.want(have=held))
        if job.id.startswith("funding/BTC")
    ]
    assert jobs == ["funding/BTC/2026-10", "funding/BTC/2022-01"]


def test_readings_of_accounts_are_the_last_of_their_day(attic: Feed):
    held = {("series", RATIO): ("2025-10-01", "2026-10-22")}
    told = attic.run("metrics/BTCUSDT", have=held).values(RATIO)
    assert [*told] == ["2026-10-23", "2026-10-24", "2026-10-25"]
    expected = truth(attic.stub, long_short(attic.stub.world, "binance", "btc"), [*told])
    assert [*told.values()] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "path", "word"),
    [
        ("truncated", "*.zip", "checksum"),
        ("other", "*.CHECKSUM", "checksum"),
        ("other", "*.zip", "checksum"),
        ("500", "*.zip", ""),
        ("reset", "*.zip", ""),
    ],
)
def test_a_damaged_zip_is_never_read(attic: Feed, kind: str, path: str, word: str):
    held = {("series", "BTC_FUNDING"): ("2020-01-01", "2026-09-30")}
    attic.stub.fault("data.binance.vision", kind, path=path, body="PK nonsense")
    error = attic.run("funding/BTC", have=held).failed["funding/BTC/2026-10"]
    assert isinstance(error, Failed)
    assert word in error.why


def test_bytes_that_are_no_zip_are_refused_in_words():
    with pytest.raises(Failed, match="no zip that can be opened"):
        [*binance_archive.rows(b"PK\x03\x04 nonsense", "x.zip")]


def test_the_buttons_report(desk: Feed, attic: Feed):
    for module in (binance, bybit, okx):
        assert module.test(desk.client, lambda: False).startswith(module.WHO)
    assert "as its checksum says" in binance_archive.test(attic.client, lambda: False)
