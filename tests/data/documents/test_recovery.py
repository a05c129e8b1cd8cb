"""Unsaved states survive a crash, and only a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.documents import Draft, Store, forget, recoverable

ROOT = Path(__file__).parents[3]

CRASH = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from data.documents import Draft, Store
store = Store(Path(sys.argv[1]), "rotascope-note", 1)
saved = store.save("a", {{"n": 1}})
draft = Draft(store)
draft.keep({{"n": 2}}, path=saved.path, stamp=saved.stamp)
Draft(store).keep({{"n": 3}})
print("typed", flush=True)
sys.stdin.read()
"""


def notes(folder: Path, version: int = 1, **more: object) -> Store:
    return Store(folder, "rotascope-note", version, **more)  # type: ignore[arg-type]


def crashed(folder: Path) -> None:
    """Type without saving in another process and kill it."""
    with subprocess.Popen(
        [sys.executable, "-c", CRASH.format(root=str(ROOT)), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "typed\n"
        assert recoverable(notes(folder)) == (), "A draft of a living process is offered."
        process.send_signal(signal.SIGKILL) if sys.platform != "win32" else process.kill()
        process.wait()


def test_what_was_typed_before_a_crash_is_offered_with_its_document(tmp_path: Path) -> None:
    crashed(tmp_path)
    found = recoverable(notes(tmp_path))
    assert sorted(one.document["n"] for one in found) == [2, 3]
    about = {one.document["n"]: one for one in found}
    assert about[2].path == tmp_path / "a.note.json"
    assert about[2].stamp == notes(tmp_path).load("a").stamp
    assert about[3].path is None
    for one in found:
        forget(one)
    assert recoverable(notes(tmp_path)) == ()
    assert list((tmp_path / ".recovery").iterdir()) == []


def test_a_draft_equal_to_its_saved_document_is_swept_away(tmp_path: Path) -> None:
    crashed(tmp_path)
    notes(tmp_path).save("a", {"n": 2})
    assert [one.document for one in recoverable(notes(tmp_path))] == [{"n": 3}]


def test_a_draft_of_an_older_version_goes_through_the_migrations(tmp_path: Path) -> None:
    crashed(tmp_path)
    newer = notes(tmp_path, 2, migrate={1: lambda d: {"n": d["n"] * 10}})
    assert sorted(one.document["n"] for one in recoverable(newer)) == [20, 30]


def test_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    draft = Draft(notes(tmp_path))
    draft.keep({"n": 1})
    draft.keep({"n": 2})
    draft.drop()
    draft.keep({"n": 3})
    draft.close()
    assert list((tmp_path / ".recovery").iterdir()) == []


def test_a_damaged_draft_does_not_stand_in_the_way(tmp_path: Path) -> None:
    crashed(tmp_path)
    for file in (tmp_path / ".recovery").glob("*.json"):
        file.write_bytes(file.read_bytes()[:40])
    assert recoverable(notes(tmp_path)) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Signal 9 is not of Windows.")
def test_killed_in_the_middle_of_saving_every_reported_save_stands() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "kill_while_saving.py"), "8"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Killed 8 times")
