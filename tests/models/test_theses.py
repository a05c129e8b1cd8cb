"""Theses with a deadline: they close by themselves, never look ahead, and their record is honest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.market.gaps import carried
from models.market.precedents.event_windows import ground_upto
from models.market.snapshot import day
from models.market.study import Study, study
from models.market.theses.record import NEEDED, Judged, base_rate, judge, ledger, record
from models.market.theses.thesis import Condition, Theses, Thesis, ThesisError, from_dict, theses, to_dict
from models.market.unknown import Unknown
from tests.markets import synthetic_market


@cache
def known() -> Study:
    return study(synthetic_market(days=900, coins=60, seed=4))


def opened_at(row: int) -> date:
    return known().market.days[row].astype(date)


conditions = st.builds(
    Condition,
    measure=st.sampled_from(["alt50", "excess", "season", "season_index", "dominance"]),
    side=st.sampled_from(["above", "below"]),
    level=st.sampled_from([0.0, 0.1, 0.4, 0.6]),
    when=st.sampled_from(["any", "end"]),
)


@st.composite
def whole_theses(draw, last: int = 880) -> Thesis:
    confirms = draw(conditions)
    refutes = draw(st.none() | conditions.filter(lambda one: one != confirms))
    return Thesis(opened_at(draw(st.integers(100, last))), draw(st.integers(7, 200)), confirms, refutes)


def slow_met(one: Condition, row: int, window: int, today: int) -> tuple[int | None, bool]:
    """Walk day by day: the day of the window on which a condition was met, and whether it is still open."""
    found = known()
    ground = ground_upto(found, found.market.days[today])
    alt, btc = carried(ground.alt50.values), carried(ground.bitcoin)
    index, share = carried(ground.season.index), carried(found.dominance.dominance[: today + 1])
    if one.measure == "season":
        state = found.seasons_upto(found.market.days[today])
        inside = [
            season
            for season in state.known
            if row < int((season.start - ground.days[0]).astype(int)) <= row + window
        ]
        waits = state.forming is not None and (
            row < int((state.forming.start - ground.days[0]).astype(int)) <= row + window
        )
        if one.side == "above":
            if not inside:
                return None, waits
            start = int((inside[0].start - ground.days[0]).astype(int))
            high = [at for at in range(start, today + 1) if ground.season.index[at] >= 75]
            return high[6] - row, False
        if row + window > today or inside or waits:
            return None, waits and not inside
        return window, False
    for ahead in range(1, window + 1):
        at = row + ahead
        if at > today:
            break
        value = {
            "alt50": alt[at] / alt[row] - 1,
            "excess": alt[at] / alt[row] - btc[at] / btc[row],
            "season_index": index[at],
            "dominance": share[at],
        }[one.measure]
        met = value > one.level if one.side == "above" else value < one.level
        if met and (one.when == "any" or ahead == window):
            return ahead, False
    return None, False


def slow_state(thesis: Thesis, today: int) -> str:
    row = int((np.datetime64(thesis.opened, "D") - known().market.days[0]).astype(int))
    yes, wait = slow_met(thesis.confirms, row, thesis.window, today)
    no, also = (None, False)
    if thesis.refutes is not None:
        no, also = slow_met(thesis.refutes, row, thesis.window, today)
    if yes is not None and (no is None or yes < no):
        absent = thesis.refutes is not None and thesis.refutes.side == "below"
        return "open" if also and absent and yes == thesis.window else "confirmed"
    if no is not None:
        return "refuted"
    return "open" if wait or also or row + thesis.window > today else "undecided"


@given(whole_theses(), st.integers(0, 300))
@settings(max_examples=150, deadline=None)
def test_a_thesis_closes_as_a_walk_day_by_day_says(thesis, later):
    row = int((np.datetime64(thesis.opened, "D") - known().market.days[0]).astype(int))
    today = min(row + later, 899)
    assert judge(known(), thesis, known().market.days[today]).state == slow_state(thesis, today)


@given(whole_theses(700), st.integers(0, 300), st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_a_closed_thesis_stays_as_it_closed(thesis, later, still_later):
    row = int((np.datetime64(thesis.opened, "D") - known().market.days[0]).astype(int))
    days = known().market.days
    first = judge(known(), thesis, days[min(row + later, 899)])
    second = judge(known(), thesis, days[min(row + later + still_later, 899)])
    assert second.base_rate == first.base_rate
    if first.state != "open":
        assert (second.state, second.decided) == (first.state, first.decided)


@given(
    st.integers(100, 600), st.integers(0, 200), st.sampled_from(["alt50", "excess", "season", "dominance"])
)
@settings(max_examples=15, deadline=None)
def test_nothing_after_the_day_is_looked_at(row, later, measure):
    whole, days = known(), known().market.days
    until = days[row + later]
    # A bad tick that is found out a day later is shown as it stood by a cut alone: methods, section 0.
    assume(not whole.market.has_open_ticks(until))
    cut = study(whole.market.cut(until))
    thesis = Thesis(opened_at(row), 90, Condition(measure, "above", 0.3), Condition("alt50", "below", -0.3))
    seen, told = judge(cut, thesis, until), judge(whole, thesis, until)
    assert (seen.state, seen.decided, seen.days_left) == (told.state, told.decided, told.days_left)
    assert seen.base_rate == told.base_rate
    assert seen.base_days == told.base_days
    assert seen.value == pytest.approx(told.value, nan_ok=True)


def test_a_base_rate_is_the_share_of_earlier_days_that_came_true():
    days = known().market.days
    thesis = Thesis(opened_at(800), 30, Condition("alt50", "above", 0.05), Condition("alt50", "below", -0.1))
    alt = carried(known().alt50.values[:801])
    starts = [row for row in range(800 - 30 + 1) if np.isfinite(alt[row])]
    hits = sum(
        judge(known(), replace(thesis, opened=opened_at(row)), days[row + 30]).state == "confirmed"
        for row in starts[::7]
    )
    rate, count = base_rate(known(), thesis)
    assert count == len(starts)
    assert rate == pytest.approx(hits / len(starts[::7]), abs=0.03)


def test_too_short_a_history_has_no_base_rate():
    rate, count = base_rate(known(), Thesis(opened_at(200), 30, Condition("alt50")))
    assert count < 365
    assert isinstance(rate, Unknown)
    assert "365 are needed" in rate.why


def test_days_left_are_counted_down_to_nothing():
    thesis = Thesis(opened_at(500), 30, Condition("alt50", "above", 900.0))
    left = [judge(known(), thesis, known().market.days[row]).days_left for row in (500, 510, 530, 560)]
    assert left == [30, 20, 0, 0]
    assert judge(known(), thesis, known().market.days[529]).state == "open"
    assert judge(known(), thesis, known().market.days[530]).state == "undecided"


def test_a_thesis_is_not_there_before_it_was_opened():
    thesis = Thesis(opened_at(500), 30, Condition("alt50"))
    assert not ledger(known(), [thesis], known().market.days[499]).judged
    assert ledger(known(), [thesis], known().market.days[500]).judged


def closed(state: str, probability: float | None, base: float | Unknown = 0.5, **what: object) -> Judged:
    thesis = Thesis(date(2020, 1, 1), 30, Condition("alt50"), probability=probability, **what)
    return Judged(thesis, state, day("2020-01-10"), 0, 0.0, base, 400)


def test_the_record_scores_own_probabilities_against_the_base_rate():
    rows = [
        closed("confirmed", 0.9),
        closed("refuted", 0.2),
        closed("undecided", 0.4),
        closed("confirmed", 0.7, 0.25),
        closed("refuted", 0.1),
        closed("open", 0.5),
    ]
    found = record(rows)
    assert (found.closed, found.open, found.hit_rate, found.scored) == (5, 1, 0.4, 5)
    assert found.own == pytest.approx((0.01 + 0.04 + 0.16 + 0.09 + 0.01) / 5)
    assert found.base == pytest.approx((4 * 0.25 + 0.75**2) / 5)


def test_fewer_than_five_are_too_few_to_judge():
    found = record([closed("confirmed", 0.9)] * (NEEDED - 1))
    assert isinstance(found.hit_rate, Unknown)
    assert "Too few to judge" in found.hit_rate.why
    assert isinstance(found.own, Unknown)
    assert isinstance(found.base, Unknown)


def test_a_thesis_written_in_hindsight_is_left_out_of_the_record():
    late = closed("confirmed", 0.9, seen_until=date(2020, 1, 2))
    found = record([late] * 6)
    assert (found.closed, found.hindsight) == (0, 6)


def test_a_whole_number_is_as_good_a_level_as_any():
    assert repr(Condition("alt50", "above", 0).level) == "0.0"


@given(st.lists(whole_theses(), max_size=4))
@settings(max_examples=30, deadline=None)
def test_theses_survive_their_document(several):
    whole = theses(several)
    assert from_dict(to_dict(whole)) == whole


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"window": 3}, "7 to 365"),
        ({"probability": 1.2}, "between 0 and 100"),
        ({"refutes": Condition("alt50")}, "same words"),
        ({"event_day": date(2020, 1, 1) + timedelta(days=1)}, "after the day"),
        ({"note": "x" * 6_000}, "Shorten"),
    ],
)
def test_what_no_thesis_can_hold_is_said(what, why):
    with pytest.raises(ThesisError, match=why):
        Thesis(**{"opened": date(2020, 1, 1), "window": 30, "confirms": Condition("alt50"), **what})


def test_a_level_out_of_reach_is_refused():
    with pytest.raises(ThesisError, match="never be reached"):
        Condition("dominance", "above", 40.0)
    with pytest.raises(ThesisError, match="nothing that a thesis"):
        Condition("price")  # type: ignore[arg-type]


def test_a_document_with_something_else_is_refused():
    with pytest.raises(ThesisError, match="no thesis"):
        from_dict({"theses": [{"opened": "2020-01-01"}]})
    assert from_dict({"theses": []}) == Theses()
