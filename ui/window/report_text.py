"""The report of the day that the window shows, as the terminal would write it."""

from __future__ import annotations

from datetime import datetime

from data.paths import Paths
from models.market.changes import Happened
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
    from data.revised import corrections_for
    from models.report.write import written

    seen = study.as_seen_on(day)
    states = None
    corrected: tuple[Happened, ...] = ()
    if paths is not None and seen.market.origin != "demo":
        cache = Cache.open(paths.market)
        states = report_states(cache, all_sources(), seen.market, now=now)
        corrected = corrections_for(cache, seen.market, None)
    return written(seen, day, kind, states=states, corrections=corrected)
