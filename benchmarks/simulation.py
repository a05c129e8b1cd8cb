"""The wind tunnel, ladders and statistics included, against drawing as many random numbers alone."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta

import numpy as np

from benchmarks.inputs import Inputs
from benchmarks.measure import CannotMeasure, Line, Row, side_by_side
from models.market.snapshot import Market
from models.market.study import study
from models.market.unknown import Unknown
from models.risk.plans.plan import Assumptions, Plan, Position, Rung, Trigger
from models.risk.simulation.results import Simulation
from models.risk.simulation.run import simulate

PATHS, DAYS, COINS = 10_000, 365, 20
ROUNDS = 5
MEMORY = 500e6


def run(inputs: Inputs) -> list[Line]:
    paths, days = (500, 60) if inputs.small else (PATHS, DAYS)
    found = study(inputs.market)
    plan = ladders_on(found.market.cut(found.latest), paths=paths, days=days)

    def ours() -> Simulation | Unknown:
        return simulate(plan, found, found.latest)

    peak = memory_of(ours)

    def baseline() -> None:
        generator = np.random.default_rng(1)
        buffer = np.empty((paths, len(plan.positions)))
        for _ in range(days):
            generator.standard_normal(out=buffer)

    mine, theirs = side_by_side(ours, baseline, rounds=2 if inputs.small else ROUNDS)
    return [
        Row(
            f"simulation, {paths:,} paths, {days} days, {len(plan.positions)} coins with ladders",
            "drawing a normal number for each",
            mine,
            theirs,
            3.0,
            note=f"six rungs and a stop a coin, statistics included; 1 core; memory {peak / 1e6:.0f} MB",
        )
    ]


def ladders_on(market: Market, *, paths: int, days: int) -> Plan:
    """Hold the coins with the longest histories that still have a price, each with all kinds of rungs."""
    priced = np.flatnonzero(np.isfinite(market.price[-1]))
    history = np.isfinite(market.price[:, priced]).sum(axis=0)
    chosen = priced[np.argsort(-history, kind="stable")[:COINS]]
    if not chosen.size:
        raise CannotMeasure("No coin has a price on the last day.")
    later = date.fromisoformat(str(market.as_of)) + timedelta(days=300)
    positions = []
    for at in chosen:
        price = float(market.price[-1, at])
        ladder = (
            Rung(Trigger("multiple", level=2.0), 0.25),
            Rung(Trigger("price", level=2.5 * price), 0.25),
            Rung(Trigger("season_index", level=80.0, side="above", days=3), 0.3, "remaining"),
            Rung(Trigger("price", level=4.0 * price), 0.5, "remaining"),
            Rung(Trigger("trailing_stop", level=0.35), 1.0, "remaining"),
            Rung(Trigger("date", day=later), 1.0, "remaining"),
        )
        positions.append(
            Position(market.coins[at].id, 1000.0 / price, cost=price, stop=0.5 * price, ladder=ladder)
        )
    assumed = Assumptions(paths=max(paths, 100), horizon_days=days)
    return Plan(cash=1000.0, positions=tuple(positions), assumptions=assumed)


def memory_of(work: object) -> int:
    """Return the most memory that one call holds at once, in bytes; figures are checked on the way."""
    assert callable(work)
    tracemalloc.start()
    found = work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if isinstance(found, Unknown):
        raise CannotMeasure(found.why)
    if peak > MEMORY:
        raise CannotMeasure(f"The simulation holds {peak / 1e6:.0f} MB; {MEMORY / 1e6:.0f} MB are allowed.")
    return peak
