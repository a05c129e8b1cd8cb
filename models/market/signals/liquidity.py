"""The signal from money: supply of stablecoins and M2."""

from __future__ import annotations

import numpy as np

from models.market.gaps import CARRY
from models.market.signals.history import Absent, Reading, Words
from models.market.signals.inputs import SignalInputs, absent, last_known, source
from models.market.signals.words import percent
from models.market.snapshot import Bools, Floats, Series

SUPPLY_DAYS, SUPPLY_AGE = 90, 4
M2_MONTHS, M2_AGE = 3, 95


def liquidity(inputs: SignalInputs) -> Reading | Absent:
    """Whether there is more money than a quarter ago, on the chain and off it."""
    names = ("STABLECOIN_SUPPLY", "M2")
    for name, what in zip(names, ("supply of stablecoins", "money supply (M2)"), strict=True):
        if inputs.series(name) is None:
            return absent(what, *names)
    supply, money = inputs.market.series[names[0]], inputs.market.series[names[1]]
    chain = _as_known(supply, _growth_over_days(supply), inputs)
    bank = _as_known(money, _growth_over_months(money), inputs)

    def words(row: int) -> Words:
        return Words(
            f"{percent(float(chain[row]))}, {percent(float(bank[row]))}",
            "both > 0",
            f"stablecoins {SUPPLY_DAYS} d, M2 {M2_MONTHS} months",
        )

    return Reading(
        sources=(
            source("supply of stablecoins", supply, inputs.days, SUPPLY_AGE),
            source("money supply (M2)", money, inputs.days, M2_AGE),
        ),
        value=np.minimum(chain, bank),
        known=np.isfinite(chain) & np.isfinite(bank),
        confirms=(chain > 0) & (bank > 0),
        contradicts=(chain < 0) & (bank < 0),
        words=words,
        gap=lambda row: (
            f"There is no supply of stablecoins {SUPPLY_DAYS} days before the newest one."
            if np.isnan(chain[row])
            else f"There is no money supply (M2) {M2_MONTHS} months before the newest one."
        ),
        parts=(("Stablecoins", chain), ("M2", bank)),
    )


def _growth_over_days(series: Series) -> Floats:
    """Growth of every value over the one 90 days before its own day, carried for 3 days at most."""
    target = series.days - np.timedelta64(SUPPLY_DAYS, "D")
    place = np.searchsorted(series.days, target, side="right") - 1
    near = (place >= 0) & ((target - series.days[place]).astype(np.int64) <= CARRY)
    return _over(series.values, series.values[place], near)


def _growth_over_months(series: Series) -> Floats:
    """Growth of every value over that of the month three months before."""
    months = series.days.astype("datetime64[M]")
    place = np.searchsorted(months, months - M2_MONTHS, side="right") - 1
    return _over(series.values, series.values[place], (place >= 0) & (months[place] == months - M2_MONTHS))


def _over(now: Floats, earlier: Floats, usable: Bools) -> Floats:
    positive = usable & (earlier > 0)
    return np.where(positive, now / np.where(positive, earlier, 1.0) - 1, np.nan)


def _as_known(series: Series, growth: Floats, inputs: SignalInputs) -> Floats:
    """Lay a figure of each value on the days on which that value is the newest known one."""
    place = last_known(series, inputs.days)
    result = np.full(place.size, np.nan)
    result[place >= 0] = growth[place[place >= 0]]
    return result
