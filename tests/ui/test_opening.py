"""The dialogs that copy files: what the system refuses is told in words, without numbers and paths."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from data.paths import Paths
from ui.dialogs.opening import Dialogs
from ui.settings import DOCUMENTS, Settings


class Window(QWidget):
    """As much of the window as the dialogs speak to."""

    def __init__(self, tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.failures: list[tuple[str, str]] = []

    def fail(self, title: str, text: str) -> None:
        self.failures.append((title, text))


@pytest.fixture
def window(qtbot, tasks) -> Window:
    made = Window(tasks)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialogs(window, session, tmp_path) -> Dialogs:
    session.paths = Paths(tmp_path / "home")
    session.paths.documents.mkdir(parents=True)
    return Dialogs(window, session, Settings(session.paths.settings))


FULL = OSError(errno.ENOSPC, "No space left on device", "plan.json")


def refuse(error: Exception):
    def act(*args: object, **options: object) -> None:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "(No space left on device)"),
        (shutil.Error([("a.json", "b.json", str(FULL)), ("c.json", "d.json", str(FULL))]), "(a.json and 1"),
    ],
)
def test_documents_that_cannot_be_copied_stay_and_it_is_said_why(
    dialogs, window, tmp_path, monkeypatch, error, words
):
    other = tmp_path / "other"
    before = dialogs._settings.get(DOCUMENTS)
    monkeypatch.setattr("ui.dialogs.opening.QFileDialog.getExistingDirectory", lambda *a: str(other))
    monkeypatch.setattr("ui.dialogs.opening.shutil.copytree", refuse(error))
    dialogs.choose_folder()
    ((title, text),) = window.failures
    assert title == "The folder is not used"
    assert words in text
    assert "Errno" not in text
    assert dialogs._settings.get(DOCUMENTS) == before


@pytest.mark.parametrize(
    ("ask", "work", "dialog"),
    [
        (Dialogs.back_up, "write_backup", "getSaveFileName"),
        (Dialogs.restore, "restore_backup", "getOpenFileName"),
    ],
)
def test_a_backup_that_the_system_refuses_is_told_in_words(
    dialogs, window, qtbot, tmp_path, monkeypatch, ask, work, dialog
):
    file = Path(tmp_path / "mine.rotascope-backup.zip")
    monkeypatch.setattr(f"ui.dialogs.opening.QFileDialog.{dialog}", lambda *a: (str(file), ""))
    monkeypatch.setattr(f"data.backup.{work}", refuse(FULL))
    ask(dialogs)
    qtbot.waitUntil(lambda: bool(window.failures), timeout=10_000)
    assert window.failures[0][1] == "No space left on device"
