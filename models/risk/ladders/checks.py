"""Whether a ladder can do what it is meant to do: one sentence for each check. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.snapshot import Day, Market
from models.market.unknown import Unknown
from models.risk.ladders.conditions import Conditions
from models.risk.ladders.ladder import Ladder, target_of
from models.risk.ladders.positions import closes_of
from models.risk.ladders.rungs import DUST, beyond_mean, days_between
from models.risk.plans.plan import Position, Trigger

Verdict = Literal["kept", "warning", "broken", "unknown"]
LIKELY = 0.5
"""A stake that comes back with a smaller chance than this gets a warning."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `rungs` are the places in the ladder (from 0) that it is about."""

    id: str
    verdict: Verdict
    text: str
    rungs: tuple[int, ...] = ()


def checks(
    position: Position,
    steps: Ladder,
    market: Market,
    conditions: Conditions,
    as_of: Day,
    *,
    price: float | None,
    peak: float | None = None,
    currency: str = "USD",
    usd: float = 1.0,
    chances: Mapping[int, float] | None = None,
) -> tuple[Check, ...]:
    """Check a ladder at the close of `as_of`.

    Parameters
    ----------
    steps : as :func:`models.risk.ladders.ladder.ladder` returns them
    price, peak : today's price of one unit, and the highest since the purchase
    usd : USD for one unit of the plan's currency
    chances : by rung, its chance of a fill in the simulation, where there is one
    """
    if not position.ladder:
        return (Check("rungs", "warning", "There is no exit yet: add a rung or take a template."),)
    found = [
        _shares(position),
        _order(position),
        *_already(position, market, conditions, as_of, price=price, peak=peak, usd=usd),
        *_stake(position, steps, currency, chances or {}),
        *_usable(position, steps, price),
    ]
    return tuple(found)


def _shares(position: Position) -> Check:
    """Sum the shares of the initial quantity, what was really sold for rungs done."""
    total = 0.0
    rungs = []
    for at, rung in enumerate(position.ladder):
        if rung.skipped:
            continue
        if rung.done is not None:
            total += rung.done.quantity / position.quantity
        elif rung.of == "initial":
            total += rung.share
        else:
            continue
        rungs.append(at)
    if total > 1.0 + DUST:
        text = (
            f"Shares of the initial quantity add up to {_percent(total)}: rungs near the end find less "
            "than they ask for."
        )
        return Check("shares", "broken", text, tuple(rungs))
    return Check(
        "shares", "kept", f"Shares of the initial quantity: {_percent(total)} of 100 %.", tuple(rungs)
    )


def _order(position: Position) -> Check:
    """Targets rise along the ladder."""
    highest, at_highest = 0.0, -1
    wrong: list[tuple[int, int]] = []
    for at, rung in enumerate(position.ladder):
        target = target_of(rung.trigger, position)
        if target is None or rung.state != "open":
            continue
        if target <= highest:
            wrong.append((at, at_highest))
        else:
            highest, at_highest = target, at
    if not wrong:
        return Check("order", "kept", "Targets are in order.")
    lower, upper = wrong[0]
    text = f"Rung {lower + 1} has a target that is not above that of rung {upper + 1}; exchange them."
    return Check("order", "broken", text, tuple(at for at, _ in wrong))


def _already(
    position: Position,
    market: Market,
    conditions: Conditions,
    as_of: Day,
    *,
    price: float | None,
    peak: float | None,
    usd: float,
) -> tuple[Check, ...]:
    """Warn of triggers that are true before anything has happened."""
    found = []
    if position.stop is not None and price is not None and position.held and price <= position.stop:
        text = f"The stop of {_money(position.stop)} is not below the price of {_money(price)}."
        found.append(Check("already", "warning", text))
    for at, rung in enumerate(position.ladder):
        if rung.state != "open":
            continue
        why = _why_already(rung.trigger, position, market, conditions, as_of, price=price, peak=peak, usd=usd)
        if why is not None:
            found.append(Check("already", "warning", f"Rung {at + 1}: {why}", (at,)))
    return tuple(found) or (Check("already", "kept", "No trigger is already true."),)


