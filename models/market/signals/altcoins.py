"""Signals from the altcoins themselves: season index, layer 1, volatility, volume."""

from __future__ import annotations

import numpy as np

from models.market.gaps import change, trailing_mean, trailing_std
from models.market.season.index import SeasonReading
from models.market.signals.history import Absent, Reading, Words
from models.market.signals.inputs import SignalInputs, absent, at_least, computed
from models.market.signals.words import number, ordinal, percent, points
from models.market.snapshot import BITCOIN, Bools, Floats
from models.market.unknown import Unknown

SEASON_HIGH, SEASON_LOW = 75.0, 25.0
RETURN_DAYS = 30
LAYER1, LAYER1_NEEDS, LAYER1_BEHIND = "layer1", 5, -0.10
TOP = 50
VOLATILITY_DAYS, VOLATILITY_NEEDS = 30, 20
READINGS, READINGS_NEED, COINS_NEED = 364, 180, 20
QUIET, LOUD = 25.0, 75.0
SHORT, LONG, BUSY, IDLE, STILL = 30, 180, 1.0, 0.7, 0.15


def season_index(inputs: SignalInputs) -> Reading | Absent:
    """How many of the top 50 beat Bitcoin over 90 days."""
    if BITCOIN not in inputs.market.column:
        return absent("Bitcoin price", "coin caps", "BTC")
    season = inputs.season
    known = np.isfinite(season.index)

    def words(row: int) -> Words:
        return Words(
            number(float(season.index[row]), 0),
            f"≥ {SEASON_HIGH:.0f} / ≤ {SEASON_LOW:.0f}",
            f"{int(season.beating[row])} of {int(season.counted[row])} coins beat Bitcoin",
        )

    return Reading(
        sources=(computed("season index", ("coin caps", "coin prices", "BTC"), known, inputs.days),),
        value=season.index,
        known=known,
        confirms=season.index >= SEASON_HIGH,
        contradicts=season.index <= SEASON_LOW,
        words=words,
        gap=lambda row: _why(season.at(inputs.days[row])),
    )


def layer1(inputs: SignalInputs) -> Reading | Absent:
    """This week's layer 1 coins against Bitcoin, over 30 days."""
    if BITCOIN not in inputs.market.column:
        return absent("Bitcoin price", "coin prices", "BTC")
    member = inputs.universe.sector_member[LAYER1]
    ever = np.flatnonzero(member.any(axis=0))
    inside, price = member[:, ever], inputs.market.price[:, ever]
    returns = change(price, RETURN_DAYS)
    counts = inside & np.isfinite(returns)
    counted = np.count_nonzero(counts, axis=1)
    mean = np.where(counts, returns, 0.0).sum(axis=1) / np.maximum(counted, 1)
    lead = np.where(counted >= LAYER1_NEEDS, mean - change(inputs.bitcoin, RETURN_DAYS), np.nan)
    quoted = np.count_nonzero(inside & np.isfinite(price), axis=1) > 0

    def words(row: int) -> Words:
        return Words(
            points(float(lead[row])),
            "> 0 / < −10 pts",
            f"30-day mean of {counted[row]} coins against Bitcoin",
        )

    return Reading(
        sources=(
            computed("layer 1 price", ("coin prices",), quoted, inputs.days),
            computed("Bitcoin price", ("BTC",), np.isfinite(inputs.bitcoin), inputs.days),
        ),
        value=lead,
        known=np.isfinite(lead),
        confirms=lead > 0,
        contradicts=lead < LAYER1_BEHIND,
        words=words,
        gap=lambda row: (
            f"{counted[row]} of the layer 1 coins have a 30-day return, {LAYER1_NEEDS} are needed."
            if counted[row] < LAYER1_NEEDS
            else "Bitcoin has no 30-day return on this day."
        ),
    )


