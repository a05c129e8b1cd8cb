"""Crashes that were, and crashes that a person makes up."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.ground import Grounds
from models.risk.plans.plan import Plan, Position, Scenario, Shock
from models.risk.portfolio import Portfolio, portfolio
from models.risk.risk import Risk, risk
from models.risk.stress import WINDOWS, Window, as_one, scenario_stress, stresses, window_stress
from tests.markets import synthetic_market

from .plan_cases import plans, study_of

N_DAYS = 900


@pytest.fixture(scope="module")
def plain() -> Study:
    """Coin b is two times Bitcoin's return, c minus one times, d is asleep."""
    rng = np.random.default_rng(2)
    bitcoin = rng.normal(0.0, 0.02, N_DAYS)
    returns = np.stack([bitcoin, 2 * bitcoin, -bitcoin, np.zeros(N_DAYS)], axis=1)
    russell = rng.normal(0.0, 0.01, N_DAYS)
    names = ["bitcoin", "b", "c", "d"]
    return study_of(returns, names=names, sectors=["layer1", "defi", "ai", "meme"], russell=russell)


@cache
def wild() -> Study:
    return study(synthetic_market(days=900, coins=80))


def held(of: Study, amounts: dict[str, float], *, cash: float = 0.0, scenarios: object = ()) -> Portfolio:
    """Hold each coin for an amount of money."""
    last = of.market.price[-1]
    positions = tuple(
        Position(coin, amount / float(last[of.market.column[coin]])) for coin, amount in amounts.items()
    )
    plan = Plan(cash=cash, positions=positions, scenarios=tuple(scenarios))  # type: ignore[arg-type]
    return portfolio(plan, Grounds(of, of.last_day))


def window(of: Study, first: int, last: int) -> Window:
    return Window("own", "Own", of.market.days[first], of.market.days[last])


def test_a_window_moves_prices_as_they_moved(plain: Study) -> None:
    price = plain.market.price
    found = window_stress(
        held(plain, {"bitcoin": 600.0, "b": 300.0}, cash=100.0), plain, window(plain, 100, 130)
    )
    column = plain.market.column
    changes = {coin: price[99:131, column[coin]] / price[99, column[coin]] - 1 for coin in ("bitcoin", "b")}
    losses = [-(600 * a + 300 * b) / 1000 for a, b in zip(*changes.values(), strict=True)]
    worst = int(np.argmax(losses[1:])) + 1
    assert found.loss == pytest.approx(max(losses[1:]))
    assert found.worst_day == plain.market.days[99 + worst]
    assert found.end_loss == pytest.approx(losses[-1])
    assert found.borrowed == 0
    assert {row.coin: row.change for row in found.by_coin} == pytest.approx(
        {coin: change[worst] for coin, change in changes.items()}
    )


def test_a_gain_is_a_negative_loss(plain: Study) -> None:
    bitcoin = plain.market.price[:, plain.market.column["bitcoin"]]
    up = int(np.argmax(bitcoin[1:] / bitcoin[:-1])) + 1
    found = window_stress(held(plain, {"bitcoin": 1.0}), plain, window(plain, up, up))
    assert found.loss == pytest.approx(-(bitcoin[up] / bitcoin[up - 1] - 1))


def test_parts_of_the_coins_add_up_to_the_loss(plain: Study) -> None:
    found = held(plain, {"bitcoin": 5.0, "b": 3.0, "c": 2.0, "d": 1.0}, cash=4.0)
    for stress in (window_stress(found, plain, window(plain, 300, 400)), as_one(found)):
        assert isinstance(stress.loss, float)
        assert sum(row.loss for row in stress.by_coin) == pytest.approx(stress.loss)
        assert [row.loss for row in stress.by_coin] == sorted((r.loss for r in stress.by_coin), reverse=True)


def test_windows_outside_the_days_known_are_unknown(plain: Study) -> None:
    found = held(plain, {"bitcoin": 1.0})
    after = Window("x", "x", plain.last_day + 1, plain.last_day + 3)
    before = Window("x", "x", plain.first_day, plain.first_day + 3)
    for one, part in ((after, "are known here"), (before, "The cache begins on")):
        loss = window_stress(found, plain, one).loss
        assert isinstance(loss, Unknown)
        assert part in loss.why


def test_a_window_after_the_day_chosen_is_not_looked_at(plain: Study) -> None:
    plan = Plan(positions=(Position("bitcoin", 1.0),))
    early = portfolio(plan, Grounds(plain, plain.market.days[500]))
    assert isinstance(window_stress(early, plain, window(plain, 490, 501)).loss, Unknown)
    whole = window_stress(early, plain, window(plain, 490, 500))
    cut = study(plain.market.cut(plain.market.days[500]))
    assert whole == window_stress(portfolio(plan, Grounds(cut, cut.last_day)), cut, window(plain, 490, 500))


