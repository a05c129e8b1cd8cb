"""When New York trades: sessions by rule, from 1985 on, and the moment at which a session is over.

Rules of the exchange (NYSE Rule 7.2) and the days on which it stayed closed for an event. Nothing here
asks for a clock: moments come in as arguments.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from models.market.snapshot import Day

CLOSED_ONCE = frozenset(
    date.fromisoformat(day)
    for day in (
        "1985-09-27",  # hurricane Gloria
        "1994-04-27",  # President Nixon
        "2001-09-11",
        "2001-09-12",
        "2001-09-13",
        "2001-09-14",
        "2004-06-11",  # President Reagan
        "2007-01-02",  # President Ford
        "2012-10-29",  # hurricane Sandy
        "2012-10-30",
        "2018-12-05",  # President Bush
        "2025-01-09",  # President Carter
    )
)
KING_SINCE, JUNETEENTH_SINCE = 1998, 2022
SETTLED = time(16, 15)
"""New York time from which the bar of a session counts as whole; on half days it is whole earlier."""
ONE_DAY = timedelta(days=1)


def is_session(day: Day) -> bool:
    """Say whether New York trades on this day.

    >>> [is_session(np.datetime64(day)) for day in ("2026-11-25", "2026-11-26", "2026-11-28")]
    [True, False, False]
    """
    return _trades(_plain(day))


def session_upto(day: Day) -> Day:
    """Return the last session on or before a day."""
    at = _plain(day)
    while not _trades(at):
        at -= ONE_DAY
    return np.datetime64(at, "D")


def session_after(day: Day) -> Day:
    """Return the first session after a day."""
    at = _plain(day) + ONE_DAY
    while not _trades(at):
        at += ONE_DAY
    return np.datetime64(at, "D")


def last_closed_session(now: datetime) -> Day:
    """Return the newest session whose bar is whole at this moment.

    >>> from datetime import UTC
    >>> last_closed_session(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    np.datetime64('2026-11-23')
    >>> last_closed_session(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
    np.datetime64('2026-11-20')
    """
    there = now.astimezone(_new_york())
    today = there.date()
    if there.time() < SETTLED:
        today -= ONE_DAY
    return session_upto(np.datetime64(today, "D"))


@lru_cache(maxsize=1)
def _new_york() -> ZoneInfo:
    return ZoneInfo("America/New_York")


def _plain(day: Day) -> date:
    found = day.astype("datetime64[D]").item()
    assert isinstance(found, date)
    return found


def _trades(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED_ONCE and day not in holidays(day.year)


@lru_cache(maxsize=128)
def holidays(year: int) -> frozenset[date]:
    """Return the weekdays of a year on which the exchange is closed by rule."""
    found = {
        _nth(year, 2, 0, 3),  # Presidents' Day
        _easter(year) - timedelta(days=2),  # Good Friday
        _last_monday_of_may(year),
        _observed(date(year, 7, 4)),
        _nth(year, 9, 0, 1),  # Labor Day
        _nth(year, 11, 3, 4),  # Thanksgiving
        _observed(date(year, 12, 25)),
    }
    if year >= KING_SINCE:
        found.add(_nth(year, 1, 0, 3))
    if year >= JUNETEENTH_SINCE:
        found.add(_observed(date(year, 6, 19)))
    new_year = date(year, 1, 1)
    # On a Saturday it is not kept: the Friday before ends the year's accounts.
    if new_year.weekday() != 5:
        found.add(_observed(new_year))
    return frozenset(found)


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on Friday, one on a Sunday on Monday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus, Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
