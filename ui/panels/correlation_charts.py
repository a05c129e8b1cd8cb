"""The two linked charts of the Correlation panel: indexed prices, and the rolling correlation below."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from models.market.correlation_view import PairHistory
from models.market.season import Seasons
from models.market.snapshot import Day, Series
from ui.charts import numbers
from ui.charts.card import Card
from ui.charts.chart_group import ChartGroup
from ui.charts.range_buttons import RangeButtons
from ui.charts.time_chart import TimeChart
from ui.panels import correlation_words as words
from ui.theme.tokens import Theme

ROLLING_COLOUR = 1
PARTIAL_COLOURS = {"SPX": 4, "BTC": 2}


class HistoryCharts(Card):
    """Prices with 100 on their first common day, and the correlation of their returns over a window."""

    def __init__(self, buttons: RangeButtons, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.prices = TimeChart(self.tr("Indexed prices"), subtitle=self.tr("log scale"), theme=theme)
        self.prices.set_log(True)
        self.prices.set_time_axis_shown(False)
        self.prices.set_vertical_grid(True)
        self.rolling = TimeChart(self.tr("Rolling correlation"), key="correlation", theme=theme)
        self.rolling.set_vertical_grid(True)
        self.rolling.set_values("fixed")
        self.rolling.add_line("rolling", self.tr("Correlation"), ROLLING_COLOUR, width=2, values="fixed")
        self.rolling.add_band("rolling")
        self.rolling.set_end_dot("rolling")
        self.rolling.set_threshold("zero", 0.0, "", "text3")
        for chart, height in ((self.prices, 150), (self.rolling, 140)):
            chart.setMinimumHeight(height)
            chart.explain_requested.connect(self.explain_requested)
        self.body.addWidget(self.prices, 54)
        self.body.addWidget(self.rolling, 46)
        self.group = ChartGroup([self.prices, self.rolling], buttons, self)
        self._shown: tuple[tuple[str, int], ...] = ()
        self._shaded: object = None

    def show_alone(self, line: Series) -> None:
        """Draw one line while nothing else is known."""
        self.prices.set_unknown_because(None)
        self._set_lines((("alone", 0),), (line.title,))
        self.prices.set_line("alone", line.days, line.values)
        self.prices.set_subtitle(self.tr("{0}, log scale").format(line.unit))
        self.rolling.set_subtitle(self.tr("being computed"))

    def show_nothing(self, why: str) -> None:
        """Neither prices nor correlation, and why."""
        for chart in (self.prices, self.rolling):
            chart.set_subtitle("")
            chart.set_note("")
            chart.set_unknown_because(why)

    def set_history(self, history: PairHistory) -> None:
        """Another pair or another way to compare it: names and colours."""
        keys = tuple(zip((line.id for line in history.lines), words.colours_of(history), strict=True))
        self._set_lines(keys, tuple(line.title for line in history.lines))
        self.prices.set_subtitle(words.prices_subtitle(history, self.tr))
        self.rolling.set_subtitle(words.rolling_subtitle(history.choice, self.tr))
        reason = None
        if not history.lines:
            a, b = words.names_of(history)
            reason = self.tr("{0} and {1} have no day on which both have a price.").format(a, b)
        self.prices.set_unknown_because(reason)
        if "partial" in self.rolling.lines():
            self.rolling.remove_line("partial")
        if history.choice.given:
            title = self.tr("given {0}").format(words.control_name(history.choice, self.tr))
            self.rolling.add_line("partial", title, PARTIAL_COLOURS[history.choice.given], values="fixed")

    def show_day(self, history: PairHistory, day: Day, seasons: Seasons) -> None:
        """Show what was known at the end of a day."""
        for line in history.lines:
            self.prices.set_line(line.id, *line.upto(day))
        days, value, low, high = history.rolling_upto(day)
        found = bool(np.isfinite(value).any())
        # The correlation stands under the prices: it begins where they do.
        self.rolling.set_unknown_because(None if found else self._why(history, day))
        self.prices.set_time_axis_shown(not found)
        end = value[np.isfinite(value)][-1] if found else np.nan
        self.rolling.set_line("rolling", days, value, end_text=numbers.fixed(float(end)))
        self.rolling.set_band("rolling", days, low, high)
        self._set_scale(value, low, high)
        if "partial" in self.rolling.lines():
            self.rolling.set_line("partial", *history.partial_upto(day))
        spans = history.unknown_upto(day)
        text = words.under_text(history, self.tr)
        self.rolling.set_unknown_spans([(*span, text if not at else "") for at, span in enumerate(spans)])
        if history.base_day is not None:
            shaded = [
                (max(season.start, history.base_day), season.end)
                for season in seasons.known
                if season.end >= history.base_day
            ]
            if shaded != self._shaded:
                self._shaded = shaded
                for chart in (self.prices, self.rolling):
                    chart.set_shading(shaded, "altcoin")
            self.prices.set_note(self.tr("shading: altcoin season, top 50") if shaded else "")

    def _why(self, history: PairHistory, day: Day) -> str:
        found = history.rolling.at(day)
        return getattr(found, "why", "")

    def _set_scale(self, value: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Keep the axis still while the day moves: whole halves around what is drawn."""
        known = np.concatenate([part[np.isfinite(part)] for part in (value, low, high)])
        if not known.size:
            return
        bottom = np.floor(min(float(known.min()), -0.01) * 2) / 2
        top = np.ceil(max(float(known.max()), 0.01) * 2) / 2
        self.rolling.set_value_range(float(bottom), float(top))
        self.rolling.set_value_ticks([float(tick) for tick in np.arange(bottom, top + 0.01, 0.5)])

    def _set_lines(self, keys: tuple[tuple[str, int], ...], titles: tuple[str, ...]) -> None:
        if keys == self._shown:
            return
        for key in self.prices.lines():
            self.prices.remove_line(key)
        for (key, colour), title in zip(keys, titles, strict=True):
            self.prices.add_line(key, title, colour, values="figure")
        self._shown = keys
