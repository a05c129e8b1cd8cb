"""Changes of a plan. Each returns a new one, so undo is keeping the old.

Every function raises :class:`PlanError` with a sentence for people when the change cannot be, and
:class:`LockedPlan` when the plan is locked: a locked plan is only ever copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from models.risk.plans.plan import Done, Plan, Position, Rung, Scenario
from models.risk.plans.values import PlanError

T = TypeVar("T")


class LockedPlan(PlanError):  # noqa: N818 - the name says what is the matter
    """The plan is frozen."""

    def __init__(self, plan: Plan) -> None:
        when = plan.lock.at if plan.lock is not None else "an earlier time"
        super().__init__(f"“{plan.name}” is locked since {when}. Duplicate it to change the copy.")


def changed(plan: Plan, **values: Any) -> Plan:
    """Set fields of the plan itself: name, currency, typed_rate, capital, cash, notes, scenarios.

    >>> changed(Plan(), cash=250).cash
    250.0
    """
    if "lock" in values:
        raise PlanError("A plan is locked with its own command.")
    return _with(plan, **values)


def limits_changed(plan: Plan, **values: Any) -> Plan:
    """Set some of the limits."""
    return _with(plan, limits=_of_fields(plan.limits, values))


def assumptions_changed(plan: Plan, **values: Any) -> Plan:
    """Set some of the assumptions."""
    return _with(plan, assumptions=_of_fields(plan.assumptions, values))


def added(plan: Plan, positions: Iterable[Position], at: int | None = None) -> Plan:
    """Put positions before row `at`, or at the end."""
    place = len(plan.positions) if at is None else min(max(at, 0), len(plan.positions))
    return _with(plan, positions=(*plan.positions[:place], *positions, *plan.positions[place:]))


def removed(plan: Plan, rows: Iterable[int]) -> Plan:
    """Take rows out; what was sold of them stays in the cash."""
    gone = set(rows)
    for row in gone:
        _at(plan.positions, row)
    return _with(plan, positions=tuple(p for i, p in enumerate(plan.positions) if i not in gone))


def moved(plan: Plan, row: int, to: int) -> Plan:
    """Move a row so that it stands at `to`."""
    return _with(plan, positions=_moved(plan.positions, row, to))


def position_changed(plan: Plan, row: int, **values: Any) -> Plan:
    """Set fields of one position: coin, quantity, cost, bought, stop, target, sector, price, …"""
    return position_set(plan, row, _of_fields(_at(plan.positions, row), values))


def position_set(plan: Plan, row: int, position: Position) -> Plan:
    _at(plan.positions, row)
    return _with(plan, positions=(*plan.positions[:row], position, *plan.positions[row + 1 :]))


def ladder_set(plan: Plan, row: int, ladder: Iterable[Rung]) -> Plan:
    """Replace the ladder of one position, as a template does."""
    return position_changed(plan, row, ladder=tuple(ladder))


def rung_added(plan: Plan, row: int, rung: Rung, place: int | None = None) -> Plan:
    ladder = _at(plan.positions, row).ladder
    at = len(ladder) if place is None else min(max(place, 0), len(ladder))
    return ladder_set(plan, row, (*ladder[:at], rung, *ladder[at:]))


def rung_changed(plan: Plan, row: int, place: int, **values: Any) -> Plan:
    """Set fields of a rung: trigger, share, of, skipped. Sales go through `rung_done`."""
    if "done" in values:
        raise PlanError("A sale is entered with its own command.")
    ladder = _at(plan.positions, row).ladder
    rung = _of_fields(_at(ladder, place), values)
    return ladder_set(plan, row, (*ladder[:place], rung, *ladder[place + 1 :]))


def rung_removed(plan: Plan, row: int, place: int) -> Plan:
    ladder = _at(plan.positions, row).ladder
    _at(ladder, place)
    return ladder_set(plan, row, (*ladder[:place], *ladder[place + 1 :]))


def rung_moved(plan: Plan, row: int, place: int, to: int) -> Plan:
    return ladder_set(plan, row, _moved(_at(plan.positions, row).ladder, place, to))


def rung_done(plan: Plan, row: int, place: int, done: Done) -> Plan:
    """Enter what was really sold: the units leave the position, the proceeds join the cash."""
    ladder = _at(plan.positions, row).ladder
    before = _at(ladder, place).done
    rung = replace(ladder[place], done=done, skipped=False)
    later = ladder_set(plan, row, (*ladder[:place], rung, *ladder[place + 1 :]))
    return _paid(later, done.proceeds - (before.proceeds if before else 0.0))


def rung_reopened(plan: Plan, row: int, place: int) -> Plan:
    """Take a sale (and its cash) back."""
    ladder = _at(plan.positions, row).ladder
    done = _at(ladder, place).done
    rung = replace(ladder[place], done=None, skipped=False)
    later = ladder_set(plan, row, (*ladder[:place], rung, *ladder[place + 1 :]))
    return later if done is None else _paid(later, -done.proceeds)


def scenarios_set(plan: Plan, scenarios: Iterable[Scenario]) -> Plan:
    return _with(plan, scenarios=tuple(scenarios))


def copied(plan: Plan, name: str) -> Plan:
    """Return a plan of another name with the same contents, unlocked."""
    return replace(plan.unlocked, name=name)


def _paid(plan: Plan, amount: float) -> Plan:
    """Move cash; rounding never leaves a debt of a millionth."""
    cash = plan.cash + amount
    if cash < 0 and cash > -1e-6 * max(1.0, abs(amount)):
        cash = 0.0
    if cash < 0:
        raise PlanError(
            f"The cash of {plan.cash:,.2f} {plan.currency} would fall below zero by {-cash:,.2f}. "
            "Enter the cash first."
        )
    return _with(plan, cash=cash)


def _with(plan: Plan, **values: Any) -> Plan:
    if plan.lock is not None:
        raise LockedPlan(plan)
    return _of_fields(plan, values)


def _of_fields(one: T, values: dict[str, Any]) -> T:
    known = {field.name for field in fields(one)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise PlanError(f"There is no “{name}” to change.")
    return replace(one, **values)  # type: ignore[type-var]


def _at(rows: Sequence[T], at: int) -> T:
    if not 0 <= at < len(rows):
        raise PlanError(f"There is no row {at + 1}; there are {len(rows)}.")
    return rows[at]


def _moved(rows: Sequence[T], at: int, to: int) -> tuple[T, ...]:
    one = _at(rows, at)
    rest = [*rows[:at], *rows[at + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), one)
    return tuple(rest)
