"""What was typed but not saved: written at once, offered again after a crash."""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .envelope import Document, Format, packed, read, unpacked
from .errors import DocumentError, NotSavedError, not_saved
from .files import taken, write_whole
from .store import Store

EVERY = 0.7
"""Seconds between two calls of :meth:`Draft.keep` while changes go on; the first is kept at once."""


@dataclass(frozen=True)
class Recovered:
    """An unsaved state that a crash left; `path` is its document, or None when it had none yet."""

    document: Document
    path: Path | None
    at: datetime
    stamp: str | None
    file: Path


class Draft:
    """The unsaved state of one open document, in a file of its own apart from the document.

    A lock is held while the draft is open: a draft whose lock is free belongs to a process that died.
    Call :meth:`keep` after changes, :meth:`drop` once saved or abandoned, :meth:`close` at the end
    (which drops it).
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._form = _form(store)
        self.file = store.recovery_folder / f"{uuid.uuid4().hex}.json"
        self._descriptor: int | None = None
        self._writing = threading.Lock()
        self._is_over = False

    def keep(self, document: Document, *, path: Path | None = None, stamp: str | None = None) -> None:
        """Write the state; `path` and `stamp` are those of the last save or load.

        Any thread may call it; after :meth:`close` nothing is written any more.

        Raises
        ------
        NotSavedError
            Also when the disk is full. The state before stands, and so does the document.
        """
        at = self._store.clock().astimezone(UTC).isoformat(timespec="seconds")
        whole = {"path": None if path is None else str(path.absolute()), "stamp": stamp, "state": document}
        try:
            content = packed(self._form, whole, at)
        except (ValueError, TypeError, RecursionError) as error:
            raise NotSavedError(f"The unsaved state could not be kept ({error}).") from error
        try:
            with self._writing:
                if self._is_over:
                    return
                self._hold()
                write_whole(self.file, content)
        except OSError as error:
            shown = path.name if path is not None else f"new {self._form.noun}"
            raise not_saved(self.file.with_name(f"The unsaved state of {shown}"), error) from error

    def drop(self) -> None:
        """Forget the state: it is saved, or nobody wants it."""
        with contextlib.suppress(OSError):
            self.file.unlink(missing_ok=True)

    def close(self) -> None:
        """Drop the state and give the lock back."""
        with self._writing:
            self._is_over = True
            self.drop()
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
            with contextlib.suppress(OSError):
                _lock_of(self.file).unlink(missing_ok=True)

    def _hold(self) -> None:
        if self._descriptor is not None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(_lock_of(self.file), os.O_RDWR | os.O_CREAT, 0o644)
        taken(self._descriptor)


def recoverable(store: Store) -> tuple[Recovered, ...]:
    """Return the unsaved states of processes that died, the newest first.

    States equal to their saved document, and ones that cannot be read, are swept away.
    """
    found = []
    form = _form(store)
    for file in _drafts(store):
        lock = _lock_of(file)
        with contextlib.suppress(OSError):
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                if not taken(descriptor):
                    continue
                one = _recovered(form, file)
                if one is None or _is_saved(store, one):
                    file.unlink(missing_ok=True)
                    lock.unlink(missing_ok=True)
                else:
                    found.append(one)
            finally:
                os.close(descriptor)
    return tuple(sorted(found, key=lambda one: (one.at, one.file.name), reverse=True))


def keep_unsaved(store: Store, path: Path, document: Document, *, stamp: str | None) -> None:
    """Put by what could not be saved into the only document of its kind, under that document's name.

    Raises
    ------
    NotSavedError
        It could not be put by either: the folder is read only, say, or the disk full.
    """
    file = _unsaved_file(store, path)
    at = store.clock().astimezone(UTC).isoformat(timespec="seconds")
    whole = {"path": str(path.absolute()), "stamp": stamp, "state": document}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, packed(_form(store), whole, at))
    except (ValueError, TypeError, RecursionError, OSError) as error:
        why = error if isinstance(error, OSError) else OSError(str(error))
        raise not_saved(file, why) from error


def unsaved(store: Store, path: Path) -> Recovered | None:
    """Return what :meth:`keep_unsaved` put by for this document, if there is anything that can be read."""
    return _recovered(_form(store), _unsaved_file(store, path))


def _unsaved_file(store: Store, path: Path) -> Path:
    return store.recovery_folder / f"{path.stem}.unsaved.json"


def forget(recovered: Recovered) -> None:
    """Delete a recovered state: it was taken over into an open document, or is not wanted."""
    for file in (recovered.file, _lock_of(recovered.file)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _drafts(store: Store) -> list[Path]:
    try:
        return sorted(p for p in store.recovery_folder.iterdir() if p.suffix == ".json" and p.name[0] != ".")
    except OSError:
        return []


def _recovered(form: Format, file: Path) -> Recovered | None:
    try:
        opened = unpacked(form, read(form, file), file)
    except DocumentError:
        return None
    whole = opened.document
    state, path, stamp = whole.get("state"), whole.get("path"), whole.get("stamp")
    if not isinstance(state, dict):
        return None
    try:
        at = datetime.fromisoformat(opened.written)
    except ValueError:
        at = datetime.fromtimestamp(0, UTC)
    return Recovered(
        document=state,
        path=Path(path) if isinstance(path, str) else None,
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        stamp=stamp if isinstance(stamp, str) else None,
        file=file,
    )


def _is_saved(store: Store, one: Recovered) -> bool:
    if one.path is None:
        return False
    try:
        return store.load(one.path).document == one.document
    except DocumentError:
        return False


def _form(store: Store) -> Format:
    """A draft is of the same version as its documents, and goes through the same migrations."""
    form = store.form
    steps = {
        number: lambda whole, step=step: {**whole, "state": step(whole["state"])}
        for number, step in form.migrate.items()
    }
    return Format(f"{form.name}-draft", form.version, form.noun, ".json", steps)


def _lock_of(file: Path) -> Path:
    return file.with_suffix(".lock")
