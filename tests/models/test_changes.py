"""What changed between two days: told once, on its day, and never with knowledge of a later one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.market.changes import ALTCOIN, changes
from models.market.season.index import HEADLINE
from models.market.signals.history import STATES
from models.market.study import Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market


@pytest.fixture(scope="module")
def known() -> Study:
    return study(synthetic_market(days=700, coins=60, seed=4))


def test_nothing_changes_between_a_day_and_itself(known):
    day = known.market.days[500]
    assert changes(known, day, day) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(200, 690), st.integers(1, 150))
def test_every_line_lies_between_the_days_and_signals_stand_otherwise_than_before(known, row, back):
    days = known.market.days
    since, until = days[max(row - back, 0)], days[row]
    found = changes(known, since, until)
    assert all(one.day <= until for one in found)
    assert [one.day for one in found] == sorted((one.day for one in found), reverse=True)
    flipped = {one.title for one in found if one.kind == "signal"}
    a, b = known.market.position(since), row
    expected = {one.title for one in known.signals.histories if one.code[a] != one.code[b]}
    assert flipped == expected
    for one in found:
        if one.kind == "signal":
            history = next(h for h in known.signals.histories if h.title == one.title)
            assert STATES[int(history.code[b]) + 1] == one.state
            assert one.day > since


@settings(max_examples=6, deadline=None)
@given(st.integers(350, 690))
def test_later_days_change_nothing(known, row):
    day = known.market.days[row]
    # A tick found out a day later is seen as it stood by a cut alone: methods, section 0.
    assume(not known.market.has_open_ticks(day))
    cut = study(known.market.cut(day))
    since = known.market.days[row - 90]
    assert changes(cut, since, day) == changes(known, since, day)


def test_a_crossing_of_the_season_level_is_told_on_its_last_day(known):
    index = known.season[HEADLINE].index
    days = known.market.days
    above = index >= ALTCOIN
    rows = [
        row
        for row in range(300, 699)
        if np.isfinite(index[row - 1 : row + 1]).all() and above[row] != above[row - 1]
    ]
    if not rows:
        pytest.skip("The synthetic season index never crosses 75 after day 300.")
    row = rows[0]
    found = changes(known, days[row - 1], days[row])
    assert any(one.kind == "level" and "75" in one.words and one.day == days[row] for one in found)


def test_records_of_the_russell_are_told(known):
    small = known.russell
    assert not isinstance(small, Unknown)
    rows = np.flatnonzero(small.record)
    day = small.days[rows[-1]]
    found = changes(known, day - 1, day)
    assert any(one.title == "Russell 2000" and one.day == day for one in found)
