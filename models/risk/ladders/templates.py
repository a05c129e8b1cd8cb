"""Ladders to begin with: each is a proposal, and every rung of it can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from models.risk.ladders.rungs import Costs
from models.risk.plans.plan import Position, Rung, Trigger

THIRD = 1 / 3
FIRST_HALF, WHOLE = 182, 365
"""Days of the time-boxed template."""


@dataclass(frozen=True, slots=True)
class Template:
    """A named ladder; `rungs` takes position, today's price, the day and the costs of a sale."""

    id: str
    title: str
    text: str
    rungs: Callable[[Position, float, date, Costs], tuple[Rung, ...]]


def _times(position: Position, price: float, level: float) -> Trigger:
    """Return a multiple of the cost; of today's price where no cost is entered."""
    if position.cost is not None:
        return Trigger("multiple", level=level)
    return Trigger("price", level=level * price)


def stake_out(position: Position, price: float, _today: date, costs: Costs) -> tuple[Rung, ...]:
    # Costs make half of the units a little too few to bring the whole stake back.
    share = min(0.5 / costs.kept_of_limit, 1.0)
    return (
        Rung(_times(position, price, 2.0), round(share + 5e-5, 4), "initial"),
        Rung(Trigger("trailing_stop", level=0.30), 1.0, "remaining"),
    )


def thirds(position: Position, price: float, _today: date, _costs: Costs) -> tuple[Rung, ...]:
    return (
        Rung(_times(position, price, 2.0), THIRD, "initial"),
        Rung(_times(position, price, 3.0), THIRD, "initial"),
        Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),
    )


def time_boxed(_position: Position, _price: float, today: date, _costs: Costs) -> tuple[Rung, ...]:
    return (
        Rung(Trigger("date", day=today + timedelta(days=FIRST_HALF)), 0.5, "initial"),
        Rung(Trigger("date", day=today + timedelta(days=WHOLE)), 1.0, "remaining"),
    )


def season_top(_position: Position, _price: float, _today: date, _costs: Costs) -> tuple[Rung, ...]:
    return (
        Rung(Trigger("season_index", level=75.0, side="above", days=7), THIRD, "initial"),
        Rung(Trigger("season_index", level=90.0, side="above", days=3), 0.5, "remaining"),
        Rung(Trigger("phase", phase="small"), 0.5, "remaining"),
        Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),
    )


TEMPLATES = (
    Template(
        "stake_out",
        "Take the stake out at 2×",
        "Half is sold at twice the cost, which brings the stake back after costs; the rest follows with "
        "a trailing stop of 30 %.",
        stake_out,
    ),
    Template(
        "thirds",
        "Thirds",
        "A third at twice the cost, a third at three times, and the last follows with a trailing stop of "
        "25 %.",
        thirds,
    ),
    Template(
        "time_boxed",
        "Time-boxed",
        "Half is sold after half a year and the rest after a year, whatever the price.",
        time_boxed,
    ),
    Template(
        "season_top",
        "Season top",
        "A third is sold when an altcoin season has lasted a week, half of the rest when the index is at "
        "90 for three days, half of that when small caps lead; what remains follows with a trailing stop "
        "of 25 %.",
        season_top,
    ),
)
