"""The base of all dialogs."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QStyle,
)

_FIELDS = (QLineEdit, QAbstractSpinBox, QComboBox)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Dialog(QDialog):
    """Opens no larger than its screen has room, and wholly on it: its buttons are always within reach.

    Enter does what the dialog is for (its primary button, else the accepting one), or closes one that only
    tells; it never presses any other button, and in a field never closes. Qt would press the first button it
    finds, be it "Copy" or "Defaults". On a button that has the focus Enter presses that button.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _ENTER or isinstance(self.focusWidget(), QPushButton):
            super().keyPressEvent(event)
            return
        if (button := self.entered()) is not None:
            button.click()

    def entered(self) -> QPushButton | None:
        """Return the button that Enter presses from where the focus is now."""
        accepts = closes = None
        for button in self.findChildren(QPushButton):
            if button.window() is not self or not (button.isVisible() and button.isEnabled()):
                continue
            if not button.autoDefault():  # a form that wants nothing of Enter says so
                continue
            if button.property("kind") == "primary":
                return button
            box = button.parentWidget()
            role = box.buttonRole(button) if isinstance(box, QDialogButtonBox) else None
            if role in (QDialogButtonBox.ButtonRole.AcceptRole, QDialogButtonBox.ButtonRole.YesRole):
                accepts = accepts or button
            elif role == QDialogButtonBox.ButtonRole.RejectRole:
                closes = closes or button
        if accepts is not None:
            return accepts
        return None if isinstance(self.focusWidget(), _FIELDS) else closes

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
