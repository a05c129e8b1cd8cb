"""Where signals take their figures from: histories, cached series and coins, as known on each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.market.dominance import DominanceHistory
from models.market.returns import Index
from models.market.russell import RussellHistory
from models.market.season.index import SeasonIndex
from models.market.signals.history import NEVER, Absent, Rows, Source
from models.market.snapshot import BITCOIN, Bools, Days, Floats, Market, Series
from models.market.universe import Universe
from models.market.unknown import Unknown

CRYPTO_AGE, EQUITY_AGE = 3, 5


@dataclass(frozen=True)
class SignalInputs:
    """Everything the signals read; the histories are those of `market`."""

    market: Market
    universe: Universe
    alt50: Index
    russell: RussellHistory | Unknown
    season: SeasonIndex
    dominance: DominanceHistory

    @property
    def days(self) -> Days:
        return self.market.days

    @property
    def bitcoin(self) -> Floats:
        """Bitcoin's price on every day; all NaN when it is not cached."""
        return self.coin(BITCOIN)

    def coin(self, name: str) -> Floats:
        at = self.market.column.get(name)
        return self.market.price[:, at] if at is not None else np.full(self.days.size, np.nan)

    def series(self, *names: str) -> tuple[Series, ...] | None:
        """Return cached series (one may have no value up to this day), or None when one is missing."""
        found = tuple(self.market.series[name] for name in names if name in self.market.series)
        return found if len(found) == len(names) else None


def absent(what: str, *series: str) -> Absent:
    """Say that a series is not cached.

    >>> absent("options skew").why
    'No options skew is in the cache.'
    """
    return Absent(f"No {what} is in the cache.", series)


def daily(series: Series, days: Days, before: int) -> Floats:
    """Lay a series on the market's days and on `before` days ahead of the first one.

    Returns
    -------
    Shape (before + n_days,), NaN where there is no value. A value that becomes known a days after
    its own day stands on the day on which it becomes known, so that no window looks ahead.
    """
    result = np.full(before + days.size, np.nan)
    if days.size:
        known_on = series.days.astype("datetime64[D]").astype(np.int64) + series.available_after_days
        rows = known_on - (days[0].astype(np.int64) - before)
        inside = (rows >= 0) & (rows < result.size)
        result[rows[inside]] = series.values[inside]
    return result


def last_known(series: Series, days: Days) -> Rows:
    """Return the place in `series` of the newest value known on each day, -1 before the first one."""
    known_until = days - np.timedelta64(series.available_after_days, "D")
    return np.searchsorted(series.days, known_until, side="right") - 1


def source(name: str, series: Series, days: Days, allowed: int) -> Source:
    """An input that is one cached series."""
    place = last_known(series, days)
    numbers = series.days.astype("datetime64[D]").astype(np.int64)
    newest = np.full(days.size, NEVER, dtype=np.int64)
    newest[place >= 0] = numbers[place[place >= 0]]
    return Source(name, (series.id,), newest, allowed)


def computed(name: str, series: Iterable[str], known: Bools, days: Days, allowed: int = CRYPTO_AGE) -> Source:
    """An input with a value on the market's days on which `known` is true."""
    numbers = days.astype(np.int64)
    newest = np.maximum.accumulate(np.where(known, numbers, NEVER)) if days.size else numbers
    return Source(name, tuple(series), newest, allowed)


def at_least(window: int) -> int:
    """Values that a mean or sum over `window` days needs: two thirds, rounded up.

    >>> [at_least(window) for window in (7, 30, 50, 180)]
    [5, 20, 34, 120]
    """
    return -(-2 * window // 3)
