"""What the ladder page shows of one position, gathered once for a plan and a day. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Day, Days, Floats
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.ladders.checks import Check, checks
from models.risk.ladders.conditions import conditions_of
from models.risk.ladders.ladder import Ladder, ladder, rung_states, target_of
from models.risk.ladders.positions import closes_of, price_of
from models.risk.ladders.rungs import Costs
from models.risk.plans.plan import Plan, Position
from models.risk.rates import Rate, rate
from models.risk.simulation.results import RungChance, Simulation


@dataclass(frozen=True)
class LadderView:
    """One position's ladder on one day; money in the plan's currency.

    `closes` has one value a day, NaN where missing. `levels` are the prices of resting orders by rung, and
    `stop` the price below which all is sold. `chances` are those of the simulation, where there is one.
    """

    row: int
    position: Position
    days: Days
    closes: Floats
    price: float | Unknown
    steps: Ladder
    checks: tuple[Check, ...]
    chances: Mapping[int, RungChance]
    levels: Mapping[int, float]
    stop: float | None


def ladder_view(
    plan: Plan, study: Study, as_of: Day, row: int, simulation: Simulation | None
) -> LadderView | Unknown:
    """Gather what is known of a row at the close of `as_of`; the simulation is one of this very plan."""
    position = plan.positions[row]
    found = rate(plan, study.market, as_of)
    if isinstance(found, Unknown):
        return found
    usd = found.usd if isinstance(found, Rate) else 1.0
    closes = closes_of(study.market, position.coin, as_of, usd_rate=usd)
    price = price_of(position, closes)
    now = None if isinstance(price, Unknown) else price
    peak = _peak(position, study, closes)
    chances = {
        one.rung: one
        for one in (simulation.rungs if simulation is not None else ())
        if one.row == row and one.rung is not None
    }
    simulated = {rung: one.price.value for rung, one in chances.items() if one.price is not None}
    filled = {
        rung: one.p_filled.value for rung, one in chances.items() if not isinstance(one.p_filled, Unknown)
    }
    costs = Costs(plan.assumptions.fee_bps, plan.assumptions.slippage_bps)
    states = rung_states(position, study, as_of, price=now, usd=usd) if now is not None else None
    steps = ladder(position, price=now, peak=peak, costs=costs, states=states, simulated=simulated)
    levels = {
        at: level
        for at, rung in enumerate(position.ladder)
        if (level := target_of(rung.trigger, position)) is not None
    }
    return LadderView(
        row=row,
        position=position,
        days=study.market.days[: closes.size],
        closes=closes,
        price=price,
        steps=steps,
        checks=checks(
            position,
            steps,
            study.market,
            conditions_of(study),
            as_of,
            price=now,
            peak=peak,
            currency=plan.currency,
            usd=usd,
            chances=filled,
        ),
        chances=chances,
        levels=levels,
        stop=position.stop,
    )


def _peak(position: Position, study: Study, closes: Floats) -> float | None:
    """Return the highest close since the purchase; None without a day or a price."""
    if position.bought is None or not closes.size:
        return None
    since = closes[study.market.days[: closes.size] >= np.datetime64(position.bought, "D")]
    known = since[np.isfinite(since)]
    return float(known.max()) if known.size else None
