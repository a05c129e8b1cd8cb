"""The one HTTP layer: what every request of every source goes through."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from data.sources.contract import (
    MOST_BYTES,
    Failed,
    Host,
    Key,
    RateLimited,
    Stopped,
    Unavailable,
)
from models.version import NAME, VERSION

from . import words
from .abandon import CancelledError, Guard, TimeOverError, abandonable
from .clock import Clock, SystemClock
from .limits import TRIES_OF_BREAKER, HostState, Limits, Rule, Turn
from .reading import is_html, parse_json, title
from .routes import lead, read_routes
from .wire import LineError, OfflineError, Raw, Timeouts, Wire

TRIES = 3
CAP = 120.0
"""Seconds of `Retry-After` that are honoured; a ban (418) is believed for as long as three days."""
PATIENCE = 150.0
"""Seconds that a request waits for its turn; what takes longer is told to the refresh instead."""
BLOCKED = timedelta(days=1)
LOOKED_UP = timedelta(seconds=30)
"""So long a name that was not found is not looked up again; a refresh begun anew does so at once."""
REDIRECTS = 3
OWN = f"{NAME}/{VERSION} (desktop application)"
# What FRED lets through: it turns away names that it does not know.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

Params = Mapping[str, str | int | float]
Cancelled = Callable[[], bool]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request waits for its turn until `until`; `why` is empty while it is only the bucket that fills."""

    host: str
    until: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer (:class:`data.sources.contract.Answer`)."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    host: str = ""

    def text(self) -> str:
        found = re.search(r"charset=[\"']?([\w-]+)", self.headers.get("Content-Type", ""), re.IGNORECASE)
        try:
            return self.content.decode(found[1] if found else "utf-8-sig", "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        if is_html(self.content, self.headers.get("Content-Type", "")):
            raise Failed(words.failure(self.host, words.web_page(title(self.content))))
        if not self.content.strip():
            raise Failed(words.failure(self.host, "answered with nothing"))
        try:
            return parse_json(self.content)
        except ValueError:
            raise Failed(words.failure(self.host, "answered with broken JSON")) from None


class Client:
    """:class:`data.sources.contract.Http` as it works in the application. Safe with several threads.

    Parameters
    ----------
    hosts : the hosts that may be asked, as the sources declare them; no other one is
    folder : where the limits are kept, None: in memory only
    keys : returns the API key of a name, or None
    routes : by host, where it is found instead (tests); None: what ROTASCOPE_ROUTES says
    waiting : called (from the thread of the request) when it has to wait, and with `until` in the past
        when it goes on
    """

    def __init__(
        self,
        hosts: Iterable[Host],
        *,
        folder: Path | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        keys: Callable[[str], str | None] = lambda name: None,
        routes: Mapping[str, str] | None = None,
        waiting: Callable[[Waiting], None] = lambda waiting: None,
        timeouts: Timeouts | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.timeouts = timeouts or Timeouts()
        self.routes = read_routes() if routes is None else dict(routes)
        self._hosts = {host.name: host for host in hosts}
        self._keys = keys
        self._chance = chance or random.Random()
        self._waiting = waiting
        self._patience = patience
        self._unfound: dict[str, datetime] = {}
        self._limits = Limits(folder)
        self._wire = Wire(self.timeouts)
        self._browser: Any = None

    def close(self) -> None:
        """Close all connections and the file of limits."""
        self._wire.close()
        self._limits.close()
        if self._browser is not None:
            self._browser.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> datetime:
        return self.clock.now()

    # --- asking -----------------------------------------------------------------------------------

    def json(
        self,
        url: str,
        *,
        cancelled: Cancelled,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = MOST_BYTES,
    ) -> Any:
        answer = self.get(
            url,
            cancelled=cancelled,
            params=params,
            headers={"Accept": "application/json", **(headers or {})},
            most=most,
        )
        return answer.json()

    def get(
        self,
        url: str,
        *,
        cancelled: Cancelled,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        most: int = MOST_BYTES,
    ) -> Page:
        address = _with(url, params)
        for _ in range(REDIRECTS + 1):
            page = self._ask(address, headers or {}, accept, most, cancelled)
            location = page.headers.get("Location", "")
            if page.status not in (301, 302, 303, 307, 308) or not location:
                return page
            address = self._redirected(address, location)
        raise Failed(words.failure(_name(url), "leads from one address to the next without end"))

    def _ask(
        self, url: str, headers: Mapping[str, str], accept: Collection[int], most: int, cancelled: Cancelled
    ) -> Page:
        host = self.host(_name(url))
        key = self._key(host)
        target = lead(url, self.routes)
        sent = {"Accept-Encoding": "gzip, deflate", **_agent(host), **headers}
        if target.host:
            sent["Host"] = target.host
        secret = ""
        if key is not None:
            secret = sent[key.header] = self._keys(key.name) or ""

        def work(guard: Guard) -> Raw:
            raw = self._wire.send(target.url, sent, most=most, guard=guard, direct=target.direct)
            if secret and secret.encode() in raw.content:
                # A host that repeats the key in its answer must not bring it into a message.
                raw = replace(raw, content=raw.content.replace(secret.encode(), b"[hidden]"))
            return raw

        raw = self.send(host, work, cancelled=cancelled, accept=accept, key=key)
        return Page(raw.status, raw.headers, raw.content, host.name)

    def _redirected(self, address: str, location: str) -> str:
        there = urljoin(address, location)
        parts = urlsplit(there)
        if parts.scheme != "https" or (parts.hostname or "") not in self._hosts:
            raise Failed(words.failure(_name(address), f"leads elsewhere ({parts.hostname})"), retry=False)
        return there

    def browser(self) -> Any:
        """Return the session for yfinance, the same at every call; for one job at a time."""
        if self._browser is None:
            from .bridges import browser_session

            self._browser = browser_session(self)
        return self._browser

    # --- manners: also for requests that another library makes --------------------------------------

    def host(self, name: str) -> Host:
        """Return the rules of a host; one that no source declares is never asked."""
        if name not in self._hosts:
            raise Failed(f"{name} belongs to no source and is not asked.", retry=False)
        return self._hosts[name]

    def send(
        self,
        host: Host,
        work: Callable[[Guard], Raw],
        *,
        cancelled: Cancelled,
        accept: Collection[int] = (),
        key: Key | None = None,
        tries: int = TRIES,
    ) -> Raw:
        """Let `work` make one request with all manners: turns, time limits, retries, breaker, cancel.

        `work` is called in a helper thread, once for each try.
        """
        self._look_up(host.name)
        last, is_unfound = "", False
        for left in reversed(range(tries)):
            is_unfound = False
            if self._turn(host, key, cancelled).trial:
                left = 0
            try:
                raw = self.abandonable(work, cancelled)
            except TimeOverError:
                # A host that is this slow will not be quick a second later.
                last = f"took longer than {self.timeouts.total:g} seconds"
                break
            except LineError as error:
                last, is_unfound = str(error), isinstance(error, OfflineError)
                if not error.again or not left:
                    break
                self._pause(left, tries, None, cancelled)
                continue
            if raw.status in accept or raw.status < 400:
                self._limits.succeeded(host.name)
                return raw
            asked = words.retry_after(raw.headers.get("Retry-After", ""), self.now())
            if raw.status in words.TOO_MANY:
                self._struck(host, raw.status, asked, left)
            elif raw.status in words.AGAIN:
                last = words.server_error(raw.status)
                if not left:
                    break
                self._pause(left, tries, asked, cancelled)
            else:
                self._refused(host, raw, key)
        if is_unfound:
            # Nobody was asked: a host is not left alone for an hour because a cable was out.
            self._unfound[host.name] = self.now()
            raise Failed(words.failure(host.name, last))
        until = self._limits.failed(host.name, self.now(), words.breaker(host.name, last, TRIES_OF_BREAKER))
        if until is not None:
            self._waiting(Waiting(host.name, until, words.breaker(host.name, last, TRIES_OF_BREAKER)))
        raise Failed(words.failure(host.name, last))

    def _look_up(self, name: str) -> None:
        """Fail at once where the name was not found a moment ago: every job would wait for the same again."""
        when = self._unfound.get(name)
        if when is not None and timedelta(0) <= self.now() - when < LOOKED_UP:
            raise Failed(words.failure(name, words.UNFOUND))

    def abandonable(self, work: Callable[[Guard], T], cancelled: Cancelled) -> T:
        """Do `work` in a helper thread until it is done, the user cancels, or the time is over."""
        try:
            return abandonable(work, cancelled=cancelled, seconds=self.timeouts.total)
        except CancelledError:
            raise Stopped from None

    def _key(self, host: Host) -> Key | None:
        for key in host.keys:
            if self._keys(key.name):
                return key
        if host.needs_key:
            names = " or ".join(key.title for key in host.keys)
            raise Unavailable(f"{host.name} needs an API key ({names}), and none is set.")
        return None

    def _turn(self, host: Host, key: Key | None, cancelled: Cancelled) -> Turn:
        """Wait until the host may be asked, and take the turn."""
        rule = Rule(host.requests, host.per_seconds, host.burst)
        bucket = host.name
        if key is not None and key.requests:
            rule, bucket = Rule(key.requests, key.per_seconds, key.burst), f"{host.name} {key.name}"
        waited = False
        while True:
            if cancelled():
                raise Stopped
            now = self.now()
            turn = self._limits.take(host.name, bucket, rule, now)
            if turn.seconds <= 0:
                break
            until = now + timedelta(seconds=turn.seconds)
            if turn.seconds > self._patience:
                raise RateLimited(until, turn.why or f"The limit of {host.name} is used up.")
            self._waiting(Waiting(host.name, until, turn.why))
            waited = True
            # A millisecond more: a wait below what a clock can tell apart would turn on the spot.
            if not self.clock.wait(turn.seconds + 0.001, cancelled):
                raise Stopped
        if waited:
            self._waiting(Waiting(host.name, self.now()))
        return turn

    def _struck(self, host: Host, status: int, asked: float | None, left: int) -> None:
        # A little more than was asked for, and not the same for everybody.
        if asked is not None:
            asked += self._chance.random()
        cap = CAP + 1 if status == 429 else 3 * 86_400.0
        why = words.too_many(host.name, status)
        until = self._limits.struck(host.name, self.now(), asked=asked, pauses=host.pauses, cap=cap, why=why)
        if not left:
            raise RateLimited(until, why)

    def _pause(self, left: int, tries: int, asked: float | None, cancelled: Cancelled) -> None:
        """Wait 1, 2, 4 … seconds and a bit, or what the host asked for, before the next try."""
        seconds = 2.0 ** (tries - 1 - left)
        if asked is not None:
            seconds = max(seconds, min(asked, CAP))
        if not self.clock.wait(seconds + self._chance.random(), cancelled):
            raise Stopped

    def _refused(self, host: Host, raw: Raw, key: Key | None) -> None:
        # An answer is an answer: the host is well.
        self._limits.succeeded(host.name)
        if raw.status in (401, 403, 451):
            page = title(raw.content) if is_html(raw.content, raw.headers.get("Content-Type", "")) else ""
            why = words.refused(host.name, raw.status, page=page, key=key is not None)
            raise Unavailable(why, until=None if raw.status == 401 else self.now() + BLOCKED)
        raise Failed(words.failure(host.name, words.unexpected(raw.status)), retry=False)

    def states(self) -> tuple[HostState, ...]:
        """Return the hosts that were asked, with the moment from which they may be asked again."""
        return self._limits.states(self.now())


def _name(url: str) -> str:
    return urlsplit(url).hostname or ""


def _with(url: str, params: Params | None) -> str:
    if not params:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(params)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _agent(host: Host) -> dict[str, str]:
    match host.user_agent:
        case "own":
            return {"User-Agent": OWN}
        case "browser":
            return {"User-Agent": BROWSER}
        case "none":
            return {}
