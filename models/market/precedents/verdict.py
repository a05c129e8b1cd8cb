"""What followed earlier small-cap breakouts, against what follows any day. Methods, section 7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.market.precedents.event_tests import (
    HORIZONS,
    SEED,
    SIGNIFICANT,
    SPOKEN_HORIZON,
    HorizonResult,
    against_base,
)
from models.market.precedents.event_windows import EventKind, Ground, Windows, record_events
from models.market.precedents.sentence import named, sentence
from models.market.season.index import Season
from models.market.snapshot import Bools, Day, Floats, Series
from models.market.unknown import Unknown

__all__ = [
    "HORIZONS",
    "SIGNIFICANT",
    "SPOKEN_HORIZON",
    "EventKind",
    "Ground",
    "HorizonResult",
    "record_events",
]


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


def precedents(
    trigger: Series,
    ground: Ground,
    *,
    kind: EventKind = "breakout",
    marked: Bools | None = None,
    horizons: Sequence[int] = HORIZONS,
    spoken: int = SPOKEN_HORIZON,
    seed: int = SEED,
    intervals: bool = True,
) -> Precedents:
    """Judge the events of `trigger` by what followed in the coins. Methods, section 7.

    Parameters
    ----------
    trigger : closes per session
    ground : histories whose last day is the as-of day: a window that ends later is not known
    marked : shape of `trigger.days`, events of another kind (random days, say) instead of records
    intervals : whether to draw them, which is most of the work

    Notes
    -----
    The season index must be known on the event's own day for its window to lie after the first
    known one. Sessions inside a running season are not at risk of one beginning.
    """
    events = record_events(trigger.values, kind) if marked is None else marked
    sessions = Windows(trigger, ground)
    results = against_base(sessions, events, horizons=horizons, seed=seed, intervals=intervals)
    shown = np.flatnonzero(events & sessions.finished(0, sessions.first_alt50))
    verdict, established = _verdict(trigger, kind, results, spoken, sessions)
    event_days = trigger.days[events]
    return Precedents(
        trigger=trigger.id,
        kind=kind,
        events=tuple(followed(sessions, int(row), horizons) for row in shown),
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


def _relative(sessions: Windows, events: Bools, days: int) -> Relative:
    known, excess = sessions.measured("excess", days)
    base, after = excess[known], excess[known & events]

    def figure(values: Floats) -> tuple[float | None, float | None]:
        return (float(values.mean()), float(np.median(values))) if values.size else (None, None)

    return Relative(days, int(after.size), *figure(after), *figure(base))


def followed(sessions: Windows, at: int, horizons: Sequence[int]) -> Event:
    """Return one session as an event, with everything that followed."""
    to_season = float(sessions.to_season[at])
    return Event(
        day=sessions.days[at],
        level=float(sessions.level[at]),
        outcomes=tuple(_outcome(sessions, at, days, to_season) for days in horizons),
        days_to_season=int(to_season) if np.isfinite(to_season) else None,
        at_risk=bool(sessions.at_risk[at]),
    )


def _outcome(sessions: Windows, at: int, days: int, to_season: float) -> Outcome:
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


def _verdict(
    trigger: Series, kind: EventKind, results: Sequence[HorizonResult], spoken: int, sessions: Windows
) -> tuple[str, bool | None]:
    """Say in one sentence what the events prove, and whether they do."""
    test = next((one for one in results if one.days == spoken), None)
    plural = f"{kind}s of {named(trigger.title)}"
    if test is None or sessions.first_index is None:
        return f"No {plural} can be judged: the season index is not known.", None
    since = str(sessions.first_index)
    if not test.events or isinstance(test.rate, Unknown) or isinstance(test.base_rate, Unknown):
        return f"No {plural} since {since} has a window of {spoken} days that is past.", None
    asked = sum(not isinstance(one.p, Unknown) for one in results)
    words = sentence(plural, since, test, asked)
    if not test.is_judged:
        return words, None
    return words, test.is_established
