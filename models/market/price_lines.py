"""Lines of prices made comparable: each 100 on the first day on which both of a pair have a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Day, Days, Floats, Series

NEAR = np.timedelta64(7, "D")
"""A line without a price so soon after the base day is left out of the price chart."""
LONGEST_STEP = np.timedelta64(10, "D")
"""A price line with a longer gap than this is broken there."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of prices with 100 on the base day; arrays of shape (n,), from that day on.

    `known` are the days from which the values are known, `days` those which they describe; NaN breaks
    the line at a long gap.
    """

    id: str
    title: str
    days: Days
    known: Days
    values: Floats

    def upto(self, day: Day) -> tuple[Days, Floats]:
        """Return what was known by the end of a day (views)."""
        end = int(np.searchsorted(self.known, day, side="right"))
        return self.days[:end], self.values[:end]


def price_lines(a: Series, b: Series, *others: Series) -> tuple[Day | None, tuple[PriceLine, ...]]:
    """Return the first common day of a and b, and their lines from then on; None and none without one.

    Values without a logarithm are left out, and others that have no price within a week of that day.
    """
    priced = [(line, line.days[line.values > 0], line.values[line.values > 0]) for line in (a, b, *others)]
    common = np.intersect1d(priced[0][1], priced[1][1], assume_unique=True)
    if not common.size:
        return None, ()
    base: Day = common[0]
    found = []
    for line, days, values in priced:
        start = int(np.searchsorted(days, base))
        if start < days.size and days[start] - base <= NEAR:
            found.append(_price_line(line, days[start:], values[start:]))
    return base, tuple(found)


def _price_line(line: Series, days: Days, values: Floats) -> PriceLine:
    values = 100.0 * values / values[0]
    if line.calendar in ("daily", "session"):
        gaps = np.flatnonzero(np.diff(days) > LONGEST_STEP) + 1
        days = np.insert(days, gaps, days[gaps - 1] + np.timedelta64(1, "D"))
        values = np.insert(values, gaps, np.nan)
    known = days + np.timedelta64(line.available_after_days, "D")
    return PriceLine(line.id, line.title, days, known, values)
