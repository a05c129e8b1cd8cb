"""The frame of the window: on the screen at once, as the outline of what is being made.

It imports next to nothing, so that the first thing a person sees does not wait for the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QWidget

from models.version import NAME
from ui.theme.tokens import Theme

RAIL, TOP, STATUS = 76, 48, 26
"""Width of the rail, heights of the top bar and of the status bar."""
SMALLEST = (640, 360)
USUAL = (1366, 768)
MARGIN, GAP = 16, 12
HEAD, CARD = 54, 90
SIDE_SHARE = 0.37
CARDS, ROWS = 4, 3
WORDS = (14, 14, 0.4, 10), (14, 38, 0.25, 18)
"""Left, top, share of the width and height of the two bars that stand for the words of a card."""
PATIENCE_MS = 1_000
WATCH_MS = 2_000
"""How often a hidden window looks whether the icon beside the clock still stands for it."""


class Frame(QMainWindow):
    """The top-level window; `painted` once, after its first paint, `closing` when it is being closed."""

    painted = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, geometry: QByteArray | None = None) -> None:
        super().__init__()
        self._was_painted = False
        self.stays: Callable[[], bool] = lambda: False
        """Whether closing only hides the window, as it does while an icon beside the clock stands for it."""
        self.may_close: Callable[[], bool] = lambda: True
        """Whether it may be closed now: what cannot be saved has first to be told to whoever closes it."""
        self.setWindowTitle(NAME)
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._come_back)
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

    @Slot()
    def _come_back(self) -> None:
        """Show the window again once nothing stands for it any more: nobody could reach it otherwise."""
        if self.isVisible() or not self.stays():
            self._watch.stop()
            self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.stays():
            event.ignore()
            self.hide()
            self._watch.start()
            return
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()


class Blocks(QWidget):
    """Still blocks where cards, charts and a list will be, below room for a headline.

    They are frames with a style sheet: the first use of a painter makes Python wait for the whole namespace
    `Qt`, a quarter of the time that an empty window needs.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = [_named(QFrame(self), "block") for _ in range(CARDS + ROWS + 1)]
        self._words = [[_named(QFrame(card), "word") for _ in WORDS] for card in self._cards]
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"#block {{ background: {theme.surface}; border: 1px solid {theme.line}; border-radius: 8px; }}"
            f"#word {{ background: {theme.hover}; border-radius: 4px; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        boxes = _boxes(self.rect())
        for place, (card, words) in enumerate(zip(self._cards, self._words, strict=True)):
            card.setVisible(place < len(boxes))
            if place < len(boxes):
                card.setGeometry(boxes[place])
                for word, (left, top, share, height) in zip(words, WORDS, strict=True):
                    word.setGeometry(left, top, round(share * card.width()), height)


class Outline(QFrame):
    """Rail, top bar, status bar and blocks where the panel will be."""

    was_painted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        _named(self, "outline")
        self._rail = _named(QFrame(self), "rail")
        self._top = _named(QFrame(self), "top")
        self._status = _named(QFrame(self), "status")
        self._blocks = Blocks(theme, self)
        self.setStyleSheet(
            f"#outline {{ background: {theme.raised}; }}"
            f"#rail {{ background: {theme.ground}; border-right: 1px solid {theme.line}; }}"
            f"#top {{ border-bottom: 1px solid {theme.line}; }}"
            f"#status {{ background: {theme.ground}; border-top: 1px solid {theme.line}; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self.width(), self.height()
        self._rail.setGeometry(0, 0, RAIL, height - STATUS)
        self._top.setGeometry(RAIL, 0, width - RAIL, TOP)
        self._status.setGeometry(0, height - STATUS, width, STATUS)
        self._blocks.setGeometry(RAIL, TOP, width - RAIL, height - TOP - STATUS)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        # A turn of the event loop later: then it stands on the screen, what lies upon it too.
        QTimer.singleShot(0, self, self.was_painted.emit)


def _named(widget: QFrame, name: str) -> QFrame:
    widget.setObjectName(name)
    return widget


def _boxes(area: QRect) -> list[QRect]:
    """Return the places of the cards, of as many rows as there is room for, and of the list."""
    left, top = area.x() + MARGIN, area.y() + MARGIN
    width, bottom = area.width() - 2 * MARGIN, area.bottom() - MARGIN
    side = round(width * SIDE_SHARE)
    main = width - side - GAP
    each = (main - (CARDS - 1) * GAP) // CARDS
    boxes = [QRect(left + i * (each + GAP), top + HEAD, each, CARD) for i in range(CARDS)]
    y = top + HEAD + CARD + GAP
    tall = max(CARD, (bottom - y - (ROWS - 1) * GAP) // ROWS)
    boxes += [
        QRect(left, y + i * (tall + GAP), main, tall) for i in range(ROWS) if y + i * (tall + GAP) < bottom
    ]
    return [*boxes, QRect(left + main + GAP, top, side, bottom - top)]
