"""The pop-over of the Precedents panel with the rest of the rule: line, quiet time, spacing, success."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from models.market.precedents.event_tests import HORIZONS
from models.market.precedents.event_windows import Measure
from models.market.precedents.rule import RANDOM, SUCCESSES, Rule
from ui.panels.precedents import words
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.widgets.box import Box, LineBox
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented
from ui.widgets.themed import spread_theme

WIDTH = 492


class RulePopover(QFrame):
    """Every part of the rule that has no button of its own; `changed(Rule)` at each change by a person."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("rulePopover")
        self.setAccessibleName(self.tr("Rule"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._rule = Rule()
        self._build_fields(theme)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 10)
        whole.setSpacing(10)
        whole.addWidget(Label(self.tr("What makes a day an event"), weight=600, theme=theme))
        whole.addLayout(self._form(theme))
        self.hint = Label(
            self.tr(
                "A rule that was chosen because it fits proves nothing: see “Rules” beside the horizons."
            ),
            token="text3",
            scale=0.92,
            wrap=True,
            theme=theme,
        )
        whole.addWidget(self.hint)
        whole.addWidget(self.usual, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(WIDTH)
        self._follow_fields()
        self._show()

    def _build_fields(self, theme: Theme) -> None:
        self.trigger = LineBox(self.tr("Line whose records are the events"), 250, theme=theme)
        self.quiet = self._number(1, 750, self.tr("Quiet sessions before a breakout"))
        self.quiet.setToolTip(
            self.tr("A record counts as a breakout when at least so many sessions before it had none")
        )
        self.spacing = self._number(1, 500, self.tr("Sessions between two events"))
        self.spacing.setToolTip(self.tr("An event counts when it comes at least so long after the last one"))
        self.horizon = Segmented(
            [(str(days), str(days)) for days in HORIZONS], name=self.tr("Horizon, days"), theme=theme
        )
        self.success = Box(self.tr("What counts as a success"), 288, theme=theme)
        names = words.success_names(self.tr)
        for key in SUCCESSES:
            self.success.addItem(names[key], key)
        self.again = QPushButton(self.tr("Draw again"))
        self.again.setToolTip(self.tr("Draw other random days"))
        self.usual = QPushButton(self.tr("Back to the usual rule"))
        self.usual.setProperty("kind", "link")

    def _form(self, theme: Theme) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        line = QHBoxLayout()
        line.addWidget(self.trigger)
        line.addWidget(self.again)
        line.addStretch(1)
        for text, field in (
            (self.tr("Records of"), line),
            (self.tr("Quiet sessions before"), self.quiet),
            (self.tr("Sessions apart"), self.spacing),
            (self.tr("Horizon, days"), self.horizon),
            (self.tr("Success"), self.success),
        ):
            label = Label(text, token="text2", theme=theme)
            if isinstance(field, QWidget):
                label.setBuddy(field)
                form.addRow(label, field)
            else:
                form.addRow(label, field)
        return form

    def _follow_fields(self) -> None:
        self.trigger.chosen.connect(lambda name: self._choose(trigger=name))
        self.quiet.valueChanged.connect(lambda value: self._choose(quiet=value))
        self.spacing.valueChanged.connect(lambda value: self._choose(spacing=value))
        self.horizon.changed.connect(lambda key: self._choose(horizon=int(key)))
        self.success.activated.connect(
            lambda _: self._choose(success=cast(Measure, self.success.currentData()))
        )
        self.again.clicked.connect(lambda: self._choose(seed=self._rule.seed + 1))
        self.usual.clicked.connect(self._reset)

    def set_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Offer the lines of a study."""
        self.trigger.set_lines(lines, self._rule.trigger)

    def set_rule(self, rule: Rule) -> None:
        """Show a rule without telling anybody."""
        self._rule = rule
        self._show()

    def open_below(self, widget: QWidget) -> None:
        """Open under a button, inside the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        screen = widget.screen().availableGeometry()
        left = min(place.x(), screen.right() - self.width() - 4)
        self.move(max(screen.left() + 4, left), place.y())
        self.show()
        self.trigger.setFocus()

    def _number(self, least: int, most: int, name: str) -> QSpinBox:
        field = QSpinBox()
        inset(field)
        field.setRange(least, most)
        field.setKeyboardTracking(False)
        field.setAccessibleName(name)
        field.setFixedWidth(84)
        return field

    def _reset(self) -> None:
        usual = Rule(kind=self._rule.kind, outcome=self._rule.outcome)
        if usual != self._rule:
            self._rule = usual
            self._show()
            self.changed.emit(usual)

    def _choose(self, **what: object) -> None:
        chosen = replace(self._rule, **what)  # type: ignore[arg-type]
        if chosen != self._rule:
            self._rule = chosen
            self._show()
            self.changed.emit(chosen)

    def _show(self) -> None:
        rule = self._rule
        if self.trigger.value() != rule.trigger:
            self.trigger.set_value(rule.trigger)
        for field, value in ((self.quiet, rule.quiet), (self.spacing, rule.spacing)):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.quiet.setEnabled(rule.kind == "breakout")
        self.horizon.set_value(str(rule.horizon))
        self.success.setCurrentIndex(self.success.findData(rule.success))
        self.again.setVisible(rule.trigger == RANDOM)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        spread_theme(self, theme)
