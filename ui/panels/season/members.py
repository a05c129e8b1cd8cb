"""The members of the season index on a day: who is in, by how much it beats Bitcoin, who is out and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from models.market.season.definition import Definition
from models.market.season.standing import Standing
from models.market.snapshot import Day
from models.qt.figures import Column, FigureRow
from ui.dialogs.dialog import Dialog
from ui.panels.season import words
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label

FULL_FROM = 480
"""The width of the card from which the 90-day return and the sector have room beside the bar."""
SECTOR_FROM = 340
BAR_SHARE = 0.9
"""The share of coins whose bar is drawn to scale; the longest are cut, and marked as cut."""


class MembersCard(Card):
    """The table of a day, with the way back from a day that was picked in a chart."""

    coin_opened = Signal(str)
    day_left = Signal()
    day_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Members"), key="season_members", theme=theme, parent=parent)
        self._standings: tuple[Standing, ...] = ()
        self._definition = Definition()
        self._day: Day | None = None
        self._picked: Day | None = None
        self.whole = link(self.tr("All"), self.tr("All coins of the day in a table of their own"))
        self.whole.clicked.connect(self.show_all)
        self.add_corner(self.whole)
        self.leave = link("", self.tr("Show the members of the as-of day again"))
        self.leave.clicked.connect(self.day_left)
        self.go = link(self.tr("Review this day"), self.tr("Move the as-of day of the whole window here"))
        self.go.clicked.connect(lambda: self.day_wanted.emit(self._picked))
        self.day_words = Label("", token="accent", weight=600, theme=theme)
        self._day_row = row_of(self.day_words, self.go, self.leave)
        self._day_row.hide()
        self.body.addWidget(self._day_row)
        self.table = FigureTable(
            columns(self._definition, self.tr), name=self.tr("Members"), bar="against", theme=theme
        )
        self.table.opened.connect(self.coin_opened)
        self.table.setToolTip(self.tr("Double-click a coin, or press Enter, to see how it was judged."))
        self.body.addWidget(self.table, 1)
        self.why = Sentence("", token="text2", wrap=True, theme=theme)
        self.why.hide()
        self.body.addWidget(self.why)
        self.setMinimumHeight(230)
        self._fit()

    def show_members(
        self, found: Sequence[Standing], definition: Definition, day: Day, picked: Day | None
    ) -> None:
        """Show the coins of a day; `picked` is the day when it is not the as-of day."""
        self._standings, self._day, self._picked = tuple(found), day, picked
        if definition != self._definition:
            self._definition = definition
            self._name_columns()
        window = definition.variant.window
        long = self.tr("{0}-day return minus Bitcoin's, points").format(window)
        self.set_subtitle(long if self.width() >= SECTOR_FROM + 40 else self.tr("{0} days").format(window))
        inside = sum(one.rank is not None for one in found)
        self.whole.setText(self.tr("All {0}").format(inside))
        self._day_row.setVisible(picked is not None)
        if picked is not None:
            self.day_words.set_text(dates.short_day_text(picked))
        self.leave.setText(self.tr("Back"))
        self.table.bars.limit = bar_limit(found)
        self.table.show_rows(rows(found, definition, self.tr))
        self._say("" if found else self.tr("No altcoin has a market cap on this day."))

    def show_nothing(self, why: str) -> None:
        """No members, and why."""
        self._standings = ()
        self.set_subtitle("")
        self.whole.setText(self.tr("All"))
        self._day_row.hide()
        self.table.show_rows(())
        self._say(why)

    def show_all(self) -> QDialog | None:
        """Open every coin of the day, those left out among them by cap, with a search field."""
        if self._day is None or not self._standings:
            return None
        by_cap = sorted(self._standings, key=lambda one: -one.cap)
        dialog = MembersDialog(by_cap, self._definition, self._day, self.theme, self.window())
        dialog.table.opened.connect(self.coin_opened)
        dialog.open()
        return dialog

    def _say(self, why: str) -> None:
        self.why.set_text(why)
        self.why.setVisible(bool(why))
        self.table.setVisible(not why)

    def _name_columns(self) -> None:
        narrow = self.width() < SECTOR_FROM
        self.table.figures.columns = columns(self._definition, self.tr, narrow=narrow)
        self.table.figures.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 5)

    def _fit(self) -> None:
        width = self.width()
        self._name_columns()
        self.table.set_column_shown("return", width >= FULL_FROM)
        self.table.set_column_shown("sector", width >= SECTOR_FROM)
        self.table.stretch("against", (30, 68, 82, 90, 100, 72))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class MembersDialog(Dialog):
    """All coins of one day in one table, with caps, returns and reasons."""

    def __init__(
        self, found: Sequence[Standing], definition: Definition, day: Day, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = words.definition_name(definition, self.tr)
        self.setWindowTitle(self.tr("{0}, members on {1}").format(name, dates.short_day_text(day)))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search coin, sector or reason"))
        self.field.setAccessibleName(self.tr("Search the members"))
        self.field.setClearButtonEnabled(True)
        wide = (*columns(definition, self.tr), *more_columns(self.tr))
        self.table = FigureTable(wide, name=self.tr("All members"), bar="against", theme=theme)
        self.table.bars.limit = bar_limit(found)
        self.table.show_rows(all_rows(found, definition, self.tr))
        self.table.stretch("why", (38, 84, 96, 92, 150, 80, 170, 110, 250))
        self.field.textChanged.connect(self.table.sorted.seek)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self.table.copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        room = parent.size()
        self.resize(min(1080, room.width() - 60), min(680, room.height() - 60))
        self.table.setFocus()


def columns(definition: Definition, tr: words.Tr, *, narrow: bool = False) -> tuple[Column, ...]:
    """The columns of the card."""
    days = definition.variant.window
    against = tr("Against BTC") if narrow else tr("Against Bitcoin")
    return (
        Column("rank", tr("#"), _rank, is_number=True, tip=tr("Rank by market cap among those counted")),
        Column("coin", tr("Coin")),
        Column("sector", tr("Sector")),
        Column("return", tr("{0} d").format(days), lambda value: numbers.change(value), is_number=True,
               tip=tr("Return over {0} days").format(days)),
        Column("against", against, numbers.points,
               tip=tr("Return minus Bitcoin's, in points; sort here to see who leads")),
        Column("points", tr("Points"), numbers.points, is_number=True,
               tip=tr("Return minus Bitcoin's, in points")),
    )  # fmt: skip


def more_columns(tr: words.Tr) -> tuple[Column, ...]:
    """The columns that only the large table has."""
    return (
        Column("name", tr("Name")),
        Column("cap", tr("Market cap"), numbers.usd, is_number=True),
        Column("why", tr("In or out, and why")),
    )


def rows(found: Sequence[Standing], definition: Definition, tr: words.Tr) -> list[FigureRow]:
    """The rows of the card."""
    return [_row(one, definition, tr) for one in found]


def all_rows(found: Sequence[Standing], definition: Definition, tr: words.Tr) -> list[FigureRow]:
    """The rows of the large table."""
    made = []
    for one in found:
        row = _row(one, definition, tr)
        why = words.reason(one, definition.variant.window, tr)
        cells = (*row.cells, one.coin.name, one.cap, why)
        made.append(FigureRow(row.key, cells, row.words, row.tip, row.faint))
    return made


def _row(one: Standing, definition: Definition, tr: words.Tr) -> FigureRow:
    why = words.reason(one, definition.variant.window, tr)
    out = one.rank is None
    tip = tr("{0}, {1}. Double-click to see how it was judged.").format(one.coin.name, why)
    return FigureRow(
        key=one.coin.id,
        cells=(
            one.rank,
            one.coin.symbol,
            words.sector(one.coin.sector, tr),
            one.change,
            one.excess,
            one.excess,
        ),
        words=why if out or one.excess is None else "",
        tip=tip,
        faint=out,
    )


def _rank(rank: int | None) -> str:
    return "–" if rank is None else str(rank)


def bar_limit(found: Sequence[Standing]) -> float:
    """The figure at which a bar is full: nine coins of ten are drawn to scale."""
    sizes = [abs(one.excess) for one in found if one.excess is not None and one.rank is not None]
    return float(np.quantile(sizes, BAR_SHARE)) if sizes else 1.0


class Sentence(Label):
    """Wrapped words that ask for the height they need at the width they have.

    A layout that asks for heights by width squeezes the charts that stand in one column with it.
    """

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def link(text: str, tip: str) -> QPushButton:
    """A button that reads as a link."""
    made = QPushButton(text)
    made.setProperty("kind", "link")
    made.setFlat(True)
    made.setToolTip(tip)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def row_of(*widgets: QWidget) -> QWidget:
    """Widgets side by side, at the left."""
    from PySide6.QtWidgets import QHBoxLayout

    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
