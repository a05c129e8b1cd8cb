"""Numbers over moving windows: sums, correlations and their bands. Methods, section 3.

Two ways, because there are two questions. *Many* coins against one index need speed and only the
value: sums of doubling width, each built from nothing but the values of its own window. *One* pair
needs the band too, hence the neighbours inside each window: its windows are gathered and worked in
two passes. Neither ever subtracts a value that has left a window, so a bad print of a million
leaves no trace behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Floats

Ints = NDArray[np.intp]

NORMAL_95 = 1.959964
"""Half the width of a 95 % band, in standard errors."""
SPEARMAN_SPREAD = 1.06
"""The variance of atanh of a rank correlation, times n - 3."""

SAME = 1e-12
"""A leg whose deviation is below this share of its size is constant: the rest is rounding."""
ROUNDING = 1e-15
"""So is a leg of log returns whose deviation is below this; rounded prices alone make 2e-16."""
ILL = 100.0
"""Beyond this ratio of Σx² to Σ(x - mean)² one pass loses digits, and two passes are made."""

_BATCH = 1 << 16  # elements of one gathered batch: its few arrays stay in the processor's cache


def window_sums(values: Floats, window: int) -> Floats:
    """Sum the last `window` entries along the last axis (fewer at the head).

    Sums of 1, 2, 4, 8 ... entries are made from each other, and those which make up `window` are
    put side by side. So each result is a sum of its own window's values and of nothing else, with
    the small rounding of pairwise summation, in about 2·log2(window) additions of whole arrays.

    >>> window_sums(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 3)
    array([ 1.,  3.,  6.,  9., 12.])
    """
    if window < 1:
        raise ValueError("A window holds at least one value.")
    length = values.shape[-1]
    if window >= length:
        return np.cumsum(values, axis=-1)
    total: Floats | None = None
    kept: Floats | None = None  # a part that still waits for its first partner
    part, spare = values, np.empty_like(values)
    width, done = 1, 0
    while True:
        if window & width:
            if total is not None:
                total[..., done:] += part[..., : length - done]
            elif kept is not None:
                total = np.empty_like(values)
                np.add(kept[..., done:], part[..., : length - done], out=total[..., done:])
                total[..., :done] = kept[..., :done]
            else:
                kept = part
            done += width
        if 2 * width > window:
            break
        np.add(part[..., width:], part[..., :-width], out=spare[..., width:])
        spare[..., :width] = part[..., :width]
        free = np.empty_like(values) if part is values or part is kept else part
        part, spare = spare, free
        width *= 2
    if total is not None:
        return total
    return part.copy() if part is values else part


def rolling_correlations(
    x: Floats, columns: Floats, *, window: int, minimum: int
) -> tuple[Floats, NDArray[np.int32]]:
    """Correlate one line with many columns over the last `window` rows, valid or not.

    Parameters
    ----------
    x : shape (n,), NaN where missing
    columns : shape (n, k), NaN where missing; fastest when column-major
    minimum : pairs that a window needs

    Returns
    -------
    value, observations : shape (n, k), column-major
        NaN where pairs are too few or where a leg is constant in the window.

    Notes
    -----
    Within 1e-12 of two passes, which replace the sums wherever a mean dwarfs its deviation.
    """
    by_column = columns.T
    k, n = by_column.shape
    value = np.full((k, n), np.nan)
    observations = np.zeros((k, n), dtype=np.int32)
    known_x = np.isfinite(x)
    filled = np.where(known_x, x, 0.0)
    number = np.minimum(np.arange(1.0, n + 1.0), float(window))
    shared = _Leg.of(filled, number, window) if known_x.all() else None
    for at in range(k):
        y = by_column[at]
        valid = np.isfinite(y)
        if shared is None:
            valid &= known_x
        found = int(np.count_nonzero(valid))
        if found < minimum:
            observations[at] = window_sums(valid.astype(np.float64), window)
            continue
        first, end = int(valid.argmax()), n - int(valid[::-1].argmax())
        if shared is not None and found == end - first:
            # Without a hole between its first and its last value, as coins mostly are: all that x
            # adds is the same for every column, but for windows that begin before the first value.
            count = number[: end - first]
            leg, own_x, own_y = shared.begun_at(first, end, filled, number, window), filled, y
            few = slice(0, minimum - 1)
        else:
            count = np.maximum(window_sums(valid[first:end].astype(np.float64), window), 1.0)
            own_x, own_y = (np.where(valid, each, 0.0) for each in (x, y))
            leg = _Leg.of(own_x[first:end], count, window)
            few = np.flatnonzero(count < minimum)
        r = value[at, first:end]
        again = _correlate(own_x[first:end], leg, own_y[first:end], count, window, out=r)
        r[few] = np.nan
        observations[at, first:end] = count
        if end < n:  # its last windows run out of pairs
            after = np.arange(end, min(end + window, n))
            observations[at, after] = observed(valid, after, window)
            again = np.concatenate((again, after - first))
        again = again[observations[at, first + again] >= minimum] + first
        if again.size:
            value[at, again] = pearson(x, y, again, window).value
    return value.T, observations.T


@dataclass(frozen=True, slots=True)
class _Leg:
    """The mean and the root of Σ(x - mean)² of one leg in each window, and where they are in doubt."""

    mean: Floats
    spread: Floats
    doubtful: Ints

    @classmethod
    def of(cls, values: Floats, count: Floats, window: int) -> _Leg:
        total, squares = window_sums(np.stack((values, values * values)), window)
        return cls.from_sums(total, squares, count)

    @classmethod
    def from_sums(cls, total: Floats, squares: Floats, count: Floats) -> _Leg:
        mean = total / count
        about = total * mean
        np.subtract(squares, about, out=about)
        doubtful = np.flatnonzero(about * ILL <= squares)
        if float(about.min()) <= float(count[-1]) * ROUNDING**2:
            doubtful = np.flatnonzero((about * ILL <= squares) | (about <= count * ROUNDING**2))
            np.maximum(about, 0.0, out=about)
        return cls(mean, np.sqrt(about, out=about), doubtful)

    def begun_at(self, first: int, end: int, values: Floats, number: Floats, window: int) -> _Leg:
        """Return the leg of the rows first .. end - 1 when nothing before `first` counts."""
        doubtful = self.doubtful
        if doubtful.size:
            doubtful = doubtful[(doubtful >= first) & (doubtful < end)] - first
        if not first:
            return _Leg(self.mean[:end], self.spread[:end], doubtful)
        begin = values[first : min(first + window, end)]
        head = _Leg.from_sums(np.cumsum(begin), np.cumsum(begin * begin), number[: begin.size])
        rest = slice(first + begin.size, end)
        return _Leg(
            np.concatenate((head.mean, self.mean[rest])),
            np.concatenate((head.spread, self.spread[rest])),
            np.union1d(head.doubtful, doubtful[doubtful >= begin.size]),
        )


def _correlate(x: Floats, leg: _Leg, y: Floats, count: Floats, window: int, *, out: Floats) -> Ints:
    """Write the correlation of each window to `out`; return which ones need two passes."""
    work = np.empty((3, y.size))
    work[0] = y
    np.multiply(y, y, out=work[1])
    np.multiply(y, x, out=work[2])
    total, squares, products = window_sums(work, window)
    other = _Leg.from_sums(total, squares, count)
    total *= leg.mean
    products -= total
    spread = np.multiply(other.spread, leg.spread, out=total)
    with np.errstate(invalid="ignore", divide="ignore"):
        np.divide(products, spread, out=out)
    np.minimum(out, 1.0, out=out)
    np.maximum(out, -1.0, out=out)
    if not leg.doubtful.size:
        return other.doubtful
    return np.union1d(leg.doubtful, other.doubtful)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Correlations of several windows, each array of shape (windows,); NaN where a leg is constant."""

    value: Floats
    observations: Ints
    effective: Floats


