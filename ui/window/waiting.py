"""What stands in the panel's place until there is something to show: still blocks, and what is awaited."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.session import Session
from ui.window.frame import GAP, HEAD, MARGIN, Blocks


class WaitingPage(Blocks):
    """The outline of a panel, and in words what is being done. Nothing in it moves."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session.theme, parent)
        self.words = QLabel(self)
        self.words.setProperty("tone", "second")
        session.loading_changed.connect(self._say)
        session.theme_changed.connect(self.apply_theme)
        self._say(session.loading)

    @Slot(str)
    def _say(self, what: str) -> None:
        self.words.setText(what)
        self.setAccessibleName(what or self.tr("Loading"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.words.setGeometry(MARGIN, MARGIN, self.width() - 2 * MARGIN, HEAD - GAP)
