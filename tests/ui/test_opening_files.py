"""Files given on the command line are opened in the planner, and the end waits for no work under way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from data.choices import save_weights
from data.paths import Paths
from models.market.signals.weights import EQUAL
from models.risk.plans.edits import changed
from tools.soak_steps import wait_for
from ui.app import Rooms
from ui.dialogs.opening import Dialogs
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.single import channel
from ui.theme.tokens import DARK
from ui.window.frame import Frame


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


def test_the_whole_window_goes_on_with_the_documents_of_another_folder(rooms, tmp_path, monkeypatch):
    rooms.loader.load()
    assert wait_for(lambda: rooms.session.study is not None)
    rooms.settle(())
    save_weights(tmp_path / "other", EQUAL.put("season_index", 2.0), None)
    asked = "ui.dialogs.opening.QFileDialog.getExistingDirectory"
    monkeypatch.setattr(asked, lambda *a: str(tmp_path / "other"))
    rooms.window.findChild(Dialogs).choose_folder()
    assert wait_for(lambda: bool(rooms.window.findChildren(QMessageBox)))
    (box,) = rooms.window.findChildren(QMessageBox)
    assert "weights of the signals" in box.text()
    next(button for button in box.buttons() if button.text() == "Use those").click()
    assert wait_for(lambda: rooms.session.study.signals.weights["season_index"] == 2.0)
    assert rooms._single.is_listening
    assert rooms._single.name == channel(tmp_path / "other"), "A later start asks for this window."


@pytest.mark.parametrize("name", ["journal", "theses"])
def test_a_document_that_cannot_be_read_is_told_whichever_panel_is_open(rooms, own_folders, name):
    documents = Paths(own_folders).documents
    documents.mkdir(parents=True, exist_ok=True)
    (documents / f"{name}.json").write_text("no document", encoding="utf-8")
    rooms.settle(())
    bell = rooms.window.top.alerts
    assert wait_for(lambda: any(f"{name}.json" in one for one in bell.messages()))
    assert rooms.window.panel("journal") is None
