"""CoinGecko: the universe, sectors, days at their closes, its errors, and odd answers."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.http import Client, Timeouts
from data.sources import coingecko
from data.sources.coingecko_answers import read_days
from data.sources.contract import (
    DEEP,
    FIRST_PICTURE,
    HISTORY,
    Failed,
    RateLimited,
    Stopped,
    Unavailable,
)
from models.market.snapshot import Coin, day
from tests.data.feeds import Feed, feed
from tests.data.servers import NOON, FakeClock, StopAt, never
from tests.stubs import StubServer

HOST, PRO = "api.coingecko.com", "pro-api.coingecko.com"
DAYS = "*/market_chart"


@pytest.fixture
def gecko(stub: StubServer):
    with feed(stub, coingecko.SOURCE) as ready:
        yield ready


def history(gecko: Feed, coin: str = "bitcoin", **options: object) -> Feed:
    """Fetch one coin that the cache follows already."""
    options.setdefault("have", {("coin", coin): ("2024-01-01", "2026-11-20")})
    return gecko.run(f"coin/{coin}", coins=[Coin(coin, coin[:4], coin, "layer1")], **options)


# --- the universe -------------------------------------------------------------------------------------


def test_one_request_lists_the_universe_in_the_order_of_caps(gecko: Feed):
    (job, *_) = gecko.source.plan(gecko.want())
    fetched = job.run(gecko.client, never)
    assert gecko.stub.count(HOST) == 1
    assert [coin.id for coin in fetched.coins] == [coin.id for coin in gecko.stub.world.ranked()][:250]
    assert {coin.symbol for coin in fetched.coins[:3]} >= {"BTC", "ETH"}
    assert not fetched.rows  # a price of the moment is no close of a day


def test_the_largest_coins_come_before_all_others(gecko: Feed):
    gecko.run("universe")
    ranks = {job.id: job.rank for job in gecko.jobs}
    ranked = [f"coin/{coin.id}" for coin in gecko.stub.world.ranked()]
    assert [ranks[one] for one in ranked[:50]] == sorted(ranks[one] for one in ranked[:50])
    assert all(FIRST_PICTURE <= ranks[one] < 100 for one in ranked[:50])
    assert all(HISTORY <= ranks[one] < DEEP for one in ranked[50:])


def test_a_whole_first_refresh_stays_within_the_limit(gecko: Feed):
    gecko.run()
    assert not gecko.failed
    every = {job.id for job in gecko.jobs if job.id.startswith("coin/")}
    assert every == {f"coin/{coin.id}" for coin in gecko.stub.world.ranked()}
    # The fake clock tells how long it would have taken: at most 10 in any minute.
    took = (gecko.client.now() - NOON).total_seconds()
    assert gecko.stub.count(HOST) <= 4 + took / 60 * 6 + 1


def test_coins_of_the_cache_are_asked_for_without_the_universe(gecko: Feed):
    gecko.stub.fault(HOST, "500", path="*/coins/markets")
    history(gecko)
    assert "coin/bitcoin" in gecko.done
    assert gecko.stub.count(HOST, "*/coins/markets") == 0


def test_a_coin_that_fell_out_long_ago_is_not_asked_for(gecko: Feed):
    old = {("coin", "terra-luna"): ("2020-01-01", "2022-05-13")}
    planned = gecko.source.plan(gecko.want(have=old, coins=[Coin("terra-luna", "LUNA", "Terra", "layer1")]))
    assert [job.id.partition("/")[0] for job in planned] == ["universe", "global"]


def test_the_universe_is_asked_again_while_histories_are_missing(gecko: Feed):
    none = gecko.source.plan(gecko.want())[0]
    some = gecko.source.plan(
        gecko.want(
            have={("coin", "bitcoin"): ("2024-01-01", "2026-11-21")}, coins=[Coin("bitcoin", "", "", "")]
        )
    )[0]
    assert none.id != some.id


def test_a_sector_that_is_known_stays_whatever_the_categories_say(gecko: Feed):
    mine = Coin("coin-040", "C040", "Coin 040", "privacy")
    gecko.run("universe", coins=[mine])
    for fetched in gecko.done.values():
        for coin in fetched.coins:
            if coin.id == mine.id:
                assert coin.sector == "privacy"


def test_new_coins_get_their_sector_from_their_category(gecko: Feed):
    gecko.run("universe")
    last = {coin.id: coin.sector for one in gecko.done.values() for coin in one.coins}
    wanted = {
        "layer-1": "layer1",
        "layer-2": "layer2",
        "decentralized-finance-defi": "defi",
        "meme-token": "meme",
        "gaming": "gaming",
        "privacy-coins": "privacy",
        "oracle": "infrastructure",
        "stablecoins": "stablecoin",
    }
    checked = 0
    for coin in gecko.stub.world.ranked():
        if coin.id.startswith("coin-") and coin.category in wanted:
            assert last[coin.id] == wanted[coin.category], coin
            checked += 1
    assert checked > 20
    assert last["tether"] == "stablecoin"


def test_coins_that_no_list_knows_are_told_by_their_names(gecko: Feed):
    gecko.stub.fault(
        HOST,
        "other",
        path="*/coins/markets",
        body='[{"id":"wrapped-x","symbol":"wx","name":"Wrapped X","current_price":3},'
        '{"id":"new-usd","symbol":"nusd","name":"New","current_price":0.999},'
        '{"id":"../../etc","symbol":"x","name":"x","current_price":1},'
        '{"id":null,"symbol":null},{"id":"plain","name":null,"symbol":null,"current_price":null},'
        '{"id":"plain"}, 7]',
    )
    fetched = gecko.run("universe").done["universe/0"]
    assert [(coin.id, coin.symbol, coin.sector) for coin in fetched.coins] == [
        ("wrapped-x", "WX", "wrapped"),
        ("new-usd", "NUSD", "stablecoin"),
        ("plain", "PLAIN", "other"),
    ]
    assert len(fetched.refused) == 2


# --- the market as a whole ----------------------------------------------------------------------------


def test_the_market_as_a_whole_is_a_snapshot_of_its_day(gecko: Feed):
    gecko.run("global")
    rows = gecko.rows("BTC_DOMINANCE_COINGECKO")
    assert rows.moment
    assert rows.days.astype(str).tolist() == ["2026-11-22"]
    assert 0 < rows.values[0, 0] < 100
    assert gecko.rows("TOTAL_CAP_COINGECKO").values[0, 0] > 1e11


def test_the_first_snapshot_of_a_day_stands(gecko: Feed):
    series = [entry.id for entry in coingecko.ENTRIES[1:]]
    gecko.run("global", have={("series", one): ("2026-01-01", "2026-11-22") for one in series})
    assert not gecko.done["global"].rows
    assert not gecko.done["global"].unavailable


@pytest.mark.parametrize("kind", ["null", "nothing", "invalid", "html"])
def test_a_global_answer_without_figures_brings_none(gecko: Feed, kind: str):
    gecko.stub.fault(HOST, kind, path="*/global")
    gecko.run("global")
    if "global" in gecko.done:
        assert not gecko.done["global"].rows
        assert len(gecko.done["global"].unavailable) == 3
    else:
        assert isinstance(gecko.failed["global"], Failed)


def test_a_figure_that_is_missing_is_not_available_and_the_others_are_taken(gecko: Feed):
    gecko.stub.fault(HOST, "missing-key", path="*/global", name="total_market_cap")
    fetched = gecko.run("global").done["global"]
    assert {rows.key for rows in fetched.rows} == {"BTC_DOMINANCE_COINGECKO", "ETH_DOMINANCE_COINGECKO"}
    assert list(fetched.unavailable) == [("series", "TOTAL_CAP_COINGECKO")]


# --- the days of a coin -------------------------------------------------------------------------------


def test_a_year_of_days_is_labelled_with_the_close_it_describes(gecko: Feed):
    gecko.run("universe")
    rows = gecko.rows("bitcoin")
    assert rows.days[0] == day("2025-11-22")
    assert rows.days[-1] == day("2026-11-21")
    assert (np.diff(rows.days).astype(int) == 1).all()
    world = gecko.stub.world
    for at in (0, 100, -1):
        assert rows.values[at, 0] == pytest.approx(world.coins["bitcoin"].close[world.place(rows.days[at])])
    assert (rows.values[:, 1] > rows.values[:, 0]).all()
    assert gecko.done["coin/bitcoin"].provisional == 1  # "now"


def test_only_the_last_days_of_a_coin_of_the_cache_are_asked_for(gecko: Feed):
    rows = history(gecko).rows("bitcoin")
    assert rows.days[0] == day("2026-11-11")
    assert rows.days[-1] == day("2026-11-21")
    assert "days=12" in gecko.stub.requests(HOST, DAYS)[0].query


def test_before_the_figure_of_midnight_is_out_yesterday_is_missing(stub: StubServer):
    stub.world.now = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
    with feed(stub, coingecko.SOURCE) as gecko:
        assert history(gecko).rows("bitcoin").days[-1] == day("2026-11-20")


def test_a_revised_day_comes_with_its_new_value(gecko: Feed):
    before = dict(history(gecko).values("bitcoin"))
    gecko.stub.world.revise("coingecko/bitcoin", "2026-11-19", 1.02)
    gecko.done.clear()
    after = history(gecko).values("bitcoin")
    assert after["2026-11-18"] == pytest.approx(before["2026-11-18"] * 1.02)
    assert after["2026-11-17"] == before["2026-11-17"]


def test_a_missing_day_stays_missing(gecko: Feed):
    gecko.stub.world.drop("coingecko/bitcoin", ["2026-11-15"])
    told = history(gecko).values("bitcoin")
    assert "2026-11-14" not in told
    assert {"2026-11-13", "2026-11-15"} <= set(told)


@pytest.mark.parametrize("kind", ["duplicated", "unordered", "strings", "extra-keys"])
def test_harmless_oddities_change_nothing(gecko: Feed, kind: str):
    whole = dict(history(gecko).values("bitcoin"))
    gecko.stub.fault(HOST, kind, path=DAYS)
    gecko.done.clear()
    told = history(gecko).values("bitcoin")
    assert told == whole
    assert list(told) == sorted(told)


@pytest.mark.parametrize("kind", ["nulls", "nan", "negative"])
def test_odd_values_are_left_out_and_none_is_invented(gecko: Feed, kind: str):
    whole = dict(history(gecko).values("bitcoin"))
    gecko.stub.fault(HOST, kind, path=DAYS)
    gecko.done.clear()
    told = history(gecko).values("bitcoin") if history(gecko).done["coin/bitcoin"].rows else {}
    assert len(told) < len(whole)
    for one, value in told.items():
        assert value == whole[one]


def test_caps_and_volumes_of_other_lengths_are_joined_by_their_stamps():
    midnights = [datetime(2026, 11, n, tzinfo=UTC).timestamp() * 1000 for n in (20, 21, 22)]
    answer = {
        "prices": [[at, 10.0 + n] for n, at in enumerate(midnights)],
        "market_caps": [[midnights[1], 500.0], [midnights[2], 0]],
        "total_volumes": [[midnights[2], 7.0]],
    }
    fetched = read_days(answer, "x", now=NOON, first=day("2026-01-01"), host=HOST)
    (rows,) = fetched.rows
    assert rows.days.astype(str).tolist() == ["2026-11-19", "2026-11-20", "2026-11-21"]
    np.testing.assert_array_equal(rows.values, [[10, np.nan, np.nan], [11, 500, np.nan], [12, np.nan, 7]])
    assert not fetched.refused  # a cap of zero says that there is none


def test_a_day_with_two_prices_is_nobodys():
    at = datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000
    answer = {"prices": [[at, 10.0], [at, 11.0], [at + 86_400_000, 12.0]], "market_caps": None}
    fetched = read_days(answer, "x", now=NOON, first=day("2026-01-01"), host=HOST)
    assert fetched.rows[0].days.astype(str).tolist() == ["2026-11-20"]
    assert "twice" in fetched.refused[0].why


def test_points_off_midnight_and_in_the_future_are_no_days():
    at = datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000
    answer = {
        "prices": [[at + 3_600_000, 1.0], [at + 30_000, 2.0], [at + 40 * 86_400_000, 3.0], [-1, 4.0], "x"]
    }
    fetched = read_days(answer, "x", now=NOON, first=day("2026-01-01"), host=HOST)
    assert fetched.rows[0].values[:, 0].tolist() == [2.0]
    assert fetched.provisional == 2
    assert len(fetched.refused) == 2


def test_random_nonsense_never_breaks_the_reader():
    chance = random.Random(3)
    pool = [None, True, "x", "1e400", -1, 0, 1e30, float("inf"), [], {}, [1], [None, None], [1.7e12, "7"]]
    for _ in range(500):
        answer = {key: [chance.choice(pool) for _ in range(5)] for key in ("prices", "market_caps")}
        fetched = read_days(answer, "x", now=NOON, first=day("1970-01-01"), host=HOST)
        for rows in fetched.rows:
            assert np.isfinite(rows.values[:, 0]).all()
    for answer in (None, [], {}, {"prices": None}, {"prices": {}}, 7, "x"):
        with pytest.raises(Failed, match="without prices"):
            read_days(answer, "x", now=NOON, first=day("1970-01-01"), host=HOST)


def test_a_coin_without_any_price_is_not_available(gecko: Feed):
    gecko.stub.fault(HOST, "empty", path=DAYS)
    fetched = history(gecko).done["coin/bitcoin"]
    assert not fetched.rows
    assert "no daily prices" in fetched.unavailable["coin", "bitcoin"]


# --- what goes wrong ----------------------------------------------------------------------------------


def test_a_coin_that_is_gone_is_not_available(gecko: Feed):
    error = history(gecko, "gone-coin").failed["coin/gone-coin"]
    assert isinstance(error, Unavailable)
    assert "does not list this coin" in error.why


@pytest.mark.parametrize(
    ("kind", "expected", "words_of_it"),
    [
        ("429", RateLimited, "too many requests"),
        ("403", Unavailable, "Attention Required!"),
        ("451", Unavailable, "blocked in your region"),
        ("500", Failed, "fault of its own"),
        ("truncated", Failed, "broken JSON"),
        ("invalid", Failed, "broken JSON"),
        ("nothing", Failed, "answered with nothing"),
        ("null", Failed, "without prices"),
        ("html", Failed, "web page instead of data"),
        ("reset", Failed, "broke off"),
        ("huge", Failed, "MB"),
        ("bomb", Failed, "MB"),
    ],
)
def test_each_fault_ends_in_its_state_with_plain_words(
    gecko: Feed, kind: str, expected: type, words_of_it: str
):
    gecko.stub.fault(HOST, kind, path=DAYS)
    error = history(gecko).failed["coin/bitcoin"]
    assert type(error) is expected
    assert words_of_it in error.why
    assert error.why.endswith(".")
    assert "Traceback" not in error.why


def test_a_429_with_retry_after_is_waited_for(gecko: Feed):
    gecko.stub.fault(HOST, "429", path=DAYS, count=1, retry_after="61")
    before = gecko.client.now()
    assert history(gecko).rows("bitcoin").days.size == 11
    assert timedelta(seconds=61) <= gecko.client.now() - before < timedelta(seconds=70)


def test_a_cancel_stops_a_drip_at_once(gecko: Feed):
    history(gecko)  # loads the libraries
    gecko.stub.fault(HOST, "drip", path=DAYS, seconds=0.05)
    coins = [Coin("bitcoin", "BTC", "Bitcoin", "layer1")]
    have = {("coin", "bitcoin"): ("2024-01-01", "2026-11-20")}
    job = next(
        job for job in gecko.source.plan(gecko.want(coins=coins, have=have)) if job.id == "coin/bitcoin"
    )

    stop = StopAt(8)
    with pytest.raises(Stopped):
        job.run(gecko.client, stop)
    assert stop.asked == stop.yes


# --- keys ---------------------------------------------------------------------------------------------


def keyed(stub: StubServer, name: str, secret: str) -> Feed:
    clock = FakeClock(stub.world.now)
    client = Client(
        coingecko.SOURCE.hosts,
        clock=clock,
        routes=stub.routes,
        timeouts=Timeouts(connect=5.0, read=20.0, total=40.0),  # the stub works out thirteen years
        keys=lambda asked: secret if asked == name else None,
    )
    return Feed(coingecko.SOURCE, stub, client, clock)


def run_new(gecko: Feed, *coins: str, **options: object) -> Feed:
    """Run the universe and, of the coins that become known by it, these."""
    universe = gecko.source.plan(gecko.want(**options))[0].run(gecko.client, never)
    for job in universe.then:
        if job.id.removeprefix("coin/") in coins:
            gecko.done[job.id] = job.run(gecko.client, never)
    return gecko


@pytest.mark.parametrize(("name", "host"), [("coingecko-demo", HOST), ("coingecko-pro", PRO)])
def test_a_key_goes_into_the_header_of_its_host_and_into_no_address(stub: StubServer, name: str, host: str):
    gecko = keyed(stub, name, "CG-s3cr3t")
    history(gecko, keys={name})
    gecko.client.close()
    (seen,) = stub.requests(host, DAYS)
    header = "x-cg-demo-api-key" if host == HOST else "x-cg-pro-api-key"
    assert seen.headers[header] == "CG-s3cr3t"
    for one in stub.requests():
        assert "s3cr3t" not in one.path + one.query


def test_a_pro_key_reaches_back_as_far_as_there_is_something(stub: StubServer):
    gecko = keyed(stub, "coingecko-pro", "CG-pro")
    run_new(gecko, "bitcoin", keys={"coingecko-pro"})
    gecko.client.close()
    assert gecko.rows("bitcoin").days[0] < day("2014-01-01")
    assert stub.count(HOST) == 0


def test_a_wrong_key_is_told_so(stub: StubServer):
    gecko = keyed(stub, "coingecko-demo", "wrong")
    error = history(gecko, keys={"coingecko-demo"}).failed["coin/bitcoin"]
    gecko.client.close()
    assert isinstance(error, Unavailable)
    assert "API Key Missing" in error.why


def test_a_key_of_a_small_plan_falls_back_to_a_year(stub: StubServer):
    words_of_it = '{"error":{"status":{"error_code":10012,"error_message":"exceeds the allowed time range"}}}'
    stub.fault(PRO, "401", path=DAYS, count=1, body=words_of_it)
    gecko = keyed(stub, "coingecko-pro", "CG-pro")
    run_new(gecko, "bitcoin", "ethereum", keys={"coingecko-pro"})
    gecko.client.close()
    # The first history was refused, and asked for again as far as it goes.
    assert gecko.rows("bitcoin").days[0] == day("2025-11-22")
    assert gecko.rows("ethereum").days[0] < day("2016-01-01")


def test_the_button_says_that_it_works(gecko: Feed):
    assert coingecko.SOURCE.test is not None
    assert "To the Moon" in coingecko.SOURCE.test(gecko.client, never)
    gecko.stub.fault(HOST, "403")
    with pytest.raises(Unavailable):
        coingecko.SOURCE.test(gecko.client, never)
