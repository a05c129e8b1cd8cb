"""Cells of CSV: numbers whole and bare, unknown empty, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import math

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs: a quote before what would be a formula.

    >>> harmless("=1+1"), harmless("bitcoin")
    ("'=1+1", 'bitcoin')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def number(value: float) -> str:
    """Return a number with all its digits, and nothing where there is none.

    >>> number(0.1), number(2249.0), number(float("nan"))
    ('0.1', '2249', '')
    """
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
