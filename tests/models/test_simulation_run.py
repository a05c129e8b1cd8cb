"""From a plan and a market to the findings of the wind tunnel."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from models.market.rotation.phases import RISK_OFF, RotationHistory
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.ladders.conditions import conditions_of
from models.risk.ladders.positions import ladder_positions
from models.risk.plans.plan import Assumptions, Plan, Position, Rung, Trigger
from models.risk.simulation.estimates import Estimate
from models.risk.simulation.results import RungChance, Simulation
from models.risk.simulation.run import sample_of, simulate, wind_of
from models.risk.simulation.sample import joint_sample, selection
from tests.markets import synthetic_market

from .plan_cases import plans

SMALL = Assumptions(paths=1_000, horizon_days=60, fee_bps=0.0, slippage_bps=0.0, drawdown_limit=0.3)


@cache
def past() -> Study:
    return study(synthetic_market(days=900, coins=60))


def price_of(coin: str) -> float:
    return float(past().market.price[-1, past().market.column[coin]])


def blown(*positions: Position, cash: float = 0.0, assumed: Assumptions = SMALL) -> Simulation:
    plan = Plan(cash=cash, positions=positions, assumptions=assumed)
    found = simulate(plan, past(), past().last_day)
    assert isinstance(found, Simulation), found
    return found


def chance(found: Simulation, rung: int | None, row: int = 0) -> RungChance:
    return next(one for one in found.rungs if one.row == row and one.rung == rung)


def test_without_a_ladder_both_outcomes_are_one() -> None:
    found = blown(Position("ethereum", 2.0), Position("bitcoin", 0.1), cash=100.0)
    assert found.start == pytest.approx(2 * price_of("ethereum") + 0.1 * price_of("bitcoin") + 100)
    for level, one in found.with_ladder.quantiles.items():
        assert one.value == pytest.approx(found.without_ladder.quantiles[level].value)
    assert found.against_holding.p_worse.value == 0.0
    assert found.against_holding.mean.value == pytest.approx(0.0, abs=1e-6)
    assert found.rungs == ()


def test_selling_all_at_once_is_todays_value_after_costs() -> None:
    costly = replace(SMALL, fee_bps=100.0, slippage_bps=200.0)
    sell = Rung(Trigger("date", day=date(2000, 1, 1)), 1.0)
    found = blown(Position("ethereum", 2.0, ladder=(sell,)), cash=50.0, assumed=costly)
    kept = 0.99 * 0.98
    # Everything goes at the first close: the regret is the move of one day.
    assert found.with_ladder.quantiles[0.5].value == pytest.approx(
        2 * price_of("ethereum") * kept + 50, rel=0.02
    )
    assert found.against_selling.median.value == pytest.approx(0.0, abs=0.03 * found.start)
    assert chance(found, 0).p_filled.value == 1.0  # type: ignore[union-attr]
    assert chance(found, 0).median_day == Estimate(1.0, 0.0)


def test_a_stop_caps_the_loss_and_is_listed_before_the_rungs() -> None:
    price = price_of("ethereum")
    ladder = (Rung(Trigger("price", level=1.5 * price), 0.5),)
    found = blown(Position("ethereum", 2.0, cost=price, stop=0.8 * price, ladder=ladder))
    assert [one.rung for one in found.rungs] == [None, 0]
    assert found.with_ladder.es_99.value < found.without_ladder.es_99.value
    assert chance(found, 0).price is not None
    assert chance(found, 0).price.value == pytest.approx(1.5 * price)  # type: ignore[union-attr]


def test_the_same_coin_in_two_rows_moves_as_one() -> None:
    one = blown(Position("ethereum", 3.0))
    two = blown(Position("ethereum", 1.0), Position("ethereum", 2.0))
    assert two.without_ladder.quantiles[0.05].value == pytest.approx(one.without_ladder.quantiles[0.05].value)


def test_the_seed_is_the_plans_and_decides() -> None:
    found = blown(Position("ethereum", 3.0))
    assert found.seed == SMALL.seed
    again = blown(Position("ethereum", 3.0))
    assert again.with_ladder.quantiles == found.with_ladder.quantiles
    other = blown(Position("ethereum", 3.0), assumed=replace(SMALL, seed=8))
    assert other.with_ladder.quantiles != found.with_ladder.quantiles
    distance = abs(other.with_ladder.mean.value - found.with_ladder.mean.value)
    assert distance < 5 * math.hypot(other.with_ladder.mean.error, found.with_ladder.mean.error)


def test_a_condition_fires_as_often_as_its_days_are_drawn() -> None:
    """Every draw of a day on which the condition holds is a fill at the next close."""
    of = past()
    trigger = Trigger("season_index", level=60.0, side="above", days=1)
    plan = Plan(positions=(Position("ethereum", 1.0, ladder=(Rung(trigger, 1.0),)),), assumptions=SMALL)
    positions = ladder_positions(plan, of.market, of.last_day)
    sample = sample_of(plan, positions, of, of.last_day)
    assert not isinstance(sample, Unknown)
    wind = wind_of(positions, sample, conditions_of(of))
    fires = wind.fires[0][0]
    assert np.array_equal(fires, conditions_of(of).fires(trigger)[sample.rows])
    found = simulate(plan, of, of.last_day)
    assert isinstance(found, Simulation)
    filled = chance(found, 0).p_filled
    assert isinstance(filled, Estimate)
    if wind.today[0]:
        assert filled.value == 1.0
    else:
        # Never below what one draw a block gives, never above what independent days would give.
        assert 0 < filled.value <= 1 - (1 - fires.mean()) ** 60
    assert any("sooner than the market does" in note for note in found.notes)


def test_a_condition_that_is_never_known_is_unknown_with_its_reason() -> None:
    of = study(synthetic_market(days=500, coins=6, young=0.0, dying=0.0, bad_ticks=0))
    rung = Rung(Trigger("season_index", level=80.0, side="above", days=3), 0.5)
    plan = Plan(positions=(Position("ethereum", 1.0, ladder=(rung,)),), assumptions=SMALL)
    found = simulate(plan, of, of.last_day)
    assert isinstance(found, Simulation)
    assert isinstance(found.rungs[0].p_filled, Unknown)
    assert "season index is not known" in found.rungs[0].p_filled.why


def test_a_multiple_without_a_cost_is_unknown_with_its_reason() -> None:
    found = blown(Position("ethereum", 1.0, ladder=(Rung(Trigger("multiple", level=2.0), 0.5),)))
    assert isinstance(chance(found, 0).p_filled, Unknown)


def test_positions_without_a_price_are_left_out_by_name() -> None:
    found = blown(Position("ethereum", 1.0), Position("nobody knows", 5.0))
    assert [(row, coin) for row, coin, _ in found.left_out] == [(1, "nobody knows")]
    nothing = simulate(Plan(positions=(Position("nobody knows", 5.0),)), past(), past().last_day)
    assert isinstance(nothing, Unknown)
    assert isinstance(simulate(Plan(), past(), past().last_day), Unknown)


def test_a_young_coin_borrows_and_is_named() -> None:
    of = past()
    young = next(
        coin.id
        for at, coin in enumerate(of.market.coins)
        if np.isnan(of.market.price[:300, at]).all()
        and np.isfinite(of.market.price[-1, at])
        and coin.sector != "stablecoin"
    )
    found = blown(Position("bitcoin", 0.1), Position(young, 10.0))
    (one,) = found.borrowed
    assert one.coin == young
    own = np.isfinite(of.market.price[:, of.market.column[young]])
    assert one.days <= int(np.argmax(own)) + 1
    assert one.share == pytest.approx(one.days / found.sample_days)


def test_the_samples_are_the_days_they_say() -> None:
    of = past()
    rotation = of.rotation
    assert isinstance(rotation, RotationHistory)
    assert np.array_equal(selection(of, of.last_day, "bear"), rotation.phase == RISK_OFF)
    seasons = of.seasons_upto(of.last_day).known
    chosen = selection(of, of.last_day, "seasons")
    expected = {str(day) for one in seasons for day in np.arange(one.start, one.end + 1)}
    assert {str(day) for day in of.market.days[chosen]} == expected
    assert selection(of, of.last_day, "all").all()


def test_a_sample_that_is_too_short_is_unknown_with_numbers() -> None:
    of = past()
    found = joint_sample(of, ("bitcoin",), of.market.days[200])
    assert isinstance(found, Unknown)
    assert "365 are needed" in found.why


def test_a_sample_knows_no_later_day() -> None:
    of, when = past(), past().market.days[600]
    coins = ("bitcoin", "ethereum", of.market.coins[5].id)
    early = study(of.market.cut(when))
    for which in ("all", "seasons", "bear"):
        one = joint_sample(of, coins, when, which=which)  # type: ignore[arg-type]
        two = joint_sample(early, coins, when, which=which)  # type: ignore[arg-type]
        if isinstance(one, Unknown) or isinstance(two, Unknown):
            assert one == two
            continue
        assert np.array_equal(one.rows, two.rows)
        assert np.array_equal(one.growth, two.growth)


def test_another_currency_changes_nothing_but_the_unit() -> None:
    dollars = Plan(cash=100.0, positions=(Position("ethereum", 2.0),), assumptions=SMALL)
    euros = replace(dollars, currency="EUR", typed_rate=1.25, cash=80.0)
    one, two = (simulate(plan, past(), past().last_day) for plan in (dollars, euros))
    assert isinstance(one, Simulation)
    assert isinstance(two, Simulation)
    assert two.start == pytest.approx(one.start / 1.25)
    assert two.with_ladder.var_95.value == pytest.approx(one.with_ladder.var_95.value)


def test_ten_thousand_paths_of_twenty_coins_stay_below_500_megabytes() -> None:
    of = past()
    price = of.market.price[-1]
    coins = [coin.id for at, coin in enumerate(of.market.coins) if np.isfinite(price[at])][:20]
    target, follow = (
        Rung(Trigger("multiple", level=2.0), 0.25),
        Rung(Trigger("trailing_stop", level=0.3), 1.0, "remaining"),
    )
    longest = Rung(Trigger("moving_average", days=3650, side="below"), 0.5, "remaining")
    positions = tuple(
        Position(
            coin, 1.0, cost=price_of(coin), ladder=(target, longest, follow) if at < 2 else (target, follow)
        )
        for at, coin in enumerate(coins)
    )
    plan = Plan(positions=positions, assumptions=Assumptions(paths=10_000, horizon_days=365))
    tracemalloc.start()
    simulate(plan, of, of.last_day)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500e6


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans)
def test_no_plan_breaks_the_wind_tunnel(plan: Plan) -> None:
    of = past()
    found = simulate(plan, of, of.last_day, paths=100, horizon_days=30)
    if isinstance(found, Unknown):
        assert found.why.endswith(".")
        return
    for outcome in (found.with_ladder, found.without_ladder):
        assert all(math.isfinite(one.value) for one in outcome.quantiles.values())
        assert np.isfinite(outcome.fan.values).all()
        assert 0.0 <= outcome.p_loss.value <= 1.0
        assert outcome.es_95.value >= outcome.var_95.value - 1e-9
        assert outcome.drawdown[0.95].value <= 1.0
    for one in found.rungs:
        if not isinstance(one.p_filled, Unknown):
            assert 0.0 <= one.p_filled.value <= 1.0
