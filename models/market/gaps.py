"""Values with gaps: carrying an end point, changes over n days, and exact moving figures.

Only end points are carried; means, deviations and everything else leave a missing value out.
Methods, section 0. Every function works along axis 0 (days) and never looks ahead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Floats

CARRY = 3
"""An end point is the last value in [x - 3, x]."""

Rows = NDArray[np.intp]
Moments = tuple[Floats, Floats, Floats]

CHUNK = 1 << 17
"""How many values are worked on at once: intermediate results stay in the processor's cache."""


def carried(values: Floats, limit: int = CARRY) -> Floats:
    """Return the last known value in [x - limit, x] for every day x.

    Parameters
    ----------
    values : shape (n_days,) or (n_days, n)
        NaN where missing.
    limit : days that a value is carried at most

    Returns
    -------
    A new array of the same shape; NaN where the whole stretch is missing.
    """
    result = values.copy(order="K")
    # Transposed, a coin's days lie side by side in memory.
    target, source = result.T, values.T
    for back in range(1, min(limit, values.shape[0] - 1) + 1):
        tail = target[..., back:]
        np.copyto(tail, source[..., :-back], where=np.isnan(tail))
    return result


def carried_at(values: Floats, rows: Rows, columns: Rows, limit: int = CARRY) -> Floats:
    """Return the cells `carried(values, limit)[rows, columns]` without carrying the whole array.

    Parameters
    ----------
    values : shape (n_days, n)
    rows, columns : shapes that broadcast against each other
        A row below 0 is a day before the first one: NaN. A column below 0 is no column: NaN.
    """
    if not values.size:
        return np.full(np.broadcast_shapes(rows.shape, columns.shape), np.nan)
    result = values[np.maximum(rows, 0), np.maximum(columns, 0)]
    outside = (rows < 0) | (columns < 0)
    result[outside] = np.nan
    missing = np.isnan(result) & ~outside
    if not limit or not missing.any():
        return result
    place = np.nonzero(missing)
    row, column = (np.broadcast_to(part, result.shape)[place] for part in (rows, columns))
    for back in range(1, limit + 1):
        inside = row >= back
        place, row, column = tuple(part[inside] for part in place), row[inside], column[inside]
        if not row.size:
            break
        found = values[row - back, column]
        result[place] = found
        missing = np.isnan(found)
        if not missing.any():
            break
        place, row, column = tuple(part[missing] for part in place), row[missing], column[missing]
    return result


def change(values: Floats, n: int) -> Floats:
    """Return the simple change over n days, both end points carried. Methods, section 0.

    Parameters
    ----------
    values : shape (n_days,) or (n_days, k)
    n : days, at least 1

    Returns
    -------
    Fractions of the same shape; NaN where an end point is missing (or the earlier one is 0).
    """

    def of_columns(columns: Floats) -> Floats:
        result = np.full_like(columns, np.nan)
        if n < columns.shape[1]:
            points = carried(columns.T).T
            earlier = points[:, :-n]
            np.divide(points[:, n:], earlier, out=result[:, n:], where=earlier != 0)
            result[:, n:] -= 1.0
        return result

    return _by_columns(values, of_columns)


def trailing_mean(values: Floats, window: int, minimum: int) -> Floats:
    """Return the mean of the known values among the last `window` days.

    Parameters
    ----------
    values : shape (n_days,) or (n_days, n)
    window : days, the day itself included
    minimum : known values that a mean needs

    Notes
    -----
    The sum of a window is the end of one block plus the start of the next (van Herk 1992), so a
    spike is gone from the figures on the day on which it leaves the window: nothing is subtracted.
    """

    def of_columns(columns: Floats) -> Floats:
        blocks = _blocks(columns, window)
        known = np.isfinite(blocks)
        total = _joined(np.where(known, blocks, 0.0), columns.shape[1])
        count = _joined(known.astype(np.float64), columns.shape[1])
        return np.where(count >= max(minimum, 1), total / np.maximum(count, 1.0), np.nan)

    return _by_columns(values, of_columns)


