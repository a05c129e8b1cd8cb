"""Everything about a plan on one day, for its report: rules, ladders, wind tunnel, stress, replays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.adherence import Adherence, adherence
from models.risk.assessment import Assessment, assess
from models.risk.ground import Grounds
from models.risk.ladders.checks import Check, checks
from models.risk.ladders.conditions import conditions_of
from models.risk.ladders.ladder import Ladder, ladder, rung_states
from models.risk.ladders.positions import ladder_positions
from models.risk.ladders.replay import Replay, replays
from models.risk.ladders.rungs import Costs
from models.risk.plans.plan import Plan
from models.risk.simulation.estimates import Estimate
from models.risk.simulation.results import Simulation
from models.risk.simulation.run import simulate
from models.risk.stress import Stress, stresses


@dataclass(frozen=True, slots=True)
class LadderFinding:
    """The ladder of one row: what each rung brings, and what the checks say."""

    row: int
    coin: str
    steps: Ladder
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Findings:
    """One plan on one day; `seed` is the one that the simulation used."""

    plan: Plan
    as_of: Day
    seed: int
    assessment: Assessment
    ladders: tuple[LadderFinding, ...]
    simulation: Simulation | Unknown
    stresses: tuple[Stress, ...]
    replays: tuple[Replay | Unknown, ...]
    adherence: Adherence


def findings(
    plan: Plan,
    study: Study,
    as_of: Day,
    *,
    seed: int | None = None,
    paths: int | None = None,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Findings:
    """Work everything out; seconds, nearly all of them for the simulation.

    Raises
    ------
    Cancelled
        Soon after `cancelled()` is true.
    """
    assessed = assess(plan, Grounds(study, as_of))
    simulated = simulate(plan, study, as_of, seed=seed, paths=paths, progress=progress, cancelled=cancelled)
    return Findings(
        plan=plan,
        as_of=as_of,
        seed=plan.assumptions.seed if seed is None else seed,
        assessment=assessed,
        ladders=_ladders(plan, study, as_of, assessed, simulated),
        simulation=simulated,
        stresses=stresses(assessed.portfolio, study),
        replays=replays(plan, study, as_of),
        adherence=adherence(plan, study, as_of),
    )


def _ladders(
    plan: Plan, study: Study, as_of: Day, assessed: Assessment, simulated: Simulation | Unknown
) -> tuple[LadderFinding, ...]:
    money = assessed.portfolio.rate
    usd = 1.0 if isinstance(money, Unknown) else money.usd
    costs = Costs(plan.assumptions.fee_bps, plan.assumptions.slippage_bps)
    peaks = {one.row: one.peak for one in ladder_positions(plan, study.market, as_of).held}
    conditions = conditions_of(study)
    found = []
    for holding in assessed.portfolio.holdings:
        position, row = holding.position, holding.row
        if not position.ladder:
            continue
        price = None if isinstance(holding.price, Unknown) else holding.price
        states = None if price is None else rung_states(position, study, as_of, price=price, usd=usd)
        prices, chances = _simulated(row, simulated)
        steps = ladder(
            position, price=price, peak=peaks.get(row), costs=costs, states=states, simulated=prices
        )
        judged = checks(
            position,
            steps,
            study.market,
            conditions,
            as_of,
            price=price,
            peak=peaks.get(row),
            currency=plan.currency,
            usd=usd,
            chances=chances,
        )
        found.append(LadderFinding(row, position.coin, steps, judged))
    return tuple(found)


def _simulated(row: int, simulated: Simulation | Unknown) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """Return by rung what one unit brought, and the chance of a fill."""
    if isinstance(simulated, Unknown):
        return {}, {}
    mine = [one for one in simulated.rungs if one.row == row and one.rung is not None]
    prices = {one.rung: one.price.value for one in mine if one.rung is not None and one.price is not None}
    chances = {
        one.rung: one.p_filled.value
        for one in mine
        if one.rung is not None and isinstance(one.p_filled, Estimate)
    }
    return prices, chances
