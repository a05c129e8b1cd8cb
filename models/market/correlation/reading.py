"""What the figures of a pair say, by name; the words are found elsewhere. Methods, section 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.market.correlation.leadlag import LeadLag
from models.market.correlation.pairs import Correlation
from models.market.correlation.regression import Partial
from models.market.unknown import Unknown

Bond = Literal["together", "opposite", "unclear", "unbanded"]
Shared = Literal["most", "part", "little"]
Lead = Literal["chance", "same", "a", "b"]

MOST, LITTLE = 0.5, 0.2
"""From this share of a correlation on that a control explains, it explains most of it; below that, little."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be said of a pair on one day.

    Attributes
    ----------
    bond : both move together, opposite, or the 95 % band holds 0; `unbanded` when there is no band
    shared : how much of the correlation the control explains; None where that is not to be said
    left_over : whether what is left once the control is taken out can be told from 0; None as above
    lead : who moves first; `chance` while the peak lies within what chance reaches
    """

    bond: Bond | Unknown
    shared: Shared | None
    left_over: bool | None
    lead: Lead | Unknown


def reading(
    found: Correlation | Unknown,
    plain: Correlation | Unknown,
    partial: Partial | Unknown,
    lead: LeadLag | Unknown,
) -> Reading:
    """Name what the figures say.

    Parameters
    ----------
    found : the correlation that is shown
    plain : the one of the same window that `partial` is held against, Pearson's as that is
    """
    share, left_over = shared(plain, partial)
    return Reading(bond(found), share, left_over, lead_of(lead))


def bond(found: Correlation | Unknown) -> Bond | Unknown:
    """Name what a correlation says: with a band that holds 0, nothing yet."""
    if isinstance(found, Unknown):
        return found
    if found.low is None or found.high is None:
        return "unbanded"
    if found.low <= 0.0 <= found.high:
        return "unclear"
    return "together" if found.value > 0 else "opposite"


def lead_of(found: LeadLag | Unknown) -> Lead | Unknown:
    """Name who moves first: nobody, while the peak lies within what chance reaches."""
    if isinstance(found, Unknown):
        return found
    if abs(found.peak) <= found.band:
        return "chance"
    return "same" if not found.peak_lag else "a" if found.peak_lag > 0 else "b"


def shared(plain: Correlation | Unknown, partial: Partial | Unknown) -> tuple[Shared | None, bool | None]:
    """Say how much of a correlation goes with the control, where there is one to be told from 0."""
    if isinstance(plain, Unknown) or isinstance(partial, Unknown):
        return None, None
    if bond(plain) not in ("together", "opposite"):
        return None, None
    gone = 1.0 - partial.value / plain.value
    share: Shared = "most" if gone >= MOST else "part" if gone >= LITTLE else "little"
    return share, not partial.low <= 0.0 <= partial.high
