"""The journal's notes as small marks at the foot of every time chart."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ui.charts.noted import Note as ChartNote
from ui.charts.noted import hand_notes
from ui.journal.keeper import JournalKeeper
from ui.session import Session


class JournalMarks(QObject):
    """Shows the notes up to the as-of day on all charts of the panels that it follows."""

    def __init__(self, session: Session, keeper: JournalKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._keeper = session, keeper
        self._panels: list[QWidget] = []
        keeper.changed.connect(self._show_all)
        session.day_changed.connect(self._show_all)

    def follow(self, panel: QWidget) -> None:
        """Mark the charts of a panel from now on."""
        self._panels.append(panel)
        self._show(panel)

    @Slot()
    def _show_all(self) -> None:
        for panel in self._panels:
            self._show(panel)

    def _show(self, panel: QWidget) -> None:
        day = self._session.day
        notes = tuple(
            ChartNote(np.datetime64(one.day, "D"), one.title)
            for one in self._keeper.journal.notes
            if day is None or np.datetime64(one.day, "D") <= day
        )
        hand_notes(panel, notes)
