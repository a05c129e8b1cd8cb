"""What new days mean for a plan: rungs reached, limits broken by prices, signals that flipped.

A pure function; what has been reported before comes in and what is to be remembered goes out, so
that everything is said once. Methods, section 9.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.gaps import CARRY
from models.market.signals import STATES, UNKNOWN
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.assessment import assess
from models.risk.ground import Grounds
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.ladder import known_now, reached_since
from models.risk.ladders.positions import closes_of
from models.risk.ladders.rungs import AT_A_CLOSE, NEVER, Order, ladder_position
from models.risk.plans.plan import Plan, Position
from models.risk.rates import rate
from models.risk.rules import Rule

Kind = Literal["rung", "stop", "limit", "signal", "unwatched"]
MONEY = "unwatched:money"
BY_PRICE = frozenset({"limit", "stop", "trailing", "average"})
"""Kinds of orders that closes of their own coin decide."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to be told. `key` stays the same as long as it is the same thing.

    `row` and `rung` are places in the plan; `day` is the one at whose close it was known.
    """

    key: str
    kind: Kind
    day: Day
    title: str
    text: str
    row: int | None = None
    rung: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is new, and what has to be remembered.

    `reported` is to be given back the next time: it has the new keys, and lacks those of limits that
    are kept again, so that a later breach is told anew.
    """

    alerts: tuple[Alert, ...]
    reported: frozenset[str]


def watch(
    plan: Plan,
    study: Study,
    as_of: Day,
    *,
    since: Day | None = None,
    reported: Collection[str] = (),
    signals: Sequence[str] = (),
) -> Watch:
    """Look at the days after `since` up to `as_of`.

    Parameters
    ----------
    since : the last day that was looked at; without one the day before `as_of`
    reported : as the last :class:`Watch` returned it
    signals : ids of the confirmation signals that the user chose

    Notes
    -----
    A rung is told once, on the day at whose close its trigger is known, until its trigger, share or
    coin is changed. A limit is told when prices broke it: one that the very same plan already broke on
    `since` is the user's own doing and in plain sight. A signal is told when its newest known state
    is another than on `since`; days on which it is unknown are passed over. While the plan's currency
    has no rate, prices cannot be held against its levels: that, too, is told once; so is a coin
    without recent prices, whose stop cannot be reached while they are missing.
    """
    start = as_of - 1 if since is None else min(since, as_of)
    before = frozenset(reported)
    found: list[Alert] = []
    money = rate(plan, study.market, as_of)
    conditions = conditions_of(study)
    for row, position in enumerate(plan.positions):
        if position.held:
            usd = float("nan") if isinstance(money, Unknown) else money.usd
            found += _rungs(plan, position, row, study, conditions, start, as_of, usd)
    broken, kept = _limits(plan, study, start, as_of)
    found += broken
    if isinstance(money, Unknown):
        found.append(Alert(MONEY, "unwatched", as_of, "Prices of the plan are not watched", money.why))
    else:
        blind, seen = _blind(plan, study, as_of)
        found += blind
        kept |= {MONEY} | seen
    for name in signals:
        found += _signal(study, name, start, as_of)
    alerts: dict[str, Alert] = {}
    for alert in found:
        if alert.key not in before:
            alerts.setdefault(alert.key, alert)
    return Watch(
        alerts=tuple(sorted(alerts.values(), key=lambda alert: (alert.day, alert.key))),
        reported=(before - kept) | frozenset(alert.key for alert in found),
    )


def _rungs(
    plan: Plan,
    position: Position,
    row: int,
    study: Study,
    conditions: Conditions,
    start: Day,
    as_of: Day,
    usd: float,
) -> list[Alert]:
    found = []
    known = known_now(position, study.market, conditions, as_of, usd=usd)
    seen: dict[str, int] = {}
    walked, days = reached_since(position, study.market, conditions, start, as_of, usd=usd)
    closes = closes_of(study.market, position.coin, as_of, usd_rate=usd)
    symbol = _symbol(study, position.coin)
    for order, on in zip(walked.orders, days, strict=True):
        key = _key(position, order)
        # Two rungs alike are two things.
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            key = f"{key}#{seen[key]}"
        at_close = order.kind in AT_A_CLOSE
        if on < NEVER:
            when = start + int(on) - (1 if at_close else 0)
        elif order.rung in known:
            when = as_of
        else:
            continue
        back = int((as_of - when).astype(int))
        close = float(closes[-1 - back]) if 0 <= back < closes.size else float("nan")
        found.append(_told(plan, position, row, order, key, symbol, when, close))
    return found


