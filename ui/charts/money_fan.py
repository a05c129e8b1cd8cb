"""What a plan may be worth: bands of simulated values by day, with and without its ladders."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QWidget

from models.qt.reader import short_number
from ui.charts.axis_ticks import log_ticks
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, colour, label_colour, pen, text_width

Floats = NDArray[np.float64]
BANDS = ((0.05, 0.95, 0.13), (0.25, 0.75, 0.20))
LINE = 13.0
"""Pixels from one line of text to the next."""
LABELS = 92


class MoneyFan(PlotChart):
    """Days along x, money on a logarithmic axis. The first fan is filled, the second dashed in outline.

    `set_dimmed` greys it out: it belongs to a plan that has changed since.
    """

    def __init__(
        self, title: str = "", *, key: str = "", theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, key=key, theme=theme, parent=parent)
        self._days: Floats = np.empty(0)
        self._fan: Mapping[float, Floats] = {}
        self._held: Mapping[float, Floats] = {}
        self._goal: float | None = None
        self._dimmed = False
        self.view.under.append(self._paint)
        self.view.over.append(self._paint_words)
        self.view.pointed.connect(self._point)

    def set_fans(
        self,
        days: Floats,
        fan: Mapping[float, Floats],
        held: Mapping[float, Floats],
        goal: float | None = None,
    ) -> None:
        """Quantiles by level (n_days,) with the ladders and without; the same days for both."""
        self._days, self._fan, self._held, self._goal = days, fan, held, goal
        self.set_unknown_because(None)
        self.schedule()

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether it belongs to an older plan."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.view.refresh()

    def x_extent(self) -> tuple[float, float]:
        return (0.0, float(self._days[-1])) if self._days.size else (0.0, 1.0)

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        lines = [*self._fan.values(), *self._held.values()]
        if not lines:
            return 0.0, 1.0
        whole = np.concatenate([np.asarray(line) for line in lines])
        whole = whole[whole > 0]
        if not whole.size:
            return 0.0, 1.0
        low, high = math.log10(float(whole.min())), math.log10(float(whole.max()))
        room = max(0.04, 0.04 * (high - low))
        return low - room, high + room

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        last = int(x[1])
        step = next((one for one in (7, 14, 30, 60, 90, 180) if last / one <= 5), 180)
        days = [(float(day), f"{day} d" if day else self.tr("today")) for day in range(0, last + 1, step)]
        values = [(math.log10(amount), _short(amount)) for amount in log_ticks(*y)]
        return days, values

    def right_margin(self) -> int:
        return LABELS

    def count(self) -> int:
        return int(self._days.size)

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        entries = [
            Entry(1, f"{100 * level:.0f} %", numbers.figure(float(self._fan[level][place])))
            for level in sorted(self._fan, reverse=True)
        ]
        if 0.5 in self._held:
            entries.append(
                Entry(None, self.tr("median, hold"), numbers.figure(float(self._held[0.5][place])))
            )
        heading = self.tr("after {0} days").format(int(self._days[place]))
        return heading, entries, (float(self._days[place]), 0.0)

    def table(self) -> Table:
        header = (self.tr("Day"), *(f"{100 * level:.0f} %" for level in sorted(self._fan)))
        header += tuple(self.tr("{0} %, hold").format(f"{100 * level:.0f}") for level in sorted(self._held))
        columns = [self._fan[level] for level in sorted(self._fan)]
        columns += [self._held[level] for level in sorted(self._held)]
        rows = [(int(day), *(float(column[at]) for column in columns)) for at, day in enumerate(self._days)]
        return Table(header, rows)

    def _point(self, x: float, _y: float) -> None:
        if self._days.size:
            self.choose(int(np.abs(self._days - x).argmin()))

    # -- painting ----------------------------------------------------------------------------------

    def _line(self, values: Floats) -> QPolygonF:
        shown = np.log10(np.maximum(values, 1e-9))
        return QPolygonF(
            [
                QPointF(self.view.x_px(float(day)), self.view.y_px(float(at)))
                for day, at in zip(self._days, shown, strict=True)
            ]
        )

    def _paint(self, painter: QPainter) -> None:
        if not self._days.size or not self._fan:
            return
        theme = self.view.theme
        painter.save()
        painter.setClipRect(self.view.plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.4 if self._dimmed else 1.0)
        for low, high, alpha in BANDS:
            if low in self._fan and high in self._fan:
                path = QPainterPath()
                path.addPolygon(self._line(self._fan[high]))
                back = self._line(self._fan[low])
                for at in range(back.size() - 1, -1, -1):
                    path.lineTo(back.at(at))
                painter.fillPath(path, colour(theme, 1, alpha))
        painter.setPen(pen(colour(theme, "text2"), 1, [2, 3]))
        for level in (0.05, 0.95):
            if level in self._held:
                painter.drawPolyline(self._line(self._held[level]))
        if 0.5 in self._held:
            painter.setPen(pen(colour(theme, "text2"), 1.5, [5, 3]))
            painter.drawPolyline(self._line(self._held[0.5]))
        painter.setPen(pen(colour(theme, 1), 2))
        if 0.5 in self._fan:
            painter.drawPolyline(self._line(self._fan[0.5]))
        if self._goal is not None and self._goal > 0:
            row = round(self.view.y_px(math.log10(self._goal)))
            painter.setPen(pen(colour(theme, "accent"), 1, [4, 3]))
            painter.drawLine(int(self.view.plot.left()), row, int(self.view.plot.right()), row)
        painter.restore()

    def _paint_words(self, painter: QPainter) -> None:
        if not self._days.size or not self._fan:
            return
        theme, plot = self.view.theme, self.view.plot
        painter.setFont(self.view.font_of(CAPTION))
        named: list[tuple[float, str, str | int]] = [
            (float(self._fan[level][-1]), name, 1) for level, name in ((0.95, "95 %"), (0.05, "5 %"))
        ]
        named.append((self._fan[0.5][-1], self.tr("median"), 1))
        named += [
            (self._held[level][-1], name, "text2")
            for level, name in (
                (0.95, self.tr("95 %, hold")),
                (0.5, self.tr("median, hold")),
                (0.05, self.tr("5 %, hold")),
            )
            if level in self._held
        ]
        if self._goal is not None and self._goal > 0:
            named.append((self._goal, self.tr("goal"), "accent"))
        rows = sorted(
            (
                (self.view.y_px(math.log10(max(float(value), 1e-9))), name, token)
                for value, name, token in named
            ),
            key=lambda row: row[0],
        )
        for place, (_, name, token) in zip(
            _spread([y for y, _, _ in rows], plot.top() - 1.0, plot.bottom() - 6.0), rows, strict=True
        ):
            painter.setPen(label_colour(theme, token))
            width = text_width(painter.font(), name) + 4
            box = QRectF(plot.right() + 6, place - 8, max(width, 40.0), 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)


def _spread(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Move the middles of lines of text apart, from above, then from below so that the axis stays free."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + LINE if places else top))
    limit = bottom
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], limit)
        limit = places[at] - LINE
    return places


def _short(value: float) -> str:
    """Return an amount for an axis: 25 k, 1.5 M."""
    for limit, unit in ((1e9, " B"), (1e6, " M"), (1e3, " k")):
        if value >= limit:
            return f"{short_number(value / limit)}{unit}"
    return short_number(value)
