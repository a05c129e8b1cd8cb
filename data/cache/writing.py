"""Writing into the cache: a run of jobs, each one short transaction, each value with its batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Coin, Day, Days, Floats

from .batches import About, Batch, Book
from .errors import CacheClashError, in_plain_words
from .guard import microseconds
from .layout import (
    FIELDS,
    WIDTH,
    Batches,
    Kind,
    pack,
    pack_batches,
    pack_superseded,
    slot,
    unpack,
    unpack_batches,
    year_start,
)
from .merge import Rank, Ranks, Tally, merge
from .staging import Repeats, Staged, Staging

ROOM = 150_000_000
"""Bytes of staged chunks that a job gathers before it writes them: 17,000 coin-years."""


class Run:
    """Several jobs through one connection, as in one import or one refresh."""

    def __init__(self, connection: sqlite3.Connection, path: Path, damaged: Callable[[], None]) -> None:
        self.connection = connection
        self.path = path
        self.book = Book()
        self.settled: dict[int, Bools] = {}
        """By slot: the days on which a finished job of this run had the right to speak."""
        self.described: set[tuple[Kind, str]] = set()
        self.listed: set[str] = set()
        self.damaged = damaged

    def beside(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Write something that brings no value in a transaction of its own."""
        with in_plain_words(self.path, self.damaged):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                write(self.connection)
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def forget_rivals(self) -> None:
        """Let later jobs of this run replace what earlier ones brought, as in a refresh.

        In an import two files that contradict each other must not take turns; a provider that is asked
        twice may change its mind.
        """
        self.settled.clear()
        self.described.clear()
        self.listed.clear()

    @contextmanager
    def job(self, batch: Batch) -> Iterator[Job]:
        """Gather one batch; it is written when the block ends well and left out when it does not."""
        job = Job(self, batch)
        try:
            yield job
            with in_plain_words(self.path, self.damaged):
                job.finish()
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")


