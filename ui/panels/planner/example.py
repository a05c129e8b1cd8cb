"""The worked example: of the market at hand, else the one that ships with the program."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, Slot

from models.risk.plans.plan import Plan
from resources.reader import text_of
from ui.plans.keeper import PlanKeeper
from ui.session import Session


class WorkedExample(QObject):
    """Begins the example, and makes it anew in another market: coins of the demo market are nowhere else.

    Only while nobody has touched it: from the first edit on it is the person's own.
    """

    def __init__(self, session: Session, keeper: PlanKeeper) -> None:
        super().__init__(keeper)
        self._session, self._keeper = session, keeper
        self._made: tuple[Plan, bool] | None = None
        session.study_changed.connect(self._follow_market)

    def begin(self) -> None:
        """Open the example."""
        plan = self._of_market()
        if plan is None:
            from models.risk.plans.as_json import plan_from_dict

            plan = plan_from_dict(json.loads(text_of("plans/example.plan.json"))["document"])
        self._open(plan)

    def _of_market(self) -> Plan | None:
        study, day = self._session.study, self._session.day
        if study is None or day is None:
            return None
        from models.risk.plans.example import example_plan

        return example_plan(study, day)

    def _open(self, plan: Plan) -> None:
        self._keeper.new(plan)
        self._made = plan, self._session.is_demo

    @Slot(object)
    def _follow_market(self, study: object) -> None:
        if study is None or self._made is None or self._made[1] == self._session.is_demo:
            return
        is_untouched = self._keeper.plan == self._made[0] and self._keeper.path is None
        self._made = None
        plan = self._of_market() if is_untouched else None
        if plan is not None:
            self._open(plan)
