"""Everything that can be paired, as rows of an item model that two pickers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex


class LinesModel(QAbstractListModel):
    """One row a line: its title, and its id as user data. Two lines of one title show their ids too."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str], ...] = ()
        self._places: dict[str, int] = {}

    def show(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show other lines, as (id, title), in this order."""
        often = Counter(title for _, title in lines)
        self.beginResetModel()
        self._rows = tuple(
            (line, title if often[title] == 1 else f"{title}, {line}") for line, title in lines
        )
        self._places = {line: place for place, (line, _) in enumerate(self._rows)}
        self.endResetModel()

    def place(self, line: str) -> int:
        """Return the row of a line, -1 when it is not among them."""
        return self._places.get(line, -1)

    def line(self, place: int) -> str:
        """Return the id of the line in a row."""
        return self._rows[place][0]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        line, title = self._rows[index.row()]
        match role:
            case Role.DisplayRole | Role.EditRole | Role.AccessibleTextRole:
                return title
            case Role.UserRole:
                return line
            case Role.ToolTipRole:
                return f"{title} ({line})"
        return None