class Job:
    """One batch on its way into the cache; `tally` tells afterwards what became of its days."""

    def __init__(self, run: Run, batch: Batch) -> None:
        self.tally = Tally()
        self._run = run
        self._batch = batch
        self._rank = Rank(batch.priority, microseconds(batch.learnt_at))
        self._staging = Staging()
        self._about: dict[tuple[Kind, str], About] = {}
        self._coins: list[Coin] = []
        self._spans: list[tuple[int, int]] = []
        self._beside: list[Callable[[sqlite3.Connection], None]] = []
        self._number = 0
        self._ranks: Ranks  # since the transaction began
        self._changed = False
        self._won: dict[int, Bools] = {}

    def coins(self, listed: Iterable[Coin]) -> None:
        """Take a coin list, in the order of symbol look-up; the first list of a run has the word."""
        self._coins = list(listed)

    def point_in_time(self, first: Day, last: Day) -> None:
        """Note that from `first` to `last` this source lists all coins of that very day."""
        self._spans.append((int(first.astype(np.int64)), int(last.astype(np.int64))))

    def describe(self, kind: Kind, key: str, about: About) -> None:
        self._about[kind, key] = about

    def beside(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Write something into the same transaction, after the values; the counter does not heed it."""
        self._beside.append(write)

    def add(
        self, kind: Kind, keys: Sequence[str], codes: NDArray[np.integer], days: Days, values: Floats
    ) -> Repeats:
        """Gather rows: instrument `keys[codes]`, day and values of shape (n, fields); NaN is "not published".

        The first row of a day stays; rows that come again are returned by their numbers.
        """
        repeats = self._staging.add(kind, keys, codes, days, values)
        if self._staging.size > ROOM:
            with in_plain_words(self._run.path, self._run.damaged):
                self._write_staged()
        return repeats

    def add_one(self, kind: Kind, key: str, days: Days, values: Floats) -> Repeats:
        """Gather the days of one instrument; `values` of shape (n, fields)."""
        return self.add(kind, (key,), np.zeros(days.size, np.intp), days, values)

    def finish(self) -> None:
        """Write what is gathered and commit; without a change no byte of the file is touched."""
        self._write_staged()
        self._write_about()
        self._write_coins()
        self._write_spans()
        for write in self._beside:
            write(self._begin())
        connection = self._run.connection
        if connection.in_transaction:
            if self._changed:
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
            connection.execute("COMMIT" if self._changed or self._beside else "ROLLBACK")
        for at, won in self._won.items():
            before = self._run.settled.get(at)
            self._run.settled[at] = won if before is None else before | won
        self._run.described.update(self._about)

    def _begin(self) -> sqlite3.Connection:
        connection = self._run.connection
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
            self._ranks = self._run.book.follow(connection)
        return connection

    def _batch_number(self) -> int:
        """Enter the batch when its first value is stored, not before."""
        if not self._number:
            batch = self._batch
            cursor = self._run.connection.execute(
                "INSERT INTO batches (source, origin, file, priority, learnt_at) VALUES (?, ?, ?, ?, ?)",
                (batch.source, batch.origin, batch.file, batch.priority, self._rank.learnt_at),
            )
            assert cursor.lastrowid is not None
            self._number = cursor.lastrowid
            self._ranks = self._run.book.follow(self._run.connection)
            self._changed = True
        return self._number

    def _write_staged(self) -> None:
        if not self._staging.size:
            return
        connection = self._begin()
        chunks = list(self._staging)
        ids = {name: self._instrument(*name) for name in dict.fromkeys((one.kind, one.key) for one in chunks)}
        spans: dict[int, list[int]] = {}
        # Slots in their order keep the file in the order in which it is read.
        for instrument, staged in sorted(
            ((ids[one.kind, one.key], one) for one in chunks), key=lambda item: (item[0], item[1].year)
        ):
            if self._write_chunk(slot(instrument, staged.year), staged):
                start, held = year_start(staged.year), staged.held
                first, last = int(held.argmax()), WIDTH - 1 - int(held[::-1].argmax())
                spans.setdefault(instrument, []).extend((start + first, start + last))
        connection.executemany(
            "UPDATE instruments SET first_day = min(coalesce(first_day, :first), :first), "
            "last_day = max(coalesce(last_day, :last), :last), "
            "source = CASE WHEN source = '' THEN :source "
            "WHEN instr(', ' || source || ', ', ', ' || :source || ', ') THEN source "
            "ELSE source || ', ' || :source END WHERE id = :id",
            [
                {"first": min(days), "last": max(days), "source": self._batch.source, "id": at}
                for at, days in spans.items()
            ],
        )
        self._staging.forget()

    def _write_chunk(self, at: int, staged: Staged) -> bool:
        """Lay a staged chunk over the stored one; says whether anything changed."""
        fields = len(FIELDS[staged.kind])
        stored = self._run.connection.execute(
            "SELECT c.data, p.data FROM chunks c LEFT JOIN provenance p USING (slot) WHERE slot = ?", (at,)
        ).fetchone()
        if stored is None:
            return self._write_new(at, staged, fields)
        old, batches = unpack(stored[0], fields), unpack_batches(stored[1], fields)
        merged = merge(
            old,
            batches,
            staged.values,
            staged.held,
            rank=self._rank,
            ranks=self._ranks,
            settled=self._run.settled.get(at),
        )
        self.tally.add(merged.tally)
        before = self._won.get(at)
        self._won[at] = merged.won if before is None else before | merged.won
        if not merged.tally.changed:
            return False
        batches[merged.taken] = self._batch_number()
        self._store(at, merged.values, batches)
        if merged.places.size:
            self._run.connection.execute(
                "INSERT INTO revisions (slot, batch, data) VALUES (?, ?, ?)",
                (at, self._number, pack_superseded(merged.places, merged.superseded, merged.by)),
            )
        return True

    def _write_new(self, at: int, staged: Staged, fields: int) -> bool:
        """Write a chunk where none was: there is nothing to weigh."""
        batches = np.zeros((fields, WIDTH), np.uint32)
        batches[:, staged.held] = self._batch_number()
        self._store(at, staged.values, batches)
        self.tally.added += int(np.count_nonzero(staged.held))
        self._won[at] = staged.held.copy()
        return True

    def _store(self, at: int, values: Floats, batches: Batches) -> None:
        connection = self._run.connection
        connection.execute("INSERT OR REPLACE INTO chunks VALUES (?, ?)", (at, pack(values)))
        connection.execute("INSERT OR REPLACE INTO provenance VALUES (?, ?)", (at, pack_batches(batches)))

    def _instrument(self, kind: Kind, key: str) -> int:
        """Find or enter an instrument."""
        connection = self._begin()
        found = connection.execute(
            "SELECT id FROM instruments WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        if found:
            return int(found[0])
        other = {"bars": "series", "series": "bars"}.get(kind)
        if connection.execute(
            "SELECT 1 FROM instruments WHERE kind = ? AND key = ?", (other, key)
        ).fetchone():
            raise CacheClashError(
                f"{key} is already kept as {other} and cannot also be {kind}. Give the new one another name."
            )
        cursor = connection.execute(
            "INSERT INTO instruments (kind, key, title) VALUES (?, ?, ?)", (kind, key, key)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _write_about(self) -> None:
        """Keep what is said about the series; the first job of a run to speak about one has the word."""
        for (kind, key), about in self._about.items():
            if (kind, key) in self._run.described:
                continue
            said = {
                "title": about.title,
                "unit": about.unit,
                "calendar": about.calendar,
                "days": about.available_after_days,
                "kind": kind,
                "key": key,
            }
            cursor = self._begin().execute(
                "UPDATE instruments SET title = :title, unit = :unit, calendar = :calendar, "
                "available_after_days = :days "
                "WHERE kind = :kind AND key = :key AND "
                "(title, unit, calendar, available_after_days) IS NOT (:title, :unit, :calendar, :days)",
                said,
            )
            self._changed |= cursor.rowcount > 0

    def _write_coins(self) -> None:
        if not self._coins:
            return
        connection = self._begin()
        stored = {row[0]: row[1:] for row in connection.execute("SELECT * FROM coins")}
        listed = self._run.listed
        rows = [
            (coin.id, coin.symbol, coin.name, coin.sector, place)
            for place, coin in enumerate(self._coins, len(listed))
            if coin.id not in listed
        ]
        listed.update(row[0] for row in rows)
        fresh = [row for row in rows if row[0] not in stored]
        changed = [row for row in rows if row[0] in stored and stored[row[0]] != row[1:]]
        connection.executemany("INSERT OR REPLACE INTO coins VALUES (?, ?, ?, ?, ?)", fresh + changed)
        self._changed |= bool(fresh or changed)
        self.tally.add(
            Tally(added=len(fresh), revised=len(changed), same=len(rows) - len(fresh) - len(changed))
        )

    def _write_spans(self) -> None:
        if not self._spans:
            return
        connection = self._begin()
        source = self._batch.source
        stored = set(
            connection.execute(
                "SELECT first_day, last_day FROM point_in_time WHERE source = ?", (source,)
            ).fetchall()
        )
        missing = [span for span in dict.fromkeys(self._spans) if span not in stored]
        connection.executemany(
            "INSERT INTO point_in_time VALUES (?, ?, ?)", [(source, *span) for span in missing]
        )
        self._changed |= bool(missing)
