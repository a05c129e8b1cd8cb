"""What followed earlier small-cap breakouts, against what follows any day. Methods, section 7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.chance import bootstrap_difference, holm, shift_p_value
from models.market.gaps import carried
from models.market.returns import Index
from models.market.season import Season, SeasonIndex
from models.market.snapshot import Bools, Day, Days, Floats, Series
from models.market.unknown import Unknown

HORIZONS = (7, 14, 30, 60, 90, 180, 365)
SPOKEN_HORIZON = 180
"""The horizon of the one sentence."""
SPACING = 20
"""Sessions between two events that count, at least."""
INDEPENDENT_NEEDS = 8
"""Independent events below which nothing can be established."""
SIGNIFICANT = 0.05
SEED = 7
SESSIONS_PER_DAY = 252 / 365

EventKind = Literal["breakout", "record"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What followed one event within a horizon; None where the window is not past or not known."""

    days: int
    alt50: float | None
    alt50_minus_btc: float | None
    """A difference of simple returns, for people; the means of groups use log returns."""
    season_change: float | None
    season_began: bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One event with everything that followed."""

    day: Day
    level: float
    outcomes: tuple[Outcome, ...]
    days_to_season: int | None
    """Days to the first day of the next season, as known today; None when none has come."""
    at_risk: bool
    """False inside a running season: such an event says nothing about a season beginning."""


@dataclass(frozen=True, slots=True)
class HorizonResult:
    """How often a season began within `days` after an event, and after any session."""

    days: int
    events: int
    independent: int
    hits: int
    rate: float | Unknown
    base_rate: float | Unknown
    base_sessions: int
    difference: float | Unknown
    low: float | Unknown
    high: float | Unknown
    p: float | Unknown
    p_adjusted: float | Unknown


@dataclass(frozen=True, slots=True)
class Relative:
    """ALT50 against Bitcoin after events and after any session: differences of log returns."""

    days: int
    events: int
    mean: float | None
    median: float | None
    base_mean: float | None
    base_median: float | None


@dataclass(frozen=True, slots=True)
class Precedents:
    """The claim on trial, as of one day."""

    trigger: str
    kind: EventKind
    events: tuple[Event, ...]
    horizons: tuple[HorizonResult, ...]
    relative: tuple[Relative, ...]
    seasons_without_event: tuple[Season, ...]
    verdict: str
    established: bool | None
    """None where the events are too few for any claim."""


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


def record_events(close: Floats, kind: EventKind, *, quiet: int = 60, spacing: int = SPACING) -> Bools:
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


def precedents(
    trigger: Series,
    ground: Ground,
    *,
    kind: EventKind = "breakout",
    marked: Bools | None = None,
    horizons: Sequence[int] = HORIZONS,
    spoken: int = SPOKEN_HORIZON,
    seed: int = SEED,
) -> Precedents:
    """Judge the events of `trigger` by what followed in the coins. Methods, section 7.

    Parameters
    ----------
    trigger : closes per session
    ground : histories whose last day is the as-of day: a window that ends later is not known
    marked : shape of `trigger.days`, events of another kind (random days, say) instead of records

    Notes
    -----
    The season index must be known on the event's own day for its window to lie after the first
    known one. Sessions inside a running season are not at risk of one beginning.
    """
    events = record_events(trigger.values, kind) if marked is None else marked
    sessions = _Sessions(trigger, ground)
    tests = [_tested(sessions, events, days, seed) for days in horizons]
    adjusted = holm(np.array([_number(test.p) for test in tests]))
    results = tuple(
        _with_adjusted(test, float(value)) for test, value in zip(tests, adjusted.tolist(), strict=True)
    )
    shown = np.flatnonzero(events & sessions.finished(0, sessions.first_alt50))
    verdict, established = _verdict(trigger, kind, results, spoken, sessions)
    event_days = trigger.days[events]
    return Precedents(
        trigger=trigger.id,
        kind=kind,
        events=tuple(_event(sessions, int(row), horizons) for row in shown),
        horizons=results,
        relative=tuple(_relative(sessions, events, days) for days in horizons),
        seasons_without_event=tuple(
            season
            for season in ground.seasons
            if not ((event_days < season.start) & (event_days >= season.start - 180)).any()
        ),
        verdict=verdict,
        established=established,
    )


class _Sessions:
    """The coins' histories as seen from each session of the trigger."""

    def __init__(self, trigger: Series, ground: Ground) -> None:
        self.ground = ground
        self.days, self.level = trigger.days, trigger.values
        calendar = ground.days
        self.n_days = calendar.size
        row = (self.days - calendar[0]).astype(np.int64) if calendar.size else np.full(self.days.size, -1)
        self.inside = (row >= 0) & (row < self.n_days)
        self.row = np.where(self.inside, row, 0)
        self.alt50 = carried(ground.alt50.values)
        self.bitcoin = carried(ground.bitcoin)
        self.index = carried(ground.season.index)
        self.first_alt50 = _first(calendar, ground.alt50.values)
        self.first_index = _first(calendar, ground.season.index)
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

    def finished(self, days: int, first: Day | None) -> Bools:
        """Sessions whose window of `days` lies wholly between `first` and the as-of day."""
        if first is None:
            return np.zeros(self.days.size, dtype=np.bool_)
        return self.inside & (self.row + days < self.n_days) & (self.days >= first)

    def change(self, values: Floats, days: int) -> Floats:
        """Ratio of the value `days` later to the session's own, NaN where one is unknown."""
        later = np.minimum(self.row + days, max(self.n_days - 1, 0))
        ratio = values[later] / values[self.row] if self.n_days else np.full(self.row.size, np.nan)
        return np.where(self.inside & (self.row + days < self.n_days), ratio, np.nan)


