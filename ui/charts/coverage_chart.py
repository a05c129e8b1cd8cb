"""Which days of each series are there: one strip a row on a common time axis, gaps hatched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from models.market.coverage import Strip
from models.market.snapshot import Day
from models.qt.reader import readable
from ui.charts import time_axis
from ui.theme.tokens import Theme
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, TABLE, hatch
from ui.widgets.walked import Walked

ROW, BAR, AXIS = 23, 11, 20
NAME = 196


class CoverageChart(Walked):
    """A grey strip where values are, thinner where the universe is partial, hatched where there are none."""

    def __init__(self, theme: Theme | None = None) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("Coverage"))
        self._strips: tuple[Strip, ...] = ()

    def set_strips(self, strips: Sequence[Strip]) -> None:
        """Show other series."""
        self._strips = tuple(strips)
        said = []
        for one in self._strips:
            if one.first is None:
                said.append(self.tr("{0}: never fetched").format(one.title))
            else:
                few = {0: self.tr("no gap"), 1: self.tr("one gap")}
                gaps = few.get(len(one.gaps)) or self.tr("{0} gaps").format(len(one.gaps))
                said.append(readable(f"{one.title}: {one.first} – {one.last}, {gaps}"))
        self.setToolTip("\n".join(said))
        self.set_places(said)

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW)

    def table(self) -> Table:
        header = (self.tr("Series"), self.tr("First day"), self.tr("Last day"), self.tr("Gaps"))
        return Table(header, [(one.title, one.first, one.last, len(one.gaps)) for one in self._strips])

    def sizeHint(self) -> QSize:
        return QSize(500, ROW * max(1, len(self._strips)) + AXIS)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, ROW * max(1, len(self._strips)) + AXIS)

    def paintEvent(self, event: QPaintEvent) -> None:
        known = [one for one in self._strips if one.first is not None]
        if not known:
            return
        painter = QPainter(self)
        first = min(time_axis.day_x(one.first) for one in known if one.first is not None)
        first = max(first, time_axis.day_x(np.datetime64("2012-01-01", "D")))
        last = max(time_axis.day_x(one.last) for one in known if one.last is not None)
        left, right = NAME, self.width() - 12
        bottom = ROW * len(self._strips)

        def px(x: float) -> float:
            return left + (right - left) * (max(x, first) - first) / max(last - first, 1.0)

        painter.setFont(self.font_of(CAPTION))
        for x, text in time_axis.ticks(first, last, max(2, (right - left) // 90)):
            painter.setPen(self.colour("grid"))
            painter.drawLine(int(px(x)), 0, int(px(x)), bottom)
            painter.setPen(self.colour("text2"))
            painter.drawText(QRectF(px(x) - 40, bottom + 2, 80, 16), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(self.font_of(TABLE))
        for at, one in enumerate(self._strips):
            top = at * ROW + (ROW - BAR) / 2
            painter.setPen(self.colour("text"))
            name = painter.fontMetrics().elidedText(one.title, Qt.TextElideMode.ElideLeft, NAME - 12)
            painter.drawText(
                QRectF(0, at * ROW, NAME - 10, ROW),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                name,
            )
            if one.first is None:
                painter.setPen(self.colour("text2"))
                painter.drawText(
                    QRectF(left + 8, at * ROW, 200, ROW),
                    Qt.AlignmentFlag.AlignVCenter,
                    self.tr("never fetched"),
                )
                continue
            for span in one.held:
                painter.fillRect(self._box(px, span.start, span.end, top, BAR), self.colour("neutral"))
            for span in one.partial:
                box = self._box(px, span.start, span.end, top, BAR)
                painter.fillRect(QRectF(box.left(), top, box.width(), BAR * 0.6), self.colour("surface"))
            for span in one.gaps:
                box = self._box(px, span.start, span.end, top, BAR)
                painter.fillRect(box, self.colour("fault_fill"))
                painter.fillRect(box, hatch(self.theme))
                painter.setPen(self.colour("fault"))
                painter.drawRect(box.adjusted(0, 0, -1, -1))
        self.paint_focus(painter)

    def _box(self, px: Callable[[float], float], start: Day, end: Day, top: float, height: float) -> QRectF:
        low = px(time_axis.day_x(start))
        high = px(time_axis.day_x(end) + 1)
        return QRectF(low, top, max(1.0, high - low), height)
