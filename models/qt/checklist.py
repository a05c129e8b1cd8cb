"""The confirmation signals of one day as rows of an item model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from models.qt.reader import readable

if TYPE_CHECKING:
    from models.market.signals import Signal

Role = Qt.ItemDataRole
SIGNAL_ROLE = Role.UserRole
Index = QModelIndex | QPersistentModelIndex


class ChecklistModel(QAbstractListModel):
    """One row a signal; `SIGNAL_ROLE` gives the signal itself, the accessible text says it whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._signals: tuple[Signal, ...] = ()

    def show(self, signals: Sequence[Signal]) -> None:
        """Show the signals of another day; rows are changed in place while their number stays."""
        shown = tuple(_readable(one) for one in signals)
        if len(shown) != len(self._signals):
            self.beginResetModel()
            self._signals = shown
            self.endResetModel()
            return
        before, self._signals = self._signals, shown
        for row, (old, new) in enumerate(zip(before, self._signals, strict=True)):
            if old != new:  # painting is what costs: rows that say the same are left alone
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._signals)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._signals):
            return None
        signal = self._signals[index.row()]
        match role:
            case Role.DisplayRole:
                return signal.title
            case Role.UserRole:
                return signal
            case Role.ToolTipRole:
                return f"{signal.title}: {signal.state}\n{signal.why}"
            case Role.AccessibleTextRole:
                age = "" if signal.age_days is None else f", {signal.age_days} days old"
                return f"{signal.title}: {signal.state}, {signal.value_text}, {signal.why}{age}"
        return None


def _readable(signal: Signal) -> Signal:
    """Return the signal with its figures in the reader's form."""
    return replace(
        signal,
        value_text=readable(signal.value_text),
        threshold=readable(signal.threshold),
        why=readable(signal.why),
    )
