"""What a person arranged in a panel is there again at the next start: columns, splitters, ranges, pages.

One mechanism for all panels: it finds the widgets that can be arranged, and knows each by its place. A choice
among a few words is remembered where it is a range of charts, or carries the property `remembered`.
"""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QByteArray, QObject, QTimer, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSplitter, QTabBar, QWidget
from shiboken6 import isValid

from ui.settings import LAYOUT, Setting, Settings
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.segmented import Segmented

Arranged = QHeaderView | QSplitter | QTabBar | Segmented


class Remembered(QObject):
    """Brings each panel that it follows back into the order it was left in, and keeps it at the end."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._panels: list[QWidget] = []
        self._found: dict[str, Arranged] = {}

    @Slot(object)
    def follow(self, panel: QWidget) -> None:
        """Arrange a panel that was just made, and each page of it that is made later."""
        self._panels.append(panel)
        self._arrange(panel)
        for tabs in panel.findChildren(QTabBar):
            tabs.currentChanged.connect(lambda _at: QTimer.singleShot(0, self, self._look_again))

    @Slot()
    def keep(self) -> None:
        """Write down how everything stands now."""
        self._look_again()
        for key, widget in self._found.items():
            state = _state(widget) if isValid(widget) else None
            if state is not None:
                self._settings.set(Setting(_versioned(key, widget), None, "Layout of a panel"), state)

    def _look_again(self) -> None:
        for panel in filter(isValid, self._panels):
            self._arrange(panel)

    def _arrange(self, panel: QWidget) -> None:
        """Restore what is seen for the first time; a table without columns waits until it has some."""
        seen: Counter[str] = Counter()
        for widget in panel.findChildren(QWidget):
            if not _is_arranged(widget):
                continue
            owner = widget.parentWidget()
            name = f"{type(panel).__name__}/{type(owner).__name__}-{type(widget).__name__}"
            seen[name] += 1
            key = f"{name}-{seen[name]}"
            if (key in self._found and isValid(self._found[key])) or (
                isinstance(widget, QHeaderView) and not widget.count()
            ):
                continue
            self._found[key] = widget  # type: ignore[assignment]
            stored = self._settings.get(Setting(_versioned(key, widget), None, "Layout of a panel"))
            if stored is not None:
                _restore(widget, stored)


def _is_arranged(widget: QWidget) -> bool:
    if isinstance(widget, QHeaderView):
        table = widget.parentWidget()
        return (
            isinstance(table, QAbstractItemView)
            and getattr(table, "horizontalHeader", lambda: None)() is widget
        )
    if isinstance(widget, Segmented):
        return isinstance(widget, RangeButtons) or bool(widget.property("remembered"))
    return isinstance(widget, QSplitter | QTabBar)


def _versioned(key: str, widget: QWidget) -> str:
    """Return the key in the settings: widths of other columns than there are would be nonsense."""
    return f"{LAYOUT}{key}-{widget.count()}" if isinstance(widget, QHeaderView) else f"{LAYOUT}{key}"


def _state(widget: Arranged) -> object:
    if isinstance(widget, Segmented):
        return widget.value()
    if isinstance(widget, QTabBar):
        return widget.tabText(widget.currentIndex())
    return widget.saveState() if widget.count() else None


def _restore(widget: QWidget, stored: object) -> None:
    """Bring a widget back; what does not fit any more is left as it is drawn."""
    if isinstance(widget, Segmented):
        widget.choose(str(stored))
    elif isinstance(widget, QTabBar):
        titles = [widget.tabText(at) for at in range(widget.count())]
        if stored in titles:
            widget.setCurrentIndex(titles.index(str(stored)))
    elif isinstance(widget, QHeaderView | QSplitter) and isinstance(stored, QByteArray):
        widget.restoreState(stored)
