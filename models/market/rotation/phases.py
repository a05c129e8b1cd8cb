"""Rotation phases: who leads, since when, and how firmly. Methods, section 6.

Every history is an array over the market's days whose row t knows days <= t only, so that another
as-of day is a slice. Phases are coded by their place in :data:`PHASES`, -1 is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.market.gaps import carried, change, trailing_std
from models.market.returns import Index
from models.market.snapshot import BITCOIN, Bools, Day, Days, Floats
from models.market.universe import TIERS, Universe
from models.market.unknown import Unknown

PHASES = ("risk-off", "bitcoin", "large", "mid", "small")
UNKNOWN = -1
RISK_OFF, BITCOIN_LEADS, FIRST_TIER = 0, 1, 2

FALL, FALL_DAYS = -0.15, 90
MOMENTUM_DAYS = 30
SPREAD_DAYS, SPREAD_MINIMUM = 365, 180
HALF = 0.5
TIER_MINIMUM = 5
HOLD_DAYS = 5
"""A new raw phase is shown from its fifth day in a row on."""
RESTLESS_DAYS, RESTLESS_CHANGES = 20, 4
"""No clear phase: this many changes of the raw phase within so many days."""
AT_ONCE = 32

Codes = NDArray[np.int8]
Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Spell:
    """A run of days on which one phase was shown; both ends included.

    The spell that runs on the day asked for ends on it.
    """

    phase: str
    start: Day
    end: Day
    days: int
    running: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """How many of a phase's ended spells gave way to `to`; `low` and `high` hold 95 % (Wilson 1927)."""

    to: str
    count: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TimeInPhase:
    """Number and median length of a phase's spells, the running one included."""

    spells: int
    median_days: float


