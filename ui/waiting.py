"""What stands in the panel's place until there is something to show: still blocks, and what is awaited."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.session import Session
from ui.theme.fonts import font

MARGIN, GAP, RADIUS = 16, 12, 8
HEAD, CARD = 54, 90
SIDE_SHARE = 0.37
CARDS = 4


class WaitingPage(QWidget):
    """The outline of a panel: a headline, figure cards, charts and a list. Nothing in it moves."""

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
        theme, painter = self._session.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("body"))
        painter.setPen(QColor(theme.text2))
        head = QRectF(MARGIN, MARGIN, self.width() - 2 * MARGIN, HEAD - GAP)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, self._session.loading)
        for box in self._boxes():
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.surface))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(box.x() + 14, box.y() + 14, box.width() * 0.4, 10), 4, 4)
            if box.height() > CARD / 2:
                painter.drawRoundedRect(QRectF(box.x() + 14, box.y() + 38, box.width() * 0.25, 18), 4, 4)

    def _boxes(self) -> list[QRectF]:
        width, height = self.width() - 2 * MARGIN, self.height() - MARGIN
        side = width * SIDE_SHARE
        main = width - side - GAP
        each = (main - (CARDS - 1) * GAP) / CARDS
        top = MARGIN + HEAD
        boxes = [QRectF(MARGIN + i * (each + GAP), top, each, CARD) for i in range(CARDS)]
        y = top + CARD + GAP
        tall = max(CARD, (height - y - 2 * GAP) / 3)
        boxes += [QRectF(MARGIN, y + i * (tall + GAP), main, tall) for i in range(3)]
        boxes.append(QRectF(MARGIN + main + GAP, MARGIN, side, height - MARGIN))
        return boxes
