"""Ladders walked along many paths at once. Methods, section 9.

Rungs do not depend on one another for *when* they are reached, only for how much is left to sell:
so the days on which each is reached are found first, all paths side by side, and the sales are
then settled in the order of days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Floats
from models.risk.ladders.rungs import (
    AT_A_CLOSE,
    DUST,
    NEVER,
    Costs,
    Ints,
    LadderPosition,
    Order,
    first_crossing,
)


@dataclass(frozen=True)
class Fills:
    """The sales of one holding on every path.

    Attributes
    ----------
    day : shape (n_orders, n_paths)
        Path day of the sale; 0 where the order sold nothing.
    units, proceeds : shape (n_orders, n_paths)
        Sold, and brought in after fee and slippage.
    left : shape (n_paths,), units at the end
    """

    orders: tuple[Order, ...]
    day: Ints
    units: Floats
    proceeds: Floats
    left: Floats


class _Reached:
    """Levels that are reached one after the other, and the day on which each path reaches each.

    The nearest level comes first, so a path only has to be compared with the next one.
    """

    def __init__(self, levels: Sequence[float], last: float, paths: int) -> None:
        self.levels = np.array([*levels, last])
        self.day = np.full((len(levels), paths), NEVER, dtype=np.intp)
        self.count = np.zeros(paths, dtype=np.intp)
        self.next = np.full(paths, self.levels[0])

    def note(self, at: Ints, day: int) -> Floats:
        """Write down `day` for the next level of the paths `at`; return the level after it."""
        count = self.count[at]
        self.day[count, at] = day
        count += 1
        self.count[at] = count
        level = self.levels[count]
        self.next[at] = level
        return level


def reached(closes: Floats, holding: LadderPosition, known: Mapping[int, Ints]) -> Ints:
    """Return the day on which each order would be executed.

    Parameters
    ----------
    closes : shape (n_days + 1, n_paths)
        Row 0 is the close of the as-of day.
    known : for each order of kind `market`, by its place in `holding.orders`
        First path day at whose close its condition is known, NEVER without one; shape (n_paths,).

    Returns
    -------
    shape (n_orders, n_paths), NEVER where it is not reached.
    """
    paths = closes.shape[1]
    result = np.full((len(holding.orders), paths), NEVER, dtype=np.intp)
    for place, order in enumerate(holding.orders):
        if order.kind not in AT_A_CLOSE:
            continue
        if order.kind == "scheduled":
            result[place] = order.known + 1
        elif order.kind == "average":
            result[place] = _average(closes, holding.past, order)
        elif place in known:
            result[place] = known[place] + 1
    _resting(closes, holding, result)
    result[result >= closes.shape[0]] = NEVER
    return result


def _average(closes: Floats, past: Floats, order: Order) -> Ints:
    """Return the day after a crossing of the moving average; the as-of day may be that crossing."""
    trigger = order.trigger
    assert trigger is not None
    assert trigger.days is not None
    assert trigger.side is not None
    return first_crossing(past, closes, trigger.days, trigger.side) + 1


def _resting(closes: Floats, holding: LadderPosition, result: Ints) -> None:
    """Fill in the days of limits, stops and trailing stops, walking the days once."""
    orders = holding.orders

    def places(kind: str, *, falling: bool = False) -> list[int]:
        found = [place for place, order in enumerate(orders) if order.kind == kind]
        return sorted(found, key=lambda place: orders[place].level, reverse=falling)

    limits, stops, trailing = places("limit"), places("stop", falling=True), places("trailing")
    if not (limits or stops or trailing):
        return
    paths = closes.shape[1]
    up = _Reached([orders[place].level for place in limits], np.inf, paths)
    down = _Reached([orders[place].level for place in stops], -np.inf, paths)
    behind = _Reached([1.0 - orders[place].level for place in trailing], -np.inf, paths)
    peak = np.full(paths, holding.peak)
    hit = np.empty(paths, dtype=np.bool_)
    floor = np.empty(paths)
    for day in range(1, closes.shape[0]):
        close = closes[day]
        if limits:
            at = np.greater_equal(close, up.next, out=hit).nonzero()[0]
            while at.size:
                level = up.note(at, day)
                at = at[close[at] >= level]
        if stops:
            at = np.less_equal(close, down.next, out=hit).nonzero()[0]
            while at.size:
                level = down.note(at, day)
                at = at[close[at] <= level]
        if trailing:
            # Passes over days without a close, as a replay has them.
            np.fmax(peak, close, out=peak)
            np.multiply(behind.next, peak, out=floor)
            at = np.less_equal(close, floor, out=hit).nonzero()[0]
            while at.size:
                level = behind.note(at, day)
                at = at[close[at] <= level * peak[at]]
    for found, rows in ((up, limits), (down, stops), (behind, trailing)):
        result[rows] = found.day


def settle(closes: Floats, holding: LadderPosition, when: Ints, costs: Costs) -> Fills:
    """Sell in the order of days; on one day in the order of `holding.orders`.

    Parameters
    ----------
    closes : shape (n_days + 1, n_paths)
    when : shape (n_orders, n_paths), as :func:`reached` returns it
    """
    orders, paths = holding.orders, closes.shape[1]
    count = len(orders)
    day = np.zeros((count, paths), dtype=np.intp)
    units, proceeds = np.zeros((count, paths)), np.zeros((count, paths))
    left = np.full(paths, holding.held)
    every = np.arange(paths)
    # Stable: equal days keep the order of execution.
    queue = np.argsort(when, axis=0, kind="stable")
    share = np.array([order.share for order in orders])
    of_initial = np.array([order.of == "initial" for order in orders])
    limit = np.array([order.level if order.kind == "limit" else np.nan for order in orders])
    is_limit = np.isfinite(limit)
    kept = np.array([costs.kept(order.kind) for order in orders])
    dust = DUST * holding.initial
    for step in range(count):
        place = queue[step]
        on = when[place, every]
        due = on < NEVER
        if not due.any():
            break
        wanted = share[place] * np.where(of_initial[place], holding.initial, left)
        sold = np.where(due, np.minimum(wanted, left), 0.0)
        rest = left - sold
        clean = due & (rest <= dust)
        sold[clean], rest[clean] = left[clean], 0.0
        price = np.where(is_limit[place], limit[place], closes[np.where(due, on, 0), every])
        filled = sold > 0.0
        day[place, every] = np.where(filled, on, 0)
        units[place, every] = sold
        proceeds[place, every] = np.where(filled, sold * price * kept[place], 0.0)
        left = rest
    return Fills(orders, day, units, proceeds, left)


def fill(closes: Floats, holding: LadderPosition, known: Mapping[int, Ints], costs: Costs) -> Fills:
    """Walk a holding's orders along `closes`; see :func:`reached` and :func:`settle`."""
    return settle(closes, holding, reached(closes, holding, known), costs)


def add_values(closes: Floats, fills: Fills, held: float, value: Floats, cash: Floats) -> None:
    """Add what is left of a holding, day by day, to `value`, and what each day brought to `cash`.

    Parameters
    ----------
    closes, value, cash : shape (n_days + 1, n_paths)
        `cash` takes the proceeds of the day, not their sum.
    held : units at the start
    """
    days, paths = closes.shape
    left, worth = np.full(paths, held), np.empty(paths)
    # Sales of one day side by side, so that each day touches its own paths only.
    place, path = np.nonzero(fills.day)
    day = fills.day[place, path]
    order = np.argsort(day, kind="stable")
    place, path, day = place[order], path[order], day[order]
    np.add.at(cash, (day, path), fills.proceeds[place, path])
    bounds = np.searchsorted(day, np.arange(days + 1))
    for at in range(days):
        first, end = bounds[at], bounds[at + 1]
        if end > first:
            np.subtract.at(left, path[first:end], fills.units[place[first:end], path[first:end]])
        np.multiply(left, closes[at], out=worth)
        value[at] += worth
