"""Watches the theses as new days arrive: each one that closes is told once."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, Slot

from ui.later import later
from ui.session import Session
from ui.settings import Setting
from ui.tasks import Tasks
from ui.theses.keeper import ThesesKeeper

TOLD = Setting("theses/told", "[]", "The closed theses that the user was told of")
LATER_MS = 1_500
PANEL = "precedents"


class ThesesWatch(QObject):
    """Looks at the newest day only: in a review and in the demo market nothing is new."""

    def __init__(self, session: Session, tasks: Tasks, keeper: ThesesKeeper) -> None:
        super().__init__(keeper)
        self._session, self._tasks, self._keeper = session, tasks, keeper
        self._timer = later(self, LATER_MS, self.look)
        session.study_changed.connect(lambda _: self._timer.start())
        keeper.changed.connect(lambda _: self._timer.start())
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Judge the theses on the newest day, in a thread."""
        from models.market.theses.record import ledger

        study, settings, several = self._session.study, self._session.settings, self._keeper.theses.theses
        if study is None or settings is None or not several:
            return
        if self._session.is_review or self._session.is_demo:
            return
        told = self._told()
        latest = study.latest
        new = [one for one in several if one.id not in told and not one.is_hindsight]
        if new:
            self._tasks.latest(
                "theses: watch", lambda report, cancelled: ledger(study, new, latest), done=self._tell
            )

    @Slot(object)
    def _tell(self, found: object) -> None:
        from models.market.theses.record import Ledger
        from ui.theses import words

        assert isinstance(found, Ledger)
        settings = self._session.settings
        told = self._told()
        closed = [one for one in found.judged if one.state != "open" and one.thesis.id not in told]
        for one in closed:
            self._session.alerted.emit(f"thesis/{one.thesis.id}", words.closed_sentence(one, self.tr), PANEL)
        if closed and settings is not None:
            kept = {one.id for one in self._keeper.theses.theses}
            settings.set(TOLD, json.dumps(sorted((told | {one.thesis.id for one in closed}) & kept)))

    def _told(self) -> set[str]:
        settings = self._session.settings
        try:
            found = json.loads(str(settings.get(TOLD))) if settings is not None else []
        except ValueError:
            found = []
        return {str(one) for one in found} if isinstance(found, list) else set()
