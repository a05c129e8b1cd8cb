"""Keeps the theses of the window: every edit can be undone, and is saved a moment later."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.documents import DocumentError
from data.paths import Paths
from data.theses import ThesesFile, load_theses, save_theses, theses_store
from models.market.theses import Theses, Thesis
from ui.session import Session
from ui.tasks import Tasks

SAVE_MS = 400


class ThesesKeeper(QObject):
    """Holds the theses; `changed` after every edit, undo and redo, `said` with what a person should know,
    `moved` when another edit can be undone or done again.

    Until the file is read there are none and none can be added; without `paths` nothing is kept.
    """

    changed = Signal(object)
    said = Signal(str)
    moved = Signal()

    def __init__(self, tasks: Tasks, paths: Paths | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._store = None if paths is None else theses_store(paths)
        self._theses = self._saved = Theses()
        self._stamp: str | None = None
        self._is_saving = False
        self.is_ready = self._store is None
        self.trouble = ""
        """Why the theses cannot be used; empty when they can."""
        self.undo = QUndoStack(self)
        self.undo.indexChanged.connect(self._tell_moved)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._save)
        if self._store is not None:
            store = self._store
            tasks.latest(
                "theses: read",
                lambda report, cancelled: load_theses(store),
                done=self._read,
                failed=self._unreadable,
            )

    @property
    def theses(self) -> Theses:
        return self._theses

    def put(self, thesis: Thesis, what: str) -> None:
        """Add a thesis, or put it in the place of the one with its id."""
        self._edit(self._theses.with_thesis(thesis), what)

    def remove(self, ids: Iterable[str], what: str) -> None:
        """Delete theses."""
        self._edit(self._theses.without(ids), what)

    @Slot()
    def close(self) -> None:
        """Save what is not saved yet, now: the window is closing."""
        self._timer.stop()
        if self._store is None or self._theses == self._saved or not self.is_ready:
            return
        try:
            self._stamp = save_theses(self._store, self._theses, expected=self._stamp).stamp
            self._saved = self._theses
        except DocumentError as error:
            self.said.emit(str(error))

    def _edit(self, after: Theses, what: str) -> None:
        if self.is_ready and after != self._theses:
            self.undo.push(_Edit(self, self._theses, after, what))

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    def _show(self, theses: Theses) -> None:
        self._theses = theses
        self.changed.emit(theses)
        if self._store is not None:
            self._timer.start()

    @Slot(object)
    def _read(self, found: object) -> None:
        assert isinstance(found, ThesesFile)
        self._theses = self._saved = found.theses
        self._stamp = found.stamp
        self.is_ready = True
        self.changed.emit(self._theses)

    @Slot(object)
    def _unreadable(self, error: object) -> None:
        """Leave the file alone and say so: writing over it would lose what may be saved."""
        self.trouble = str(error)
        self.changed.emit(self._theses)
        self.said.emit(self.trouble)

    @Slot()
    def _save(self) -> None:
        store, theses, stamp = self._store, self._theses, self._stamp
        if store is None or theses == self._saved:
            return
        if self._is_saving:
            self._timer.start()
            return
        self._is_saving = True

        def done(saved: object) -> None:
            self._is_saving = False
            self._stamp, self._saved = saved.stamp, theses  # type: ignore[attr-defined]

        def failed(error: object) -> None:
            self._is_saving = False
            self.said.emit(str(error))

        self._tasks.start(
            "theses: save",
            lambda report, cancelled: save_theses(store, theses, expected=stamp),
            done=done,
            failed=failed,
        )


class _Edit(QUndoCommand):
    """From one list to the next; both share the theses that did not change."""

    def __init__(self, keeper: ThesesKeeper, before: Theses, after: Theses, what: str) -> None:
        super().__init__(what)
        self._keeper, self._before, self._after = keeper, before, after

    def redo(self) -> None:
        self._keeper._show(self._after)

    def undo(self) -> None:
        self._keeper._show(self._before)


def keeper_of(session: Session, tasks: Tasks) -> ThesesKeeper:
    """Return the one keeper of a session, made and watched when it is first asked for."""
    from ui.theses.watching import ThesesWatch

    if session.theses is None:
        session.theses = ThesesKeeper(tasks, session.paths, session)
        session.closing.connect(session.theses.close)
        ThesesWatch(session, tasks, session.theses)
    return session.theses
