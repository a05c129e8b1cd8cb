"""Correlation of two lines: alignment, windows, bands; against plain Python from the methods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation.pairs import (
    WINDOWS,
    Correlation,
    Pair,
    correlate,
    minimum,
    pair,
    rolling,
    scatter,
)
from models.market.snapshot import day
from models.market.study import study
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.correlation_cases import as_lists, by_hand, made

# --- windows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("window", [26, 52, 104])
def test_history_agrees_with_the_methods_by_hand(method, window):
    both = made()
    history = rolling(both, window=window, method=method)
    listed = as_lists(both)
    known = 0
    for row in range(0, both.days.size, 7):
        expected = by_hand(listed[: row + 1], method, span=window)
        if expected is None:
            assert np.isnan(history.value[row])
            continue
        known += 1
        got = (
            history.value[row],
            history.low[row],
            history.high[row],
            history.observations[row],
            history.effective[row],
        )
        assert got == pytest.approx(expected, abs=1e-12)
    assert known > 10


def test_exponential_weights_halve_every_half_life_valid_or_not():
    both = made()
    history = rolling(both, window=13, method="ewma")
    listed = as_lists(both)
    for row in range(30, 300, 9):
        expected = by_hand(listed[: row + 1], "ewma", span=52, half_life=13)
        got = history.at(both.days[row])
        if expected is None:
            assert isinstance(got, Unknown)
        else:
            assert got.value == pytest.approx(expected[0], abs=1e-12)
            assert (got.low, got.high, got.effective, got.unstable) == (None, None, None, None)
            assert got.observations == expected[3]


@pytest.mark.parametrize(
    ("window", "method", "needed"),
    [
        (52, "pearson", 35),
        (26, "pearson", 18),
        (90, "spearman", 60),
        (365, "pearson", 244),
        (13, "ewma", 35),
        (30, "ewma", 80),
    ],
)
def test_a_window_needs_two_thirds_of_its_returns(window, method, needed):
    assert minimum(window, method) == needed
    both = made(n=400, holes=0.0)
    y = both.y.copy()
    y[: 400 - needed] = np.nan
    enough = Pair("RUT", "B", "weekly", "", both.days, both.x, y)
    found = correlate(enough, window=window, method=method)
    assert isinstance(found, Correlation)
    assert found.observations == needed
    y = y.copy()
    y[-1] = np.nan
    short = correlate(Pair("RUT", "B", "weekly", "", both.days, both.x, y), window=window, method=method)
    assert isinstance(short, Unknown)
    assert f"{needed - 1} common weeks" in short.why
    assert f"{needed} are needed" in short.why


def test_one_correlation_equals_its_row_of_the_history():
    both = made()
    for method in ("pearson", "spearman", "ewma"):
        history = rolling(both, window=26, method=method)
        for at in (5, 40, 200, 299):
            assert correlate(both, window=26, method=method, as_of=both.days[at]) == history.at(both.days[at])
        assert correlate(both, window=26, method=method) == history.at(both.days[-1] + 3)


def test_a_flat_line_is_unknown_with_a_reason():
    both = made(holes=0.0)
    flat = Pair("RUT", "USDT", "weekly", "", both.days, both.x, np.zeros(300))
    for method in ("pearson", "spearman", "ewma"):
        found = correlate(flat, window=26, method=method)
        assert isinstance(found, Unknown)
        assert "did not vary" in found.why
    assert isinstance(
        scatter(Pair("A", "B", "weekly", "", both.days, np.zeros(300), both.y), window=52), Unknown
    )


def test_a_line_against_itself_is_one_without_a_band():
    both = made(holes=0.0)
    found = correlate(Pair("A", "A", "weekly", "", both.days, both.x, both.x), window=52)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0), abs=1e-9)
    assert found.unstable is False


def opposed(n=52, seed=2, second_half=-0.9):
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(0, 0.02, (2, n))
    sign = np.where(np.arange(n) < n // 2, 0.9, second_half)
    return Pair("RUT", "B", "weekly", "", day("2020-01-03") + 7 * np.arange(n), x, sign * x + 0.2 * noise)


def test_halves_that_contradict_each_other_are_called_unstable():
    assert correlate(opposed(), window=52).unstable is True
    assert correlate(opposed(), window=52, method="spearman").unstable is True
    assert correlate(opposed(second_half=0.5), window=52).unstable is False


def test_halves_that_differ_in_sign_within_their_bands_are_not_unstable():
    rng = np.random.default_rng(5)
    calm = 0
    for _ in range(40):
        x, y = rng.normal(0, 0.02, (2, 52))
        both = Pair("A", "B", "weekly", "", day("2020-01-03") + 7 * np.arange(52), x, y)
        calm += correlate(both, window=52).unstable is False
    assert calm >= 35


def test_an_odd_window_puts_the_middle_return_into_its_second_half():
    whole = opposed(n=53)
    listed = as_lists(whole)
    first, second = by_hand(listed[:26]), by_hand(listed[26:])
    contradict = first[0] * second[0] < 0
    apart = not first[1] <= second[0] <= first[2] and not second[1] <= first[0] <= second[2]
    assert correlate(whole, window=53).unstable is (contradict and apart) is True


def test_a_half_with_too_few_pairs_leaves_stability_unknown():
    both = opposed()
    y = both.y.copy()
    y[:9] = np.nan  # 17 pairs are left in the first half, 18 are needed
    found = correlate(Pair("RUT", "B", "weekly", "", both.days, both.x, y), window=52)
    assert (found.observations, found.unstable) == (43, None)


def test_a_window_of_five_is_refused():
    with pytest.raises(ValueError, match="6 returns"):
        rolling(made(), window=5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman", "ewma"]), st.integers(8, 30))
def test_later_returns_change_no_earlier_row(seed, method, window):
    both = made(n=150, seed=seed)
    cut = seed % 120 + 20
    earlier = Pair("RUT", "ALT50", "weekly", "", both.days[:cut], both.x[:cut], both.y[:cut])
    whole, part = (rolling(each, window=window, method=method) for each in (both, earlier))
    for name in ("value", "low", "high", "observations", "effective"):
        assert np.array_equal(getattr(whole, name)[:cut], getattr(part, name), equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman"]))
def test_order_of_the_legs_and_units_do_not_matter(seed, method):
    both = made(n=120, seed=seed)
    mirrored = Pair("ALT50", "RUT", "weekly", "", both.days, 1000 * both.y, both.x / 7)
    a, b = (rolling(each, window=26, method=method) for each in (both, mirrored))
    for name in ("value", "low", "high", "effective"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("returns", ["daily", "weekly"])
def test_a_pair_of_the_whole_market_shows_what_the_market_of_that_day_shows(returns):
    market = synthetic_market(days=500, coins=30, seed=3)
    whole = study(market)
    for as_of in (market.days[300], market.days[371], market.days[499]):
        seen = market.cut(as_of)
        for other in ("BTC", "coin-003", "STABLECOIN_SUPPLY"):
            if market.has_open_ticks(as_of):
                continue
            legs = (seen.series["RUT"], study(seen).line(other))
            then = pair(*legs, returns=returns, sessions=seen.series["RUT"], as_of=as_of)
            now = whole.pair("RUT", other, returns)
            size = then.days.size
            assert np.array_equal(now.days[:size], then.days)
            assert now.row(as_of) == size - 1
            assert np.array_equal(now.y[:size], then.y, equal_nan=True)
            window = WINDOWS[returns][0]
            assert rolling(now, window=window).at(as_of) == correlate(then, window=window)
