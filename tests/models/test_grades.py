"""Track records of the signals and of their score, and how much the signals overlap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.market.season.index import SeasonIndex, Variant
from models.market.signals import UNKNOWN, signals
from models.market.signals.grades import crossings, firings, grade, grades, overlap, score_grade
from models.market.snapshot import day
from models.market.unknown import Unknown
from tests.models.signal_cases import NAN, computed, inputs, inputs_of, market


def season_of(values: list[float]) -> SeasonIndex:
    some = np.array(values)
    whole = np.zeros(some.size, dtype=np.intp)
    days = day("2020-01-01") + np.arange(some.size)
    return SeasonIndex(Variant(), days, some, whole, whole, whole, np.zeros(some.size), whole)


def test_a_track_record_counts_hits_false_alarms_and_what_it_leaves_out():
    index = season_of([50.0] * 100 + [80.0] * 20 + [50.0] * 180)
    fired = np.zeros(300, dtype=bool)
    fired[[60, 80, 105, 150, 290]] = True  # too early, in time, inside the season, in vain, still open
    month, quarter, _ = grade(fired, np.ones(300, dtype=bool), index, index.days[-1])
    assert (month.fired, month.hits, month.false_alarms) == (3, 1, 2)
    assert (month.inside_season, month.still_open) == (1, 1)
    assert month.rate == pytest.approx(1 / 3)
    assert month.median_lead == 20
    # Days 70 .. 99 see the season begin within 30 days; 270 days have a past, 20 lie inside of it.
    assert (month.base_days, month.base_rate) == (250, pytest.approx(30 / 250))
    assert month.independent == 2
    assert isinstance(month.lift, Unknown)
    assert "Too few to grade" in month.lift.why
    assert (quarter.hits, quarter.median_lead) == (2, 30)


def test_a_season_counts_only_from_its_seventh_day_on():
    index = season_of([50.0] * 100 + [80.0] * 20 + [50.0] * 180)
    fired = np.zeros(300, dtype=bool)
    fired[80] = True
    everything = np.ones(300, dtype=bool)
    assert grade(fired, everything, index, index.days[105], horizons=(25,))[0].hits == 0
    assert grade(fired, everything, index, index.days[106], horizons=(25,))[0].hits == 1


def test_grades_know_nothing_of_later_days():
    found, season = computed(), inputs().season
    row = 430
    cut = inputs_of(market().cut(market().days[row]))
    assert grades(signals(cut), cut.season, cut.days[-1]) == grades(found, season, found.days[row])
    assert score_grade(signals(cut), cut.season, cut.days[-1]) == score_grade(found, season, found.days[row])


def test_a_signal_fires_when_it_turns_and_not_after_a_gap():
    code = np.array([1, 0, 1, 1, 2, 1, -1, 2, 1], dtype=np.int8)
    assert np.flatnonzero(firings(code)).tolist() == [2, 8]
    share = np.array([0.6, 0.4, 0.5, NAN, 0.6, 0.7, 0.5, 0.51])
    assert np.flatnonzero(crossings(share, 0.5)).tolist() == [4, 7]


def test_five_copies_of_one_signal_count_as_one():
    found = computed()
    one = found["eth_btc"]
    copies = replace(found, histories=tuple(replace(one, id=f"copy {n}") for n in range(5)))
    assert overlap(copies, copies.days[-1]).effective == pytest.approx(1.0)


def test_the_overlap_is_the_correlation_of_states_on_common_days():
    found = computed()
    pair = overlap(found, found.days[-1], ["layer1", "alt_cap_growth"])
    a, b = (found[name].code for name in pair.ids)
    both = (a != UNKNOWN) & (b != UNKNOWN)
    expected = np.corrcoef(a[both], b[both])[0, 1]
    assert pair.correlation[0, 1] == pytest.approx(expected)
    assert pair.effective == pytest.approx(4 / (2 + 2 * expected**2))
    assert isinstance(overlap(found, found.days[-1], []).effective, Unknown)