def trailing_std(values: Floats, window: int, minimum: int) -> Floats:
    """Return the standard deviation (ddof 1) of the known values among the last `window` days.

    Parameters
    ----------
    values : shape (n_days,) or (n_days, n)
    window : days, the day itself included
    minimum : known values that a deviation needs (never fewer than 2)

    Notes
    -----
    Within blocks of `window` days, moments are gathered from each end with Welford's update; the
    two parts of a window are joined with the formula of Chan, Golub and LeVeque (1983). As exact as
    two passes over the window, also after spikes, and exactly 0 for a constant.
    """

    def of_columns(columns: Floats) -> Floats:
        blocks = _blocks(columns, window)
        count_a, mean_a, spread_a = _part_before(_moments(blocks[..., ::-1]), columns.shape[1])
        count_b, mean_b, spread_b = _part_here(_moments(blocks), columns.shape[1])
        count = count_a + count_b
        gap = mean_b - mean_a
        spread = spread_a + spread_b + gap * gap * count_a * count_b / np.maximum(count, 1.0)
        deviation = np.sqrt(spread / np.maximum(count - 1.0, 1.0))
        return np.where(count >= max(minimum, 2), deviation, np.nan)

    return _by_columns(values, of_columns)


def _by_columns(values: Floats, work: Callable[[Floats], Floats]) -> Floats:
    """Apply `work` to a few columns at a time, each turned into a row; result like `values`."""
    result = np.full_like(values, np.nan, dtype=np.float64)
    if values.size:
        target = result.T if values.ndim > 1 else result[np.newaxis]
        source = values.T if values.ndim > 1 else values[np.newaxis]
        step = max(1, CHUNK // values.shape[0])
        for first in range(0, source.shape[0], step):
            target[first : first + step] = work(source[first : first + step])
    return result


def _blocks(columns: Floats, window: int) -> Floats:
    """Cut each row into blocks of `window` days, the last filled up: shape (n, n_blocks, window)."""
    length = columns.shape[1]
    count = -(-length // window)
    padded = np.full((columns.shape[0], count * window), np.nan)
    padded[:, :length] = columns
    return padded.reshape(columns.shape[0], count, window)


def _joined(blocks: Floats, length: int) -> Floats:
    """Sum the last `window` values of every day, from within-block sums only; shape (n, n_days)."""
    window = blocks.shape[2]
    here = np.cumsum(blocks, axis=2).reshape(blocks.shape[0], -1)[:, :length]
    if length > window:
        rest = np.cumsum(blocks[..., ::-1], axis=2)[..., ::-1].copy()
        # A window that is one whole block needs nothing from the block before.
        rest[..., 0] = 0.0
        here[:, window - 1 :] += rest.reshape(blocks.shape[0], -1)[:, : length - window + 1]
    return here


def _moments(blocks: Floats) -> Moments:
    """Count, mean and sum of squared deviations of each block's first 1 .. window values."""
    by_place = np.ascontiguousarray(np.moveaxis(blocks, 2, 0))
    known = np.isfinite(by_place)
    values = np.where(known, by_place, 0.0)
    counts = np.cumsum(known, axis=0, dtype=np.float64)
    share = known / np.maximum(counts, 1.0)  # a new value's share of the mean; 0 where it is missing
    weight = share * (counts - 1.0)
    means, spreads = np.empty_like(values), np.empty_like(values)
    mean, spread = np.zeros(values.shape[1:]), np.zeros(values.shape[1:])
    for place in range(values.shape[0]):
        step = values[place] - mean
        mean = np.add(mean, step * share[place], out=means[place])
        step *= step
        step *= weight[place]
        spread = np.add(spread, step, out=spreads[place])
    return np.moveaxis(counts, 0, 2), np.moveaxis(means, 0, 2), np.moveaxis(spreads, 0, 2)


def _part_here(moments: Moments, length: int) -> Moments:
    """Return the moments of each window's part in the block of its last day; shapes (n, n_days)."""
    count, mean, spread = (part.reshape(part.shape[0], -1)[:, :length] for part in moments)
    return count, mean, spread


def _part_before(moments: Moments, length: int) -> Moments:
    """Return the moments of each window's part in the block before; shapes (n, n_days)."""
    window = moments[0].shape[2]
    result = []
    for part in moments:
        ends = part[..., ::-1].copy()
        ends[..., 0] = 0.0  # a window that is one whole block needs nothing from the block before
        before = np.zeros((part.shape[0], length))
        if length > window:
            before[:, window - 1 :] = ends.reshape(part.shape[0], -1)[:, : length - window + 1]
        result.append(before)
    return result[0], result[1], result[2]
