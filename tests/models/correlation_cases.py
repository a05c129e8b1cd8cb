"""Correlation by hand, in plain Python from the methods, and pairs and prices to try it on."""

from __future__ import annotations

from itertools import pairwise
from math import atanh, ceil, sqrt, tanh

import numpy as np

from models.market.correlation.pairs import Pair
from models.market.snapshot import day
from tests.markets import line


def by_hand(pairs, method="pearson", controls=0, span=None, half_life=None):
    """Correlate a list of (x, y), None where missing; returns value, low, high, n, n_eff, or None."""
    span = span or len(pairs)
    aged = [(len(pairs) - 1 - i, x, y) for i, (x, y) in enumerate(pairs)][-span:]
    kept = [(age, x, y) for age, x, y in aged if x is not None and y is not None]
    n = len(kept)
    if n < ceil(2 * span / 3):
        return None
    xs, ys = [x for _, x, _ in kept], [y for _, _, y in kept]
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        return None
    weights = [0.5 ** (age / half_life) for age, _, _ in kept] if half_life else [1.0] * n
    if method == "ewma":
        return pearson_by_hand(xs, ys, weights), None, None, n, None
    dx, dy = demeaned(xs), demeaned(ys)
    a, b = memory(dx), memory(dy)
    effective = min(max(n * (1 - a * b) / (1 + a * b), 4.0), n)
    if method == "spearman":
        xs, ys = ranks(xs), ranks(ys)
    r = pearson_by_hand(xs, ys, weights)
    half = 1.959964 * sqrt((1.06 if method == "spearman" else 1.0) / max(1.0, effective - 3 - controls))
    if abs(r) > 1 - 1e-15:
        return r, r, r, n, effective
    return r, tanh(atanh(r) - half), tanh(atanh(r) + half), n, effective


def demeaned(values):
    mean = sum(values) / len(values)
    return [v - mean for v in values]


def memory(values):
    return sum(p * q for p, q in pairwise(values)) / sum(v * v for v in values)


def ranks(values):
    return [sum(w < v for w in values) + (sum(w == v for w in values) + 1) / 2 for v in values]


def pearson_by_hand(xs, ys, weights):
    total = sum(weights)
    mean_x = sum(w * x for w, x in zip(weights, xs, strict=True)) / total
    mean_y = sum(w * y for w, y in zip(weights, ys, strict=True)) / total
    together = sum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, xs, ys, strict=True))
    xx = sum(w * (x - mean_x) ** 2 for w, x in zip(weights, xs, strict=True))
    yy = sum(w * (y - mean_y) ** 2 for w, y in zip(weights, ys, strict=True))
    return max(-1.0, min(1.0, together / sqrt(xx * yy)))


def as_lists(both):
    return [
        (x if np.isfinite(x) else None, y if np.isfinite(y) else None)
        for x, y in zip(both.x.tolist(), both.y.tolist(), strict=True)
    ]


def made(n=300, seed=0, holes=0.08, returns="weekly", lean=0.4, memory_of=0.3):
    """A pair with memory and holes; its values are rounded, so that ranks have ties."""
    rng = np.random.default_rng(seed)
    x, y = np.zeros(n), np.zeros(n)
    shocks = rng.normal(0.0, 0.02, (2, n))
    for i in range(n):
        x[i] = memory_of * (x[i - 1] if i else 0.0) + shocks[0, i]
        y[i] = memory_of * (y[i - 1] if i else 0.0) + lean * shocks[0, i] + shocks[1, i]
    x, y = np.round(x, 3), np.round(y, 3)
    x[rng.random(n) < holes] = np.nan
    y[rng.random(n) < holes] = np.nan
    days = day("2015-01-02") + 7 * np.arange(n)
    return Pair("RUT", "ALT50", returns, "made up", days, x, y)


def prices(first, last, *, closed=(), weekends=False, start=100.0, calendar="session", name="RUT"):
    """A line whose log price is different on every day, so that a return tells its two ends."""
    every = np.arange(day(first), day(last) + 1)
    shut = {day(one) for one in closed}
    days = np.array([d for d in every if d not in shut and (weekends or np.is_busday(d))])
    ordinal = (days - day("2000-01-01")).astype(float)
    return line(name, days, start * np.exp(1e-6 * ordinal**2), calendar)


def ends(log_return, days):
    """Find the two days whose prices make a return of `prices`."""
    return [
        (str(p), str(q))
        for p in days
        for q in days
        if p < q and abs(1e-6 * (ordinal(q) ** 2 - ordinal(p) ** 2) - log_return) < 1e-10
    ]


def ordinal(one):
    return float((one - day("2000-01-01")).astype(float))


def steps(both, leg, days):
    return [(str(d), ends(float(value), days)) for d, value in zip(both.days, leg, strict=True)]


def bitcoin(first, last, *, closed=()):
    return prices(first, last, closed=closed, weekends=True, calendar="daily", name="BTC")