def volatility(inputs: SignalInputs) -> Reading | Absent:
    """Whether the top 50 are calm by their own standards of a year."""
    order = inputs.universe.ranking.largest(TOP)
    rows, places = np.nonzero(order >= 0)
    if not rows.size:
        return absent("market cap of an altcoin", "coin caps", "coin prices")
    ever, column = np.unique(order[rows, places], return_inverse=True)
    wanted = np.zeros((ever.size, order.shape[0]), dtype=np.bool_)
    wanted[column, rows] = True
    rank = np.full(order.shape, np.nan)
    rank[rows, places] = volatility_percentile(inputs.market.price[:, ever], wanted.T)[rows, column]
    ranked = (order >= 0).sum(axis=1)
    counted = np.isfinite(rank).sum(axis=1)
    # Missing ranks sort to the end, so the middle of the known ones is found by counting.
    ordered, last = np.sort(rank, axis=1), np.maximum(counted - 1, 0)
    every = np.arange(order.shape[0])
    middle = (ordered[every, last // 2] + ordered[every, (last + 1) // 2]) / 2
    median = np.where(counted >= COINS_NEED, middle, np.nan)

    def words(row: int) -> Words:
        value = float(median[row])
        said = "is contracting" if value <= QUIET else "is expanding" if value >= LOUD else "lies between"
        return Words(
            f"{ordinal(value)} pct", f"≤ {QUIET:.0f} / ≥ {LOUD:.0f}", f"median of the top {TOP} {said}"
        )

    return Reading(
        sources=(computed("ranked day", ("coin caps", "coin prices"), ranked > 0, inputs.days),),
        value=median,
        known=np.isfinite(median),
        confirms=median <= QUIET,
        contradicts=median >= LOUD,
        words=words,
        gap=lambda row: (
            f"{counted[row]} of the top {TOP} have half a year of volatility, {COINS_NEED} are needed."
            if ranked[row]
            else "No coin has a market cap on this day."
        ),
    )


def volume(inputs: SignalInputs) -> Reading | Absent:
    """Turnover picking up while prices stand still."""
    order = inputs.universe.ranking.largest(TOP)
    rows, places = np.nonzero(order >= 0)
    traded = np.full(order.shape, np.nan)
    traded[rows, places] = inputs.market.volume[rows, order[rows, places]]
    counted = np.isfinite(traded).sum(axis=1)
    has = counted > 0
    if not has.any():
        return absent("volume of an altcoin", "coin volumes", "ALT50")
    total = np.where(has, np.nansum(traded, axis=1), np.nan)
    short = trailing_mean(total, SHORT, at_least(SHORT))
    long = trailing_mean(total, LONG, at_least(LONG))
    ratio = np.where(long > 0, short / np.where(long > 0, long, 1.0), np.nan)
    moved = change(inputs.alt50.values, RETURN_DAYS)

    def words(row: int) -> Words:
        price = (
            f"ALT50 {percent(float(moved[row]), 0)} in {RETURN_DAYS} days" if np.isfinite(moved[row]) else ""
        )
        return Words(
            f"{number(float(ratio[row]), 2)} ×",
            "≥ 1, price flat / < 0.7",
            f"{SHORT}-day mean over {LONG}-day mean" + (f"; {price}" if price else ""),
        )

    return Reading(
        sources=(
            computed("volume of the top 50", ("coin volumes",), has, inputs.days),
            computed("value of ALT50", ("ALT50",), np.isfinite(inputs.alt50.values), inputs.days),
        ),
        value=ratio,
        # Below 1 the move of ALT50 decides nothing.
        known=np.isfinite(ratio) & (np.isfinite(moved) | (ratio < BUSY)),
        confirms=(ratio >= BUSY) & (np.abs(moved) < STILL),
        contradicts=ratio < IDLE,
        words=words,
        gap=lambda row: (
            f"The last {LONG} days hold "
            f"{np.count_nonzero(has[max(0, row - LONG + 1) : row + 1])} days of volume, "
            f"{at_least(LONG)} are needed, and {at_least(SHORT)} of the last {SHORT}."
            if np.isnan(ratio[row])
            else f"ALT50 has no value {RETURN_DAYS} days before."
        ),
    )


def _why(reading: SeasonReading | Unknown) -> str:
    index = reading if isinstance(reading, Unknown) else reading.index
    return index.why if isinstance(index, Unknown) else "The season index is unknown on this day."


def volatility_percentile(price: Floats, wanted: Bools) -> Floats:
    """Rank each coin's 30-day volatility among its own readings of the year before.

    Parameters
    ----------
    price : shape (n_days, n_coins), NaN where missing
    wanted : same shape; all other cells stay NaN

    Returns
    -------
    Share of the previous 364 readings strictly below, 0 .. 100; NaN with fewer than 180 of them.

    Notes
    -----
    Volatility is the standard deviation of daily log returns over 30 days, 20 needed; a return
    needs both of its days. Methods, section 8.
    """
    returns = np.full(price.shape, np.nan, order="F")
    returns[1:] = np.log(price[1:] / price[:-1])
    spread = trailing_std(returns, VOLATILITY_DAYS, VOLATILITY_NEEDS)
    known = np.isfinite(spread)
    before = np.zeros((price.shape[0] + 1, price.shape[1]), dtype=np.int32, order="F")
    np.cumsum(known, axis=0, out=before[1:])
    readings = before[:-1].copy(order="F")
    readings[READINGS:] -= before[: -READINGS - 1]
    usable = wanted & known & (readings >= READINGS_NEED)
    result = np.full(price.shape, np.nan, order="F")
    if usable.any():
        below = _count_below(spread, usable)
        result.T[usable.T] = 100.0 * below / readings.T[usable.T]
    return result


def _count_below(values: Floats, wanted: Bools) -> Floats:
    """Count, for every wanted cell, the values of the 364 days before that lie strictly below it.

    Returns
    -------
    Counts of the wanted cells, coin after coin, day after day.

    Notes
    -----
    The stretch of each coin from its first to its last wanted day, with a year ahead of it, is
    laid end to end with all others; one comparison per lag then serves every coin. A missing value
    compares false.
    """
    columns = np.flatnonzero(wanted.any(axis=0))
    by_coin = wanted.T[columns]
    first = by_coin.argmax(axis=1)
    last = wanted.shape[0] - 1 - by_coin[:, ::-1].argmax(axis=1)
    pieces: list[Floats] = []
    marks: list[Bools] = []
    for column, start, end in zip(columns.tolist(), first.tolist(), last.tolist(), strict=True):
        lead = np.full(READINGS, np.nan)
        ahead = values[max(0, start - READINGS) : start, column]
        lead[READINGS - ahead.size :] = ahead
        pieces += [lead, values[start : end + 1, column]]
        marks += [np.zeros(READINGS, dtype=bool), wanted[start : end + 1, column]]
    line, mark = np.concatenate(pieces), np.concatenate(marks)
    now = line[READINGS:]
    total = np.zeros(now.size, dtype=np.int16)
    some, hit = np.zeros(now.size, dtype=np.uint8), np.empty(now.size, dtype=bool)
    for lag in range(1, READINGS + 1):
        np.less(line[READINGS - lag : line.size - lag], now, out=hit)
        np.add(some, hit.view(np.uint8), out=some)
        if lag % 255 == 0 or lag == READINGS:
            total += some
            some[:] = 0
    return total[mark[READINGS:]].astype(np.float64)
