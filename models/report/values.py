"""Plain values for the report: no numpy, no NaN, and a reason beside every unknown."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from models.market.unknown import Unknown

Entry = dict[str, Any]


def text(day: np.datetime64 | None) -> str | None:
    """Return a day as YYYY-MM-DD.

    >>> text(np.datetime64("2021-05-14"))
    '2021-05-14'
    """
    return None if day is None else str(day.astype("datetime64[D]"))


def plain(value: object) -> Any:
    """Turn a numpy value into what JSON knows; NaN and Unknown become None."""
    if value is None or isinstance(value, Unknown):
        return None
    if isinstance(value, np.datetime64):
        return text(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    return value


def put(entry: Entry, key: str, value: object, *, scale: float = 1.0) -> None:
    """Set a figure; an unknown one is None and adds its sentence to the entry's `why`."""
    number = plain(value)
    if isinstance(number, int | float) and not isinstance(number, bool) and scale != 1.0:
        number *= scale
    entry[key] = number
    if isinstance(value, Unknown):
        sentences = entry.setdefault("why", "")
        if value.why not in sentences:
            entry["why"] = f"{sentences} {value.why}".strip()


def percent(entry: Entry, key: str, value: object) -> None:
    """Set a fraction as percent."""
    put(entry, key, value, scale=100.0)


def unknown(keys: tuple[str, ...], why: str) -> Entry:
    """Return an entry in which nothing is known, with the one reason for it."""
    return {**dict.fromkeys(keys), "why": why}
