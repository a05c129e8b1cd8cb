"""What changed between two days: one calm list, each line with the panel that shows it.

Every line is a slice of histories: nothing of it uses a day after the later one, and cutting the market
there gives the same list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.rotation.phases import PHASES
from models.market.season.index import HEADLINE, seasons
from models.market.signals.history import STATES
from models.market.snapshot import Bools, Day, Days, Floats
from models.market.study import Study
from models.market.unknown import Unknown

State = Literal["confirms", "neutral", "contradicts", "unknown"]
Kind = Literal["signal", "phase", "season", "level", "record", "revision"]
"""Revisions are known to the cache alone, which adds them (data/revised.py)."""
DAYS = 30
"""Days back where nothing else was chosen."""
ALTCOIN, BITCOIN = 75.0, 25.0
UPPER, LOWER = 0.55, 0.50


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that changed on `day`; `state` says which way it speaks, `panel` where to look at it."""

    day: Day
    kind: Kind
    title: str
    words: str
    state: State
    panel: str


def changes(study: Study, since: Day, until: Day) -> tuple[Happened, ...]:
    """Return what changed after `since` up to `until`, the newest first.

    Signals, phase, seasons, crossings of the season index and of dominance, records of the Russell 2000
    and of TOTAL2. A day that is not cached counts as the nearest one inside.
    """
    days = study.market.days
    begin, end = (study.market.position(min(max(day, days[0]), days[-1])) for day in (since, until))
    found = [
        *_signals(study, begin, end),
        *_phase(study, begin, end),
        *_seasons(study, days[begin], days[end]),
        *_levels(study, begin, end),
        *_records(study, days[begin], days[end]),
    ]
    order = {"season": 0, "phase": 1, "record": 2, "level": 3, "signal": 4}
    return tuple(sorted(found, key=lambda one: (-one.day.astype(int), order[one.kind], one.title)))


def with_corrections(
    found: Sequence[Happened], corrections: Sequence[Happened], since: Day, until: Day
) -> tuple[Happened, ...]:
    """Add the corrections of the past that were learnt after `since` up to `until`, the newest first."""
    learnt = [one for one in corrections if since < one.day <= until]
    return tuple(sorted([*found, *learnt], key=lambda one: -one.day.astype(int)))


def _signals(study: Study, begin: int, end: int) -> list[Happened]:
    """Tell each signal that stands otherwise than before, on the day of its last flip."""
    found = []
    for history in study.signals.histories:
        if int(history.code[begin]) == int(history.code[end]):
            continue
        row = int(history.since[end])
        before, now = STATES[int(history.code[row - 1]) + 1], STATES[int(history.code[end]) + 1]
        found.append(
            Happened(study.market.days[row], "signal", history.title, f"{before} → {now}", now, "overview")
        )
    return found


def _phase(study: Study, begin: int, end: int) -> list[Happened]:
    history = study.rotation
    if isinstance(history, Unknown):
        return []
    held = history.phase
    found = []
    for row in (np.flatnonzero(held[begin + 1 : end + 1] != held[begin:end]) + begin + 1).tolist():
        before, now = int(held[row - 1]), int(held[row])
        if now < 0 or before < 0:
            continue
        state: State = "confirms" if PHASES[now] in ("large", "mid", "small") else "contradicts"
        words = f"{PHASE_WORDS[PHASES[before]]} → {PHASE_WORDS[PHASES[now]]}"
        found.append(Happened(study.market.days[row], "phase", "Rotation phase", words, state, "rotation"))
    return found


PHASE_WORDS = {
    "risk-off": "risk-off",
    "bitcoin": "Bitcoin",
    "large": "large caps",
    "mid": "mid caps",
    "small": "small caps and memes",
}


def _seasons(study: Study, since: Day, until: Day) -> list[Happened]:
    """Tell seasons that became known, and those that ended, between the days."""
    before = {season.start for season in seasons(study.season[HEADLINE], None, since).known}
    after = seasons(study.season[HEADLINE], None, until)
    found = []
    for season in after.known:
        if season.start not in before:
            words = f"known to have begun on {season.start}"
            found.append(Happened(season.start, "season", "Altcoin season", words, "confirms", "season"))
    return [one for one in found if one.day <= until]


def _levels(study: Study, begin: int, end: int) -> list[Happened]:
    days = study.market.days
    season = study.season[HEADLINE].index
    dominance = study.dominance.dominance
    index, share = "Season index", "Bitcoin dominance"
    found = _crossed(days, season, ALTCOIN, begin, end, index, "75", ("confirms", "neutral"))
    found += _crossed(days, season, BITCOIN, begin, end, index, "25", ("neutral", "contradicts"))
    found += _crossed(days, dominance, UPPER, begin, end, share, "55 %", ("contradicts", "neutral"))
    found += _crossed(days, dominance, LOWER, begin, end, share, "50 %", ("neutral", "confirms"))
    return found


def _crossed(
    days: Days,
    values: Floats,
    level: float,
    begin: int,
    end: int,
    title: str,
    written: str,
    speaks: tuple[State, State],
) -> list[Happened]:
    """Tell the last crossing of a level, if the value stands on another side than before.

    `speaks` says what it means to lie at or above the level, and below it.
    """
    known = np.flatnonzero(np.isfinite(values[: end + 1]))
    earlier = known[known <= begin]
    if not known.size or not earlier.size:
        return []
    above: Bools = values[known] >= level
    was, now = bool(above[earlier.size - 1]), bool(above[-1])
    if was == now:
        return []
    last = int(np.flatnonzero(above != now)[-1]) + 1
    words = f"rose to {written} or above" if now else f"fell below {written}"
    return [Happened(days[known[last]], "level", title, words, speaks[not now], "season")]


def _records(study: Study, since: Day, until: Day) -> list[Happened]:
    found = []
    small = study.russell
    if not isinstance(small, Unknown):
        inside = (small.days > since) & (small.days <= until)
        sorts = ((small.breakout, "breakout: a record after a long pause"), (small.record, "record close"))
        for marks, words in sorts:
            rows = np.flatnonzero(inside & marks)
            if rows.size:
                row = int(rows[-1])
                count = f", {rows.size} in all" if rows.size > 1 else ""
                found.append(
                    Happened(
                        small.days[row], "record", "Russell 2000", words + count, "confirms", "precedents"
                    )
                )
                break
    days, caps = study.market.days, study.dominance.total2
    upto = int(np.searchsorted(days, until, side="right"))
    known = np.flatnonzero(np.isfinite(caps[:upto]))
    if known.size:
        top = np.maximum.accumulate(caps[known])
        fresh = known[1:][caps[known][1:] > top[:-1]]
        fresh = fresh[days[fresh] > since]
        if fresh.size:
            count = f", {fresh.size} in all" if fresh.size > 1 else ""
            found.append(
                Happened(
                    days[fresh[-1]], "record", "Altcoin cap, TOTAL2", f"record{count}", "confirms", "season"
                )
            )
    return found
