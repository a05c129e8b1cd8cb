"""The sectors against Bitcoin: a map over four spans, a treemap by market cap, a table."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.market.returns import SECTOR_TITLES
from models.market.rotation.view import WINDOWS, CoinMove, RotationBoard, SectorRow
from models.market.snapshot import Day
from models.market.universe import TIER_NEEDS
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from ui.charts.sector_map import MapRow, SectorMap
from ui.charts.treemap import Group, Leaf, Treemap
from ui.dialogs.dialog import Dialog
from ui.panels.rotation import words
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented

LIMITS = (1.0, 2.5, 5.0, 20.0)
"""The lead over Bitcoin at which each span's colour is full; colours go with the square root."""
TREE_SPAN = 1
"""The place of 30 days in `WINDOWS`: what colours the treemap."""


CAP_FROM = 470
"""The card's width from which its table has room for the market caps."""


class SectorsCard(Card):
    """`chosen(sector)` when a person points at one; `classes_wanted` for the editor."""

    chosen = Signal(str)
    classes_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            self.tr("Sectors"), subtitle=self.tr("less Bitcoin, points"), key="sectors", theme=theme
        )
        self._board: RotationBoard | None = None
        self._day: Day | None = None
        self._rows: tuple[SectorRow, ...] = ()
        self.view = Segmented(
            [("map", self.tr("Map")), ("tree", self.tr("Tree")), ("table", self.tr("Table"))],
            name=self.tr("How the sectors are shown"),
            theme=theme,
        )
        self.view.button("tree").setToolTip(
            self.tr("Areas by market cap, colours by 30 days against Bitcoin")
        )
        self.view.changed.connect(self._turn)
        self.view.setProperty("remembered", True)
        self.add_corner(self.view)
        self.map = SectorMap(self.tr("Sectors against Bitcoin"), theme=theme)
        self.map.sector_chosen.connect(self._open)
        self.tree = Treemap(self.tr("Sectors by market cap"), theme=theme)
        self.table = self._make_table(theme)
        self.pages = QStackedWidget()
        for page in (self.map, self.tree, self.table):
            self.pages.addWidget(page)
        self.basis = Label("", token="text2", scale=0.85, elide=True, theme=theme)
        self.classes = QPushButton(self.tr("Edit classes…"))
        self.classes.setProperty("kind", "link")
        self.classes.setAccessibleName(self.tr("Edit tiers, sectors and baskets"))
        self.classes.setToolTip(self.tr("Move coins between sectors, change the tiers, make baskets"))
        self.classes.clicked.connect(self.classes_wanted)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.basis, 1)
        foot.addWidget(self.classes)
        self.body.addWidget(self.pages, 1)
        self.body.addLayout(foot)

    def _make_table(self, theme: Theme) -> FigureTable:
        spans = [
            Column(f"d{window}", self.tr("{0} d").format(window), _points, is_number=True)
            for window in WINDOWS
        ]
        columns = (
            Column("sector", self.tr("Sector")),
            Column("members", self.tr("Coins"), _whole, is_number=True, tip=self.tr("Members of the week")),
            *spans,
            Column("cap", self.tr("Cap, USD"), _dollars, is_number=True),
        )
        table = FigureTable(columns, name=self.tr("Sectors against Bitcoin"), theme=theme)
        table.stretch("sector", (80, 50, 50, 50, 54, 58, 84))
        table.opened.connect(self._open)
        return table

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.set_column_shown("cap", self.width() >= CAP_FROM)

    def show_day(self, board: RotationBoard, day: Day) -> None:
        """Show the sectors as they were known on `day`."""
        self._board, self._day = board, day
        found = board.sectors(day)
        changes = words.changes_words(board.study.classes.changes, self.tr)
        basis = words.basis_words(board, day, self.tr)
        self.basis.set_text(f"{changes} · {basis}" if changes else basis)
        if isinstance(found, Unknown):
            self.show_reason(found.why)
            return
        self._rows = found
        self._show_page()

    def show_nothing(self, why: str) -> None:
        self._board = self._day = None
        self.basis.set_text("")
        self.show_reason(why)

    def show_reason(self, why: str) -> None:
        self._rows = ()
        self.map.set_unknown_because(why)
        self.tree.set_unknown_because(why)
        self.table.show_rows([])

    @Slot(str)
    def _turn(self, view: str) -> None:
        self.pages.setCurrentIndex(["map", "tree", "table"].index(view))
        if self._rows:
            self._show_page()

    def _show_page(self) -> None:
        """Fill the page that is seen; the others wait until they are."""
        view = self.view.value()
        if view == "map":
            names = [self.tr("{0} d").format(window) for window in WINDOWS]
            self.map.set_rows([self._map_row(row) for row in self._rows], names, LIMITS)
        elif view == "tree":
            self._show_tree()
        else:
            self.table.show_rows([_table_row(row) for row in self._rows])

    def _map_row(self, row: SectorRow) -> MapRow:
        values = tuple(math.nan if isinstance(one, Unknown) else one for one in row.against)
        reasons = tuple(one.why if isinstance(one, Unknown) else "" for one in row.against)
        whole = ""
        if row.why:
            count = self.tr("1 member") if row.members == 1 else self.tr("{0} members").format(row.members)
            whole = (
                self.tr("unknown: {0}, {1} needed").format(count, TIER_NEEDS)
                if row.members < TIER_NEEDS
                else self.tr("unknown: its index has no past yet")
            )
        return MapRow(row.sector, row.title, row.members, values, reasons, whole)

    def _show_tree(self) -> None:
        assert self._board is not None
        assert self._day is not None
        groups = []
        for row in self._rows:
            members = self._board.sector_members(row.sector, self._day)
            leaves = tuple(_leaf(one) for one in members)
            groups.append(Group(row.sector, row.title, leaves))
        if any(group.size > 0 for group in groups):
            self.tree.set_groups(groups, LIMITS[TREE_SPAN])
        else:
            self.tree.set_unknown_because(self.tr("No member of a sector has a market cap on this day."))

    @Slot(str)
    def _open(self, sector: str) -> None:
        self.chosen.emit(sector)
        self.open_members(sector)

    def open_members(self, sector: str) -> QDialog | None:
        """Open the list of a sector's members on the day."""
        if self._board is None or self._day is None:
            return None
        row = next((one for one in self._rows if one.sector == sector), None)
        if row is None:
            return None
        found = self._board.sector_members(sector, self._day)
        count = self.tr("1 member") if row.members == 1 else self.tr("{0} members").format(row.members)
        title = f"{row.title}: {count}"
        dialog = CoinsDialog(title, found, row.why or "", self.theme, self.window())
        dialog.open()
        return dialog