def _first(days: Days, values: Floats) -> Day | None:
    known = np.flatnonzero(np.isfinite(values))
    return days[known[0]] if known.size else None


def _tested(sessions: _Sessions, events: Bools, days: int, seed: int) -> HorizonResult:
    base = sessions.finished(days, sessions.first_index) & sessions.at_risk
    marked = (events & base)[base]
    began = (sessions.to_season[base] <= days).astype(np.float64)
    independent = _independent(sessions.days[events & base], days)
    hits = int(began[marked].sum())
    if not base.any():
        why = Unknown(f"No session has a window of {days} days that is past and known.")
        return HorizonResult(days, 0, 0, 0, why, why, 0, why, why, why, why, why)
    base_rate = float(began.mean())
    if not marked.any():
        why = Unknown(f"No event has a window of {days} days that is past and known.")
        return HorizonResult(days, 0, 0, 0, why, base_rate, began.size, why, why, why, why, why)
    rate = float(began[marked].mean())
    low: float | Unknown
    high: float | Unknown
    if independent >= INDEPENDENT_NEEDS:
        drawn = bootstrap_difference(
            marked,
            began,
            mean_block=max(days, 30) * SESSIONS_PER_DAY,
            generator=np.random.default_rng([seed, days]),
        )
        low, high = (float(edge) for edge in np.quantile(drawn, [0.025, 0.975]))
    else:
        low = high = Unknown(
            f"{independent} independent events, {INDEPENDENT_NEEDS} are needed for an interval."
        )
    p = shift_p_value(marked, began)
    return HorizonResult(
        days=days,
        events=int(marked.sum()),
        independent=independent,
        hits=hits,
        rate=rate,
        base_rate=base_rate,
        base_sessions=began.size,
        difference=rate - base_rate,
        low=low,
        high=high,
        p=p,
        p_adjusted=p,
    )


def _with_adjusted(test: HorizonResult, value: float) -> HorizonResult:
    return replace(test, p_adjusted=value) if np.isfinite(value) else test


def _independent(days: Days, apart: int) -> int:
    """Count greedily the events that lie at least `apart` days after the last one counted."""
    count, last = 0, None
    for one in days:
        if last is None or (one - last).astype(int) >= apart:
            count, last = count + 1, one
    return count


def _relative(sessions: _Sessions, events: Bools, days: int) -> Relative:
    known = sessions.finished(days, sessions.first_alt50)
    excess = np.log(sessions.change(sessions.alt50, days)) - np.log(sessions.change(sessions.bitcoin, days))
    base = excess[known & np.isfinite(excess)]
    after = excess[known & np.isfinite(excess) & events]

    def figure(values: Floats) -> tuple[float | None, float | None]:
        return (float(values.mean()), float(np.median(values))) if values.size else (None, None)

    return Relative(days, int(after.size), *figure(after), *figure(base))


def _event(sessions: _Sessions, at: int, horizons: Sequence[int]) -> Event:
    to_season = float(sessions.to_season[at])
    return Event(
        day=sessions.days[at],
        level=float(sessions.level[at]),
        outcomes=tuple(_outcome(sessions, at, days, to_season) for days in horizons),
        days_to_season=int(to_season) if np.isfinite(to_season) else None,
        at_risk=bool(sessions.at_risk[at]),
    )


def _outcome(sessions: _Sessions, at: int, days: int, to_season: float) -> Outcome:
    start = int(sessions.row[at])
    if start + days >= sessions.n_days:
        return Outcome(days, None, None, None, None)

    def known(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    altcoins = sessions.alt50[start + days] / sessions.alt50[start] - 1
    bitcoin = sessions.bitcoin[start + days] / sessions.bitcoin[start] - 1
    counts = sessions.first_index is not None and sessions.days[at] >= sessions.first_index
    return Outcome(
        days=days,
        alt50=known(altcoins),
        alt50_minus_btc=known(altcoins - bitcoin),
        season_change=known(sessions.index[start + days] - sessions.index[start]),
        season_began=bool(to_season <= days) if counts and sessions.at_risk[at] else None,
    )


def _number(value: float | Unknown) -> float:
    return np.nan if isinstance(value, Unknown) else value


def _verdict(
    trigger: Series, kind: EventKind, results: Sequence[HorizonResult], spoken: int, sessions: _Sessions
) -> tuple[str, bool | None]:
    """Say in one sentence what the events prove, and whether they do."""
    test = next((one for one in results if one.days == spoken), None)
    plural = f"{kind}s of {trigger.title}"
    if test is None or sessions.first_index is None:
        return f"No {plural} can be judged: the season index is not known.", None
    since = str(sessions.first_index)
    if not test.events or isinstance(test.rate, Unknown) or isinstance(test.base_rate, Unknown):
        return f"No {plural} since {since} has a window of {spoken} days that is past.", None
    sentence = (
        f"{test.events} {plural} since {since} with a finished window; a season began within {spoken} days "
        f"after {test.hits} ({test.rate:.0%}); base rate {test.base_rate:.0%}; a gap this large arises by "
        f"chance {_number(test.p):.0%} of the time ({_number(test.p_adjusted):.0%} after asking "
        f"{len(results)} horizons)"
    ).replace("%", " %")
    if test.independent < INDEPENDENT_NEEDS:
        return (
            f"{sentence}: not established, since only {test.independent} events are independent of each "
            f"other and {INDEPENDENT_NEEDS} are needed for any claim.",
            None,
        )
    established = _number(test.p_adjusted) < SIGNIFICANT
    return f"{sentence}: {'established' if established else 'not established'}.", established