def _why_already(
    trigger: Trigger,
    position: Position,
    market: Market,
    conditions: Conditions,
    as_of: Day,
    *,
    price: float | None,
    peak: float | None,
    usd: float,
) -> str | None:
    if trigger.kind in ("price", "multiple", "trailing_stop"):
        return _why_price(trigger, position, price, peak)
    if trigger.kind == "date" and trigger.day is not None:
        past = days_between(trigger.day, as_of)
        return f"its day is past, so it sells at the next close ({trigger.day})." if past >= 0 else None
    if trigger.kind == "days_held" and trigger.days is not None:
        held = days_between(position.bought, as_of) if position.bought is not None else 0
        if held >= trigger.days:
            return f"the coin has been held for {held} days already, so it sells at the next close."
        return None
    if trigger.kind == "moving_average" and trigger.days is not None and trigger.side is not None:
        closes = closes_of(market, position.coin, as_of, usd_rate=usd)[-trigger.days :, np.newaxis]
        beyond, _ = beyond_mean(closes, trigger.days, trigger.side)
        if closes.size and bool(beyond[-1, 0]):
            return (
                f"the close is {trigger.side} its {trigger.days}-day mean already; the rung waits until it "
                "has come back and crosses again."
            )
        return None
    row = int((as_of - conditions.days[0]).astype(int)) if conditions.days.size else -1
    if not 0 <= row < conditions.days.size:
        return None
    if trigger.kind == "phase" and bool(conditions.holds(trigger)[row]):
        if bool(conditions.fires(trigger)[row]):
            return f"the phase “{trigger.phase}” has been entered today, so it sells at the next close."
        return f"the phase is “{trigger.phase}” already; the rung waits until it is entered again."
    if trigger.kind != "phase" and bool(conditions.fires(trigger)[row]):
        reading = conditions.reading(trigger, row)
        return f"its condition holds already ({reading}), so it sells at the next close."
    return None


def _why_price(trigger: Trigger, position: Position, price: float | None, peak: float | None) -> str | None:
    if price is None:
        return None
    target = target_of(trigger, position)
    if target is not None and price >= target:
        return f"its target of {_money(target)} is not above the price of {_money(price)}."
    if trigger.kind == "trailing_stop" and trigger.level is not None:
        level = (1.0 - trigger.level) * max(peak or price, price)
        if price <= level:
            return (
                f"the price of {_money(price)} is at or below the trailing stop at {_money(level)} already."
            )
    return None


def _stake(
    position: Position, steps: Ladder, currency: str, chances: Mapping[int, float]
) -> tuple[Check, ...]:
    """Name the rung that returns the stake, and say how likely that is."""
    if steps.stake is None:
        return (
            Check("stake", "unknown", "The cost is not entered, so nobody can tell when the stake is back."),
        )
    amount = f"{steps.stake:,.0f} {currency}"
    at = steps.returns_stake
    if at is None:
        last = steps.steps[-1].at_risk
        short = 0.0 if isinstance(last, Unknown) else last
        text = f"No rung returns the stake of {amount}: {short:,.0f} {currency} stay at risk."
        return (Check("stake", "warning", text),)
    about = "about, at assumed prices, " if steps.approximate_before else ""
    found = [Check("stake", "kept", f"Rung {at + 1} {about}returns the stake of {amount}.", (at,))]
    if steps.steps[at].state != "done" and at in chances and chances[at] < LIKELY:
        text = (
            f"{_percent(chances[at])} chance only that rung {at + 1} fills: the stake may not come back "
            "this way."
        )
        found.append(Check("stake_chance", "warning", text, (at,)))
    return tuple(found)


def _usable(position: Position, steps: Ladder, price: float | None) -> tuple[Check, ...]:
    """Find rungs that cannot do anything, and what no rung sells."""
    found = []
    for step in steps.steps:
        if step.state in ("done", "skipped"):
            continue
        if step.trigger.kind == "multiple" and position.cost is None:
            text = (
                f"Rung {step.rung + 1} is a multiple of the cost, and no cost is entered: it cannot be "
                "reached."
            )
            found.append(Check("cost", "broken", text, (step.rung,)))
        elif not step.units:
            text = f"Nothing is left for rung {step.rung + 1} once all rungs before it have been filled."
            found.append(Check("nothing_left", "kept", text, (step.rung,)))
        if step.trigger.kind == "days_held" and position.bought is None:
            text = f"Rung {step.rung + 1} counts from today, for no day of purchase is entered."
            found.append(Check("bought", "warning", text, (step.rung,)))
    if steps.left > 0 and position.stop is None:
        text = f"{_percent(steps.left / position.quantity)} of the initial quantity have no exit."
        found.append(Check("rest", "warning", text))
    return tuple(found)


def _percent(share: float) -> str:
    """Write a share with at most one decimal: a chance is not known better, and thirds would run on."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4g}"
