"""Indices without coins, as after a refresh in which the source of coins did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from tests.archives import without_coins, write_archive
from tests.markets import synthetic_market
from tools.soak_steps import wait_for
from ui.app import Rooms
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame


@pytest.fixture
def rooms(qtbot, own_folders: Path, tmp_path: Path) -> Iterator[Rooms]:
    """The real rooms over a cache that holds indices only, read."""
    archive = without_coins(write_archive(tmp_path / "archive", synthetic_market(days=90, coins=20)))
    import_archive(archive, Cache.open(Paths(own_folders).market))
    settings = Settings(own_folders / "settings")
    settings.set(TOUR_SEEN, True)
    settings.set(REFRESH_EVERY, 0)
    application = QApplication.instance()
    sheet, icon = application.styleSheet(), application.windowIcon()
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    made = Rooms(application, frame, settings, Paths(own_folders), known_at=None, demo=False)
    frame.show()
    made.loader.load()
    assert wait_for(lambda: bool(made.session.series) and not made.session.loading)
    yield made
    made.close()
    application.setStyleSheet(sheet)
    application.setWindowIcon(icon)


def test_a_panel_that_needs_coins_gives_its_place_to_the_first_page(rooms):
    window = rooms.window
    for name in ("overview", "season", "planner"):
        window.open_panel(name)
        assert window.pages.currentWidget() is window.empty
    words = " ".join(one.text() for one in window.empty.findChildren(QLabel))
    assert "no coins to compare with them" in words


def test_journal_and_data_open_all_the_same(rooms):
    window = rooms.window
    for name in ("journal", "data"):
        window.open_panel(name)
        assert wait_for(lambda: window.pages.currentWidget() is window.panel(window.current))
    data = window.panel("data")
    assert wait_for(lambda: data.sources.model().rowCount() > 0)
    assert data.keys.isVisible()
    assert not data.coverage_card.isVisible()
    window.open_panel("overview")
    assert window.pages.currentWidget() is window.empty


def test_an_action_of_a_panel_that_opens_is_possible(rooms):
    made = []
    rooms.window.asking.ask("journal", made.append)
    assert wait_for(lambda: made == [rooms.window.panel("journal")])
    rooms.window.asking.ask("season", made.append)
    assert "once there are data" in rooms.window.top.alerts.messages()[-1]


def test_what_the_data_panel_showed_of_the_demo_market_goes_with_it(rooms):
    window, session = rooms.window, rooms.session
    window.open_panel("data")
    rooms.loader.load(demo=True)
    assert wait_for(lambda: window.panel("data") is not None and window.panel("data").heat_card.isVisible())
    rooms.loader.load(demo=False)
    assert wait_for(lambda: session.study is None and not session.loading)
    data = window.panel("data")
    assert window.pages.currentWidget() is data
    assert not any(card.isVisible() for card in (data.coverage_card, data.heat_card, data.ticks))
