"""Collects Python's garbage in the window's thread only.

Left alone, Python collects in whatever thread happens to allocate; a widget in a reference cycle would
then be destroyed in a worker thread, and Qt does not survive that.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1_000


class Collector(QObject):
    """Takes over from Python's own collection until `stop()`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> int:
        """Collect the oldest generation that is due; the number of objects that were garbage."""
        due = [
            n
            for n, (count, least) in enumerate(zip(gc.get_count(), self._thresholds, strict=True))
            if count > least
        ]
        return gc.collect(max(due)) if due else 0

    def settle(self) -> None:
        """Leave out what is there by now for good, modules above all: that makes each collection short."""
        gc.freeze()

    def stop(self) -> None:
        """Give the collection back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
