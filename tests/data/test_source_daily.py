"""The guards of daily series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.daily import Guard, Point, seconds_day, tell, text_day
from models.market.snapshot import day

TODAY = day("2026-11-22")


def points(*values: object, start: str = "2026-11-01") -> list[Point]:
    return [Point(day(start) + i, value) for i, value in enumerate(values)]


def told(*values: object, **guard: float):
    return tell("X", points(*values), today=TODAY, guard=Guard(**guard))


def test_numbers_of_any_type_are_read_and_gaps_stay_gaps():
    found = told("1.5", 2, None, "", ".", 3.0)
    assert found.values == [1.5, 2.0, 3.0]
    assert found.days == [day("2026-11-01"), day("2026-11-02"), day("2026-11-06")]
    assert not found.refused


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "about 3", True, [1], {"a": 1}, float("nan"), "1e999"])
def test_what_is_no_number_is_refused(raw: object):
    found = told(1.0, raw, 1.1)
    assert found.values == [1.0, 1.1]
    assert found.refused[0].why == "This is not a number."


def test_days_that_are_not_over_are_dropped_and_counted():
    found = tell(
        "X", [Point(TODAY, 1), Point(TODAY + 1, 1), Point(None, 1, "soon")], today=TODAY, guard=Guard()
    )
    assert found.provisional == 1
    assert not found.days
    assert [one.value for one in found.refused] == ["1", "soon"]


def test_a_day_told_twice_keeps_its_first_value():
    twice = [*points(1.0, 2.0), *points(1.0, 2.5)]
    found = tell("X", twice, today=TODAY, guard=Guard())
    assert found.values == [1.0, 2.0]
    assert [one.value for one in found.refused] == ["2.5"]


def test_a_spike_is_refused_and_a_step_is_taken():
    assert told(1, 1, 9, 1, 1, factor=5).values == [1, 1, 1, 1]
    assert told(1, 1, 9, 9, 9, factor=5).values == [1, 1, 9, 9, 9]
    assert told(1, 1, 0, 1, factor=5).values == [1, 1, 1]


def test_leaps_of_a_series_that_is_still_tiny_are_taken():
    assert told(1, 1, 9, 1, 1, factor=5, floor=100).values == [1, 1, 9, 1, 1]
    assert told(500, 500, 1, 500, factor=5, floor=100).values == [500, 500, 500]


def test_a_jump_at_the_end_waits_for_confirmation():
    found = told(4.1, 4.2, 41.0, step=2.0)
    assert found.values == [4.1, 4.2]
    assert "no later value confirms" in found.refused[0].why
    assert told(4.1, 4.2, 41.0, 41.1, step=2.0).values == [4.1, 4.2, 41.0, 41.1]


@given(st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=4), st.integers(-9, 9)), max_size=21))
def test_nothing_is_ever_invented(raw: list[object]):
    found = tell("X", points(*raw), today=TODAY, guard=Guard(lowest=0.0, factor=3.0))
    for when, value in zip(found.days, found.values, strict=True):
        said = raw[int((when - day("2026-11-01")).astype(int))]
        assert float(said) == value
        assert np.isfinite(value)
        assert value >= 0
    assert len(found.days) + len(found.refused) <= len(raw)


def test_a_fall_too_deep_for_a_ratio_is_refused_and_not_an_error():
    found = tell("X", points(1.3e58, 3.2e-266), today=TODAY, guard=Guard(lowest=0.0, factor=3.0))
    assert len(found.days) + len(found.refused) == 2
    assert found.refused


def test_stamps_that_are_none_are_said_to_be_none():
    assert seconds_day("never") is None
    assert seconds_day(-5) is None
    assert seconds_day(1e15) is None
    assert text_day("") is None
    assert text_day(None) is None
