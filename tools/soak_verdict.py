"""Whether a soak run held steady: a pure judgement of its readings, to be tried with invented ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

WARM_UP = 1 / 3
"""The share of the readings that is left out of the slope: caches fill, panels are made."""
LEAST = 6
"""Readings below which nothing is said: a slope of five points is a guess."""
MEMORY_PER_MINUTE = 2.0
"""MB. Below it a slope is the allocator's own coming and going."""
MEMORY_IN_ALL = 24.0
"""MB. A slope that has not come to this much by the end is not called growth either."""
HANDLES, THREADS = 4, 2
"""How many more than after the warm-up may be open at the end: a connection or a pool thread on its way."""
OBJECTS_SHARE = 0.02
"""By how much Qt's objects may be more at the end: a list of alerts or notes is a little longer."""
SHUT_DOWN_S = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was there at one quiet moment.

    Attributes
    ----------
    minutes : since the start of the run
    memory : resident, in MB
    handles, threads : open files and sockets, threads of the process
    objects : Qt objects, widgets and items of charts
    gap_99, gap_longest : ms between ticks of a 10 ms timer since the reading before
    """

    minutes: float
    memory: float
    handles: int
    threads: int
    objects: int
    gap_99: float
    gap_longest: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence for each thing that was looked at; `faults` are the sentences of what grew."""

    sentences: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def is_steady(self) -> bool:
        return not self.faults


def judge(readings: Sequence[Reading], *, shut_down: float | None = None) -> Verdict:
    """Compare the end of a run with its state after the warm-up.

    Parameters
    ----------
    readings : in the order of time; the first third is the warm-up
    shut_down : seconds from closing the window to the end of its work; None where it was not timed

    Notes
    -----
    Memory is judged by the median of all pairwise slopes (Theil 1950, Sen 1968), which one large reading
    in the middle of a reload does not move. Counts are judged by medians of the first and of the last
    quarter after the warm-up. Too few readings are a fault: a run that proves nothing has not passed.
    """
    kept = readings[int(len(readings) * WARM_UP) :]
    said: list[str] = []
    faults: list[str] = []

    def note(sentence: str, is_fault: bool) -> None:
        said.append(sentence)
        if is_fault:
            faults.append(sentence)

    if len(kept) < LEAST:
        note(f"{len(kept)} readings after the warm-up, {LEAST} needed: nothing can be said.", True)
        return Verdict(tuple(said), tuple(faults))
    slope = memory_slope(kept)
    grown = slope * (kept[-1].minutes - kept[0].minutes)
    note(
        f"Memory: {slope:+.2f} MB a minute after the warm-up, {grown:+.0f} MB in all.",
        slope > MEMORY_PER_MINUTE and grown > MEMORY_IN_ALL,
    )
    for name, counts, allowed in (
        ("Handles", [one.handles for one in kept], HANDLES),
        ("Threads", [one.threads for one in kept], THREADS),
        ("Qt objects", [one.objects for one in kept], OBJECTS_SHARE * kept[0].objects),
    ):
        before, after = ends(counts)
        note(f"{name}: {before:g} after the warm-up, {after:g} at the end.", after - before > allowed)
    note(
        f"Gaps of a 10 ms timer: 99 % below {median(one.gap_99 for one in kept):.0f} ms, "
        f"the longest {max(one.gap_longest for one in kept):.0f} ms.",
        False,  # how fast a machine is does not decide whether the program is steady
    )
    if shut_down is not None:
        note(f"Shut-down: {shut_down:.2f} s, {SHUT_DOWN_S:g} s allowed.", shut_down > SHUT_DOWN_S)
    return Verdict(tuple(said), tuple(faults))


def memory_slope(readings: Sequence[Reading]) -> float:
    """Return the median slope of resident memory between all pairs, in MB a minute."""
    slopes = [
        (b.memory - a.memory) / (b.minutes - a.minutes)
        for a, b in combinations(readings, 2)
        if b.minutes > a.minutes
    ]
    return median(slopes) if slopes else 0.0


def ends(counts: Sequence[int]) -> tuple[float, float]:
    """Return the medians of the first and of the last quarter.

    >>> ends([4, 4, 5, 5, 6, 6, 9, 9])
    (4.0, 9.0)
    """
    quarter = max(len(counts) // 4, 1)
    return float(median(counts[:quarter])), float(median(counts[-quarter:]))
