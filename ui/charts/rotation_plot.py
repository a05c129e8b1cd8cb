"""The relative rotation graph: strength against Bitcoin across, its momentum up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.charts.chart import Chart
from ui.charts.rotation_field import PlotLine, RotationField
from ui.theme.tokens import Theme
from ui.widgets.tables import Table

__all__ = ["PlotLine", "RotationPlot"]


class RotationPlot(Chart):
    """Named quadrants, weekly tails that fade, heads with names that dodge each other."""

    selected_changed = Signal(object)

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
        self.field = RotationField(theme=self.theme, parent=self)
        self.field.setAccessibleName(title)
        self.field.selected_changed.connect(self.selected_changed)
        self.column.addWidget(self.field, 1)
        self.setFocusProxy(self.field)

    def set_lines(self, lines: Sequence[PlotLine], day: np.datetime64, *, grow: bool = False) -> None:
        """Lines of one day; `grow` keeps the window from shrinking while a film runs."""
        self.field.set_lines(lines, day, grow=grow)
        self.set_unknown_because(None)

    def select(self, keys: frozenset[str]) -> None:
        """Highlight lines by their keys."""
        self.field.select(keys)

    def fit(self) -> None:
        self.field.frame.fit()
        self.field.update()

    def drawing(self) -> QWidget:
        return self.field

    def table(self) -> Table:
        header = (self.tr("Name"), self.tr("Day"), self.tr("Across"), self.tr("Up"), self.tr("Quadrant"))
        rows = []
        for line in self.field.lines:
            places = list(zip(line.days, line.xs, line.ys, strict=True))
            if self.field.day is not None and (not places or places[-1][0] != self.field.day):
                places.append((self.field.day, line.x, line.y))
            for day, x, y in places:
                known = bool(np.isfinite(x) and np.isfinite(y))
                quadrant = self.field.quadrant(x, y) if known else self.tr("unknown")
                rows.append((line.title, day, float(x), float(y), quadrant))
        return Table(header, rows)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.field.apply_theme(theme)
