"""The last look before storing: against a slow reading of the same rules, and on cases with known answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.refresh.checks import Checked, checked
from data.sources.contract import Fetched, Rows
from models.market.snapshot import Series, day
from tests.data.refreshing import NOON, rows


def look(*found: Rows, now: datetime = NOON, held: Series | None = None) -> Checked:
    return checked(Fetched(now, found), now, lambda key: held)


def kept(found: Checked) -> dict[str, float]:
    """The main values that are left, by day."""
    at = {"coin": 0, "bars": 3, "series": 0}
    return {
        str(when): float(value)
        for one in found.rows
        for when, value in zip(one.days, one.values[:, at[one.kind]], strict=True)
    }


def stored(key: str, last: str, *values: float) -> Series:
    days = day(last) - np.arange(len(values))[::-1].astype("timedelta64[D]")
    return Series(key, key, "", "", "daily", days, np.array(values))


def test_a_day_that_is_not_over_is_dropped_and_counted() -> None:
    found = look(rows("coin", "bitcoin", "2026-11-21", [1.0, 2.0, 3.0, 4.0]))
    assert (kept(found), found.provisional) == ({"2026-11-18": 1.0, "2026-11-19": 2.0}, 2)


def test_a_snapshot_of_the_moment_may_be_of_today() -> None:
    found = look(rows("series", "OPTIONS_SKEW", "2026-11-20", [1.0], moment=True))
    assert kept(found) == {"2026-11-20": 1.0}


def test_a_session_is_dropped_until_new_york_has_closed() -> None:
    bars = rows("bars", "RUT", "2026-11-20", [100.0, 101.0])
    assert kept(look(bars, now=datetime(2026, 11, 20, 21, 14, tzinfo=UTC))) == {"2026-11-19": 100.0}
    assert len(kept(look(bars, now=datetime(2026, 11, 20, 21, 15, tzinfo=UTC)))) == 2


@pytest.mark.parametrize(
    ("kind", "key", "value", "why"),
    [
        ("coin", "bitcoin", -1.0, "The price is negative."),
        ("coin", "bitcoin", 0.0, "The price is zero."),
        ("bars", "RUT", float("inf"), "The close is no finite number."),
        ("bars", "TNX", 42.5, "A 10-year yield above 20 percent is another unit (tenths of a percent)."),
        ("series", "WALCL", 6600.0, "Not a balance sheet in USD million: the unit seems to have changed."),
        ("series", "FEAR_GREED", 140.0, "The value lies outside the possible values."),
    ],
)
def test_a_value_that_no_market_can_have_is_refused(kind: Any, key: str, value: float, why: str) -> None:
    found = look(rows(kind, key, "2026-11-19", [value]))
    assert (kept(found), [one.why for one in found.refused]) == ({}, [why])


def test_a_negative_volume_costs_the_volume_alone() -> None:
    table = np.array([[10.0, 100.0, -5.0]])
    found = look(Rows("coin", "bitcoin", np.array([day("2026-11-19")]), table))
    assert np.array_equal(found.rows[0].values, [[10.0, 100.0, np.nan]], equal_nan=True)
    assert [one.why for one in found.refused] == ["The volume is negative."]


def test_days_come_out_in_order_and_once() -> None:
    days = np.array(
        [day("2026-11-19"), day("2026-11-17"), day("2026-11-19"), day("2026-11-18"), day("2026-11-18")]
    )
    table = np.array([[3.0], [1.0], [3.0], [2.0], [9.0]])
    found = look(Rows("series", "X", days, table))
    assert kept(found) == {"2026-11-17": 1.0, "2026-11-19": 3.0}
    assert [(str(one.day), one.why) for one in found.refused] == [
        ("2026-11-18", "The day came twice, with different values.")
    ]


def test_a_leap_that_the_next_day_takes_back_is_refused() -> None:
    found = look(rows("coin", "x", "2026-11-19", [1.0, 1.1, 11.0, 1.0, 1.2]))
    assert list(kept(found).values()) == [1.0, 1.1, 1.0, 1.2]
    assert found.refused[0].why == "A leap of +900 % against 2026-11-16 that the next day takes back."


def test_a_leap_that_stays_is_true() -> None:
    assert len(kept(look(rows("coin", "x", "2026-11-19", [1.0, 0.1, 0.09, 0.08])))) == 4


def test_a_leap_on_the_last_day_waits_for_a_second_one() -> None:
    first = look(rows("coin", "x", "2026-11-18", [1.0, 0.1]))
    assert list(kept(first).values()) == [1.0]
    assert first.refused[0].why == "A leap of -90 % against 2026-11-17; it waits for a second day."
    second = look(rows("coin", "x", "2026-11-19", [1.0, 0.1, 0.11]))
    assert len(kept(second)) == 3


def test_a_leap_is_measured_against_what_is_stored() -> None:
    held = stored("RUT", "2026-11-18", 2200.0, 2210.0)
    found = look(rows("bars", "RUT", "2026-11-19", [22.0]), held=held)
    assert (kept(found), len(found.refused)) == ({}, 1)


def test_the_vix_may_double_in_a_day() -> None:
    assert len(kept(look(rows("bars", "VIX", "2026-11-19", [17.0, 37.0])))) == 2
    assert len(kept(look(rows("bars", "RUT", "2026-11-19", [17.0, 37.0])))) == 1


def test_a_flow_may_leap_as_it_likes() -> None:
    assert len(kept(look(rows("series", "BTC.FlowInExUSD", "2026-11-19", [1e6, 9e9, 1e6])))) == 3


def slow_leaps(values: Sequence[float], rise: float = 3.0, fall: float = -0.75) -> list[int]:
    """Say which values are refused, straight from the words of the rule; consecutive days, all new."""
    good, refused = 0, []
    for i in range(1, len(values)):
        change = values[i] / values[good] - 1
        leaps = change > rise or change < fall
        too_long_ago = i - good > 8
        if leaps and not too_long_ago:
            is_last = i == len(values) - 1
            jump = abs(values[i] - values[good])
            undone = not is_last and abs(values[i + 1] - values[good]) <= 0.4 * jump
            if is_last or undone:
                refused.append(i)
                continue
        good = i
    return refused


@given(st.lists(st.sampled_from([0.1, 0.5, 1.0, 1.2, 3.0, 10.0, 50.0]), min_size=2, max_size=30))
def test_leaps_are_those_of_the_slow_reading(values: list[float]) -> None:
    found = look(rows("coin", "x", "2026-11-19", values))
    days = [str(day("2026-11-19") - np.timedelta64(len(values) - 1 - i, "D")) for i in slow_leaps(values)]
    assert [str(one.day) for one in found.refused] == days
    assert len(kept(found)) == len(values) - len(days)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.just(0.0), min_size=1, max_size=20))
def test_nothing_is_ever_put_in_the_place_of_a_value(values: list[float]) -> None:
    found = look(rows("coin", "x", "2026-11-19", values))
    given_ = {value for value in values if np.isfinite(value) and value > 0}
    assert set(kept(found).values()) <= given_
