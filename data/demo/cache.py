"""The demo market in its own cache file, made at the first use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from data.cache import About, Batch, Cache, Job
from data.demo.simulation import Simulation, simulate
from data.paths import Paths
from models.market.snapshot import Floats, Series

FIRST_LEARNT = datetime(2026, 1, 1, 6, tzinfo=UTC)
"""A day after the simulated history ends: the demo has no clock of its own."""
REVISED_DAYS = 10


def open_demo(paths: Paths) -> Cache:
    """Return the cache of the demo market, filled; every value in it has the origin `demo`."""
    cache = Cache.open(paths.demo)
    if cache.state().is_empty:
        fill(cache, simulate())
    return cache


def fill(cache: Cache, market: Simulation) -> None:
    """Store a simulation as two deliveries, so that the ledger has revisions to show.

    The second one corrects the last days of on-chain counts by a few percent, as providers do.
    """
    corrected = {
        name: one
        for name, one in market.series.items()
        if name.startswith("BTC.") and one.days.size > REVISED_DAYS
    }
    with (
        cache.writing() as run,
        run.job(Batch("demo", FIRST_LEARNT, origin="demo", file="simulation")) as job,
    ):
        job.coins(market.coins)
        job.point_in_time(market.days[0], market.days[-1])
        _add_coins(job, market)
        for name, series in market.series.items():
            _add_series(job, series, _provisional(series) if name in corrected else series.values)
    revision = Batch("demo", FIRST_LEARNT + timedelta(days=2), origin="demo", file="simulated revision")
    with cache.writing() as run, run.job(revision) as job:
        for series in corrected.values():
            _add_series(job, series, series.values)


def _provisional(series: Series) -> Floats:
    """Return what a provider first published: the last days a little too low."""
    values = series.values.copy()
    values[-REVISED_DAYS:] *= np.linspace(0.99, 0.94, REVISED_DAYS)
    return values


def _add_coins(job: Job, market: Simulation) -> None:
    for column, coin in enumerate(market.coins):
        values = np.column_stack([market.price[:, column], market.cap[:, column], market.volume[:, column]])
        known = np.isfinite(values).any(axis=1)
        job.add_one("coin", coin.id, market.days[known], values[known])


def _add_series(job: Job, series: Series, values: Floats) -> None:
    about = About(series.title, series.unit, series.calendar, series.available_after_days)
    if series.calendar == "session":
        rows = np.column_stack([values] * 5 + [np.zeros_like(values)])
        job.describe("bars", series.id, about)
        job.add_one("bars", series.id, series.days, rows)
    else:
        job.describe("series", series.id, about)
        job.add_one("series", series.id, series.days, values[:, np.newaxis])
