"""The server: real sockets, one thread a connection, every provider under its own name.

A provider is reached at `http://127.0.0.1:PORT/<host>/<path>`; `StubServer.routes` says so for each
host. A client may also use the server as its proxy for `http://` addresses.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stubs import services, wire
from tests.stubs.wire import Ask, Fault, Reply
from tests.stubs.world import World

NOON = "2026-11-22T12:00:00+00:00"
STATUSES = ("403", "408", "418", "429", "451", "500", "502", "503", "504", "400", "401", "404", "422")


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came in: `at` in seconds of a monotonic clock, the status that was answered."""

    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    status: int


class StubServer:
    """The server and its switches; used as a context manager, it serves between enter and exit.

    `limits` lets the stubs enforce the documented limits of each host (by the real clock).
    """

    def __init__(
        self,
        *,
        now: datetime | None = None,
        port: int = 0,
        seed: int = 17,
        coins: int = 300,
        limits: bool = False,
    ) -> None:
        self.world = World(now or datetime.fromisoformat(NOON), seed=seed, coins=coins)
        self.seen: list[Seen] = []
        self.limits = limits
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._spent: dict[str, deque[float]] = {}
        self.closing = threading.Event()
        stub = self

        class Handler(_Handler):
            server_stub = stub

        self._server = _Server(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stubs")

    # --- life ---------------------------------------------------------------------------------

    def __enter__(self) -> StubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.drop_connections()
        self._server.server_close()
        self._thread.join()

    @property
    def routes(self) -> dict[str, str]:
        """Where each host is found: `{"api.coingecko.com": "http://127.0.0.1:PORT/api.coingecko.com"}`."""
        return {host: f"http://127.0.0.1:{self.port}/{host}" for host in services.HOSTS}

    # --- faults -------------------------------------------------------------------------------

    def fault(self, host: str, kind: str, **options: Any) -> Fault:
        """Let requests to a host go wrong; see :class:`Fault`. Later faults stand behind earlier ones."""
        if kind not in STATUSES and kind not in wire.CHANGES and kind not in LINE:
            raise ValueError(f"there is no fault {kind!r}")
        made = Fault(host, kind, **options)
        with self._lock:
            self._faults.append(made)
        return made

    def clear(self) -> None:
        """Behave again: no faults, nothing dropped or revised."""
        with self._lock:
            self._faults.clear()
        self.world.mend()

    # --- what came in -------------------------------------------------------------------------

    def count(self, host: str = "*", path: str = "*") -> int:
        """Count the requests to a host and path (both may hold `*`)."""
        return len(self.requests(host, path))

    def requests(self, host: str = "*", path: str = "*") -> list[Seen]:
        with self._lock:
            return [one for one in self.seen if fnmatch(one.host, host) and fnmatch(one.path, path)]

    def busiest(self, host: str, seconds: float) -> int:
        """Return the largest number of requests to a host within any span of so many seconds."""
        times = [one.at for one in self.requests(host)]
        most = first = 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def forget(self) -> None:
        with self._lock:
            self.seen.clear()
            self._spent.clear()

    # --- answering ----------------------------------------------------------------------------

    def _meet(self, ask: Ask, raw_query: str) -> tuple[Reply, Fault | None]:
        with self._lock:
            fault = next((f for f in self._faults if f.matches(ask, raw_query) and f.takes()), None)
            wait = self._over(ask) if self.limits and fault is None else 0.0
        if wait:
            limit = Fault(ask.host, "429", retry_after=str(int(wait) + 1))
            return wire.refusal(limit), None
        if fault is not None and fault.kind in STATUSES:
            return wire.refusal(
                Fault(ask.host, fault.kind, retry_after=fault.retry_after, body=fault.body)
            ), None
        if ask.host == "_stub":
            return self._control(ask), None
        answer = services.HOSTS.get(ask.host)
        if answer is None:
            return Reply(502, {"error": f"no stub for {ask.host!r}"}), None
        return answer(self.world, ask), fault

    def _over(self, ask: Ask) -> float:
        """Spend one request of the host's limit, or return the seconds to wait."""
        limit = services.limit(ask)
        if limit is None:
            return 0.0
        name, requests, seconds = limit
        spent, now = self._spent.setdefault(name, deque()), time.monotonic()
        while spent and now - spent[0] >= seconds:
            spent.popleft()
        if len(spent) >= requests:
            return seconds - (now - spent[0])
        spent.append(now)
        return 0.0

    def _control(self, ask: Ask) -> Reply:
        """Let another process drive the stubs.

        `/_stub/requests`, `/_stub/fault?host=…&kind=…`, `/_stub/clear`, `/_stub/now?at=2026-11-23T01:00:00Z`
        """
        if ask.path == "/requests":
            counts: dict[str, int] = {}
            for one in self.requests():
                counts[one.host] = counts.get(one.host, 0) + 1
            return Reply(payload=counts)
        if ask.path == "/fault":
            kinds = {one.name: str(one.type) for one in fields(Fault)}
            options: dict[str, Any] = {
                name: float(text) if kinds[name] == "float" else int(text) if "int" in kinds[name] else text
                for name, text in ask.query.items()
                if name in kinds
            }
            return Reply(payload=asdict(self.fault(**options)))
        if ask.path == "/clear":
            self.clear()
        if ask.path == "/now" and "at" in ask.query:
            self.world.now = datetime.fromisoformat(ask.query["at"])
        return Reply(payload={"now": self.world.now.isoformat()})

    def note(self, seen: Seen) -> None:
        with self._lock:
            self.seen.append(seen)


LINE = ("drip", "reset", "close", "hang", "huge", "bomb")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        found = super().get_request()
        self._open.add(found[0])
        return found

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_stub: StubServer
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        stub = self.server_stub
        host, path, raw = self._where()
        headers = {name.lower(): value for name, value in self.headers.items()}
        ask = Ask(host, path, dict(parse_qsl(raw, keep_blank_values=True)), headers)
        at = time.monotonic()
        reply, fault = stub._meet(ask, raw)
        if host != "_stub":
            stub.note(Seen(host, path, raw, headers, at, reply.status))
        try:
            self._send(reply, fault, headers)
        except OSError:
            self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the tests read `seen`."""

    def _where(self) -> tuple[str, str, str]:
        parts = urlsplit(self.path)
        if parts.netloc:
            return parts.hostname or "", parts.path, parts.query
        host, _, rest = parts.path.lstrip("/").partition("/")
        name = (self.headers.get("Host") or "").split(":")[0]
        if host not in services.HOSTS and name in services.HOSTS:
            return name, parts.path, parts.query
        return host, "/" + rest, parts.query

    def _send(self, reply: Reply, fault: Fault | None, headers: Mapping[str, str]) -> None:
        kind = fault.kind if fault else ""
        if kind == "close":
            self._cut()
            return
        if kind == "hang":
            self.server_stub.closing.wait(fault.seconds if fault else 0.0)
            self._cut()
            return
        packed = False
        if fault is None or kind in ("drip", "reset"):
            body = reply.body()
        elif kind == "huge":
            body = wire.huge(fault.size)
        elif kind == "bomb":
            body, packed = wire.bomb(fault.size), True
        else:
            body = wire.damaged(reply, fault)
        tag = wire.etag(body)
        extra = dict(reply.headers)
        if reply.status == 200 and fault is None:
            extra.setdefault("ETag", tag)
            if headers.get("if-none-match") == tag:
                self._head(304, extra, 0, reply.kind)
                return
        if packed:
            extra["Content-Encoding"] = "gzip"
        status = 200 if kind in ("html", "huge", "bomb") else reply.status
        self._head(status, extra, len(body), reply.kind)
        if kind == "reset":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            time.sleep(0.05)  # let the first half arrive before the line is torn
            self._cut()
        elif kind == "drip":
            assert fault is not None
            for byte in _pieces(body, 20):
                if self.server_stub.closing.wait(fault.seconds):
                    return
                self.wfile.write(byte)
                self.wfile.flush()
        else:
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str], length: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _cut(self) -> None:
        """Tear the line: the client sees a reset, not an end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        with contextlib.suppress(OSError):
            self.wfile.close()
        self.connection.close()


def _pieces(body: bytes, size: int) -> Iterable[bytes]:
    return (body[i : i + size] for i in range(0, len(body), size))


def describe(stub: StubServer) -> str:
    """Return the routes as JSON, for a program that is started beside the stubs."""
    return json.dumps({"port": stub.port, "now": stub.world.now.isoformat(), "routes": stub.routes})
