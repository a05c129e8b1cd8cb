"""How old the newest value of a series may be before it counts as stale. Methods, section 8."""

from __future__ import annotations

from collections.abc import Mapping

from models.market.snapshot import Calendar, Day

FRESH_FOR_DAYS: Mapping[Calendar, int] = {"daily": 3, "session": 5, "weekly": 10, "monthly": 95}
"""Days since the newest value's own day."""


def age_in_days(last: Day, on: Day) -> int:
    """Return the days from the newest value to the day on which one looks."""
    return int((on - last).astype(int))


def is_too_old(calendar: Calendar, last: Day, on: Day, *, published_after: int = 0) -> bool:
    """Say whether a value of `last` is too old on the day `on`.

    `published_after` is the provider's own delay, in days; only daily series need it added: the limits
    of the others already hold it (M2 is published two months late and may be 95 days old).

    >>> import numpy as np
    >>> is_too_old("session", np.datetime64("2026-11-20"), np.datetime64("2026-11-25"))
    False
    """
    allowed = FRESH_FOR_DAYS[calendar] + (published_after if calendar == "daily" else 0)
    return age_in_days(last, on) > allowed
