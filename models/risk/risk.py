"""The risk of a portfolio as it stands today: one frozen answer, or why there is none. Methods, section 9."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from models.market.snapshot import Day, Floats
from models.market.unknown import Unknown
from models.risk import measures
from models.risk.borrowing import Borrowed, lent_words
from models.risk.ground import WINDOW, Ground
from models.risk.portfolio import Portfolio

SESSIONS_NEEDED = 60
TEN_DAYS_NEEDED = 100
FALL = 0.5
"""Bitcoin's fall in the case of all correlations at 1."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One coin's weight in the portfolio and its share of the volatility; the shares sum to 1."""

    coin: str
    symbol: str
    weight: float
    volatility: float
    share: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The days that the figures rest on; `borrowed` are the younger coins and what stood in.

    `symbols` are those of the borrowing coins, in their order.
    """

    days: int
    first: Day
    last: Day
    window: int
    borrowed: tuple[Borrowed, ...]
    symbols: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say it in a few words: `730 days, 2 coins borrowed (SUI, APT from Layer 1)`."""
        if not self.borrowed:
            return f"{self.days} days"
        coins = "1 coin" if len(self.borrowed) == 1 else f"{len(self.borrowed)} coins"
        lent = lent_words(
            (symbol, one.lender) for symbol, one in zip(self.symbols, self.borrowed, strict=True)
        )
        return f"{self.days} days, {coins} borrowed ({lent})"


@dataclass(frozen=True)
class Risk:
    """Fractions of everything in the plan, cash included; losses positive. VaR and ES are of one day.

    `volatility` is of a year, and `contributions[i].volatility` add up to it.
    """

    sample: Sample
    volatility: float
    var_95: float
    var_99: float
    es_95: float
    es_99: float
    var_95_10: float | Unknown
    var_99_10: float | Unknown
    es_95_10: float | Unknown
    es_99_10: float | Unknown
    beta_bitcoin: float | Unknown
    beta_russell: float | Unknown
    contributions: tuple[Contribution, ...]
    diversification_ratio: float | Unknown
    effective_bets: float | Unknown
    loss_as_one: float | Unknown
    returns: Floats = field(repr=False, compare=False)

    @property
    def bets_words(self) -> str:
        """Say how many bets the positions really are."""
        n = len(self.contributions)
        if isinstance(self.effective_bets, Unknown):
            return self.effective_bets.why
        if n == 1:
            return "One position is one bet."
        return f"These {_count(n)} positions are {self.effective_bets:.1f} bets."


def risk(found: Portfolio) -> Risk | Unknown:
    """Measure today's weights over the last 730 days; cash has weight and no risk.

    Weights refer to the value of what is measured, plus cash: a coin without price or returns is
    left out, and `sample.left_out` says so.
    """
    ground = found.ground
    if ground.enough is not None:
        return ground.enough
    values = np.array([found.by_coin.get(coin, 0.0) for coin in ground.measured])
    whole = float(values.sum()) + found.plan.cash
    if not values.any():
        why = found.left_out[0] if found.left_out else "No position has a value."
        return Unknown(f"There is nothing to measure. {why}")
    weights = values / whole
    returns = weights @ ground.returns
    days = ground.grounds.days[ground.sample]
    runs = measures.compounded(returns, days)
    daily = measures.contributions(weights, ground.covariance)
    sigma = measures.portfolio_volatility(weights, ground.covariance)
    year = np.sqrt(measures.YEAR)
    return Risk(
        sample=_sample(found),
        volatility=sigma * float(year),
        var_95=measures.value_at_risk(returns, 0.95),
        var_99=measures.value_at_risk(returns, 0.99),
        es_95=measures.expected_shortfall(returns, 0.95),
        es_99=measures.expected_shortfall(returns, 0.99),
        var_95_10=_ten(runs, 0.95, measures.value_at_risk),
        var_99_10=_ten(runs, 0.99, measures.value_at_risk),
        es_95_10=_ten(runs, 0.95, measures.expected_shortfall),
        es_99_10=_ten(runs, 0.99, measures.expected_shortfall),
        beta_bitcoin=_beta_bitcoin(returns, ground),
        beta_russell=_beta_russell(returns, ground),
        contributions=tuple(
            Contribution(
                coin=coin,
                symbol=ground[coin].symbol,
                weight=float(weight),
                volatility=float(part * year),
                share=float(part / sigma) if sigma > measures.SMALLEST else 0.0,
            )
            for coin, weight, part in zip(ground.measured, weights, daily, strict=True)
        ),
        diversification_ratio=measures.diversification_ratio(weights, ground.covariance),
        effective_bets=measures.effective_bets(weights, ground.components),
        loss_as_one=_as_one(weights, ground),
        returns=returns,
    )


def _ten(runs: Floats, level: float, measure: Callable[[Floats, float], float]) -> float | Unknown:
    if runs.size < TEN_DAYS_NEEDED:
        return Unknown(f"The sample has {runs.size} runs of ten days in a row; {TEN_DAYS_NEEDED} are needed.")
    return measure(runs, level)


def _beta_bitcoin(returns: Floats, ground: Ground) -> float | Unknown:
    theirs = ground.grounds.bitcoin[ground.sample]
    both = np.isfinite(theirs)
    if np.count_nonzero(both) < SESSIONS_NEEDED:
        return Unknown(
            f"Bitcoin has {np.count_nonzero(both)} returns in the sample; {SESSIONS_NEEDED} are needed."
        )
    return measures.beta(returns[both], theirs[both])


def _beta_russell(returns: Floats, ground: Ground) -> float | Unknown:
    """Return the slope on session returns: the plan's days are compounded from one close to the next."""
    russell = ground.grounds.russell
    if isinstance(russell, Unknown):
        return russell
    days, closes, name = russell
    mine, theirs = session_returns(returns, ground, days, closes)
    if mine.size < SESSIONS_NEEDED:
        return Unknown(
            f"{name} has {mine.size} sessions with a return in the sample; {SESSIONS_NEEDED} are needed."
        )
    return measures.beta(mine, theirs)


