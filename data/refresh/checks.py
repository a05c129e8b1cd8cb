"""The last look at what a source brought, before it is stored: days, possible values, leaps.

Sources refuse what they can tell themselves; this holds for all of them alike. Nothing is put in the place of
a value that is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

import numpy as np

from data import catalog
from data.cache.layout import FIELDS, Kind
from data.sessions import last_closed_session
from data.sources.contract import Fetched, Refused, Rows, clip, day_of
from models.market.snapshot import FALL, LOOK_BACK, RISE, UNDONE, Bools, Days, Floats, Series

Held = Callable[[str], Series | None]
"""Returns the values of a series as the cache holds them, before the job."""

MAIN: dict[Kind, str] = {"coin": "price", "bars": "close", "series": "value"}
STEADY = frozenset({"M2", "WALCL", "STABLECOIN_SUPPLY"})
"""Series that cannot double within a week."""
LEAPS: Mapping[str, tuple[float, float]] = {"bars": (0.5, -0.35), "steady": (1.0, -0.5)}
"""Rise and fall against the value before that need a second day to be believed; coins as in methods 0."""
WILD = frozenset({"VIX", "TNX"})
"""Bars that may leap like a coin: the VIX doubled on 5 February 2018."""
EARLIEST = np.datetime64("1900-01-01", "D")


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be stored, and what was left out on the way."""

    rows: tuple[Rows, ...]
    refused: tuple[Refused, ...]
    provisional: int


def checked(fetched: Fetched, now: datetime, held: Held) -> Checked:
    """Look at everything a job brought."""
    rows: list[Rows] = []
    refused: list[Refused] = []
    provisional = 0
    for one in fetched.rows:
        part, unfinished = _over(one, now)
        provisional += unfinished
        part = _once(part, refused)
        part = _possible(part, refused)
        part = _believable(part, refused, held)
        if part.days.size:
            rows.append(part)
    return Checked(tuple(rows), tuple(refused), provisional)


def _over(rows: Rows, now: datetime) -> tuple[Rows, int]:
    """Drop days that are not over."""
    today = day_of(now)
    last = today if rows.moment else today - np.timedelta64(1, "D")
    if rows.kind == "bars" and not rows.moment and _is_session(rows):
        last = last_closed_session(now)
    over = rows.days <= last
    return (rows, 0) if over.all() else (_only(rows, over), int(np.count_nonzero(~over)))


def _is_session(rows: Rows) -> bool:
    calendar = rows.about.calendar if rows.about else catalog.series(rows.key, bars=True).calendar
    return calendar == "session"


def _once(rows: Rows, refused: list[Refused]) -> Rows:
    """Sort by day; a day that comes twice with two values is nobody's."""
    order = np.argsort(rows.days, kind="stable")
    days, values = rows.days[order], rows.values[order]
    again = np.zeros(days.size, dtype=bool)
    again[1:] = days[1:] == days[:-1]
    early = days < EARLIEST
    if again.any():
        same = np.array(
            [np.array_equal(values[i], values[i - 1], equal_nan=True) for i in np.flatnonzero(again)]
        )
        torn = np.flatnonzero(again)[~same]
        for day in np.unique(days[torn]):
            early |= days == day
            refused.append(
                Refused(rows.kind, rows.key, day, "", "The day came twice, with different values.")
            )
    keep = ~again & ~early
    return Rows(rows.kind, rows.key, days[keep], values[keep], rows.about, rows.moment)


def _possible(rows: Rows, refused: list[Refused]) -> Rows:
    """Leave out what no market can have: zero and negative prices, negative amounts, another unit."""
    values = rows.values.copy()
    drop = np.zeros(rows.days.size, dtype=bool)
    known = catalog.series(rows.key) if rows.kind != "coin" else None
    for at, name in enumerate(FIELDS[rows.kind]):
        column = values[:, at]
        wrong = np.isinf(column) | _outside(rows.kind, name, column, known)
        for i in np.flatnonzero(wrong):
            why = _why(name, float(column[i]), known)
            refused.append(Refused(rows.kind, rows.key, rows.days[i], clip(float(column[i])), why))
        if name == MAIN[rows.kind]:
            drop |= wrong
        column[wrong] = np.nan
    drop |= np.isnan(values).all(axis=1)
    return replace(rows, days=rows.days[~drop], values=values[~drop])


