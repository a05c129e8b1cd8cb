"""The write rule: which of two values for the same day stands, and what goes into the ledger.

A day of an instrument belongs to one source: the batch with the lowest priority number that ever
spoke about it gives all its fields, also the empty ones, so that the result does not depend on the
order in which sources arrive. Within one priority a later-learnt value replaces an earlier one, and
an empty cell says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Floats

from .layout import Batches

Ints = NDArray[np.int64]

NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Rank:
    """What decides between values: low priority number first, then the later moment (microseconds)."""

    priority: int
    learnt_at: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """The rank of every batch, by its number; number 0, "never seen", has the priority `NEVER`."""

    priority: Ints
    learnt_at: Ints


@dataclass(slots=True)
class Tally:
    """Days by what became of them."""

    added: int = 0
    """not seen before"""
    revised: int = 0
    """changed a value, filled an empty field, or came from a better source"""
    same: int = 0
    """already in the cache"""
    better_source: int = 0
    """a source of lower priority number has the day"""
    newer_known: int = 0
    """another value was learnt later, or at the same time"""
    earlier_file: int = 0
    """a file read before in the same run has another value"""

    @property
    def changed(self) -> int:
        return self.added + self.revised

    def add(self, other: Tally) -> None:
        self.added += other.added
        self.revised += other.revised
        self.same += other.same
        self.better_source += other.better_source
        self.newer_known += other.newer_known
        self.earlier_file += other.earlier_file


@dataclass(frozen=True, slots=True)
class Merged:
    """A chunk after new days were laid over it.

    `places`, `superseded` and `by` (all of shape (n,)) are the values that go into the ledger:
    position in the flattened chunk, value, batch that had brought it. `taken` (fields, WIDTH) marks
    the values of the new batch, `won` (WIDTH,) the days on which it had the right to speak.
    """

    values: Floats
    taken: Bools
    places: Ints
    superseded: Floats
    by: Batches
    won: Bools
    tally: Tally


def merge(
    old: Floats,
    old_batches: Batches,
    new: Floats,
    held: Bools,
    *,
    rank: Rank,
    ranks: Ranks,
    settled: Bools | None = None,
) -> Merged:
    """Lay the days `held` (WIDTH,) of `new` (fields, WIDTH) over a chunk, by the write rule.

    `settled` marks days on which an earlier file of the same run spoke with the same right: without
    it two files that contradict each other would replace one another at every import.
    """
    columns = np.flatnonzero(held)
    o, ob, n = old[:, columns], old_batches[:, columns], new[:, columns]
    spoken = ranks.priority[ob].min(axis=0)
    fresh = spoken == NEVER
    if fresh.all():
        return _laid_beside(old, new, held, columns)
    equal = spoken == rank.priority
    worse = spoken < rank.priority
    better = ~(fresh | equal | worse)
    rival = np.zeros(columns.size, dtype=bool) if settled is None else settled[columns]

    other = (o != n) & ~np.isnan(n) & equal
    fill = other & np.isnan(o)
    contradicts = other & ~fill
    replace = contradicts & ~rival
    if replace.any():
        replace &= rank.learnt_at > ranks.learnt_at[ob]
    within = fill | replace
    take = fresh | better | within

    revised = better | within.any(axis=0)
    refused = ~revised & contradicts.any(axis=0)
    tally = Tally(
        added=int(np.count_nonzero(fresh)),
        revised=int(np.count_nonzero(revised)),
        same=int(np.count_nonzero(equal & ~revised & ~refused)),
        better_source=int(np.count_nonzero(worse)),
        newer_known=int(np.count_nonzero(refused & ~rival)),
        earlier_file=int(np.count_nonzero(refused & rival)),
    )
    won = held.copy()
    won[columns[worse]] = False
    taken = np.zeros(old.shape, dtype=bool)
    if not tally.changed:
        none = np.empty(0, dtype=np.int64)
        return Merged(old, taken, none, none.astype(np.float64), none.astype(np.uint32), won, tally)
    taken[:, columns] = take
    values = old.copy()
    values[taken] = new[taken]
    field, at = np.nonzero(take & (ob > 0))
    return Merged(
        values=values,
        taken=taken,
        places=field * old.shape[1] + columns[at],
        superseded=o[field, at],
        by=ob[field, at],
        won=won,
        tally=tally,
    )


def _laid_beside(old: Floats, new: Floats, held: Bools, columns: Ints) -> Merged:
    """Take days of which nobody has spoken: nothing is weighed, as with each day of a daily refresh."""
    values = old.copy()
    values[:, columns] = new[:, columns]
    taken = np.zeros(old.shape, dtype=bool)
    taken[:, columns] = True
    none = np.empty(0, dtype=np.int64)
    return Merged(
        values=values,
        taken=taken,
        places=none,
        superseded=none.astype(np.float64),
        by=none.astype(np.uint32),
        won=held.copy(),
        tally=Tally(added=columns.size),
    )


def as_known(
    values: Floats,
    batches: Batches,
    ledger: list[tuple[Ints, Floats, Batches]],
    late: Bools,
) -> Floats:
    """Return the chunk without what was learnt later: those values as they were, or missing.

    Parameters
    ----------
    ledger : what was superseded (places, values, batches), in the order of the changes
    late : by batch number, whether it was learnt after the known-at day
    """
    hidden = late[batches]
    if not hidden.any():
        return values
    known = np.where(hidden, np.nan, values)
    flat, hidden_flat = known.reshape(-1), hidden.reshape(-1)
    for places, superseded, by in ledger:
        back = hidden_flat[places] & ~late[by]
        flat[places[back]] = superseded[back]
    return known
