"""Combo boxes for panels: one that leaves the wheel to the page, one that finds a line as it is typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import Themed

LIST_WIDTH = 280


class Box(Themed, QComboBox):
    """A combo box of a fixed width that leaves the wheel to the panel."""

    def __init__(self, name: str, width: int, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setAccessibleName(name)
        self.setFixedWidth(width)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel, unless the box is in use."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Field(QLineEdit):
    """The text of a line box; entering it selects the whole name, so that typing replaces it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        QTimer.singleShot(0, self, self.selectAll)


class LineBox(Box):
    """Everything that can be paired; typing any part of a name finds it. `chosen(id)` by a person only."""

    chosen = Signal(str)

    def __init__(self, name: str, width: int, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(name, width, theme=theme, parent=parent)
        self.field = _Field()
        # The frame is that of the whole box; the style sheet would draw a second one inside it.
        self.field.setStyleSheet("border: none; padding: 0; min-height: 0; background: transparent;")
        self.setLineEdit(self.field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(18)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        finder = QCompleter(self.model(), self)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        for opened in (finder.popup(), self.view()):
            if opened is not None:
                opened.setMinimumWidth(LIST_WIDTH)
        self._value = ""
        self.activated.connect(self._take)
        self.field.editingFinished.connect(self._settle)

    def set_lines(self, lines: Sequence[tuple[str, str]], value: str) -> None:
        """Offer these (id, title); tells nobody."""
        self.blockSignals(True)
        self.clear()
        count = Counter(title or name for name, title in lines)
        for name, title in lines:
            shown = title or name
            # Two lines of one title are told apart by their ids: the field finds a line by what it shows.
            self.addItem(shown if count[shown] == 1 else f"{shown} · {name}", name)
        self.blockSignals(False)
        self.set_value(value)

    def value(self) -> str:
        """The id of the chosen line."""
        return self._value

    def set_value(self, name: str) -> None:
        """Choose a line without telling anybody."""
        self._value = name
        self.setCurrentIndex(self.findData(name))
        if self.currentIndex() < 0:
            self.setEditText(name)
        self._show()

    def _take(self, index: int) -> None:
        name = self.itemData(index)
        if name and name != self._value:
            self._value = name
            self.chosen.emit(name)
        self._show()

    def _settle(self) -> None:
        """Take a text that is a title; else go back to the line that is chosen."""
        index = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
        if index >= 0:
            self._take(index)
        else:
            self.set_value(self._value)

    def _show(self) -> None:
        self.setToolTip(self.currentText())
        self.field.setCursorPosition(0)  # of a long name, its beginning
