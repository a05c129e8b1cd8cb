"""What followed a set of days, beside what follows any day: the journal's "what followed".

The same outcome and base rate as of the precedents (Methods, section 7), without a test: notes are
written by people who knew the story, so their days are no sample of anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.gaps import change
from models.market.returns import Index
from models.market.snapshot import Day, Days
from models.market.unknown import Unknown

HORIZONS = (7, 30, 90)
"""Days after a note."""
NEEDED = 5
"""Finished notes below which nothing is said, as for grades of signals."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One horizon: `median` and `rising` (share above zero) after `finished` notes, and after any day.

    `independent` counts notes at least `days` apart: their outcomes share no day. `running` notes are
    too young to have an outcome.
    """

    days: int
    finished: int
    independent: int
    running: int
    median: float | Unknown
    rising: float | Unknown
    base_median: float | Unknown
    base_rising: float | Unknown


def followed(index: Index, noted: Days, as_of: Day) -> tuple[Followed, ...]:
    """Return what `index` did after the `noted` days (duplicates count once), as known on `as_of`.

    An outcome is the simple change from the close of the day to the close `days` later; it exists only
    when that is no later than `as_of`. Days outside of the index's history have none.
    """
    upto = int(np.searchsorted(index.days, as_of, side="right"))
    days, values = index.days[:upto], index.values[:upto]
    unique = np.unique(noted[noted <= as_of]) if noted.size else noted
    return tuple(_one(days, values, unique, horizon) for horizon in HORIZONS)


def _one(days: Days, values: np.ndarray, noted: Days, horizon: int) -> Followed:
    ahead = np.full(values.shape, np.nan)
    if values.size > horizon:
        ahead[:-horizon] = change(values, horizon)[horizon:]
    rows = np.searchsorted(days, noted)
    inside = rows < days.size
    rows = rows[inside]
    rows = rows[days[rows] == noted[inside]] if rows.size else rows
    after = ahead[rows]
    known = np.isfinite(after)
    base = ahead[np.isfinite(ahead)]
    finished = int(known.sum())
    few = Unknown(f"{finished} finished {'note' if finished == 1 else 'notes'}, {NEEDED} are needed.")
    none = Unknown(f"The history is shorter than {horizon} days.")
    return Followed(
        days=horizon,
        finished=finished,
        independent=_independent(days[rows[known]], horizon),
        running=int((rows + horizon >= days.size).sum()),
        median=float(np.median(after[known])) if finished >= NEEDED else few,
        rising=float((after[known] > 0).mean()) if finished >= NEEDED else few,
        base_median=float(np.median(base)) if base.size else none,
        base_rising=float((base > 0).mean()) if base.size else none,
    )


def _independent(days: Days, apart: int) -> int:
    """Count greedily, as for precedents."""
    count, last = 0, None
    for one in days.astype("datetime64[D]").astype(np.int64).tolist():  # days of numpy compare slowly
        if last is None or one - last >= apart:
            count, last = count + 1, one
    return count
