"""Where hosts are found. Only tests lead them elsewhere, to a server on this machine.

The variable ROTASCOPE_ROUTES holds `host=address` separated by commas, for example
`api.coingecko.com=http://127.0.0.1:8000/api.coingecko.com`; `*=http://127.0.0.1:8000/{host}` leads every
host to one server. A request is sent to the address followed by its path, with the `Host` of the original.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

VARIABLE = "ROTASCOPE_ROUTES"


@dataclass(frozen=True, slots=True)
class Target:
    """The address to ask. `direct`: led elsewhere, past all proxies; `host` then names the original."""

    url: str
    direct: bool = False
    host: str = ""


def read_routes(text: str | None = None) -> dict[str, str]:
    """Read routes from `text`, by default from the environment.

    >>> read_routes("a.example=http://127.0.0.1:1/a, *=http://127.0.0.1:2/{host}")
    {'a.example': 'http://127.0.0.1:1/a', '*': 'http://127.0.0.1:2/{host}'}
    """
    if text is None:
        text = os.environ.get(VARIABLE, "")
    routes: dict[str, str] = {}
    for part in text.split(","):
        host, sign, address = part.strip().partition("=")
        if not sign:
            if host:
                raise ValueError(f"{VARIABLE} holds {host!r}, host=address is expected")
            continue
        if urlsplit(address).hostname not in ("127.0.0.1", "::1", "localhost"):
            # A key would be sent along: nobody is led off this machine by a variable.
            raise ValueError(f"{VARIABLE} leads {host} off this machine, which only tests may ask for")
        routes[host.strip()] = address.strip()
    return routes


def lead(url: str, routes: Mapping[str, str]) -> Target:
    """Return where `url` is to be asked.

    >>> lead("https://a.example/v1?x=1", {"a.example": "http://127.0.0.1:1/a"}).url
    'http://127.0.0.1:1/a/v1?x=1'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    base = routes.get(host) or routes.get("*")
    if base is None:
        return Target(url)
    there = urlsplit(base.replace("{host}", host))
    path = there.path.rstrip("/") + parts.path
    return Target(urlunsplit((there.scheme, there.netloc, path, parts.query, "")), True, host)
