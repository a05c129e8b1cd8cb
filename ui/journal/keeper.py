"""Keeps the journal of the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from data.journal import journal_document
from data.paths import Paths
from models.journal.notes import Journal, Note
from ui.documents.keeper import DocumentKeeper
from ui.session import Session
from ui.tasks import Tasks


class JournalKeeper(DocumentKeeper[Journal]):
    """Holds the journal; without `paths` nothing is kept."""

    def __init__(self, tasks: Tasks, paths: Paths | None, parent: QObject | None = None) -> None:
        document = None if paths is None else journal_document(paths)
        reopen = None if paths is None else journal_document
        super().__init__("journal", document, Journal(), tasks, parent, reopen=reopen)

    @property
    def journal(self) -> Journal:
        return self._value

    def put(self, note: Note, what: str) -> None:
        """Add a note, or put it in the place of the one with its id."""
        self.edit(self.journal.with_note(note), what)

    def remove(self, ids: Iterable[str], what: str) -> None:
        """Delete notes."""
        self.edit(self.journal.without(ids), what)


def journal_of(session: Session, tasks: Tasks) -> JournalKeeper:
    """Return the one journal of a session, made when it is first asked for."""
    if session.journal is None:
        session.journal = JournalKeeper(tasks, session.paths, session)
        session.closing.connect(session.journal.close)
        session.endings.append(session.journal.keep)
        session.trouble.connect(session.journal.rescue)
        session.journal.said.connect(session.said)
        session.turns.append(session.journal.turn)
    return session.journal
