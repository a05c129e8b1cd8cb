"""The positions of a plan at the close of one day: prices, peaks and histories for their ladders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.gaps import CARRY
from models.market.snapshot import Day, Floats, Market
from models.market.unknown import Unknown
from models.risk.ladders.rungs import LadderPosition, ladder_position
from models.risk.plans.plan import Plan, Position
from models.risk.rates import rate


@dataclass(frozen=True)
class LadderPositions:
    """What a plan holds on one day, in its own currency.

    `left_out` are the positions without a price: (row in the plan, coin, why). Positions of which
    nothing is left are neither held nor left out.
    """

    as_of: Day
    cash: float
    held: tuple[LadderPosition, ...]
    left_out: tuple[tuple[int, str, str], ...]

    @property
    def value(self) -> float:
        """Everything that has a price, and cash."""
        return self.cash + sum(one.held * one.price for one in self.held)


def ladder_positions(plan: Plan, market: Market, as_of: Day) -> LadderPositions:
    """Value the positions of a plan at the close of `as_of` and read their ladders.

    The rate of `as_of` between USD and the plan's currency is used for every day of the history and
    of the future: the planner simulates coins, not currencies.
    """
    money = rate(plan, market, as_of)
    usd_rate = float("nan") if isinstance(money, Unknown) else money.usd
    held, left_out = [], []
    for row, position in enumerate(plan.positions):
        if not position.held:
            continue
        closes = closes_of(market, position.coin, as_of, usd_rate=usd_rate)
        price = price_of(position, closes)
        if isinstance(price, Unknown):
            why = money.why if isinstance(money, Unknown) else price.why
            left_out.append((row, position.coin, why))
            continue
        held.append(ladder_position(position, row=row, price=price, as_of=as_of, closes=closes))
    return LadderPositions(as_of, plan.cash, tuple(held), tuple(left_out))


def closes_of(market: Market, coin: str, as_of: Day, *, usd_rate: float = 1.0) -> Floats:
    """Return a coin's closes up to `as_of` in the plan's currency, one a day, NaN where missing."""
    at = market.column.get(coin)
    end = market.position(min(as_of, market.days[-1])) + 1 if market.days.size else 0
    if at is None or not end:
        return np.full(end, np.nan)
    return np.ascontiguousarray(market.price[:end, at]) / usd_rate


def price_of(position: Position, closes: Floats) -> float | Unknown:
    """Return the price typed by hand, else the last close, at most 3 days old."""
    if position.price is not None:
        return position.price
    newest = closes[-1 - CARRY :]
    known = newest[np.isfinite(newest)]
    if known.size:
        return float(known[-1])
    if not np.isfinite(closes).any():
        return Unknown(f"{position.coin} has no price in the cache; type one by hand.")
    age = int(closes.size - 1 - np.flatnonzero(np.isfinite(closes))[-1])
    return Unknown(
        f"The last price of {position.coin} is {age} days old; {CARRY} days are allowed. Type one by hand."
    )
