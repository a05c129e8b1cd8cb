"""The weights of the confirmation signals: what each counts in the score, tried out before it is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from data.choices import load_weights, save_weights
from data.documents import DocumentError
from models.market.signals.weights import EQUAL, LARGEST, Weights
from models.market.unknown import Unknown
from ui.dialogs.dialog import Dialog
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.style import inset
from ui.widgets import numbers
from ui.widgets.label import Label
from ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from data.choices import Kept

STEP = 0.5


class WeightsDialog(Dialog):
    """One number a signal; the score that they make is told at once, and kept with OK."""

    def __init__(self, session: Session, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Weights of the signals"))
        self._session, self._tasks = session, tasks
        self._study = session.study
        self.weights = EQUAL if self._study is None else self._study.signals.weights
        self.stack = QUndoStack(self)
        self.fields: dict[str, QDoubleSpinBox] = {}
        theme = session.theme
        about = Label(
            self.tr(
                "The score is the weight that confirms over the weight that is known. All signals count 1, "
                "unless you think otherwise; 0 leaves one out. Weights chosen after looking at the past fit "
                "the past: the track record of the score tells how often they would have been right."
            ),
            token="text2",
            wrap=True,
            theme=theme,
        )
        self.preview = Label("", weight=600, wrap=True, theme=theme)
        self.preview.setAccessibleName(self.tr("The score with these weights"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(about)
        whole.addWidget(self._rows(), 1)
        whole.addWidget(self.preview)
        whole.addLayout(self._buttons())
        self.resize(520, 640)
        self.stack.indexChanged.connect(self._show)
        self._show()

    # -- building ----------------------------------------------------------------------------------

    def _rows(self) -> QScrollArea:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(0, 1)
        theme, day = self._session.theme, self._session.day
        signals = () if self._study is None or day is None else self._study.signals.at(day)
        for row, signal in enumerate(signals):
            field = QDoubleSpinBox()
            inset(field)
            field.setRange(0.0, LARGEST)
            field.setSingleStep(STEP)
            field.setDecimals(1)
            field.setValue(self.weights[signal.id])
            field.setAccessibleName(self.tr("Weight of {0}").format(signal.title))
            field.setToolTip(self.tr("0 leaves the signal out of the score."))
            field.setKeyboardTracking(False)
            field.valueChanged.connect(partial(self._edit, signal.id))
            self.fields[signal.id] = field
            title = Label(signal.title, theme=theme)
            title.setBuddy(field)
            grid.addWidget(title, row, 0)
            grid.addWidget(Label(self.tr(signal.state), token="text2", theme=theme), row, 1)
            grid.addWidget(field, row, 2)
        return scrolled(inside)

    def _buttons(self) -> QHBoxLayout:
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setShortcut(QKeySequence.StandardKey.Undo)
        self.undo.clicked.connect(self.stack.undo)
        self.redo = QPushButton(self.tr("Redo"))
        self.redo.setShortcut(QKeySequence.StandardKey.Redo)
        self.redo.clicked.connect(self.stack.redo)
        self.equal = QPushButton(self.tr("All equal"))
        self.equal.setToolTip(self.tr("Let every signal count 1."))
        self.equal.clicked.connect(lambda: self._put(EQUAL))
        ends = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ends.accepted.connect(self.accept)
        ends.rejected.connect(self.reject)
        line = QHBoxLayout()
        for one in (self.undo, self.redo, self.equal):
            one.setAutoDefault(False)
            line.addWidget(one)
        line.addStretch(1)
        line.addWidget(ends)
        return line

    # -- editing -----------------------------------------------------------------------------------

    def _edit(self, signal: str, value: float) -> None:
        self._put(self.weights.put(signal, value))

    def _put(self, weights: Weights) -> None:
        if weights != self.weights:
            self.stack.push(_Edit(self, self.weights, weights))

    @Slot()
    def _show(self) -> None:
        for name, field in self.fields.items():
            field.blockSignals(True)
            field.setValue(self.weights[name])
            field.blockSignals(False)
        self.undo.setEnabled(self.stack.canUndo())
        self.redo.setEnabled(self.stack.canRedo())
        self.equal.setEnabled(bool(self.weights))
        study, day = self._study, self._session.day
        if study is None or day is None:
            self.preview.set_text(self.tr("There is no market to look at yet."))
            return
        score, plain = study.signals.score(day, self.weights.given), study.signals.score(day, {})
        known = self.tr("{0} of {1} known signals confirm.").format(score.confirms, score.known)
        if isinstance(score.share, Unknown) or isinstance(plain.share, Unknown):
            why = score.share.why if isinstance(score.share, Unknown) else ""
            self.preview.set_text(f"{known} {why}".strip())
            return
        words = self.tr("The score is {0} with these weights, {1} when all count the same.")
        self.preview.set_text(
            f"{known} {words.format(numbers.percent(score.share, 0), numbers.percent(plain.share, 0))}"
        )

    # -- keeping -----------------------------------------------------------------------------------

    def accept(self) -> None:
        """Show the score with these weights everywhere, and keep them beside the user's documents."""
        study = self._session.study
        if study is not None and study.signals.weights != self.weights:
            self._keep(self.weights)
            self._session.show_study(study.with_weights(self.weights), self._session.day)
        super().accept()

    def _keep(self, weights: Weights) -> None:
        paths, session = self._session.paths, self._session
        if paths is None:
            return
        folder, failure = paths.documents, self.tr("The weights hold until the window is closed. {0}")

        def save() -> str:
            try:
                kept: Kept[Weights] = load_weights(folder)
                save_weights(folder, weights, kept.stamp)
            except DocumentError as error:
                return str(error)
            return kept.notice

        def told(trouble: object) -> None:
            if trouble:
                session.alerted.emit("weights", failure.format(trouble), "overview")

        self._tasks.write("weights", lambda report, cancelled: save(), done=told)


class _Edit(QUndoCommand):
    def __init__(self, dialog: WeightsDialog, before: Weights, after: Weights) -> None:
        super().__init__()
        self._dialog, self._before, self._after = dialog, before, after

    def redo(self) -> None:
        self._dialog.weights = self._after

    def undo(self) -> None:
        self._dialog.weights = self._before
