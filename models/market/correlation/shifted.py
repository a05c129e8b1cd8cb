"""A price line shifted against another: how easily the eye finds a fit. Methods, section 3."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.correlation.leadlag import REACH, LeadLag
from models.market.price_lines import PriceLine
from models.market.snapshot import Day, Days, Floats

WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True, slots=True)
class Shift:
    """What a shift of the first line by some weeks means.

    Attributes
    ----------
    weeks : the first line is drawn so much later; positive: as if it moved first
    r : of weekly returns at this shift
    is_best : whether no other of the shifts has a larger |r|
    tried : shifts that can be tried
    band : what the best of so many shifts reaches by chance in 19 of 20 histories
    """

    weeks: int
    r: float
    is_best: bool
    best_weeks: int
    best_r: float
    tried: int
    band: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether even the best of all shifts would rarely reach so far by chance."""
        return abs(self.r) > self.band


def shifted(lead: LeadLag, weeks: int) -> Shift:
    """Return what the correlogram says of one shift.

    Raises
    ------
    ValueError
        The shift is beyond 26 weeks.
    """
    at = np.flatnonzero(lead.weeks == weeks)
    if not at.size:
        raise ValueError(f"A shift has -{REACH} to {REACH} weeks, not {weeks}.")
    return Shift(
        weeks=weeks,
        r=float(lead.r[at[0]]),
        is_best=weeks == lead.peak_lag,
        best_weeks=lead.peak_lag,
        best_r=lead.peak,
        tried=int(lead.weeks.size),
        band=lead.band,
    )


def shifted_line(line: PriceLine, onto: PriceLine, day: Day, weeks: int) -> tuple[Days, Floats]:
    """Return what was known of a line by the end of a day, drawn some weeks later.

    It is stretched to the height and the swings of `onto`: the same mean and deviation of the logarithms
    of all prices known by that day. So the eye can look for a fit, which no scale of its own would show.
    """
    days, values = line.upto(day)
    _, other = onto.upto(day)
    own, model = np.log(values), np.log(other)
    about = own - np.nanmean(own) if np.isfinite(own).any() else own
    spread = float(np.sqrt(np.nanmean(about * about))) if np.isfinite(own).any() else 0.0
    if spread <= 0.0 or not np.isfinite(model).any():
        return days + weeks * WEEK, values
    stretched = np.nanmean(model) + np.nanstd(model) * about / spread
    return days + weeks * WEEK, np.exp(stretched)
