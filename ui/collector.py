"""Collects Python's garbage in the window's thread only.

Left alone, Python collects in whatever thread happens to allocate; a widget in a reference cycle would
then be destroyed in a worker thread, and Qt does not survive that.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ui.later import later

EVERY_MS = 1_000
AFTER_PANEL_MS = 500
"""After a panel was made: once it stands on the screen."""
AFTER_STUDY_MS = 8_000
"""After a new study: when the panels, and the work that was under way, have let go of the old one."""


class Collector(QObject):
    """Takes over from Python's own collection until `stop()`.

    `renewed` once everything was collected after a market was replaced.
    """

    renewed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._still = later(self, AFTER_PANEL_MS, self.settle)
        self._soon = later(self, AFTER_STUDY_MS, self.renew_now)

    @Slot()
    def look(self) -> int:
        """Collect the oldest generation that is due; the number of objects that were garbage."""
        due = [
            n
            for n, (count, least) in enumerate(zip(gc.get_count(), self._thresholds, strict=True))
            if count > least
        ]
        return gc.collect(max(due)) if due else 0

    @Slot()
    def settle_soon(self) -> None:
        """Settle once the panel that was made stands on the screen."""
        self._still.start()

    @Slot()
    def settle(self) -> None:
        """Leave out what is there by now for good, modules above all: that makes each collection short.

        What is garbage by now goes first: left out, it would never be collected.
        """
        gc.collect()
        gc.freeze()

    @Slot()
    def renew(self) -> None:
        """Collect everything soon: a market was replaced.

        Garbage is counted in objects, and a whole study in a cycle is few of them but a hundred megabytes.
        """
        if not self._soon.isActive():  # begun anew by each of many, it would never end
            self._soon.start()

    @Slot()
    def renew_now(self) -> None:
        """Collect everything at once, and tell."""
        # Also what was left out: the old market's part of it is garbage now. So seldom, it may take longer.
        gc.unfreeze()
        self.settle()
        self.renewed.emit()

    def stop(self) -> None:
        """Give the collection back to Python."""
        for timer in (self._timer, self._still, self._soon):
            timer.stop()
        gc.unfreeze()
        gc.enable()


def give_back() -> None:
    """Hand memory that was freed back to the system. Takes up to a few tenths of a second; for a thread.

    The C library of Linux keeps what lies between blocks in use, after some markets a few hundred
    megabytes. Those of the other systems give it back by themselves.
    """
    if sys.platform != "linux":
        return
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # only glibc has it
        trim(0)
