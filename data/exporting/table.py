"""Some series side by side: one row a day, one column a series, empty where nothing is known."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TextIO

import numpy as np

from data.cache import Cache
from models.market.snapshot import Day, Days, Series

from .cells import harmless, number

DEMO = "simulated (demo market)"


class UnknownSeriesError(Exception):
    """A series was named that the cache does not hold; `str()` says which, and what is close."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a table holds."""

    rows: int
    columns: tuple[str, ...]


def export_table(
    cache: Cache,
    ids: Sequence[str],
    target: TextIO,
    *,
    since: Day | None = None,
    until: Day | None = None,
) -> Written:
    """Write the values of some series (`RUT`, `RUT.adj`, `bitcoin`) as CSV (RFC 4180).

    Every day on which one of them has a value is a row; nothing is filled in. A table of the demo market
    says so in each row, in a last column `market`: rows are copied on without their file's name.

    Raises
    ------
    UnknownSeriesError
        An id is not in the cache. Nothing was written.
    """
    found = cache.series(ids)
    missing = [name for name in ids if name not in found]
    if missing:
        raise UnknownSeriesError(_unknown(missing, cache))
    columns = list(dict.fromkeys(ids))
    days = _days([found[name] for name in columns], since, until)
    table = np.full((days.size, len(columns)), np.nan)
    for at, name in enumerate(columns):
        one = found[name]
        where = np.searchsorted(one.days, days)
        inside = where < one.days.size
        inside[inside] = one.days[where[inside]] == days[inside]
        table[inside, at] = one.values[where[inside]]
    writer = csv.writer(target, lineterminator="\r\n")
    is_demo = cache.state().origin == "demo"
    writer.writerow(["date", *map(harmless, columns), *(["market"] if is_demo else [])])
    mark = [DEMO] if is_demo else []
    for day, row in zip(days, table.tolist(), strict=True):
        writer.writerow([str(day), *map(number, row), *mark])
    return Written(int(days.size), tuple(columns))


def _days(series: Collection[Series], since: Day | None, until: Day | None) -> Days:
    days = np.unique(np.concatenate([one.days for one in series]))
    if since is not None:
        days = days[days >= since]
    if until is not None:
        days = days[days <= until]
    return days


def _unknown(missing: Sequence[str], cache: Cache) -> str:
    held = [one.id for one in cache.state().held]
    close = [match for name in missing for match in get_close_matches(name, held, n=1, cutoff=0.5)]
    advice = f" Did you mean {', '.join(close)}?" if close else " `data` lists what there is."
    return f"The cache holds no series named {', '.join(missing)}.{advice}"
