"""Returns of a coin on days on which it did not exist: whose are taken instead. Methods, section 9."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.returns import SECTOR_TITLES, TIER_TITLES, Index
from models.market.snapshot import BITCOIN, Bools, Floats
from models.market.study import Study
from models.market.universe import EXCLUDED_SECTORS, SECTORS, TIERS

OWN_NEEDS = 60
"""Own returns, on days on which the index has one too, that a volatility needs."""
LEAST = 0.01
"""What a day with a scaled return leaves at least: a coin that falls to nothing has no return any more."""
STABLE = "stablecoin"


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What stood in for a coin.

    `of` names the lines in the order in which they were asked; `scale` is what the simple returns
    of the first were multiplied by; `days` counts the days that were borrowed, out of `of_days`.
    """

    coin: str
    of: tuple[str, ...]
    scale: float
    days: int
    of_days: int

    @property
    def lender(self) -> str:
        """The lines in one go: `Layer 1 and Small caps`."""
        return " and ".join(self.of)

    @property
    def share(self) -> float:
        return self.days / self.of_days if self.of_days else 0.0


def lent_words(pairs: Iterable[tuple[str, str]]) -> str:
    """Say from whom coins borrow, given each coin's symbol and what stands in for it.

    >>> lent_words([("SUI", "Layer 1"), ("PEPE", "Memes"), ("APT", "Layer 1")])
    'SUI, APT from Layer 1; PEPE from Memes'
    """
    lent: dict[str, list[str]] = {}
    for symbol, lender in pairs:
        lent.setdefault(lender, []).append(symbol)
    return "; ".join(f"{', '.join(symbols)} from {lender}" for lender, symbols in lent.items())


def growth(values: Floats) -> Floats:
    """Return today's value over yesterday's, NaN where either is missing; shape of `values`.

    >>> growth(np.array([2.0, 3.0, np.nan]))
    array([nan, 1.5, nan])
    """
    result = np.full(values.shape, np.nan)
    result[1:] = values[1:] / values[:-1]
    return result


def own_growth(study: Study, coin: str) -> Floats:
    """Return a coin's own daily growth over the market's days; all NaN for a coin that is not cached."""
    at = study.market.column.get(coin)
    if at is None:
        return np.full(study.market.days.size, np.nan)
    return growth(np.ascontiguousarray(study.market.price[:, at]))


def sector_of(study: Study, coin: str, override: str | None = None) -> str:
    """Return the sector slug of a coin as the plan sees it (`other` when nobody knows)."""
    at = study.market.column.get(coin)
    if override:
        return override
    return study.market.coins[at].sector if at is not None else "other"


def tier_of(study: Study, coin: str, row: int) -> str:
    """Return the tier that a coin was last in, up to `row`; `small` for one that never was in any."""
    if coin == BITCOIN:
        return TIERS[0]
    at = study.market.column.get(coin)
    codes = study.universe.tier[: row + 1, at] if at is not None else np.zeros(0, dtype=np.int8)
    ever = np.flatnonzero(codes)
    return TIERS[int(codes[ever[-1]]) - 1] if ever.size else TIERS[-1]


def tier_lines(study: Study, coin: str, sector: str, row: int) -> tuple[tuple[str, Floats], ...]:
    """Return title and level of the tier of a coin, and of Bitcoin for days without any tier."""
    if sector == STABLE:
        return (("a constant price", np.ones(study.market.days.size)),)
    tier = tier_of(study, coin, row)
    bitcoin = study.market.column.get(BITCOIN)
    lines = [(TIER_TITLES[tier], study.tiers[tier].values)]
    if bitcoin is not None:
        lines.append(("Bitcoin", study.market.price[:, bitcoin]))
    return tuple(lines)


def tier_stand_ins(study: Study, coin: str, sector: str, row: int) -> tuple[tuple[str, Floats], ...]:
    """Return the same as daily growth."""
    return tuple((title, growth(level)) for title, level in tier_lines(study, coin, sector, row))


def sector_stand_ins(study: Study, coin: str, sector: str, row: int) -> tuple[tuple[str, Floats], ...]:
    """Return daily growth of the coin's sector, and of its tier and Bitcoin for days without it."""
    if sector in EXCLUDED_SECTORS:
        return tier_stand_ins(study, coin, sector, row)
    slug = sector if sector in SECTORS else "other"
    index: Index = study.sectors[slug]
    return ((SECTOR_TITLES[slug], growth(index.values)), *tier_stand_ins(study, coin, sector, row))


