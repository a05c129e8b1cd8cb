"""The Correlation panel: do two lines move together, since when, how surely, and does one lead?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from models.market.correlation.view import Cards, Choice, PairDay, PairHistory, day_view, study_pair
from models.market.snapshot import Series
from models.market.study import Study
from ui.later import later
from ui.panels.correlation import words
from ui.panels.correlation.charts import HistoryCharts
from ui.panels.correlation.controls import PairControls
from ui.panels.correlation.day import DayCharts, MatrixCard, RegimesCard
from ui.panels.inside import Inside
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.figure_card import FigureCard
from ui.widgets.label import Label
from ui.widgets.scrolled import scrolled
from ui.widgets.themed import spread_theme

if TYPE_CHECKING:
    from ui.panels.correlation.levels import LevelsWindow

MARGIN, GAP = 16, 12
ONE_COLUMN_BELOW = 1100
COMPACT_BELOW = 1150
TWO_BY_TWO_BELOW = 760
LEFT_SHARE, RIGHT_SHARE = 64, 36
SETTLE_MS = 60
"""How long the day rests before its heavy part is computed."""


class CorrelationPanel(QWidget):
    """A pair of lines: prices, rolling correlation, lead and lag, and what they mean in words."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._history: PairHistory | None = None
        self._view: PairDay | None = None
        self._levels: LevelsWindow | None = None
        self._waits = False
        self._build(session.theme)
        self._soon = later(self, 0, self._show_day)
        self._settled = later(self, SETTLE_MS, self._compute_day)
        self.controls.changed.connect(self._compute_history)
        self.history_charts.levels_requested.connect(self.open_levels)
        self.matrix.pair_chosen.connect(self.controls.choose_pair)
        session.coin_requested.connect(self._look_at)
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(self._follow_day)
        session.series_ready.connect(self._show_early)
        session.theme_changed.connect(self.apply_theme)
        if session.study is not None:
            self._follow_study(session.study)
        elif session.series:
            self._show_early(session.series)

    @Slot(str)
    def _look_at(self, coin: str) -> None:
        """Lay a coin beside the Russell 2000."""
        self.controls.choose_pair("RUT", coin)

    # -- building ----------------------------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.controls = PairControls(Choice(), theme)
        self.correlation = FigureCard(
            self.tr("Correlation now"), short_name=self.tr("Correlation"), key="correlation", inline=True,
            theme=theme,
        )  # fmt: skip
        self.partial = FigureCard(self.tr("Given the S&P 500"), key="partial", inline=True, theme=theme)
        self.beta = FigureCard(self.tr("Beta"), key="beta", inline=True, theme=theme)
        self.stability = FigureCard(self.tr("Stability"), key="stability", inline=True, theme=theme)
        self._cards = (self.correlation, self.partial, self.beta, self.stability)
        self.history_charts = HistoryCharts(self.controls.range, theme)
        self.day_charts = DayCharts(theme)
        self.words_card = Card(theme=theme)
        self.words_card.setAccessibleName(self.tr("In words"))
        self.words = Label("", token="text", wrap=True, theme=theme)
        self.words_title = Label(self.tr("In words"), weight=600, theme=theme)
        self.words_card.body.addWidget(self.words_title)
        self.words_card.body.addWidget(self.words)
        self.matrix = MatrixCard(theme)
        self.regimes = RegimesCard(theme)
        self._heights = (
            (self.history_charts, 400),
            (self.day_charts, 180),
            (self.matrix, 290),
            (self.regimes, 200),
        )
        for source in (*self._cards, self.history_charts, self.day_charts, self.matrix, self.regimes):
            source.explain_requested.connect(self._explain)
        self._figures = QGridLayout()
        self._figures.setSpacing(GAP)
        self._lay_cards(len(self._cards))
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(GAP)
        left.addWidget(self.history_charts, 72)
        left.addWidget(self.day_charts, 28)
        right.addWidget(self.words_card)
        right.addWidget(self.matrix, 58)
        right.addWidget(self.regimes, 42)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(GAP)
        self._columns.addLayout(left, LEFT_SHARE)
        self._columns.addLayout(right, RIGHT_SHARE)
        inside = Inside()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN - 2)
        whole.setSpacing(GAP)
        whole.addWidget(self.controls)
        whole.addLayout(self._figures)
        whole.addLayout(self._columns, 1)
        self._scroll = scrolled(inside)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._scroll)

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _show_early(self, series: Mapping[str, Series]) -> None:
        """Draw the Russell 2000 while the rest is computed."""
        russell = series.get("RUT")
        if russell is None or not russell.days.size or self._session.study is not None:
            return
        self.history_charts.show_alone(russell)
        self._wait()

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        self._history = self._view = None
        if study is None:
            for name in ("correlation", "correlation-day"):
                self._tasks.cancel(name)
            self._settled.stop()
            self._show_nothing(self.tr("There are no data yet."))
            return
        self.controls.set_lines(study.lines())
        self._compute_history(self.controls.choice())

    @Slot(object)
    def _follow_day(self, _day: object) -> None:
        """Show another day, once somebody looks: hidden panels cost the slider nothing."""
        self._waits = not self.isVisible() and self._levels is None
        if not self._waits:
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waits:
            self._waits = False
            self._soon.start()

    @Slot(object)
    def _compute_history(self, choice: Choice) -> None:
        study = self._session.study
        if study is None:
            return
        self._history = None
        self._settled.stop()
        self._tasks.cancel("correlation-day")
        self._wait()
        self._tasks.latest(
            "correlation",
            lambda report, cancelled: study_pair(study, choice, cancelled),
            done=lambda found: self._take_history(study, found),
            failed=self._tell_failure,
        )

    def _take_history(self, study: Study, found: object) -> None:
        assert isinstance(found, PairHistory)
        if study is not self._session.study or found.choice != self.controls.choice():
            return
        self._history = found
        self.history_charts.set_history(found)
        self._show_day()

    @Slot()
    def _show_day(self) -> None:
        """Show what is a slice of the histories now; the rest follows once the day rests."""
        study, day, history = self._session.study, self._session.day, self._history
        if study is None or day is None or history is None:
            return
        self._show_cards(history.cards(day), history)
        self.history_charts.show_day(history, day, study.seasons_upto(day))
        self._follow_levels()
        self._settled.start()

    @Slot()
    def _compute_day(self) -> None:
        study, day, history = self._session.study, self._session.day, self._history
        if study is None or day is None or history is None:
            return
        self._tasks.latest(
            "correlation-day",
            lambda report, cancelled: day_view(history, study, day, cancelled),
            done=self._take_day,
            failed=self._tell_failure,
        )

    @Slot(object)
    def _take_day(self, found: object) -> None:
        assert isinstance(found, PairDay)
        if found.history is not self._history or found.day != self._session.day:
            return
        self._view = found
        self.words.set_text(words.in_words(found, self.tr))
        self.day_charts.show_day(found)
        self.history_charts.show_lead(found)
        self.matrix.show_day(found)
        self.regimes.show_day(found)

    @Slot()
    def open_levels(self) -> None:
        """Open the view of price levels, which says why it misleads."""
        from ui.panels.correlation.levels import open_levels

        self._levels = open_levels(self._session, self._tasks, self)
        self._levels.destroyed.connect(self._forget_levels)
        self._follow_levels()

    @Slot()
    def _forget_levels(self) -> None:
        self._levels = None

    def _follow_levels(self) -> None:
        if self._levels is not None and self._history is not None and self._session.day is not None:
            self._levels.show_pair(self._history, self._session.day)

    # -- showing -----------------------------------------------------------------------------------

    def _show_cards(self, cards: Cards, history: PairHistory) -> None:
        choice = history.choice
        self.partial.set_name(self.tr("Given {0}").format(words.control_name(choice, self.tr)))
        self.beta.set_name(self.tr("Beta of {0}").format(words.names_of(history)[1]))
        _fill(self.correlation, words.correlation_texts(cards, choice, self.tr))
        _fill(self.partial, words.partial_texts(cards, self.tr))
        _fill(self.beta, words.beta_texts(cards, self.tr))
        _fill(self.stability, words.stability_texts(cards, self.tr))
        if tip := words.beta_tip(cards, self.tr):
            self.beta.setToolTip(tip)

    def _wait(self) -> None:
        for card in self._cards:
            card.set_loading()
        self.words.set_text(self.tr("Being computed …"))

    def _show_nothing(self, why: str) -> None:
        for card in self._cards:
            card.set_unknown(why)
        self.words.set_text(why)
        for part in (self.history_charts, self.day_charts, self.matrix, self.regimes):
            part.show_nothing(why)

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        self._show_nothing(self.tr("This could not be computed: {0}").format(error))

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import show_explanation

        show_explanation(self, self._session, key, self.controls.choice())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < ONE_COLUMN_BELOW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            # Side by side the parts share the height of the window; one below the other they are scrolled.
            for part, height in self._heights:
                part.setMinimumHeight(height if narrow else 0)
        for card in self._cards:
            card.set_compact(self.width() < COMPACT_BELOW)
        self._lay_cards(2 if self.width() < TWO_BY_TWO_BELOW else len(self._cards))

    def _lay_cards(self, across: int) -> None:
        """Put so many figures side by side: an interval must not be cut where the text is large."""
        for at, card in enumerate(self._cards):
            self._figures.addWidget(card, at // across, at % across)
        for column in range(len(self._cards)):
            self._figures.setColumnStretch(column, int(column < across))


def _fill(card: FigureCard, texts: words.Texts) -> None:
    if texts.unknown:
        card.set_unknown(texts.unknown)
    else:
        card.set_figure(texts.value, interval=texts.interval, note=texts.note, short_note=texts.short_note)
