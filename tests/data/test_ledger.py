"""The ledger tells what a provider changed, from what to what, and when it was learnt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.cache import Batch, Cache
from data.cache.batches import About

DAYS = np.array(["2024-01-02", "2024-01-03", "2024-01-04"], dtype="datetime64[D]")
BEGIN = datetime(2024, 2, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def told(tmp_path: Path) -> tuple[Cache, Clock]:
    clock = Clock()
    return Cache.open(tmp_path / "market.sqlite", clock=clock), clock


def put(cache: Cache, clock: Clock, values: list[float], source: str = "fred", priority: int = 1) -> None:
    batch = Batch(source=source, origin="live", file="", priority=priority, learnt_at=clock.now)
    with cache.writing() as run, run.job(batch) as job:
        job.describe("series", "M2", About("M2", "USD billion", "monthly", 0))
        job.add_one("series", "M2", DAYS, np.array(values)[:, np.newaxis])


def test_a_changed_value_is_listed_with_both_sides(told):
    cache, clock = told
    put(cache, clock, [1.0, 2.0, 3.0])
    clock.now = BEGIN + timedelta(days=10)
    put(cache, clock, [1.0, 2.5, 3.0])
    found = cache.revised(BEGIN + timedelta(days=1))
    assert [(one.key, str(one.day), one.before, one.after) for one in found] == [
        ("M2", "2024-01-03", 2.0, 2.5)
    ]
    assert found[0].is_own
    assert cache.revised(BEGIN + timedelta(days=11)) == ()


def test_a_value_changed_twice_is_listed_twice_newest_first(told):
    cache, clock = told
    put(cache, clock, [1.0, 2.0, 3.0])
    for day, value in ((1, 2.5), (2, 2.75)):
        clock.now = BEGIN + timedelta(days=day)
        put(cache, clock, [1.0, value, 3.0])
    found = cache.revised(BEGIN)
    assert [(one.before, one.after) for one in found] == [(2.5, 2.75), (2.0, 2.5)]


def test_a_better_source_is_no_revision_of_the_provider(told):
    cache, clock = told
    put(cache, clock, [1.0, 2.0, 3.0], source="other", priority=2)
    clock.now = BEGIN + timedelta(days=1)
    put(cache, clock, [1.0, 2.5, 3.0], source="fred", priority=1)
    assert [(one.source, one.is_own) for one in cache.revised(BEGIN)] == [("fred", False)]
