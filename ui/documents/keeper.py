"""Keeps the one value of a document of the window: every edit can be undone, and is saved at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.documents import DocumentError, OnlyDocument
from data.paths import Paths
from ui.documents.turn import Turn
from ui.later import later
from ui.reasons import reason
from ui.tasks import Tasks

LOG = logging.getLogger(__name__)
SAVE_MS = 500
"""Between two saves while edits go on; the first edit is saved at once."""
LONG_S = 0.05
"""A document whose last save took longer, tens of thousands of notes, is saved SAVE_MS after its first edit:
encoding it while the panels show the edit would have the window wait for both."""
T = TypeVar("T")


class DocumentKeeper(QObject, Generic[T]):
    """Holds a value; `changed` after every edit, undo and redo, `said` with what a person should know,
    `moved` when another edit can be undone or done again.

    Until the file is read the value is `empty` and cannot be edited; without a document nothing is kept.
    `reopen` finds the document in other folders, for when all documents change (:meth:`turn`).
    """

    changed = Signal(object)
    said = Signal(str)
    moved = Signal()

    def __init__(
        self,
        name: str,
        document: OnlyDocument[T] | None,
        empty: T,
        tasks: Tasks,
        parent: QObject | None,
        *,
        reopen: Callable[[Paths], OnlyDocument[T]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._document, self._tasks = name, document, tasks
        self._value = self._empty = empty
        self._reopen = reopen
        self.is_ready = document is None
        self.trouble = ""
        """Why the document cannot be used; empty when it can."""
        self._told = ""
        self._tried: T | None = None
        self._took_s = 0.0
        self.undo = QUndoStack(self)
        self.undo.indexChanged.connect(self._tell_moved)
        self._timer = later(self, SAVE_MS, self._save_next)
        if document is not None:
            tasks.latest(
                f"{name}: read",
                lambda report, cancelled: document.read(),
                done=self._read,
                failed=self._unreadable,
            )

    def keep(self) -> str:
        """Save what is not saved yet, now, or put it by for the next start; says why where neither can be."""
        self._timer.stop()
        if self._document is None or not self.is_ready:
            return ""
        try:
            self._document.keep()
        except DocumentError as error:
            return str(error)
        return ""

    @Slot()
    def close(self) -> None:
        """Keep what is not kept yet: the window is closing, whatever becomes of it."""
        if why := self.keep():
            LOG.error("%s was not kept: %s", self._name, why)

    @Slot()
    def rescue(self) -> None:
        """Save what is not saved yet, without waiting for a pause in the typing."""
        if self.is_ready:
            self._timer.stop()
            self._told = ""  # after an error it is told anew
            self._save()

    def turn(self) -> Turn:
        """Return how the keeper saves its value and reads it anew when all documents change."""
        return _Turn(self, self._document if self.is_ready else None, self._reopen)

    def take_other(self, document: OnlyDocument[T], found: T | DocumentError) -> None:
        """Go on with what another document holds; steps of undo lead nowhere when it is another value."""
        self._tasks.cancel(f"{self._name}: read")
        self._document = document
        self.trouble = ""
        if isinstance(found, DocumentError):
            self._value, self.is_ready = self._empty, False
            self.undo.clear()
            self._unreadable(found)
            return
        if found != self._value:
            self.undo.clear()
        self._read(found)

    def edit(self, after: T, what: str) -> None:
        """Let `after` be the value, as one step of undo named `what`."""
        if self.is_ready and after != self._value:
            self.undo.push(_Edit(self, self._value, after, what))

    def show_value(self, value: T) -> None:
        """Take a value without a step of undo: undo and redo themselves come here."""
        self._value = value
        if self._document is not None:
            self._document.offer(value)
            if self._took_s > LONG_S and not self._timer.isActive():
                self._timer.start()
            elif not self._timer.isActive():
                self._save_next()
        self.changed.emit(value)

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    @Slot(object)
    def _read(self, found: object) -> None:
        self._value = cast(T, found)
        self.is_ready = True
        self.changed.emit(self._value)
        document = self._document
        if document is not None and not document.is_written:
            self.said.emit(self.tr("Changes that could not be saved last time are back."))
            self._save_next()
        elif document is not None and document.set_aside is not None:
            words = self.tr("The file has changed since changes to it could not be saved. They lie in {0}.")
            self.said.emit(words.format(document.set_aside))

    @Slot(object)
    def _unreadable(self, error: object) -> None:
        """Leave the file alone and say so: writing over it would lose what may be saved."""
        self.trouble = str(error)
        self.changed.emit(self._value)
        self.said.emit(self.trouble)

    @Slot()
    def _save_next(self) -> None:
        """Save what has changed, and look again a moment later while edits go on."""
        if self._document is not None and self._value is not self._tried:
            self._timer.start()
            self._save()

    def _save(self) -> None:
        document = self._document
        self._tried = self._value
        if document is not None and not document.is_written:
            self._tasks.write(
                f"{self._name}: save",
                lambda report, cancelled: _timed(document.write),
                done=self._saved,
                failed=self._not_saved,
            )

    @Slot(object)
    def _saved(self, took: object) -> None:
        self._took_s = cast(float, took)
        self._told = ""

    @Slot(object)
    def _not_saved(self, error: object) -> None:
        """Say why, once: the next edits, which try again, would only repeat it."""
        words = str(error)
        if not isinstance(error, DocumentError):
            LOG.error(
                "%s was not saved", self._name, exc_info=error if isinstance(error, Exception) else None
            )
            words = self.tr("Something could not be saved ({0}). It is still in the window.").format(
                reason(error)
            )
        if words != self._told:
            self._told = words
            self.said.emit(words)


class _Turn(Generic[T]):
    """Saves the value of a keeper, then reads the document anew: where it is now."""

    def __init__(
        self,
        keeper: DocumentKeeper[T],
        document: OnlyDocument[T] | None,
        reopen: Callable[[Paths], OnlyDocument[T]] | None,
    ) -> None:
        self._keeper, self._document, self._reopen = keeper, document, reopen
        self._found: tuple[OnlyDocument[T], T | DocumentError] | None = None

    def save(self) -> None:
        if self._document is not None:
            self._document.write()

    def read(self, paths: Paths) -> None:
        if self._reopen is None:
            return
        document = self._reopen(paths)
        try:
            self._found = document, document.read()
        except DocumentError as error:
            self._found = document, error

    def take(self) -> None:
        if self._found is not None:
            self._keeper.take_other(*self._found)


class _Edit(QUndoCommand):
    """From one value to the next; both share what did not change."""

    def __init__(self, keeper: DocumentKeeper[T], before: T, after: T, what: str) -> None:
        super().__init__(what)
        self._keeper, self._before, self._after = keeper, before, after

    def redo(self) -> None:
        self._keeper.show_value(self._after)

    def undo(self) -> None:
        self._keeper.show_value(self._before)


def _timed(work: Callable[[], None]) -> float:
    """Do it, and return how many seconds it took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began
