"""The history of the rotation phase as a ribbon, below the price it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from ui.charts.chart import Chart
from ui.charts.ribbon_strip import Block, RibbonStrip
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table

__all__ = ["Block", "PhaseRibbon"]


class PhaseRibbon(Chart):
    """Spells as blocks of their phase's colour and height; unknown stretches hatched."""

    def __init__(
        self, name: str, *, key: str = "", theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("", key=key, theme=theme, parent=parent)
        self.strip = RibbonStrip(theme=self.theme, parent=self)
        self.column.addWidget(self.strip, 1)
        self.setFocusProxy(self.strip)
        self.set_name(name)  # the card around it has the title row

    def set_history(self, blocks: Sequence[Block], names: Sequence[tuple[str, str]]) -> None:
        """Blocks in the order of days; `names` are (phase, words of the legend) in the legend's order."""
        self.strip.set_blocks(tuple(blocks), tuple(names))
        self.set_unknown_because(None)

    def set_price(self, days: Any, values: Any, name: str) -> None:
        """The price above the ribbon, on a log scale; NaN breaks the line."""
        self.strip.set_price(np.asarray(days), np.asarray(values, dtype=np.float64), name)

    def drawing(self) -> QWidget:
        return self.strip

    def table(self) -> Table:
        header = (self.tr("Phase"), self.tr("From"), self.tr("To"), self.tr("Days"))
        return Table(header, [(one.name, one.start, one.end, one.days) for one in self.strip.blocks])

    def texts(self) -> list[str]:
        """Each block in words."""
        return [self.strip.say(one) for one in self.strip.blocks]

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.strip.apply_theme(theme)


def share_text(name: str, share: float) -> str:
    """A legend's words.

    >>> share_text("large", 0.172).replace(chr(160), " ")
    'large 17 %'
    """
    return f"{name} {numbers.percent(share, 0)}"
