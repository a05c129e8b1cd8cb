"""Skew of options: what calls cost more than puts, both a quarter as lively as the coin itself.

Pure functions of one moment's chain. Black, F. (1976), "The pricing of commodity contracts", Journal of
Financial Economics 3, for the deltas; the 25-delta risk reversal as the options market quotes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import erf, isfinite, log, sqrt

from models.market.unknown import Unknown

DELTA, TENOR_DAYS = 0.25, 30.0
YOUNGEST_DAYS = 3.0
"""Expiries nearer than this are left out: in the last days the deltas of all strikes run to 0 or 1."""
WIDEST = 0.25
"""Deltas that may lie between the two strikes from which the volatility at 25 delta is read."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: `days` to its expiry, `volatility` a year as a fraction."""

    days: float
    strike: float
    forward: float
    volatility: float
    is_call: bool


@dataclass(frozen=True, slots=True)
class Skew:
    """Call less put volatility at 25 delta, 30 days ahead, in points (1 = one percent a year).

    `expiries` are the days to the one or two expiries from which it was read.
    """

    points: float
    expiries: tuple[float, ...]


def risk_reversal(options: Iterable[Option], *, tenor: float = TENOR_DAYS) -> Skew | Unknown:
    """Return the 25-delta risk reversal at `tenor` days.

    Each expiry gives the difference of the volatilities at call delta 0.25 and put delta -0.25, each read
    on the straight line between the two nearest quoted deltas; between the two expiries around the tenor
    the differences are weighted by time. Nothing is read beyond the outermost strike or expiry.
    """
    chains: dict[float, list[Option]] = {}
    for one in options:
        if one.days >= YOUNGEST_DAYS and _is_sane(one):
            chains.setdefault(one.days, []).append(one)
    known: dict[float, float] = {}
    for days, chain in chains.items():
        difference = _difference(chain)
        if difference is not None:
            known[days] = difference
    before = max((days for days in known if days <= tenor), default=None)
    after = min((days for days in known if days >= tenor), default=None)
    if before is None or after is None:
        return Unknown(
            f"No two expiries around {tenor:g} days have quotes on both sides of 25 delta "
            f"({len(known)} of {len(chains)} expiries do)."
        )
    if before == after:
        return Skew(known[before] * 100, (before,))
    share = (tenor - before) / (after - before)
    return Skew(((1 - share) * known[before] + share * known[after]) * 100, (before, after))


def delta(option: Option) -> float:
    """Return the undiscounted Black-76 delta: 0 to 1 for a call, -1 to 0 for a put.

    >>> round(delta(Option(30, 100.0, 100.0, 0.5, True)), 3)
    0.529
    """
    spread = option.volatility * sqrt(option.days / 365)
    d1 = log(option.forward / option.strike) / spread + spread / 2
    call = 0.5 * (1 + erf(d1 / sqrt(2)))
    return call if option.is_call else call - 1


def _is_sane(one: Option) -> bool:
    numbers = (one.strike, one.forward, one.volatility)
    return all(isfinite(number) and number > 0 for number in numbers) and one.volatility < 10


def _difference(chain: Sequence[Option]) -> float | None:
    call = _at(DELTA, [(delta(one), one.volatility) for one in chain if one.is_call])
    put = _at(-DELTA, [(delta(one), one.volatility) for one in chain if not one.is_call])
    return None if call is None or put is None else call - put


def _at(wanted: float, quotes: Sequence[tuple[float, float]]) -> float | None:
    below = max((one for one in quotes if one[0] <= wanted), default=None)
    above = min((one for one in quotes if one[0] >= wanted), default=None)
    if below is None or above is None or above[0] - below[0] > WIDEST:
        return None
    if above[0] == below[0]:
        return below[1]
    share = (wanted - below[0]) / (above[0] - below[0])
    return (1 - share) * below[1] + share * above[1]
