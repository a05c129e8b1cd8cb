"""What became of theses: the state of each on a day, the base rate of its words, and the record.

Methods, section 7. Nothing here looks past the as-of day, and a thesis that is closed stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.market.gaps import carried
from models.market.precedents.event_windows import ground_upto
from models.market.season.index import SEASON_FROM, SEASON_NEEDS
from models.market.snapshot import Bools, Day, Days, Floats
from models.market.study import Study
from models.market.theses.thesis import CHANGES, Condition, Thesis
from models.market.unknown import Unknown

NEEDED = 5
"""Closed theses that a rate or a score needs."""
BASE_NEEDS = 365
"""Earlier days with a finished window that a base rate needs."""

State = Literal["open", "confirmed", "refuted", "undecided"]
_Rows = NDArray[np.int64]
_NEVER = np.iinfo(np.int64).max // 2


@dataclass(frozen=True, slots=True)
class Judged:
    """One thesis on one day.

    Attributes
    ----------
    decided : the day that closed it; None while it is open
    days_left : of its window; 0 once it is over
    value : the measure that confirms, on the last day looked at; NaN where unknown
    base_rate : share of the days before the opening on which the same words would have come true,
        as known on the day of the opening
    base_days : how many days that is; their windows overlap
    """

    thesis: Thesis
    state: State
    decided: Day | None
    days_left: int
    value: float
    base_rate: float | Unknown
    base_days: int


@dataclass(frozen=True, slots=True)
class Record:
    """The closed theses, those written in hindsight left out.

    Attributes
    ----------
    hit_rate : confirmed of all closed
    own : Brier score of the person's probabilities, the mean of (probability - outcome)²; an outcome is
        1 when confirmed, else 0, so an undecided thesis was not confirmed
    base : the score of the base rates over the same theses
    scored : closed theses with a probability and a base rate
    """

    open: int
    confirmed: int
    refuted: int
    undecided: int
    hindsight: int
    hit_rate: float | Unknown
    own: float | Unknown
    base: float | Unknown
    scored: int

    @property
    def closed(self) -> int:
        return self.confirmed + self.refuted + self.undecided


@dataclass(frozen=True, slots=True)
class Ledger:
    """All theses that were open by a day, and their record."""

    day: Day
    judged: tuple[Judged, ...]
    record: Record


def ledger(study: Study, several: Sequence[Thesis], as_of: Day) -> Ledger:
    """Judge every thesis that was opened by `as_of`."""
    facts = _facts(study, as_of)
    judged = tuple(_judged(study, facts, one) for one in several if np.datetime64(one.opened, "D") <= as_of)
    return Ledger(as_of, judged, record(judged))


def judge(study: Study, thesis: Thesis, as_of: Day) -> Judged:
    """Return what became of a thesis by the end of `as_of`."""
    return _judged(study, _facts(study, as_of), thesis)


def base_rate(study: Study, thesis: Thesis) -> tuple[float | Unknown, int]:
    """Return how often the words of a thesis came true on the days before it, and on how many days.

    Every day counts whose window is over by the opening and on which the measures are known. Where a
    season is asked for, days inside a running season are left out, as in the precedents.
    """
    opened = np.datetime64(thesis.opened, "D")
    facts = _facts(study, opened)
    last = min(facts.row(opened), facts.days.size - 1)
    rows = np.arange(max(last - thesis.window + 1, 0), dtype=np.int64)
    usable = np.ones(rows.size, dtype=np.bool_)
    for measure in thesis.measures():
        usable &= facts.is_known(measure, rows)
    if "season" in thesis.measures():
        if facts.is_running(np.array([last]))[0]:
            return Unknown(f"A season was running on {opened}, so none was at risk of beginning."), 0
        usable &= ~facts.is_running(rows)
    rows = rows[usable]
    confirmed, _, pending = facts.decided(rows, thesis)
    count = int((~pending).sum())
    if count < BASE_NEEDS:
        return Unknown(
            f"{count} days before {opened} have a window of {thesis.window} days that is over, "
            f"{BASE_NEEDS} are needed."
        ), count
    return float((confirmed & ~pending).sum() / count), count


def record(judged: Sequence[Judged]) -> Record:
    """Return the record of judged theses."""
    fair = [one for one in judged if not one.thesis.is_hindsight]
    count = {
        state: sum(one.state == state for one in fair) for state in ("confirmed", "refuted", "undecided")
    }
    closed = [one for one in fair if one.state != "open"]
    own, base = [], []
    for one in closed:
        if one.thesis.probability is not None and not isinstance(one.base_rate, Unknown):
            outcome = 1.0 if one.state == "confirmed" else 0.0
            own.append((one.thesis.probability - outcome) ** 2)
            base.append((one.base_rate - outcome) ** 2)
    few = _too_few(len(closed), "closed theses")
    unscored = _too_few(len(own), "closed theses with a probability and a base rate")
    return Record(
        open=len(fair) - len(closed),
        confirmed=count["confirmed"],
        refuted=count["refuted"],
        undecided=count["undecided"],
        hindsight=len(judged) - len(fair),
        hit_rate=few or count["confirmed"] / len(closed),
        own=unscored or float(np.mean(own)),
        base=unscored or float(np.mean(base)),
        scored=len(own),
    )


def _too_few(count: int, what: str) -> Unknown | None:
    return Unknown(f"Too few to judge: {count} {what}, {NEEDED} are needed.") if count < NEEDED else None


def _judged(study: Study, facts: _Facts, thesis: Thesis) -> Judged:
    opened = np.datetime64(thesis.opened, "D")
    row, today = facts.row(opened), facts.days.size - 1
    state: State = "open"
    decided: Day | None = None
    over = row + thesis.window <= today
    if 0 <= row <= today:
        confirmed, at, pending = (one[0] for one in facts.decided(np.array([row]), thesis))
        if at < _NEVER and not pending:
            state = "confirmed" if confirmed else "refuted"
            decided = opened + int(at)
        elif over and not pending:
            state, decided = "undecided", opened + thesis.window
    value = float("nan")
    if 0 <= row <= today:
        value = facts.value(thesis.confirms, row, min(today, row + thesis.window))
    rate, count = base_rate(study, thesis)
    left = min(thesis.window, max(0, row + thesis.window - today))
    return Judged(thesis, state, decided, left, value, rate, count)


@dataclass(frozen=True)
class _Facts:
    """The histories that decide, cut at the as-of day; arrays of shape (n_days,) unless said.

    `starts`, `ends`, `told` : shape (n_seasons,), rows of the first and last day of each season, and of
    the day from which it was known; `forming` : the row on which an undecided run began, -1 without one.
    """

    days: Days
    alt50: Floats
    bitcoin: Floats
    season_index: Floats
    dominance: Floats
    starts: _Rows
    ends: _Rows
    told: _Rows
    forming: int

    def row(self, day: Day) -> int:
        return int((day - self.days[0]).astype(np.int64)) if self.days.size else -1

    def is_running(self, rows: _Rows) -> Bools:
        """Whether a season was running on each row."""
        before = np.searchsorted(self.starts, rows, side="right") - 1
        if not self.starts.size:
            return np.zeros(rows.size, dtype=np.bool_)
        running: Bools = (before >= 0) & (rows <= self.ends[np.maximum(before, 0)])
        return running

    def is_known(self, measure: str, rows: _Rows) -> Bools:
        """Whether a window of this measure can begin on each row."""
        if measure == "alt50":
            return np.isfinite(self.alt50[rows])
        if measure == "excess":
            return np.isfinite(self.alt50[rows]) & np.isfinite(self.bitcoin[rows])
        if measure == "dominance":
            return np.isfinite(self.dominance[rows])
        known = np.flatnonzero(np.isfinite(self.season_index))
        return rows >= known[0] if known.size else np.zeros(rows.size, dtype=np.bool_)

    def decided(self, rows: _Rows, thesis: Thesis) -> tuple[Bools, _Rows, Bools]:
        """Return for a window from each row whether it was confirmed, after how many days it was decided
        (`_NEVER` where it was not), and whether a forming season keeps it open."""
        confirm, waits = self._met(rows, thesis.window, thesis.confirms)
        refute = np.full(rows.size, _NEVER)
        also = np.zeros(rows.size, dtype=np.bool_)
        if thesis.refutes is not None:
            refute, also = self._met(rows, thesis.window, thesis.refutes)
        first = np.minimum(confirm, refute)
        # A forming season can still undo what only the last day decides, but nothing that came before.
        pending = (waits | also) & (first == _NEVER)
        if thesis.refutes is not None and thesis.refutes.side == "below":
            pending |= also & (first == thesis.window)
        return confirm < refute, first, pending

    def _met(self, rows: _Rows, window: int, asked: Condition) -> tuple[_Rows, Bools]:
        """Return after how many days a condition was met, and whether a forming season may still do it."""
        if asked.measure == "season":
            return self._season_met(rows, window, asked)
        values = self._windows(rows, window, asked)
        met = values > asked.level if asked.side == "above" else values < asked.level
        if asked.when == "end":
            met[:, :-1] = False
        at = np.where(met.any(axis=1), met.argmax(axis=1) + 1, _NEVER)
        return at, np.zeros(rows.size, dtype=np.bool_)

    def _season_met(self, rows: _Rows, window: int, asked: Condition) -> tuple[_Rows, Bools]:
        began = np.zeros(rows.size, dtype=np.bool_)
        told = np.full(rows.size, _NEVER)
        if self.starts.size:
            following = np.searchsorted(self.starts, rows, side="right")
            at = np.minimum(following, self.starts.size - 1)
            began = (following < self.starts.size) & (self.starts[at] - rows <= window)
            told = np.where(began, self.told[at] - rows, _NEVER)
        over = rows + window < self.days.size
        forming = (rows < self.forming) & (self.forming <= rows + window) & ~began
        if asked.side == "above":
            return told, forming
        return np.where(over & ~began & ~forming, window, _NEVER), forming

    def _windows(self, rows: _Rows, window: int, asked: Condition) -> Floats:
        """Return the measure on each day of each window, shape (n_rows, window); NaN past the last day."""

        def later(path: Floats) -> Floats:
            padded = np.concatenate((path, np.full(window, np.nan)))
            return sliding_window_view(padded, window)[rows + 1]

        if asked.measure not in CHANGES:
            return later(self.dominance if asked.measure == "dominance" else self.season_index)
        change: Floats = later(self.alt50) / self.alt50[rows, np.newaxis] - 1.0
        if asked.measure == "excess":
            change = change - (later(self.bitcoin) / self.bitcoin[rows, np.newaxis] - 1.0)
        return change

    def value(self, asked: Condition, row: int, at: int) -> float:
        """Return the measure of a window from `row` as it stood on the row `at`; 1 or 0 for a season."""
        if asked.measure == "season":
            return float(((self.starts > row) & (self.starts <= at)).any())
        if asked.measure not in CHANGES:
            return float((self.dominance if asked.measure == "dominance" else self.season_index)[at])
        change = self.alt50[at] / self.alt50[row] - 1.0
        if asked.measure == "excess":
            change -= self.bitcoin[at] / self.bitcoin[row] - 1.0
        return float(change)


def _facts(study: Study, as_of: Day) -> _Facts:
    ground = ground_upto(study, as_of)
    index, days = ground.season.index, ground.days
    high = np.flatnonzero(index >= SEASON_FROM)
    seasons = study.seasons_upto(as_of)

    def rows(wanted: list[Day]) -> _Rows:
        found: _Rows = (np.array(wanted, dtype="datetime64[D]") - days[0]).astype(np.int64)
        return found

    starts = rows([one.start for one in seasons.known])
    forming = seasons.forming
    return _Facts(
        days=days,
        alt50=carried(ground.alt50.values),
        bitcoin=carried(ground.bitcoin),
        season_index=carried(index),
        dominance=carried(study.dominance.dominance[: days.size]),
        starts=starts,
        ends=rows([one.end for one in seasons.known]),
        told=high[np.searchsorted(high, starts) + SEASON_NEEDS - 1].astype(np.int64),
        forming=-1 if forming is None else int(rows([forming.start])[0]),
    )
