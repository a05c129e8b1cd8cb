"""A timer that lets several pieces of news settle into one call."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def later(owner: QObject, after_ms: int, call: Callable[[], object]) -> QTimer:
    """Return a timer that calls once, so long after it was started last; 0 is the next turn of the loop."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(call)
    return timer
