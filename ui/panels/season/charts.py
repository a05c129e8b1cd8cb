"""The charts of the Season panel: index, dominance, ETH/BTC, caps against Bitcoin, and breadth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from models.market.season.definition import Definition
from models.market.season.index import SeasonReading, Seasons
from models.market.season.view import Caps, SeasonHistory, Spell
from models.market.snapshot import Day, Days, Floats
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.charts import time_axis
from ui.charts.chart_group import ChartGroup
from ui.charts.time_chart import TimeChart
from ui.panels.season import words
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.range_buttons import RANGE_DAYS, RangeButtons

GAP = 12
HEAD_ROOM = 114.0
"""The top of the index's axis: above 100 stand the words of the seasons."""
COMPARED = (3, 4)
"""Series of the definitions that are compared with the one that is shown."""


class SeasonCharts(QWidget):
    """Six cards that share range and crosshair; `day_chosen(Day)` on a click or on Enter at the crosshair."""

    day_chosen = Signal(object)
    explain_requested = Signal(str)

    def __init__(self, buttons: RangeButtons, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = buttons
        self._shaded: object = None
        self._others: list[str] = []
        self._below: object = None
        self._make_index(theme)
        self._make_dominance(theme)
        self._make_small(theme)
        self.charts = (self.index, self.dominance, self.ether, self.caps, self.above, self.line)
        self.group = ChartGroup(self.charts[:2], None, self)
        for chart in self.charts[2:]:
            self.group.add(chart, aligned=False)
        self.group.set_buttons(buttons)
        self._cards = []
        for chart, height in zip(self.charts, (170, 108, 112, 112, 112, 112), strict=True):
            chart.set_vertical_grid(True)
            chart.view.setMinimumHeight(height)
            chart.explain_requested.connect(self.explain_requested)
            chart.view.clicked.connect(lambda x, _y, of=chart: self._click(of, x))
            card = Card(theme=theme)
            card.body.addWidget(chart, 1)
            self._cards.append(card)
        self.under = Label("", token="text2", scale=0.9, wrap=True, theme=theme)
        self._cards[0].body.addWidget(self.under)
        self._rows = [QBoxLayout(QBoxLayout.Direction.LeftToRight) for _ in range(2)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._cards[0], 42)
        column.addWidget(self._cards[1], 26)
        for row, pair in zip(self._rows, (self._cards[2:4], self._cards[4:6]), strict=True):
            row.setSpacing(GAP)
            for card in pair:
                row.addWidget(card, 1)
            column.addLayout(row, 22)

    def _make_index(self, theme: Theme) -> None:
        self.index = TimeChart(self.tr("Altcoin season index"), key="season", theme=theme)
        self.index.add_line("index", self.tr("Index"), 0, values=_whole)
        self.index.set_end_dot("index")
        self.index.set_values(_whole)
        self.index.set_value_range(0.0, HEAD_ROOM)
        self.index.set_value_ticks([0, 25, 50, 75, 100])
        self.index.set_threshold("altcoin", 75.0, self.tr("75 altcoin"), 1)
        self.index.set_threshold("bitcoin", 25.0, self.tr("25 Bitcoin"), 2)

    def _make_dominance(self, theme: Theme) -> None:
        self.dominance = TimeChart(self.tr("Bitcoin dominance"), key="dominance", theme=theme)
        self.dominance.set_values("percent")
        self.dominance.add_line(
            "all", self.tr("All coins"), 2, dashed=False, values=lambda value: numbers.percent(value)
        )
        self.dominance.add_line(
            "ex_stable", self.tr("No stablecoins"), 7, values=lambda value: numbers.percent(value)
        )
        for level, series in ((50, 1), (55, 2)):
            # The stretch of the level itself, drawn thick: where dominance stayed below it.
            self.dominance.add_line(
                f"below_{level}",
                self.tr("Sustained below {0} %").format(level),
                series,
                width=2,
                label=False,
                dashed=False,
                values=lambda value: self.tr("yes") if numbers.known(value) else self.tr("no"),
            )
        self.dominance.set_end_dot("all")
        self.dominance.set_threshold("upper", 0.55, self.tr("55 %"), 2)
        self.dominance.set_threshold("lower", 0.50, self.tr("50 %"), 1)

    def _make_small(self, theme: Theme) -> None:
        self.ether = TimeChart(self.tr("ETH / BTC"), key="eth_btc", theme=theme)
        self.ether.set_values(_ratio)
        self.ether.add_line("ratio", self.tr("ETH / BTC"), 3, dashed=False, values=_ratio)
        self.ether.add_line("mean_50", self.tr("50-day mean"), 5, values=_ratio)
        self.ether.add_line("mean_200", self.tr("200-day mean"), 7, values=_ratio)
        self.caps = TimeChart(self.tr("TOTAL2/3 and Bitcoin"), key="caps", theme=theme)
        self.caps.set_log(True)
        self.caps.add_line("bitcoin", self.tr("Bitcoin"), 2, values="figure")
        self.caps.add_line("total2", self.tr("TOTAL2"), 1, values="figure")
        self.caps.add_line("total3", self.tr("TOTAL3"), 5, values="figure")
        self.above = TimeChart(self.tr("Above the 200-day mean"), key="breadth", theme=theme)
        self.above.set_values("percent")
        self.above.set_value_range(0.0, 1.0)
        self.above.set_value_ticks([0.0, 0.5, 1.0])
        self.above.add_line("share", self.tr("Share"), 1, values=lambda value: numbers.percent(value, 0))
        self.above.set_end_dot("share")
        self.above.set_threshold("half", 0.5, "", "text3")
        self.line = TimeChart(self.tr("Advances less declines"), key="advance_decline", theme=theme)
        self.line.add_line("line", self.tr("Line"), 5, dashed=False, label=False, values="figure")
        self.line.set_end_dot("line")

    # -- showing -----------------------------------------------------------------------------------

    def show_nothing(self, why: str) -> None:
        """No chart, and why."""
        for chart in self.charts:
            chart.set_subtitle("")
            chart.set_unknown_because(why)
        self.under.set_text("")

    def show_day(self, history: SeasonHistory, day: Day, known: Seasons) -> None:
        """Show what was known at the end of a day."""
        for chart in self.charts:
            chart.set_unknown_because(None)
        rows = history.upto(day)
        self._show_index(history, day, rows, known)
        self._show_shading(history, day, known)
        self._show_dominance(history, day, rows)
        self._show_ether(history, rows)
        self.show_caps(history, day)
        self._show_breadth(history, day, rows)

    def show_compared(
        self, history: SeasonHistory, day: Day, others: Sequence[tuple[str, Definition]]
    ) -> None:
        """Draw the histories of other definitions (title, definition) beside the one that is shown."""
        if [title for title, _ in others] != self._others:
            self._others = [title for title, _ in others]
            for key in [key for key in self.index.lines() if key != "index"]:
                self.index.remove_line(key)
            for at, (title, _) in enumerate(others):
                self.index.add_line(f"other{at}", title, COMPARED[at], values=_whole)
        rows = history.upto(day)
        for at, (title, one) in enumerate(others):
            value = history.bench.indices[one].index[rows]
            end = self.tr("{0} {1}").format(numbers.fixed(_last(value), 0), title)
            self.index.set_line(f"other{at}", history.index.days[rows], value, end_text=end)

    def mark_day(self, day: Day | None) -> None:
        """Draw a line at the day that is looked at, when it is not the as-of day."""
        name = "" if day is None else dates.short_day_text(day)
        for chart in self.charts:
            chart.set_as_of(day, name if chart is self.index else "")

    def _show_index(self, history: SeasonHistory, day: Day, rows: slice, known: Seasons) -> None:
        reading = history.reading(day)
        self.index.set_subtitle(words.index_subtitle(reading, self.tr))
        value = history.index.index[rows]
        end = self._end_words(reading, newest=bool(day >= history.study.latest))
        self.index.set_line("index", history.index.days[rows], value, end_text=end)
        self.index.set_unknown_spans(
            _gaps(history.index.days[rows], value, self.tr("unknown: too few coins"))
        )
        self.under.set_text(words.seasons_note(history, day, known.forming, self.tr))

    def _end_words(self, reading: SeasonReading | Unknown, *, newest: bool) -> str:
        if isinstance(reading, Unknown) or isinstance(reading.index, Unknown):
            return ""
        value = numbers.fixed(reading.index, 0)
        return self.tr("{0} today").format(value) if newest else value

    def _show_shading(self, history: SeasonHistory, day: Day, known: Seasons) -> None:
        bitcoin = history.bitcoin_seasons_upto(day)
        shaded = (known.known, bitcoin, history.shown)
        if shaded == self._shaded:
            return
        self._shaded = shaded
        spans = [(one.start, one.end) for one in known.known]
        self.index.set_shading(spans, "altcoin", [words.season_label(one, self.tr) for one in known.known])
        self.index.set_shading([(one.start, one.end) for one in bitcoin], "bitcoin")
        for chart in self.charts[1:]:
            chart.set_shading(spans, "altcoin")

    def _show_dominance(self, history: SeasonHistory, day: Day, rows: slice) -> None:
        found = history.dominance
        state = found.at(day)
        below_50, below_55 = history.below(50, day), history.below(55, day)
        self.dominance.set_subtitle(*words.dominance_subtitles(state, below_50, day, self.tr))
        value = found.dominance[rows]
        self.dominance.set_line(
            "all", found.days[rows], value, end_text=numbers.percent(_last(value)) if value.size else None
        )
        other = found.dominance_ex_stable[rows]
        end = self.tr("{0} no stablecoins").format(numbers.percent(_last(other), unit=False))
        self.dominance.set_line("ex_stable", found.days[rows], other, end_text=end)
        self.dominance.set_unknown_spans(_gaps(found.days[rows], value, self.tr("unknown")))
        if (below_50, below_55) != self._below:
            self._below = (below_50, below_55)
            for level, spells in ((50, below_50), (55, below_55)):
                held = _held(spells, found.days[rows], level / 100)
                self.dominance.set_line(f"below_{level}", found.days[rows], held)

    def _show_ether(self, history: SeasonHistory, rows: slice) -> None:
        ether = history.ether
        self.ether.set_subtitle(words.ether_subtitle(ether, rows.stop - 1, self.tr) if rows.stop else "")
        days = ether.days[rows]
        self.ether.set_line("ratio", days, ether.ratio[rows], end_text=_ratio(_last(ether.ratio[rows])))
        self.ether.set_line("mean_50", days, ether.mean_50[rows], end_text=self.tr("50 d"))
        self.ether.set_line("mean_200", days, ether.mean_200[rows], end_text=self.tr("200 d"))
        self.ether.set_unknown_spans(_gaps(days, ether.ratio[rows], self.tr("unknown")))

    def show_caps(self, history: SeasonHistory, day: Day) -> None:
        """Show the caps with 100 at the beginning of the range that is chosen."""
        length = RANGE_DAYS[self._buttons.value()]
        since = None if length is None else day - np.timedelta64(length, "D")
        found = history.caps(day, since)
        if isinstance(found, Unknown):
            self.caps.set_unknown_because(found.why)
            return
        self._draw_caps(found)

    def _draw_caps(self, found: Caps) -> None:
        self.caps.set_unknown_because(None)
        self.caps.set_subtitle(
            self.tr("log, {0} = 100").format(words.month(found.base_day)), self.tr("log scale"), ""
        )
        for key in ("bitcoin", "total2", "total3"):
            self.caps.set_line(key, found.days, getattr(found, key))

    def _show_breadth(self, history: SeasonHistory, day: Day, rows: slice) -> None:
        found = history.breadth
        reading = found.at(day)
        if isinstance(reading, Unknown):
            for chart in (self.above, self.line):
                chart.set_unknown_because(reading.why)
            return
        share = found.share_above[rows]
        if isinstance(reading.share_above, Unknown):
            self.above.set_subtitle(readable(reading.share_above.why))
            end = None
        else:
            self.above.set_subtitle(
                self.tr("{0} of {1}, {2} without a mean").format(
                    reading.above, reading.counted, reading.no_mean
                )
            )
            end = numbers.percent(reading.share_above, 0)
        self.above.set_line("share", found.days[rows], share, end_text=end)
        self.above.set_unknown_spans(_gaps(found.days[rows], share, self.tr("unknown")))
        if isinstance(reading.line_30, Unknown):
            self.line.set_subtitle(readable(reading.line_30.why))
        else:
            self.line.set_subtitle(
                self.tr("{0} points in 30 days; {1} up, {2} down").format(
                    numbers.fixed(reading.line_30, 0, sign=True), reading.advancing, reading.declining
                )
            )
        self.line.set_line("line", found.days[rows], found.line[rows])

    # -- choosing a day ----------------------------------------------------------------------------

    def _click(self, chart: TimeChart, x: float) -> None:
        extent = chart.shared()
        if extent is not None:
            self.day_chosen.emit(time_axis.to_day(min(max(x, extent[0]), extent[1])))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            day = next((day for chart in self.charts if (day := chart.cursor_day()) is not None), None)
            if day is not None:
                self.day_chosen.emit(day)
                return
        super().keyPressEvent(event)

    # -- size --------------------------------------------------------------------------------------

    def set_narrow(self, narrow: bool) -> None:
        """Put the small charts under each other."""
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        for row in self._rows:
            row.setDirection(direction)


def _whole(value: float | None) -> str:
    return numbers.fixed(value, 0)


def _ratio(value: float | None) -> str:
    return numbers.fixed(value, 4)


def _last(values: Floats) -> float:
    known = np.flatnonzero(np.isfinite(values))
    return float(values[known[-1]]) if known.size else np.nan


def _held(spells: tuple[Spell, ...], days: Days, level: float) -> Floats:
    """Return the level on the days of the spells, NaN on all others."""
    held = np.full(days.size, np.nan)
    for spell in spells:
        first, last = (int((day - days[0]).astype(np.int64)) for day in (spell.start, spell.end))
        held[first : last + 1] = level
    return held


def _gaps(days: Days, values: Floats, text: str) -> list[tuple[Day, Day, str]]:
    """Return the stretches of a fortnight and more that are unknown; the first of them is named."""
    unknown = np.concatenate(([False], ~np.isfinite(values), [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(unknown))
    long = [
        (days[start], days[end - 1])
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start >= 14
    ]
    return [(start, end, text if not at else "") for at, (start, end) in enumerate(long)]
