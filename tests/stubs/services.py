"""All hosts that have a stub, and their documented limits."""

from __future__ import annotations

from collections.abc import Callable

from tests.stubs import coingecko, coinmetrics, macro, options, venues, yahoo
from tests.stubs.wire import Ask, Reply
from tests.stubs.world import World

HOSTS: dict[str, Callable[[World, Ask], Reply]] = {
    **yahoo.HOSTS,
    **coingecko.HOSTS,
    **coinmetrics.HOSTS,
    **venues.HOSTS,
    **options.HOSTS,
    **macro.HOSTS,
}

LIMITS: dict[str, tuple[int, float]] = {
    "community-api.coinmetrics.io": (10, 6.0),
    "fapi.binance.com": (2400, 60.0),
    "api.bybit.com": (600, 5.0),
    "www.okx.com": (10, 2.0),
    "www.deribit.com": (100, 5.0),
    "fred.stlouisfed.org": (2, 1.0),
    "api.alternative.me": (60, 60.0),
    "stablecoins.llama.fi": (300, 60.0),
    "api.llama.fi": (300, 60.0),
}
"""Requests per seconds where one number is documented; what is said about paths stands in `limit`."""


def limit(ask: Ask) -> tuple[str, int, float] | None:
    """Return the name of the bucket that a request is taken from, with its requests and seconds."""
    if ask.host == "api.coingecko.com":
        demo = "x-cg-demo-api-key" in ask.headers or "x_cg_demo_api_key" in ask.query
        return (ask.host + " demo", 100, 60.0) if demo else (ask.host, 15, 60.0)
    if ask.host == "fapi.binance.com" and ask.path.startswith("/futures/data/"):
        return ask.host + " data", 1000, 300.0
    if ask.host == "fapi.binance.com" and ask.path == "/fapi/v1/fundingRate":
        return ask.host + " funding", 500, 300.0
    if ask.host == "www.okx.com" and "/rubik/" in ask.path:
        return ask.host + " rubik", 5, 2.0
    found = LIMITS.get(ask.host)
    return (ask.host, *found) if found else None
