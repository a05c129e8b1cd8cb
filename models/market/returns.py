"""Indices of altcoins: ALT50, its equally weighted twin, tiers and sectors. Methods, section 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.classes import Basket
from models.market.gaps import Rows, carried_at
from models.market.snapshot import Days, Floats, Series
from models.market.universe import LIST_NEEDS, Universe

TOP = 50
ALT50_NEEDS = 10
"""Members with a return that a day of ALT50 or ALT50EW needs."""
INDEX_NEEDS = 5
"""The same for a tier or a sector."""
BASKET_NEEDS = 1
"""The same for a basket, which a person may make of two coins."""
BASE_REACH = 4
"""The base price of day t is the last one in [t - 4, t - 1]."""
WEEK = 7

TIER_TITLES = {"large": "Large caps", "mid": "Mid caps", "small": "Small caps and memes"}
SECTOR_TITLES = {
    "layer1": "Layer 1",
    "layer2": "Layer 2",
    "defi": "DeFi",
    "infrastructure": "Infrastructure",
    "ai": "AI",
    "meme": "Meme",
    "gaming": "Gaming",
    "exchange": "Exchange",
    "payments": "Payments",
    "privacy": "Privacy",
    "other": "Other",
}


@dataclass(frozen=True)
class Index:
    """A chain of daily returns; 100 on the day before the first one. Compare returns, not levels.

    Attributes
    ----------
    days : shape (n_days,), the market's days
    values : shape (n_days,), NaN on days without a return
    counted : shape (n_days,)
        Members with a return on that day.
    """

    id: str
    title: str
    days: Days
    values: Floats
    counted: NDArray[np.intp]

    def as_series(self) -> Series:
        """Return the days that have a value."""
        known = np.isfinite(self.values)
        return Series(
            self.id, self.title, "index", "Rotascope", "daily", self.days[known], self.values[known]
        )


def alt50(universe: Universe) -> Index:
    """Return the 50 largest altcoins of the day before, weighted by their caps of that day.

    Notes
    -----
    Members and weights of day t come from the latest of t-1 .. t-4 with at least 10 eligible coins.
    A member's return on t runs from its last price in [t-4, t-1] to its price on t; one without
    both is left out of that day. With fewer than 10 returns the day has no value, and the next
    return is applied to the last level. Methods, section 1.
    """
    market, ranking = universe.market, universe.ranking
    days = np.arange(market.days.size)
    made = np.full(days.size, -1, dtype=np.intp)
    for back in range(BASE_REACH, 0, -1):
        row = days - back
        enough = (row >= 0) & (ranking.count[np.maximum(row, 0)] >= LIST_NEEDS)
        made[enough] = row[enough]
    members = np.where(made[:, np.newaxis] >= 0, ranking.largest(TOP)[made], -1)
    rows = days[:, np.newaxis]
    weights = carried_at(market.cap, made[:, np.newaxis], members, limit=0)
    price = carried_at(market.price, rows, members, limit=0)
    base = carried_at(market.price, rows - 1, members, limit=BASE_REACH - 1)
    change = price / base - 1.0
    known = np.isfinite(change) & np.isfinite(weights)
    counted = known.sum(axis=1)
    total = np.where(known, weights, 0.0).sum(axis=1)
    gained = np.where(known, weights * change, 0.0).sum(axis=1)
    enough = counted >= ALT50_NEEDS
    returns = np.full(days.size, np.nan)
    np.divide(gained, total, out=returns, where=enough)
    return _chained("ALT50", "ALT50", universe, returns, counted)


def alt50_equal(universe: Universe) -> Index:
    """Return equal amounts of the 50 largest altcoins, bought at each Sunday close.

    The list follows the rule of the tiers (made at the Sunday close, in force Monday to Sunday).
    See `_drifting` for the weights between two Sundays. Fewer than 10 returns: no value on that day.
    """
    members = universe.top_members(TOP)
    return _drifting("ALT50EW", "ALT50, equal weights", universe, members, ALT50_NEEDS)


def tier_index(universe: Universe, tier: str) -> Index:
    """Return equal amounts of the members of one of `TIERS`, bought at each Sunday close."""
    members = universe.tier_members(tier)
    return _drifting(tier.upper(), TIER_TITLES[tier], universe, members, INDEX_NEEDS)


def sector_index(universe: Universe, sector: str) -> Index:
    """Return equal amounts of the members of one of `SECTORS`, bought at each Sunday close."""
    members = universe.sector_members(sector)
    return _drifting(f"SECTOR.{sector}", SECTOR_TITLES[sector], universe, members, INDEX_NEEDS)


def basket_index(universe: Universe, basket: Basket) -> Index:
    """Return equal amounts of a basket's coins, bought at each Sunday close.

    The coins were chosen with hindsight, so its past says nothing about choosing; a coin counts from
    its first price on. Coins that are not in the market are passed over.
    """
    columns = np.array(
        [universe.market.column[coin] for coin in basket.coins if coin in universe.market.column],
        dtype=np.intp,
    )
    weeks = np.repeat(np.arange(universe.weeks.monday.size, dtype=np.intp), columns.size)
    members = (weeks, np.tile(columns, universe.weeks.monday.size))
    return _drifting(basket.line, basket.title, universe, members, BASKET_NEEDS)


def _drifting(name: str, title: str, universe: Universe, members: tuple[Rows, Rows], minimum: int) -> Index:
    """Chain the daily returns of equal amounts that drift from Monday to Sunday.

    Parameters
    ----------
    members : weeks and columns, shape (n_entries,) each, weeks ascending
    minimum : members with a return that a day needs

    Notes
    -----
    A member's return r on day t runs from its last price in [t-4, t-1] to its price on t. Its amount
    v is 1 at the Sunday close and becomes v (1 + r) on each day with a return; on a day without one
    it stays. The return of day t is sum(v r) / sum(v), v of the evening before, over the members
    with a return on t: who has none leaves that day's mean and comes back, with its own drift, on
    the next day on which it has one. On every Sunday all amounts are made equal again, also where
    the old list stays for want of coins.
    """
    market, monday = universe.market, universe.weeks.monday
    weeks, columns = members
    n_days, n_weeks = market.days.size, monday.size
    # Eleven days of each entry, Thursday to Sunday and the week itself, in one go.
    rows = monday[weeks][:, np.newaxis] + np.arange(-BASE_REACH, WEEK)
    price = np.full(rows.shape, np.nan)
    inside = (rows >= 0) & (rows < n_days)
    price[inside] = market.price[rows[inside], np.broadcast_to(columns[:, np.newaxis], rows.shape)[inside]]
    base = price[:, BASE_REACH - 1 : -1].copy()
    for back in range(2, BASE_REACH + 1):
        np.copyto(base, price[:, BASE_REACH - back : -back], where=np.isnan(base))
    change = price[:, BASE_REACH:] / base - 1.0
    known = np.isfinite(change)
    change[~known] = 0.0
    amount = np.ones_like(change)
    np.cumprod(1.0 + change[:, :-1], axis=1, out=amount[:, 1:])
    amount[~known] = 0.0
    counted, total, gained = (np.zeros((n_weeks, WEEK)) for _ in range(3))
    starts, present = _starts(weeks)
    if present.size:
        counted[present] = np.add.reduceat(known, starts, axis=0, dtype=np.float64)
        total[present] = np.add.reduceat(amount, starts, axis=0)
        gained[present] = np.add.reduceat(amount * change, starts, axis=0)
    weekly = np.full((n_weeks, WEEK), np.nan)
    np.divide(gained, total, out=weekly, where=counted >= minimum)
    returns = np.full(n_days, np.nan)
    count = np.zeros(n_days, dtype=np.intp)
    if n_weeks:
        first = int(monday[0])
        returns[first:] = weekly.ravel()[: n_days - first]
        count[first:] = counted.ravel()[: n_days - first]
    return _chained(name, title, universe, returns, count)


def _starts(weeks: Rows) -> tuple[Rows, Rows]:
    """Return where each week's entries start, and those weeks."""
    starts = np.flatnonzero(np.diff(weeks, prepend=-1))
    return starts, weeks[starts]


def _chained(name: str, title: str, universe: Universe, returns: Floats, counted: Rows) -> Index:
    """Chain the known returns: 100 on the day before the first one, no value where there is none."""
    days = universe.market.days
    known = np.isfinite(returns)
    values = np.full(days.size, np.nan)
    values[known] = 100.0 * np.cumprod(1.0 + returns[known])
    if known.any():
        values[int(np.argmax(known)) - 1] = 100.0
    for array in (values, counted):
        array.flags.writeable = False
    return Index(name, title, days, values, counted)
