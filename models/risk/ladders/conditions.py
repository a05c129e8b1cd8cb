"""On which days a rung's condition on the whole market was known to hold. Methods, sections 4 to 6, 9."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.rotation.phases import PHASES, RotationHistory
from models.market.season.index import HEADLINE
from models.market.snapshot import Bools, Days, Floats
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.plans.plan import Trigger

NEAR = 1e-9
"""Rounding of a percentage of coins that meets its level."""


@dataclass(frozen=True)
class Conditions:
    """The readings that rungs can wait for, one a day; row t knows days <= t only.

    Attributes
    ----------
    season : the headline season index, NaN where unknown
    dominance : Bitcoin's, a fraction, NaN where unknown
    phase : codes of :data:`models.market.rotation.phases.PHASES`, -1 unknown
    entered : a new phase is shown from this day on
    """

    days: Days
    season: Floats
    dominance: Floats
    phase: NDArray[np.int8]
    entered: Bools

    def holds(self, trigger: Trigger) -> Bools:
        """Say on which days the reading itself satisfies a trigger, whatever the days before."""
        if trigger.kind == "phase":
            assert trigger.phase is not None
            return np.asarray(self.phase == PHASES.index(trigger.phase))
        values = self.season if trigger.kind == "season_index" else self.dominance
        assert trigger.level is not None
        with np.errstate(invalid="ignore"):
            if trigger.side == "below":
                return np.asarray(values <= trigger.level + NEAR)
            return np.asarray(values >= trigger.level - NEAR)

    def fires(self, trigger: Trigger) -> Bools:
        """Say at which closes a trigger is known to be true.

        A level has to be held for `days` calendar days in a row, and an unknown day breaks the run;
        a phase fires on the day on which it is entered only.
        """
        holds = self.holds(trigger)
        if trigger.kind == "phase":
            return holds & self.entered
        return run_lengths(holds) >= (trigger.days or 1)

    def known(self, trigger: Trigger) -> Bools:
        """Say on which days the reading that a trigger asks for is known."""
        if trigger.kind == "phase":
            return np.asarray(self.phase >= 0)
        return np.isfinite(self.season if trigger.kind == "season_index" else self.dominance)

    def reading(self, trigger: Trigger, row: int) -> str:
        """Put the reading of a day in words: `62.5`, `54.1 %`, `large` or `unknown`."""
        if not 0 <= row < self.days.size or not self.known(trigger)[row]:
            return "unknown"
        if trigger.kind == "phase":
            return PHASES[int(self.phase[row])]
        if trigger.kind == "dominance":
            return f"{100 * self.dominance[row]:.1f} %"
        return f"{self.season[row]:.1f}"

    def why_unknown(self, trigger: Trigger) -> Unknown:
        what = {"season_index": "season index", "phase": "rotation phase"}.get(trigger.kind, "dominance")
        return Unknown(f"The {what} is not known on any of the days that are used.")


def conditions_of(study: Study) -> Conditions:
    """Take the readings out of a study; every array has a row for each day of its market."""
    days = study.market.days
    rotation = study.rotation
    if isinstance(rotation, RotationHistory):
        phase = rotation.phase
        entered = (rotation.since == np.arange(days.size)) & (phase >= 0)
    else:
        phase, entered = np.full(days.size, -1, dtype=np.int8), np.zeros(days.size, dtype=np.bool_)
    return Conditions(
        days=days,
        season=study.season[HEADLINE].index,
        dominance=study.dominance.dominance,
        phase=phase,
        entered=entered,
    )


def run_lengths(holds: Bools) -> NDArray[np.intp]:
    """Return for each day how many days in a row, itself included, have held; shape of `holds`.

    >>> run_lengths(np.array([True, True, False, True]))
    array([1, 2, 0, 1])
    """
    place = np.arange(1, holds.size + 1)
    broken = np.maximum.accumulate(np.where(holds, 0, place)) if holds.size else place
    return np.asarray(place - broken, dtype=np.intp)
