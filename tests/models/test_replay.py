"""Ladders sent through real days: against the plain reference, and never ahead of the day."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.ladders.conditions import conditions_of
from models.risk.ladders.replay import CYCLES, Cycle, Replay, replay, replays
from models.risk.plans.plan import Assumptions, Done, Plan, Position, Rung, Trigger
from tests.markets import synthetic_market

from .ladder_reference import walk
from .plan_cases import plans

FREE = Assumptions(fee_bps=0.0, slippage_bps=0.0)


@cache
def past() -> Study:
    return study(synthetic_market(days=900, coins=60))


def cycle(first: int = 100, last: int = 700) -> Cycle:
    days = past().market.days
    return Cycle("own", "Own", days[first], days[last], days[first])


def own_closes(coin: str, first: int, last: int) -> list[float]:
    """Return closes with gaps filled by the last one."""
    values = past().market.price[:, past().market.column[coin]]
    found = []
    for row in range(first, last + 1):
        while not np.isfinite(values[row]):
            row -= 1
        found.append(float(values[row]))
    return found


def replayed(position: Position, *, first: int = 100, last: int = 700, costs: Assumptions = FREE) -> Replay:
    plan = Plan(positions=(position,), assumptions=costs)
    found = replay(plan, past(), past().last_day, cycle(first, last))
    assert isinstance(found, Replay), found
    return found


def test_holding_ends_where_the_price_ends() -> None:
    found = replayed(Position("ethereum", 3.0, cost=77.0))
    closes = own_closes("ethereum", 100, 700)
    assert found.without_ladder == pytest.approx(closes[-1] / closes[0])
    assert found.with_ladder == pytest.approx(found.without_ladder)
    assert found.coins[0].paid == pytest.approx(231.0)
    assert found.days.size == 601


LADDER = (
    Rung(Trigger("multiple", level=1.3), 0.25),
    Rung(Trigger("season_index", level=60.0, side="above", days=2), 0.3, "remaining"),
    Rung(Trigger("price", level=150.0), 0.25),
    Rung(Trigger("moving_average", days=50, side="below"), 0.2, "remaining"),
    Rung(Trigger("phase", phase="mid"), 0.2, "remaining"),
    Rung(Trigger("dominance", level=0.2, side="below", days=5), 0.1, "remaining"),
    Rung(Trigger("trailing_stop", level=0.35), 0.5, "remaining"),
    Rung(Trigger("days_held", days=200), 0.5, "remaining"),
    Rung(Trigger("date", day=date(2021, 12, 1)), 1.0, "remaining"),
)


@pytest.mark.parametrize("coin", ["bitcoin", "ethereum"])
@pytest.mark.parametrize("first", [100, 180, 333])
def test_a_replay_is_the_plain_walk_over_the_real_closes(coin: str, first: int) -> None:
    of = past()
    costs = Assumptions(fee_bps=10.0, slippage_bps=30.0)
    position = Position(coin, 5.0, cost=100.0, stop=40.0, ladder=LADDER)
    found = replayed(position, first=first, costs=costs).coins[0]
    closes = own_closes(coin, first, 700)
    scaled = [100.0 * close / closes[0] for close in closes]
    before = own_closes(coin, first - 50, first - 1)
    begin = date.fromisoformat(str(of.market.days[first]))
    gone = int((of.last_day - of.market.days[first]).astype(int))
    moved = [
        replace(rung, trigger=Trigger("date", day=rung.trigger.day - timedelta(days=gone)))
        if rung.trigger.day is not None
        else rung
        for rung in LADDER
    ]
    conditions = conditions_of(of)
    expected = walk(
        replace(position, bought=begin, ladder=tuple(moved)),
        scaled,
        as_of=begin,
        past=[100.0 * close / closes[0] for close in before],
        true_on={
            at: conditions.fires(rung.trigger)[first:701].tolist()
            for at, rung in enumerate(LADDER)
            if rung.trigger.kind in ("season_index", "phase", "dominance")
        },
        fee_bps=10.0,
        slippage_bps=30.0,
    )
    assert expected.fills
    assert [(one.rung, int((one.day - of.market.days[first]).astype(int))) for one in found.fills] == [
        (rung, on) for rung, on, *_ in expected.fills
    ]
    assert [one.proceeds for one in found.fills] == pytest.approx([got for *_, got in expected.fills])
    assert found.with_values == pytest.approx(expected.values)
    assert found.with_ladder == pytest.approx(expected.values[-1] / 500.0)
    assert found.left == pytest.approx(expected.left)


def test_everything_starts_anew_on_the_start_day() -> None:
    done = Rung(Trigger("multiple", level=1.05), 0.5, done=Done(date(2020, 1, 1), 1.0, 200.0))
    skipped = Rung(Trigger("multiple", level=1.06), 0.5, skipped=True)
    found = replayed(Position("ethereum", 4.0, cost=100.0, ladder=(done, skipped))).coins[0]
    assert found.paid == 400.0
    assert found.rungs_filled == (0,)


def test_a_stop_above_the_cost_is_left_out_and_said() -> None:
    found = replayed(Position("ethereum", 4.0, cost=100.0, stop=120.0))
    assert not found.coins[0].fills
    assert any("stop that lies above the cost" in note for note in found.notes)


def test_a_coin_that_did_not_exist_borrows_and_is_named() -> None:
    of = past()
    price = of.market.price
    young = next(
        coin.id
        for at, coin in enumerate(of.market.coins)
        if np.isnan(price[:200, at]).all() and np.isfinite(price[600, at]) and coin.sector != "stablecoin"
    )
    begins = int(np.flatnonzero(np.isfinite(price[:, of.market.column[young]]))[0])
    found = replayed(Position(young, 2.0, cost=1.0))
    assert found.borrowed == (young,)
    assert found.coins[0].borrowed_days == begins - 100
    own = price[begins:701, of.market.column[young]]
    own = own[np.isfinite(own)]
    values = found.coins[0].without_values
    assert values[-1] / values[begins - 100] == pytest.approx(own[-1] / own[0])
    assert found.coins[0].borrowed_from[0] in ("Large caps", "Mid caps", "Small caps and memes")


def test_a_start_outside_the_cycle_or_the_cache_is_unknown() -> None:
    plan = Plan(positions=(Position("ethereum", 1.0, cost=1.0),))
    of = past()
    for when in (of.market.days[99], of.market.days[701], of.market.days[690]):
        found = replay(plan, of, of.last_day, cycle(), start=when)
        assert isinstance(found, Unknown)
        assert found.why.endswith(".")


def test_the_days_are_those_of_the_methods() -> None:
    assert [one.title for one in CYCLES] == ["2017–18", "2020–21", "2023–25"]
    assert all(one.first <= one.usual < one.last for one in CYCLES)


@settings(max_examples=15, deadline=None)
@given(st.integers(150, 699))
def test_no_replay_knows_a_later_day(cut: int) -> None:
    of = past()
    position = Position("ethereum", 5.0, cost=100.0, stop=40.0, ladder=LADDER[:-1])
    whole = replayed(position).coins[0]
    day = of.market.days[cut]
    plan = Plan(positions=(position,), assumptions=FREE)
    known = replay(plan, of, day, cycle())
    # A tick found out a day later is seen as it stood by a cut alone: methods, section 0.
    assume(not of.market.has_open_ticks(day))
    forgotten = replay(plan, study(of.market.cut(day)), day, cycle())
    for early in (known, forgotten):
        assert isinstance(early, Replay)
        assert early.end == day
        one = early.coins[0]
        assert one.with_values == pytest.approx(whole.with_values[: cut - 100 + 1], rel=1e-12)
        assert one.fills == tuple(sale for sale in whole.fills if sale.day <= day)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans)
def test_no_plan_breaks_a_replay(plan: Plan) -> None:
    of = past()
    for found in (*replays(plan, of, of.last_day), replay(plan, of, of.last_day, cycle())):
        if isinstance(found, Unknown):
            assert found.why.endswith(".")
            continue
        assert math.isfinite(found.with_ladder)
        assert math.isfinite(found.without_ladder)
        for one in found.coins:
            assert sum(sale.units for sale in one.fills) + one.left == pytest.approx(
                plan.positions[one.row].quantity
            )
