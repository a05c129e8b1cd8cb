"""The cache of all market data: one SQLite file, opened safely, read whole, written in jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np

from models.market.snapshot import Calendar, Coin, Day, Days, Floats, Market, Origin, Series

from . import extents, guard, history, ledger, reading
from . import outcomes as book
from .errors import CacheReadOnlyError, in_plain_words
from .history import Learnt
from .layout import Kind
from .ledger import Revised
from .opening import prepare, readable
from .outcomes import LogLine, Outcome, RefreshRecord
from .schema import refuse_newer
from .writing import Run

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """What the cache holds of one coin or series: its days, both included."""

    kind: Kind
    id: str
    title: str
    source: str
    first_day: Day
    last_day: Day
    unit: str = ""
    calendar: Calendar = "daily"
    available_after_days: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What the cache holds; `revision` changes with every commit, from this process or another."""

    revision: int
    coins: int
    held: tuple[Held, ...]
    first_day: Day | None
    last_day: Day | None
    origin: Origin
    sources: tuple[str, ...]
    learnt_at: datetime | None
    bytes: int

    @property
    def is_empty(self) -> bool:
        return not self.held


class Cache:
    """One cache file. Safe to use from several threads and processes: each call has its own connection.

    `notices` are sentences about the opening that the user should read.
    """

    def __init__(
        self, path: Path, *, mode: Literal["rw", "ro", "still"], notices: tuple[str, ...], clock: Clock
    ):
        self.path = path
        self.notices = notices
        self._mode = mode
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, clock: Clock = utc_now) -> Cache:
        """Open or make the cache; a damaged file is set aside, one that cannot be written is read only.

        Raises
        ------
        CacheTooNewError
            A newer version wrote the file; it is left alone.
        CacheError
            The folder cannot be made or used.
        """
        with in_plain_words(path):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with guard.alone(path):
                    notices = prepare(path, clock())
                return cls(path, mode="rw", notices=notices, clock=clock)
            except (OSError, sqlite3.Error) as error:
                mode = readable(path)
                if mode is None:
                    raise
                with closing(guard.connect(path, mode)) as connection:
                    refuse_newer(connection, path)
                notice = (
                    f"The cache {path} cannot be written ({error}). "
                    "What it holds is shown; nothing new is stored."
                )
                return cls(path, mode=mode, notices=(notice,), clock=clock)

    @property
    def is_read_only(self) -> bool:
        return self._mode != "rw"

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give one consistent state of the file, whatever others write meanwhile."""
        with (
            in_plain_words(self.path, self._damaged),
            closing(guard.connect(self.path, self._mode)) as opened,
        ):
            opened.execute("BEGIN")
            yield opened

    def _damaged(self) -> None:
        guard.suspect(self.path)

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """Open a run of jobs: `with cache.writing() as run, run.job(batch) as job: job.add(...)`."""
        if self.is_read_only:
            raise CacheReadOnlyError(
                f"The cache {self.path} may not be written. Allow writing to it, or choose another folder "
                "with --data-dir."
            )
        with in_plain_words(self.path, self._damaged):
            connection = guard.connect(self.path, "rw")
        try:
            yield Run(connection, self.path, self._damaged)
        finally:
            connection.close()

    def revision(self) -> int:
        """Return the counter of commits; cheap enough to ask every second."""
        with self._reading() as connection:
            return int(connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])

    def coins(self) -> tuple[Coin, ...]:
        """Return the coin list in its order."""
        with self._reading() as connection:
            return tuple(reading.coin_list(connection).values())

    def state(self) -> State:
        """Return what is held, without reading a value."""
        with self._reading() as connection:
            found = reading.instruments(connection).values()
            revision = connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0]
            sources = connection.execute("SELECT DISTINCT source FROM batches ORDER BY source").fetchall()
            learnt = connection.execute("SELECT max(learnt_at) FROM batches").fetchone()[0]
            origin = reading.origin(connection)
        held = tuple(_held(one) for one in found)
        return State(
            revision=int(revision),
            coins=sum(one.kind == "coin" for one in held),
            held=held,
            first_day=min((one.first_day for one in held), default=None),
            last_day=max((one.last_day for one in held), default=None),
            origin=origin,
            sources=tuple(row[0] for row in sources),
            learnt_at=None if learnt is None else history.moment(learnt),
            bytes=sum(guard.size_of(guard.beside(self.path, ending)) for ending in ("", "-wal")),
        )

    def market(self, as_of: Day | None = None, known_at: Day | None = None) -> Market:
        """Return the whole market up to `as_of`, as known now or as known at the end of `known_at`.

        Days run from the first coin-day to `as_of` (by default the last day of any value; never
        beyond today). With `known_at`, a value learnt later is missing, or is what it was then.
        """
        with self._reading() as connection:
            known = reading.instruments(connection)
            late = reading.late_batches(connection, known_at)
            coins = sorted(one.key for one in known.values() if one.kind == "coin")
            today = int(np.datetime64(self._clock().astimezone(UTC).date(), "D").astype(np.int64))
            last = max((one.last_day for one in known.values()), default=-1)
            stop = last if as_of is None else min(int(as_of.astype(np.int64)), max(today, last))
            start = min((one.first_day for one in known.values() if one.kind == "coin"), default=stop + 1)
            panel = reading.Panel(coins, start, stop + 1)
            pieces: dict[str, reading.Pieces] = {}
            for of, year, values in reading.chunks(connection, known, late):
                if of.kind == "coin":
                    panel.put(of.key, year, values)
                else:
                    reading.collect(pieces, of, year, values)
            listed = reading.coin_list(connection)
            origin = reading.origin(connection)
            panel = panel.from_first_value()
            if late is not None:
                panel = panel.without_empty_coins()
            spans = reading.basis(connection, panel.start, panel.stop)
        price, cap, volume = (field.T for field in panel.values)
        by_key = {one.key: one for one in known.values() if one.kind != "coin"}
        return Market.build(
            days=panel.days(),
            coins=[reading.listed(listed, key) for key in panel.row],
            price=price,
            cap=cap,
            volume=volume,
            series=MappingProxyType(reading.series(pieces, by_key)),
            as_of=_day(stop) if as_of is None else as_of,
            basis=spans,
            known_at=known_at,
            origin=origin,
        )

    def series(self, ids: Collection[str], known_at: Day | None = None) -> dict[str, Series]:
        """Return some series only (`RUT`, `RUT.adj`, a coin id for its close); unknown ids are left out.

        Reads a few chunks, so that the first chart need not wait for the market. Bad ticks stand.
        """
        with self._reading() as connection:
            known = reading.instruments(connection, {name.removesuffix(".adj") for name in ids} | set(ids))
            late = reading.late_batches(connection, known_at)
            listed = (
                reading.coin_list(connection) if any(one.kind == "coin" for one in known.values()) else {}
            )
            found: dict[str, Series] = {}
            for one in known.values():
                pieces: dict[str, reading.Pieces] = {}
                for of, year, values in reading.chunks(connection, known, late, only=one.number):
                    reading.collect(pieces, of, year, values)
                found |= reading.series(pieces, {one.key: reading.titled(one, listed)})
        return {name: found[name] for name in ids if name in found}

    def stored(self, ids: Collection[str] | None = None) -> Iterator[tuple[Held, Days, Floats]]:
        """Yield each coin, bars and series as stored: its days and values of shape (n, fields), NaN for gaps.

        Bad ticks stand; days on which no field has a value are left out. All within one state of the file.
        """
        with self._reading() as connection:
            known = reading.instruments(connection, None if ids is None else set(ids))
            for number, one in known.items():
                days, values = reading.whole(reading.chunks(connection, known, None, only=number))
                yield _held(one), days, values

    def learnt(self, kind: Kind, key: str, when: Day, field: str) -> tuple[Learnt, ...]:
        """Return every value that was ever held for a day, in the order in which they stood."""
        with self._reading() as connection:
            return history.learnt(connection, kind, key, when, field)

    def revised(self, since: datetime) -> tuple[Revised, ...]:
        """Return the values that were replaced after a moment, the newest change first."""
        with self._reading() as connection:
            return ledger.revised(connection, since)

    def held_by(self, source: str) -> dict[tuple[Kind, str], tuple[Day, Day]]:
        """Return the first and last day of each series that come from one source (not simulated)."""
        with self._reading() as connection:
            return extents.of_source(connection, source)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return what became of the last attempt at every series."""
        with self._reading() as connection:
            return book.outcomes(connection)

    def refreshes(self, limit: int = book.REFRESHES_KEPT) -> tuple[RefreshRecord, ...]:
        """Return the refreshes, the last one first."""
        with self._reading() as connection:
            return book.records(connection, limit)

    def refresh_log(self, refresh: int | None = None, limit: int = 1_000) -> tuple[LogLine, ...]:
        """Return the log of one refresh, or of all, the newest line first."""
        with self._reading() as connection:
            return book.lines(connection, refresh, limit)


def _held(one: reading.Instrument) -> Held:
    return Held(
        one.kind,
        one.key,
        one.title,
        one.source,
        _day(one.first_day),
        _day(one.last_day),
        one.unit,
        one.calendar,
        one.available_after_days,
    )


def _day(count: int) -> Day:
    return np.datetime64(count, "D")
