"""A few rows of name and figures, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.charts.themed import TABLE, Themed, focus_ring, label_colour, pen, text_width
from ui.theme.tokens import Theme

ROW = 25.0


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A name and its figures, each with the token it is written in; `tip` says all of it in words."""

    key: str
    name: str
    cells: tuple[tuple[str, str], ...]
    tip: str = ""
    faint: bool = False


class BriefRows(Themed, QWidget):
    """`chosen(key)` on a click or Enter; `room_changed` when more or fewer rows fit."""

    chosen = Signal(str)
    room_changed = Signal()

    def __init__(self, name: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setAccessibleName(name)
        self.rows: tuple[BriefRow, ...] = ()
        self.empty = ""
        self._at: int | None = None
        self._room = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[BriefRow], empty: str = "") -> None:
        """Show rows; `empty` is what stands there without any."""
        self.rows, self.empty = tuple(rows), empty
        if self._at is not None and self._at >= len(rows):
            self._at = None
        self.setAccessibleDescription("; ".join(self.say(row) for row in rows) or empty)
        self.update()

    def say(self, row: BriefRow) -> str:
        """A row in words."""
        return row.tip or f"{row.name}: {', '.join(text for text, _ in row.cells)}"

    def room(self) -> int:
        """How many rows fit."""
        return max(1, int(self.height() / ROW))

    def sizeHint(self) -> QSize:
        return QSize(220, round(2 * ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, round(2 * ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.room() != self._room:
            self._room = self.room()
            self.room_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font_of(TABLE)
        painter.setFont(font)
        if not self.rows:
            painter.setPen(self.colour("text2"))
            flags = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(0, 4, 0, 0), flags, self.empty)
        widths = self._widths()
        for place, row in enumerate(self.rows[: self.room()]):
            band = QRectF(0, place * ROW, self.width(), ROW)
            self._paint_row(painter, row, band, widths)
            if place:
                painter.setPen(pen(self.colour("line")))
                painter.drawLine(QPointF(0, band.top()), QPointF(self.width(), band.top()))
            if self.hasFocus() and place == self._at:
                focus_ring(painter, band, self.theme, 4)
        if self.hasFocus() and self._at is None:
            focus_ring(painter, QRectF(self.rect()), self.theme)

    def _widths(self) -> list[float]:
        font = self.font_of(TABLE)
        columns = max((len(row.cells) for row in self.rows), default=0)
        return [
            max(text_width(font, row.cells[at][0]) for row in self.rows if at < len(row.cells)) + 18
            for at in range(columns)
        ]

    def _paint_row(self, painter: QPainter, row: BriefRow, band: QRectF, widths: list[float]) -> None:
        painter.setFont(self.font_of(TABLE))
        painter.setPen(self.colour("text3" if row.faint else "text"))
        room = band.width() - sum(widths)
        name = QFontMetricsF(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(band.adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        edge = band.right() - 2
        for (text, token), width in zip(reversed(row.cells), reversed(widths), strict=False):
            painter.setPen(label_colour(self.theme, token))
            painter.drawText(QRectF(edge - width, band.top(), width, band.height()), right, text)
            edge -= width

    # -- mouse and keys ----------------------------------------------------------------------------

    def _row_at(self, y: float) -> int | None:
        place = int(y / ROW)
        return place if 0 <= place < min(len(self.rows), self.room()) else None

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), "" if place is None else self.say(self.rows[place]), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._row_at(event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = place
            self.chosen.emit(self.rows[place].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        shown = min(len(self.rows), self.room())
        if step is not None and shown:
            self._at = 0 if self._at is None else min(max(self._at + step, 0), shown - 1)
            self.setAccessibleDescription(self.say(self.rows[self._at]))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at is not None:
            self.chosen.emit(self.rows[self._at].key)
        else:
            event.ignore()
