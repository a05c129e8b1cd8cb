"""The report of the day that the window shows, as the terminal would write it."""

from __future__ import annotations

from datetime import datetime

from data.paths import Paths
from models.market.snapshot import Day
from models.market.study import Study


def report_text(study: Study, day: Day, kind: str, paths: Paths | None, *, now: datetime) -> str:
    """Return the report as `json` or `html`, with the states of the live series; a second of work.

    Without `paths` there is no cache to ask for the states.

    Raises
    ------
    CacheError
    """
    from data.cache import Cache
    from data.listing import report_states
    from data.refresh import all_sources
    from models.report.write import written

    seen = study.as_seen_on(day)
    states = None
    if paths is not None and seen.market.origin != "demo":
        states = report_states(Cache.open(paths.market), all_sources(), seen.market, now=now)
    return written(seen, day, kind, states=states)
