"""The paths around each event, laid on top of each other, beside those around any session.

Methods, section 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.precedents.event_windows import Measure, Windows
from models.market.snapshot import Bools, Day, Days, Floats

BEFORE, AFTER = 60, 180
"""Days shown before and after an event."""
BAND_NEEDS = 5
"""Events known at a distance that a band of half or of four fifths of them needs."""
MEDIAN_NEEDS = 3
FAMOUS = (("2016-17", "2016-07-01", "2017-07-01"), ("2020-21", "2020-07-01", "2021-07-01"))
"""The two precedents that everybody quotes: the first event in each of these spans is highlighted."""


@dataclass(frozen=True)
class Fan:
    """Paths of a history around each event, 0 on the event's day; NaN where unknown or not yet past.

    Attributes
    ----------
    offsets : shape (n_offsets,), days from the event
    days : shape (n_events,)
    paths : shape (n_events, n_offsets), log points, or points of the season index
    known : shape (n_offsets,), events whose path is known at this distance
    median, low50, high50, low80, high80 : shape (n_offsets,), over the events
    base_median, base_low, base_high : shape (n_offsets,), median and 80 % of all sessions
    famous : (place among the events, name) of the precedents that everybody quotes
    """

    offsets: NDArray[np.intp]
    days: Days
    paths: Floats
    known: NDArray[np.intp]
    median: Floats
    low50: Floats
    high50: Floats
    low80: Floats
    high80: Floats
    base_median: Floats
    base_low: Floats
    base_high: Floats
    famous: tuple[tuple[int, str], ...]

    @property
    def end(self) -> Floats:
        """The last known value of each path."""
        result: Floats = np.full(self.paths.shape[0], np.nan)
        for at, path in enumerate(self.paths):
            known = np.flatnonzero(np.isfinite(path))
            if known.size:
                result[at] = path[known[-1]]
        return result


def fan(windows: Windows, events: Bools, measure: Measure) -> Fan:
    """Lay the paths of one measure of a size around the events that lie inside the span.

    An event counts at every distance at which its path is known, so the last events are part of the
    left of the picture only.
    """
    offsets = np.arange(-BEFORE, AFTER + 1)
    history = windows.path(measure)
    first = windows.first_index if measure == "season_change" else windows.first_alt50
    span = windows.finished(0, first)
    all_paths = _paths(windows, history, np.flatnonzero(span), offsets)
    paths = all_paths[events[span]]
    days = windows.days[span & events]
    known = np.isfinite(paths).sum(axis=0)
    low80, low50, median, high50, high80 = quantiles(paths, (0.1, 0.25, 0.5, 0.75, 0.9))
    for edge in (low80, low50, high50, high80):
        edge[known < BAND_NEEDS] = np.nan
    median[known < MEDIAN_NEEDS] = np.nan
    base_low, base_median, base_high = quantiles(all_paths, (0.1, 0.5, 0.9))
    return Fan(
        offsets=offsets,
        days=days,
        paths=paths,
        known=known,
        median=median,
        low50=low50,
        high50=high50,
        low80=low80,
        high80=high80,
        base_median=base_median,
        base_low=base_low,
        base_high=base_high,
        famous=famous_events(days),
    )


def famous_events(days: Days) -> tuple[tuple[int, str], ...]:
    """Return (place, name) of the first event in each span that everybody quotes."""
    found = []
    for name, start, end in FAMOUS:
        first: Day = np.datetime64(start, "D")
        inside = np.flatnonzero((days >= first) & (days < np.datetime64(end, "D")))
        if inside.size:
            found.append((int(inside[0]), name))
    return tuple(found)


def _paths(windows: Windows, history: Floats, rows: NDArray[np.intp], offsets: NDArray[np.intp]) -> Floats:
    """Return history around each of some sessions less its value on that session."""
    at = windows.row[rows][:, None] + offsets[None, :]
    inside = (at >= 0) & (at < windows.n_days)
    values = history[np.where(inside, at, 0)]
    return np.where(inside, values - history[windows.row[rows]][:, None], np.nan)


def quantiles(values: Floats, shares: tuple[float, ...]) -> list[Floats]:
    """Return linearly interpolated quantiles of each column, NaN left out; NaN for an empty column."""
    ordered = np.sort(values, axis=0)  # NaN goes to the end
    known = np.isfinite(ordered).sum(axis=0)
    columns = np.arange(values.shape[1])
    result = []
    for share in shares:
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(np.intp)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        if not values.shape[0]:
            result.append(np.full(values.shape[1], np.nan))
            continue
        low, high = ordered[below, columns], ordered[above, columns]
        result.append(np.where(known > 0, low + (place - below) * (high - low), np.nan))
    return result
