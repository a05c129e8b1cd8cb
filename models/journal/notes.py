"""Notes with a day and a kind, and the pure edits of a journal."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from operator import attrgetter
from random import Random
from typing import Any

from models.marked import QT_TRANSLATE_NOOP

KINDS: Mapping[str, str] = {
    "regulation": QT_TRANSLATE_NOOP("notes", "Regulation"),
    "technology": QT_TRANSLATE_NOOP("notes", "Technology"),
    "adoption": QT_TRANSLATE_NOOP("notes", "Adoption"),
    "institutions": QT_TRANSLATE_NOOP("notes", "Institutions"),
    "macro": QT_TRANSLATE_NOOP("notes", "Macro"),
    "other": QT_TRANSLATE_NOOP("notes", "Other"),
}
"""What moved the market, by the field's usual sorts of catalysts; id and title."""
LONGEST_TITLE, LONGEST_TEXT, MOST_NOTES = 200, 20_000, 20_000
FORMAT, VERSION = "rotascope-journal", 1
_TOO_MANY = f"A journal holds {MOST_NOTES:,} notes. Export and delete older ones first."
_ID = attrgetter("id")
_CHANCE = Random()


class JournalError(ValueError):
    """A whole sentence about what no note can hold."""


def _new_id() -> str:
    """Return an id that no other note has, in the form of a random UUID.

    Not from the system, as `uuid4` would: each call to it lets the interpreter go for so short a moment that
    a loop over 20,000 notes keeps the other threads, and with them the window, waiting for tenths of seconds.
    """
    return f"{_CHANCE.getrandbits(128):032x}"


@dataclass(frozen=True, slots=True)
class Note:
    """One dated note; `coins` are ids of the coin list, `links` web addresses, `tags` single words."""

    day: date
    title: str
    kind: str = "other"
    text: str = ""
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    coins: tuple[str, ...] = ()
    id: str = field(default_factory=_new_id)

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise JournalError("A note needs a title.")
        if self.kind not in KINDS:
            raise JournalError(f"{self.kind!r} is no kind of note. Kinds are {', '.join(KINDS)}.")
        if len(self.title) > LONGEST_TITLE or len(self.text) > LONGEST_TEXT:
            raise JournalError(
                f"A title holds {LONGEST_TITLE} characters and a text {LONGEST_TEXT:,}. Shorten the note."
            )

    def matches(self, folded: Iterable[str]) -> bool:
        """Whether every word, casefolded, stands somewhere in the note, whatever its case there."""
        whole = " ".join((self.title, self.text, *self.tags, *self.coins, *self.links, KINDS[self.kind]))
        here = whole.casefold()
        return all(word in here for word in folded)


@dataclass(frozen=True, slots=True)
class Journal:
    """All notes, the newest day first; notes of one day in the order in which they were added."""

    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.notes)

    def with_note(self, note: Note) -> Journal:
        """Return the journal with a note added, or put in the place of the one with its id."""
        others = self.notes
        place = next((at for at, one in enumerate(map(_ID, others)) if one == note.id), None)
        if place is not None and others[place].day == note.day:
            return Journal((*others[:place], note, *others[place + 1 :]))
        if place is not None:
            others = (*others[:place], *others[place + 1 :])
        elif len(others) >= MOST_NOTES:
            raise JournalError(_TOO_MANY)
        at = bisect_right(others, -note.day.toordinal(), key=lambda one: -one.day.toordinal())
        return Journal((*others[:at], note, *others[at:]))

    def without(self, ids: Iterable[str]) -> Journal:
        """Return the journal without some notes."""
        gone = set(ids)
        return Journal(tuple(one for one in self.notes if one.id not in gone))

    def note(self, note_id: str) -> Note | None:
        return next((one for one in self.notes if one.id == note_id), None)

    def merged(self, others: Iterable[Note]) -> tuple[Journal, int]:
        """Return the journal with notes of a file, and how many were new.

        A note of the same day and words is there already where it adds no kind, tag, link or coin, whatever
        its id.
        """
        known: dict[tuple[date, str, str], list[Note]] = defaultdict(list)
        for one in self.notes:
            known[_said(one)].append(one)
        ids = {one.id for one in self.notes}
        new = []
        for one in others:
            alike = known[_said(one)]
            if any(_adds_nothing(one, to=other) for other in alike):
                continue
            alike.append(one)
            new.append(replace(one, id=_new_id()) if one.id in ids else one)
        return journal((*self.notes, *new)), len(new)

    def tags(self) -> tuple[str, ...]:
        """Return every tag in use, in order."""
        return tuple(sorted({tag for one in self.notes for tag in one.tags}, key=str.casefold))


def journal(notes: Iterable[Note]) -> Journal:
    """Return a journal of these notes, in its order.

    Raises
    ------
    JournalError
        There are more than 20,000.
    """
    ordered = tuple(sorted(notes, key=attrgetter("day"), reverse=True))
    if len(ordered) > MOST_NOTES:
        raise JournalError(_TOO_MANY)
    return Journal(ordered)


def found(
    whole: Journal,
    *,
    words: str = "",
    kinds: Iterable[str] = (),
    tag: str = "",
    upto: date | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Note, ...]:
    """Return the notes with all `words`, of one of `kinds` (none: all), with `tag`, up to a day.

    Once `cancelled` says so the search ends with what it has.
    """
    wanted, sorts = words.casefold().split(), set(kinds)
    if not (wanted or sorts or tag or upto):
        return whole.notes
    return tuple(
        one
        for one in takewhile(lambda _: not cancelled(), whole.notes)
        if (not sorts or one.kind in sorts)
        and (not tag or tag in one.tags)
        and (upto is None or one.day <= upto)
        and (not wanted or one.matches(wanted))
    )


def to_dict(whole: Journal) -> dict[str, Any]:
    """Return the journal as plain JSON values."""
    return {
        "notes": [
            {
                "id": one.id,
                "day": one.day.isoformat(),
                "kind": one.kind,
                "title": one.title,
                "text": one.text,
                "tags": list(one.tags),
                "links": list(one.links),
                "coins": list(one.coins),
            }
            for one in whole.notes
        ]
    }


def from_dict(document: Mapping[str, Any]) -> Journal:
    """Return the journal in a document.

    Raises
    ------
    JournalError
        Something in it is no note.
    """
    try:
        return journal(
            Note(
                day=date.fromisoformat(one["day"]),
                title=str(one["title"]),
                kind=str(one["kind"]),
                text=str(one["text"]),
                tags=tuple(map(str, one["tags"])),
                links=tuple(map(str, one["links"])),
                coins=tuple(map(str, one["coins"])),
                id=str(one["id"]),
            )
            for one in document["notes"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise JournalError(f"The journal holds something that is no note ({error}).") from None
    except ValueError as error:
        raise JournalError(str(error)) from None


def _said(note: Note) -> tuple[date, str, str]:
    return note.day, note.title.strip().casefold(), note.text.strip()


def _adds_nothing(note: Note, to: Note) -> bool:
    """Whether another note says all of this one; `other` is what a file without kinds says."""
    return note.kind in ("other", to.kind) and all(
        set(new) <= set(old)
        for new, old in ((note.tags, to.tags), (note.links, to.links), (note.coins, to.coins))
    )
