"""An exit ladder before it is climbed: what each rung brings, and how each stands today.

Methods, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.snapshot import Day, Market
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.fill import reached
from models.risk.ladders.positions import closes_of
from models.risk.ladders.rungs import (
    AT_A_CLOSE,
    DUST,
    NEVER,
    Costs,
    Ints,
    LadderPosition,
    crossings,
    ladder_position,
)
from models.risk.plans.plan import Position, Rung, Trigger

State = Literal["open", "armed", "filled", "done", "skipped"]
Basis = Literal["level", "sale", "simulation", "today", "peak"]


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the table, as if the rungs were filled in the order of the ladder.

    Rungs done come first, with what they really brought. Everything is after fee and slippage.

    Attributes
    ----------
    units : sold by this rung
    price : at which they are assumed to be sold, before costs
    basis : where the price comes from: the rung's own `level`, the real `sale`, the median of the
        `simulation`, `today`'s price, or the highest price before it (`peak`) less the trailing
        stop. All but the first two are approximations.
    locked_in : brought by this rung and all before it
    profit : of that, what exceeds the cost of the units sold
    recovered : the share of the stake that is back, 1 at most
    left : units that remain
    at_risk : the part of the stake that is not back yet
    """

    rung: int
    trigger: Trigger
    units: float
    price: float | None
    basis: Basis | None
    proceeds: float
    locked_in: float
    profit: float | Unknown
    recovered: float | Unknown
    left: float
    at_risk: float | Unknown
    state: State

    @property
    def approximate(self) -> bool:
        """Whether the price cannot be known in advance."""
        return self.basis in ("simulation", "today", "peak")


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps in the order of the ladder, and the rung after which the stake is back.

    `returns_stake` is None when no rung brings it back; `approximate_before` says that it depends
    on prices which are not known in advance.
    """

    steps: tuple[Step, ...]
    stake: float | None
    returns_stake: int | None
    approximate_before: bool
    left: float


def ladder(
    position: Position,
    *,
    price: float | None,
    peak: float | None = None,
    costs: Costs = Costs(),  # noqa: B008 - immutable
    states: Mapping[int, State] | None = None,
    simulated: Mapping[int, float] | None = None,
) -> Ladder:
    """Work through the rungs of one position.

    Parameters
    ----------
    price, peak : of one unit: today's, and the highest since the purchase
    states : as :func:`rung_states` returns them; without them open, done or skipped
    simulated : by rung, what one unit brought in the simulation, after costs (the median)
    """
    running = _Running(position)
    found: dict[int, Step] = {}
    highest = max(peak or 0.0, price or 0.0)
    past = [at for at, rung in enumerate(position.ladder) if rung.done is not None]
    for at in sorted(past, key=lambda at: (_day_of(position.ladder[at]), at)):
        done = position.ladder[at].done
        assert done is not None
        found[at] = running.step(at, done.quantity, done.price, "sale", done.proceeds, "done")
    returns, approximate = (max(past) if past and running.is_back else None), False
    for at, rung in enumerate(position.ladder):
        if rung.done is not None:
            continue
        state = (states or {}).get(at, rung.state)
        if rung.skipped:
            found[at] = running.step(at, 0.0, None, None, 0.0, "skipped")
            continue
        at_price, basis = _assumed(rung.trigger, position, price, highest)
        kept = costs.kept_of_limit if basis == "level" else costs.kept_at_close
        units = running.units(rung)
        proceeds = units * (at_price or 0.0) * kept
        if basis in ("today", "peak") and simulated and at in simulated:
            at_price, basis = simulated[at] / kept, "simulation"
            proceeds = units * simulated[at]
        before = running.is_back
        found[at] = running.step(at, units, at_price, basis if units else None, proceeds, state)
        if units and basis != "level":
            approximate = approximate or not before
        if basis == "level" and at_price is not None:
            highest = max(highest, at_price)
        if running.is_back and not before:
            returns = at
    return Ladder(
        steps=tuple(found[at] for at in range(len(position.ladder))),
        stake=position.stake,
        returns_stake=returns,
        approximate_before=approximate and returns is not None,
        left=running.left,
    )


class _Running:
    """What is left and what has come in while the rungs are worked through."""

    def __init__(self, position: Position) -> None:
        self.position = position
        self.left = position.quantity
        self.locked_in = 0.0

    @property
    def is_back(self) -> bool:
        stake = self.position.stake
        return stake is not None and self.locked_in >= stake * (1 - DUST)

    def units(self, rung: Rung) -> float:
        """Return what a rung would sell of what is left now."""
        wanted = rung.share * (self.position.quantity if rung.of == "initial" else self.left)
        sold = min(wanted, self.left)
        return self.left if self.left - sold <= DUST * self.position.quantity else sold

    def step(
        self,
        at: int,
        units: float,
        price: float | None,
        basis: Basis | None,
        proceeds: float,
        state: State,
    ) -> Step:
        position = self.position
        left = self.left - units
        self.left = left if left > DUST * position.quantity else 0.0
        self.locked_in += proceeds
        no_cost = Unknown("The cost of the position is not entered.")
        stake, cost = position.stake, position.cost
        profit: float | Unknown = no_cost
        recovered: float | Unknown = no_cost
        at_risk: float | Unknown = no_cost
        if stake is not None and cost is not None:
            profit = self.locked_in - cost * (position.quantity - self.left)
            recovered = min(self.locked_in / stake, 1.0)
            at_risk = max(stake - self.locked_in, 0.0)
        return Step(
            rung=at,
            trigger=position.ladder[at].trigger,
            units=units,
            price=price,
            basis=basis,
            proceeds=proceeds,
            locked_in=self.locked_in,
            profit=profit,
            recovered=recovered,
            left=self.left,
            at_risk=at_risk,
            state=state,
        )


def _assumed(
    trigger: Trigger, position: Position, price: float | None, highest: float
) -> tuple[float | None, Basis | None]:
    """Return the price at which a rung is assumed to sell, and where it comes from."""
    target = target_of(trigger, position)
    if target is not None:
        return target, "level"
    if trigger.kind == "multiple" or price is None:
        return None, None
    if trigger.kind == "trailing_stop" and trigger.level is not None:
        return (1.0 - trigger.level) * highest, "peak"
    return price, "today"


def target_of(trigger: Trigger, position: Position) -> float | None:
    """Return the price of a resting order; None for other triggers and for a multiple without a cost."""
    if trigger.kind == "price":
        return trigger.level
    if trigger.kind == "multiple" and trigger.level is not None and position.cost is not None:
        return trigger.level * position.cost
    return None


def _day_of(rung: Rung) -> np.datetime64:
    assert rung.done is not None
    return np.datetime64(rung.done.day, "D")


def rung_states(
    position: Position, study: Study, as_of: Day, *, price: float, since: Day | None = None, usd: float = 1.0
) -> Mapping[int, State]:
    """Say how each rung stands at the close of `as_of`.

    `filled`: a resting order, a stop or what was waiting for a close was reached between `since`
    (excluded; the day before without one) and `as_of`, and nobody has marked it yet. `armed`: a
    trailing stop that follows, or a condition that is known now and executes at the next close.

    Parameters
    ----------
    usd : USD for one unit of the plan's currency
    """
    start = as_of - 1 if since is None else min(since, as_of - 1)
    conditions = conditions_of(study)
    walked, days = reached_since(position, study.market, conditions, start, as_of, price=price, usd=usd)
    found: dict[int, State] = {at: rung.state for at, rung in enumerate(position.ladder)}
    known = known_now(position, study.market, conditions, as_of, usd=usd)
    for order, on in zip(walked.orders, days, strict=True):
        if order.rung is None:
            continue
        if on < NEVER:
            found[order.rung] = "filled"
        elif order.kind == "trailing" or order.rung in known:
            found[order.rung] = "armed"
    return found


def reached_since(
    position: Position,
    market: Market,
    conditions: Conditions,
    start: Day,
    as_of: Day,
    *,
    price: float | None = None,
    usd: float = 1.0,
) -> tuple[LadderPosition, Ints]:
    """Walk a position's open orders along the cached closes from `start` (excluded) to `as_of`.

    Returns
    -------
    The position as it was read on `start`, and for each of its orders the number of days after
    `start` on which it was executed, NEVER where it was not; shape (n_orders,).

    Notes
    -----
    A day without a close fills nothing. `price`, typed by hand, stands for the close of `as_of`
    where the cache has none.
    """
    closes = closes_of(market, position.coin, as_of, usd_rate=usd)
    count = int((as_of - start).astype(int))
    if closes.size <= count:
        closes = np.concatenate([np.full(count + 1 - closes.size, np.nan), closes])
    if price is not None and not np.isfinite(closes[-1]):
        closes = np.append(closes[:-1], price)
    before = closes[: closes.size - count]
    seen = before[np.isfinite(before)]
    walked = ladder_position(
        position, row=0, price=float(seen[-1]) if seen.size else 0.0, as_of=start, closes=before
    )
    path = closes[closes.size - count - 1 :].copy()
    row = int((start - conditions.days[0]).astype(int)) if conditions.days.size else -1
    known: dict[int, Ints] = {}
    for place, order in enumerate(walked.orders):
        if order.kind == "market" and order.trigger is not None:
            fires = conditions.fires(order.trigger)
            here = np.flatnonzero(fires[max(row, 0) : row + count]) if row + count > 0 else np.empty(0, int)
            offset = max(-row, 0)
            known[place] = np.array([int(here[0]) + offset if here.size else NEVER])
    days = reached(path[:, np.newaxis], walked, known)[:, 0]
    return walked, days


def known_now(
    position: Position, market: Market, conditions: Conditions, as_of: Day, *, usd: float = 1.0
) -> frozenset[int]:
    """Return the open rungs whose condition is known at the close of `as_of`: they execute at the next."""
    found = set()
    row = int((as_of - conditions.days[0]).astype(int)) if conditions.days.size else -1
    walked = ladder_position(position, row=0, price=1.0, as_of=as_of)
    for order in walked.orders:
        trigger = order.trigger
        if order.kind not in AT_A_CLOSE or order.rung is None or trigger is None:
            continue
        if order.kind == "scheduled":
            holds = order.known == 0
        elif order.kind == "average":
            assert trigger.days is not None
            assert trigger.side is not None
            closes = closes_of(market, position.coin, as_of, usd_rate=usd)
            crossed = crossings(closes[-trigger.days - 1 :][:, np.newaxis], trigger.days, trigger.side)
            holds = bool(crossed[-1, 0]) if crossed.size else False
        else:
            holds = 0 <= row < conditions.days.size and bool(conditions.fires(trigger)[row])
        if holds:
            found.add(order.rung)
    return frozenset(found)
