"""From what a provider says to one value a day: stamps, guards, and reasons for what is left out.

A value passes when its day is over, it is a number, it lies within its bounds, and it does not stand
alone far from both of its neighbours. Nothing is mended and nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf, isfinite, log

import numpy as np

from data import catalog
from data.cache.layout import Kind
from models.market.snapshot import Day

from .contract import Entry, Failed, Fetched, Refused, Rows, clip, number

EMPTY = ("", ".", "-", "null", "None")
"""Texts by which providers say that there is no value."""
LISTED = 100
"""Refused values of a series that are listed one by one; the rest is counted."""
ONE_DAY = np.timedelta64(1, "D")
FIRST_DAY, END_DAY = np.datetime64("1900-01-01", "D"), np.datetime64("2100-01-01", "D")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a value must be to be taken.

    `factor` and `step` are how far a value may lie from both neighbours, as a ratio and as a difference
    (inf: any). The last value has no later neighbour: if it jumps, it waits for one that confirms it.
    Where both lie below `floor` the series is so young that any leap is possible. `outside` says what a
    value out of bounds means; `since` is the first day on which the bounds hold.
    """

    lowest: float = -inf
    highest: float = inf
    outside: str = ""
    since: Day = FIRST_DAY
    factor: float = inf
    step: float = inf
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """A day (None: its stamp could not be read), what the provider said, and how it named the day."""

    day: Day | None
    raw: object
    stamp: object = ""


@dataclass(slots=True)
class Told:
    """What is left of one series: days and values in order, and what was left out."""

    key: str
    kind: Kind = "series"
    days: list[Day] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    provisional: int = 0
    seen: int = 0

    def refuse(self, day: Day | None, raw: object, why: str) -> None:
        self.refused.append(Refused(self.kind, self.key, day, clip(raw), why))

    def rows(self, entry: Entry | None = None, *, moment: bool = False) -> tuple[Rows, ...]:
        """Return the values as rows of a series; none where nothing is left."""
        if not self.days:
            return ()
        days = np.array(self.days, dtype="datetime64[D]")
        values = np.array(self.values, dtype=np.float64).reshape(-1, 1)
        about = entry.about() if entry else None
        return (Rows("series", self.key, days, values, about, moment),)


def tell(
    key: str,
    points: Iterable[Point],
    *,
    today: Day,
    guard: Guard,
    kind: Kind = "series",
    since: Day = FIRST_DAY,
) -> Told:
    """Turn what was said about one series into values of days that are over.

    Of a day that is told twice with different values the first one stands and the other is refused.
    Days before `since` were not asked for and are passed over.
    """
    told = Told(key, kind)
    found: dict[Day, tuple[float, object]] = {}
    for point in points:
        when = point.day
        told.seen += 1
        if when is None:
            told.refuse(None, point.stamp, "The stamp is not a day that can be read.")
        elif when == today:
            told.provisional += 1
        elif when > today:
            told.refuse(when, point.raw, f"{when} lies in the future.")
        elif when >= since:
            _take(told, found, when, point.raw, guard)
    ordered = sorted(found)
    _keep(told, ordered, [found[one] for one in ordered], guard)
    return told


def _take(told: Told, found: dict[Day, tuple[float, object]], when: Day, raw: object, guard: Guard) -> None:
    if raw is None or (isinstance(raw, str) and raw.strip() in EMPTY):
        return  # not published, which is no fault
    value = number(raw)
    why = _out_of_bounds(when, value, guard)
    if why:
        told.refuse(when, raw, why)
    elif when not in found:
        found[when] = value, raw
    elif found[when][0] != value:
        told.refuse(when, raw, f"{when} is told twice; its first value, {clip(found[when][1])}, stands.")


def _out_of_bounds(when: Day, value: float, guard: Guard) -> str:
    if not isfinite(value):
        return "This is not a number."
    if when < guard.since or guard.lowest <= value <= guard.highest:
        return ""
    if guard.outside:
        return guard.outside
    if value < 0 <= guard.lowest:
        return "It cannot be negative."
    return f"It can only lie between {guard.lowest:g} and {guard.highest:g}."


def _keep(told: Told, days: Sequence[Day], values: Sequence[tuple[float, object]], guard: Guard) -> None:
    before: float | None = None
    for place, (when, (value, raw)) in enumerate(zip(days, values, strict=True)):
        after = values[place + 1][0] if place + 1 < len(values) else None
        if before is not None and _far(before, value, guard):
            if after is None:
                told.refuse(when, raw, f"It jumps from {before:g}, and no later value confirms it yet.")
                continue
            if _far(after, value, guard) and not _far(before, after, guard):
                told.refuse(when, raw, f"A spike: the days beside it say {before:g} and {after:g}.")
                continue
        told.days.append(when)
        told.values.append(value)
        before = value


