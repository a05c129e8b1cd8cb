"""A chart as a table, for those who cannot or would rather not read it as a picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialogButtonBox, QTableView, QVBoxLayout, QWidget

from ui.dialogs.dialog import Dialog
from ui.widgets import numbers
from ui.widgets.dates import day_text
from ui.widgets.tables import Cell, Table

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class TableModel(QAbstractTableModel):
    """Rows of a `Table`, numbers formatted for people."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.header)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._table.rows[index.row()][index.column()]
        if role == _Role.DisplayRole:
            return shown(cell)
        if role == _Role.TextAlignmentRole and not isinstance(cell, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._table.header[section]


def shown(cell: Cell) -> str:
    """A cell for people: days with their weekday, a dash for unknown."""
    if cell is None:
        return numbers.UNKNOWN
    if isinstance(cell, np.datetime64):
        return day_text(cell)
    if isinstance(cell, str):
        return cell
    return numbers.figure(float(cell))


class TableDialog(Dialog):
    """The table of a chart; Ctrl+C copies the chosen cells, or everything when none is chosen."""

    def __init__(self, title: str, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(560, 480)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._table = table
        self.view = QTableView(self)
        self.view.setModel(TableModel(table, self))
        self.view.setAccessibleName(self.tr("Figures of {title}").format(title=title))
        self.view.setAlternatingRowColors(True)
        self.view.setShowGrid(False)
        self.view.verticalHeader().hide()
        # Measuring thousands of rows would hold the window up: the newest rows tell the widths.
        self.view.horizontalHeader().setResizeContentsPrecision(40)
        self.view.resizeColumnsToContents()
        self.view.scrollToBottom()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view, self.copy)
        column = QVBoxLayout(self)
        column.addWidget(self.view)
        column.addWidget(buttons)
        self.view.setFocus()

    def copy(self) -> None:
        """Put the chosen cells, or all, on the clipboard: columns apart by tabs."""
        chosen = self.view.selectionModel().selectedIndexes()
        if len(chosen) > 1 or (chosen and len(self._table.rows) == 1):
            rows = sorted({index.row() for index in chosen})
            columns = sorted({index.column() for index in chosen})
            lines = [[shown(self._table.rows[r][c]) for c in columns] for r in rows]
        else:
            lines = [list(self._table.header), *([shown(cell) for cell in row] for row in self._table.rows)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
