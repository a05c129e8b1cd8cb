"""Plans as plain JSON values and back, and the lock over them. docs/plan-format.md describes the file.

Fields that are empty (null, "", [], false) are left out; every other one stands under its own name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

from models.risk.plans.plan import (
    Assumptions,
    Done,
    Edge,
    Limits,
    Lock,
    Plan,
    Position,
    Rung,
    Scenario,
    Shock,
    Trigger,
)
from models.risk.plans.values import PlanError

FORMAT, VERSION = "rotascope-plan", 1

T = TypeVar("T")

_ONE: dict[tuple[type, str], type] = {
    (Plan, "limits"): Limits,
    (Plan, "assumptions"): Assumptions,
    (Plan, "lock"): Lock,
    (Position, "edge"): Edge,
    (Rung, "trigger"): Trigger,
    (Rung, "done"): Done,
}
_MANY: dict[tuple[type, str], type] = {
    (Plan, "positions"): Position,
    (Plan, "scenarios"): Scenario,
    (Position, "ladder"): Rung,
    (Scenario, "coins"): Shock,
}
_DAYS = {(Trigger, "day"), (Done, "day"), (Position, "bought")}


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain JSON values.

    >>> plan_to_dict(Plan(positions=(Position("solana", 2.0),)))["positions"]
    [{'coin': 'solana', 'quantity': 2.0}]
    """
    found: dict[str, Any] = _plain(plan)
    return found


def plan_from_dict(values: Mapping[str, Any]) -> Plan:
    """Return the plan that plain JSON values describe.

    Raises
    ------
    PlanError
        A whole sentence that begins with the place, such as `positions, row 3: …`.
    """
    return _built(Plan, values, "")


def canonical(plan: Plan) -> bytes:
    """Return the bytes that a lock is taken of: JSON of everything but the lock, keys sorted, no spaces."""
    return json.dumps(
        plan_to_dict(plan.unlocked),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def locked(plan: Plan, at: datetime) -> Plan:
    """Freeze a plan. `at` is the moment; it becomes part of the document, in UTC.

    >>> lock_state(locked(Plan(), datetime(2026, 11, 21, 14, 2, tzinfo=UTC)))
    'locked'
    """
    if plan.lock is not None:
        raise PlanError(f"“{plan.name}” is locked since {plan.lock.at} already.")
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    return replace(plan, lock=Lock(moment, _hash(plan, moment)))


def lock_state(plan: Plan) -> Literal["open", "locked", "broken"]:
    """Tell whether a locked plan is still what was locked; *broken* when its file was altered."""
    if plan.lock is None:
        return "open"
    return "locked" if _hash(plan, plan.lock.at) == plan.lock.sha256 else "broken"


def _hash(plan: Plan, moment: str) -> str:
    """Take the time into the hash, so that a lock cannot be dated back by hand."""
    return hashlib.sha256(canonical(plan) + moment.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {
            field.name: _plain(found)
            for field in fields(value)
            if (found := getattr(value, field.name)) is not None
            and (field.default is MISSING or (found != () and found != "" and found is not False))
        }
    return value


def _built(kind: type[T], values: Any, place: str) -> T:
    if not isinstance(values, Mapping):
        raise PlanError(_at(place, "Something is missing: an object in braces belongs here."))
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise PlanError(_at(place, f"There is no field “{str(name)[:40]}”."))
    for name, field in known.items():
        if name not in values and field.default is MISSING:
            raise PlanError(_at(place, f"The field “{name}” is missing."))
        if name in values and values[name] is None and field.default is not None:
            raise PlanError(_at(place, f"The field “{name}” is empty."))
    found = {name: _value(kind, name, value, place) for name, value in values.items()}
    try:
        return kind(**found)
    except PlanError as error:
        raise PlanError(_at(place, str(error))) from None


def _value(kind: type, name: str, value: Any, place: str) -> Any:
    here = f"{place}, {name}" if place else name
    if value is None:
        return None
    if (kind, name) in _ONE:
        return _built(_ONE[kind, name], value, here)
    if (kind, name) in _MANY:
        if not isinstance(value, list):
            raise PlanError(_at(here, "A list in brackets belongs here."))
        return tuple(
            _built(_MANY[kind, name], item, f"{here}, row {i}") for i, item in enumerate(value, start=1)
        )
    if (kind, name) in _DAYS:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise PlanError(_at(here, "A day such as “2027-09-30” belongs here.")) from None
    return value


def _at(place: str, sentence: str) -> str:
    return f"{place}: {sentence}" if place else sentence
