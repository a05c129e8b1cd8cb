"""What the Season panel shows: one definition's history, its bench, dominance, caps, Ether and breadth.

Everything is computed once for a study and a choice; a day of it is a slice or a look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.market.breadth import BreadthHistory, breadth
from models.market.dominance import DominanceHistory
from models.market.gaps import trailing_mean
from models.market.season.bench import Bench, Comparison, bench
from models.market.season.definition import STANDARD, Definition
from models.market.season.index import Season, SeasonIndex, SeasonReading, Seasons, seasons
from models.market.season.standing import Standing, roll_call
from models.market.snapshot import BITCOIN, ETHER, Bools, Day, Days, Floats, Market
from models.market.study import Study
from models.market.unknown import Unknown

MEANS = ((50, 34), (200, 134))
"""Days of the means of ETH/BTC, and the values that each needs: two thirds."""


@dataclass(frozen=True, slots=True)
class Spell:
    """An unbroken run of days on which something held, both included."""

    start: Day
    end: Day


@dataclass(frozen=True)
class EtherHistory:
    """Ether's price in Bitcoin and its means; every array has shape (n_days,), NaN where unknown."""

    days: Days
    ratio: Floats
    mean_50: Floats
    mean_200: Floats


@dataclass(frozen=True, slots=True)
class Caps:
    """Market caps with 100 on `base_day`; arrays of shape (n,), NaN where unknown."""

    base_day: Day
    days: Days
    bitcoin: Floats
    total2: Floats
    total3: Floats


@dataclass(frozen=True)
class SeasonHistory:
    """The histories behind the panel; `shown` is one of the definitions of `bench`."""

    study: Study
    shown: Definition
    bench: Bench
    breadth: BreadthHistory
    ether: EtherHistory

    @property
    def index(self) -> SeasonIndex:
        """The index of the definition that is shown."""
        return self.bench.indices[self.shown]

    @property
    def dominance(self) -> DominanceHistory:
        return self.study.dominance

    def upto(self, day: Day) -> slice:
        """Return the rows of the days up to and including `day`."""
        return slice(0, self.study.market.position(day) + 1)

    def reading(self, day: Day) -> SeasonReading | Unknown:
        return self.index.at(day)

    def seasons_upto(self, day: Day) -> Seasons:
        """Return the altcoin seasons of the shown definition as they were known on a day."""
        return seasons(self.index, self.dominance.weakening, day)

    def bitcoin_seasons_upto(self, day: Day) -> tuple[Season, ...]:
        """Return the Bitcoin seasons: runs of days at or below 25, by the same rules; `peak`: the lowest."""
        found = seasons(self._mirrored, None, day).known
        return tuple(replace(one, peak=100.0 - one.peak) for one in found)

    def members(self, day: Day) -> tuple[Standing, ...]:
        """Return the coins of a day in the order of rank, and after them those that are left out."""
        found = roll_call(self.bench.universes[self.shown], self.shown, day)
        return tuple(sorted(found, key=lambda one: (one.rank is None, one.rank or 0)))

    def compare(self, first: Definition, second: Definition, day: Day) -> Comparison | Unknown:
        return self.bench.compare(first, second, day)

    def below(self, level: int, day: Day) -> tuple[Spell, ...]:
        """Return the stretches in which dominance was sustained below 50 or 55 percent, up to a day.

        A stretch begins on the day on which the last 14 known days lay below: not before it was known.
        """
        held = self.dominance.sustained_below_50 if level == 50 else self.dominance.sustained_below_55
        return spells(held[self.upto(day)], self.dominance.days)

    def caps(self, day: Day, since: Day | None = None) -> Caps | Unknown:
        """Return the caps up to a day, with 100 on the first day from `since` on which all are known."""
        rows, history = self.upto(day), self.dominance
        first = 0
        if since is not None and history.days.size:
            first = max(0, int((since - history.days[0]).astype(np.int64)))
        parts = [part[first : rows.stop] for part in (history.btc, history.total2, history.total3)]
        known = np.flatnonzero(np.isfinite(np.stack(parts)).all(axis=0))
        if not known.size:
            return Unknown("There is no day on which the caps of Bitcoin and the other coins are known.")
        base = int(known[0])
        bitcoin, total2, total3 = (100.0 * part[base:] / part[base] for part in parts)
        days = history.days[first + base : rows.stop]
        return Caps(days[0], days, bitcoin, total2, total3)

    def basis(self, day: Day) -> tuple[tuple[Day, str], ...]:
        """Say per span, up to a day, what the universe of the shown definition rests on."""
        found = self._basis
        return tuple(span for span in found if span[0] <= day)

    @cached_property
    def _basis(self) -> tuple[tuple[Day, str], ...]:
        return self.bench.universes[self.shown].basis(self.shown.variant.top)

    @cached_property
    def _mirrored(self) -> SeasonIndex:
        return replace(self.index, index=100.0 - self.index.index)


def season_history(
    study: Study,
    shown: Definition,
    definitions: Sequence[Definition] = STANDARD,
    *,
    earlier: SeasonHistory | None = None,
) -> SeasonHistory:
    """Return the histories for one definition and the bench it stands on.

    `shown` joins the bench at the top when it is not on it. What `earlier`, of the same study, has
    computed is used again.
    """
    wanted = tuple(dict.fromkeys((shown, *definitions) if shown not in definitions else definitions))
    same = earlier if earlier is not None and earlier.study is study else None
    known = dict(same.bench.indices) if same else {}
    missing = [one for one in wanted if one not in known]
    fresh = bench(study.universe, missing, known=study.season)
    indices = {one: known.get(one) or fresh.indices[one] for one in wanted}
    universes = {
        one: same.bench.universes[one] if same and one in known else fresh.universes[one] for one in wanted
    }
    top = shown.variant.top
    wide = same.breadth if same and same.breadth.top == top else breadth(study.universe, top)
    return SeasonHistory(
        study=study,
        shown=shown,
        bench=Bench(indices, universes),
        breadth=wide,
        ether=same.ether if same else ether(study.market),
    )


def ether(market: Market) -> EtherHistory:
    """Return ETH/BTC with its 50- and 200-day means; two thirds of a window must be known."""
    days = market.days
    if BITCOIN in market.column and ETHER in market.column:
        ratio = market.price[:, market.column[ETHER]] / market.price[:, market.column[BITCOIN]]
    else:
        ratio = np.full(days.size, np.nan)
    mean_50, mean_200 = (trailing_mean(ratio, window, needed) for window, needed in MEANS)
    return EtherHistory(days, ratio, mean_50, mean_200)


def spells(held: Bools, days: Days) -> tuple[Spell, ...]:
    """Return the unbroken runs of true values as days.

    >>> spells(np.array([True, True, False, True]), np.arange("2024-01-01", "2024-01-05", dtype="M8[D]"))[1]
    Spell(start=np.datetime64('2024-01-04'), end=np.datetime64('2024-01-04'))
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], held, [False])).astype(np.int8)))
    return tuple(
        Spell(days[start], days[end - 1]) for start, end in zip(edges[::2], edges[1::2], strict=True)
    )
