"""The contract of a source: what it declares, which jobs it plans, what a job brings or raises.

A source is one file in this folder with a constant `SOURCE`, and one line in the list of
`data/sources/__init__.py`. It asks through the :class:`Http` that it is given and through nothing
else, and it changes nothing: what it fetched is handed back, and the refresh commits it job by job.

Three promises hold for all that a job brings:

- A day is the UTC day at whose close the value was true, whatever the provider stamps. For sessions of
  New York it is the date of the session. The one exception are snapshots of the moment (`Rows.moment`):
  they carry the day on which they were taken, since by its end they were known.
- A day that is not over is not there: bars of today, and of a session that has not closed, are dropped
  and counted in `Fetched.provisional`.
- Nothing is filled in. A value that cannot be right is left out and listed in `Fetched.refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import numpy as np

from data.cache.batches import About
from data.cache.layout import FIELDS, Kind
from models.market.snapshot import Calendar, Coin, Day, Days, Floats

Cancelled = Callable[[], bool]
"""Says whether the user has asked to stop; cheap, called from any thread."""

REFETCH_DAYS = 10
"""The last days are asked for again at every refresh: most revisions fall into them."""

FIRST_PICTURE, RECENT, HISTORY, DEEP = 0, 100, 200, 300
"""Ranks of jobs: the Overview; the last days of everything; a year of every coin; what lies before it.

