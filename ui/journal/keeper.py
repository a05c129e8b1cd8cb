"""Keeps the journal of the window: every edit can be undone, and is saved a moment later."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.documents import DocumentError
from data.journal import JournalFile, journal_store, load_journal, save_journal
from data.paths import Paths
from models.journal.notes import Journal, Note
from ui.tasks import Tasks

SAVE_MS = 400


class JournalKeeper(QObject):
    """Holds the journal; `changed` after every edit, undo and redo, `said` with what a person should know,
    `moved` when another edit can be undone or done again.

    Until the file is read the journal is empty and cannot be edited; without `paths` nothing is kept.
    """

    changed = Signal(object)
    said = Signal(str)
    moved = Signal()

    def __init__(self, tasks: Tasks, paths: Paths | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._store = None if paths is None else journal_store(paths)
        self._journal = Journal()
        self._stamp: str | None = None
        self._saved = self._journal
        self._is_saving = False
        self.is_ready = self._store is None
        self.trouble = ""
        """Why the journal cannot be used; empty when it can."""
        self.undo = QUndoStack(self)
        self.undo.indexChanged.connect(self._tell_moved)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._save)
        if self._store is not None:
            store = self._store
            tasks.latest(
                "journal: read",
                lambda report, cancelled: load_journal(store),
                done=self._read,
                failed=self._unreadable,
            )

    @property
    def journal(self) -> Journal:
        return self._journal

    def put(self, note: Note, what: str) -> None:
        """Add a note, or put it in the place of the one with its id."""
        self._edit(self._journal.with_note(note), what)

    def remove(self, ids: Iterable[str], what: str) -> None:
        """Delete notes."""
        self._edit(self._journal.without(ids), what)

    def take(self, notes: Iterable[Note], what: str) -> int:
        """Add the notes of a file that are not there yet; returns how many."""
        merged, new = self._journal.merged(notes)
        self._edit(merged, what)
        return new

    def close(self) -> None:
        """Save what is not saved yet, now: the window is closing."""
        self._timer.stop()
        if self._store is None or self._journal == self._saved or not self.is_ready:
            return
        try:
            self._stamp = save_journal(self._store, self._journal, expected=self._stamp).stamp
            self._saved = self._journal
        except DocumentError as error:
            self.said.emit(str(error))

    def _edit(self, after: Journal, what: str) -> None:
        if self.is_ready and after != self._journal:
            self.undo.push(_Edit(self, self._journal, after, what))

    def _show(self, journal: Journal) -> None:
        self._journal = journal
        self.changed.emit(journal)
        if self._store is not None:
            self._timer.start()

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    @Slot(object)
    def _read(self, found: object) -> None:
        assert isinstance(found, JournalFile)
        self._journal = self._saved = found.journal
        self._stamp = found.stamp
        self.is_ready = True
        self.changed.emit(self._journal)

    @Slot(object)
    def _unreadable(self, error: object) -> None:
        """Leave the file alone and say so: writing over it would lose what may be saved."""
        self.trouble = str(error)
        self.changed.emit(self._journal)
        self.said.emit(self.trouble)

    @Slot()
    def _save(self) -> None:
        store, journal, stamp = self._store, self._journal, self._stamp
        if store is None or journal == self._saved:
            return
        if self._is_saving:
            self._timer.start()
            return
        self._is_saving = True

        def done(saved: object) -> None:
            self._is_saving = False
            self._stamp, self._saved = saved.stamp, journal  # type: ignore[attr-defined]

        def failed(error: object) -> None:
            self._is_saving = False
            self.said.emit(str(error))

        self._tasks.start(
            "journal: save",
            lambda report, cancelled: save_journal(store, journal, expected=stamp),
            done=done,
            failed=failed,
        )


class _Edit(QUndoCommand):
    """From one journal to the next; both share the notes that did not change."""

    def __init__(self, keeper: JournalKeeper, before: Journal, after: Journal, what: str) -> None:
        super().__init__(what)
        self._keeper, self._before, self._after = keeper, before, after

    def redo(self) -> None:
        self._keeper._show(self._after)

    def undo(self) -> None:
        self._keeper._show(self._before)
