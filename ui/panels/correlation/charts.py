"""The two linked charts of the Correlation panel: indexed prices, and the rolling correlation below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from models.market.correlation.shifted import shifted_line
from models.market.correlation.view import PairDay, PairHistory
from models.market.season.index import Seasons
from models.market.snapshot import Day, Series
from models.market.unknown import Unknown
from ui.charts.chart_group import ChartGroup
from ui.charts.time_chart import TimeChart
from ui.panels.correlation import words
from ui.panels.correlation.shift import ShiftRow
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.themed import CAPTION

ROLLING_COLOUR = 1
PARTIAL_COLOURS = {"SPX": 4, "BTC": 2}


class HistoryCharts(Card):
    """Prices with 100 on their first common day, and the correlation of their returns over a window.

    Below the prices, on demand, the slider that shifts the first line; at the foot how the two were aligned.
    """

    levels_requested = Signal()

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
        self.shift_button = QPushButton(self.tr("Shift"))
        self.shift_button.setCheckable(True)
        self.shift_button.setToolTip(self.tr("Shift one price line against the other by up to 26 weeks"))
        self.levels_button = QPushButton(self.tr("Levels"))
        self.levels_button.setToolTip(
            self.tr("The correlation of prices instead of returns, and why it misleads")
        )
        for button in (self.shift_button, self.levels_button):
            button.setProperty("fit", "head")
            self.prices.add_corner(button)
        self.levels_button.clicked.connect(self.levels_requested)
        self.shift = ShiftRow(theme)
        self.shift.hide()
        self.shift_button.toggled.connect(self._show_shift)
        self.shift.moved.connect(lambda _: self._draw_first())
        self.aligned = Label("", token="text3", scale=CAPTION, elide=True, theme=theme)
        self.body.addWidget(self.prices, 54)
        self.body.addWidget(self.shift)
        self.body.addWidget(self.rolling, 46)
        self.body.addWidget(self.aligned)
        self._history: PairHistory | None = None
        self._day: Day | None = None
        self.group = ChartGroup([self.prices, self.rolling], buttons, self)
        self._shown: tuple[tuple[str, int], ...] = ()
        self._shaded: object = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QWidget.setTabOrder(self.shift_button, self.levels_button)
        QWidget.setTabOrder(self.levels_button, self.prices.view)

    def show_alone(self, line: Series) -> None:
        """Draw one line while nothing else is known."""
        self.prices.set_unknown_because(None)
        self._set_lines((("alone", 0),), (line.title,))
        self.prices.set_line("alone", line.days, line.values)
        self.prices.set_subtitle(self.tr("{0}, log scale").format(line.unit))
        self.rolling.set_subtitle(self.tr("being computed"))

    def show_nothing(self, why: str) -> None:
        """Neither prices nor correlation, and why."""
        self._history = None
        self.aligned.set_text("")
        for chart in (self.prices, self.rolling):
            chart.set_subtitle("")
            chart.set_note("")
            chart.set_unknown_because(why)

    def set_history(self, history: PairHistory) -> None:
        """Another pair or another way to compare it: names and colours."""
        if self._history is not None and history.titles != self._history.titles:
            self.shift.slider.setValue(0)
        self.shift.show_day(None)
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
        if self._day != day or self._history is not history:
            self.shift.show_day(None)
        self._history, self._day = history, day
        self._say_scale()
        for line in history.lines[1:]:
            self.prices.set_line(line.id, *line.upto(day))
        self._draw_first()
        self.aligned.set_text(words.aligned_text(history, day, self.tr))
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

    def show_lead(self, view: PairDay) -> None:
        """Take the correlogram that belongs to the day: what each shift is worth."""
        self.shift.show_day(view)

    def _show_shift(self, on: bool) -> None:
        self.shift.setVisible(on)
        self.shift_button.setText(self.tr("Shift ●") if on else self.tr("Shift"))
        self._say_scale()
        self._draw_first()

    def _say_scale(self) -> None:
        history = self._history
        if history is None or not history.lines:
            return
        said = words.prices_subtitle(history, self.tr)
        if self.shift_button.isChecked():
            a, b = words.names_of(history)
            said = self.tr("{0} stretched to the swings of {1}, log scale").format(a, b)
        self.prices.set_subtitle(said)

    def _draw_first(self) -> None:
        """Draw the first line, shifted while the slider is there."""
        history, day = self._history, self._day
        if history is None or day is None or not history.lines:
            return
        line, onto = history.lines[:2]
        if self.shift_button.isChecked():
            self.prices.set_line(line.id, *shifted_line(line, onto, day, self.shift.value()))
        else:
            self.prices.set_line(line.id, *line.upto(day))

    def _why(self, history: PairHistory, day: Day) -> str:
        found = history.rolling.at(day)
        return found.why if isinstance(found, Unknown) else ""

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
