"""Two panels at once: the one chosen in the rail, and a second one at its right or, if narrow, below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from ui.theme.fonts import font

WIDE = 1_100
"""Pixels that two panels need side by side, as a window of 1200 leaves them; in fewer one stands below."""
LEAST = 160
HALF = 50


class Beside(QSplitter):
    """Holds the first panel always, and beside it at most one other.

    `closed(id, widget)` gives a panel back when its place beside the first is given up.
    """

    closed = Signal(str, QWidget)

    def __init__(self, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("beside")
        self.setChildrenCollapsible(False)
        self.panel = ""
        """The id of the second panel; empty while there is none."""
        self.share = HALF
        """Percent of the room that the first panel has."""
        self._shown: QWidget | None = None
        self._title = QLabel()
        self._title.setFont(font("heading"))
        self.close_button = QToolButton()
        self.close_button.setProperty("kind", "square")
        self.close_button.setText("×")
        self.close_button.setToolTip(self.tr("Close the second panel (Ctrl+Shift+0)"))
        self.close_button.clicked.connect(lambda _checked=False: self.give_back())
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        self._pane = QWidget()
        self._pane.setMinimumSize(LEAST, LEAST)
        self._column = QVBoxLayout(self._pane)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self.addWidget(first)
        self.addWidget(self._pane)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        self._pane.hide()
        self.splitterMoved.connect(self._moved)

    def take(self, panel: str, title: str, widget: QWidget) -> None:
        """Show this panel as the second one; the one before it is given back."""
        self.give_back()
        self.panel, self._shown = panel, widget
        self._title.setText(title)
        self._pane.setAccessibleName(self.tr("{0}, second panel").format(title))
        self.close_button.setAccessibleName(self.tr("Close the second panel, {0}").format(title))
        self._column.addWidget(widget, 1)
        widget.show()
        self._pane.show()
        self.setSizes([100 * self.share, 100 * (100 - self.share)])

    def give_back(self) -> None:
        """Let the second panel go; the first has the whole room again."""
        if self._shown is None:
            return
        panel, widget = self.panel, self._shown
        self.panel, self._shown = "", None
        self._column.removeWidget(widget)
        self._pane.hide()
        self.closed.emit(panel, widget)

    @Slot()
    def _moved(self) -> None:
        first, second = self.sizes()
        self.share = round(100 * first / max(first + second, 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn(event.size().width())

    def _turn(self, width: int) -> None:
        wanted = Qt.Orientation.Horizontal if width >= WIDE else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
