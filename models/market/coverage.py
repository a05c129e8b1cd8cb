"""Which days of a series are there, and which coins have a price: gaps at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Calendar, Day, Days, Floats, Market

ALLOWED: dict[Calendar, int] = {"daily": 3, "session": 5, "weekly": 10, "monthly": 40}
"""Days between two values that are no gap: what is carried, long weekends, a late month."""
WEEKS = 16


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both included."""

    start: Day
    end: Day


@dataclass(frozen=True, slots=True)
class Strip:
    """One row: what is held, the gaps between, and days of a partial universe (for coins)."""

    id: str
    title: str
    held: tuple[Span, ...]
    gaps: tuple[Span, ...]
    partial: tuple[Span, ...] = ()

    @property
    def first(self) -> Day | None:
        return self.held[0].start if self.held else None

    @property
    def last(self) -> Day | None:
        return self.held[-1].end if self.held else None


def strip(name: str, title: str, calendar: Calendar, days: Days) -> Strip:
    """Cut the days of a series, ascending, where more are missing than its calendar allows."""
    if not days.size:
        return Strip(name, title, (), ())
    steps = np.diff(days).astype(np.int64)
    breaks = np.flatnonzero(steps > ALLOWED[calendar])
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [days.size - 1]])
    held = tuple(Span(days[a], days[b]) for a, b in zip(starts, ends, strict=True))
    gaps = tuple(Span(days[at] + 1, days[at + 1] - 1) for at in breaks)
    return Strip(name, title, held, gaps)


def coin_strip(market: Market, title: str, *, caps: bool, needed: int = 50) -> Strip:
    """Say on which days coins have prices (or caps): all that is usual, or fewer than `needed`."""
    values = market.cap if caps else market.price
    count = np.isfinite(values).sum(axis=1)
    found = strip("caps" if caps else "prices", title, "daily", market.days[count > 0])
    few = market.days[(count > 0) & (count < needed)]
    partial = strip("few", title, "daily", few).held if few.size else ()
    return Strip(found.id, found.title, found.held, found.gaps, partial)


def strips(
    market: Market, names: Sequence[str], *, titles: Mapping[str, str] | None = None
) -> tuple[Strip, ...]:
    """Return the rows of the chart: coins first, then the series in the order of `names`.

    `titles` names those that are not in the market; without one a series goes by its id.
    """
    rows = [
        coin_strip(market, "Crypto prices", caps=False),
        coin_strip(market, "Market caps", caps=True),
    ]
    for name in names:
        one = market.series.get(name)
        if one is None:
            rows.append(Strip(name, (titles or {}).get(name, name), (), ()))
        else:
            rows.append(strip(name, one.title, one.calendar, one.days))
    return tuple(rows)


@dataclass(frozen=True)
class PricedDays:
    """The share of the usual coins with a price on each of the last days; `days` begins on a Monday.

    `share` has one value a day, NaN after the last cached day; `usual` is the number of coins that had
    a price on at least half of those days.
    """

    days: Days
    share: Floats
    usual: int


def priced_days(market: Market, as_of: Day, weeks: int = WEEKS) -> PricedDays:
    """Count prices over the last `weeks` weeks up to the week of `as_of`."""
    weekday = int((as_of - np.datetime64("1970-01-05", "D")).astype(int)) % 7
    first = as_of - weekday - 7 * (weeks - 1)
    days = first + np.arange(7 * weeks)
    row = market.position(as_of)
    rows = (days - market.days[0]).astype(np.int64)
    inside = (rows >= 0) & (rows <= row)
    known = np.isfinite(market.price[rows[inside]])
    usual = known.mean(axis=0) >= 0.5 if known.size else np.zeros(0, dtype=bool)
    count = int(usual.sum())
    share = np.full(days.size, np.nan)
    if count:
        share[inside] = known[:, usual].mean(axis=1)
    return PricedDays(days, share, count)