def session_returns(
    returns: Floats, ground: Ground, sessions: object, closes: Floats
) -> tuple[Floats, Floats]:
    """Return the portfolio's and the index's simple returns from session to session.

    A session whose days (from the one before it, exclusive, to itself) are not all in the sample is
    left out.
    """
    days = ground.grounds.days
    grown = np.ones(days.size + 1)
    missing = np.zeros(days.size + 1)
    step = np.full(days.size, 1.0)
    step[ground.sample] = 1.0 + returns
    # A day that ruins everything would make every later quotient 0 / 0; the floor keeps them finite.
    grown[1:] = np.cumprod(np.maximum(step, 1e-12))
    missing[1:] = np.cumsum(~ground.sample)
    at = (np.asarray(sessions) - days[0]).astype(int)
    inside = (at[:-1] >= -1) & (at[1:] < days.size)
    start, end = at[:-1][inside] + 1, at[1:][inside] + 1
    whole = missing[end] == missing[start]
    mine = grown[end[whole]] / grown[start[whole]] - 1.0
    theirs = (closes[1:] / closes[:-1] - 1.0)[inside][whole]
    known = np.isfinite(theirs)
    return mine[known], theirs[known]


def _as_one(weights: Floats, ground: Ground) -> float | Unknown:
    bitcoin = ground.grounds.bitcoin[ground.sample]
    known = bitcoin[np.isfinite(bitcoin)]
    if known.size < SESSIONS_NEEDED:
        return Unknown(f"Bitcoin has {known.size} returns in the sample; {SESSIONS_NEEDED} are needed.")
    theirs = measures.volatility(known)
    if theirs <= measures.SMALLEST:
        return Unknown("Bitcoin did not move in this sample.")
    own = np.sqrt(np.diag(ground.covariance) * measures.YEAR)
    return measures.loss_as_one(weights, own, theirs, FALL)


def _sample(found: Portfolio) -> Sample:
    ground = found.ground
    days = ground.grounds.days[ground.sample]
    left_out = list(found.left_out)
    left_out += [
        f"{coin.symbol}: no return is known, so its risk is not measured."
        for coin in ground.coins
        if coin.coin in found.by_coin and coin.coin not in ground.place
    ]
    borrowing = tuple(coin for coin in ground.measured if ground[coin].borrowed is not None)
    return Sample(
        days=int(days.size),
        first=days[0],
        last=days[-1],
        window=WINDOW,
        borrowed=tuple(one for coin in borrowing if (one := ground[coin].borrowed) is not None),
        symbols=tuple(ground[coin].symbol for coin in borrowing),
        left_out=tuple(left_out),
    )


def _count(n: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[n] if n < len(words) else str(n)
