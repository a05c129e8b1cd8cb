"""What became of each attempt to fetch: kept beside the values, committed together with them.

An outcome belongs to one series and one job of one source, and only the last one is kept. A refresh has
one row and a few lines of log; both are bounded, the oldest go first. Nothing here changes the counter of
commits: a failed attempt is no reason to compute everything anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from .guard import microseconds
from .history import moment
from .layout import Kind

Result = Literal["done", "waiting", "unavailable", "failed"]
REFRESHES_KEPT, LINES_KEPT = 200, 5_000
BROKEN_OFF = "It was ended from outside; what it had fetched was kept."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last attempt of a job at a series. `done_at` is when it last went well, whatever came since."""

    source: str
    job: str
    kind: Kind
    key: str
    result: Result
    at: datetime
    why: str = ""
    until: datetime | None = None
    retry: bool = True
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefreshRecord:
    """One refresh: when, who asked ("window", "terminal"), and what became of its jobs.

    `ending` is a sentence, empty while it runs, or when its process was ended from outside.
    """

    id: int
    started_at: datetime
    ended_at: datetime | None
    asked_by: str
    planned: int
    done: int
    failed: int
    added: int
    revised: int
    ending: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log of refreshes; `result` is one of an outcome, "note", or "refused"."""

    refresh: int
    at: datetime
    source: str
    job: str
    result: str
    text: str


def note(connection: sqlite3.Connection, outcomes: Iterable[Outcome]) -> None:
    """Keep outcomes in the place of those of the same job and series."""
    connection.executemany(
        "INSERT INTO outcomes VALUES "
        "(:source, :job, :kind, :key, :result, :why, :at, :until, :retry, :done_at) "
        "ON CONFLICT (source, job, kind, key) DO UPDATE SET result = :result, why = :why, at = :at, "
        "until = :until, retry = :retry, done_at = coalesce(:done_at, done_at)",
        [
            {
                "source": one.source,
                "job": one.job,
                "kind": one.kind,
                "key": one.key,
                "result": one.result,
                "why": one.why,
                "at": microseconds(one.at),
                "until": None if one.until is None else microseconds(one.until),
                "retry": int(one.retry),
                "done_at": None if one.done_at is None else microseconds(one.done_at),
            }
            for one in outcomes
        ],
    )


def outcomes(connection: sqlite3.Connection) -> tuple[Outcome, ...]:
    rows = connection.execute(
        "SELECT source, job, kind, key, result, at, why, until, retry, done_at FROM outcomes "
        "ORDER BY source, job, kind, key"
    )
    return tuple(
        Outcome(
            source=row[0],
            job=row[1],
            kind=cast(Kind, row[2]),
            key=row[3],
            result=cast(Result, row[4]),
            at=moment(row[5]),
            why=row[6],
            until=_moment(row[7]),
            retry=bool(row[8]),
            done_at=_moment(row[9]),
        )
        for row in rows
    )


def forget(connection: sqlite3.Connection, source: str, *, but: Collection[str]) -> None:
    """Drop the outcomes of jobs that a source does not plan any more."""
    known = connection.execute(
        "SELECT DISTINCT job FROM outcomes WHERE source = :source", {"source": source}
    ).fetchall()
    connection.executemany(
        "DELETE FROM outcomes WHERE source = :source AND job = :job",
        [{"source": source, "job": job} for (job,) in known if job not in but],
    )


def begin(connection: sqlite3.Connection, at: datetime, asked_by: str) -> int:
    """Enter a refresh, and drop the oldest ones with their lines.

    One at a time is at work, so one without an end was ended from outside.
    """
    connection.execute(
        "UPDATE refreshes SET ending = :broken WHERE ended_at IS NULL AND ending = ''", {"broken": BROKEN_OFF}
    )
    cursor = connection.execute(
        "INSERT INTO refreshes (started_at, asked_by) VALUES (:at, :by)",
        {"at": microseconds(at), "by": asked_by},
    )
    number = cursor.lastrowid
    assert number is not None
    connection.execute("DELETE FROM refreshes WHERE id <= :old", {"old": number - REFRESHES_KEPT})
    connection.execute("DELETE FROM refresh_lines WHERE refresh <= :old", {"old": number - REFRESHES_KEPT})
    connection.execute(
        "DELETE FROM refresh_lines WHERE id <= (SELECT max(id) FROM refresh_lines) - :kept",
        {"kept": LINES_KEPT},
    )
    return number


def update(connection: sqlite3.Connection, number: int, figures: Mapping[str, int]) -> None:
    """Say how far a refresh is: planned, done, failed, added, revised."""
    connection.execute(
        "UPDATE refreshes SET planned = :planned, done = :done, failed = :failed, added = :added, "
        "revised = :revised WHERE id = :id",
        {**figures, "id": number},
    )


def end(connection: sqlite3.Connection, number: int, at: datetime, ending: str) -> None:
    connection.execute(
        "UPDATE refreshes SET ended_at = :at, ending = :ending WHERE id = :id",
        {"at": microseconds(at), "ending": ending, "id": number},
    )


def log(connection: sqlite3.Connection, lines: Iterable[LogLine]) -> None:
    connection.executemany(
        "INSERT INTO refresh_lines (refresh, at, source, job, result, text) "
        "VALUES (:refresh, :at, :source, :job, :result, :text)",
        [
            {
                "refresh": one.refresh,
                "at": microseconds(one.at),
                "source": one.source,
                "job": one.job,
                "result": one.result,
                "text": one.text,
            }
            for one in lines
        ],
    )


def records(connection: sqlite3.Connection, limit: int) -> tuple[RefreshRecord, ...]:
    """Return the newest refreshes, the last one first."""
    rows = connection.execute(
        "SELECT id, started_at, ended_at, asked_by, planned, done, failed, added, revised, ending "
        "FROM refreshes ORDER BY id DESC LIMIT :limit",
        {"limit": limit},
    )
    return tuple(RefreshRecord(row[0], moment(row[1]), _moment(row[2]), *row[3:]) for row in rows)


def lines(connection: sqlite3.Connection, refresh: int | None, limit: int) -> tuple[LogLine, ...]:
    """Return the newest lines of the log, of one refresh or of all, the last one first."""
    rows = connection.execute(
        "SELECT refresh, at, source, job, result, text FROM refresh_lines "
        "WHERE :refresh IS NULL OR refresh = :refresh ORDER BY id DESC LIMIT :limit",
        {"refresh": refresh, "limit": limit},
    )
    return tuple(LogLine(row[0], moment(row[1]), *row[2:]) for row in rows)


def _moment(count: int | None) -> datetime | None:
    return None if count is None else moment(count)
