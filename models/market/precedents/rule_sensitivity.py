"""How much the verdict depends on the rule: the honest answer to cherry-picking. Methods, section 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.precedents.event_tests import (
    HORIZONS,
    INDEPENDENT_NEEDS,
    SIGNIFICANT,
    HorizonResult,
    against_base,
    number,
)
from models.market.precedents.event_windows import Windows, ground_upto, record_events
from models.market.precedents.rule import RANDOM, Rule, trigger_line
from models.market.snapshot import Bools, Day, Floats
from models.market.study import Cancelled, Study
from models.market.unknown import Unknown

QUIET_TIMES = (0, 10, 20, 40, 60, 90, 120)
"""Quiet sessions before a breakout; 0 is every record."""
SPACINGS = (5, 10, 20, 40, 60)


@dataclass(frozen=True)
class Sensitivity:
    """One question asked under every reasonable rule.

    Attributes
    ----------
    difference, p, p_adjusted, events, independent : shape (n_quiet, n_spacing, n_horizons)
        NaN (0 for the counts) where no event has a finished window. `p_adjusted` is adjusted for the
        horizons of its own rule, as in the sentence.
    same_as : shape (n_quiet, n_spacing)
        The number of the set of events that a rule chooses: rules with the same number choose the very
        same days.
    """

    rule: Rule
    day: Day
    title: str
    quiet: tuple[int, ...]
    spacing: tuple[int, ...]
    horizons: tuple[int, ...]
    difference: Floats
    p: Floats
    p_adjusted: Floats
    events: NDArray[np.intp]
    independent: NDArray[np.intp]
    same_as: NDArray[np.intp]

    @property
    def rules(self) -> int:
        return len(self.quiet) * len(self.spacing)

    @property
    def distinct(self) -> int:
        """Rules that choose different days."""
        return int(np.unique(self.same_as).size)

    def place(self, rule: Rule) -> tuple[int, int] | None:
        """The cell of a rule, or None where it is not one of those asked."""
        quiet = 0 if rule.kind == "record" else rule.quiet
        if quiet in self.quiet and rule.spacing in self.spacing:
            return self.quiet.index(quiet), self.spacing.index(rule.spacing)
        return None

    def tally(self, horizon: int) -> Tally:
        """Count the verdicts at one horizon."""
        at = self.horizons.index(horizon)
        judged = self.independent[:, :, at] >= INDEPENDENT_NEEDS
        difference, p = self.difference[:, :, at], self.p[:, :, at]
        with np.errstate(invalid="ignore"):
            return Tally(
                horizon=horizon,
                rules=self.rules,
                distinct=self.distinct,
                above=int((difference > 0).sum()),
                below=int((difference < 0).sum()),
                unusual=int((p < SIGNIFICANT).sum()),
                judged=int(judged.sum()),
                established=int((judged & (self.p_adjusted[:, :, at] < SIGNIFICANT)).sum()),
            )


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts of all rules at one horizon: how many do better than the base rate, how many mean anything.

    `unusual`: p below 0.05 before any adjustment; `judged`: enough independent events for a claim.
    """

    horizon: int
    rules: int
    distinct: int
    above: int
    below: int
    unusual: int
    judged: int
    established: int


def sensitivity(
    study: Study,
    rule: Rule,
    as_of: Day,
    *,
    quiet: tuple[int, ...] = QUIET_TIMES,
    spacing: tuple[int, ...] = SPACINGS,
    horizons: tuple[int, ...] = HORIZONS,
    report: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sensitivity | Unknown:
    """Ask the question of `rule` under every quiet time and spacing; `report` hears the share done.

    Trigger, success and span are those of the rule. Random days know neither a quiet time nor a record.

    Raises
    ------
    Cancelled
        Between two rules, once `cancelled()` is true.
    """
    if rule.trigger == RANDOM:
        return Unknown("Random days have no quiet time before them: choose a line to compare rules.")
    line = trigger_line(study, rule.trigger, as_of)
    if isinstance(line, Unknown):
        return line
    windows = Windows(line, ground_upto(study, as_of), rule.since)
    shape = (len(quiet), len(spacing), len(horizons))
    figures = {name: np.full(shape, np.nan) for name in ("difference", "p", "p_adjusted")}
    counts = {name: np.zeros(shape, np.intp) for name in ("events", "independent")}
    same_as = np.zeros(shape[:2], np.intp)
    known: dict[bytes, tuple[int, tuple[HorizonResult, ...]]] = {}
    for i, quiet_time in enumerate(quiet):
        for j, apart in enumerate(spacing):
            if cancelled():
                raise Cancelled
            marked = _events(line.values, quiet_time, apart)
            key = np.packbits(marked).tobytes()
            if key not in known:
                results = against_base(windows, marked, rule.success, horizons=horizons, intervals=False)
                known[key] = len(known), results
            same_as[i, j], results = known[key]
            for name, array in figures.items():
                array[i, j] = [number(getattr(one, name)) for one in results]
            for name, tally in counts.items():
                tally[i, j] = [getattr(one, name) for one in results]
            report((i * len(spacing) + j + 1) / (len(quiet) * len(spacing)))
    return Sensitivity(
        rule,
        as_of,
        line.title,
        quiet,
        spacing,
        horizons,
        difference=figures["difference"],
        p=figures["p"],
        p_adjusted=figures["p_adjusted"],
        events=counts["events"],
        independent=counts["independent"],
        same_as=same_as,
    )


def _events(close: Floats, quiet: int, spacing: int) -> Bools:
    if quiet:
        return record_events(close, "breakout", quiet=quiet, spacing=spacing)
    return record_events(close, "record", spacing=spacing)
