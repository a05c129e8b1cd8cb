"""The Overview: where are we, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.market.snapshot import Day, Series
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.charts.gauge import Gauge
from ui.charts.phase_track import PhaseTrack, Station
from ui.charts.stacked_bar import StackedBar
from ui.charts.time_chart import TimeChart
from ui.charts.time_overlays import Mark
from ui.later import later
from ui.panels.overview.changes_card import ChangesCard, since_of
from ui.panels.overview.checklist import ChecklistHead, ChecklistView
from ui.panels.overview.view import (
    CORRELATION_WEEKS,
    RUSSELL_YEARS,
    Figure,
    OverviewView,
    correlation_figure,
    overview,
)
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.figure_card import FigureCard
from ui.widgets.label import Label
from ui.widgets.reflow import Reflow
from ui.widgets.scrolled import scrolled
from ui.widgets.skeleton import Skeleton
from ui.widgets.themed import spread_theme

if TYPE_CHECKING:
    from models.market.changes import Happened
    from models.market.correlation.pairs import Rolling
    from models.market.study import Study

MARGIN, GAP = 16, 12
LEAST_SIGNALS = 320
COMPACT_BELOW, ONE_COLUMN = 1100, 780
RIGHT_SHARE, LEFT_SHARE = 385, 615
STATIONS = ("bitcoin", "large", "mid", "small")


class OverviewPanel(QWidget):
    """Season, phase, Russell 2000, dominance, and which signals agree, as of one day."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._rolling: Rolling | None = None
        self._compact = False
        self._view: OverviewView | None = None
        self._since: object = 0
        self._waits = False
        self._build()
        self._later = later(self, 0, self._follow_day)
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(lambda _day: self._later.start())
        session.series_ready.connect(self._show_early)
        session.theme_changed.connect(self.apply_theme)
        if session.study is not None:
            self._follow_study(session.study)
        elif session.series:
            self._show_early(session.series)

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self._session.theme
        self.headline = Label("", scale=1.45, weight=600, wrap=True, theme=theme)
        self.subline = Label("", token="text2", wrap=True, theme=theme)
        self.dominance = FigureCard(
            self.tr("Bitcoin dominance"), short_name=self.tr("Dominance"), key="dominance", theme=theme
        )
        self.correlation = FigureCard(
            self.tr("Russell–ALT50, weekly r"), short_name=self.tr("Weekly r"), key="correlation", theme=theme
        )
        self.russell = FigureCard(
            self.tr("Russell below record"), short_name=self.tr("Russell"), key="russell", theme=theme
        )
        self.total2 = FigureCard(
            self.tr("Altcoin cap, TOTAL2"), short_name=self.tr("TOTAL2"), key="total2", theme=theme
        )
        self._cards = (self.dominance, self.correlation, self.russell, self.total2)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.headline)
        words.addWidget(self.subline)
        left.addLayout(words)
        figures = QHBoxLayout()
        figures.setSpacing(GAP)
        for card in self._cards:
            card.explain_requested.connect(self._explain)
            figures.addWidget(card, 1)
        left.addLayout(figures)
        left.addWidget(self._season_card(theme), 5)
        left.addWidget(self._phase_card(theme), 3)
        bottom = self._bottom_row(theme)
        left.addLayout(bottom, 5)
        Reflow(self, bottom)
        inside = QWidget()
        inside.setLayout(left)
        left.setContentsMargins(MARGIN, MARGIN - 2, GAP // 2, MARGIN)
        self._scroll = scrolled(inside, name=self.tr("Overview"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._scroll, LEFT_SHARE)
        self._left, self._right = left, QVBoxLayout()
        self._right.setContentsMargins(GAP // 2, MARGIN - 2, MARGIN, MARGIN)
        self.confirmation = self._confirmation_card(theme)
        self._right.addWidget(self.confirmation)
        row.addLayout(self._right, RIGHT_SHARE)
        self._row = row
        self._skeletons = [Skeleton("chart", theme=theme)]

    def _place_confirmation(self, *, one_column: bool) -> None:
        """Put the signals at the right of the figures, or below them where it is narrow."""
        holder = self._left if one_column else self._right
        if holder.indexOf(self.confirmation) >= 0:
            return
        self.confirmation.setMinimumHeight(LEAST_SIGNALS if one_column else 0)
        margins = (0, 0, 0, 0) if one_column else (GAP // 2, MARGIN - 2, MARGIN, MARGIN)
        self._right.setContentsMargins(*margins)
        holder.addWidget(self.confirmation)
        self._row.setStretch(1, 0 if one_column else RIGHT_SHARE)

    def _season_card(self, theme: Theme) -> Card:
        self.season_card = Card(self.tr("Altcoin season index"), key="season", theme=theme)
        self.season_card.set_note(self.tr("5 years"))
        self.season_card.explain_requested.connect(self._explain)
        self.gauge = Gauge(theme=theme)
        self.gauge.setMinimumWidth(170)
        self.strip = TimeChart("", key="", value_side="right", theme=theme)
        self.strip.set_name(self.tr("Altcoin season index over five years"))
        self.strip.add_line("index", self.tr("Index"), 0, label=False, values="figure")
        self.strip.set_end_dot("index")
        self.strip.set_value_range(0.0, 120.0)  # above 100 stand the words of the seasons
        self.strip.set_value_ticks([0, 25, 75, 100])
        self.strip.set_threshold("altcoin", 75.0, "", 1)
        self.strip.set_threshold("bitcoin", 25.0, "", 2)
        self.strip.setMinimumHeight(100)
        self.strip.set_interactive(False)
        inside = QHBoxLayout()
        inside.setSpacing(GAP)
        inside.addWidget(self.gauge, 27)
        inside.addWidget(self.strip, 73)
        self.season_card.body.addLayout(inside, 1)
        self.season_card.setMinimumHeight(150)
        return self.season_card

    def _phase_card(self, theme: Theme) -> Card:
        self.phase_card = Card(self.tr("Rotation phase"), key="phase", theme=theme)
        self.phase_card.explain_requested.connect(self._explain)
        self.track = PhaseTrack(theme=theme)
        self.phase_card.body.addWidget(self.track, 1)
        self.phase_card.setMinimumHeight(138)
        return self.phase_card

    def _bottom_row(self, theme: Theme) -> QHBoxLayout:
        self.russell_card = Card(self.tr("Russell 2000"), key="russell", theme=theme)
        self.russell_card.set_note(self.tr("2 years"))
        self.russell_card.explain_requested.connect(self._explain)
        self.precedents = QPushButton(self.tr("See the precedents"))
        self.precedents.setProperty("kind", "link")
        self.precedents.setAccessibleName(self.tr("See the precedents"))
        self.precedents.setToolTip(self.tr("What followed each earlier record, against what follows any day"))
        self.precedents.clicked.connect(lambda: self._session.panel_requested.emit("precedents"))
        self.russell_card.add_corner(self.precedents)
        self.russell_chart = TimeChart("", key="", value_side="right", theme=theme)
        self.russell_chart.set_name(self.tr("Russell 2000 over two years"))
        self.russell_chart.add_line("close", self.tr("Russell 2000"), 0, label=False, values="figure")
        self.russell_chart.set_interactive(False)
        self.russell_chart.setMinimumHeight(100)
        self.russell_card.body.addWidget(self.russell_chart, 1)
        self.russell_card.setMinimumHeight(144)
        self.changes_card = ChangesCard(theme)
        self.changes_card.since_chosen.connect(self._choose_since)
        self.changes_card.opened.connect(self._jump)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.russell_card, 60)
        row.addWidget(self.changes_card, 40)
        return row

    def _confirmation_card(self, theme: Theme) -> Card:
        card = Card(self.tr("Confirmation"), key="signals", theme=theme)
        card.explain_requested.connect(self._explain)
        self.records = records = QPushButton(self.tr("Track records"))
        records.setProperty("kind", "link")
        records.setAccessibleName(self.tr("Track records of the signals"))
        records.setToolTip(self.tr("How often each signal was right, and how much they say the same."))
        records.clicked.connect(self._show_records)
        self.weights = weights = QPushButton(self.tr("Weights"))
        weights.setProperty("kind", "link")
        weights.setAccessibleName(self.tr("Weights of the signals"))
        weights.setToolTip(self.tr("What each signal counts in the score."))
        weights.clicked.connect(self._edit_weights)
        card.add_corner(weights)
        card.add_corner(records)
        self.score = Label("", scale=1.9, weight=600, theme=theme)
        self.score_words = Label("", token="text2", wrap=True, theme=theme)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.score, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.score_words, 1, Qt.AlignmentFlag.AlignBottom)
        self.bar = StackedBar(theme=theme)
        self.checklist = ChecklistView(theme)
        self.checklist.signal_chosen.connect(lambda name: self._explain(f"signal:{name}"))
        card.body.addLayout(line)
        self.checklist_head = ChecklistHead(theme)
        card.body.addWidget(self.bar)
        card.body.addWidget(self.checklist_head)
        card.body.addWidget(self.checklist, 1)
        self.confirmation = card
        return card

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _show_early(self, series: Mapping[str, Series]) -> None:
        """Draw the Russell 2000 while the rest is computed."""
        russell = series.get("RUT")
        if russell is None or not russell.days.size or self._session.study is not None:
            return
        self._draw_russell(russell.days, russell.values, russell.days[-1])
        for card in self._cards:
            card.set_loading()

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        self._rolling = None
        if study is None:
            return
        self._show_day()

        def work(_report: object, _cancelled: object) -> Rolling:
            from models.market.correlation.pairs import rolling

            return rolling(study.pair("RUT", "ALT50", "weekly"), window=CORRELATION_WEEKS)

        self._tasks.latest("overview correlation", work, done=self._take_rolling)

    @Slot(object)
    def _take_rolling(self, found: Any) -> None:
        self._rolling = found
        self._show_day()

    @Slot()
    def _follow_day(self) -> None:
        """Show another day, once somebody looks: hidden panels cost the slider nothing."""
        self._waits = not self.isVisible()
        if not self._waits:
            self._show_day()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waits:
            self._later.start()

    @Slot()
    def _show_day(self) -> None:
        study, day = self._session.study, self._session.day
        if study is None or day is None:
            return
        found = None if self._rolling is None else self._rolling.at(day)
        figure = Figure() if found is None else correlation_figure(found, self.tr)
        view = overview(study, day, figure, self.tr)
        self._view = view
        self._show_words(view)
        for card, one in (
            (self.dominance, view.dominance),
            (self.correlation, view.correlation),
            (self.russell, view.russell),
            (self.total2, view.total2),
        ):
            _fill(card, one)
        self._show_season(view)
        self._show_phase(study, day)
        self._show_russell(study, day, view)
        self._show_changes(study, day)
        self._show_signals(view)

    def _show_changes(self, study: Study, day: Day) -> None:
        from data.revised import with_revisions
        from models.market.changes import changes

        # A visit is of one's own data: the days of the demo market have nothing to do with it.
        visited = None if self._session.is_demo else self._session.visited
        since, words = since_of(self._since, visited, day, self.tr)
        found = with_revisions(changes(study, since, day), self._session.revised, since, day)
        self.changes_card.show_changes(found, words)

    @Slot()
    def _show_records(self) -> None:
        from ui.panels.overview.records import RecordsDialog

        RecordsDialog(self._session, self._tasks, self).open()

    @Slot()
    def _edit_weights(self) -> None:
        from ui.panels.overview.weights import WeightsDialog

        WeightsDialog(self._session, self._tasks, self).open()

    @Slot(object)
    def _choose_since(self, since: object) -> None:
        self._since = since
        self._show_day()

    @Slot(object)
    def _jump(self, happened: Happened) -> None:
        """Go to the day of a change, on the panel that shows it."""
        self._session.set_day(happened.day)
        self._session.panel_requested.emit(happened.panel)

    def _show_words(self, view: OverviewView) -> None:
        self.headline.set_text(view.short_headline if self._compact else view.headline)
        self.subline.set_text(view.short_subline if self._compact else view.subline)

    def _show_season(self, view: OverviewView) -> None:
        self.season_card.set_subtitle(view.season_words)
        if view.season_value is None:
            self.gauge.set_unknown(view.season_words)
        else:
            self.gauge.set_value(view.season_value, view.season_label)
        strip = view.strip
        self.strip.set_line("index", strip.days, strip.values)
        spans = [(start, end) for start, end, _ in strip.seasons]
        self.strip.set_shading(spans, "altcoin", [words for _, _, words in strip.seasons])
        unknown = _leading_gap(strip.days, strip.values)
        start, end = unknown or (None, None)
        self.strip.set_unknown(start, end, self.tr("unknown") if unknown else "")
        self.strip.set_range("all")

    def _show_phase(self, study: Study, day: Day) -> None:
        history = study.rotation
        state = history if isinstance(history, Unknown) else history.at(day)
        if isinstance(history, Unknown) or isinstance(state, Unknown):
            why = history.why if isinstance(history, Unknown) else state.why  # type: ignore[union-attr]
            self.track.set_unknown(why)
            self.phase_card.set_subtitle("")
            return
        if isinstance(state.phase, Unknown):
            self.track.set_unknown(state.phase.why)
            self.phase_card.set_subtitle("")
            return
        spells = history.upto(day).time_in_phase
        names = dict(
            zip(
                STATIONS,
                (self.tr("Bitcoin"), self.tr("Large caps"), self.tr("Mid caps"), self.tr("Small and meme")),
                strict=True,
            )
        )
        strengths = {} if isinstance(state.strengths, Unknown) else state.strengths
        stations = [
            Station(
                names[name],
                strengths.get(name),
                spells[name].median_days if name in spells else None,
                spells[name].spells if name in spells else None,
            )
            for name in STATIONS
        ]
        off_track = state.phase not in STATIONS
        self.track.set_stations(stations, None if off_track else STATIONS.index(state.phase))
        shown = self.tr("Risk-off") if off_track else names[state.phase]
        words = self.tr("{0} since {1}, {2} days").format(
            shown, dates.short_day_text(state.since) if state.since is not None else "–", state.days
        )
        if state.no_clear_phase:
            words += self.tr(" · no clear phase")
        elif state.phase in spells and not self._compact:
            own = spells[state.phase]
            words += self.tr(" · median spell {0} days over {1} spells").format(
                numbers.fixed(own.median_days, 0), own.spells
            )
        self.phase_card.set_subtitle(words)

    def _show_russell(self, study: Study, day: Day, view: OverviewView) -> None:
        self.russell_card.set_subtitle(view.russell_words, *view.russell_shorter)
        history = study.russell
        if isinstance(history, Unknown):
            self.russell_chart.set_unknown_because(history.why)
            return
        end = int(np.searchsorted(history.days, day, side="right"))
        self._draw_russell(history.days[:end], history.close[:end], day)
        start = day - np.timedelta64(round(365.25 * RUSSELL_YEARS), "D")
        breakouts = np.flatnonzero(history.breakout[:end] & (history.days[:end] >= start))
        marks = [
            Mark(history.days[at], history.close[at], self.tr("breakout"), "triangle") for at in breakouts
        ]
        if end and history.record_index[end - 1] >= 0:
            record = int(history.record_index[end - 1])
            close = float(history.close[record])
            if history.days[record] >= start:
                words = self.tr("record {0}").format(numbers.fixed(close, 0))
                marks = [mark for mark in marks if mark.day != history.days[record]]
                marks.append(Mark(history.days[record], close, words, "diamond"))
            self.russell_chart.set_threshold("record", close, "", "text2")
        self.russell_chart.set_marks(marks)

    def _draw_russell(self, days: np.ndarray, values: np.ndarray, day: Day) -> None:
        start = day - np.timedelta64(round(365.25 * RUSSELL_YEARS), "D")
        first = int(np.searchsorted(days, start))
        self.russell_chart.set_unknown_because(None)
        self.russell_chart.set_line("close", days[first:], values[first:])
        self.russell_chart.set_range("all")

    def _show_signals(self, view: OverviewView) -> None:
        score = view.score
        self.score.set_text(self.tr("{0} of {1}").format(score.confirms, score.known))
        if isinstance(score.share, Unknown):
            self.score_words.set_text(readable(score.share.why))
        else:
            self.score_words.set_text(self.tr("confirm") if self._compact else view.score_words)
        self.bar.set_counts(score.confirms, score.neutral, score.contradicts, score.unknown)
        self.checklist.rows.show(view.signals)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)
        self.checklist.apply_theme(theme)
        self.checklist_head.apply_theme(theme)

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import show_explanation

        show_explanation(self, self._session, key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_confirmation(one_column=self.width() < ONE_COLUMN)
        compact = self.width() < COMPACT_BELOW
        if compact != self._compact:
            self._compact = compact
            for card in self._cards:
                card.set_compact(compact)
            self.checklist.set_compact(compact)
            self.checklist_head.setVisible(not compact)
            self.bar.set_compact(compact)
            self.changes_card.set_compact(compact)
            self.precedents.setText(self.tr("Precedents") if compact else self.tr("See the precedents"))
            self.headline.set_type(1.25 if compact else 1.45, 600)
            self._show_day()


def _fill(card: FigureCard, figure: Figure) -> None:
    if figure.unknown:
        card.set_unknown(figure.unknown)
    elif figure.value:
        card.set_figure(
            figure.value,
            unit=figure.unit,
            interval=figure.interval,
            note=figure.note,
            short_note=figure.short_note,
        )
    else:
        card.set_loading()


def _leading_gap(days: np.ndarray, values: np.ndarray) -> tuple[Day, Day] | None:
    """Return the stretch before the first known value, if there is one to speak of."""
    known = np.flatnonzero(np.isfinite(values))
    if not days.size or (known.size and known[0] == 0):
        return None
    return days[0], days[known[0] - 1 if known.size else -1]
