"""The painted part of interval dots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.charts.axis_ticks import linear_ticks
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.spoken import speak
from ui.widgets.themed import CAPTION, TABLE, Themed, colour, focus_ring, pen, text_width

_CELL_GAP = 14


@dataclass(frozen=True, slots=True)
class DotRow:
    """An estimate; without low and high it is hollow, without a value it is unknown. `note` says why.

    `cells` stand in columns at the right, in place of n; a diamond is grey, for what is only compared with.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""
    cells: tuple[str, ...] = ()
    shape: Literal["disc", "diamond"] = "disc"
    strong: bool = False


class DotRows(Themed, QWidget):
    """Labels at the left, dots and whiskers on a common axis, n at the right."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.rows: tuple[DotRow, ...] = ()
        self.heads: tuple[str, ...] = ()
        self._across = ""
        self._base: float | None = 0.0
        self._base_label = ""
        self._limits: tuple[float, float] | None = None
        self._shown = "fixed"
        self._series = 1
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(
        self,
        rows: Sequence[DotRow],
        base: float | None,
        base_label: str,
        limits: tuple[float, float] | None,
        shown: str,
        series: int,
        heads: Sequence[str] = (),
        across: str = "",
    ) -> None:
        """See `IntervalDots.set_rows`."""
        self.rows = tuple(rows)
        self.heads, self._across = tuple(heads), across
        self._base, self._base_label, self._limits = base, base_label, limits
        self._shown, self._series = shown, series
        self.setAccessibleDescription("; ".join(self.say(row) for row in self.rows))
        self.updateGeometry()
        self.update()

    def say(self, row: DotRow) -> str:
        """A row in words."""
        shown = numbers.format_named(self._shown)
        if not numbers.known(row.value):
            text = self.tr("{label}: unknown").format(label=row.label)
        elif numbers.known(row.low) and numbers.known(row.high):
            text = f"{row.label}: {shown(_float(row.value))} ({numbers.interval(row.low, row.high, shown)})"
        else:
            text = self.tr("{label}: {value}, no interval").format(
                label=row.label, value=shown(_float(row.value))
            )
        if row.n is not None:
            text += f", n {numbers.whole(row.n)}"
        for head, cell in zip(self.heads[1:], row.cells, strict=False):
            text += f", {head} {cell}"
        return f"{text}. {row.note}" if row.note else text

    def sizeHint(self) -> QSize:
        return QSize(320, 24 * max(1, len(self.rows)) + self._around())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 18 * max(1, len(self.rows)) + self._around() - 2)

    def _around(self) -> int:
        """Height of heads, ticks and the name of the axis."""
        return 24 + (20 if self.heads else 0) + (16 if self._across else 0)

    # -- painting ----------------------------------------------------------------------------------

    def axis_range(self) -> tuple[float, float]:
        """Both ends of the axis."""
        if self._limits is not None:
            return self._limits
        values = [
            _float(value)
            for row in self.rows
            for value in (row.value, row.low, row.high, self._base)
            if numbers.known(value)
        ]
        if not values:
            return 0.0, 1.0
        room = 0.06 * (max(values) - min(values)) or 0.5
        return min(values) - room, max(values) + room

    def _axis_area(self) -> QRectF:
        table = self.font_of(TABLE)
        bold = self.font_of(TABLE, 600)
        left = max((text_width(bold if row.strong else table, row.label) for row in self.rows), default=0.0)
        if self.heads:
            left = max(left, text_width(self.font_of(CAPTION), self.heads[0]))
        right = max((text_width(table, self._n(row)) for row in self.rows), default=0.0) + 14
        right = max(right, sum(self._cell_widths()) + 14)
        left = min(left + 14, self.width() * 0.5)
        top, below = (22 if self.heads else 2), (40 if self._across else 24)
        return QRectF(left, top, max(20.0, self.width() - left - right), self.height() - top - below + 2)

    def _cell_widths(self) -> list[float]:
        """The width of each column of cells, its head included."""
        table, caption = self.font_of(TABLE), self.font_of(CAPTION)
        count = max((len(row.cells) for row in self.rows), default=0)
        widths = []
        for at in range(count):
            head = self.heads[at + 1] if len(self.heads) > at + 1 else ""
            texts = [row.cells[at] for row in self.rows if len(row.cells) > at]
            widths.append(
                max(text_width(caption, head), *(text_width(table, text) for text in texts)) + _CELL_GAP
            )
        return widths

    @staticmethod
    def _n(row: DotRow) -> str:
        return "" if row.n is None else f"n {numbers.whole(row.n)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area, (low, high) = self._axis_area(), self.axis_range()

        def px(value: float) -> float:
            return area.left() + (min(max(value, low), high) - low) / (high - low) * area.width()

        self._paint_axis(painter, area, px)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = area.height() / max(1, len(self.rows))
        for place, row in enumerate(self.rows):
            band = QRectF(0, area.top() + place * height, self.width(), height)
            self._paint_row(painter, row, band, area, px)
            if place == self._at and self.hasFocus():
                focus_ring(painter, band.adjusted(0, 1, 0, -1), self.theme, 4)
        if self.hasFocus() and self._at < 0:
            focus_ring(painter, QRectF(self.rect()), self.theme)

    def _paint_axis(self, painter: QPainter, area: QRectF, px: object) -> None:
        assert callable(px)
        low, high = self.axis_range()
        ticks = linear_ticks(low, high, max(2, min(6, int(area.width() / 60))))
        painter.setFont(self.font_of(CAPTION))
        for tick, text in zip(ticks, numbers.tick_texts(ticks, self._shown), strict=True):
            x = round(px(tick))
            painter.setPen(pen(self.colour("grid")))
            painter.drawLine(x, round(area.top()), x, round(area.bottom()))
            painter.setPen(self.colour("text3"))
            words = QRectF(x - 40, area.bottom() + 4, 80, 16)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        if self._across:
            below = QRectF(area.left(), area.bottom() + 20, area.width(), 16)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._across)
        if self.heads:
            self._paint_heads(painter, area)
        if self._base is not None and low <= self._base <= high:
            x = round(px(self._base))
            dash = [4.0, 3.0] if self._base_label else None
            painter.setPen(pen(self.colour("text2"), 1, dash))
            painter.drawLine(x, round(area.top()), x, round(area.bottom()))
            painter.drawText(QPointF(x + 4, area.top() + 9), self._base_label)

    def _paint_heads(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self.colour("text3"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, area.left() - 14, 18), right, self.heads[0])
        edge = self.width() - sum(self._cell_widths())
        for head, width in zip(self.heads[1:], self._cell_widths(), strict=False):
            edge += width
            painter.drawText(QRectF(edge - width, 0, width, 18), right, head)

    def _paint_row(self, painter: QPainter, row: DotRow, band: QRectF, area: QRectF, px: object) -> None:
        assert callable(px)
        table = self.font_of(TABLE, 600 if row.strong else 400)
        painter.setFont(table)
        painter.setPen(self.colour("text" if row.strong else "text2"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        label = QFontMetricsF(table).elidedText(row.label, Qt.TextElideMode.ElideRight, area.left() - 14)
        painter.drawText(QRectF(0, band.top(), area.left() - 14, band.height()), right, label)
        painter.setFont(self.font_of(TABLE))
        painter.setPen(self.colour("text2"))
        painter.drawText(band, right, self._n(row))
        edge = self.width() - sum(self._cell_widths())
        for cell, width in zip(row.cells, self._cell_widths(), strict=False):
            edge += width
            painter.drawText(QRectF(edge - width, band.top(), width, band.height()), right, cell)
        middle = band.center().y()
        ink = self.colour("neutral") if row.shape == "diamond" else colour(self.theme, self._series)
        if not numbers.known(row.value):
            self._paint_words(painter, area.left() + 8, middle, row.note or self.tr("unknown"))
            return
        x = px(_float(row.value))
        if numbers.known(row.low) and numbers.known(row.high):
            painter.setPen(QPen(ink, 1.6))
            left, end = px(_float(row.low)), px(_float(row.high))
            painter.drawLine(QPointF(left, middle), QPointF(end, middle))
            for edge in (left, end):
                painter.drawLine(QPointF(edge, middle - 4.5), QPointF(edge, middle + 4.5))
            painter.setPen(QPen(self.colour("surface"), 1.5))
            painter.setBrush(ink)
            self._paint_mark(painter, QPointF(x, middle), 5.0, row.shape)
        else:
            painter.setPen(QPen(self.colour("text2"), 1.6))
            painter.setBrush(self.colour("surface"))
            self._paint_mark(painter, QPointF(x, middle), 4.2, row.shape)
            words = row.note or self.tr("no interval")
            side = x + 10
            if side + text_width(self.font_of(CAPTION), words) > area.right():
                side = x - 10 - text_width(self.font_of(CAPTION), words)
            self._paint_words(painter, side, middle, words)

    @staticmethod
    def _paint_mark(painter: QPainter, at: QPointF, radius: float, shape: str) -> None:
        if shape == "disc":
            painter.drawEllipse(at, radius, radius)
            return
        around = ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0))
        painter.drawPolygon([QPointF(at.x() + radius * x, at.y() + radius * y) for x, y in around])

    def _paint_words(self, painter: QPainter, left: float, middle: float, words: str) -> None:
        font = self.font_of(CAPTION)
        area = QRectF(left - 2, middle - 8, text_width(font, words) + 4, 16)
        painter.fillRect(area, self.colour("surface"))
        painter.setFont(font)
        painter.setPen(self.colour("text2"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            event.ignore()
            return
        self._at = min(max(self._at + step, 0), len(self.rows) - 1)
        speak(self, self.say(self.rows[self._at]))
        self.update()


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)
