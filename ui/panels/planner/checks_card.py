"""The checks of a ladder: a mark and one sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from models.qt.reader import readable
from models.risk.ladders.checks import Check
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.signal_mark import SignalMark

Mark = Literal["confirms", "neutral", "contradicts", "unknown"]
MARKS: Mapping[str, Mark] = {
    "kept": "confirms",
    "warning": "neutral",
    "broken": "contradicts",
    "unknown": "unknown",
}


class ChecksCard(Card):
    """One line a check; a new list takes the place of the old."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Checks", theme=theme)
        self.set_title(self.tr("Checks"))
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.words = Label(
            self.tr("Chances come from resampled days. They describe the past's moves, not the future."),
            token="text2", scale=0.92, wrap=True, theme=theme,
        )  # fmt: skip
        self.body.addWidget(self._holder)
        self.body.addWidget(self.words)
        self.body.addStretch(1)

    def show_checks(self, found: Sequence[Check]) -> None:
        """Show the checks of a ladder."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for at, check in enumerate(found):
            mark = SignalMark(theme=self.theme)
            mark.set_state(MARKS[check.verdict])
            self._grid.addWidget(mark, at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Label(readable(check.text), wrap=True, scale=0.95, theme=self.theme), at, 1)