def _outside(kind: Kind, name: str, column: Floats, known: catalog.Known | None) -> Bools:
    with np.errstate(invalid="ignore"):
        if kind == "series":
            assert known is not None
            return np.asarray((column < known.lowest) | (column > known.highest))
        if name in ("cap", "volume"):
            return np.asarray(column < 0)
        highest = known.highest if known is not None else inf
        return np.asarray((column <= 0) | (column > highest))


def _why(name: str, value: float, known: catalog.Known | None) -> str:
    if np.isinf(value):
        return f"The {name} is no finite number."
    if known is not None and known.outside and value > 0:
        return f"{known.outside[:1].upper()}{known.outside[1:]}."
    if value < 0:
        return f"The {name} is negative."
    if value == 0:
        return f"The {name} is zero."
    return f"The {name} lies outside the possible values."


def _believable(rows: Rows, refused: list[Refused], held: Held) -> Rows:
    """Leave out leaps that the days after take back, and at the end those that no day confirms yet."""
    limits = _limits(rows)
    if limits is None or not rows.days.size:
        return rows
    at = FIELDS[rows.kind].index(MAIN[rows.kind])
    before = held(rows.key)
    days, values, ours = _joined(rows, at, before)
    wrong = _leaps(days, values, ours, *limits)
    if not wrong:
        return rows
    for i, why in wrong.items():
        refused.append(Refused(rows.kind, rows.key, days[i], clip(float(values[i])), why))
    bad = np.isin(rows.days, days[list(wrong)])
    return _only(rows, ~bad)


def _limits(rows: Rows) -> tuple[float, float] | None:
    if rows.kind == "coin" or rows.key in WILD:
        return RISE, FALL
    if rows.kind == "bars":
        return LEAPS["bars"]
    return LEAPS["steady"] if rows.key in STEADY else None


def _joined(rows: Rows, at: int, before: Series | None) -> tuple[Days, Floats, Bools]:
    """Lay the new values over the stored ones, around their span."""
    known = np.isfinite(rows.values[:, at])
    days, values = rows.days[known], rows.values[known, at]
    ours = np.ones(days.size, dtype=bool)
    if before is not None and before.days.size and days.size:
        other = ~np.isin(before.days, days)
        margin = np.timedelta64(10, "D")
        other &= (before.days >= days[0] - margin) & (before.days <= days[-1] + margin)
        days = np.concatenate([before.days[other], days])
        values = np.concatenate([before.values[other], values])
        ours = np.concatenate([np.zeros(np.count_nonzero(other), dtype=bool), ours])
    order = np.argsort(days, kind="stable")
    return days[order], values[order], ours[order]


def _leaps(days: Days, values: Floats, ours: Bools, rise: float, fall: float) -> dict[int, str]:
    """Find new values that leap against the last good one; returns why, by their place."""
    if values.size < 2:
        return {}
    with np.errstate(over="ignore"):
        steps = values[1:] / values[:-1] - 1
    if not ((steps > rise) | (steps < fall)).any():
        return {}
    found: dict[int, str] = {}
    good = 0
    for i in range(1, values.size):
        gap = int((days[i] - days[good]).astype(int))
        change = float(values[i]) / float(values[good]) - 1
        if not ours[i] or gap > 2 * LOOK_BACK or fall <= change <= rise:
            good = i
            continue
        said = f"{100 * min(change, 1e6):+,.0f} % against {days[good]}"
        if i + 1 < values.size:
            jump = values[i] - values[good]
            if abs(values[i + 1] - values[good]) > (1 - UNDONE) * abs(jump):
                good = i  # the next day confirms it
                continue
            found[i] = f"A leap of {said} that the next day takes back."
        else:
            found[i] = f"A leap of {said}; it waits for a second day."
    return found


def _only(rows: Rows, keep: Bools) -> Rows:
    return Rows(rows.kind, rows.key, rows.days[keep], rows.values[keep], rows.about, rows.moment)
