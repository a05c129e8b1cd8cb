"""What lies over figures that answer an older question, until the new answer comes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import Themed, text_width

OUTDATED = 0.42
"""How much of what lies below is still seen."""


class Veil(Themed, QWidget):
    """Fades everything in its parent and says why; the mouse goes through it. `lay(words)`, `lift()`.

    It fades into the ground it lies on, a colour token: that of a page, unless it lies on a card. Without
    words it only fades, where the reason stands beside it.
    """

    def __init__(self, parent: QWidget, *, ground: str = "raised", theme: Theme | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._ground = ground
        self._words, self._over = "", parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def lay(self, words: str = "") -> None:
        """Cover the parent."""
        self._words = words
        self.setAccessibleName(words)
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def lift(self) -> None:
        """Show the parent again."""
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.colour(self._ground, 1 - OUTDATED))
        if not self._words:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font_of(weight=600)
        width = text_width(font, self._words) + 28
        box = QRectF((self.width() - width) / 2, min(self.height() / 2, 220) - 15, width, 30)
        painter.setPen(self.colour("line_strong"))
        painter.setBrush(self.colour("surface"))
        painter.drawRoundedRect(box, 15, 15)
        painter.setFont(font)
        painter.setPen(self.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._words)
