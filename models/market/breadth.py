"""How many of the largest altcoins take part: the share above their 200-day mean, and advances less declines.

Methods, section 4 (which coins) and 0 (means). Both are read beside the season index: an index that
rises while fewer coins take part rests on a few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.gaps import carried_at, trailing_mean
from models.market.season.index import COUNTED_NEEDS, Counts
from models.market.snapshot import Day, Days, Floats
from models.market.universe import Rows, Universe
from models.market.unknown import Unknown

MEAN_DAYS, MEAN_NEEDS = 200, 134
"""The mean, and the prices that it needs: two thirds."""
BASE_REACH = 4
"""How many days back the price may lie from which a daily return runs, as in ALT50."""


@dataclass(frozen=True, slots=True)
class BreadthReading:
    """Breadth on one day.

    `above` of `counted` coins stand above their mean; `no_mean` of the largest have none. `advancing`
    and `declining` are of the day's `moved` coins; `line_30` is the change of the line over 30 days.
    """

    day: Day
    share_above: float | Unknown
    above: int
    counted: int
    no_mean: int
    advancing: int
    declining: int
    moved: int
    line: float | Unknown
    line_30: float | Unknown


@dataclass(frozen=True)
class BreadthHistory:
    """One value a day; every array has shape (n_days,) and is read-only.

    Attributes
    ----------
    top : how many of the largest eligible coins are looked at
    share_above : fraction of `counted` coins whose price is above its 200-day mean, NaN below 20
    above, counted, no_mean : coins above, coins with a mean and a price, coins of the top without
    advancing, declining, moved : coins of yesterday's top that rose, that fell, that have a return
    line : the sum of (advancing - declining) / moved over all days with 20 returns so far, in
        percent of coins; NaN on the other days, on which it rests. Its level says nothing, its
        changes do.
    """

    top: int
    days: Days
    share_above: Floats
    above: Counts
    counted: Counts
    no_mean: Counts
    advancing: Counts
    declining: Counts
    moved: Counts
    line: Floats

    def at(self, day: Day) -> BreadthReading | Unknown:
        """Return the reading of a day; `Unknown` for a day that is not cached at all."""
        row = int((day - self.days[0]).astype(np.int64)) if self.days.size else -1
        if not 0 <= row < self.days.size:
            return Unknown(f"No coin is cached for {day}.")
        moved = int(self.moved[row])
        before = self.line[: max(row - 29, 0)]
        known = np.flatnonzero(np.isfinite(before))
        line = float(self.line[row])
        few = Unknown(f"{moved} of yesterday's largest altcoins have a return, {COUNTED_NEEDS} are needed.")
        rise: float | Unknown = few
        if np.isfinite(line):
            rise = (
                line - float(before[known[-1]])
                if known.size
                else Unknown("The line is younger than 30 days.")
            )
        return BreadthReading(
            day=self.days[row],
            share_above=self._share(row),
            above=int(self.above[row]),
            counted=int(self.counted[row]),
            no_mean=int(self.no_mean[row]),
            advancing=int(self.advancing[row]),
            declining=int(self.declining[row]),
            moved=moved,
            line=line if np.isfinite(line) else few,
            line_30=rise,
        )

    def _share(self, row: int) -> float | Unknown:
        value = float(self.share_above[row])
        if np.isfinite(value):
            return value
        return Unknown(
            f"{int(self.counted[row])} of the largest altcoins have a price and a {MEAN_DAYS}-day mean, "
            f"{COUNTED_NEEDS} are needed."
        )


def breadth(universe: Universe, top: int = 50) -> BreadthHistory:
    """Return the breadth of the `top` largest altcoins on every day.

    Notes
    -----
    Above: the price of the day itself against the mean of the known prices of t-199 .. t (134
    valid, nothing carried), of the `top` of t. Advances and declines: members are the top of the
    day before, so that no coin is counted because it rose; a return runs from the last price in
    [t-4, t-1] to the price of t, as in ALT50, and one of 0 is neither. Dividing by the coins that
    have a return lets days with 30 and with 50 of them weigh alike. Below 20 coins: unknown. Row t
    depends on days up to t only.
    """
    market, ranking = universe.market, universe.ranking
    n_days = market.days.size
    largest = ranking.largest(top)
    rows = np.arange(n_days)[:, np.newaxis]
    above, counted = _above_mean(universe, rows, largest)
    share = np.full(n_days, np.nan)
    np.divide(above, counted, out=share, where=counted >= COUNTED_NEEDS)

    members = np.full_like(largest, -1)
    members[1:] = largest[:-1]
    change = carried_at(market.price, rows, members, limit=0) / carried_at(
        market.price, rows - 1, members, limit=BASE_REACH - 1
    )
    advancing, declining = (change > 1.0).sum(axis=1), (change < 1.0).sum(axis=1)
    moved = np.isfinite(change).sum(axis=1)
    enough = moved >= COUNTED_NEEDS
    step = np.zeros(n_days)
    np.divide(100.0 * (advancing - declining), moved, out=step, where=enough)
    history = BreadthHistory(
        top=top,
        days=market.days,
        share_above=share,
        above=above,
        counted=counted,
        no_mean=(largest >= 0).sum(axis=1) - counted,
        advancing=advancing,
        declining=declining,
        moved=moved,
        line=np.where(enough, np.cumsum(step), np.nan),
    )
    for value in vars(history).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return history


def _above_mean(universe: Universe, rows: Rows, largest: Rows) -> tuple[Counts, Counts]:
    """Count the coins above their mean and those that have one; both of shape (n_days,)."""
    price = universe.market.price
    # Only coins that ever were among the largest need a mean.
    ever = np.unique(largest[largest >= 0])
    mean = trailing_mean(price[:, ever], MEAN_DAYS, MEAN_NEEDS)
    place = np.where(largest >= 0, np.searchsorted(ever, largest), -1)
    own = carried_at(mean, rows, place, limit=0)
    today = carried_at(price, rows, largest, limit=0)
    known = np.isfinite(own) & np.isfinite(today)
    return (known & (today > own)).sum(axis=1), known.sum(axis=1)
