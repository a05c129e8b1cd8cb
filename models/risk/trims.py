"""The smallest sales that bring a plan back within its limits. Methods, section 9.

Selling turns a position into cash and leaves the capital as it is, so most limits are straight
lines in what stays: the least to sell is a linear programme. The number of effective bets is none;
it is raised step by step, always where a sale raises it most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Floats
from models.market.unknown import Unknown
from models.risk.measures import effective_bets, risk_shares
from models.risk.plan import Plan
from models.risk.plan_edits import changed, position_changed
from models.risk.portfolio import Holding, Portfolio

STEP = 0.02
"""Share of a position that one step sells while the number of bets is raised."""
STEPS = 400
DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Trim:
    """Sell `units` of one row, worth `value` in the plan's currency."""

    row: int
    coin: str
    symbol: str
    units: float
    value: float

    @property
    def words(self) -> str:
        """Say it: `3.15 ETH`."""
        return f"{_amount(self.units)} {self.symbol}"


@dataclass(frozen=True, slots=True)
class Trims:
    """Sales, and the limits that no sale restores, each with a sentence."""

    trims: tuple[Trim, ...]
    unmet: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        return sum(trim.value for trim in self.trims)


def applied(plan: Plan, trims: tuple[Trim, ...]) -> Plan:
    """Sell: quantities fall (the rows and their ladders stay), the money joins the cash. One edit.

    A row sold out goes, unless it has sales on record.
    """
    for trim in sorted(trims, key=lambda one: one.row, reverse=True):
        position = plan.positions[trim.row]
        left = position.held - trim.units
        if left > DUST * position.quantity:
            plan = position_changed(plan, trim.row, quantity=position.quantity - trim.units)
        elif position.sold > 0:
            plan = position_changed(plan, trim.row, quantity=position.sold)
        else:
            rows = plan.positions
            plan = changed(plan, positions=(*rows[: trim.row], *rows[trim.row + 1 :]))
    return changed(plan, cash=plan.cash + sum(trim.value for trim in trims))


def largest_first(holdings: list[Holding], amount: float) -> tuple[Trim, ...]:
    """Sell `amount` of these rows, from the largest down; all of them when that is not enough."""
    found: list[Trim] = []
    for holding in sorted(holdings, key=lambda one: (-_value(one), one.row)):
        part = min(amount, _value(holding))
        if part > 0:
            found.append(_trim(holding, part))
            amount -= part
    return tuple(found)


def smallest_trims(found: Portfolio) -> Trims:
    """Return the least that has to be sold so that every limit holds which selling can restore.

    Notes
    -----
    Minimises the value sold subject to: single position, sector, small caps and memes, cash floor,
    loss at the stops, liquidity. Of several cheapest answers the one that sells the risky coins is
    taken. After that the number of effective bets is raised, if it is still too low.
    """
    rows = [
        holding for holding in found.holdings if not isinstance(holding.value, Unknown) and holding.value > 0
    ]
    if not rows or found.capital <= 0:
        return Trims(())
    values = np.array([_value(holding) for holding in rows])
    kept = _cheapest(found, rows, values)
    kept, unmet = _more_bets(found, rows, kept)
    trims = tuple(
        _trim(holding, float(value - keep))
        for holding, value, keep in zip(rows, values, kept, strict=True)
        if value - keep > max(DUST * value, 1e-9 * found.capital)
    )
    return Trims(trims, unmet)


def _cheapest(found: Portfolio, rows: list[Holding], values: Floats) -> Floats:
    """Solve for what stays of each row, shape (n,)."""
    lines, bounds = _lines(found, rows, values)
    if np.all(lines @ values <= bounds * (1 + DUST) + DUST):
        return values
    from scipy.optimize import linprog

    # A hair more for keeping calm coins decides between answers that cost the same.
    volatility = np.array([_volatility(holding) for holding in rows])
    worth = 1.0 - 1e-6 * volatility / (1.0 + volatility)
    scale = float(values.max())
    answer = linprog(
        -worth,
        A_ub=lines,
        b_ub=np.maximum(bounds, 0.0) / scale,
        bounds=[(0.0, float(value) / scale) for value in values],
        method="highs",
    )
    return np.clip(np.asarray(answer.x) * scale, 0.0, values) if answer.status == 0 else np.zeros_like(values)


