"""A matrix of correlations, or of sectors over horizons, as coloured cells with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.charts.chart import Chart
from ui.charts.colour_scale import ColourScale
from ui.charts.heat_cells import HeatCells
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table


class HeatMap(Chart):
    """Orange below zero, cyan above, the number in every cell; unknown cells are hatched with "?"."""

    cell_clicked = Signal(int, int)

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, key=key, theme=theme, parent=parent)
        self.cells = HeatCells(theme=self.theme, parent=self)
        self.cells.say = self._say
        self.cells.setAccessibleName(title)
        self.cells.cell_clicked.connect(self.cell_clicked)
        self.column.addWidget(self.cells, 1)
        self.scale = ColourScale(theme=self.theme, parent=self)
        self.add_corner(self.scale)
        self.setFocusProxy(self.cells)

    def set_matrix(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        values: Any,
        *,
        tips: Sequence[Sequence[str]] | None = None,
        texts: Sequence[Sequence[str]] | None = None,
        blank_diagonal: bool = True,
        limit: float = 1.0,
        shown: str | numbers.Format = "fixed",
        numbered: bool = False,
    ) -> None:
        """Values (rows, columns), NaN unknown; `tips` add words to each cell, such as the reason.

        `texts` stand in the cells in place of the values, where one number does not say it all.

        `limit` is the size at which the colour is full. Where rows and columns are the same and too many for
        names above them, they are `numbered`.
        """
        cells = self.cells
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (len(rows), len(columns)):
            raise ValueError(f"{len(rows)} rows and {len(columns)} columns do not fit {values.shape}.")
        cells.rows, cells.columns, cells.values = tuple(rows), tuple(columns), values
        cells.texts, cells.is_numbered = texts, numbered
        cells.tips, cells.blank_diagonal, cells.limit = tips, blank_diagonal, limit
        cells.shown = numbers.format_named(shown)
        if cells.chosen and (cells.chosen[0] >= len(rows) or cells.chosen[1] >= len(columns)):
            cells.chosen = None
        self.scale.set_limit(limit, cells.shown if limit != 1.0 else None)
        self.set_unknown_because(None)
        cells.show_cells()

    def set_unknown(self, reason: str) -> None:
        """The whole matrix is unknown."""
        self.set_unknown_because(reason)

    def set_chosen(self, row: int | None, column: int | None = None) -> None:
        """Outline a cell, or none."""
        self.cells.chosen = None if row is None or column is None else (row, column)
        self.cells.update()

    def chosen(self) -> tuple[int, int] | None:
        """The outlined cell."""
        return self.cells.chosen

    def _say(self, row: int, column: int) -> str:
        cells = self.cells
        if cells.is_blank(row, column):
            return cells.rows[row]
        value = float(cells.values[row, column])
        shown = cells.shown(value) if math.isfinite(value) else self.tr("unknown")
        text = self.tr("{row}, {column}: {value}").format(
            row=cells.rows[row], column=cells.columns[column], value=shown
        )
        tip = cells.tips[row][column] if cells.tips else ""
        return f"{text}. {tip}" if tip else text

    def drawing(self) -> QWidget:
        return self.cells

    def table(self) -> Table:
        cells = self.cells
        body = [(row, *cells.values[i].tolist()) for i, row in enumerate(cells.rows)]
        return Table(("", *cells.columns), body)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.cells.apply_theme(theme)
