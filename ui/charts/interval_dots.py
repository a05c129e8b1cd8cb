"""Estimates with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.charts.chart import Chart
from ui.charts.dot_rows import DotRow, DotRows
from ui.theme.tokens import Theme
from ui.widgets.tables import Table

__all__ = ["DotRow", "IntervalDots"]


class IntervalDots(Chart):
    """Rows of label, dot with whiskers, and n; a hollow dot has no interval because there are too few."""

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
        self.dots = DotRows(theme=self.theme, parent=self)
        self.dots.setAccessibleName(title)
        self.column.addWidget(self.dots, 1)
        self.setFocusProxy(self.dots)

    def set_rows(
        self,
        rows: Sequence[DotRow],
        *,
        base: float | None = 0.0,
        base_label: str = "",
        limits: tuple[float, float] | None = None,
        shown: str = "fixed",
        series_index: int = 1,
        heads: Sequence[str] = (),
        across: str = "",
    ) -> None:
        """`base` is a vertical line (dashed with a label when it is a base rate); `limits` fix the axis.

        `heads` name the column of labels and those of the rows' cells, `across` the axis.
        """
        self.dots.set_rows(rows, base, base_label, limits, shown, series_index, heads, across)
        self.set_unknown_because(None)

    def drawing(self) -> QWidget:
        return self.dots

    def table(self) -> Table:
        header = (
            "",
            self.tr("Value"),
            self.tr("Low"),
            self.tr("High"),
            self.tr("n"),
            self.tr("Note"),
        )
        heads = self.dots.heads[1:]
        return Table(
            (*header, *heads),
            [
                (row.label, row.value, row.low, row.high, row.n, row.note, *row.cells[: len(heads)])
                for row in self.dots.rows
            ],
        )

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.dots.apply_theme(theme)

    def texts(self) -> list[str]:
        """Each row in words."""
        return [self.dots.say(row) for row in self.dots.rows]
