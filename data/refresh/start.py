"""Putting a refresh together: sources, what the cache holds of them, the network, the lock; then the work."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data import catalog
from data.cache import Cache
from data.http import Client, Clock, SystemClock
from data.keys import Keys
from data.sources import MODULES, source
from data.sources.contract import Have, Job, Source, Want
from models.market.snapshot import Calendar, Day

from .alone import alone
from .due import Name, Plan, plan
from .results import Progress, RefreshReport
from .work import Refresh

LOG = logging.getLogger(__name__)
LOOK_BACK = 10
"""Days before the last one on which the price of a coin is looked for."""


class UnknownSourceError(Exception):
    """A source was named that does not exist; `str()` lists those that do."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The sources that take part and what they would do now; nothing was asked yet."""

    sources: tuple[Source, ...]
    plan: Plan


def all_sources(only: Collection[str] = ()) -> tuple[Source, ...]:
    """Return the sources by their ids; all of them without a choice.

    One that cannot be loaded is left out and logged: it must not take the others with it.
    """
    return tuple(one for _, one in _loaded(only) if one is not None)


def _loaded(only: Collection[str]) -> list[tuple[str, Source | None]]:
    """Load the sources; None stands for one that could not be."""
    unknown = [name for name in only if name not in MODULES]
    if unknown:
        raise UnknownSourceError(
            f"There is no source named {', '.join(unknown)}. The sources are: {', '.join(MODULES)}."
        )
    found: list[tuple[str, Source | None]] = []
    for name in MODULES:
        if only and name not in only:
            continue
        try:
            found.append((name, source(name)))
        except Exception:
            LOG.exception("the source %s could not be loaded", name)
            found.append((name, None))
    return found


def _absent(name: str) -> Source:
    """Return what stands in for a source that could not be loaded.

    It has no host and plans nothing, so that the refresh names it among those in trouble instead of
    passing it over.
    """

    def cannot(want: Want) -> Sequence[Job]:
        raise RuntimeError("it was not loaded")

    return Source(
        id=name, title=name, hosts=(), attribution="", licence="", terms_url="", entries=(), plan=cannot
    )


def prepare(
    cache: Cache,
    keys: Keys,
    *,
    now: datetime,
    only: Collection[str] = (),
    since: Day | None = None,
    anyway: bool = False,
    sources: Sequence[Source] | None = None,
) -> Prepared:
    """Ask each source for its jobs and choose those that are due; no request is made.

    A source that cannot be loaded or cannot plan is named in `plan.broken`; the others are not kept back.
    `since` asks for everything from that day on again; `anyway` for everything that is usually asked.
    """
    taking = tuple(one or _absent(name) for name, one in _loaded(only)) if sources is None else tuple(sources)
    coins = cache.coins()
    set_keys = frozenset(keys.among([key.name for one in taking for host in one.hosts for key in host.keys]))
    jobs: list[Job] = []
    broken: list[str] = []
    for one in taking:
        held = {name: Have(*span) for name, span in cache.held_by(one.id).items()}
        want = Want(
            now=now, have=held, since=since, coins=coins, keys=set_keys, price=lambda coin: price(cache, coin)
        )
        try:
            jobs += one.plan(want)
        except Exception:
            LOG.exception("the source %s could not plan", one.id)
            broken.append(one.id)
    chosen = plan(
        jobs,
        cache.outcomes(),
        now=now,
        publishing=publishing(taking),
        anyway=anyway or since is not None,
    )
    return Prepared(taking, replace(chosen, broken=tuple(broken)))


def refresh(
    cache: Cache,
    keys: Keys,
    *,
    only: Collection[str] = (),
    since: Day | None = None,
    anyway: bool = False,
    asked_by: str = "terminal",
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
    sources: Sequence[Source] | None = None,
) -> RefreshReport:
    """Do one refresh; blocks its thread, and comes back within 200 ms of a cancel.

    Raises
    ------
    RefreshRunsError
        Another process refreshes this cache.
    UnknownSourceError
        `only` names a source that does not exist.
    CacheError
        The cache cannot be written.
    """
    clock = clock or SystemClock()
    with alone(cache.path.parent, asked_by=asked_by, now=clock.now()):
        ready = prepare(cache, keys, now=clock.now(), only=only, since=since, anyway=anyway, sources=sources)
        with client(ready.sources, cache, keys, clock) as http:
            return Refresh(
                cache,
                http,
                ready.sources,
                ready.plan,
                wait=clock.wait,
                asked_by=asked_by,
                report=report,
                cancelled=cancelled,
            ).run()


def client(sources: Iterable[Source], cache: Cache, keys: Keys, clock: Clock | None = None) -> Client:
    """Return the network as the sources declare it; its limits lie beside the cache."""
    hosts = {host.name: host for one in sources for host in one.hosts}
    return Client(hosts.values(), folder=cache.path.parent, clock=clock, keys=keys.get)


def publishing(sources: Iterable[Source]) -> Callable[[Name], tuple[Calendar, int]]:
    """Return when the values of a series are due: as its source says, else as the catalog does."""
    said = {
        (entry.kind, entry.id): (entry.calendar, entry.available_after_days)
        for one in sources
        for entry in one.entries
    }

    def of(name: Name) -> tuple[Calendar, int]:
        if name in said:
            return said[name]
        kind, key = name
        if kind == "coin":
            return said.get(("coin", "coins"), ("daily", 0))
        known = catalog.series(key, bars=kind == "bars")
        return known.calendar, known.available_after_days

    return of


def price(cache: Cache, coin: str) -> tuple[Day, float] | None:
    """Return the last daily price of a coin that CoinGecko brought; others are measured against it."""
    series = cache.series([coin]).get(coin)
    if series is None:
        return None
    for day, value in zip(series.days[::-1][:LOOK_BACK], series.values[::-1][:LOOK_BACK], strict=False):
        stood = cache.learnt("coin", coin, day, "price")
        if stood and stood[-1].source == "coingecko":
            return day, float(value)
    return None