def _lines(found: Portfolio, rows: list[Holding], values: Floats) -> tuple[Floats, Floats]:
    """Return the limits as `lines @ kept <= bounds`."""
    limits, capital = found.plan.limits, found.capital
    coins = [holding.position.coin for holding in rows]
    sectors = [holding.coin.sector for holding in rows]
    lines: list[Floats] = []
    bounds: list[float] = []

    def add(line: object, bound: float) -> None:
        lines.append(np.asarray(line, dtype=np.float64))
        bounds.append(bound)

    for coin in dict.fromkeys(coins):
        room = limits.single_position * capital
        volume = found.ground[coin].volume
        if not isinstance(volume, Unknown) and not isinstance(found.rate, Unknown):
            room = min(room, limits.liquidity * volume / found.rate.usd)
        add([c == coin for c in coins], room)
    for sector in dict.fromkeys(sectors):
        add([s == sector for s in sectors], limits.sector_share * capital)
    add([holding.coin.small for holding in rows], limits.small_and_meme * capital)
    add(np.ones(len(rows)), float(values.sum()) + found.plan.cash - limits.cash_floor * capital)
    add([_loss_rate(holding) for holding in rows], limits.stop_loss * capital)
    return np.stack(lines), np.array(bounds)


def _more_bets(found: Portfolio, rows: list[Holding], kept: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Sell on, in small steps and where it helps most, until there are bets enough or no step helps."""
    wanted, ground = found.plan.limits.effective_bets, found.ground
    if ground.enough is not None:
        return kept, ()
    place = [ground.place.get(holding.position.coin, -1) for holding in rows]
    which = np.array([i for i, at in enumerate(place) if at >= 0], dtype=np.intp)
    at = np.array([place[i] for i in which], dtype=np.intp)
    now, best = kept.copy(), _bets(now_weights(kept, which, at, len(ground.measured)), found)
    if best is None or best >= wanted:
        return kept, ()
    for _ in range(STEPS):
        slope = _slope(now_weights(now, which, at, len(ground.measured)), found)[at]
        # What a step brings for the money it sells: a falling weight gains when the slope is negative.
        gain = np.where(now[which] > DUST * found.capital, -slope, -np.inf)
        choice = int(np.argmax(gain))
        if gain[choice] <= 0:
            break
        trial = now.copy()
        row = which[choice]
        trial[row] -= min(STEP * max(float(kept[row]), DUST), float(trial[row]))
        more = _bets(now_weights(trial, which, at, len(ground.measured)), found)
        if more is None or more <= best:
            break
        now, best = trial, more
        if best >= wanted:
            return now, ()
    return kept, (
        f"Sales alone do not make {wanted:g} bets of these coins; they reach {best:.1f} at best. Coins that "
        "move less with the others would.",
    )


def now_weights(values: Floats, which: Floats, at: Floats, n: int) -> Floats:
    """Add the values of rows up to one weight for each measured coin, shape (n,)."""
    weights = np.zeros(n)
    np.add.at(weights, at, values[which])
    return weights


def _bets(weights: Floats, found: Portfolio) -> float | None:
    bets = effective_bets(weights, found.ground.components)
    return None if isinstance(bets, Unknown) else bets


def _slope(weights: Floats, found: Portfolio) -> Floats:
    """Return the slope of the entropy of the risk shares in each weight, shape (n,)."""
    variances, directions = found.ground.components
    shares = risk_shares(weights, found.ground.components)
    if isinstance(shares, Unknown):
        return np.zeros_like(weights)
    exposure = directions.T @ weights
    total = float((exposure**2 * variances).sum())
    logs = np.log(np.maximum(shares, 1e-300))
    entropy = -float((shares * logs).sum())
    # dH/dw = -sum_k dp_k/dw log p_k, with dp_k/dw = 2 (x_k v_k d_k - p_k S w) / total.
    pulled = directions @ (exposure * variances * logs)
    whole = directions @ (exposure * variances)
    return np.asarray(-2.0 * (pulled + entropy * whole) / total)


def _trim(holding: Holding, value: float) -> Trim:
    price = holding.price
    assert not isinstance(price, Unknown)
    units = min(value / price, holding.position.held)
    return Trim(holding.row, holding.position.coin, holding.coin.symbol, units, value)


def _value(holding: Holding) -> float:
    return 0.0 if isinstance(holding.value, Unknown) else holding.value


def _loss_rate(holding: Holding) -> float:
    """Return what is lost at the stop for each unit of value."""
    value = _value(holding)
    if isinstance(holding.stop_loss, Unknown) or value <= 0:
        return 0.0
    return holding.stop_loss / value


def _volatility(holding: Holding) -> float:
    own = holding.coin.volatility
    return 0.0 if isinstance(own, Unknown) else own


def _amount(units: float) -> str:
    """Round to three figures that can be sold, without an exponent where people do not use one.

    >>> _amount(3.1478), _amount(14500.0), _amount(0.0000421)
    ('3.15', '14,500', '0.0000421')
    """
    if units >= 100:
        return f"{units:,.0f}"
    if units >= 1:
        return f"{units:.3g}"
    text = f"{units:.12f}".rstrip("0")
    digits = len(text) - len(text[2:].lstrip("0"))
    return f"{units:.{min(digits - 2 + 3, 12)}f}".rstrip("0").rstrip(".")
