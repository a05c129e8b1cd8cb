"""Closing the window when something cannot be saved: it comes back next time, or the person decides."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from data.documents import NotSavedError, Store
from data.paths import Paths
from models.journal.notes import Note
from ui.journal.keeper import JournalKeeper
from ui.tasks import Tasks
from ui.theme.tokens import DARK
from ui.window.frame import Frame
from ui.window.messages import ask_to_lose


@pytest.fixture
def tasks(qapp):
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


@pytest.fixture
def full_disk(monkeypatch):
    def refuse(*_args: object, **_options: object) -> None:
        raise NotSavedError("The disk is full.")

    monkeypatch.setattr(Store, "save", refuse)
    return monkeypatch


def test_notes_that_could_not_be_saved_are_back_at_the_next_start_and_saved_then(
    qtbot, tasks, paths, full_disk
):
    first = JournalKeeper(tasks, paths)
    qtbot.waitUntil(lambda: first.is_ready)
    first.put(Note(date(2019, 5, 1), "Typed on a full disk"), "add")
    assert first.keep() == ""
    full_disk.undo()
    told: list[str] = []
    second = JournalKeeper(tasks, paths)
    second.said.connect(told.append)
    qtbot.waitUntil(lambda: second.is_ready)
    assert [note.title for note in second.journal.notes] == ["Typed on a full disk"]
    assert told == ["Changes that could not be saved last time are back."]
    qtbot.waitUntil(lambda: (paths.documents / "journal.json").exists())


def test_what_can_be_kept_nowhere_is_said_before_the_window_closes(qtbot, tasks, paths, full_disk):
    keeper = JournalKeeper(tasks, paths)
    qtbot.waitUntil(lambda: keeper.is_ready)
    keeper.put(Note(date(2019, 5, 1), "Nowhere to go"), "add")
    (paths.documents / ".recovery").mkdir(parents=True)
    (paths.documents / ".recovery" / ".journal.unsaved.json.part").mkdir()
    assert "unsaved" in keeper.keep()


@pytest.mark.parametrize("answer", [True, False])
def test_the_window_closes_over_unsaved_work_only_when_the_person_says_so(qtbot, answer):
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    closed: list[bool] = []
    frame.closing.connect(lambda: closed.append(True))
    frame.may_close = lambda: ask_to_lose(frame, ["journal was not saved: the disk is full."])
    frame.show()

    def reply() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "the disk is full" in box.informativeText()
        assert box.defaultButton().text() == "Stay"
        next(one for one in box.buttons() if (one is not box.defaultButton()) == answer).click()

    QTimer.singleShot(0, reply)
    assert frame.close() is answer
    assert frame.isVisible() is not answer
    assert bool(closed) is answer
    frame.may_close = lambda: True  # the end of the test asks nobody
