"""Figures of simulated paths, each with its Monte Carlo error.

An error is one standard deviation of the figure if the paths were drawn again; it says nothing
about how far the past is a guide. Methods, section 9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Bools, Floats

FAR = 20.0
"""Times the smallest that the largest is where bins go by ratios."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and one standard deviation of it, in the same unit."""

    value: float
    error: float


@dataclass(frozen=True)
class Histogram:
    """How many paths lie in each bin; `edges` has one entry more than `counts`."""

    edges: Floats
    counts: Floats


def share(hit: Bools) -> Estimate:
    """Return the share of paths that are `hit`, shape (n_paths,).

    The error is that of a share seen n times under a uniform prior, so it is not 0 where no path or
    every path is hit.

    >>> share(np.array([True, False, False, False])).value
    0.25
    """
    n, k = hit.size, int(np.count_nonzero(hit))
    expected = (k + 1) / (n + 2)
    return Estimate(k / n, math.sqrt(expected * (1 - expected) / (n + 3)))


def mean(values: Floats) -> Estimate:
    """Return the mean, summed without rounding, so that no platform's order of adding matters."""
    n = values.size
    centre = math.fsum(values) / n
    spread = math.fsum((values - centre) ** 2) / max(n - 1, 1)
    return Estimate(centre, math.sqrt(spread / n))


def quantile(ordered: Floats, level: float) -> Estimate:
    """Return a linearly interpolated quantile of sorted values, shape (n,).

    The error is half the distance between the order statistics one binomial deviation away.
    """
    n = ordered.size
    deviation = math.sqrt(n * level * (1 - level))
    centre = level * (n - 1)
    low, high = (min(max(centre + sign * deviation, 0.0), n - 1.0) for sign in (-1, 1))
    return Estimate(_between(ordered, centre), (_between(ordered, high) - _between(ordered, low)) / 2)


def quantile_rows(values: Floats, levels: tuple[float, ...]) -> Floats:
    """Return the quantiles of each row: shape (n_levels, n_rows) of values (n_rows, n)."""
    ordered = np.sort(values, axis=1)
    return np.array([[_between(row, level * (row.size - 1)) for row in ordered] for level in levels])


def tail(ordered: Floats, probability: float) -> tuple[Estimate, Estimate]:
    """Return VaR and ES of sorted returns, as positive losses that are not floored.

    Parameters
    ----------
    ordered : simple returns, ascending, shape (n,)
    probability : of the tail, 0.05 for 95 %

    Notes
    -----
    VaR = -(linearly interpolated quantile), ES = -mean of the returns at or below it. The error of ES
    is that of the mean shortfall below the quantile.
    """
    at = quantile(ordered, probability)
    below = ordered[ordered <= at.value]
    shortfall = mean(np.minimum(ordered - at.value, 0.0)).error / probability
    expected = -math.fsum(below) / below.size if below.size else -at.value
    return Estimate(-at.value, at.error), Estimate(expected, shortfall)


def histogram(values: Floats, edges: Floats) -> Histogram:
    """Count the values between the edges; those beyond count in the outermost bins."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return Histogram(edges, counts.astype(np.float64))


def common_edges(*values: Floats, bins: int = 40) -> Floats:
    """Return bins that hold the middle 99 % of all the values: each as wide as the other.

    Where the largest of them is many times the smallest, each is as many times its lower edge instead: values
    that compound lie that way, and bins of equal width would put nearly all of them into the first.
    """
    together = np.sort(np.concatenate(values))
    low, high = (_between(together, level * (together.size - 1)) for level in (0.005, 0.995))
    if not high > low:
        low, high = low - max(abs(low) * 0.01, 0.5), high + max(abs(high) * 0.01, 0.5)
    if low > 0 and high > FAR * low:
        return np.geomspace(low, high, bins + 1)
    return np.linspace(low, high, bins + 1)


def _between(ordered: Floats, place: float) -> float:
    first = min(int(place), ordered.size - 1)
    second = min(first + 1, ordered.size - 1)
    part = place - first
    low, high = float(ordered[first]), float(ordered[second])
    return low if low == high else low + part * (high - low)
