"""How often an outcome came: bars, and an outline of the same without something."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from models.qt.reader import short_number
from ui.charts.axis_ticks import linear_ticks, log_ticks
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import colour, pen

Floats = NDArray[np.float64]
DIMMED = 0.4
"""Opacity of what belongs to something that has changed since."""


class HistogramChart(PlotChart):
    """`set_histograms` takes common edges (n + 1,) and two rows of counts (n,); `percent` names fractions.

    Edges at equal ratios are drawn at equal distances, on a logarithmic axis. `set_dimmed` greys it out: it
    belongs to something that has changed since.
    """

    def __init__(self, title: str = "", *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(title, theme=theme, parent=parent)
        self.percent = False
        self._edges: Floats = np.empty(0)
        self._places: Floats = np.empty(0)
        self.is_log = False
        self._dimmed = False
        self._bars: Floats = np.empty(0)
        self._outline: Floats = np.empty(0)
        self.view.under.append(self._paint)
        self.view.pointed.connect(self._point)

    def set_histograms(self, edges: Floats, bars: Floats, outline: Floats) -> None:
        """Show other counts."""
        self._edges, self._bars, self._outline = edges, bars, outline
        self.is_log = bool(edges[0] > 0 and np.allclose(edges[1:] / edges[:-1], edges[1] / edges[0]))
        self._places = np.log10(edges) if self.is_log else edges
        self.set_unknown_because(None)
        self.schedule()

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether it belongs to something older."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.view.refresh()

    def x_extent(self) -> tuple[float, float]:
        return (float(self._places[0]), float(self._places[-1])) if self._places.size else (0.0, 1.0)

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        most = max((float(one.max()) for one in (self._bars, self._outline) if one.size), default=1.0)
        return 0.0, 1.05 * max(most, 1e-12)

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        if self.is_log:
            return [(math.log10(at), self._said(at)) for at in log_ticks(*x)], []
        return [(at, self._said(at)) for at in linear_ticks(*x, wanted=4)], []

    def count(self) -> int:
        return int(self._bars.size)

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        low, high = float(self._edges[place]), float(self._edges[place + 1])
        middle = float(self._places[place] + self._places[place + 1]) / 2
        whole, other = max(float(self._bars.sum()), 1e-12), max(float(self._outline.sum()), 1e-12)
        entries = [
            Entry(1, self.tr("with ladders"), numbers.percent(self._bars[place] / whole)),
            Entry(None, self.tr("held"), numbers.percent(self._outline[place] / other)),
        ]
        return f"{self._said(low)} … {self._said(high)}", entries, (middle, 0.0)

    def table(self) -> Table:
        header = (self.tr("From"), self.tr("To"), self.tr("With ladders"), self.tr("Held"))
        rows = [
            (float(a), float(b), float(c), float(d))
            for a, b, c, d in zip(self._edges[:-1], self._edges[1:], self._bars, self._outline, strict=True)
        ]
        return Table(header, rows)

    def _said(self, value: float) -> str:
        if self.percent:
            return f"{100 * value:.0f} %"
        for limit, unit in ((1e9, " B"), (1e6, " M"), (1e3, " k")):
            if abs(value) >= limit:
                return f"{short_number(value / limit)}{unit}"
        return numbers.figure(value)

    def _point(self, x: float, _y: float) -> None:
        if self._edges.size:
            self.choose(int(np.clip(np.searchsorted(self._places, x, side="right") - 1, 0, self.count() - 1)))

    def _paint(self, painter: QPainter) -> None:
        if not self._edges.size:
            return
        theme, view = self.view.theme, self.view
        painter.setOpacity(DIMMED if self._dimmed else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        foot = view.y_px(0.0)
        for low, high, bar in zip(self._places[:-1], self._places[1:], self._bars, strict=True):
            left, right = view.x_px(float(low)), view.x_px(float(high))
            top = view.y_px(float(bar))
            painter.fillRect(
                QRectF(left, top, max(1.0, right - left - 1), foot - top), colour(theme, 1, 0.55)
            )
        steps = []
        for low, high, bar in zip(self._places[:-1], self._places[1:], self._outline, strict=True):
            y = view.y_px(float(bar))
            steps += [QPointF(view.x_px(float(low)), y), QPointF(view.x_px(float(high)), y)]
        painter.setPen(pen(colour(theme, "text2"), 1.3))
        painter.drawPolyline(QPolygonF(steps))
