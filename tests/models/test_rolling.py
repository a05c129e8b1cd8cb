"""Numbers over moving windows, against plain two-pass loops."""

from __future__ import annotations

from math import fsum, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation.rolling import (
    WindowSums,
    average_ranks,
    effective_number,
    fisher_band,
    pearson,
    rolling_correlations,
    spearman,
    weighted,
)


def window_sums(values, window):
    work = WindowSums(values.shape, window)
    work.entries[...] = values
    return work.sums()


def two_passes(x, y):
    """Pearson, as in a textbook; None for a constant leg."""
    n = len(x)
    mean_x, mean_y = fsum(x) / n, fsum(y) / n
    xx = fsum((a - mean_x) ** 2 for a in x)
    yy = fsum((b - mean_y) ** 2 for b in y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / (sqrt(xx) * sqrt(yy))


def loop(x, y, window, minimum):
    """Correlate window after window."""
    values = []
    for end in range(1, len(x) + 1):
        rows = range(max(0, end - window), end)
        pairs = [(float(x[i]), float(y[i])) for i in rows if np.isfinite(x[i]) and np.isfinite(y[i])]
        found = two_passes(*map(list, zip(*pairs, strict=True))) if len(pairs) >= minimum else None
        values.append(np.nan if found is None else found)
    return np.array(values)


def legs(n=400, columns=8, seed=1, holes=0.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(0.0, 0.01, n)
    y = 0.5 * x[:, None] + rng.normal(0.0, 0.03, (n, columns))
    y[rng.random(y.shape) < holes] = np.nan
    return x, y


def assert_as_by_hand(x, y, window, minimum, bound=1e-12):
    value, observations = rolling_correlations(x, np.asfortranarray(y), window=window, minimum=minimum)
    for at in range(y.shape[1]):
        expected = loop(x, y[:, at], window, minimum)
        assert np.array_equal(np.isnan(value[:, at]), np.isnan(expected))
        assert np.nanmax(np.abs(value[:, at] - expected), initial=0.0) <= bound
        valid = np.isfinite(x) & np.isfinite(y[:, at])
        counted = [int(valid[max(0, end - window) : end].sum()) for end in range(1, len(x) + 1)]
        assert observations[:, at].tolist() == counted


@pytest.mark.parametrize("length", [1, 2, 17, 100])
@pytest.mark.parametrize("window", [1, 2, 3, 7, 8, 13, 52, 90, 200])
def test_window_sums_hold_the_window_and_nothing_else(length, window):
    values = np.random.default_rng(length).normal(0.0, 1.0, (2, length))
    values[0, length // 3] = 1e6
    expected = [[fsum(row[max(0, i + 1 - window) : i + 1]) for i in range(length)] for row in values]
    assert np.abs(window_sums(values, window) - expected).max() <= 1e-9
    after = values[0, length // 3 + 1 :]
    if after.size >= window:  # once the large value has left, nothing of it stays behind
        left = window_sums(values[:1], window)[0, length // 3 + window :]
        direct = [fsum(values[0, i + 1 - window : i + 1]) for i in range(length // 3 + window, length)]
        assert np.abs(left - direct).max(initial=0.0) <= 1e-12


def test_a_window_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        window_sums(np.ones(3), 0)


@pytest.mark.parametrize("window", [10, 45, 90])
def test_many_columns_agree_with_two_passes(window):
    assert_as_by_hand(*legs(), window, 2 * window // 3)


@pytest.mark.parametrize("holes", [0.01, 0.2, 0.6])
def test_columns_with_holes_young_and_dead_ones_agree_with_two_passes(holes):
    x, y = legs(holes=holes)
    y[:170, 0] = np.nan
    y[200:, 1] = np.nan
    y[:, 2] = np.nan
    y[: y.shape[0] - 3, 3] = np.nan
    x[40] = np.nan
    assert_as_by_hand(x, y, 45, 30)


def test_columns_that_begin_later_and_have_no_hole_agree_with_two_passes():
    x, y = legs(columns=9)
    for at, first in enumerate((0, 1, 17, 44, 45, 200, 360, 395, 399)):
        y[:first, at] = np.nan
    y[100:160, 0] = 0.01  # a leg that stops moving, then moves again
    x[90:150] = 0.3 + 1e-3 * x[90:150]  # and one whose mean dwarfs its deviation for a while
    assert_as_by_hand(x, y, 45, 30, bound=1e-11)


def test_columns_that_end_early_and_have_no_hole_agree_with_two_passes():
    x, y = legs(columns=9)
    for at, (first, stop) in enumerate(
        ((0, 399), (0, 380), (3, 360), (100, 135), (100, 140), (100, 150), (0, 31), (300, 345), (200, 201))
    ):
        y[:first, at] = y[stop:, at] = np.nan
    assert_as_by_hand(x, y, 45, 30)
    assert_as_by_hand(x, y, 46, 2)


def test_columns_shorter_than_the_window_agree_with_two_passes():
    assert_as_by_hand(*legs(n=40, columns=4), 90, 25)


@pytest.mark.parametrize("where", ["x", "column", "both"])
def test_a_spike_of_a_million_leaves_no_trace(where):
    x, y = legs(holes=0.05)
    if where != "column":
        x[150] = 1e6
    if where != "x":
        y[150, :4] = 1e6
        y[200, 4:] = -1e6
    assert_as_by_hand(x, y, 90, 60)


@pytest.mark.parametrize("level", [0.0, 1.0, 1e6])
def test_a_level_far_above_the_deviation_costs_no_digits(level):
    x, y = legs(columns=3)
    assert_as_by_hand(x, y + level, 45, 30, bound=1e-12 if level < 2 else 1e-7)


@pytest.mark.parametrize("constant", [0.0, 0.01, 0.1, 1e-9, -7.3])
def test_a_leg_that_does_not_vary_is_unknown_even_after_a_spike(constant):
    x, y = legs(columns=3)
    y[100:300, 1] = constant
    y[99, 1] = 1e6
    value, _ = rolling_correlations(x, y, window=45, minimum=30)
    assert np.isnan(value[100 + 44 : 300, 1]).all()
    assert np.isfinite(value[100:143, 1]).all()
    rows = np.arange(150, 290)
    assert np.isnan(pearson(x, y[:, 1], rows, 45).value).all()
    assert np.isnan(spearman(x, y[:, 1], rows, 45).value).all()
    assert np.isnan(weighted(x, y[:, 1], rows, 45, 11.0).value).all()


def test_growth_at_one_rate_is_constant_though_its_rounded_returns_differ():
    price = 3.7 * 1.01 ** np.arange(200.0)
    steady = np.log(price[1:] / price[:-1])
    assert np.unique(steady).size > 1
    x, _ = legs(n=199, columns=1)
    value, _ = rolling_correlations(x, steady[:, None], window=60, minimum=40)
    assert np.isnan(value).all()
    assert np.isnan(pearson(x, steady, np.arange(60, 199), 60).value).all()


def test_one_pair_and_many_columns_are_worked_differently_and_agree():
    x, y = legs(n=600, columns=2, holes=0.1)
    value, observations = rolling_correlations(x, y, window=90, minimum=60)
    rows = np.flatnonzero(observations[:, 0] >= 60)
    assert np.abs(pearson(x, y[:, 0], rows, 90).value - value[rows, 0]).max() <= 1e-12


def test_equal_values_share_their_mean_rank():
    ranks = average_ranks(
        np.array([[5.0, 1.0, 5.0, 5.0, 2.0, 1.0]]), np.array([[False, True, True, True, True, True]])
    )
    assert ranks[0, 1:].tolist() == [1.5, 4.5, 4.5, 3.0, 1.5]


def test_effective_number_follows_bartlett_and_stays_within_4_and_n():
    n, a, b = (
        np.array([60.0, 60.0, 60.0, 60.0]),
        np.array([0.0, 0.5, 0.99, -0.9]),
        np.array([0.3, 0.4, 0.99, 0.9]),
    )
    assert effective_number(n, a, b) == pytest.approx([60.0, 60 * 0.8 / 1.2, 4.0, 60.0])


def test_the_band_of_a_perfect_correlation_has_no_width():
    low, high = fisher_band(np.array([1.0, -1.0, np.nan]), np.array([50.0, 50.0, np.nan]))
    assert low[:2].tolist() == high[:2].tolist() == [1.0, -1.0]
    assert np.isnan(low[2])


def test_the_band_is_fishers():
    low, high = fisher_band(np.array([0.4]), np.array([52.0]), controls=1)
    z = 0.5 * np.log(1.4 / 0.6)
    assert (low[0], high[0]) == pytest.approx(
        (np.tanh(z - 1.959964 / sqrt(48)), np.tanh(z + 1.959964 / sqrt(48)))
    )


numbers = st.lists(
    st.tuples(*2 * [st.floats(-0.5, 0.5).map(lambda v: round(v, 4)) | st.just(float("nan"))]),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(numbers, st.integers(6, 30))
def test_any_two_columns_agree_with_two_passes(pairs, window):
    x, y = np.array(pairs).T
    minimum = -(-2 * window // 3)
    value, _ = rolling_correlations(x, y[:, None], window=window, minimum=minimum)
    assert value[:, 0] == pytest.approx(loop(x, y, window, minimum), abs=1e-11, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(numbers, st.integers(6, 20), st.floats(1e-3, 1e3), st.booleans())
def test_correlation_is_symmetric_and_knows_no_scale(pairs, window, scale, mirrored):
    x, y = np.array(pairs).T
    factor = -scale if mirrored else scale
    value, _ = rolling_correlations(x, y[:, None], window=window, minimum=6)
    swapped, _ = rolling_correlations(y, x[:, None], window=window, minimum=6)
    scaled, _ = rolling_correlations(x, factor * y[:, None], window=window, minimum=6)
    assert swapped == pytest.approx(value, abs=1e-11, nan_ok=True)
    assert scaled * np.sign(factor) == pytest.approx(value, abs=1e-9, nan_ok=True)
