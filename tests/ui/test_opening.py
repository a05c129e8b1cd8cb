"""The dialogs that change all documents at once: nothing is lost or left behind, and each change is told."""

from __future__ import annotations

import errno
import json
import os
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from data.backup import write_backup
from data.choices import load_weights, save_classes, save_weights
from data.documents import Draft, recoverable
from data.journal import journal_document
from data.paths import Paths
from data.plans import load_plan, plan_store, save_plan
from data.settings_file import users_paths
from models.journal.notes import Journal, Note
from models.market.classes import OWN_SECTORS, PUBLISHED
from models.market.signals.weights import EQUAL
from models.risk.plans.as_json import plan_to_dict
from models.risk.plans.edits import changed
from models.risk.plans.plan import Plan
from ui.dialogs.busy import BusyDialog
from ui.dialogs.opening import Dialogs
from ui.dialogs.preferences import Preferences
from ui.journal.keeper import journal_of
from ui.panels.rotation.class_edits import ClassEdits
from ui.plans.keeper import RECENT, PlanKeeper
from ui.settings import DOCUMENTS, Settings
from ui.theses.keeper import keeper_of


class Window(QWidget):
    """As much of the window as the dialogs speak to."""

    def __init__(self, tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.failures: list[tuple[str, str]] = []
        self.said: list[str] = []

    def fail(self, title: str, text: str) -> None:
        self.failures.append((title, text))

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def window(qtbot, tasks) -> Window:
    made = Window(tasks)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialogs(window, session, tmp_path) -> Dialogs:
    session.paths = Paths(tmp_path / "home")
    session.paths.documents.mkdir(parents=True)
    session.settings = Settings(session.paths.settings)
    return Dialogs(window, session, session.settings)


@pytest.fixture
def journal(dialogs, session, tasks, qtbot):
    """The journal of the window, open, with one note that is not saved yet."""
    keeper = journal_of(session, tasks)
    qtbot.waitUntil(lambda: keeper.is_ready)
    keeper._timer.start(3_600_000)  # as between two saves, so that nothing but the change can have saved it
    keeper.put(Note(date(2022, 1, 1), "typed a moment ago"), "type")
    return keeper


@pytest.fixture
def planner(dialogs, session, tasks):
    keeper = PlanKeeper(tasks, session.paths, session.settings)
    session.turns.append(keeper.turn)
    return keeper


@pytest.fixture
def choose(monkeypatch):
    """Answer the dialogs of the system with a file or folder."""

    def answer(place: Path) -> None:
        asked = "ui.dialogs.opening.QFileDialog."
        monkeypatch.setattr(f"{asked}getExistingDirectory", lambda *a: str(place))
        monkeypatch.setattr(f"{asked}getSaveFileName", lambda *a: (str(place), ""))
        monkeypatch.setattr(f"{asked}getOpenFileName", lambda *a: (str(place), ""))

    return answer


def titles(paths: Paths) -> list[str]:
    """The notes in the journal's file, the earliest first."""
    return [one.title for one in sorted(journal_document(paths).read().notes, key=lambda one: one.day)]


def write_journal(paths: Paths, title: str) -> None:
    document = journal_document(paths)
    document.read()
    document.offer(Journal((Note(date(2021, 5, 1), title),)))
    document.write()


def box_of(window) -> QMessageBox:
    return next(one for one in window.findChildren(QMessageBox) if one.isVisible())


def press(qtbot, window, text: str) -> None:
    """Press a button of the question, once it stands there."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QMessageBox)), timeout=10_000)
    box = box_of(window)
    button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


FULL = OSError(errno.ENOSPC, "No space left on device", "plan.json")


def refuse(error: Exception):
    def act(*args: object, **options: object) -> None:
        raise error

    return act


# -- another folder --------------------------------------------------------------------------------


def test_documents_that_cannot_be_copied_stay_and_it_is_said_why(
    dialogs, window, session, journal, qtbot, tmp_path, choose, monkeypatch
):
    other, home = tmp_path / "other", session.paths
    choose(other)
    monkeypatch.setattr("data.moving.shutil.copy2", refuse(FULL))
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    ((title, text),) = window.failures
    assert title == "The folder is not used"
    assert "(No space left on device). They are where they were." in text
    assert "Errno" not in text
    assert not list(other.iterdir())
    assert (session.paths, dialogs._settings.get(DOCUMENTS)) == (home, "")
    journal.put(Note(date(2022, 1, 2), "after it"), "type")
    journal.close()
    assert titles(home) == ["typed a moment ago", "after it"]


def test_a_folder_in_which_nothing_can_be_written_is_refused(
    dialogs, window, session, qtbot, choose, tmp_path
):
    place = tmp_path / "a file"
    place.write_text("")
    choose(place / "folder")
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    assert "Nothing can be written in" in window.failures[0][1]
    assert dialogs._settings.get(DOCUMENTS) == ""


def test_everything_goes_on_in_the_new_folder_at_once(
    dialogs, window, session, journal, planner, qtbot, tasks, tmp_path, choose
):
    home, new = session.paths, tmp_path / "new"
    (home.documents / "photo.jpg").write_text("mine")
    planner.edit("write", lambda plan: changed(plan, name="Autumn", notes="not saved yet"))
    dialogs._settings.set(RECENT, f'["{home.documents / "plans" / "Autumn.plan.json"}"]')
    left = Draft(plan_store(home))
    left.keep(plan_to_dict(Plan(name="left by a crash")), path=home.documents / "plans" / "x.plan.json")
    left_in = left.file.name
    os.close(left._descriptor)  # as the end of a process does
    choose(new)
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: bool(window.said), timeout=10_000)
    assert window.said[0] == (
        f"Your documents are kept in {new} from now on. Those in {home.documents} were copied and can be "
        "deleted."
    )
    journal.put(Note(date(2022, 1, 2), "typed after it"), "type")
    journal.close()
    there = users_paths(home.root)
    assert there == session.paths
    assert there.documents == new
    assert titles(there) == ["typed a moment ago", "typed after it"]
    assert titles(home) == ["typed a moment ago"]
    assert planner.path == new / "plans" / "Autumn.plan.json"
    assert load_plan(plan_store(there), planner.path).plan.notes == "not saved yet"
    assert planner.recent() == (planner.path,)
    assert not (new / "photo.jpg").exists()
    (draft,) = recoverable(plan_store(there))
    assert (draft.file.name, draft.path) == (left_in, new / "plans" / "x.plan.json")


@pytest.mark.parametrize("answer", ["Use those", "Take mine along", "Cancel"])
def test_a_folder_with_documents_asks_whose_are_used_and_loses_neither(
    dialogs, window, session, journal, qtbot, tmp_path, choose, answer
):
    home, new = session.paths, Paths(None, tmp_path / "new")
    write_journal(new, "note of the other folder")
    choose(new.documents)
    dialogs.choose_folder()
    press(qtbot, window, answer)
    if answer == "Cancel":
        assert (session.paths, dialogs._settings.get(DOCUMENTS), window.said) == (home, "", [])
        return
    qtbot.waitUntil(lambda: bool(window.said), timeout=10_000)
    assert titles(home) == ["typed a moment ago"]
    shown = [one.title for one in journal.journal.notes]
    if answer == "Use those":
        assert shown == titles(new) == ["note of the other folder"]
        assert "stay there as they are" in window.said[0]
    else:
        assert shown == titles(new) == ["typed a moment ago"]
        (aside,) = new.documents.glob("before-move-*")
        assert titles(Paths(None, aside)) == ["note of the other folder"]
        assert str(aside) in window.said[0]


def test_nobody_edits_while_documents_are_copied(
    dialogs, window, session, qtbot, tmp_path, choose, monkeypatch
):
    """The copy waits until the test has looked; Escape and the cross do not take the window away."""
    look, copied = Event(), []

    def copy(*args: object) -> None:
        assert look.wait(20)
        copied.append(args)

    monkeypatch.setattr("data.moving.take_along", copy)
    choose(tmp_path / "new")
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), BusyDialog), timeout=10_000)
    busy = QApplication.activeModalWidget()
    assert busy.windowModality() == Qt.WindowModality.ApplicationModal
    qtbot.keyClick(busy, Qt.Key.Key_Escape)
    busy.close()
    assert busy.isVisible()
    busy.show_progress((3, 12))
    assert (busy.bar.value(), busy.bar.maximum()) == (3, 12)
    assert not copied
    look.set()
    qtbot.waitUntil(lambda: bool(window.said), timeout=10_000)
    assert QApplication.activeModalWidget() is None


def test_the_usual_folder_is_no_choice_any_more(dialogs, window, session, qtbot, tmp_path, choose):
    usual = session.paths
    choose(tmp_path / "new")
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: len(window.said) == 1, timeout=10_000)
    choose(usual.documents)
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: len(window.said) == 2, timeout=10_000)
    assert session.paths == usual
    assert dialogs._settings.get(DOCUMENTS) == ""
    dialogs.choose_folder()
    assert "already" in window.said[2]


def test_the_settings_name_the_folder_that_is_used_now(dialogs, session, qtbot, tmp_path):
    dialog = Preferences(dialogs._settings, session.paths)
    qtbot.addWidget(dialog)
    session.documents_changed.connect(dialog.follow_documents)
    session.documents_changed.emit(Paths(None, tmp_path / "elsewhere"))
    assert str(tmp_path / "elsewhere") in dialog._folder.text()


# -- backup and restore ----------------------------------------------------------------------------


def test_a_backup_holds_what_was_typed_a_moment_ago(
    dialogs, window, session, journal, planner, qtbot, tmp_path, choose
):
    planner.edit("write", lambda plan: changed(plan, name="Autumn", notes="not saved yet"))
    choose(tmp_path / "mine.rotascope-backup.zip")
    dialogs.back_up()
    qtbot.waitUntil(lambda: bool(window.said), timeout=10_000)
    assert planner.is_saved
    assert journal.undo.canUndo(), "Undo goes on as before."
    choose(tmp_path / "mine.rotascope-backup.zip")
    session.paths = other = Paths(tmp_path / "other")
    dialogs.restore()
    qtbot.waitUntil(lambda: bool(titles(other)), timeout=10_000)
    press(qtbot, window, "OK")
    assert titles(other) == ["typed a moment ago"]
    assert load_plan(plan_store(other), "Autumn").plan.notes == "not saved yet"


def test_edits_after_a_restore_are_edits_of_what_came_back(
    dialogs, window, session, journal, planner, qtbot, tasks, tmp_path, choose, known
):
    session.show_study(known)
    theses = keeper_of(session, tasks)
    qtbot.waitUntil(lambda: theses.is_ready)
    edits = ClassEdits(session, tasks)
    qtbot.waitUntil(lambda: edits._choice.is_ready)
    saved = save_plan(plan_store(session.paths), "Autumn", Plan(name="Autumn", notes="of this home"))
    planner.open(saved.path)
    qtbot.waitUntil(lambda: planner.path is not None)
    theirs = Paths(tmp_path / "theirs")
    write_journal(theirs, "note of the backup")
    save_plan(plan_store(theirs), "Autumn", Plan(name="Autumn", notes="of the backup"))
    moved = PUBLISHED.moved(known.market.coins[5].id, OWN_SECTORS[0])
    save_classes(theirs.documents, moved, None)
    save_weights(theirs.documents, EQUAL.put("season_index", 2.0), None)
    winter = save_plan(plan_store(theirs), "Winter", Plan(name="Winter")).path
    their_settings = Settings(theirs.settings)
    their_settings.set(RECENT, json.dumps([str(winter)]))
    their_settings.save()
    write_backup(theirs, tmp_path / "theirs.zip")
    choose(tmp_path / "theirs.zip")
    with qtbot.waitSignal(session.documents_changed, timeout=10_000):
        dialogs.restore()
    press(qtbot, window, "OK")
    assert [one.title for one in journal.journal.notes] == ["note of the backup"]
    assert planner.plan.notes == "of the backup"
    assert planner.recent() == (saved.path, saved.path.with_name(winter.name)), "Those of this home."
    assert edits.classes == moved
    assert load_weights(session.paths.documents).value["season_index"] == 2.0
    journal.put(Note(date(2022, 1, 2), "typed after it"), "type")
    journal.close()
    planner.edit("write", lambda plan: changed(plan, notes="written after it"))
    planner.save()
    qtbot.waitUntil(lambda: planner.is_saved, timeout=10_000)
    assert titles(session.paths) == ["note of the backup", "typed after it"]
    assert load_plan(plan_store(session.paths), "Autumn").plan.notes == "written after it"
    (aside,) = session.paths.documents.glob("before-restore-*")
    assert titles(Paths(None, aside / "documents")) == ["typed a moment ago"], "Nothing typed was lost."


def test_who_cannot_save_keeps_what_was_typed_and_the_others_go_on(
    dialogs, window, session, planner, journal, qtbot, tmp_path, choose
):
    planner.edit("write", lambda plan: changed(plan, name="Autumn", notes="first"))
    journal.close()
    write_journal(session.paths, "written by another window")
    journal.put(Note(date(2022, 1, 2), "typed after that"), "type")
    choose(tmp_path / "mine.rotascope-backup.zip")
    dialogs.back_up()
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    assert "was changed by another window or program" in window.failures[0][1]
    assert not (tmp_path / "mine.rotascope-backup.zip").exists()
    assert {one.title for one in journal.journal.notes} == {"typed a moment ago", "typed after that"}
    assert planner.is_saved
    planner.edit("write", lambda plan: changed(plan, notes="second"))
    planner.save()
    qtbot.waitUntil(lambda: planner.is_saved, timeout=10_000)
    assert load_plan(planner.store, "Autumn").plan.notes == "second"


def test_a_draft_on_the_way_is_not_taken_for_what_a_crash_left(
    dialogs, window, session, planner, qtbot, tmp_path, choose
):
    planner.edit("write", lambda plan: changed(plan, name="Autumn", notes="first"))
    planner._keep_draft_now()
    choose(tmp_path / "new")
    dialogs.choose_folder()
    qtbot.waitUntil(lambda: bool(window.said), timeout=10_000)
    assert not list(tmp_path.rglob(".recovery/*.json"))


def test_a_plan_that_the_backup_does_not_hold_gives_way_to_an_empty_one(
    dialogs, window, session, planner, qtbot, tmp_path, choose
):
    saved = save_plan(plan_store(session.paths), "Autumn", Plan(name="Autumn"))
    planner.open(saved.path)
    qtbot.waitUntil(lambda: planner.path is not None)
    write_journal(Paths(tmp_path / "theirs"), "note of the backup")
    write_backup(Paths(tmp_path / "theirs"), tmp_path / "theirs.zip")
    choose(tmp_path / "theirs.zip")
    dialogs.restore()
    press(qtbot, window, "OK")
    assert (planner.plan, planner.path) == (Plan(), None)


def test_a_journal_that_came_back_damaged_is_told_and_left_alone(
    dialogs, window, session, journal, qtbot, tmp_path, choose
):
    theirs = Paths(tmp_path / "theirs")
    theirs.documents.mkdir(parents=True)
    (theirs.documents / "journal.json").write_text("{")
    write_backup(theirs, tmp_path / "theirs.zip")
    choose(tmp_path / "theirs.zip")
    dialogs.restore()
    press(qtbot, window, "OK")
    assert "left alone" in journal.trouble
    assert not journal.is_ready


def test_a_refused_backup_changes_nothing_in_the_window(
    dialogs, window, session, journal, qtbot, tmp_path, choose
):
    (tmp_path / "half.zip").write_bytes(b"PK")
    choose(tmp_path / "half.zip")
    dialogs.restore()
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    assert window.failures[0][0] == "Nothing was restored"
    assert "half.zip is damaged" in window.failures[0][1]
    assert [one.title for one in journal.journal.notes] == ["typed a moment ago"]
    assert journal.undo.canUndo()


@pytest.mark.parametrize(
    ("ask", "work"), [(Dialogs.back_up, "write_backup"), (Dialogs.restore, "restore_backup")]
)
def test_a_backup_that_the_system_refuses_is_told_in_words(
    dialogs, window, qtbot, tmp_path, monkeypatch, ask, work, choose
):
    choose(tmp_path / "mine.rotascope-backup.zip")
    monkeypatch.setattr(f"data.backup.{work}", refuse(FULL))
    ask(dialogs)
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    assert window.failures[0][1] == "No space left on device"
