"""A second start brings the first window forward instead of opening another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from ui.single import Single, channel, hand_over

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.single import hand_over
application = QCoreApplication([])
sys.exit(0 if hand_over(sys.argv[1], (Path(sys.argv[2]),)) else 1)
"""


@pytest.fixture
def name(tmp_path: Path) -> str:
    return channel(tmp_path)


def test_other_documents_have_another_channel(tmp_path):
    assert channel(tmp_path) == channel(tmp_path)
    assert channel(tmp_path) != channel(tmp_path / "else")


def test_the_plan_of_a_second_start_opens_in_the_first(qtbot, name, tmp_path):
    single = Single(name)
    plan = tmp_path / "Autumn plan.json"
    with qtbot.waitSignal(single.asked, timeout=10_000) as asked:
        second = subprocess.Popen([sys.executable, "-c", ASK, name, str(plan)], cwd=ROOT)
    assert asked.args == [(plan,)]
    assert second.wait(10) == 0
    single.close()


def test_alone_nobody_answers(qapp, name):
    assert not hand_over(name, ())


def test_a_window_too_busy_to_answer_keeps_its_channel(qtbot, name, monkeypatch):
    monkeypatch.setattr("ui.single.BUSY_MS", 100)
    busy = Single(name)  # nothing runs its event loop below, so it does not answer
    assert not hand_over(name, ())
    other = Single(name)
    assert busy.is_listening
    assert not other.is_listening
    other.close()
    second = subprocess.Popen([sys.executable, "-c", ASK, name, "a.plan.json"], cwd=ROOT)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    busy.close()


def test_a_channel_left_by_a_killed_window_is_taken_over(qtbot, name):
    first = Single(name)
    code = "import os\nfrom PySide6.QtCore import QCoreApplication\nfrom ui.single import Single\n"
    code += f"a = QCoreApplication([])\nSingle({name + 'x'!r})\nos._exit(9)\n"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    second = Single(name + "x")
    assert second.is_listening
    first.close()
    second.close()


@pytest.mark.parametrize("said", [b"no json\n", json.dumps({"a": 1}).encode()[:5] + b"\n", b"[1, 2]\n"])
def test_nonsense_on_the_channel_opens_nothing(qtbot, name, said):
    single = Single(name)
    heard = []
    single.asked.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1_000)
    socket.write(said)
    socket.flush()
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=5_000)
    assert heard == []
    single.close()
