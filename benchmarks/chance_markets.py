"""Histories in which the truth is known: events and seasons that have, or have not, to do with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.precedents.event_windows import Ground, Windows, record_events
from models.market.returns import Index
from models.market.season.index import Season, SeasonIndex, Variant
from models.market.snapshot import Bools, Floats, Series, day

START = day("1990-01-01")
YEAR = 365
Kind = Literal["drawn", "records"]


@dataclass(frozen=True)
class Made:
    """A history with its events; `linked` is the share of events that a season follows on purpose."""

    windows: Windows
    events: Bools
    linked: float


def made(
    seed: int, *, years: int, kind: Kind = "drawn", linked: float = 0.0, after: int = 60, every: float = 330.0
) -> Made:
    """Make a history of weekdays and seasons; ALT50 and Bitcoin are random walks of their own.

    Parameters
    ----------
    kind : events drawn with random gaps, or the record days of a random walk that rises a little
    linked : the chance that a season begins `after` days after an event; the others begin by themselves
    every : mean days from one season that begins by itself to the next
    """
    rng = np.random.default_rng([seed, years, round(100 * linked)])
    days = START + np.arange(years * YEAR)
    sessions = days[np.is_busday(days)]
    close = 1000.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.012, sessions.size)))
    events = record_events(close, "record") if kind == "records" else _drawn(rng, sessions.size)
    own = np.cumsum(60 + rng.exponential(every - 60, 4 * years)).astype(int)
    rows = (sessions[events] - START).astype(int)
    planted = rows[rng.random(rows.size) < linked] + after
    own = own if not linked else own[rng.random(own.size) < 1 - linked]
    starts = _apart(np.sort(np.concatenate([own, planted])), 45, days.size - 1)
    line = Series("RUT", "the Russell 2000", "points", "simulated", "session", sessions, close)
    return Made(Windows(line, _ground(days, starts, rng)), events, linked)


def _drawn(rng: np.random.Generator, sessions: int) -> Bools:
    rows = np.cumsum(20 + rng.exponential(60, sessions // 20 + 8)).astype(int)
    marked = np.zeros(sessions, np.bool_)
    marked[rows[rows < sessions]] = True
    return marked


def _apart(starts: np.ndarray, least: int, end: int) -> list[int]:
    kept: list[int] = []
    for start in starts[starts < end].tolist():
        if not kept or start - kept[-1] >= least:
            kept.append(start)
    return kept


def _ground(days: np.ndarray, starts: list[int], rng: np.random.Generator) -> Ground:
    index: Floats = np.full(days.size, 50.0)
    seasons = []
    for at, start in enumerate(starts):
        last = starts[at + 1] - 20 if at + 1 < len(starts) else days.size - 1
        end = min(start + int(rng.integers(10, 60)), last, days.size - 1)
        index[start : end + 1] = 80.0
        seasons.append(Season(days[start], days[end], end - start + 1, 80.0, strong=True))
    counts = np.zeros(days.size, np.intp)
    alt50, bitcoin = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.04, (2, days.size)), axis=1))
    return Ground(
        alt50=Index("ALT50", "ALT50", days, alt50, counts),
        bitcoin=bitcoin,
        season=SeasonIndex(Variant(), days, index, counts, counts, counts, np.zeros(days.size), counts),
        seasons=tuple(seasons),
    )
