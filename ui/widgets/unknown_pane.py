"""The place of a chart that cannot be drawn: hatched, with the reason."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.qt.reader import readable
from ui.theme.tokens import Theme
from ui.widgets.themed import Themed, hatch


class UnknownPane(Themed, QWidget):
    """A dashed, hatched area and one sentence that says why there is no picture."""

    def __init__(
        self, reason: str = "", *, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_reason(reason)

    def reason(self) -> str:
        """The sentence."""
        return self._reason

    def set_reason(self, reason: str) -> None:
        """Say why."""
        self._reason = readable(reason)
        self.setAccessibleName(self.tr("Unknown: {why}").format(why=self._reason))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(area, hatch(self.theme, 0.3))
        painter.setPen(QPen(self.colour("unknown"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(area)
        painter.setFont(self.font_of())
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        inner = area.adjusted(16, 8, -16, -8)
        words = painter.boundingRect(inner, flags, self._reason).adjusted(-8, -4, 8, 4)
        painter.fillRect(words, self.colour("surface"))
        painter.setPen(self.colour("text2"))
        painter.drawText(inner, flags, self._reason)
