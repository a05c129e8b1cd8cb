"""The running figures of a refresh, by source, and the words in which it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.cache import Outcome, Tally
from data.cache.layout import Kind
from data.http.words import UNFOUND
from data.sources.contract import RECENT, Job, Source
from data.states import moment

from .due import Plan
from .results import SourceResult, Status

GRAVITY = {"failed": 3, "waiting": 2, "unavailable": 1}
BROKEN = "What to ask for could not be worked out; the log has the details."


@dataclass(slots=True)
class _Count:
    source: Source
    jobs: set[str] = field(default_factory=set)
    done: int = 0
    failed: int = 0
    waiting: int = 0
    unavailable: int = 0
    skipped: int = 0
    tally: Tally = field(default_factory=Tally)
    gravity: int = 0
    problem: str = ""
    until: datetime | None = None

    def result(self) -> SourceResult:
        return SourceResult(
            self.source.id,
            self.source.title,
            len(self.jobs),
            self.done,
            self.failed,
            self.waiting,
            self.unavailable,
            self.skipped,
            self.tally.added,
            self.tally.revised,
            self.problem,
            self.until,
        )


class Counts:
    """Counts jobs; the caller sees to it that one thread at a time does so."""

    def __init__(self, sources: Sequence[Source], plan: Plan) -> None:
        self._of = {source.id: _Count(source) for source in sources}
        self._later = {(one.job.source, one.job.id) for one in plan.skipped}
        self._served: set[tuple[Kind, str]] = set()
        self._missing: list[tuple[Job, Outcome]] = []
        self._picture = 0
        self.commits = self.refused = self.provisional = 0
        for skipped in plan.skipped:
            self._of[skipped.job.source].skipped += 1
        self._broken = frozenset(plan.broken)
        for name in plan.broken:
            self._of[name].problem = BROKEN
        self.enter(plan.jobs)

    @property
    def has_picture(self) -> bool:
        """Whether all that the Overview needs was tried."""
        return self._picture <= 0

    def enter(self, jobs: Iterable[Job]) -> tuple[Job, ...]:
        """Take jobs that became known; returns those that are neither known already nor for later."""
        fresh = []
        for job in jobs:
            of = self._of.get(job.source)
            # A job may hand over to another source, which takes no part where only some were chosen.
            if of is None or job.id in of.jobs or (job.source, job.id) in self._later:
                continue
            of.jobs.add(job.id)
            self._picture += job.rank < RECENT
            fresh.append(job)
        return tuple(fresh)

    def succeeded(self, job: Job, tally: Tally) -> None:
        of = self._of[job.source]
        of.done += 1
        of.tally.add(tally)
        self.commits += tally.changed > 0
        self._served.update(job.covers)
        self._picture -= job.rank < RECENT

    def missed(self, job: Job, outcome: Outcome) -> None:
        """Count a job that brought nothing; the gravest trouble of a source is the one that is told."""
        of = self._of[job.source]
        of.failed += outcome.result == "failed"
        of.waiting += outcome.result == "waiting"
        of.unavailable += outcome.result == "unavailable"
        if outcome.result == "unavailable":
            self._missing.append((job, outcome))
        if outcome.result == "waiting" and outcome.until is not None:
            of.until = outcome.until if of.until is None else max(of.until, outcome.until)
        if GRAVITY[outcome.result] > of.gravity:
            until = outcome.until and f" Not asked again before {moment(outcome.until, now=outcome.at)}."
            of.gravity, of.problem = GRAVITY[outcome.result], f"{outcome.why}{until or ''}"
        self._picture -= job.rank < RECENT

    def results(self) -> tuple[SourceResult, ...]:
        return tuple(of.result() for of in self._of.values())

    def figures(self) -> dict[str, int]:
        """Return the figures of the log."""
        counts = self._of.values()
        return {
            "planned": sum(len(of.jobs) for of in counts),
            "done": sum(of.done for of in counts),
            "failed": sum(of.failed + of.waiting + of.unavailable for of in counts),
            "added": sum(of.tally.added for of in counts),
            "revised": sum(of.tally.revised for of in counts),
        }

    def whole_sources(self) -> dict[str, set[str]]:
        """Return the jobs of each source that did all of its jobs, those for later included."""
        later: dict[str, set[str]] = {}
        for source, job in self._later:
            later.setdefault(source, set()).add(job)
        return {
            name: of.jobs | later.get(name, set())
            for name, of in self._of.items()
            if of.jobs and of.done == len(of.jobs)
        }

    def status(self, *, is_cancelled: bool) -> Status:
        """Whole when all went well that can be had: what needs a key or is not published is no trouble."""
        figures = self.figures()
        planned, done = figures["planned"], figures["done"]
        if planned and not done:
            return "nothing"
        return "partly" if is_cancelled or self._in_trouble() else "whole"

    def _in_trouble(self) -> list[str]:
        """Return the titles of the sources that should have brought more than they did."""
        blocked = {job.source for job, outcome in self._missing if not self._is_excused(job, outcome)}
        troubled = blocked | self._broken
        return [
            of.source.title for of in self._of.values() if of.failed or of.waiting or of.source.id in troubled
        ]

    def _is_offline(self) -> bool:
        """Whether the address of not one source that was asked could be found."""
        return all(of.problem.endswith(f" {UNFOUND}.") for of in self._of.values() if of.jobs)

    def _is_excused(self, job: Job, outcome: Outcome) -> bool:
        """Whether what is not available is so for good, or came from another source."""
        return outcome.until is None or (bool(job.covers) and self._served.issuperset(job.covers))

    def ending(self, status: Status, *, is_cancelled: bool) -> str:
        """Return the sentence for the status bar and the log."""
        figures = self.figures()
        planned, done = figures["planned"], figures["done"]
        if is_cancelled:
            return f"The refresh was stopped: {done} of {planned} jobs are done and kept."
        if not planned and not self._broken:
            return "Everything is as new as it can be; nothing was asked."
        if status == "whole":
            missing = f", {len(self._missing)} have nothing to give" if self._missing else ""
            return f"The refresh is done: {done} of {planned} jobs{missing}."
        if planned and not done and not self._broken and self._is_offline():
            return "Nothing could be fetched: the network seems to be down. What was stored before is kept."
        troubled = self._in_trouble()
        named = f" In trouble: {', '.join(troubled)}." if troubled else ""
        begin = f"{done} of {planned} jobs are done."
        if not done:
            begin = "Nothing could be fetched." if planned else "Nothing was asked."
        return f"{begin}{named} What was stored before is kept."
