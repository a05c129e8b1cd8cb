"""Work that can be walked away from: whatever it blocks on, its caller is free within a moment.

A look-up of a name, a connection and a read of a socket block their thread, and Python cannot
interrupt one. So the work runs in a helper thread and the caller waits beside it. When the user
cancels, or the time is over, the caller goes on at once; the socket is shut, which ends the helper
too, except in a look-up or a connection: those end by their own time-outs. Helpers are daemons and
never hold up the end of the program.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from .clock import TICK

T = TypeVar("T")


class TimeOverError(Exception):
    """The work took longer than it may in all."""


class CancelledError(Exception):
    """The user asked to stop."""


class Guard:
    """The line between a helper and its caller: what to shut when the caller walks away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shut: Callable[[], object] | None = None
        self.abandoned = False

    def holds(self, shut: Callable[[], object]) -> None:
        """Note how the work is ended from outside; done at once if the caller has gone already."""
        with self._lock:
            self._shut = shut
            gone = self.abandoned
        if gone:
            self._close(shut)

    def abandon(self) -> None:
        with self._lock:
            self.abandoned = True
            shut = self._shut
        if shut is not None:
            self._close(shut)

    @staticmethod
    def _close(shut: Callable[[], object]) -> None:
        # Closed in the meantime: that is what was wanted.
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            shut()


class _Helper(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[Guard], T], guard: Guard) -> None:
        super().__init__(name="network", daemon=True)
        self.work, self.guard = work, guard
        self.done = threading.Event()
        self.result: T
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.work(self.guard)
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            self.error = error
        finally:
            self.done.set()


def abandonable(
    work: Callable[[Guard], T], *, cancelled: Callable[[], bool], seconds: float, tick: float = TICK
) -> T:
    """Do `work` in a helper thread, for at most `seconds`, and return or raise what it does.

    Raises
    ------
    CancelledError
        Within two ticks after `cancelled` says so.
    TimeOverError
        After `seconds`.
    """
    if cancelled():
        raise CancelledError
    guard = Guard()
    helper = _Helper(work, guard)
    end = time.monotonic() + seconds
    helper.start()
    while not helper.done.wait(tick):
        if cancelled():
            guard.abandon()
            raise CancelledError
        if time.monotonic() > end:
            guard.abandon()
            raise TimeOverError
    if helper.error is not None:
        try:
            raise helper.error
        finally:
            # The error holds the frame that holds the helper: without this the three stay until the
            # next collection of garbage.
            helper.error = None
            del helper
    return helper.result
