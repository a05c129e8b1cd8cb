"""The metrics: what lies outside of prices, each with its signal, threshold and age, on one time axis."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from models.market.metrics_view import Metric, known_words, metrics
from models.qt.reader import readable
from ui.charts.chart_group import ChartGroup
from ui.charts.time_chart import TimeChart
from ui.later import later
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.scrolled import scrolled
from ui.widgets.signal_mark import SignalMark
from ui.widgets.themed import spread_theme

MARGIN, GAP = 16, 12
THREE_FROM, TWO_FROM = 1120, 700
SHORTEST = 172
SERIES = (1, 2, 5)
OLD_DAYS = 4


class MetricsPanel(QWidget):
    """Small charts as of one day; they move together."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session = session
        self._tiles: dict[str, MetricTile] = {}
        self._columns = 0
        self._waits = False
        self._build(session.theme)
        self._later = later(self, 0, self._show_day)
        session.study_changed.connect(lambda _: self._later.start())
        session.day_changed.connect(lambda _: self._later.start())
        session.theme_changed.connect(self.apply_theme)
        self._show_day()

    def _build(self, theme: Theme) -> None:
        self.title = Label(self.tr("Metrics"), scale=1.25, weight=600, theme=theme)
        self.words = Label("", token="text2", elide=True, theme=theme)
        self.range = RangeButtons(theme=theme)
        self.range.set_value("4y")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        head.addWidget(self.range)
        self.group = ChartGroup(buttons=self.range, parent=self)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        scroll = scrolled(inside, name=self.tr("Charts of the metrics"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waits:
            self._later.start()

    @Slot()
    def _show_day(self) -> None:
        study, day = self._session.study, self._session.day
        self._waits = not self.isVisible() and bool(self._tiles)
        if study is None or day is None or self._waits:
            return
        found = metrics(study, day)
        self.words.set_text(self.tr("outside of prices · {0}").format(known_words(found)))
        for one in found:
            if one.id not in self._tiles:
                tile = self._tiles[one.id] = MetricTile(one, self._session.theme)
                tile.explain_requested.connect(self._explain)
                self.group.add(tile.chart)
                tile.chart.set_range(self.range.value())
                self._columns = 0
            self._tiles[one.id].show_metric(one)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = 3 if self.width() >= THREE_FROM else 2 if self.width() >= TWO_FROM else 1
        if columns == self._columns:
            return
        self._columns = columns
        for at, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, at // columns, at % columns)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import show_explanation

        show_explanation(self, self._session, key)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)


class MetricTile(Card):
    """One chart with its state, newest value and age."""

    def __init__(self, metric: Metric, theme: Theme) -> None:
        key = f"signal:{metric.id}" if metric.signal is not None else ""
        super().__init__(metric.title, subtitle=metric.basis, key=key, theme=theme)
        self.mark = SignalMark(theme=theme)
        self.value = Label("", weight=600, theme=theme)
        self.threshold = Label("", token="text2", scale=0.92, elide=True, theme=theme)
        self.age = Label("", token="text2", scale=0.92, theme=theme)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.mark)
        line.addWidget(self.value)
        line.addWidget(self.threshold, 1)
        line.addWidget(self.age)
        self.body.addLayout(line)
        # Where lines carry their names at the right end, the scale stands on the left.
        side: Literal["left", "right"] = "left" if len(metric.lines) > 1 else "right"
        self.chart = TimeChart("", key="", value_side=side, theme=theme)
        self.chart.set_name(metric.title)
        self.chart.set_values(metric.unit)
        for at, metric_line in enumerate(metric.lines):
            several = len(metric.lines) > 1
            self.chart.add_line(
                metric_line.title, metric_line.title, SERIES[at], label=several, values=metric.unit
            )
        for at, level in enumerate(metric.levels):
            colour = {"confirms": "confirms", "contradicts": "contradicts"}.get(level.speaks, "neutral")
            self.chart.set_threshold(str(at), level.value, level.words, colour)
        self.why = Label("", token="text2", wrap=True, theme=theme)
        self.why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.why, 1)
        self.setMinimumHeight(SHORTEST)

    def show_metric(self, metric: Metric) -> None:
        """Show another day; a metric that has just become known gets its lines now."""
        known = metric.is_known
        self.chart.setVisible(known)
        self.why.setVisible(not known)
        self.why.set_text(readable(metric.why))
        for at, line in enumerate(metric.lines):
            if line.title not in self.chart.lines():
                self.chart.add_line(line.title, line.title, SERIES[at], label=len(metric.lines) > 1)
            self.chart.set_line(line.title, line.days, line.values)
        for spans in metric.shading:
            self.chart.set_shading(spans.spans, "altcoin" if spans.speaks == "confirms" else "bitcoin")
        signal = metric.signal
        self.mark.setVisible(signal is not None)
        if signal is not None:
            self.mark.set_state(signal.state)
        value = readable(metric.value_text)
        self.value.set_text(value)
        self.threshold.set_text("" if signal is None else readable(signal.threshold))
        self.threshold.setToolTip("" if signal is None else readable(signal.why))
        age = metric.age_days
        self.age.set_text(
            "" if age is None else self.tr("{0} d old").format(age) if age else self.tr("today")
        )
        self.age.set_token("caution" if age is not None and age > OLD_DAYS else "text2")
        self.setAccessibleName(
            ", ".join(part for part in (metric.title, value, readable(metric.why)) if part)
        )
