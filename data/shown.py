"""Everything that the Data panel shows, read in one go off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from data.cache import Cache, LogLine, RefreshRecord
from data.cache.ledger import Revised
from data.listing import Listed, ListedSource, fresh_of, kept_up, listed, sources_of
from data.revised import REVISIONS_BACK
from data.sources import sources

LOG_LINES = 200


@dataclass(frozen=True)
class Shown:
    """Sources and series with their states, the log of refreshes, what was revised, and the cache."""

    sources: tuple[ListedSource, ...]
    series: tuple[Listed, ...]
    refreshes: tuple[RefreshRecord, ...]
    log: tuple[LogLine, ...]
    revised: tuple[Revised, ...]
    bytes: int
    now: datetime

    @property
    def fresh(self) -> int:
        return fresh_of(self.kept_up)

    @property
    def kept_up(self) -> tuple[Listed, ...]:
        """The series that are counted, here as in the status bar."""
        return kept_up(self.series)

    @property
    def without_coins(self) -> Sequence[Listed]:
        return [one for one in self.series if one.kind != "coin"]


def shown(cache: Cache, now: datetime | None = None) -> Shown:
    """Read it all; some tens of milliseconds for thirteen years of a thousand coins."""
    moment = now or datetime.now(UTC)
    known = sources()
    rows = listed(cache, known, now=moment)
    return Shown(
        sources=sources_of(rows, known, now=moment),
        series=rows,
        refreshes=cache.refreshes(20),
        log=cache.refresh_log(limit=LOG_LINES),
        revised=cache.revised(moment - REVISIONS_BACK),
        bytes=cache.state().bytes,
        now=moment,
    )
