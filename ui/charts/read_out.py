"""The box beside the crosshair: a day, and what each line says on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.charts.time_line import dash_of
from ui.theme.tokens import Theme
from ui.widgets.themed import TABLE, Themed, colour, text_width

_ROW, _PAD, _SWATCH, _GAP = 17, 9, 14, 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the read-out; `series` gives its swatch, None has none."""

    series: int | None
    title: str
    value: str
    dashed: bool = False


class ReadOut(Themed, QWidget):
    """Drawn over a chart; the mouse goes through it."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading = ""
        self._entries: tuple[Entry, ...] = ()
        self.hide()

    def text(self) -> str:
        """All of it in one line, as it is announced."""
        said = [f"{entry.title} {entry.value}".strip() for entry in self._entries]
        return ", ".join([self._heading, *said])

    def set_content(self, heading: str, entries: Sequence[Entry]) -> None:
        """Show another day."""
        self._heading, self._entries = heading, tuple(entries)
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        plain, strong = self.font_of(TABLE), self.font_of(TABLE, 600)
        width = text_width(strong, self._heading)
        for entry in self._entries:
            row = text_width(plain, entry.title) + _GAP + text_width(strong, entry.value)
            width = max(width, row + (_SWATCH if entry.series is not None else 0))
        return QSize(round(width) + 2 * _PAD, _ROW * (1 + len(self._entries)) + 2 * _PAD - 4)

    def place(self, x: float, area: QRectF) -> None:
        """Stand beside the crosshair at pixel `x`, within the plot, at its middle height."""
        size = self.size()
        left = x + 10 if x + 10 + size.width() <= area.right() else x - 10 - size.width()
        left = max(area.left(), left)
        self.move(round(left), round(area.center().y() - size.height() / 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour("line_strong"), 1))
        painter.setBrush(self.colour("hover", 0.97))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        plain, strong = self.font_of(TABLE), self.font_of(TABLE, 600)
        row = QRectF(_PAD, _PAD - 2, self.width() - 2 * _PAD, _ROW)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(strong)
        painter.setPen(self.colour("text"))
        painter.drawText(row, middle, self._heading)
        for entry in self._entries:
            row.translate(0, _ROW)
            indent = 0
            if entry.series is not None:
                indent = _SWATCH
                dash = dash_of(self.theme, entry.series) if entry.dashed else None
                stroke = QPen(colour(self.theme, entry.series), 3)
                if dash:
                    stroke.setDashPattern([1.2, 0.8])
                stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(stroke)
                y = row.center().y()
                painter.drawLine(QPointF(_PAD, y), QPointF(_PAD + 9, y))
            painter.setFont(plain)
            painter.setPen(self.colour("text2"))
            painter.drawText(row.adjusted(indent, 0, 0, 0), middle, entry.title)
            painter.setFont(strong)
            painter.setPen(self.colour("text"))
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, entry.value)
