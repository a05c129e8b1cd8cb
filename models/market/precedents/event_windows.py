"""What followed each session of a line, over windows of some days. Methods, section 7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.gaps import carried
from models.market.returns import Index
from models.market.season.index import HEADLINE, Season, SeasonIndex
from models.market.snapshot import BITCOIN, Bools, Day, Days, Floats, Series
from models.market.study import Study

SPACING = 20
"""Sessions between two events that count, at least."""
QUIET = 60
"""Sessions strictly between a breakout and the record before it, at least."""

EventKind = Literal["breakout", "record"]
Measure = Literal["season", "alt50", "excess", "season_change", "alt50_up", "beats_btc", "beats_median"]
"""What is asked of a window. A yes or no: `season` (one began), `alt50_up` (ALT50 rose), `beats_btc`
(by more than Bitcoin), `beats_median` (ahead of Bitcoin by more than in half of all windows). A size:
`alt50` and `excess` (ALT50 less Bitcoin) as log returns, `season_change` in points of the index."""


@dataclass(frozen=True)
class Ground:
    """What events are judged by: the coins' histories, cut at the as-of day."""

    alt50: Index
    bitcoin: Floats
    season: SeasonIndex
    seasons: Sequence[Season]

    @property
    def days(self) -> Days:
        return self.season.days


def ground_upto(study: Study, as_of: Day) -> Ground:
    """Return the histories of a study as they stood at the end of `as_of`; views, nothing is copied.

    A study without Bitcoin has a Bitcoin that is unknown on every day.
    """
    end = study.market.position(as_of) + 1
    column = study.market.column.get(BITCOIN)
    bitcoin = np.full(end, np.nan) if column is None else study.market.price[:end, column]
    index, alt50 = study.season[HEADLINE], study.alt50
    cut = {
        name: getattr(index, name)[:end]
        for name in ("days", "index", "beating", "counted", "too_young", "bitcoin", "days_in_state")
    }
    return Ground(
        alt50=replace(alt50, days=alt50.days[:end], values=alt50.values[:end], counted=alt50.counted[:end]),
        bitcoin=bitcoin,
        season=replace(index, **cut),
        seasons=study.seasons_upto(as_of).known,
    )


def record_events(close: Floats, kind: EventKind, *, quiet: int = QUIET, spacing: int = SPACING) -> Bools:
    """Mark the sessions that count as events.

    A record is strictly above every earlier close, a breakout one with at least `quiet` sessions
    strictly between it and the record before. An event counts when it is at least `spacing`
    sessions after the last one that counted; the spacing runs over all history.
    """
    record = np.zeros(close.size, dtype=np.bool_)
    record[1:] = close[1:] > np.maximum.accumulate(close)[:-1]
    at = np.flatnonzero(record)
    if kind == "breakout":
        at = at[1:][np.diff(at) - 1 >= quiet]
    kept = np.zeros(close.size, dtype=np.bool_)
    last = -spacing
    for row in at.tolist():
        if row - last >= spacing:
            kept[row] = True
            last = row
    return kept


class Windows:
    """The coins' histories as seen from each session of the trigger; arrays of shape (n_sessions,).

    `since` leaves out the sessions before it, in events and base rates alike.
    """

    def __init__(self, trigger: Series, ground: Ground, since: Day | None = None) -> None:
        self.ground = ground
        self.days, self.level = trigger.days, trigger.values
        calendar = ground.days
        self.n_days = calendar.size
        row = (self.days - calendar[0]).astype(np.int64) if calendar.size else np.full(self.days.size, -1)
        self.inside = (row >= 0) & (row < self.n_days)
        if since is not None:
            self.inside &= self.days >= since
        self.row = np.where(self.inside, row, 0)
        self.sessions_per_day = _sessions_per_day(trigger)
        self.alt50 = carried(ground.alt50.values)
        self.bitcoin = carried(ground.bitcoin)
        self.index = carried(ground.season.index)
        self.first_alt50 = _first(calendar, ground.alt50.values, since)
        self.first_index = _first(calendar, ground.season.index, since)
        starts = np.array([season.start for season in ground.seasons], dtype="datetime64[D]")
        ends = np.array([season.end for season in ground.seasons], dtype="datetime64[D]")
        following = np.searchsorted(starts, self.days, side="right")
        self.to_season = np.full(self.days.size, np.inf)
        some = following < starts.size
        if some.any():
            self.to_season[some] = (starts[following[some]] - self.days[some]).astype(np.int64)
        running = following - 1
        self.at_risk = np.ones(self.days.size, dtype=np.bool_)
        if starts.size:
            self.at_risk = ~((running >= 0) & (self.days <= ends[np.maximum(running, 0)]))

    @property
    def sessions(self) -> int:
        """Sessions on which ALT50 or the season index is known to have begun: no base has more."""
        known = [first for first in (self.first_alt50, self.first_index) if first is not None]
        return int(self.finished(0, min(known)).sum()) if known else 0

    def finished(self, days: int, first: Day | None) -> Bools:
        """Sessions whose window of `days` lies wholly between `first` and the as-of day."""
        if first is None:
            return np.zeros(self.days.size, dtype=np.bool_)
        return self.inside & (self.row + days < self.n_days) & (self.days >= first)

    def difference(self, values: Floats, days: int) -> Floats:
        """Value `days` later (before, where negative) less the session's own; NaN where one is unknown."""
        at = self.row + days
        inside = self.inside & (at >= 0) & (at < self.n_days)
        if not self.n_days:
            return np.full(self.days.size, np.nan)
        change = values[np.where(inside, at, 0)] - values[self.row]
        return np.where(inside, change, np.nan)

    def path(self, measure: Measure) -> Floats:
        """The history, one value a day, whose differences are the measure of a size."""
        if measure == "season_change":
            return self.index
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(self.alt50) if measure == "alt50" else np.log(self.alt50) - np.log(self.bitcoin)

    def measured(self, measure: Measure, days: int) -> tuple[Bools, Floats]:
        """Return which sessions are the base of a measure, and what it is on each.

        Returns
        -------
        base : shape (n_sessions,)
            The window is past, lies after the first known day of its series and both ends are known;
            for `season` no season was running on the session.
        outcome : shape (n_sessions,)
            1 and 0 for yes and no; not to be read outside of the base.
        """
        if measure == "season":
            base = self.finished(days, self.first_index) & self.at_risk
            return base, (self.to_season <= days).astype(np.float64)
        if measure == "season_change":
            change = self.difference(self.path(measure), days)
            return self.finished(days, self.first_index) & np.isfinite(change), change
        size: Measure = "alt50" if measure in ("alt50", "alt50_up") else "excess"
        change = self.difference(self.path(size), days)
        base = self.finished(days, self.first_alt50) & np.isfinite(change)
        if measure in ("alt50", "excess"):
            return base, change
        above = float(np.median(change[base])) if measure == "beats_median" and base.any() else 0.0
        with np.errstate(invalid="ignore"):
            return base, (change > above).astype(np.float64)


def _first(days: Days, values: Floats, since: Day | None) -> Day | None:
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return None
    first: Day = days[known[0]]
    return first if since is None else max(first, since)


def _sessions_per_day(trigger: Series) -> float:
    """Sessions a calendar day: 252 a year for an equity, every day for a coin, else as they come."""
    if trigger.calendar == "session":
        return 252 / 365
    if trigger.calendar == "daily" or trigger.days.size < 2:
        return 1.0
    span = float((trigger.days[-1] - trigger.days[0]).astype(int)) + 1.0
    return min(1.0, trigger.days.size / span)
