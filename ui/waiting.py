"""What stands in the panel's place until there is something to show: still blocks, and what is awaited."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.frame import GAP, HEAD, MARGIN, paint_blocks
from ui.session import Session
from ui.theme.fonts import font


class WaitingPage(QWidget):
    """The outline of a panel, and in words what is being done. Nothing in it moves."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        session.loading_changed.connect(self._say)
        session.theme_changed.connect(lambda _theme: self.update())
        self._say(session.loading)

    @Slot(str)
    def _say(self, what: str) -> None:
        self.setAccessibleName(what or self.tr("Loading"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_blocks(painter, QRectF(self.rect()), self._session.theme)
        painter.setFont(font("body"))
        painter.setPen(QColor(self._session.theme.text2))
        head = QRectF(MARGIN, MARGIN, self.width() - 2 * MARGIN, HEAD - GAP)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, self._session.loading)
