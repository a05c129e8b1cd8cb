"""What the desktop is told: one notification for each alert, and an icon beside the clock if wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from models.version import NAME
from ui.settings import NOTIFY, TRAY, Settings

SHOWN_MS = 10_000


class Notices(QObject):
    """Tells the desktop once per alert, unless that was turned off; `opened(panel)` when a person clicks it.

    The icon stands in the tray only while something is told, or always where the settings say so. A
    desktop without a tray is told nothing: the alerts list behind the bell has everything anyway.
    """

    opened = Signal(str)
    show_requested = Signal()
    quit_requested = Signal()

    def __init__(self, settings: Settings, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._told: set[str] = set()
        self._panel = ""
        self._tray: QSystemTrayIcon | None = None
        self._icon = icon
        self._menu: QMenu | None = None
        if self.stays:
            self._ready().show()

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves the icon beside the clock; asked each time, for a tray can go."""
        return bool(self._settings.get(TRAY)) and QSystemTrayIcon.isSystemTrayAvailable()

    def tell(self, key: str, text: str, panel: str = "") -> bool:
        """Tell of an alert; False when it was told before, notifications are off, or there is no tray."""
        if key in self._told or not self._settings.get(NOTIFY):
            return False
        self._told.add(key)
        if not QSystemTrayIcon.supportsMessages():
            return False
        self._panel = panel
        tray = self._ready()
        tray.show()
        tray.showMessage(NAME, text, self._icon, SHOWN_MS)
        return True

    def close(self) -> None:
        """Take the icon away."""
        if self._tray is not None:
            self._tray.hide()

    def _ready(self) -> QSystemTrayIcon:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self)
            self._tray.setToolTip(NAME)
            self._menu = QMenu()
            self._menu.addAction(self.tr("Show the window"), self.show_requested.emit)
            self._menu.addAction(self.tr("Quit"), self.quit_requested.emit)
            self._tray.setContextMenu(self._menu)
            self._tray.messageClicked.connect(lambda: self.opened.emit(self._panel))
            self._tray.activated.connect(self._activated)
        return self._tray

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.show_requested.emit()
