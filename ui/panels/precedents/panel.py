"""The Precedents panel: what followed each earlier event, against what follows any day."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from models.market.precedents.rule import Rule, triggers
from models.market.precedents.rule_sensitivity import Sensitivity, sensitivity
from models.market.precedents.trace import precedent_trace
from models.market.precedents.view import PrecedentView, precedent_view
from models.market.snapshot import Day, day
from models.market.study import Cancelled, Study
from models.market.unknown import Unknown
from ui.later import later
from ui.panels.inside import Inside
from ui.panels.precedents.cards import BaseCard, CompareCard, FanCard, VerdictCard
from ui.panels.precedents.controls import PrecedentControls
from ui.panels.precedents.events import EventsCard
from ui.session import Session
from ui.tasks import Cancelled as IsCancelled
from ui.tasks import Report, Tasks
from ui.theme.tokens import Theme
from ui.widgets.scrolled import scrolled
from ui.widgets.themed import spread_theme
from ui.widgets.veil import Veil

MARGIN, GAP = 16, 12
ONE_COLUMN_BELOW = 1000
SHARES_ACROSS, SHARES_DOWN = (514, 486), (57, 43)
HEIGHTS = (300, 280, 220, 230)
"""Of paths, base rate, events and placebos where they stand one below the other."""
SLOW_MS = 250
"""From here on an unanswered rule shows its progress, and what still stands there fades."""


class PrecedentsPanel(QWidget):
    """A rule, its events, and whether they mean anything.

    An answer comes in two parts: everything but the whiskers within a blink, then the whiskers. Each says
    which rule and which day it answers, and one of an older rule or day is dropped.
    """

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._view: PrecedentView | None = None
        self._rules: Sensitivity | None = None
        self._waiting = True
        self._build(session.theme)
        self._soon = later(self, 0, self._compute)
        self._slow = later(self, SLOW_MS, self._show_slow)
        self._connect()
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(self._follow_day)
        session.theme_changed.connect(self.apply_theme)
        if session.study is not None:
            self._follow_study(session.study)
        else:
            self._show_nothing(self.tr("The market is being read."))

    # -- building ----------------------------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.controls = PrecedentControls(theme)
        self.verdict = VerdictCard(theme)
        self.fan, self.base = FanCard(theme), BaseCard(theme)
        self.events, self.compare = EventsCard(theme), CompareCard(theme)
        self._cards = (self.verdict, self.fan, self.base, self.events, self.compare)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        inside = Inside()
        self._fading = QWidget()
        below = QVBoxLayout(self._fading)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(GAP)
        below.addWidget(self.verdict)
        below.addLayout(self._grid, 1)
        self.veil = Veil(self._fading, theme=theme)
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN - 2)
        whole.setSpacing(GAP)
        whole.addWidget(self.controls)
        whole.addWidget(self._fading, 1)
        self._scroll = scrolled(inside)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._scroll)
        self._narrow: bool | None = None
        self._arrange(False)

    def _connect(self) -> None:
        self.controls.changed.connect(self._follow_rule)
        self.controls.pack_requested.connect(self._save_pack)
        self.controls.theses_requested.connect(self.open_theses)
        for card in self._cards:
            card.explain_requested.connect(self._explain)
        self.verdict.event_chosen.connect(self._choose_event)
        self.fan.event_chosen.connect(self._choose_event)
        self.events.event_chosen.connect(self.fan.choose)
        self.events.day_requested.connect(lambda key: self._session.set_day(day(key)))
        self.base.turned.connect(lambda _: self._compute_rules())
        self.base.rules.rule_chosen.connect(self._take_cell)

    def _arrange(self, narrow: bool) -> None:
        """Side by side the cards share the height of the window; one below the other they are scrolled."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        order = (self.fan, self.base, self.events, self.compare)
        for at, (card, height) in enumerate(zip(order, HEIGHTS, strict=True)):
            card.setMinimumHeight(height if narrow else height - 60)
            row, column = (at, 0) if narrow else divmod(at, 2)
            self._grid.addWidget(card, row, column)
        for column, share in enumerate(SHARES_ACROSS):
            self._grid.setColumnStretch(column, (1, 0)[column] if narrow else share)
        for row in range(len(order)):
            self._grid.setRowStretch(row, 1 if narrow else SHARES_DOWN[row] if row < 2 else 0)

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        for name in ("precedents", "precedents-rules"):
            self._tasks.cancel(name)
        self._view = self._rules = None
        if study is None:
            self._soon.stop()
            self._answered()
            self._show_nothing(self.tr("There are no data yet."))
            return
        self.controls.set_lines(triggers(study))
        known = study.alt50.as_series().days
        self.controls.set_span(known[0] if known.size else None, study.last_day)
        self._ask()

    @Slot(object)
    def _follow_day(self, _day: object) -> None:
        self._ask()

    @Slot(object)
    def _follow_rule(self, _rule: Rule) -> None:
        self._ask()

    def _ask(self) -> None:
        self._waiting = True
        if self._rules is not None and not self._fits(self._rules):
            self._rules = None
            self.base.rules.show_nothing(self.tr("Being computed …"))
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waiting:
            self._soon.start()

    def is_waiting(self) -> bool:
        """Whether the rule that is shown has not been answered in full."""
        return self._waiting

    @Slot()
    def _compute(self) -> None:
        study, shown = self._session.study, self._session.day
        if study is None or shown is None or not self.isVisible():
            return
        rule = self.controls.value()
        if not self._slow.isActive():
            self._slow.start()

        def work(report: Report, cancelled: IsCancelled) -> object:
            try:
                report(precedent_view(study, rule, shown, intervals=False, cancelled=cancelled))
                return precedent_view(study, rule, shown, cancelled=cancelled)
            except Cancelled:
                return None

        def take(found: object) -> None:
            self._take(found, rule, shown)

        self._tasks.latest("precedents", work, done=take, progressed=take, failed=self._tell_failure)

    def _take(self, found: object, rule: Rule, shown: Day) -> None:
        if rule != self.controls.value() or shown != self._session.day:
            return
        if isinstance(found, Unknown):
            self._view = None
            self._answered()
            self._show_nothing(found.why)
            return
        assert isinstance(found, PrecedentView)
        self._view = found
        for card in self._cards:
            card.show_view(found)
        self.fan.choose(self.events.table.chosen_key())
        if found.complete:
            self._answered()
            self._compute_rules()
        else:
            self._fade(False)
            self.controls.set_progress(0.5 if self.controls.progress.isVisible() else None)

    def _answered(self) -> None:
        self._waiting = False
        self._slow.stop()
        self.controls.set_progress(None)
        self._fade(False)

    @Slot()
    def _show_slow(self) -> None:
        """What stands there answers an older rule or day: it fades until the new answer comes."""
        if not self._waiting:
            return
        current = self._view is not None and self._is_current(self._view.rule, self._view.day)
        self.controls.set_progress(0.5 if current else 0.1)
        self._fade(not current)

    def _is_current(self, rule: Rule, shown: Day) -> bool:
        return rule == self.controls.value() and shown == self._session.day

    def _fade(self, on: bool) -> None:
        if on:
            self.veil.lay(self.tr("Being computed …"))
        else:
            self.veil.lift()

    # -- the map of rules --------------------------------------------------------------------------

    def _compute_rules(self) -> None:
        """Ask every rule, once somebody looks; another horizon or outcome needs no new answer."""
        study, shown = self._session.study, self._session.day
        if study is None or shown is None or self.base.page() != "rules" or not self.isVisible():
            return
        rule = self.controls.value()
        if self._rules is not None and self._fits(self._rules):
            self._show_rules()
            return
        self.base.rules.set_progress(0.0)

        def work(report: Report, cancelled: IsCancelled) -> object:
            try:
                return sensitivity(study, rule, shown, report=report, cancelled=cancelled)
            except Cancelled:
                return None

        self._tasks.latest(
            "precedents-rules",
            work,
            done=lambda found: self._take_rules(found, rule, shown),
            progressed=lambda share: self.base.rules.set_progress(float(share)),  # type: ignore[arg-type]
            failed=self._tell_failure,
        )

    def _fits(self, rules: Sensitivity) -> bool:
        """Whether a map of rules answers the question and the day that are shown."""
        return rules.day == self._session.day and _asked(rules.rule) == _asked(self.controls.value())

    def _take_rules(self, found: object, rule: Rule, shown: Day) -> None:
        if _asked(rule) != _asked(self.controls.value()) or shown != self._session.day:
            return
        self.base.rules.set_progress(None)
        if isinstance(found, Unknown):
            self.base.rules.show_nothing(found.why)
            return
        assert isinstance(found, Sensitivity)
        self._rules = found
        self._show_rules()

    def _show_rules(self) -> None:
        if self._rules is not None:
            rule = self.controls.value()
            self.base.rules.show_rules(self._rules, self._rules.place(rule), rule.horizon)

    @Slot(int, int)
    def _take_cell(self, quiet: int, spacing: int) -> None:
        rule = self.controls.value()
        if quiet:
            self.controls.choose(replace(rule, kind="breakout", quiet=quiet, spacing=spacing))
        else:
            self.controls.choose(replace(rule, kind="record", spacing=spacing))

    # -- showing -----------------------------------------------------------------------------------

    @Slot(str)
    def _choose_event(self, key: str) -> None:
        self.events.choose(key)
        self.fan.choose(key)

    def _show_nothing(self, why: str) -> None:
        for card in self._cards:
            card.show_nothing(why)

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        self._answered()
        self._show_nothing(self.tr("This could not be computed: {0}").format(error))

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import Explanation

        study, view = self._session.study, self._view
        if study is None or view is None:
            return
        found = precedent_trace(study, view, key, self._rules)
        Explanation(found, str(view.day), self.window()).open()

    @Slot()
    def open_theses(self) -> None:
        """Open the theses; a new one is about the chosen event, or the newest."""
        from ui.theses.window import open_theses

        key = self.events.table.chosen_key()
        if not key and self._view is not None and self._view.rows:
            key = str(self._view.rows[-1].day)
        window = open_theses(self._session, self._tasks, self)
        window.propose(self.controls.value(), day(key).astype(object) if key else None)

    @Slot()
    def _save_pack(self) -> None:
        from ui.panels.precedents.pack import save_pack

        study, view = self._session.study, self._view
        if study is not None and view is not None:
            save_pack(self, self._tasks, study, view, self.controls.tell_saved)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.width() < ONE_COLUMN_BELOW)


def _asked(rule: Rule) -> tuple[object, ...]:
    """What the map of rules depends on."""
    return rule.trigger, rule.success, rule.since
