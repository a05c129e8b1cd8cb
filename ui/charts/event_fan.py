"""Paths around events laid on top of each other: all of them, their middle, and any day's for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.charts.axis_ticks import linear_ticks
from ui.charts.plot_chart import PlotChart
from ui.charts.plot_view import Tick
from ui.charts.read_out import Entry
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, colour, label_colour, pen, text_width

Floats = NDArray[np.float64]
_NEAR, _APART = 14, 13


@dataclass(frozen=True)
class FanPaths:
    """What an event fan draws; arrays (n_offsets,), `paths` (n_events, n_offsets), NaN where unknown.

    `bands` are (name, low, high) around the middle of the events, the widest first; `base` is median, low
    and high of every session. `bold` names some paths, by their place.
    """

    offsets: Floats
    names: tuple[str, ...]
    paths: Floats
    median: Floats
    bands: tuple[tuple[str, Floats, Floats], ...]
    base: tuple[Floats, Floats, Floats]
    base_band: str = ""
    bold: dict[int, str] = field(default_factory=dict)


class EventFan(PlotChart):
    """One thin line an event, 0 on its day. Pointing names the nearest; `event_clicked(place)` on a click."""

    event_clicked = Signal(int)

    def __init__(
        self, title: str = "", *, key: str = "", theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, key=key, theme=theme, parent=parent)
        self._fan: FanPaths | None = None
        self._zero_text = ""
        self._across = ""
        self._shown: str | numbers.Format = "fixed"
        self._offset: int | None = None
        self._marked: int | None = None
        self.view.under.append(self._paint)
        self.view.over.append(self._paint_words)
        self.view.on_top.append(self._paint_chosen)
        self.view.pointed.connect(self._point)
        self.view.clicked.connect(self._click)

    def set_paths(self, fan: FanPaths, *, zero: str, across: str, shown: str | numbers.Format) -> None:
        """Draw a fan. `zero` names day 0, `across` the x axis; `shown` formats a value."""
        self._fan, self._zero_text, self._across, self._shown = fan, zero, across, shown
        if self._marked is not None and self._marked >= len(fan.names):
            self._marked = None
        self.set_unknown_because(None)
        self.schedule()

    def mark(self, place: int | None) -> None:
        """Draw one event's path as the chosen one."""
        if place != self._marked:
            self._marked = place
            self.view.viewport().update()

    def marked(self) -> int | None:
        """The path that is drawn as the chosen one."""
        return self._marked

    # -- PlotChart ---------------------------------------------------------------------------------

    def count(self) -> int:
        return 0 if self._fan is None else len(self._fan.names)

    def x_extent(self) -> tuple[float, float]:
        if self._fan is None:
            return 0.0, 1.0
        return float(self._fan.offsets[0]), float(self._fan.offsets[-1])

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        if self._fan is None:
            return -1.0, 1.0
        fan = self._fan
        inside = (fan.offsets >= window[0]) & (fan.offsets <= window[1])
        lines = [fan.median, *fan.base, *(edge for _, *edges in fan.bands for edge in edges)]
        parts = [line[inside] for line in lines] + [fan.paths[:, inside].ravel()]
        values = np.concatenate(parts)
        values = values[np.isfinite(values)]
        if not values.size:
            return -1.0, 1.0
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        room = 0.05 * (high - low) or 0.5
        return low - room, high + room

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        up = linear_ticks(*y, max(3, min(5, self.view.viewport().height() // 36)))
        step = 30 if x[1] - x[0] > 120 else 10
        across = [float(tick) for tick in range(int(np.ceil(x[0] / step)) * step, int(x[1]) + 1, step)]
        names = [self._zero_text if not tick else numbers.fixed(tick, 0, sign=True) for tick in across]
        return list(zip(across, names, strict=True)), list(
            zip(up, [_signed(text, value) for text, value in _texts(up)], strict=True)
        )

    def right_margin(self) -> int:
        if self._fan is None:
            return 10
        names = [self._fan.base_band, self.tr("median"), self.tr("any day"), *self._fan.bold.values()]
        return 12 + round(max(text_width(self.font_of(CAPTION, 600), name) for name in names))

    def bottom_margin(self) -> int:
        return 38

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        assert self._fan is not None
        fan, shown = self._fan, numbers.format_named(self._shown)
        known = np.flatnonzero(np.isfinite(fan.paths[place]))
        at = self._offset
        if at is None or not np.isfinite(fan.paths[place, at]):
            at = int(known[-1]) if known.size else 0
        days = numbers.fixed(float(fan.offsets[at]), 0, sign=True)
        entries = [
            Entry(1, self.tr("{0} days").format(days), shown(float(fan.paths[place, at]))),
            Entry(None, self.tr("median of the events"), shown(float(fan.median[at]))),
            Entry(None, self.tr("median of all days"), shown(float(fan.base[0][at]))),
        ]
        name = fan.names[place]
        heading = f"{name}, {fan.bold[place]}" if place in fan.bold else name
        return heading, entries, (float(fan.offsets[at]), float(fan.paths[place, at]))

    def table(self) -> Table:
        if self._fan is None:
            return Table((self.tr("Days from the event"),), [])
        fan = self._fan
        header = (
            self.tr("Days from the event"),
            self.tr("Median"),
            *(f"{name}, {side}" for name, *_ in fan.bands for side in (self.tr("low"), self.tr("high"))),
            self.tr("All days, median"),
            self.tr("All days, low"),
            self.tr("All days, high"),
            *fan.names,
        )
        columns = [
            fan.offsets,
            fan.median,
            *(edge for _, *edges in fan.bands for edge in edges),
            *fan.base,
            *fan.paths,
        ]
        return Table(header, list(zip(*columns, strict=True)))

    # -- pointing ----------------------------------------------------------------------------------

    def nearest(self, x: float, y: float) -> int | None:
        """The event whose path runs nearest to a place, within a few pixels."""
        if self._fan is None or not self.count():
            return None
        at = int(np.clip(round(x - float(self._fan.offsets[0])), 0, self._fan.offsets.size - 1))
        away = np.abs(self._fan.paths[:, at] - y)
        if not np.isfinite(away).any():
            return None
        place = int(np.nanargmin(away))
        low, high = self.view.y_range
        pixels = float(away[place]) / (high - low) * self.view.plot.height()
        if pixels > _NEAR:
            return None
        self._offset = at
        return place

    def _point(self, x: float, y: float) -> None:
        self.choose(self.nearest(x, y))

    def _click(self, x: float, y: float) -> None:
        place = self.nearest(x, y)
        if place is not None:
            self.event_clicked.emit(place)

    # -- painting ----------------------------------------------------------------------------------

    def _line(self, values: Floats) -> QPainterPath:
        assert self._fan is not None
        return self.view.line_path(self._fan.offsets, values)

    def _area(self, low: Floats, high: Floats) -> QPolygonF:
        assert self._fan is not None
        known = np.isfinite(low) & np.isfinite(high)
        x = self._fan.offsets[known]
        top = [QPointF(self.view.x_px(a), self.view.y_px(b)) for a, b in zip(x, high[known], strict=True)]
        end = [QPointF(self.view.x_px(a), self.view.y_px(b)) for a, b in zip(x, low[known], strict=True)]
        return QPolygonF(top + end[::-1])

    def _paint(self, painter: QPainter) -> None:
        if self._fan is None:
            return
        fan, view = self._fan, self.view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for alpha, (_, low, high) in zip((0.14, 0.22), fan.bands, strict=False):
            painter.setBrush(colour(self.theme, 1, alpha))
            painter.drawPolygon(self._area(low, high))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(colour(self.theme, 1, 0.34)))
        for place, path in enumerate(fan.paths):
            if place not in fan.bold:
                painter.drawPath(self._line(path))
        painter.setPen(pen(self.colour("text2"), 1, [1.5, 2.5]))
        for edge in fan.base[1:]:
            painter.drawPath(self._line(edge))
        painter.setPen(pen(self.colour("text2"), 1.4, [5.0, 3.0]))
        painter.drawPath(self._line(fan.base[0]))
        for place in fan.bold:
            painter.setPen(pen(self.colour("text", 0.85), 1.4))
            painter.drawPath(self._line(fan.paths[place]))
        painter.setPen(pen(colour(self.theme, 1), 2.2))
        painter.drawPath(self._line(fan.median))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(self.colour("text")))
        x, y = round(view.x_px(0.0)), round(view.y_px(0.0))
        painter.drawLine(x, int(view.plot.top()), x, int(view.plot.bottom()))
        painter.setPen(pen(self.colour("line_strong")))
        painter.drawLine(int(view.plot.left()), y, int(view.plot.right()), y)

    def _paint_words(self, painter: QPainter) -> None:
        if self._fan is None:
            return
        plot = self.view.plot
        self._paint_ends(painter)
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text3"))
        row = QRectF(plot.left(), plot.bottom() + 20, plot.width(), 16)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, self._across)

    def _paint_ends(self, painter: QPainter) -> None:
        """Name each line at its right end, at least thirteen pixels apart."""
        assert self._fan is not None
        fan, plot = self._fan, self.view.plot
        labels: list[tuple[float, str, str | int, int]] = []
        ends: list[tuple[Floats, str, str | int, int]] = [
            (fan.median, self.tr("median"), 1, 600),
            *((band[2], band[0], 1, 400) for band in fan.bands),
            (fan.base[0], self.tr("any day"), "text2", 600),
            (fan.base[2], fan.base_band, "text2", 400),
            *((fan.paths[place], name, "text", 600) for place, name in fan.bold.items()),
        ]
        for values, text, token, weight in ends:
            known = np.flatnonzero(np.isfinite(values))
            if known.size and text:
                labels.append((self.view.y_px(float(values[known[-1]])), text, token, weight))
        for y, (_, text, token, weight) in zip(
            spread([one[0] for one in labels], plot.top() + 6, plot.bottom() - 4), labels, strict=True
        ):
            font = self.font_of(CAPTION, weight)
            painter.setFont(font)
            painter.setPen(label_colour(self.theme, token))
            area = QRectF(plot.right() + 6, y - 8, text_width(font, text) + 4, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_chosen(self, painter: QPainter) -> None:
        if self._fan is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.view.plot)
        for place in {self._marked, self.chosen()} - {None}:
            assert place is not None
            if place < self.count():
                painter.setPen(QPen(self.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(self._line(self._fan.paths[place]))
        place = self.chosen()
        if place is not None and place < self.count():
            x, y = self.described(place)[2]
            painter.setBrush(self.colour("accent"))
            painter.drawEllipse(QPointF(self.view.x_px(x), self.view.y_px(y)), 3.5, 3.5)


def spread(places: Sequence[float], low: float, high: float, apart: float = _APART) -> list[float]:
    """Move places away from each other until they are `apart`, in their order, between low and high.

    >>> spread([10.0, 12.0, 60.0], 0.0, 100.0)
    [4.5, 17.5, 60.0]
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    groups: list[tuple[float, list[int]]] = []
    for at in order:
        middle, members = places[at], [at]
        while groups:
            before, others = groups[-1]
            if before + (len(others) - 1) * apart / 2 + apart <= middle - (len(members) - 1) * apart / 2:
                break
            groups.pop()
            middle = (before * len(others) + middle * len(members)) / (len(others) + len(members))
            members = others + members
        half = (len(members) - 1) * apart / 2
        groups.append((min(max(middle, low + half), max(high - half, low + half)), members))
    result = [0.0] * len(places)
    for middle, members in groups:
        first = middle - (len(members) - 1) * apart / 2
        for step, at in enumerate(members):
            result[at] = first + step * apart
    return result


def _texts(ticks: Sequence[float]) -> list[tuple[str, float]]:
    return list(zip(numbers.tick_texts(ticks, "figure"), ticks, strict=True))


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text
