"""A short soak of the real window: what is opened is closed again, round after round."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from tests.archives import write_archive
from tests.markets import synthetic_market
from tools.soak import handles
from tools.soak_steps import Steps, count_objects, count_widgets, kinds, rest, wait_for
from ui.app import Rooms
from ui.panel_list import PANELS
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame

ROUND = (
    "slide",
    "step",
    "explain",
    "theme",
    "edit plan",
    "undo and redo",
    "save plan",
    "journal",
    "coin",
    "size",
    "theme",
    "read anew",
)


@pytest.fixture
def window(qtbot, own_folders) -> Iterator[SimpleNamespace]:
    """The real rooms on a small market, with every panel opened once."""
    archive = write_archive(own_folders.parent / "archive", synthetic_market(days=500, coins=60))
    import_archive(archive, Cache.open(Paths(own_folders).market))
    settings = Settings(own_folders / "settings")
    settings.set(TOUR_SEEN, True)
    settings.set(REFRESH_EVERY, 0)
    application = QApplication.instance()
    sheet, icon = application.styleSheet(), application.windowIcon()
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    rooms = Rooms(application, frame, settings, Paths(own_folders), known_at=None, demo=False)
    frame.show()
    rooms.loader.load()
    qtbot.waitUntil(lambda: rooms.session.study is not None, timeout=30_000)
    rooms.settle(())
    for panel in PANELS:
        rooms.window.open_panel(panel.id)
        assert wait_for(lambda name=panel.id: rooms.window.panel(name) is not None)
    yield SimpleNamespace(rooms=rooms, frame=frame, steps=Steps(rooms, frame, seed=11))
    assert rooms.close(), "A thread is still at work."
    application.setStyleSheet(sheet)
    application.setWindowIcon(icon)


def one_round(window: SimpleNamespace) -> None:
    """Take the steps in their order, on the same panel at the end."""
    for name in ROUND:
        window.steps.all[name]()
    window.rooms.session.today()
    window.frame.resize(1366, 768)
    window.rooms.window.open_panel("overview")
    assert rest(window.rooms, window.frame)


def test_a_replaced_market_is_let_go_by_all_panels_shown_or_hidden(window, qtbot):
    one_round(window)
    old = weakref.ref(window.rooms.session.study)
    market = weakref.ref(window.rooms.session.study.market)
    window.rooms.collector.stop()
    gc.disable()  # what stands in no cycle goes by itself, at once
    try:
        window.steps.read_anew()
        qtbot.waitUntil(lambda: window.rooms.session.study is not old(), timeout=30_000)
        assert rest(window.rooms, window.frame)
        assert old() is None
        assert market() is None
    finally:
        gc.enable()


def test_widgets_objects_and_handles_are_as_many_after_some_rounds_as_after_the_first(window):
    one_round(window)
    widgets, objects, files, before = count_widgets(), count_objects(), handles(), kinds()
    for _ in range(2):
        one_round(window)
    grown = {name: (before.get(name, 0), n) for name, n in kinds().items() if n > before.get(name, 0)}
    assert count_widgets() <= widgets + 2, grown
    assert count_objects() <= objects * 1.02, grown
    assert handles() <= files + 2
