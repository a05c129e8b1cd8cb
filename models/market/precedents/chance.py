"""What chance alone would do: circular shifts, the stationary bootstrap, Holm. Methods, section 7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Floats

DRAWS = 5_000
ALMOST = 1e-12
"""Two means of the same numbers in another order may differ by this much."""
DRAWS_AT_ONCE = 625
BLOCKS_AT_ONCE = 65_536
"""Blocks of a bootstrap that are worked on together: so many stay in a processor's near memory."""


def shift_p_value(marked: Bools, outcome: Floats) -> float:
    """Return how often the marks, moved round the circle, do at least as well as where they stand.

    Parameters
    ----------
    marked : shape (n_sessions,)
        Which sessions are events; at least one.
    outcome : shape (n_sessions,)
        What followed each session; no NaN.

    Returns
    -------
    float
        The share of all n circular shifts, the identity included, whose mean outcome lies at least
        as far from the mean of all sessions: two-sided, never below 1/n.

    Notes
    -----
    A shift keeps the events' spacing and the outcomes' overlap, which is what makes a naive test
    see patterns where there are none. All shifts at once are one circular correlation; it is
    summed directly, since the events are few.
    """
    events = np.flatnonzero(marked)
    n = outcome.size
    doubled = np.concatenate([outcome, outcome])
    totals = np.zeros(n)
    for event in events.tolist():
        totals += doubled[event : event + n]
    distance = np.abs(totals / events.size - outcome.mean())
    return float(np.mean(distance >= distance[0] - ALMOST))


def holm(p_values: Floats) -> Floats:
    """Adjust p-values for having asked several questions (Holm 1979); NaN stays NaN.

    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    adjusted = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    stepped = p_values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0) if order.size else stepped
    return adjusted


def bootstrap_differences(
    questions: Sequence[tuple[Bools, Floats]],
    *,
    mean_block: float,
    generator: np.random.Generator,
    draws: int = DRAWS,
    longest: int = 0,
) -> list[Floats]:
    """Draw the difference between the events' mean outcome and the mean of all sessions, per question.

    All questions are drawn from the same blocks, which are most of the work.

    Parameters
    ----------
    questions : marks and outcomes, each of shape (n_sessions,); n_sessions may differ
        Resampled together, so that an event keeps what followed it; at least one event each.
    mean_block : sessions
        Expected length of a block (Politis and Romano 1994).
    longest : sessions for which blocks are drawn, at least those of the longest question

    Returns
    -------
    one array of shape (draws,) per question; a draw without an event is drawn again.

    Notes
    -----
    A block is a stretch of the circle, and its sums are differences of running totals: a draw costs
    one step per block, not one per session. The totals are of counts and of outcomes of order one
    over some thousand sessions, where such differences lose nothing that matters. A draw for fewer
    sessions is the beginning of one for more: with the same `longest`, what one question gets does not
    depend on the others.
    """
    longest = max(longest, *(outcome.size for _, outcome in questions)) if questions else longest
    totals = [_Totals(*question) for question in questions]
    parts: list[list[Floats]] = [[] for _ in questions]
    found = [0] * len(questions)
    # Always as many at once, whatever is still missing: so no question changes what another one gets.
    at_once = max(1, min(DRAWS_AT_ONCE, draws, int(BLOCKS_AT_ONCE * mean_block / max(longest, 1))))
    while questions and min(found) < draws:
        blocks = _blocks(longest, mean_block, generator, at_once)
        for at, total in enumerate(totals):
            if found[at] < draws:
                count, hit, whole = total.of_draws(blocks)
                some = count > 0.5
                parts[at].append(hit[some] / count[some] - whole[some] / total.n)
                found[at] += parts[at][-1].size
    return [np.concatenate(part)[:draws] for part in parts]


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The blocks of some draws, one after the other; `place` is where in its draw each begins.

    `start` is where on the circle each block begins, as a share of it in 2^-32; `of_draw` where among
    the blocks each draw begins.
    """

    place: NDArray[np.intp]
    length: NDArray[np.intp]
    start: NDArray[np.uint64]
    of_draw: NDArray[np.intp]


