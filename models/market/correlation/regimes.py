"""Correlation by the state of the Russell 2000. Methods, section 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from models.market.correlation.pairs import Correlation, Pair
from models.market.correlation.rolling import fisher_band, pearson
from models.market.snapshot import Bools, Day, Days, Floats
from models.market.unknown import Unknown

RegimeName = Literal["near_record", "between", "far_below", "up_days", "down_days"]
REGIMES: tuple[RegimeName, ...] = ("near_record", "between", "far_below", "up_days", "down_days")

NEAR = -0.02
"""At or above this distance to the record, the index is near it."""
FAR = -0.10
"""Below this distance, it is far from it."""
NEEDED = 60


class Distances(Protocol):
    """The history of an index that knows how far each close was from its record so far."""

    @property
    def days(self) -> Days: ...

    @property
    def distance(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Regime:
    """The correlation over the days of one state, or why it is unknown."""

    regime: RegimeName
    observations: int
    result: Correlation | Unknown


def regimes(pair: Pair, russell: Distances | Unknown, *, as_of: Day | None = None) -> tuple[Regime, ...]:
    """Correlate the daily returns of each state over all common days up to `as_of`.

    Parameters
    ----------
    pair : daily returns whose first leg is the index
    russell : closes of the same index; `distance` is a fraction at or below 0

    Notes
    -----
    The state is that of the last close *before* the return, so that the return cannot choose its
    own regime; up and down days go by the sign of the return itself, and a day without a change is
    neither. Pearson, with the band of one sample in the order of its days.
    """
    if pair.returns != "daily":
        raise ValueError("Regimes are told apart by daily returns.")
    if isinstance(russell, Unknown):
        return tuple(Regime(name, 0, russell) for name in REGIMES)
    days, x, y = pair.recent(pair.days.size, as_of)
    before = np.searchsorted(russell.days, days, side="left") - 1
    distance = np.full(days.size, np.nan)
    distance[before >= 0] = russell.distance[before[before >= 0]]
    chosen: dict[RegimeName, Bools] = {
        "near_record": distance >= NEAR,
        "between": (distance < NEAR) & (distance >= FAR),
        "far_below": distance < FAR,
        "up_days": x > 0,
        "down_days": x < 0,
    }
    return tuple(_regime(pair, name, days[which], x[which], y[which]) for name, which in chosen.items())


def _regime(pair: Pair, name: RegimeName, days: Days, x: Floats, y: Floats) -> Regime:
    n = int(x.size)
    if n < NEEDED:
        why = f"{n} common days of {pair.a} and {pair.b} in this state, {NEEDED} are needed."
        return Regime(name, n, Unknown(why))
    found = pearson(x, y, np.array([n - 1]), n)
    if np.isnan(found.value[0]):
        return Regime(name, n, pair.too_still())
    low, high = fisher_band(found.value, found.effective)
    result = Correlation(
        day=days[-1],
        value=float(found.value[0]),
        low=float(low[0]),
        high=float(high[0]),
        observations=n,
        effective=float(found.effective[0]),
        unstable=None,
    )
    return Regime(name, n, result)
