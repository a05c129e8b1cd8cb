"""Gaps are found where the calendar does not allow them, and days without prices are counted as such."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.coverage import ALLOWED, coin_strip, priced_days, strip, strips
from tests.markets import synthetic_market

START = np.datetime64("2020-01-06", "D")


@given(st.sets(st.integers(0, 300), min_size=1), st.sampled_from(sorted(ALLOWED)))
def test_what_is_held_and_the_gaps_between_make_up_the_whole(kept, calendar):
    days = START + np.array(sorted(kept))
    found = strip("x", "X", calendar, days)
    assert found.first == days[0]
    assert found.last == days[-1]
    gap_days = {day for gap in found.gaps for day in np.arange(gap.start, gap.end + 1)}
    assert not gap_days & set(days)
    for gap in found.gaps:
        assert (gap.end - gap.start).astype(int) + 2 > ALLOWED[calendar]
    longest = max((int(step) for step in np.diff(days).astype(int)), default=0)
    assert bool(found.gaps) == (longest > ALLOWED[calendar])


def test_a_weekend_is_no_gap_for_sessions_and_one_for_days():
    days = START + np.array([0, 1, 2, 3, 4, 7, 8])
    assert strip("x", "X", "session", days).gaps == ()
    gappy = START + np.array([0, 1, 2, 3, 8])
    assert len(strip("x", "X", "daily", gappy).gaps) == 1


def test_a_series_that_was_never_fetched_is_a_row_without_days():
    market = synthetic_market(days=60)
    found = {one.id: one for one in strips(market, ("RUT", "NOTHING"))}
    assert found["NOTHING"].first is None
    assert found["RUT"].first is not None


def test_few_coins_are_told_from_many():
    market = synthetic_market(days=120, coins=60)
    price = market.price.copy()
    price[40:50, 5:] = np.nan
    price[80:90] = np.nan
    seen = coin_strip(replace(market, price=price), "Prices", caps=False, needed=20)
    assert any(span.start <= market.days[45] <= span.end for span in seen.partial)
    assert any(gap.start == market.days[80] and gap.end == market.days[89] for gap in seen.gaps)


def test_days_begin_on_a_monday_and_nothing_later_is_shown():
    market = synthetic_market(days=200, coins=40)
    day = market.days[150]
    found = priced_days(market, day, weeks=4)
    assert found.days.size == 28
    assert found.days[0].astype(object).weekday() == 0
    assert found.days[0] <= day <= found.days[-1]
    assert np.isnan(found.share[found.days > day]).all()
    known = found.share[np.isfinite(found.share)]
    assert known.size
    assert ((known >= 0) & (known <= 1)).all()


def test_a_day_without_any_price_is_none_of_the_usual():
    market = synthetic_market(days=200, coins=40)
    price = market.price.copy()
    price[148] = np.nan
    found = priced_days(replace(market, price=price), market.days[150], weeks=4)
    assert found.share[found.days == market.days[148]] == pytest.approx([0.0])
