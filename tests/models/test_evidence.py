"""How often the trial errs, in a small way; docs/evidence.md has the rates of a thousand runs."""

from __future__ import annotations

import pytest

from benchmarks import evidence
from benchmarks.chance_markets import made
from models.market.precedents.event_tests import against_base, independent_events, number
from models.market.unknown import Unknown


@pytest.fixture(scope="module")
def nothing():
    return evidence.rates(200, years=13)


def test_where_there_is_nothing_a_horizon_asked_alone_is_wrong_in_about_one_of_twenty(nothing):
    assert 0.01 <= nothing.sizes <= 0.10
    assert nothing.alone <= 0.09


def test_where_there_is_nothing_hardly_anything_is_established(nothing):
    assert nothing.established <= 0.02
    assert nothing.any_horizon <= 0.06


def test_records_of_a_random_walk_come_in_clusters_and_establish_nothing_either():
    assert evidence.rates(100, years=13, kind="records").any_horizon <= 0.08


def test_a_season_sixty_days_after_every_event_is_found():
    found = evidence.rates(15, years=26, linked=1.0)
    assert found.established >= 0.9
    assert found.alone == 1.0


def test_a_lag_of_eight_weeks_is_recovered_and_independent_lines_stay_inside_their_band():
    assert evidence.recovered(20, 300, 0.5) >= 0.9
    assert evidence.beyond_band(60, 600) <= 0.2


def test_the_interval_holds_the_truth_nearly_always():
    assert evidence.coverage(25, years=13, days=60) >= 0.84


def test_what_an_effect_that_never_fails_could_show_gets_smaller_with_a_longer_history():
    found = [evidence.never_failing(years, 60, seeds=3) for years in (13, 26, 52)]
    assert found == sorted(found, reverse=True)
    assert 0 < found[-1] < found[0] < 0.05


def test_eight_independent_events_are_counted_as_the_methods_say():
    history = made(3, years=13)
    (found,) = against_base(history.windows, history.events, horizons=(365,), intervals=False)
    base, _ = history.windows.measured("season", 365)
    days = history.windows.days[history.events & base]
    assert found.independent == independent_events(days, 365)
    assert found.is_judged == (found.independent >= 8)
    if found.independent < 8:
        assert isinstance(found.low, Unknown)
        assert not found.is_established


def test_the_same_seed_makes_the_same_history():
    one, other = made(7, years=13), made(7, years=13)
    assert (one.events == other.events).all()
    first = against_base(one.windows, one.events, intervals=False)
    again = against_base(other.windows, other.events, intervals=False)
    assert [number(each.p) for each in first] == [number(each.p) for each in again]


def test_the_page_has_a_place_for_every_table():
    text = evidence.TEMPLATE.read_text(encoding="utf-8")
    names = ("nothing", "coverage", "real", "planted", "floor", "lead", "band")
    assert all("{" + name + "}" in text for name in names)
    written = evidence.PAGE.read_text(encoding="utf-8")
    for head in ("## Where there is nothing to find", "## Lead and lag"):
        assert head in text
        assert head in written
    assert "{" not in written
