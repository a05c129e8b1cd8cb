"""Outcomes lie beside the values: committed with them, bounded, and no news for the window."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.cache import Batch, Cache, LogLine, Outcome, outcomes, schema
from models.market.snapshot import Day, day

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "market.sqlite", clock=lambda: NOON)


def tried(result: str = "done", at: datetime = NOON, job: str = "bars/RUT", **more: object) -> Outcome:
    done_at = at if result == "done" else None
    return Outcome("yahoo", job, "bars", "RUT", result, at, done_at=done_at, **more)  # type: ignore[arg-type]


def note(cache: Cache, *tries: Outcome) -> None:
    with cache.writing() as run:
        run.beside(lambda connection: outcomes.note(connection, tries))


def test_the_last_attempt_stands_and_the_last_success_is_remembered(cache: Cache) -> None:
    later = NOON + timedelta(hours=1)
    note(cache, tried())
    note(cache, tried("failed", later, why="The connection was cut."))
    (kept,) = cache.outcomes()
    assert (kept.result, kept.at, kept.done_at, kept.why) == (
        "failed",
        later,
        NOON,
        "The connection was cut.",
    )


def test_outcomes_do_not_make_the_window_compute_anew(cache: Cache) -> None:
    before = cache.revision()
    note(cache, tried("failed", why="No."))
    assert cache.revision() == before


def test_values_and_their_outcome_are_committed_together_or_not_at_all(cache: Cache) -> None:
    def write(fails: bool) -> None:
        with cache.writing() as run, run.job(Batch("yahoo", NOON, "live")) as job:
            job.add_one("series", "FEAR_GREED", np.array([day("2026-11-20")]), np.array([[40.0]]))
            job.beside(lambda connection: outcomes.note(connection, [tried()]))
            if fails:
                job.beside(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(Exception, match="nowhere"):
        write(fails=True)
    assert (cache.outcomes(), cache.state().is_empty) == ((), True)
    write(fails=False)
    assert len(cache.outcomes()) == 1
    assert not cache.state().is_empty


def test_jobs_that_are_not_planned_any_more_are_forgotten(cache: Cache) -> None:
    note(cache, tried(), tried(job="bars/IWM"))
    with cache.writing() as run:
        run.beside(lambda connection: outcomes.forget(connection, "yahoo", but={"bars/IWM"}))
    assert [one.job for one in cache.outcomes()] == ["bars/IWM"]


def test_the_log_keeps_the_newest_refreshes_and_lines(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "REFRESHES_KEPT", 3)
    monkeypatch.setattr(outcomes, "LINES_KEPT", 4)
    for number in range(6):
        with cache.writing() as run:

            def write(connection: sqlite3.Connection, number: int = number) -> None:
                at = NOON + timedelta(hours=number)
                refresh = outcomes.begin(connection, at, "terminal")
                lines = [LogLine(refresh, at, "yahoo", "bars/RUT", "done", f"Line {i}.") for i in range(2)]
                outcomes.log(connection, lines)
                outcomes.update(
                    connection,
                    refresh,
                    dict.fromkeys(("planned", "done", "failed", "added"), number) | {"revised": 0},
                )
                outcomes.end(connection, refresh, at + timedelta(minutes=1), "Done.")

            run.beside(write)
    kept = cache.refreshes()
    assert [(one.id, one.done, one.ending) for one in kept] == [
        (6, 5, "Done."),
        (5, 4, "Done."),
        (4, 3, "Done."),
    ]
    assert kept[0].ended_at == NOON + timedelta(hours=5, minutes=1)
    assert len(cache.refresh_log()) <= 6
    assert [line.text for line in cache.refresh_log(6)] == ["Line 1.", "Line 0."]


def test_a_cache_of_the_first_version_is_brought_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        put(Cache.open(path), "archive", ["2020-01-01"])
    cache = Cache.open(path)
    assert cache.outcomes() == ()
    assert cache.series(["RUT"])["RUT"].values.tolist() == [1.0]
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == len(schema.MIGRATIONS)


def put(cache: Cache, source: str, days: list[str], key: str = "RUT") -> None:
    with cache.writing() as run, run.job(Batch(source, NOON, "live")) as job:
        at: list[Day] = [day(one) for one in days]
        job.add_one("series", key, np.array(at), np.full((len(at), 1), float(len(at))))


def test_what_a_source_holds_is_told_apart_from_what_others_brought(cache: Cache) -> None:
    put(cache, "yahoo", ["2019-12-30", "2020-01-02"])
    put(cache, "yahoo", ["2026-01-05"], "IWM")
    put(cache, "fred", ["2021-06-01", "2021-06-02"])
    assert cache.held_by("yahoo") == {
        ("series", "RUT"): (day("2019-12-30"), day("2020-01-02")),
        ("series", "IWM"): (day("2026-01-05"), day("2026-01-05")),
    }
    assert cache.held_by("fred") == {("series", "RUT"): (day("2021-06-01"), day("2021-06-02"))}
    assert cache.held_by("nobody") == {}


def test_a_source_of_a_refresh_may_change_its_mind_within_one_run(cache: Cache) -> None:
    at = np.array([day("2026-11-20")])
    with cache.writing() as run:
        for value, moment in ((40.0, NOON), (41.0, NOON + timedelta(seconds=5))):
            with run.job(Batch("yahoo", moment, "live")) as job:
                job.add_one("series", "VIX", at, np.array([[value]]))
            run.forget_rivals()
    assert [one.value for one in cache.learnt("series", "VIX", at[0], "value")] == [40.0, 41.0]
