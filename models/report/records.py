"""How often the signals were right, how much they repeat each other, and what changed lately."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.market.changes import DAYS, Happened, changes, with_corrections
from models.market.season.index import HEADLINE
from models.market.signals.grades import Grade, grades, overlap, score_grade
from models.market.snapshot import Day
from models.market.study import Study
from models.report.values import Entry, put, text


def records_section(study: Study, as_of: Day) -> Entry:
    """Grade the score and each signal over the days up to `as_of`, and say how many they really are."""
    history, season = study.signals, study.season[HEADLINE]
    alike = overlap(history, as_of)
    entry: Entry = {"score_above": 0.5, "score": _grades(score_grade(history, season, as_of, above=0.5))}
    entry["signals"] = {name: _grades(found) for name, found in grades(history, season, as_of).items()}
    entry["overlap"] = {"signals": len(alike.ids)}
    put(entry["overlap"], "effective_signals", alike.effective)
    confirming = [one.id for one in history.at(as_of) if one.state == "confirms"]
    entry["overlap_confirming"] = {"signals": len(confirming)}
    put(entry["overlap_confirming"], "effective_signals", overlap(history, as_of, confirming).effective)
    return entry


def changes_section(
    study: Study, as_of: Day, since: Day | None = None, corrections: Sequence[Happened] = ()
) -> Entry:
    """List what changed after `since` (30 days before, where no day is chosen) up to `as_of`.

    `corrections` of the past are known to the cache alone; those learnt between the days are told too.
    """
    begin = as_of - np.timedelta64(DAYS, "D") if since is None else min(since, as_of)
    found = [
        {"day": text(one.day), "kind": one.kind, "title": one.title, "words": one.words, "state": one.state}
        for one in with_corrections(changes(study, begin, as_of), corrections, begin, as_of)
    ]
    return {"since": text(begin), "changes": found}


def _grades(found: tuple[Grade, ...]) -> list[Entry]:
    return [_grade(one) for one in found]


def _grade(one: Grade) -> Entry:
    entry: Entry = {"days": one.days, "fired": one.fired, "followed": one.hits}
    entry["false_alarms"] = one.false_alarms
    entry["independent"] = one.independent
    entry["base_days"] = one.base_days
    figures = {"rate": one.rate, "base_rate": one.base_rate, "lift": one.lift}
    for key, value in (figures | {"median_lead_days": one.median_lead}).items():
        put(entry, key, value)
    return entry
