"""What the wind tunnel found, ready to be shown. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Day, Floats
from models.market.unknown import Unknown
from models.risk.borrowing import Borrowed
from models.risk.ladders.fill import Fills
from models.risk.ladders.rungs import Costs, Ints
from models.risk.plans.plan import Sample, Trigger
from models.risk.simulation.estimates import (
    Estimate,
    Histogram,
    common_edges,
    histogram,
    mean,
    quantile,
    quantile_rows,
    share,
    tail,
)
from models.risk.simulation.paths import Paths, Track

END_LEVELS = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
FAN_LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
DRAWDOWN_LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
SAME = 1e-9
"""Values closer than this fraction of the start are equal: what rounding makes of cash alone."""


@dataclass(frozen=True)
class Fan:
    """Quantiles of a value by day: `values` has shape (n_levels, n_days)."""

    days: Ints
    levels: tuple[float, ...]
    values: Floats


@dataclass(frozen=True)
class Outcome:
    """The plan with its ladders, or held to the end.

    Attributes
    ----------
    quantiles : of the value on the last day, by level
    p_loss : the last value is below today's
    p_goal, p_goal_ever : the goal is met on the last day, or at any close
    p_drawdown : at some close the value is further below an earlier high than the limit allows
    p_ruin : at some close the value is down by the limit or more from *today's*
    var_95 … es_99 : losses over the whole horizon, as fractions of today's value
    drawdown : quantiles of the deepest drawdown of a path, as fractions
    """

    fan: Fan
    quantiles: Mapping[float, Estimate]
    mean: Estimate
    ends: Histogram
    p_loss: Estimate
    p_goal: Estimate | Unknown
    p_goal_ever: Estimate | Unknown
    p_drawdown: Estimate
    p_ruin: Estimate
    var_95: Estimate
    var_99: Estimate
    es_95: Estimate
    es_99: Estimate
    drawdown: Mapping[float, Estimate]
    drawdowns: Histogram


@dataclass(frozen=True)
class RungChance:
    """How likely a rung is to sell something within the horizon, and when.

    `rung` is the place in the ladder from 0, None for the stop of the position. The days are those
    of the paths on which it sells; None where there is none. On these `proceeds` is the mean, and
    `price` the median of what one unit brought after fee and slippage.
    """

    row: int
    coin: str
    rung: int | None
    trigger: Trigger | None
    p_filled: Estimate | Unknown
    median_day: Estimate | None
    early_day: float | None
    late_day: float | None
    proceeds: Estimate | None
    price: Estimate | None


@dataclass(frozen=True)
class Regret:
    """An alternative's last value minus that of the plan with its ladders, in money.

    `p_worse` is the share of paths on which the ladders end behind the alternative.
    """

    alternative: str
    p_worse: Estimate
    median: Estimate
    mean: Estimate
    low: Estimate
    high: Estimate


@dataclass(frozen=True)
class Simulation:
    """All of it; money in the plan's currency.

    `notes` are sentences on what a reader must know; `left_out` (row, coin, why) of positions.
    """

    as_of: Day
    seed: int
    paths: int
    horizon_days: int
    sample: Sample
    sample_days: int
    sample_first: Day
    sample_last: Day
    mean_block: float
    borrowed: tuple[Borrowed, ...]
    costs: Costs
    goal: float | None
    drawdown_limit: float
    start: float
    with_ladder: Outcome
    without_ladder: Outcome
    rungs: tuple[RungChance, ...]
    against_holding: Regret
    against_selling: Regret
    notes: tuple[str, ...]
    left_out: tuple[tuple[int, str, str], ...]


def outcomes(paths: Paths, *, goal: float | None, drawdown_limit: float) -> tuple[Outcome, Outcome]:
    """Return the outcome with ladders and without, their histograms on common bins."""
    tracks = paths.with_ladder, paths.without_ladder
    ends = common_edges(*(track.end for track in tracks))
    falls = np.linspace(0.0, 1.0, 41)
    one, two = (
        outcome(track, paths, goal=goal, drawdown_limit=drawdown_limit, ends=ends, falls=falls)
        for track in tracks
    )
    return one, two


def outcome(
    track: Track,
    paths: Paths,
    *,
    goal: float | None,
    drawdown_limit: float,
    ends: Floats,
    falls: Floats,
) -> Outcome:
    ordered = np.sort(track.end)
    returns = ordered / paths.start - 1.0
    drawdowns = np.sort(track.drawdown)
    var_95, es_95 = tail(returns, 0.05)
    var_99, es_99 = tail(returns, 0.01)
    no_goal = Unknown("The plan has no goal yet. Enter an amount to see the chance of reaching it.")
    return Outcome(
        fan=Fan(paths.fan_days, FAN_LEVELS, quantile_rows(track.fan, FAN_LEVELS)),
        quantiles={level: quantile(ordered, level) for level in END_LEVELS},
        mean=mean(track.end),
        ends=histogram(track.end, ends),
        p_loss=share(track.end < paths.start * (1 - SAME)),
        p_goal=no_goal if goal is None else share(track.end >= goal * (1 - SAME)),
        p_goal_ever=no_goal if goal is None else share(track.highest >= goal * (1 - SAME)),
        p_drawdown=share(track.drawdown > drawdown_limit + SAME),
        p_ruin=share(track.lowest <= paths.start * (1 - drawdown_limit + SAME)),
        var_95=var_95,
        var_99=var_99,
        es_95=es_95,
        es_99=es_99,
        drawdown={level: quantile(drawdowns, level) for level in DRAWDOWN_LEVELS},
        drawdowns=histogram(track.drawdown, falls),
    )


def chance(row: int, coin: str, fills: Fills, place: int) -> RungChance:
    """Return the chance of the order at `place` of one position's fills."""
    order, day, proceeds = fills.orders[place], fills.day[place], fills.proceeds[place]
    filled = day > 0
    days = np.sort(day[filled]).astype(np.float64)
    some = bool(days.size)
    return RungChance(
        row=row,
        coin=coin,
        rung=order.rung,
        trigger=order.trigger,
        p_filled=share(filled),
        median_day=quantile(days, 0.5) if some else None,
        early_day=quantile(days, 0.1).value if some else None,
        late_day=quantile(days, 0.9).value if some else None,
        proceeds=mean(proceeds[filled]) if some else None,
        price=quantile(np.sort(proceeds[filled] / fills.units[place][filled]), 0.5) if some else None,
    )


def regret(alternative: str, ends: Floats, with_ladder: Floats, start: float) -> Regret:
    """Compare the last values path by path; shapes (n_paths,)."""
    difference = ends - with_ladder
    ordered = np.sort(difference)
    return Regret(
        alternative=alternative,
        p_worse=share(difference > SAME * start),
        median=quantile(ordered, 0.5),
        mean=mean(difference),
        low=quantile(ordered, 0.05),
        high=quantile(ordered, 0.95),
    )
