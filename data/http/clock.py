"""The clock of the network: the moment, and waiting that a cancel ends. Tests bring their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

TICK = 0.05
"""Seconds between two looks at whether the user has asked to stop."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the moment in UTC."""
        ...

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        """Wait; returns False as soon as `cancelled` says so, True when the time is over."""
        ...


class SystemClock:
    """The clock of the machine. Limits outlive the program, so the moment is that of the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while not cancelled():
            left = end - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(TICK, left))
        return False
