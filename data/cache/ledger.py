"""What the providers changed: values that stood and were replaced, the newest change first."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.market.snapshot import Day

from .history import moment
from .layout import FIELDS, WIDTH, YEARS, Kind, unpack, unpack_batches, unpack_superseded, year_start

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Revised:
    """One value that was replaced: by whom, when, and what it was before and after.

    `is_own` tells a change by the same provider from one where a better source took over.
    """

    kind: Kind
    key: str
    day: Day
    field: str
    before: float
    after: float
    source: str
    learnt_at: datetime
    is_own: bool


def revised(connection: sqlite3.Connection, since: datetime, limit: int = MOST) -> tuple[Revised, ...]:
    """Return what was replaced after a moment, at most `limit` values."""
    begin = int(since.timestamp() * 1_000_000)
    rows = connection.execute(
        "SELECT r.slot, r.data, b.source, b.learnt_at FROM revisions r JOIN batches b ON b.id = r.batch "
        "WHERE b.learnt_at >= :begin ORDER BY r.seq DESC",
        {"begin": begin},
    ).fetchall()
    names = {row[0]: (row[1], row[2]) for row in connection.execute("SELECT id, kind, key FROM instruments")}
    sources = dict(connection.execute("SELECT id, source FROM batches"))
    found: list[Revised] = []
    later: dict[tuple[int, int], float] = {}
    for slot, data, source, learnt in rows:
        owner, year = divmod(slot, YEARS)
        start = np.datetime64(year_start(year), "D")
        if owner not in names:
            continue
        kind, key = names[owner]
        fields = FIELDS[kind]
        chunk = connection.execute(
            "SELECT c.data, p.data FROM chunks c JOIN provenance p USING (slot) WHERE slot = :slot",
            {"slot": slot},
        ).fetchone()
        if chunk is None:
            continue
        now = unpack(chunk[0], len(fields)).reshape(-1)
        standing = unpack_batches(chunk[1], len(fields)).reshape(-1)
        places, values, by = unpack_superseded(data, len(fields))
        for place, value, brought in zip(places.tolist(), values.tolist(), by.tolist(), strict=True):
            if not np.isfinite(value):
                continue
            after = later.get((slot, place), float(now[place]))
            later[slot, place] = value
            if after == value or (not np.isfinite(after) and standing[place] == 0):
                continue
            found.append(
                Revised(
                    kind=kind,
                    key=key,
                    day=start + place % WIDTH,
                    field=fields[place // WIDTH],
                    before=value,
                    after=after,
                    source=source,
                    learnt_at=moment(learnt),
                    is_own=sources.get(brought) == source,
                )
            )
            if len(found) >= limit:
                return tuple(found)
    return tuple(found)
