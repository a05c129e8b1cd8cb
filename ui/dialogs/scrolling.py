"""Scroll areas that take as much room as what they hold, and give way where a window has less."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

LEAST_HEIGHT = 120


class Scrolling(QScrollArea):
    """Shows one widget, scrolled up and down where it is too tall, never cut off at the side."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._held = held
        self.setWidget(held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._held and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # its own least width follows what it holds
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return self._held.sizeHint() + QSize(self._bar(), 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._held.minimumSizeHint().width() + self._bar(), LEAST_HEIGHT)

    def _bar(self) -> int:
        return self.verticalScrollBar().sizeHint().width()


def scrolling(layout: QLayout) -> Scrolling:
    """Return an area that shows a layout."""
    holder = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    holder.setLayout(layout)
    return Scrolling(holder)
