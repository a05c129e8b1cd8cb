"""What the pages of the planner share: the open plan, and its figures of the as-of day, always the newest."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from models.market.snapshot import Day
from models.market.study import Study
from models.risk.assessment import Assessment, assess
from models.risk.ground import Grounds
from models.risk.plans.plan import Plan
from models.risk.trims import Trims, smallest_trims
from ui.plans.keeper import PlanKeeper
from ui.plans.wind import Wind
from ui.session import Session
from ui.tasks import Tasks


@dataclass(frozen=True)
class Known:
    """An assessment, and the market knowledge it rests on: what stress, simulation and replay take."""

    assessment: Assessment
    grounds: Grounds

    @property
    def plan(self) -> Plan:
        return self.assessment.plan


class PlanDesk(QObject):
    """Assesses the plan after every edit and every change of day, in a thread.

    `assessed` with a :class:`Known`; one that belongs to an older plan or day never arrives. `known`
    is None until there is one, and while there is no market.
    """

    assessed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, keeper: PlanKeeper) -> None:
        super().__init__(keeper)
        self.session, self.tasks, self.keeper = session, tasks, keeper
        self.known: Known | None = None
        self.wind = Wind(session, tasks, keeper, self)
        self._grounds: Grounds | None = None
        self.alone = threading.Lock()
        """Held while `known.grounds` is asked: one thread at a time may."""
        keeper.changed.connect(self._assess)
        session.study_changed.connect(self._assess)
        session.day_changed.connect(self._assess)
        self._assess()

    @property
    def plan(self) -> Plan:
        return self.keeper.plan

    def smallest_trims(self, known: Known) -> Trims:
        """Return the least to sell that brings a plan within its limits; in a thread."""
        with self.alone:
            return smallest_trims(known.assessment.portfolio)

    def explain(self, key: str, parent: QWidget) -> None:
        """Open what stands behind a figure of the plan; nothing while there is none."""
        known = self.known
        if known is None:
            return
        from models.market.trace import Trace
        from models.risk.plans.trace import plan_trace
        from models.risk.simulation.results import Simulation
        from ui.panels.explain import show_trace

        wind = self.wind.result if self.wind.is_current else None
        found = plan_trace(known.assessment, key, wind if isinstance(wind, Simulation) else None)
        if isinstance(found, Trace):
            show_trace(parent, str(known.grounds.as_of), found)

    @Slot()
    def _assess(self) -> None:
        study, day, plan = self.session.study, self.session.day, self.keeper.plan
        if study is None or day is None:
            self.known = None
            self.assessed.emit(None)
            return
        self.tasks.latest(
            "plan: assess", lambda report, cancelled: self._known(plan, study, day), done=self._show
        )

    def _known(self, plan: Plan, study: Study, day: Day) -> Known:
        with self.alone:
            grounds = self._grounds
            if grounds is None or grounds.study is not study or grounds.as_of != day:
                grounds = self._grounds = Grounds(study, day)
            return Known(assess(plan, grounds), grounds)

    @Slot(object)
    def _show(self, known: object) -> None:
        assert isinstance(known, Known)
        self.known = known
        self.assessed.emit(known)
