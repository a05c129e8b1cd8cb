"""Which notes a list shows, in which order, with the tags to choose from and what followed them.

A journal holds up to 20,000 notes: this is work for a thread beside the window's, and stops when asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Literal

import numpy as np

from models.journal.notes import KINDS, Journal, Note, found
from models.market.followed import Followed, followed
from models.market.returns import Index
from models.market.snapshot import Day, Days

Column = Literal["day", "kind", "title", "tags"]
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for: all `words`, one `kind` and one `tag` ("" for any), no day after `upto`."""

    words: str = ""
    kind: str = ""
    tag: str = ""
    upto: date | None = None
    column: Column = "day"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """The notes in the order of their list; `total` in the journal, and all `tags` in use.

    `followed` is None where there is no market.
    """

    notes: tuple[Note, ...]
    total: int
    tags: tuple[str, ...]
    followed: tuple[Followed, ...] | None


def listing(
    whole: Journal,
    wanted: Wanted,
    *,
    index: Index | None = None,
    day: Day | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Listing:
    """Return what a list of `whole` shows, and what `index` did after its notes, as known on `day`.

    Once `cancelled` says so, some notes are missing: nobody waits for them any more.
    """
    shown = found(
        whole,
        words=wanted.words,
        kinds=[wanted.kind] if wanted.kind else (),
        tag=wanted.tag,
        upto=wanted.upto,
        cancelled=cancelled,
    )
    # Sorting is stable: notes that are alike in the column keep the order of the journal.
    ordered = sorted(shown, key=_KEYS[wanted.column], reverse=wanted.descending)
    after = None if index is None or day is None else followed(index, days_of(shown), day)
    return Listing(tuple(ordered), len(whole), whole.tags(), after)


def days_of(notes: tuple[Note, ...]) -> Days:
    """Return the days of n notes, shape (n,)."""
    numbers = np.fromiter(map(date.toordinal, map(attrgetter("day"), notes)), np.int64, len(notes))
    return (numbers - EPOCH).astype("datetime64[D]")


_KEYS: dict[Column, Callable[[Note], date | str]] = {
    "day": attrgetter("day"),
    "kind": lambda one: KINDS[one.kind],
    "title": lambda one: one.title.casefold(),
    "tags": lambda one: " ".join(one.tags).casefold(),
}
