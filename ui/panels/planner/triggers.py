"""How triggers of rungs read and how what is typed becomes one."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, QDate, Qt

from models.qt.positions import amount, as_number
from models.qt.reader import plain_number, reader_locale
from models.risk.plans.plan import PHASES, Position, Trigger, TriggerKind
from models.risk.plans.values import PlanError

TITLES: dict[TriggerKind, str] = {
    "price": "Price",
    "multiple": "Multiple",
    "trailing_stop": "Trailing stop",
    "date": "Date",
    "days_held": "Days held",
    "moving_average": "Moving average",
    "season_index": "Season index",
    "phase": "Phase",
    "dominance": "Dominance",
}
PHASE_TITLES = {
    "risk-off": "Risk-off",
    "bitcoin": "Bitcoin",
    "large": "Large caps",
    "mid": "Mid caps",
    "small": "Small and meme",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("triggers", text)


def level_words(trigger: Trigger) -> str:
    """Return a trigger's level as it is shown and typed: 2.0 × cost, ≥ 80, 3 days."""
    sign = "≤" if trigger.side == "below" else "≥"
    match trigger.kind:
        case "price":
            return amount(trigger.level or 0.0)
        case "multiple":
            return _tr("{0} × cost").format(_number(trigger))
        case "trailing_stop":
            return _tr("−{0} % from peak").format(_number(trigger, 100))
        case "date":
            assert trigger.day is not None
            day = QDate(trigger.day.year, trigger.day.month, trigger.day.day)
            return reader_locale().toString(day, "d MMM yyyy")
        case "days_held":
            return _tr("{0} days").format(trigger.days)
        case "moving_average":
            side = _tr("below") if trigger.side == "below" else _tr("above")
            return _tr("{0} {1} days").format(side, trigger.days)
        case "season_index":
            return _tr("{0} {1}, {2} days").format(sign, _number(trigger), trigger.days)
        case "dominance":
            return _tr("{0} {1} %, {2} days").format(sign, _number(trigger, 100), trigger.days)
        case "phase":
            return PHASE_TITLES[trigger.phase or "small"]


def _number(trigger: Trigger, scale: float = 1.0) -> str:
    """Return the level as it would be typed, without the noise of binary fractions."""
    return plain_number(scale * (trigger.level or 0.0), 6)


def usual(kind: TriggerKind, position: Position, price: float | None, today: date) -> Trigger:
    """Return a sensible first trigger of a kind."""
    base = price or position.cost or 1.0
    match kind:
        case "price":
            return Trigger("price", level=float(f"{1.5 * base:.3g}"))
        case "multiple":
            return Trigger("multiple", level=2.0)
        case "trailing_stop":
            return Trigger("trailing_stop", level=0.25)
        case "date":
            return Trigger("date", day=today + timedelta(days=365))
        case "days_held":
            return Trigger("days_held", days=365)
        case "moving_average":
            return Trigger("moving_average", days=50, side="below")
        case "season_index":
            return Trigger("season_index", level=80.0, side="above", days=3)
        case "dominance":
            return Trigger("dominance", level=0.5, side="below", days=3)
        case "phase":
            return Trigger("phase", phase="small")


def read_level(trigger: Trigger, text: str) -> Trigger:
    """Return the trigger with what was typed as its level.

    Raises
    ------
    PlanError
        In a sentence: what is typed is no level of this kind.
    """
    kind = trigger.kind
    if kind == "phase":
        wanted = text.strip().casefold()
        for phase in PHASES:
            if wanted in (phase, PHASE_TITLES[phase].casefold()):
                return Trigger("phase", phase=phase)
        raise PlanError(_tr("Phases are {0}.").format(", ".join(PHASE_TITLES.values())))
    if kind == "date":
        return Trigger("date", day=_day(text))
    numbers = _numbers(text)
    if not numbers:
        raise PlanError(_tr("{0!r} holds no number.").format(text))
    first = numbers[0]
    side = "below" if any(mark in text for mark in ("≤", "<", "below")) else trigger.side
    if any(mark in text for mark in ("≥", ">", "above")):
        side = "above"
    days = round(numbers[1]) if len(numbers) > 1 else trigger.days
    match kind:
        case "price" | "multiple":
            return Trigger(kind, level=first)
        case "trailing_stop":
            return Trigger(kind, level=abs(first) / 100)
        case "days_held":
            return Trigger(kind, days=round(first))
        case "moving_average":
            return Trigger(kind, days=round(first), side=side)
        case "season_index":
            return Trigger(kind, level=first, side=side, days=days)
        case _:
            return Trigger(kind, level=first / 100, side=side, days=days)


def _numbers(text: str) -> list[float]:
    plain = text.replace("×", " ").replace("%", " ").replace("−", "-").replace("≥", " ").replace("≤", " ")
    found = []
    for word in plain.replace(", ", " ").replace("<", " ").replace(">", " ").split():
        number = as_number(word.strip("x"))
        if isinstance(number, float):
            found.append(number)
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        read = reader_locale().toDate(text.strip(), "d MMM yyyy")
        if not read.isValid():
            read = QDate.fromString(text.strip(), Qt.DateFormat.ISODate)
        if not read.isValid():
            raise PlanError(_tr("{0!r} is not a day. Write it as 2027-09-30.").format(text)) from None
        return date(read.year(), read.month(), read.day())
