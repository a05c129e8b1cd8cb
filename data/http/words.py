"""What went wrong between us and a host, in whole plain sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TOO_MANY = frozenset({418, 429})
"""Too many requests; 418 is how Binance says that it has banned the address for some time."""
AGAIN = frozenset({408, 500, 502, 503, 504})
"""Statuses after which the same request may do better a moment later."""

UNFOUND = "cannot be found; the network may be down"
"""The name of a host cannot be looked up."""


def too_many(host: str, status: int) -> str:
    if status == 418:
        return f"{host} has shut us out for some time after too many requests ({status})."
    return f"{host} says that there were too many requests ({status})."


def breaker(host: str, why: str, times: int) -> str:
    return f"{host} failed {times} times in a row and is left alone for a while. The last time it {why}."


def failure(host: str, why: str) -> str:
    return f"{host} {why}."


def server_error(status: int) -> str:
    if status == 408:
        return "gave up waiting for our request (408)"
    return f"has a fault of its own ({status})"


def unexpected(status: int) -> str:
    match status:
        case 400 | 422:
            return f"does not understand the request ({status})"
        case 404 | 410:
            return f"does not have what was asked for ({status})"
        case 402:
            return "gives this to paying customers only (402)"
        case _:
            return f"answered with an unexpected status ({status})"


def refused(host: str, status: int, *, page: str, key: bool) -> str:
    """Say why a door is closed: 401, 403 and 451."""
    if status == 451:
        return f"{host} is blocked in your region (451)."
    if status == 401:
        said = "did not accept the API key" if key else "wants an API key for this"
        return f"{host} {said} (401)."
    tail = f" Its page says: {page}." if page else ""
    return f"{host} refuses this connection (403): it may be blocked in your region or network.{tail}"


def web_page(page: str) -> str:
    tail = f', titled "{page}"' if page else ""
    return f"answered with a web page instead of data{tail}"


def retry_after(raw: str, now: datetime) -> float | None:
    """Read `Retry-After`, seconds or a date, as seconds from now; None where it is neither.

    >>> retry_after("30", datetime(2026, 5, 1, tzinfo=UTC))
    30.0
    >>> retry_after("Fri, 01 May 2026 00:02:00 GMT", datetime(2026, 5, 1, tzinfo=UTC))
    120.0
    """
    text = raw.strip()
    try:
        seconds = float(text)
    except ValueError:
        pass
    else:
        # "nan" and "inf" are numbers for Python and nonsense here.
        return max(seconds, 0.0) if seconds < 1e9 else None
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
