"""Alignment of lines with different calendars, against lists made by hand."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation.pairs import matrix, pair, rolling, scatter
from models.market.snapshot import Series, day
from models.market.unknown import Unknown
from tests.markets import line
from tests.models.correlation_cases import bitcoin, prices, steps


def test_daily_returns_of_both_legs_span_the_weekend_and_the_holiday():
    # 4 July 2024 was a Thursday; 3 July was a (short) session.
    index = prices("2024-06-28", "2024-07-09", closed=["2024-07-04"])
    both = pair(
        index, bitcoin("2024-06-20", "2024-07-12"), returns="daily", sessions=index, as_of=day("2024-07-12")
    )
    expected = [
        ("2024-07-01", [("2024-06-28", "2024-07-01")]),
        ("2024-07-02", [("2024-07-01", "2024-07-02")]),
        ("2024-07-03", [("2024-07-02", "2024-07-03")]),
        ("2024-07-05", [("2024-07-03", "2024-07-05")]),
        ("2024-07-08", [("2024-07-05", "2024-07-08")]),
        ("2024-07-09", [("2024-07-08", "2024-07-09")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, np.arange(day("2024-06-20"), day("2024-07-13"))) == expected


def test_a_day_that_bitcoin_lacks_costs_both_returns_that_touch_it():
    index = prices("2024-07-01", "2024-07-12", closed=["2024-07-04"])
    coin = bitcoin("2024-07-01", "2024-07-12", closed=["2024-07-09"])
    both = pair(index, coin, returns="daily", sessions=index, as_of=day("2024-07-12"))
    missing = [str(d) for d, value in zip(both.days, both.y, strict=True) if np.isnan(value)]
    assert missing == ["2024-07-09", "2024-07-10"]
    assert np.isfinite(both.x).all()


GOOD_FRIDAY = ("2024-03-29",)


def test_the_week_of_good_friday_ends_on_its_thursday_for_both_and_counts_from_friday():
    index = prices("2024-03-11", "2024-04-12", closed=GOOD_FRIDAY)
    coin = bitcoin("2024-03-11", "2024-04-12")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day("2024-04-12"))
    expected = [
        ("2024-03-22", [("2024-03-15", "2024-03-22")]),
        ("2024-03-29", [("2024-03-22", "2024-03-28")]),
        ("2024-04-05", [("2024-03-28", "2024-04-05")]),
        ("2024-04-12", [("2024-04-05", "2024-04-12")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, coin.days) == expected


@pytest.mark.parametrize(
    ("as_of", "last"),
    [("2024-03-28", "2024-03-22"), ("2024-03-29", "2024-03-29"), ("2024-04-04", "2024-03-29")],
)
def test_a_week_counts_once_its_friday_is_over(as_of, last):
    index = prices("2024-03-11", "2024-04-12", closed=GOOD_FRIDAY)
    both = pair(
        index, bitcoin("2024-03-11", "2024-04-12"), returns="weekly", sessions=index, as_of=day(as_of)
    )
    assert str(both.days[-1]) == last


def test_the_week_of_11_september_2001_ends_on_its_monday():
    shut = [f"2001-09-{d}" for d in (11, 12, 13, 14)]
    index = prices("2001-08-27", "2001-09-28", closed=shut)
    coin = bitcoin("2001-08-27", "2001-09-28")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day("2001-09-30"))
    expected = [
        ("2001-09-07", [("2001-08-31", "2001-09-07")]),
        ("2001-09-14", [("2001-09-07", "2001-09-10")]),
        ("2001-09-21", [("2001-09-10", "2001-09-21")]),
        ("2001-09-28", [("2001-09-21", "2001-09-28")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, coin.days) == expected


def test_a_week_without_a_session_is_missing_and_no_false_zero():
    shut = [f"2024-07-{d:02d}" for d in range(8, 13)]
    index = prices("2024-06-17", "2024-08-02", closed=shut)
    both = pair(
        index, bitcoin("2024-06-17", "2024-08-02"), returns="weekly", sessions=index, as_of=day("2024-08-02")
    )
    missing = [str(d) for d, value in zip(both.days, both.x, strict=True) if np.isnan(value)]
    assert missing == ["2024-07-12", "2024-07-19"]
    assert np.array_equal(np.isnan(both.x), np.isnan(both.y))


def test_two_coins_use_every_day_and_the_friday_itself():
    a, b = bitcoin("2024-06-01", "2024-07-31"), bitcoin("2024-06-05", "2024-07-31", closed=["2024-07-05"])
    index = prices("2024-06-01", "2024-07-31", closed=["2024-07-04"])
    daily = pair(a, b, returns="daily", sessions=index, as_of=day("2024-07-31"))
    assert daily.days.size == 56
    weekly = pair(a, b, returns="weekly", sessions=index, as_of=day("2024-07-31"))
    assert {str(d) for d in weekly.days[np.isnan(weekly.y)]} == {"2024-07-05", "2024-07-12"}
    assert "Friday" in weekly.calendar


def test_an_equity_without_session_dates_is_refused():
    index = prices("2024-06-01", "2024-07-31")
    with pytest.raises(ValueError, match="session"):
        pair(index, index, returns="daily", sessions=None, as_of=day("2024-07-31"))
    with pytest.raises(ValueError, match="session"):
        matrix([index], returns="daily", window=30, sessions=None, as_of=day("2024-07-31"))


def test_a_late_publication_stands_on_the_day_it_became_known():
    every = np.arange(day("2024-06-01"), day("2024-07-01"))
    supply = Series("S", "S", "USD", "t", "daily", every, np.exp(np.arange(30.0) ** 2 / 1e3), 2)
    other = bitcoin("2024-06-01", "2024-06-30")
    both = pair(supply, other, returns="daily", sessions=None, as_of=day("2024-06-30"))
    assert str(both.days[0]) == "2024-06-04"
    assert both.x[0] == pytest.approx((1 - 0) / 1e3)
    assert np.isfinite(both.x).all()


def test_a_monthly_series_stays_unknown_and_says_why():
    months = np.arange("2020-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    money = Series("M2", "M2", "USD", "t", "monthly", months, 100.0 + np.arange(months.size), 60)
    both = pair(
        money, bitcoin("2020-01-01", "2024-06-30"), returns="weekly", sessions=None, as_of=day("2024-06-30")
    )
    found = rolling(both, window=52).at(day("2024-06-30"))
    assert found == Unknown("0 common weeks of M2 and BTC among the last 52, 35 are needed.")


def test_values_without_a_logarithm_are_missing():
    every = np.arange(day("2024-06-01"), day("2024-06-11"))
    rate = Series("F", "F", "", "t", "daily", every, np.array([1.0, 2, 0, 3, -1, 4, 5, 6, 7, 8]))
    both = pair(
        rate, bitcoin("2024-06-01", "2024-06-10"), returns="daily", sessions=None, as_of=day("2024-06-10")
    )
    assert np.isfinite(both.x).tolist() == [True, False, False, False, False, True, True, True, True]


@pytest.mark.parametrize("returns", ["daily", "weekly"])
def test_lines_without_a_common_day_give_an_empty_pair_that_says_so(returns):
    index = prices("2024-01-01", "2024-02-01")
    empty = Series("NEW", "New", "USD", "t", "daily", index.days[:0], index.values[:0])
    for other in (empty, bitcoin("2024-02-02", "2024-03-01")):
        both = pair(index, other, returns=returns, sessions=index, as_of=day("2024-02-01"))
        assert both.days.size == 0
        found = rolling(both, window=30).at(day("2024-02-01"))
        assert isinstance(found, Unknown)
        assert "no common return" in found.why
        assert isinstance(scatter(both, window=30), Unknown)


def week_by_hand(sessions, as_of):
    """Methods 3 with the calendar of the standard library: {Friday: last session of its week}."""
    result = {}
    friday = sessions[0] + timedelta((4 - sessions[0].weekday()) % 7)
    while friday <= as_of:
        last = sessions[bisect_right(sessions, friday) - 1]
        result[friday] = last if friday - last < timedelta(7) else None
        friday += timedelta(7)
    return result


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 150), min_size=3, max_size=110),
    st.sets(st.integers(0, 150), min_size=3, max_size=150),
    st.integers(20, 160),
)
def test_weekly_returns_follow_the_calendar_whatever_days_are_missing(open_days, coin_days, cut):
    origin = date(2024, 1, 1)
    sessions = sorted(origin + timedelta(d) for d in open_days)
    held = {origin + timedelta(d): log(100.0 + d * d % 37) for d in coin_days}
    as_of = origin + timedelta(cut)
    index = line("RUT", np.array(sessions, dtype="datetime64[D]"), np.arange(1.0, len(sessions) + 1))
    days = sorted(held)
    coin = line("BTC", np.array(days, dtype="datetime64[D]"), np.exp([held[d] for d in days]), "daily")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day(str(as_of)))
    known = [d for d in sessions if d <= as_of]
    weeks = week_by_hand(known, as_of) if known else {}
    fridays = sorted(weeks)
    expected = {}
    for before, friday in pairwise(fridays):
        p, q = held.get(weeks[before]), held.get(weeks[friday])
        expected[friday] = None if p is None or q is None else q - p
    got = dict(zip(both.days.astype(object).tolist(), both.y.tolist(), strict=True))
    for friday, value in expected.items():
        if value is not None and index.values[0] > 0:
            assert got[friday] == pytest.approx(value, abs=1e-12)
    assert {f for f, v in got.items() if np.isfinite(v)} == {f for f, v in expected.items() if v is not None}
