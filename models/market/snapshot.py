"""The market as it was known at the end of one day: immutable, aligned, bad ticks taken out.

Everything an analysis reads comes from a :class:`Market`; where the values came from is no
concern of it. Methods, section 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Day = np.datetime64
"""A UTC date, always of numpy's unit `D`."""

Calendar = Literal["daily", "session", "weekly", "monthly"]
Origin = Literal["archive", "live", "demo", "mixed"]
Basis = Literal["point-in-time", "survivors"]

BITCOIN = "bitcoin"
ETHER = "ethereum"

RISE, FALL = 3.0, -0.75
"""A daily change beyond these is suspected of being a bad tick."""
UNDONE = 0.6
"""The share of the jump that must be taken back for it to be one."""
LOOK_BACK = 4
"""How many days back the last good price may lie."""


def day(text: str | Day) -> Day:
    """Read a day.

    >>> day("2021-05-14")
    np.datetime64('2021-05-14')
    """
    return np.datetime64(str(text), "D")


@dataclass(frozen=True, slots=True)
class Coin:
    """One coin of the list; `sector` is a slug of methods 1."""

    id: str
    symbol: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True)
class Series:
    """One value a day, without gaps: a day without a value is not listed.

    `days` is sorted, of shape (n,); `values` has the same shape and holds no NaN.
    A value is known `available_after_days` after the day which it describes.
    """

    id: str
    title: str
    unit: str
    source: str
    calendar: Calendar
    days: Days
    values: Floats
    available_after_days: int = 0

    def upto(self, as_of: Day) -> Series:
        """Return what was published by the end of `as_of` (a view)."""
        last = as_of - np.timedelta64(self.available_after_days, "D")
        end = int(np.searchsorted(self.days, last, side="right"))
        return replace(self, days=self.days[:end], values=self.values[:end])

    @property
    def last_day(self) -> Day | None:
        return self.days[-1] if self.days.size else None


