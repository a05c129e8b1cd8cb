"""The notes of a journal as rows of an item model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import attrgetter, is_not
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from models.journal.notes import KINDS, Note

Role = Qt.ItemDataRole
NOTE_ROLE = Role.UserRole
Index = QModelIndex | QPersistentModelIndex
DAY, KIND, TITLE, TAGS = range(4)


def _tr(text: str) -> str:
    return QCoreApplication.translate("notes", text)


def kind_title(kind: str) -> str:
    """Return the title of a kind of note in the reader's language."""
    return _tr(KINDS[kind])


class NotesModel(QAbstractTableModel):
    """One row a note: day, kind, title, tags. `NOTE_ROLE` gives the note.

    It sorts nothing itself, since 20,000 notes would take the window's time: asked to sort it keeps what is
    asked for as `column` and `is_descending` and says `sort_asked`; :meth:`show` brings notes in that order.
    """

    sort_asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[Note, ...] = ()
        self.column, self.is_descending = DAY, True

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes that are shown, in the order of their rows."""
        return self._notes

    def show(self, notes: Sequence[Note]) -> None:
        """Show other notes; rows that stay, or only move, keep their selection.

        One edit is told as one change, one insertion or one removal: only what has little in common with
        the rows before is a new list.
        """
        old, new = self._notes, tuple(notes)
        before, after = list(map(attrgetter("id"), old)), list(map(attrgetter("id"), new))
        if before == after:
            self._change(old, new)
        elif len(before) == len(after) and set(before) == set(after):
            self._move(before, new, after)
        else:
            self._exchange(before, new, after)

    def _change(self, old: tuple[Note, ...], new: tuple[Note, ...]) -> None:
        self._notes = new
        rows = list(compress(range(len(new)), map(is_not, old, new)))
        if rows:
            self.dataChanged.emit(self.index(rows[0], 0), self.index(rows[-1], TAGS))

    def _move(self, before: list[str], new: tuple[Note, ...], after: list[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        rows = {note_id: row for row, note_id in enumerate(after)}
        kept = self.persistentIndexList()
        self._notes = new
        self.changePersistentIndexList(
            kept, [self.index(rows[before[one.row()]], one.column()) for one in kept]
        )
        self.layoutChanged.emit()

    def _exchange(self, before: list[str], new: tuple[Note, ...], after: list[str]) -> None:
        """Take rows out or put rows in, all in one place; else begin anew."""
        same = next(
            (row for row, (was, now) in enumerate(zip(before, after, strict=False)) if was != now),
            min(len(before), len(after)),
        )
        gone, come = len(before) - same, len(after) - same
        tail = min(gone, come)
        if not before or before[len(before) - tail :] != after[len(after) - tail :]:
            self.beginResetModel()
            self._notes = new
            self.endResetModel()
            return
        old = self._notes
        if gone > come:
            self.beginRemoveRows(QModelIndex(), same, same + gone - come - 1)
            self._notes = (*old[:same], *old[same + gone - come :])
            self.endRemoveRows()
        else:
            self.beginInsertRows(QModelIndex(), same, same + come - gone - 1)
            self._notes = (*old[:same], *new[same : same + come - gone], *old[same:])
            self.endInsertRows()
        self._change(self._notes, new)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for the notes in another order."""
        asked = column, order == Qt.SortOrder.DescendingOrder
        if DAY <= column <= TAGS and asked != (self.column, self.is_descending):
            self.column, self.is_descending = asked
            self.sort_asked.emit()

    def row_of(self, note_id: str) -> int:
        """Return the row of a note; -1 when it is not shown."""
        return next((row for row, one in enumerate(self._notes) if one.id == note_id), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._notes)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else TAGS + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (_tr("Day"), _tr("Kind"), _tr("Title"), _tr("Tags"))[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._notes):
            return None
        note = self._notes[index.row()]
        if role == NOTE_ROLE:
            return note
        if role == Role.DisplayRole:
            day = QDate(note.day.year, note.day.month, note.day.day)
            shown = QLocale().toString(day, "d MMM yyyy")
            return (shown, kind_title(note.kind), note.title, ", ".join(note.tags))[index.column()]
        if role == Role.ToolTipRole:
            return note.title if not note.text else f"{note.title}\n\n{note.text[:600]}"
        return None
