"""Bitcoin's dominance, the market caps behind it, and their trends. Methods, section 5."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.market.gaps import CARRY, change
from models.market.snapshot import BITCOIN, ETHER, Bools, Day, Days, Floats, Market
from models.market.unknown import Unknown

UNCOUNTED_SECTORS = frozenset({"wrapped"})
# A copy of a coin that is counted already, in a sector of its own.
UNCOUNTED_COINS = frozenset({"binance-peg-dogecoin"})

SLOPE_DAYS, SLOPE_NEEDS = 30, 20
EXTREME_DAYS, EXTREME_NEEDS = 90, 60
AWAY = 0.02
"""How far dominance lies from its 90-day extreme before it has a trend."""
SUSTAINED_KNOWN, SUSTAINED_DAYS = 14, 17
UPPER, LOWER = 0.55, 0.50
MARKED_ABOVE = 0.01
"""The share of the previous day's total which a day may lose without being marked."""
GROWTH_DAYS = (30, 90)
CHUNK_COINS = 64

T = TypeVar("T", bound=np.generic)
Trend = Literal["weakening", "strengthening", "flat"]


@dataclass(frozen=True, slots=True)
class DominanceState:
    """Dominance and caps on one day; USD and fractions.

    `marked_days` are those of the last 90 days on which coins that held more than 1 % of the
    previous day's total lost their cap; `growth_marked_30` and `growth_marked_90` say whether one
    of them lies within that many days.
    """

    day: Day
    total: float | Unknown
    total_ex_stable: float | Unknown
    btc: float | Unknown
    total2: float | Unknown
    total3: float | Unknown
    total2_ex_stable: float | Unknown
    dominance: float | Unknown
    dominance_ex_stable: float | Unknown
    trend: Trend | Unknown
    sustained_below_55: bool | Unknown
    sustained_below_50: bool | Unknown
    btc_growth_30: float | Unknown
    btc_growth_90: float | Unknown
    total2_growth_30: float | Unknown
    total2_growth_90: float | Unknown
    total2_ex_stable_growth_30: float | Unknown
    total2_ex_stable_growth_90: float | Unknown
    total2_from_record: float | Unknown
    marked_days: tuple[Day, ...]
    growth_marked_30: bool
    growth_marked_90: bool


