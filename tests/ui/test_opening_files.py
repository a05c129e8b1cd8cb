"""Files given on the command line are opened in the planner, and the end waits for no work under way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from data.paths import Paths
from models.risk.plan_edits import changed
from tools.soak_steps import wait_for
from ui.app import Rooms
from ui.frame import Frame
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK


@pytest.fixture
def rooms(qtbot, own_folders) -> Iterator[Rooms]:
    """The real rooms on the demo market, before anything is loaded."""
    settings = Settings(own_folders / "settings")
    settings.set(TOUR_SEEN, True)
    settings.set(REFRESH_EVERY, 0)
    application = QApplication.instance()
    sheet, icon = application.styleSheet(), application.windowIcon()
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    made = Rooms(application, frame, settings, Paths(own_folders), known_at=None, demo=True)
    frame.show()
    yield made
    made.close()
    application.setStyleSheet(sheet)
    application.setWindowIcon(icon)


def planner(rooms: Rooms):
    return rooms.window.panel("planner")


def test_a_plan_that_is_asked_for_before_the_market_is_read_opens_once_the_planner_is_there(rooms):
    asked: list[tuple[Path, ...]] = []
    rooms.session.open_requested.connect(asked.append)
    files = (Path("Autumn.plan.json"),)
    rooms.open_files(files)
    assert planner(rooms) is None
    assert asked == []
    rooms.loader.load()
    assert wait_for(lambda: bool(asked))
    assert planner(rooms) is not None
    assert asked == [files]
    rooms.open_files(())
    assert asked == [files], "No files ask for nothing."


def test_closing_in_the_middle_of_a_simulation_ends_it_and_loses_no_edit(rooms):
    rooms.loader.load()
    assert wait_for(lambda: rooms.session.study is not None)
    rooms.window.open_panel("planner")
    assert wait_for(lambda: planner(rooms) is not None)
    panel = planner(rooms)
    panel.example()
    assert wait_for(lambda: bool(panel.keeper.plan.positions))
    panel.keeper.edit("rename the plan", lambda plan: changed(plan, name="Typed just now"))
    panel.desk.wind.blow()
    assert panel.desk.wind.is_running
    rooms.close()
    assert rooms.tasks.running() == ()
    kept = [path.read_text(encoding="utf-8") for path in rooms._paths.documents.rglob("*") if path.is_file()]
    assert any("Typed just now" in text for text in kept)
