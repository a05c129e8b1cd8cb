"""The plotting area of a chart: pyqtgraph's view without its own axes, menus and mouse rules."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import CAPTION, Themed, focus_ring, pen, text_width

Paint = Callable[[QPainter], None]
Tick = tuple[float, str]
Floats = NDArray[np.float64]


class PlotView(Themed, pg.GraphicsView):  # type: ignore[misc]
    """Lines and points in a `pg.ViewBox`; grid, ticks and labels are painted here, to the pixel.

    `under` and `over` hold painters in pixels, called before and after the items; their picture is kept
    until `place` or `refresh`. `on_top` are painted anew each time: the crosshair moves without drawing the
    lines again. Wheel zooms about the cursor, drag pans, double click asks to fit: the owner moves the
    window in answer to `window_wanted`.
    """

    pointed = Signal(float, float)
    unpointed = Signal()
    window_wanted = Signal(float, float)
    fit_wanted = Signal()
    clicked = Signal(float, float)
    resized = Signal()

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.start_theme(theme)
        # The background carries the grid and moves with every zoom.
        self.setCacheMode(QGraphicsView.CacheModeFlag(0))
        # Each change ends in `place` or in an explicit update: one paint, not one for every item.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setCentralItem(None)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 84)
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.box.disableAutoRange()
        self.addItem(self.box)
        self.under: list[Paint] = []
        self.over: list[Paint] = []
        self.on_top: list[Paint] = []
        self.as_vectors = False
        self._still: QPixmap | None = None
        self.x_ticks: list[Tick] = []
        self.y_ticks: list[Tick] = []
        self.y_side = "left"
        self.x_names = True
        self.vertical_grid = False
        self.interactive = True
        self.x_range = (0.0, 1.0)
        self.y_range = (0.0, 1.0)
        self.plot = QRectF(0, 0, 1, 1)
        self._margins = (0, 0, 0, 0)
        self._pressed: QPointF | None = None
        self._dragged = False
        self._ring = False

    # -- geometry ----------------------------------------------------------------------------------

    def place(
        self,
        margins: tuple[int, int, int, int],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
    ) -> None:
        """Margins in pixels (left, top, right, bottom) and the ranges that fill the rest."""
        self._margins = margins
        left, top, right, bottom = margins
        width, height = self.viewport().width(), self.viewport().height()
        plot = QRectF(left, top, max(10, width - left - right), max(10, height - top - bottom))
        resized, moved = plot != self.plot, (x_range, y_range) != (self.x_range, self.y_range)
        if resized:
            self.plot = plot
            self.box.setGeometry(plot)
        if moved:
            self.x_range, self.y_range = x_range, y_range
            self.box.setRange(xRange=x_range, yRange=y_range, padding=0, disableAutoRange=False)
        elif resized:
            # Curves thin themselves out by the width, but only look at it when a range changes.
            self.box.sigRangeChanged.emit(self.box, self.box.viewRange(), [True, False])
        # Left to the paint event, the new matrix would ask for a second one.
        self.box.updateMatrix()
        self.refresh()

    def refresh(self) -> None:
        """Draw everything again at the next paint."""
        self._still = None
        self.viewport().update()

    def x_px(self, x: float) -> float:
        """The pixel of an x value."""
        low, high = self.x_range
        return self.plot.left() + (x - low) / (high - low) * self.plot.width()

    def y_px(self, y: float) -> float:
        """The pixel of a y value."""
        low, high = self.y_range
        return self.plot.bottom() - (y - low) / (high - low) * self.plot.height()

    def line_path(self, xs: Floats, ys: Floats) -> QPainterPath:
        """The path of a line, broken where it is unknown."""
        path, down = QPainterPath(), False
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if y != y:
                down = False
                continue
            point = QPointF(self.x_px(x), self.y_px(y))
            if down:
                path.lineTo(point)
            else:
                path.moveTo(point)
            down = True
        return path

    def x_at(self, pixel: float) -> float:
        """The x value at a pixel."""
        low, high = self.x_range
        return low + (pixel - self.plot.left()) / self.plot.width() * (high - low)

    def y_at(self, pixel: float) -> float:
        """The y value at a pixel."""
        low, high = self.y_range
        return low + (self.plot.bottom() - pixel) / self.plot.height() * (high - low)

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.as_vectors:
            super().paintEvent(event)
            return
        ratio, area = self.devicePixelRatioF(), self.viewport().rect()
        if self._still is None or self._still.size() != area.size() * ratio:
            still = QPixmap(area.size() * ratio)
            still.setDevicePixelRatio(ratio)
            self.scene().prepareForPaint()
            painter = QPainter(still)
            QGraphicsView.render(self, painter, QRectF(area), area)
            painter.end()
            self._still = still
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._still)
        self._draw_top(painter)
        painter.end()

    def _draw_top(self, painter: QPainter) -> None:
        for paint in self.on_top:
            painter.save()
            paint(painter)
            painter.restore()
        if self._ring and self.hasFocus() and not self.as_vectors:
            focus_ring(painter, QRectF(self.viewport().rect()), self.theme)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, self.colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(self.colour("grid")))
        plot = self.plot
        for y, _ in self.y_ticks:
            row = round(self.y_px(y))
            if plot.top() - 1 <= row <= plot.bottom() + 1:
                painter.drawLine(int(plot.left()), row, int(plot.right()), row)
        if self.vertical_grid:
            for x, _ in self.x_ticks:
                column = round(self.x_px(x))
                painter.drawLine(column, int(plot.top()), column, int(plot.bottom()))
        if self.x_ticks:
            painter.setPen(pen(self.colour("line_strong")))
            painter.drawLine(int(plot.left()), int(plot.bottom()), int(plot.right()), int(plot.bottom()))
        for paint in self.under:
            painter.save()
            painter.setClipRect(plot.adjusted(0, 0, 1, 1), Qt.ClipOperation.IntersectClip)
            paint(painter)
            painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text3"))
        self._draw_ticks(painter)
        for paint in self.over:
            painter.save()
            paint(painter)
            painter.restore()
        if self.as_vectors:
            self._draw_top(painter)

    def _draw_ticks(self, painter: QPainter) -> None:
        plot = self.plot
        for y, text in self.y_ticks:
            row = self.y_px(y)
            if not plot.top() - 2 <= row <= plot.bottom() + 2:
                continue
            if self.y_side == "left":
                area = QRectF(0, row - 9, plot.left() - 7, 18)
                painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            else:
                area = QRectF(plot.right() + 7, row - 9, 200, 18)
                painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if not self.x_names:
            return
        before = -math.inf
        width = self.viewport().width()
        for x, text in self.x_ticks:
            half = text_width(painter.font(), text) / 2
            centre = self.x_px(x)
            # A name that would be cut or touch the one before is left out; its grid line stays.
            if centre - half < max(0.0, before + 6) or centre + half > width:
                continue
            before = centre + half
            area = QRectF(centre - half - 2, plot.bottom() + 4, 2 * half + 4, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    # -- mouse and keys ----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.interactive:
            event.ignore()
            return
        low, high = self.x_range
        turn = event.angleDelta()
        if abs(turn.x()) > abs(turn.y()):
            shift = -turn.x() / 120 * 0.08 * (high - low)
            self.window_wanted.emit(low + shift, high + shift)
        elif turn.y():
            factor = 0.85 ** (turn.y() / 120)
            about = min(max(self.x_at(event.position().x()), low), high)
            self.window_wanted.emit(about - (about - low) * factor, about + (high - about) * factor)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragged = False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            distance = place.x() - self._pressed.x()
            if self.interactive and (self._dragged or abs(distance) > 3):
                if not self._dragged:
                    self._dragged = True
                    self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                    self.unpointed.emit()
                low, high = self.x_range
                shift = -distance / self.plot.width() * (high - low)
                self._pressed = place
                self.window_wanted.emit(low + shift, high + shift)
        elif self.plot.adjusted(-4, -20, 4, 4).contains(place):
            self.pointed.emit(self.x_at(place.x()), self.y_at(place.y()))
        else:
            self.unpointed.emit()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            if self._dragged:
                self.viewport().unsetCursor()
            elif self.plot.contains(event.position()):
                self.clicked.emit(self.x_at(event.position().x()), self.y_at(event.position().y()))
            self._pressed = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.interactive:
            self.fit_wanted.emit()
        event.accept()

    def leaveEvent(self, event: object) -> None:
        self.unpointed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the chart around it answers

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A ring for those who came by keyboard.
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "box"):
            self.resized.emit()

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.refresh()
