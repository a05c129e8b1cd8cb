"""Fixtures of the precedents' tests: the panel over a synthetic market."""

from __future__ import annotations

import pytest

from models.market.study import Study, study
from tests.markets import synthetic_market
from tests.ui.precedents.waiting import RULE, settle
from ui.panels.precedents.panel import PrecedentsPanel
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import LIGHT


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=1_900, coins=70, seed=12))


@pytest.fixture
def tasks():
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def session() -> Session:
    return Session(LIGHT)


@pytest.fixture
def panel(qtbot, session, tasks) -> PrecedentsPanel:
    made = PrecedentsPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    return made


@pytest.fixture
def shown(qtbot, panel, session, whole):
    """The panel with the rule of the tests, answered."""
    session.show_study(whole)
    panel.controls.choose(RULE)
    settle(qtbot, panel)
    return panel
