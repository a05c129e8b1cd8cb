"""The sources, one file each. A new one is its file and one line in `MODULES`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contract import Source

MODULES: tuple[str, ...] = (
    "yahoo",
    "coingecko",
    "coinmetrics",
    "binance",
    "bybit",
    "okx",
    "binance_archive",
    "deribit",
    "fred",
    "alternative",
    "defillama",
)
"""Names only: a source is imported when it is asked for, and nothing of it at the start."""


def source(source_id: str) -> Source:
    """Return one source by its id, which is also the name of its file."""
    if source_id not in MODULES:
        raise KeyError(f"there is no source {source_id!r}; known are {', '.join(MODULES)}")
    found: Source = import_module(f"{__name__}.{source_id}").SOURCE
    return found


def sources() -> tuple[Source, ...]:
    """Return all sources, in the order in which they are listed."""
    return tuple(source(name) for name in MODULES)
