"""The system asks the program to end."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from pytestqt.qtbot import QtBot

from ui.ending import Ending

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows closes windows and sends no signals")


def test_a_request_of_the_system_is_heard_while_the_window_is_idle(qtbot: QtBot) -> None:
    ending = Ending()
    try:
        with qtbot.waitSignal(ending.asked):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        ending.remove()


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    ending = Ending()
    assert signal.getsignal(signal.SIGTERM) is not before
    ending.remove()
    ending.remove()
    assert signal.getsignal(signal.SIGTERM) is before
