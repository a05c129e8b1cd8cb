"""Opening a cache file safely: one process at a time, checked, and set aside when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .errors import BrokenError
from .layout import FIELDS, WIDTH, YEARS
from .schema import APPLICATION, version

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MAGIC = b"SQLite format 3\x00"
DAY = 86_400_000_000
PATIENCE = 30.0
"""Seconds to wait for another process that writes."""


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Open a connection; `mode` is rwc, rw, ro, or still (read only, without any file beside it)."""
    query = "mode=ro&immutable=1" if mode == "still" else f"mode={mode}"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{query}",
        uri=True,
        isolation_level=None,
        timeout=PATIENCE,
        check_same_thread=False,
    )
    try:
        # With a write-ahead log this survives kill -9; a power cut costs at most the last commits.
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process at a time create, check, migrate or set aside the file."""
    descriptor = os.open(beside(path, ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # which also gives the lock back


def check_header(path: Path) -> None:
    """Find zeros, foreign files and truncated ones without reading them.

    The page count of the header holds only while no write-ahead log waits beside the file. The size is
    asked after the header was read: another process that ends may let the file grow in between.
    """
    with path.open("rb") as file:
        head = file.read(100)
        size = os.fstat(file.fileno()).st_size
    if size == 0:
        return
    if len(head) < 100 or not head.startswith(MAGIC):
        raise BrokenError("The file is not a database.")
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    current = head[24:28] == head[92:96]
    if current and not size_of(beside(path, "-wal")) and int.from_bytes(head[28:32], "big") * page > size:
        raise BrokenError("The file is shorter than it was.")


def size_of(path: Path) -> int:
    """Return the bytes of a file, 0 for none: in one question, since others remove files meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def check_owner(connection: sqlite3.Connection) -> None:
    """Refuse a database of another program, and ours without its tables."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version(connection) == 0 and not tables:
        return
    if application != APPLICATION or not {"meta", "batches", "chunks"} <= tables:
        raise BrokenError("The file is not a cache of Rotascope.")


def needs_check(connection: sqlite3.Connection, path: Path, logged: bool, now: datetime) -> bool:
    """Say whether to read the whole file: not closed cleanly, found suspect, or a day since the last time.

    The last connection to close removes the write-ahead log, so a log at opening means a crash
    (or another process at work, which costs one check too many and nothing else).
    """
    if logged or beside(path, ".suspect").exists():
        return True
    row = connection.execute("SELECT value FROM meta WHERE key = 'checked_at'").fetchone()
    return row is None or not 0 <= microseconds(now) - row[0] < DAY


def check(connection: sqlite3.Connection) -> None:
    """Read every page once (20 ms for 40 MB) and compare the length of every chunk."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise BrokenError(str(found[0] if found else "no answer"))
    lengths = " ".join(f"WHEN '{kind}' THEN {len(fields) * WIDTH * 8}" for kind, fields in FIELDS.items())
    wrong = connection.execute(
        f"SELECT count(*) FROM chunks c LEFT JOIN instruments i ON i.id = c.slot / {YEARS} "
        f"LEFT JOIN provenance p ON p.slot = c.slot "
        f"WHERE i.id IS NULL OR p.slot IS NULL OR length(c.data) != CASE i.kind {lengths} END"
    ).fetchone()[0]
    if wrong:
        raise BrokenError(f"{wrong} chunks of values are not what was written.")


def note_checked(connection: sqlite3.Connection, path: Path, now: datetime) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('checked_at', ?)", (microseconds(now),))
    beside(path, ".suspect").unlink(missing_ok=True)


def suspect(path: Path) -> None:
    """Make sure that the next opening looks closely."""
    try:
        beside(path, ".suspect").touch()
    except OSError:
        return


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the file and what lies beside it; nothing is deleted."""
    stamp = f"{now:%Y%m%d-%H%M%S}"
    target = beside(path, f".damaged-{stamp}")
    count = 1
    while target.exists():
        count += 1
        target = beside(path, f".damaged-{stamp}-{count}")
    path.rename(target)
    for ending in ("-wal", "-shm"):
        if beside(path, ending).exists():
            beside(path, ending).rename(beside(target, ending))
    beside(path, ".suspect").unlink(missing_ok=True)
    return target


def microseconds(moment: datetime) -> int:
    """Count the microseconds since 1970, exactly."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    since = moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    offset = moment.utcoffset()
    assert offset is not None
    since -= offset
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
