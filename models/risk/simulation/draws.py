"""Which days a simulated path is made of: the stationary bootstrap (Politis and Romano 1994).

Paths are drawn in groups of a fixed size, each from a stream of its own: the same seed gives the
same paths however many are asked for, however many are worked on at once, and however long they
are (a longer horizon goes on where a shorter one ends). Only the raw 64-bit words of the bit
generator are used, which numpy never changes.
"""

from __future__ import annotations

import numpy as np

from models.risk.ladders.rungs import Ints

MEAN_BLOCK = 20
"""Days that a block lasts on average."""
GROUP = 500
"""Paths of one stream."""
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def drawn_rows(seed: int, group: int, *, days: int, sample_days: int, mean_block: float = MEAN_BLOCK) -> Ints:
    """Draw the rows of a sample that each day of a group of paths takes its returns from.

    Returns
    -------
    shape (days, GROUP)

    Notes
    -----
    A new block starts with probability 1 / mean_block on each day, on a uniformly drawn row;
    otherwise the next row follows, the first one after the last. The upper half of a 64-bit word
    decides on the start, the lower half on the row (biased by less than sample_days / 2^32).
    """
    stream = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(group,)))
    words = stream.random_raw(days * GROUP).reshape(days, GROUP)
    rows = (((words & _LOW) * np.uint64(sample_days)) >> _HALF).astype(np.intp)
    starts = (words >> _HALF) < np.uint64(round(2**32 / mean_block))
    for day in range(1, days):
        following = rows[day - 1] + 1
        following[following == sample_days] = 0
        np.copyto(rows[day], following, where=~starts[day])
    return rows
