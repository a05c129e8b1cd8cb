"""A thesis with a deadline: what a person expects, until when, and what became of it. Methods, section 7.

A thesis says what confirms and what refutes it within a window; it closes by itself. Closed ones make a
record, held against how often the same words came true on any earlier day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, get_args
from uuid import uuid4

FORMAT, VERSION = "rotascope-theses", 1
SHORTEST, LONGEST = 7, 365
LONGEST_NOTE, MOST_THESES = 5_000, 2_000

Measure = Literal["alt50", "excess", "season", "season_index", "dominance"]
"""What can be asked of a window: `alt50` (its change since the opening), `excess` (that less Bitcoin's, a
difference of simple returns), `season` (an altcoin season began), `season_index` (0 .. 100) and `dominance`
(Bitcoin's share of all caps) as levels."""
Side = Literal["above", "below"]
When = Literal["any", "end"]
"""On any day of the window, or on its last one."""
CHANGES: tuple[Measure, ...] = ("alt50", "excess")


class ThesisError(ValueError):
    """A whole sentence about what no thesis can hold."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure strictly above or below a level, on any day of the window or on its last one.

    Fractions for `alt50`, `excess` and `dominance`, points for `season_index`. `season` has no level:
    above means that one began, below that none did, which only the last day can tell.
    """

    measure: Measure
    side: Side = "above"
    level: float = 0.0
    when: When = "any"

    def __post_init__(self) -> None:
        for value, kind in ((self.measure, Measure), (self.side, Side), (self.when, When)):
            if value not in get_args(kind):
                raise ThesisError(f"{value!r} is nothing that a thesis can be judged by.")
        low, high = {"season_index": (0.0, 100.0), "dominance": (0.0, 1.0)}.get(self.measure, (-1e3, 1e3))
        if not low <= self.level <= high:
            raise ThesisError(
                f"A level of {self.level:g} can never be reached. It lies in {low:g} to {high:g}."
            )
        object.__setattr__(self, "level", float(self.level))
        if self.measure == "season":
            object.__setattr__(self, "level", 0.0)
            object.__setattr__(self, "when", "any" if self.side == "above" else "end")


@dataclass(frozen=True, slots=True)
class Thesis:
    """What a person expects of the days after `opened`.

    Attributes
    ----------
    opened : the day at whose close the window begins; its last day is `opened` + `window` days
    confirms, refutes : whichever is met first closes the thesis, refutes on the same day; no `refutes`:
        only time can close it otherwise
    probability : the person's own, that it will be confirmed; None when they gave none
    seen_until : the last day of data at the writing; later than `opened`, it was written in hindsight
    trigger, kind, event_day : the event that it follows; empty and None without one
    """

    opened: date
    window: int
    confirms: Condition
    refutes: Condition | None = None
    probability: float | None = None
    note: str = ""
    trigger: str = ""
    kind: str = ""
    event_day: date | None = None
    seen_until: date | None = None
    id: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        if not SHORTEST <= self.window <= LONGEST:
            raise ThesisError(f"A window has {SHORTEST} to {LONGEST} days, not {self.window}.")
        if self.refutes == self.confirms:
            raise ThesisError("The same words would confirm and refute the thesis. Change one of them.")
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise ThesisError("A probability lies between 0 and 100 %.")
        if len(self.note) > LONGEST_NOTE:
            raise ThesisError(f"A note holds {LONGEST_NOTE:,} characters. Shorten it.")
        if self.event_day is not None and self.event_day > self.opened:
            raise ThesisError("The event lies after the day on which the thesis was opened.")

    @property
    def ends(self) -> date:
        """The last day of the window."""
        return self.opened + timedelta(days=self.window)

    @property
    def is_hindsight(self) -> bool:
        """Whether later days were in the data when it was written."""
        return self.seen_until is not None and self.seen_until > self.opened

    def measures(self) -> frozenset[Measure]:
        """What it is judged by."""
        both = (self.confirms,) if self.refutes is None else (self.confirms, self.refutes)
        return frozenset(one.measure for one in both)


@dataclass(frozen=True, slots=True)
class Theses:
    """All theses of a person, the latest opened first."""

    theses: tuple[Thesis, ...] = ()

    def __len__(self) -> int:
        return len(self.theses)

    def with_thesis(self, thesis: Thesis) -> Theses:
        """Return them with one added, or put in the place of the one with its id."""
        others = tuple(one for one in self.theses if one.id != thesis.id)
        return theses((*others, thesis))

    def without(self, ids: Iterable[str]) -> Theses:
        """Return them without some."""
        gone = set(ids)
        return Theses(tuple(one for one in self.theses if one.id not in gone))

    def thesis(self, thesis_id: str) -> Thesis | None:
        return next((one for one in self.theses if one.id == thesis_id), None)


def theses(several: Iterable[Thesis]) -> Theses:
    """Return theses in their order.

    Raises
    ------
    ThesisError
        There are more than 2,000.
    """
    ordered = tuple(sorted(several, key=lambda one: (one.opened, one.id), reverse=True))
    if len(ordered) > MOST_THESES:
        raise ThesisError(f"A list holds {MOST_THESES:,} theses. Delete older ones first.")
    return Theses(ordered)


def to_dict(whole: Theses) -> dict[str, Any]:
    """Return the theses as plain JSON values."""
    return {"theses": [_thesis_values(one) for one in whole.theses]}


def from_dict(document: Mapping[str, Any]) -> Theses:
    """Return the theses in a document.

    Raises
    ------
    ThesisError
        Something in it is no thesis.
    """
    try:
        return theses(_thesis(one) for one in document["theses"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ThesisError(f"The list holds something that is no thesis ({error}).") from None
    except ValueError as error:
        raise ThesisError(str(error)) from None


def _thesis_values(one: Thesis) -> dict[str, Any]:
    return {
        "id": one.id,
        "opened": one.opened.isoformat(),
        "window": one.window,
        "confirms": _condition_values(one.confirms),
        "refutes": None if one.refutes is None else _condition_values(one.refutes),
        "probability": one.probability,
        "note": one.note,
        "trigger": one.trigger,
        "kind": one.kind,
        "event_day": None if one.event_day is None else one.event_day.isoformat(),
        "seen_until": None if one.seen_until is None else one.seen_until.isoformat(),
    }


def _condition_values(one: Condition) -> dict[str, Any]:
    return {"measure": one.measure, "side": one.side, "level": one.level, "when": one.when}


def _thesis(one: Mapping[str, Any]) -> Thesis:
    def day(value: str | None) -> date | None:
        return None if value is None else date.fromisoformat(value)

    return Thesis(
        opened=date.fromisoformat(one["opened"]),
        window=int(one["window"]),
        confirms=_condition(one["confirms"]),
        refutes=None if one["refutes"] is None else _condition(one["refutes"]),
        probability=None if one["probability"] is None else float(one["probability"]),
        note=str(one["note"]),
        trigger=str(one["trigger"]),
        kind=str(one["kind"]),
        event_day=day(one["event_day"]),
        seen_until=day(one["seen_until"]),
        id=str(one["id"]),
    )


def _condition(one: Mapping[str, Any]) -> Condition:
    return Condition(one["measure"], one["side"], float(one["level"]), one["when"])
