"""The notes of a journal as rows of an item model."""

from __future__ import annotations

from collections.abc import Sequence
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
)

from models.journal.notes import KINDS, Note

Role = Qt.ItemDataRole
NOTE_ROLE = Role.UserRole
SORT_ROLE = Role.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
DAY, KIND, TITLE, TAGS = range(4)


def _tr(text: str) -> str:
    return QCoreApplication.translate("notes", text)


def kind_title(kind: str) -> str:
    """Return the title of a kind of note in the reader's language."""
    return _tr(KINDS[kind])


class NotesModel(QAbstractTableModel):
    """One row a note: day, kind, title, tags. `NOTE_ROLE` gives the note, `SORT_ROLE` what to sort by."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[Note, ...] = ()

    def show(self, notes: Sequence[Note]) -> None:
        """Show other notes; rows stay where their ids stay, so that a selection survives an edit."""
        ids = [one.id for one in self._notes]
        if ids == [one.id for one in notes]:
            before, self._notes = self._notes, tuple(notes)
            for row, (old, new) in enumerate(zip(before, self._notes, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(row, 0), self.index(row, TAGS))
            return
        self.beginResetModel()
        self._notes = tuple(notes)
        self.endResetModel()

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
        if role == SORT_ROLE:
            return (note.day.isoformat(), KINDS[note.kind], note.title.casefold(), " ".join(note.tags))[
                index.column()
            ]
        if role == Role.DisplayRole:
            day = QDate(note.day.year, note.day.month, note.day.day)
            shown = QLocale().toString(day, "d MMM yyyy")
            return (shown, kind_title(note.kind), note.title, ", ".join(note.tags))[index.column()]
        if role == Role.ToolTipRole:
            return note.title if not note.text else f"{note.title}\n\n{note.text[:600]}"
        return None
