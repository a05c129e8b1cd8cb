"""Asks a panel for something, which may mean to open it first and to wait until its figures are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ui.later import later
from ui.window.placeholder import PlaceholderPanel

if TYPE_CHECKING:
    from ui.session import Session
    from ui.window.main_window import MainWindow

Act = Callable[[QWidget], object]
SETTLE_MS = 300
"""A panel that was just made begins some of its figures a moment later: longer than the longest of those."""


class Asking(QObject):
    """One wish at a time: a newer one, or another panel that is opened meanwhile, takes its place."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._wish: tuple[str, Act] | None = None
        self._before: frozenset[str] = frozenset()
        self._timer = later(self, SETTLE_MS, self._look)
        for news in (window.tasks.ended, window.panel_made, session.study_changed):
            news.connect(self._wait)

    def ask(self, name: str, act: Act) -> None:
        """Do something with a panel: at once where it is made, else as soon as it has opened and computed."""
        self._wish = None
        window, panel = self._window, self._window.panel(name)
        if not self._session.loading and not window.can_show(name):
            window.say(self.tr("This opens once there are data: import an archive or open the demo market."))
            return
        if panel is not None:
            if name != window.beside.panel:
                window.open_panel(name)
            self._act(act, panel)
            return
        self._wish, self._before = (name, act), frozenset(window.tasks.running())
        window.open_panel(name)

    @Slot()
    def _wait(self) -> None:
        """Look once nothing has ended for a moment."""
        if self._wish is not None and self._window.current != self._wish[0]:
            self._wish = None
        elif self._wish is not None:
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Act where nothing is computed any more that was not computed before the panel opened."""
        if self._wish is None:
            return
        name, act = self._wish
        panel = self._window.panel(name)
        if self._window.current != name:
            self._wish = None
        elif panel is None or self._session.loading or not self._window.can_show(name):
            return
        elif self._before.issuperset(self._window.tasks.running()):
            self._wish = None
            self._act(act, panel)

    def _act(self, act: Act, panel: QWidget) -> None:
        if not isinstance(panel, PlaceholderPanel):  # that one says itself why it could not be opened
            act(panel)
