"""How numbers and days read for the person in front of the screen."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def reader_locale() -> QLocale:
    """Return the system's locale; English where the system names none, since C has no thousands."""
    system = QLocale()
    return QLocale("en_US") if system.language() == QLocale.Language.C else system


def plain_number(value: float, digits: int | None = None) -> str:
    """Return a number as a person would type it: every digit it has (or so many), no separators of thousands.

    >>> plain_number(0.000058), plain_number(14_500.25)
    ('0.000058', '14500.25')
    """
    locale = reader_locale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    if digits is not None:
        value = float(f"{value:.{digits}g}")
    return locale.toString(value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)


def short_number(value: float, digits: int = 3) -> str:
    """Return a number with so many digits, and no more than it has: 5, 2.5, 1.25."""
    return reader_locale().toString(value, "g", digits)


def typed_number(text: str) -> float | None:
    """Return a number typed in the reader's form or the program's own; None where it is neither.

    Where a point separates thousands, `14.500` are fourteen thousand. But `0.155` is no such number: nobody
    writes a separator behind a nought, so there the point is the program's.

    >>> typed_number("14,500.5"), typed_number("0.155"), typed_number("a lot")
    (14500.5, 0.155, None)
    """
    locale = reader_locale()
    separator = locale.groupSeparator()
    if not text.lstrip("+-").startswith(f"0{separator}"):
        value, is_number = locale.toDouble(text)
        if is_number:
            return value
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
