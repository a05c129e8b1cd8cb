"""The smallest sales that bring a plan back within its limits. Methods, section 9.

Selling turns a position into cash and leaves the capital as it is, so most limits are straight
lines in what stays: the least to sell is a linear programme. The number of effective bets is none;
it is raised row by row, always where a sale raises it most, by at most half of a position: sold
out, a coin would no longer be among those that are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Floats
from models.market.unknown import Unknown
from models.risk.linear_programme import most_within
from models.risk.plans.edits import changed, position_changed
from models.risk.plans.plan import Plan
from models.risk.portfolio import Holding, Portfolio, portfolio

LEVELS = np.arange(1, 11) / 20.0
"""Shares of a position that are tried when the number of bets is raised: a trim, not an exit."""
ROWS = 20
"""How many rows are tried, those first whose sale helps most: a set of sales that a person can make."""
HALVINGS = 20
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
        return f"{amount_words(self.units)} {self.symbol}"


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


def more_bets(found: Portfolio) -> Trims:
    """Return sales that bring the number of effective bets to its limit, or say that none do."""
    rows = _rows(found)
    values = np.array([_value(holding) for holding in rows])
    kept, unmet = _more_bets(found, rows, values)
    return Trims(_sold(found, rows, values, kept), unmet)


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
    rows = _rows(found)
    if not rows or found.capital <= 0:
        return Trims(())
    values = np.array([_value(holding) for holding in rows])
    first = _sold(found, rows, values, _cheapest(found, rows, values))
    later = portfolio(applied(found.plan, first), found.ground.grounds)
    more = more_bets(later)
    return Trims(_joined(found, first, more.trims), more.unmet)


def _joined(found: Portfolio, first: tuple[Trim, ...], more: tuple[Trim, ...]) -> tuple[Trim, ...]:
    """Add up two rounds of sales; the second counts rows as they are after the first."""
    after = [
        holding.row
        for holding in found.holdings
        if not any(trim.row == holding.row and _leaves(holding, trim) for trim in first)
    ]
    values = {trim.row: trim.value for trim in first}
    for trim in more:
        row = after[trim.row]
        values[row] = values.get(row, 0.0) + trim.value
    return tuple(_trim(found.holdings[row], value) for row, value in sorted(values.items()))


def _leaves(holding: Holding, trim: Trim) -> bool:
    """Say whether `applied` takes the row out."""
    position = holding.position
    return position.sold <= 0 and position.held - trim.units <= DUST * position.quantity


def _rows(found: Portfolio) -> list[Holding]:
    return [holding for holding in found.holdings if _value(holding) > 0]


def _sold(found: Portfolio, rows: list[Holding], values: Floats, kept: Floats) -> tuple[Trim, ...]:
    return tuple(
        _trim(holding, float(value - keep))
        for holding, value, keep in zip(rows, values, kept, strict=True)
        if value - keep > max(DUST * value, DUST * found.capital)
    )


def _cheapest(found: Portfolio, rows: list[Holding], values: Floats) -> Floats:
    """Solve for what stays of each row, shape (n,)."""
    lines, bounds = _lines(found, rows, values)
    if np.all(lines @ values <= bounds * (1 + DUST) + DUST):
        return values
    # A hair more for keeping calm coins decides between answers that cost the same.
    volatility = np.array([_volatility(holding) for holding in rows])
    worth = 1.0 - 1e-6 * volatility / (1.0 + volatility)
    scale = float(values.max())
    kept = most_within(worth, lines, np.maximum(bounds, 0.0) / scale, values / scale)
    return np.zeros_like(values) if kept is None else np.clip(kept * scale, 0.0, values)


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


def _more_bets(found: Portfolio, rows: list[Holding], values: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Sell of one row after the other, where it helps most, until there are bets enough.

    Returns what stays of each row and, when that is not reached, all of it and why.
    """
    wanted, ground = found.plan.limits.effective_bets, found.ground
    if ground.enough is not None:
        return values, ()
    place = {i: ground.place[h.position.coin] for i, h in enumerate(rows) if h.position.coin in ground.place}
    kept, weights = values.copy(), np.zeros(len(ground.measured))
    for i, at in place.items():
        weights[at] += values[i]
    variances, directions = ground.components
    exposure = directions.T @ weights
    best = float(_bets(exposure[:, None], variances)[0])
    for _ in range(min(ROWS, len(place))):
        if best >= wanted:
            break
        slope = _slope(exposure, variances, directions)
        row = min(place, key=lambda i: (slope[place[i]], i))
        at = place.pop(row)
        if slope[at] >= 0:
            break
        pull = directions[at] * values[row]
        bets = _bets(exposure[:, None] - pull[:, None] * LEVELS, variances)
        enough = np.flatnonzero(bets >= wanted)
        choice = int(enough[0]) if enough.size else int(np.argmax(bets))
        if bets[choice] <= best:
            continue
        share = float(LEVELS[choice])
        if enough.size:
            share = _least(exposure, pull, (share - float(LEVELS[0]), share), variances, wanted)
        exposure = exposure - share * pull
        kept[row] = (1.0 - share) * values[row]
        best = float(_bets(exposure[:, None], variances)[0])
    if best >= wanted:
        return kept, ()
    return values, (
        f"Trims of up to half of a position do not make {wanted:g} bets of these coins; they reach "
        f"{best:.1f}. Coins that move less with the others would.",
    )


def _least(
    exposure: Floats, pull: Floats, between: tuple[float, float], variances: Floats, wanted: float
) -> float:
    """Halve the range in which the share to be sold begins to be enough; its upper end always is."""
    low, high = between
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _bets((exposure - middle * pull)[:, None], variances)[0] >= wanted:
            high = middle
        else:
            low = middle
    return high


def _bets(exposure: Floats, variances: Floats) -> Floats:
    """Return the number of effective bets of each column of exposures, shape (n_components, n) -> (n,)."""
    parts = exposure**2 * variances[:, None]
    total = parts.sum(axis=0)
    shares = parts / np.where(total > 0, total, 1.0)
    return np.asarray(np.exp(-np.sum(shares * np.log(np.maximum(shares, 1e-300)), axis=0)))


def _slope(exposure: Floats, variances: Floats, directions: Floats) -> Floats:
    """Return the slope of the entropy of the risk shares in each weight, shape (n_coins,)."""
    parts = exposure**2 * variances
    total = float(parts.sum())
    if total <= 0:
        return np.zeros_like(exposure)
    logs = np.log(np.maximum(parts / total, 1e-300))
    entropy = -float((parts / total * logs).sum())
    # dH/dw = -sum_k dp_k/dw log p_k and p_k = x_k² v_k / total give this.
    return np.asarray(-2.0 / total * (directions @ (exposure * variances * (logs + entropy))))


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


def amount_words(units: float) -> str:
    """Round to three figures that can be sold, without an exponent where people do not use one.

    >>> amount_words(3.1478), amount_words(14500.0), amount_words(0.0000421)
    ('3.15', '14,500', '0.0000421')
    """
    if units >= 100:
        return f"{units:,.0f}"
    if units >= 1:
        return f"{units:.3g}"
    text = f"{units:.12f}".rstrip("0")
    digits = len(text) - len(text[2:].lstrip("0"))
    return f"{units:.{min(digits - 2 + 3, 12)}f}".rstrip("0").rstrip(".")
