"""A few rows of name and figures, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme.tokens import Theme
from ui.widgets.tables import Table
from ui.widgets.themed import TABLE, label_colour, pen, text_width
from ui.widgets.walked import Walked

ROW = 25.0


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A name and its figures, each with the token it is written in; `tip` says all of it in words."""

    key: str
    name: str
    cells: tuple[tuple[str, str], ...]
    tip: str = ""
    faint: bool = False


class BriefRows(Walked):
    """`chosen(key)` on a click or Enter; `room_changed` when more or fewer rows fit."""

    chosen = Signal(str)
    room_changed = Signal()

    def __init__(self, name: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.set_title(name)
        self.rows: tuple[BriefRow, ...] = ()
        self.empty = ""
        self._room = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[BriefRow], empty: str = "") -> None:
        """Show rows; `empty` is what stands there without any."""
        self.rows, self.empty = tuple(rows), empty
        self.set_places([self.say(row) for row in rows])
        if not rows:
            self.setAccessibleDescription(empty)

    def reach(self) -> int:
        return min(len(self.rows), self.room())

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW)

    def table(self) -> Table:
        """Return all rows, also those for which there is no room."""
        header = (self.tr("Name"), self.tr("Figures"))
        return Table(header, [(row.name, ", ".join(text for text, _ in row.cells)) for row in self.rows])

    def take(self) -> bool:
        """Choose the row of the keyboard."""
        if self.rows:
            self.chosen.emit(self.rows[self.at].key)
        return bool(self.rows)

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
        for place, row in enumerate(self.rows[: self.reach()]):
            band = self.spot(place)
            self._paint_row(painter, row, band, widths)
            if place:
                painter.setPen(pen(self.colour("line")))
                painter.drawLine(QPointF(0, band.top()), QPointF(self.width(), band.top()))
        self.paint_focus(painter)

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
            self.at = place
            self.chosen.emit(self.rows[place].key)
