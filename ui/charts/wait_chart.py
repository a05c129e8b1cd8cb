"""How the share of events after which something had begun grows with the days waited, beside any day's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.charts.event_fan import spread
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, colour, label_colour, pen, text_width

Floats = NDArray[np.float64]


class WaitChart(PlotChart):
    """Days waited along x, shares up; every event stands as a tick on its own day along the bottom."""

    def __init__(
        self, title: str = "", *, key: str = "", theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, key=key, theme=theme, parent=parent)
        self._days: Floats = np.empty(0)
        self._share: Floats = np.empty(0)
        self._base: Floats = np.empty(0)
        self._counted: NDArray[np.intp] = np.empty(0, np.intp)
        self._waits: Floats = np.empty(0)
        self._names: tuple[str, str] = ("", "")
        self._at_day: tuple[int, str] | None = None
        self.view.under.append(self._paint)
        self.view.over.append(self._paint_words)
        self.view.on_top.append(self._paint_chosen)
        self.view.pointed.connect(self._point)

    def set_curves(
        self,
        days: Floats,
        share: Floats,
        base: Floats,
        counted: NDArray[np.intp],
        waits: Floats,
        *,
        names: tuple[str, str],
        horizon: int | None = None,
    ) -> None:
        """Shares by days waited (n,), of events and of any day; `waits` (n_events,) that of each event."""
        self._days, self._share, self._base, self._counted = days, share, base, counted
        self._waits, self._names = waits[np.isfinite(waits)], names
        self._at_day = None if horizon is None else (horizon, numbers.fixed(horizon, 0))
        self.set_unknown_because(None)
        self.schedule()

    def count(self) -> int:
        return int(self._days.size)

    def x_extent(self) -> tuple[float, float]:
        return (0.0, float(self._days[-1])) if self._days.size else (0.0, 1.0)

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        return -0.06, 1.02

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        across = [tick for tick in (0.0, 30.0, 60.0, 90.0, 180.0, 270.0, 365.0) if x[0] <= tick <= x[1]]
        shares = [0.0, 0.25, 0.5, 0.75, 1.0] if self.view.viewport().height() > 120 else [0.0, 0.5, 1.0]
        return [(tick, numbers.fixed(tick, 0)) for tick in across], [
            (share, numbers.percent(share, 0)) for share in shares
        ]

    def right_margin(self) -> int:
        return 12 + round(max(text_width(self.font_of(CAPTION, 600), name) for name in self._names))

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        entries = [
            Entry(1, self._names[0], numbers.percent(float(self._share[place]), 0)),
            Entry(None, self._names[1], numbers.percent(float(self._base[place]), 0)),
            Entry(None, self.tr("events with a finished window"), f"{int(self._counted[place])}"),
        ]
        heading = self.tr("within {0} days").format(int(self._days[place]))
        return heading, entries, (float(self._days[place]), float(self._share[place]))

    def table(self) -> Table:
        header = (self.tr("Days"), *self._names, self.tr("Events with a finished window"))
        return Table(
            header, list(zip(self._days, self._share, self._base, self._counted.tolist(), strict=True))
        )

    def _point(self, x: float, _y: float) -> None:
        if self.count():
            self.choose(int(np.abs(self._days - x).argmin()))

    def _paint(self, painter: QPainter) -> None:
        if not self.count():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._at_day is not None:
            painter.setPen(pen(self.colour("line_strong"), 1))
            x = round(self.view.x_px(self._at_day[0]))
            painter.drawLine(x, int(self.view.plot.top()), x, int(self.view.plot.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.colour("text2"), 1.4, [5.0, 3.0]))
        painter.drawPath(self.view.line_path(self._days, self._base))
        painter.setPen(pen(colour(self.theme, 1), 2.0))
        painter.drawPath(self.view.line_path(self._days, self._share))
        painter.setPen(QPen(colour(self.theme, 1), 1.6))
        low, high = self.view.y_px(-0.05), self.view.y_px(-0.01)
        for wait in self._waits.tolist():
            if wait <= self._days[-1]:
                x_px = self.view.x_px(wait)
                painter.drawLine(QPointF(x_px, low), QPointF(x_px, high))

    def _paint_words(self, painter: QPainter) -> None:
        labels = []
        for values, text, token in (
            (self._share, self._names[0], 1),
            (self._base, self._names[1], "text2"),
        ):
            known = np.flatnonzero(np.isfinite(values))
            if known.size:
                labels.append((self.view.y_px(float(values[known[-1]])), text, token))
        plot = self.view.plot
        painter.setFont(self.font_of(CAPTION, 600))
        places = spread([one[0] for one in labels], plot.top() + 6, plot.bottom() - 6)
        for y, (_, text, token) in zip(places, labels, strict=True):
            painter.setPen(label_colour(self.theme, token))
            area = QRectF(plot.right() + 6, y - 8, 200, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_chosen(self, painter: QPainter) -> None:
        place = self.chosen()
        if place is not None and place < self.count():
            x = self.view.x_px(float(self._days[place]))
            painter.setPen(pen(self.colour("accent")))
            painter.drawLine(QPointF(x, self.view.plot.top()), QPointF(x, self.view.plot.bottom()))
