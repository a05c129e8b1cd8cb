"""What every source declares, and that its jobs keep to it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from data.sources import MODULES, source
from data.sources.contract import DEEP, Job, Source, Want

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FALLBACKS = {"bybit", "okx"}
"""They plan nothing: the venue before them hands over."""
HERE = [name for name in MODULES if find_spec(f"data.sources.{name}")]


@pytest.fixture(params=HERE)
def declared(request: pytest.FixtureRequest) -> Source:
    return source(request.param)


def jobs(one: Source) -> list[Job]:
    return [*one.plan(Want(NOW))]


def test_terms_and_hosts_are_told(declared: Source):
    assert declared.id in MODULES
    for text in (declared.title, declared.attribution, declared.licence):
        assert text
    assert declared.terms_url.startswith("https://")
    for host in declared.hosts:
        assert 1 <= host.burst < host.requests
        assert "/" not in host.name


def test_every_series_says_unit_and_stamp(declared: Source):
    ids = [(entry.kind, entry.id) for entry in declared.entries]
    assert ids
    assert len(ids) == len(set(ids))
    for entry in declared.entries:
        assert entry.title
        assert entry.unit
        assert entry.stamp


def test_jobs_have_lasting_names_and_cover_what_is_declared(declared: Source):
    planned = jobs(declared)
    assert bool(planned) != (declared.id in FALLBACKS)
    names = [job.id for job in planned]
    assert len(names) == len(set(names))
    assert names == [job.id for job in declared.plan(Want(NOW))]
    series = {entry.id for entry in declared.entries if entry.kind != "coin"}
    for job in planned:
        assert job.source == declared.id
        assert 0 <= job.rank < DEEP + 100
        assert job.title
        assert job.requests >= 1
        assert {key for kind, key in job.covers if kind != "coin"} <= series
