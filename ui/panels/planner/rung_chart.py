"""The price of a coin with the rungs of its ladder: targets can be dragged to another price."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from models.market.snapshot import Floats
from models.market.unknown import Unknown
from models.qt.positions import amount
from models.risk.ladders.view import LadderView
from ui.charts import time_axis
from ui.charts.axis_ticks import log_ticks
from ui.charts.noted import Noted, Notes
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.charts.time_overlays import TimeOverlays
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, colour, label_colour, pen, text_width

PAST, FUTURE = 730, 365
REACH_PX = 7
LABELS = 118


class RungChart(Noted, PlotChart):
    """Two years of closes on a logarithmic axis, the levels right of today. `level_moved(rung, price)`."""

    level_moved = Signal(int, float)

    def __init__(self, title: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(title, theme=theme, parent=parent)
        self._x: Floats = np.empty(0)
        self._closes: Floats = np.empty(0)
        self._levels: dict[int, float] = {}
        self._stop: float | None = None
        self._cost: float | None = None
        self._notes: Mapping[int, str] = {}
        self._fan: tuple[Floats, Mapping[float, Floats]] | None = None
        self._dragged: int | None = None
        self._chosen_rung: int | None = None
        self.locked = False
        self.view.interactive = False
        self.view.under.append(self._paint)
        self.view.over.append(self._paint_words)
        self._overlays = TimeOverlays(self.view, math.log10)
        self.view.pointed.connect(self._point)
        self.view.viewport().installEventFilter(self)

    def show_view(self, view: LadderView, fan: tuple[Floats, Mapping[float, Floats]] | None = None) -> None:
        """Show another position; `fan` has days from today and price quantiles by level."""
        known = np.isfinite(view.closes)
        days, closes = view.days[known][-PAST:], view.closes[known][-PAST:]
        self._x, self._closes = time_axis.to_x(days), closes
        if self._dragged is None:
            self._levels = dict(view.levels)
        self._stop, self._cost, self._fan = view.stop, view.position.cost, fan
        self._notes = {
            at: f"{100 * rung.share:.0f} %" + (f" {self.tr('rest')}" if rung.of == "remaining" else "")
            for at, rung in enumerate(view.position.ladder)
        }
        why = view.price.why if isinstance(view.price, Unknown) and not closes.size else None
        self.set_unknown_because(why)
        self.schedule()

    def set_notes(self, notes: Notes) -> None:
        """What a person noted, at the foot of the chart; the crosshair reads it out."""
        if self._overlays.notes is not notes:
            self._overlays.notes = notes
            self.view.refresh()

    def choose_rung(self, rung: int | None) -> None:
        """Draw one rung stronger."""
        self._chosen_rung = rung
        self.view.refresh()

    # -- PlotChart ---------------------------------------------------------------------------------

    def x_extent(self) -> tuple[float, float]:
        return (float(self._x[0]), float(self._x[-1]) + FUTURE) if self._x.size else (0.0, 1.0)

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        values = [float(value) for value in (*self._levels.values(), self._stop, self._cost) if value]
        if self._closes.size:
            values += [float(self._closes.min()), float(self._closes.max())]
        if not values:
            return 0.0, 1.0
        low, high = math.log10(min(values)), math.log10(max(values))
        room = max(0.05, 0.06 * (high - low))
        return low - room, high + room

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        named = time_axis.ticks(*x, wanted=5)
        prices = log_ticks(*y)
        texts = numbers.log_tick_texts(prices)
        return named, [(math.log10(price), text) for price, text in zip(prices, texts, strict=True)]

    def right_margin(self) -> int:
        return LABELS

    def count(self) -> int:
        return int(self._x.size)

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        day = time_axis.to_day(float(self._x[place]))
        x = float(self._x[place])
        entries = [Entry(0, self.tr("Close"), amount(float(self._closes[place]))), *self._overlays.noted(x)]
        return dates.day_text(day), entries, (x, 0.0)

    def table(self) -> Table:
        rows = [
            (time_axis.to_day(float(x)), float(close)) for x, close in zip(self._x, self._closes, strict=True)
        ]
        return Table((self.tr("Day"), self.tr("Close")), rows)

    def _point(self, x: float, _y: float) -> None:
        if self._x.size:
            self.choose(int(np.abs(self._x - x).argmin()))

    # -- dragging ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and not self.locked:
            y = event.position().y()
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._dragged = self._near(y)
                if self._dragged is not None:
                    self.choose_rung(self._dragged)
                    return True
            elif event.type() == QEvent.Type.MouseMove and self._dragged is not None:
                self._levels[self._dragged] = self._price_at(y)
                self.view.refresh()
                return True
            elif event.type() == QEvent.Type.MouseMove:
                near = self._near(y) is not None
                shape = Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.ArrowCursor
                self.view.viewport().setCursor(shape)
            elif event.type() == QEvent.Type.MouseButtonRelease and self._dragged is not None:
                rung, self._dragged = self._dragged, None
                self.level_moved.emit(rung, self._levels[rung])
                return True
        return super().eventFilter(watched, event)

    def _near(self, y: float) -> int | None:
        distances = {rung: abs(self.view.y_px(math.log10(level)) - y) for rung, level in self._levels.items()}
        nearest = min(distances, key=lambda rung: distances[rung], default=None)
        return nearest if nearest is not None and distances[nearest] <= REACH_PX else None

    def _price_at(self, y: float) -> float:
        low, high = self.view.y_range
        plot = self.view.plot
        share = (plot.bottom() - min(max(y, plot.top()), plot.bottom())) / plot.height()
        return float(f"{10 ** (low + share * (high - low)):.3g}")

    # -- painting ----------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        if not self._x.size:
            return
        view, theme = self.view, self.view.theme
        painter.save()
        painter.setClipRect(view.plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        today = view.x_px(float(self._x[-1]))
        if self._fan is not None:
            self._paint_fan(painter)
        painter.setPen(pen(colour(theme, "text2"), 1))
        painter.drawLine(int(today), int(view.plot.top()), int(today), int(view.plot.bottom()))
        line = [
            QPointF(view.x_px(float(x)), view.y_px(math.log10(float(close))))
            for x, close in zip(self._x, self._closes, strict=True)
        ]
        painter.setPen(pen(colour(theme, 0), 1.6))
        painter.drawPolyline(QPolygonF(line))
        if self._cost:
            painter.setPen(pen(colour(theme, "text2"), 1, [2, 3]))
            row = view.y_px(math.log10(self._cost))
            painter.drawLine(QPointF(view.plot.left(), row), QPointF(view.plot.right(), row))
        if self._stop:
            painter.setPen(pen(colour(theme, "contradicts"), 1.5, [5, 3]))
            row = view.y_px(math.log10(self._stop))
            painter.drawLine(QPointF(today, row), QPointF(view.plot.right(), row))
        for rung, level in self._levels.items():
            row = view.y_px(math.log10(level))
            painter.setPen(pen(colour(theme, "accent"), 3 if rung == self._chosen_rung else 1.5))
            painter.drawLine(QPointF(today, row), QPointF(view.plot.right(), row))
            painter.fillRect(QRectF(today - 4, row - 4, 8, 8), colour(theme, "accent"))
        painter.restore()

    def _paint_fan(self, painter: QPainter) -> None:
        assert self._fan is not None
        days, lines = self._fan
        start = float(self._x[-1])
        for low, high, alpha in ((0.10, 0.90, 0.10), (0.25, 0.75, 0.16)):
            if low not in lines or high not in lines:
                continue
            upper = [
                self._at(start + float(day), value) for day, value in zip(days, lines[high], strict=True)
            ]
            lower = [self._at(start + float(day), value) for day, value in zip(days, lines[low], strict=True)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.view.theme, 1, alpha))
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))

    def _at(self, x: float, price: float) -> QPointF:
        return QPointF(self.view.x_px(x), self.view.y_px(math.log10(max(float(price), 1e-12))))

    def _paint_words(self, painter: QPainter) -> None:
        if not self._x.size:
            return
        view, theme = self.view, self.view.theme
        painter.setFont(view.font_of(CAPTION))
        rows: list[tuple[float, str, str]] = [
            (
                view.y_px(math.log10(level)),
                f"{rung + 1} · {amount(level)}  {self._notes.get(rung, '')}",
                "accent",
            )
            for rung, level in self._levels.items()
        ]
        if self._stop:
            words = self.tr("stop {0}").format(amount(self._stop))
            rows.append((view.y_px(math.log10(self._stop)), words, "contradicts"))
        if self._cost:
            words = self.tr("cost {0}").format(amount(self._cost))
            rows.append((view.y_px(math.log10(self._cost)), words, "text2"))
        bottom = view.plot.top() - 14.0
        for y, words, token in sorted(rows):
            place = max(y, bottom + 13)
            bottom = place
            painter.setPen(label_colour(theme, token))
            width = text_width(painter.font(), words) + 4
            painter.drawText(
                QRectF(view.plot.right() + 5, place - 8, width, 16), Qt.AlignmentFlag.AlignVCenter, words
            )
