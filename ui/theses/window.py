"""The user's theses in a window of their own: what is expected, until when, what came of it, the record."""

from __future__ import annotations

from datetime import date

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from models.market.precedents.rule import OutcomeKind, Rule
from models.market.snapshot import Day
from models.market.theses.record import Judged, Ledger, base_rate, ledger
from models.market.theses.thesis import Condition, Theses, Thesis, ThesisError
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from models.qt.reader import readable
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.later import later
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.theses import words
from ui.theses.form import ThesisForm
from ui.theses.keeper import ThesesKeeper, keeper_of
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable

SIZE = (1040, 640)
MARGIN, GAP = 16, 12
JUDGE, BASE = "theses: judge", "theses: base"
WIDTHS = (104, 98, 330, 98, 84, 64, 88, 118)
USUAL: dict[OutcomeKind, tuple[Condition, Condition | None]] = {
    "alt50": (Condition("alt50", "above", 0.0, "end"), Condition("alt50", "below", 0.0, "end")),
    "excess": (Condition("excess", "above", 0.0, "end"), Condition("excess", "below", 0.0, "end")),
    "season": (Condition("season", "above"), Condition("season", "below")),
}
"""What a thesis after an event begins with, by the outcome that the panel shows."""


class ThesesWindow(Dialog):
    """Record, list, and the form of a new thesis; it follows the as-of day and stays beside the window."""

    def __init__(self, session: Session, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Theses"))
        self._session, self._tasks = session, tasks
        self._keeper: ThesesKeeper = keeper_of(session, tasks)
        self._ledger: Ledger | None = None
        self._build(session.theme)
        self._soon = later(self, 0, self._judge)
        self._preview = later(self, 120, self._ask_base)
        self._connect()
        self.resize(*SIZE)
        self._follow_day()

    def _build(self, theme: Theme) -> None:
        self.record = QLabel()
        self.record.setWordWrap(True)
        self.record.setAccessibleName(self.tr("Record"))
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setProperty("tone", "second")
        self.said.hide()
        self.undo = QPushButton(self.tr("Undo"))
        self.redo = QPushButton(self.tr("Redo"))
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete the chosen thesis. It can be undone (Ctrl+Z)."))
        self.table = FigureTable(self._columns(), name=self.tr("Theses"), theme=theme)
        self.table.stretch("thesis", WIDTHS)
        self.table.setToolTip(self.tr("Enter or a double click goes to the day on which it was opened"))
        self.nothing = QLabel(
            self.tr("No thesis yet. Write below what you expect, and what would prove you wrong.")
        )
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("tone", "second")
        self.list_card = Card(self.tr("Theses"), key="theses", theme=theme)
        self.list_card.explain_requested.connect(self._explain)
        self.list_card.body.addWidget(self.record)
        self.list_card.body.addWidget(self.said)
        self.list_card.body.addWidget(self.table, 1)
        self.list_card.body.addWidget(self.nothing, 1)
        for button in (self.undo, self.redo, self.delete):
            button.setProperty("fit", "head")
            button.setAutoDefault(False)
            self.list_card.add_corner(button)
            self._last_corner = button
        self.form = ThesisForm(theme)
        self.form.open_button.setAutoDefault(False)
        self.form_card = Card(self.tr("A new thesis"), theme=theme)
        self.form_card.body.addWidget(self.form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        both = QVBoxLayout()
        both.setSpacing(GAP)
        both.addWidget(self.list_card, 1)
        both.addWidget(self.form_card)
        whole.addWidget(scrolling(both), 1)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(close)
        whole.addLayout(last)

    def _columns(self) -> tuple[Column, ...]:
        def day(value: str) -> str:
            return dates.short_day_text(np.datetime64(value, "D"))

        def share(value: float | None) -> str:
            return numbers.UNKNOWN if value is None else numbers.percent(value, 0)

        def left(value: int) -> str:
            return self.tr("over") if not value else numbers.fixed(value, 0)

        return (
            Column("state", self.tr("State"), lambda value: words.state_text(value, self.tr)),
            Column("opened", self.tr("Opened"), day),
            Column("thesis", self.tr("Thesis"), str),
            Column("ends", self.tr("Ends"), day, tip=self.tr("The last day of its window")),
            Column("left", self.tr("Days left"), left, True),
            Column("own", self.tr("Yours"), share, True, self.tr("Your own probability")),
            Column(
                "base",
                self.tr("Base rate"),
                share,
                True,
                self.tr("How often the same came true on the days before it was opened"),
            ),
            Column("outcome", self.tr("Outcome"), str, tip=self.tr("When it closed, or how it stands")),
        )

    def _connect(self) -> None:
        self._keeper.changed.connect(self._follow_theses)
        self._keeper.said.connect(self._say)
        self._session.day_changed.connect(self._follow_day)
        self._session.study_changed.connect(self._follow_day)
        self._session.theme_changed.connect(self.apply_theme)
        self.form.changed.connect(self._preview.start)
        self.form.opened.connect(self._open_thesis)
        self.finished.connect(self._stop)
        self.undo.clicked.connect(self._keeper.undo.undo)
        self.redo.clicked.connect(self._keeper.undo.redo)
        self._keeper.moved.connect(self._label_undo)
        self.delete.clicked.connect(self.remove)
        self.table.chosen.connect(lambda _: self._label_undo())
        self.table.opened.connect(self._go_there)
        for keys, call in (
            (QKeySequence.StandardKey.Undo, self._keeper.undo.undo),
            (QKeySequence.StandardKey.Redo, self._keeper.undo.redo),
        ):
            QShortcut(QKeySequence(keys), self, call)
        gone = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table, self.remove)
        gone.setContext(Qt.ShortcutContext.WidgetShortcut)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QWidget.setTabOrder(self._last_corner, self.table)

    @Slot()
    def _stop(self) -> None:
        """Nobody waits for an answer any more."""
        for timer in (self._soon, self._preview):
            timer.stop()
        for name in (JUDGE, BASE):
            self._tasks.cancel(name)

    # -- doing -------------------------------------------------------------------------------------

    def propose(self, rule: Rule, event_day: date | None) -> None:
        """Fill the form for a thesis after an event of a rule: its outcome, its horizon."""
        self.form.set_event(rule.trigger, rule.kind, event_day)
        self.form.set_conditions(*USUAL[rule.outcome], rule.horizon)
        self.form.show_event()

    @Slot()
    def remove(self) -> None:
        """Delete the chosen thesis."""
        key = self.table.chosen_key()
        if key:
            self._keeper.remove([key], self.tr("delete a thesis"))

    @Slot(object)
    def _open_thesis(self, thesis: Thesis) -> None:
        if not self._keeper.is_ready:
            self._say(self._keeper.trouble or self.tr("The theses are still being read."))
            return
        try:
            self._keeper.put(thesis, self.tr("open a thesis"))
        except ThesisError as error:
            QMessageBox.information(self, self.tr("Not opened"), str(error))

    @Slot(str)
    def _explain(self, _key: str) -> None:
        from models.market.theses.trace import thesis_trace
        from ui.panels.explain import show_trace

        if self._ledger is not None:
            show_trace(self, str(self._ledger.day), thesis_trace(self._ledger))

    @Slot(str)
    def _go_there(self, key: str) -> None:
        found = self._keeper.theses.thesis(key)
        if found is not None:
            QTimer.singleShot(0, self, lambda: self._session.set_day(found.opened))

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _follow_theses(self, _theses: Theses) -> None:
        self._soon.start()

    @Slot()
    def _follow_day(self, _day: object = None) -> None:
        day, latest = self._session.day, self._session.latest
        as_date: date | None = None if day is None else day.astype(date)
        self.form.set_day(as_date, None if latest is None else latest.astype(date))
        self.form_card.set_subtitle("" if day is None else self._form_words(day))
        self.form.show_event()
        self._soon.start()
        self._preview.start()

    def _form_words(self, day: Day) -> str:
        shown = dates.short_day_text(day)
        if self._session.is_review:
            return self.tr("opens on {0}, an earlier day: it will not count in the record").format(shown)
        return self.tr("opens on {0}").format(shown)

    @Slot()
    def _judge(self) -> None:
        study, day, several = self._session.study, self._session.day, self._keeper.theses
        self._label_undo()
        if self._keeper.trouble:
            self._say(self._keeper.trouble)
        if study is None or day is None:
            self._show_rows(())
            self.record.setText(self.tr("There are no data yet: theses cannot be judged."))
            return
        self._tasks.latest(
            JUDGE,
            lambda report, cancelled: (several, ledger(study, several.theses, day)),
            done=self._take,
            failed=lambda error: self._say(self.tr("This could not be computed: {0}").format(error)),
        )

    @Slot(object)
    def _take(self, found: object) -> None:
        assert isinstance(found, tuple)
        several, judged = found
        assert isinstance(judged, Ledger)
        if several is not self._keeper.theses or judged.day != self._session.day:
            return
        self._ledger = judged
        self.record.setText(words.record_sentences(judged.record, self.tr))
        self._show_rows(judged.judged)
        later = len(several) - len(judged.judged)
        self.list_card.set_subtitle(self.tr("{0} opened after this day").format(later) if later else "")

    def _show_rows(self, judged: tuple[Judged, ...]) -> None:
        self.table.show_rows([self._row(one) for one in judged])
        self.table.setVisible(bool(judged))
        self.nothing.setVisible(not judged)
        self._label_undo()

    def _row(self, one: Judged) -> FigureRow:
        thesis, rate = one.thesis, one.base_rate
        cells = (
            one.state,
            thesis.opened.isoformat(),
            words.thesis_text(thesis, self.tr),
            thesis.ends.isoformat(),
            one.days_left,
            thesis.probability,
            None if isinstance(rate, Unknown) else rate,
            words.outcome_text(one, self.tr),
        )
        why = readable(rate.why) if isinstance(rate, Unknown) else ""
        return FigureRow(thesis.id, cells, why, words.tip(one, self.tr), thesis.is_hindsight)

    @Slot()
    def _ask_base(self) -> None:
        """Say how often the words of the form came true before, while they are being written."""
        study, thesis = self._session.study, self.form.value()
        if isinstance(thesis, ThesisError):
            self.form.base.setText(readable(str(thesis)))
            return
        if study is None or thesis is None:
            self.form.base.setText("")
            return

        def done(found: object) -> None:
            assert isinstance(found, tuple)
            rate, count = found
            self.form.base.setText(words.base_sentence(rate, count, self.tr))

        self._tasks.latest(BASE, lambda report, cancelled: base_rate(study, thesis), done=done)

    @Slot()
    def _label_undo(self) -> None:
        stack = self._keeper.undo
        for button, can, what in (
            (self.undo, stack.canUndo(), stack.undoText()),
            (self.redo, stack.canRedo(), stack.redoText()),
        ):
            button.setEnabled(can)
            button.setToolTip(what)
        self.delete.setEnabled(bool(self.table.chosen_key()))

    @Slot(str)
    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        for part in (self.list_card, self.form_card):
            part.apply_theme(theme)


def open_theses(session: Session, tasks: Tasks, parent: QWidget) -> ThesesWindow:
    """Open the theses beside a window, or bring those that are open to the front."""
    top = parent.window()
    for found in top.findChildren(ThesesWindow):
        found.raise_()
        found.activateWindow()
        return found
    made = ThesesWindow(session, tasks, top)
    made.show()
    return made
