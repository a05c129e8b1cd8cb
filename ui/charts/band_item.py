"""The area between two lines, broken where either is unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from ui.widgets.themed import pen

Floats = NDArray[np.float64]


class BandItem(pg.GraphicsObject):  # type: ignore[misc]
    """Drawn from the visible part alone, a few points for each pixel.

    pyqtgraph's `FillBetweenItem` keeps the path of an earlier zoom when its curves are clipped to the view,
    and fills thousands of invisible points when they are not.
    """

    def __init__(self) -> None:
        super().__init__()
        self._x: Floats = np.empty(0)
        self._low: Floats = np.empty(0)
        self._high: Floats = np.empty(0)
        self._brush = QBrush()
        self._pen = QPen()
        self._paths: tuple[tuple[float, float, int], QPainterPath, QPainterPath] | None = None

    def set_data(self, x: Floats, low: Floats, high: Floats) -> None:
        """x (n,) ascending, edges (n,) as drawn; NaN in either edge is a gap."""
        self._x, self._low, self._high = x, low, high
        self._paths = None
        self.update()

    def set_style(self, fill: QColor, edge: QColor) -> None:
        """Colours of the area and of its 1-px edges."""
        self._brush, self._pen = QBrush(fill), pen(edge)
        self.update()

    def brush(self) -> QBrush:
        """How the area is filled."""
        return self._brush

    def boundingRect(self) -> QRectF:
        view = self.getViewBox()
        return QRectF(view.viewRect()) if view is not None else QRectF()

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        view = self.getViewBox()
        if view is None or not self._x.size:
            return
        (low, high), _ = view.viewRange()
        width = max(10, round(view.width()))
        if self._paths is None or self._paths[0] != (low, high, width):
            area, edges = self._build(low, high, width)
            self._paths = (low, high, width), area, edges
        _, area, edges = self._paths
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        painter.drawPath(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen)
        painter.drawPath(edges)

    def _build(self, low: float, high: float, width: int) -> tuple[QPainterPath, QPainterPath]:
        # One point more on each side, so that the band reaches the edge.
        first = max(0, int(np.searchsorted(self._x, low)) - 1)
        last = int(np.searchsorted(self._x, high, side="right")) + 1
        x, bottom, top = self._x[first:last], self._low[first:last], self._high[first:last]
        every = x.size // width
        if every > 1:
            starts = np.arange(0, x.size, every)
            x, bottom, top = x[starts], np.fmin.reduceat(bottom, starts), np.fmax.reduceat(top, starts)
        known = np.isfinite(bottom) & np.isfinite(top)
        bounds = np.flatnonzero(np.diff(np.r_[0, known.astype(np.int8), 0]))
        area, edges = QPainterPath(), QPainterPath()
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            run = slice(start, end)
            around = np.concatenate([x[run], x[run][::-1]])
            area.addPath(pg.arrayToQPath(around, np.concatenate([bottom[run], top[run][::-1]])))
            for edge in (bottom, top):
                edges.addPath(pg.arrayToQPath(x[run], edge[run]))
        return area, edges
