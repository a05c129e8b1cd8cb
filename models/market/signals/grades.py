"""How often a signal was right, and how much the signals repeat each other. Methods, sections 7 and 8.

A signal *fires* on a day on which it confirms while its last known state did not. What followed is
held against the base rate: the same outcome over every day on which the signal was known. As in
the precedents, days inside a running season are not at risk of one beginning and are left out,
and an outcome exists only when its whole window is past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.market.season.index import SeasonIndex, seasons
from models.market.signals.history import CONFIRMS, UNKNOWN, Codes, Rows, SignalsHistory
from models.market.snapshot import Bools, Day, Floats
from models.market.unknown import Unknown

HORIZONS = (30, 90, 180)
INDEPENDENT_NEEDED = 5
COMMON_NEEDED = 180
"""Days on which two signals must both be known for a correlation of their states."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What followed the firings of one signal within `days`.

    `fired` counts firings with a finished window outside of a running season, `hits` those that a
    season followed, `base_rate` is its share among `base_days`. `still_open` and `inside_season`
    are the firings left out. `independent` counts firings at least `days` apart.
    """

    days: int
    fired: int
    hits: int
    rate: float | Unknown
    base_days: int
    base_rate: float | Unknown
    median_lead: float | Unknown
    independent: int
    still_open: int
    inside_season: int

    @property
    def false_alarms(self) -> int:
        return self.fired - self.hits

    @property
    def lift(self) -> float | Unknown:
        """Rate less base rate; unknown with fewer than five independent firings."""
        if self.independent < INDEPENDENT_NEEDED:
            return Unknown(
                f"Too few to grade: {self.independent} independent firings, {INDEPENDENT_NEEDED} are needed."
            )
        if isinstance(self.rate, Unknown):
            return self.rate
        return self.base_rate if isinstance(self.base_rate, Unknown) else self.rate - self.base_rate


@dataclass(frozen=True, slots=True)
class Overlap:
    """How alike signals are: correlation of their states, NaN unknown, and how many they amount to.

    The effective number is k² / Σ r² over all pairs: k for unrelated signals, 1 for copies of one.
    """

    ids: tuple[str, ...]
    correlation: Floats
    effective: float | Unknown


def firings(code: Codes) -> Bools:
    """Say on which days a signal turned to confirms; an unknown stretch in between is no turn.

    >>> firings(np.array([0, 1, 2, 1, 0, 1], dtype=np.int8)).tolist()
    [False, True, False, False, False, True]
    """
    known = np.flatnonzero(code != UNKNOWN)
    fired = np.zeros(code.size, dtype=np.bool_)
    states = code[known]
    # The first known state is no turn: nobody saw what was before.
    fired[known[1:]] = (states[1:] == CONFIRMS) & (states[:-1] != CONFIRMS)
    return fired


def crossings(share: Floats, above: float) -> Bools:
    """Say on which days the score rose above a level, seen from its last known value."""
    known = np.flatnonzero(np.isfinite(share))
    crossed = np.zeros(share.size, dtype=np.bool_)
    values = share[known]
    crossed[known[1:]] = (values[1:] > above) & (values[:-1] <= above)
    return crossed


def grade(
    fired: Bools, known: Bools, season: SeasonIndex, day: Day, *, horizons: Sequence[int] = HORIZONS
) -> tuple[Grade, ...]:
    """Grade the firings up to `day` by the seasons that were known then.

    Parameters
    ----------
    fired, known : shape (n_days,), on the days of `season`
        Firings, and the days on which the signal had a state.
    """
    end = int(np.searchsorted(season.days, day, side="right"))
    found = seasons(season, None, day).known
    first_index = np.flatnonzero(np.isfinite(season.index[:end]))
    starts = np.array([one.start for one in found], dtype="datetime64[D]")
    ends = np.array([one.end for one in found], dtype="datetime64[D]")
    days = season.days[:end]
    following = np.searchsorted(starts, days, side="right")
    lead = np.full(end, np.inf)
    some = following < starts.size
    lead[some] = (starts[following[some]] - days[some]).astype(np.int64)
    inside = np.zeros(end, dtype=np.bool_)
    begun = following > 0
    inside[begun] = days[begun] <= ends[following[begun] - 1]
    rows = np.arange(end)
    judged = rows >= first_index[0] if first_index.size else np.zeros(end, dtype=np.bool_)
    fired, known = fired[:end] & judged, known[:end] & judged
    result = []
    for window in horizons:
        past = rows + window < end
        usable = past & ~inside
        events, base = fired & usable, known & usable
        hit = lead <= window
        leads = lead[events & hit]
        result.append(
            Grade(
                days=window,
                fired=int(events.sum()),
                hits=int((events & hit).sum()),
                rate=_share(hit, events, "No firing has a finished window."),
                base_days=int(base.sum()),
                base_rate=_share(hit, base, "No day with a known state has a finished window."),
                median_lead=float(np.median(leads)) if leads.size else Unknown("No season followed in time."),
                independent=_apart(np.flatnonzero(events), window),
                still_open=int((fired & ~past).sum()),
                inside_season=int((fired & past & inside).sum()),
            )
        )
    return tuple(result)


def grades(history: SignalsHistory, season: SeasonIndex, day: Day) -> Mapping[str, tuple[Grade, ...]]:
    """Grade every signal as of `day`."""
    return {one.id: grade(firings(one.code), one.code != UNKNOWN, season, day) for one in history.histories}


def score_grade(
    history: SignalsHistory,
    season: SeasonIndex,
    day: Day,
    *,
    above: float = 0.5,
    weights: Mapping[str, float] | None = None,
) -> tuple[Grade, ...]:
    """Grade the days on which the score rose above a level, as of `day`."""
    share = history.shares(weights)
    return grade(crossings(share, above), np.isfinite(share), season, day)


def overlap(history: SignalsHistory, day: Day, among: Sequence[str] | None = None) -> Overlap:
    """Correlate the states of signals over all days up to `day`.

    `among` chooses signals (those that confirm today, say); all by default. States count -1, 0, 1.
    A pair known together on fewer than 180 days, or constant on these, has no correlation and
    counts as unrelated.
    """
    end = int(np.searchsorted(history.days, day, side="right"))
    ids = tuple(one.id for one in history.histories if among is None or one.id in among)
    if not ids:
        return Overlap((), np.zeros((0, 0)), Unknown("No signal was chosen."))
    codes = np.stack([history[name].code[:end] for name in ids])
    known = (codes != UNKNOWN).astype(np.float64)
    state = np.where(codes != UNKNOWN, codes, 0).astype(np.float64)
    # Whole numbers throughout, so these sums are exact.
    n, s_xy = known @ known.T, state @ state.T
    s_x, s_xx = state @ known.T, (state * state) @ known.T
    spread = n * s_xx - s_x * s_x
    both = spread * spread.T
    usable = (n >= COMMON_NEEDED) & (both > 0)
    correlation = np.full(both.shape, np.nan)
    np.divide(n * s_xy - s_x * s_x.T, np.sqrt(np.where(usable, both, 1.0)), out=correlation, where=usable)
    related = np.where(usable, correlation, 0.0)
    np.fill_diagonal(related, 1.0)
    return Overlap(ids, correlation, len(ids) ** 2 / float((related * related).sum()))


def _share(hit: Bools, among: Bools, why: str) -> float | Unknown:
    return float(hit[among].mean()) if among.any() else Unknown(why)


def _apart(rows: Rows, days: int) -> int:
    """Count greedily the rows at least `days` after the last one counted."""
    count, last = 0, -days
    for row in rows.tolist():
        if row - last >= days:
            count, last = count + 1, row
    return count
