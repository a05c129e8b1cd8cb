"""What chance alone would do: circular shifts, the stationary bootstrap, Holm. Methods, section 7."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Floats

DRAWS = 5_000
ALMOST = 1e-12
"""Two means of the same numbers in another order may differ by this much."""


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


def bootstrap_difference(
    marked: Bools,
    outcome: Floats,
    *,
    mean_block: float,
    generator: np.random.Generator,
    draws: int = DRAWS,
) -> Floats:
    """Draw the difference between the events' mean outcome and the mean of all sessions.

    Parameters
    ----------
    marked, outcome : shape (n_sessions,)
        Resampled together, so that an event keeps what followed it.
    mean_block : sessions
        Expected length of a block (Politis and Romano 1994).

    Returns
    -------
    shape (draws,); a draw without an event is drawn again.

    Notes
    -----
    A block is a stretch of the circle, and its sums are differences of running totals: a draw costs
    one step per block, not one per session. The totals are of counts and of outcomes of order one
    over some thousand sessions, where such differences lose nothing that matters.
    """
    n = outcome.size
    events = np.concatenate([[0.0], np.cumsum(np.tile(marked.astype(np.float64), 2))])
    all_sums = np.concatenate([[0.0], np.cumsum(np.tile(outcome, 2))])
    event_sums = np.concatenate([[0.0], np.cumsum(np.tile(np.where(marked, outcome, 0.0), 2))])
    result = np.empty(0)
    while result.size < draws:
        starts, lengths, of_draw = _blocks(n, mean_block, generator, draws - result.size)
        ends = starts + lengths
        count, hit, whole = (
            np.add.reduceat(sums[ends] - sums[starts], of_draw) for sums in (events, event_sums, all_sums)
        )
        some = count > 0.5
        result = np.concatenate([result, hit[some] / count[some] - whole[some] / n])
    return result


def _blocks(
    n: int, mean_block: float, generator: np.random.Generator, draws: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return starts and lengths of all blocks, and where in them each draw begins.

    A draw is n sessions long; its last block is cut. Lengths are geometric with the given mean.
    """
    chance = min(1.0, 1.0 / mean_block)
    per_draw = max(8, int(1.5 * n * chance) + 8)
    lengths = generator.geometric(chance, (draws, per_draw))
    while (lengths.sum(axis=1) < n).any():
        lengths = np.hstack([lengths, generator.geometric(chance, (draws, per_draw))])
    ends = np.minimum(np.cumsum(lengths, axis=1), n)
    lengths = np.diff(ends, axis=1, prepend=0)
    used = lengths > 0
    starts = generator.integers(0, n, lengths.shape)
    per = used.sum(axis=1)
    return starts[used], lengths[used].astype(np.intp), np.concatenate([[0], np.cumsum(per)[:-1]])
