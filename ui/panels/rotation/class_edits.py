"""The user's tiers, sectors and baskets while they are edited: undone, saved, and the study made anew."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.choices import Kept, classes_file
from models.market.classes import PUBLISHED, Classes, effective
from models.market.study import Study
from ui.documents.kept_choice import KeptChoice
from ui.session import Session
from ui.tasks import Tasks


class ClassEdits(QObject):
    """Holds the changes; every one is saved at once, in a thread, and can be undone.

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
        self._choice = KeptChoice("classes", classes_file, session, tasks, self)
        self._choice.found.connect(self._begin)
        self._choice.replaced.connect(self._hold)
        self._choice.said.connect(self.said)
        self.trouble = ""
        """Why nothing can be edited; empty when it can."""
        self.stack = QUndoStack(self)
        self.stack.indexChanged.connect(self._tell_moved)
        self.classes = PUBLISHED if session.study is None else session.study.classes
        self._choice.read()

    @Slot(object)
    def _hold(self, kept: Kept[Classes]) -> None:
        """Take what is kept on the disk; another window may have written it."""
        self.trouble = kept.notice
        if kept.value != self.classes:
            self.stack.clear()
        self.classes = kept.value
        self.changed.emit(self.classes)

    @Slot(object)
    def _begin(self, kept: Kept[Classes]) -> None:
        self._hold(kept)
        study = self._session.study
        if study is not None and study.classes != self.classes:
            self._study_again()

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    def put(self, classes: Classes, words: str) -> None:
        """Make an edit; `words` name it for undo. What changes nothing is no edit."""
        if self.trouble:
            self.said.emit(self.trouble)
            return
        if not self._choice.is_ready:
            self.said.emit(self.tr("Your tiers and sectors are still being read. Try again in a moment."))
            return
        classes = effective(classes, self._published())
        if classes != self.classes:
            self.stack.push(_Edit(self, self.classes, classes, words))

    def reset(self, words: str) -> None:
        """Bring the published classes back; this can be undone as well."""
        self.put(PUBLISHED, words)

    def begin_anew(self) -> None:
        """Set a file that cannot be taken aside, so that edits are possible again."""
        if self.trouble:
            self._choice.begin_anew()

    def take(self, classes: Classes) -> None:
        """Hold other changes, save them, and have the study made with them."""
        self.classes = classes
        self._choice.put(classes)
        self.changed.emit(classes)
        self._study_again()

    def _published(self) -> dict[str, str]:
        study = self._session.study
        return {} if study is None else {coin.id: coin.sector for coin in study.published}

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
