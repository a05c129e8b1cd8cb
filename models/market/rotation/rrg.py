"""The relative rotation graph: strength against Bitcoin across, its momentum up. Methods, section 6.

The commercial formula is not public. This one is ours, and the panel says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.gaps import trailing_mean, trailing_std
from models.market.rotation.phases import log_change
from models.market.snapshot import Day, Days, Floats

WINDOW, MINIMUM = 90, 60
MOMENTUM_DAYS = 10
CENTRE, SCALE = 100.0, 10.0
FRIDAY = 1
"""1970-01-02 was a Friday, and every seventh day since."""


@dataclass(frozen=True, slots=True)
class Tail:
    """One line's places on the last Fridays, oldest first; arrays of shape (n,), NaN unknown."""

    days: Days
    x: Floats
    y: Floats


@dataclass(frozen=True)
class RotationGraph:
    """Places of several lines on every day.

    Attributes
    ----------
    days : shape (n_days,)
    names : k names
    x, y : shape (n_days, k), NaN unknown
    """

    days: Days
    names: tuple[str, ...]
    x: Floats
    y: Floats

    def tail(self, name: str, day: Day, *, fridays: int = 8) -> Tail:
        """Return where `name` stood on the last `fridays` Fridays up to `day`."""
        end = int(np.searchsorted(self.days, day, side="right"))
        rows = fridays_of(self.days[:end])[-fridays:]
        at = self.names.index(name)
        return Tail(self.days[rows], self.x[rows, at], self.y[rows, at])


def rotation_graph(days: Days, names: tuple[str, ...], values: Floats, bitcoin: Floats) -> RotationGraph:
    """Place lines by their strength against Bitcoin and by its momentum.

    Parameters
    ----------
    days : shape (n_days,), without gaps
    names : k names
    values : shape (n_days, k)
        Levels of tiers, sectors or coins, NaN where missing.
    bitcoin : shape (n_days,)

    Notes
    -----
    x = 100 + 10 z(RS) with RS the logarithm of the ratio to Bitcoin, y = 100 + 10 z of the change
    of RS over 10 days; z is taken over the last 90 days, of which 60 are needed, mean taken out.
    """
    with np.errstate(divide="ignore"):
        strength = np.log(values) - np.log(bitcoin)[:, None]
    return RotationGraph(
        days=days,
        names=names,
        x=CENTRE + SCALE * _standing(strength),
        y=CENTRE + SCALE * _standing(log_change(strength, MOMENTUM_DAYS)),
    )


def fridays_of(days: Days) -> NDArray[np.intp]:
    """Return the rows that are Fridays."""
    return np.flatnonzero(days.astype("datetime64[D]").astype(np.int64) % 7 == FRIDAY)


def _standing(values: Floats) -> Floats:
    """How many of its own deviations each value lies above its mean of the last 90 days."""
    spread = trailing_std(values, WINDOW, MINIMUM)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (values - trailing_mean(values, WINDOW, MINIMUM)) / spread, np.nan)
