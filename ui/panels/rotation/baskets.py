"""The user's baskets: made of chosen coins, renamed, emptied, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.market.classes import PUBLISHED, Basket, Classes, ClassesError, free_id
from ui.theme.tokens import Theme
from ui.widgets.label import Label


class BasketsPane(QWidget):
    """`wanted(classes, words)` after every edit; `coins_wanted` says which coins are chosen in the table."""

    wanted = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._classes: Classes = PUBLISHED
        self._names: Mapping[str, str] = {}
        self.coins_wanted: Callable[[], tuple[str, ...]] = tuple
        about = Label(
            self.tr(
                "Equal amounts of each coin at the Sunday close. A basket can be charted and correlated "
                "like any line. Its coins were chosen with hindsight: its past says nothing about choosing."
            ),
            token="text2",
            scale=0.92,
            wrap=True,
            theme=theme,
        )
        self.basket = QComboBox()
        self.basket.setAccessibleName(self.tr("Basket"))
        self.basket.currentIndexChanged.connect(self._list)
        self.coins = QListWidget()
        self.coins.setAccessibleName(self.tr("Coins of the basket"))
        self.coins.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.make = QPushButton(self.tr("New from chosen coins…"))
        self.make.clicked.connect(self._ask_new)
        self.add = QPushButton(self.tr("Add chosen coins"))
        self.add.clicked.connect(self._add)
        self.take_out = QPushButton(self.tr("Take out"))
        self.take_out.setToolTip(self.tr("Take the coins that are chosen in this list out of the basket"))
        self.take_out.clicked.connect(self._take_out)
        self.rename = QPushButton(self.tr("Rename…"))
        self.rename.clicked.connect(self._ask_name)
        self.delete = QPushButton(self.tr("Delete basket"))
        self.delete.clicked.connect(self._delete)
        self.said = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        buttons = QGridLayout()
        for at, button in enumerate((self.add, self.take_out, self.rename, self.delete)):
            buttons.addWidget(button, at // 2, at % 2)
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addWidget(self.make)
        column.addWidget(self.basket)
        column.addWidget(self.coins, 1)
        column.addLayout(buttons)
        column.addWidget(self.said)

    def show_classes(self, classes: Classes, names: Mapping[str, str]) -> None:
        """Show the baskets of `classes`; `names` are those of the coins."""
        kept = self.basket.currentData()
        self._classes, self._names = classes, names
        self.basket.blockSignals(True)
        self.basket.clear()
        for one in classes.baskets:
            self.basket.addItem(one.title, one.id)
        at = self.basket.findData(kept)
        self.basket.setCurrentIndex(max(at, 0) if classes.baskets else -1)
        self.basket.blockSignals(False)
        self._list()

    def current(self) -> Basket | None:
        """The basket that is shown."""
        key = self.basket.currentData()
        return next((one for one in self._classes.baskets if one.id == key), None)

    @Slot()
    def _list(self) -> None:
        basket = self.current()
        self.coins.clear()
        for coin in basket.coins if basket else ():
            item = QListWidgetItem(self._names.get(coin, self.tr("{0}, not in the cache").format(coin)))
            item.setData(Qt.ItemDataRole.UserRole, coin)
            self.coins.addItem(item)
        for button in (self.add, self.take_out, self.rename, self.delete):
            button.setEnabled(basket is not None)

    # -- edits -------------------------------------------------------------------------------------

    @Slot()
    def _ask_new(self) -> None:
        if not self.coins_wanted():
            self.said.set_text(self.tr("Choose one or more coins in the table first."))
            return
        title, ok = QInputDialog.getText(self, self.tr("New basket"), self.tr("Name of the basket:"))
        if ok:
            self.make_basket(title.strip())

    def make_basket(self, title: str) -> None:
        """Make a basket of the chosen coins."""
        taken = {one.id for one in self._classes.baskets}
        key = free_id(title, taken)

        def make() -> Classes:
            return self._classes.with_basket(Basket(key, title, self.coins_wanted()))

        if self._put(make, self.tr("make the basket {0}").format(title)):
            self.basket.setCurrentIndex(self.basket.findData(key))

    @Slot()
    def _add(self) -> None:
        basket = self.current()
        if basket is not None:
            coins = tuple(dict.fromkeys((*basket.coins, *self.coins_wanted())))
            self._put(
                lambda: self._classes.with_basket(replace(basket, coins=coins)),
                self.tr("add to {0}").format(basket.title),
            )

    @Slot()
    def _take_out(self) -> None:
        basket = self.current()
        if basket is not None:
            gone = {item.data(Qt.ItemDataRole.UserRole) for item in self.coins.selectedItems()}
            coins = tuple(coin for coin in basket.coins if coin not in gone)
            self._put(
                lambda: self._classes.with_basket(replace(basket, coins=coins)),
                self.tr("take out of {0}").format(basket.title),
            )

    @Slot()
    def _ask_name(self) -> None:
        basket = self.current()
        if basket is None:
            return
        title, ok = QInputDialog.getText(
            self, self.tr("Rename the basket"), self.tr("Name of the basket:"), text=basket.title
        )
        if ok:
            self._put(
                lambda: self._classes.with_basket(replace(basket, title=title.strip())),
                self.tr("rename {0}").format(basket.title),
            )

    @Slot()
    def _delete(self) -> None:
        basket = self.current()
        if basket is not None:
            self._put(
                lambda: self._classes.without_basket(basket.id),
                self.tr("delete {0}").format(basket.title),
            )

    def _put(self, make: Callable[[], Classes], what: str) -> bool:
        try:
            classes = make()
        except ClassesError as error:
            self.said.set_text(str(error))
            return False
        self.said.set_text("")
        self.wanted.emit(classes, what)
        return True
