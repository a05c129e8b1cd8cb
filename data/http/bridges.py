"""Sessions of other libraries whose requests go through the one HTTP layer.

pycoingecko brings requests, yfinance brings curl_cffi (Yahoo turns away clients that do not shake hands
like a browser). Both are given sessions of their own kind, made here: the limits, the time limits, the
breaker, the routes of the tests and the cancel hold for them as for everybody else. Decision 7.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data.sources.contract import MOST_BYTES, Answer, Failed, Http, RateLimited, Unavailable

from . import words
from .abandon import Guard
from .reading import is_html, title
from .routes import lead
from .wire import BrokenOffError, LineError, OfflineError, Raw, TooLargeError, proxy_of

if TYPE_CHECKING:
    import requests

    from .client import Client

Cancelled = Callable[[], bool]


def requests_session(http: Http, cancelled: Cancelled, *, accept: Collection[int] = ()) -> requests.Session:
    """Return a session of requests that asks through `http`; statuses in `accept` come back as answers."""
    import requests
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict

    class Bridge(BaseAdapter):
        def send(
            self,
            request: requests.PreparedRequest,
            *options: Any,
            **more: Any,
        ) -> requests.Response:
            page = http.get(
                request.url or "", cancelled=cancelled, headers={"Accept": "application/json"}, accept=accept
            )
            if page.status < 400:
                _want_data(urlsplit(request.url or "").hostname or "", page)
            answer = requests.Response()
            answer.status_code = page.status
            answer.headers = CaseInsensitiveDict(page.headers)
            answer.raw = io.BytesIO(page.content)
            answer.url, answer.request = request.url or "", request
            answer.encoding = "utf-8"
            return answer

        def close(self) -> None:
            """Connections belong to the layer below."""

    session = requests.Session()
    # No .netrc, no proxies here: the layer below knows better.
    session.trust_env = False
    session.mount("https://", Bridge())
    return session


def _want_data(host: str, page: Answer) -> None:
    """Name a page for people, or nothing at all, before a parser stumbles over it."""
    if is_html(page.content, page.headers.get("Content-Type", "")):
        raise Failed(words.failure(host, words.web_page(title(page.content))))
    if not page.content.strip():
        raise Failed(words.failure(host, "answered with nothing"))


def browser_session(client: Client) -> Any:
    """Return a session of curl_cffi that looks like a browser and keeps to all manners of `client`.

    `session.cancelled` is set by whoever uses it, one job at a time. `session.vital(url)` says which
    requests matter: the others (cookies, crumbs) are tried once, and their failures are told in the way
    that yfinance expects of curl, so that it does without. Where a vital one ends in 404, `session.gone()`
    is raised: yfinance would try other cookies, which costs five requests and helps nobody.
    """
    from curl_cffi import requests as curl
    from curl_cffi.const import CurlHttpVersion

    cookies = frozenset(range(400, 600)) - words.TOO_MANY - words.AGAIN
    # A crumb that is not accepted any more is a 401, and yfinance knows how to get a new one.
    values = frozenset({400, 401, 404, 422})

    class Polite(curl.Session[Any]):
        cancelled: Cancelled = staticmethod(lambda: False)
        vital: Callable[[str], bool] = staticmethod(lambda url: True)
        gone: Callable[[], Exception] = staticmethod(lambda: Failed("There is no such page.", retry=False))

        def request(self, method: Any, url: str, *args: Any, **options: Any) -> Any:
            host = client.host(urlsplit(url).hostname or "")
            target = lead(url, client.routes)
            limits = client.timeouts
            options["timeout"] = (limits.connect, limits.read)
            proxy = "" if target.direct else proxy_of(url)
            if proxy:
                options["proxies"] = {"http": proxy, "https": proxy}
            if target.direct:
                options["http_version"] = CurlHttpVersion.V1_1
            answers: list[Any] = []
            ask = partial(super().request, method, target.url, *args, **options)

            def work(guard: Guard) -> Raw:
                answer = _browser_answer(ask, guard, limits.read)
                answers.append(answer)
                return Raw(answer.status_code, answer.headers, answer.content)

            vital = self.vital(url)
            accept, tries = (values, 3) if vital else (cookies, 1)
            try:
                client.send(host, work, cancelled=self.cancelled, accept=accept, tries=tries)
            except (Failed, RateLimited, Unavailable) as error:
                if vital:
                    raise
                raise curl.exceptions.ConnectionError(error.why) from None
            if vital and answers[-1].status_code == 404:
                raise self.gone()
            answers[-1].url = url
            return answers[-1]

    return Polite(impersonate="chrome", trust_env=False)


def _browser_answer(ask: Callable[..., Any], guard: Guard, silence_s: float) -> Any:
    """Return an answer of curl_cffi with its content, read piece by piece: it may be left at any of them.

    Raises
    ------
    LineError, TooLargeError
        The line failed, or the answer is larger than what is read.
    """
    from curl_cffi.curl import CURL_WRITEFUNC_ERROR

    pieces: list[bytes] = []
    size = 0

    def take(piece: bytes) -> int:
        nonlocal size
        size += len(piece)
        if guard.abandoned or size > MOST_BYTES:
            return int(CURL_WRITEFUNC_ERROR)
        pieces.append(piece)
        return len(piece)

    answer = _on_the_line(partial(ask, content_callback=take), guard, silence_s)
    if size > MOST_BYTES:
        raise TooLargeError(f"sent more than the {MOST_BYTES / 1e6:.0f} MB that are read")
    if isinstance(answer, LineError):
        raise answer
    answer.content = b"".join(pieces)
    return answer


def _on_the_line(ask: Callable[[], Any], guard: Guard, silence_s: float) -> Any:
    """Return the answer, or what went wrong on the line."""
    from curl_cffi.requests import exceptions as wrong

    try:
        return ask()
    except wrong.DNSError:
        return OfflineError(words.UNFOUND)
    except wrong.Timeout:
        return LineError(f"was silent for {silence_s:g} seconds")
    except (wrong.IncompleteRead, wrong.ChunkedEncodingError):
        return BrokenOffError("broke off in the middle of its answer")
    except wrong.SSLError:
        return LineError("could not prove who it is (the certificate or the encryption failed)")
    except wrong.RequestException as error:
        if guard.abandoned:
            return BrokenOffError("was left")
        # 18: the body was shorter than promised, 56: the connection was reset, 92: HTTP/2 broke.
        if getattr(error, "code", 0) in (18, 52, 56, 92):
            return BrokenOffError("broke off in the middle of its answer")
        return LineError("did not take the connection")
