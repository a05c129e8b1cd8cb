"""Painted rows, dots and squares under the keyboard: arrows go from one to the next, T opens a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from ui.theme.tokens import Theme
from ui.widgets.spoken import speak
from ui.widgets.tables import Table, csv_text, marked
from ui.widgets.themed import Themed, focus_ring


class Walked(Themed, QWidget):
    """Base of what is painted in places and is no whole :class:`ui.charts.chart.Chart`.

    A widget tells its places in words (`set_places`), where each of them lies (`spot`) and its figures
    (`table`), and calls `paint_focus` at the end of its painting. Whoever cannot see it hears the words
    of all places, and of the one to which a key has led.
    """

    STEPS: ClassVar[Mapping[Qt.Key, int]] = {
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Up: -1,
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Down: 1,
    }

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._title = ""
        self._places: tuple[str, ...] = ()
        self.at = 0
        """The place of the keyboard."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def title(self) -> str:
        """What is shown, in a word or two."""
        return self._title

    def set_title(self, title: str) -> None:
        """Name the widget, and its table."""
        self._title = title
        self.setAccessibleName(title)

    def set_places(self, said: Sequence[str]) -> None:
        """Take what stands in each place, in words."""
        self._places = tuple(said)
        self.at = min(self.at, max(0, len(self._places) - 1))
        self.setAccessibleDescription("; ".join(self._places))
        self.updateGeometry()
        self.update()

    # -- to be told by each widget -----------------------------------------------------------------

    def reach(self) -> int:
        """Return how many places the keyboard reaches: those that are shown."""
        return len(self._places)

    def spot(self, at: int) -> QRectF:
        """Return where a place lies; the keyboard's ring goes around it."""
        raise NotImplementedError

    def table(self) -> Table:
        """Return the figures that are drawn."""
        raise NotImplementedError

    def arrived(self) -> None:
        """Do what belongs to coming to `at` by a key."""

    def take(self) -> bool:
        """Do what Enter and Space do at `at`; says whether there is such a thing."""
        return False

    # -- keys and the menu -------------------------------------------------------------------------

    def walk_to(self, at: int) -> None:
        """Go to a place and say it."""
        last = min(self.reach(), len(self._places)) - 1
        if last < 0:
            return
        self.at = min(max(at, 0), last)
        speak(self, self._places[self.at])
        self.update()
        self.arrived()

    def show_table(self) -> None:
        """Open the figures as a table beside the window's other work."""
        from ui.widgets.table_dialog import TableDialog

        TableDialog(self._title, self.table(), self).open()

    def copy_data(self) -> None:
        """Put the figures on the clipboard, as CSV text."""
        QGuiApplication.clipboard().setText(csv_text(marked(self.table(), self)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in self.STEPS:
            self.walk_to(self.at + self.STEPS[key])
        elif key == Qt.Key.Key_Home:
            self.walk_to(0)
        elif key == Qt.Key.Key_End:
            self.walk_to(self.reach() - 1)
        elif key == Qt.Key.Key_T and not event.modifiers():
            self.show_table()
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) or not self.take():
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy data"), self.copy_data)
        menu.addAction(self.tr("Show as table\tT"), self.show_table)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paint_focus(self, painter: QPainter, radius: float = 4.0) -> None:
        """Draw the ring around the place of the keyboard, or around all while there is none."""
        if not self.hasFocus():
            return
        inner = QRectF(self.rect())
        ring = self.spot(self.at).intersected(inner) if self.at < self.reach() else inner
        focus_ring(painter, ring, self.theme, radius)
