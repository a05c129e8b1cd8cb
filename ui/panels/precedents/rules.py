"""The map of rules: the same question under every quiet time and spacing, so that nobody picks one."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from models.market.precedents.event_tests import HORIZONS, SPOKEN_HORIZON
from models.market.precedents.rule_sensitivity import Sensitivity
from ui.charts.heat_map import HeatMap
from ui.panels.precedents import chart_words
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.box import Box
from ui.widgets.label import Label

FULL_COLOUR = 0.5
"""A gap of so many, as a fraction, has the full colour."""


class RulesPage(QWidget):
    """A cell for each rule: the gap, and the adjusted p. A click chooses the rule."""

    explain_requested = Signal(str)
    rule_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Sensitivity | None = None
        self._horizon = SPOKEN_HORIZON
        self.map = HeatMap(self.tr("Rule by rule"), key="precedents:rules", theme=theme)
        self.map.scale.hide()
        self.map.explain_requested.connect(self.explain_requested)
        self.map.cell_clicked.connect(self._choose)
        self.horizon = Box(self.tr("Horizon of the map of rules"), 92, theme=theme)
        for days in HORIZONS:
            self.horizon.addItem(self.tr("{0} days").format(days), days)
        self.horizon.activated.connect(lambda _: self._choose_horizon(self.horizon.currentData()))
        self.sentence = Label("", token="text2", wrap=True, theme=theme)
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Rules asked so far"))
        self.progress.hide()
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self.horizon)
        below.addWidget(self.sentence, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.map, 1)
        column.addWidget(self.progress)
        column.addLayout(below)
        self._show_horizon()

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the title row."""
        self.map.add_corner(widget)

    def set_progress(self, share: float | None) -> None:
        """Show how many rules have been asked; None hides it."""
        self.progress.setVisible(share is not None)
        if share is not None:
            self.progress.setValue(round(100 * share))

    def show_rules(self, found: Sensitivity, cell: tuple[int, int] | None, horizon: int) -> None:
        """Draw the map; `cell` is the rule that is asked."""
        self._found, self._horizon = found, horizon
        self._show_horizon()
        self._draw()
        self.map.set_chosen(*(cell if cell is not None else (None, None)))

    def show_nothing(self, why: str) -> None:
        """No map, and why."""
        self._found = None
        self.set_progress(None)
        self.map.set_subtitle("")
        self.map.set_unknown(why)
        self.sentence.set_text("")

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        at = found.horizons.index(self._horizon)
        values, adjusted = found.difference[:, :, at], found.p_adjusted[:, :, at]
        self.map.set_subtitle(self.tr("gap in points · adjusted p; across: sessions apart"))
        self.map.set_matrix(
            chart_words.quiet_names(found, self.tr),
            [self.tr("{0} apart").format(spacing) for spacing in found.spacing],
            values,
            tips=chart_words.cell_tips(found, at, self.tr),
            texts=[
                [_cell(float(gap), float(p)) for gap, p in zip(*row, strict=True)]
                for row in zip(values, adjusted, strict=True)
            ],
            blank_diagonal=False,
            limit=FULL_COLOUR,
            shown="points",
        )
        self.map.scale.hide()
        self.sentence.set_text(chart_words.sensitivity_sentence(found, found.tally(self._horizon), self.tr))

    def _show_horizon(self) -> None:
        self.horizon.setCurrentIndex(self.horizon.findData(self._horizon))

    def _choose_horizon(self, days: int) -> None:
        if days != self._horizon:
            self._horizon = days
            self._draw()

    def _choose(self, row: int, column: int) -> None:
        if self._found is not None:
            self.rule_chosen.emit(self._found.quiet[row], self._found.spacing[column])


def _cell(gap: float, p: float) -> str:
    if not math.isfinite(gap):
        return "?"
    return f"{numbers.points(gap, 0)} · {numbers.fixed(p)}"
