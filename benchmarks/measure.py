"""Timing ours and a baseline side by side, and the rows of the table."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what, against : in words
    ours, baseline : seconds, medians of the rounds
    goal : the bound of `figure`
    sense : "at most" bounds ours / baseline from above, "at least" baseline / ours from below
    note : what a reader must know to believe the figure
    """

    what: str
    against: str
    ours: float
    baseline: float
    goal: float
    sense: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def figure(self) -> float:
        if self.sense == "at most":
            return self.ours / self.baseline
        return self.baseline / self.ours

    @property
    def is_met(self) -> bool:
        return self.figure <= self.goal if self.sense == "at most" else self.figure >= self.goal


@dataclass(frozen=True, slots=True)
class Missing:
    """A line that could not be measured, and why."""

    what: str
    why: str


Line = Row | Missing


class CannotMeasure(Exception):  # noqa: N818 - reads better where it is raised
    """A benchmark lacks what it measures on; the message says what."""


def seconds(work: Callable[[], object]) -> float:
    """Time one call; the garbage of earlier calls is collected before, not meanwhile."""
    gc.collect()
    start = time.perf_counter()
    kept = work()
    elapsed = time.perf_counter() - start
    del kept  # freeing the result is not part of the work
    return elapsed


def side_by_side(
    ours: Callable[[], object], baseline: Callable[[], object], *, rounds: int, warm: bool = True
) -> tuple[float, float]:
    """Return the medians of `rounds` calls of each, in turns, so that both meet the same noise."""
    if warm:
        ours()
        baseline()
    pairs = [(seconds(ours), seconds(baseline)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def median(work: Callable[[], object], *, rounds: int, warm: bool = True) -> float:
    """Return the median of `rounds` calls."""
    if warm:
        work()
    return statistics.median(seconds(work) for _ in range(rounds))
