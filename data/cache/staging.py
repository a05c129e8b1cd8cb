"""Rows on their way into the cache, gathered into chunks; days that come twice are found here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Days, Floats

from .layout import FIELDS, WIDTH, YEARS, Kind, split

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Staged:
    """Days of one instrument and year: `values` of shape (fields, WIDTH), `held` of shape (WIDTH,)."""

    kind: Kind
    key: str
    year: int
    values: Floats
    held: Bools


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows whose day had been seen before: with the same values, or with others (row numbers)."""

    same: Rows
    different: Rows


class Stack:
    """The chunks of one kind, one upon the other: `values` (n, fields, WIDTH), `held` (n, WIDTH)."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.place: dict[tuple[str, int], int] = {}
        self.values = np.full((64, len(FIELDS[kind]), WIDTH), np.nan)
        self.held = np.zeros((64, WIDTH), dtype=bool)
        self.gone: dict[tuple[str, int], Bools] = {}
        """Days that were written already and are no longer at hand."""

    @property
    def size(self) -> int:
        return len(self.place) * int(self.values[0].nbytes)

    def find(self, key: str, year: int) -> int:
        """Return the place of a chunk, a new one if need be."""
        at = self.place.setdefault((key, year), len(self.place))
        if at == len(self.held):
            self.values = np.concatenate([self.values, np.full(self.values.shape, np.nan)])
            self.held = np.concatenate([self.held, np.zeros(self.held.shape, dtype=bool)])
        return at

    def forget(self) -> None:
        """Drop what has been written, but not which days were seen."""
        for name, at in self.place.items():
            held = self.held[at]
            self.gone[name] = self.gone[name] | held if name in self.gone else held.copy()
        self.values[: len(self.place)] = np.nan
        self.held[: len(self.place)] = False
        self.place = {}


class Staging:
    """Chunks of all kinds, filled in the order of the file; the first row of a day stays."""

    def __init__(self) -> None:
        self._stacks: dict[Kind, Stack] = {}

    @property
    def size(self) -> int:
        """Bytes of values at hand."""
        return sum(stack.size for stack in self._stacks.values())

    def __iter__(self) -> Iterator[Staged]:
        for kind, stack in self._stacks.items():
            for (key, year), at in stack.place.items():
                yield Staged(kind, key, year, stack.values[at], stack.held[at])

    def forget(self) -> None:
        for stack in self._stacks.values():
            stack.forget()

    def add(
        self, kind: Kind, keys: Sequence[str], codes: NDArray[np.integer], days: Days, values: Floats
    ) -> Repeats:
        """Gather rows.

        Parameters
        ----------
        keys : the instruments; `codes` of shape (n,) points into them
        days : shape (n,), datetime64[D]
        values : shape (n, fields), NaN where nothing was published
        """
        none = np.empty(0, np.intp)
        if not len(codes):
            return Repeats(none, none)
        stack = self._stacks.setdefault(kind, Stack(kind))
        years, columns = split(days)
        named, inverse = np.unique(codes.astype(np.int64) * YEARS + years, return_inverse=True)
        chunks = [(keys[code], year) for code, year in (divmod(one, YEARS) for one in named.tolist())]
        at = np.array([stack.find(*chunk) for chunk in chunks], dtype=np.intp)[inverse]

        # The first row of a day: written last of all, in reverse, its number stands in the table.
        rows = np.arange(at.size)
        flat = at * WIDTH + columns
        table = np.empty(len(stack.place) * WIDTH, dtype=np.intp)
        table[flat[::-1]] = rows[::-1]
        known = stack.held[at, columns]
        fresh = (table[flat] == rows) & ~known
        if stack.gone:
            for i, chunk in enumerate(chunks):
                if chunk in stack.gone:
                    fresh[inverse == i] &= ~stack.gone[chunk][columns[inverse == i]]
        stack.values[at[fresh], :, columns[fresh]] = values[fresh]
        stack.held[at[fresh], columns[fresh]] = True
        again = np.flatnonzero(~fresh)
        if not again.size:
            return Repeats(none, none)
        # What was written earlier is no longer at hand: a second row of such a day counts as different.
        first = stack.values[at[again], :, columns[again]]
        same = _equal(first, values[again]) & stack.held[at[again], columns[again]]
        return Repeats(again[same], again[~same])


def _equal(a: Floats, b: Floats) -> Bools:
    """Compare rows; two missing values are equal."""
    return np.asarray(((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=1))
