"""The row of controls of the Precedents panel: events, outcome, span, the rule, the evidence pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from models.market.precedents.event_windows import EventKind
from models.market.precedents.rule import OutcomeKind, Rule
from models.market.snapshot import Day
from ui.later import later
from ui.panels.precedents.rule import RulePopover
from ui.theme.icons import icon
from ui.theme.tokens import Theme
from ui.widgets.box import Box
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented
from ui.widgets.themed import Themed

SAID_MS = 5_000
YEARS = (2014, 2016, 2018, 2020, 2022, 2024)
"""First years of the spans that are offered; the first is all that the figures reach back to."""


class PrecedentControls(Themed, QWidget):
    """What is asked; `changed(Rule)` when a person asks something else."""

    changed = Signal(object)
    pack_requested = Signal()
    theses_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._rule = Rule()
        self._build_questions(theme)
        self._build_progress()
        self.theses = QPushButton(self.tr("Theses"))
        self.theses.setToolTip(self.tr("Write down what you expect after an event, and see your record"))
        self.pack = QPushButton()
        self._offer_pack()
        self._said = later(self, SAID_MS, self._offer_pack)
        self.pack.setIconSize(QSize(15, 15))
        self._set_icons()
        self._lay_out()
        self.kind.changed.connect(lambda key: self._choose(kind=cast(EventKind, key)))
        self.outcome.changed.connect(lambda key: self._choose(outcome=cast(OutcomeKind, key)))
        self.since.activated.connect(lambda _: self._choose(since=self._chosen_day()))
        self.rule.clicked.connect(lambda: self.popover.open_below(self.rule))
        self.pack.clicked.connect(self.pack_requested)
        self.theses.clicked.connect(self.theses_requested)
        self.popover.changed.connect(self.choose)
        self.set_span(None, None)

    def _build_questions(self, theme: Theme) -> None:
        self.kind = Segmented(
            [("breakout", self.tr("Breakouts")), ("record", self.tr("Record days"))],
            name=self.tr("Event"),
            theme=theme,
        )
        self.kind.button("breakout").setToolTip(self.tr("A record after a quiet time without one"))
        self.kind.button("record").setToolTip(self.tr("Every record, but not two in short succession"))
        self.outcome = Segmented(
            [
                ("alt50", self.tr("ALT50")),
                ("excess", self.tr("ALT50 − Bitcoin")),
                ("season", self.tr("Season began")),
            ],
            name=self.tr("Outcome"),
            value=self._rule.outcome,
            theme=theme,
        )
        self.outcome.setToolTip(self.tr("What paths, table and intervals show"))
        self.since = Box(self.tr("Since"), 100, theme=theme)
        self.since.setToolTip(self.tr("Leave out everything before"))
        self.rule = QPushButton(self.tr("Rule"))
        self.rule.setAccessibleName(self.tr("Change the rule"))
        self.rule.setToolTip(self.tr("Which line, how quiet before, how far apart, what counts as a success"))
        self.popover = RulePopover(theme, self)

    def _build_progress(self) -> None:
        """The bar keeps its place while it is hidden, so that nothing jumps when a computation begins."""
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(72, 6)
        self.progress.setAccessibleName(self.tr("Being computed"))
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.hide()

    def _lay_out(self) -> None:
        flow = Flow(self)
        flow.addWidget(self._group(self.tr("Event"), self.kind))
        flow.addWidget(self._group(self.tr("Outcome"), self.outcome))
        flow.addWidget(self._group(self.tr("Since"), self.since))
        flow.addWidget(self.rule)
        flow.addWidget(self._group("", self.progress, self.theses, self.pack))
        size = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        size.setHeightForWidth(True)
        self.setSizePolicy(size)

    def value(self) -> Rule:
        """What is asked."""
        return self._rule

    def set_rule(self, rule: Rule) -> None:
        """Show a rule without telling anybody."""
        self._rule = rule
        self.popover.set_rule(rule)
        self.kind.set_value(rule.kind)
        self.outcome.set_value(rule.outcome)
        at = self.since.findData(None if rule.since is None else str(rule.since))
        self.since.setCurrentIndex(max(at, 0))
        usual = Rule(kind=rule.kind, outcome=rule.outcome, since=rule.since)
        self.rule.setText(self.tr("Rule") if rule == usual else self.tr("Rule ●"))

    def choose(self, rule: Rule) -> None:
        """Ask something else, as if a person had chosen it."""
        if rule != self._rule:
            self.set_rule(rule)
            self.changed.emit(rule)

    def set_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Offer the lines of a study."""
        self.popover.set_lines(lines)

    def set_span(self, first: Day | None, last: Day | None) -> None:
        """Offer the years inside a span; its beginning comes first."""
        self.since.clear()
        start = self.tr("the start") if first is None else _month(first)
        self.since.addItem(start, None)
        for year in YEARS:
            day = np.datetime64(f"{year}-01-01", "D")
            if first is not None and last is not None and first < day < last:
                self.since.addItem(self.tr("Jan {0}").format(year), str(day))
        self.set_rule(self._rule)

    def set_progress(self, share: float | None) -> None:
        """Show how far the work is; None hides it."""
        self.progress.setVisible(share is not None)
        if share is not None:
            self.progress.setValue(round(100 * share))

    def tell_saved(self, path: Path) -> None:
        """Say for a moment on the button that the pack is saved, and where."""
        self.pack.setText(self.tr("Saved"))
        self.pack.setToolTip(self.tr("Saved as {0}").format(path))
        self.pack.setAccessibleName(self.tr("Evidence pack saved as {0}").format(path))
        self._said.start()

    @Slot()
    def _offer_pack(self) -> None:
        self.pack.setText(self.tr("Evidence pack"))
        self.pack.setAccessibleName(self.tr("Evidence pack"))
        self.pack.setToolTip(
            self.tr("Save report, tables, methods and the rule in one file, for anybody to check")
        )

    def _chosen_day(self) -> Day | None:
        found = self.since.currentData()
        return None if found is None else np.datetime64(found, "D")

    def _choose(self, **what: object) -> None:
        self.choose(replace(self._rule, **what))  # type: ignore[arg-type]

    def _group(self, name: str, *widgets: QWidget) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if name:
            label = Label(name, token="text2", theme=self.theme)
            label.setBuddy(widgets[0])
            row.addWidget(label)
        for widget in widgets:
            row.addWidget(widget)
        return group

    def _set_icons(self) -> None:
        self.pack.setIcon(icon("export", self.colour("text").name()))

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._set_icons()
        self.popover.apply_theme(theme)


def _month(day: Day) -> str:
    from ui.widgets.dates import to_date

    return str(to_date(day).toString("MMM yyyy"))