@dataclass(frozen=True)
class DominanceHistory:
    """One value a day; every array has shape (n_days,) and is read-only.

    Attributes
    ----------
    total, total_ex_stable : caps of all coins but wrapped ones, and of those but stable coins; USD,
        NaN on days without any cap
    btc : Bitcoin's cap
    total2, total3, total2_ex_stable : the totals without Bitcoin, and without Bitcoin and Ether
    dominance, dominance_ex_stable : btc over the totals, NaN without Bitcoin's cap
    weakening, strengthening : False as well where the trend is not known
    trend_known : the day's dominance, 20 of the last 30 and 60 of the last 90 are known
    sustained_below_55, sustained_below_50 : False as well where fewer than 14 of the last 17 days
        are known
    sustained_known : at least 14 of the last 17 days are known
    marked : coins that held more than 1 % of the previous day's total lost their cap on this day
    """

    days: Days
    total: Floats
    total_ex_stable: Floats
    btc: Floats
    total2: Floats
    total3: Floats
    total2_ex_stable: Floats
    dominance: Floats
    dominance_ex_stable: Floats
    weakening: Bools
    strengthening: Bools
    trend_known: Bools
    sustained_below_55: Bools
    sustained_below_50: Bools
    sustained_known: Bools
    marked: Bools

    @cached_property
    def total2_from_record(self) -> Floats:
        """TOTAL2 over its highest value so far, minus 1; NaN where TOTAL2 is unknown."""
        record = np.fmax.accumulate(self.total2) if self.total2.size else self.total2
        return _fixed(self.total2 / record - 1.0)

    def growth(self, of: Literal["btc", "total2", "total2_ex_stable"], n: int) -> Floats:
        """Return the growth over n days, end points carried; shape (n_days,)."""
        return _fixed(change(getattr(self, of), n))

    def marked_within(self, n: int) -> Bools:
        """Say for each day t whether growth over n days runs across a marked day (t-n+1 .. t)."""
        seen = np.cumsum(self.marked)
        before = np.zeros_like(seen)
        before[n:] = seen[:-n] if n else seen
        return _fixed(seen > before)

    def at(self, day: Day) -> DominanceState:
        """Return the state of a day; every figure of a day that is not cached is unknown."""
        row = int((day - self.days[0]).astype(np.int64)) if self.days.size else -1
        if not 0 <= row < self.days.size:
            return _not_cached(day)
        no_btc = "Bitcoin has no market cap on this day."
        no_alts = "No other coin has a market cap on this day."
        last = slice(max(0, row - GROWTH_DAYS[-1] + 1), row + 1)
        within = {n: bool(self.marked[max(0, row - n + 1) : row + 1].any()) for n in GROWTH_DAYS}
        return DominanceState(
            day=self.days[row],
            total=_known(self.total[row], "No coin has a market cap on this day."),
            total_ex_stable=_known(self.total_ex_stable[row], "No coin has a market cap on this day."),
            btc=_known(self.btc[row], no_btc),
            total2=_known(self.total2[row], no_alts),
            total3=_known(self.total3[row], no_alts),
            total2_ex_stable=_known(self.total2_ex_stable[row], no_alts),
            dominance=_known(self.dominance[row], no_btc),
            dominance_ex_stable=_known(self.dominance_ex_stable[row], no_btc),
            trend=self._trend(row),
            sustained_below_55=self._sustained(row, self.sustained_below_55),
            sustained_below_50=self._sustained(row, self.sustained_below_50),
            btc_growth_30=self._growth("btc", row, 30),
            btc_growth_90=self._growth("btc", row, 90),
            total2_growth_30=self._growth("total2", row, 30),
            total2_growth_90=self._growth("total2", row, 90),
            total2_ex_stable_growth_30=self._growth("total2_ex_stable", row, 30),
            total2_ex_stable_growth_90=self._growth("total2_ex_stable", row, 90),
            total2_from_record=_known(self.total2_from_record[row], no_alts),
            marked_days=tuple(self.days[last][self.marked[last]]),
            growth_marked_30=within[30],
            growth_marked_90=within[90],
        )

    def _trend(self, row: int) -> Trend | Unknown:
        if self.trend_known[row]:
            if self.weakening[row]:
                return "weakening"
            return "strengthening" if self.strengthening[row] else "flat"
        if not np.isfinite(self.dominance[row]):
            return Unknown("Bitcoin has no market cap on this day.")
        slope, extreme = (
            int(np.isfinite(self.dominance[max(0, row - n + 1) : row + 1]).sum())
            for n in (SLOPE_DAYS, EXTREME_DAYS)
        )
        return Unknown(
            f"Dominance is known on {slope} of the last {SLOPE_DAYS} days and {extreme} of the last "
            f"{EXTREME_DAYS}; {SLOPE_NEEDS} and {EXTREME_NEEDS} are needed."
        )

    def _sustained(self, row: int, holds: Bools) -> bool | Unknown:
        if self.sustained_known[row]:
            return bool(holds[row])
        known = int(np.isfinite(self.dominance[max(0, row - SUSTAINED_DAYS + 1) : row + 1]).sum())
        return Unknown(
            f"Dominance is known on {known} of the last {SUSTAINED_DAYS} days, {SUSTAINED_KNOWN} are needed."
        )

    def _growth(self, of: Literal["btc", "total2", "total2_ex_stable"], row: int, n: int) -> float | Unknown:
        # The few rows that the figure rests on, instead of the whole history: a slider asks often.
        first = max(0, row - n - CARRY)
        value = change(getattr(self, of)[first : row + 1], n)[-1]
        return _known(value, f"A market cap is missing at one end of the {n} days.")


def _not_cached(day: Day) -> DominanceState:
    figures = [field.name for field in fields(DominanceState) if "Unknown" in str(field.type)]
    return DominanceState(
        day=day,
        marked_days=(),
        growth_marked_30=False,
        growth_marked_90=False,
        **dict.fromkeys(figures, Unknown(f"No coin is cached for {day}.")),
    )


def dominance(market: Market) -> DominanceHistory:
    """Return dominance, totals and trends of every day. Methods, section 5.

    Notes
    -----
    A day's totals are of the caps known on that day, nothing is carried. Where Bitcoin's cap is
    missing, `total` is that of the others and dominance is unknown. The slope is an OLS slope over
    the known days of t-29 .. t (20 valid); the trend also needs the value of t itself and, for its
    extreme, 60 valid days of t-89 .. t. *Sustained*: the 14 latest known days lie all within
    t-16 .. t and strictly below the level. Row t depends on days up to t only.
    """
    caps = _gathered(market)
    dominance, dominance_ex_stable = caps.btc / caps.total, caps.btc / caps.total_ex_stable
    falling, rising, known = _trends(dominance)
    below_upper, enough = _sustained_below(dominance, UPPER)
    below_lower, _ = _sustained_below(dominance, LOWER)
    history = DominanceHistory(
        days=market.days,
        total=caps.total,
        total_ex_stable=caps.total_ex_stable,
        btc=caps.btc,
        total2=caps.total2,
        total3=caps.total3,
        total2_ex_stable=caps.total2_ex_stable,
        dominance=dominance,
        dominance_ex_stable=dominance_ex_stable,
        weakening=falling,
        strengthening=rising,
        trend_known=known,
        sustained_below_55=below_upper,
        sustained_below_50=below_lower,
        sustained_known=enough,
        marked=caps.marked,
    )
    for value in vars(history).values():
        value.flags.writeable = False
    return history


