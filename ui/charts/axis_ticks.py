"""Round values for a value axis, linear or logarithmic."""

from __future__ import annotations

import math


def linear_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Multiples of 1, 2, 2.5 or 5 times a power of ten within [low, high], one more than `wanted` at most."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(span / (wanted + 2)))
    for factor in (1, 2, 2.5, 5, 10, 20, 25, 50):
        step = factor * power
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if last - first + 1 <= wanted + 1:
            # Adding zero turns a negative zero into zero.
            return [round(i * step, 12) + 0.0 for i in range(first, last + 1)]
    return []


def log_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values between two powers of ten given as exponents: 100, 1,000 or 100, 300 or 100, 200, 500."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    for parts in ((1,), (1, 3), (1, 2, 5)):
        found = [
            part * 10.0**power
            for power in range(math.floor(low), math.ceil(high) + 1)
            for part in parts
            if low <= math.log10(part * 10.0**power) <= high
        ]
        if len(found) >= 3:
            return found[:: math.ceil(len(found) / (wanted + 1))]
    return linear_ticks(10.0**low, 10.0**high, wanted)
