"""Run a source against the stubs, through the real HTTP layer, on a clock that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from data.http import Client, Timeouts
from data.sources.contract import Fetched, Have, Job, Rows, Source, SourceError, Want
from models.market.snapshot import day
from tests.data.servers import FakeClock, never
from tests.stubs import StubServer

QUICK = Timeouts(connect=3.0, read=1.5, total=6.0)
"""Short enough for a fault that is silence, long enough for a machine that is busy."""


@dataclass
class Feed:
    """A source, the stubs behind it, and what its jobs brought: `done`, or `failed` by id of the job."""

    source: Source
    stub: StubServer
    client: Client
    clock: FakeClock
    done: dict[str, Fetched] = field(default_factory=dict)
    failed: dict[str, SourceError] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)

    def want(self, **options: object) -> Want:
        held = options.pop("have", {})
        have = {key: Have(day(first), day(last)) for key, (first, last) in held.items()}  # type: ignore[attr-defined]
        return Want(now=self.client.now(), have=have, **options)  # type: ignore[arg-type]

    def run(self, *only: str, **options: object) -> Feed:
        """Run the jobs (those whose id begins with one of `only`), and the jobs that follow from them."""
        waiting = [
            job
            for job in self.source.plan(self.want(**options))
            if not only or any(job.id.startswith(one) for one in only)
        ]
        while waiting:
            job = waiting.pop(0)
            self.jobs.append(job)
            try:
                self.done[job.id] = job.run(self.client, never)
                waiting += self.done[job.id].then
            except SourceError as error:
                self.failed[job.id] = error
        return self

    def rows(self, key: str) -> Rows:
        found = [rows for one in self.done.values() for rows in one.rows if rows.key == key]
        assert len(found) == 1, f"{key} is in {len(found)} answers; failed: {self.failed}"
        return found[0]

    def values(self, key: str, column: int = 0) -> dict[str, float]:
        rows = self.rows(key)
        return dict(zip(rows.days.astype(str).tolist(), rows.values[:, column].tolist(), strict=True))

    def refused(self, key: str) -> dict[str, str]:
        every = (one for job in self.done.values() for one in job.refused)
        return {str(one.day): one.why for one in every if one.key == key}


@contextmanager
def feed(stub: StubServer, source: Source, *others: Source, now: datetime | None = None) -> Iterator[Feed]:
    clock = FakeClock(now or stub.world.now)
    hosts = [host for one in (source, *others) for host in one.hosts]
    with Client(hosts, clock=clock, routes=stub.routes, timeouts=QUICK) as client:
        yield Feed(source, stub, client, clock)


def truth(stub: StubServer, values: np.ndarray, days: list[str]) -> list[float]:
    """Return the stub's own values on days."""
    return [float(values[stub.world.place(day(one))]) for one in days]
