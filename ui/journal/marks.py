"""The journal's notes as small marks at the foot of every time chart."""

from __future__ import annotations

from operator import attrgetter

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from models.journal.listing import days_of
from ui.charts.noted import NOTHING, Notes, hand_notes
from ui.journal.keeper import JournalKeeper
from ui.session import Session


class JournalMarks(QObject):
    """Shows the notes up to the as-of day on all charts of the panels that it follows."""

    def __init__(self, session: Session, keeper: JournalKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._keeper = session, keeper
        self._panels: list[QWidget] = []
        self._all = self._shown = NOTHING
        keeper.changed.connect(self._read)
        session.day_changed.connect(self._show_all)
        self._read()

    def follow(self, panel: QWidget) -> None:
        """Mark the charts of a panel from now on."""
        self._panels.append(panel)
        hand_notes(panel, self._shown)

    @Slot()
    def _read(self) -> None:
        """Take the notes of the journal: once for each of its states, however many charts there are."""
        notes = self._keeper.journal.notes
        self._all = Notes(days_of(notes), list(map(attrgetter("title"), notes)))
        self._show_all()

    @Slot()
    def _show_all(self) -> None:
        day = self._session.day
        shown = self._all if day is None else self._all.upto(day)
        if shown is not self._shown:
            self._shown = shown
            for panel in self._panels:
                hand_notes(panel, shown)
