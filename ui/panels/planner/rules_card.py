"""The rules of a plan: mark, value, limit, one sentence, and a button that mends a breach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QMessageBox, QPushButton, QWidget

from models.qt.reader import readable
from models.risk.rules import Rule, tally
from models.risk.trims import Trims, applied
from ui.panels.planner.words import rule_limit, rule_value
from ui.plans.desk import Known, PlanDesk
from ui.reasons import reason
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.scrolled import scrolled
from ui.widgets.signal_mark import SignalMark

Mark = Literal["confirms", "neutral", "contradicts", "unknown"]
MARKS: Mapping[str, Mark] = {
    "ok": "confirms",
    "amber": "neutral",
    "red": "contradicts",
    "unknown": "unknown",
}
"""The shape of a state: check, dash, cross in a diamond, question mark; the colour says it once more."""


class RulesCard(Card):
    """One block a rule, in the order of the rules; blocks stay, their texts change."""

    def __init__(self, desk: PlanDesk, theme: Theme) -> None:
        super().__init__("Rules", key="plan_rules", theme=theme)
        self.set_title(self.tr("Rules"))
        self._desk = desk
        self._rows: list[_Row] = []
        self.mend_all = QPushButton(self.tr("Mend all"))
        self.mend_all.setProperty("kind", "link")
        self.mend_all.setToolTip(
            self.tr("Sell the least that brings the plan within its limits. It can be undone.")
        )
        self.mend_all.clicked.connect(self._mend_all)
        self.mend_all.hide()
        self.add_corner(self.mend_all)
        edit = QPushButton(self.tr("Edit limits"))
        edit.setProperty("kind", "link")
        edit.clicked.connect(self._edit)
        self.add_corner(edit)
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._scroll = scroll = scrolled(self._page)
        scroll.setMinimumHeight(180)
        self.nothing = QLabel(self.tr("Add a position, and its limits are judged while you type."))
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("tone", "second")
        self.body.addWidget(self.nothing)
        self.body.addWidget(scroll, 1)

    def show_known(self, known: Known | None) -> None:
        """Show the rules of an assessed plan."""
        found = () if known is None or not known.plan.positions else known.assessment.rules
        self.nothing.setVisible(not found)
        self._page.setVisible(bool(found))
        policy = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if found else policy.ScrollBarAlwaysOff
        )
        broken = [rule for rule in found if rule.state == "red"]
        self.mend_all.setVisible(len(broken) > 1 and self._desk.plan.lock is None)
        if not found:
            self.set_subtitle("")
            return
        self.set_subtitle(tally(found), tally(found).partition(",")[0], "")
        while len(self._rows) < len(found):
            before = self._rows[-1].button if self._rows else self._scroll
            self._rows.append(_Row(self._grid, len(self._rows), self.theme, self._act))
            # Made after the cards below, and still reached before them.
            QWidget.setTabOrder(before, self._rows[-1].button)
            self._grid.setRowStretch(4 * len(self._rows) + 4, 0)
        self._grid.setRowStretch(4 * len(found) + 1, 1)
        for row, rule in zip(self._rows, found, strict=True):
            row.show(rule, locked=self._desk.plan.lock is not None)

    def _act(self, rule: Rule) -> None:
        """Mend a breach, in one step that can be undone; or say why there is nothing to press."""
        if rule.mend is not None and rule.mend.possible:
            mend = rule.mend
            self._desk.keeper.edit(self.tr("mend: {0}").format(rule.title), mend.apply)
        else:
            QMessageBox.information(self, rule.title, readable(rule.sentence))

    @Slot()
    def _mend_all(self) -> None:
        """Find the smallest sales in a thread, then make them in one step that can be undone."""
        known, desk = self._desk.known, self._desk
        if known is None or known.plan != desk.plan:
            return

        def done(found: object) -> None:
            if isinstance(found, Trims) and desk.plan == known.plan:
                if found.trims:
                    desk.keeper.edit(self.tr("mend all"), lambda plan: applied(plan, found.trims))
                desk.keeper.told.emit(self._sold_in_words(found))

        desk.tasks.latest(
            "plan: mend all",
            lambda report, cancelled: desk.smallest_trims(known),
            done=done,
            failed=lambda error: desk.keeper.said.emit(reason(error)),
        )

    def _sold_in_words(self, found: Trims) -> str:
        """Say what was sold and which limits that does not restore."""
        if found.trims:
            sales = ", ".join(trim.words for trim in found.trims)
            words = self.tr("Sold {0}: {1} {2} more in cash. Undo takes it back.")
            said = readable(words.format(sales, f"{found.value:,.0f}", self._desk.plan.currency))
        else:
            said = self.tr("No sale would bring the plan closer to its limits.")
        return " ".join((said, *map(readable, found.unmet)))

    def _edit(self) -> None:
        from ui.panels.planner.limits import LimitsDialog

        LimitsDialog(self._desk.keeper, self).open()


class _Row:
    """The widgets of one rule in the grid of the card."""

    def __init__(self, grid: QGridLayout, at: int, theme: Theme, act: Callable[[Rule], None]) -> None:
        self.mark = SignalMark(theme=theme)
        self.title = Label("", weight=600, scale=0.95, elide=True, theme=theme)
        self.value = Label("", weight=600, scale=0.95, theme=theme)
        self.limit = Label("", token="text2", scale=0.92, theme=theme)
        self.sentence = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.button = QPushButton()
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(lambda: act(self.rule))
        top = 4 * at
        if at:
            line = QFrame()
            line.setFixedHeight(1)
            line.setObjectName("divider")
            grid.addWidget(line, top, 0, 1, 4)
        right = Qt.AlignmentFlag.AlignRight
        grid.addWidget(self.mark, top + 1, 0)
        grid.addWidget(self.title, top + 1, 1)
        grid.addWidget(self.value, top + 1, 2, right)
        grid.addWidget(self.limit, top + 1, 3, right)
        grid.addWidget(self.sentence, top + 2, 1, 1, 2)
        grid.addWidget(self.button, top + 2, 3, right)
        self.rule: Rule

    def show(self, rule: Rule, *, locked: bool) -> None:
        self.rule = rule
        self.mark.set_state(MARKS[rule.state])
        self.title.set_text(rule.title)
        self.value.set_text(rule_value(rule))
        self.limit.set_text(rule_limit(rule))
        mend = rule.mend
        sentence = readable(rule.sentence)
        words = readable(mend.text) if mend is not None and rule.state == "red" else sentence
        is_open = rule.state in ("red", "unknown", "amber")
        self.sentence.set_text(words)
        self.sentence.setVisible(is_open)
        self.sentence.setToolTip(sentence)
        self.title.setToolTip(sentence)
        can_mend = rule.state == "red" and mend is not None and mend.possible
        self.button.setVisible(is_open)
        self.button.setText(self.button.tr("Mend") if can_mend else self.button.tr("Why"))
        self.button.setEnabled(not (can_mend and locked))
        self.button.setAccessibleName(f"{self.button.text()}: {rule.title}")
        self.button.setToolTip(words)
