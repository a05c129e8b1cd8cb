"""Writing a file whole or not at all, and letting one process at a time do so."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 10.0
"""Seconds to wait for another process that saves."""
PAUSE = 0.02


class BusyError(OSError):
    """Another process has held the lock for too long."""


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` under the name `path`: a reader finds the old file or the new one, never a part.

    Written beside it, synced, renamed, and the folder synced, so that this also survives a power cut.
    The caller holds the lock of the folder: the unfinished file has one name, and a crash leaves at
    most that one behind.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _rename(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames durable; Windows knows no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network and FUSE folders refuse; the file itself is synced already.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(source: Path, target: Path) -> None:
    for wait in (0.02, 0.05, 0.1, 0.2, 0.4):
        try:
            source.replace(target)
        except PermissionError:
            # On Windows a virus scanner or an indexer holds the target open for a moment.
            if sys.platform != "win32":
                raise
            time.sleep(wait)
        else:
            return
    source.replace(target)


@contextmanager
def alone(lock: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file; it is freed by the system when the process dies.

    Raises
    ------
    BusyError
        Another process has held it for `patience` seconds.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        end = time.monotonic() + patience
        while not taken(descriptor):
            if time.monotonic() >= end:
                raise BusyError(0, f"another Rotascope has been saving for {patience:.0f} seconds")
            time.sleep(PAUSE)
        yield
    finally:
        os.close(descriptor)  # which also gives the lock back


def taken(descriptor: int) -> bool:
    """Try to take the lock of an open file, without waiting.

    Where the file system knows no locks (some network folders), everybody has it.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True
