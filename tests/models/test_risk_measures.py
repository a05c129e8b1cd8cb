"""Figures of risk against closed forms, and against skfolio where both mean the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from models.market.snapshot import day
from models.market.unknown import Unknown
from models.risk import measures


def components(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, directions = np.linalg.eigh(covariance)
    return np.maximum(values, 0.0), directions


def some_covariance(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, n + 3))
    return factors @ factors.T / n


def test_var_and_es_of_a_normal_sample_meet_the_closed_forms() -> None:
    """With mean m and deviation s: VaR = z s - m, ES = s phi(z) / (1 - level) - m."""
    mean, deviation, n = 0.001, 0.04, 400_000
    sample = np.random.default_rng(7).normal(mean, deviation, n)
    for level in (0.95, 0.99):
        z = stats.norm.ppf(level)
        tail = 1 - level
        # Five standard errors of a quantile and of a tail mean.
        slack = 5 * np.sqrt(level * tail / n) / (stats.norm.pdf(z) / deviation)
        assert measures.value_at_risk(sample, level) == pytest.approx(z * deviation - mean, abs=slack)
        expected = deviation * stats.norm.pdf(z) / tail - mean
        assert measures.expected_shortfall(sample, level) == pytest.approx(expected, abs=3 * slack)


def test_var_is_interpolated_and_neither_var_nor_es_is_floored() -> None:
    gains = np.array([0.01, 0.02, 0.03, 0.04, 0.05])
    assert measures.value_at_risk(gains, 0.95) == pytest.approx(-(0.01 + 0.2 * 0.01))
    assert measures.expected_shortfall(gains, 0.95) == pytest.approx(-0.01)
    assert measures.expected_shortfall(np.full(9, 0.02), 0.99) == pytest.approx(-0.02)


def test_var_and_es_lie_where_skfolio_puts_them() -> None:
    """skfolio takes an order statistic where we interpolate: equal up to one step of the sample."""
    reference = pytest.importorskip("skfolio.measures", reason="skfolio is a development dependency.")
    sample = np.random.default_rng(3).standard_t(4, 730) * 0.03
    ordered = np.sort(sample)
    for level in (0.95, 0.99):
        at = (1 - level) * 729
        low, high = ordered[int(at)], ordered[int(at) + 1]
        assert low <= -measures.value_at_risk(sample, level) <= high
        assert low <= -float(reference.value_at_risk(sample, beta=level)) <= high
        ours, theirs = measures.expected_shortfall(sample, level), float(reference.cvar(sample, beta=level))
        assert ours == pytest.approx(theirs, rel=0.03)


def test_contributions_and_diversification_are_those_of_skfolio() -> None:
    skfolio = pytest.importorskip("skfolio", reason="skfolio is a development dependency.")
    rng = np.random.default_rng(5)
    returns = rng.normal(0.001, 0.03, (500, 6)) + rng.normal(0, 0.03, (500, 1))
    weights = np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    theirs = skfolio.Portfolio(X=returns, weights=weights)
    covariance = np.cov(returns.T)
    ours = measures.contributions(weights, covariance)
    assert measures.portfolio_volatility(weights, covariance) == pytest.approx(
        theirs.standard_deviation, rel=1e-9
    )
    reference = theirs.contribution(skfolio.RiskMeasure.STANDARD_DEVIATION)
    assert ours == pytest.approx(np.asarray(reference, dtype=float), rel=1e-3)  # theirs by differences
    assert measures.diversification_ratio(weights, covariance) == pytest.approx(
        float(theirs.diversification), rel=1e-9
    )


@settings(deadline=None)
@given(n=st.integers(1, 30), seed=st.integers(0, 1000), cash=st.floats(0, 0.9))
def test_contributions_sum_to_the_volatility(n: int, seed: int, cash: float) -> None:
    covariance = some_covariance(n, seed)
    weights = np.random.default_rng(seed).dirichlet(np.ones(n)) * (1 - cash)
    total = measures.contributions(weights, covariance).sum()
    assert total == pytest.approx(measures.portfolio_volatility(weights, covariance), abs=1e-10)


@pytest.mark.parametrize("n", [1, 2, 8])
def test_identical_assets_are_one_bet(n: int) -> None:
    covariance = np.full((n, n), 0.04)
    weights = np.full(n, 0.9 / n)
    assert measures.effective_bets(weights, components(covariance)) == pytest.approx(1.0, abs=1e-9)
    assert measures.diversification_ratio(weights, covariance) == pytest.approx(1.0)


@pytest.mark.parametrize("n", [1, 2, 8])
def test_independent_assets_of_equal_risk_are_n_bets(n: int) -> None:
    deviations = np.linspace(0.02, 0.09, n)
    covariance = np.diag(deviations**2)
    weights = 1 / deviations / (1 / deviations).sum()
    assert measures.effective_bets(weights, components(covariance)) == pytest.approx(n, abs=1e-9)
    assert measures.diversification_ratio(weights, covariance) == pytest.approx(np.sqrt(n))


@settings(deadline=None)
@given(n=st.integers(1, 20), seed=st.integers(0, 1000))
def test_bets_lie_between_one_and_n_and_do_not_depend_on_the_amount(n: int, seed: int) -> None:
    covariance = some_covariance(n, seed)
    weights = np.random.default_rng(seed).dirichlet(np.ones(n))
    bets = measures.effective_bets(weights, components(covariance))
    assert 1 - 1e-9 <= bets <= n + 1e-9
    assert measures.effective_bets(weights / 3, components(covariance)) == pytest.approx(bets)


def test_cash_alone_has_no_risk_to_be_spread() -> None:
    covariance = np.zeros((2, 2))
    weights = np.array([0.5, 0.5])
    assert isinstance(measures.effective_bets(weights, components(covariance)), Unknown)
    assert isinstance(measures.diversification_ratio(weights, covariance), Unknown)
    assert measures.contributions(weights, covariance).tolist() == [0.0, 0.0]


def test_beta_is_the_slope_of_a_regression() -> None:
    rng = np.random.default_rng(2)
    market = rng.normal(0, 0.03, 500)
    returns = 1.4 * market + rng.normal(0, 0.02, 500)
    assert measures.beta(returns, market) == pytest.approx(stats.linregress(market, returns).slope)
    assert isinstance(measures.beta(returns, np.zeros(500)), Unknown)


def test_ten_day_returns_overlap_and_do_not_cross_a_missing_day() -> None:
    returns = np.random.default_rng(1).normal(0, 0.03, 40)
    days = day("2024-01-01") + np.arange(40)
    slow = [np.prod(1 + returns[i : i + 10]) - 1 for i in range(31)]
    assert measures.compounded(returns, days) == pytest.approx(slow)
    keep = np.arange(40) != 20
    runs = measures.compounded(returns[keep], days[keep])
    assert runs == pytest.approx([*slow[:11], *slow[21:]])
    assert measures.compounded(returns[:5], days[:5]).size == 0


def test_no_coin_falls_below_zero_when_everything_falls_as_one() -> None:
    """Volatility over Bitcoin's is the beta: 0.5 and 1.5 at half of Bitcoin's fall; 3 falls by all of it."""
    weights, own = np.array([0.2, 0.2, 0.2]), np.array([0.3, 0.9, 1.8])
    assert measures.loss_as_one(weights, own, 0.6) == pytest.approx(0.2 * (0.25 + 0.75 + 1.0))
