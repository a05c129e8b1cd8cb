"""A ladder sent through real days of an earlier cycle, as if bought on a chosen day. Methods, section 9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.market.gaps import CARRY
from models.market.snapshot import Day, Days, Floats, day
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.borrowing import course, sector_of
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.fill import Fills, add_values, fill
from models.risk.ladders.rungs import NEVER, Costs, Ints, LadderPosition, days_between, ladder_position
from models.risk.plans.plan import Plan, Position, Rung, Trigger
from models.risk.plans.values import FIRST_DAY, LAST_DAY

LEAST_DAYS = 30
"""A replay shorter than this says nothing about a ladder."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A stretch of years; `usual` is the start day that is proposed."""

    id: str
    title: str
    first: Day
    last: Day
    usual: Day


CYCLES = (
    Cycle("2017-18", "2017–18", day("2017-01-01"), day("2018-12-31"), day("2017-10-01")),
    Cycle("2020-21", "2020–21", day("2020-01-01"), day("2021-12-31"), day("2020-10-01")),
    Cycle("2023-25", "2023–25", day("2023-01-01"), day("2025-12-31"), day("2023-10-01")),
)


@dataclass(frozen=True, slots=True)
class ReplayFill:
    """A sale on a real day; `rung` from 0, None for the stop of the position."""

    rung: int | None
    day: Day
    units: float
    price: float
    proceeds: float


@dataclass(frozen=True)
class CoinReplay:
    """One position; money in the plan's currency.

    Attributes
    ----------
    paid : quantity times the price at which it was bought
    with_ladder, without_ladder : what it ends with, as multiples of `paid`
    left : units at the end
    borrowed_from, borrowed_days : what stood in for the coin, on how many of the days
    silent_days : how many days before the end it had its last price
    with_values, without_values : shape (n_days + 1,)
    """

    row: int
    coin: str
    paid: float
    with_ladder: float
    without_ladder: float
    fills: tuple[ReplayFill, ...]
    left: float
    borrowed_from: tuple[str, ...]
    borrowed_days: int
    silent_days: int
    with_values: Floats
    without_values: Floats

    @property
    def rungs_filled(self) -> tuple[int, ...]:
        """Places in the ladder of the rungs that sold something, ascending."""
        return tuple(sorted(one.rung for one in self.fills if one.rung is not None))


@dataclass(frozen=True)
class Replay:
    """A plan through one cycle.

    `with_ladder` and `without_ladder` are multiples of what was paid for all positions together;
    cash is left out, which would only thin the comparison. `days` has the start day first. `notes`
    are sentences on what a reader must know.
    """

    cycle: Cycle
    start: Day
    end: Day
    days: Days
    with_ladder: float
    without_ladder: float
    coins: tuple[CoinReplay, ...]
    notes: tuple[str, ...]

    @property
    def rungs_filled(self) -> int:
        return sum(len(one.rungs_filled) for one in self.coins)

    @property
    def borrowed(self) -> tuple[str, ...]:
        """The coins that borrowed prices."""
        return tuple(one.coin for one in self.coins if one.borrowed_days)


def replays(
    plan: Plan, study: Study, as_of: Day, *, starts: Sequence[Day | None] = (None, None, None)
) -> tuple[Replay | Unknown, ...]:
    """Replay every cycle from its usual start, or from the day given for it."""
    return tuple(
        replay(plan, study, as_of, cycle, start=start) for cycle, start in zip(CYCLES, starts, strict=True)
    )


def replay(
    plan: Plan, study: Study, as_of: Day, cycle: Cycle, *, start: Day | None = None
) -> Replay | Unknown:
    """Send every position of a plan through a cycle.

    Notes
    -----
    Each position is bought whole at the close of `start`: its price then stands for its cost (for
    today's price where no cost is entered), so that multiples, targets and stops keep their distance
    from the purchase. Dates of rungs move along: as many days after `start` as they lie after
    `as_of`. Rungs done are open again, skipped ones stay skipped. A stop above the cost would sell
    at once and is left out. Nothing after `as_of` is used.
    """
    begin = cycle.usual if start is None else start
    market = study.market
    known = min(as_of, market.days[-1]) if market.days.size else as_of
    end = min(cycle.last, known)
    if begin < cycle.first or begin > cycle.last:
        return Unknown(f"The start has to lie between {cycle.first} and {cycle.last}.")
    if not market.days.size or begin < market.days[0]:
        return Unknown(f"The cache does not reach back to {begin}.")
    if days_between(begin, end) < LEAST_DAYS:
        return Unknown(
            f"From {begin} to {end}, the last day known here, are {max(days_between(begin, end), 0)} days; "
            f"{LEAST_DAYS} are needed."
        )
    conditions = conditions_of(study)
    costs = Costs(plan.assumptions.fee_bps, plan.assumptions.slippage_bps)
    first, last = market.position(begin), market.position(end)
    coins: list[CoinReplay] = []
    notes: dict[str, None] = {}
    stopless: list[str] = []
    if end < cycle.last:
        notes[f"The cycle is cut on {end}, the last day known here."] = None
    for row, position in enumerate(plan.positions):
        ready = as_bought(position, study, begin, as_of)
        if isinstance(ready, Unknown):
            notes[f"Row {row + 1}, {position.coin}: {ready.why}"] = None
            continue
        if ready.stop is None and position.stop is not None:
            stopless.append(str(row + 1))
        sector = sector_of(study, position.coin, position.sector)
        one = _coin(
            ready, row, sector, study, conditions, first, last, as_of=market.position(known), costs=costs
        )
        if isinstance(one, Unknown):
            notes[f"Row {row + 1}, {position.coin}: {one.why}"] = None
            continue
        coins.append(one)
        if one.silent_days > CARRY:
            notes[
                f"Row {row + 1}, {position.coin}: its last price is {one.silent_days} days older than {end} "
                "and is kept until then."
            ] = None
    if stopless:
        rows = ("Row " if len(stopless) == 1 else "Rows ") + ", ".join(stopless)
        notes[f"{rows}: a stop that lies above the cost would sell at once, and is left out."] = None
    if not coins:
        return Unknown(next(iter(notes), "The plan has no position to be replayed."))
    paid = sum(one.paid for one in coins)
    return Replay(
        cycle=cycle,
        start=begin,
        end=end,
        days=market.days[first : last + 1],
        with_ladder=sum(one.with_ladder * one.paid for one in coins) / paid,
        without_ladder=sum(one.without_ladder * one.paid for one in coins) / paid,
        coins=tuple(coins),
        notes=tuple(notes),
    )