Within each, up to 99 may be added: the coin at rank 1 before the coin at rank 200.
"""


# --- what a source declares -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """An API key that a host takes, always in a header.

    `name` is the name in the keyring ("coingecko-demo"). With the key `requests` are allowed per
    `per_seconds` instead of the host's own limit (0: the limit stays).
    """

    name: str
    title: str
    header: str
    requests: int = 0
    per_seconds: float = 60.0
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Host:
    """A host and its manners.

    In no span of `per_seconds` more than `requests` are sent, at most `burst` of them at once: the
    bucket holds `burst` and is refilled with `requests - burst` per span. `burst` is thus below
    `requests`. A host with `needs_key` is not asked without one of its keys.
    """

    name: str
    requests: int
    per_seconds: float
    burst: int = 1
    user_agent: Literal["own", "browser", "none"] = "own"
    """own: Rotascope/1.0 (+address); browser: FRED wants one; none: the library sets its own (Yahoo)."""
    keys: tuple[Key, ...] = ()
    needs_key: bool = False
    pauses: tuple[float, ...] = (2.0, 5.0, 60.0, 300.0, 900.0, 3600.0)
    """Seconds to leave it alone after each "too many requests" in a row, where it names no time itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One series that a source brings, or all coins (`kind` coin, `id` "coins").

    `id` is the cache's key of the series ("RUT", "BTC.TxCnt"). `stamp` says in words what the
    provider's time stamp means and how it is brought to the close of a day. `licence` is empty
    where the source's own holds.
    """

    id: str
    kind: Kind
    title: str
    unit: str
    calendar: Calendar
    stamp: str
    available_after_days: int = 0
    licence: str = ""

    def about(self) -> About:
        return About(self.title, self.unit, self.calendar, self.available_after_days)


@dataclass(frozen=True, slots=True)
class Source:
    """A provider: its hosts, terms, series, and the jobs it would do now.

    `plan` is a pure function of what is wanted: it asks nothing, and orders nothing (the refresh
    sorts by rank). `attribution` is the credit that has to be shown.
    """

    id: str
    title: str
    hosts: tuple[Host, ...]
    attribution: str
    licence: str
    terms_url: str
    entries: tuple[Entry, ...]
    plan: Callable[[Want], Sequence[Job]]
    needs_key: bool = False
    test: Callable[[Http, Cancelled], str] | None = None
    """One cheap request for the button "test this source"; returns a sentence, raises like a job."""


# --- what is wanted -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Have:
    """The first and the last day of a series in the cache, brought by any source."""

    first: Day
    last: Day


def _no_price(coin_id: str) -> tuple[Day, float] | None:
    return None


@dataclass(frozen=True)
class Want:
    """What a refresh knows when it asks a source for its jobs.

    Attributes
    ----------
    now : the moment, with its time zone
    have : by kind and key, for example `("bars", "RUT")` or `("coin", "bitcoin")`, what the cache holds
        *from this source* (and `origin` live or archive); absent: nothing
    full : fetch the whole history, whatever the cache has
    since : fetch from this day on at least (`--since`)
    refetch_days : days before the last one that are asked for again
    coins : the coins of the cache in their order (rank), empty at the first start
    keys : names of the API keys that are set
    price : the last daily price of a coin in the cache (from CoinGecko), at the time of the call and
        not of the plan: jobs that run after the first coins use it for their guards
    """

    now: datetime
    have: Mapping[tuple[Kind, str], Have] = field(default_factory=dict)
    full: bool = False
    since: Day | None = None
    refetch_days: int = REFETCH_DAYS
    coins: Sequence[Coin] = ()
    keys: Collection[str] = ()
    price: Callable[[str], tuple[Day, float] | None] = _no_price

    @property
    def today(self) -> Day:
        """The running UTC day: it is not over, so nothing of it is taken."""
        return day_of(self.now)

    @property
    def last_closed(self) -> Day:
        return self.today - np.timedelta64(1, "D")

    def first_wanted(self, kind: Kind, key: str, *, earliest: Day) -> Day:
        """Return the day from which a series has to be asked for.

        `earliest` when nothing is there, or all is wanted; else some days before the last one.
        """
        held = self.have.get((kind, key))
        first = earliest
        if held is not None and not self.full:
            first = max(earliest, held.last - np.timedelta64(self.refetch_days - 1, "D"))
        if self.since is not None and not self.full:
            first = max(earliest, min(first, self.since))
        return min(first, self.last_closed)


# --- what a job is, brings and raises -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """A small piece of work of one source, committed on its own.

    `id` is the same at every start ("coin/bitcoin"): a refresh that was cut goes on where it was.
    `covers` are the series whose state the outcome decides. `rank` orders: lower is sooner.
    `requests` is how many requests it will take, about: for the estimate of the time left.
    `run` is called off the window's thread; it raises :class:`SourceError` or :class:`Stopped`.
    """

    source: str
    id: str
    title: str
    covers: tuple[tuple[Kind, str], ...]
    run: Callable[[Http, Cancelled], Fetched] = field(repr=False, compare=False)
    rank: int = HISTORY
    requests: int = 1
    host: str = ""
    """The host it asks first, empty: the source's first. While that one has to wait, so has the job."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that was left out. `value` is what the provider said, as text of at most 80 signs."""

    kind: Kind
    key: str
    day: Day | None
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Days of one instrument: `days` of shape (n,), `values` of shape (n, fields of the kind).

    Days may come in any order but only once. NaN is "not published". `moment` marks a snapshot.
    """

    kind: Kind
    key: str
    days: Days
    values: Floats
    about: About | None = None
    moment: bool = False

    def __post_init__(self) -> None:
        wanted = (self.days.size, len(FIELDS[self.kind]))
        if self.values.shape != wanted:
            raise ValueError(f"{self.key} has values of shape {self.values.shape}, {wanted} expected")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one job brought, for one commit: one batch of this source, learnt at `learnt_at`.

    Attributes
    ----------
    learnt_at : when the answer came, with its time zone
    rows : values, normalised to the close of their day
    priority : rank of the batch within the cache, the lower wins (Yahoo's coins are 2, all else 1)
    coins : a coin list in the order of rank; empty: the list in the cache stands
    refused : values left out, each with its reason
    provisional : how many bars were dropped since their day is not over
    notes : whole sentences for the log ("The provider has no value for 2 of 251 days.")
    then : jobs that became known only now (a coin's history once the universe is known)
    unavailable : why single series of `covers` cannot be had although the job went well
    """

    learnt_at: datetime
    rows: tuple[Rows, ...] = ()
    priority: int = 1
    coins: tuple[Coin, ...] = ()
    refused: tuple[Refused, ...] = ()
    provisional: int = 0
    notes: tuple[str, ...] = ()
    then: tuple[Job, ...] = ()
    unavailable: Mapping[tuple[Kind, str], str] = field(default_factory=dict)