def _far(other: float, value: float, guard: Guard) -> bool:
    if abs(value - other) > guard.step:
        return True
    if guard.factor == inf or other <= 0 or max(other, value) <= guard.floor:
        return False
    return value <= 0 or abs(log(value) - log(other)) > log(guard.factor)


# --- stamps ---------------------------------------------------------------------------------------


def seconds_day(raw: object) -> Day | None:
    """Return the UTC day of unix seconds, None for what is none.

    >>> seconds_day("1777248000")
    np.datetime64('2026-04-27')
    """
    value = number(raw)
    if not isfinite(value) or not 0 < value < 4_102_444_800:
        return None
    return np.datetime64(int(value) // 86_400, "D")


def milliseconds_day(raw: object) -> Day | None:
    value = number(raw)
    return seconds_day(value / 1000)


def text_day(raw: object) -> Day | None:
    """Return the day that a text begins with.

    >>> text_day("2025-07-03T00:00:00.000000000Z"), text_day("03.07.2025")
    (np.datetime64('2025-07-03'), None)
    """
    try:
        found = np.datetime64(datetime.fromisoformat(str(raw)[:10]).date(), "D")
    except ValueError:
        return None
    return found if FIRST_DAY <= found < END_DAY else None


def unix(when: Day) -> int:
    """Return the seconds at 00:00 UTC of a day."""
    return int(when.astype("datetime64[s]").astype(np.int64))


def milliseconds(when: Day) -> int:
    return unix(when) * 1000


# --- shapes ---------------------------------------------------------------------------------------


def listed(payload: object, who: str) -> list[object]:
    """Return a list out of an answer; what is none means that the provider changed its answers."""
    if not isinstance(payload, list):
        raise Failed(f"{who} answered in a way that is not understood (a list was due).", retry=False)
    return payload


def field_of(row: object, name: str) -> object:
    """Return a field of a row, None where the row is no object or lacks it."""
    return row.get(name) if isinstance(row, dict) else None


def cell(row: object, place: int) -> object:
    """Return a cell of a row that is a list, None where there is none."""
    return row[place] if isinstance(row, list) and place < len(row) else None


# --- from the catalog -----------------------------------------------------------------------------


def entry(key: str, stamp: str, *, licence: str = "") -> Entry:
    """Declare a series as the catalog knows it."""
    known = catalog.series(key)
    return Entry(
        key,
        "series",
        known.title,
        known.unit,
        known.calendar,
        stamp,
        available_after_days=known.available_after_days,
        licence=licence,
    )


def bounds(key: str, *, factor: float = inf, step: float = inf, floor: float = 0.0) -> Guard:
    """Return a guard with the bounds of the catalog."""
    known = catalog.series(key)
    outside = f"{known.outside[0].upper()}{known.outside[1:]}." if known.outside else ""
    return Guard(known.lowest, known.highest, outside, factor=factor, step=step, floor=floor)


# --- one answer, several series -------------------------------------------------------------------


def fetched(
    learnt_at: datetime,
    who: str,
    told: Sequence[Told],
    entries: Callable[[str], Entry | None],
    *,
    priority: int = 1,
    notes: Sequence[str] = (),
    moment: bool = False,
    absent: str = "",
) -> Fetched:
    """Gather what is left of some series of one job.

    A series whose every value was refused has failed; one that has no value at all is not available
    and `absent` says why. When neither leaves anything over, that is what became of the job.
    """
    rows = [row for one in told for row in one.rows(entries(one.key), moment=moment)]
    broken = [one for one in told if one.refused and not one.days]
    if broken and not rows:
        raise Failed(_broken(who, broken[0]), retry=False)
    unavailable = {(one.kind, one.key): _broken(who, one) for one in broken}
    if absent:
        silent = [one for one in told if not one.days and not one.refused and not one.provisional]
        unavailable.update({(one.kind, one.key): absent for one in silent})
    lines = [*notes]
    refused: list[Refused] = []
    for one in told:
        refused += one.refused[:LISTED]
        if len(one.refused) > LISTED:
            lines.append(f"{one.key}: {len(one.refused) - LISTED} more values were refused.")
    return Fetched(
        learnt_at,
        rows=tuple(rows),
        priority=priority,
        refused=tuple(refused),
        provisional=sum(one.provisional for one in told),
        notes=tuple(lines),
        unavailable=unavailable,
    )


def _broken(who: str, told: Told) -> str:
    number_of = len(told.refused)
    many = f"all {number_of} values were" if number_of > 1 else "its one value was"
    return f"{who} sent nothing usable of {told.key}: {many} refused. {told.refused[0].why}"
