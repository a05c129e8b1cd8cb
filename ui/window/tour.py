"""The tour: a few cards, each beside the part of the window that it explains. Escape ends it at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.session import Session
from ui.theme.fonts import font

CARD_WIDTH = 320
GAP = 12
DIM = 110


@dataclass(frozen=True, slots=True)
class Stop:
    """One card: what it says, and the widget beside which it stands (None: the middle of the window)."""

    title: str
    text: str
    target: Callable[[], QWidget | None] = lambda: None


class Tour(QWidget):
    """Lies over the window, leaves the explained part bright; `finished` when it is over or skipped."""

    finished = Signal()

    def __init__(self, stops: Sequence[Stop], session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._stops, self._session = tuple(stops), session
        self._at = 0
        self._is_over = False
        self._bright = QRect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Tour"))
        self._card = QWidget(self)
        self._card.setObjectName("popup")
        self._card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card.setFixedWidth(CARD_WIDTH)
        self.title = QLabel()
        self.title.setFont(font("heading"))
        self.title.setWordWrap(True)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self._count = QLabel()
        self._count.setProperty("tone", "third")
        self.skip = QPushButton(self.tr("Skip"))
        self.back = QPushButton(self.tr("Back"))
        self.next = QPushButton()
        self.next.setProperty("kind", "primary")
        self.skip.setToolTip(self.tr("The tour is always there again: menu, or the help."))
        self.skip.clicked.connect(self.end)
        self.back.clicked.connect(lambda: self.go(self._at - 1))
        self.next.clicked.connect(lambda: self.go(self._at + 1))
        row = QHBoxLayout()
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self.skip, self.back, self.next):
            button.setAutoDefault(True)  # Enter presses it, as in a dialog
            button.installEventFilter(self)
            row.addWidget(button)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)
        parent.installEventFilter(self)

    @property
    def at(self) -> int:
        return self._at

    def start(self) -> None:
        """Show the first card."""
        self.setGeometry(self._window().rect())
        self.show()
        self.raise_()
        self.go(0)

    @Slot(int)
    def go(self, at: int) -> None:
        """Show a card; past the last one the tour is over."""
        if at >= len(self._stops):
            self.end()
            return
        self._at = max(at, 0)
        stop = self._stops[self._at]
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self._count.setText(self.tr("{0} of {1}").format(self._at + 1, len(self._stops)))
        self.back.setEnabled(self._at > 0)
        is_last = self._at == len(self._stops) - 1
        self.skip.setVisible(not is_last)
        self.next.setText(self.tr("Done") if is_last else self.tr("Next"))
        self._place()
        self.next.setFocus()

    @Slot()
    def end(self) -> None:
        """Take the tour off the window."""
        if self._is_over:
            return
        self._is_over = True
        self._window().setFocus()
        self._window().removeEventFilter(self)
        self.hide()
        self.finished.emit()

    def _window(self) -> QWidget:
        found = self.parentWidget()
        assert found is not None
        return found

    def _place(self) -> None:
        """Stand beside the target: to its right, else below, above or left of it, inside the window."""
        target = self._stops[self._at].target()
        self._card.adjustSize()
        size, area = self._card.sizeHint(), self.rect()
        size.setWidth(CARD_WIDTH)
        if self._card.hasHeightForWidth():
            size.setHeight(self._card.heightForWidth(CARD_WIDTH))
        self._card.resize(size)
        if target is None or not target.isVisible():
            self._bright = QRect()
            self._card.move(area.center() - QPoint(size.width() // 2, size.height() // 2))
        else:
            corner = target.mapTo(self._window(), QPoint(0, 0))
            self._bright = QRect(corner, target.size()).intersected(area)
            self._card.move(_beside(self._bright, QRect(QPoint(0, 0), size), area))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and watched is not self.parentWidget():
            # A button would take the arrows for itself and go to the next button, which is "Skip".
            return event.type() == QEvent.Type.KeyPress and self._turned(event.key())
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.setGeometry(self._window().rect())
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif not self._turned(event.key()):
            super().keyPressEvent(event)

    def _turned(self, key: int) -> bool:
        """Go to the next card or the one before, when the key says so."""
        if key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
            self.go(self._at + 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            self.go(self._at - 1)
        else:
            return False
        return True

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab among the buttons of the card: what lies under the tour cannot be used now."""
        buttons = [one for one in (self.skip, self.back, self.next) if one.isVisible() and one.isEnabled()]
        if not buttons or self._is_over:  # Qt asks when a widget with the focus is hidden
            return False
        focused = self.focusWidget()
        at = next((i for i, one in enumerate(buttons) if one is focused), 0)
        buttons[(at + (1 if forward else -1)) % len(buttons)].setFocus()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        if not self._bright.isNull():
            hole = QPainterPath()
            hole.addRoundedRect(QRectF(self._bright), 8, 8)
            shade -= hole
        painter.fillPath(shade, QColor(0, 0, 0, DIM))
        if not self._bright.isNull():
            painter.setPen(QPen(QColor(self._session.theme.accent), 2))
            painter.drawRoundedRect(QRectF(self._bright).adjusted(1, 1, -1, -1), 8, 8)


def _beside(bright: QRect, card: QRect, area: QRect) -> QPoint:
    """Return where the card fits best; over a target that fills the window it lies in its middle."""
    width, height = card.width(), card.height()
    top = min(max(bright.top(), GAP), area.height() - height - GAP)
    left = min(max(bright.left(), GAP), area.width() - width - GAP)
    places = (
        (bright.right() + GAP, top),
        (left, bright.bottom() + GAP),
        (left, bright.top() - GAP - height),
        (bright.left() - GAP - width, top),
    )
    for x, y in places:
        if area.contains(QRect(x, y, width, height)):
            return QPoint(x, y)
    middle = bright.center()
    return QPoint(
        min(max(middle.x() - width // 2, GAP), area.width() - width - GAP),
        min(max(middle.y() - height // 2, GAP), area.height() - height - GAP),
    )
