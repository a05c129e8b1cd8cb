"""The navigation rail: one entry a panel, an icon over a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QToolButton, QVBoxLayout, QWidget

from ui.theme.fonts import font
from ui.theme.icons import LOGO, logo, pixmap
from ui.theme.tokens import Theme
from ui.window.frame import RAIL as WIDTH

TALL, SMALL = 54, 30
"""Heights of an entry: as drawn, and the least that a finger still hits."""
WITH_WORD = 42
ICON = 18
EDGE = 3
SPACING = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One panel in the rail."""

    id: str
    title: str
    icon: str


class _Button(QAbstractButton):
    """Icon over word; chosen: filled, with a 3 px edge in accent."""

    def __init__(self, entry: Entry, shortcut: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.theme = theme
        self.setText(entry.title)
        self.setCheckable(True)
        self.setFixedSize(WIDTH, TALL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(entry.title)
        self.setToolTip(f"{entry.title} ({shortcut})")

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(6, 1, -6, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            fill = theme.hover if theme.is_dark else theme.surface
            painter.setBrush(_colour(fill, 1.0 if chosen else 0.6))
            painter.drawRoundedRect(box, 8, 8)
        if chosen:
            painter.setBrush(_colour(theme.accent))
            inset = self.height() * 0.18
            painter.drawRoundedRect(QRectF(-EDGE, inset, 2 * EDGE, self.height() - 2 * inset), 2, 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(_colour(theme.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)
        text = theme.text if chosen else theme.text2
        mark = theme.accent if chosen else text
        drawn = pixmap(self.entry.icon, mark, ICON, self.devicePixelRatioF())
        with_word = self.height() >= WITH_WORD
        top = round((self.height() - (ICON + 20 if with_word else ICON)) / 2)
        painter.drawPixmap(round((self.width() - ICON) / 2), top, drawn)
        if not with_word:
            return
        face = font("caption")
        face.setWeight(face.Weight.DemiBold if chosen else face.Weight.Normal)
        painter.setFont(face)
        painter.setPen(_colour(text))
        painter.drawText(
            QRectF(0, top + ICON + 4, self.width(), 16), Qt.AlignmentFlag.AlignCenter, self.text()
        )


class Rail(QWidget):
    """The column of panels; `chosen(id)` when a person picks one. Arrow keys move inside it.

    The context menu of an entry offers to show it beside the open one: `beside_requested(id)`.
    """

    chosen = Signal(str)
    beside_requested = Signal(str)

    def __init__(self, entries: Sequence[Entry], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Panels"))
        self.menu_button = QToolButton(self)
        self.menu_button.setProperty("kind", "bare")
        self.menu_button.setIconSize(QSize(LOGO, LOGO))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setAccessibleName(self.tr("Menu"))
        self.menu_button.setToolTip(self.tr("Menu (Alt+M): import, export, theme, help"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(SPACING)
        column.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Button] = {}
        for at, entry in enumerate(entries, start=1):
            button = _Button(entry, f"Ctrl+{at}", theme, self)
            button.clicked.connect(lambda _checked=False, chosen=entry.id: self.chosen.emit(chosen))
            self._group.addButton(button)
            self._buttons[entry.id] = button
            column.addWidget(button)
        column.addStretch(1)
        self.apply_theme(theme)

    def set_current(self, panel: str) -> None:
        self._buttons[panel].setChecked(True)

    def apply_theme(self, theme: Theme) -> None:
        self.menu_button.setIcon(logo(theme))
        for button in self._buttons.values():
            button.theme = theme
            button.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lower the entries until all fit; the lowest have no room for the word, which is in the tooltip."""
        super().resizeEvent(event)
        room = event.size().height() - self.menu_button.sizeHint().height() - 18
        each = room // len(self._buttons) - SPACING
        for button in self._buttons.values():
            button.setFixedHeight(max(SMALL, min(TALL, each)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the entry under the mouse, or of the one that has the focus."""
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        button = self.childAt(event.pos()) if mouse else self.focusWidget()
        if isinstance(button, _Button):
            self.entry_menu(button.entry.id).popup(event.globalPos())

    def entry_menu(self, panel: str) -> QMenu:
        """Return the menu of one entry; it goes once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = self._buttons[panel].text()
        menu.addAction(self.tr("Open {0}").format(title), lambda: self.chosen.emit(panel))
        menu.addAction(self.tr("Show {0} beside").format(title), lambda: self.beside_requested.emit(panel))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        buttons = list(self._buttons.values())
        focused = self.focusWidget()
        if step is None or focused not in buttons:
            super().keyPressEvent(event)
            return
        buttons[(buttons.index(focused) + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)


def _colour(name: str, alpha: float = 1.0) -> QColor:
    made = QColor(name)
    made.setAlphaF(alpha)
    return made
