"""Values, the sample, borrowing and the risk of a plan, against slow code of another make."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from models.market.snapshot import Series, day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.assessment import assess
from models.risk.ground import Grounds
from models.risk.plans.plan import Done, Plan, Position, Rung, Trigger
from models.risk.portfolio import portfolio
from models.risk.risk import Risk, risk
from tests.markets import synthetic_market

from .plan_cases import market_of, plans, study_of

N_DAYS = 900


def returns_of(n: int, *, seed: int = 0, days: int = N_DAYS) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0.0005, 0.02, (days, 1)) + rng.normal(0, 0.02, (days, n))


@pytest.fixture(scope="module")
def plain() -> Study:
    """Bitcoin and four coins without gaps, with the Russell 2000."""
    names = ["bitcoin", "a", "b", "c", "d"]
    russell = np.random.default_rng(9).normal(0.0, 0.01, N_DAYS)
    return study_of(
        returns_of(5), names=names, sectors=["layer1", "defi", "defi", "ai", "meme"], russell=russell
    )


@cache
def wild() -> Study:
    """A market with every trouble; no fixture, because hypothesis would print all of it."""
    return study(synthetic_market(days=900, coins=80))


def measured(plan: Plan, of: Study) -> Risk:
    found = risk(portfolio(plan, Grounds(of, of.last_day)))
    assert isinstance(found, Risk), found
    return found


def test_values_shares_and_cash_add_up(plain: Study) -> None:
    grounds = Grounds(plain, plain.last_day)
    price = float(plain.market.price[-1, plain.market.column["a"]])
    plan = Plan(cash=100.0, positions=(Position("a", 2.0, cost=10.0), Position("b", 3.0, price=50.0)))
    found = portfolio(plan, grounds)
    assert found.holdings[0].value == pytest.approx(2 * price)
    assert found.holdings[1].typed
    assert found.total == pytest.approx(2 * price + 150 + 100)
    assert sum(h.share for h in found.holdings) + 100 / found.capital == pytest.approx(1.0)
    assert found.holdings[0].gain == pytest.approx(2 * price - 20)


def test_a_coin_without_any_price_is_left_out_in_words(plain: Study) -> None:
    plan = Plan(cash=100.0, positions=(Position("a", 2.0), Position("nobody knows", 3.0)))
    found = portfolio(plan, Grounds(plain, plain.last_day))
    assert isinstance(found.holdings[1].value, Unknown)
    assert found.left_out == (
        "Row 2, nobody knows: “nobody knows” is not in the cache. Type its price, or choose a coin of the "
        "list.",
    )
    assert found.total == pytest.approx(100 + found.holdings[0].value)


def test_a_coin_whose_price_is_typed_but_whose_returns_nobody_knows_is_not_measured(plain: Study) -> None:
    plan = Plan(positions=(Position("a", 2.0), Position("nobody knows", 3.0, price=5.0)))
    found = measured(plan, plain)
    assert [c.coin for c in found.contributions] == ["a"]
    assert "nobody knows: no return is known, so its risk is not measured." in found.sample.left_out


def test_a_price_may_be_three_days_old_and_no_more(plain: Study) -> None:
    returns = returns_of(2)
    returns[-4:, 0] = np.nan
    returns[-3:, 1] = np.nan
    of = study(market_of(returns, names=["old", "fine"]))
    grounds = Grounds(of, of.last_day)
    assert isinstance(grounds.coin("old").price, Unknown)
    assert "nor on the 3 days before" in grounds.coin("old").price.why
    assert grounds.coin("fine").price_day == of.last_day - 3


def test_the_same_coin_in_two_rows_is_counted_together(plain: Study) -> None:
    grounds = Grounds(plain, plain.last_day)
    twice = portfolio(Plan(positions=(Position("a", 2.0), Position("a", 3.0), Position("b", 1.0))), grounds)
    once = portfolio(Plan(positions=(Position("a", 5.0), Position("b", 1.0))), grounds)
    assert dict(twice.by_coin) == pytest.approx(dict(once.by_coin))
    assert twice.notices == ("A stands in rows 1, 2; limits count them together.",)
    assert risk(twice).volatility == pytest.approx(risk(once).volatility)


def test_units_sold_by_a_rung_no_longer_count(plain: Study) -> None:
    rung = Rung(Trigger("price", level=9.0), 0.5, done=Done(np.datetime64("2024-01-05").item(), 1.5, 9.0))
    found = portfolio(
        Plan(positions=(Position("a", 2.0, cost=4.0, ladder=(rung,)),)), Grounds(plain, plain.last_day)
    )
    holding = found.holdings[0]
    assert holding.value == pytest.approx(0.5 * holding.price)
    assert holding.gain == pytest.approx(0.5 * holding.price + 1.5 * 9 - 8)


@pytest.mark.parametrize(
    ("series", "value", "usd"),
    [("EURUSD", 1.08, 1.08), ("DEXUSEU", 1.1, 1.1)],
)
def test_a_plan_in_euros_takes_the_cached_rate(plain: Study, series: str, value: float, usd: float) -> None:
    market = market_of(returns_of(1, days=500))
    rates = Series(series, series, "USD", "x", "session", market.days[-9:-1], np.full(8, value))
    object.__setattr__(market, "series", {series: rates})
    grounds = Grounds(study(market), market.as_of)
    plan = Plan(currency="EUR", positions=(Position("a", 1.0, cost=1.0),))
    assert portfolio(plan, grounds).total == pytest.approx(float(market.price[-1, 0]) / usd)
    assert portfolio(Plan(currency="EUR", typed_rate=2.0, positions=plan.positions), grounds).total == (
        pytest.approx(float(market.price[-1, 0]) / 2)
    )


def test_yen_are_read_from_the_price_of_a_dollar_and_an_old_rate_is_none() -> None:
    market = market_of(returns_of(1, days=500))
    rates = Series("DEXJPUS", "yen", "JPY", "x", "session", market.days[:-8], np.full(492, 150.0))
    object.__setattr__(market, "series", {"DEXJPUS": rates})
    plan = Plan(currency="JPY", positions=(Position("a", 1.0),))
    price = float(market.price[-1, 0])
    assert portfolio(plan, Grounds(study(market), market.as_of)).total == pytest.approx(150 * price)
    object.__setattr__(market, "series", {"DEXJPUS": rates.upto(market.days[-20])})
    found = portfolio(plan, Grounds(study(market), market.as_of))
    assert "Type how many USD one JPY costs" in found.left_out[0]


def test_the_risk_is_that_of_slow_code_of_another_make(plain: Study) -> None:
    """pandas and scipy, written from the methods' text alone."""
    import pandas as pd
    from scipy import stats

    market, quantities, cash = plain.market, {"bitcoin": 3.0, "a": 5.0, "c": 4.0, "d": 2.0}, 200.0
    prices = pd.DataFrame(
        {coin: market.price[:, market.column[coin]] for coin in quantities},
        index=pd.DatetimeIndex(market.days),
    )
    values = prices.iloc[-1] * pd.Series(quantities)
    weights = values / (values.sum() + cash)
    returns = prices.pct_change(fill_method=None).iloc[-730:].dropna()
    whole = returns @ weights
    found = measured(Plan(cash=cash, positions=tuple(Position(c, q) for c, q in quantities.items())), plain)
    assert found.sample.days == 730
    assert found.volatility == pytest.approx(whole.std() * 365**0.5)
    for level, var, es in ((0.05, found.var_95, found.es_95), (0.01, found.var_99, found.es_99)):
        edge = whole.quantile(level)
        assert var == pytest.approx(-edge)
        assert es == pytest.approx(-whole[whole <= edge].mean())
    ten = (1 + whole).rolling(10).apply(np.prod, raw=True).dropna() - 1
    assert found.var_95_10 == pytest.approx(-ten.quantile(0.05))
    assert found.es_99_10 == pytest.approx(-ten[ten <= ten.quantile(0.01)].mean())
    assert found.beta_bitcoin == pytest.approx(stats.linregress(returns["bitcoin"], whole).slope)
    russell = market.series["RUT"]
    index = pd.Series(russell.values, index=pd.DatetimeIndex(russell.days))
    wealth = (1 + whole).cumprod()
    wealth.loc[wealth.index[0] - pd.Timedelta(days=1)] = 1.0
    both = pd.DataFrame({"index": index, "plan": wealth.sort_index()}).dropna().pct_change().dropna()
    assert found.beta_russell == pytest.approx(stats.linregress(both["index"], both["plan"]).slope)
    covariance = returns.cov()
    sigma = float(np.sqrt(weights @ covariance @ weights))
    assert [c.share for c in found.contributions] == pytest.approx(
        list(weights * (covariance @ weights) / sigma**2)
    )
    assert sum(c.volatility for c in found.contributions) == pytest.approx(found.volatility, abs=1e-10)
    ratio = np.sqrt(np.diag(covariance)) / returns["bitcoin"].std()
    assert found.loss_as_one == pytest.approx(float(weights @ np.minimum(0.5 * ratio, 1.0)))


