"""Signals from the chain: activity against price, and coins going to or leaving exchanges."""

from __future__ import annotations

import numpy as np

from models.market.gaps import change, trailing_mean
from models.market.signals.history import Absent, Reading, Words
from models.market.signals.inputs import (
    CRYPTO_AGE,
    SignalInputs,
    absent,
    at_least,
    computed,
    daily,
    source,
)
from models.market.signals.words import direction, number, percent
from models.market.snapshot import Floats

MEAN_DAYS, APART = 30, 90
FLOW_DAYS, FLOW_READINGS, FLOW_NEEDS, FLOW_HIGH = 30, 365, 180, 0.80


def network(inputs: SignalInputs) -> Reading | Absent:
    """Bitcoin's addresses and transactions growing while its price does not."""
    names = ("BTC.AdrActCnt", "BTC.TxCnt")
    found = inputs.series(*names)
    if found is None:
        return absent("count of active addresses and transactions of Bitcoin", *names, "BTC")
    before = MEAN_DAYS + APART
    growth = []
    for one in found:
        mean = trailing_mean(daily(one, inputs.days, before), MEAN_DAYS, at_least(MEAN_DAYS))
        earlier = np.where(mean[:-APART] > 0, mean[:-APART], np.nan)
        growth.append((mean[APART:] / earlier - 1)[before - APART :])
    addresses, transactions = growth
    price = change(inputs.bitcoin, APART)
    both = np.isfinite(addresses) & np.isfinite(transactions)
    up, down = (addresses > 0) & (transactions > 0), (addresses < 0) & (transactions < 0)

    def words(row: int) -> Words:
        a, b, p = float(addresses[row]), float(transactions[row]), float(price[row])
        return Words(
            f"{percent(a, 0)} / {percent(b, 0)}",
            "both > 0, price ≤ 0",
            f"addresses {direction(a)}, transactions {direction(b)}"
            + (f", price {direction(p)}" if np.isfinite(p) else ""),
        )

    return Reading(
        sources=(
            source("count of active addresses", found[0], inputs.days, CRYPTO_AGE),
            source("count of transactions", found[1], inputs.days, CRYPTO_AGE),
            computed("Bitcoin price", ("BTC",), np.isfinite(inputs.bitcoin), inputs.days),
        ),
        value=np.minimum(addresses, transactions),
        # Unless both grow, the price decides nothing.
        known=both & (np.isfinite(price) | ~up),
        confirms=up & (price <= 0),
        contradicts=down,
        words=words,
        gap=lambda row: (
            f"Bitcoin has no price {APART} days before."
            if both[row]
            else f"One of the two {MEAN_DAYS}-day means, {APART} days apart, has fewer than "
            f"{at_least(MEAN_DAYS)} days."
        ),
        parts=(("Addresses", addresses), ("Transactions", transactions), ("Price", price)),
    )


def exchange_flow(inputs: SignalInputs) -> Reading | Absent:
    """Bitcoin leaving exchanges, or coming in more than it usually does."""
    names = ("BTC.FlowInExUSD", "BTC.FlowOutExUSD")
    found = inputs.series(*names)
    if found is None:
        return absent("exchange flow of Bitcoin", *names)
    before = FLOW_DAYS + FLOW_READINGS
    net = daily(found[0], inputs.days, before) - daily(found[1], inputs.days, before)
    total = trailing_mean(net, FLOW_DAYS, at_least(FLOW_DAYS)) * _known_days(net, FLOW_DAYS)
    high = trailing_quantile(total, FLOW_READINGS, FLOW_NEEDS, FLOW_HIGH)[before:]
    total = total[before:]

    def words(row: int) -> Words:
        value = float(total[row])
        usual = ""
        if np.isfinite(high[row]):
            # Where even a high reading is an outflow, a lower one confirms all the same.
            usual = f" / > {_dollars(float(high[row]))}" if high[row] >= 0 else " / ≥ 0"
        side = "more out of exchanges than in" if value < 0 else "more into exchanges than out"
        return Words(_dollars(value), f"< 0{usual}", f"{FLOW_DAYS} days, {side}")

    return Reading(
        sources=(
            source("inflow to exchanges", found[0], inputs.days, CRYPTO_AGE),
            source("outflow from exchanges", found[1], inputs.days, CRYPTO_AGE),
        ),
        value=total,
        # A net outflow needs no comparison with other days.
        known=np.isfinite(total) & (np.isfinite(high) | (total < 0)),
        confirms=total < 0,
        contradicts=total > high,
        words=words,
        gap=lambda row: (
            f"Fewer than {at_least(FLOW_DAYS)} of the last {FLOW_DAYS} days have both flows."
            if np.isnan(total[row])
            else f"Fewer than {FLOW_NEEDS} readings of the last {FLOW_READINGS} days are known."
        ),
    )


def trailing_quantile(values: Floats, window: int, minimum: int, level: float) -> Floats:
    """Return the linearly interpolated quantile of the known values among the last `window` days.

    Parameters
    ----------
    values : shape (n_days,), NaN where missing
    """
    result = np.full(values.size, np.nan)
    padded = np.concatenate([np.full(window - 1, np.nan), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)
    count = _known_days(values, window).astype(np.intp)
    for known in np.unique(count[count >= max(minimum, 1)]).tolist():
        rows = np.flatnonzero(count == known)
        place = level * (known - 1)
        low = int(place)
        high = min(low + 1, known - 1)
        # Missing values sort to the end.
        part = np.partition(windows[rows], (low, high), axis=1)
        result[rows] = part[:, low] + (place - low) * (part[:, high] - part[:, low])
    return result


def _known_days(values: Floats, window: int) -> Floats:
    total = np.cumsum(np.isfinite(values))
    total[window:] -= total[:-window].copy()
    return total.astype(np.float64)


def _dollars(value: float) -> str:
    """Write millions and billions of dollars.

    >>> _dollars(-1.23e9), _dollars(4.5e7)
    ('−1.2 B USD', '+45 M USD')
    """
    if abs(value) >= 1e9:
        return f"{number(value / 1e9, 1, sign=True)} B USD"
    return f"{number(value / 1e6, 0, sign=True)} M USD"
