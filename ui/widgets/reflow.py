"""One column where there is no room for two: large text, small windows, two panels side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSplitter, QWidget

NARROW = 700
"""Pixels below which a panel shows its cards in one column: a laptop's window with text at 200 % has 607."""


class Reflow(QObject):
    """Lays the parts of `rows` one below the other while `widget` is narrower than `least`."""

    def __init__(self, widget: QWidget, *rows: QBoxLayout | QSplitter, least: int = NARROW) -> None:
        super().__init__(widget)
        self._rows, self._least = rows, least
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            across = event.size().width() >= self._least
            for row in self._rows:
                _lay(row, across=across)
        return False


def _lay(row: QBoxLayout | QSplitter, *, across: bool) -> None:
    if isinstance(row, QSplitter):
        row.setOrientation(Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical)
    else:
        row.setDirection(QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom)
