"""The Season panel: the index in any definition, who is in it and why, dominance, caps, Ether and breadth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from models.market.season.definition import STANDARD, Definition, as_text, from_text
from models.market.season.view import SeasonHistory, season_history
from models.market.snapshot import Day
from models.market.study import Study
from ui.later import later
from ui.panels.season import words
from ui.panels.season.bench import BenchCard
from ui.panels.season.charts import SeasonCharts
from ui.panels.season.controls import TOPS, WINDOWS, SeasonControls
from ui.panels.season.definition import OWN_DEFINITIONS, DefinitionDialog
from ui.panels.season.members import MembersCard
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets.scrolled import scrolled
from ui.widgets.themed import spread_theme

if TYPE_CHECKING:
    from models.market.trace import Trace

MARGIN, GAP = 16, 12
LEFT_SHARE, RIGHT_SHARE = 648, 352
ONE_COLUMN_BELOW = 880
LEAST_MEMBERS = 230
STACKED_BELOW = 620
MOST_OWN = 12
"""Definitions of one's own that the bench holds."""


class _Inside(QWidget):
    """What is scrolled: as high as the window, or as its layout needs at least."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(0, layout.minimumSize().height() if layout is not None else 0)


class SeasonPanel(QWidget):
    """Where are we, by any definition, and which coins say so?

    A click in a chart picks a day: members and bench show it while the charts stay; Escape goes back.
    """

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._history: SeasonHistory | None = None
        self._picked: Day | None = None
        self._waits = False
        remembered = session.settings.get(OWN_DEFINITIONS) if session.settings is not None else ""
        self._own = tuple(one for one in from_text(str(remembered or "")) if one not in STANDARD)
        self._build(session.theme)
        self._soon = later(self, 0, self._show_day)
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(self._follow_day)
        session.theme_changed.connect(self.apply_theme)
        if session.study is not None:
            self._follow_study(session.study)
        else:
            self._show_nothing(self.tr("The market is being read."))

    # -- building ----------------------------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.controls = SeasonControls(theme)
        self.controls.changed.connect(self._choose)
        self.charts = SeasonCharts(self.controls.range, theme)
        self.charts.day_chosen.connect(self.pick_day)
        self.bench = BenchCard(theme)
        self.bench.pair_changed.connect(self._show_compared)
        self.bench.definition_wanted.connect(self._choose)
        self.bench.add_wanted.connect(self.define)
        self.bench.remove_wanted.connect(self._forget)
        self.members = MembersCard(theme)
        self.members.day_left.connect(lambda: self.pick_day(None))
        self.members.day_wanted.connect(self._session.set_day)
        self.members.coin_opened.connect(lambda coin: self._explain(f"season_coin:{coin}"))
        for part in (self.charts, self.bench, self.members):
            part.explain_requested.connect(self._explain)
        self.controls.range.changed.connect(self._show_range)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(GAP)
        right.addWidget(self.bench, 42)
        right.addWidget(self.members, 58)
        self._left_area, self._left = self._scrolled(self.charts, self.tr("Charts of the season"))
        self._right_area, self._beside = self._scrolled(self._right, self.tr("Definitions and members"))
        self._columns = QHBoxLayout()
        self._columns.setSpacing(GAP)
        self._columns.addWidget(self._left_area, LEFT_SHARE)
        self._columns.addWidget(self._right_area, RIGHT_SHARE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN - 2)
        whole.setSpacing(GAP)
        whole.addWidget(self.controls)
        whole.addLayout(self._columns, 1)
        self._shape = (False, False)

    def _scrolled(self, widget: QWidget, name: str) -> tuple[QScrollArea, QBoxLayout]:
        """Put a column into a scroll area; returns it and the layout of what is scrolled."""
        inside = _Inside()
        layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(widget, 1)
        area = scrolled(inside, name=name)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area, layout

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        self._picked = None
        if study is None:
            self._history = None
            self._tasks.cancel("season")
            self._show_nothing(self.tr("There are no data yet."))
            return
        self._compute()

    @Slot(object)
    def _follow_day(self, _day: object) -> None:
        self._picked = None
        self._soon.start()

    def _choose(self, definition: Definition) -> None:
        """Show another definition."""
        variant = definition.variant
        plain = definition.is_usual and variant.top in TOPS and variant.window in WINDOWS
        name = "" if plain else words.definition_name(definition, self.tr)
        self.controls.set_definition(definition, name)
        self._compute()

    def _compute(self) -> None:
        study, shown, earlier = self._session.study, self.controls.definition(), self._history
        if study is None:
            return
        wanted = (*STANDARD, *self._own)
        self._tasks.latest(
            "season",
            lambda report, cancelled: season_history(study, shown, wanted, earlier=earlier),
            done=lambda found: self._take(study, found),
            failed=self._tell_failure,
        )

    def _take(self, study: Study, found: object) -> None:
        assert isinstance(found, SeasonHistory)
        if study is not self._session.study or found.shown != self.controls.definition():
            return
        self._history = found
        self.bench.set_history(found)
        self._show_day()

    @Slot()
    def _show_day(self) -> None:
        """Show the as-of day: slices and look-ups only. A hidden panel waits until it is seen."""
        self._waits = not self.isVisible()
        history, day = self._history, self._session.day
        if self._waits or history is None or day is None or history.study is not self._session.study:
            return
        self.charts.show_day(history, day, history.seasons_upto(day))
        self._show_compared()
        self._show_picked()

    def _show_picked(self) -> None:
        """Show the day that was picked in the bench and the members, or the as-of day."""
        history, day = self._history, self._session.day
        if history is None or day is None:
            return
        shown = self._picked if self._picked is not None else day
        self.charts.mark_day(self._picked)
        self.bench.show_day(history, shown, picked=self._picked is not None)
        self.members.show_members(history.members(shown), history.shown, shown, self._picked)

    @Slot()
    def _show_compared(self) -> None:
        history, day = self._history, self._session.day
        if history is None or day is None:
            return
        others = [one for one in self.bench.compared() if one != history.shown]
        self.charts.show_compared(history, day, [(words.short_name(one, self.tr), one) for one in others])

    @Slot(str)
    def _show_range(self, _key: str) -> None:
        if self._history is not None and self._session.day is not None:
            self.charts.show_caps(self._history, self._session.day)

    @Slot(object)
    def pick_day(self, day: Day | None) -> None:
        """Look at the members of an earlier day than the as-of day; None, or that day itself, goes back."""
        now = self._session.day
        if now is None:
            return
        self._picked = None if day is None or day >= now else day
        self._show_picked()

    def _show_nothing(self, why: str) -> None:
        for part in (self.charts, self.bench, self.members):
            part.show_nothing(why)

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        self._show_nothing(self.tr("This could not be computed: {0}").format(error))

    # -- definitions of one's own ------------------------------------------------------------------

    @Slot()
    def define(self) -> DefinitionDialog | None:
        """Open the dialog that puts a definition together."""
        study = self._session.study
        if study is None:
            return None
        dialog = DefinitionDialog(
            self.controls.definition(), study.market.coins, self._session.theme, self.window()
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(
            lambda result: (
                self._remember(dialog.definition()) if result == QDialog.DialogCode.Accepted else None
            )
        )
        dialog.open()
        return dialog

    def _remember(self, definition: Definition) -> None:
        if definition not in STANDARD and definition not in self._own:
            self._own = (*self._own[-(MOST_OWN - 1) :], definition)
            self._keep()
        self._choose(definition)

    def _forget(self, definition: Definition) -> None:
        self._own = tuple(one for one in self._own if one != definition)
        self._keep()
        if self.controls.definition() == definition:
            self._choose(Definition())
        else:
            self._compute()

    def _keep(self) -> None:
        if self._session.settings is not None:
            self._session.settings.set(OWN_DEFINITIONS, as_text(self._own))

    # -- the rest ----------------------------------------------------------------------------------

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)

    @Slot(str)
    def _explain(self, key: str) -> None:
        from models.market.season.trace import season_trace
        from models.market.unknown import Unknown
        from ui.panels.explain import Explanation, show_explanation

        history, day = self._history, self._session.day
        if history is None or day is None:
            return
        shown = self._picked if self._picked is not None else day
        found: Trace | Unknown = season_trace(history, shown, key)
        if isinstance(found, Unknown):
            show_explanation(self, self._session, key)
            return
        Explanation(found, str(shown), self.window()).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._picked is not None:
            self.pick_day(None)
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waits:
            self._show_day()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        one_column, stacked = self.width() < ONE_COLUMN_BELOW, self.width() < STACKED_BELOW
        if (one_column, stacked) == self._shape:
            return
        self.charts.set_narrow(stacked)
        # In one column bench and members stand below the charts, and all of it is scrolled.
        if one_column and not self._shape[0]:
            self._beside.removeWidget(self._right)
            self._left.addWidget(self._right)
        elif self._shape[0] and not one_column:
            self._left.removeWidget(self._right)
            self._beside.addWidget(self._right, 1)
        self._shape = (one_column, stacked)
        self._right_area.setVisible(not one_column)
        self.members.setMinimumHeight(360 if one_column else LEAST_MEMBERS)
