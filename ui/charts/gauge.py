"""The season gauge: three arcs, a needle and a number."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.themed import CAPTION, GAUGE, TABLE, Themed, colour, text_width


class Gauge(Themed, QWidget):
    """0 to 100: Bitcoin's arc up to `low`, altcoins' from `high`; the needle points to the value."""

    def __init__(
        self,
        *,
        name: str = "",
        low: float = 25,
        high: float = 75,
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._name = name
        self._ends = (low, high)
        self._value: float | None = None
        self._label = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_value(self, value: float, label: str = "") -> None:
        """Point to a value from 0 to 100, with the words below it."""
        self._value = value if numbers.known(value) else None
        self._describe(label)

    def set_unknown(self, reason: str) -> None:
        """Dashed arcs, no needle, a dash and the reason."""
        self._value = None
        self._describe(reason)

    def _describe(self, label: str) -> None:
        self._label = label
        shown = self.tr("unknown") if self._value is None else numbers.fixed(self._value, 0)
        self.setAccessibleName(": ".join(part for part in (self._name, f"{shown}, {label}") if part))
        self.setToolTip(label if self._value is None else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(196, 126)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 92)

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = max(20.0, min((self.width() - 34) / 2, self.height() - 34))
        centre = QPointF(self.width() / 2, (self.height() - 22 - radius) / 2 + radius + 4)
        thick = max(6.0, radius * 0.125)
        low, high = self._ends
        for start, end, token in ((0.0, low, 2), (low, high, "line_strong"), (high, 100.0, 1)):
            self._arc(painter, centre, radius - thick / 2, thick, (start, end), token)
        self._tick_texts(painter, centre, radius)
        if self._value is not None:
            self._needle(painter, centre, radius, thick)
        self._words(painter, centre, radius, thick)

    def _arc(
        self,
        painter: QPainter,
        centre: QPointF,
        radius: float,
        thick: float,
        part: tuple[float, float],
        token: str | int,
    ) -> None:
        # Arcs stand a hair apart.
        gap = 0.7
        start, end = part[0] + (gap if part[0] > 0 else 0), part[1] - (gap if part[1] < 100 else 0)
        circle = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        angles = round((180 - start * 1.8) * 16), round(-(end - start) * 1.8 * 16)
        if self._value is None:
            edge = QPen(self.colour("unknown"), 1.2)
            edge.setDashPattern([3, 3])
            painter.setPen(edge)
            for away in (-thick / 2, thick / 2):
                painter.drawArc(circle.adjusted(-away, -away, away, away), *angles)
            return
        stroke = QPen(colour(self.theme, token, 0.9), thick)
        stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(stroke)
        painter.drawArc(circle, *angles)

    def _needle(self, painter: QPainter, centre: QPointF, radius: float, thick: float) -> None:
        assert self._value is not None
        angle = math.radians(180 - min(max(self._value, 0), 100) * 1.8)
        direction = QPointF(math.cos(angle), -math.sin(angle))
        inner, outer = radius - thick - 7, radius + 2
        for token, width in (("surface", 6.0), ("text", 2.6)):
            stroke = QPen(self.colour(token), width)
            stroke.setCapStyle(Qt.PenCapStyle.FlatCap if token == "surface" else Qt.PenCapStyle.RoundCap)
            painter.setPen(stroke)
            painter.drawLine(centre + direction * inner, centre + direction * outer)

    def _tick_texts(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text3"))
        for value in (0.0, *self._ends, 100.0):
            angle = math.radians(180 - value * 1.8)
            if value in (0.0, 100.0):
                side = 1 if value == 0 else -1
                place = QPointF(centre.x() - side * (radius - 4), centre.y() + 11)
            else:
                place = centre + QPointF(math.cos(angle), -math.sin(angle)) * (radius + 12)
            area = QRectF(place.x() - 20, place.y() - 8, 40, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, numbers.fixed(value, 0))

    def _words(self, painter: QPainter, centre: QPointF, radius: float, thick: float) -> None:
        inner = radius - thick
        if self._value is None:
            self._reason(painter, centre, inner)
            return
        painter.setFont(self.font_of(GAUGE if radius > 64 else GAUGE * 0.8, 600))
        painter.setPen(self.colour("text"))
        # The number stands in the bowl; the words sit on the base line.
        painter.drawText(
            QRectF(centre.x() - inner, centre.y() - inner * 0.68, 2 * inner, inner * 0.56),
            Qt.AlignmentFlag.AlignCenter,
            numbers.fixed(self._value, 0),
        )
        font = self.font_of(TABLE)
        if text_width(font, self._label) > 2 * inner - 6:
            font = self.font_of(CAPTION * 0.92)
        painter.setFont(font)
        painter.setPen(self.colour("text2"))
        area = QRectF(centre.x() - radius, centre.y() - 9, 2 * radius, 16)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._label)

    def _reason(self, painter: QPainter, centre: QPointF, inner: float) -> None:
        painter.setFont(self.font_of(CAPTION, 600))
        painter.setPen(self.colour("unknown"))
        head = QRectF(centre.x() - inner, centre.y() - inner * 0.9, 2 * inner, 18)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, self.tr("unknown"))
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text2"))
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        width = 1.7 * inner
        painter.drawText(QRectF(centre.x() - width / 2, head.bottom(), width, inner + 16), flags, self._label)
