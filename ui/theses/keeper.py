"""Keeps the theses of the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from data.paths import Paths
from data.theses import theses_document
from models.market.theses.thesis import Theses, Thesis
from ui.documents.keeper import DocumentKeeper
from ui.session import Session
from ui.tasks import Tasks


class ThesesKeeper(DocumentKeeper[Theses]):
    """Holds the theses; without `paths` nothing is kept."""

    def __init__(self, tasks: Tasks, paths: Paths | None, parent: QObject | None = None) -> None:
        document = None if paths is None else theses_document(paths)
        reopen = None if paths is None else theses_document
        super().__init__("theses", document, Theses(), tasks, parent, reopen=reopen)

    @property
    def theses(self) -> Theses:
        return self._value

    def put(self, thesis: Thesis, what: str) -> None:
        """Add a thesis, or put it in the place of the one with its id."""
        self.edit(self.theses.with_thesis(thesis), what)

    def remove(self, ids: Iterable[str], what: str) -> None:
        """Delete theses."""
        self.edit(self.theses.without(ids), what)


def keeper_of(session: Session, tasks: Tasks) -> ThesesKeeper:
    """Return the one keeper of a session, made and watched when it is first asked for."""
    from ui.theses.watching import ThesesWatch

    if session.theses is None:
        session.theses = ThesesKeeper(tasks, session.paths, session)
        session.closing.connect(session.theses.close)
        session.endings.append(session.theses.keep)
        session.trouble.connect(session.theses.rescue)
        session.theses.said.connect(session.said)
        session.turns.append(session.theses.turn)
        ThesesWatch(session, tasks, session.theses)
    return session.theses
