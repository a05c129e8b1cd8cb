"""Lines over days with crosshair, zoom and keyboard: the chart of nearly every panel."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.charts import time_axis
from ui.charts.read_out import Entry, ReadOut
from ui.charts.time_overlays import Mark
from ui.charts.time_plot import TimePlot
from ui.theme.tokens import Theme
from ui.widgets import dates
from ui.widgets.dates import Day
from ui.widgets.range_buttons import RANGE_DAYS
from ui.widgets.spoken import speak

__all__ = ["Mark", "TimeChart"]

SHORTEST = 7.0


class TimeChart(TimePlot):
    """A `TimePlot` that answers mouse and keyboard.

    Wheel and drag move in time, a double click fits; the crosshair stands on the valid day nearest to the
    pointer. Arrow keys move it day by day (with Shift 30), Home and End to the ends, plus and minus zoom,
    0 fits, T opens the table, Escape takes the crosshair away.
    """

    cursor_moved = Signal(object)  # Day | None, by mouse or keyboard
    window_moved = Signal(float, float)  # x positions, by mouse or keyboard
    fitted = Signal()

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
        super().__init__(title, subtitle=subtitle, key=key, value_side=value_side, theme=theme, parent=parent)
        self._read_out = ReadOut(theme=self.theme, parent=self.view)
        self._boxed = True
        self._cursor: float | None = None
        self.view.window_wanted.connect(self._move_window)
        self.view.fit_wanted.connect(self.fit)
        self.view.pointed.connect(lambda x, _y: self._point(x))
        self.view.unpointed.connect(lambda: self._point(None))

    def set_interactive(self, interactive: bool) -> None:
        """Whether wheel and drag move the chart; without, the wheel scrolls the panel."""
        self.view.interactive = interactive

    # -- time window -------------------------------------------------------------------------------

    def set_range(self, key: str) -> None:
        """Show "90d", "1y", "4y" before the last day, or "all"; it stays so when data change."""
        if key not in RANGE_DAYS:
            raise ValueError(f"There is no range {key!r}.")
        self._range, self._window = key, None
        self.schedule()

    def range(self) -> str | None:
        """The range in force, None after a person moved the window."""
        return self._range if self._window is None else None

    def set_window(self, low: float, high: float) -> None:
        """Show these x positions, kept within what there is and no shorter than a week."""
        extent = self.shared()
        if extent is None:
            return
        whole = max(SHORTEST, extent[1] - extent[0])
        length = min(max(high - low, SHORTEST), whole)
        middle = (low + high) / 2
        low = min(max(middle - length / 2, extent[0]), extent[0] + whole - length)
        self._window = (low, low + length)
        self.schedule()

    def set_visible_days(self, start: Day, end: Day) -> None:
        """Show the days from start to end."""
        self.set_window(time_axis.day_x(start), time_axis.day_x(end))

    def visible_days(self) -> tuple[Day, Day]:
        """The first and last visible day."""
        low, high = self.visible_x()
        return time_axis.to_day(low), time_axis.to_day(high)

    def fit(self) -> None:
        self.set_range("all")
        self.fitted.emit()

    def _move_window(self, low: float, high: float) -> None:
        self.set_window(low, high)
        if self._window:
            self.window_moved.emit(*self._window)

    # -- crosshair ---------------------------------------------------------------------------------

    def set_cursor(self, day: Day | None, *, box: bool = True) -> None:
        """Put the crosshair on a day, with the read-out box or (box=False) with words in the plot."""
        self._cursor = None if day is None else time_axis.day_x(day)
        self._labels.cursor = self._cursor
        self._labels.inline = not box
        self._boxed = box
        self._show_read_out()
        self.view.viewport().update()

    def cursor_day(self) -> Day | None:
        """The day of the crosshair."""
        return None if self._cursor is None else time_axis.to_day(self._cursor)

    def read_out_entries(self) -> list[Entry]:
        """What each visible line says at the crosshair."""
        if self._cursor is None:
            return []
        x = self._cursor
        entries = [Entry(line.series, line.title, line.text_at(x), line.dashed) for line in self._all_lines()]
        return entries + self._overlays.noted(x)

    def read_out_text(self) -> str:
        """The read-out in one line; empty without a crosshair."""
        return self._read_out.text() if self._cursor is not None else ""

    def _show_read_out(self) -> None:
        entries = self.read_out_entries()
        day = self.cursor_day()
        low, high = self.visible_x()
        if day is None or not entries or not low <= time_axis.day_x(day) <= high:
            self._read_out.hide()
            return
        self._read_out.set_content(dates.day_text(day), entries)
        self._read_out.setVisible(self._boxed)
        self._read_out.place(self.view.x_px(time_axis.day_x(day)), self.view.plot)

    def _nearest(self, x: float, step: int = 0) -> float | None:
        """The valid day nearest to x, or so many valid days after it."""
        known = [line.known_x() for line in self._all_lines()]
        days = np.unique(np.concatenate(known)) if known else np.empty(0)
        low, high = self.visible_x()
        days = days[(days >= low) & (days <= high)]
        if not days.size:
            return None
        place = int(np.abs(days - x).argmin()) + step
        return float(days[min(max(place, 0), days.size - 1)])

    def _point(self, x: float | None) -> None:
        found = None if x is None else self._nearest(x)
        if found != self._cursor:
            self._put_cursor(found)

    def _put_cursor(self, x: float | None) -> None:
        day = None if x is None else time_axis.to_day(x)
        self.set_cursor(day)
        self.cursor_moved.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 30 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {
            Qt.Key.Key_Left: -far,
            Qt.Key.Key_Right: far,
            Qt.Key.Key_Home: -(10**9),
            Qt.Key.Key_End: 10**9,
        }
        key = Qt.Key(event.key())
        low, high = self.visible_x()
        if key in steps:
            start = self._cursor if self._cursor is not None else high
            found = self._nearest(start, steps[key] if self._cursor is not None or far > 1 else 0)
            self._put_cursor(found)
            speak(self.view, self.read_out_text())
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self._put_cursor(None)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            about = self._cursor if self._cursor is not None else high
            factor = 1 / 0.8 if key == Qt.Key.Key_Minus else 0.8
            self._move_window(about - (about - low) * factor, about + (high - about) * factor)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def lay_out(self, sides: tuple[int, int]) -> None:
        super().lay_out(sides)
        if self._cursor is not None:
            self._show_read_out()

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._read_out.apply_theme(theme)
