"""Sources made for tests: jobs are plain functions, the clock stands still unless it is moved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from data.cache.layout import FIELDS, Kind
from data.sources.contract import RECENT, Fetched, Host, Job, Rows, Source, Want
from models.market.snapshot import day

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday before New York opens


@dataclass
class StillClock:
    """Waiting moves it; nobody waits really."""

    at: datetime = NOON
    waited: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        with self.lock:
            return self.at

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        if cancelled():
            return False
        with self.lock:
            self.waited.append(seconds)
            self.at += timedelta(seconds=seconds)
        return True


@dataclass
class NoHttp:
    """A network that only tells the time: jobs made for tests ask nothing."""

    clock: StillClock = field(default_factory=StillClock)

    def now(self) -> datetime:
        return self.clock.now()

    def get(self, *arguments: Any, **options: Any) -> Any:
        raise AssertionError("nothing is asked here")

    json = get


def rows(kind: Kind, key: str, last: str, values: Sequence[float], **more: Any) -> Rows:
    """Days up to `last`, one value each, in the main field of the kind."""
    days = day(last) - np.arange(len(values))[::-1].astype("timedelta64[D]")
    table = np.full((len(values), len(FIELDS[kind])), np.nan)
    table[:, {"coin": 0, "bars": 3, "series": 0}[kind]] = values
    return Rows(kind, key, days, table, **more)


def series(key: str, last: str = "2026-11-19", *values: float) -> Rows:
    return rows("series", key, last, values or (1.0,))


Work = Callable[[Any, Callable[[], bool]], Fetched]


def job(
    source: str, name: str, work: Work | None = None, *, rank: int = RECENT, covers: str = "", **more: Any
) -> Job:
    key = covers or name

    def brings(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        return Fetched(http.now(), (series(key),))

    return Job(source, name, f"{name} of {source}", (("series", key),), work or brings, rank=rank, **more)


def made(name: str, *jobs: Job, hosts: Sequence[Host] = (), **more: Any) -> Source:
    """A source that always plans these jobs."""
    return planned(name, lambda want: jobs, hosts, **more)


def planned(
    name: str, plan: Callable[[Want], Sequence[Job]], hosts: Sequence[Host] = (), **more: Any
) -> Source:
    return Source(
        id=name,
        title=name.title(),
        hosts=tuple(hosts) or (Host(f"{name}.example", 10, 1.0),),
        attribution="",
        licence="free",
        terms_url="",
        entries=(),
        plan=plan,
        **more,
    )
