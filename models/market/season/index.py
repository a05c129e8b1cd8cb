"""The altcoin season index, its seasons and its members. Methods, section 4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.gaps import Rows, carried_at
from models.market.snapshot import BITCOIN, Bools, Coin, Day, Days, Floats
from models.market.universe import Universe
from models.market.unknown import Unknown

SEASON_FROM, BITCOIN_TO = 75.0, 25.0
COUNTED_NEEDS = 20
"""Coins counted that an index needs."""
MERGED_BELOW = 14
"""Runs with fewer days than this strictly between them are one."""
SEASON_NEEDS = 7
"""Days at or above 75 that make a season."""

Label = Literal["altcoin season", "bitcoin season", "neither"]
Verdict = Literal["beats", "trails", "too young", "unknown"]
Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Variant:
    """Which coins (the `top` by cap), over how many days, counted alike or by their caps."""

    top: int = 50
    window: int = 90
    weights: Literal["equal", "cap"] = "equal"


HEADLINE = Variant()
"""Top 50, 90 days, every coin counted alike."""


@dataclass(frozen=True, slots=True)
class SeasonReading:
    """The index on one day.

    `days_in_state` is the unbroken run of the day's label, the day included; 0 without a label.
    """

    day: Day
    variant: Variant
    index: float | Unknown
    beating: int
    counted: int
    too_young: int
    label: Label | None
    days_in_state: int


@dataclass(frozen=True)
class SeasonIndex:
    """The index of every day; all arrays have shape (n_days,) and are read-only.

    Attributes
    ----------
    index : 0 .. 100, NaN where unknown
    beating, counted : coins that beat Bitcoin (none where Bitcoin's return is unknown), of those
        that have a return
    too_young : coins of the top without a price at either end
    bitcoin : Bitcoin's return over the window, NaN where unknown
    days_in_state : length of the unbroken run of the day's label; 0 where unknown
    """

    variant: Variant
    days: Days
    index: Floats
    beating: Counts
    counted: Counts
    too_young: Counts
    bitcoin: Floats
    days_in_state: Counts

    def at(self, day: Day) -> SeasonReading | Unknown:
        """Return the reading of a day; `Unknown` for a day that is not cached at all."""
        row = _row(self.days, day)
        if row < 0:
            return Unknown(f"No coin is cached for {day}.")
        value = float(self.index[row])
        return SeasonReading(
            day=self.days[row],
            variant=self.variant,
            index=value if np.isfinite(value) else self._why(row),
            beating=int(self.beating[row]),
            counted=int(self.counted[row]),
            too_young=int(self.too_young[row]),
            label=label_of(value),
            days_in_state=int(self.days_in_state[row]),
        )

    def _why(self, row: int) -> Unknown:
        window, counted = self.variant.window, int(self.counted[row])
        if not counted and not self.too_young[row]:
            return Unknown("No altcoin has a market cap on this day.")
        if counted < COUNTED_NEEDS:
            return Unknown(
                f"{counted} of the largest altcoins have a {window}-day return, {COUNTED_NEEDS} are needed."
            )
        return Unknown(f"Bitcoin has no {window}-day return on this day.")


@dataclass(frozen=True, slots=True)
class Season:
    """Days at or above 75, with what lies between; `days` counts those at or above 75 only.

    `strong` when Bitcoin's dominance weakened on more than half of those days; None where
    dominance was not given.
    """

    start: Day
    end: Day
    days: int
    peak: float
    strong: bool | None


@dataclass(frozen=True, slots=True)
class Seasons:
    """Seasons as they were known on a day, and the one that may be forming (fewer than 7 days)."""

    known: tuple[Season, ...]
    forming: Season | None


@dataclass(frozen=True, slots=True)
class Member:
    """One coin of the index on one day; `change` and `excess` (over Bitcoin) are fractions."""

    coin: Coin
    rank: int
    change: float | None
    excess: float | None
    verdict: Verdict


def season_index(universe: Universe, variant: Variant = HEADLINE) -> SeasonIndex:
    """Return the share of the largest altcoins that beat Bitcoin, for every day. Methods, section 4.

    Notes
    -----
    r is the simple return over `variant.window` days, each end point carried for at most three
    days. Coins without both end points are too young and count in neither. Unknown: fewer than 20
    counted, or no return of Bitcoin. Only the cells of the largest coins are touched, so the work
    grows with days × top, not with days × coins. Row t depends on days up to t only.
    """
    market = universe.market
    return _index(universe, np.arange(market.days.size), universe.ranking.largest(variant.top), variant)


def season_index_on(
    universe: Universe, day: Day, variant: Variant = HEADLINE, *, before: SeasonIndex | None = None
) -> SeasonReading | Unknown:
    """Return the reading of one day from the cells of that day alone; equal to `season_index(...).at(day)`.

    `days_in_state` goes on from `before`, an index that ends on the day before (or later); without
    it, it knows of this day only and is 1.
    """
    row = _row(universe.market.days, day)
    if row < 0:
        return Unknown(f"No coin is cached for {day}.")
    largest = universe.largest_on(row, variant.top)
    reading = _index(universe, np.array([row]), largest, variant).at(day)
    if before is None or isinstance(reading, Unknown) or reading.label is None:
        return reading
    earlier = before.at(day - np.timedelta64(1, "D"))
    if isinstance(earlier, Unknown) or earlier.label != reading.label:
        return reading
    return replace(reading, days_in_state=earlier.days_in_state + 1)


def label_of(index: float) -> Label | None:
    """Name an index value; None for NaN.

    >>> label_of(75.0), label_of(74.9), label_of(25.0)
    ('altcoin season', 'neither', 'bitcoin season')
    """
    if np.isnan(index):
        return None
    if index >= SEASON_FROM:
        return "altcoin season"
    return "bitcoin season" if index <= BITCOIN_TO else "neither"


def seasons(index: SeasonIndex, weakening: Bools | None, as_of: Day) -> Seasons:
    """Return the altcoin seasons as they were known at the end of `as_of`. Methods, section 4.

    Parameters
    ----------
    weakening : shape (n_days,) like the index, or None
        Whether Bitcoin's dominance was weakening; an unknown trend is not weakening.

    Notes
    -----
    Runs of days at or above 75 with fewer than 14 days strictly between them are one; a season has
    at least 7 such days. A shorter run is `forming` as long as a day at or above 75 tomorrow would
    still join it; after that it was none. Unknown days are not at or above 75.
    """
    end = int(np.searchsorted(index.days, as_of, side="right"))
    high = np.flatnonzero(index.index[:end] >= SEASON_FROM)
    known: list[Season] = []
    forming: Season | None = None
    if high.size:
        today = int((as_of - index.days[0]).astype(np.int64))
        for run in np.split(high, np.flatnonzero(np.diff(high) - 1 >= MERGED_BELOW) + 1):
            season = Season(
                start=index.days[run[0]],
                end=index.days[run[-1]],
                days=int(run.size),
                peak=float(index.index[run].max()),
                strong=None if weakening is None else bool(2 * int(weakening[run].sum()) > run.size),
            )
            if run.size >= SEASON_NEEDS:
                known.append(season)
            elif today - int(run[-1]) < MERGED_BELOW:
                forming = season
    return Seasons(tuple(known), forming)


def members(universe: Universe, day: Day, variant: Variant = HEADLINE) -> tuple[Member, ...]:
    """Return the coins of the index on one day, the largest first; empty for a day that is not cached."""
    market = universe.market
    row = _row(market.days, day)
    if row < 0:
        return ()
    columns = universe.largest_on(row, variant.top)
    columns = columns[:, columns[0] >= 0]
    changes, reference = _changes(universe, np.array([row]), columns, variant.window)
    bitcoin = float(reference[0])
    result = []
    for rank, (column, own) in enumerate(zip(columns[0], changes[0].tolist(), strict=True), start=1):
        young, judged = np.isnan(own), not np.isnan(bitcoin)
        verdict: Verdict = "unknown"
        if young:
            verdict = "too young"
        elif judged:
            verdict = "beats" if own > bitcoin else "trails"
        result.append(
            Member(
                coin=market.coins[column],
                rank=rank,
                change=None if young else own,
                excess=None if young or not judged else own - bitcoin,
                verdict=verdict,
            )
        )
    return tuple(result)


def _index(universe: Universe, rows: Rows, columns: Rows, variant: Variant) -> SeasonIndex:
    """Return the index of consecutive rows; `columns` are their largest coins, -1 for none."""
    change, bitcoin = _changes(universe, rows, columns, variant.window)
    known = np.isfinite(change)
    ahead = change > bitcoin[:, np.newaxis]
    counted, beating = known.sum(axis=1), ahead.sum(axis=1)
    if variant.weights == "cap":
        cap = carried_at(universe.market.cap, rows[:, np.newaxis], columns, limit=0)
        part, whole = (np.where(which, cap, 0.0).sum(axis=1) for which in (ahead, known))
    else:
        part, whole = beating.astype(np.float64), counted.astype(np.float64)
    index = np.full(rows.size, np.nan)
    enough = (counted >= COUNTED_NEEDS) & np.isfinite(bitcoin)
    np.divide(100.0 * part, whole, out=index, where=enough)
    result = SeasonIndex(
        variant=variant,
        days=universe.market.days[rows],
        index=index,
        beating=beating,
        counted=counted,
        too_young=(columns >= 0).sum(axis=1) - counted,
        bitcoin=bitcoin,
        days_in_state=_days_in_state(index),
    )
    for value in vars(result).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return result


def _changes(universe: Universe, rows: Rows, columns: Rows, window: int) -> tuple[Floats, Floats]:
    """Return the simple returns of each row's columns, and Bitcoin's; NaN where an end point is missing."""
    bitcoin = np.full((rows.size, 1), universe.market.column.get(BITCOIN, -1))
    ends = np.array((rows, rows - window))[:, :, np.newaxis]
    now, before = carried_at(universe.market.price, ends, np.concatenate((columns, bitcoin), axis=1))
    change = now / before - 1.0
    return change[:, :-1], change[:, -1]


def _row(days: Days, day: Day) -> int:
    """Return the row of a day, -1 for one that is not cached."""
    row = int((day - days[0]).astype(np.int64)) if days.size else -1
    return row if 0 <= row < days.size else -1


def _days_in_state(index: Floats) -> Counts:
    """Return the length of the run of equal labels that each day ends; 0 without a label."""
    code = np.where(np.isnan(index), 0, 1 + (index > BITCOIN_TO) + (index >= SEASON_FROM))
    place = np.arange(code.size)
    changed = np.ones(code.size, dtype=np.bool_)
    changed[1:] = code[1:] != code[:-1]
    start = np.maximum.accumulate(np.where(changed, place, 0))
    return np.where(code > 0, place - start + 1, 0)
