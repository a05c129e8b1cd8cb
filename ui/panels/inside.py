"""What a panel scrolls where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class Inside(QWidget):
    """As high as the window, or as little more as it needs.

    A scroll area asks a layout with wrapped text for the height that it likes best, and for that which
    it needs at its narrowest.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else -1
