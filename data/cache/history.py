"""The history of one value: everything that was ever held for a day, and who brought it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from models.market.snapshot import Day

from .layout import FIELDS, WIDTH, Kind, slot, split, unpack, unpack_batches, unpack_superseded


@dataclass(frozen=True, slots=True)
class Learnt:
    """One value that was ever held for a day: who brought it, when, and whether it still stands."""

    value: float
    source: str
    origin: str
    file: str
    learnt_at: datetime
    stands: bool


def learnt(connection: sqlite3.Connection, kind: Kind, key: str, when: Day, field: str) -> tuple[Learnt, ...]:
    """Return the values of one day and field in the order in which they stood; the last one stands."""
    owner = connection.execute(
        "SELECT id FROM instruments WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    if owner is None:
        return ()
    years, columns = split(np.array([when], dtype="datetime64[D]"))
    at, names = slot(owner[0], int(years[0])), FIELDS[kind]
    row, column = names.index(field), int(columns[0])
    stored = connection.execute(
        "SELECT c.data, p.data FROM chunks c JOIN provenance p USING (slot) WHERE slot = ?", (at,)
    ).fetchone()
    if stored is None:
        return ()
    now = int(unpack_batches(stored[1], len(names))[row, column])
    if not now:
        return ()
    entries: list[tuple[float, int]] = []
    for (data,) in connection.execute("SELECT data FROM revisions WHERE slot = ? ORDER BY seq", (at,)):
        places, values, by = unpack_superseded(data, len(names))
        entries += [(float(values[i]), int(by[i])) for i in np.flatnonzero(places == row * WIDTH + column)]
    entries.append((float(unpack(stored[0], len(names))[row, column]), now))
    found: list[Learnt] = []
    for value, number in entries:
        source, origin, file, learnt_at = connection.execute(
            "SELECT source, origin, file, learnt_at FROM batches WHERE id = ?", (number,)
        ).fetchone()
        found.append(Learnt(value, source, origin, file, moment(learnt_at), len(found) == len(entries) - 1))
    return tuple(found)


def moment(count: int) -> datetime:
    """Turn microseconds since 1970 into a moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
