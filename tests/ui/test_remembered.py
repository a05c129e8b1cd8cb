"""What a person arranged is there again at the next start, until the layout is reset."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QTabBar, QTableWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from data.paths import Paths
from ui.dialogs.preferences import Preferences
from ui.remembered import Remembered
from ui.settings import BESIDE, PANEL, Settings
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.segmented import Segmented


class Arranged(QWidget):
    """A panel with one of each thing that can be arranged."""

    def __init__(self, columns: int = 3) -> None:
        super().__init__()
        self.table = QTableWidget(4, columns)
        self.table.setSortingEnabled(True)
        self.split = QSplitter()
        for _ in range(2):
            self.split.addWidget(QWidget())
        self.range = RangeButtons()
        self.tabs = QTabBar()
        for title in ("Positions", "Stress"):
            self.tabs.addTab(title)
        self.view = Segmented([("map", "Map"), ("tree", "Tree")], name="View")
        self.view.setProperty("remembered", True)
        self.window_weeks = Segmented([("13", "13 weeks"), ("26", "26 weeks")], name="Window")
        column = QVBoxLayout(self)
        for widget in (self.table, self.split, self.range, self.tabs, self.view, self.window_weeks):
            column.addWidget(widget)
        self.resize(800, 500)


@pytest.fixture
def shown(qtbot, own_folders):
    """Return a function that opens the panel, as each start does."""

    def opened(columns: int = 3) -> tuple[Arranged, Remembered, Settings]:
        settings = Settings(own_folders / "settings")
        remembered = Remembered(settings)
        panel = Arranged(columns)
        qtbot.addWidget(panel)
        panel.show()
        remembered.follow(panel)
        return panel, remembered, settings

    return opened


def arrange(panel: Arranged) -> None:
    header = panel.table.horizontalHeader()
    header.setSectionsMovable(True)
    header.resizeSection(1, 222)
    header.moveSection(2, 0)
    panel.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    panel.split.setSizes([600, 150])
    panel.range.choose("1y")
    panel.tabs.setCurrentIndex(1)
    panel.view.choose("tree")
    panel.window_weeks.choose("26")


def test_columns_sorting_splitters_ranges_pages_and_views_are_there_again(shown):
    panel, remembered, _ = shown()
    arrange(panel)
    sizes = panel.split.sizes()
    remembered.keep()
    again, _, _ = shown()
    header = again.table.horizontalHeader()
    assert header.sectionSize(1) == 222
    assert header.visualIndex(2) == 0
    assert header.sortIndicatorSection() == 1
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    assert again.split.sizes() == sizes
    assert again.range.value() == "1y"
    assert again.tabs.tabText(again.tabs.currentIndex()) == "Stress"
    assert again.view.value() == "tree"


def test_a_choice_that_belongs_to_the_analysis_is_not_taken_for_layout(shown):
    panel, remembered, _ = shown()
    arrange(panel)
    remembered.keep()
    assert shown()[0].window_weeks.value() == "13"


def test_a_remembered_range_is_told_to_the_charts(shown, qtbot):
    panel, remembered, settings = shown()
    arrange(panel)
    remembered.keep()
    again = Arranged()
    qtbot.addWidget(again)
    heard: list[str] = []
    again.range.changed.connect(heard.append)
    Remembered(settings).follow(again)
    assert heard == ["1y"]


def test_widths_of_other_columns_are_not_taken(shown):
    panel, remembered, _ = shown()
    arrange(panel)
    remembered.keep()
    again, _, _ = shown(columns=4)
    assert again.table.horizontalHeader().sectionSize(1) != 222


def test_a_panel_that_is_gone_is_not_asked(qtbot, own_folders):
    remembered = Remembered(Settings(own_folders / "settings"))
    panel = Arranged()
    remembered.follow(panel)
    panel.deleteLater()
    qtbot.waitUntil(lambda: not isValid(panel))
    remembered.keep()


def test_the_settings_reset_the_layout_and_nothing_else(shown, qtbot, own_folders):
    panel, remembered, settings = shown()
    arrange(panel)
    remembered.keep()
    settings.set(BESIDE, "season")
    settings.set(PANEL, "metrics")
    dialog = Preferences(settings, Paths(own_folders))
    qtbot.addWidget(dialog)
    button = next(one for one in dialog.findChildren(QPushButton) if "Reset the layout" in one.text())
    button.click()
    assert not button.isEnabled()
    remembered.keep()  # the window closes, still arranged
    settings.set(PANEL, "planner")
    again, _, fresh = shown()
    assert again.range.value() == "all"
    assert again.table.horizontalHeader().sectionSize(1) != 222
    assert fresh.get(BESIDE) == ""
    assert fresh.get(PANEL) == PANEL.default