def test_days_on_which_a_holding_lacks_a_return_are_left_out() -> None:
    returns = returns_of(2)
    returns[-50, 0] = np.nan
    of = study(market_of(returns))
    found = measured(Plan(positions=(Position("a", 1.0), Position("b", 1.0))), of)
    # No price on one day: no return on it, nor on the next.
    assert found.sample.days == 728


def test_a_younger_coin_borrows_its_sector_scaled_to_its_own_volatility() -> None:
    days = 900
    returns = returns_of(12, days=days)
    returns[: days - 200, 11] = np.nan
    returns[:, 11] *= 2
    of = study(market_of(returns, sectors=["defi"] * 12))
    coin = of.market.coins[11].id
    grounds = Grounds(of, of.last_day)
    found = grounds.coin(coin)
    own = found.own
    index = of.sectors["defi"].values
    sector = (index[1:] / index[:-1] - 1)[-730:]
    scale = np.std(found.returns[own], ddof=1) / np.std(sector[own], ddof=1)
    assert found.borrowed.days == 730 - int(own.sum())
    assert found.borrowed.of == ("DeFi",)
    assert found.borrowed.scale == pytest.approx(scale)
    assert found.returns[~own] == pytest.approx(scale * sector[~own])
    whole = measured(Plan(positions=(Position("a", 1.0), Position(coin, 1.0))), of)
    symbol = of.market.coins[11].symbol
    assert whole.sample.words == f"730 days, 1 coin borrowed ({symbol} from DeFi)"