def _blind(plan: Plan, study: Study, as_of: Day) -> tuple[list[Alert], frozenset[str]]:
    """Return the coins whose levels no recent price can reach, and the keys of those with prices.

    A price typed by hand does not help here: it says what a coin is worth, and is no close.
    """
    found, seen = [], set()
    for row, position in enumerate(plan.positions):
        if not position.held:
            continue
        key = f"unwatched:{position.coin}"
        closes = closes_of(study.market, position.coin, as_of)
        if np.isfinite(closes[-1 - CARRY :]).any():
            seen.add(key)
            continue
        orders = ladder_position(position, row=row, price=1.0, as_of=as_of).orders
        if not any(order.kind in BY_PRICE for order in orders):
            continue
        known = np.flatnonzero(np.isfinite(closes))
        why = (
            f"Its last close in the cache is {int(closes.size - 1 - known[-1])} days old"
            if known.size
            else "It has no price in the cache"
        )
        symbol = _symbol(study, position.coin)
        text = (
            f"{why}, so its stop and the rungs that wait for a price cannot be reached. They are watched "
            "again when newer prices arrive."
        )
        found.append(Alert(key, "unwatched", as_of, f"{symbol} is not watched", text, row))
    return found, frozenset(seen)


def _symbol(study: Study, coin: str) -> str:
    at = study.market.column.get(coin)
    return coin if at is None else study.market.coins[at].symbol


def _told(
    plan: Plan,
    position: Position,
    row: int,
    order: Order,
    key: str,
    symbol: str,
    when: Day,
    close: float,
) -> Alert:
    title = f"{symbol}: stop reached" if order.rung is None else f"{symbol}: rung {order.rung + 1} reached"
    wanted = order.share * (position.quantity if order.of == "initial" else position.held)
    units = f"{min(wanted, position.held):.6g} {symbol}"
    price = f"the close of {when} was {close:,.6g} {plan.currency}"
    if order.kind == "limit":
        target = f"{order.level:,.6g} {plan.currency}"
        text = f"The target of {target} was met: {price}. The plan sells {units} at the target."
    elif order.kind == "stop":
        text = f"The stop of {order.level:,.6g} {plan.currency} was met: {price}. The plan sells {units}."
    elif order.kind == "trailing":
        fall = f"{100 * order.level:.4g} %"
        text = f"The price is {fall} or more below its peak: {price}. The plan sells {units}."
    else:
        text = f"Its condition is known since the close of {when}. The plan sells {units} at the next close."
    return Alert(key, "stop" if order.rung is None else "rung", when, title, text, row, order.rung)


def _key(position: Position, order: Order) -> str:
    """Name a rung by what it is, so that moving rows about tells nothing twice."""
    if order.rung is None:
        return f"stop:{position.coin}:{order.level!r}"
    trigger = order.trigger
    assert trigger is not None
    parts = (trigger.kind, trigger.level, trigger.days, trigger.side, trigger.day, trigger.phase)
    words = ",".join("" if part is None else str(part) for part in parts)
    return f"rung:{position.coin}:{words}:{order.share!r}:{order.of}"


def _limits(plan: Plan, study: Study, start: Day, as_of: Day) -> tuple[list[Alert], frozenset[str]]:
    """Return the limits that prices broke since `start`, and the keys of those that are kept now."""
    if not plan.positions or start < study.market.days[0]:
        return [], frozenset()
    now = {rule.name: rule for rule in assess(plan, Grounds(study, as_of)).rules}
    then = {rule.name: rule for rule in assess(plan, Grounds(study, start)).rules}
    broken = [
        Alert(_limit_key(rule), "limit", as_of, f"Limit broken: {rule.title}", rule.sentence)
        for name, rule in now.items()
        if rule.state == "red" and then[name].state != "red"
    ]
    kept = frozenset(_limit_key(rule) for rule in now.values() if rule.state in ("ok", "amber"))
    return broken, kept


def _limit_key(rule: Rule) -> str:
    return f"limit:{rule.name}"


def _signal(study: Study, name: str, start: Day, as_of: Day) -> list[Alert]:
    try:
        history = study.signals[name]
    except KeyError:
        return []
    row, first = (int((when - history.days[0]).astype(int)) for when in (as_of, start))
    codes = history.code[: row + 1]
    known = np.flatnonzero(codes != UNKNOWN)
    earlier = known[known <= first]
    if not earlier.size or not known.size or known[-1] <= first or codes[known[-1]] == codes[earlier[-1]]:
        return []
    newest = int(known[-1])
    state, old = STATES[int(codes[newest]) + 1], STATES[int(codes[earlier[-1]]) + 1]
    others = known[codes[known] != codes[newest]]
    flipped = int(known[known > others[-1]][0])
    when = history.days[flipped]
    told = history.at(newest)
    return [
        Alert(
            key=f"signal:{name}:{state}:{when}",
            kind="signal",
            day=when,
            title=f"{history.title}: {state}",
            text=f"It was {_was(old)} before. {told.why}",
        )
    ]


def _was(state: str) -> str:
    return {"confirms": "confirming", "contradicts": "contradicting"}.get(state, state)
