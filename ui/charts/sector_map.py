"""Sectors over several spans as coloured cells, with their members."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.charts.chart import Chart
from ui.charts.sector_cells import SectorCells
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Cell, Table


@dataclass(frozen=True, slots=True)
class MapRow:
    """One sector: values as fractions (NaN unknown), a reason for each cell ("" where it is known)."""

    key: str
    name: str
    members: int
    values: tuple[float, ...]
    reasons: tuple[str, ...]
    whole_reason: str = ""


def whole_points(fraction: float) -> str:
    """A difference in whole percentage points.

    >>> whole_points(0.124), whole_points(-0.051), whole_points(0.001)
    ('+12', '−5', '0')
    """
    return numbers.fixed(100 * fraction, 0, sign=True)


class SectorMap(Chart):
    """Orange behind Bitcoin, cyan ahead of it; every cell holds its number, unknown ones their reason."""

    sector_chosen = Signal(str)

    def __init__(self, name: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__("", theme=theme, parent=parent)
        self._rows: tuple[MapRow, ...] = ()
        self.cells = SectorCells(theme=self.theme, parent=self)
        self.cells.blank_diagonal = False
        self.cells.shown = whole_points
        self.cells.say = self.say
        self.cells.cell_clicked.connect(lambda row, _column: self.sector_chosen.emit(self._rows[row].key))
        self.column.addWidget(self.cells, 1)
        self.setFocusProxy(self.cells)
        self.set_name(name)  # the card around it has the title row

    def set_rows(self, rows: Sequence[MapRow], columns: Sequence[str], limits: Sequence[float]) -> None:
        """Rows of one day; `limits` are the sizes at which each column's colour is full."""
        self._rows = tuple(rows)
        cells = self.cells
        cells.rows, cells.columns = tuple(row.name for row in rows), tuple(columns)
        cells.values = np.array([row.values for row in rows], dtype=np.float64).reshape(
            len(rows), len(columns)
        )
        cells.members = [row.members for row in rows]
        cells.reasons = [row.whole_reason for row in rows]
        cells.limits = tuple(limits)
        self.set_unknown_because(None)
        cells.show_cells()

    def say(self, row: int, column: int) -> str:
        """A cell in words, with the reason of an unknown one."""
        one = self._rows[row]
        value = one.values[column]
        if math.isfinite(value):
            return self.tr("{name}, {span}: {value} points against Bitcoin, {members} members").format(
                name=one.name,
                span=self.cells.columns[column],
                value=numbers.points(value),
                members=one.members,
            )
        return self.tr("{name}, {span}: unknown. {why}").format(
            name=one.name, span=self.cells.columns[column], why=one.reasons[column]
        )

    def drawing(self) -> QWidget:
        return self.cells

    def table(self) -> Table:
        header = (self.tr("Sector"), self.tr("Members"), *self.cells.columns)
        rows: list[tuple[Cell, ...]] = [
            (one.name, one.members, *(100 * value for value in one.values)) for one in self._rows
        ]
        return Table(header, rows)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.cells.apply_theme(theme)
