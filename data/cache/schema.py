"""The tables of the cache, their version, and the way from an older version to this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .errors import CacheTooNewError

APPLICATION = 0x526F7461  # "Rota"

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', 0);

-- One piece of work that brought values: where from, and when they were learnt (microseconds, UTC).
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('archive', 'live', 'demo')),
    file TEXT NOT NULL,
    priority INTEGER NOT NULL,
    learnt_at INTEGER NOT NULL
);

CREATE TABLE coins (
    id TEXT PRIMARY KEY, symbol TEXT NOT NULL, name TEXT NOT NULL, sector TEXT NOT NULL,
    place INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE instruments (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('coin', 'bars', 'series')),
    key TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT '',
    calendar TEXT NOT NULL DEFAULT 'daily', available_after_days INTEGER NOT NULL DEFAULT 0,
    first_day INTEGER, last_day INTEGER,
    UNIQUE (kind, key)
);

-- Slot = instrument * 10000 + year; layout.py tells what the bytes are.
CREATE TABLE chunks (slot INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE provenance (slot INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- What was held before a change, in the order of the changes; `batch` is the one that changed it.
CREATE TABLE revisions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    slot INTEGER NOT NULL, batch INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX revisions_by_slot ON revisions (slot);
CREATE TRIGGER revisions_are_not_changed BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'The ledger of revisions is append-only.'); END;
CREATE TRIGGER revisions_are_not_deleted BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'The ledger of revisions is append-only.'); END;

-- Spans of days (since 1970) on which a source lists all coins of that very day.
CREATE TABLE point_in_time (
    source TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
    PRIMARY KEY (source, first_day, last_day)
) WITHOUT ROWID;
"""


OUTCOMES = """
-- What became of the last attempt at a series by a job of a source; times in microseconds, UTC.
CREATE TABLE outcomes (
    source TEXT NOT NULL, job TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('done', 'waiting', 'unavailable', 'failed')),
    why TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER, retry INTEGER NOT NULL, done_at INTEGER,
    PRIMARY KEY (source, job, kind, key)
) WITHOUT ROWID;

CREATE TABLE refreshes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL, ended_at INTEGER, asked_by TEXT NOT NULL,
    planned INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0, revised INTEGER NOT NULL DEFAULT 0, ending TEXT NOT NULL DEFAULT ''
);
CREATE TABLE refresh_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    refresh INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL, job TEXT NOT NULL,
    result TEXT NOT NULL, text TEXT NOT NULL
);
"""


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would end our transaction."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


def _create(connection: sqlite3.Connection) -> None:
    for statement in _statements(FIRST):
        connection.execute(statement)


def _keep_outcomes(connection: sqlite3.Connection) -> None:
    for statement in _statements(OUTCOMES):
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create, _keep_outcomes)
"""The n-th one leads from version n to n + 1; a new one is appended, an old one never changed."""


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    found = version(connection)
    if found > len(MIGRATIONS):
        raise CacheTooNewError(
            f"The cache {path} was written by a newer Rotascope (format {found}, this one reads up to "
            f"{len(MIGRATIONS)}). It was left as it is. Install the newer version, or choose another folder "
            "with --data-dir."
        )


def backup_name(path: Path, found: int) -> Path:
    return path.with_name(f"{path.name}.backup-v{found}")


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """Lead the file to the present version, after a backup; returns what the user should know."""
    refuse_newer(connection, path)
    found = version(connection)
    if found == len(MIGRATIONS):
        return ()
    notices: tuple[str, ...] = ()
    if found:
        copy = backup_name(path, found)
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)
        notices = (f"The cache was brought to a new format; a copy of the old one is kept as {copy.name}.",)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster.
        for migrate in MIGRATIONS[version(connection) :]:
            migrate(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return notices
