"""What changed since the last visit, or since a day of one's choice: a calm list that leads to its charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QDate, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QToolButton

from models.market.snapshot import Day
from ui.theme.tokens import Theme
from ui.widgets import dates
from ui.widgets.card import Card
from ui.widgets.signal_mark import paint_mark
from ui.widgets.tables import Table
from ui.widgets.walked import Walked

if TYPE_CHECKING:
    from models.market.changes import Happened

ROW, MARK = 34, 14
TITLE_AND_BOTH, LONG_WORDS = 340, 20
"""The width from which title, choice and the button for everything stand side by side."""


class ChangesCard(Card):
    """`since_chosen` with how many days back (0: the last visit) or a Day; `opened` with what was picked."""

    since_chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("What changed", theme=theme)
        self.set_title(self.tr("What changed"))
        self._found: Sequence[Happened] = ()
        self._compact, self._words = False, ""
        self.choose = QToolButton()
        self.choose.setText(self.tr("Since …"))
        self.choose.setAccessibleName(self.tr("Since which day changes are listed"))
        self.choose.setProperty("kind", "link")
        self.choose.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choose.setToolTip(self.tr("Choose the day from which changes are listed."))
        menu = QMenu(self.choose)
        menu.addAction(self.tr("Since your last visit"), lambda: self.since_chosen.emit(0))
        for back in (7, 30, 90, 365):
            menu.addAction(self.tr("The last {0} days").format(back), partial(self.since_chosen.emit, back))
        menu.addAction(self.tr("Since a day …"), self._ask_day)
        menu.addAction(self.tr("Show all as a table …"), self._show_all)
        self.choose.setMenu(menu)
        self.all = QPushButton(self.tr("All"))
        self.all.setProperty("kind", "link")
        self.all.setAccessibleName(self.tr("Show all changes"))
        self.all.clicked.connect(self._show_all)
        self.add_corner(self.choose)
        self.add_corner(self.all)
        self.list = ChangeList(theme)
        self.list.opened.connect(self.opened)
        self.body.addWidget(self.list, 1)

    def show_changes(self, found: Sequence[Happened], words: str) -> None:
        """Show a list; `words` say since when."""
        self._found = found
        self._words = words
        self.choose.setToolTip(words)
        self.list.show_changes(found)
        self.all.setText(self.tr("All {0}").format(len(found)))
        self._lay_out()

    def set_compact(self, compact: bool) -> None:
        """In a narrow window the list of everything is behind the menu."""
        self._compact = compact
        self._lay_out()

    def _lay_out(self) -> None:
        """The title and the choice come first; everything is behind the menu as well."""
        wide = self.width() >= TITLE_AND_BOTH
        long = not self._words or self._compact or (not wide and len(self._words) > LONG_WORDS)
        self.choose.setText(self.tr("Since …") if long else self._words)
        room = wide and not self._compact
        self.all.setVisible(room and len(self._found) > self.list.room())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _ask_day(self) -> None:
        proposed = QDate.currentDate().toString("yyyy-MM-01")
        text, taken = QInputDialog.getText(
            self, self.tr("Since a day"), self.tr("A day such as 2025-03-01"), text=proposed
        )
        day = QDate.fromString(text.strip(), Qt.DateFormat.ISODate)
        if taken and day.isValid():
            self.since_chosen.emit(np.datetime64(text.strip(), "D"))

    @Slot()
    def _show_all(self) -> None:
        self.list.show_table()


class ChangeList(Walked):
    """As many lines as fit, the newest first; arrow keys and Enter, or a click, open one."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("What changed"))
        self._found: Sequence[Happened] = ()
        self._is_known = False
        self.setMinimumHeight(2 * ROW)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def room(self) -> int:
        """How many lines fit."""
        return max(1, self.height() // ROW)

    def show_changes(self, found: Sequence[Happened]) -> None:
        """Show another list."""
        self._is_known = True
        self._found = found
        self.at = 0
        said = [f"{dates.short_day_text(one.day)}: {one.title}, {one.words}" for one in found]
        self.setToolTip("\n".join(said[:20]))
        self.set_places(said)
        if not said:
            self.setAccessibleDescription(self.tr("Nothing changed."))

    def reach(self) -> int:
        return min(len(self._found), self.room())

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW - 2)

    def table(self) -> Table:
        """Return all changes, also those for which the list has no room."""
        header = (self.tr("Day"), self.tr("What"), self.tr("Change"))
        return Table(header, [(one.day, one.title, one.words) for one in self._found])

    def take(self) -> bool:
        """Open the change."""
        self._open(self.at)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._open(int(event.position().y() // ROW))

    def _open(self, at: int) -> None:
        if 0 <= at < self.reach():
            self.at = at
            self.opened.emit(self._found[at])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._is_known and not self._found:
            painter.setPen(self.colour("text2"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignTop, self.tr("Nothing changed."))
        for at, one in enumerate(self._found[: self.room()]):
            top = at * ROW
            box = self.rect().adjusted(24, 0, -62, 0)
            paint_mark(painter, QRectF(0, top + 9, MARK, MARK), one.state, self.theme)
            painter.setFont(self.font_of(0.92))
            painter.setPen(self.colour("text"))
            elided = painter.fontMetrics().elidedText(one.title, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box.left(), top, box.width(), 17, middle, elided)
            painter.setFont(self.font_of(0.85))
            painter.setPen(self.colour("text3"))
            words = painter.fontMetrics().elidedText(one.words, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box.left(), top + 15, box.width(), 15, middle, words)
            painter.setPen(self.colour("text2"))
            right = middle | Qt.AlignmentFlag.AlignRight
            painter.drawText(self.width() - 60, top, 58, 30, right, dates.month_day_text(one.day))
        self.paint_focus(painter)


def since_of(wanted: object, visited: Day | None, day: Day, tr: Callable[[str], str]) -> tuple[Day, str]:
    """Return the day from which changes are listed, and how that is said.

    A first visit, or one without a new day since, shows the last 30 days and says so.
    """
    if isinstance(wanted, int) and wanted > 0:
        return day - wanted, tr("the last {0} days").format(wanted)
    if isinstance(wanted, np.datetime64):
        return wanted, tr("since {0}").format(dates.short_day_text(wanted))
    if visited is not None and visited < day:
        words = tr("since your visit, {0}")
        return visited, words.format(dates.short_day_text(visited))
    from models.market.changes import DAYS

    return day - DAYS, tr("the last {0} days").format(DAYS)
