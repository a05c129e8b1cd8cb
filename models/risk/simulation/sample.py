"""The days whose returns the wind tunnel draws from. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.market.rotation.phases import RISK_OFF, RotationHistory
from models.market.snapshot import Bools, Day, Floats
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.borrowing import Borrowed, filled_in, own_growth, sector_of, sector_stand_ins
from models.risk.ladders.rungs import Ints
from models.risk.plans.plan import Sample

NEEDS: Mapping[Sample, int] = {"all": 365, "seasons": 60, "bear": 60}
"""Days that a sample needs: a year of all history, three mean blocks of a selection."""
TITLES: Mapping[Sample, str] = {
    "all": "all history",
    "seasons": "altcoin seasons only",
    "bear": "bear phases only",
}


@dataclass(frozen=True)
class JointSample:
    """Daily growth of all holdings on the same days.

    Attributes
    ----------
    rows : rows of the market, shape (n,), ascending
    growth : today's price over yesterday's, shape (n_coins, n); no gaps
        The exponential of the log return: products of these are exact where sums of logarithms
        would depend on the platform.
    first, last : days of the first and the last row
    borrowed : what stood in for coins on days before their first return
    """

    which: Sample
    coins: tuple[str, ...]
    rows: Ints
    growth: Floats
    first: Day
    last: Day
    borrowed: tuple[Borrowed, ...]

    @property
    def days(self) -> int:
        return int(self.rows.size)


def joint_sample(
    study: Study,
    coins: tuple[str, ...],
    as_of: Day,
    *,
    which: Sample = "all",
    sectors: Mapping[str, str | None] | None = None,
) -> JointSample | Unknown:
    """Collect the days up to `as_of` on which every coin has a return.

    Before its own first return a coin borrows its sector's index (else its tier's, else Bitcoin's),
    scaled to its own volatility; a day in the middle of its history that lacks one is left out, for
    every coin. `seasons` are the days of altcoin seasons known on `as_of`, from the first to the
    last; `bear` those on which the phase shown was risk-off.

    Parameters
    ----------
    sectors : sector slugs that the plan sets itself, by coin
    """
    end = study.market.position(as_of) + 1
    if end <= 1 or not coins:
        return Unknown("There is no day in the cache and no coin in the plan to draw from.")
    growths, borrowed = [], []
    for coin in coins:
        own = own_growth(study, coin)[:end]
        sector = sector_of(study, coin, (sectors or {}).get(coin))
        lines = tuple((name, line[:end]) for name, line in sector_stand_ins(study, coin, sector, end - 1))
        whole, stand_in = filled_in(coin, own, before_first(own), lines, scaled=True)
        growths.append(whole)
        if stand_in is not None:
            borrowed.append(stand_in)
    known = np.isfinite(growths).all(axis=0)
    chosen = known & selection(study, as_of, which)
    rows = np.flatnonzero(chosen)
    if rows.size < NEEDS[which]:
        return Unknown(
            f"Only {rows.size} days of {TITLES[which]} have a return of every holding; "
            f"{NEEDS[which]} are needed."
        )
    return JointSample(
        which=which,
        coins=coins,
        rows=rows,
        growth=np.ascontiguousarray(np.stack(growths)[:, rows]),
        first=study.market.days[rows[0]],
        last=study.market.days[rows[-1]],
        borrowed=tuple(_counted(one, growths, coins, study, rows) for one in borrowed),
    )


def before_first(own: Floats) -> Bools:
    """Say which days lie before the first known value."""
    known = np.isfinite(own)
    first = int(np.argmax(known)) if known.any() else own.size
    return np.arange(own.size) < first


def selection(study: Study, as_of: Day, which: Sample) -> Bools:
    """Say which days up to `as_of` belong to a sample."""
    end = study.market.position(as_of) + 1
    if which == "all":
        return np.ones(end, dtype=np.bool_)
    if which == "bear":
        rotation = study.rotation
        if not isinstance(rotation, RotationHistory):
            return np.zeros(end, dtype=np.bool_)
        return np.asarray(rotation.phase[:end] == RISK_OFF)
    chosen = np.zeros(end, dtype=np.bool_)
    for season in study.seasons_upto(as_of).known:
        chosen[study.market.position(season.start) : study.market.position(season.end) + 1] = True
    return chosen


def _counted(
    one: Borrowed, growths: list[Floats], coins: tuple[str, ...], study: Study, rows: Ints
) -> Borrowed:
    """Count the borrowed days among those of the sample."""
    own = own_growth(study, one.coin)
    days = int(np.count_nonzero(before_first(own)[rows]))
    return Borrowed(one.coin, one.of, one.scale, days, int(rows.size))
