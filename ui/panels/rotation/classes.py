"""The editor of tiers, sectors and baskets: coins at the left, what can be done with them at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from models.market.classes import LARGEST_BOUND, OWN_SECTORS, Classes, ClassesError, TierBounds
from models.market.returns import SECTOR_TITLES
from models.market.snapshot import Coin
from models.market.study import Study
from models.market.universe import EXCLUDED_COINS
from models.qt.figures import Column, FigureRow
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import Scrolling
from ui.panels.rotation import words
from ui.panels.rotation.baskets import BasketsPane
from ui.panels.rotation.class_edits import ClassEdits
from ui.session import Session
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label
from ui.widgets.undo_buttons import label_undo

BOUNDS = ("large_to", "mid_to", "small_to", "memes_to")


class ClassesDialog(Dialog):
    """Every edit is saved at once, can be undone, and runs through all figures of the application."""

    def __init__(self, session: Session, edits: ClassEdits, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Tiers, sectors and baskets"))
        self._session, self.edits = session, edits
        self._build(session.theme)
        edits.changed.connect(self._show)
        edits.working.connect(self._tell_working)
        edits.said.connect(self.said.set_text)
        edits.moved.connect(self._label_undo)
        session.study_changed.connect(self._follow_study)
        self._show(edits.classes)
        self._label_undo()

    def _build(self, theme: Theme) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(self._coins(theme), 58)
        row.addWidget(self._panes(theme), 42)
        self.said = Label("", token="text2", wrap=True, theme=theme)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(self._head(theme))
        column.addLayout(row, 1)
        column.addWidget(self.said)
        column.addWidget(buttons)
        for keys, call in (
            (QKeySequence.StandardKey.Undo, self.edits.stack.undo),
            (QKeySequence.StandardKey.Redo, self.edits.stack.redo),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        self.resize(900, 560)

    def _coins(self, theme: Theme) -> QVBoxLayout:
        self.seek = QLineEdit()
        self.seek.setPlaceholderText(self.tr("Find a coin or a sector"))
        self.seek.setAccessibleName(self.seek.placeholderText())
        self.seek.setClearButtonEnabled(True)
        columns = (
            Column("rank", self.tr("Rank"), _whole, is_number=True, tip=self.tr("On the as-of day")),
            Column("coin", self.tr("Coin")),
            Column("sector", self.tr("Sector")),
            Column("published", self.tr("Published"), tip=self.tr("The sector before your change")),
        )
        self.coins = FigureTable(columns, name=self.tr("Coins and their sectors"), theme=theme)
        self.coins.setSelectionMode(FigureTable.SelectionMode.ExtendedSelection)
        self.coins.stretch("coin", (56, 180, 110, 110))
        self.seek.textChanged.connect(self.coins.sorted.seek)
        left = QVBoxLayout()
        left.addWidget(self.seek)
        left.addWidget(self.coins, 1)
        return left

    def _panes(self, theme: Theme) -> QTabWidget:
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("What is edited"))
        self.sectors = SectorPane(theme)
        self.sectors.move_wanted.connect(self._move)
        self.tiers = TiersPane(theme)
        self.tiers.wanted.connect(self._bound)
        self.baskets = BasketsPane(theme)
        self.baskets.wanted.connect(self.edits.put)
        self.baskets.coins_wanted = self.chosen_coins
        self.tabs.addTab(Scrolling(self.sectors), self.tr("Sectors"))
        self.tabs.addTab(Scrolling(self.tiers), self.tr("Tiers"))
        self.tabs.addTab(Scrolling(self.baskets), self.tr("Baskets"))
        return self.tabs

    def _head(self, theme: Theme) -> QHBoxLayout:
        self.count = Label("", weight=600, theme=theme)
        self.anew = QPushButton(self.tr("Set the file aside"))
        self.anew.setToolTip(self.tr("Rename the file that cannot be read, and begin without changes"))
        self.anew.clicked.connect(self.edits.begin_anew)
        self.undo, self.redo, self.reset = (
            QPushButton(text) for text in (self.tr("Undo"), self.tr("Redo"), self.tr("Reset all"))
        )
        self.undo.clicked.connect(self.edits.stack.undo)
        self.redo.clicked.connect(self.edits.stack.redo)
        self.reset.setToolTip(self.tr("Bring the published tiers and sectors back; it can be undone"))
        self.reset.clicked.connect(lambda: self.edits.reset(self.tr("reset all")))
        head = QHBoxLayout()
        head.addWidget(self.count)
        head.addStretch(1)
        for button in (self.anew, self.undo, self.redo, self.reset):
            head.addWidget(button)
        return head

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, classes: Classes) -> None:
        study = self._session.study
        changes = words.changes_words(classes.changes, self.tr)
        self.count.set_text(
            self.tr("Computed {0}").format(changes) if changes else self.tr("As published, without a change")
        )
        self.reset.setEnabled(bool(classes.changes) and not self.edits.trouble)
        self.anew.setVisible(bool(self.edits.trouble))
        if self.edits.trouble:
            self.said.set_text(self.edits.trouble)
        self.tiers.show_bounds(classes.bounds)
        if study is None:
            return
        self.coins.show_rows(self._rows(study, classes))
        self.baskets.show_classes(
            classes, {coin.id: f"{coin.name} ({coin.symbol})" for coin in study.published}
        )

    def _rows(self, study: Study, classes: Classes) -> list[FigureRow]:
        row = study.market.position(self._session.day) if self._session.day is not None else -1
        ranks = study.universe.rank[row] if row >= 0 else [0] * len(study.published)
        found = []
        for coin, rank in zip(study.published, ranks, strict=True):
            if coin.id not in EXCLUDED_COINS:
                found.append(_coin_row(coin, int(rank), classes.sectors.get(coin.id)))
        return sorted(found, key=lambda one: (one.cells[0] is None, one.cells[0] or 0, str(one.cells[1])))

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        if study is not None:
            self._show(self.edits.classes)

    @Slot(bool)
    def _tell_working(self, working: bool) -> None:
        self.said.set_text(self.tr("All figures are being computed with your changes …") if working else "")

    @Slot()
    def _label_undo(self) -> None:
        label_undo(self.edits.stack, self.undo, self.redo)

    # -- edits -------------------------------------------------------------------------------------

    def chosen_coins(self) -> tuple[str, ...]:
        """The ids of the coins that are chosen in the table."""
        rows = self.coins.selectionModel().selectedRows()
        keys = [self.coins.figures.rows[self.coins.sorted.mapToSource(one).row()].key for one in rows]
        return tuple(dict.fromkeys(keys))

    @Slot(object)
    def _move(self, sector: str | None) -> None:
        coins = self.chosen_coins()
        if not coins:
            self.said.set_text(self.tr("Choose one or more coins in the table first."))
            return
        classes = self.edits.classes
        for coin in coins:
            classes = classes.moved(coin, sector)
        names = self.tr("1 coin") if len(coins) == 1 else self.tr("{0} coins").format(len(coins))
        what = (
            self.tr("take {0} back").format(names)
            if sector is None
            else self.tr("move {0} to {1}").format(names, sector_name(sector))
        )
        self.edits.put(classes, what)

    @Slot(object)
    def _bound(self, values: dict[str, int]) -> None:
        try:
            bounds = TierBounds(**values)
        except ClassesError as error:
            self.said.set_text(str(error))
            return
        self.edits.put(self.edits.classes.bounded(bounds), self.tr("move the tiers"))


class SectorPane(QWidget):
    """Where the chosen coins go; `move_wanted(sector)`, None to take a change back."""

    move_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        about = Label(
            self.tr("Choose coins in the table, and the sector they belong to in your view."),
            token="text2",
            wrap=True,
            theme=theme,
        )
        self.sector = QComboBox()
        self.sector.setAccessibleName(self.tr("Sector to move to"))
        for sector in OWN_SECTORS:
            self.sector.addItem(sector_name(sector), sector)
        self.move_button = QPushButton(self.tr("Move the chosen coins"))
        self.move_button.clicked.connect(lambda: self.move_wanted.emit(self.sector.currentData()))
        self.back = QPushButton(self.tr("Take the change back"))
        self.back.setToolTip(self.tr("The chosen coins return to the sectors that were published"))
        self.back.clicked.connect(lambda: self.move_wanted.emit(None))
        note = Label(
            self.tr(
                "Stablecoins and wrapped coins count as no altcoin: they leave ranks, tiers and indices."
            ),
            token="text2",
            scale=0.92,
            wrap=True,
            theme=theme,
        )
        column = QVBoxLayout(self)
        for widget in (about, self.sector, self.move_button, self.back, note):
            column.addWidget(widget)
        column.addStretch(1)


class TiersPane(QWidget):
    """The last rank of each tier; `wanted(values)` when one was changed."""

    wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        names = (
            self.tr("Large caps end at rank"),
            self.tr("Mid caps end at rank"),
            self.tr("Small caps end at rank"),
            self.tr("Memes count up to rank"),
        )
        about = Label(
            self.tr("Ranks by market cap, counted without memes; memes join the small caps."),
            token="text2",
            wrap=True,
            theme=theme,
        )
        grid = QGridLayout()
        self.bounds: dict[str, QSpinBox] = {}
        for at, (key, name) in enumerate(zip(BOUNDS, names, strict=True)):
            box = QSpinBox()
            inset(box)
            box.setRange(1, LARGEST_BOUND)
            box.setKeyboardTracking(False)
            box.setAccessibleName(name)
            box.lineEdit().setTextMargins(6, 0, 6, 0)
            grid.addWidget(Label(name, theme=theme), at, 0)
            grid.addWidget(box, at, 1)
            self.bounds[key] = box
        self.use = QPushButton(self.tr("Use these tiers"))
        self.use.clicked.connect(
            lambda: self.wanted.emit({key: box.value() for key, box in self.bounds.items()})
        )
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addLayout(grid)
        column.addWidget(self.use)
        column.addStretch(1)

    def show_bounds(self, bounds: TierBounds) -> None:
        """Show the bounds in force."""
        for key, box in self.bounds.items():
            box.setValue(getattr(bounds, key))


def sector_name(sector: str) -> str:
    """A sector as it is shown; those that make a coin no altcoin by their own names."""
    return SECTOR_TITLES.get(sector, {"stablecoin": "Stablecoin", "wrapped": "Wrapped"}.get(sector, "Other"))


def _coin_row(coin: Coin, rank: int, own: str | None) -> FigureRow:
    published = sector_name(coin.sector)
    cells = (rank or None, f"{coin.name} ({coin.symbol})", sector_name(own) if own else published)
    return FigureRow(coin.id, (*cells, published if own else ""), faint=not rank)


def _whole(value: float | None) -> str:
    return numbers.fixed(value, 0)
