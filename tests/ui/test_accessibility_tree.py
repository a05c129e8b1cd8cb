"""The whole window with the demo market, walked by script: names, roles, order of Tab, room at 200 %."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from data.paths import Paths
from models.journal.notes import Note
from models.market.theses.thesis import Condition, Thesis
from tests.ui import walking
from tools.screenshots import DIALOGS
from ui.app import Rooms
from ui.dialogs.dialog import Dialog
from ui.journal.keeper import journal_of
from ui.panel_list import PANELS
from ui.panels.planner.panel import PAGES
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK
from ui.theses.keeper import keeper_of
from ui.widgets import spoken
from ui.window.frame import Frame

SMALLEST, USUAL, LARGE = (1024, 640), (1366, 768), (1920, 1080)
ENLARGED = (850, 480)
"""Nearly the room that 1366x768 leaves at 160 %: too little for two columns, much for one."""
DOUBLED = (683, 384)
"""A window of 1366x768 with everything at 200 % has this room: Qt scales texts and sizes alike."""
PATIENCE_S = 60
PLACES = [panel.id for panel in PANELS if panel.id != "planner"] + [f"planner/{page.id}" for page in PAGES]


class House:
    """The window of the program, and a way to look at one place of it after another."""

    def __init__(self, paths: Paths) -> None:
        settings = Settings(paths.settings)
        settings.set(TOUR_SEEN, True)
        settings.set(REFRESH_EVERY, 0)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.frame = Frame(DARK)
        self.rooms = Rooms(application, self.frame, settings, paths, known_at=None, demo=True)
        self.frame.show()
        self.rooms.loader.load()
        self.wait(lambda: self.rooms.session.study is not None)
        self.write_something()

    def write_something(self) -> None:
        """Put notes with everything in them into the journal, and a thesis under way."""
        session, tasks = self.rooms.session, self.rooms.tasks
        latest = date.fromisoformat(str(session.latest))
        notes, theses = journal_of(session, tasks), keeper_of(session, tasks)
        self.wait(lambda: notes.is_ready and theses.is_ready)
        note = Note(
            latest - timedelta(days=40),
            "A hearing on exchange-traded products that everybody waited for",
            "regulation",
            text="Markets moved little. " * 12,
            tags=("hearing", "etf"),
            links=("https://example.org/a/long/address",),
            coins=("bitcoin",),
        )
        notes.put(note, "add a note")
        notes.put(Note(latest - timedelta(days=400), "Upgrade", "technology"), "add a note")
        opened = latest - timedelta(days=20)
        theses.put(
            Thesis(opened, 90, Condition("season_index", "above", 75.0), seen_until=opened), "a thesis"
        )

    def wait(self, until: object) -> None:
        """Let the window live until something is true."""
        end = time.monotonic() + PATIENCE_S
        while not until():  # type: ignore[operator]
            assert time.monotonic() < end, "The window did not come to rest."
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()

    def show(self, place: str, size: tuple[int, int]) -> QWidget:
        """Return the panel once it shows this place, in a window of this size, with all its work done."""
        panel, _, page = place.partition("/")
        window = self.rooms.window
        window.open_panel(panel)
        self.wait(lambda: window.pages.currentWidget() is window.panel(panel))
        shown = window.pages.currentWidget()
        if page:
            if not shown.keeper.plan.positions:
                shown.example()
            shown.open_page(page)
        self.frame.resize(*size)
        quiet = []
        QTimer.singleShot(300, lambda: quiet.append(True))  # what starts a moment after an edit has started
        self.wait(lambda: quiet and not self.rooms.tasks.running())
        for _ in range(3):  # a text that wraps asks for another height, and that for another width
            QApplication.processEvents()
        self.frame.grab()
        return shown

    def open_dialog(self, name: str) -> QWidget:
        """Return a dialog of the program once it stands there, with all its work done."""
        known = DIALOGS[name]
        panel = self.show(
            f"{known.panel}/{known.page or PAGES[0].id}" if known.panel == "planner" else known.panel, USUAL
        )
        before = QApplication.topLevelWidgets()
        known.open(self.rooms, panel)
        found: list[QWidget] = []

        def opened() -> bool:
            found[:] = [
                one for one in QApplication.topLevelWidgets() if one.isVisible() and one not in before
            ]
            return bool(found)

        self.wait(opened)
        self.wait(lambda: not self.rooms.tasks.running())
        QApplication.processEvents()
        found[0].grab()  # what cannot be drawn fails the test that asks
        return found[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[House]:
    look = qapp.palette(), qapp.styleSheet(), qapp.font(), qapp.style().objectName()
    made = House(Paths(tmp_path_factory.mktemp("house")))
    yield made
    made.rooms.close()
    made.frame.close()
    made.frame.deleteLater()
    qapp.setStyle(look[3])
    qapp.setStyleSheet(look[1])
    qapp.setPalette(look[0])
    qapp.setFont(look[2])
    qapp.processEvents()


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_a_fitting_role_and_its_turn(house, place):
    panel = house.show(place, USUAL)
    assert len(walking.controls(panel)) >= 3, "There is something to walk."
    assert not walking.without_name(panel)
    assert not walking.wrong_role(panel)
    assert not walking.twins(panel)
    assert not walking.out_of_order(panel)


@pytest.mark.parametrize("place", PLACES)
def test_every_chart_is_walked_by_arrow_keys_and_opens_as_a_table(house, place, monkeypatch):
    panel = house.show(place, LARGE)
    ear = walking.Ear()
    monkeypatch.setattr(spoken, "QAccessible", ear)
    assert not walking.painted_without_chart(panel)
    for chart in walking.charts(panel):
        where = walking.place(chart, panel)
        assert (chart.focusProxy() or chart) in walking.tab_order(panel), where
        # A chart of one row has one thing to say, and arrows along the other axis nothing new.
        ear.said.clear()
        heard = walking.heard_on_the_way(chart)
        table = chart.table()
        assert all(heard), where
        assert ear.said, where
        assert all(any(words in one for one in heard) for words in ear.said), where
        assert len(set(heard)) > 1 or len(table.rows) == 1, where
        assert table.rows, where
        before = QApplication.topLevelWidgets()
        QTest.keyClick(chart.focusProxy() or chart, Qt.Key.Key_T)
        dialog = next(one for one in QApplication.topLevelWidgets() if one not in before)
        assert dialog.windowTitle(), where
        assert dialog.findChild(QTableView).model().rowCount() == len(table.rows), where
        dialog.close()


@pytest.mark.parametrize("size", [SMALLEST, ENLARGED, DOUBLED], ids=["smallest", "enlarged", "doubled"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_clipped_in_the_smallest_window_and_with_larger_text(house, place, size):
    panel = house.show(place, size)
    assert (house.frame.width(), house.frame.height()) == size
    assert not walking.clipped(panel)


def test_rail_top_bar_and_status_bar_are_named_and_in_order(house):
    house.show("overview", USUAL)
    window = house.rooms.window
    for part in (window.rail, window.top, window.status):
        assert not walking.without_name(part)
        assert not walking.wrong_role(part)
        assert not walking.twins(part)
        assert not walking.out_of_order(part)


@pytest.fixture(params=sorted(DIALOGS))
def dialog(house, request, monkeypatch):
    """Each dialog of the program in turn, on a screen where everything is at 200 %."""
    monkeypatch.setattr(Dialog, "room", lambda _: QRect(0, 0, *DOUBLED))
    shown = house.open_dialog(request.param)
    yield shown
    shown.close()


def test_every_dialog_is_named_and_in_order(dialog):
    assert not walking.without_name(dialog)
    assert not walking.wrong_role(dialog)
    assert not walking.twins(dialog)
    assert not walking.out_of_order(dialog)


def test_every_dialog_fits_the_screen_at_200_percent_with_all_its_buttons(dialog):
    assert dialog.width() <= DOUBLED[0]
    assert dialog.height() <= DOUBLED[1]
    assert not walking.clipped(dialog)


def test_a_dialog_that_opens_beyond_the_edge_comes_back_onto_the_screen(qtbot):
    dialog = Dialog()
    qtbot.addWidget(dialog)
    room = dialog.screen().availableGeometry()
    dialog.setGeometry(room.right() - 40, room.bottom() - 30, 3 * room.width(), 200)
    dialog.show()
    assert room.contains(dialog.frameGeometry())
    assert dialog.height() == 200
