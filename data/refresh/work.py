"""One refresh: run the lanes of a plan, commit job by job, tell how it went."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from data.cache import Batch, Cache, CacheClashError, CacheError, LogLine, Outcome, Run, Tally
from data.cache import outcomes as book
from data.cache.layout import Kind
from data.sources.contract import Failed, Fetched, Http, Job, RateLimited, Source, SourceError, Unavailable
from models.market.snapshot import Series

from .checks import Checked, checked
from .counts import Counts
from .due import Plan
from .lanes import Ended, Lanes, Wait
from .results import Progress, RefreshReport

LOG = logging.getLogger(__name__)
LOOK = 0.05
"""Seconds between two looks at whether the user has asked to stop."""
TELL = 0.15
"""Seconds between two reports of progress."""
PARTING = 0.1
"""Seconds that a refresh gives its threads to come home."""
LINES_OF_A_JOB = 10
"""Refused values of a job that the log lists one by one."""

Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class Refresh:
    """Carries out a plan. Made for one run; `run` blocks its thread and calls `report` from it."""

    def __init__(
        self,
        cache: Cache,
        http: Http,
        sources: Sequence[Source],
        plan: Plan,
        *,
        wait: Wait,
        asked_by: str = "terminal",
        report: Report = lambda progress: None,
        cancelled: Cancelled = lambda: False,
    ) -> None:
        self._cache, self._http, self._plan = cache, http, plan
        self._asked_by, self._report, self._cancelled = asked_by, report, cancelled
        self._hosts = {source.id: source.hosts for source in sources}
        self._counts = Counts(sources, plan)
        self._writing = threading.Lock()  # guards the connection, the counts, and whether it is over
        self._is_over = False
        self._number = 0
        self._lanes = Lanes(
            http,
            host_of=self._host,
            prior=self._prior,
            ended=self._end_job,
            cancelled=cancelled,
            wait=wait,
        )
        self._run: Run

    def run(self) -> RefreshReport:
        """Do all jobs; a failing one stops no other.

        Raises
        ------
        CacheError
            The cache cannot be written any more; what was committed is safe.
        """
        began = self._http.now()
        with ExitStack() as stack:
            self._run = stack.enter_context(self._cache.writing())
            self._run.beside(lambda connection: self._begin(connection, began))
            ending = "It was broken off."
            try:
                self._lanes.add(self._plan.jobs)
                self._watch()
                self._stop()
                result = self._result(began)
                ending = result.ending
            except CacheError as error:
                ending = str(error)
                raise
            finally:
                self._stop()
                self._end(ending)
                self._lanes.join(PARTING)
        self._report(self._progress())
        return result

    def _watch(self) -> None:
        told = 0.0
        while not self._lanes.wait(LOOK) and not self._cancelled():
            if time.monotonic() - told >= TELL:
                told = time.monotonic()
                self._report(self._progress())

    def _stop(self) -> None:
        """From here on no lane commits: the connection is about to be closed."""
        self._lanes.close()
        with self._writing:
            self._is_over = True

    def _progress(self) -> Progress:
        with self._writing:
            results = self._counts.results()
            has_picture, commits = self._counts.has_picture, self._counts.commits
        total = sum(one.planned for one in results)
        busy = self._lanes.in_hand()
        return Progress(
            done=total - sum(one.left for one in results),
            total=total,
            what=busy[0].title if busy else "",
            seconds_left=self._lanes.seconds_left(self._http.now()) if busy else None,
            commits=commits,
            has_picture=has_picture,
            sources=results,
        )

    def _host(self, job: Job) -> str:
        hosts = self._hosts[job.source]
        return job.host or (hosts[0].name if hosts else job.source)

    def _prior(self, name: str) -> float:
        for hosts in self._hosts.values():
            for host in hosts:
                if host.name == name:
                    return max(host.per_seconds / max(host.requests - host.burst, 1), 0.3)
        return 1.0

    def _result(self, began: datetime) -> RefreshReport:
        counts, is_cancelled = self._counts, self._cancelled()
        results, figures = counts.results(), counts.figures()
        status = counts.status(is_cancelled=is_cancelled)
        return RefreshReport(
            started_at=began,
            ended_at=self._http.now(),
            status=status,
            ending=counts.ending(status, is_cancelled=is_cancelled),
            sources=results,
            added=figures["added"],
            revised=figures["revised"],
            refused=counts.refused,
            provisional=counts.provisional,
            is_cancelled=is_cancelled,
            resumes_at=min((one.until for one in results if one.until is not None), default=None),
        )

    # --- in the threads of the lanes ------------------------------------------------------------------

    def _end_job(self, ended: Ended) -> tuple[Job, ...]:
        """Commit what a job brought together with its outcome; returns the jobs that it made known."""
        job, fetched = ended.job, ended.fetched
        found = None
        if fetched is not None:
            found = checked(fetched, self._http.now(), self._held(fetched))
        with self._writing:
            if self._is_over:
                return ()
            if fetched is None or found is None:
                assert ended.error is not None
                self._fail(job, ended.error)
                return ()
            try:
                tally = self._commit(job, fetched, found)
            except CacheClashError as clash:
                self._fail(job, Failed(str(clash), retry=False))
                return ()
            further = self._counts.enter(fetched.then)
            self._counts.succeeded(job, tally)
            return further

    def _held(self, fetched: Fetched) -> Callable[[str], Series | None]:
        """Read what is stored of the series of a job, all at once."""
        keys = {rows.key for rows in fetched.rows if rows.days.size}
        return (self._cache.series(keys) if keys else {}).get

    def _commit(self, job: Job, fetched: Fetched, found: Checked) -> Tally:
        now = self._http.now()
        self._run.forget_rivals()
        with self._run.job(Batch(job.source, fetched.learnt_at, "live", job.id, fetched.priority)) as target:
            if fetched.coins:
                target.coins(fetched.coins)
            for rows in found.rows:
                target.add_one(rows.kind, rows.key, rows.days, rows.values)
                if rows.about is not None:
                    target.describe(rows.kind, rows.key, rows.about)
                if fetched.coins and rows.kind == "coin" and rows.moment:
                    target.point_in_time(rows.days.min(), rows.days.max())

            def beside(connection: sqlite3.Connection) -> None:
                book.note(connection, _done(job, fetched, now))
                book.log(connection, self._lines(job, fetched, found, now, target.tally))
                book.update(connection, self._number, self._counts.figures())

            target.beside(beside)
        self._counts.refused += len(fetched.refused) + len(found.refused)
        self._counts.provisional += fetched.provisional + found.provisional
        return target.tally

    def _fail(self, job: Job, error: SourceError) -> None:
        now = self._http.now()
        outcome = _missed(job, error, now)
        self._counts.missed(job, outcome)
        line = LogLine(self._number, now, job.source, job.id, outcome.result, error.why)
        covers: Sequence[tuple[Kind, str]] = job.covers or (("series", ""),)

        def write(connection: sqlite3.Connection) -> None:
            book.note(connection, [replace(outcome, kind=kind, key=key) for kind, key in covers])
            book.log(connection, [line])
            book.update(connection, self._number, self._counts.figures())

        self._run.beside(write)

    # --- the log --------------------------------------------------------------------------------------

    def _begin(self, connection: sqlite3.Connection, began: datetime) -> None:
        self._number = book.begin(connection, began, self._asked_by)
        book.update(connection, self._number, self._counts.figures())

    def _end(self, ending: str) -> None:
        now, figures = self._http.now(), self._counts.figures()
        # A job that no plan names any more has no say in the state of a series.
        whole = {} if self._cancelled() else self._counts.whole_sources()

        def write(connection: sqlite3.Connection) -> None:
            book.update(connection, self._number, figures)
            book.end(connection, self._number, now, ending)
            for source, jobs in whole.items():
                book.forget(connection, source, but=jobs)

        try:
            self._run.beside(write)
        except CacheError:
            LOG.warning("the end of the refresh could not be noted")

    def _lines(
        self, job: Job, fetched: Fetched, found: Checked, now: datetime, tally: Tally
    ) -> list[LogLine]:
        said = f"{job.title}: {tally.added:,} new, {tally.revised:,} revised, {tally.same:,} as before."
        lines = [("done", said), *(("note", note) for note in fetched.notes)]
        refused = (*fetched.refused, *found.refused)
        for one in refused[:LINES_OF_A_JOB]:
            when = "" if one.day is None else f" {one.day}"
            lines.append(("refused", f"{one.key}{when}: {one.value or 'no value'} was left out. {one.why}"))
        if len(refused) > LINES_OF_A_JOB:
            lines.append(("refused", f"{len(refused) - LINES_OF_A_JOB} further values were left out."))
        return [LogLine(self._number, now, job.source, job.id, kind, text) for kind, text in lines]


def _missed(job: Job, error: SourceError, now: datetime) -> Outcome:
    """The outcome of a job that brought nothing; its series are named by the caller."""
    missed = Outcome(job.source, job.id, "series", "", "failed", now, error.why)
    if isinstance(error, RateLimited):
        return replace(missed, result="waiting", until=error.until)
    if isinstance(error, Unavailable):
        return replace(missed, result="unavailable", until=error.until, retry=False)
    return replace(missed, retry=not isinstance(error, Failed) or error.retry)


def _done(job: Job, fetched: Fetched, now: datetime) -> list[Outcome]:
    """The outcomes of a job that went well; single series may not be available all the same."""
    named: Sequence[tuple[Kind, str]] = job.covers or (("series", ""),)
    return [
        Outcome(
            job.source,
            job.id,
            kind,
            key,
            "unavailable" if (kind, key) in fetched.unavailable else "done",
            now,
            fetched.unavailable.get((kind, key), ""),
            done_at=now,
        )
        for kind, key in named
    ]
