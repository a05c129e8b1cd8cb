"""How numbers and days read for the person in front of the screen."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale

_PARTING = re.compile("[\\s'_\u2019]")
"""What parts thousands and nothing else."""
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
_DIGITS = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")
_FIGURE = re.compile(
    r"(?<![\w.,:/-])(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?)(?![\w/-]|[.,:]\d)"
)
"""A day or a number as the models write it, apart from versions, addresses and times."""


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
    """Return a number typed in the reader's form or the program's own; None where it is no number.

    A single point or comma that is not the reader's decimal point is one all the same, unless it may part
    thousands (`14.500`, but neither `0.155` nor `1.5`): there the reader's own form decides, and what it does
    not know is refused. A price is rather asked for again than read a thousandfold.

    >>> typed_number("14,500.5"), typed_number("0.155"), typed_number("1,5"), typed_number("1,50,0")
    (14500.5, 0.155, 1.5, None)
    """
    plain = _PARTING.sub("", text)
    if not plain.isascii():
        value, is_number = reader_locale().toDouble(text)
        return value if is_number else None
    if _SCIENTIFIC.fullmatch(plain):
        return float(plain)
    if not _DIGITS.fullmatch(plain):
        return None
    point = max(plain.rfind("."), plain.rfind(","))
    if point < 0:
        return float(plain)
    is_in_thousands = _THOUSANDS.fullmatch(plain) is not None
    if plain.count(".") + plain.count(",") == 1:
        if is_in_thousands and plain[point] != reader_locale().decimalPoint():
            is_known = plain[point] == reader_locale().groupSeparator()
            return float(plain[:point] + plain[point + 1 :]) if is_known else None
    elif is_in_thousands:
        return float(plain.replace(plain[point], ""))
    elif not _THOUSANDS.fullmatch(plain[:point]) or plain[point] in plain[:point]:
        return None
    whole = plain[:point].replace(",", "").replace(".", "")
    return float(f"{whole or '0'}.{plain[point + 1 :] or '0'}")


def readable(sentence: str) -> str:
    """Return a sentence of the models, its days and figures in the reader's form.

    Models know no reader: they write 1,234.5 and 2025-07-13, as reports and exports keep them. Not for what
    a person has written.

    >>> readable("Sell 3.39 ETH (10,091 USD), by the close of 2025-07-13.")
    'Sell 3.39 ETH (10,091 USD), by the close of 13 Jul 2025.'
    """
    return _readable(sentence, reader_locale().name())


@lru_cache(maxsize=4096)
def _readable(sentence: str, locale: str) -> str:
    return _FIGURE.sub(lambda found: _figure(found, QLocale(locale)), sentence)


def _figure(found: re.Match[str], locale: QLocale) -> str:
    if found["year"]:
        try:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            return found[0]
        return locale.toString(QDate(day.year, day.month, day.day), "d MMM yyyy")
    whole, decimals = found["whole"], found["decimals"] or ""
    if "," not in whole:
        if not decimals:
            return whole  # a year, a count, a name's number
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(whole.replace(",", "") + decimals), "f", max(0, len(decimals) - 1))
