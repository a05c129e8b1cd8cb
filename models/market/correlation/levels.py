"""Why the correlation of price levels misleads: two unrelated walks show one as well. Methods, section 3.

Levels carry their whole past along, so any two lines that drift look bound to each other (Yule 1926, Granger
and Newbold 1974). The changes do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.correlation.view import PairHistory
from models.market.price_lines import PriceLine
from models.market.snapshot import Day, Days, Floats
from models.market.unknown import Unknown

NEEDED = 52
"""Common weeks that a correlation of levels needs."""
DRAWS = 1_000
"""Pairs of unrelated walks that the levels are held against."""
FIRST = 100.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Two price lines on their common weeks, and what their levels and their changes correlate.

    Attributes
    ----------
    days : shape (n,), the weeks' Fridays
    a, b : shape (n,), 100 on the first of them
    level_r : correlation of the logarithms of the prices; `change_r` : of the returns from week to week
    share : of 1,000 pairs of unrelated walks as long as this, the fraction with levels as far from 0
        They rise or fall as much on the whole, and know nothing of each other.
    drift, volatility : means and deviations of the changes of a and b, with which walks are drawn
    """

    day: Day
    days: Days
    a: Floats
    b: Floats
    level_r: float
    change_r: float
    share: float
    drift: tuple[float, float]
    volatility: tuple[float, float]

    @property
    def observations(self) -> int:
        return int(self.days.size)


@dataclass(frozen=True, slots=True)
class Walks:
    """Two random walks that know nothing of each other; `seed` draws the same ones again.

    a, b : shape (n,), 100 at the first step
    """

    seed: int
    a: Floats
    b: Floats
    level_r: float
    change_r: float


def levels(history: PairHistory, day: Day, *, seed: int = 0) -> Levels | Unknown:
    """Return the levels and changes of a pair over all common weeks up to a day.

    A week's level is the last price known by its Friday, at most a week old; weeks without one of both
    are left out of levels and changes alike.
    """
    end = history.weekly.row(day) + 1
    weeks = history.weekly.days[:end]
    pair = {line.id: line for line in history.lines}
    ids = (history.choice.a, history.choice.b)
    if any(name not in pair for name in ids):
        a, b = history.titles
        return Unknown(f"{a} and {b} have no day on which both have a price.")
    first, second = (_on(pair[name], weeks) for name in ids)
    known = np.isfinite(first) & np.isfinite(second)
    days, a_log, b_log = weeks[known], np.log(first[known]), np.log(second[known])
    if days.size < NEEDED:
        a, b = history.titles
        return Unknown(f"{days.size} common weeks of {a} and {b}, {NEEDED} are needed.")
    level_r, change_r = _r(a_log, b_log), _r(np.diff(a_log), np.diff(b_log))
    if not np.isfinite(level_r) or not np.isfinite(change_r):
        return history.weekly.too_still()
    steps = (np.diff(a_log), np.diff(b_log))
    drift = (float(steps[0].mean()), float(steps[1].mean()))
    volatility = (float(steps[0].std()), float(steps[1].std()))
    return Levels(
        day=day,
        days=days,
        a=FIRST * np.exp(a_log - a_log[0]),
        b=FIRST * np.exp(b_log - b_log[0]),
        level_r=level_r,
        change_r=change_r,
        share=share_beyond(
            days.size, level_r, (drift[0] / volatility[0], drift[1] / volatility[1]), seed=seed
        ),
        drift=drift,
        volatility=volatility,
    )


def unrelated_walks(
    n: int,
    seed: int,
    drift: tuple[float, float] = (0.0, 0.0),
    volatility: tuple[float, float] = (0.03, 0.08),
) -> Walks:
    """Draw two independent random walks of n points, with steps as those of two lines."""
    generator = np.random.default_rng(seed)
    steps = generator.standard_normal((2, n - 1)) * np.array(volatility)[:, np.newaxis]
    steps += np.array(drift)[:, np.newaxis]
    paths = np.concatenate((np.zeros((2, 1)), np.cumsum(steps, axis=1)), axis=1)
    a, b = FIRST * np.exp(paths)
    return Walks(seed, a, b, _r(paths[0], paths[1]), _r(steps[0], steps[1]))


def share_beyond(
    n: int, r: float, drift: tuple[float, float] = (0.0, 0.0), *, seed: int = 0, draws: int = DRAWS
) -> float:
    """Return the fraction of pairs of unrelated walks of n points whose levels correlate at least as much.

    `drift` is the mean of each walk's steps, in units of their deviation.
    """
    steps = np.random.default_rng(seed).standard_normal((2, draws, n))
    steps += np.array(drift)[:, np.newaxis, np.newaxis]
    a, b = (path - path.mean(axis=1, keepdims=True) for path in np.cumsum(steps, axis=2))
    found = (a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return float((np.abs(found) >= abs(r)).mean())


def _on(line: PriceLine, weeks: Days) -> Floats:
    """Return the last value known by each Friday, NaN where there is none of the last week."""
    priced = np.isfinite(line.values)
    known, values = line.known[priced], line.values[priced]
    if not known.size:
        return np.full(weeks.size, np.nan)
    at = np.searchsorted(known, weeks, side="right") - 1
    fresh = (at >= 0) & (weeks - known[np.maximum(at, 0)] < np.timedelta64(7, "D"))
    return np.where(fresh, values[np.maximum(at, 0)], np.nan)


def _r(a: Floats, b: Floats) -> float:
    about_a, about_b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((about_a @ about_a) * (about_b @ about_b)))
    return float(np.clip(about_a @ about_b / scale, -1.0, 1.0)) if scale > 0 else float("nan")
