"""The base of all dialogs."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QStyle


class Dialog(QDialog):
    """Opens no larger than its screen has room, and wholly on it: its buttons are always within reach."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        room = self.room()
        self.resize(self.size().boundedTo(room.size()))
        place = self.geometry()
        place.moveRight(min(place.right(), room.right()))
        place.moveBottom(min(place.bottom(), room.bottom()))
        place.moveLeft(max(place.left(), room.left()))
        place.moveTop(max(place.top(), room.top()))
        if place != self.geometry():
            self.setGeometry(place)

    def room(self) -> QRect:
        """Return the part of the screen that the inside of a window may take, below its title."""
        # The system tells of its frame only some time after it has shown it.
        title = self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        frame = self.windowHandle().frameMargins()
        frame.setTop(max(frame.top(), title))
        return self.screen().availableGeometry().marginsRemoved(frame)
