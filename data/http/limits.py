"""What each host allows, kept across restarts and shared by all processes of the user.

One small SQLite file in the cache folder holds, for each host, a token bucket and the moment from
which it may be asked again. A bucket holds `burst` tokens and is refilled with `requests - burst`
tokens per span, so that no span of that length ever sees more than `requests`: what was saved up plus
what came in. The file is disposable: without it (or without a folder to write in) the bucket starts
empty but for one token, which errs on the polite side.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = "limits.sqlite"
VERSION = 1
LONGEST = 3 * 86_400.0
"""Seconds for which a host can be left alone at most; a clock that was set back cannot lock it out."""
TRIES_OF_BREAKER = 3
"""Requests that fail one after another, retries included, before the breaker opens."""
BREAKS = (60.0, 300.0, 900.0, 3600.0)
"""Seconds for which it stays open, each time it opens again."""
PROBE = 60.0
"""Seconds for which one request alone may try whether a host is back."""

_SCHEMA = (
    """CREATE TABLE hosts (
        host TEXT PRIMARY KEY,
        resumes_at REAL NOT NULL DEFAULT 0,
        why TEXT NOT NULL DEFAULT '',
        strikes INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        breaks INTEGER NOT NULL DEFAULT 0,
        sent INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    "CREATE TABLE buckets (bucket TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version = {VERSION}",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """No more than `requests` in any `per_seconds`, and no more than `burst` at once."""

    requests: int
    per_seconds: float
    burst: int

    @property
    def rate(self) -> float:
        """Tokens per second."""
        return max(self.requests - self.burst, 1) / self.per_seconds


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may go now (`seconds` 0) or how long it has to wait, and why."""

    seconds: float
    why: str = ""
    """Empty while it is only the bucket that fills."""
    trial: bool = False
    """This one request tries whether a host is back whose breaker was open."""


@dataclass(frozen=True, slots=True)
class HostState:
    """A host as the Data panel shows it. `resumes_at` is None where it may be asked."""

    host: str
    resumes_at: datetime | None
    why: str
    sent: int
    """Requests since the file was made."""


class ClosedError(Exception):
    """The network was closed while a request was on its way."""


class Limits:
    """The limits of all hosts. Safe with several threads and several processes."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.Lock()
        self._file = None if folder is None else folder / FILE
        self._connection = self._open()
        self._is_closed = False

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._connection.close()

    def take(self, host: str, bucket: str, rule: Rule, now: datetime) -> Turn:
        """Take a token, or say how long to wait for one."""
        moment = now.timestamp()
        with self._change() as connection:
            resumes_at, why, failures = self._resumes(connection, host, moment)
            if resumes_at > moment:
                return Turn(resumes_at - moment, why)
            row = connection.execute(
                "SELECT tokens, at FROM buckets WHERE bucket = :bucket", {"bucket": bucket}
            ).fetchone()
            tokens, at = row if row else (1.0 if self._file is None else float(rule.burst), moment)
            # A clock that was set back gives no tokens, and takes none.
            tokens = min(float(rule.burst), tokens + max(moment - at, 0.0) * rule.rate)
            turn = Turn(0.0)
            if tokens < 1.0 - 1e-9:
                turn = Turn((1.0 - tokens) / rule.rate)
            else:
                tokens -= 1.0
                connection.execute(
                    "INSERT INTO hosts (host, sent) VALUES (:host, 1) "
                    "ON CONFLICT (host) DO UPDATE SET sent = sent + 1",
                    {"host": host},
                )
                if failures >= TRIES_OF_BREAKER:
                    # The breaker's time is over: this request alone tries whether the host is back.
                    self._set(connection, host, resumes_at=moment + PROBE, why=why)
                    turn = Turn(0.0, trial=True)
            connection.execute(
                "INSERT OR REPLACE INTO buckets VALUES (:bucket, :tokens, :at)",
                {"bucket": bucket, "tokens": tokens, "at": moment},
            )
            return turn

    def succeeded(self, host: str) -> None:
        """Note an answer: all strikes and failures are forgotten."""
        with self._change() as connection:
            connection.execute(
                "UPDATE hosts SET resumes_at = 0, why = '', strikes = 0, failures = 0, breaks = 0 "
                "WHERE host = :host AND (strikes OR failures OR breaks OR resumes_at)",
                {"host": host},
            )

    def struck(
        self, host: str, now: datetime, *, asked: float | None, pauses: Sequence[float], cap: float, why: str
    ) -> datetime:
        """Note that the host said "too many requests"; returns from when on it may be asked again.

        `asked` is what it asked for (`Retry-After`), capped by `cap`. Where it asks for nothing, and when
        it goes on complaining after what it asked for, `pauses` are the seconds, one after the other.
        """
        with self._change() as connection:
            row = connection.execute(
                "SELECT strikes FROM hosts WHERE host = :host", {"host": host}
            ).fetchone()
            strikes = (row[0] if row else 0) + 1
            pause = pauses[min(strikes, len(pauses)) - 1]
            if asked is not None:
                asked = min(max(asked, 1.0), cap)
                pause = max(asked, pause) if strikes > 2 else asked
            until = now.timestamp() + pause
            self._set(connection, host, resumes_at=until, why=why, strikes=strikes)
        return datetime.fromtimestamp(until, UTC)

    def failed(self, host: str, now: datetime, why: str) -> datetime | None:
        """Note a request that failed for good; returns until when the breaker is open, if it is."""
        with self._change() as connection:
            row = connection.execute(
                "SELECT failures, breaks FROM hosts WHERE host = :host", {"host": host}
            ).fetchone()
            failures, breaks = row or (0, 0)
            failures += 1
            if failures < TRIES_OF_BREAKER:
                self._set(connection, host, failures=failures)
                return None
            until = now.timestamp() + BREAKS[min(breaks, len(BREAKS) - 1)]
            self._set(connection, host, resumes_at=until, why=why, failures=failures, breaks=breaks + 1)
        return datetime.fromtimestamp(until, UTC)

    def states(self, now: datetime) -> tuple[HostState, ...]:
        """Return all hosts that were ever asked."""
        with self._change() as connection:
            rows = connection.execute("SELECT host, resumes_at, why, sent FROM hosts").fetchall()
        moment = now.timestamp()
        return tuple(
            HostState(host, datetime.fromtimestamp(at, UTC), why, sent)
            if moment < at <= moment + LONGEST
            else HostState(host, None, "", sent)
            for host, at, why, sent in rows
        )

    def _resumes(self, connection: sqlite3.Connection, host: str, moment: float) -> tuple[float, str, int]:
        row = connection.execute(
            "SELECT resumes_at, why, failures FROM hosts WHERE host = :host", {"host": host}
        ).fetchone()
        if row is None:
            return 0.0, "", 0
        at, why, failures = row
        return (0.0 if at > moment + LONGEST else at), why, failures

    def _set(self, connection: sqlite3.Connection, host: str, **values: float | int | str) -> None:
        connection.execute("INSERT OR IGNORE INTO hosts (host) VALUES (:host)", {"host": host})
        # The names come from this file, never from outside.
        columns = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE hosts SET {columns} WHERE host = :host", {"host": host, **values})

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction. A file that turns out broken or full is left, and memory takes over."""
        with self._lock:
            if self._is_closed:
                raise ClosedError
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error:
                self._retreat()
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _retreat(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._file = None
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        if self._file is not None:
            for _ in range(2):
                try:
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    return self._connect(str(self._file))
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.OperationalError):
                        break  # cannot be opened or is busy: it may be whole
                    self._file.unlink(missing_ok=True)
                except OSError:
                    break
            self._file = None
        return self._connect(":memory:")

    @staticmethod
    def _connect(name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, isolation_level=None, timeout=5.0, check_same_thread=False)
        try:
            # What a power cut may cost are some tokens.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                for table in ("hosts", "buckets"):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in _SCHEMA:
                    connection.execute(statement)
            connection.execute("SELECT count(*) FROM hosts, buckets")
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection
