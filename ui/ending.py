"""The system asks the program to end (log out, shut down, `kill`): it does so as after its last window."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

if TYPE_CHECKING:
    from types import FrameType


class Ending(QObject):
    """Emit `asked` when SIGTERM or SIGHUP arrives, from the event loop; `remove` brings back what was before.

    Python looks at signals between two of its own steps, and an idle window takes none: a pipe wakes it.
    On Windows there is nothing to hear: the system closes the windows instead.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: dict[int, object] = {}
        if sys.platform == "win32":
            return
        self._out, self._into = os.pipe()
        for end in (self._out, self._into):
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._into, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._take)
        self._notifier = QSocketNotifier(self._out, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def remove(self) -> None:
        if not self._before:
            return
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler if callable(handler) else signal.SIG_DFL)
        self._before.clear()
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._out)
        os.close(self._into)

    @staticmethod
    def _take(number: int, frame: FrameType | None) -> None:
        """Nothing here: the number is in the pipe already, and this may run in the middle of anything."""

    @Slot()
    def _read(self) -> None:
        numbers = b""
        with suppress(BlockingIOError):
            numbers = os.read(self._out, 64)
        if set(numbers) & set(self._before):  # other signals, such as Ctrl+C, pass through the pipe as well
            self.asked.emit()
