"""One request over the line with urllib3: time limits, a limit of size, and nothing clever.

Retries, redirects and limits are the business of the client above. Proxies of the system are used;
a `.netrc` and cookies are not.
"""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import words
from .abandon import Guard

if TYPE_CHECKING:
    import urllib3

PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for a connection, for a silence while reading, and for one request in all."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 45.0


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came over the line."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


class LineError(Exception):
    """No whole answer. `str()` is the end of a sentence ("did not answer within 20 seconds")."""

    again = True
    """Whether the same request may do better a moment later."""


class TooLargeError(LineError):
    again = False


class BrokenOffError(LineError):
    """The answer ended before it was whole."""


class OfflineError(LineError):
    """The name of the host cannot be found: most often there is no network at all."""


class Wire:
    """Connections to all hosts; safe with several threads. Made at the first request, not before."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}

    def close(self) -> None:
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.clear()

    def send(
        self, url: str, headers: Mapping[str, str], *, most: int, guard: Guard, direct: bool = False
    ) -> Raw:
        """Ask for `url` and read the whole answer, in the thread of the caller.

        `guard` gets hold of the socket, so that another thread can end this. `direct` goes past proxies.
        """
        from urllib3 import exceptions as wrong

        pool = self._pool("" if direct else proxy_of(url))
        _here.guard = guard
        response: urllib3.BaseHTTPResponse | None = None
        try:
            response = pool.request(
                "GET",
                url,
                headers=dict(headers),
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=True,
            )
            return Raw(response.status, response.headers, _body(response, most, guard))
        except wrong.NameResolutionError:
            raise OfflineError(words.UNFOUND) from None
        except wrong.NewConnectionError:
            raise LineError("did not take the connection") from None
        except wrong.ConnectTimeoutError:
            raise LineError(
                f"did not take the connection within {self._timeouts.connect:g} seconds"
            ) from None
        except wrong.ReadTimeoutError:
            raise LineError(f"was silent for {self._timeouts.read:g} seconds") from None
        except wrong.ProxyError:
            raise LineError("cannot be reached through the proxy of the system") from None
        except wrong.SSLError:
            raise LineError("could not prove who it is (the certificate or the encryption failed)") from None
        except (wrong.ProtocolError, wrong.DecodeError):
            raise BrokenOffError("broke off in the middle of its answer") from None
        except (wrong.HTTPError, OSError, ValueError):
            if guard.abandoned:
                raise BrokenOffError("was left") from None
            raise LineError("could not be asked, the connection failed") from None
        finally:
            _here.guard = None
            if response is not None:
                _finish(response)

    def _pool(self, proxy: str) -> urllib3.PoolManager:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = _manager(proxy, self._timeouts)
            return self._pools[proxy]


class _Here(threading.local):
    """The guard of the request that this thread is making."""

    guard: Guard | None = None


_here = _Here()


def _body(response: urllib3.BaseHTTPResponse, most: int, guard: Guard) -> bytes:
    """Read the body, in pieces as they come; refuse it as soon as it is known to be too large."""
    shutdown: Callable[[], object] = response.shutdown
    guard.holds(shutdown)
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > most:
        raise TooLargeError(f"sent {int(declared) / 1e6:.0f} MB where at most {most / 1e6:.0f} are read")
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE):
        size += len(piece)
        if size > most:
            raise TooLargeError(f"sent more than the {most / 1e6:.0f} MB that are read")
        if guard.abandoned:
            raise BrokenOffError("was left")
        pieces.append(piece)
    return b"".join(pieces)


def _finish(response: urllib3.BaseHTTPResponse) -> None:
    """Give the connection back when its answer was read whole, and close it when it was not."""
    if response.closed or getattr(response, "length_remaining", 0) in (0, None):
        response.release_conn()
    else:
        response.close()


def _manager(proxy: str, timeouts: Timeouts) -> urllib3.PoolManager:
    import certifi
    import urllib3
    from urllib3.connection import HTTPConnection, HTTPSConnection

    # The socket is told to the guard before the thread blocks on it.
    class Plain(HTTPConnection):
        def getresponse(self) -> Any:
            _tell(self.sock)
            return super().getresponse()

    class Secure(HTTPSConnection):
        def getresponse(self) -> Any:
            _tell(self.sock)
            return super().getresponse()

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    options: dict[str, Any] = {
        "num_pools": 32,
        "maxsize": 4,
        "timeout": urllib3.Timeout(connect=timeouts.connect, read=timeouts.read),
        "ca_certs": _authorities() or certifi.where(),
    }
    made = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
    made.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return made


def _tell(sock: socket.socket | None) -> None:
    guard = _here.guard
    if guard is not None and sock is not None:
        guard.holds(lambda: sock.shutdown(socket.SHUT_RDWR))


def _authorities() -> str | None:
    """Return the certificates that the user or the company has set, if any."""
    import os

    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        file = os.environ.get(name, "")
        if file and os.path.isfile(file):  # noqa: PTH113 - a plain check of a name from outside
            return file
    return None


def proxy_of(url: str) -> str:
    """Return the proxy that the system wants for an address, or an empty text."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = urllib.request.getproxies()
    chosen = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not chosen or urllib.request.proxy_bypass(host):
        return ""
    return chosen if "://" in chosen else f"http://{chosen}"
