"""Corrections among what changed: a line a day, own ones only, nothing from after the day."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from data.cache.ledger import MOST, Revised
from data.revised import with_revisions
from models.market.changes import Happened
from models.market.snapshot import day


def one(key: str, learnt: str, *, is_own: bool = True) -> Revised:
    when = datetime.fromisoformat(learnt).replace(tzinfo=UTC)
    return Revised("series", key, day("2026-01-05"), "value", 1.0, 2.0, "source", when, is_own)


def test_the_corrections_of_a_day_are_one_line_that_leads_to_the_data():
    flip = Happened(day("2026-03-02"), "signal", "Volume", "neutral → confirms", "confirms", "overview")
    found = with_revisions(
        [flip],
        [one("M2", "2026-03-03"), one("WALCL", "2026-03-03"), one("M2", "2026-03-01")],
        day("2026-02-01"),
        day("2026-03-10"),
    )
    assert [(str(each.day), each.words, each.panel) for each in found] == [
        ("2026-03-03", "2 values of M2, WALCL", "data"),
        ("2026-03-02", "neutral → confirms", "overview"),
        ("2026-03-01", "1 value of M2", "data"),
    ]


def test_what_was_learnt_later_or_by_a_better_source_is_left_out():
    told = [one("M2", "2026-03-11"), one("M2", "2026-02-01"), one("M2", "2026-03-05", is_own=False)]
    assert with_revisions([], told, day("2026-02-01"), day("2026-03-10")) == ()


def test_many_series_are_counted_not_listed():
    told = [one(f"S{n}", "2026-03-05") for n in range(5)]
    (line,) = with_revisions([], told, day("2026-02-01"), np.datetime64("2026-03-10"))
    assert line.words == "5 values of 5 series"


def test_a_day_at_which_reading_ended_had_at_least_as_many():
    told = [one("M2", "2026-03-05")] + [one("WALCL", "2026-03-04")] * (MOST - 1)
    whole, cut = with_revisions([], told, day("2026-02-01"), day("2026-03-10"))
    assert whole.words == "1 value of M2"
    assert cut.words == f"at least {MOST - 1:,} values of WALCL"
