"""The little bar that tells which colour means what."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.themed import CAPTION, Themed, heat, text_width


class ColourScale(Themed, QWidget):
    """−1 orange to 1 cyan."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._ends = (f"{numbers.MINUS}1", "1")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_limit(self, limit: float, shown: numbers.Format | None = None) -> None:
        """The value at either end."""
        shown = shown or (lambda value: numbers.fixed(value, 0))
        self._ends = (shown(-limit), shown(limit))
        self.setAccessibleName(
            self.tr("Colours from {low} to {high}").format(low=self._ends[0], high=self._ends[1])
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        font = self.font_of(CAPTION)
        return QSize(round(sum(text_width(font, end) for end in self._ends)) + 96, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font_of(CAPTION)
        painter.setFont(font)
        painter.setPen(self.colour("text2"))
        area = QRectF(self.rect())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._ends[0])
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(area, right, self._ends[1])
        bar = area.adjusted(text_width(font, self._ends[0]) + 6, 5, -text_width(font, self._ends[1]) - 6, -5)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place in (0.0, 0.5, 1.0):
            gradient.setColorAt(place, heat(self.theme, 2 * place - 1))
        painter.fillRect(bar, gradient)
