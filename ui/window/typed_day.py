"""Days as a person types them: in full, or a part of the day that is shown."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

from PySide6.QtCore import QLocale

Part = Literal["day", "month", "year"]
FORMS = ("d MMM yyyy", "d MMMM yyyy", "ddd d MMM yyyy", "d.M.yyyy")
"""How a day may be typed beside 2021-05-14. None with slashes: nobody can tell May from December there."""
SHORT_FORMS = ("d MMM yyyy", "d MMMM yyyy", "d.M. yyyy", "d.M yyyy")
"""The same with the year of the day that is shown."""


def day_of(text: str) -> date | None:
    """Read a day that was typed in full, as 2021-05-14 or as the window writes it.

    >>> day_of("2021-05-14")
    datetime.date(2021, 5, 14)
    >>> day_of("14 may 2021"), day_of("Fri 14 May 2021"), day_of("14.5.2021")
    (datetime.date(2021, 5, 14), datetime.date(2021, 5, 14), datetime.date(2021, 5, 14))
    >>> day_of("may") is None, day_of("31 Apr 2021") is None
    (True, True)
    """
    plain = " ".join(text.split())
    try:
        return date.fromisoformat(plain)
    except ValueError:
        return _read(plain, FORMS)


def completed(text: str, shown: date, part: Part) -> date | None:
    """Read a day in full, without its year, or as the one `part` of the day that is shown.

    >>> shown = date(2020, 3, 2)
    >>> completed("14 May", shown, "day"), completed("17", shown, "day")
    (datetime.date(2020, 5, 14), datetime.date(2020, 3, 17))
    >>> completed("2019", shown, "year"), completed("jun", shown, "month"), completed("6", shown, "month")
    (datetime.date(2019, 3, 2), datetime.date(2020, 6, 2), datetime.date(2020, 6, 2))
    >>> completed("32", shown, "day") is None
    True
    """
    plain = " ".join(text.split())
    found = day_of(plain) or _read(f"{plain} {shown.year}", SHORT_FORMS)
    if found is not None:
        return found
    month = _month(plain) if part == "month" else None
    if part == "day" and re.fullmatch(r"[0-9]{1,2}", plain):
        return _valid(shown.year, shown.month, int(plain))
    if month is not None:
        return _valid(shown.year, month, _last(shown.year, month, shown.day))
    if part == "year" and re.fullmatch(r"[0-9]{4}", plain):
        return _valid(int(plain), shown.month, _last(int(plain), shown.month, shown.day))
    return None


def _read(plain: str, forms: tuple[str, ...]) -> date | None:
    for locale in (QLocale(), QLocale(QLocale.Language.English)):
        for form in forms:
            found = locale.toDate(plain, form)
            if found.isValid():
                return date(found.year(), found.month(), found.day())
    return None


def _month(plain: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,2}", plain):
        return int(plain)
    found = _read(f"1 {plain} 2000", ("d MMM yyyy", "d MMMM yyyy"))
    return None if found is None else found.month


def _last(year: int, month: int, day: int) -> int:
    """Return a day that the month has: the 31st becomes the 30th."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return day
    return min(day, calendar.monthrange(year, month)[1])


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
