"""How long until the next season began: after events, and after any session. Methods, section 7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.precedents.event_windows import Windows
from models.market.snapshot import Bools, Days, Floats

LONGEST = 365


@dataclass(frozen=True)
class Waits:
    """The share after which a season had begun, for 1 .. 365 days; NaN without a finished window.

    Attributes
    ----------
    days : shape (365,)
    share, base_share : shape (365,), of the events and of the sessions whose window of so many days is
        past: at the sentence's horizon these are its two rates
    counted : shape (365,), events with a finished window
    event_days, wait : shape (n_events,), events outside of a season and the days from each to the next
        season, NaN where none has begun yet
    """

    days: NDArray[np.intp]
    share: Floats
    base_share: Floats
    counted: NDArray[np.intp]
    event_days: Days
    wait: Floats

    @property
    def median(self) -> float:
        """Median wait of the events after which a season did begin; NaN without any."""
        known = self.wait[np.isfinite(self.wait)]
        return float(np.median(known)) if known.size else np.nan


def waits(windows: Windows, events: Bools) -> Waits:
    """Count, day by day of waiting, after how many events a season had begun."""
    days = np.arange(1, LONGEST + 1)
    base = windows.finished(0, windows.first_index) & windows.at_risk
    chosen = base & events
    share, counted = _shares(windows, chosen, days)
    base_share, _ = _shares(windows, base, days)
    wait = windows.to_season[chosen]
    return Waits(
        days, share, base_share, counted, windows.days[chosen], np.where(np.isfinite(wait), wait, np.nan)
    )


def _shares(windows: Windows, sessions: Bools, days: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
    """Return share and number of the sessions with a finished window, for each length of it.

    Sessions stand in the order of days, so that those with a finished window are the first ones.
    """
    row, wait = windows.row[sessions], windows.to_season[sessions]
    counted = np.searchsorted(row, windows.n_days - days, side="left")
    hits = np.array(
        [int((wait[:count] <= length).sum()) for count, length in zip(counted, days, strict=True)],
        dtype=float,
    )
    return np.where(counted > 0, hits / np.maximum(counted, 1), np.nan), counted
