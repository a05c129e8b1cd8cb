"""How a number reads on the screen: the reader's separators, a true minus, a dash for unknown.

Fractions come in (0.05), percent go out ("5.0 %"). The space before a unit is a no-break space, so that no
line breaks between a number and its unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from models.qt.reader import reader_locale

UNKNOWN = "–"
MINUS = "−"
SPACE = " "

Format = Callable[[float], str]


def known(value: float | None) -> bool:
    """True for a finite number; None, NaN and infinities are unknown."""
    return value is not None and math.isfinite(value)


def fixed(value: float | None, decimals: int = 2, *, sign: bool = False) -> str:
    """A number with so many decimals: 1,234.50, −0.17, with `sign` +3.10. A rounded zero has no sign.

    The separators are those of the reader's locale: never read such a text back.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = reader_locale().toString(abs(float(value)), "f", decimals)
    if not any(digit in text for digit in "123456789"):
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if sign else text


def whole(count: float | None) -> str:
    """A count: 10,000."""
    return fixed(count, 0)


def figure(value: float | None, *, sign: bool = False) -> str:
    """A number with as many decimals as its size deserves: 13,840, 223.4, 0.43, 0.0312."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    size = abs(value)
    if size >= 1000:
        decimals = 0
    elif size >= 100:
        decimals = 1
    elif size >= 0.1 or size == 0:
        decimals = 2
    else:
        decimals = min(8, 2 - math.floor(math.log10(size)))
    return fixed(value, decimals, sign=sign)


def percent(fraction: float | None, decimals: int = 1, *, sign: bool = False, unit: bool = True) -> str:
    """A fraction as percent: 0.584 reads 58.4 %."""
    if fraction is None or not math.isfinite(fraction):
        return UNKNOWN
    text = fixed(fraction * 100, decimals, sign=sign)
    return f"{text}{SPACE}%" if unit else text


def points(fraction: float | None, decimals: int = 1) -> str:
    """A difference of fractions as percentage points, always signed: +1.9."""
    return fixed(None if fraction is None else fraction * 100, decimals, sign=True)


def change(fraction: float | None, decimals: int = 1) -> str:
    """A return as percent, always signed: +5.0 %."""
    return percent(fraction, decimals, sign=True)


def chance(p: float | None) -> str:
    """A p-value: 0.03, and never nought: < 0.01."""
    return f"< {fixed(0.01)}" if p is not None and p < 0.01 else fixed(p)


def interval(low: float | None, high: float | None, shown: Format | None = None) -> str:
    """Two ends of an interval: 0.21 … 0.61."""
    shown = shown or fixed
    return f"{shown(_number(low))} … {shown(_number(high))}"


def usd_parts(value: float | None) -> tuple[str, str]:
    """A sum in US dollars as figure and unit: ("1.34", "T USD")."""
    if value is None or not math.isfinite(value):
        return UNKNOWN, ""
    size, letter = _size(abs(value))
    if letter:
        return fixed(value / size, 2), f"{letter} USD"
    return fixed(value, 0 if abs(value) >= 1000 else 2), "USD"


def _size(amount: float) -> tuple[float, str]:
    """The size in which an amount is read, and its letter: millions, billions, trillions."""
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        # 999.995 million would round to 1,000.00 M.
        if amount >= size * 0.999995:
            return size, letter
    return 1.0, ""


def usd(value: float | None) -> str:
    """A sum in US dollars, short: 1.34 T USD."""
    number, unit = usd_parts(value)
    return f"{number}{SPACE}{unit}" if unit else number


def tick_texts(ticks: Sequence[float], shown: str = "figure") -> list[str]:
    """Axis texts with equal decimals, just enough to tell the ticks apart.

    Sums in dollars share one size, "15 B"; that they are dollars stands in the subtitle.
    """
    if not ticks:
        return []
    if shown == "usd":
        size, letter = _size(max(abs(tick) for tick in ticks))
        texts = tick_texts([tick / size for tick in ticks])
        return [
            f"{text}{SPACE}{letter}" if letter and tick else text
            for text, tick in zip(texts, ticks, strict=True)
        ]
    scale = 100.0 if shown in ("percent", "points", "change") else 1.0
    scaled = [tick * scale for tick in ticks]
    steps = [abs(b - a) for a, b in pairwise(scaled) if b != a]
    step = min(steps, default=max(abs(scaled[0]), 1e-9))
    decimals = 0
    while decimals < 8 and abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6 * max(1.0, step):
        decimals += 1
    texts = [fixed(value, decimals, sign=shown in ("points", "change")) for value in scaled]
    return [f"{text}{SPACE}%" for text in texts] if shown in ("percent", "change") else texts


def log_tick_texts(ticks: Sequence[float], shown: str = "figure") -> list[str]:
    """Axis texts of a logarithmic axis: each tick with the decimals of its own size."""
    if shown == "usd":
        return [tick_texts([tick], "usd")[0] for tick in ticks]
    return [fixed(tick, 0 if tick >= 1 else min(8, -math.floor(math.log10(tick)))) for tick in ticks]


def format_named(shown: str | Format) -> Format:
    """The format of that name: figure, fixed, percent, change, points or usd; a callable is its own."""
    if callable(shown):
        return shown
    formats: dict[str, Format] = {
        "figure": figure,
        "fixed": fixed,
        "percent": percent,
        "change": change,
        "points": points,
        "usd": usd,
    }
    return formats[shown]


def _number(value: float | None) -> float:
    return math.nan if value is None else value
