"""The report that the window saves tells what could not be had, as that of the terminal does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.cache import Cache, Outcome, outcomes
from data.importers import import_archive
from data.paths import Paths
from models.market.study import Study, study
from tests.archives import write_archive
from tests.markets import synthetic_market
from ui.window.report_text import report_text


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A cache in whose last refresh nothing of a series came."""
    paths = Paths(tmp_path_factory.mktemp("home"))
    cache = Cache.open(paths.market)
    market = synthetic_market(days=260, coins=30, bad_ticks=0)
    import_archive(write_archive(tmp_path_factory.mktemp("archive"), market), cache)
    tried = Outcome("fred", "M2", "series", "WALCL", "failed", datetime.now(UTC), why="The line was cut.")
    with cache.writing() as run:
        run.beside(lambda connection: outcomes.note(connection, [tried]))
    return paths


@pytest.fixture(scope="module")
def known(paths: Paths) -> Study:
    return study(Cache.open(paths.market).market())


def missing(known: Study, paths: Paths, *, days_later: int) -> list[dict[str, Any]]:
    now = datetime.fromisoformat(str(known.latest)).replace(tzinfo=UTC) + timedelta(days=days_later)
    document = json.loads(report_text(known, known.latest, "json", paths, now=now))
    found: list[dict[str, Any]] = document["data"].get("missing_series", [])
    return found


def test_a_report_of_today_says_what_could_not_be_had(known, paths):
    (one,) = missing(known, paths, days_later=1)
    assert (one["id"], one["state"]) == ("WALCL", "failed")
    assert "The line was cut." in one["why"]


def test_a_report_of_an_earlier_day_knows_nothing_of_todays_attempts(known, paths):
    assert missing(known, paths, days_later=9) == []
