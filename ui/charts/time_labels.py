"""Words and dots at the ends of the lines, the legend, and the crosshair of a time chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from ui.charts.end_labels import spread
from ui.charts.plot_view import PlotView
from ui.charts.time_line import TimeLine, dash_of
from ui.charts.time_overlays import TimeOverlays
from ui.widgets.themed import CAPTION, TABLE, colour, label_colour, pen, text_width

APART = 14.0
LEGEND_FROM = 5
_LEGEND_ROW = 18


class TimeLabels:
    """Painted in pixels over the view; recomputed on every layout."""

    def __init__(
        self,
        view: PlotView,
        lines: Callable[[], Iterable[TimeLine]],
        overlays: TimeOverlays,
        to_axis: Callable[[float], float],
    ) -> None:
        self._view = view
        self._lines = lines
        self._overlays = overlays
        self._to_axis = to_axis
        self._placed: list[tuple[str, float, str | int, int]] = []
        self.cursor: float | None = None
        self.inline = False
        view.over.append(self._paint)
        view.on_top.append(self._paint_top)

    # -- layout ------------------------------------------------------------------------------------

    def legend_height(self, width: float) -> int:
        """Pixels that the legend needs above the plot."""
        lines = list(self._lines())
        if len(lines) < LEGEND_FROM:
            return 0
        return _LEGEND_ROW * (1 + max(row for _, row, _ in self._legend_places(lines, width)))

    def margin(self, window: tuple[float, float]) -> int:
        """Pixels that the longest label needs beside the plot, when that window is shown."""
        widths = [text_width(self._font(weight), text) for text, _, _, weight in self._wanted(window)]
        return round(max(widths, default=-8)) + 8

    def arrange(self) -> None:
        """Find the place of each label in the present ranges."""
        view = self._view
        wanted = [
            (text, y, token, weight)
            for text, y, token, weight in self._wanted(view.x_range)
            if _inside(y, view)
        ]
        rows = [view.y_px(y) for _, y, _, _ in wanted]
        low, high = view.plot.top() + 4, view.plot.bottom() - 4
        self._placed = [
            (text, row, token, weight)
            for (text, _, token, weight), row in zip(wanted, spread(rows, APART, low, high), strict=True)
        ]

    def places(self) -> list[tuple[str, float]]:
        """Each label and the pixel row of its middle."""
        return [(text, row) for text, row, _, _ in self._placed]

    def _wanted(self, window: tuple[float, float]) -> list[tuple[str, float, str | int, int]]:
        found: list[tuple[str, float, str | int, int]] = []
        for line in self._lines():
            text = line.end_text or (line.title if line.label else "")
            last = line.last_before(window[1]) if text else None
            if last is not None and last[0] >= window[0]:
                found.append((text, self._to_axis(last[1]), line.series, 600))
        if self._view.y_side == "left":
            found += [
                (threshold.label, self._to_axis(threshold.value), threshold.colour, 400)
                for threshold in self._overlays.thresholds.values()
                if threshold.label
            ]
        return found

    def _font(self, weight: int) -> QFont:
        return self._view.font_of(TABLE if weight > 400 else CAPTION, weight)

    def _legend_places(self, lines: list[TimeLine], width: float) -> list[tuple[TimeLine, int, float]]:
        font = self._view.font_of(CAPTION)
        row, x, places = 0, 0.0, []
        for line in lines:
            needed = 26 + text_width(font, line.title) + 14
            if x and x + needed > width:
                row, x = row + 1, 0.0
            places.append((line, row, x))
            x += needed
        return places

    # -- painting ----------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        view, theme = self._view, self._view.theme
        left = view.plot.right() + 6
        for text, row, token, weight in self._placed:
            painter.setFont(self._font(weight))
            painter.setPen(label_colour(theme, token))
            painter.drawText(QRectF(left, row - 9, 400, 18), Qt.AlignmentFlag.AlignVCenter, text)
        if view.y_side == "right":
            self._paint_inner_thresholds(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self._lines():
            last = line.last_before(view.x_range[1]) if line.end_dot else None
            if last is not None and last[0] >= view.x_range[0]:
                self._dot(painter, line, last, 3)
        self._paint_legend(painter)

    def _paint_top(self, painter: QPainter) -> None:
        view = self._view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.cursor is not None and view.x_range[0] <= self.cursor <= view.x_range[1]:
            self._paint_cursor(painter, self.cursor)

    def _paint_inner_thresholds(self, painter: QPainter) -> None:
        view = self._view
        painter.setFont(self._font(400))
        for threshold in self._overlays.thresholds.values():
            level = self._to_axis(threshold.value)
            if not _inside(level, view):
                continue  # its line is out of sight, perhaps further than pixels can be counted
            row = view.y_px(level)
            words = painter.fontMetrics().tightBoundingRect(threshold.label)
            words.translate(round(view.plot.left()) + 4, round(row) - 4)
            # A line that crosses the words must not cross them out.
            painter.fillRect(words.adjusted(-2, -1, 2, 1), colour(view.theme, "surface", 0.75))
            painter.setPen(label_colour(view.theme, threshold.colour))
            painter.drawText(QPointF(view.plot.left() + 4, row - 4), threshold.label)

    def _paint_legend(self, painter: QPainter) -> None:
        view = self._view
        lines = list(self._lines())
        if len(lines) < LEGEND_FROM:
            return
        painter.setFont(view.font_of(CAPTION))
        for line, row, x in self._legend_places(lines, view.plot.width()):
            left, middle = view.plot.left() + x, row * _LEGEND_ROW + _LEGEND_ROW / 2
            dash = dash_of(view.theme, line.series) if line.dashed else None
            painter.setPen(pen(colour(view.theme, line.series), 2, dash))
            painter.drawLine(QPointF(left, middle), QPointF(left + 20, middle))
            painter.setPen(colour(view.theme, "text2"))
            painter.drawText(QPointF(left + 26, middle + 4), line.title)

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        view, theme = self._view, self._view.theme
        column = round(view.x_px(x)) + 0.5
        painter.setPen(QPen(colour(theme, "text"), 1))
        painter.drawLine(QPointF(column, view.plot.top()), QPointF(column, view.plot.bottom()))
        lines = list(self._lines())
        for line in lines:
            point = line.at(x)
            if point is None:
                continue
            self._dot(painter, line, point, 3.5)
            if self.inline and len(lines) == 1:
                self._paint_inline(painter, line.text_at(x), column, view.y_px(self._to_axis(point[1])))

    def _paint_inline(self, painter: QPainter, text: str, column: float, row: float) -> None:
        view = self._view
        painter.setFont(view.font_of(TABLE, 600))
        width = text_width(painter.font(), text) + 8
        left = column + 8 if column + 8 + width < view.plot.right() else column - 8 - width
        top = row + 8 if row + 26 < view.plot.bottom() else row - 26
        words = QRectF(left, top, width, 18)
        painter.fillRect(words, colour(view.theme, "surface", 0.8))
        painter.setPen(colour(view.theme, "text"))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)

    def _dot(self, painter: QPainter, line: TimeLine, point: tuple[float, float], radius: float) -> None:
        view = self._view
        y = self._to_axis(point[1])
        if not _inside(y, view):
            return
        painter.setPen(QPen(colour(view.theme, "surface"), 1.5))
        painter.setBrush(colour(view.theme, line.series))
        painter.drawEllipse(QPointF(view.x_px(point[0]), view.y_px(y)), radius + 0.75, radius + 0.75)


def _inside(y: float, view: PlotView) -> bool:
    low, high = view.y_range
    return low <= y <= high
