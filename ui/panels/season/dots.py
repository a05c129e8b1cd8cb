"""The painted part of the definition bench: one dot a definition, between 0 and 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, TABLE, colour, hatch, label_colour, pen, text_width
from ui.widgets.walked import Walked

ROW, LEAST_ROW, FOOT = 22, 19, 20
SHORT_BELOW = 380
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One definition; `why` stands in for an unknown value, `shown` marks the one that the panel shows,
    `short` is its label where there is little room."""

    label: str
    value: float | None
    why: str = ""
    shown: bool = False
    tip: str = ""
    short: str = ""


class BenchDots(Walked):
    """Definitions under each other on one axis; up to two are picked for a comparison.

    A click, Enter or Space picks a row or lets it go; the one picked first gives way to a third.
    `picked(rows)` tells which, in the order in which they were picked; `opened(row)` on a double click.
    """

    picked = Signal(object)
    opened = Signal(int)

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.set_title(self.tr("Definition bench"))
        self.rows: tuple[BenchRow, ...] = ()
        self._picked: tuple[int, ...] = ()
        self._under = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[BenchRow]) -> None:
        """Show these definitions."""
        if len(rows) != len(self.rows):
            self._picked = tuple(row for row in self._picked if row < len(rows))
        self.rows = tuple(rows)
        self.set_places([self.say(row) for row in self.rows])

    def spot(self, at: int) -> QRectF:
        return self.row_box(at)

    def table(self) -> Table:
        header = (self.tr("Definition"), self.tr("Index"), self.tr("Why it is unknown"))
        return Table(header, [(row.label, row.value, row.why) for row in self.rows])

    def set_picked(self, rows: Sequence[int]) -> None:
        """Mark the rows that are compared, telling nobody."""
        self._picked = tuple(rows)
        self.update()

    def picked_rows(self) -> tuple[int, ...]:
        return self._picked

    def say(self, row: BenchRow) -> str:
        """A row in words."""
        if row.value is None:
            return self.tr("{0}: unknown, {1}").format(row.label, row.why)
        shown = self.tr(", shown") if row.shown else ""
        return f"{row.label}: {numbers.fixed(row.value, 0)}{shown}"

    def pick(self, row: int) -> None:
        """Pick a row, or let it go."""
        if row in self._picked:
            self._picked = tuple(one for one in self._picked if one != row)
        else:
            self._picked = (*self._picked[-1:], row)
        self.update()
        self.picked.emit(self._picked)

    # -- geometry ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(300, ROW * max(1, len(self.rows)) + FOOT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, LEAST_ROW * max(1, len(self.rows)) + FOOT)

    def row_box(self, row: int) -> QRectF:
        """The place of a row, from edge to edge."""
        height = (self.height() - FOOT) / max(1, len(self.rows))
        return QRectF(0, row * height, self.width(), height)

    def _label(self, row: BenchRow) -> str:
        return row.short if row.short and self.width() < SHORT_BELOW else row.label

    def _axis(self) -> QRectF:
        face = self.font_of(TABLE, 600)
        label = max((text_width(face, self._label(row)) for row in self.rows), default=0.0)
        left = min(label + 12, self.width() * 0.56)
        right = 38.0
        return QRectF(left, 0, max(40.0, self.width() - left - right), self.height() - FOOT)

    def _row_at(self, y: float) -> int:
        height = (self.height() - FOOT) / max(1, len(self.rows))
        row = int(y // height) if height > 0 else -1
        return row if 0 <= row < len(self.rows) else -1

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        axis = self._axis()
        self._paint_ground(painter, axis)
        for at, row in enumerate(self.rows):
            self._paint_row(painter, at, row, axis)
        self.paint_focus(painter)

    def _paint_ground(self, painter: QPainter, axis: QRectF) -> None:
        theme, quarter = self.theme, axis.width() / 4
        low = QRectF(axis.left(), axis.top(), quarter, axis.height())
        high = QRectF(axis.right() - quarter, axis.top(), quarter, axis.height())
        painter.fillRect(low, colour(theme, 2, 0.08))
        painter.fillRect(QRectF(low.left(), low.bottom() - 2, quarter, 2), colour(theme, 2))
        painter.fillRect(high, colour(theme, 1, 0.13))
        painter.fillRect(QRectF(high.left(), high.top(), quarter, 2), colour(theme, 1))
        painter.setFont(self.font_of(CAPTION))
        for tick in TICKS:
            x = axis.left() + axis.width() * tick / 100
            painter.setPen(pen(self.colour("grid")))
            painter.drawLine(QPointF(x, axis.top()), QPointF(x, axis.bottom()))
            painter.setPen(self.colour("text3"))
            words = QRectF(x - 20, axis.bottom() + 3, 40, 15)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(tick))

    def _paint_row(self, painter: QPainter, at: int, row: BenchRow, axis: QRectF) -> None:
        box = self.row_box(at)
        chosen = at in self._picked
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or at == self._under:
            painter.setBrush(self.colour("accent_soft", 0.75) if chosen else self.colour("hover", 0.75))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
        face = self.font_of(TABLE, 600 if row.shown else 400)
        painter.setFont(face)
        painter.setPen(self.colour("text" if row.shown or chosen else "text2"))
        label = QFontMetricsF(face).elidedText(
            self._label(row), Qt.TextElideMode.ElideRight, axis.left() - 10
        )
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, box.top(), axis.left() - 10, box.height()), right, label)
        if row.value is None:
            self._paint_unknown(painter, row, box, axis)
            return
        painter.setFont(self.font_of(TABLE, 600))
        painter.setPen(self.colour("text"))
        painter.drawText(box.adjusted(0, 0, -6, 0), right, numbers.fixed(row.value, 0))
        x = axis.left() + axis.width() * min(max(row.value, 0.0), 100.0) / 100
        painter.setPen(QPen(self.colour("surface"), 1.5))
        painter.setBrush(label_colour(self.theme, "accent") if row.shown else self.colour("text2"))
        radius = 5.0 if row.shown else 4.2
        painter.drawEllipse(QPointF(x, box.center().y()), radius, radius)

    def _paint_unknown(self, painter: QPainter, row: BenchRow, box: QRectF, axis: QRectF) -> None:
        area = QRectF(axis.left(), box.top() + 4, axis.width(), box.height() - 8)
        painter.fillRect(area, hatch(self.theme))
        painter.setFont(self.font_of(CAPTION))
        words = self.tr("unknown")
        width = text_width(painter.font(), words) + 8
        plate = QRectF(area.center().x() - width / 2, box.top() + 2, width, box.height() - 4)
        painter.fillRect(plate, self.colour("surface", 0.85))
        painter.setPen(self.colour("text2"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)

    # -- mouse and keys ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._row_at(event.position().y()))

    def leaveEvent(self, event: object) -> None:
        self._point(-1)

    def _point(self, row: int) -> None:
        if row != self._under:
            self._under = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.at = row
            self.pick(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(row)

    def take(self) -> bool:
        """Pick the row of the keyboard, or let it go."""
        if self.rows:
            self.pick(self.at)
        return bool(self.rows)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos().y())
            one = self.rows[row] if row >= 0 else None
            QToolTip.showText(event.globalPos(), (one.tip or one.why or self.say(one)) if one else "", self)
            return True
        return super().event(event)
