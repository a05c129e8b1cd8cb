"""Methods, section 9, read aloud: one path, one day, one rung at a time, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.risk.plans.plan import Position, Trigger


@dataclass
class Walk:
    """What a ladder did on one path; `fills` holds (rung or None, day, units, price, proceeds)."""

    left: float
    cash: float = 0.0
    fills: list[tuple[int | None, int, float, float, float]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


def walk(
    position: Position,
    closes: Sequence[float],
    *,
    as_of: date,
    past: Sequence[float] = (),
    peak: float | None = None,
    true_on: dict[int, Sequence[bool]] | None = None,
    fee_bps: float = 0.0,
    slippage_bps: float = 0.0,
) -> Walk:
    """Walk one path; `closes[0]` is the close of the as-of day.

    `past` are the closes before it, `true_on` tells for the rungs on season index, phase and
    dominance on which path days (day 0 included) their condition is known to hold.
    """
    fee, slip = fee_bps / 10_000, slippage_bps / 10_000
    position_stop_open = position.stop is not None
    is_open = [rung.state == "open" for rung in position.ladder]
    ordered: list[int] = []  # rungs whose condition was known at the close before, waiting for today's
    highest = closes[0] if peak is None else peak
    result = Walk(left=position.held)

    def sell(rung: int | None, share: float, of: str, day: int, price: float, slips: bool) -> None:
        wanted = share * (position.quantity if of == "initial" else result.left)
        sold = min(wanted, result.left)
        if result.left - sold <= 1e-9 * position.quantity:
            sold = result.left
        if sold <= 0:
            return
        proceeds = sold * price * ((1 - slip) if slips else 1) * (1 - fee)
        result.left -= sold
        result.cash += proceeds
        result.fills.append((rung, day, sold, price, proceeds))

    for day, close in enumerate(closes):
        if day > 0:
            highest = max(highest, close)
            # 1. Stops, at the close.
            if position_stop_open and close <= position.stop:
                position_stop_open = False
                sell(None, 1.0, "remaining", day, close, True)
            for at, rung in enumerate(position.ladder):
                if (
                    is_open[at]
                    and rung.trigger.kind == "trailing_stop"
                    and close <= (1 - rung.trigger.level) * highest
                ):
                    is_open[at] = False
                    sell(at, rung.share, rung.of, day, close, True)
            # 2. The ladder in its own order.
            for at, rung in enumerate(position.ladder):
                if not is_open[at]:
                    continue
                target = limit_price(rung.trigger, position)
                if target is not None and close >= target:
                    is_open[at] = False
                    sell(at, rung.share, rung.of, day, target, False)
                elif at in ordered:
                    is_open[at] = False
                    sell(at, rung.share, rung.of, day, close, True)
        # 3. What this close makes known is executed at the next one.
        for at, rung in enumerate(position.ladder):
            if (
                is_open[at]
                and at not in ordered
                and known_at(
                    rung.trigger, at, day, position, as_of, [*past, *closes[: day + 1]], true_on or {}
                )
            ):
                ordered.append(at)
        result.values.append(result.left * close + result.cash)
    return result


def limit_price(trigger: Trigger, position: Position) -> float | None:
    if trigger.kind == "price":
        return trigger.level
    if trigger.kind == "multiple" and position.cost is not None:
        return trigger.level * position.cost
    return None


def known_at(
    trigger: Trigger,
    at: int,
    day: int,
    position: Position,
    as_of: date,
    closes: list[float],
    true_on: dict[int, Sequence[bool]],
) -> bool:
    today = as_of + timedelta(days=day)
    if trigger.kind == "date":
        return today >= trigger.day
    if trigger.kind == "days_held":
        return (today - (position.bought or as_of)).days >= trigger.days
    if trigger.kind == "moving_average":
        now = is_beyond(closes, trigger)
        before = is_beyond(closes[:-1], trigger)
        return now is True and before is False
    if trigger.kind in ("season_index", "phase", "dominance"):
        return at in true_on and bool(true_on[at][day])
    return False


def is_beyond(closes: list[float], trigger: Trigger) -> bool | None:
    """Whether the newest close lies beyond its mean; None when that cannot be told."""
    window = [value for value in closes[-trigger.days :] if value == value]
    if not closes or closes[-1] != closes[-1] or 3 * len(window) < 2 * trigger.days:
        return None
    mean = sum(window) / len(window)
    return closes[-1] < mean * (1 - 1e-9) if trigger.side == "below" else closes[-1] > mean * (1 + 1e-9)
