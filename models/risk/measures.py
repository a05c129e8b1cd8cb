"""Figures of risk from daily returns: VaR, ES, volatility, contributions, bets. Methods, section 9.

Everything takes plain arrays of one sample of days, without gaps, and knows nothing of plans.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.market.snapshot import Days, Floats
from models.market.unknown import Unknown

YEAR = 365
SMALLEST = 1e-12
"""Volatility below this is rounding: a portfolio of cash has no risk to be shared out."""


def value_at_risk(returns: Floats, level: float) -> float:
    """Return the loss that is exceeded on a fraction 1 - `level` of days, as a positive number.

    Parameters
    ----------
    returns : shape (n,), simple returns as fractions
    level : such as 0.95

    Notes
    -----
    The negative of the linearly interpolated quantile; not floored, so a sure gain is a negative loss.

    >>> round(value_at_risk(np.linspace(-0.10, 0.10, 21), 0.95), 9)
    0.09
    """
    return -float(np.quantile(returns, 1.0 - level, method="linear"))


def expected_shortfall(returns: Floats, level: float) -> float:
    """Return the mean loss of the days at or below the quantile, as a positive number.

    >>> round(expected_shortfall(np.linspace(-0.10, 0.10, 21), 0.95), 9)
    0.095
    """
    return -float(np.mean(returns[returns <= -value_at_risk(returns, level)]))


def volatility(returns: Floats) -> float:
    """Return the yearly volatility of daily returns, shape (n,): ddof 1, times the root of 365."""
    return float(np.std(returns, ddof=1) * np.sqrt(YEAR))


def compounded(returns: Floats, days: Days, length: int = 10) -> Floats:
    """Return the compounded returns of all overlapping runs of `length` consecutive days.

    Parameters
    ----------
    returns, days : shape (n,)
        Runs across a day that the sample lacks are left out.
    """
    if returns.size < length:
        return np.zeros(0)
    whole = days[length - 1 :] - days[: days.size - length + 1] == np.timedelta64(length - 1, "D")
    runs = np.prod(1.0 + sliding_window_view(returns, length), axis=1) - 1.0
    return np.asarray(runs[whole])


def beta(returns: Floats, market: Floats) -> float | Unknown:
    """Return the slope of returns on those of a market: covariance over variance, shape (n,) each."""
    centred = market - market.mean()
    spread = float(centred @ centred)
    if spread <= SMALLEST**2:
        return Unknown("The market did not move in this sample.")
    return float(centred @ (returns - returns.mean())) / spread


def portfolio_volatility(weights: Floats, covariance: Floats) -> float:
    """Return the volatility of a portfolio in the unit of the covariance; shapes (n,) and (n, n)."""
    return float(np.sqrt(max(float(weights @ covariance @ weights), 0.0)))


def contributions(weights: Floats, covariance: Floats) -> Floats:
    """Return w_i (Σ w)_i / σ, which sum to σ; zeros where there is no risk. Shape (n,).

    Cash is not in the arrays: it has weight but no risk, so the weights need not sum to 1.
    """
    sigma = portfolio_volatility(weights, covariance)
    if sigma <= SMALLEST:
        return np.zeros_like(weights)
    return np.asarray(weights * (covariance @ weights) / sigma)


def diversification_ratio(weights: Floats, covariance: Floats) -> float | Unknown:
    """Return the weighted mean volatility over that of the whole. Choueifaty and Coignard (2008).

    1 for one holding or identical ones, the root of n for n independent ones of equal risk.
    """
    sigma = portfolio_volatility(weights, covariance)
    if sigma <= SMALLEST:
        return Unknown("There is no risk to be spread: nothing that is held has moved.")
    return float(weights @ np.sqrt(np.diag(covariance))) / sigma


def effective_bets(weights: Floats, components: tuple[Floats, Floats]) -> float | Unknown:
    """Return the number of independent bets: exp of the entropy of risk shares. Meucci (2009).

    Parameters
    ----------
    weights : shape (n,)
    components : variances (n,) and directions (n, n), one a column, of the covariance

    Notes
    -----
    Each principal component carries the share p_k = (direction_k · w)² variance_k / σ² of the
    variance. Where variances are equal the directions are not unique; those of the eigensolver
    are taken.
    """
    shares = risk_shares(weights, components)
    if isinstance(shares, Unknown):
        return shares
    some = shares[shares > 0]
    return float(np.exp(-np.sum(some * np.log(some))))


def risk_shares(weights: Floats, components: tuple[Floats, Floats]) -> Floats | Unknown:
    """Return the share of variance of each principal component; they sum to 1. Shape (n,)."""
    variances, directions = components
    parts = (directions.T @ weights) ** 2 * variances
    total = float(parts.sum())
    if total <= SMALLEST**2:
        return Unknown("There is no risk to be spread: nothing that is held has moved.")
    return np.asarray(parts / total)


def loss_as_one(weights: Floats, volatilities: Floats, bitcoin_volatility: float, fall: float = 0.5) -> float:
    """Return the loss when every correlation is 1 and Bitcoin falls by `fall`, as a fraction.

    With correlation 1 the beta of a coin is its volatility over Bitcoin's; no coin falls below zero.
    Shapes (n,).

    >>> loss_as_one(np.array([0.5, 0.4]), np.array([0.6, 1.8]), 0.6)
    0.65
    """
    falls = np.minimum(fall * volatilities / bitcoin_volatility, 1.0)
    return float(weights @ falls)