def test_a_coin_that_did_not_exist_borrows_its_tier_and_says_so() -> None:
    of = wild()
    price = of.market.price
    young = next(
        coin.id
        for at, coin in enumerate(of.market.coins)
        if np.isnan(price[:400, at]).all() and np.isfinite(price[-1, at]) and coin.sector != "stablecoin"
    )
    found = window_stress(held(of, {"bitcoin": 10.0, young: 10.0}), of, window(of, 200, 230))
    assert found.borrowed == 1
    row = next(one for one in found.by_coin if one.coin == young)
    codes = of.universe.tier[:, of.market.column[young]]
    tier = ("large", "mid", "small")[int(codes[codes > 0][-1]) - 1] if (codes > 0).any() else "small"
    values = of.tiers[tier].values
    assert row.borrowed == {"large": "Large caps", "mid": "Mid caps", "small": "Small caps and memes"}[tier]
    assert found.borrowed_words == f"{row.symbol} from {row.borrowed}"
    worst = of.market.position(found.worst_day) if found.worst_day is not None else -1
    assert row.change == pytest.approx(values[worst] / values[199] - 1)


def test_correlations_of_one_are_the_figure_of_the_risk_now(plain: Study) -> None:
    found = held(plain, {"bitcoin": 5.0, "b": 3.0, "c": 2.0, "d": 1.0}, cash=4.0)
    measured = risk(found)
    assert isinstance(measured, Risk)
    assert as_one(found).loss == pytest.approx(measured.loss_as_one)
    changes = {row.coin: row.change for row in as_one(found).by_coin}
    # Twice the returns make twice the volatility; against the market counts like with it; -100 % at most.
    assert changes == pytest.approx({"bitcoin": -0.5, "b": -1.0, "c": -0.5, "d": 0.0}, abs=2e-3)


def test_shocks_act_through_betas(plain: Study) -> None:
    found = held(plain, {"bitcoin": 1.0, "b": 1.0, "c": 1.0, "d": 1.0})
    rows = {row.coin: row.change for row in scenario_stress(found, Scenario("x", bitcoin=-0.3)).by_coin}
    assert rows == pytest.approx({"bitcoin": -0.3, "b": -0.6, "c": 0.3, "d": 0.0}, abs=1e-9)
    deep = {row.coin: row.change for row in scenario_stress(found, Scenario("x", bitcoin=-0.9)).by_coin}
    assert deep["b"] == -1.0


def test_both_shocks_together_do_not_count_twice(plain: Study) -> None:
    """The Russell's own slope is about 0 once Bitcoin is known: the coins are made of Bitcoin alone."""
    found = held(plain, {"b": 1.0, "c": 1.0})
    rows = {
        row.coin: row.change
        for row in scenario_stress(found, Scenario("x", bitcoin=-0.2, russell=-0.1)).by_coin
    }
    assert rows == pytest.approx({"b": -0.4, "c": 0.2}, abs=0.01)


def test_named_coins_move_directly(plain: Study) -> None:
    found = held(plain, {"bitcoin": 1.0, "b": 1.0})
    shocks = (Shock("b", -0.9), Shock("not held", 1.0))
    rows = {row.coin: row.change for row in scenario_stress(found, Scenario("x", coins=shocks)).by_coin}
    assert rows == {"bitcoin": 0.0, "b": -0.9}


def test_the_users_scenarios_come_last(plain: Study) -> None:
    found = held(plain, {"bitcoin": 1.0}, scenarios=(Scenario("Flood", bitcoin=-0.8),))
    titles = [one.title for one in stresses(found, plain)]
    assert titles == ["BTC −50 %, all correlations 1", *(one.title for one in WINDOWS), "Flood"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans)
def test_no_plan_breaks_the_stress_table(plan: Plan) -> None:
    of = wild()
    for one in stresses(portfolio(plan, Grounds(of, of.last_day)), of):
        if isinstance(one.loss, Unknown):
            assert one.loss.why.endswith(".")
        else:
            assert math.isfinite(one.loss)
            assert sum(row.loss for row in one.by_coin) == pytest.approx(one.loss, rel=1e-6, abs=1e-9)


def test_the_windows_are_those_of_the_methods() -> None:
    assert [(str(one.first), str(one.last)) for one in WINDOWS] == [
        ("2018-01-01", "2018-02-28"),
        ("2020-03-01", "2020-03-31"),
        ("2021-05-01", "2021-05-31"),
        ("2022-05-01", "2022-06-30"),
        ("2022-11-01", "2022-11-30"),
        ("2024-08-01", "2024-08-31"),
        ("2025-10-10", "2025-10-10"),
    ]
    assert all(day(str(one.first)) <= one.last for one in WINDOWS)
