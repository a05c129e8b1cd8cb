"""The bell: what was said in passing since the window opened, to be read again."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from ui.theme.fonts import font
from ui.theme.icons import icon
from ui.theme.tokens import Theme

KEPT = 50
SHOWN = 12
WIDTH = 380
MARK = 14


class Alerts(QToolButton):
    """A bell with the number of unread messages; opening the list counts as reading."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._kept: list[tuple[str, str]] = []
        self._unread = 0
        self.setProperty("kind", "bare")
        self.setIconSize(QSize(20, 20))
        self.setFixedSize(30, 30)
        self.clicked.connect(self.open)
        self.apply_theme(theme)
        self._name()

    @property
    def unread(self) -> int:
        return self._unread

    def messages(self) -> list[str]:
        """Return what was said, the newest first."""
        return [text for _, text in self._kept]

    @Slot(str)
    def add(self, text: str) -> None:
        """Keep a message."""
        self._kept.insert(0, (f"{datetime.now():%H:%M}", text))
        del self._kept[KEPT:]
        self._unread += 1
        self._name()

    @Slot()
    def open(self) -> None:
        """Show the newest messages."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self._list())
        menu.addAction(holder)
        corner = self.mapToGlobal(self.rect().bottomRight())
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y() + 4))
        self._unread = 0
        self._name()

    def _list(self) -> QWidget:
        page = QWidget()
        page.setFixedWidth(WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        title = QLabel(self.tr("Messages"))
        title.setFont(font("heading"))
        column.addWidget(title)
        if not self._kept:
            nothing = QLabel(self.tr("Nothing so far."))
            nothing.setProperty("tone", "second")
            column.addWidget(nothing)
        for time, text in self._kept[:SHOWN]:
            entry = QLabel(f"{time}  {text}")
            entry.setWordWrap(True)
            entry.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(entry)
        return page

    def _name(self) -> None:
        said = self.tr("Messages: {0} unread").format(self._unread)
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setIcon(icon("bell", theme.text2, 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._unread:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent))
        disc = QRectF(self.width() - MARK, 0, MARK, MARK)
        painter.drawEllipse(disc)
        face = font("caption")
        face.setWeight(face.Weight.DemiBold)
        painter.setFont(face)
        painter.setPen(QColor(self._theme.ground if self._theme.is_dark else self._theme.surface))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(min(self._unread, 9)))
