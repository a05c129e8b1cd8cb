"""What followed a phase: a row each, with its count and its interval, never the one without the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.charts.chart import Chart
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.spoken import speak
from ui.widgets.tables import Table
from ui.widgets.themed import TABLE, Themed, focus_ring, pen, text_width


@dataclass(frozen=True, slots=True)
class FollowRow:
    """`count` of `of` spells gave way to `name`; `low` and `high` hold 95 %, as fractions."""

    name: str
    count: int
    of: int
    low: float
    high: float


class FollowList(Themed, QWidget):
    """The painted rows: name, dot with whiskers on an axis from 0 to 100 %, count and interval in words."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.rows: tuple[FollowRow, ...] = ()
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_rows(self, rows: Sequence[FollowRow]) -> None:
        self.rows = tuple(rows)
        self._at = min(self._at, len(rows) - 1)
        self.setAccessibleDescription("; ".join(self.say(row) for row in rows))
        self.updateGeometry()
        self.update()

    def say(self, row: FollowRow) -> str:
        """A row in words."""
        return self.tr("{name}: {count} of {of}, {interval}").format(
            name=row.name, count=row.count, of=row.of, interval=self._interval(row)
        )

    def _interval(self, row: FollowRow) -> str:
        low, high = (numbers.percent(one, 0, unit=False) for one in (row.low, row.high))
        return self.tr("{low} to {high} %").format(low=low, high=high)

    def sizeHint(self) -> QSize:
        return QSize(360, 27 * max(1, len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 20 * max(1, len(self.rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, strong = self.font_of(TABLE), self.font_of(TABLE, 600)
        names = max(text_width(plain, row.name) for row in self.rows) + 16
        tails = max(
            text_width(strong, self._count(row)) + text_width(plain, f" · {self._interval(row)}")
            for row in self.rows
        )
        axis = QRectF(names, 0, max(24.0, self.width() - names - tails - 14), self.height())
        height = min(44.0, self.height() / len(self.rows))
        for place, row in enumerate(self.rows):
            band = QRectF(0, place * height, self.width(), height)
            self._paint_row(painter, row, band, axis)
            if self.hasFocus() and place == self._at:
                focus_ring(painter, band, self.theme, 4)
        if self.hasFocus() and self._at < 0:
            focus_ring(painter, QRectF(self.rect()), self.theme)

    def _count(self, row: FollowRow) -> str:
        return self.tr("{0} of {1}").format(row.count, row.of)

    def _paint_row(self, painter: QPainter, row: FollowRow, band: QRectF, axis: QRectF) -> None:
        plain, strong = self.font_of(TABLE), self.font_of(TABLE, 600)
        middle = band.center().y()
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(plain)
        painter.setPen(self.colour("text"))
        painter.drawText(band, flags, row.name)

        def px(share: float) -> float:
            return axis.left() + share * axis.width()

        painter.setPen(pen(self.colour("grid")))
        painter.drawLine(QPointF(axis.left(), middle), QPointF(axis.right(), middle))
        painter.setPen(QPen(self.colour("text2"), 1.4))
        left, right = px(row.low), px(row.high)
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        for end in (left, right):
            painter.drawLine(QPointF(end, middle - 4.5), QPointF(end, middle + 4.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("text"))
        painter.drawEllipse(QPointF(px(row.count / row.of), middle), 4.5, 4.5)
        interval = f" · {self._interval(row)}"
        wide = text_width(plain, interval)
        painter.setPen(self.colour("text3"))
        painter.drawText(band, flags | Qt.AlignmentFlag.AlignRight, interval)
        painter.setFont(strong)
        painter.setPen(self.colour("text"))
        painter.drawText(band.adjusted(0, 0, -wide, 0), flags | Qt.AlignmentFlag.AlignRight, self._count(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            event.ignore()
            return
        self._at = min(max(self._at + step, 0), len(self.rows) - 1)
        speak(self, self.say(self.rows[self._at]))
        self.update()


class FollowRows(Chart):
    """The rows as a chart: with a table, exports and a menu."""

    def __init__(self, name: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__("", theme=theme, parent=parent)
        self.list = FollowList(theme=self.theme, parent=self)
        self.column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        self.set_name(name)

    def set_rows(self, rows: Sequence[FollowRow]) -> None:
        self.list.set_rows(rows)
        self.set_unknown_because(None)

    def drawing(self) -> QWidget:
        return self.list

    def table(self) -> Table:
        words = (self.tr("Then"), self.tr("Spells"), self.tr("Of"))
        header = (*words, self.tr("Share"), self.tr("Low"), self.tr("High"))
        rows = self.list.rows
        return Table(header, [(r.name, r.count, r.of, r.count / r.of, r.low, r.high) for r in rows])

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.list.apply_theme(theme)
