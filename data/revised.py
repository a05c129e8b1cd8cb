"""Corrections of the past among what changed: values that a provider replaced, by the day it was learnt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from data.cache.ledger import Revised
from models.market.changes import Happened
from models.market.snapshot import Day

REVISIONS_BACK = timedelta(days=400)


def with_revisions(
    found: Sequence[Happened], revised: Sequence[Revised], since: Day, until: Day
) -> tuple[Happened, ...]:
    """Add a line for each day after `since` up to `until` on which corrections were learnt, newest first.

    Where a better source took over, nobody corrected anything: these are left out.
    """
    by_day: dict[Day, list[Revised]] = defaultdict(list)
    for one in revised:
        learnt = np.datetime64(one.learnt_at.date(), "D")
        if one.is_own and since < learnt <= until:
            by_day[learnt].append(one)
    lines = [
        Happened(learnt, "revision", "Corrections", _words(ones), "neutral", "data")
        for learnt, ones in by_day.items()
    ]
    return tuple(sorted([*found, *lines], key=lambda one: -one.day.astype(int)))


def _words(ones: Sequence[Revised]) -> str:
    keys = sorted({one.key for one in ones})
    whose = ", ".join(keys) if len(keys) <= 3 else f"{len(keys)} series"
    return f"{len(ones):,} {'value' if len(ones) == 1 else 'values'} of {whose}"
