"""Which altcoins count on which day: ranking, weekly tiers and weekly sectors. Methods, section 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.market.classes import USUAL, TierBounds
from models.market.snapshot import BITCOIN, Bools, Day, Floats, Market

TIERS = ("large", "mid", "small")
SECTORS = (
    "layer1",
    "layer2",
    "defi",
    "infrastructure",
    "ai",
    "meme",
    "gaming",
    "exchange",
    "payments",
    "privacy",
    "other",
)
"""The sectors that are shown; a coin of any other eligible sector (`rwa`) is under `other`."""

EXCLUDED_SECTORS = frozenset({"stablecoin", "wrapped"})
# Asset-backed and fund tokens which no sector gives away: they follow gold, bonds or another coin.
EXCLUDED_COINS = frozenset(
    {
        BITCOIN,
        "binance-peg-dogecoin",
        "blackrock-usd-institutional-digital-liquidity-fund",
        "compounding-open-dollar",
        "eutbl",
        "musd",
        "origin-dollar",
        "ousg",
        "pax-gold",
        "superstate-short-duration-us-government-securities-fund-ustb",
        "tether-gold",
        "usdk",
    }
)

BASIS_SENTENCES: Mapping[str, str] = {
    "survivors": "The list of coins on this day holds only those that still existed when it was made, "
    "so winners weigh too much.",
    "point-in-time": "The list of coins is that of the day itself, with those that failed later.",
    "partial universe": "Fewer coins than the index asks for are known on this day.",
}
"""What a list of coins rests on, in words; the keys are those of `Universe.basis`."""

LIST_NEEDS = 10
"""Eligible coins that a day needs to make a list."""
LIST_LOOK_BACK = 3
"""How many days before the Sunday a list may be made when the Sunday has too few coins."""
TIER_NEEDS = 5
SECTOR_TO = 200
BLOCK = 64
"""Days that are ranked at once."""

Rows = NDArray[np.intp]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Ranking:
    """Every day's eligible coins, the largest first.

    `order` holds columns of the market, shape (n_days, widest day), -1 where a day has no more;
    `count` how many each day has, shape (n_days,).
    """

    order: NDArray[np.int32]
    count: Rows

    def largest(self, n: int) -> Rows:
        """Return the n largest of each day; shape (n_days, n), -1 where a day has no more.

        The width never depends on other days: sums over it are the same to the last bit, however
        much of the market is looked at.
        """
        return _widened(self.order[:, :n], n)


@dataclass(frozen=True)
class Weeks:
    """The weeks of the lists: arrays of shape (n_weeks,).

    `monday` is the row on which a list comes into force, `made` the row of the close at which it
    was made, or -1 when no day so far had enough coins.
    """

    monday: Rows
    made: Rows


@dataclass(frozen=True)
class Universe:
    """The eligible altcoins of each day of a market, ranked by cap. Methods, section 1.

    Everything is worked out at its first use and kept; arrays are read-only. Row t of every array
    depends on days up to t only (the weekly lists: on days before t).

    Attributes
    ----------
    eligible : shape (n_days, n_coins)
        Has a cap on that day and is an eligible altcoin.
    rank : shape (n_days, n_coins), int16
        From 1 among the eligible, by cap, equal caps in the order of the ids; 0: not eligible.
    tier : shape (n_days, n_coins), int8
        In force on that day: 0 none, 1 large, 2 mid, 3 small.
    sector_member : slug -> shape (n_days, n_coins)
        In force on that day: members within eligible rank 200.
    ranking, weeks : the same as columns per day and as rows of the weekly lists
    bounds : the ranks at which the tiers end; a person may choose others
    """

    market: Market
    candidates: Rows = field(repr=False, compare=False)
    """Columns of the coins that are eligible on a day on which they have a cap, ascending."""
    bounds: TierBounds = USUAL

    @cached_property
    def sector(self) -> NDArray[np.int8]:
        """Each column's position in `SECTORS`."""
        place = {slug: at for at, slug in enumerate(SECTORS)}
        other = place["other"]
        return _fixed(np.array([place.get(coin.sector, other) for coin in self.market.coins], dtype=np.int8))

    @cached_property
    def eligible(self) -> Bools:
        fit = np.zeros(self.market.cap.shape[1], dtype=np.bool_)
        fit[self.candidates] = True
        return _fixed((self.market.cap.T > 0) & fit[:, np.newaxis]).T

    @cached_property
    def ranking(self) -> Ranking:
        n_days = self.market.days.size
        blocks = [
            _ranked(self.market.cap, self.candidates, slice(first, min(first + BLOCK, n_days)))
            for first in range(0, n_days, BLOCK)
        ]
        order = np.full((n_days, max((block.shape[1] for block, _ in blocks), default=0)), -1, dtype=np.int32)
        for at, (block, _) in enumerate(blocks):
            order[at * BLOCK : at * BLOCK + BLOCK, : block.shape[1]] = block
        count = np.concatenate([count for _, count in blocks]) if blocks else np.zeros(0, dtype=np.intp)
        return Ranking(_fixed(order), _fixed(count))

    def largest_on(self, row: int, n: int) -> Rows:
        """Return `ranking.largest(n)[[row]]`, shape (1, n): one day's work, not all days'."""
        if "ranking" in self.__dict__:
            return _widened(self.ranking.order[row : row + 1, :n], n)
        block, _ = _ranked(self.market.cap, self.candidates, slice(row, row + 1))
        return _widened(block[:, :n], n)

    @cached_property
    def rank(self) -> NDArray[np.int16]:
        n_days, n_coins = self.market.cap.shape
        rank = np.zeros((n_coins, n_days), dtype=np.int16)
        for first in range(0, n_days, BLOCK):  # few days at a time: scattered writes stay close
            order = self.ranking.order[first : first + BLOCK]
            part = np.zeros((order.shape[0], n_coins), dtype=np.int16)
            rows, places = np.nonzero(order >= 0)
            part[rows, order[rows, places]] = places + 1
            rank[:, first : first + BLOCK] = part.T
        return _fixed(rank).T

    @cached_property
    def weeks(self) -> Weeks:
        days, count = self.market.days, self.ranking.count
        if not days.size:
            return Weeks(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        # 1970-01-01 was a Thursday: Mondays are 4 days on. The first list needs a Sunday before it.
        first = 1 + int((4 - 1 - days[0].astype(np.int64)) % 7)
        monday = np.arange(first, days.size, 7, dtype=np.intp)
        made = np.full(monday.size, -1, dtype=np.intp)
        for back in range(LIST_LOOK_BACK, -1, -1):
            row = monday - 1 - back
            enough = (row >= 0) & (count[np.maximum(row, 0)] >= LIST_NEEDS)
            made[enough] = row[enough]
        # Without enough coins the old list stays.
        made = np.maximum.accumulate(made)
        return Weeks(_fixed(monday), _fixed(made))

    def tier_members(self, tier: str) -> tuple[Rows, Rows]:
        """Return the members of one of `TIERS` as pairs (week, column), weeks ascending, by rank."""
        weeks, columns, _, _ = self._listed
        mine = self._listed_tier == TIERS.index(tier) + 1
        return weeks[mine], columns[mine]

    def sector_members(self, sector: str) -> tuple[Rows, Rows]:
        """Return the members of one of `SECTORS` as pairs (week, column), weeks ascending, by rank."""
        weeks, columns, place, _ = self._listed
        mine = (place <= SECTOR_TO) & (self.sector[columns] == SECTORS.index(sector))
        return weeks[mine], columns[mine]

    def top_members(self, n: int) -> tuple[Rows, Rows]:
        """Return the n largest of each weekly list as pairs (week, column)."""
        weeks, columns, place, _ = self._listed_upto(n)
        return weeks[place <= n], columns[place <= n]

    @cached_property
    def tier(self) -> NDArray[np.int8]:
        weeks, columns, _, _ = self._listed
        table = np.zeros((self.market.cap.shape[1], self.weeks.monday.size + 1), dtype=np.int8)
        table[columns, weeks + 1] = self._listed_tier
        return _fixed(np.take(table, self._week_of_day + 1, axis=1)).T

    @property
    def sector_member(self) -> Mapping[str, Bools]:
        # Made anew each time: kept here, it would hold this universe, and the market with it, in a cycle.
        return _SectorMembers(self)

    def top(self, n: int) -> Bools:
        """Return the n largest eligible coins of each day; shape (n_days, n_coins)."""
        order = self.ranking.order[:, :n]
        member = np.zeros(self.market.cap.shape[::-1], dtype=np.bool_)
        rows, places = np.nonzero(order >= 0)
        member[order[rows, places], rows] = True
        return _fixed(member).T

    def basis(self, n: int) -> tuple[tuple[Day, str], ...]:
        """Say per span what `top(n)` rests on: (first day, basis) in order. Methods, section 0.

        `partial universe`: fewer than n eligible coins. Days that no span of the market covers
        count as `survivors`, the weaker claim.
        """
        days = self.market.days
        labels = np.array(["survivors", "point-in-time", "partial universe"])
        code = np.zeros(days.size, dtype=np.int8)
        for span in self.market.basis:
            code[(days >= span.start) & (days <= span.end)] = span.basis == "point-in-time"
        code[self.ranking.count < n] = 2
        starts = np.flatnonzero(np.diff(code, prepend=-1))
        return tuple((days[row], str(labels[code[row]])) for row in starts)

    @cached_property
    def _week_of_day(self) -> Rows:
        """Each day's place in `weeks`, -1 before the first Monday."""
        return np.searchsorted(self.weeks.monday, np.arange(self.market.days.size), side="right") - 1

    def _listed_upto(self, limit: int) -> tuple[Rows, Rows, Rows, Rows]:
        """Weeks, columns, ranks, and ranks among coins that are not memes, of all weekly lists."""
        made = self.weeks.made
        listed = np.where(made[:, np.newaxis] >= 0, self.ranking.order[made, :limit], -1)
        weeks, places = np.nonzero(listed >= 0)
        meme = (listed >= 0) & (self.sector[listed] == SECTORS.index("meme"))
        plain_rank = np.cumsum((listed >= 0) & ~meme, axis=1)
        plain_rank[meme] = 0
        return weeks, listed[weeks, places].astype(np.intp), places + 1, plain_rank[weeks, places]

    @cached_property
    def _listed(self) -> tuple[Rows, Rows, Rows, Rows]:
        return self._listed_upto(self.ranking.order.shape[1])

    @cached_property
    def _ranked_tier(self) -> NDArray[np.int8]:
        """The tier in which every entry of `_listed` ranks; 0 none."""
        weeks, _, place, plain = self._listed
        tier = np.zeros(weeks.size, dtype=np.int8)
        tier[(plain >= 1) & (plain <= self.bounds.small_to)] = 3
        tier[(plain >= 1) & (plain <= self.bounds.mid_to)] = 2
        tier[(plain >= 1) & (plain <= self.bounds.large_to)] = 1
        tier[(plain == 0) & (place <= self.bounds.memes_to)] = 3
        return tier

    @cached_property
    def tier_sizes(self) -> NDArray[np.intp]:
        """How many coins rank in each tier in each week, too few of them included: (3, n_weeks)."""
        weeks = self._listed[0]
        count = self.weeks.monday.size
        return np.stack(
            [np.bincount(weeks[self._ranked_tier == code], minlength=count) for code in (1, 2, 3)]
        )

    @cached_property
    def _listed_tier(self) -> NDArray[np.int8]:
        """The tier of every entry of `_listed`; 0 none, and none where a tier has too few."""
        weeks, tier = self._listed[0], self._ranked_tier.copy()
        for code in (1, 2, 3):
            tier[(tier == code) & (self.tier_sizes[code - 1][weeks] < TIER_NEEDS)] = 0
        return tier


class _SectorMembers(Mapping[str, Bools]):
    """Slug -> members of each day, drawn up when asked for: eleven such arrays are seldom needed."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe

    def __getitem__(self, sector: str) -> Bools:
        if sector not in SECTORS:
            raise KeyError(sector)
        of = self._universe
        weeks, columns = of.sector_members(sector)
        n_days, n_coins = of.market.cap.shape
        table = np.zeros((n_coins, of.weeks.monday.size + 1), dtype=np.bool_)
        table[columns, weeks + 1] = True
        member = np.zeros((n_coins, n_days), dtype=np.bool_)
        mine = np.unique(columns)
        member[mine] = np.take(table[mine], of._week_of_day + 1, axis=1)
        return _fixed(member).T

    def __iter__(self) -> Iterator[str]:
        return iter(SECTORS)

    def __len__(self) -> int:
        return len(SECTORS)


def universe(market: Market, bounds: TierBounds = USUAL) -> Universe:
    """Return the universe of a market; nothing is ranked before it is asked for."""
    candidates = [
        at
        for at, coin in enumerate(market.coins)
        if coin.sector not in EXCLUDED_SECTORS and coin.id not in EXCLUDED_COINS
    ]
    return Universe(market, _fixed(np.array(candidates, dtype=np.intp)), bounds)


def _ranked(cap: Floats, candidates: Rows, rows: slice) -> tuple[NDArray[np.int32], Rows]:
    """Order the candidates of a few days by cap, the largest first; equal caps by column.

    Returns
    -------
    order : shape (rows, widest of them), -1 where a day has no more
    count : shape (rows,)

    Notes
    -----
    The bits of positive doubles sort like the doubles. With the column's place in the lowest bits
    one plain sort of integers does it all; days on which that blurs two caps are sorted again.
    """
    values = cap.T[candidates, rows]
    known = values > 0
    some = np.flatnonzero(known.any(axis=1))
    columns, values, known = candidates[some].astype(np.int32), values[some], known[some]
    count = known.sum(axis=0, dtype=np.intp)
    low = max(1, int(columns.size).bit_length())
    last = np.iinfo(np.int64).max
    key = ((last - np.ascontiguousarray(values).view(np.int64)) >> low << low) + np.arange(columns.size)[
        :, np.newaxis
    ]
    key[~known] = last
    key = np.ascontiguousarray(key.T)
    key.sort(axis=1)
    key = key[:, : int(count.max(initial=0))]
    inside = np.arange(key.shape[1]) < count[:, np.newaxis]
    place = np.where(inside, key & ((1 << low) - 1), 0)
    order = np.where(inside, columns[place] if columns.size else -1, -1).astype(np.int32)
    close = (key[:, 1:] >> low) == (key[:, :-1] >> low)
    for day in np.flatnonzero((close & inside[:, 1:]).any(axis=1)):
        if (np.diff(values[place[day, : count[day]], day]) > 0).any():
            at = np.flatnonzero(known[:, day])
            order[day, : count[day]] = columns[at[np.argsort(-values[at, day], kind="stable")]]
    return order, count


def _widened(order: NDArray[np.int32], n: int) -> Rows:
    result = np.full((order.shape[0], n), -1, dtype=np.intp)
    result[:, : order.shape[1]] = order
    return result


def _fixed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