def observed(valid: Bools, rows: Ints, window: int) -> Ints:
    """Count the valid entries of the last `window` up to each row."""
    running = np.concatenate(([0], np.cumsum(valid)))
    counted: Ints = running[rows + 1] - running[np.maximum(rows + 1 - window, 0)]
    return counted


def gathered(valid: Bools, rows: Ints, window: int) -> Iterator[tuple[slice, Ints, Bools]]:
    """Gather the valid entries of each row's window, in order and without their gaps.

    Yields, batch by batch, which of `rows`, the positions of the entries of shape (rows, window),
    set against the right edge, and a mask that is False left of them.
    """
    positions = np.flatnonzero(valid)
    end = np.searchsorted(positions, rows, side="right")
    start = np.searchsorted(positions, rows - window, side="right")
    reach = np.arange(window) - window
    step = max(1, _BATCH // window)
    for low in range(0, rows.size, step):
        part = slice(low, low + step)
        place = end[part, None] + reach
        inside = place >= start[part, None]
        np.maximum(place, 0, out=place)
        yield part, positions[place], inside


def centred(values: Floats, inside: Bools, count: Floats) -> Floats:
    """Take each row's mean off the entries inside; zero outside."""
    kept = np.where(inside, values, 0.0)
    kept -= (kept.sum(axis=1) / count)[:, None]
    kept *= inside
    return kept


def is_constant(about_mean: Floats, size: Floats, count: Floats) -> Bools:
    """Whether Σ(x - mean)² is nothing but rounding beside Σx²."""
    limit: Bools = about_mean <= np.maximum(SAME**2 * size, ROUNDING**2 * count)
    return limit


def neighbours(centred_values: Floats) -> Floats:
    """Return Σ x_s x_s+1 of each row."""
    total: Floats = np.einsum("ij,ij->i", centred_values[:, 1:], centred_values[:, :-1])
    return total


def effective_number(count: Floats, a: Floats, b: Floats) -> Floats:
    """Return n (1 - ab) / (1 + ab), clipped to [4, n]: Bartlett (1946)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = count * (1.0 - a * b) / (1.0 + a * b)
    clipped: Floats = np.clip(raw, np.minimum(4.0, count), count)
    return clipped


def fisher_band(
    value: Floats, effective: Floats, *, controls: int = 0, spread: float = 1.0
) -> tuple[Floats, Floats]:
    """Return the 95 % band of correlations (Fisher 1921).

    A correlation of exactly ±1 has a band of no width. NaN stays NaN.
    """
    half = NORMAL_95 * np.sqrt(spread / np.maximum(1.0, effective - 3.0 - controls))
    with np.errstate(divide="ignore"):
        z = np.arctanh(value)
    return np.tanh(z - half), np.tanh(z + half)


def pearson(x: Floats, y: Floats, rows: Ints, window: int) -> Estimates:
    """Correlate the valid pairs of the last `window` entries up to each row, in two passes.

    Parameters
    ----------
    x, y : shape (n,), NaN where missing
    rows : the rows at which a window ends; each window must hold at least two pairs
    """
    return _gathered_correlation(x, y, rows, window, by_rank=False)


def spearman(x: Floats, y: Floats, rows: Ints, window: int) -> Estimates:
    """Correlate the ranks within each window, ties sharing their mean rank.

    The effective number comes from the values themselves, not from their ranks.
    """
    return _gathered_correlation(x, y, rows, window, by_rank=True)


def _gathered_correlation(x: Floats, y: Floats, rows: Ints, window: int, *, by_rank: bool) -> Estimates:
    valid = np.isfinite(x) & np.isfinite(y)
    count = observed(valid, rows, window)
    value, effective = np.full(rows.size, np.nan), np.full(rows.size, np.nan)
    for part, place, inside in gathered(valid, rows, window):
        n = count[part].astype(np.float64)
        raw_x, raw_y = x[place], y[place]
        dx, dy = centred(raw_x, inside, n), centred(raw_y, inside, n)
        xx, yy = np.einsum("ij,ij->i", dx, dx), np.einsum("ij,ij->i", dy, dy)
        size_x = np.einsum("ij,ij,ij->i", raw_x, raw_x, inside)
        size_y = np.einsum("ij,ij,ij->i", raw_y, raw_y, inside)
        still = is_constant(xx, size_x, n) | is_constant(yy, size_y, n)
        with np.errstate(invalid="ignore", divide="ignore"):
            number = effective_number(n, neighbours(dx) / xx, neighbours(dy) / yy)
            if by_rank:
                dx = centred(average_ranks(raw_x, inside), inside, n)
                dy = centred(average_ranks(raw_y, inside), inside, n)
                xx, yy = np.einsum("ij,ij->i", dx, dx), np.einsum("ij,ij->i", dy, dy)
            r = np.einsum("ij,ij->i", dx, dy) / (np.sqrt(xx) * np.sqrt(yy))
        value[part] = np.where(still, np.nan, np.clip(r, -1.0, 1.0))
        effective[part] = np.where(still, np.nan, number)
    return Estimates(value, count, effective)


def weighted(x: Floats, y: Floats, rows: Ints, window: int, half_life: float) -> Estimates:
    """Correlate with weights that halve every `half_life` entries, valid or not, back from each row.

    The weights are shared out anew among the valid pairs. There is no effective number: NaN.
    """
    valid = np.isfinite(x) & np.isfinite(y)
    weights = 0.5 ** (np.arange(window) / half_life)
    value = np.full(rows.size, np.nan)
    for part, place, inside in gathered(valid, rows, window):
        age = np.where(inside, rows[part, None] - place, 0)
        share = np.where(inside, weights[age], 0.0)
        share /= share.sum(axis=1)[:, None]
        raw_x, raw_y = x[place], y[place]
        dx = raw_x - np.einsum("ij,ij->i", share, raw_x)[:, None]
        dy = raw_y - np.einsum("ij,ij->i", share, raw_y)[:, None]
        xx, yy = (np.einsum("ij,ij,ij->i", share, d, d) for d in (dx, dy))
        size_x, size_y = (np.einsum("ij,ij,ij->i", share, raw, raw) for raw in (raw_x, raw_y))
        one = np.ones(xx.size)
        still = is_constant(xx, size_x, one) | is_constant(yy, size_y, one)
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.einsum("ij,ij,ij->i", share, dx, dy) / (np.sqrt(xx) * np.sqrt(yy))
        value[part] = np.where(still, np.nan, np.clip(r, -1.0, 1.0))
    return Estimates(value, observed(valid, rows, window), np.full(rows.size, np.nan))


def average_ranks(values: Floats, inside: Bools) -> Floats:
    """Rank each row's entries from 1, equal ones sharing their mean rank; entries outside rank last.

    >>> average_ranks(np.array([[3.0, 1.0, 3.0]]), np.array([[True, True, True]]))
    array([[2.5, 1. , 2.5]])
    """
    keys = np.where(inside, values, np.inf)
    order = np.argsort(keys, axis=1)
    ordered = np.take_along_axis(keys, order, axis=1)
    place = np.broadcast_to(np.arange(keys.shape[1]), keys.shape)
    new = np.ones(keys.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    closing = np.ones_like(new)
    closing[:, :-1] = new[:, 1:]
    back = np.where(closing, place, keys.shape[1])[:, ::-1]
    last = np.minimum.accumulate(back, axis=1)[:, ::-1]
    ranks = np.empty(keys.shape)
    np.put_along_axis(ranks, order, (first + last) / 2.0 + 1.0, axis=1)
    return ranks