class CoinsDialog(Dialog):
    """Coins with their caps and leads over Bitcoin: sorted, copied, saved."""

    def __init__(
        self, title: str, coins: tuple[CoinMove, ...], note: str, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        columns = (
            Column("rank", self.tr("Rank"), _whole, is_number=True),
            Column("coin", self.tr("Coin")),
            Column("sector", self.tr("Sector")),
            Column("cap", self.tr("Cap, USD"), _dollars, is_number=True),
            Column(
                "lead",
                self.tr("30 d, points"),
                _points,
                is_number=True,
                tip=self.tr("30-day return less Bitcoin's, in percentage points"),
            ),
        )
        self.table = FigureTable(columns, name=title, theme=theme)
        self.table.show_rows([_coin_row(one) for one in coins])
        self.table.stretch("coin", (56, 190, 110, 110, 100))
        column = QVBoxLayout(self)
        if note:
            column.addWidget(Label(note, token="text2", wrap=True, theme=theme))
        column.addWidget(self.table, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.table.copy)
        save = buttons.addButton(self.tr("CSV…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.setToolTip(self.tr("Save all rows as a CSV file"))
        save.clicked.connect(self.table._save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(620, 520)


def _leaf(one: CoinMove) -> Leaf:
    if isinstance(one.against, Unknown):
        return Leaf(one.coin, one.symbol, one.name, one.cap, math.nan, one.against.why)
    return Leaf(one.coin, one.symbol, one.name, one.cap, one.against)


def _coin_row(one: CoinMove) -> FigureRow:
    unknown = isinstance(one.against, Unknown)
    lead = None if isinstance(one.against, Unknown) else one.against
    why = one.against.why if isinstance(one.against, Unknown) else ""
    name = f"{one.name} ({one.symbol})"
    return FigureRow(
        one.coin,
        (one.rank, name, SECTOR_TITLES.get(one.sector, SECTOR_TITLES["other"]), one.cap, lead),
        words=why,
        tip=why,
        faint=unknown,
    )


def _table_row(row: SectorRow) -> FigureRow:
    values = tuple(None if isinstance(one, Unknown) else one for one in row.against)
    cap = None if isinstance(row.cap, Unknown) else row.cap
    reasons = [one.why for one in row.against if isinstance(one, Unknown)]
    why = reasons[0] if reasons else ""
    return FigureRow(
        row.sector, (row.title, row.members, *values, cap), words=why, tip=why, faint=bool(row.why)
    )


def _whole(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else numbers.fixed(value, 0)


def _points(value: float | None) -> str:
    return numbers.points(value, 0)


def _dollars(value: float | None) -> str:
    return numbers.usd(value).removesuffix(" USD")
