"""Rows of figures as an item model that can be sorted, with the unknown last in either order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

Role = Qt.ItemDataRole
ROW_ROLE = Role.UserRole + 1
"""The row's `FigureRow`; `UserRole` is the cell itself: a number, a text, or None for unknown."""
Index = QModelIndex | QPersistentModelIndex
Cell = float | int | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `shown` makes a text of a cell, `is_number` puts it at the right."""

    key: str
    title: str
    shown: Callable[[Any], str] = str
    is_number: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row; `key` names what it is about, `words` say why a figure is missing, `faint` dims it."""

    key: str
    cells: tuple[Cell, ...]
    words: str = ""
    tip: str = ""
    faint: bool = False


class FiguresModel(QAbstractTableModel):
    """Rows of figures; rows that say the same as before are left alone when others are shown."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[FigureRow, ...] = ()

    def show(self, rows: Sequence[FigureRow]) -> None:
        """Show other rows, in their order; as few rows as possible are told to be new."""
        before, now = self.rows, tuple(rows)
        common = min(len(before), len(now))
        if len(now) < len(before):
            self.beginRemoveRows(QModelIndex(), common, len(before) - 1)
            self.rows = before[:common]
            self.endRemoveRows()
        elif len(now) > len(before):
            self.beginInsertRows(QModelIndex(), common, len(now) - 1)
            self.rows = (*before, *now[common:])
            self.endInsertRows()
        self.rows = now
        changed = [row for row in range(common) if before[row] != now[row]]
        if changed:
            last = len(self.columns) - 1
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        cell = row.cells[index.column()]
        match role:
            case Role.DisplayRole:
                return column.shown(cell)
            case Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Role.ToolTipRole:
                return row.tip or None
            case Role.AccessibleTextRole:
                words = f", {row.words}" if row.words and cell is None else ""
                return f"{column.title}: {column.shown(cell)}{words}"
            case Role.UserRole:
                return cell
        return row if role == ROW_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return column.tip or None
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def row_of(self, key: str) -> int:
        """Return the row about something, -1 where there is none."""
        return next((at for at, row in enumerate(self.rows) if row.key == key), -1)


class SortedFigures(QSortFilterProxyModel):
    """Sorts by the cells themselves; the unknown is last, up or down. Filters by any text of a row."""

    def __init__(self, model: FiguresModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._sought = ""
        self.setSourceModel(model)
        self.setDynamicSortFilter(True)

    def seek(self, text: str) -> None:
        """Keep the rows of which some cell holds the text, whatever its case; all for an empty one."""
        self._sought = text.strip().casefold()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._sought:
            return True
        row = self._model.rows[source_row]
        texts = [column.shown(cell) for column, cell in zip(self._model.columns, row.cells, strict=True)]
        return any(self._sought in text.casefold() for text in (*texts, row.words, row.tip))

    def lessThan(self, left: Index, right: Index) -> bool:
        one = self._model.rows[left.row()].cells[left.column()]
        other = self._model.rows[right.row()].cells[right.column()]
        rising = self.sortOrder() == Qt.SortOrder.AscendingOrder
        if one is None or other is None:
            return (one is not None) == rising if one is not other else left.row() < right.row()
        if isinstance(one, str) or isinstance(other, str):
            return str(one).casefold() < str(other).casefold()
        return one < other