@dataclass(frozen=True, slots=True)
class _Caps:
    total: Floats
    total_ex_stable: Floats
    btc: Floats
    total2: Floats
    total3: Floats
    total2_ex_stable: Floats
    marked: Bools


def _gathered(market: Market) -> _Caps:
    """Sum the caps of each day by group, and find the days on which too many are lost."""
    group = np.array([_group(coin.id, coin.sector) for coin in market.coins], dtype=np.intp)
    sums = np.zeros((4, market.days.size))
    some = np.zeros(sums.shape, dtype=np.bool_)
    lost = np.zeros(market.days.size)
    for code in range(4):
        columns = np.flatnonzero(group == code)
        for first in range(0, columns.size, CHUNK_COINS):
            cap = market.cap.T[columns[first : first + CHUNK_COINS]]
            known = np.isfinite(cap)
            cap[~known] = 0.0
            sums[code] += cap.sum(axis=0)
            some[code] |= known.any(axis=0)
            lost[1:] += np.where(known[:, 1:], 0.0, cap[:, :-1]).sum(axis=0)

    def total(*codes: int) -> Floats:
        which = list(codes)
        return np.where(some[which].any(axis=0), sums[which].sum(axis=0), np.nan)

    whole = total(_BTC, _ETH, _STABLE, _OTHER)
    marked = np.zeros(market.days.size, dtype=np.bool_)
    marked[1:] = lost[1:] > MARKED_ABOVE * whole[:-1]
    return _Caps(
        total=whole,
        total_ex_stable=total(_BTC, _ETH, _OTHER),
        btc=total(_BTC),
        total2=total(_ETH, _STABLE, _OTHER),
        total3=total(_STABLE, _OTHER),
        total2_ex_stable=total(_ETH, _OTHER),
        marked=marked,
    )


_BTC, _ETH, _STABLE, _OTHER, _UNCOUNTED = range(5)


def _group(coin_id: str, sector: str) -> int:
    if coin_id == BITCOIN:
        return _BTC
    if sector in UNCOUNTED_SECTORS or coin_id in UNCOUNTED_COINS:
        return _UNCOUNTED
    if coin_id == ETHER:
        return _ETH
    return _STABLE if sector == "stablecoin" else _OTHER


def _trends(share: Floats) -> tuple[Bools, Bools, Bools]:
    """Say for each day whether dominance weakens, strengthens, and whether that is known."""
    if not share.size:
        return (np.zeros(0, dtype=np.bool_),) * 3
    # Taken against the day's own value, so that a constant stretch has a slope of exactly 0.
    window = _last(share, SLOPE_DAYS) - share[:, np.newaxis]
    valid = np.isfinite(window)
    count = valid.sum(axis=1)
    place = np.where(valid, np.arange(SLOPE_DAYS, dtype=np.float64), 0.0)
    value = np.where(valid, window, 0.0)
    some = np.maximum(count, 1)[:, np.newaxis]
    place -= place.sum(axis=1, keepdims=True) / some
    value -= value.sum(axis=1, keepdims=True) / some
    slope = (place * value * valid).sum(axis=1)  # times a positive number: its sign is all that counts
    stretch = _last(share, EXTREME_DAYS)
    within = np.isfinite(stretch)
    high = np.where(within, stretch, -np.inf).max(axis=1)
    low = np.where(within, stretch, np.inf).min(axis=1)
    known = np.isfinite(share) & (count >= SLOPE_NEEDS) & (within.sum(axis=1) >= EXTREME_NEEDS)
    weakening = known & (slope < 0) & (high - share >= AWAY)
    strengthening = known & (slope > 0) & (share - low >= AWAY)
    return weakening, strengthening, known


def _sustained_below(share: Floats, level: float) -> tuple[Bools, Bools]:
    """Say for each day whether the last 14 known days are recent enough and below, and are known."""
    holds, enough = np.zeros(share.size, dtype=np.bool_), np.zeros(share.size, dtype=np.bool_)
    known = np.flatnonzero(np.isfinite(share))
    if known.size >= SUSTAINED_KNOWN:
        highest = sliding_window_view(share[known], SUSTAINED_KNOWN).max(axis=1)
        days = np.arange(share.size)
        # The stretch of known days that ends on or before each day; -1: there is none yet.
        last = np.searchsorted(known, days, side="right") - SUSTAINED_KNOWN
        enough = (last >= 0) & (days - known[np.maximum(last, 0)] < SUSTAINED_DAYS)
        holds = enough & (highest[np.maximum(last, 0)] < level)
    return holds, enough


def _last(values: Floats, window: int) -> Floats:
    """Return the last `window` values of every day, NaN before the first: shape (n_days, window)."""
    return sliding_window_view(np.concatenate([np.full(window - 1, np.nan), values]), window)


def _known(value: float, why: str) -> float | Unknown:
    return float(value) if np.isfinite(value) else Unknown(why)


def _fixed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
