"""Lines over days, laid out: the still half of a time chart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.charts import time_axis
from ui.charts.axis_ticks import linear_ticks, log_ticks
from ui.charts.chart import Chart
from ui.charts.noted import Noted, Notes
from ui.charts.plot_view import PlotView, Tick
from ui.charts.time_labels import TimeLabels
from ui.charts.time_line import TimeLine
from ui.charts.time_overlays import Mark, ShadingKind, Threshold, TimeOverlays
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.dates import Day
from ui.widgets.range_buttons import RANGE_DAYS
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, text_width

_LAYOUT = QEvent.Type(QEvent.registerEventType())


class TimePlot(Noted, Chart):
    """Lines, bands, shading, thresholds and marks over a date axis.

    A `set_…` method only notes what is new; one layout follows when the event loop turns, however many
    methods were called. The value axis follows what is visible.
    """

    changed = Signal()  # data: a group lays all its charts out again

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        value_side: Literal["left", "right"] = "left",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, key=key, theme=theme, parent=parent)
        self.view = PlotView(theme=self.theme, parent=self)
        self.view.y_side = value_side
        self.view.setAccessibleName(title)
        self.column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._lines: dict[str, TimeLine] = {}
        self._overlays = TimeOverlays(self.view, self.to_axis)
        self._labels = TimeLabels(self.view, self._all_lines, self._overlays, self.to_axis)
        self._log = False
        self._values: str | numbers.Format = "figure"
        self._value_range: tuple[float, float] | None = None
        self._value_ticks: tuple[float, ...] | None = None
        self._range = "all"
        self._window: tuple[float, float] | None = None
        self._time_axis = True
        self._waiting = False
        self._measured: tuple[tuple[float, float], tuple[float, float], list[Tick]]
        # A group lends its charts a common extent and equal margins.
        self.shared_extent: Callable[[], tuple[float, float] | None] | None = None
        self.group_arrange: Callable[[], None] | None = None
        self.view.resized.connect(self.arrange)

    # -- lines -------------------------------------------------------------------------------------

    def add_line(
        self,
        key: str,
        title: str,
        series_index: int,
        *,
        width: int = 1,
        label: bool = True,
        dashed: bool | None = None,
        values: str | numbers.Format | None = None,
    ) -> None:
        """A line in the colour of a series (0 to 7); dashed as the series is, unless told otherwise."""
        shown = numbers.format_named(values or self._values)
        line = TimeLine(key, title, series_index, width=width, label=label, dashed=dashed is not False,
                        shown=shown)  # fmt: skip
        line.set_log(self._log)
        line.curve.setZValue(20 - len(self._lines))
        line.restyle(self.theme)
        self._lines[key] = line
        self.view.box.addItem(line.curve, ignoreBounds=True)
        self._change()

    def set_line(self, key: str, days: Any, values: Any, end_text: str | None = None) -> None:
        """Days (n,) ascending, values (n,) with NaN for unknown; `end_text` replaces the title at the end."""
        line = self._lines[key]
        line.end_text = end_text
        line.set_data(days, values)
        self._change()

    def set_end_dot(self, key: str, shown: bool = True) -> None:
        """A dot on the last value."""
        self._lines[key].end_dot = shown
        self._change()

    def remove_line(self, key: str) -> None:
        """Take a line away."""
        for item in self._lines.pop(key).items():
            self.view.box.removeItem(item)
        self._change()

    def lines(self) -> list[str]:
        """The keys of all lines."""
        return list(self._lines)

    def line(self, key: str) -> TimeLine:
        """A line as it is drawn."""
        return self._lines[key]

    def add_band(self, key: str, series_index: int | None = None) -> None:
        """A band around the line with that key."""
        line = self._lines[key]
        line.add_band(self.view.box, line.series if series_index is None else series_index, self.theme)
        self.view.refresh()

    def set_band(self, key: str, days: Any, low: Any, high: Any) -> None:
        """Lower and upper edge (n,) on days (n,)."""
        self._lines[key].set_band(days, low, high)
        self._change()

    def _all_lines(self) -> list[TimeLine]:
        return list(self._lines.values())

    # -- what lies behind and above -----------------------------------------------------------------

    def set_shading(
        self, spans: Sequence[tuple[Day, Day]], kind: ShadingKind = "altcoin", words: Sequence[str] = ()
    ) -> None:
        """Shade stretches, both days included; `words` (one text each) stand where there is room."""
        self._overlays.set_shading(spans, kind, words)
        self.view.refresh()

    def set_threshold(
        self, key: str, value: float | None, label: str = "", colour: str | int = "neutral"
    ) -> None:
        """A dashed level in the colour of a token or series; None takes it away."""
        if value is None:
            self._overlays.thresholds.pop(key, None)
        else:
            self._overlays.thresholds[key] = Threshold(value, label, colour)
        self._change()

    def set_unknown(self, start: Day | None, end: Day | None, text: str = "") -> None:
        """Hatch one stretch and say why; None for none."""
        self.set_unknown_spans([] if start is None or end is None else [(start, end, text)])

    def set_unknown_spans(self, spans: Sequence[tuple[Day, Day, str]]) -> None:
        """Hatch stretches, each with its reason."""
        self._overlays.set_unknown(spans)
        self.view.refresh()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Event marks, the important ones first: later ones give up their words where there is no room."""
        self._overlays.marks = tuple(marks)
        self._change()

    def set_notes(self, notes: Notes) -> None:
        """What a person noted, at the foot of the chart; the crosshair reads it out."""
        if self._overlays.notes is not notes:
            self._overlays.notes = notes
            self.view.refresh()

    def set_as_of(self, day: Day | None, text: str = "") -> None:
        """A line at the as-of day, for data that go beyond it."""
        self._overlays.as_of = None if day is None else time_axis.day_x(day)
        self._overlays.as_of_text = text
        self.view.refresh()

    # -- value axis --------------------------------------------------------------------------------

    def set_log(self, log: bool) -> None:
        """A logarithmic value axis; the subtitle should name it."""
        self._log = log
        for line in self._lines.values():
            line.set_log(log)
        self._change()

    def set_values(self, shown: str | numbers.Format) -> None:
        """How values read: "figure", "fixed", "percent", "points", "usd", or a callable."""
        self._values = shown
        for line in self._lines.values():
            line.shown = numbers.format_named(shown)
        self._change()

    def set_value_range(self, *limits: float) -> None:
        """Fixed ends of the value axis; without arguments it follows the visible lines."""
        self._value_range = (limits[0], limits[1]) if limits else None
        self._change()

    def set_value_ticks(self, ticks: Sequence[float] | None) -> None:
        """Fixed ticks, or None for round ones."""
        self._value_ticks = tuple(ticks) if ticks is not None else None
        self._change()

    def set_time_axis_shown(self, shown: bool) -> None:
        """Leave the dates to the chart below."""
        self._time_axis = shown
        self._change()

    def set_vertical_grid(self, shown: bool) -> None:
        """Grid lines at the dates too, for charts that share their time axis."""
        self.view.vertical_grid = shown
        self.view.refresh()

    def to_axis(self, value: float) -> float:
        """The place of a value on the value axis."""
        if not self._log:
            return value
        return math.log10(value) if value > 0 else math.nan

    # -- layout ------------------------------------------------------------------------------------

    def extent(self) -> tuple[float, float] | None:
        """First and last x position of this chart's lines and unknown stretches."""
        ends = [(line.x[0], line.x[-1]) for line in self._all_lines() if line.x.size]
        ends += [(start, end) for start, end, _ in self._overlays.unknown]
        return (float(min(a for a, _ in ends)), float(max(b for _, b in ends))) if ends else None

    def shared(self) -> tuple[float, float] | None:
        """The extent of the group, or the chart's own."""
        return self.shared_extent() if self.shared_extent else self.extent()

    def visible_x(self) -> tuple[float, float]:
        """The x positions at the left and right edge."""
        if self._window is not None:
            return self._window
        low, high = self.shared() or (0.0, 1.0)
        days = RANGE_DAYS[self._range]
        low = low if days is None else max(low, high - days)
        return (low, high) if high > low else (low - 1, low + 1)

    def arrange(self) -> None:
        """Lay out now, with the group if there is one; usually left to the event loop."""
        if self.group_arrange is not None:
            self.group_arrange()
        else:
            self.lay_out(self.measure())

    def measure(self) -> tuple[int, int]:
        """Find ranges and ticks; returns the pixels that are needed at the left and right."""
        self._waiting = False
        x_range, y_range = self.visible_x(), self._value_span()
        ticks = self._ticks(y_range)
        self._measured = x_range, y_range, ticks
        return self.side_margins(ticks)

    def lay_out(self, sides: tuple[int, int]) -> None:
        """Place what was measured, with these pixels at the sides."""
        x_range, y_range, ticks = self._measured
        view = self.view
        width = max(1, view.viewport().width() - sides[0] - sides[1])
        top = max(8, self._labels.legend_height(width) + 4, self._overlays.head_room())
        bottom = 22 if self._time_axis else 6
        view.y_ticks = ticks
        view.x_ticks = time_axis.ticks(*x_range, max(3, min(12, width // 58)), self.locale())
        view.x_names = self._time_axis
        view.place((sides[0], top, sides[1], bottom), x_range, y_range)
        self._labels.arrange()

    def side_margins(self, ticks: Sequence[Tick]) -> tuple[int, int]:
        """Pixels beside the plot for these ticks; in steps, so that the plot stands still while panning."""
        font = self.font_of(CAPTION)
        axis = max((text_width(font, text) for _, text in ticks), default=0.0) + 9
        axis = 8 * math.ceil(axis / 8)
        labels = 8 * math.ceil(self._labels.margin(self.visible_x()) / 8)
        if self.view.y_side == "left":
            return axis, max(labels, 8)
        return 6, max(axis, labels)

    def _value_span(self) -> tuple[float, float]:
        if self._value_range is not None:
            low, high = (self.to_axis(value) for value in self._value_range)
            return low, high
        window = self.visible_x()
        spans = [span for line in self._all_lines() if (span := line.span(*window)) is not None]
        if not spans:
            return 0.0, 1.0
        low = self.to_axis(min(span[0] for span in spans))
        high = self.to_axis(max(span[1] for span in spans))
        if self._value_ticks and not self._log:
            low, high = min(low, self._value_ticks[0]), max(high, self._value_ticks[-1])
        # A flat line lies in the middle of a range of its own size.
        room = 0.05 * (high - low) or 0.05 * abs(high) or 0.5
        return low - room, high + room

    def _ticks(self, y_range: tuple[float, float]) -> list[Tick]:
        shown = self._values if isinstance(self._values, str) else "figure"
        wanted = max(3, min(5, self.view.viewport().height() // 30))
        if self._log:
            values = list(self._value_ticks or log_ticks(*y_range, wanted))
            texts = numbers.log_tick_texts(values, shown)
            return [(math.log10(value), text) for value, text in zip(values, texts, strict=True)]
        values = list(self._value_ticks or linear_ticks(*y_range, wanted))
        return list(zip(values, numbers.tick_texts(values, shown), strict=True))

    def schedule(self) -> None:
        """Ask for a layout at the next turn of the event loop, before the next paint."""
        if not self._waiting:
            self._waiting = True
            QCoreApplication.postEvent(self, QEvent(_LAYOUT))

    def _change(self) -> None:
        self.schedule()
        self.changed.emit()

    def customEvent(self, event: QEvent) -> None:
        if event.type() == _LAYOUT and self._waiting:
            self.arrange()

    # -- Chart -------------------------------------------------------------------------------------

    def drawing(self) -> QWidget:
        return self.view

    def table(self) -> Table:
        lines = list(self._lines.values())
        x = np.unique(np.concatenate([np.empty(0), *(line.x for line in lines)]))
        header, columns = [self.tr("Day")], [x.astype(np.int64).astype("datetime64[D]")]
        for line in lines:
            header.append(line.title)
            if line.band is not None:
                edges = (self.tr("{line}, lower"), self.tr("{line}, upper"))
                header += [edge.format(line=line.title) for edge in edges]
            columns += line.columns(x)
        return Table(tuple(header), list(zip(*columns, strict=True)))

    def set_exporting(self, exporting: bool) -> None:
        self.arrange()
        self.view.as_vectors = exporting

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.view.apply_theme(theme)
        for line in self._lines.values():
            line.restyle(theme)
