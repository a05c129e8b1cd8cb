"""What stands in the place of something that is still being computed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import Themed

Shape = Literal["chart", "figure", "rows"]


class Skeleton(Themed, QWidget):
    """Still blocks in the shape of what will come; nothing moves."""

    def __init__(
        self, shape: Shape = "chart", *, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._shape = shape
        self.setAccessibleName(self.tr("Being computed"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(200, 60 if self._shape == "figure" else 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("hover"))
        for block in self._blocks():
            painter.drawRoundedRect(block, 4, 4)

    def _blocks(self) -> list[QRectF]:
        width, height = float(self.width()), float(self.height())
        if self._shape == "figure":
            return [QRectF(0, 0, width * 0.45, 22), QRectF(0, 32, width * 0.7, 10)]
        if self._shape == "rows":
            return [
                QRectF(0, y, width * (0.9 - 0.15 * (y // 26 % 3)), 12) for y in range(4, int(height) - 12, 26)
            ]
        heights = (0.35, 0.5, 0.42, 0.66, 0.58, 0.8, 0.7, 0.55, 0.62, 0.74)
        step = width / len(heights)
        return [
            QRectF(i * step, height * (1 - part), step - 6, height * part) for i, part in enumerate(heights)
        ]