@dataclass(frozen=True, slots=True)
class BadTicks:
    """Coin-days left out everywhere, with what they held; arrays of shape (n,).

    `known_from` is the first day on which the tick could be told for a bad one.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    known_from: NDArray[np.intp]
    change: Floats
    price: Floats
    cap: Floats
    volume: Floats

    def __len__(self) -> int:
        return int(self.row.size)

    def take(self, which: Bools) -> BadTicks:
        return BadTicks(*(getattr(self, name)[which] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class BasisSpan:
    """From `start` to `end` (both included) the cached coins are of this basis."""

    start: Day
    end: Day
    basis: Basis


@dataclass(frozen=True)
class Market:
    """Coins and series, cut at the end of `as_of`.

    Attributes
    ----------
    days : shape (n_days,)
        Every UTC day from the first cached coin-day to `as_of`, without gaps.
    coins : n_coins coins in the alphabetical order of their ids
    price, cap, volume : shape (n_days, n_coins)
        USD, NaN where missing or flagged; read-only. Coin-major in memory.
    series : by id (`RUT` is the close, `RUT.adj` the adjusted close)
    bad_ticks : what was taken out of `price`, `cap` and `volume`
    known_at : the day whose knowledge is shown, or None for today's
    """

    as_of: Day
    days: Days
    coins: tuple[Coin, ...]
    price: Floats
    cap: Floats
    volume: Floats
    series: Mapping[str, Series]
    bad_ticks: BadTicks
    basis: tuple[BasisSpan, ...] = ()
    known_at: Day | None = None
    origin: Origin = "archive"
    column: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "column", MappingProxyType({coin.id: i for i, coin in enumerate(self.coins)})
        )
        for name in ("days", "price", "cap", "volume"):
            getattr(self, name).flags.writeable = False

    @classmethod
    def build(
        cls,
        *,
        days: Days,
        coins: Iterable[Coin],
        price: Floats,
        cap: Floats,
        volume: Floats,
        series: Mapping[str, Series],
        as_of: Day | None = None,
        basis: tuple[BasisSpan, ...] = (),
        known_at: Day | None = None,
        origin: Origin = "archive",
    ) -> Market:
        """Take raw arrays (which become the market's own), leave out bad ticks, cut at `as_of`.

        An `as_of` after the last value adds days without any, so that every day up to it has a row.
        """
        coins = tuple(coins)
        if as_of is not None and days.size and as_of > days[-1]:
            days, price, cap, volume = _padded(days, price, cap, volume, as_of)
        if [coin.id for coin in coins] != sorted(coin.id for coin in coins):
            raise ValueError("Coins come in the alphabetical order of their ids.")
        ticks = find_bad_ticks(price, cap, volume)
        for array in (price, cap, volume):
            array[ticks.row, ticks.column] = np.nan
        if as_of is None:
            as_of = days[-1] if days.size else np.datetime64("1970-01-01", "D")
        whole = cls(
            as_of=days[-1] if days.size else as_of,
            days=days,
            coins=coins,
            price=price,
            cap=cap,
            volume=volume,
            series=MappingProxyType(dict(series)),
            bad_ticks=ticks,
            basis=basis,
            known_at=known_at,
            origin=origin,
        )
        return whole.cut(as_of)

    def cut(self, as_of: Day) -> Market:
        """Return the market as a reader saw it at the end of `as_of`.

        Views of the same memory, unless a bad tick of the last days was not known for one yet:
        then the arrays are copied and the tick stands, as it stood on that day.
        """
        end = int(np.searchsorted(self.days, as_of, side="right"))
        arrays = {name: getattr(self, name)[:end] for name in ("price", "cap", "volume")}
        ticks = self.bad_ticks
        open_yet = (ticks.row < end) & (ticks.known_from >= end)
        if open_yet.any():
            back = ticks.take(open_yet)
            arrays = {name: array.copy(order="K") for name, array in arrays.items()}
            for name, array in arrays.items():
                array[back.row, back.column] = getattr(back, name)
        return replace(
            self,
            as_of=as_of,
            days=self.days[:end],
            series=MappingProxyType({name: one.upto(as_of) for name, one in self.series.items()}),
            bad_ticks=ticks.take(ticks.known_from < end),
            **arrays,
        )

    def has_open_ticks(self, as_of: Day) -> bool:
        """Whether a tick up to `as_of` was found out later, so that only a cut shows that day truly."""
        end = int(np.searchsorted(self.days, as_of, side="right"))
        return bool(((self.bad_ticks.row < end) & (self.bad_ticks.known_from >= end)).any())

    def position(self, when: Day) -> int:
        """Return the row of a day, or -1 before the first one; after the last it raises IndexError."""
        if not self.days.size or when < self.days[0]:
            return -1
        row = int((when - self.days[0]).astype(int))
        if row >= self.days.size:
            raise IndexError(f"{when} lies after the last day of the market.")
        return row

    def coin_series(self, coin_id: str) -> Series:
        """Return one coin's closes as a series (empty for a coin that is not cached)."""
        at = self.column.get(coin_id)
        values = self.price[:, at] if at is not None else np.full(self.days.size, np.nan)
        known = np.isfinite(values)
        name = self.coins[at].name if at is not None else coin_id
        return Series(coin_id, name, "USD", "", "daily", self.days[known], values[known])


def _padded(
    days: Days, price: Floats, cap: Floats, volume: Floats, as_of: Day
) -> tuple[Days, Floats, Floats, Floats]:
    """Add rows without values up to `as_of`, coin-major as before."""
    more = int((as_of - days[-1]).astype(int))
    longer = [
        np.asfortranarray(np.vstack([array, np.full((more, array.shape[1]), np.nan)]))
        for array in (price, cap, volume)
    ]
    return np.concatenate([days, days[-1] + 1 + np.arange(more)]), longer[0], longer[1], longer[2]


def find_bad_ticks(price: Floats, cap: Floats, volume: Floats) -> BadTicks:
    """Find prices that jump and are taken back within two days. Methods, section 0.

    Parameters
    ----------
    price, cap, volume : shape (n_days, n_coins)
        Raw values, NaN where missing.

    Notes
    -----
    The last good price of a day is one of the four before it, so a day whose change against
    *none* of these is large can be neither suspect nor flagged as a first day: the sequential rule
    runs over the few days that are left.
    """
    by_coin = np.ascontiguousarray(price.T)
    n_days = by_coin.shape[1]
    known = np.flatnonzero(np.isfinite(by_coin))
    values = by_coin.ravel()[known]
    suspect = np.zeros(known.size, dtype=bool)
    for lag in range(1, LOOK_BACK + 1):
        near = known[lag:] - known[:-lag] <= LOOK_BACK
        ratio = values[lag:] / values[:-lag]
        suspect[lag:] |= near & ((ratio > 1 + RISE) | (ratio < 1 + FALL))
    found: list[tuple[int, int, int, float]] = []
    flagged: set[int] = set()
    for at in known[suspect].tolist():
        start = at - at % n_days
        if at in flagged:
            continue
        good = next(
            (
                i
                for i in range(at - 1, max(at - LOOK_BACK, start) - 1, -1)
                if i not in flagged and np.isfinite(by_coin.flat[i])
            ),
            None,
        )
        if good is None:
            continue
        now, before = float(by_coin.flat[at]), float(by_coin.flat[good])
        change = now / before - 1
        if FALL <= change <= RISE:
            continue
        for back in (at + 1, at + 2):
            if back >= start + n_days or not np.isfinite(by_coin.flat[back]):
                continue
            if (now - float(by_coin.flat[back])) / (now - before) >= UNDONE:
                flagged.update(range(at, back))
                found.extend((i % n_days, i // n_days, back % n_days, change) for i in range(at, back))
                break
    row, column, known_from = (np.array([entry[k] for entry in found], dtype=np.intp) for k in range(3))
    return BadTicks(
        row=row,
        column=column,
        known_from=known_from,
        change=np.array([entry[3] for entry in found], dtype=np.float64),
        price=price[row, column],
        cap=cap[row, column],
        volume=volume[row, column],
    )
