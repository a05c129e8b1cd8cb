"""What can go wrong with the cache, in whole sentences for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class CacheError(Exception):
    """The cache could not do its work; `str()` says what happened, what is safe and what to do."""


class CacheReadOnlyError(CacheError):
    """The cache file or its folder may not be written."""


class CacheFullError(CacheError):
    """No room is left on the disk."""


class CacheBusyError(CacheError):
    """Another process writes for longer than we wait."""


class CacheTooNewError(CacheError):
    """The file was written by a newer version of Rotascope; it is left alone."""


class CacheDamagedError(CacheError):
    """The file holds something that cannot have been written into it."""


class BrokenError(Exception):
    """Bytes are not what was written; becomes a `CacheDamagedError` where the file is known."""


class CacheClashError(CacheError):
    """A series would be of two kinds at once."""


SAFE = "What was stored before is safe."


def translated(error: Exception, path: Path) -> CacheError:
    """Find the sentence for an error of SQLite or of the file system."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else code & 0xFF
    if kind == sqlite3.SQLITE_FULL or getattr(error, "errno", None) == 28:
        return CacheFullError(
            f"The disk is full: nothing more fits into {path}. {SAFE} Make some room and try again."
        )
    if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or isinstance(error, PermissionError):
        return CacheReadOnlyError(
            f"The cache {path} may not be written. {SAFE} "
            "Allow writing to it, or choose another folder with --data-dir."
        )
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CacheBusyError(
            f"Another Rotascope has been writing to {path} for too long. {SAFE} Try again when it is done."
        )
    if kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, BrokenError):
        return CacheDamagedError(
            f"The cache {path} is damaged. Plans, journal and settings lie elsewhere and are safe. "
            "Start again: the file is then set aside and a fresh one is made."
        )
    if kind == sqlite3.SQLITE_CANTOPEN or isinstance(error, OSError):
        return CacheError(
            f"The cache {path} cannot be opened ({getattr(error, 'strerror', None) or error}). "
            "Check that its folder exists and may be written, or choose another one with --data-dir."
        )
    return CacheError(f"The cache {path} could not be used ({error}). {SAFE} Try again.")


@contextmanager
def in_plain_words(path: Path, on_damage: Callable[[], None] | None = None) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a `CacheError`."""
    try:
        yield
    except (sqlite3.Error, OSError, BrokenError) as error:
        plain = translated(error, path)
        if on_damage is not None and isinstance(plain, CacheDamagedError):
            on_damage()
        raise plain from error
