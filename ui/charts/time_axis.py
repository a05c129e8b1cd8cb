"""Days on a chart: their place on the x axis (days since 1970), and the ticks between them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLocale

from ui.widgets.dates import Day, to_date

_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120)
_DAY_STEPS = (1, 2, 7, 14)


def to_x(days: Any) -> NDArray[np.float64]:
    """Days as x positions, shape kept: whole days since 1970-01-01."""
    return np.asarray(days, dtype="datetime64[D]").astype(np.int64).astype(np.float64)


def day_x(day: Day) -> float:
    """One day as an x position."""
    return float(day.astype("datetime64[D]").astype(np.int64))


def to_day(x: float) -> Day:
    """The day at an x position."""
    return np.datetime64(round(x), "D")


def ticks(low: float, high: float, wanted: int, locale: QLocale | None = None) -> list[tuple[float, str]]:
    """At most about `wanted` ticks between two x positions, at round dates.

    Years are named by their number, months by their short name (January by its year), days as "14 May".
    """
    locale = locale or QLocale()
    span = high - low
    if span <= 0:
        return []
    wanted = max(2, wanted)
    for step in _DAY_STEPS:
        if span / step <= wanted:
            # Weeks start on Monday: 1970-01-05 was one.
            first = math.ceil((low - 4) / step) * step + 4
            return [(x, _named(x, "d MMM", locale)) for x in _steps(first, high, step)]
    for step in _MONTH_STEPS:
        if span / (30.44 * step) <= wanted or step == _MONTH_STEPS[-1]:
            return _month_ticks(low, high, step, locale)
    return []


def _steps(first: float, last: float, step: float) -> list[float]:
    count = max(0, math.floor((last - first) / step) + 1)
    return [first + step * i for i in range(count)]


def _month_ticks(low: float, high: float, step: int, locale: QLocale) -> list[tuple[float, str]]:
    start = np.datetime64(math.floor(low), "D").astype("datetime64[M]").astype(int)
    end = np.datetime64(math.ceil(high), "D").astype("datetime64[M]").astype(int)
    found = []
    for month in range(-(-start // step) * step, end + 1, step):
        x = float(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
        if low <= x <= high:
            found.append((x, _named(x, "yyyy" if month % 12 == 0 else "MMM", locale)))
    return found


def _named(x: float, pattern: str, locale: QLocale) -> str:
    return locale.toString(to_date(to_day(x)), pattern)
