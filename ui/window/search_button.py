"""What looks like a search field in the top bar: a button that opens the search, with its shortcut."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from ui.theme.icons import pixmap
from ui.theme.tokens import Theme

Room = Literal["words", "keys", "icon"]
LEAST: dict[Room, int] = {"words": 230, "keys": 104, "icon": 36}
"""Pixels; more where the letters of the system's font need more."""
HEIGHT = 28
ICON = 14


class SearchButton(QPushButton):
    """Icon, words and keys; in a narrow bar without the words, in a very narrow one the icon alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Search"))
        self.setToolTip(self.tr("Go to a panel, a day or an action (Ctrl+K)"))
        self._icon = QLabel()
        self._words = QLabel(self.tr("Panel, day or action"))
        self._words.setProperty("tone", "third")
        self._keys = QLabel(self.tr("Ctrl+K"))
        self._keys.setProperty("role", "key")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_room("words")

    def set_room(self, room: Room) -> None:
        """Show icon, words and keys, or the keys without the words, or the icon alone."""
        self._words.setVisible(room == "words")
        self._keys.setVisible(room != "icon")
        self._row.invalidate()
        self.setFixedWidth(max(LEAST[room], self._row.sizeHint().width()))

    def apply_theme(self, theme: Theme) -> None:
        self._icon.setPixmap(pixmap("search", theme.text2, ICON, self.devicePixelRatioF()))
