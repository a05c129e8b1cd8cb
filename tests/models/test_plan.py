"""A plan holds what makes sense, says no in whole sentences, and never changes in place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.market.rotation.phases import PHASES as SHOWN_PHASES
from models.risk.plans.edits import (
    LockedPlan,
    added,
    assumptions_changed,
    changed,
    copied,
    ladder_set,
    limits_changed,
    moved,
    position_changed,
    removed,
    rung_added,
    rung_changed,
    rung_done,
    rung_moved,
    rung_removed,
    rung_reopened,
)
from models.risk.plans.plan import (
    PHASES,
    Assumptions,
    Done,
    Edge,
    Limits,
    Lock,
    Plan,
    Position,
    Rung,
    Shock,
    Trigger,
)
from models.risk.plans.values import PlanError

from .plan_cases import plans, positions, rungs

TWICE = Rung(Trigger("multiple", level=2), share=0.25)
SOL = Position("solana", 42.0, cost=143.0, ladder=(TWICE,))


def test_the_phases_are_those_of_the_rotation() -> None:
    assert PHASES == SHOWN_PHASES


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"quantity": 0}, "quantity has to be above zero"),
        ({"quantity": -1}, "quantity has to be above zero"),
        ({"quantity": 1e308}, "quantity has to lie between 1e-18 and 1e\\+18, not 1e\\+308"),
        ({"quantity": float("nan")}, "quantity has to be a number"),
        ({"quantity": float("inf")}, "quantity has to lie between"),
        ({"quantity": 10**400}, "quantity has to lie between"),
        ({"quantity": "three"}, "quantity has to be a number"),
        ({"quantity": True}, "quantity has to be a number"),
        ({"quantity": 1.0, "coin": "  "}, "needs a coin"),
        ({"quantity": 1.0, "coin": None}, "coin has to be a text"),
        ({"quantity": 1.0, "cost": -5}, "cost of a unit has to be above zero"),
        ({"quantity": 1.0, "target": 5}, "target share has to lie between 0 % and 100 %, not 500 %"),
        ({"quantity": 1.0, "bought": "2021-05-14"}, "day such as"),
        ({"quantity": 1.0, "bought": date(1970, 1, 1)}, "between 2000-01-01 and 2200-01-01"),
        ({"quantity": 1.0, "notes": "x" * 100_001}, "100001 characters"),
        ({"quantity": 1.0, "ladder": (TWICE,) * 101}, "101 rungs is too long"),
    ],
)
def test_a_position_that_cannot_be_is_refused_in_words(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        Position(**{"coin": "solana", **values})  # type: ignore[arg-type]


def test_a_negative_zero_is_a_zero() -> None:
    assert str(Plan(cash=-0.0).cash) == "0.0"


def test_emoji_stay_and_half_characters_do_not() -> None:
    plan = Plan(name="🚀 to the moon\ud800\0", notes="a\r\nb")
    assert plan.name == "🚀 to the moon\N{REPLACEMENT CHARACTER}"
    assert plan.notes == "a\nb"
    assert Plan(name=" \0 ").name == "New plan"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "price"}, "needs its level"),
        ({"kind": "hope", "level": 1.0}, "The trigger is one of price, multiple"),
        ({"kind": "trailing_stop", "level": 1.0}, "trailing stop has to be below 100 %"),
        ({"kind": "trailing_stop", "level": 0.0}, "trailing stop has to be above 0 %"),
        ({"kind": "season_index", "level": 101.0, "side": "above", "days": 3}, "between 0 and 100"),
        ({"kind": "days_held", "days": 2.5}, "whole number"),
        ({"kind": "phase", "phase": "euphoria"}, "The phase is one of risk-off"),
        ({"kind": "moving_average", "days": 50, "side": "beside"}, "The side is one of above, below"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused_in_words(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        Trigger(**values)  # type: ignore[arg-type]


def test_a_trigger_forgets_what_its_kind_does_not_use() -> None:
    assert Trigger("price", level=2.0, days=9, phase="large") == Trigger("price", level=2.0)


def test_limits_and_assumptions_are_checked_too() -> None:
    with pytest.raises(PlanError, match="largest share of one position"):
        Limits(single_position=1.5)
    with pytest.raises(PlanError, match="horizon in days has to lie between 30 and 730"):
        Assumptions(horizon_days=10)
    with pytest.raises(PlanError, match="chance of a gain"):
        Edge(1.2, 1.0, 0.5)


def test_what_was_sold_leaves_the_position_and_joins_the_cash() -> None:
    plan = rung_done(Plan(cash=10.0, positions=(SOL,)), 0, 0, Done(date(2025, 1, 2), 10.5, 286.0, 3.0))
    assert plan.positions[0].held == 31.5
    assert plan.positions[0].quantity == 42.0
    assert plan.cash == pytest.approx(10 + 10.5 * 286 - 3)
    assert plan.positions[0].ladder[0].state == "done"
    back = rung_reopened(plan, 0, 0)
    assert back.cash == pytest.approx(10.0)
    assert back.positions == (SOL,)


def test_correcting_a_sale_moves_the_difference_only() -> None:
    plan = rung_done(Plan(positions=(SOL,)), 0, 0, Done(date(2025, 1, 2), 10.0, 200.0))
    assert rung_done(plan, 0, 0, Done(date(2025, 1, 2), 10.0, 210.0)).cash == pytest.approx(2100.0)


def test_more_than_was_bought_cannot_be_sold() -> None:
    with pytest.raises(PlanError, match="sold 43 solana, more than the 42 bought"):
        rung_done(Plan(positions=(SOL,)), 0, 0, Done(date(2025, 1, 2), 43.0, 200.0))


def test_a_sale_that_costs_more_than_there_is_cash_is_refused() -> None:
    with pytest.raises(PlanError, match=r"cash of 0\.00 USD would fall below zero by 50\.00"):
        rung_done(Plan(positions=(SOL,)), 0, 0, Done(date(2025, 1, 2), 1.0, 50.0, fee=100.0))


def test_rows_and_rungs_are_added_moved_and_removed() -> None:
    first, second = Position("a", 1.0), Position("b", 1.0)
    plan = added(added(Plan(), [first]), [second], at=0)
    assert plan.coins == ("b", "a")
    assert moved(plan, 1, 0).coins == ("a", "b")
    assert removed(plan, [0]).coins == ("a",)
    stop = Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining")
    plan = rung_added(rung_added(plan, 0, TWICE), 0, stop, 0)
    assert plan.positions[0].ladder == (stop, TWICE)
    assert rung_moved(plan, 0, 0, 1).positions[0].ladder == (TWICE, stop)
    assert rung_removed(plan, 0, 0).positions[0].ladder == (TWICE,)
    assert rung_changed(plan, 0, 1, skipped=True).positions[0].ladder[1].state == "skipped"
    assert limits_changed(plan, sectors=2).limits.sectors == 2


def test_changes_that_do_not_fit_name_the_row_or_the_field() -> None:
    with pytest.raises(PlanError, match="There is no row 3; there are 1"):
        position_changed(Plan(positions=(SOL,)), 2, quantity=1.0)
    with pytest.raises(PlanError, match="There is no “qantity” to change"):
        position_changed(Plan(positions=(SOL,)), 0, qantity=1.0)
    with pytest.raises(PlanError, match="locked with its own command"):
        changed(Plan(), lock=Lock("now", "0"))


def test_no_edit_alters_a_locked_plan_but_a_copy_is_free() -> None:
    plan = Plan(positions=(SOL,), lock=Lock("2026-11-21T14:02:00+00:00", "0" * 64))
    for edit in (
        lambda: changed(plan, cash=1.0),
        lambda: limits_changed(plan, sectors=1),
        lambda: assumptions_changed(plan, seed=1),
        lambda: added(plan, [SOL]),
        lambda: removed(plan, [0]),
        lambda: moved(plan, 0, 0),
        lambda: position_changed(plan, 0, quantity=1.0),
        lambda: ladder_set(plan, 0, ()),
        lambda: rung_changed(plan, 0, 0, skipped=True),
        lambda: rung_done(plan, 0, 0, Done(date(2025, 1, 2), 1.0, 1.0)),
    ):
        with pytest.raises(LockedPlan, match="locked since 2026-11-21T14:02"):
            edit()
    assert copied(plan, "Copy").lock is None
    assert changed(copied(plan, "Copy"), cash=1.0).cash == 1.0


edits = st.one_of(
    st.builds(lambda p: lambda plan: added(plan, [p]), positions),
    st.builds(lambda rows: lambda plan: removed(plan, rows), st.sets(st.integers(0, 5), max_size=2)),
    st.builds(lambda a, b: lambda plan: moved(plan, a, b), st.integers(0, 5), st.integers(-2, 9)),
    st.builds(lambda q: lambda plan: position_changed(plan, 0, quantity=q), st.floats()),
    st.builds(lambda c: lambda plan: changed(plan, cash=c), st.floats()),
    st.builds(lambda n: lambda plan: changed(plan, name=n), st.text(max_size=10)),
    st.builds(lambda r: lambda plan: rung_added(plan, 0, r), rungs),
    st.builds(
        lambda q, p, f: lambda plan: rung_done(plan, 0, 0, Done(date(2025, 1, 1), q, p, f)),
        st.floats(),
        st.floats(),
        st.floats(),
    ),
    st.just(lambda plan: rung_reopened(plan, 0, 0)),
    st.builds(lambda s: lambda plan: limits_changed(plan, sector_share=s), st.floats()),
    st.builds(lambda n: lambda plan: assumptions_changed(plan, paths=n), st.integers()),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans, chain=st.lists(edits, max_size=8))
def test_any_edits_undone_and_redone_return_the_very_same_plans(plan, chain) -> None:
    """Undo keeps old plans; every edit gives a plan or a sentence, and the same one when repeated."""
    history, done, refusals = [plan], [], []
    for edit in chain:
        try:
            history.append(edit(history[-1]))
            done.append(edit)
        except PlanError as error:
            refusals.append(str(error))
    assert all(sentence.endswith(".") for sentence in refusals)
    assert history[0] == plan
    again = plan
    for edit, expected in zip(done, history[1:], strict=True):
        again = edit(again)
        assert again == expected


def test_a_shock_that_cannot_be_is_refused_in_the_percent_that_was_typed() -> None:
    with pytest.raises(PlanError, match=r"between −100 % and 10,000 %, not −150 %\."):
        Shock("bitcoin", -1.5)
