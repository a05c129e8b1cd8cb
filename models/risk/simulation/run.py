"""From a plan and a market to the wind tunnel's findings. Methods, section 9."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.market.snapshot import Bools, Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.positions import LadderPositions, ladder_positions
from models.risk.ladders.rungs import Costs, LadderPosition
from models.risk.plans.plan import Plan, Sample, Trigger
from models.risk.simulation.draws import MEAN_BLOCK
from models.risk.simulation.paths import Paths, Wind, blown
from models.risk.simulation.results import RungChance, Simulation, chance, outcomes, regret
from models.risk.simulation.sample import JointSample, joint_sample

"""50 and 80 % of the paths around the median."""
JUMPS = (
    "Rungs on the season index, the phase or dominance read the day that a simulated day's returns were "
    f"drawn from. Blocks of {MEAN_BLOCK} days on average change these readings sooner than the market does, "
    "so such rungs tend to fill more often here than in life."
)


def simulate(
    plan: Plan,
    study: Study,
    as_of: Day,
    *,
    seed: int | None = None,
    paths: int | None = None,
    horizon_days: int | None = None,
    sample: Sample | None = None,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Simulation | Unknown:
    """Blow the wind of the past through a plan as it stands at the close of `as_of`.

    What is not given comes from the plan's assumptions.

    Raises
    ------
    Cancelled
        Soon after `cancelled()` is true.
    """
    assumed = plan.assumptions
    seed = assumed.seed if seed is None else seed
    paths = assumed.paths if paths is None else paths
    horizon = assumed.horizon_days if horizon_days is None else horizon_days
    costs = Costs(assumed.fee_bps, assumed.slippage_bps)
    positions = ladder_positions(plan, study.market, as_of)
    found = sample_of(plan, positions, study, as_of, sample=sample)
    if isinstance(found, Unknown):
        return found
    if not positions.value > 0:
        return Unknown("The plan holds nothing that has a value, so there is nothing to simulate.")
    conditions = conditions_of(study)
    wind = wind_of(positions, found, conditions)
    walked = blown(
        wind,
        seed=seed,
        paths=paths,
        days=horizon,
        costs=costs,
        progress=progress,
        cancelled=cancelled,
    )
    with_ladder, without_ladder = outcomes(walked, goal=assumed.goal, drawdown_limit=assumed.drawdown_limit)
    end = walked.with_ladder.end
    sold = np.full(
        paths, positions.cash + sum(one.held * one.price * costs.kept_at_close for one in positions.held)
    )
    rungs, notes = _chances(plan, walked, positions, conditions, found)
    grown = without_ladder.quantiles[0.5].value / wind.value - 1.0
    return Simulation(
        as_of=as_of,
        seed=seed,
        paths=paths,
        horizon_days=horizon,
        sample=found.which,
        sample_days=found.days,
        sample_first=found.first,
        sample_last=found.last,
        mean_block=MEAN_BLOCK,
        borrowed=found.borrowed,
        costs=costs,
        goal=assumed.goal,
        drawdown_limit=assumed.drawdown_limit,
        start=wind.value,
        with_ladder=with_ladder,
        without_ladder=without_ladder,
        rungs=rungs,
        against_holding=regret("holding", walked.without_ladder.end, end, wind.value),
        against_selling=regret("selling all at once", sold, end, wind.value),
        notes=(_growth_note(grown, horizon), *notes),
        left_out=positions.left_out,
    )


def sample_of(
    plan: Plan,
    positions: LadderPositions,
    study: Study,
    as_of: Day,
    *,
    sample: Sample | None = None,
) -> JointSample | Unknown:
    """Return the days that the holdings of a plan are drawn from."""
    coins = tuple(dict.fromkeys(one.coin for one in positions.held))
    if not coins:
        return Unknown("No position with a price is left to simulate.")
    sectors = {
        position.coin: position.sector for position in reversed(plan.positions) if position.sector is not None
    }
    return joint_sample(study, coins, as_of, which=sample or plan.assumptions.sample, sectors=sectors)


def wind_of(positions: LadderPositions, sample: JointSample, conditions: Conditions) -> Wind:
    """Put positions, returns and conditions together; equal conditions are one array."""
    fires: dict[Trigger, Bools] = {}
    for one in positions.held:
        for order in one.orders:
            if order.kind == "market" and order.trigger is not None:
                fires.setdefault(order.trigger, conditions.fires(order.trigger))
    row = int((positions.as_of - conditions.days[0]).astype(int))
    drawn = {trigger: days[sample.rows] for trigger, days in fires.items()}
    column = {coin: at for at, coin in enumerate(sample.coins)}

    def waiting(one: LadderPosition) -> dict[int, Trigger]:
        return {
            place: order.trigger
            for place, order in enumerate(one.orders)
            if order.kind == "market" and order.trigger is not None
        }

    return Wind(
        holdings=positions.held,
        cash=positions.cash,
        growth=sample.growth,
        column=tuple(column[one.coin] for one in positions.held),
        fires=tuple(
            {place: drawn[trigger] for place, trigger in waiting(one).items()} for one in positions.held
        ),
        today=tuple(
            frozenset(place for place, trigger in waiting(one).items() if bool(fires[trigger][row]))
            for one in positions.held
        ),
    )


def _growth_note(grown: float, days: int) -> str:
    return (
        f"Held to the end, the median path {'gains' if grown >= 0 else 'loses'} {100 * abs(grown):.0f} % in "
        f"{days} days: that is the growth of the days drawn from, of coins that are still there to be held. "
        "Nothing says that it comes again."
    )


def _chances(
    plan: Plan, walked: Paths, positions: LadderPositions, conditions: Conditions, sample: JointSample
) -> tuple[tuple[RungChance, ...], tuple[str, ...]]:
    """Return the chance of every open rung, in the order of rows and rungs, and what to know about them."""
    found: list[RungChance] = []
    notes: dict[str, None] = {}
    for one, fills in zip(positions.held, walked.fills, strict=True):
        mine: dict[int | None, RungChance] = {}
        for place, order in enumerate(one.orders):
            trigger = order.trigger
            mine[order.rung] = chance(one.row, one.coin, fills, place)
            if order.kind == "market" and trigger is not None:
                notes[JUMPS] = None
                known = int(np.count_nonzero(conditions.known(trigger)[sample.rows]))
                if not known:
                    why = conditions.why_unknown(trigger)
                    mine[order.rung] = _unknown(one, order.rung, trigger, why)
                elif known < sample.days:
                    notes[
                        f"What a rung on {_WORDS[trigger.kind]} waits for is known on {known:,} of the "
                        f"{sample.days:,} days drawn from; on the others the rung does not fill."
                    ] = None
        for place, rung in enumerate(plan.positions[one.row].ladder):
            if rung.state == "open" and place not in mine:
                why = Unknown("A multiple needs the cost of the position, and none is entered.")
                mine[place] = _unknown(one, place, rung.trigger, why)
        found += [mine[key] for key in sorted(mine, key=lambda rung: -1 if rung is None else rung)]
    return tuple(found), tuple(notes)


_WORDS = {"season_index": "the season index", "phase": "the phase", "dominance": "dominance"}


def _unknown(one: LadderPosition, rung: int | None, trigger: Trigger, why: Unknown) -> RungChance:
    return RungChance(one.row, one.coin, rung, trigger, why, None, None, None, None, None)