class _Totals:
    """Running totals over the circle, walked twice: of events, of their outcomes, of all outcomes.

    Outcomes that are 0 or 1 share one whole number with the counts, so that a block takes two
    look-ups instead of six: these are what the time goes into.
    """

    FIELD = 20
    """Bits of each of the three counts: up to a million sessions."""

    def __init__(self, marked: Bools, outcome: Floats) -> None:
        self.n = outcome.size
        after = np.where(marked, outcome, 0.0)
        self.packed: NDArray[np.int64] | None = None
        if bool(np.isin(outcome, (0.0, 1.0)).all()) and 2 * outcome.size < 1 << self.FIELD:
            one = (marked.astype(np.int64) << 2 * self.FIELD) + (after.astype(np.int64) << self.FIELD)
            self.packed = _running(one + outcome.astype(np.int64))
        else:
            self.events = _running(marked + 1j * after)
            self.whole = _running(outcome)

    def of_draws(self, blocks: _Blocks) -> tuple[Floats, Floats, Floats]:
        """Return events, their summed outcomes and all summed outcomes, each of shape (draws,).

        Of draws made for more sessions, the beginning is taken.
        """
        starts = ((blocks.start * np.uint64(self.n)) >> np.uint64(32)).astype(np.intp)
        ends = starts + np.clip(self.n - blocks.place, 0, blocks.length)
        of_draw = blocks.of_draw
        if self.packed is not None:
            sums = np.add.reduceat(self.packed[ends] - self.packed[starts], of_draw)
            field = (1 << self.FIELD) - 1
            parts = (sums >> 2 * self.FIELD, (sums >> self.FIELD) & field, sums & field)
            return tuple(part.astype(np.float64) for part in parts)  # type: ignore[return-value]
        events = np.add.reduceat(self.events[ends] - self.events[starts], of_draw)
        whole = np.add.reduceat(self.whole[ends] - self.whole[starts], of_draw)
        return events.real, events.imag, whole


def _running(values: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([np.zeros(1, values.dtype), np.cumsum(np.concatenate([values, values]))])


def _blocks(n: int, mean_block: float, generator: np.random.Generator, draws: int) -> _Blocks:
    """Draw the blocks of some draws of n sessions each.

    The last block of a draw is cut. Lengths are geometric and so have no memory: what is cut off at
    the end of one draw is the first block of the next, as good as a fresh one. All draws are therefore
    one walk of draws · n steps, also cut wherever a draw begins.
    """
    steps = draws * n
    cuts = _cuts(steps, mean_block, generator)
    begins = np.arange(0, steps, n)
    at = np.searchsorted(cuts, begins)
    # A cut that falls on the beginning of a draw stands there already.
    fresh = cuts[np.minimum(at, max(cuts.size - 1, 0))] != begins if cuts.size else np.ones(draws, bool)
    edges = np.insert(cuts, at[fresh], begins[fresh])
    of_draw = at + np.cumsum(fresh) - fresh
    start = generator.integers(0, 1 << 32, edges.size, dtype=np.uint32).astype(np.uint64)
    return _Blocks(
        place=edges - np.repeat(begins, np.diff(of_draw, append=edges.size)),
        length=np.diff(edges, append=steps),
        start=start,
        of_draw=of_draw,
    )


def _cuts(steps: int, mean_block: float, generator: np.random.Generator) -> NDArray[np.intp]:
    """Return the places in 1 .. steps-1 at which a new block begins, each with chance 1/mean_block."""
    chance = min(1.0, 1.0 / mean_block)
    if chance == 1.0:
        return np.arange(1, steps)
    # The whole part of an exponential waiting time is geometric.
    scale = np.float32(-1.0 / np.log1p(-chance))
    parts, reached = [], 0
    while reached < steps:
        expected = (steps - reached) * chance
        waits = generator.standard_exponential(int(expected + 4 * expected**0.5) + 16, dtype=np.float32)
        places = np.cumsum((waits * scale).astype(np.intp) + 1) + reached
        parts.append(places)
        reached = int(places[-1])
    cuts = np.concatenate(parts) if len(parts) > 1 else parts[0]
    return cuts[: np.searchsorted(cuts, steps)]
