"""A chart as a table, for those who cannot or would rather not read it as a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
MEASURED, SHOWN = 200, 40
"""Rows throughout that tell a column's width, and the last ones, which are seen first."""
PADDING = 22


class TableModel(QAbstractTableModel):
    """Rows of a `Table`, numbers formatted for people."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._counts = [_is_count([row[at] for row in table.rows]) for at in range(len(table.header))]

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.header)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._table.rows[index.row()][index.column()]
        if role == _Role.DisplayRole:
            return self.words(index.row(), index.column())
        if role == _Role.TextAlignmentRole and not isinstance(cell, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def words(self, row: int, column: int) -> str:
        """The cell for people: a column of whole numbers has no decimals."""
        cell = self._table.rows[row][column]
        if self._counts[column] and cell is not None and not isinstance(cell, str | np.datetime64):
            return numbers.whole(float(cell))
        return shown(cell)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._table.header[section]


def _is_count(cells: Sequence[Cell]) -> bool:
    known = [float(cell) for cell in cells if isinstance(cell, float | int | np.number)]
    return all(not math.isfinite(one) or one == int(one) for one in known)


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
        self.model = TableModel(table, self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Figures of {title}").format(title=title))
        self.view.setAlternatingRowColors(True)
        self.view.setShowGrid(False)
        self.view.verticalHeader().hide()
        self._fit_columns()
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

    def _fit_columns(self) -> None:
        """Give each column the room of its words: of some rows throughout, since thousands take too long."""
        self.view.resizeColumnsToContents()
        letters, rows = self.view.fontMetrics(), len(self._table.rows)
        measured = range(0, rows, max(1, rows // MEASURED))
        for at in range(len(self._table.header)):
            words = (self.model.words(row, at) for row in (*measured, *range(max(0, rows - SHOWN), rows)))
            widest = max(map(letters.horizontalAdvance, words), default=0)
            self.view.setColumnWidth(at, max(self.view.columnWidth(at), widest + PADDING))

    def copy(self) -> None:
        """Put the chosen cells, or all, on the clipboard: columns apart by tabs."""
        chosen = self.view.selectionModel().selectedIndexes()
        if len(chosen) > 1 or (chosen and len(self._table.rows) == 1):
            rows = sorted({index.row() for index in chosen})
            columns = sorted({index.column() for index in chosen})
            lines = [[self.model.words(r, c) for c in columns] for r in rows]
        else:
            lines = [
                list(self._table.header),
                *(
                    [self.model.words(row, at) for at in range(len(self._table.header))]
                    for row in range(len(self._table.rows))
                ),
            ]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
