"""What is due: after a cut the rest, after an hour the newest days, on a holiday no bar of the Russell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from data.cache import Outcome
from data.refresh.due import Name, Plan, plan
from data.sources.contract import DEEP, FIRST_PICTURE, HISTORY, RECENT, Job
from models.market.snapshot import Calendar
from tests.data.refreshing import job

THANKSGIVING = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def sessions(name: Name) -> tuple[Calendar, int]:
    return "session", 0


def days(name: Name) -> tuple[Calendar, int]:
    return "daily", 0


def tried(at: datetime, result: str = "done", **more: object) -> Outcome:
    done_at = at if result == "done" else None
    return Outcome("a", "A1", "series", "A1", result, at, "So it is.", done_at=done_at, **more)  # type: ignore[arg-type]


def planned(
    outcomes: Sequence[Outcome],
    now: datetime,
    *,
    calendar: object = days,
    rank: int = RECENT,
    anyway: bool = False,
) -> Plan:
    return plan([job("a", "A1", rank=rank)], outcomes, now=now, publishing=calendar, anyway=anyway)  # type: ignore[arg-type]


def is_due(outcomes: Sequence[Outcome], now: datetime, **more: object) -> bool:
    found = planned(outcomes, now, **more)  # type: ignore[arg-type]
    assert len(found.jobs) + len(found.skipped) == 1
    return bool(found.jobs)


def test_what_was_never_asked_is_due() -> None:
    assert is_due([], THANKSGIVING)


def test_what_went_well_a_moment_ago_is_not_asked_again_after_a_cut() -> None:
    assert not is_due([tried(THANKSGIVING)], THANKSGIVING + 10 * MINUTES)
    assert is_due([tried(THANKSGIVING)], THANKSGIVING + 61 * MINUTES)


def test_a_day_that_closed_meanwhile_makes_it_due_at_once() -> None:
    evening = datetime(2026, 11, 25, 23, 50, tzinfo=UTC)
    assert is_due([tried(evening)], evening + 11 * MINUTES)
    assert not is_due([tried(evening)], evening + 9 * MINUTES)


def test_on_a_holiday_no_session_closes() -> None:
    before_close = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)
    assert not is_due([tried(before_close)], before_close + 30 * MINUTES, calendar=sessions)
    day_before = before_close - timedelta(days=1)
    assert is_due([tried(day_before)], day_before + 30 * MINUTES, calendar=sessions)


@pytest.mark.parametrize(("rank", "hours"), [(FIRST_PICTURE, 1), (RECENT, 1), (HISTORY, 20), (DEEP, 7 * 24)])
def test_long_histories_are_asked_for_more_seldom(rank: int, hours: int) -> None:
    noon = THANKSGIVING
    last = timedelta(hours=hours)
    assert not is_due([tried(noon)], noon + last - MINUTES, rank=rank)
    assert is_due([tried(noon)], noon + last, rank=rank)


def test_what_failed_or_waited_is_due_at_the_next_refresh() -> None:
    assert is_due([tried(THANKSGIVING, "failed")], THANKSGIVING + MINUTES)
    until = THANKSGIVING + 10 * MINUTES
    assert is_due([tried(THANKSGIVING, "waiting", until=until)], THANKSGIVING + MINUTES)


def test_what_is_blocked_is_left_alone_until_its_time() -> None:
    blocked = tried(THANKSGIVING, "unavailable", until=THANKSGIVING + timedelta(days=1))
    found = planned([blocked], THANKSGIVING + MINUTES, anyway=True)
    assert found.skipped[0].why.startswith("So it is. It is asked again after 27 Nov 2026")
    assert is_due([blocked], THANKSGIVING + timedelta(days=1))


def test_asking_for_all_of_it_asks_again() -> None:
    assert is_due([tried(THANKSGIVING)], THANKSGIVING + MINUTES, anyway=True)


def test_a_series_that_a_good_job_could_not_bring_is_no_reason_to_repeat_it() -> None:
    missing = Outcome(
        "a", "A1", "series", "A2", "unavailable", THANKSGIVING, "Not published.", done_at=THANKSGIVING
    )
    assert not is_due([tried(THANKSGIVING), missing], THANKSGIVING + MINUTES)


def test_a_clock_that_was_set_back_blocks_nothing() -> None:
    assert is_due([tried(THANKSGIVING)], THANKSGIVING - timedelta(days=30))


def test_the_same_job_twice_is_one() -> None:
    twice: list[Job] = [job("a", "A1"), job("a", "A1")]
    assert len(plan(twice, (), now=THANKSGIVING, publishing=days).jobs) == 1
