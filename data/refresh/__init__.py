"""Keeping the cache fresh: what is due, in which order, side by side, and what became of it.

`refresh(cache, keys)` does one refresh and returns a :class:`RefreshReport`; `prepare` says what it would
do. `data.listing` lists the series with their states, `Cache.refreshes` and `Cache.refresh_log` tell the
past ones. Nothing here knows of Qt: the window runs it in a process of its own (`ui/live/refreshing.py`).
"""

from .alone import RefreshRunsError
from .counts import BROKEN
from .due import Plan, Skipped
from .results import Progress, RefreshReport, SourceResult, Status
from .start import Prepared, UnknownSourceError, all_sources, client, prepare, refresh

__all__ = [
    "BROKEN",
    "Plan",
    "Prepared",
    "Progress",
    "RefreshReport",
    "RefreshRunsError",
    "Skipped",
    "SourceResult",
    "Status",
    "UnknownSourceError",
    "all_sources",
    "client",
    "prepare",
    "refresh",
]
