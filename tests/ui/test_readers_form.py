"""A reader in Germany: no panel shows a figure or a day in another form than theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableView,
    QTreeView,
    QWidget,
)

from data.paths import Paths
from models.qt.reader import readable
from tests.ui.test_accessibility_tree import LARGE, PLACES, House
from tools.screenshots import DIALOGS
from ui.panels.overview.checklist import ChecklistView
from ui.widgets.figure_card import FigureCard
from ui.widgets.unknown_pane import UnknownPane

FOREIGN = re.compile(
    r"(?<![\w.,])\d{1,3}(,\d{3})+(?![\d,])|\d\.\d+\s?[%×]|(?<![\w.])\d+\.\d{1,2}(?![\w.])|\b20\d\d-\d\d-\d\d\b"
)
"""1,234 · 5.0 % · 0.48 · 2025-07-13"""
ALLOWED = ("CC BY-NC 4.0", "ORYR's, is 0,002 %", "such as 2021-05-14")
"""A licence; a German 0.002, which looks like two thousand; and how a day may be typed."""
Role = Qt.ItemDataRole
ROLES = (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole)


@pytest.fixture
def germany() -> Iterator[None]:
    usual = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(usual)


def shown(root: QWidget) -> Iterator[str]:
    """Give every text of `root` that can be seen, pointed at or heard."""
    for one in root.findChildren(QWidget):
        if not one.isVisibleTo(root):
            continue
        yield from (one.toolTip(), one.accessibleName(), one.accessibleDescription())
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            yield one.text()
        elif isinstance(one, QComboBox):
            yield from (one.itemText(at) for at in range(one.count()))
        elif isinstance(one, QTableView | QTreeView | ChecklistView) and (model := one.model()) is not None:
            columns = range(model.columnCount(QModelIndex()) if not isinstance(one, ChecklistView) else 1)
            cells = (model.index(row, at) for row in range(model.rowCount(QModelIndex())) for at in columns)
            yield from (str(cell.data(role) or "") for cell in cells for role in ROLES)


def foreign(text: str) -> bool:
    for one in ALLOWED:
        text = text.replace(one, "")
    return FOREIGN.search(text) is not None


def test_every_panel_and_every_dialog_speak_in_the_readers_form(
    qapp: QApplication, germany, tmp_path_factory
) -> None:
    look = qapp.palette(), qapp.styleSheet(), qapp.font(), qapp.style().objectName()
    house = House(Paths(tmp_path_factory.mktemp("germany")))
    try:
        found = {place: [one for one in shown(house.show(place, LARGE)) if foreign(one)] for place in PLACES}
        assert {place: texts for place, texts in found.items() if texts} == {}
        assert not [one for one in shown(house.frame) if foreign(one)]
        for name in DIALOGS:
            dialog = house.open_dialog(name)
            found[name] = [one for one in shown(dialog) if foreign(one)]
            dialog.close()
        del found["log"]  # what a machine wrote, kept as it is for those who mend things
        assert {name: texts for name, texts in found.items() if texts} == {}
    finally:
        house.rooms.close()
        house.frame.close()
        house.frame.deleteLater()
        qapp.setStyle(look[3])
        qapp.setStyleSheet(look[1])
        qapp.setPalette(look[0])
        qapp.setFont(look[2])
        qapp.processEvents()


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en_US", "Sell 3.39 ETH (1,010,091 USD) at the close of 13 Jul 2025."),
        ("en_IN", "Sell 3.39 ETH (10,10,091 USD) at the close of 13 Jul 2025."),
        ("de_DE", "Sell 3,39 ETH (1.010.091 USD) at the close of 13 Juli 2025."),
    ],
)
def test_a_sentence_of_the_models_takes_the_readers_form(locale: str, expected: str) -> None:
    usual = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        assert readable("Sell 3.39 ETH (1,010,091 USD) at the close of 2025-07-13.") == expected
    finally:
        QLocale.setDefault(usual)


def test_a_day_before_a_colon_takes_the_readers_form(germany) -> None:
    assert readable("2021-06-17: growth of 1.5 %: none") == "17 Juni 2021: growth of 1,5 %: none"


@pytest.mark.parametrize(
    "text", ["Rotascope 1.2.3", "v2.5", "at 12:30.5", "https://example.org/1,234", "2025-13-45"]
)
def test_what_is_no_figure_is_left_alone(germany, text: str) -> None:
    assert readable(text) == text


def test_the_reason_of_an_unknown_figure_takes_the_readers_form(qtbot, germany) -> None:
    why = "The S&P 500 has no close within 3 days of 2014-09-17; 0.5 % is too little."
    pane, card = UnknownPane(why), FigureCard("Russell 2000")
    for one in (pane, card):
        qtbot.addWidget(one)
    card.set_unknown(why)
    expected = "The S&P 500 has no close within 3 days of 17 Sept. 2014; 0,5 % is too little."
    assert pane.reason() == card.toolTip() == expected
