"""The two badges of the top bar: where the season stands, and which phase is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.fonts import font
from ui.theme.icons import pixmap
from ui.theme.tokens import Theme

HEIGHT = 26
PAD, GAP = 10, 7
ICON = 16
DOT, DOT_GAP, SMALL_DOT = 7, 3, 4


class Badge(QWidget):
    """A value and its label in a pill, behind an icon or a row of dots."""

    def __init__(self, name: str, theme: Theme, *, icon: str = "", dots: int = 0) -> None:
        super().__init__()
        self._name, self._theme, self._icon, self._dots = name, theme, icon, dots
        self._strong, self._weak, self._dot = "", "", -1
        self._is_review = self._is_short = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_value(self, strong: str, weak: str, tip: str = "", *, dot: int = -1) -> None:
        """Show a value, its label, and the dot that stands for it."""
        if (strong, weak, dot, tip) == (self._strong, self._weak, self._dot, self.toolTip()):
            return
        self._strong, self._weak, self._dot = strong, weak, dot
        self.setToolTip(tip)
        self.setAccessibleName(f"{self._name}: {strong} {weak}. {tip}".strip())
        self.updateGeometry()
        self.update()

    def set_review(self, review: bool) -> None:
        self._is_review = review
        self.update()

    def set_short(self, short: bool) -> None:
        """Leave the label to the tooltip where the bar is narrow."""
        self._is_short = short
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        width = 2 * PAD + self._lead() + QFontMetrics(font("heading")).horizontalAdvance(self._strong)
        if self._weak and not self._is_short:
            width += GAP + QFontMetrics(font("body")).horizontalAdvance(self._weak)
        return QSize(width + 2, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _lead(self) -> int:
        if self._icon:
            return ICON + GAP
        return self._dots * DOT + (self._dots - 1) * DOT_GAP + GAP if self._dots else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        fill = theme.surface if self._is_review else theme.hover if theme.is_dark else theme.ground
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(self.rect()), HEIGHT / 2, HEIGHT / 2)
        x = PAD
        if self._icon:
            scale = self.devicePixelRatioF()
            painter.drawPixmap(x, (HEIGHT - ICON) // 2, pixmap(self._icon, theme.text2, ICON, scale))
        for at in range(self._dots):
            chosen = at == self._dot
            colour = theme.series[2 if at == 0 else 1].line if chosen else theme.text3
            size = DOT if chosen else SMALL_DOT
            painter.setBrush(QColor(colour))
            centre = x + at * (DOT + DOT_GAP) + DOT / 2
            painter.drawEllipse(QRectF(centre - size / 2, (HEIGHT - size) / 2, size, size))
        x += self._lead()
        face = font("heading")
        painter.setFont(face)
        painter.setPen(QColor(theme.text))
        width = QFontMetrics(face).horizontalAdvance(self._strong)
        painter.drawText(x, 0, width + 2, HEIGHT, Qt.AlignmentFlag.AlignVCenter, self._strong)
        if self._weak and not self._is_short:
            painter.setFont(font("body"))
            painter.setPen(QColor(theme.text2))
            painter.drawText(
                x + width + GAP, 0, self.width(), HEIGHT, Qt.AlignmentFlag.AlignVCenter, self._weak
            )