def filled_in(
    coin: str,
    own: Floats,
    missing: Bools,
    stand_ins: tuple[tuple[str, Floats], ...],
    *,
    scaled: bool,
) -> tuple[Floats, Borrowed | None]:
    """Return `own` with the `missing` days borrowed.

    Parameters
    ----------
    own : daily growth, NaN where missing; shape (n_days,)
    missing : the days to be borrowed, where a stand-in has them
    scaled : bring the simple returns of a stand-in to the volatility of the coin's own, measured on
        the days on which both are known (at least 60; below that they are taken as they are)

    Notes
    -----
    Simple returns, as a portfolio adds them: multiplied log returns would multiply a market's growth
    without the drag that the larger volatility brings. A scaled day loses 99 % at most.
    """
    result = own.copy()
    names: list[str] = []
    scales: list[float] = []
    for title, line in stand_ins:
        here = missing & np.isnan(result) & np.isfinite(line)
        if not here.any():
            continue
        scale = volatility_ratio(own, line) if scaled else 1.0
        result[here] = line[here] if scale == 1.0 else np.maximum(1.0 + scale * (line[here] - 1.0), LEAST)
        names.append(title)
        scales.append(scale)
    days = int(np.count_nonzero(missing & np.isfinite(result)))
    if not days:
        return result, None
    return result, Borrowed(coin, tuple(names), scales[0], days, int(missing.size))


def volatility_ratio(own: Floats, line: Floats) -> float:
    """Return the volatility of `own` over that of `line` on their common days; 1 below 60 of them."""
    both = np.isfinite(own) & np.isfinite(line)
    if np.count_nonzero(both) < OWN_NEEDS:
        return 1.0
    mine, theirs = (float(np.std(leg[both], ddof=1)) for leg in (own, line))
    # Rounded, so that no platform's order of adding moves a figure.
    return round(mine / theirs, 9) if theirs > 0 and mine > 0 else 1.0


@dataclass(frozen=True)
class Course:
    """The price of a coin over real days, as a multiple of that on the start day (1 at `lead`).

    Attributes
    ----------
    values : shape (lead + n_days + 1,)
    lead : days before the start that are included, for moving averages; NaN where there was nothing
    borrowed_from : the lines that stood in on the days after the start, in order; empty when none did
    borrowed_days : how many of these days were borrowed
    silent_days : how many days before the end the coin had its last close; 0 where it never had one
    """

    values: Floats
    lead: int
    borrowed_from: tuple[str, ...]
    borrowed_days: int
    silent_days: int


def course(
    study: Study, coin: str, sector: str, start: int, end: int, *, as_of: int, lead: int = 0
) -> Course | None:
    """Follow a coin from row `start` to row `end`; None where not even Bitcoin has a price.

    Days before the coin's first price are borrowed from its tier, the one that it was last in at
    row `as_of` (in growth, as it is). A day without a close keeps the last one.
    """
    at = study.market.column.get(coin)
    first = start - lead
    rows = np.arange(first - 1, end + 1)
    price = _taken(study.market.price[:, at], rows) if at is not None else np.full(rows.size, np.nan)
    own = growth(price)[1:]
    names: list[str] = []
    result = own.copy()
    for title, level in tier_lines(study, coin, sector, as_of):
        here = np.isnan(result)
        if not here.any():
            break
        theirs = growth(_taken(level, rows))[1:]
        use = here & np.isfinite(theirs)
        result[use] = theirs[use]
        if use[lead + 1 :].any():
            names.append(title)
    after = result[lead + 1 :]
    if np.isnan(after).any():
        return None
    borrowed = int(np.count_nonzero(np.isnan(own[lead + 1 :])))
    values = np.full(lead + after.size + 1, np.nan)
    values[lead] = 1.0
    for step, factor in enumerate(after, start=lead + 1):
        values[step] = values[step - 1] * factor
    for step in range(lead, 0, -1):
        factor = result[step]
        if not np.isfinite(factor):
            break
        values[step - 1] = values[step] / factor
    closes = np.flatnonzero(np.isfinite(study.market.price[: end + 1, at])) if at is not None else rows[:0]
    silent = end - int(closes[-1]) if closes.size else 0
    return Course(values, lead, tuple(names), borrowed, silent)


def _taken(values: Floats, rows: NDArray[np.intp]) -> Floats:
    """Return the values of `rows`, each the last known one up to it; NaN before the first."""
    last = np.where(np.isfinite(values), np.arange(values.size), -1)
    np.maximum.accumulate(last, out=last)
    at = np.where(rows >= 0, last[np.clip(rows, 0, values.size - 1)], -1)
    return np.where(at >= 0, values[at], np.nan)
