"""One refresh at a time: the window's and the terminal's must not ask for the same twice."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from data.states import moment

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = "refresh.lock"
FAR = 1 << 30
"""The locked byte lies behind the text, which other processes may read (Windows forbids it otherwise)."""


class RefreshRunsError(Exception):
    """Another refresh is at work; `str()` is a sentence for people."""


@contextmanager
def alone(folder: Path, *, asked_by: str, now: datetime) -> Iterator[None]:
    """Hold the lock of refreshes; the system gives it back even when the process is killed.

    Raises
    ------
    RefreshRunsError
        Another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock(descriptor):
            raise RefreshRunsError(_who(folder / FILE, now))
        os.ftruncate(descriptor, 0)
        os.write(descriptor, _about(asked_by, now))
        yield
    finally:
        os.close(descriptor)  # which also gives the lock back


def _about(asked_by: str, now: datetime) -> bytes:
    return json.dumps({"asked_by": asked_by, "since": now.isoformat()}).encode()


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _who(path: Path, now: datetime) -> str:
    about: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        about = json.loads(path.read_text(encoding="utf-8"))
    by = {"window": "The window", "terminal": "The terminal"}.get(
        about.get("asked_by", ""), "Another Rotascope"
    )
    since = ""
    with contextlib.suppress(KeyError, ValueError):
        since = f" since {moment(datetime.fromisoformat(about['since']), now=now)}"
    return f"{by} has been refreshing{since}. What it brings is for all; this refresh leaves it to that one."
