"""Corrections of the past among what changed: values that a provider replaced, by the day it was learnt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from data.cache.ledger import MOST, Revised
from models.market.changes import DAYS, Happened, with_corrections
from models.market.snapshot import Day, Market

if TYPE_CHECKING:
    from data.cache import Cache

REVISIONS_BACK = timedelta(days=400)


def corrections(revised: Sequence[Revised]) -> tuple[Happened, ...]:
    """Return a line for each day on which corrections were learnt, newest first.

    Where a better source took over, nobody corrected anything: these are left out. A ledger is read no
    further back than `MOST` values, so the last day that it reached may have had more of them, and says so.
    """
    last = np.datetime64(revised[-1].learnt_at.date(), "D") if len(revised) >= MOST else None
    by_day: dict[Day, list[Revised]] = defaultdict(list)
    for one in revised:
        if one.is_own:
            by_day[np.datetime64(one.learnt_at.date(), "D")].append(one)
    lines = []
    for learnt, ones in by_day.items():
        words = _words(ones, is_cut=learnt == last)
        lines.append(Happened(learnt, "revision", "Corrections", words, "neutral", "data"))
    return tuple(sorted(lines, key=lambda one: -one.day.astype(int)))


def corrections_for(cache: Cache, market: Market, since: Day | None) -> tuple[Happened, ...]:
    """Return the corrections that a report of this market can tell: none that was learnt after its days.

    They are read from the day `since` on, or from a month before the day of the report.
    """
    begin = market.as_of - np.timedelta64(DAYS, "D") if since is None else min(since, market.as_of)
    found = corrections(cache.revised(datetime.fromisoformat(str(begin)).replace(tzinfo=UTC)))
    return tuple(one for one in found if market.known_at is None or one.day <= market.known_at)


def with_revisions(
    found: Sequence[Happened], revised: Sequence[Revised], since: Day, until: Day
) -> tuple[Happened, ...]:
    """Add the lines of the days after `since` up to `until`, newest first."""
    return with_corrections(found, corrections(revised), since, until)


def _words(ones: Sequence[Revised], *, is_cut: bool) -> str:
    keys = sorted({one.key for one in ones})
    whose = ", ".join(keys) if len(keys) <= 3 else f"{len(keys)} series"
    count = f"{len(ones):,} {'value' if len(ones) == 1 else 'values'} of {whose}"
    return f"at least {count}" if is_cut else count
