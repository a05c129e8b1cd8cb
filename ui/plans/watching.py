"""Watches the open plan as new days arrive: each exit, broken limit and flipped signal is told once."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QObject, Slot

from models.market.snapshot import Day, day
from models.market.study import Study
from models.qt.reader import readable
from models.risk.plans.plan import Plan
from models.risk.watch import Watch, watch
from ui.later import later
from ui.plans.keeper import PlanKeeper
from ui.session import Session
from ui.settings import Setting
from ui.tasks import Tasks

REPORTED = Setting("planner/reported", "{}", "What was told of each plan, and up to which day")
SIGNALS = Setting("planner/signals", "[]", "The signals that the user wants to hear of")
LATER_MS = 1_500
MOST_KEYS = 500


class Watching(QObject):
    """Looks at the newest day only: in a review nothing is new."""

    def __init__(self, session: Session, tasks: Tasks, keeper: PlanKeeper) -> None:
        super().__init__(keeper)
        self._session, self._tasks, self._keeper = session, tasks, keeper
        self._timer = later(self, LATER_MS, self.look)
        session.study_changed.connect(lambda _: self._timer.start())
        keeper.changed.connect(lambda _: self._timer.start())
        self._timer.start()

    @property
    def signals(self) -> tuple[str, ...]:
        """The ids of the signals that are watched."""
        return tuple(str(name) for name in self._stored(SIGNALS, list))

    def set_signals(self, names: Collection[str]) -> None:
        """Watch other signals."""
        if self._session.settings is not None:
            self._session.settings.set(SIGNALS, json.dumps(sorted(names)))
            self._timer.start()

    @Slot()
    def look(self) -> None:
        """Look at what the newest days mean for the plan, in a thread."""
        study, latest, plan = self._session.study, self._session.latest, self._keeper.plan
        if study is None or latest is None or self._session.is_review or self._session.is_demo:
            return
        if not plan.positions or self._session.settings is None or self._keeper.path is None:
            return
        name = str(self._keeper.path)
        before = self._stored(REPORTED, dict).get(name, {})
        self._tasks.latest(
            "plan: watch",
            lambda report, cancelled: _watched(plan, study, latest, before, self.signals),
            done=lambda found: self._tell(found, name, latest),
        )

    def _tell(self, found: object, name: str, latest: Day) -> None:
        assert isinstance(found, Watch)
        for alert in found.alerts:
            self._session.alerted.emit(
                f"{name}/{alert.key}", f"{alert.title}: {readable(alert.text)}", "planner"
            )
        settings = self._session.settings
        if settings is not None:
            stored = self._stored(REPORTED, dict)
            stored[name] = {"since": str(latest), "reported": sorted(found.reported)[:MOST_KEYS]}
            settings.set(REPORTED, json.dumps(stored))

    def _stored(self, setting: Setting, kind: type) -> Any:
        """Return what the settings hold; an empty one where they were edited into nonsense."""
        settings = self._session.settings
        try:
            found = json.loads(str(settings.get(setting))) if settings is not None else None
        except ValueError:
            found = None
        return found if isinstance(found, kind) else kind()


def _watched(plan: Plan, study: Study, latest: Day, before: Any, signals: tuple[str, ...]) -> Watch:
    """Begin on the newest day with a plan that was never watched: its past is no news."""
    try:
        since: Day | None = day(str(before["since"]))
        reported = [str(key) for key in before["reported"]]
    except (KeyError, TypeError, ValueError):
        since, reported = None, []
    return watch(plan, study, latest, since=since, reported=reported, signals=signals)
