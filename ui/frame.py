"""The frame of the window: on the screen at once, as the outline of what is being made.

It imports next to nothing, so that the first thing a person sees does not wait for the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from models.version import NAME
from ui.theme.tokens import Theme

RAIL, TOP, STATUS = 76, 48, 26
"""Width of the rail, heights of the top bar and of the status bar."""
SMALLEST = (640, 360)
USUAL = (1366, 768)
MARGIN, GAP, RADIUS = 16, 12, 8
HEAD, CARD = 54, 90
SIDE_SHARE = 0.37
CARDS = 4
PATIENCE_MS = 1_000


class Frame(QMainWindow):
    """The top-level window; `painted` once, after its first paint, `closing` when it is being closed."""

    painted = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, geometry: QByteArray | None = None) -> None:
        super().__init__()
        self._was_painted = False
        self.stays: Callable[[], bool] = lambda: False
        """Whether closing only hides the window, as it does while an icon beside the clock stands for it."""
        self.setWindowTitle(NAME)
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        if geometry is not None:
            self.restoreGeometry(geometry)
        outline = Outline(theme)
        outline.was_painted.connect(self._go_on)
        self.setCentralWidget(outline)
        # A window that starts minimised is not painted, and still has to be made.
        QTimer.singleShot(PATIENCE_MS, self, self._go_on)

    @Slot()
    def _go_on(self) -> None:
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.stays():
            event.ignore()
            self.hide()
            return
        self.closing.emit()
        event.accept()


class Outline(QWidget):
    """Rail, top bar, status bar and blocks where the panel will be."""

    was_painted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        width, height = self.width(), self.height()
        painter.fillRect(0, 0, width, height, QColor(theme.raised))
        painter.fillRect(0, 0, RAIL, height, QColor(theme.ground))
        painter.fillRect(0, height - STATUS, width, STATUS, QColor(theme.ground))
        line = QColor(theme.line)
        painter.fillRect(RAIL - 1, 0, 1, height - STATUS, line)
        painter.fillRect(RAIL, TOP - 1, width - RAIL, 1, line)
        painter.fillRect(0, height - STATUS, width, 1, line)
        paint_blocks(painter, QRectF(RAIL, TOP, width - RAIL, height - TOP - STATUS), theme)
        painter.end()
        # A turn of the event loop later: then it stands on the screen.
        QTimer.singleShot(0, self, self.was_painted.emit)


def paint_blocks(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Draw the still blocks of a panel under way: cards, charts and a list, below room for a headline."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for box in _boxes(area):
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(QColor(theme.hover))
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(QRectF(box.x() + 14, box.y() + 14, box.width() * 0.4, 10), 4, 4)
        painter.drawRoundedRect(QRectF(box.x() + 14, box.y() + 38, box.width() * 0.25, 18), 4, 4)


def _boxes(area: QRectF) -> list[QRectF]:
    left, top = area.x() + MARGIN, area.y() + MARGIN
    width, bottom = area.width() - 2 * MARGIN, area.bottom() - MARGIN
    side = width * SIDE_SHARE
    main = width - side - GAP
    each = (main - (CARDS - 1) * GAP) / CARDS
    boxes = [QRectF(left + i * (each + GAP), top + HEAD, each, CARD) for i in range(CARDS)]
    y = top + HEAD + CARD + GAP
    tall = max(CARD, (bottom - y - 2 * GAP) / 3)
    boxes += [
        QRectF(left, y + i * (tall + GAP), main, tall) for i in range(3) if y + i * (tall + GAP) < bottom
    ]
    return [*boxes, QRectF(left + main + GAP, top, side, bottom - top)]
