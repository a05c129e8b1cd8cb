"""The events of the Precedents panel as a table: what followed each, hit or miss, and why one is left out."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from models.market.precedents.rule import Rule
from models.market.precedents.view import TABLE_HORIZONS, EventRow, PrecedentView
from models.qt.figures import Column, FigureRow
from ui.panels.precedents import chart_words, words
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable
from ui.widgets.table_dialog import TableDialog
from ui.widgets.tables import Table

WIDTHS = (104, 62, 60, 60, 60, 106, 150)
OPEN = math.inf
"""Sorts an event whose window is not over behind all others."""


class EventsCard(Card):
    """One row an event, newest first. Choosing marks its path, opening goes to its day."""

    event_chosen = Signal(str)
    day_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Events"), key="precedents:events", theme=theme, parent=parent)
        self._view: PrecedentView | None = None
        self.all = QPushButton()
        self.all.setProperty("kind", "link")
        self.all.setToolTip(self.tr("Every event with every horizon as a table: copy, CSV"))
        self.all.clicked.connect(self.open_all)
        self.add_corner(self.all)
        self.table = FigureTable(self._columns(), name=self.tr("Events"), theme=theme)
        self.table.stretch("note", WIDTHS)
        self.table.setToolTip(self.tr("Enter or a double click goes to the event's day"))
        self.table.chosen.connect(self.event_chosen)
        self.table.opened.connect(self.day_requested)
        self.table.clicked.connect(self._click)
        self.body.addWidget(self.table, 1)

    def _columns(self) -> tuple[Column, ...]:
        open_, none = self.tr("open"), self.tr("none yet")

        def day(value: str) -> str:
            return dates.short_day_text(np.datetime64(value, "D"))

        def outcome(value: float | None) -> str:
            return open_ if value == OPEN else numbers.fixed(value, 1, sign=True)

        def waited(value: float | None) -> str:
            return none if value is None else open_ if value == OPEN else numbers.fixed(value, 0)

        heads = chart_words.table_heads(self.tr)
        return (
            Column("day", self.tr("Day"), day, tip=self.tr("A click on a day shows the application on it")),
            Column("level", self.tr("Close"), numbers.figure, True, self.tr("Close on the day of the event")),
            *(
                Column(f"after{days}", head, outcome, True, self.tr("{0} days after the event").format(days))
                for days, head in zip(TABLE_HORIZONS, heads, strict=True)
            ),
            Column(
                "wait",
                self.tr("Days to season"),
                waited,
                True,
                self.tr("Days until the next altcoin season began"),
            ),
            Column("note", self.tr("Note"), str),
        )

    def show_view(self, view: PrecedentView) -> None:
        """Show the events of a rule."""
        self._view = view
        self.set_subtitle(words.events_subtitle(view.rule, self.tr))
        self.all.setText(self.tr("All {0}").format(len(view.rows)))
        self.all.setVisible(bool(view.rows))
        self.table.show_rows([self._row(view, row) for row in reversed(view.rows)])

    def show_nothing(self, why: str) -> None:
        """No events, and why."""
        self._view = None
        self.set_subtitle(why)
        self.all.hide()
        self.table.show_rows([])

    def choose(self, key: str) -> None:
        """Make an event the chosen one."""
        self.table.choose(key)

    def _row(self, view: PrecedentView, row: EventRow) -> FigureRow:
        rule: Rule = view.rule
        event = row.event
        afters = (
            OPEN if chart_words.is_open(view, row, days) else chart_words.cell_value(event, rule, days)
            for days in TABLE_HORIZONS
        )
        wait: float | None = event.days_to_season
        if wait is None and row.state == "open":
            wait = OPEN
        return FigureRow(
            key=str(row.day),
            cells=(str(row.day), event.level, *afters, wait, chart_words.note(row, self.tr)),
            tip=chart_words.event_tip(row, rule, self.tr),
            faint=row.state in ("not at risk", "unknown"),
        )

    def _click(self, index: QModelIndex) -> None:
        if index.column() == 0:
            key = self.table.chosen_key()
            # Moving the day rebuilds the rows: not while the table still handles the click.
            QTimer.singleShot(0, self, lambda: self.day_requested.emit(key))

    def full_table(self) -> Table:
        """Every event with every horizon."""
        assert self._view is not None
        return chart_words.events_table(self._view, self.tr)

    def open_all(self) -> QDialog | None:
        """Open every event with every horizon."""
        if self._view is None:
            return None
        dialog = TableDialog(self.tr("Events"), self.full_table(), self.window())
        dialog.resize(900, 520)
        dialog.open()
        return dialog
