"""The cells of a heat map: painting, pointing and keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.spoken import speak
from ui.widgets.themed import CAPTION, TABLE, Themed, focus_ring, hatch, heat, text_width

_GAP, _HEAD = 2.0, 20.0
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class HeatCells(Themed, QWidget):
    """Rows and columns of numbers on a diverging scale; mouse, Enter or Space choose a cell."""

    cell_clicked = Signal(int, int)

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.rows: tuple[str, ...] = ()
        self.columns: tuple[str, ...] = ()
        self.is_numbered = False
        self.values: NDArray[np.float64] = np.empty((0, 0))
        self.tips: Sequence[Sequence[str]] | None = None
        self.texts: Sequence[Sequence[str]] | None = None
        self.limit = 1.0
        self.shown: numbers.Format = numbers.fixed
        self.blank_diagonal = True
        self.chosen: tuple[int, int] | None = None
        self._at = (0, 0)
        self._labels = 8.0
        self.say: Callable[[int, int], str] = lambda _row, _column: ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(round(self._labels) + 40 * max(1, len(self.columns)), 20 + 23 * max(1, len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._labels) + 34 * max(1, len(self.columns)), 20 + 18 * max(1, len(self.rows)))

    def show_cells(self) -> None:
        """Take what was set: a layout and a repaint."""
        written = (text_width(self.font_of(TABLE), row) for row in self.row_labels())
        self._labels = max(written, default=0.0) + 8
        self._at = (
            min(self._at[0], max(0, len(self.rows) - 1)),
            min(self._at[1], max(0, len(self.columns) - 1)),
        )
        self.updateGeometry()
        self.update()

    def row_labels(self) -> tuple[str, ...]:
        """What stands before the rows."""
        if not self.is_numbered:
            return self.rows
        return tuple(f"{name}  {at}" for at, name in enumerate(self.rows, 1))

    def heads(self) -> tuple[str, ...]:
        """What stands above the columns: their names, or the numbers that stand beside the rows."""
        if not self.is_numbered:
            return self.columns
        return tuple(str(at) for at, _ in enumerate(self.columns, 1))

    def is_blank(self, row: int, column: int) -> bool:
        """A cell of the diagonal has nothing to say."""
        return self.blank_diagonal and row == column

    def fill(self, row: int, column: int) -> QColor | None:
        """The ground of a cell; None when it is unknown."""
        if self.is_blank(row, column):
            return self.colour("hover")
        value = float(self.values[row, column])
        if not math.isfinite(value):
            return None
        return heat(self.theme, value / self.limit)

    # -- geometry ----------------------------------------------------------------------------------

    def cell(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell."""
        left = self._labels
        width = (self.width() - left) / max(1, len(self.columns))
        height = (self.height() - _HEAD) / max(1, len(self.rows))
        return QRectF(left + column * width, _HEAD + row * height, width - _GAP, height - _GAP)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The cell below a point."""
        left = self._labels
        if not self.rows or place.x() < left or place.y() < _HEAD:
            return None
        column = int((place.x() - left) / ((self.width() - left) / len(self.columns)))
        row = int((place.y() - _HEAD) / ((self.height() - _HEAD) / len(self.rows)))
        return (row, column) if row < len(self.rows) and column < len(self.columns) else None

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        caption, table = self.font_of(CAPTION), self.font_of(TABLE)
        metrics = QFontMetricsF(caption)
        for column, text in enumerate(self.heads()):
            area = self.cell(0, column)
            painter.setFont(caption)
            painter.setPen(self.colour("text2"))
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(
                QRectF(area.left(), 0, area.width(), _HEAD - 3), Qt.AlignmentFlag.AlignCenter, short
            )
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        width = self._labels - 8
        for row, text in enumerate(self.row_labels()):
            painter.setFont(table)
            painter.setPen(self.colour("text2"))
            area = self.cell(row, 0)
            painter.drawText(QRectF(0, area.top(), width, area.height()), right, text)
            for column in range(len(self.columns)):
                self._paint_cell(painter, row, column)
        if self.chosen is not None and self.rows:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.colour("accent"), 2))
            painter.drawRoundedRect(self.cell(*self.chosen), 3, 3)
        if self.hasFocus() and self.rows:
            focus_ring(painter, self.cell(*self._at).adjusted(-2, -2, 2, 2), self.theme, 4)

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        area, fill = self.cell(row, column), self.fill(row, column)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("hover") if fill is None else fill)
        painter.drawRoundedRect(area, 3, 3)
        if self.is_blank(row, column):
            return
        if fill is None:
            painter.setBrush(hatch(self.theme, 0.6))
            painter.drawRoundedRect(area, 3, 3)
        painter.setPen(self.colour("text"))
        painter.setFont(self.font_of(TABLE if area.width() >= 36 else CAPTION * 0.9))
        text = "?" if fill is None else self.shown(float(self.values[row, column]))
        if self.texts is not None and fill is not None:
            text = self.texts[row][column]
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    # -- mouse and keys ----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            found = self.cell_at(QPointF(event.pos()))
            text = self.say(*found) if found and not self.is_blank(*found) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found and not self.is_blank(*found):
            self._at = found
            self.cell_clicked.emit(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.cell_at(event.position())
        live = found is not None and not self.is_blank(*found)
        self.setCursor(Qt.CursorShape.PointingHandCursor if live else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self.rows:
            down, across = _STEPS[key]
            row = min(max(self._at[0] + down, 0), len(self.rows) - 1)
            column = min(max(self._at[1] + across, 0), len(self.columns) - 1)
            self._at = (row, column)
            speak(self, self.say(row, column))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.rows:
            if not self.is_blank(*self._at):
                self.cell_clicked.emit(*self._at)
        else:
            event.ignore()
