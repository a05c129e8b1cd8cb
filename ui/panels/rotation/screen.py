"""The dialog of the screen: its filters, the saved screens, and every coin with its figures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.market.returns import SECTOR_TITLES
from models.market.rotation.screen import (
    LARGEST_TOP,
    USUAL,
    Screen,
    ScreenBook,
    Screened,
    ScreenError,
    ScreenRow,
)
from models.market.universe import SECTORS
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from ui.dialogs.dialog import Dialog
from ui.later import later
from ui.panels.rotation import words
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label

SETTLE_MS = 120
INSIDE = (6, 0, 6, 0)
"""Room inside a number field, which the style sheet cannot give."""


class Limit(QWidget):
    """A filter that is on or off, with its limit."""

    changed = Signal()

    def __init__(
        self, name: str, tip: str, usual: float, top: float, step: float, decimals: int, suffix: str
    ) -> None:
        super().__init__()
        self.on = QCheckBox(name)
        self.on.setToolTip(tip)
        self.value = QDoubleSpinBox()
        inset(self.value)
        self.value.setRange(0.0, top)
        self.value.setDecimals(decimals)
        self.value.setSingleStep(step)
        self.value.setValue(usual)
        self.value.setSuffix(suffix)
        self.value.setToolTip(tip)
        self.value.setAccessibleName(self.tr("{0}: the limit").format(name))
        self.value.lineEdit().setTextMargins(*INSIDE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.on, 1)
        row.addWidget(self.value)
        self.on.toggled.connect(self.value.setEnabled)
        self.on.toggled.connect(lambda _on: self.changed.emit())
        self.value.valueChanged.connect(lambda _value: self.changed.emit())

    def limit(self, scale: float = 1.0) -> float | None:
        """The limit, or None while the filter is off."""
        return self.value.value() / scale if self.on.isChecked() else None

    def set_limit(self, limit: float | None, scale: float = 1.0) -> None:
        self.on.setChecked(limit is not None)
        self.value.setEnabled(limit is not None)
        if limit is not None:
            self.value.setValue(limit * scale)


class ScreenDialog(Dialog):
    """`wanted(screen)` when filters change, `book_changed(book)` when the saved screens do."""

    wanted = Signal(object)
    book_changed = Signal(object)

    def __init__(self, book: ScreenBook, screen: Screen, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Screen: quiet with volume"))
        self._book, self._theme = book, theme
        self._sectors: tuple[str, ...] = ()
        self._filling = False
        self._trouble = ""
        """What did not work; it gives way to the count of coins at the next change, not before."""
        self._soon = later(self, SETTLE_MS, self._ask)
        self._build()
        self._fill(screen)
        self._list()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(self._saved_screens())
        column.addLayout(self._universe())
        column.addLayout(self._limits())
        self.said = Label("", token="text2", scale=0.92, wrap=True, theme=self._theme)
        column.addWidget(self.said)
        self.table = FigureTable(_columns(self.tr), name=self.tr("Coins and filters"), theme=self._theme)
        self.table.stretch("coin", (52, 180, 108, 88, 76, 76, 100, 84))
        column.addWidget(self.table, 1)
        note = Label(
            self.tr("The screen finds coins in a state. What followed such states is not tested."),
            token="text2",
            scale=0.92,
            theme=self._theme,
        )
        column.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.table.copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(860, 600)

    def _saved_screens(self) -> QHBoxLayout:
        self.saved = QComboBox()
        self.saved.setAccessibleName(self.tr("Saved screens"))
        self.saved.setToolTip(self.tr("The screens you saved"))
        self.saved.activated.connect(self._choose)
        self.save = QPushButton(self.tr("Save as…"))
        self.save.setToolTip(self.tr("Keep these filters under a name"))
        self.save.clicked.connect(self._save)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete the saved screen that is chosen"))
        self.delete.clicked.connect(self._delete)
        head = QHBoxLayout()
        head.addWidget(self.saved, 1)
        head.addWidget(self.save)
        head.addWidget(self.delete)
        return head

    def _universe(self) -> QHBoxLayout:
        """The coins that are looked at, before any filter."""
        self.top = QSpinBox()
        inset(self.top)
        self.top.setRange(1, LARGEST_TOP)
        self.top.setPrefix(self.tr("top "))
        self.top.setAccessibleName(self.tr("How many of the largest altcoins are looked at"))
        self.top.setToolTip(self.top.accessibleName())
        self.top.lineEdit().setTextMargins(*INSIDE)
        self.top.valueChanged.connect(self._edited)
        self.sectors = QToolButton()
        self.sectors.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sectors.setToolTip(self.tr("Only coins of these sectors"))
        self.sectors.setMenu(self._sector_menu())
        which = QHBoxLayout()
        which.addWidget(self.top)
        which.addWidget(self.sectors)
        which.addStretch(1)
        return which

    def _limits(self) -> QGridLayout:
        space = numbers.SPACE
        self.quiet = Limit(
            self.tr("Volatility percentile at most"),
            self.tr("30-day volatility among its own readings of the year before"),
            25, 100, 5, 0, "",
        )  # fmt: skip
        self.busy = Limit(
            self.tr("Volume at least"),
            self.tr("Mean of 30 days over the mean of 180 days"),
            1, 100, 0.1, 1, f"{space}×",
        )  # fmt: skip
        self.still = Limit(
            self.tr("Price moved less than"),
            self.tr("Change over 30 days, up or down"),
            15, 1000, 5, 0, f"{space}%",
        )  # fmt: skip
        self.rising = Limit(
            self.tr("Accumulation at least"),
            self.tr("Share of 30 days' volume that was traded on days with a higher close"),
            55, 100, 5, 0, f"{space}%",
        )  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        for at, limit in enumerate((self.quiet, self.busy, self.still, self.rising)):
            limit.changed.connect(self._edited)
            grid.addWidget(limit, at // 2, at % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _sector_menu(self) -> QMenu:
        menu = QMenu(self.sectors)
        for sector in SECTORS:
            action = menu.addAction(SECTOR_TITLES[sector])
            action.setCheckable(True)
            action.setData(sector)
            action.toggled.connect(self._sectors_edited)
        return menu

    # -- filters -----------------------------------------------------------------------------------

    def screen_now(self) -> Screen:
        """The filters as they stand, under the name of the chosen screen."""
        return Screen(
            name=self._book.chosen,
            top=self.top.value(),
            quiet=self.quiet.limit(),
            busy=self.busy.limit(),
            still=self.still.limit(100.0),
            rising=self.rising.limit(100.0),
            sectors=self._sectors,
        )

    def _fill(self, screen: Screen) -> None:
        self._filling = True
        self.top.setValue(screen.top)
        self.quiet.set_limit(screen.quiet)
        self.busy.set_limit(screen.busy)
        self.still.set_limit(screen.still, 100.0)
        self.rising.set_limit(screen.rising, 100.0)
        for action in self.sectors.menu().actions():
            action.setChecked(action.data() in screen.sectors)
        self._sectors = screen.sectors
        self._filling = False
        self._name_sectors()

    @Slot()
    def _sectors_edited(self) -> None:
        if not self._filling:
            self._sectors = tuple(
                str(action.data()) for action in self.sectors.menu().actions() if action.isChecked()
            )
            self._name_sectors()
            self._edited()

    def _name_sectors(self) -> None:
        count = len(self._sectors)
        words_now = self.tr("All sectors") if not count else self.tr("{0} of {1} sectors")
        self.sectors.setText(words_now.format(count, len(SECTORS)))

    @Slot()
    def _edited(self) -> None:
        if not self._filling:
            self._trouble = ""
            self._soon.start()

    @Slot()
    def _ask(self) -> None:
        self.wanted.emit(self.screen_now())

    def show_screened(self, found: Screened) -> None:
        """Show every coin that was looked at."""
        self.said.set_text(self._trouble or words.screen_words(found, self.tr))
        self.table.show_rows([_row(one, self.tr) for one in found.rows])

    # -- saved screens -----------------------------------------------------------------------------

    def _list(self) -> None:
        self.saved.clear()
        self.saved.addItems([one.name for one in self._book.screens])
        self.saved.setCurrentText(self._book.current.name)
        self.delete.setEnabled(self._book.current != USUAL)

    @Slot(int)
    def _choose(self, at: int) -> None:
        self._take(self._book.choosing(self._book.screens[at].name))
        self._fill(self._book.current)
        self._ask()

    @Slot()
    def _save(self) -> None:
        suggested = "" if self._book.current == USUAL else self._book.chosen
        name, ok = QInputDialog.getText(
            self, self.tr("Save the screen"), self.tr("Name of the screen:"), text=suggested
        )
        if ok:
            self.save_as(name.strip())

    def save_as(self, name: str) -> None:
        """Keep the filters under a name; says why where that cannot be."""
        try:
            self._take(self._book.with_screen(replace(self.screen_now(), name=name)))
        except ScreenError as error:
            self.tell(str(error))
            return
        self._ask()

    @Slot()
    def _delete(self) -> None:
        self._take(self._book.without_screen(self._book.chosen))
        self._fill(self._book.current)
        self._ask()

    def _take(self, book: ScreenBook) -> None:
        self._book, self._trouble = book, ""
        self._list()
        self.book_changed.emit(book)

    def tell(self, sentence: str) -> None:
        """Say what did not work."""
        self._trouble = sentence
        self.said.set_text(sentence)


def _columns(tr: words.Tr) -> tuple[Column, ...]:
    return (
        Column("rank", tr("Rank"), _whole, is_number=True),
        Column("coin", tr("Coin")),
        Column("sector", tr("Sector")),
        Column("volatility", tr("Percentile"), _whole, is_number=True, tip=tr("Of the 30-day volatility")),
        Column("volume", tr("Volume"), _times, is_number=True, tip=tr("30-day mean over 180-day mean")),
        Column("move", tr("30 d"), numbers.change, is_number=True, tip=tr("Change of the price")),
        Column("rising", tr("Accumulation"), _share, is_number=True, tip=tr("Volume on rising days")),
        Column("verdict", tr("Passes")),
    )


def _row(one: ScreenRow, tr: words.Tr) -> FigureRow:
    figures = (one.volatility, one.volume, one.move, one.rising)
    cells = tuple(None if isinstance(value, Unknown) else value for value in figures)
    why = " ".join(value.why for value in figures if isinstance(value, Unknown))
    said = {"passes": tr("passes"), "fails": tr("no"), "unknown": tr("unknown")}[one.verdict]
    name = f"{one.name} ({one.symbol})"
    sector = SECTOR_TITLES[one.sector]
    faint = one.verdict != "passes"
    return FigureRow(one.coin, (one.rank, name, sector, *cells, said), words=why, tip=why, faint=faint)


def _whole(value: float | None) -> str:
    return numbers.fixed(value, 0)


def _times(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else f"{numbers.fixed(value, 2)}{numbers.SPACE}×"


def _share(value: float | None) -> str:
    return numbers.percent(value, 0)
