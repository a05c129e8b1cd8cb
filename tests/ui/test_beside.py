"""Two panels at once: side by side where there is room, one below the other where there is not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from data.paths import Paths
from ui.live.importing import Importing
from ui.live.loading import Loader
from ui.panel_list import PANELS
from ui.settings import BESIDE, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame
from ui.window.main_window import MainWindow


class Simple(QLabel):
    """A panel that shows the day it follows."""

    def __init__(self, session, tasks):
        super().__init__()
        session.day_changed.connect(lambda: self.setText(str(session.day)))


@pytest.fixture
def make(qtbot, session, tasks, own_folders, monkeypatch):
    """Return a function that opens the window, as each start does."""
    simple = tuple(replace(panel, module=__name__, factory="Simple") for panel in PANELS)
    monkeypatch.setattr("ui.window.main_window.PANELS", simple)
    settings = Settings(own_folders / "settings")
    importing = Importing(own_folders)

    def opened() -> SimpleNamespace:
        frame = Frame(DARK)
        qtbot.addWidget(frame)
        window = MainWindow(session, tasks, Loader(session, tasks, Paths(own_folders)), importing, settings)
        frame.setCentralWidget(window)
        frame.resize(1366, 768)
        frame.show()
        return SimpleNamespace(frame=frame, window=window, settings=settings)

    yield opened
    importing.close()


@pytest.fixture
def open_window(make, session, known, qtbot):
    parts = make()
    session.show_study(known)
    qtbot.waitUntil(lambda: parts.window.panel("overview") is not None)
    return parts


def beside(qtbot, parts, name: str) -> QWidget:
    parts.window.show_beside(name)
    qtbot.waitUntil(lambda: parts.window.beside.panel == name)
    return parts.window.panel(name)


def test_a_second_panel_stands_at_the_right_and_both_follow_the_day(qtbot, open_window, session):
    second = beside(qtbot, open_window, "season")
    first = open_window.window.panel("overview")
    QApplication.processEvents()
    assert first.isVisible()
    assert second.isVisible()
    at = second.mapTo(open_window.frame, second.rect().topLeft())
    assert at.x() >= first.mapTo(open_window.frame, first.rect().topRight()).x()
    session.step(-3)
    assert first.text() == second.text() == str(session.day)


def test_in_a_narrow_window_the_second_panel_stands_below(qtbot, open_window):
    second = beside(qtbot, open_window, "season")
    open_window.frame.resize(1024, 640)
    QApplication.processEvents()
    first = open_window.window.panel("overview")
    assert open_window.window.beside.orientation() == Qt.Orientation.Vertical
    top = second.mapTo(open_window.frame, second.rect().topLeft()).y()
    assert top >= first.mapTo(open_window.frame, first.rect().bottomLeft()).y()
    assert open_window.frame.width() == 1024


def test_it_is_closed_by_its_button_and_the_first_panel_has_the_room_again(qtbot, open_window):
    second = beside(qtbot, open_window, "season")
    assert "Season" in open_window.window.beside.close_button.accessibleName()
    open_window.window.beside.close_button.click()
    assert not second.isVisible()
    assert open_window.settings.get(BESIDE) == ""
    open_window.window.open_panel("season")
    assert open_window.window.pages.currentWidget() is second
    assert second.isVisible()


def test_opening_the_second_panel_in_the_rail_makes_it_the_only_one(qtbot, open_window):
    second = beside(qtbot, open_window, "season")
    open_window.window.open_panel("season")
    assert open_window.window.beside.panel == ""
    assert open_window.window.pages.currentWidget() is second
    assert second.isVisible()


def test_the_open_panel_is_not_shown_beside_itself_and_it_is_said(open_window):
    open_window.window.show_beside("overview")
    assert open_window.window.beside.panel == ""
    assert "open already" in open_window.window.top.alerts.messages()[0]


def test_the_rail_the_search_and_a_key_offer_it(qtbot, open_window):
    window = open_window.window
    menu = window.rail.entry_menu("metrics")
    next(one for one in menu.actions() if "beside" in one.text()).trigger()
    qtbot.waitUntil(lambda: window.beside.panel == "metrics")
    menu.close()
    open_window.frame.activateWindow()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_0, control | shift)
    assert window.beside.panel == ""
    window.open_palette()
    palette = next(one for one in QApplication.topLevelWidgets() if one.objectName() == "popup")
    qtbot.keyClicks(palette.field, "journal beside")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.beside.panel == "journal")


def test_the_second_panel_is_there_again_at_the_next_start(qtbot, make, open_window, session):
    beside(qtbot, open_window, "season")
    open_window.window.beside.moveSplitter(400, 1)
    session.closing.emit()
    again = make()
    again.window.open_panel("overview")
    qtbot.waitUntil(lambda: again.window.beside.panel == "season")
    first, second = again.window.beside.sizes()
    assert second > first
