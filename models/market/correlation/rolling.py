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
from math import prod

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

_FIGURES = ("count", "mean", "spread", "doubt")  # of a leg
_COLUMNS = 3  # worked at a time
_LINE = 8  # float64 values of one cache line
_BATCH = 1 << 16  # elements of one gathered batch: its few arrays stay in the processor's cache


class WindowSums:
    """Sums over the last `window` entries along the last axis, with the working memory kept.

    Sums of 1, 2, 4, 8 ... entries are made from each other, and those which make up `window` are
    put side by side. So each result is a sum of its own window's values and of nothing else, with
    the small rounding of pairwise summation, in about 2·log2(window) additions of whole arrays
    (van Herk's prefix and suffix sums per block do the same; measured, they are slower in numpy).
    """

    def __init__(self, shape: tuple[int, ...], window: int) -> None:
        if window < 1:
            raise ValueError("A window holds at least one value.")
        *rows, length = shape
        self._window = window
        self._length = length
        self._lead = -(-(window - 1) // _LINE) * _LINE
        whole = (*rows, self._lead + length)
        self._padded, *self._spare = (aligned(whole) for _ in range(3))
        self._padded[...] = 0.0
        self._total = aligned(shape)

    @property
    def entries(self) -> Floats:
        """What is summed, to be filled in: of the shape asked for."""
        return self._padded[..., self._lead :]

    def sums(self) -> Floats:
        """Return the sums, of the shape asked for; the next call writes them anew."""
        length, total = self._length, self._total
        spare, other = self._spare
        part = self._padded
        size = part.shape[-1]
        width = 1
        rest = self._window
        begun = False
        while True:
            if self._window & width:
                # This part covers the last `width` entries of what is not covered yet.
                rest -= width
                start = self._lead - self._window + 1 + rest
                here = part[..., start : start + length]
                if begun:
                    np.add(total, here, out=total)
                else:
                    total[...] = here
                    begun = True
            if not rest:
                return total
            size -= width
            np.add(part[..., :size], part[..., width : width + size], out=spare[..., :size])
            part, spare, other = spare, other, spare
            width *= 2


def aligned(shape: tuple[int, ...]) -> Floats:
    """Return an empty array whose rows begin at the start of a cache line.

    Numpy promises 16 bytes; stores across two lines take this machine's processors twice as long.
    """
    *rows, length = shape
    padded = -(-length // _LINE) * _LINE
    memory = np.empty(prod(rows) * padded + _LINE)
    skip = (-memory.ctypes.data) % (8 * _LINE) // 8
    return memory[skip : memory.size - _LINE + skip].reshape(*rows, padded)[..., :length]


def rolling_correlations(
    x: Floats, columns: Floats, *, window: int, minimum: int
) -> tuple[Floats, NDArray[np.int32]]:
    """Correlate one line with many columns over the last `window` rows, valid or not.

    Parameters
    ----------
    x : shape (n,), NaN where missing
    columns : shape (n, k), NaN where missing; fastest when column-major
    minimum : pairs that a window needs, at least 2

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
    known = np.isfinite(by_column)
    known &= np.isfinite(x)
    found = np.count_nonzero(known, axis=1)
    begin, end = known.argmax(axis=1), n - known[:, ::-1].argmax(axis=1)
    # Coins are mostly listed once and then traded on every day; what x adds is shared by these.
    x_is_whole = bool(np.isfinite(x).all())
    steady = x_is_whole & (found == end - begin)
    whole = _Leg((1, n), window)
    own = WindowSums((3, 1, n), window)
    own.entries[:] = np.stack((np.ones(n), x, x * x))[:, None] if x_is_whole else 0.0
    whole.take(*own.sums())
    room = _Room((0, n), window)
    for group in (np.flatnonzero(steady), np.flatnonzero(~steady & (found > 0))):
        for low in range(0, group.size, _COLUMNS):
            some = group[low : low + _COLUMNS]
            if room.y.mean.shape[0] != some.size:
                room = _Room((some.size, n), window)
            valid = known[some]
            ys, yy, xy = room.y_sums.entries
            ys[:] = by_column[some]
            np.copyto(ys, 0.0, where=~valid)
            leg = room.x
            if steady[some[0]]:
                leg.between(whole, x, begin[some], end[some], window)
                np.multiply(ys, x, out=xy)
            else:
                ones, xs, xx = room.x_sums.entries
                ones[:] = valid
                xs[:] = np.where(valid, x, 0.0)
                np.multiply(xs, xs, out=xx)
                np.multiply(ys, xs, out=xy)
                leg.take(*room.x_sums.sums())
            np.multiply(ys, ys, out=yy)
            r = _ratio(leg, room.y, *room.y_sums.sums())
            observations[some] = leg.count
            enough = leg.count >= minimum
            r[~enough] = np.nan
            value[some] = r
            doubt = room.y.doubt | leg.doubt
            doubt &= enough
            for at, again in zip(some.tolist(), doubt, strict=True):
                if again.any():
                    rows = np.flatnonzero(again)
                    value[at, rows] = pearson(x, by_column[at], rows, window).value
    return value.T, observations.T


class _Room:
    """Working memory for a few columns, kept from one lot to the next."""

    def __init__(self, shape: tuple[int, int], window: int) -> None:
        self.x, self.y = _Leg(shape, window), _Leg(shape, window)
        self.x_sums, self.y_sums = (WindowSums((3, *shape), window) for _ in range(2))


def _ratio(x: _Leg, y: _Leg, total: Floats, squares: Floats, products: Floats) -> Floats:
    """Return the correlations from Σy, Σy² and Σxy, in the memory of the last."""
    y.take(x.count, total, squares)
    total *= x.mean
    products -= total  # Σ(x - mean)(y - mean) is Σxy less one mean times the other sum
    y.spread *= x.spread
    with np.errstate(invalid="ignore", divide="ignore"):
        products /= y.spread
    np.minimum(products, 1.0, out=products)
    return np.maximum(products, -1.0, out=products)


class _Leg:
    """Of one leg, in each window: pairs, mean, root of Σ(x - mean)², and whether digits were lost.

    The memory is kept from one lot of columns to the next.
    """

    def __init__(self, shape: tuple[int, ...], window: int) -> None:
        self._rounding = ROUNDING * window**0.5
        self._own_count, self.mean, self.spread, self._bound = (aligned(shape) for _ in range(4))
        self.count = self._own_count
        self.doubt = np.empty(shape, dtype=bool)

    def take(self, count: Floats, total: Floats, squares: Floats) -> None:
        """Work out the leg from its sums over each window."""
        self.count = count
        about = self.spread
        np.maximum(count, 1.0, out=self._bound)
        np.divide(total, self._bound, out=self.mean)
        np.multiply(total, self.mean, out=about)
        np.subtract(squares, about, out=about)
        np.multiply(about, ILL, out=self._bound)
        np.less_equal(self._bound, squares, out=self.doubt)  # true of a leg that never moves: 0 <= 0
        np.maximum(about, 0.0, out=about)
        np.sqrt(about, out=about)
        # More pairs than a window has rows do not exist, so this catches every deviation of rounding.
        self.doubt |= about <= self._rounding

    def between(self, whole: _Leg, values: Floats, begin: Ints, end: Ints, window: int) -> None:
        """Take over a leg of shape (1, n) as if only the rows begin .. end - 1 of a column counted."""
        self.count = self._own_count
        for name in _FIGURES:
            getattr(self, name)[:] = getattr(whole, name)
        for at, (first, stop) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
            if first:
                self._patch(at, first, values[first : first + window], slice(None))
                for name in _FIGURES:
                    getattr(self, name)[at, :first] = 0
            if stop < values.size:
                # Counted backwards from the end; the longest stretch is met first.
                last = values[max(stop - window + 1, first) : stop][::-1]
                lengths = np.minimum(np.arange(window - 1, 0, -1), last.size) - 1
                self._patch(at, stop, last, lengths[: values.size - stop])
                for name in _FIGURES:
                    getattr(self, name)[at, stop + window - 1 :] = 0

    def _patch(self, at: int, row: int, values: Floats, chosen: Ints | slice) -> None:
        """Put the leg over the first 1, 2, 3 ... of some values, as chosen, into a column from `row` on."""
        count = np.arange(1.0, values.size + 1.0)[chosen]
        total, squares = np.cumsum(values)[chosen], np.cumsum(values * values)[chosen]
        mean = total / count
        spread = np.sqrt(np.maximum(squares - total * mean, 0.0))
        rows = slice(row, row + count.size)
        self.count[at, rows], self.mean[at, rows], self.spread[at, rows] = count, mean, spread
        self.doubt[at, rows] = (spread * spread * ILL <= squares) | (spread <= self._rounding)


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
