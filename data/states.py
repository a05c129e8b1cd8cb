"""The five states of every series, and no others; a pure function of what is held, what was tried, and now.

fresh
    What should be published by now is there, or what is missing is younger than methods 8 allow.
stale
    Values were due and did not come, though nothing went wrong (`since` is the day of the newest value).
waiting
    The provider's limit is reached or its breaker is open; asked again after `until`.
unavailable
    Cannot be had: needs a key, blocked in this region, not published, before the coin existed.
failed
    The last attempt went wrong (`why`); `retry` says whether asking again may help.

A trouble of the provider is the state of a series only while it keeps a value back: what is up to date stays
fresh, and the trouble is then told in `trouble` and in the state of the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

import numpy as np

from data.cache.outcomes import Outcome
from data.sessions import last_closed_session, session_after, session_upto
from models.market.freshness import is_too_old
from models.market.snapshot import Calendar, Day

Name = Literal["fresh", "stale", "waiting", "unavailable", "failed"]

TITLES: dict[Name, str] = {
    "fresh": "fresh",
    "stale": "stale since",
    "waiting": "waiting until",
    "unavailable": "not available",
    "failed": "failed",
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
ONE_DAY, ONE_WEEK = np.timedelta64(1, "D"), np.timedelta64(7, "D")
WEDNESDAY = np.datetime64("1970-01-07", "D")
NEVER_ASKED = "No refresh has asked for it yet."


@dataclass(frozen=True, slots=True)
class SeriesState:
    """One of the five, with a whole sentence for people.

    `first_day` and `last_day` are what is held up to now (None: nothing); `due` is the newest day whose
    value should be published by now; `trouble` is what the last attempt said, when the series is fresh
    all the same.
    """

    name: Name
    sentence: str
    why: str = ""
    first_day: Day | None = None
    last_day: Day | None = None
    due: Day | None = None
    since: Day | None = None
    until: datetime | None = None
    retry: bool = False
    trouble: str = ""

    @property
    def title(self) -> str:
        """The state in a table: `stale since 14 May 2021`."""
        if self.since is not None:
            return f"{TITLES[self.name]} {written(self.since)}"
        if self.until is not None:
            return f"{TITLES[self.name]} {moment(self.until)}"
        return TITLES[self.name]


def state(
    calendar: Calendar,
    *,
    now: datetime,
    first: Day | None,
    last: Day | None,
    published_after: int = 0,
    outcomes: Sequence[Outcome] = (),
    zone: tzinfo | None = None,
) -> SeriesState:
    """Tell the state of one series.

    Parameters
    ----------
    calendar, published_after : when its values are due, from the catalog
    now : the moment at which one looks (for a day in review, the end of that day)
    first, last : the days that are held; None when nothing is
    outcomes : what became of the last attempt of each job that covers the series; none in a review
    zone : where the times of sentences are meant (None: the zone of the machine)
    """
    today = day_of(now)
    due = newest_due(calendar, now, published_after=published_after, like=last)
    if first is not None and first > today:
        why = f"It begins on {written(first)}."
        return SeriesState("unavailable", f"Not available: {why}", why, None, None, due)
    troubles = [one for one in outcomes if one.result != "done"]
    is_current = last is not None and last >= due
    if troubles and not is_current:
        return _in_trouble(_gravest(troubles, now), now, first, last, due, zone)
    if last is None:
        why = _nothing(outcomes)
        return SeriesState("unavailable", f"Not available: {why}", why, due=due)
    trouble = _gravest(troubles, now).why if troubles else ""
    if not is_current and is_too_old(calendar, last, today, published_after=published_after):
        why = f"The newest value is of {written(last)}; values up to {written(due)} should be published."
        return SeriesState("stale", f"Stale: {why}", why, first, last, due, since=last)
    following = written(next_day(calendar, max(last, due)))
    sentence = f"Fresh: the newest value is of {written(last)}; the next one is that of {following}."
    return SeriesState("fresh", sentence, "", first, last, due, trouble=trouble)


def newest_due(
    calendar: Calendar, now: datetime, *, published_after: int = 0, like: Day | None = None
) -> Day:
    """Return the newest day whose value should be published by now.

    `like` is a day of the series: weekly ones keep its weekday (Wednesday without it).
    """
    today = day_of(now)
    over = today - ONE_DAY - np.timedelta64(published_after, "D")
    if calendar == "session":
        closed = last_closed_session(now)
        return closed if published_after == 0 else min(closed, session_upto(over))
    if calendar == "weekly":
        of = WEDNESDAY if like is None else like
        return over - np.timedelta64(int((over - of).astype(int)) % 7, "D")
    if calendar == "monthly":
        return _first_of_month(over, 0)
    return over


def next_day(calendar: Calendar, last: Day) -> Day:
    """Return the day of the value that follows that of `last`."""
    if calendar == "session":
        return session_after(last)
    if calendar == "weekly":
        return last + ONE_WEEK
    if calendar == "monthly":
        return _first_of_month(last, 1)
    return last + ONE_DAY


def _first_of_month(when: Day, months: int) -> Day:
    return np.datetime64(when.astype("datetime64[M]") + np.timedelta64(months, "M"), "D")


def day_of(now: datetime) -> Day:
    """Return the UTC day of a moment."""
    return np.datetime64(now.astimezone(UTC).date(), "D")


def written(when: Day) -> str:
    """Write a day for people.

    >>> written(np.datetime64("2021-05-04"))
    '4 May 2021'
    """
    at = when.astype("datetime64[D]").item()
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def moment(when: datetime, zone: tzinfo | None = None, *, now: datetime | None = None) -> str:
    """Write a moment in the zone of the reader; its day only when that is not today's.

    >>> moment(datetime(2026, 5, 4, 9, 5, tzinfo=UTC), UTC)
    '4 May 2026 09:05'
    """
    there = when.astimezone(zone)
    if now is not None and now.astimezone(zone).date() == there.date():
        return f"{there:%H:%M}"
    return f"{there.day} {MONTHS[there.month - 1]} {there.year} {there:%H:%M}"


def _in_trouble(
    worst: Outcome,
    now: datetime,
    first: Day | None,
    last: Day | None,
    due: Day,
    zone: tzinfo | None,
) -> SeriesState:
    kept = "" if last is None else f" Values up to {written(last)} are kept."
    if worst.result == "waiting" and worst.until is not None and worst.until > now:
        sentence = f"Waiting until {moment(worst.until, zone, now=now)}: {worst.why}{kept}"
        return SeriesState("waiting", sentence, worst.why, first, last, due, until=worst.until, retry=True)
    if worst.result == "unavailable":
        sentence = f"Not available: {worst.why}{kept}"
        return SeriesState("unavailable", sentence, worst.why, first, last, due)
    retry = worst.retry or worst.result == "waiting"
    advice = "The next refresh asks again." if retry else "Asking again will not help by itself."
    return SeriesState(
        "failed", f"Failed: {worst.why} {advice}{kept}", worst.why, first, last, due, retry=retry
    )


def _gravest(troubles: Sequence[Outcome], now: datetime) -> Outcome:
    """Of several troubles tell the one that passes soonest: with another source there is hope."""

    def hope(one: Outcome) -> tuple[int, float]:
        order = {"waiting": 0, "failed": 1, "unavailable": 2}[one.result]
        if one.result == "waiting" and (one.until is None or one.until <= now):
            order = 1
        return order, -one.at.timestamp()

    return min(troubles, key=hope)


def _nothing(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return NEVER_ASKED
    return next((one.why for one in outcomes if one.why), "The provider has no value of it.")
