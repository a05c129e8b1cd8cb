"""Returns of one line against those of another, with the fitted slope."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.charts.axis_ticks import linear_ticks
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.dates import day_text
from ui.widgets.tables import Table
from ui.widgets.themed import TABLE, colour, pen, text_width

_NEAR = 9.0


class ScatterChart(PlotChart):
    """Points at 45 %, the newest one ringed, the fitted line with its band, and zero lines.

    The nearest point to the pointer names its week; arrow keys go through the weeks in time.
    """

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, key=key, theme=theme, parent=parent)
        self._days: Any = np.empty(0, "datetime64[D]")
        self._x: Any = np.empty(0)
        self._y: Any = np.empty(0)
        self._label = ""
        self._names = ("x", "y")
        self._points = pg.ScatterPlotItem(size=5, pxMode=True, pen=None)
        self._fit = pg.PlotDataItem(antialias=True)
        self._edges = (pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True))
        self._band = pg.FillBetweenItem(*self._edges)
        for z, item in enumerate((self._band, *self._edges, self._points, self._fit)):
            item.setZValue(z)
            self.view.box.addItem(item, ignoreBounds=True)
        self.view.under.append(self._paint_zero)
        self.view.over.append(self._paint_over)
        self.view.on_top.append(self._paint_chosen)
        self.view.pointed.connect(self._point)
        self._restyle()

    # -- data --------------------------------------------------------------------------------------

    def set_points(self, days: Any, x: Any, y: Any) -> None:
        """Days (n,) on which the returns end, returns across (n,) and up (n,) as fractions; gaps left out."""
        days = np.asarray(days, dtype="datetime64[D]")
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        known = np.isfinite(x) & np.isfinite(y)
        self._days, self._x, self._y = days[known], x[known], y[known]
        self._points.setData(self._x, self._y)
        self.set_unknown_because(None)
        self.schedule()

    def set_fit(
        self, slope: float, intercept: float, band_x: Any, band_low: Any, band_high: Any, label: str = ""
    ) -> None:
        """The line y = intercept + slope x over the band's x (m,), its band (m,), and words for it."""
        x = np.asarray(band_x, dtype=np.float64)
        self._fit.setData(x, intercept + slope * x)
        for edge, values in zip(self._edges, (band_low, band_high), strict=True):
            edge.setData(x, np.asarray(values, dtype=np.float64))
        self._label = label
        self.schedule()

    def set_axis_names(self, across: str, up: str) -> None:
        """The two lines, for the read-out and the table."""
        self._names = (across, up)

    # -- PlotChart ---------------------------------------------------------------------------------

    def count(self) -> int:
        return int(self._x.size)

    def x_extent(self) -> tuple[float, float]:
        return _roomy(self._x)

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        return _roomy(self._y[(self._x >= window[0]) & (self._x <= window[1])])

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        across = linear_ticks(*x, max(3, min(5, self.view.viewport().width() // 60)))
        up = linear_ticks(*y, max(3, min(5, self.view.viewport().height() // 28)))
        return (
            list(zip(across, numbers.tick_texts(across, "change"), strict=True)),
            list(zip(up, numbers.tick_texts(up, "change"), strict=True)),
        )

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        x, y = float(self._x[place]), float(self._y[place])
        entries = [
            Entry(None, self._names[0], numbers.change(x)),
            Entry(None, self._names[1], numbers.change(y)),
        ]
        return day_text(self._days[place]), entries, (x, y)

    def table(self) -> Table:
        return Table((self.tr("Day"), *self._names), list(zip(self._days, self._x, self._y, strict=True)))

    def _point(self, x: float, y: float) -> None:
        if not self.count():
            return
        view = self.view
        width, height = view.x_range[1] - view.x_range[0], view.y_range[1] - view.y_range[0]
        away = np.hypot(
            (self._x - x) / width * view.plot.width(), (self._y - y) / height * view.plot.height()
        )
        nearest = int(away.argmin())
        self.choose(nearest if away[nearest] <= _NEAR else None)

    # -- painting ----------------------------------------------------------------------------------

    def _paint_zero(self, painter: QPainter) -> None:
        view = self.view
        painter.setPen(pen(self.colour("line_strong")))
        x, y = round(view.x_px(0.0)), round(view.y_px(0.0))
        painter.drawLine(x, int(view.plot.top()), x, int(view.plot.bottom()))
        painter.drawLine(int(view.plot.left()), y, int(view.plot.right()), y)

    def _paint_over(self, painter: QPainter) -> None:
        view = self.view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.count():
            # The points are in the order of time: the last is the newest.
            newest = QPointF(view.x_px(float(self._x[-1])), view.y_px(float(self._y[-1])))
            painter.setPen(QPen(self.colour("surface"), 1.5))
            painter.setBrush(self.colour("text"))
            painter.drawEllipse(newest, 4.5, 4.5)
        if self._label:
            painter.setFont(self.font_of(TABLE, 600))
            width = text_width(painter.font(), self._label) + 8
            words = QRectF(view.plot.right() - width, view.plot.bottom() - 20, width, 18)
            painter.fillRect(words, self.colour("surface", 0.7))
            painter.setPen(self.colour("text"))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._label)

    def _paint_chosen(self, painter: QPainter) -> None:
        place = self.chosen()
        if place is not None:
            x, y = self.described(place)[2]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.colour("accent"), 2))
            painter.drawEllipse(QPointF(self.view.x_px(x), self.view.y_px(y)), 6, 6)

    def _restyle(self) -> None:
        self._points.setBrush(colour(self.theme, 1, 0.45))
        self._fit.setPen(pen(self.colour("text"), 2))
        for edge in self._edges:
            edge.setPen(pen(self.colour("neutral", 0.5)))
        self._band.setBrush(self.colour("neutral", 0.22))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._restyle()


def _roomy(values: Any) -> tuple[float, float]:
    """The span of values with a little room; zero is always in it."""
    if not values.size:
        return -0.1, 0.1
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.06 * (high - low) or 0.05
    return low - room, high + room
