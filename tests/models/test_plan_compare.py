"""Two plans side by side, and a plan beside what was really done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.adherence import adherence
from models.risk.plans.as_json import locked
from models.risk.plans.compare import Difference, differences
from models.risk.plans.edits import moved
from models.risk.plans.plan import Done, Limits, Plan, Position, Rung, Scenario, Trigger

from .plan_cases import market_of, plans

TWICE = Rung(Trigger("multiple", level=2.0), 0.25)
LATER = Rung(Trigger("date", day=date(2027, 9, 30)), 1.0, "remaining")


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(left=plans, right=plans)
def test_equal_plans_have_no_differences_and_different_ones_have_some(left: Plan, right: Plan) -> None:
    assert differences(left, left) == ()
    assert differences(left, locked(left, datetime(2026, 1, 1, tzinfo=UTC))) == ()
    assert (differences(left, right) == ()) == (left == right)


def test_every_difference_names_its_place() -> None:
    left = Plan(
        name="Autumn",
        cash=10.0,
        positions=(Position("solana", 42.0, stop=100.0, ladder=(TWICE,)), Position("gone", 1.0)),
        scenarios=(Scenario("crash", bitcoin=-0.5),),
    )
    right = Plan(
        name="Winter",
        cash=10.0,
        limits=Limits(single_position=0.04),
        positions=(Position("new", 2.0), Position("solana", 40.0, ladder=(replace(TWICE, share=0.5), LATER))),
        scenarios=(Scenario("crash", bitcoin=-0.6),),
    )
    assert differences(left, right) == (
        Difference("plan", "name", "Autumn", "Winter", is_quoted=True),
        Difference("limits", "single position, at most", "5 %", "4 %"),
        Difference("solana", "quantity", "42", "40"),
        Difference("solana", "stop", "100", None),
        Difference(
            "solana",
            "rung 1",
            "2 × cost: sell 25 % of the initial quantity",
            "2 × cost: sell 50 % of the initial quantity",
        ),
        Difference("solana", "rung 2", None, "on 2027-09-30: sell 100 % of the remaining quantity"),
        Difference("gone", "position", "1 unit", None),
        Difference("new", "position", None, "2 units"),
        Difference("scenario 1, crash", "shocks", "Bitcoin −50 %", "Bitcoin −60 %"),
    )


def test_another_order_of_the_rows_is_a_difference_too() -> None:
    plan = Plan(positions=(Position("a", 1.0), Position("b", 1.0)))
    assert differences(plan, moved(plan, 0, 1))[0].what == "order of the rows"


# Adherence. The coin costs 100 on 1 January 2024 and gains 1 a day.

FIRST = day("2024-01-01")


@pytest.fixture(scope="module")
def rising() -> Study:
    prices = 100.0 + np.arange(200)
    returns = np.zeros((200, 2))
    returns[1:] = (prices[1:] / prices[:-1] - 1)[:, None]
    return study(market_of(returns, names=["a", "bitcoin"], first="2024-01-01"))


def at(price: float, share: float, sold: tuple[str, float, float] | None = None, **more: object) -> Rung:
    done = None
    if sold is not None:
        done = Done(date.fromisoformat(sold[0]), sold[1], sold[2])
    return Rung(Trigger("price", level=price), share, done=done, **more)  # type: ignore[arg-type]


def judged(of: Study, *rungs: Rung, **more: object) -> list[str]:
    plan = Plan(positions=(Position("a", 10.0, cost=100.0, bought=date(2024, 1, 1), ladder=rungs),))
    return [one.verdict for one in adherence(plan, of, of.last_day, **more).rungs]  # type: ignore[arg-type]


def test_each_rung_is_judged_by_when_and_how_much(rising: Study) -> None:
    """The price is 150 on 20 February 2024, the fiftieth day."""
    assert judged(rising, at(149.5, 0.2, ("2024-02-20", 2.0, 150.0))) == ["kept"]
    assert judged(rising, at(149.5, 0.2, ("2024-02-23", 2.0, 153.0))) == ["kept"]
    assert judged(rising, at(149.5, 0.2, ("2024-02-24", 2.0, 154.0))) == ["late"]
    assert judged(rising, at(149.5, 0.2, ("2024-02-10", 2.0, 140.0))) == ["early"]
    assert judged(rising, at(149.5, 0.2, ("2024-02-20", 3.0, 150.0))) == ["other size"]
    assert judged(rising, at(149.5, 0.2)) == ["missed"]
    assert judged(rising, at(149.5, 0.2, skipped=True)) == ["skipped"]
    assert judged(rising, at(900.0, 0.2)) == ["waiting"]
    assert judged(rising, at(900.0, 0.2, ("2024-02-20", 2.0, 150.0))) == ["early"]


def test_luck_does_not_touch_the_score(rising: Study) -> None:
    """Two that followed: one sold dearer, one cheaper. The score is the same, the money is not."""
    found = [
        adherence(
            Plan(
                positions=(
                    Position(
                        "a", 10.0, bought=date(2024, 1, 1), ladder=(at(149.5, 0.2, ("2024-02-21", 2.0, p)),)
                    ),
                )
            ),
            rising,
            rising.last_day,
        )
        for p in (140.0, 160.0)
    ]
    assert [one.score for one in found] == [1.0, 1.0]
    assert [one.money for one in found] == [pytest.approx(-19.0), pytest.approx(21.0)]
    assert found[0].sentence == "1 of 1 rungs that were due or done were followed."


def test_units_are_those_that_the_plan_had_left(rising: Study) -> None:
    half = Rung(Trigger("price", level=159.5), 0.5, "remaining", done=Done(date(2024, 3, 1), 4.0, 160.0))
    plan = Plan(
        positions=(
            Position(
                "a", 10.0, bought=date(2024, 1, 1), ladder=(at(149.5, 0.2, ("2024-02-20", 2.0, 150.0)), half)
            ),
        )
    )
    found = adherence(plan, rising, rising.last_day)
    assert [one.planned_units for one in found.rungs] == [pytest.approx(2.0), pytest.approx(4.0)]
    assert found.score == 1.0


def test_a_locked_plan_counts_from_its_lock_and_one_without_a_day_is_left_out(rising: Study) -> None:
    plan = Plan(positions=(Position("a", 10.0, ladder=(at(149.5, 0.2),)),))
    found = adherence(plan, rising, rising.last_day)
    assert found.left_out == ("Row 1, A: the day bought is missing.",)
    assert isinstance(found.score, Unknown)
    assert isinstance(found.money, Unknown)
    frozen = locked(plan, datetime(2024, 1, 10, tzinfo=UTC))
    assert [one.verdict for one in adherence(frozen, rising, rising.last_day).rungs] == ["missed"]
    late = adherence(frozen, rising, day("2024-01-05"))
    assert late.left_out == ("Row 1, A: begins only on 2024-01-10.",)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(plan=plans)
def test_no_plan_breaks_the_comparison_with_what_was_done(plan: Plan) -> None:
    of = market()
    found = adherence(plan, of, of.last_day)
    assert found.sentence.endswith(".")
    assert isinstance(found.score, Unknown) or 0 <= found.score <= 1


def market() -> Study:
    from .test_risk_rules import market as made

    return made()
