"""Opening the cache: make, check, migrate; set a damaged file aside and say so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Literal

from . import guard
from .errors import BrokenError
from .schema import bring_up_to_date, refuse_newer

PAGE = 8192
"""Bytes: a chunk of coins takes one page and a bit. Of 4 to 64 KiB the fastest to load, and 5 % larger
than the smallest file."""


def prepare(path: Path, now: datetime) -> tuple[str, ...]:
    """Check and migrate the file, or set it aside and make a fresh one."""
    try:
        return _checked(path, now)
    except (BrokenError, sqlite3.DatabaseError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        kept = guard.set_aside(path, now)
    _checked(path, now)
    return (
        f"The cache was damaged. It was set aside as {kept.name} and a fresh one was made: "
        "import your archives again. Plans, journal and settings are not affected.",
    )


def _checked(path: Path, now: datetime) -> tuple[str, ...]:
    if path.exists():
        guard.check_header(path)
    logged = guard.size_of(guard.beside(path, "-wal")) > 0
    with closing(guard.connect(path, "rwc")) as connection:
        refuse_newer(connection, path)
        guard.check_owner(connection)
        connection.execute(f"PRAGMA page_size = {PAGE}")  # heeded by an empty file only
        connection.execute("PRAGMA journal_mode = WAL")
        notices = bring_up_to_date(connection, path)
        if guard.needs_check(connection, path, logged, now):
            guard.check(connection)
            guard.note_checked(connection, path, now)
    return notices


def readable(path: Path) -> Literal["ro", "still"] | None:
    """Find a way to read a file that may not be written."""
    if not guard.size_of(path):
        return None
    for mode in ("ro", "still"):
        try:
            with closing(guard.connect(path, mode)) as connection:
                connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        except sqlite3.Error:
            continue
        return "ro" if mode == "ro" else "still"
    return None
