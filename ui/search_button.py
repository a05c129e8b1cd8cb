"""What looks like a search field in the top bar: a button that opens the search, with its shortcut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from ui.theme.icons import pixmap
from ui.theme.tokens import Theme

WIDE, NARROW, SMALL = 230, 104, 36
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
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_room(WIDE)

    def set_room(self, width: int) -> None:
        """Be WIDE, NARROW or SMALL."""
        self.setFixedWidth(width)
        self._words.setVisible(width == WIDE)
        self._keys.setVisible(width != SMALL)

    def apply_theme(self, theme: Theme) -> None:
        self._icon.setPixmap(pixmap("search", theme.text2, ICON, self.devicePixelRatioF()))
