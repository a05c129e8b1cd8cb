"""The five states: each from what is held, what was tried and now, and never a sixth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache import Outcome
from data.states import Name, newest_due, state, written
from models.market.freshness import FRESH_FOR_DAYS
from models.market.snapshot import Calendar, Day, day

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)  # before New York opens
HOUR = timedelta(hours=1)


def outcome(result: str = "done", why: str = "", **more: object) -> Outcome:
    given_: dict[str, object] = {"at": MONDAY, "source": "yahoo", "job": "bars/RUT", "kind": "bars"}
    return Outcome(key="RUT", result=result, why=why, **(given_ | more))  # type: ignore[arg-type]


def russell(last: str | None, now: datetime = MONDAY, *outcomes: Outcome):  # type: ignore[no-untyped-def]
    first = None if last is None else day("1987-09-10")
    return state(
        "session", now=now, first=first, last=None if last is None else day(last), outcomes=outcomes, zone=UTC
    )


def test_on_a_monday_morning_the_close_of_friday_is_fresh() -> None:
    found = russell("2026-11-20")
    assert found.name == "fresh"
    assert found.sentence == "Fresh: the newest value is of 20 Nov 2026; the next one is that of 23 Nov 2026."


def test_no_bar_is_expected_on_thanksgiving() -> None:
    thanksgiving = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert newest_due("session", thanksgiving) == day("2026-11-25")
    failed = outcome("failed", "The server answered 500.")
    assert russell("2026-11-25", thanksgiving, failed).name == "fresh"
    assert russell("2026-11-24", thanksgiving, failed).name == "failed"


def test_a_series_that_stopped_is_stale_and_says_since_when() -> None:
    found = russell("2026-11-10", MONDAY, outcome())
    assert (found.name, found.since) == ("stale", day("2026-11-10"))
    assert found.title == "stale since 10 Nov 2026"
    assert "values up to 20 Nov 2026 should be published" in found.sentence


def test_the_limit_of_a_provider_shows_until_when_one_waits() -> None:
    until = MONDAY + timedelta(minutes=5)
    found = russell("2026-11-18", MONDAY, outcome("waiting", "Yahoo asks for a pause.", until=until))
    assert (found.name, found.until) == ("waiting", until)
    assert found.sentence == (
        "Waiting until 12:05: Yahoo asks for a pause. Values up to 18 Nov 2026 are kept."
    )


def test_a_wait_that_is_over_is_no_wait() -> None:
    late = outcome("waiting", "Yahoo asked for a pause.", until=MONDAY - HOUR)
    found = russell(None, MONDAY, late)
    assert (found.name, found.retry) == ("failed", True)


def test_what_cannot_be_had_says_why() -> None:
    found = russell(None, MONDAY, outcome("unavailable", "This needs a key."))
    assert (found.name, found.sentence) == ("unavailable", "Not available: This needs a key.")


def test_a_failure_says_the_reason_and_whether_to_try_again() -> None:
    again = russell(None, MONDAY, outcome("failed", "The connection was cut."))
    never = russell(None, MONDAY, outcome("failed", "The answer is of another kind.", retry=False))
    assert (again.name, again.retry) == ("failed", True)
    assert again.sentence == "Failed: The connection was cut. The next refresh asks again."
    assert (never.name, never.retry) == ("failed", False)
    assert "Asking again will not help" in never.sentence


def test_what_is_up_to_date_stays_fresh_and_tells_of_the_trouble() -> None:
    found = russell("2026-11-20", MONDAY, outcome("failed", "The connection was cut."))
    assert (found.name, found.trouble) == ("fresh", "The connection was cut.")


def test_of_two_sources_in_trouble_the_hopeful_one_is_told() -> None:
    until = MONDAY + HOUR
    found = russell(
        None,
        MONDAY,
        outcome("unavailable", "Blocked in your region.", source="binance"),
        outcome("waiting", "The limit is reached.", source="bybit", until=until),
        outcome("failed", "The answer was cut short.", source="okx"),
    )
    assert (found.name, found.until) == ("waiting", until)


def test_before_a_coin_existed_it_is_not_available() -> None:
    found = state(
        "daily",
        now=datetime(2017, 1, 1, 23, 59, 59, tzinfo=UTC),
        first=day("2020-04-10"),
        last=day("2026-11-22"),
    )
    assert found.name == "unavailable"
    assert found.sentence == "Not available: It begins on 10 Apr 2020."


def test_nothing_held_and_nothing_asked_says_so() -> None:
    assert russell(None).sentence == "Not available: No refresh has asked for it yet."


@pytest.mark.parametrize(
    ("calendar", "delay", "now", "due"),
    [
        ("daily", 0, "2026-11-23T00:00", "2026-11-22"),
        ("daily", 1, "2026-11-23T12:00", "2026-11-21"),
        ("weekly", 1, "2026-11-19T23:00", "2026-11-11"),  # Thursday: that of yesterday is only published now
        ("weekly", 1, "2026-11-20T00:00", "2026-11-18"),
        ("monthly", 60, "2026-11-23T12:00", "2026-09-01"),
        ("session", 0, "2026-11-23T21:14", "2026-11-20"),
        ("session", 0, "2026-11-23T21:15", "2026-11-23"),
    ],
)
def test_what_is_due_follows_the_calendar_and_the_delay(
    calendar: Calendar, delay: int, now: str, due: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert newest_due(calendar, moment, published_after=delay) == day(due)


def test_a_weekly_series_keeps_its_weekday() -> None:
    assert newest_due("weekly", MONDAY, published_after=1, like=day("2026-11-06")) == day("2026-11-20")


@given(
    calendar=st.sampled_from(get_args(Calendar)),
    delay=st.integers(0, 90),
    age=st.none() | st.integers(-5, 400),
    results=st.lists(st.sampled_from(["done", "waiting", "unavailable", "failed"]), max_size=3),
    wait=st.none() | st.integers(-120, 120),
)
def test_every_series_is_in_one_of_five_states_with_a_whole_sentence(
    calendar: Calendar, delay: int, age: int | None, results: list[str], wait: int | None
) -> None:
    today = day("2026-11-23")
    last: Day | None = None if age is None else today - np.timedelta64(age, "D")
    until = None if wait is None else MONDAY + timedelta(minutes=wait)
    found = state(
        calendar,
        now=MONDAY,
        first=last,
        last=last,
        published_after=delay,
        outcomes=[outcome(result, "Something was said.", until=until) for result in results],
        zone=UTC,
    )
    assert found.name in get_args(Name)
    assert found.sentence.endswith(".")
    assert ".." not in found.sentence
    assert (found.name == "stale") == (found.since is not None)
    assert (found.name == "waiting") == (found.until is not None)
    if found.name == "fresh":
        assert last is not None
        assert age is not None
        assert age <= FRESH_FOR_DAYS[calendar] + delay or last >= newest_due(
            calendar, MONDAY, published_after=delay, like=last
        )
    else:
        assert found.why


def test_days_are_written_in_english_whatever_the_machine_speaks() -> None:
    assert written(day("2021-05-14")) == "14 May 2021"
