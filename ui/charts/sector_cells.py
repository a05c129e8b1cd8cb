"""The cells of the sector map: names with their members at the left, a row that is unknown in one piece."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen

from ui.charts.heat_cells import HeatCells
from ui.widgets.themed import CAPTION, TABLE, focus_ring, hatch, heat, text_width

HEAD, GAP = 20.0, 3.0


def rooted(part: float) -> float:
    """The place on the colour scale of a change: its square root, so that a few huge ones leave room.

    >>> rooted(0.25), rooted(-1.0), rooted(9.0)
    (0.5, -1.0, 1.0)
    """
    return math.copysign(min(1.0, math.sqrt(abs(part))), part)


class SectorCells(HeatCells):
    """Heat cells with a colour scale for each column; a row that is unknown says why in one sentence."""

    members: Sequence[int] = ()
    reasons: Sequence[str] = ()
    """By row: why all of it is unknown; empty where some cell is known."""
    limits: Sequence[float] = ()
    """By column: the size at which the colour is full."""

    def show_cells(self) -> None:
        table, caption = self.font_of(TABLE), self.font_of(CAPTION)
        self._labels = 12 + max(
            (
                text_width(table, name) + text_width(caption, f"  {members}")
                for name, members in zip(self.rows, self.members, strict=True)
            ),
            default=0.0,
        )
        self._at = (
            min(self._at[0], max(0, len(self.rows) - 1)),
            min(self._at[1], max(0, len(self.columns) - 1)),
        )
        self.updateGeometry()
        self.update()

    def is_blank(self, row: int, column: int) -> bool:
        return False

    def fill(self, row: int, column: int) -> QColor | None:
        value = float(self.values[row, column])
        return heat(self.theme, rooted(value / self.limits[column])) if math.isfinite(value) else None

    def cell(self, row: int, column: int) -> QRectF:
        area = super().cell(row, column)
        return area.adjusted(0, 0, -1, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        for row in range(len(self.rows)):
            self._paint_label(painter, row)
            if self.reasons[row]:
                self._paint_reason(painter, row)
                continue
            for column in range(len(self.columns)):
                self._paint_cell(painter, row, column)
        if self.chosen is not None and self.rows:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.colour("accent"), 2))
            painter.drawRoundedRect(self.cell(*self.chosen), 3, 3)
        if self.hasFocus() and self.rows:
            focus_ring(painter, self.cell(*self._at).adjusted(-2, -2, 2, 2), self.theme, 4)

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text2"))
        for column, text in enumerate(self.columns):
            area = self.cell(0, column)
            head = QRectF(area.left(), 0, area.width(), HEAD - 3)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_label(self, painter: QPainter, row: int) -> None:
        area = self.cell(row, 0)
        band = QRectF(0, area.top(), self._labels, area.height())
        table = self.font_of(TABLE)
        painter.setFont(table)
        painter.setPen(self.colour("text"))
        painter.drawText(band, Qt.AlignmentFlag.AlignVCenter, self.rows[row])
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text3"))
        start = text_width(table, self.rows[row]) + 6
        painter.drawText(band.adjusted(start, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(self.members[row]))

    def _paint_reason(self, painter: QPainter, row: int) -> None:
        area = self.cell(row, 0).united(self.cell(row, len(self.columns) - 1))
        painter.setBrush(hatch(self.theme, 0.5))
        painter.setPen(QPen(self.colour("line_strong"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        font = self.font_of(CAPTION)
        words = QFontMetricsF(font).elidedText(
            self.reasons[row], Qt.TextElideMode.ElideRight, area.width() - 14
        )
        wide = text_width(font, words) + 8
        ground = QRectF(area.center().x() - wide / 2, area.top() + 2, wide, area.height() - 4)
        painter.fillRect(ground, self.colour("surface"))
        painter.setFont(font)
        painter.setPen(self.colour("text2"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        area, fill = self.cell(row, column), self.fill(row, column)
        painter.setPen(Qt.PenStyle.NoPen)
        if fill is None:
            painter.setBrush(hatch(self.theme, 0.5))
            painter.setPen(QPen(self.colour("line_strong"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            text = self.tr("unknown")
            font = self.font_of(CAPTION)
            if text_width(font, text) + 8 > area.width():
                text = "?"
            wide = text_width(font, text) + 6
            ground = QRectF(area.center().x() - wide / 2, area.top() + 2, wide, area.height() - 4)
            painter.fillRect(ground, self.colour("surface"))
            painter.setFont(font)
            painter.setPen(self.colour("text2"))
        else:
            painter.setBrush(fill)
            painter.drawRoundedRect(area, 3, 3)
            text = self.shown(float(self.values[row, column]))
            font = self.font_of(TABLE)
            painter.setFont(
                font if text_width(font, text) + 4 < area.width() else self.font_of(CAPTION * 0.9)
            )
            painter.setPen(self.colour("text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
