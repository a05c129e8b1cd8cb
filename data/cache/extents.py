"""From which day to which the values of one source reach: what a refresh need not ask for again."""

from __future__ import annotations

import sqlite3

import numpy as np

from models.market.snapshot import Day

from .layout import FIELDS, YEARS, Kind, unpack_batches, year_start


def of_source(connection: sqlite3.Connection, source: str) -> dict[tuple[Kind, str], tuple[Day, Day]]:
    """Return the first and last day whose standing values come from a source, for each of its series.

    A series that this source alone ever brought has them in its row; only of mixed ones the provenance
    is read.
    """
    found: dict[tuple[Kind, str], tuple[Day, Day]] = {}
    mixed: dict[int, tuple[Kind, str]] = {}
    for number, kind, key, named, first, last in connection.execute(
        "SELECT id, kind, key, source, first_day, last_day FROM instruments WHERE first_day IS NOT NULL "
        "AND instr(', ' || source || ', ', ', ' || :source || ', ') AND NOT EXISTS "
        "(SELECT 1 FROM batches WHERE origin = 'demo')",
        {"source": source},
    ):
        if named == source:
            found[kind, key] = _day(first), _day(last)
        else:
            mixed[number] = kind, key
    if not mixed:
        return found
    top = connection.execute("SELECT max(id) FROM batches").fetchone()[0]
    ours = np.zeros(top + 1, dtype=bool)
    for (number,) in connection.execute("SELECT id FROM batches WHERE source = :source", {"source": source}):
        ours[number] = True
    for number, name in mixed.items():
        held: list[int] = []
        for at, data in connection.execute(
            "SELECT slot, data FROM provenance WHERE slot BETWEEN :low AND :high",
            {"low": number * YEARS, "high": (number + 1) * YEARS - 1},
        ):
            columns = np.flatnonzero(ours[unpack_batches(data, len(FIELDS[name[0]]))].any(axis=0))
            if columns.size:
                start = year_start(at % YEARS)
                held += [start + int(columns[0]), start + int(columns[-1])]
        if held:
            found[name] = _day(min(held)), _day(max(held))
    return found


def _day(count: int) -> Day:
    return np.datetime64(count, "D")
