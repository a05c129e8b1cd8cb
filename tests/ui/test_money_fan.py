"""The names at the end of a fan of paths."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.charts.money_fan import LINE, _spread


@given(wanted=st.lists(st.floats(0.0, 300.0), min_size=1, max_size=7).map(sorted))
def test_names_never_touch_each_other_nor_the_axis(wanted):
    places = _spread(wanted, 0.0, 290.0)
    assert max(places) <= 290.0
    assert all(b - a >= LINE - 1e-9 for a, b in pairwise(places))


def test_names_with_room_stay_where_their_lines_end():
    assert _spread([10.0, 60.0, 110.0], 0.0, 290.0) == pytest.approx([10.0, 60.0, 110.0])
