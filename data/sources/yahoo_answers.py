"""Reading what yfinance gives: bars of indices, days of coins, and whether a coin is the one meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from data import catalog
from data import coins as book
from data.cache.batches import About
from data.sessions import is_session, last_closed_session
from models.market.snapshot import Bools, Day, Days, Floats

from .contract import Failed, Fetched, Refused, Rows, Unavailable, clip, day_of

if TYPE_CHECKING:
    import pandas as pd

PRIORITY_OF_COINS = 2
AGREES = 0.05
FLAT = 6
"""Equal closes in a row that no living coin has."""
BARRED = timedelta(days=7)
ONE_DAY = np.timedelta64(1, "D")
COLUMNS = ("Open", "High", "Low", "Close", "Adj Close", "Volume")


@dataclass(frozen=True, slots=True)
class Index:
    """An instrument by its symbol. `settles` are hours after 16:15 New York until its bar is whole."""

    symbol: str
    zone: str = "America/New_York"
    keeps_sessions: bool = True
    settles: int = 0


INDICES: dict[str, Index] = {
    "RUT": Index("^RUT"),
    "IWM": Index("IWM"),
    "SPX": Index("^GSPC"),
    "NDX": Index("^NDX"),
    "VIX": Index("^VIX", "America/Chicago"),
    # The bond market and the exchange of the dollar index keep holidays of their own.
    "TNX": Index("^TNX", "America/Chicago", keeps_sessions=False),
    "DXY": Index("DX-Y.NYB", keeps_sessions=False, settles=2),
}


def about(series: str) -> About:
    """Return what the catalog says about an index."""
    known = catalog.series(series, bars=True)
    return About(known.title, known.unit, known.calendar, known.available_after_days)


def _table(frame: pd.DataFrame) -> tuple[Days, Floats]:
    """Return the labels and the columns `COLUMNS` of shape (n, 6), NaN where there is nothing."""
    import pandas as pd

    if not len(frame):
        return np.empty(0, dtype="datetime64[D]"), np.empty((0, len(COLUMNS)))
    index = pd.DatetimeIndex(frame.index).tz_localize(None)
    days = index.to_numpy().astype("datetime64[D]")
    columns = [
        pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if name in frame
        else np.full(len(frame), np.nan)
        for name in COLUMNS
    ]
    table = np.column_stack(columns)
    table[~np.isfinite(table)] = np.nan
    told = ~np.isnat(days)
    return days[told], table[told]


def read_bars(frame: pd.DataFrame, series: str, *, now: datetime, first: Day) -> Fetched:
    """Take the whole sessions of an index; close to close, with opens and volumes where they are told."""
    index = INDICES[series]
    known = catalog.series(series, bars=True)
    days, table = _table(frame)
    last = last_closed_session(now - timedelta(hours=index.settles))
    later = days > last
    days, table = days[~later], table[~later]
    refused: list[Refused] = []
    keep = np.ones(days.size, dtype=bool)
    empty = 0
    for row, (day, close) in enumerate(zip(days, table[:, 3].tolist(), strict=True)):
        why = ""
        if math.isnan(close):
            empty += 1
            keep[row] = False
        elif close <= 0:
            why = f"The close is {'zero' if close == 0 else 'negative'}."
        elif not known.lowest <= close <= known.highest:
            why = f"{known.outside[:1].upper()}{known.outside[1:]}."
        elif index.keeps_sessions and not is_session(day):
            why = "New York did not trade on this day."
        if why:
            refused.append(Refused("bars", series, day, clip(f"{close:g}"), why))
            keep[row] = False
    keep &= days >= first
    # Old bars of indices have an open, a high or a low of zero, which says that there is none.
    table[:, :3][table[:, :3] <= 0] = np.nan
    table[:, 5][table[:, 5] < 0] = np.nan
    notes = (f"Yahoo has no close for {empty} of {days.size} sessions.",) if empty else ()
    return Fetched(
        now,
        rows=(Rows("bars", series, days[keep], table[keep], about(series)),) if keep.any() else (),
        refused=tuple(refused),
        provisional=int(np.count_nonzero(later)),
        notes=notes,
    )


def read_coin(
    frame: pd.DataFrame,
    coin: book.Known,
    *,
    now: datetime,
    first: Day,
    quote: float = math.nan,
    close: tuple[Day, float] | None = None,
) -> Fetched:
    """Take the days of a coin, once its price is known to be that of the coin which is meant.

    `quote` is CoinGecko's price of this moment, held against the last (live) row; `close` is a daily
    close of CoinGecko, held against the same day, which is better where there is one.

    Raises
    ------
    Unavailable
        It is another coin.
    Failed
        Nothing of CoinGecko is there to compare with.
    """
    days, table = _table(frame)
    _check_coin(coin, days, table[:, 3], day_of(now), quote, close, now)
    later = days >= day_of(now)
    days, table = days[~later], table[~later]
    refused: list[Refused] = []
    price, volume = table[:, 3], table[:, 5]
    empty = np.isnan(price)
    wrong = price <= 0
    flat = _flat(np.where(wrong | empty, np.nan, price))
    if coin.sector == "stablecoin":
        flat[:] = False
    for marked, why in (
        (wrong, "The price is not above zero."),
        (flat, f"The price stood still for {FLAT} days or more: the symbol seems to be dead."),
    ):
        refused += [
            Refused("coin", coin.id, days[row], clip(f"{price[row]:g}"), why)
            for row in np.flatnonzero(marked)
        ]
    keep = ~(empty | wrong | flat) & (days >= first)
    values = np.column_stack([price, np.full(price.size, np.nan), np.where(volume < 0, np.nan, volume)])
    gaps = int(np.count_nonzero(empty))
    return Fetched(
        now,
        rows=(Rows("coin", coin.id, days[keep], values[keep]),) if keep.any() else (),
        priority=PRIORITY_OF_COINS,
        refused=tuple(refused),
        provisional=int(np.count_nonzero(later)),
        notes=(f"Yahoo has no price for {gaps} of {days.size} days of {coin.name}.",) if gaps else (),
    )


def _check_coin(
    coin: book.Known,
    days: Days,
    prices: Floats,
    today: Day,
    quote: float,
    close: tuple[Day, float] | None,
    now: datetime,
) -> None:
    known = np.isfinite(prices) & (prices > 0)
    pairs: list[tuple[Day, float, float]] = []
    if close is not None:
        at = np.flatnonzero(known & (days == close[0]))
        pairs += [(close[0], float(prices[row]), close[1]) for row in at]
    if not pairs and not math.isnan(quote) and known.any():
        row = int(np.flatnonzero(known)[-1])
        if days[row] >= today - ONE_DAY:
            pairs.append((days[row], float(prices[row]), quote))
    if not pairs:
        if known.any() and days[known][-1] < today - 10 * ONE_DAY:
            last = days[known][-1]
            raise Unavailable(
                f"Yahoo's {coin.yahoo} ends on {last}: it seems to be dead.", until=now + BARRED
            )
        raise Failed(f"There is no price of CoinGecko to check Yahoo's {coin.yahoo} with.")
    day, theirs, ours = pairs[-1]
    if abs(theirs / ours - 1) > AGREES:
        raise Unavailable(
            f"Yahoo's {coin.yahoo} is not {coin.name}: it stood at {theirs:g} USD on {day}, "
            f"CoinGecko says {ours:g} USD.",
            until=now + BARRED,
        )


def _flat(prices: Floats) -> Bools:
    """Mark the days after the first of each run of `FLAT` or more equal prices."""
    same = np.zeros(prices.size, dtype=bool)
    same[1:] = prices[1:] == prices[:-1]
    found = np.zeros(prices.size, dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2).tolist():
        if stop - start >= FLAT - 1:
            found[start:stop] = True
    return found