def test_a_coin_of_a_year_borrows_nothing() -> None:
    returns = returns_of(12)
    returns[: N_DAYS - 400, 11] = np.nan
    of = study(market_of(returns, sectors=["defi"] * 12))
    found = measured(Plan(positions=(Position("a", 1.0), Position(of.market.coins[11].id, 1.0))), of)
    assert found.sample.words == "399 days"


def test_too_short_a_history_is_unknown_with_the_coin_that_is_to_blame() -> None:
    of = study_of(returns_of(3, days=300))
    found = risk(portfolio(Plan(positions=(Position("a", 1.0),)), Grounds(of, of.last_day)))
    assert found == Unknown(
        "Only 299 of the last 730 days have a return of every holding; 365 are needed. A has the fewest, 299."
    )


def test_the_words_for_bets(plain: Study) -> None:
    assert measured(Plan(positions=(Position("a", 1.0),)), plain).bets_words == "One position is one bet."
    found = measured(Plan(positions=(Position("a", 1.0), Position("b", 1.0))), plain)
    assert found.bets_words == f"These two positions are {found.effective_bets:.1f} bets."


def test_nothing_after_the_day_changes_a_figure() -> None:
    as_of = day("2021-03-01")
    plan = Plan(
        cash=5.0, positions=(Position("bitcoin", 1.0), Position("ethereum", 3.0), Position("tether", 9.0))
    )
    early = study(wild().market.cut(as_of))
    sliced, cut = assess(plan, Grounds(wild(), as_of)), assess(plan, Grounds(early, as_of))
    assert sliced.risk == cut.risk
    assert [(r.name, r.value, r.state) for r in sliced.rules] == [
        (r.name, r.value, r.state) for r in cut.rules
    ]


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(plan=plans)
def test_no_plan_breaks_a_figure(plan: Plan) -> None:
    found = assess(plan, Grounds(wild(), wild().last_day))
    assert len(found.rules) == 8
    assert len(found.sizes) == len(plan.positions)
    assert np.isfinite([found.portfolio.total, found.portfolio.capital, found.portfolio.value]).all()
    for rule in found.rules:
        assert isinstance(rule.value, Unknown) or np.isfinite(rule.value)
        assert rule.sentence.endswith(".")
    for size in found.sizes:
        assert isinstance(size.largest, Unknown) or np.isfinite(size.largest)
    if isinstance(found.risk, Risk):
        assert np.isfinite([found.risk.volatility, found.risk.es_99]).all()


def test_ten_thousand_rows_are_assessed_without_ado() -> None:
    ids = [coin.id for coin in wild().market.coins] + ["nobody knows"]
    plan = Plan(positions=tuple(Position(ids[i % len(ids)], 1.0 + i) for i in range(10_000)))
    found = assess(plan, Grounds(wild(), wild().last_day))
    assert len(found.portfolio.by_coin) <= len(ids)
