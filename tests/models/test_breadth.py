"""Breadth against the rules written out coin by coin, and without a look ahead."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.breadth import BreadthHistory, BreadthReading, breadth
from models.market.snapshot import Market, day
from models.market.universe import universe
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.test_universe import slow_ranking, small_market


@pytest.fixture(scope="module")
def market() -> Market:
    return synthetic_market(days=420, coins=70, seed=12, gaps=0.08, young=0.3, dying=0.1)


@pytest.fixture(scope="module")
def history(market: Market) -> BreadthHistory:
    return breadth(universe(market))


def slow_share(market: Market, row: int, top: int) -> tuple[int, int]:
    above = counted = 0
    for column in slow_ranking(market, row)[:top]:
        last = [x for x in market.price[max(0, row - 199) : row + 1, column] if not math.isnan(x)]
        today = market.price[row, column]
        if len(last) >= 134 and not math.isnan(today):
            counted += 1
            above += today > math.fsum(last) / len(last)
    return above, counted


def slow_moves(market: Market, row: int, top: int) -> tuple[int, int, int]:
    up = down = moved = 0
    for column in slow_ranking(market, row - 1)[:top] if row else []:
        base = [
            market.price[at, column]
            for at in range(row - 1, max(row - 5, -1), -1)
            if not math.isnan(market.price[at, column])
        ]
        today = market.price[row, column]
        if base and not math.isnan(today):
            moved += 1
            up += today > base[0]
            down += today < base[0]
    return up, down, moved


def test_every_day_equals_the_rules_written_out(market: Market, history: BreadthHistory) -> None:
    line = 0.0
    for row in range(market.days.size):
        above, counted = slow_share(market, row, 50)
        assert (history.above[row], history.counted[row]) == (above, counted)
        share = above / counted if counted >= 20 else math.nan
        assert history.share_above[row] == pytest.approx(share, nan_ok=True)
        up, down, moved = slow_moves(market, row, 50)
        assert (history.advancing[row], history.declining[row], history.moved[row]) == (up, down, moved)
        if moved >= 20:
            line += 100 * (up - down) / moved
            assert history.line[row] == pytest.approx(line, abs=1e-9)
        else:
            assert math.isnan(history.line[row])
    assert np.isfinite(history.share_above).sum() > 100
    assert np.isnan(history.share_above[:133]).all(), "a mean needs 134 prices"


@settings(max_examples=25, deadline=None)
@given(end=st.integers(60, 419), seed=st.integers(0, 3), top=st.sampled_from([30, 50, 100]))
def test_cutting_the_market_changes_no_earlier_breadth(end: int, seed: int, top: int) -> None:
    whole = synthetic_market(days=420, coins=50, seed=seed, bad_ticks=0, series=False)
    cut = whole.cut(whole.days[end])
    late, early = breadth(universe(whole), top), breadth(universe(cut), top)
    # A jump of the last days may be told for a bad tick only later, here as in every figure.
    settled = slice(0, end - 3)
    for name in ("share_above", "above", "counted", "no_mean", "advancing", "declining", "moved", "line"):
        np.testing.assert_array_equal(getattr(early, name)[settled], getattr(late, name)[settled])


def rising(days: int = 260, coins: int = 30) -> Market:
    """All but five coins rise by a little each day; the five fall."""
    table = {}
    for at in range(coins):
        step = 0.999 if at < 5 else 1.001
        table[f"coin-{at:02d}"] = [(100.0 + at) * step**row for row in range(days)]
    table["bitcoin"] = [10_000.0] * days
    return small_market(table, days=days)


def test_coins_that_rise_stand_above_their_mean_and_lift_the_line() -> None:
    market = rising()
    found = breadth(universe(market)).at(market.days[-1])
    assert isinstance(found, BreadthReading)
    assert (found.above, found.counted, found.share_above) == (25, 30, pytest.approx(25 / 30))
    assert (found.advancing, found.declining, found.moved) == (25, 5, 30)
    assert found.line == pytest.approx(259 * 100 * 20 / 30)
    assert found.line_30 == pytest.approx(30 * 100 * 20 / 30)


def test_a_coin_that_stands_still_neither_advances_nor_declines() -> None:
    market = small_market(
        {f"coin-{i:02d}": [10.0 + i] * 30 for i in range(25)} | {"bitcoin": [1.0] * 30}, days=30
    )
    found = breadth(universe(market)).at(market.days[-1])
    assert isinstance(found, BreadthReading)
    assert (found.advancing, found.declining, found.moved, found.line) == (0, 0, 25, 0.0)


def test_too_few_coins_are_no_breadth_and_the_reason_counts_them() -> None:
    market = rising(coins=19)
    found = breadth(universe(market)).at(market.days[-1])
    assert isinstance(found, BreadthReading)
    for figure in (found.share_above, found.line, found.line_30):
        assert isinstance(figure, Unknown)
        assert "19 of" in figure.why
        assert "20 are needed" in figure.why


def test_a_young_line_has_no_change_over_30_days() -> None:
    market = rising(days=25)
    found = breadth(universe(market)).at(market.days[-1])
    assert isinstance(found, BreadthReading)
    assert isinstance(found.share_above, Unknown)
    assert isinstance(found.line, float)
    assert isinstance(found.line_30, Unknown)


def test_a_day_outside_the_market_is_unknown(history: BreadthHistory) -> None:
    assert isinstance(history.at(day("1999-01-01")), Unknown)
    assert isinstance(history.at(history.days[-1] + 1), Unknown)


def test_the_arrays_cannot_be_written(history: BreadthHistory) -> None:
    with pytest.raises(ValueError, match="read-only"):
        history.share_above[0] = 1.0
