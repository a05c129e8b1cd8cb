"""The demo market: always the same, always labelled, in a file of its own, and no fairy tale."""

from __future__ import annotations

import numpy as np
import pytest

from data.cache import Cache
from data.demo import Simulation, open_demo, simulate
from data.demo.cache import FIRST_LEARNT, REVISED_DAYS
from data.demo.simulation import PHASES
from data.paths import Paths
from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.report.figures import figures
from models.report.trials import precedents_section

SHORT = {"first": day("2016-01-01"), "last": day("2018-06-30")}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return Paths(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def cache(paths: Paths) -> Cache:
    return open_demo(paths)


@pytest.fixture(scope="module")
def known(cache: Cache) -> Study:
    return study(cache.market())


@pytest.fixture(scope="module")
def whole() -> Simulation:
    return simulate()


# --- the simulation ---------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_market_and_another_seed_another():
    one, again, other = simulate(5, **SHORT), simulate(5, **SHORT), simulate(6, **SHORT)
    assert one.coins == again.coins
    for field in ("price", "cap", "volume", "phase", "days"):
        np.testing.assert_array_equal(getattr(one, field), getattr(again, field))
    assert list(one.series) == list(again.series)
    for name, series in one.series.items():
        np.testing.assert_array_equal(series.values, again.series[name].values)
    assert not np.array_equal(one.price, other.price, equal_nan=True)
    assert not np.array_equal(one.series["RUT"].values, other.series["RUT"].values)


def test_the_coins_are_sorted_differ_and_have_positive_values(whole):
    ids = [coin.id for coin in whole.coins]
    assert ids == sorted(set(ids))
    assert {"bitcoin", "ethereum"} < set(ids)
    assert {coin.sector for coin in whole.coins} >= {"meme", "stablecoin", "layer1"}
    for array in (whole.price, whole.cap, whole.volume):
        assert array.shape == (whole.days.size, len(ids))
        assert np.nanmin(array) > 0
        np.testing.assert_array_equal(np.isnan(array), np.isnan(whole.price))


def test_every_coin_has_a_symbol_of_its_own(whole):
    assert len({coin.symbol for coin in whole.coins}) == len(whole.coins)


def test_some_coins_come_late_and_some_die(whole):
    alive = np.isfinite(whole.price)
    first = alive.argmax(axis=0)
    last = whole.days.size - 1 - alive[::-1].argmax(axis=0)
    late, dead = first > 300, last < whole.days.size - 30
    assert 0.2 < late.mean() < 0.7
    assert 0.05 < dead.mean() < 0.5
    # A coin dies poor: it loses nearly all of what it was worth a month before.
    falls = [
        np.nanmax(whole.price[last[at] - 2 : last[at] + 1, at])
        / np.nanmax(whole.price[last[at] - 40 : last[at] - 30, at])
        for at in np.flatnonzero(dead)
    ]
    assert np.median(falls) < 0.2


def test_equities_trade_on_weekdays_and_coins_every_day(whole):
    assert np.is_busday(whole.series["RUT"].days).all()
    assert np.isfinite(whole.price[:, [coin.id for coin in whole.coins].index("bitcoin")]).all()
    assert np.unique(np.diff(whole.days)).tolist() == [np.timedelta64(1, "D")]


def test_every_phase_is_lived_through(whole):
    assert set(np.unique(whole.phase)) == set(range(len(PHASES)))


# --- the cache --------------------------------------------------------------------------------------


def test_the_demo_has_a_file_of_its_own(paths, cache):
    assert cache.path == paths.demo
    assert paths.demo.is_file()
    assert not paths.market.exists()


def test_everything_in_it_says_demo(cache, known):
    state = cache.state()
    assert (state.origin, state.sources) == ("demo", ("demo",))
    assert known.market.origin == "demo"
    assert {one.source for one in known.market.series.values()} == {"demo"}
    assert figures(known, known.latest)["data"]["origin"] == "demo"


def test_what_is_stored_is_what_was_simulated(cache, whole, known):
    market = known.market
    assert market.coins == whole.coins
    np.testing.assert_array_equal(market.days, whole.days)
    good = np.isfinite(market.price)
    np.testing.assert_array_equal(market.price[good], whole.price[good])
    # What is missing besides was left out as a bad tick.
    assert np.isfinite(whole.price).sum() - good.sum() == len(market.bad_ticks) > 0
    for name, series in whole.series.items():
        # M2 and the supply of stablecoins are published late.
        np.testing.assert_array_equal(market.series[name].values, series.upto(market.as_of).values)
    assert {span.basis for span in market.basis} == {"point-in-time"}


def test_the_ledger_shows_what_was_revised(cache, whole):
    series = whole.series["BTC.TxCnt"]
    first, second = cache.learnt("series", "BTC.TxCnt", series.days[-1], "value")
    assert (first.stands, second.stands) == (False, True)
    assert {first.origin, second.origin} == {"demo"}
    assert first.value == pytest.approx(0.94 * second.value)
    assert second.value == series.values[-1]
    assert first.learnt_at == FIRST_LEARNT < second.learnt_at
    assert len(cache.learnt("series", "BTC.TxCnt", series.days[-REVISED_DAYS - 1], "value")) == 1
    assert len(cache.learnt("series", "BTC_FUNDING", series.days[-1], "value")) == 1


def test_a_known_at_day_brings_the_first_publication_back(cache, whole):
    before = cache.series(["BTC.TxCnt"], known_at=day("2026-01-01"))["BTC.TxCnt"]
    now = cache.series(["BTC.TxCnt"])["BTC.TxCnt"]
    assert before.values[-1] < now.values[-1]
    np.testing.assert_array_equal(before.values[:-REVISED_DAYS], now.values[:-REVISED_DAYS])


def test_opening_it_again_writes_nothing(paths, cache, monkeypatch):
    def never(*_: object) -> None:
        raise AssertionError("The demo market was simulated again.")

    monkeypatch.setattr("data.demo.cache.simulate", never)
    revision = cache.revision()
    again = open_demo(paths)
    assert again.revision() == cache.revision() == revision == 2
    assert again.state() == cache.state()


# --- the story --------------------------------------------------------------------------------------


def test_there_are_seasons_strong_and_weak_ones(known):
    found = known.seasons_upto(known.latest).known
    assert 4 <= len(found) <= 12
    assert {season.strong for season in found} == {True, False}


def test_small_caps_lead_some_rotations_and_not_others(known):
    assert not isinstance(known.russell, Unknown)
    found = precedents_section(known, known.latest)
    spoken = next(one for one in found["horizons"] if one["days"] == 180)
    assert 0 < spoken["hits"] < spoken["events"], "Some breakouts are followed by a season, some are not."
    seasons = len(known.seasons_upto(known.latest).known)
    assert 0 < len(found["seasons_without_event"]) < seasons, "Some seasons come without a breakout."
    assert not found["established"]


def test_the_signals_of_the_demo_do_not_all_agree(known):
    shares = known.signals.shares()
    seen = shares[np.isfinite(shares)]
    assert seen.min() < 0.3
    assert seen.max() > 0.6
    states = {one.state for one in known.signals.at(known.latest)}
    assert {"confirms", "contradicts"} <= states


def test_every_phase_of_the_rotation_is_shown_at_some_time(known):
    assert not isinstance(known.rotation, Unknown)
    spells = known.rotation.upto(known.latest).time_in_phase
    assert set(spells) == set(PHASES)
    assert min(one.spells for one in spells.values()) >= 2
