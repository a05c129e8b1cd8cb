"""ALT50, its equally weighted twin, tier and sector indices, against the rules written out day by day."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.returns import Index, alt50, alt50_equal, sector_index, tier_index
from models.market.snapshot import Market
from models.market.universe import SECTORS, TIERS, universe
from tests.markets import synthetic_market
from tests.models.test_universe import (
    renamed,
    slow_list_rows,
    slow_ranking,
    slow_sectors,
    slow_tiers,
    small_market,
)

NAN = math.nan

MARKETS = {
    "a common one": {"days": 200, "coins": 90, "seed": 11},
    "one with many gaps": {"days": 160, "coins": 50, "seed": 12, "gaps": 0.35, "start": "2019-01-03"},
    "one with hardly enough coins": {"days": 160, "coins": 22, "seed": 13, "gaps": 0.25, "young": 0.5},
}


@pytest.fixture(params=MARKETS.values(), ids=MARKETS.keys(), scope="module")
def market(request: pytest.FixtureRequest) -> Market:
    return synthetic_market(**request.param)


def slow_return(market: Market, row: int, column: int) -> float | None:
    price = market.price[:, column]
    if math.isnan(price[row]):
        return None
    for base in range(row - 1, row - 5, -1):
        if base >= 0 and not math.isnan(price[base]):
            return float(price[row]) / float(price[base]) - 1
    return None


def slow_chain(returns: list[float | None]) -> list[float]:
    values, level, started = [NAN] * len(returns), 100.0, False
    for row, value in enumerate(returns):
        if value is None:
            continue
        if not started:
            values[row - 1], started = 100.0, True
        level *= 1 + value
        values[row] = level
    return values


def slow_alt50(market: Market) -> tuple[list[float], list[int]]:
    returns: list[float | None] = []
    counts = []
    rankings = [slow_ranking(market, row) for row in range(market.days.size)]
    for row in range(market.days.size):
        made = next((m for m in range(row - 1, row - 5, -1) if m >= 0 and len(rankings[m]) >= 10), None)
        pairs = []
        for column in [] if made is None else rankings[made][:50]:
            value = slow_return(market, row, column)
            if value is not None:
                pairs.append((float(market.cap[made, column]), value))
        counts.append(len(pairs))
        weight = math.fsum(w for w, _ in pairs)
        returns.append(math.fsum(w * r for w, r in pairs) / weight if len(pairs) >= 10 else None)
    return slow_chain(returns), counts


def slow_equal(
    market: Market, members: Callable[[int | None], list[int]], needs: int
) -> tuple[list[float], list[int]]:
    returns: list[float | None] = []
    counts = []
    amounts: dict[int, float] = {}
    made = slow_list_rows(market)
    for row, when in enumerate(market.days):
        if when.item().weekday() == 0:
            amounts = dict.fromkeys(members(made[row]), 1.0)
        today = {column: slow_return(market, row, column) for column in amounts}
        known = {column: value for column, value in today.items() if value is not None}
        counts.append(len(known))
        whole = math.fsum(amounts[column] for column in known)
        gained = math.fsum(amounts[column] * value for column, value in known.items())
        returns.append(gained / whole if len(known) >= needs else None)
        for column, value in known.items():
            amounts[column] *= 1 + value
    return slow_chain(returns), counts


def agree(index: Index, expected: tuple[list[float], list[int]]) -> None:
    np.testing.assert_allclose(index.values, expected[0], rtol=1e-11)
    assert index.counted.tolist() == expected[1]


def test_alt50_is_the_chain_of_yesterdays_largest_coins(market: Market) -> None:
    index = alt50(universe(market))
    agree(index, slow_alt50(market))
    assert np.isfinite(index.values).any()


def test_equally_weighted_alt50_drifts_from_sunday_to_sunday(market: Market) -> None:
    def members(made: int | None) -> list[int]:
        return [] if made is None else slow_ranking(market, made)[:50]

    agree(alt50_equal(universe(market)), slow_equal(market, members, 10))


@pytest.mark.parametrize("tier", TIERS)
def test_tier_indices_follow_the_weekly_lists(market: Market, tier: str) -> None:
    expected = slow_equal(market, lambda made: slow_tiers(market, made)[tier], 5)
    agree(tier_index(universe(market), tier), expected)


@pytest.mark.parametrize("sector", SECTORS)
def test_sector_indices_follow_the_weekly_lists(market: Market, sector: str) -> None:
    expected = slow_equal(market, lambda made: slow_sectors(market, made)[sector], 5)
    agree(sector_index(universe(market), sector), expected)


def flat_market(
    days: int, coins: int = 12, start: str = "2024-01-07"
) -> tuple[np.ndarray, Callable[[], Market]]:
    """Caps of twelve coins, and the market that they make (prices are a millionth of the caps)."""
    caps = np.tile(np.full(coins, 100.0), (days, 1))

    def build() -> Market:
        return small_market({f"coin-{i:02d}": caps[:, i] for i in range(coins)}, days=days, start=start)

    return caps, build


def test_alt50_starts_at_100_on_the_day_before_the_first_return() -> None:
    caps, build = flat_market(4)
    caps[0] = NAN
    caps[3] *= 1.5
    index = alt50(universe(build()))
    np.testing.assert_allclose(index.values, [NAN, 100.0, 100.0, 150.0])
    assert index.counted.tolist() == [0, 0, 12, 12]


def test_alt50_weighs_with_the_caps_of_the_day_before() -> None:
    caps, build = flat_market(3, coins=10)
    caps[:, 0] = [900.0, 100.0, 200.0]  # weighs 100 of 1,000 on the last day, and doubles
    index = alt50(universe(build()))
    assert index.values[2] / index.values[1] == pytest.approx(1.1)


def test_alt50_goes_on_from_its_last_value_over_a_short_gap_with_all_of_the_return() -> None:
    caps, build = flat_market(8)
    caps[2:5] = NAN
    caps[5:] = 130.0
    index = alt50(universe(build()))
    np.testing.assert_allclose(index.values, [100, 100, NAN, NAN, NAN, 130, 130, 130])


def test_alt50_loses_the_return_of_a_gap_that_is_longer_than_a_base_price_reaches() -> None:
    caps, build = flat_market(9)
    caps[2:6] = NAN
    caps[6:] = 130.0
    caps[7:] = 143.0
    index = alt50(universe(build()))
    np.testing.assert_allclose(index.values, [100, 100, NAN, NAN, NAN, NAN, NAN, 110, 110])


def test_fewer_than_ten_returns_are_no_value() -> None:
    caps, build = flat_market(5)
    caps[2, :3] = NAN
    index = alt50(universe(build()))
    assert np.isnan(index.values[2])
    assert index.counted[2] == 9
    assert np.isfinite(index.values[3])


def test_equal_amounts_drift_within_the_week_and_are_made_equal_on_sunday() -> None:
    caps, build = flat_market(10, coins=10)
    caps[2:, 0] = 300.0  # trebles on Tuesday; its amount is then 3 of 12
    caps[3:, 0] = 600.0  # doubles on Wednesday: + 3/12
    caps[8:, 0] = 1200.0  # doubles on the next Monday: + 1/10 again
    index = alt50_equal(universe(build()))
    growth = index.values[1:] / index.values[:-1]
    np.testing.assert_allclose(growth, [1.0, 1.2, 1.25, 1, 1, 1, 1, 1.1, 1])


def test_a_member_without_a_price_leaves_the_mean_and_returns_with_its_own_drift() -> None:
    caps, build = flat_market(6, coins=11)
    caps[2, 0] = NAN
    caps[3:, 0] = 200.0  # was away on Tuesday, has doubled on Wednesday
    caps[2:, 1] = 200.0  # doubles on Tuesday: one of ten
    caps[4:, 0] = 400.0  # doubles on Thursday with an amount of 2 of 13
    index = alt50_equal(universe(build()))
    assert index.counted.tolist() == [0, 11, 10, 11, 11, 11]
    growth = index.values[1:] / index.values[:-1]
    np.testing.assert_allclose(growth, [1.0, 1 + 1 / 10, 1 + 1 / 12, 1 + 2 / 13, 1.0])


def test_an_index_without_a_list_or_with_four_returns_has_no_value() -> None:
    caps, build = flat_market(6)
    caps[3, 4:] = NAN
    index = tier_index(universe(build()), "large")
    assert index.counted.tolist() == [0, 10, 10, 4, 10, 10]
    assert np.isnan(index.values).tolist() == [False, False, False, True, False, False]
    assert index.values[0] == 100.0, "the Sunday before the first Monday"


def test_an_index_becomes_a_series_of_its_known_days() -> None:
    caps, build = flat_market(6)
    caps[2:4] = NAN
    index = alt50(universe(build()))
    series = index.as_series()
    assert series.id == "ALT50"
    assert series.calendar == "daily"
    np.testing.assert_array_equal(series.days, index.days[[0, 1, 4, 5]])
    assert np.isfinite(series.values).all()


def test_an_index_of_nothing_is_unknown_throughout() -> None:
    index = alt50(universe(small_market({"ant": [1.0, 2.0]}, days=2)))
    assert np.isnan(index.values).all()
    assert index.as_series().days.size == 0


def test_an_unknown_tier_or_sector_is_refused() -> None:
    ranked = universe(small_market({"ant": 1.0}))
    with pytest.raises(ValueError, match="tuple"):
        tier_index(ranked, "huge")
    with pytest.raises(ValueError, match="tuple"):
        sector_index(ranked, "rwa")


def indices(market: Market) -> list[Index]:
    ranked = universe(market)
    tiers = [tier_index(ranked, tier) for tier in TIERS]
    return [alt50(ranked), alt50_equal(ranked), *tiers, sector_index(ranked, "defi")]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 119))
def test_no_index_looks_ahead(seed: int, row: int) -> None:
    market = synthetic_market(days=120, coins=60, seed=seed, start="2019-01-03", bad_ticks=0)
    for whole, cut in zip(indices(market), indices(market.cut(market.days[row])), strict=True):
        # The 100 before the first return is only drawn once that return is known.
        first = np.flatnonzero(np.isfinite(whole.values))
        same = slice(0, 0 if first.size and first[0] == row else row + 1)
        np.testing.assert_array_equal(cut.values[same], whole.values[same])
        np.testing.assert_array_equal(cut.counted, whole.counted[: row + 1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_coins_does_not_matter(seed: int) -> None:
    market = synthetic_market(days=60, coins=20, seed=seed, series=False, bad_ticks=0)
    shuffled, _ = renamed(market, seed)
    for one, other in zip(indices(market), indices(shuffled), strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-12)
