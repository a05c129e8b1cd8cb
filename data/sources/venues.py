"""What the venues of perpetual contracts share: funding by day, snapshots, and handing over when blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite
from weakref import WeakKeyDictionary

import numpy as np

from data.cache.layout import Kind
from models.market.snapshot import Day

from .contract import Entry, Fetched, Http, Job, Unavailable, number
from .daily import Guard, Point, Told, bounds, fetched, milliseconds_day, tell

FUNDING_STAMP = (
    "Each settlement by its own time; the value of a day is the mean of those between 00:00 and 24:00 UTC, "
    "per 8 hours."
)
HOUR = 3_600_000
EIGHT_HOURS = 8 * HOUR
ENOUGH = 2 / 3
"""Share of a day's settlements that must be known for the day to have a value."""


# --- funding --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settlement:
    """One payment between longs and shorts: unix milliseconds (None: unreadable) and the rate as it came."""

    at: int | None
    raw: object
    stamp: object
    hours: float | None = None


def settlement(stamp: object, rate: object, hours: object = None) -> Settlement:
    """Read a settlement; `hours` is the interval that it closes where the provider says so."""
    when = number(stamp)
    known = milliseconds_day(stamp) is not None
    interval = number(hours)
    return Settlement(int(when) if known else None, rate, stamp, interval if interval > 0 else None)


def funding(
    who: str, entry: Entry, rows: Iterable[Settlement], now: datetime, first: Day, *, priority: int = 1
) -> Fetched:
    """Turn settlements into the mean rate per 8 hours of each day.

    A day with fewer than two thirds of its settlements has no value. The interval is what the provider
    says, else the most frequent distance between settlements.
    """
    guard = bounds(entry.id)
    today = np.datetime64(now.date(), "D")
    told = Told(entry.id)
    rates = _rates(told, rows, guard)
    interval = _interval(sorted(rates))
    by_day: dict[Day, list[tuple[float, float]]] = {}
    for at, (rate, hours) in sorted(rates.items()):
        # Settlements come a few milliseconds, at times seconds, after their hour: none before it.
        when = _day(at)
        length = hours * HOUR if hours else interval
        by_day.setdefault(when, []).append((rate * EIGHT_HOURS / length, length))
    notes = []
    for when in sorted(by_day):
        if when >= today:
            told.provisional += 1
            continue
        if when < first:
            continue
        due = round(86_400_000 / float(np.median([length for _, length in by_day[when]])))
        known = len(by_day[when])
        if known < ENOUGH * due:
            told.refuse(when, f"{known} of {due}", f"Only {known} of {due} settlements of the day are known.")
            continue
        if known < due:
            notes.append(f"{entry.id}: {known} of {due} settlements of {when} are known.")
        told.days.append(when)
        told.values.append(float(np.mean([rate for rate, _ in by_day[when]])))
    absent = f"{who} has no funding of it since {first}."
    return fetched(now, who, (told,), lambda _: entry, priority=priority, notes=notes[:20], absent=absent)


def _rates(told: Told, rows: Iterable[Settlement], guard: Guard) -> dict[int, tuple[float, float | None]]:
    rates: dict[int, tuple[float, float | None]] = {}
    seen: set[int] = set()
    for row in rows:
        if row.at is None:
            told.refuse(None, row.stamp, "The stamp is not a moment that can be read.")
            continue
        when = _day(row.at)
        if row.raw is None or row.raw == "":
            continue
        rate = number(row.raw)
        minute = row.at // 60_000
        if not isfinite(rate):
            told.refuse(when, row.raw, "This is not a number.")
        elif not guard.lowest <= rate <= guard.highest:
            told.refuse(when, row.raw, f"A rate can only lie between {guard.lowest:g} and {guard.highest:g}.")
        elif minute in seen:
            if rate not in [known for at, (known, _) in rates.items() if at // 60_000 == minute]:
                told.refuse(when, row.raw, "The settlement is told twice; its first value stands.")
        else:
            seen.add(minute)
            rates[row.at] = rate, row.hours
    return rates


def _day(at: int) -> Day:
    return np.datetime64(at // 86_400_000, "D")


def _interval(moments: Sequence[int]) -> float:
    """Return the usual distance between settlements, in whole hours (8 where there are too few)."""
    hours = Counter(
        round((b - a) / HOUR) for a, b in pairwise(moments) if HOUR / 2 < b - a <= 1.1 * EIGHT_HOURS
    )
    return hours.most_common(1)[0][0] * HOUR if hours else EIGHT_HOURS


# --- snapshots ------------------------------------------------------------------------------------


def snapshot(stamp: object, raw: object) -> Point:
    """Read a daily snapshot: at 00:00 UTC stands the end of the day before."""
    when = milliseconds_day(stamp)
    if when is None:
        return Point(None, raw, stamp)
    midnight = int(number(stamp)) % 86_400_000 == 0
    # What is stamped within a day is the state of a day that was not over.
    return Point(when - np.timedelta64(1, "D"), raw, stamp) if midnight else Point(when, None, stamp)


def told(key: str, points: Sequence[Point], now: datetime, first: Day) -> Told:
    """Guard the snapshots of one series. Ratios and sizes are above zero and do not jump tenfold and back."""
    known = bounds(key, factor=10.0)
    guard = Guard(1e-9, known.highest, "It must lie above zero.", factor=known.factor)
    return tell(key, points, today=np.datetime64(now.date(), "D"), guard=guard, since=first)


# --- the next venue -------------------------------------------------------------------------------

_blocked: WeakKeyDictionary[Http, dict[str, Unavailable]] = WeakKeyDictionary()


def remember(http: Http, host: str, blocked: Unavailable) -> None:
    """Note that a host does not serve this region, for as long as it is not to be asked again."""
    _blocked.setdefault(http, {})[host] = blocked


def remembered(http: Http, host: str) -> None:
    """Raise the refusal of a host again, without asking it, until its time is over."""
    refusal = _blocked.get(http, {}).get(host)
    if refusal is not None and refusal.until is not None and refusal.until > http.now():
        raise Unavailable(refusal.why, until=refusal.until)


def forget(http: Http, host: str) -> None:
    _blocked.get(http, {}).pop(host, None)


def hand_over(
    http: Http, blocked: Unavailable, covers: Sequence[tuple[Kind, str]], who: str, job: Job
) -> Fetched:
    """Say that a venue is not available here, and let `job` ask the next one, `who`, for the same."""
    why = f"{blocked.why} {who} is asked instead."
    return Fetched(http.now(), notes=(why,), then=(job,), unavailable=dict.fromkeys(covers, why))


def later(now: datetime, *, minutes: float = 1.0) -> datetime:
    """Return when a venue may be asked again that counts too many requests in the body of its answer."""
    return now + timedelta(minutes=minutes)
