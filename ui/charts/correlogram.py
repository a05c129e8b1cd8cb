"""Correlation by lag: does one line lead the other?"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.charts.axis_ticks import linear_ticks
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, TABLE, colour, pen, text_width


class Correlogram(PlotChart):
    """Stems over lags, a family-wise band behind them, the peak in colour with its words.

    Lags left of zero: the second line comes first. Arrow keys go through the lags.
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
        self._unit = self.tr("w")
        self._same = self.tr("same week")
        self._lags: Any = np.empty(0)
        self._values: Any = np.empty(0)
        self._low: Any = np.empty(0)
        self._high: Any = np.empty(0)
        self._peak: int | None = None
        self._peak_text = self._before = self._after = self._band_text = ""
        self.view.under.append(self._paint_band)
        self.view.over.append(self._paint_stems)
        self.view.on_top.append(self._paint_chosen)
        self.view.pointed.connect(self._point)

    def set_lags(
        self,
        lags: Any,
        values: Any,
        low: Any,
        high: Any,
        *,
        peak: int | None = None,
        peak_text: str = "",
        before: str = "",
        after: str = "",
        band_text: str = "",
    ) -> None:
        """Lags (n,) with correlations (n,), NaN unknown; band edges (n,) or one number for all lags.

        `peak` is a lag, `before` and `after` name the sides ("← ALT50 first").
        """
        self._lags = np.asarray(lags, dtype=np.float64)
        self._values = np.asarray(values, dtype=np.float64)
        self._low = np.broadcast_to(np.asarray(low, dtype=np.float64), self._lags.shape)
        self._high = np.broadcast_to(np.asarray(high, dtype=np.float64), self._lags.shape)
        self._peak, self._peak_text = peak, peak_text
        self._before, self._after, self._band_text = before, after, band_text
        self.set_unknown_because(None)
        self.schedule()

    # -- PlotChart ---------------------------------------------------------------------------------

    def count(self) -> int:
        return int(self._lags.size)

    def x_extent(self) -> tuple[float, float]:
        if not self._lags.size:
            return -1.0, 1.0
        return float(self._lags[0]) - 0.8, float(self._lags[-1]) + 0.8

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        shown = (self._lags >= window[0]) & (self._lags <= window[1])
        parts = np.concatenate([part[shown] for part in (self._values, self._low, self._high)])
        parts = parts[np.isfinite(parts)]
        if not parts.size:
            return -0.5, 0.5
        low, high = min(0.0, float(parts.min())), max(0.0, float(parts.max()))
        # The names of the sides stand above the stems.
        return low - 0.1 * (high - low), high + 0.25 * (high - low)

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        across = self._lag_ticks(x)
        up = linear_ticks(*y, max(3, min(4, self.view.viewport().height() // 28)))
        names = [self._lag_text(lag, at_end=lag in (across[0], across[-1])) for lag in across]
        return list(zip(across, names, strict=True)), list(
            zip(up, numbers.tick_texts(up, "figure"), strict=True)
        )

    def _lag_ticks(self, x: tuple[float, float]) -> list[float]:
        first, last = np.ceil(x[0]), np.floor(x[1])
        if first < 0 < last and self._window is None:
            return [float(first), float(round(first / 2)), 0.0, float(round(last / 2)), float(last)]
        return linear_ticks(float(first), float(last), 5)

    def _lag_text(self, lag: float, at_end: bool = True) -> str:
        if lag == 0:
            return self._same
        text = numbers.fixed(lag, 0, sign=True)
        return f"{text} {self._unit}" if at_end else text

    def right_margin(self) -> int:
        words = self._band_text.split("\n")
        font = self.font_of(CAPTION)
        return 12 + round(max((text_width(font, word) for word in words), default=0.0))

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        value = float(self._values[place])
        band = numbers.interval(float(self._low[place]), float(self._high[place]))
        entries = [
            Entry(1, self.tr("correlation"), numbers.fixed(value)),
            Entry(None, self.tr("chance band"), band),
        ]
        return self._lag_text(float(self._lags[place])), entries, (float(self._lags[place]), value)

    def table(self) -> Table:
        header = (self.tr("Lag"), self.tr("Correlation"), self.tr("Band, lower"), self.tr("Band, upper"))
        return Table(header, list(zip(self._lags, self._values, self._low, self._high, strict=True)))

    def _point(self, x: float, _y: float) -> None:
        if self.count():
            self.choose(int(np.abs(self._lags - x).argmin()))

    # -- painting ----------------------------------------------------------------------------------

    def _paint_band(self, painter: QPainter) -> None:
        if not self.count():
            return
        view = self.view
        ink = self.colour("neutral", 0.14)
        for lag, low, high in zip(self._lags, self._low, self._high, strict=True):
            if np.isfinite(low) and np.isfinite(high):
                left, right = round(view.x_px(lag - 0.5)), round(view.x_px(lag + 0.5))
                top = view.y_px(high)
                painter.fillRect(QRectF(left, top, right - left, view.y_px(low) - top), ink)

    def _paint_stems(self, painter: QPainter) -> None:
        if not self.count():
            return
        view = self.view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(view.plot.adjusted(0, -8, 160, 2))
        zero = view.y_px(0.0)
        painter.setPen(pen(self.colour("line_strong")))
        painter.drawLine(QPointF(view.plot.left(), round(zero)), QPointF(view.plot.right(), round(zero)))
        for lag, value in zip(self._lags, self._values, strict=True):
            peak = self._peak is not None and lag == self._peak
            ink = colour(self.theme, 1) if peak else self.colour("neutral")
            self._paint_stem(painter, float(lag), float(value), ink, peak)
        self._paint_words(painter)

    def _paint_stem(self, painter: QPainter, lag: float, value: float, ink: QColor, strong: bool) -> None:
        view = self.view
        x = view.x_px(lag)
        if not np.isfinite(value) or not view.plot.left() - 4 <= x <= view.plot.right() + 4:
            return
        top = view.y_px(value)
        painter.setPen(QPen(ink, 3 if strong else 1.2))
        painter.drawLine(QPointF(x, view.y_px(0.0)), QPointF(x, top))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        radius = 3.5 if strong else 2.2
        painter.drawEllipse(QPointF(x, top), radius, radius)

    def _paint_chosen(self, painter: QPainter) -> None:
        place = self.chosen()
        if place is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            lag, value = float(self._lags[place]), float(self._values[place])
            self._paint_stem(painter, lag, value, self.colour("accent"), True)

    def _paint_words(self, painter: QPainter) -> None:
        view = self.view
        caption = self.font_of(CAPTION)
        painter.setFont(caption)
        painter.setPen(self.colour("text2"))
        row = QRectF(view.plot.left() + 6, view.plot.top() - 2, view.plot.width() - 12, 16)
        if self._band_text and self._high.size:
            middle = (view.y_px(float(self._high[-1])) + view.y_px(float(self._low[-1]))) / 2
            lines = self._band_text.count("\n") + 1
            area = QRectF(view.plot.right() + 6, middle - 8 * lines, 200, 16 * lines)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._band_text
            )
        sides = text_width(caption, self._before) + text_width(caption, self._after)
        words = text_width(self.font_of(TABLE, 600), self._peak_text)
        if sides + words + 60 < view.plot.width():
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._before)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._after)
        if self._peak is not None and self._peak_text:
            x = view.x_px(float(self._peak))
            painter.setFont(self.font_of(TABLE, 600))
            painter.setPen(self.colour("text"))
            left = x + 9 if x + 9 + words < view.plot.right() else x - 9 - words
            painter.drawText(
                QRectF(left, row.top(), words + 2, 16), Qt.AlignmentFlag.AlignVCenter, self._peak_text
            )
