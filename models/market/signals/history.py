"""What a confirmation signal says: over all days, on one day, and all of them together.

Methods, section 8. A state is coded -1 contradicts, 0 neutral, 1 confirms, 2 unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.signals.weights import EQUAL, Weights
from models.market.signals.words import counted, date
from models.market.snapshot import Bools, Day, Days, Floats
from models.market.unknown import Unknown

State = Literal["confirms", "neutral", "contradicts", "unknown"]
Codes = NDArray[np.int8]
Rows = NDArray[np.intp]

CONTRADICTS, NEUTRAL, CONFIRMS, UNKNOWN = -1, 0, 1, 2
STATES: tuple[State, ...] = ("contradicts", "neutral", "confirms", "unknown")
"""By code + 1."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input of a signal and how old it may be.

    `newest` holds, for every day, the day number (days since 1970) of the newest value known on it,
    and `NEVER` before the first one. `series` is what the input is made from.
    """

    name: str
    series: tuple[str, ...]
    newest: Rows
    allowed: int


NEVER = -(2**31)


@dataclass(frozen=True, slots=True)
class Words:
    """A row of the checklist: the figure, what it is held against, and one line of reason."""

    value: str
    threshold: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the function of one signal returns; arrays of shape (n_days,).

    `confirms` and `contradicts` say so where `known`; `value` is the deciding figure. `words`
    describes a known day, `gap` says in a whole sentence why a day is unknown although every input
    is fresh.
    """

    sources: tuple[Source, ...]
    value: Floats
    known: Bools
    confirms: Bools
    contradicts: Bools
    words: Callable[[int], Words]
    gap: Callable[[int], str]
    parts: tuple[tuple[str, Floats], ...] = ()
    """What the value is made of where that is more than one line: names, and arrays like `value`."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Returned instead of a reading when an input is not in the cache at all."""

    why: str
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal on one day.

    `value` is the deciding figure in the unit of the methods' table, `since` the first day of the
    unbroken run of this state, `age_days` the age of the oldest of the newest inputs. `why` is a
    whole sentence for an unknown signal and one line of reason for any other.
    """

    id: str
    title: str
    state: State
    value: float | Unknown
    value_text: str
    threshold: str
    since: Day
    age_days: int | None
    why: str
    series: tuple[str, ...]


@dataclass(frozen=True)
class SignalHistory:
    """One signal on every day; arrays of shape (n_days,).

    `code` is the state, `value` NaN where it is unknown, `since` the row on which the run of the
    state began, `age` in days and -1 while an input has no value yet.
    """

    id: str
    title: str
    threshold: str
    days: Days
    code: Codes
    value: Floats
    since: Rows
    age: Rows
    made_of: Reading | Absent

    @property
    def series(self) -> tuple[str, ...]:
        if isinstance(self.made_of, Absent):
            return self.made_of.series
        return tuple(dict.fromkeys(name for one in self.made_of.sources for name in one.series))

    def at(self, row: int) -> Signal:
        """Describe one row."""
        code, age = int(self.code[row]), int(self.age[row])
        value: float | Unknown = float(self.value[row])
        if code == UNKNOWN or isinstance(self.made_of, Absent):
            why = self._why(row)
            value, words = Unknown(why), Words("unknown", self.threshold, why)
        else:
            words = self.made_of.words(row)
        return Signal(
            id=self.id,
            title=self.title,
            state=STATES[code + 1],
            value=value,
            value_text=words.value,
            threshold=words.threshold,
            since=self.days[self.since[row]],
            age_days=age if age >= 0 else None,
            why=words.reason,
            series=self.series,
        )

    def _why(self, row: int) -> str:
        if isinstance(self.made_of, Absent):
            return self.made_of.why
        today = int(self.days[row].astype(np.int64))
        for source in self.made_of.sources:
            newest = int(source.newest[row])
            if newest == NEVER:
                return f"The cache holds no {source.name} up to {date(self.days[row])}."
            if today - newest > source.allowed:
                old = counted(today - newest, "day")
                allowed = f"{source.allowed} {'is' if source.allowed == 1 else 'are'} allowed"
                return f"The newest {source.name} is {old} old, {allowed}."
        return self.made_of.gap(row)


@dataclass(frozen=True, slots=True)
class Score:
    """How many signals say what on one day, and the share that confirms among the known ones."""

    confirms: int
    neutral: int
    contradicts: int
    unknown: int
    share: float | Unknown

    @property
    def known(self) -> int:
        return self.confirms + self.neutral + self.contradicts


@dataclass(frozen=True)
class SignalsHistory:
    """All signals on every day of the market; row t of every array knows days <= t only."""

    days: Days
    histories: tuple[SignalHistory, ...]
    weights: Weights = EQUAL
    """What each signal counts in the score where a caller gives no weights."""

    @cached_property
    def codes(self) -> Codes:
        """States, shape (n_days, n_signals)."""
        columns = [one.code for one in self.histories]
        return np.stack(columns, axis=1) if columns else np.zeros((self.days.size, 0), dtype=np.int8)

    def __getitem__(self, name: str) -> SignalHistory:
        for one in self.histories:
            if one.id == name:
                return one
        raise KeyError(name)

    def at(self, day: Day) -> tuple[Signal, ...]:
        """Return every signal as it was known at the end of `day`."""
        row = self._row(day)
        return tuple(one.at(row) for one in self.histories)

    def score(self, day: Day, weights: Mapping[str, float] | None = None) -> Score:
        """Return the score of `day`; weights by signal id, 1 where none is given (None: the history's own).

        Raises
        ------
        ValueError
            A weight is negative or not finite.
        """
        row = self._row(day)
        codes = self.codes[row]
        share = float(self.shares(weights)[row])
        why = "No signal is known." if (codes == UNKNOWN).all() else "Every known signal has the weight 0."
        return Score(
            confirms=int((codes == CONFIRMS).sum()),
            neutral=int((codes == NEUTRAL).sum()),
            contradicts=int((codes == CONTRADICTS).sum()),
            unknown=int((codes == UNKNOWN).sum()),
            share=Unknown(why) if np.isnan(share) else share,
        )

    def shares(self, weights: Mapping[str, float] | None = None) -> Floats:
        """Return the score of every day: weight that confirms over weight that is known; NaN unknown."""
        given = self.weights.given if weights is None else weights
        weight = np.array([float(given.get(one.id, 1.0)) for one in self.histories])
        if not np.isfinite(weight).all() or (weight < 0).any():
            raise ValueError("A weight is a number from 0 on.")
        known = (self.codes != UNKNOWN) @ weight
        return np.where(
            known > 0, ((self.codes == CONFIRMS) @ weight) / np.where(known > 0, known, 1.0), np.nan
        )

    def _row(self, day: Day) -> int:
        if not self.days.size or not self.days[0] <= day <= self.days[-1]:
            raise ValueError(f"{day} lies outside of the cached days.")
        return int((day - self.days[0]).astype(int))


def history(name: str, title: str, threshold: str, days: Days, made_of: Reading | Absent) -> SignalHistory:
    """Turn a reading into states: unknown wherever an input is too old or the reading says nothing."""
    code = np.full(days.size, UNKNOWN, dtype=np.int8)
    value = np.full(days.size, np.nan)
    age = np.full(days.size, -1, dtype=np.intp)
    if isinstance(made_of, Reading):
        today = days.astype(np.int64)
        fresh, seen, oldest = np.ones(days.size, bool), np.ones(days.size, bool), np.zeros(days.size, np.intp)
        for source in made_of.sources:
            old = today - source.newest
            seen &= source.newest != NEVER
            fresh &= old <= source.allowed
            oldest = np.maximum(oldest, old)
        age = np.where(seen, oldest, -1)
        known = made_of.known & fresh & seen
        code[known] = NEUTRAL
        code[known & made_of.contradicts] = CONTRADICTS
        # Where both could be said, the first column of the methods' table comes first.
        code[known & made_of.confirms] = CONFIRMS
        value[known] = made_of.value[known]
    return SignalHistory(name, title, threshold, days, code, value, run_starts(code), age, made_of)


def run_starts(code: Codes) -> Rows:
    """Return, for every row, the row on which the run of its code began.

    >>> run_starts(np.array([2, 2, 1, 1, 0], dtype=np.int8)).tolist()
    [0, 0, 2, 2, 4]
    """
    begins = np.ones(code.size, dtype=bool)
    begins[1:] = code[1:] != code[:-1]
    return (
        np.maximum.accumulate(np.where(begins, np.arange(code.size), 0))
        if code.size
        else begins.astype(np.intp)
    )
