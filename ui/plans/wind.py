"""The wind tunnel of the open plan: blown in the background, never shown for a plan that has changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from models.market.snapshot import Day
from models.market.unknown import Unknown
from models.risk.plans.plan import Plan
from models.risk.simulation.results import Simulation
from models.risk.simulation.run import simulate
from ui.later import later
from ui.plans.keeper import PlanKeeper
from ui.session import Session
from ui.tasks import Tasks

PAUSE_MS = 500
"""Typing pauses this long before the wind blows."""


class Wind(QObject):
    """Simulates the plan while somebody looks: `changed` when the result, its progress or its age is another.

    `result` belongs to `plan`; while :attr:`is_current` is false it is that of an older plan or day, to be
    shown dimmed and said so.
    """

    changed = Signal()

    def __init__(self, session: Session, tasks: Tasks, keeper: PlanKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._tasks, self._keeper = session, tasks, keeper
        self._watchers: set[QObject] = set()
        self.result: Simulation | Unknown | None = None
        self._made_of: tuple[Plan, Day] | None = None
        self.progress: float | None = None
        self.failure = ""
        self._timer = later(self, PAUSE_MS, self.blow)
        keeper.replaced.connect(self._forget)
        keeper.changed.connect(self._age)
        session.day_changed.connect(self._age)
        session.study_changed.connect(self._age)

    @property
    def is_current(self) -> bool:
        """Whether the result is that of the plan and day that are shown."""
        return self._made_of is not None and self._made_of == (self._keeper.plan, self._session.day)

    @property
    def is_running(self) -> bool:
        return self.progress is not None

    def watch(self, watcher: QObject, looking: bool) -> None:
        """Say that a page is looked at, or no longer; nothing is simulated for nobody."""
        (self._watchers.add if looking else self._watchers.discard)(watcher)
        if looking and not self.is_current and not self.is_running:
            self._timer.start()

    @Slot()
    def blow(self) -> None:
        """Simulate now."""
        study, day, plan = self._session.study, self._session.day, self._keeper.plan
        if study is None or day is None or not plan.positions:
            self.result, self._made_of, self.progress = None, None, None
            self.changed.emit()
            return
        self.progress, self.failure = 0.0, ""
        self.changed.emit()

        def done(found: object) -> None:
            self.result, self._made_of, self.progress = found, (plan, day), None  # type: ignore[assignment]
            self.changed.emit()

        self._tasks.latest(
            "plan: simulate",
            lambda report, cancelled: simulate(plan, study, day, progress=report, cancelled=cancelled),
            done=done,
            failed=self._fail,
            progressed=self._tell,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop the wind; the older result stays, and says that it is older."""
        self._timer.stop()
        self._tasks.cancel("plan: simulate")
        self.progress = None
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        """Leave nothing of the plan before: an edit dims it, but under the name of another it misleads."""
        if not self.is_current:
            self.result, self._made_of = None, None

    @Slot()
    def _age(self) -> None:
        if self.is_running:
            self._tasks.cancel("plan: simulate")
            self.progress = None
        self.changed.emit()
        if self._watchers and not self.is_current:
            self._timer.start()

    @Slot(object)
    def _tell(self, share: object) -> None:
        self.progress = float(share)  # type: ignore[arg-type]
        self.changed.emit()

    @Slot(object)
    def _fail(self, error: object) -> None:
        self.progress, self.failure = None, str(error)
        self.changed.emit()
