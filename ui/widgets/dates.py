"""How a day reads for people, in the reader's own language."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QDate, QLocale

Day = np.datetime64


def to_date(day: Day) -> QDate:
    """The day as Qt knows it."""
    return QDate.fromString(str(day.astype("datetime64[D]")), "yyyy-MM-dd")


def day_text(day: Day, locale: QLocale | None = None) -> str:
    """The day for people, with its weekday: Fri 14 May 2021."""
    return (locale or QLocale()).toString(to_date(day), "ddd d MMM yyyy")


def short_day_text(day: Day, locale: QLocale | None = None) -> str:
    """The day for people: 14 May 2021."""
    return (locale or QLocale()).toString(to_date(day), "d MMM yyyy")


def month_day_text(day: Day, locale: QLocale | None = None) -> str:
    """The day where the year is clear from what stands around: 14 May."""
    return (locale or QLocale()).toString(to_date(day), "d MMM")
