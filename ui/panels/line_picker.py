"""Choose one of a thousand lines: open the list, or type any part of its name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QListView, QWidget

from models.qt.lines import LinesModel

LIST_WIDTH = 300


class LinePicker(QComboBox):
    """A searchable list of lines; `chosen(id)` when a person picks another one.

    What is typed and fits no line is taken back when the field is left.
    """

    chosen = Signal(str)

    def __init__(self, lines: LinesModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._line = ""
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Type any part of a name to search"))
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # A thousand names would make the field as wide as the longest of them.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setMaxVisibleItems(16)
        view = QListView()
        view.setUniformItemSizes(True)
        view.setMinimumWidth(LIST_WIDTH)
        self.setView(view)
        self.setModel(lines)
        completer = QCompleter(lines, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(16)
        completer.popup().setMinimumWidth(LIST_WIDTH)
        self.setCompleter(completer)
        self.activated.connect(self._pick)
        self.lineEdit().editingFinished.connect(self._settle)

    def line(self) -> str:
        """The id of the chosen line."""
        return self._line

    def set_line(self, line: str) -> None:
        """Show a line without telling anybody."""
        self._line = line
        self.setCurrentIndex(self._lines.place(line))
        self.lineEdit().setCursorPosition(0)

    def _pick(self, place: int) -> None:
        if place < 0 or self._lines.line(place) == self._line:
            return
        self.set_line(self._lines.line(place))
        self.chosen.emit(self._line)

    def _settle(self) -> None:
        """Take back a text that is no line; one that is a line's whole name or id chooses it."""
        text = self.lineEdit().text().strip()
        place = self.findText(text, Qt.MatchFlag.MatchFixedString)
        place = place if place >= 0 else max(self._lines.place(text), self._lines.place(text.upper()))
        if place >= 0 and self._lines.line(place) != self._line:
            self._pick(place)
        else:
            self.setEditText(self.itemText(self._lines.place(self._line)))
            self.lineEdit().setCursorPosition(0)