class Stopped(Exception):  # noqa: N818 - not an error
    """The user asked to stop; nothing of the job is kept."""


class SourceError(Exception):
    """A job could not be done. `why` is a whole sentence without any key or address parameter."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RateLimited(SourceError):  # noqa: N818 - a state of the series
    """The state *waiting until*: the limit of the provider is reached or its breaker is open."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


class Unavailable(SourceError):  # noqa: N818 - a state of the series
    """The state *not available*: needs a key, blocked in this region, not published, not yet born.

    It is not asked again before `until` (a day later where a region is blocked); None: at the next refresh.
    """

    def __init__(self, why: str, *, until: datetime | None = None) -> None:
        super().__init__(why)
        self.until = until


class Failed(SourceError):  # noqa: N818 - a state of the series
    """The state *failed*. `retry` says whether asking again may help (a fault of the network), or not."""

    def __init__(self, why: str, *, retry: bool = True) -> None:
        super().__init__(why)
        self.retry = retry


# --- what a job asks through ----------------------------------------------------------------------


class Answer(Protocol):
    """A whole answer. Header names are looked up without regard to case."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...

    def text(self) -> str:
        """Return the body as text (the charset of the answer, else UTF-8)."""
        ...

    def json(self) -> Any:
        """Return the parsed body; raises :class:`Failed` in plain words when it is none."""
        ...


MOST_BYTES = 8_000_000
"""A body above this is refused while it arrives; none of the documented answers comes near."""


class Http(Protocol):
    """The one way to the network: limits, time-outs, retries, breaker, keys and cancelling inside.

    Every call blocks its thread and raises :class:`RateLimited` (429, 418, a breaker that is open, or a
    wait for the bucket longer than it is worth), :class:`Unavailable` (401, 403, 451), :class:`Failed`
    (anything else, retries included) or :class:`Stopped` within 200 ms of a cancel. Addresses are those
    of the documentation; tests lead hosts elsewhere. Keys are added here and nowhere else.
    """

    def get(
        self,
        url: str,
        *,
        cancelled: Cancelled,
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        most: int = MOST_BYTES,
    ) -> Answer:
        """Ask for a page. Statuses in `accept` (400, 404 …) come back instead of being raised."""
        ...

    def json(
        self,
        url: str,
        *,
        cancelled: Cancelled,
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = MOST_BYTES,
    ) -> Any:
        """Ask for JSON. A page of HTML where JSON was due is named as such."""
        ...

    def browser(self) -> Any:
        """Return a session of curl_cffi with the same manners, for yfinance; for one job at a time.

        Its attribute `cancelled` is set at the start of the job.
        """
        ...

    def now(self) -> datetime:
        """Return the moment, in UTC (injected: tests set it)."""
        ...


# --- small tools that all sources share -----------------------------------------------------------


def day_of(moment: datetime) -> Day:
    """Return the UTC day of a moment.

    >>> day_of(datetime(2026, 5, 1, 23, 30, tzinfo=UTC))
    np.datetime64('2026-05-01')
    """
    return np.datetime64(moment.astimezone(UTC).date(), "D")


def number(raw: object) -> float:
    """Read a number of whatever JSON type; what is not one, or not finite, is NaN ("not published").

    >>> number("2.1E9"), number(None), number("."), number(True)
    (2100000000.0, nan, nan, nan)
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return float("nan")
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return float("nan")
    return value if abs(value) != float("inf") else float("nan")


def clip(raw: object) -> str:
    """Return what the provider said as a text that is short enough for a table."""
    text = " ".join(str(raw).split())
    return text if len(text) <= 80 else text[:79] + "…"
