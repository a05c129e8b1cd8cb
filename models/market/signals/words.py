"""How a signal writes its figures: true minus, thin words, no more digits than mean anything."""

from __future__ import annotations

import numpy as np

from models.market.snapshot import Day

MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """Write a number.

    >>> number(-2.04), number(1234.5, 0), number(3.1, sign=True), number(-0.01)
    ('−2.0', '1,234', '+3.1', '0.0')
    """
    rounded = round(value, digits) + 0.0
    text = f"{abs(rounded):,.{digits}f}"
    if rounded < 0:
        return MINUS + text
    return "+" + text if sign and rounded > 0 else text


def percent(value: float, digits: int = 1, *, sign: bool = True) -> str:
    """Write a fraction as a percentage.

    >>> percent(0.0312), percent(-0.05, 0)
    ('+3.1 %', '−5 %')
    """
    return f"{number(100 * value, digits, sign=sign)} %"


def points(value: float, digits: int = 1) -> str:
    """Write a difference of fractions in points.

    >>> points(-0.024)
    '−2.4 pts'
    """
    return f"{number(100 * value, digits, sign=True)} pts"


def ordinal(value: float) -> str:
    """Write a rank.

    >>> [ordinal(value) for value in (1, 2, 18.4, 11, 23)]
    ['1st', '2nd', '18th', '11th', '23rd']
    """
    whole = round(value)
    ending = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{ending}"


def counted(count: int, what: str) -> str:
    """Write a number of things.

    >>> counted(1, "session"), counted(12, "session")
    ('1 session', '12 sessions')
    """
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def date(day: Day) -> str:
    """Write a day.

    >>> date(np.datetime64("2026-11-04"))
    '4 Nov 2026'
    """
    year, month, of_month = str(day).split("-")
    return f"{int(of_month)} {MONTHS[int(month) - 1]} {year}"


def direction(value: float) -> str:
    """Say where a change went: "up", "down" or "flat"."""
    return "up" if value > 0 else "down" if value < 0 else "flat"


def finite(*values: float) -> bool:
    """Whether none of the figures is missing."""
    return bool(np.isfinite(values).all())
