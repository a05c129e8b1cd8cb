"""Does the planner keep up with typing? A plan of 100 positions assessed after an edit, against 50 ms."""

from __future__ import annotations

import statistics
from functools import partial

import numpy as np

from benchmarks.inputs import Inputs
from benchmarks.measure import CannotMeasure, Line, Row, seconds
from models.market.snapshot import Market
from models.market.study import study
from models.risk.assessment import assess
from models.risk.ground import Grounds
from models.risk.plans.edits import position_changed
from models.risk.plans.plan import Plan, Position

POSITIONS, KEYSTROKES = 100, 15
PATIENCE = 0.050


def run(inputs: Inputs) -> list[Line]:
    of = study(inputs.market)
    grounds = Grounds(of, of.last_day)
    plan = plan_of_the_largest(of.market.cut(of.latest))
    assess(plan, grounds)
    took = []
    for stroke in range(KEYSTROKES):
        plan = position_changed(plan, 3, quantity=10.0 + stroke)
        took.append(seconds(partial(assess, plan, grounds)))
    longest = max(took) * 1e3
    return [
        Row(
            f"plan of {len(plan.positions)} positions assessed after an edit",
            "50 ms",
            statistics.median(took),
            PATIENCE,
            1.0,
            note=f"median of {KEYSTROKES}, longest {longest:.0f} ms",
        )
    ]


def plan_of_the_largest(market: Market) -> Plan:
    """Hold the coins with the largest capitalisations of the last day."""
    caps = np.where(np.isfinite(market.price[-1]), market.cap[-1], np.nan)
    chosen = [at for at in np.argsort(-caps) if np.isfinite(caps[at])][:POSITIONS]
    if len(chosen) < 4:
        raise CannotMeasure("Too few coins have a price and a capitalisation on the last day.")
    worth = [Position(market.coins[at].id, 1_000.0 / float(market.price[-1, at])) for at in chosen]
    return Plan(cash=10_000.0, positions=tuple(worth))
