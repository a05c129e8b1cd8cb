"""Signals from derivatives: funding, long and short accounts, skew of options."""

from __future__ import annotations

import numpy as np

from models.market.gaps import trailing_mean
from models.market.signals.history import Absent, Reading, Words
from models.market.signals.inputs import CRYPTO_AGE, SignalInputs, absent, at_least, daily, source
from models.market.signals.words import number, percent

FUNDING_DAYS, PAYMENTS_A_YEAR = 7, 3 * 365
FUNDING_HIGH, FUNDING_HOT, FUNDING_COLD = 0.20, 0.50, -0.10
RATIO_DAYS, RATIO_CROWDED = 30, 3.0
SKEW_HIGH, SKEW_LOW = 0.0, -10.0


def funding(inputs: SignalInputs) -> Reading | Absent:
    """What holders of long contracts pay: a little is healthy, much is overheated."""
    found = inputs.series("BTC_FUNDING")
    if found is None:
        return absent("funding rate", "BTC_FUNDING")
    rate = daily(found[0], inputs.days, FUNDING_DAYS)
    yearly = (trailing_mean(rate, FUNDING_DAYS, at_least(FUNDING_DAYS)) * PAYMENTS_A_YEAR)[FUNDING_DAYS:]

    def words(row: int) -> Words:
        hot = "; overheated" if yearly[row] > FUNDING_HOT else ""
        return Words(
            f"{percent(float(yearly[row]), sign=False)} a year",
            "0 to 20 %",
            f"{FUNDING_DAYS}-day mean, annualised{hot}",
        )

    return Reading(
        sources=(source("funding rate", found[0], inputs.days, CRYPTO_AGE),),
        value=yearly,
        known=np.isfinite(yearly),
        confirms=(yearly > 0) & (yearly <= FUNDING_HIGH),
        contradicts=(yearly > FUNDING_HOT) | (yearly < FUNDING_COLD),
        words=words,
        gap=lambda _: (
            f"Fewer than {at_least(FUNDING_DAYS)} of the last {FUNDING_DAYS} days have a funding rate."
        ),
    )


def long_short(inputs: SignalInputs) -> Reading | Absent:
    """Accounts that are long for each one that is short."""
    name = "BTCUSDT.count_long_short_ratio"
    found = inputs.series(name)
    if found is None:
        return absent("ratio of long to short accounts", name)
    values = daily(found[0], inputs.days, RATIO_DAYS)
    mean = trailing_mean(values, RATIO_DAYS, at_least(RATIO_DAYS))[RATIO_DAYS:]
    ratio = values[RATIO_DAYS:]

    def words(row: int) -> Words:
        crowded = "; crowded" if ratio[row] >= RATIO_CROWDED else ""
        side = "above" if ratio[row] > mean[row] else "below" if ratio[row] < mean[row] else "at"
        return Words(
            number(float(ratio[row]), 2),
            f"> {number(float(mean[row]), 2)}, < {RATIO_CROWDED:.0f}",
            f"{side} its {RATIO_DAYS}-day mean{crowded}",
        )

    return Reading(
        sources=(source("ratio of long to short accounts", found[0], inputs.days, CRYPTO_AGE),),
        value=ratio,
        known=np.isfinite(ratio) & np.isfinite(mean),
        confirms=(ratio > mean) & (ratio < RATIO_CROWDED),
        contradicts=ratio < mean,
        words=words,
        gap=lambda row: (
            "There is no ratio of long to short accounts on this very day."
            if np.isnan(ratio[row])
            else f"Fewer than {at_least(RATIO_DAYS)} of the last {RATIO_DAYS} days have a ratio."
        ),
    )


def options_skew(inputs: SignalInputs) -> Reading | Absent:
    """Implied volatility of 25-delta calls less that of puts, in points."""
    found = inputs.series("BTC.Skew25")
    if found is None:
        return absent("options skew series", "BTC.Skew25")
    skew = daily(found[0], inputs.days, 0)

    def words(row: int) -> Words:
        side = "calls" if skew[row] > 0 else "puts"
        dearer = "calls and puts cost the same" if skew[row] == 0 else f"{side} cost more"
        return Words(
            f"{number(float(skew[row]), 1, sign=True)} pts", "≥ 0 / ≤ −10 pts", f"25 delta, {dearer}"
        )

    return Reading(
        sources=(source("options skew", found[0], inputs.days, CRYPTO_AGE),),
        value=skew,
        known=np.isfinite(skew),
        confirms=skew >= SKEW_HIGH,
        contradicts=skew <= SKEW_LOW,
        words=words,
        gap=lambda _: "There is no options skew on this very day.",
    )
