"""The rungs of one ladder as rows of controls: trigger, level, share; and what each brings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.market.unknown import Unknown
from models.qt.positions import amount
from models.qt.reader import readable
from models.risk.ladders.ladder import Step
from models.risk.ladders.view import LadderView
from models.risk.plans.plan import Rung
from models.risk.simulation.estimates import Estimate
from models.risk.simulation.results import RungChance
from ui.panels.planner.triggers import TITLES, level_words
from ui.panels.planner.words import money, percent
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.themed import Themed

HEADS = (
    "Rung",
    "Trigger",
    "Level",
    "Sell",
    "",
    "Proceeds",
    "Locked in",
    "Left",
    "Chance of a fill",
    "Median",
    "State",
)
RIGHT = (5, 6, 7, 9)
LEVEL, CHANCE = 2, 8
LEVEL_WIDTH = 106
"""Pixels for the longest level that is usual, such as “≥ 80, 3 days”."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("rungs", text)


STATES = {"open": "open", "armed": "armed", "filled": "due", "done": "done", "skipped": "skipped"}


class RungTable(QScrollArea):
    """Asks for edits; shows what a view says. `chosen(rung)` when a row gets the focus."""

    trigger_wanted = Signal(int, str)
    level_wanted = Signal(int, str)
    share_wanted = Signal(int, str)
    basis_wanted = Signal(int, str)
    move_wanted = Signal(int, int)
    removal_wanted = Signal(int)
    done_wanted = Signal(int)
    skip_wanted = Signal(int)
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[_Row] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_tr("Rungs of the ladder"))
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(6)
        for column, text in enumerate(HEADS):
            head = QLabel(_tr(text) if text else "")
            head.setFont(font("table"))
            head.setProperty("tone", "second")
            side = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
            self.grid.addWidget(head, 0, column, side)
        for column in (LEVEL, CHANCE):
            self.grid.setColumnStretch(column, 1)
        outer.addLayout(self.grid)
        outer.addStretch(1)
        self.setWidget(page)

    def show_view(self, view: LadderView, currency: str, locked: bool) -> None:
        """Show the rungs of a position; rows stay while their number stays."""
        rungs = view.position.ladder
        while len(self._rows) > len(rungs):
            self._rows.pop().remove(self.grid)
        while len(self._rows) < len(rungs):
            self._rows.append(_Row(self, len(self._rows), self._theme))
        symbol = currency
        for at, (row, rung, step) in enumerate(zip(self._rows, rungs, view.steps.steps, strict=True)):
            row.show(rung, step, view, symbol, locked, last=at == len(rungs) - 1)

    def last_stop(self) -> QWidget:
        """Return what Tab leaves before it comes to a row that is added now."""
        return self._rows[-1].state if self._rows else self

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self._rows:
            row.chance.apply_theme(theme)


