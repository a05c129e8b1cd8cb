"""Signals from market caps and from Ether: dominance, growth of altcoin caps, ETH/BTC."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.market.dominance import EXTREME_DAYS
from models.market.gaps import change, trailing_mean
from models.market.signals.history import Absent, Reading, Source, Words
from models.market.signals.inputs import SignalInputs, absent, at_least, computed
from models.market.signals.words import number, percent, points
from models.market.snapshot import BITCOIN, ETHER, Floats
from models.market.unknown import Unknown

HIGH = 0.55
GROWTH_DAYS = 30
MEAN_DAYS = 50


def dominance_trend(inputs: SignalInputs) -> Reading | Absent:
    """Bitcoin's share of the market, falling from its high or rising from its low.

    The deciding figure is how far dominance lies below its 90-day high while the trend is not
    strengthening, and above its 90-day low while it is.
    """
    if BITCOIN not in inputs.market.column:
        return absent("market cap of Bitcoin", "coin caps")
    history = inputs.dominance
    share = history.dominance
    below = share - _extreme(share, np.fmax)
    above = share - _extreme(share, np.fmin)

    def words(row: int) -> Words:
        if history.strengthening[row]:
            return Words(
                "strengthening", "2 pts from its high", f"rising, {points(float(above[row]))} from its low"
            )
        trend = "weakening" if history.weakening[row] else "flat"
        return Words(trend, "2 pts from its high", f"{points(float(below[row]))} from its 90-day high")

    return Reading(
        sources=(_dominance_source(inputs),),
        value=np.where(history.strengthening, above, below),
        known=history.trend_known,
        confirms=history.weakening,
        contradicts=history.strengthening,
        words=words,
        gap=lambda row: _reason(history.at(inputs.days[row]), "trend"),
    )


def dominance_level(inputs: SignalInputs) -> Reading | Absent:
    """Bitcoin's share of the market: below a half for two weeks, or above 55 %."""
    if BITCOIN not in inputs.market.column:
        return absent("market cap of Bitcoin", "coin caps")
    history = inputs.dominance
    today, below = history.dominance, history.sustained_below_50
    rows = np.arange(today.size)
    newest = np.maximum.accumulate(np.where(np.isfinite(today), rows, 0)) if today.size else rows
    share = today[newest]

    def words(row: int) -> Words:
        if below[row]:
            said = "below 50 % on the last 14 known days"
        elif share[row] > HIGH:
            said = "above 55 % today"
        else:
            said = "between the two levels, or not for 14 days"
        return Words(percent(float(share[row]), sign=False), "< 50 %, 14 days / > 55 %", said)

    return Reading(
        sources=(_dominance_source(inputs),),
        value=share,
        # Fourteen known days below 50 % stand, even if today is not one of them.
        known=np.isfinite(today) | below,
        confirms=below,
        contradicts=today > HIGH,
        words=words,
        gap=lambda _: "Bitcoin has no market cap on this very day.",
    )


def alt_cap_growth(inputs: SignalInputs) -> Reading | Absent:
    """The caps of all altcoins against Bitcoin's, over 30 days."""
    if BITCOIN not in inputs.market.column:
        return absent("market cap of Bitcoin", "coin caps")
    history = inputs.dominance
    alts, bitcoin = change(history.total2, GROWTH_DAYS), change(history.btc, GROWTH_DAYS)
    marked = history.marked_within(GROWTH_DAYS)

    def words(row: int) -> Words:
        mine, theirs = float(alts[row]), float(bitcoin[row])
        pace = "faster than" if mine > theirs else "slower than" if mine < theirs else "just as"
        verb = "growing" if mine > 0 else "shrinking" if mine < 0 else "unchanged"
        if mine < 0:
            pace = {"faster than": "less than", "slower than": "more than"}.get(pace, pace)
        note = "; a large coin lost its cap meanwhile" if marked[row] else ""
        return Words(percent(mine), f"> 0, > BTC {percent(theirs)}", f"{verb}, {pace} Bitcoin{note}")

    return Reading(
        sources=(
            computed("market cap of altcoins", ("coin caps",), np.isfinite(history.total2), inputs.days),
            computed("market cap of Bitcoin", ("coin caps",), np.isfinite(history.btc), inputs.days),
        ),
        value=alts,
        known=np.isfinite(alts) & np.isfinite(bitcoin),
        confirms=(alts > 0) & (alts > bitcoin),
        contradicts=(alts < 0) & (alts < bitcoin),
        words=words,
        gap=lambda _: f"There is no market cap {GROWTH_DAYS} days before.",
    )


def eth_btc(inputs: SignalInputs) -> Reading | Absent:
    """Ether's price in Bitcoin against its mean and against a month ago."""
    for coin, name in ((BITCOIN, "Bitcoin"), (ETHER, "Ether")):
        if coin not in inputs.market.column:
            return absent(f"price of {name}", "ETH", "BTC")
    ether, bitcoin = inputs.coin(ETHER), inputs.bitcoin
    ratio = ether / bitcoin
    mean = trailing_mean(ratio, MEAN_DAYS, at_least(MEAN_DAYS))
    growth = change(ratio, GROWTH_DAYS)

    def words(row: int) -> Words:
        side = "above" if ratio[row] > mean[row] else "below" if ratio[row] < mean[row] else "at"
        return Words(
            number(float(ratio[row]), 4),
            f"{MEAN_DAYS}-day mean {number(float(mean[row]), 4)}",
            f"{side} its mean, {percent(float(growth[row]), 0)} in {GROWTH_DAYS} days",
        )

    return Reading(
        sources=(
            computed("price of Ether", ("ETH",), np.isfinite(ether), inputs.days),
            computed("price of Bitcoin", ("BTC",), np.isfinite(bitcoin), inputs.days),
        ),
        value=ratio,
        known=np.isfinite(ratio) & np.isfinite(mean) & np.isfinite(growth),
        confirms=(ratio > mean) & (growth > 0),
        contradicts=(ratio < mean) & (growth < 0),
        words=words,
        gap=lambda row: (
            "Ether or Bitcoin has no price on this very day."
            if np.isnan(ratio[row])
            else f"Fewer than {at_least(MEAN_DAYS)} of the last {MEAN_DAYS} days have both prices, "
            f"or there is none {GROWTH_DAYS} days before."
        ),
    )


def _dominance_source(inputs: SignalInputs) -> Source:
    return computed(
        "market cap of Bitcoin", ("coin caps",), np.isfinite(inputs.dominance.dominance), inputs.days
    )


def _extreme(values: Floats, pick: np.ufunc) -> Floats:
    """Highest or lowest known value of the last 90 days."""
    if not values.size:
        return values.copy()
    padded = np.concatenate([np.full(EXTREME_DAYS - 1, np.nan), values])
    return np.asarray(pick.reduce(sliding_window_view(padded, EXTREME_DAYS), axis=1), dtype=np.float64)


def _reason(state: object, name: str) -> str:
    figure = getattr(state, name, state)
    return figure.why if isinstance(figure, Unknown) else "Bitcoin's dominance is unknown on this day."
