"""A short message at the bottom right: six seconds, never the focus."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.later import later

SHOWN_MS = 6_000
MARGIN = 16
WIDTH = 380
ABOVE_STATUS = 40


class Toast(QFrame):
    """One message over the window's content; a new one takes the place of the old."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("toast")
        self._text = QLabel()
        self._text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self._text)
        self._timer = later(self, SHOWN_MS, self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Show a message; screen readers get it through the accessible name."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setFixedWidth(min(WIDTH, self._over.width() - 2 * MARGIN))
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Stay in the corner when the window changes its size."""
        area = self._over.rect()
        self.move(area.right() - self.width() - MARGIN, area.bottom() - self.height() - ABOVE_STATUS)
