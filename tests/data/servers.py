"""A server of a few lines for the tests of the HTTP layer, and a clock that does not wait."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from data.http import Client, Timeouts
from data.sources.contract import Host, Key

HOST = "api.example.org"
URL = f"https://{HOST}"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUICK = Timeouts(connect=1.0, read=1.0, total=3.0)
FREE = Host(HOST, requests=1000, per_seconds=1.0, burst=999)
DEMO = Key("example-demo", "Example demo key", "x-example-key", requests=50, burst=10)


def never() -> bool:
    return False


@dataclass
class StopAt:
    """Says stop when it is asked for the `yes`-th time, and counts how often it was asked."""

    yes: int
    asked: int = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked >= self.yes


@dataclass
class FakeClock:
    """Time passes only while somebody waits; `waits` are the seconds of each wait."""

    moment: datetime = NOON
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        if cancelled():
            return False
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)
        return True

    def skip(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


Talk = BaseHTTPRequestHandler
Answer = Callable[[Talk], None]


class Server(ThreadingHTTPServer):
    """Answers with `answers`, one after the other; the last one stays. `seen` are path and headers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.seen: list[tuple[str, Mapping[str, str]]] = []
        self.stop = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what is tested here."""

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self._open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def drop(self) -> None:
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.seen.append((self.path, dict(self.headers.items())))
        answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        answer(self)

    def log_message(self, *args: object) -> None:
        """Stay silent."""


@contextlib.contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    server = Server()
    server.answers = list(answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        server.drop()
        server.server_close()
        thread.join()
        helpers_end()


def helpers_end(seconds: float = 6.0) -> None:
    """Wait for the helper threads of requests that were walked away from."""
    end = time.monotonic() + seconds
    while any(one.name == "network" for one in threading.enumerate()):
        assert time.monotonic() < end, "a helper thread is left alive"
        time.sleep(0.02)


@contextlib.contextmanager
def client(server: Server, *, host: Host = FREE, **options: object) -> Iterator[Client]:
    options.setdefault("clock", FakeClock())
    options.setdefault("timeouts", QUICK)
    options.setdefault("routes", {host.name: server.address})
    with Client([host], **options) as made:  # type: ignore[arg-type]
        yield made


def status(code: int, body: object = b"{}", *, kind: str = "application/json", **headers: str) -> Answer:
    """Answer with a status and a body; underscores in the names of headers are hyphens."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(talk: Talk) -> None:
        talk.send_response(code)
        talk.send_header("Content-Type", kind)
        talk.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            talk.send_header(name.replace("_", "-"), value)
        talk.end_headers()
        talk.wfile.write(content)

    return answer


def good(body: object = None) -> Answer:
    return status(200, {"fine": True} if body is None else body)


def drip(seconds: float = 0.05) -> Answer:
    """Send one byte after the other, without end."""

    def answer(talk: Talk) -> None:
        server = talk.server
        assert isinstance(server, Server)
        talk.send_response(200)
        talk.send_header("Content-Length", "1000000")
        talk.end_headers()
        with contextlib.suppress(OSError):
            while not server.stop.wait(seconds):
                talk.wfile.write(b" ")
                talk.wfile.flush()

    return answer


def silence(talk: Talk) -> None:
    """Take the request and say nothing."""
    server = talk.server
    assert isinstance(server, Server)
    server.stop.wait(10)
    talk.close_connection = True


def reset(talk: Talk) -> None:
    """Break off in the middle of the body."""
    talk.send_response(200)
    talk.send_header("Content-Length", "1000")
    talk.end_headers()
    talk.wfile.write(b"[1, 2")
    talk.wfile.flush()
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    talk.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    talk.close_connection = True


def short(talk: Talk) -> None:
    """End the body before its length is reached, politely."""
    talk.send_response(200)
    talk.send_header("Content-Length", "1000")
    talk.end_headers()
    talk.wfile.write(b"[1, 2")
    talk.close_connection = True


def chunks(sizes: int, each: int = 65_536, *, end: bool = True) -> Answer:
    """Send a body of unknown length in chunks."""

    def answer(talk: Talk) -> None:
        talk.send_response(200)
        talk.send_header("Transfer-Encoding", "chunked")
        talk.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(sizes):
                talk.wfile.write(f"{each:x}\r\n".encode() + b"1" * each + b"\r\n")
            if end:
                talk.wfile.write(b"0\r\n\r\n")
        talk.close_connection = not end

    return answer
