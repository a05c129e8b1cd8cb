"""The user's tiers, sectors and baskets while they are edited: undone, saved, and the study made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.choices import Kept, load_classes, save_classes, set_classes_aside
from data.documents import DocumentError
from models.market.classes import PUBLISHED, Classes, effective
from models.market.study import Study
from ui.document_turn import ReadTurn, Turn
from ui.session import Session
from ui.tasks import Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from data.paths import Paths


class ClassEdits(QObject):
    """Holds the changes; every one is saved at once and can be undone.

    `changed` after each edit, undo and redo; `moved` when another edit can be undone or done again;
    `working(bool)` while the study is computed anew; `said` with a sentence when something could not be
    done.
    """

    changed = Signal(object)
    moved = Signal()
    working = Signal(bool)
    said = Signal(str)

    def __init__(self, session: Session, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._tasks = session, tasks
        self._folder: Path | None = None if session.paths is None else session.paths.documents
        self._stamp: str | None = None
        self.trouble = ""
        """Why nothing can be edited; empty when it can."""
        self.stack = QUndoStack(self)
        self.stack.indexChanged.connect(self._tell_moved)
        self.classes = PUBLISHED if session.study is None else session.study.classes
        self.read()
        session.turns.append(self._turn)

    def read(self) -> None:
        """Take what is kept on the disk; another window may have written it."""
        if self._folder is None:
            return
        self._hold(load_classes(self._folder))
        study = self._session.study
        if study is not None and study.classes != self.classes:
            self._study_again()

    def _hold(self, kept: Kept[Classes]) -> None:
        self._stamp, self.trouble = kept.stamp, kept.notice
        if kept.value != self.classes:
            self.stack.clear()
        self.classes = kept.value
        self.changed.emit(self.classes)

    def _turn(self) -> Turn:
        """When all documents change: every edit is saved already, and the window studies the market anew."""

        def read(paths: Paths) -> tuple[Path, Kept[Classes]]:
            return paths.documents, load_classes(paths.documents)

        def take(found: tuple[Path, Kept[Classes]]) -> None:
            if self._folder is not None:
                self._folder, kept = found
                self._hold(kept)

        return ReadTurn(read, take)

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    def put(self, classes: Classes, words: str) -> None:
        """Make an edit; `words` name it for undo. What changes nothing is no edit."""
        if self.trouble:
            self.said.emit(self.trouble)
            return
        classes = effective(classes, self._published())
        if classes != self.classes:
            self.stack.push(_Edit(self, self.classes, classes, words))

    def reset(self, words: str) -> None:
        """Bring the published classes back; this can be undone as well."""
        self.put(PUBLISHED, words)

    def begin_anew(self) -> None:
        """Set a file that cannot be taken aside, so that edits are possible again."""
        if self._folder is None or not self.trouble:
            return
        try:
            set_classes_aside(self._folder)
        except DocumentError as error:
            self.said.emit(str(error))
            return
        self.read()

    def take(self, classes: Classes) -> None:
        """Hold other changes, save them, and have the study made with them."""
        self.classes = classes
        self._save()
        self.changed.emit(classes)
        self._study_again()

    def _published(self) -> dict[str, str]:
        study = self._session.study
        return {} if study is None else {coin.id: coin.sector for coin in study.published}

    def _save(self) -> None:
        if self._folder is None:
            return
        try:
            self._stamp = save_classes(self._folder, self.classes, self._stamp)
        except DocumentError as error:
            self.said.emit(str(error))

    def _study_again(self) -> None:
        study, classes = self._session.study, self.classes
        if study is None:
            return
        self.working.emit(True)
        self._tasks.latest(
            "classes",
            lambda report, cancelled: study.with_classes(classes, cancelled=cancelled),
            done=lambda found: self._show(study, found),
            failed=self._fail,
        )

    def _show(self, before: Study, found: object) -> None:
        self.working.emit(False)
        if not isinstance(found, Study) or found.classes != self.classes:
            return
        if self._session.study is before:
            self._session.show_study(found, self._session.day)
        elif self._session.study is not None and self._session.study.classes != self.classes:
            # Meanwhile the market was loaded anew: once more, with what is there now.
            self._study_again()

    @Slot(object)
    def _fail(self, error: object) -> None:
        self.working.emit(False)
        self.said.emit(self.tr("The figures could not be computed with these changes: {0}").format(error))


class _Edit(QUndoCommand):
    """One edit: the changes before and after it."""

    def __init__(self, edits: ClassEdits, before: Classes, after: Classes, words: str) -> None:
        super().__init__(words)
        self._edits, self._before, self._after = edits, before, after

    def redo(self) -> None:
        self._edits.take(self._after)

    def undo(self) -> None:
        self._edits.take(self._before)
