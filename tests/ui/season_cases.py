"""The Season panel on a screen, for its tests."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from models.market.study import Study
from ui.panels.season.panel import SeasonPanel
from ui.session import Session
from ui.tasks import Tasks


def open_panel(session: Session, tasks: Tasks, known: Study, qtbot) -> SeasonPanel:
    """Open the panel at the size that it has in a small window, with a study shown."""
    made = SeasonPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 690)
    made.show()
    session.show_study(known)
    qtbot.waitUntil(lambda: bool(made.members.table.figures.rows))
    return made


def settle() -> None:
    """Let what was asked for be shown: it waits for the next turn of the event loop, and for one more."""
    for _ in range(2):
        QApplication.processEvents()