class _Row:
    def __init__(self, table: RungTable, at: int, theme: Theme) -> None:
        self.number = QLabel(str(at + 1))
        self.kind = QComboBox()
        for kind, title in TITLES.items():
            self.kind.addItem(_tr(title), kind)
        self.kind.activated.connect(lambda _: table.trigger_wanted.emit(at, self.kind.currentData()))
        self.level = _field(partial(table.level_wanted.emit, at), table, at)
        self.level.setMinimumWidth(LEVEL_WIDTH)
        self.share = _field(partial(table.share_wanted.emit, at), table, at)
        self.share.setMaximumWidth(58)
        self.basis = QComboBox()
        self.basis.addItem(_tr("initial"), "initial")
        self.basis.addItem(_tr("remaining"), "remaining")
        self.basis.activated.connect(lambda _: table.basis_wanted.emit(at, self.basis.currentData()))
        self.proceeds, self.locked_in, self.left, self.median = QLabel(), QLabel(), QLabel(), QLabel()
        self.chance = ChanceBar(theme)
        self.state = QToolButton()
        self.state.setProperty("kind", "link")
        self.state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.state)
        self.done = _action(menu, _tr("Mark as done …"), partial(table.done_wanted.emit, at))
        self.skip = _action(menu, _tr("Skip"), partial(table.skip_wanted.emit, at))
        menu.addSeparator()
        self.up = _action(menu, _tr("Move up"), partial(table.move_wanted.emit, at, at - 1))
        self.down = _action(menu, _tr("Move down"), partial(table.move_wanted.emit, at, at + 1))
        self.gone = _action(menu, _tr("Delete"), partial(table.removal_wanted.emit, at))
        self.state.setMenu(menu)
        words = _tr("rung {0}").format(at + 1)
        for widget, name in (
            (self.kind, _tr("Trigger")),
            (self.level, _tr("Level")),
            (self.share, _tr("Share to sell")),
            (self.basis, _tr("Share of")),
            (self.state, _tr("State and actions")),
        ):
            widget.setAccessibleName(f"{name}, {words}")
        self.widgets: tuple[QWidget, ...] = (
            self.number, self.kind, self.level, self.share, self.basis, self.proceeds, self.locked_in,
            self.left, self.chance, self.median, self.state,
        )  # fmt: skip
        # Made later than what stands below the table, and still reached before it.
        stops = (table.last_stop(), self.kind, self.level, self.share, self.basis, self.state)
        for column, one in enumerate(self.widgets):
            if isinstance(one, QLabel):
                one.setFont(font("table"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            if column in RIGHT:
                table.grid.addWidget(one, at + 1, column, side)
            else:
                table.grid.addWidget(one, at + 1, column)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def remove(self, grid: QGridLayout) -> None:
        for widget in self.widgets:
            grid.removeWidget(widget)
            widget.deleteLater()

    def show(
        self, rung: Rung, step: Step, view: LadderView, currency: str, locked: bool, *, last: bool
    ) -> None:
        self.kind.setCurrentIndex(self.kind.findData(rung.trigger.kind))
        if not self.level.hasFocus():
            self.level.setText(level_words(rung.trigger))
            self.level.setCursorPosition(0)  # what does not fit is cut at its end, not at its beginning
            self.level.setToolTip(self.level.text())
        if not self.share.hasFocus():
            self.share.setText(_tr("all") if rung.share >= 1.0 else percent(rung.share, 0))
        self.basis.setCurrentIndex(self.basis.findData(rung.of))
        about = "≈ " if step.approximate else ""
        known = step.price is not None and step.units > 0
        self.proceeds.setText(f"{about}{money(step.proceeds)}" if known else "–")
        self.locked_in.setText(f"{about}{money(step.locked_in)}" if known else "–")
        self.left.setText(amount(step.left) if step.left else "0")
        unit = _tr("in {0}, after fee and slippage").format(currency)
        self.proceeds.setToolTip(unit)
        self.locked_in.setToolTip(unit)
        chance = view.chances.get(step.rung)
        self.chance.show_chance(None if chance is None else chance.p_filled)
        median = None if chance is None else chance.median_day
        self.median.setText("–" if median is None else _tr("{0:.0f} d").format(median.value))
        self.median.setToolTip(_when(chance))
        self.state.setText(_tr(STATES[step.state]))
        is_open = rung.state == "open"
        for widget in (self.kind, self.level, self.share, self.basis):
            widget.setEnabled(is_open and not locked)
        self.state.setEnabled(not locked)
        self.done.setText(_tr("Mark as done …") if rung.done is None else _tr("Not done after all"))
        self.skip.setText(_tr("Take up again") if rung.skipped else _tr("Skip"))
        self.skip.setEnabled(rung.done is None)
        self.up.setEnabled(step.rung > 0)
        self.down.setEnabled(not last)


def _when(chance: RungChance | None) -> str:
    """How far the days lie apart on which a rung sells; empty where it never does."""
    if chance is None or chance.early_day is None or chance.late_day is None:
        return ""
    words = _tr("Of the paths on which it sells, eight of ten do so between day {0:.0f} and day {1:.0f}.")
    return words.format(chance.early_day, chance.late_day)


def _action(menu: QMenu, title: str, call: Callable[[], None]) -> QAction:
    """Add an action made in Python: one that the menu makes has been seen to outlive its Python side."""
    action = QAction(title, menu)
    action.triggered.connect(lambda _=False: call())
    menu.addAction(action)
    return action


def _field(tell: Callable[[str], None], table: RungTable, at: int) -> QLineEdit:
    field = _Field()
    field.editingFinished.connect(lambda: tell(field.text()) if field.isModified() else None)
    field.entered.connect(lambda: table.chosen.emit(at))
    return field


class _Field(QLineEdit):
    entered = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()


class ChanceBar(Themed, QWidget):
    """A chance from 0 to 1 as a short line with a dot, and in words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.start_theme(theme)
        self._value: float | None = None
        self._words = "–"
        self.setMinimumWidth(90)
        self.setMaximumWidth(200)

    def sizeHint(self) -> QSize:
        return QSize(150, 22)

    def show_chance(self, chance: Estimate | Unknown | None) -> None:
        """Show an estimate, an unknown or nothing."""
        self._value, self._words = None, "–"
        self.setToolTip(_tr("The simulation tells the chance."))
        if isinstance(chance, Unknown):
            self._words = _tr("unknown")
            self.setToolTip(readable(chance.why))
        elif chance is not None:
            self._value = chance.value
            self._words = percent(self._value, 0)
            self.setToolTip(
                _tr("{0}, give or take {1} points").format(
                    percent(self._value), numbers.fixed(100 * chance.error, 1)
                )
            )
        self.setAccessibleName(_tr("Chance of a fill: {0}").format(self._words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() - 46.0
        middle = self.height() / 2
        if self._value is not None and room > 20:
            painter.fillRect(QRectF(0, middle - 1, room, 2), self.colour("line_strong"))
            painter.fillRect(QRectF(0, middle - 1.5, room * self._value, 3), self.colour(1, 0.6))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour(1))
            painter.drawEllipse(QRectF(room * self._value - 4, middle - 4, 8, 8))
        painter.setPen(self.colour("text"))
        painter.setFont(self.font_of(0.92))
        painter.drawText(
            QRectF(max(room, 0) + 4, 0, 42, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._words,
        )