def as_bought(position: Position, study: Study, begin: Day, as_of: Day) -> Position | Unknown:
    """Return the position as if it were bought, whole, on `begin`, nothing sold yet."""
    price = position.cost if position.cost is not None else _price(position, study, as_of)
    if price is None:
        return Unknown("neither a cost nor a price is known, so its levels have no base.")
    return replace(
        position,
        cost=price,
        bought=_date(begin),
        price=None,
        stop=position.stop if position.stop is not None and position.stop < price else None,
        ladder=tuple(_moved(rung, days_between(as_of, begin)) for rung in position.ladder),
    )


def _price(position: Position, study: Study, as_of: Day) -> float | None:
    if position.price is not None:
        return position.price
    closes = study.market.coin_series(position.coin).upto(as_of).values
    return float(closes[-1]) if closes.size else None


def _moved(rung: Rung, days: int) -> Rung:
    trigger = rung.trigger
    if trigger.kind == "date" and trigger.day is not None:
        moved = _date(np.datetime64(trigger.day, "D") + days)
        trigger = Trigger("date", day=min(max(moved, FIRST_DAY), LAST_DAY))
    return replace(rung, trigger=trigger, done=None)


def _date(when: Day) -> date:
    return date.fromisoformat(str(when))


def _coin(
    position: Position,
    row: int,
    sector: str,
    study: Study,
    conditions: Conditions,
    first: int,
    last: int,
    *,
    as_of: int,
    costs: Costs,
) -> CoinReplay | Unknown:
    assert position.cost is not None
    windows = [rung.trigger.days or 0 for rung in position.ladder if rung.trigger.kind == "moving_average"]
    lead = max(windows, default=0)
    line = course(study, position.coin, sector, first, last, as_of=as_of, lead=lead)
    if line is None:
        return Unknown("neither it, nor its tier, nor Bitcoin has a price on every day.")
    prices = position.cost * line.values
    days = study.market.days
    walked = ladder_position(
        position, row=row, price=position.cost, as_of=days[first], closes=prices[: lead + 1]
    )
    closes = prices[lead:, np.newaxis]
    fills = fill(closes, walked, _known(walked, conditions, first, last), costs)
    value, cash = np.zeros(closes.shape), np.zeros(closes.shape)
    add_values(closes, fills, walked.held, value, cash)
    value += np.cumsum(cash, axis=0)
    paid = position.quantity * position.cost
    return CoinReplay(
        row=row,
        coin=position.coin,
        paid=paid,
        with_ladder=float(value[-1, 0]) / paid,
        without_ladder=float(closes[-1, 0]) / position.cost,
        fills=_sales(fills, closes, days[first]),
        left=float(fills.left[0]),
        borrowed_from=line.borrowed_from,
        borrowed_days=line.borrowed_days,
        silent_days=line.silent_days,
        with_values=value[:, 0].copy(),
        without_values=position.quantity * closes[:, 0],
    )


def _known(walked: LadderPosition, conditions: Conditions, first: int, last: int) -> dict[int, Ints]:
    """Return on which day of the replay each condition on the market is first known to hold."""
    found: dict[int, Ints] = {}
    for place, order in enumerate(walked.orders):
        if order.kind == "market" and order.trigger is not None:
            fires = np.flatnonzero(conditions.fires(order.trigger)[first : last + 1])
            found[place] = np.array([int(fires[0]) if fires.size else NEVER])
    return found


def _sales(fills: Fills, closes: Floats, start: Day) -> tuple[ReplayFill, ...]:
    """Return the sales in the order in which they happened."""
    found = []
    for place, order in enumerate(fills.orders):
        on = int(fills.day[place, 0])
        if on:
            price = order.level if order.kind == "limit" else float(closes[on, 0])
            units, proceeds = float(fills.units[place, 0]), float(fills.proceeds[place, 0])
            found.append((on, place, ReplayFill(order.rung, start + on, units, price, proceeds)))
    return tuple(sale for _, _, sale in sorted(found, key=lambda one: one[:2]))
