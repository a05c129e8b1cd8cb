"""The parts of the Correlation panel that belong to one day: lead and lag, scatter, matrix, regimes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.market.correlation.view import PairDay
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.charts.correlogram import Correlogram
from ui.charts.heat_map import HeatMap
from ui.charts.interval_dots import IntervalDots
from ui.charts.scatter_chart import ScatterChart
from ui.panels.correlation import words
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card

GAP = 12


class DayCharts(QWidget):
    """Lead and lag beside the scatter of the window."""

    explain_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lead = Correlogram(self.tr("Lead and lag"), key="lead_lag", theme=theme)
        self.scatter = ScatterChart(self.tr("Scatter"), key="", theme=theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for chart, share in ((self.lead, 67), (self.scatter, 33)):
            card = Card(theme=theme)
            card.body.addWidget(chart, 1)
            chart.explain_requested.connect(self.explain_requested)
            row.addWidget(card, share)
        self.setMinimumHeight(146)

    def show_nothing(self, why: str) -> None:
        for chart in (self.lead, self.scatter):
            chart.set_subtitle("")
            chart.set_unknown_because(why)

    def show_day(self, view: PairDay) -> None:
        self._show_lead(view)
        self._show_scatter(view)

    def _show_lead(self, view: PairDay) -> None:
        self.lead.set_subtitle(words.lead_subtitle(view, self.tr))
        found = view.lead
        if isinstance(found, Unknown):
            self.lead.set_unknown_because(found.why)
            return
        left, right = words.lead_sides(view, self.tr)
        self.lead.set_lags(
            found.weeks,
            found.r,
            -found.band,
            found.band,
            peak=found.peak_lag,
            peak_text=words.lead_peak(view, self.tr),
            before=left,
            after=right,
            band_text=self.tr("95 % band,\nall {0} lags").format(found.weeks.size),
        )
        self.lead.setToolTip(readable(found.verdict))

    def _show_scatter(self, view: PairDay) -> None:
        a, b = words.names_of(view.history)
        self.scatter.set_subtitle(self.tr("{0} across, {1} up").format(a, b))
        self.scatter.set_axis_names(a, b)
        found = view.scatter
        if isinstance(found, Unknown):
            self.scatter.set_unknown_because(found.why)
            return
        self.scatter.set_points(found.days, found.x, found.y)
        label = self.tr("slope {0} ± {1}").format(
            numbers.fixed(found.slope, 1), numbers.fixed(found.standard_error, 1)
        )
        self.scatter.set_fit(
            found.slope, found.intercept, found.band_x, found.band_low, found.band_high, label
        )


class MatrixCard(Card):
    """Every main line against every other; a click chooses the pair."""

    pair_chosen = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.map = HeatMap(self.tr("Matrix"), key="matrix", theme=theme)
        self.map.explain_requested.connect(self.explain_requested)
        self.map.cell_clicked.connect(self._choose)
        self.body.addWidget(self.map, 1)
        self._ids: tuple[str, ...] = ()

    def show_nothing(self, why: str) -> None:
        self.map.set_unknown(why)

    def show_day(self, view: PairDay) -> None:
        found, choice = view.matrix, view.history.choice
        self._ids = found.ids
        rows = [words.short_name(name, name) for name in found.ids]
        columns = [words.COLUMNS.get(name, row) for name, row in zip(found.ids, rows, strict=True)]
        returns = self.tr("weekly") if choice.returns == "weekly" else self.tr("daily")
        steps = words.steps_name(choice, self.tr)
        self.map.set_subtitle(self.tr("{0}, {1} {2}").format(returns, found.window, steps))
        self.map.set_matrix(rows, columns, found.value, tips=words.matrix_tips(view, self.tr))
        if choice.a in found.ids and choice.b in found.ids:
            self.map.set_chosen(found.ids.index(choice.a), found.ids.index(choice.b))
        else:
            self.map.set_chosen(None)

    def _choose(self, row: int, column: int) -> None:
        if row != column and max(row, column) < len(self._ids):
            self.pair_chosen.emit(self._ids[row], self._ids[column])


class RegimesCard(Card):
    """The correlation by the state of the Russell 2000."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.dots = IntervalDots(
            self.tr("Regimes"), subtitle=self.tr("daily returns, 95 % intervals"), key="regimes", theme=theme
        )
        self.dots.explain_requested.connect(self.explain_requested)
        self.body.addWidget(self.dots, 1)

    def show_nothing(self, why: str) -> None:
        self.dots.set_unknown_because(why)

    def show_day(self, view: PairDay) -> None:
        found = view.regimes
        if isinstance(found, Unknown):
            self.dots.set_unknown_because(found.why)
        elif all(isinstance(one.result, Unknown) for one in found):
            a, b = words.names_of(view.history)
            days = sum(one.observations for one in found[:3])
            self.dots.set_unknown_because(
                self.tr("{0} common days of {1} and {2}: too few in every state.").format(days, a, b)
            )
        else:
            self.dots.set_rows(words.regime_rows(found, self.tr))