@dataclass(frozen=True, slots=True)
class Spells:
    """The spells of the phase shown, oldest first, as they were known on `day`."""

    day: Day
    spells: tuple[Spell, ...]

    def after(self, phase: str) -> tuple[Transition, ...]:
        """Return what followed the ended spells of `phase`, most frequent first; empty without any."""
        followers = [late.phase for early, late in pairwise(self.spells) if early.phase == phase]
        result = []
        for other in PHASES:
            if other == phase or not followers:
                continue
            count, of = followers.count(other), len(followers)
            low, high = wilson(count, of)
            result.append(Transition(other, count, of, count / of, low, high))
        return tuple(sorted(result, key=lambda one: -one.count))

    @property
    def transitions(self) -> Mapping[str, Mapping[str, float]]:
        """Shares by phase and follower; only those that were seen."""
        table = {phase: {one.to: one.share for one in self.after(phase) if one.count} for phase in PHASES}
        return {phase: row for phase, row in table.items() if row}

    @property
    def time_in_phase(self) -> Mapping[str, TimeInPhase]:
        """Number and median length of the spells of each phase that was seen."""
        lengths = {phase: [one.days for one in self.spells if one.phase == phase] for phase in PHASES}
        return {
            phase: TimeInPhase(len(days), float(np.median(days))) for phase, days in lengths.items() if days
        }


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share.

    >>> [round(end, 2) for end in wilson(2, 7)]
    [0.08, 0.64]
    """
    share, z = count / of, 1.959964
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class TierReading:
    """One tier on one day: fractions, `momentum` a difference of logarithms."""

    tier: str
    momentum: float | Unknown
    z: float | Unknown
    breadth: float | Unknown
    members: int
    with_return: int
    qualifies: bool


@dataclass(frozen=True, slots=True)
class SectorReading:
    """One sector on one day: simple changes as fractions."""

    sector: str
    change: float | Unknown
    against_bitcoin: float | Unknown
    members: int


@dataclass(frozen=True, slots=True)
class RotationState:
    """The phase shown on one day and what speaks for it.

    `since` is the day on which the phase was first shown and `days` the length of its spell,
    both ends included. `no_clear_phase` is a mark beside the phase, which stays.
    """

    day: Day
    phase: str | Unknown
    since: Day | None
    days: int
    raw_phase: str | Unknown
    no_clear_phase: bool
    raw_changes: int
    strengths: Mapping[str, float] | Unknown
    tiers: tuple[TierReading, ...]
    bitcoin_90: float | Unknown
    alt50_90: float | Unknown


@dataclass(frozen=True)
class RotationHistory:
    """Phases and what they are made of, one row a day.

    Attributes
    ----------
    days : shape (n_days,)
    raw, phase : codes of :data:`PHASES`, -1 unknown
    since : row on which the phase shown began, -1 before the first one
    raw_changes : days of t-19..t with a known raw phase other than the known one of the day before
    no_clear_phase : whether these are at least 4
    relative, momentum, z, breadth : shape (3, n_days), in the order of `TIERS`; NaN unknown
    members, with_return : shape (3, n_days)
    strengths : shape (4, n_days), Bitcoin and the three tiers; NaN unless all are known
    bitcoin_90, alt50_90 : simple changes over 90 days
    """

    days: Days
    raw: Codes
    phase: Codes
    since: NDArray[np.intp]
    raw_changes: Counts
    no_clear_phase: Bools
    relative: Floats
    momentum: Floats
    z: Floats
    breadth: Floats
    members: Counts
    with_return: Counts
    strengths: Floats
    bitcoin_90: Floats
    alt50_90: Floats

    def at(self, day: Day) -> RotationState | Unknown:
        """Return the state as it was known at the end of `day`."""
        row = _row(self.days, day)
        if isinstance(row, Unknown):
            return row
        code, raw = int(self.phase[row]), int(self.raw[row])
        since = int(self.since[row])
        return RotationState(
            day=self.days[row],
            phase=PHASES[code] if code != UNKNOWN else Unknown(self._why_no_phase(row)),
            since=self.days[since] if since >= 0 else None,
            days=row - since + 1 if since >= 0 else 0,
            raw_phase=PHASES[raw] if raw != UNKNOWN else Unknown(self._why_no_raw(row)),
            no_clear_phase=bool(self.no_clear_phase[row]),
            raw_changes=int(self.raw_changes[row]),
            strengths=self._strengths(row),
            tiers=tuple(self._tier(place, row) for place in range(len(TIERS))),
            bitcoin_90=_known(self.bitcoin_90[row], "Bitcoin has no price on this day or 90 days before."),
            alt50_90=_known(self.alt50_90[row], "ALT50 has no value on this day or 90 days before."),
        )

    def upto(self, day: Day) -> Spells:
        """Return the spells of the phase shown as they were known at the end of `day`."""
        row = _row(self.days, day)
        if isinstance(row, Unknown):
            return Spells(day, ())
        known = np.flatnonzero(self.phase[: row + 1] != UNKNOWN)
        starts = np.unique(self.since[known])
        ends = np.append(starts[1:], row + 1)[: starts.size] - 1
        return Spells(
            self.days[row],
            tuple(
                Spell(
                    phase=PHASES[self.phase[start]],
                    start=self.days[start],
                    end=self.days[end],
                    days=int(end - start + 1),
                    running=bool(end == row),
                )
                for start, end in zip(starts, ends, strict=True)
            ),
        )

    def _tier(self, place: int, row: int) -> TierReading:
        name = TIERS[place]
        momentum, breadth = self.momentum[place, row], self.breadth[place, row]
        members = int(self.members[place, row])
        few = f"{TIER_MINIMUM} members are needed, the tier has {members}."
        return TierReading(
            tier=name,
            momentum=_known(
                momentum,
                few
                if members < TIER_MINIMUM
                else f"The tier or Bitcoin has no value on this day or {MOMENTUM_DAYS} days before.",
            ),
            z=_known(self.z[place, row], self._why_no_z(place, row)),
            breadth=_known(
                breadth,
                few
                if members < TIER_MINIMUM
                else "No member, or not Bitcoin, has a 30-day return on this day.",
            ),
            members=members,
            with_return=int(self.with_return[place, row]),
            qualifies=bool(momentum > 0 and breadth >= HALF),
        )

    def _why_no_z(self, place: int, row: int) -> str:
        known = np.isfinite(self.momentum[place, max(0, row - SPREAD_DAYS + 1) : row + 1])
        if not known[-1]:
            return "The tier's momentum is unknown on this day."
        if known.sum() < SPREAD_MINIMUM:
            return f"{known.sum()} days of momentum within a year, {SPREAD_MINIMUM} are needed."
        return "The tier's momentum did not move within a year."

    def _strengths(self, row: int) -> Mapping[str, float] | Unknown:
        values = self.strengths[:, row]
        if np.isfinite(values).all():
            return MappingProxyType(dict(zip(("bitcoin", *TIERS), map(float, values), strict=True)))
        place = int(np.argmin(np.isfinite(self.z[:, row])))
        why = self._why_no_z(place, row)
        return Unknown(f"The strength of {TIERS[place]} caps is unknown: {why[0].lower()}{why[1:]}")

    def _why_no_raw(self, row: int) -> str:
        if np.isnan(self.bitcoin_90[row]):
            return "Bitcoin has no price on this day or 90 days before."
        if np.isnan(self.alt50_90[row]):
            return "ALT50 has no value on this day or 90 days before."
        return "Neither large, mid nor small caps have both a momentum and a breadth on this day."

    def _why_no_phase(self, row: int) -> str:
        if self.raw[row] == UNKNOWN:
            return self._why_no_raw(row)
        return f"No phase has lasted {HOLD_DAYS} days in a row yet."


def rotation(
    universe: Universe, alt50: Index, tier_indices: Mapping[str, Index]
) -> RotationHistory | Unknown:
    """Compute the phase of every day. Methods, section 6.

    Parameters
    ----------
    universe : tiers in force, on the market's days
    alt50 : the index of the 50 largest altcoins
    tier_indices : `tier_index(universe, tier)` for each of `TIERS`

    Notes
    -----
    The end points of a momentum are those of the ratio to Bitcoin, carried for 3 days at most. A
    raw phase is unknown as soon as no tier is known, or BTC or ALT50 lacks its 90-day change:
    also when the rest would have said risk-off.
    """
    market = universe.market
    at = market.column.get(BITCOIN)
    if at is None or not market.days.size:
        return Unknown("Bitcoin is not in the cache, and every phase is measured against it.")
    bitcoin = market.price[:, at]
    with np.errstate(divide="ignore"):
        relative = np.log(np.stack([tier_indices[tier].values for tier in TIERS])) - np.log(bitcoin)
    momentum = log_change(relative.T, MOMENTUM_DAYS).T
    breadth, members, with_return = _breadth(universe, change(bitcoin, MOMENTUM_DAYS))
    for figure in (momentum, breadth):
        figure[members < TIER_MINIMUM] = np.nan
    spread = trailing_std(momentum.T, SPREAD_DAYS, SPREAD_MINIMUM).T
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread > 0, momentum / spread, np.nan)
    bitcoin_90, alt50_90 = change(bitcoin, FALL_DAYS), change(alt50.values, FALL_DAYS)
    raw = raw_phases(momentum, breadth, bitcoin_90, alt50_90)
    phase, since = held_phases(raw)
    changes = raw_changes(raw)
    return RotationHistory(
        days=market.days,
        raw=raw,
        phase=phase,
        since=since,
        raw_changes=changes,
        no_clear_phase=changes >= RESTLESS_CHANGES,
        relative=relative,
        momentum=momentum,
        z=z,
        breadth=breadth,
        members=members,
        with_return=with_return,
        strengths=_softmax(z),
        bitcoin_90=bitcoin_90,
        alt50_90=alt50_90,
    )


def log_change(values: Floats, n: int) -> Floats:
    """Return the difference over n days of what is a logarithm already, both end points carried."""
    points = carried(values)
    result = np.full_like(points, np.nan)
    result[n:] = points[n:] - points[:-n]
    return result


def raw_phases(momentum: Floats, breadth: Floats, bitcoin_90: Floats, alt50_90: Floats) -> Codes:
    """Apply the three rules to each day by itself.

    Parameters
    ----------
    momentum, breadth : shape (3, n_days), NaN unknown
    bitcoin_90, alt50_90 : shape (n_days,), simple changes
    """
    tier_known = np.isfinite(momentum) & np.isfinite(breadth)
    with np.errstate(invalid="ignore"):
        qualifies = tier_known & (momentum > 0) & (breadth >= HALF)
        falls = (bitcoin_90 < FALL) & (alt50_90 < FALL)
    # argmax takes the first of equals, which is the larger tier.
    leader = np.argmax(np.where(qualifies, momentum, -np.inf), axis=0) + FIRST_TIER
    raw = np.where(qualifies.any(axis=0), leader, BITCOIN_LEADS)
    raw[falls] = RISK_OFF
    raw[~tier_known.any(axis=0) | np.isnan(bitcoin_90) | np.isnan(alt50_90)] = UNKNOWN
    return raw.astype(np.int8)


def held_phases(raw: Codes) -> tuple[Codes, NDArray[np.intp]]:
    """Return the phase shown on each day and the row on which it was first shown (-1: none yet).

    >>> phase, since = held_phases(np.array([1, 1, 1, 1, 1, 3, 3, -1, 3, 3, 3, 3, 3], dtype=np.int8))
    >>> phase.tolist()
    [-1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 3]
    """
    rows = np.arange(raw.size)
    begins = np.ones(raw.size, dtype=bool)
    begins[1:] = raw[1:] != raw[:-1]
    length = rows - np.maximum.accumulate(np.where(begins, rows, 0)) + 1
    settled = (raw != UNKNOWN) & (length >= HOLD_DAYS)
    last = np.maximum.accumulate(np.where(settled, rows, -1)) if raw.size else rows
    phase = np.where(last >= 0, raw[last], UNKNOWN).astype(np.int8)
    shown = np.ones(raw.size, dtype=bool)
    shown[1:] = phase[1:] != phase[:-1]
    since = np.maximum.accumulate(np.where(shown, rows, 0)) if raw.size else rows
    return phase, np.where(phase == UNKNOWN, -1, since)


def raw_changes(raw: Codes) -> Counts:
    """Count, over t-19..t, the days with a known raw phase other than the known one of the day before."""
    turned = np.zeros(raw.size, dtype=np.int32)
    turned[1:] = (raw[1:] != raw[:-1]) & (raw[1:] != UNKNOWN) & (raw[:-1] != UNKNOWN)
    total = np.cumsum(turned, dtype=np.int32)
    total[RESTLESS_DAYS:] -= total[:-RESTLESS_DAYS].copy()
    return total


def sector_readings(
    universe: Universe, sector_indices: Mapping[str, Index], day: Day, *, window: int = MOMENTUM_DAYS
) -> tuple[SectorReading, ...]:
    """Return each sector's change over `window` days, and less Bitcoin's, as of `day`.

    Simple returns, and a plain difference of them: what a person reads. Methods, sections 0 and 1.
    """
    market = universe.market
    row = _row(market.days, day)
    at = market.column.get(BITCOIN)
    if isinstance(row, Unknown):
        return tuple(SectorReading(name, row, row, 0) for name in sector_indices)
    first = max(0, row - window - 3)
    bitcoin = change(market.price[first : row + 1, at], window)[-1] if at is not None else np.nan
    week = int(np.searchsorted(universe.weeks.monday, row, side="right")) - 1
    result = []
    for name, index in sector_indices.items():
        own = change(index.values[first : row + 1], window)[-1]
        members = int(np.count_nonzero(universe.sector_members(name)[0] == week))
        why = (
            f"{TIER_MINIMUM} members are needed, the sector has {members}."
            if members < TIER_MINIMUM
            else f"The sector's index has no value on this day or {window} days before."
        )
        against = Unknown(why) if np.isnan(own) else Unknown("Bitcoin's return is unknown on this day.")
        result.append(
            SectorReading(
                sector=name,
                change=_known(own, why),
                against_bitcoin=against if np.isnan(own - bitcoin) else float(own - bitcoin),
                members=members,
            )
        )
    return tuple(result)


def _breadth(universe: Universe, bitcoin: Floats) -> tuple[Floats, Counts, Counts]:
    """Share of each tier's members whose 30-day return beats Bitcoin's, members, and those with one.

    The members of a tier with too few are counted too: the reason of its absence names their number.
    """
    market = universe.market
    shape = (len(TIERS), market.days.size)
    with_return, beating = (np.zeros(shape, dtype=np.int32) for _ in range(2))
    of_coin, prices = universe.tier.T, market.price.T
    ever = np.flatnonzero(of_coin.any(axis=1))
    # A few coins at a time stay in the processor's cache, and their number fits into a byte.
    for start in range(0, ever.size, AT_ONCE):
        some = ever[start : start + AT_ONCE]
        tier = of_coin[some]
        returns = change(prices[some].T, MOMENTUM_DAYS).T
        known = np.isfinite(returns)
        with np.errstate(invalid="ignore"):
            beats = returns > bitcoin
        for place in range(len(TIERS)):
            inside = tier == place + 1
            for total, which in ((with_return, inside & known), (beating, inside & beats)):
                total[place] += np.add.reduce(which.view(np.uint8), axis=0, dtype=np.uint8)
    share = np.where(with_return > 0, beating / np.maximum(with_return, 1), np.nan)
    share[:, np.isnan(bitcoin)] = np.nan
    week = np.searchsorted(universe.weeks.monday, np.arange(market.days.size), side="right")
    sizes = np.hstack([np.zeros((len(TIERS), 1), dtype=np.int32), universe.tier_sizes.astype(np.int32)])
    return share, sizes[:, week], with_return


def _softmax(z: Floats) -> Floats:
    """Softmax of (0, z): shape (3, n_days) to (4, n_days), NaN unless all are known."""
    scores = np.vstack([np.zeros(z.shape[1]), z])
    weights = np.exp(scores - np.max(scores, axis=0))
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float64)


def _row(days: Days, day: Day) -> int | Unknown:
    if not days.size or day < days[0]:
        return Unknown(f"The cache begins after {day}.")
    if day > days[-1]:
        return Unknown(f"The cache ends on {days[-1]}, before {day}.")
    return int((day - days[0]).astype(int))


def _known(value: float, why: str) -> float | Unknown:
    return Unknown(why) if np.isnan(value) else float(value)
