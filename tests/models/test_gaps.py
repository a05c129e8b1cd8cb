"""Carried end points, changes and moving figures, against the same rules written out day by day."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.gaps import carried, carried_at, change, trailing_mean, trailing_std
from models.market.snapshot import Floats

NAN = math.nan

values_with_gaps = st.lists(st.one_of(st.just(NAN), st.floats(0.5, 2000.0)), min_size=1, max_size=60).map(
    lambda values: np.array(values, dtype=np.float64)
)


def slow_carried(values: Floats, limit: int) -> list[float]:
    result = []
    for x in range(len(values)):
        found = NAN
        for back in range(limit + 1):
            if x - back >= 0 and not math.isnan(values[x - back]):
                found = float(values[x - back])
                break
        result.append(found)
    return result


def slow_window(values: Floats, x: int, window: int) -> list[float]:
    return [float(v) for v in values[max(0, x - window + 1) : x + 1] if not math.isnan(v)]


@given(values_with_gaps, st.integers(0, 5))
def test_a_value_is_carried_for_the_days_allowed_and_no_longer(values: Floats, limit: int) -> None:
    np.testing.assert_array_equal(carried(values, limit), slow_carried(values, limit))


def test_an_end_point_is_carried_over_three_days() -> None:
    values = np.array([5.0, NAN, NAN, NAN, NAN, 7.0])
    np.testing.assert_array_equal(carried(values), [5.0, 5.0, 5.0, 5.0, NAN, 7.0])


def test_carrying_leaves_its_input_alone_and_keeps_coins_together_in_memory() -> None:
    values = np.asfortranarray(np.array([[1.0, NAN], [NAN, 2.0]]))
    result = carried(values)
    assert result.flags.f_contiguous
    np.testing.assert_array_equal(values, [[1.0, NAN], [NAN, 2.0]])
    np.testing.assert_array_equal(result, [[1.0, NAN], [1.0, 2.0]])


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_chosen_cells_are_those_of_the_whole_array(seed: int, limit: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(20, 4))
    values[rng.random(values.shape) < 0.5] = NAN
    rows, columns = rng.integers(-6, 20, (9, 1)), rng.integers(-1, 4, (9, 7))
    whole = carried(values, limit)
    expected = [
        [whole[r, c] if r >= 0 and c >= 0 else NAN for c in line]
        for r, line in zip(rows[:, 0], columns, strict=True)
    ]
    np.testing.assert_array_equal(carried_at(values, rows, columns, limit), expected)


@given(values_with_gaps, st.integers(1, 40))
def test_a_change_compares_two_carried_end_points(values: Floats, n: int) -> None:
    points = slow_carried(values, 3)
    expected = [points[x] / points[x - n] - 1 if x >= n else NAN for x in range(len(points))]
    np.testing.assert_allclose(change(values, n), expected, rtol=1e-14)


def test_a_change_from_nothing_is_unknown() -> None:
    np.testing.assert_array_equal(change(np.array([0.0, 5.0, 10.0]), 1), [NAN, NAN, 1.0])


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(("days", "window"), [(1, 5), (4, 5), (5, 5), (23, 5), (40, 7), (90, 30), (61, 1)])
def test_moving_figures_equal_those_of_each_window(days: int, window: int, order: str) -> None:
    rng = np.random.default_rng(days * 100 + window)
    values = rng.normal(3.0, 1.0, (days, 3))
    values[rng.random(values.shape) < 0.2] = NAN
    table = np.asarray(values, order=order)  # type: ignore[call-overload]
    minimum = 2 * window // 3
    mean, deviation = trailing_mean(table, window, minimum), trailing_std(table, window, minimum)
    for x in range(days):
        for k in range(3):
            known = slow_window(values[:, k], x, window)
            expected = statistics.fmean(known) if len(known) >= max(minimum, 1) else NAN
            assert mean[x, k] == pytest.approx(expected, rel=1e-13, nan_ok=True)
            expected = statistics.stdev(known) if len(known) >= max(minimum, 2) else NAN
            assert deviation[x, k] == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("spike_at", [0, 29, 30, 31, 64])
def test_moving_figures_forget_a_spike_on_the_day_it_leaves(spike_at: int) -> None:
    rng = np.random.default_rng(spike_at)
    calm = rng.normal(1.0, 0.01, 200)
    spiked = calm.copy()
    spiked[spike_at] = 1e12
    for figure in (trailing_mean, trailing_std):
        before, after = figure(calm, 30, 30), figure(spiked, 30, 30)
        np.testing.assert_array_equal(after[spike_at + 30 :], before[spike_at + 30 :])


def test_a_constant_has_no_deviation_at_all() -> None:
    assert np.all(trailing_std(np.full(100, 0.1), 30, 20)[20:] == 0.0)


def test_moving_figures_of_a_table_wider_than_one_portion_are_those_of_its_columns() -> None:
    rng = np.random.default_rng(5)
    table = np.asfortranarray(rng.normal(size=(1500, 200)))
    for figure in (trailing_mean, trailing_std):
        whole = figure(table, 30, 20)
        for column in (0, 87, 88, 199):
            np.testing.assert_array_equal(whole[:, column], figure(table[:, column], 30, 20))


@given(values_with_gaps, st.integers(1, 20), st.integers(1, 60))
def test_no_moving_figure_looks_ahead(values: Floats, window: int, cut: int) -> None:
    head = values[:cut]
    for figure in (
        carried,
        lambda v: change(v, window),
        lambda v: trailing_mean(v, window, 1),
        lambda v: trailing_std(v, window, 2),
    ):
        np.testing.assert_array_equal(figure(values)[:cut], figure(head))
