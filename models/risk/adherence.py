"""What the plan said against what was done: discipline, and apart from it the money.

A rung is judged by whether and when it was followed, never by whether that paid: the money differs
by luck as well, and stands beside the score, not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.gaps import CARRY
from models.market.snapshot import Day, Floats
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.ladder import reached_since
from models.risk.ladders.positions import closes_of
from models.risk.ladders.rungs import NEVER, LadderPosition, days_between
from models.risk.plans.plan import Plan, Position, Rung
from models.risk.rates import rate

GRACE = 3
"""Days after a rung was due on which selling still counts as following it."""
NEAR = 0.10
"""By how much of the planned units a sale may differ."""

Verdict = Literal["kept", "late", "early", "other size", "missed", "skipped", "waiting"]
FOLLOWED: tuple[Verdict, ...] = ("kept",)
NOT_COUNTED: tuple[Verdict, ...] = ("waiting",)


@dataclass(frozen=True, slots=True)
class Followed:
    """One rung (None: the stop of the position), when it was due and what became of it.

    `difference` is what was brought in less what the plan would have brought, where both are known.
    """

    row: int
    coin: str
    rung: int | None
    verdict: Verdict
    due: Day | None
    planned_units: float
    planned_price: float | None
    sentence: str
    difference: float | None


@dataclass(frozen=True, slots=True)
class Adherence:
    """`score` is the share of rungs that were due or done and were followed; `money` stands apart."""

    start: Day
    as_of: Day
    rungs: tuple[Followed, ...]
    kept: int
    counted: int
    score: float | Unknown
    money: float | Unknown
    sentence: str
    left_out: tuple[str, ...]


def adherence(plan: Plan, study: Study, as_of: Day, *, start: Day | None = None) -> Adherence:
    """Compare a plan with the record of its rungs from `start` to `as_of`.

    Parameters
    ----------
    start : the day from which on the plan was to be followed; without one that of its lock, else the
        day on which each position was bought (a position without either is left out)
    """
    conditions = conditions_of(study)
    money = rate(plan, study.market, as_of)
    usd = float("nan") if isinstance(money, Unknown) else money.usd
    begin = start if start is not None else _locked_on(plan)
    found: list[Followed] = []
    left_out: list[str] = []
    for row, position in enumerate(plan.positions):
        if not position.ladder:
            continue
        since = begin
        if since is None and position.bought is not None:
            since = np.datetime64(position.bought, "D")
        if since is None:
            left_out.append(f"Row {row + 1}, {_symbol(study, position.coin)}: the day bought is missing.")
        elif since >= as_of:
            left_out.append(f"Row {row + 1}, {_symbol(study, position.coin)}: begins only on {since}.")
        else:
            found += _position(row, position, study, conditions, since, as_of, usd)
    first = min((one.due for one in found if one.due is not None), default=as_of)
    return _summed(begin if begin is not None else first, as_of, tuple(found), tuple(left_out))


def _symbol(study: Study, coin: str) -> str:
    at = study.market.column.get(coin)
    return coin if at is None else study.market.coins[at].symbol


def _locked_on(plan: Plan) -> Day | None:
    if plan.lock is None:
        return None
    try:
        return np.datetime64(plan.lock.at[:10], "D")
    except ValueError:
        return None


def _position(
    row: int,
    position: Position,
    study: Study,
    conditions: Conditions,
    start: Day,
    as_of: Day,
    usd: float,
) -> list[Followed]:
    """Walk the ladder as planned, as if nothing had been done, and set the record beside it."""
    planned = replace(
        position, ladder=tuple(replace(rung, done=None, skipped=False) for rung in position.ladder)
    )
    walked, days = reached_since(planned, study.market, conditions, start, as_of, usd=usd)
    closes = closes_of(study.market, position.coin, as_of, usd_rate=usd)
    when = {order.rung: int(day) for order, day in zip(walked.orders, days, strict=True)}
    units = _units(walked, when)
    prices: Mapping[int | None, float | None] = {
        order.rung: order.level if order.kind == "limit" else _close(closes, when[order.rung], start, as_of)
        for order in walked.orders
    }
    found = []
    for at, rung in enumerate(position.ladder):
        day = when.get(at, NEVER)
        due = start + day if day < NEVER and units.get(at, 0.0) > 0 else None
        name = f"Rung {at + 1} of {_symbol(study, position.coin)}"
        found.append(_judged(name, row, position, at, rung, due, units.get(at, 0.0), prices.get(at)))
    return found


def _units(walked: LadderPosition, when: Mapping[int | None, int]) -> dict[int | None, float]:
    """Sell in the order of days, on one day in the order of execution."""
    left = walked.initial
    found: dict[int | None, float] = {}
    for order in sorted(walked.orders, key=lambda order: when[order.rung]):
        if when[order.rung] >= NEVER:
            continue
        part = min(order.share * (walked.initial if order.of == "initial" else left), left)
        found[order.rung] = part if part > 1e-9 * walked.initial else 0.0
        left -= found[order.rung]
    return found


def _close(closes: Floats, day: int, start: Day, as_of: Day) -> float | None:
    """Return the close of a day of the walk, at most three days old."""
    if day >= NEVER:
        return None
    at = closes.size - 1 - int((as_of - (start + day)).astype(int))
    recent = closes[max(at - CARRY, 0) : at + 1]
    known = recent[np.isfinite(recent)]
    return float(known[-1]) if known.size else None


def _judged(
    name: str,
    row: int,
    position: Position,
    at: int,
    rung: Rung,
    due: Day | None,
    units: float,
    price: float | None,
) -> Followed:
    done = rung.done
    difference = None
    if done is not None and due is not None and price is not None:
        difference = done.proceeds - units * price
    if done is None:
        if due is None:
            verdict: Verdict = "skipped" if rung.skipped else "waiting"
            sentence = f"{name} was skipped before it was due." if rung.skipped else f"{name} is not due yet."
        else:
            verdict = "skipped" if rung.skipped else "missed"
            sentence = f"{name} was due on {due} and was {'skipped' if rung.skipped else 'not followed'}."
    elif due is None:
        verdict, sentence = "early", f"{name} was sold on {done.day}; it has not been due."
    else:
        late = days_between(due, done.day)
        if late < 0:
            verdict, sentence = "early", f"{name} was sold on {done.day}, {_days(-late)} before it was due."
        elif late > GRACE:
            verdict, sentence = "late", f"{name} was sold on {done.day}, {_days(late)} after it was due."
        elif abs(done.quantity - units) > NEAR * units:
            verdict = "other size"
            sentence = f"{name} sold {done.quantity:.6g} units where {units:.6g} were planned."
        else:
            verdict, sentence = "kept", f"{name} was followed on {done.day}."
    return Followed(
        row=row,
        coin=position.coin,
        rung=at,
        verdict=verdict,
        due=due,
        planned_units=units,
        planned_price=price,
        sentence=sentence,
        difference=difference,
    )


def _summed(start: Day, as_of: Day, found: tuple[Followed, ...], left_out: tuple[str, ...]) -> Adherence:
    counted = [one for one in found if one.verdict not in NOT_COUNTED]
    kept = sum(one.verdict in FOLLOWED for one in counted)
    differences = [one.difference for one in found if one.difference is not None]
    score: float | Unknown
    if counted:
        score = kept / len(counted)
        sentence = f"{kept} of {len(counted)} rungs that were due or done were followed."
    else:
        score = Unknown(f"No rung was due or done up to {as_of}, so there is nothing to be judged.")
        sentence = score.why
    money: float | Unknown = (
        sum(differences)
        if differences
        else Unknown("No rung was both due and done, so no money can be compared.")
    )
    return Adherence(
        start=start,
        as_of=as_of,
        rungs=found,
        kept=kept,
        counted=len(counted),
        score=score,
        money=money,
        sentence=sentence,
        left_out=left_out,
    )


def _days(n: int) -> str:
    return "a day" if n == 1 else f"{n} days"
