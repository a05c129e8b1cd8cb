"""Import from the window: the terminal command in a child process, its progress and its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.cache import Cache
from data.paths import Paths
from tests.archives import write_archive
from tests.markets import synthetic_market
from ui.live.importing import Importing, command
from ui.window.messages import show_import


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", synthetic_market(days=60, coins=12))


@pytest.fixture
def importing(qapp: object, own_folders: Path) -> Iterator[Importing]:
    made = Importing(own_folders)
    yield made
    made.close()


def test_an_archive_comes_into_the_cache_with_progress_and_a_report(qtbot, importing, archive, own_folders):
    shares = []
    importing.progressed.connect(lambda share, what: shares.append((share, what)))
    with qtbot.waitSignal(importing.finished, timeout=60_000) as told:
        importing.start(archive)
        assert importing.is_running
    report = told.args[0]
    assert {file["path"] for file in report["files"]} >= {"coins.csv", "coin_list.csv"}
    assert sum(file["taken"] for file in report["files"]) > 0
    assert shares
    assert all(0 <= share <= 1 for share, _ in shares)
    assert shares == sorted(shares, key=lambda one: one[0])
    assert not importing.is_running
    assert Cache.open(Paths(own_folders).market).state().coins > 0


def test_a_folder_without_a_manifest_fails_with_a_sentence(qtbot, importing, tmp_path):
    with qtbot.waitSignal(importing.failed, timeout=60_000) as told:
        importing.start(tmp_path)
    assert "manifest.toml" in told.args[0]


def test_cancelling_ends_the_process_and_says_so(qtbot, importing, archive):
    with qtbot.waitSignal(importing.cancelled, timeout=20_000):
        importing.start(archive)
        importing.cancel()
    assert not importing.is_running


def test_a_process_that_dies_is_told(qtbot, importing, archive):
    with qtbot.waitSignal(importing.failed, timeout=20_000) as told:
        importing.start(archive)
        importing._process.kill()
    assert "ended early" in told.args[0]


def test_a_process_that_cannot_be_started_is_told(qtbot, importing, archive, monkeypatch):
    monkeypatch.setattr("ui.live.importing.command", lambda *words: ["/does/not/exist"])
    with qtbot.waitSignal(importing.failed, timeout=20_000) as told:
        importing.start(archive)
    assert "could not be started" in told.args[0]
    assert not importing.is_running


def test_a_second_import_waits_for_the_first(qtbot, importing, archive):
    with qtbot.waitSignal(importing.finished, timeout=60_000):
        importing.start(archive)
        first = importing._process
        importing.start(archive)
        assert importing._process is first


def test_closing_the_window_ends_the_import(qtbot, importing, archive):
    importing.start(archive)
    process = importing._process
    importing.close()
    assert process.state() == process.ProcessState.NotRunning
    assert not importing.is_running


def test_the_frozen_program_calls_itself(monkeypatch):
    archive = Path("archive")
    words = command(Path("data"), archive)
    assert words[0] == sys.executable
    assert Path(words[1]).name == "main.py"
    assert words[2:] == ["--data-dir", "data", "import", "--progress", "json", "archive"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command(None, archive) == [sys.executable, "import", "--progress", "json", "archive"]


def test_the_summary_lists_files_with_counts_and_reasons(qtbot, qapp):
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QPushButton, QTableWidget, QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    report = {
        "archive": "My archive",
        "stopped": None,
        "summary": "My archive: 1,200 rows taken",
        "files": [
            {
                "path": "coins.csv",
                "taken": 1200,
                "skipped": {"nothing published": 3},
                "refused": {"price is zero": 2},
                "notes": [],
            }
        ],
    }
    dialog = show_import(parent, report)
    table = dialog.findChild(QTableWidget)
    cells = [table.item(0, column).text() for column in range(5)]
    assert cells == ["coins.csv", "1,200", "3", "2", "nothing published; price is zero"]
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy").click()
    assert QGuiApplication.clipboard().text() == "My archive: 1,200 rows taken"
    dialog.close()
