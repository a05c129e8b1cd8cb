"""`python main.py refresh`: one refresh; progress on standard error, the summary on standard output."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from data.cache import Cache, CacheError
from data.keys import Keys
from data.paths import Paths
from data.refresh import (
    BROKEN,
    Prepared,
    Progress,
    RefreshReport,
    RefreshRunsError,
    UnknownSourceError,
    prepare,
    refresh,
)
from models.market.snapshot import Day, day
from terminal.arguments import Arguments

STATUS = {"whole": 0, "partly": 1, "nothing": 2}
NOTHING = 2

Report = Callable[[Progress], None]


def run_refresh(arguments: Arguments) -> int:
    """Refresh the cache; the exit status says whether all of it, some of it, or nothing could be done."""
    stop = threading.Event()
    keys = _keys(arguments, stop)
    try:
        cache = Cache.open(Paths.choose(arguments.data_dir).market)
        for notice in cache.notices:
            print(notice, file=sys.stderr)
        if arguments.dry_run:
            return _tell_plan(arguments, prepare(cache, keys, now=datetime.now(UTC), **_choice(arguments)))
        with _progress(arguments) as report, _stopped_by_signals(stop):
            result = refresh(
                cache,
                keys,
                asked_by="window" if arguments.from_window else "terminal",
                report=report,
                cancelled=stop.is_set,
                **_choice(arguments),
            )
    except RefreshRunsError as error:
        return _failed(arguments, str(error), "busy")
    except (CacheError, UnknownSourceError) as error:
        return _failed(arguments, str(error), "failed")
    if arguments.progress == "json":
        print(json.dumps({"report": as_document(result)}, ensure_ascii=False), flush=True)
    else:
        print(summary(result))
    return STATUS[result.status]


def _choice(arguments: Arguments) -> dict[str, Any]:
    since: Day | None = None if arguments.since is None else day(arguments.since.isoformat())
    return {"only": arguments.only, "since": since, "anyway": arguments.everything}


def _failed(arguments: Arguments, sentence: str, how: str) -> int:
    if arguments.progress == "json":
        print(json.dumps({how: sentence}, ensure_ascii=False), flush=True)
    else:
        print(sentence, file=sys.stderr)
    return NOTHING


# --- what the window says through standard input ---------------------------------------------------


def _keys(arguments: Arguments, stop: threading.Event) -> Keys:
    """Take the keys of the window's session from its first line, then listen for its wish to stop."""
    if not arguments.from_window:
        return Keys()
    session: dict[str, str] = {}
    line = sys.stdin.readline()
    try:
        session = dict(json.loads(line)["keys"])
    except (ValueError, KeyError, TypeError):
        session = {}

    def listen() -> None:
        # Any line, and the end of the window too, which closes the pipe, ask to stop.
        sys.stdin.readline()
        stop.set()

    threading.Thread(target=listen, name="the window's wish to stop", daemon=True).start()
    return Keys(session)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl+C end the refresh in order: what was fetched is kept. A second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {name: signal.signal(name, ask) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


# --- progress ---------------------------------------------------------------------------------------


@contextmanager
def _progress(arguments: Arguments) -> Iterator[Report]:
    if arguments.progress == "json":
        yield _as_lines()
    elif arguments.progress == "auto" and sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield lambda progress: None


def _as_lines() -> Report:
    """Return a function that prints what changed, one JSON object a line."""
    told: list[object] = [None]

    def tell(progress: Progress) -> None:
        document = {
            "done": progress.done,
            "total": progress.total,
            "what": progress.what,
            "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left),
            "commits": progress.commits,
            "has_picture": progress.has_picture,
            "sources": [
                {"id": one.source, "title": one.title, "left": one.left, "problem": one.problem}
                for one in progress.sources
            ],
        }
        if document != told[0]:
            told[0] = document
            print(json.dumps(document, ensure_ascii=False), flush=True)

    return tell


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Looking what is due", total=None, left="")
        yield lambda at: bar.update(
            task,
            completed=at.done,
            total=at.total,
            description=at.what,
            left="" if at.seconds_left is None else in_words(at.seconds_left),
        )


def in_words(seconds: float) -> str:
    """Write the time that is left, about.

    >>> in_words(7), in_words(95), in_words(4000)
    ('a few seconds left', 'about 2 min left', 'about 1 h 7 min left')
    """
    if seconds < 20:
        return "a few seconds left"
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return f"about {minutes} min left"
    return f"about {minutes // 60} h {minutes % 60} min left"


# --- the end ----------------------------------------------------------------------------------------


def summary(result: RefreshReport) -> str:
    """Return the refresh as lines for a person: how it went, and each source that took part."""
    lines = [result.ending]
    lines += [f"  {one.sentence}" for one in result.sources if one.planned or one.problem]
    idle = [one.title for one in result.sources if not one.planned and not one.problem]
    if idle:
        lines.append(f"  Not due yet: {', '.join(idle)}.")
    if result.refused or result.provisional:
        lines.append(
            f"  {result.refused:,} values could not be right and were left out; "
            f"{result.provisional:,} belong to days that are not over."
        )
    return "\n".join(lines)


def _tell_plan(arguments: Arguments, ready: Prepared) -> int:
    titles = {one.id: one.title for one in ready.sources}
    status = STATUS["partly" if ready.plan.broken else "whole"]
    if arguments.progress == "json":
        jobs = [
            {"source": job.source, "job": job.id, "title": job.title, "requests": job.requests}
            for job in ready.plan.jobs
        ]
        later = [{"source": one.job.source, "job": one.job.id, "why": one.why} for one in ready.plan.skipped]
        document = {"plan": jobs, "skipped": later, "broken": list(ready.plan.broken)}
        print(json.dumps(document, ensure_ascii=False), flush=True)
        return status
    requests = sum(job.requests for job in ready.plan.jobs)
    print(f"{len(ready.plan.jobs)} jobs, about {requests} requests, in this order:")
    for job in ready.plan.jobs:
        print(f"  {titles[job.source]}: {job.title}")
    if ready.plan.skipped:
        print(f"{len(ready.plan.skipped)} jobs are not due:")
        for skipped in ready.plan.skipped:
            print(f"  {titles[skipped.job.source]}: {skipped.job.title}. {skipped.why}")
    for name in ready.plan.broken:
        print(f"In trouble: {titles[name]}. {BROKEN}")
    return status


def as_document(result: RefreshReport) -> dict[str, Any]:
    """Return the refresh as plain values, for the window and for scripts."""
    return {
        "started_at": result.started_at.isoformat(),
        "ended_at": result.ended_at.isoformat(),
        "status": result.status,
        "ending": result.ending,
        "summary": summary(result),
        "added": result.added,
        "revised": result.revised,
        "refused": result.refused,
        "provisional": result.provisional,
        "is_cancelled": result.is_cancelled,
        "resumes_at": None if result.resumes_at is None else result.resumes_at.isoformat(),
        "sources": [
            {
                "id": one.source,
                "title": one.title,
                "planned": one.planned,
                "done": one.done,
                "failed": one.failed,
                "waiting": one.waiting,
                "unavailable": one.unavailable,
                "skipped": one.skipped,
                "added": one.added,
                "revised": one.revised,
                "problem": one.problem,
                "sentence": one.sentence,
                "until": None if one.until is None else one.until.isoformat(),
            }
            for one in result.sources
        ],
    }
