"""What followed the notes that are shown, beside what follows any day."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from models.market.followed import Followed
from models.market.unknown import Unknown
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card


class FollowedCard(Card):
    """A small table, one row a horizon, with its sample sizes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("What followed", theme=theme)
        self.set_title(self.tr("What followed"))
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setProperty("tone", "second")
        self._words.setFont(font("table"))
        self.body.addWidget(self._holder)
        self.body.addWidget(self._words)

    def show_nothing(self, why: str) -> None:
        """Say why there is nothing to see."""
        self._clear()
        self.set_subtitle("")
        self._words.setText(why)

    def show_rows(self, kind: str, rows: Sequence[Followed]) -> None:
        """Show what ALT50 did after the notes of a kind."""
        self._clear()
        self.set_subtitle(self.tr("{0} · ALT50 in USD").format(kind))
        heads = (
            self.tr("after"),
            self.tr("median"),
            self.tr("any day"),
            self.tr("rose"),
            self.tr("any day"),
            self.tr("notes"),
        )
        for column, text in enumerate(heads):
            self._put(0, column, text, "third")
        for at, row in enumerate(rows, start=1):
            cells = (
                self.tr("{0} d").format(row.days),
                _percent(row.median, signed=True),
                _percent(row.base_median, signed=True),
                _percent(row.rising),
                _percent(row.base_rising),
                self.tr("{0}, {1} apart").format(row.finished, row.independent),
            )
            for column, text in enumerate(cells):
                self._put(at, column, text, "second" if column in (2, 4) else "")
        few = next((row.median for row in rows if isinstance(row.median, Unknown)), None)
        text = self.tr(
            "Notes are written by people who knew the story: this is a memory aid and no evidence. "
            "“Apart” counts notes whose windows share no day."
        )
        self._words.setText(f"{few.why} {text}" if few is not None else text)

    def _put(self, row: int, column: int, text: str, tone: str) -> None:
        label = QLabel(text)
        label.setFont(font("table"))
        if tone:
            label.setProperty("tone", tone)
        self._grid.addWidget(label, row, column)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()


def _percent(value: float | Unknown, *, signed: bool = False) -> str:
    return numbers.UNKNOWN if isinstance(value, Unknown) else numbers.percent(value, 0, sign=signed)
