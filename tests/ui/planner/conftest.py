"""Fixtures of the planner's tests: a plan of real widgets over the synthetic market."""

from __future__ import annotations

import numpy as np
import pytest

from data.paths import Paths
from models.risk.plans.plan import Plan, Position, Rung, Trigger
from tests.ui.planner.waiting import assessed
from ui.panels.planner.panel import PlannerPanel
from ui.settings import Settings


@pytest.fixture
def coins(known) -> list[str]:
    """The largest altcoins on the newest day."""
    row = known.market.position(known.latest)
    caps = np.nan_to_num(known.market.cap[row])
    order = np.argsort(-caps)
    return [known.market.coins[at].id for at in order if known.market.coins[at].id != "bitcoin"][:6]


@pytest.fixture
def plan(coins) -> Plan:
    ladder = (
        Rung(Trigger("multiple", level=2.0), 0.5),
        Rung(Trigger("trailing_stop", level=0.3), 1.0, "remaining"),
    )
    rows = (
        Position(coins[0], 10.0, cost=5.0, ladder=ladder),
        Position(coins[1], 20.0, cost=3.0, stop=1.0),
        Position(coins[2], 5.0),
    )
    return Plan(name="Autumn", cash=10.0, positions=rows)


@pytest.fixture
def panel(qtbot, session, tasks, known, tmp_path) -> PlannerPanel:
    session.paths = Paths(tmp_path)
    session.settings = Settings(session.paths.settings)
    session.show_study(known)
    made = PlannerPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


@pytest.fixture
def open_plan(panel, plan, qtbot) -> PlannerPanel:
    panel.keeper.new(plan)
    assessed(panel, qtbot)
    return panel
