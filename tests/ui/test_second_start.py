"""Two starts of the real program with the same documents: one window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ui.app import LOCK

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "main.py", "--data-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def first(tmp_path: Path):
    process = start(tmp_path)
    until = time.monotonic() + PATIENCE
    while not (tmp_path / "settings" / LOCK).exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def test_the_second_start_ends_at_once_and_the_first_goes_on(first, tmp_path):
    assert start(tmp_path).wait(PATIENCE) == 0
    assert first.poll() is None


def test_after_a_crash_a_new_start_opens_a_window(first, tmp_path):
    first.kill()
    first.wait()
    second = start(tmp_path)
    until = time.monotonic() + PATIENCE
    # The lock of the killed one names a process that is gone; the new window's names itself.
    while f"\n{second.pid}\n" not in f"\n{(tmp_path / 'settings' / LOCK).read_text(errors='replace')}":
        assert second.poll() is None, "It went away instead of opening a window."
        assert time.monotonic() < until
        time.sleep(0.05)
    second.kill()
    second.wait()
