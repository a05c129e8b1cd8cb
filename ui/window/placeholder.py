"""A calm page where a later version brings a panel, or where one could not be opened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.theme.fonts import font


class PlaceholderPanel(QWidget):
    """Says what will stand here, in one sentence."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        heading.setFont(font("title"))
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text = QLabel(sentence)
        text.setProperty("tone", "second")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(heading)
        # A label that wraps knows its height only in a layout that gives it its width.
        narrow = QHBoxLayout()
        narrow.addStretch(1)
        narrow.addWidget(text, 2)
        narrow.addStretch(1)
        column.addLayout(narrow)
        column.addStretch(3)
