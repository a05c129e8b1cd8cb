"""Charts that share their time axis and one crosshair."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from ui.charts.time_chart import TimeChart
from ui.widgets.dates import Day
from ui.widgets.range_buttons import RangeButtons


class ChartGroup(QObject):
    """Moves several `TimeChart`s as one.

    The extent is that of all charts together, the plots are equally wide, a zoom or pan in one moves all.
    The crosshair stands on the same day everywhere; the box is over the chart in use, the others say their
    value in words.
    """

    def __init__(
        self,
        charts: Sequence[TimeChart] = (),
        buttons: RangeButtons | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._charts: list[TimeChart] = []
        self._apart: set[TimeChart] = set()
        self._buttons: RangeButtons | None = None
        for chart in charts:
            self.add(chart)
        if buttons is not None:
            self.set_buttons(buttons)

    def set_buttons(self, buttons: RangeButtons) -> None:
        """Let these buttons choose the range."""
        self._buttons = buttons
        buttons.changed.connect(self.set_range)
        self.set_range(buttons.value())

    def add(self, chart: TimeChart, *, aligned: bool = True) -> None:
        """Let another chart move with the others; one that is not `aligned` keeps its own margins."""
        self._charts.append(chart)
        if not aligned:
            self._apart.add(chart)
        chart.shared_extent = self.extent
        chart.window_moved.connect(self._move)
        chart.fitted.connect(self._fit)
        chart.cursor_moved.connect(lambda day, source=chart: self._follow(source, day))
        chart.group_arrange = self.arrange
        chart.changed.connect(self._schedule)
        self._schedule()

    def charts(self) -> tuple[TimeChart, ...]:
        """The charts of the group."""
        return tuple(self._charts)

    def extent(self) -> tuple[float, float] | None:
        """First and last x position of all charts."""
        ends = [extent for chart in self._charts if (extent := chart.extent()) is not None]
        return (min(a for a, _ in ends), max(b for _, b in ends)) if ends else None

    def set_range(self, key: str) -> None:
        """Show a range in all charts."""
        for chart in self._charts:
            chart.set_range(key)
        if self._buttons is not None:
            self._buttons.set_value(key)

    def set_cursor(self, day: Day | None) -> None:
        """Put the crosshair of all charts on a day."""
        for i, chart in enumerate(self._charts):
            chart.set_cursor(day, box=i == 0)

    def read_out_text(self) -> str:
        """What all charts say at the crosshair, in one line."""
        return "; ".join(text for chart in self._charts if (text := chart.read_out_text()))

    def _move(self, low: float, high: float) -> None:
        for chart in self._charts:
            chart.set_window(low, high)

    def _fit(self) -> None:
        self.set_range("all")

    def _follow(self, source: TimeChart, day: Day | None) -> None:
        for chart in self._charts:
            if chart is not source:
                chart.set_cursor(day, box=False)

    def arrange(self) -> None:
        """Lay all charts out, with equal margins, so that a day is in one column."""
        margins = {chart: chart.measure() for chart in self._charts}
        aligned = [sides for chart, sides in margins.items() if chart not in self._apart]
        widest = (
            max((left for left, _ in aligned), default=0),
            max((right for _, right in aligned), default=0),
        )
        for chart, own in margins.items():
            chart.lay_out(own if chart in self._apart else widest)

    def _schedule(self) -> None:
        # One chart's layout arranges all of them.
        for chart in self._charts[:1]:
            chart.schedule()
