"""Which jobs are due: a pure function of the jobs, their last outcomes, and the calendars of their series.

A job that went well is not done again within the hour, so that a refresh that was cut goes on where it was,
unless a day has closed meanwhile. The newest days of everything are asked for at each refresh otherwise: that
is where most revisions fall. Long histories are asked for once a day, what lies before them once a week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.cache.layout import Kind
from data.cache.outcomes import Outcome
from data.sources.contract import DEEP, HISTORY, Job
from data.states import moment, newest_due
from models.market.snapshot import Calendar

AGAIN = timedelta(hours=1)
HISTORY_AGAIN = timedelta(hours=20)
DEEP_AGAIN = timedelta(days=7)

Name = tuple[Kind, str]
Publishing = Callable[[Name], tuple[Calendar, int]]
"""The calendar of a series and after how many days its values are published."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A job that is not due, and why, in a whole sentence."""

    job: Job
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs in the order in which they are begun, and those that are left for later.

    `broken` are the ids of sources that could not say what to ask for: their faults are in the log.
    """

    jobs: tuple[Job, ...]
    skipped: tuple[Skipped, ...] = ()
    broken: tuple[str, ...] = ()


def plan(
    jobs: Iterable[Job],
    outcomes: Iterable[Outcome],
    *,
    now: datetime,
    publishing: Publishing,
    anyway: bool = False,
) -> Plan:
    """Choose the jobs that are due and order them: the first useful picture first.

    `anyway` asks for all of them, but for those that a provider forbade until later.
    """
    tried: dict[tuple[str, str], list[Outcome]] = {}
    for one in outcomes:
        tried.setdefault((one.source, one.job), []).append(one)
    chosen: dict[tuple[str, str], Job] = {}
    skipped: list[Skipped] = []
    for job in jobs:
        name = (job.source, job.id)
        if name in chosen:
            continue
        why = _not_now(job, tried.get(name, ()), now, publishing, anyway)
        if why:
            skipped.append(Skipped(job, why))
        else:
            chosen[name] = job
    return Plan(tuple(sorted(chosen.values(), key=lambda job: job.rank)), tuple(skipped))


def _not_now(job: Job, tried: Sequence[Outcome], now: datetime, publishing: Publishing, anyway: bool) -> str:
    """Say why a job is left for later; empty when it is due."""
    if not tried:
        return ""
    barred = [one.until for one in tried if one.result == "unavailable" and one.until is not None]
    if barred and len(barred) == len(tried) and max(barred) > now:
        return f"{tried[0].why} It is asked again after {moment(max(barred), now=now)}."
    # A series that this very job could not bring ("not published") is no reason to ask for all again.
    went_well = all(one.done_at is not None and one.done_at == one.at for one in tried)
    if anyway or not went_well:
        return ""
    at = min(one.at for one in tried)
    if at > now:  # the clock was set back
        return ""
    if now - at >= pause(job.rank) or _has_closed(job, at, now, publishing):
        return ""
    return f"Asked at {moment(at, now=now)}; not due yet."


def pause(rank: int) -> timedelta:
    """Return after how long a job that went well is done again."""
    if rank >= DEEP:
        return DEEP_AGAIN
    return HISTORY_AGAIN if rank >= HISTORY else AGAIN


def _has_closed(job: Job, at: datetime, now: datetime, publishing: Publishing) -> bool:
    """Whether a value of any of the series became due since."""
    calendars = {publishing(name) for name in job.covers}
    return job.rank < HISTORY and any(
        newest_due(calendar, now, published_after=delay) > newest_due(calendar, at, published_after=delay)
        for calendar, delay in calendars
    )


def by_series(outcomes: Iterable[Outcome]) -> Mapping[Name, list[Outcome]]:
    """Group outcomes by the series of which they tell."""
    found: dict[Name, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault((one.kind, one.key), []).append(one)
    return found
