"""Two starts of the real program with the same documents: one window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ui.app import LOCK

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the program; what still runs at the end of the test is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def another() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "main.py", "--data-dir", str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield another
    for process in started:
        process.kill()
        process.wait()


def has_window(process: subprocess.Popen[bytes], folder: Path) -> bool:
    """Whether the lock of the window names this process; a new window replaces the lock of a dead one."""
    try:
        lock = (folder / "settings" / LOCK).read_text(errors="replace")
    except FileNotFoundError:
        return False
    return str(process.pid) in lock.splitlines()


def wait_for_window(process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not has_window(process, folder):
        assert process.poll() is None, "It went away instead of opening a window."
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def first(start, tmp_path: Path) -> subprocess.Popen[bytes]:
    process = start()
    wait_for_window(process, tmp_path)
    return process


def test_the_second_start_ends_at_once_and_the_first_goes_on(first, start):
    assert start().wait(PATIENCE) == 0
    assert first.poll() is None


def test_after_a_crash_a_new_start_opens_a_window(first, start, tmp_path):
    first.kill()
    first.wait()
    wait_for_window(start(), tmp_path)
