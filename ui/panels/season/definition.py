"""The dialog that puts an index of one's own together: which coins, how many, over how long, how weighed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from models.market.season.definition import (
    ASSET_BACKED,
    LEAST_TOP,
    LEAST_WINDOW,
    MOST_TOP,
    MOST_WINDOW,
    Definition,
)
from models.market.season.index import Variant
from models.market.snapshot import BITCOIN, Coin
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.panels.season import words
from ui.settings import Setting
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.widgets.segmented import Segmented

OWN_DEFINITIONS = Setting("season/definitions", "", "Definitions of the season index that a person made")
GROUPS = (
    "stablecoin",
    "wrapped",
    ASSET_BACKED,
    "meme",
    "exchange",
    "layer1",
    "layer2",
    "defi",
    "infrastructure",
    "ai",
    "gaming",
    "payments",
    "privacy",
    "rwa",
)
LIST_HEIGHT = 96


class DefinitionDialog(Dialog):
    """`definition()` is what was put together; the dialog begins with `start`."""

    def __init__(self, start: Definition, coins: Sequence[Coin], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("An index of your own"))
        self._coins = {f"{coin.name} ({coin.symbol})": coin for coin in coins if coin.id != BITCOIN}
        self._titles = {coin.id: title for title, coin in self._coins.items()}
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(self._measure(start, theme))
        column.addWidget(QLabel(self.tr("Left out (Bitcoin is the measure and never counted)")))
        column.addLayout(self._kinds(start))
        self.by_name = QLabel()
        column.addWidget(self.by_name)
        column.addLayout(self._finder())
        column.addWidget(self._left_out(start))
        self._tell_list()
        self._build_buttons()
        whole = QVBoxLayout(self)
        whole.addWidget(scrolling(column), 1)
        whole.addWidget(self.buttons)

    def _measure(self, start: Definition, theme: Theme) -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.setVerticalSpacing(10)
        self.top = self._number(LEAST_TOP, MOST_TOP, start.variant.top, self.tr("Number of coins"))
        self.window_days = self._number(
            LEAST_WINDOW, MOST_WINDOW, start.variant.window, self.tr("Window, days")
        )
        self.weights = Segmented(
            [("equal", self.tr("Equal")), ("cap", self.tr("Market cap"))],
            name=self.tr("Weights"),
            value=start.variant.weights,
            theme=theme,
        )
        form.addRow(self.tr("Largest coins"), self.top)
        form.addRow(self.tr("Window, days"), self.window_days)
        form.addRow(self.tr("Weights"), self.weights)
        return form

    def _kinds(self, start: Definition) -> QGridLayout:
        self.groups = {slug: QCheckBox(_titled(words.sector(slug, self.tr))) for slug in GROUPS}
        boxes = QGridLayout()
        for at, (slug, box) in enumerate(self.groups.items()):
            box.setChecked(slug in start.left_out)
            boxes.addWidget(box, at // 3, at % 3)
        return boxes

    def _finder(self) -> QHBoxLayout:
        self.coin = QLineEdit()
        self.coin.setPlaceholderText(self.tr("Add a coin by its name"))
        self.coin.setAccessibleName(self.tr("Add a coin by its name"))
        finder = QCompleter(sorted(self._coins, key=str.casefold), self)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.activated.connect(self._take_title)
        self.coin.setCompleter(finder)
        self.coin.returnPressed.connect(lambda: self._take_title(self.coin.text()))
        self.drop = QPushButton(self.tr("Count it again"))
        self.drop.setToolTip(self.tr("Take the chosen coin off the list"))
        self.drop.clicked.connect(self._drop)
        self.drop.setAutoDefault(False)
        beside = QHBoxLayout()
        beside.addWidget(self.coin, 1)
        beside.addWidget(self.drop)
        return beside

    def _left_out(self, start: Definition) -> QListWidget:
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Coins left out by name"))
        self.list.setFixedHeight(LIST_HEIGHT)
        for name in sorted(start.without):
            self._add(name)
        self.list.itemSelectionChanged.connect(self._tell_list)
        return self.list

    def _build_buttons(self) -> None:
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Put it on the bench"))
        for key in (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel):
            # Enter in the field of coins adds a coin; it must not close the dialog.
            self.buttons.button(key).setAutoDefault(False)
            self.buttons.button(key).setDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def definition(self) -> Definition:
        """What was put together."""
        weights = cast(Literal["equal", "cap"], self.weights.value())
        return Definition(
            variant=Variant(self.top.value(), self.window_days.value(), weights),
            left_out=frozenset(slug for slug, box in self.groups.items() if box.isChecked()),
            without=frozenset(
                str(self.list.item(at).data(Qt.ItemDataRole.UserRole)) for at in range(self.list.count())
            ),
        )

    def _number(self, least: int, most: int, value: int, name: str) -> QSpinBox:
        made = QSpinBox()
        inset(made)
        made.setRange(least, most)
        made.setValue(value)
        made.setAccessibleName(name)
        made.setToolTip(self.tr("{0} to {1}").format(least, most))
        return made

    def _take_title(self, title: str) -> None:
        coin = self._coins.get(title)
        if coin is None:
            return
        listed = {self.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.list.count())}
        if coin.id not in listed:
            self._add(coin.id)
        self.coin.clear()

    def _add(self, name: str) -> None:
        item = QListWidgetItem(self._titles.get(name, name))
        item.setData(Qt.ItemDataRole.UserRole, name)
        self.list.addItem(item)
        self._tell_list()

    def _drop(self) -> None:
        if self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())
        self._tell_list()

    def _tell_list(self) -> None:
        is_empty = self.list.count() == 0
        self.by_name.setText(
            self.tr("Left out by name: no coin so far") if is_empty else self.tr("Left out by name")
        )
        self.list.setVisible(not is_empty)
        self.drop.setVisible(not is_empty)
        self.drop.setEnabled(bool(self.list.selectedItems()))


def _titled(name: str) -> str:
    """A name as it begins a line."""
    return name[:1].upper() + name[1:]
