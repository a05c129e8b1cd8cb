"""How amounts and shares of a plan read."""

from __future__ import annotations

from models.market.unknown import Unknown
from models.qt.reader import reader_locale, short_number
from models.risk.rules import Rule
from ui.widgets import numbers


def money(value: float, places: int = 0) -> str:
    """Return an amount with the reader's separators: 48,260."""
    return reader_locale().toString(float(value), "f", places).replace("-", "−")


def percent(value: float, places: int = 1) -> str:
    """Return a fraction as a percentage: 25.9 %."""
    return f"{reader_locale().toString(100.0 * value, 'f', places)} %".replace("-", "−")


def rule_value(rule: Rule) -> str:
    """Return the value of a rule in its own unit; a word when it is unknown."""
    if isinstance(rule.value, Unknown):
        return "unknown"
    if rule.is_share:
        return percent(rule.value, 2 if rule.name == "liquidity" else 1)
    return f"{rule.value:.0f}" if rule.name == "sectors" else numbers.fixed(rule.value, 1)


def rule_limit(rule: Rule) -> str:
    """Return the limit of a rule: ≤ 5 %, ≥ 2.5."""
    sign = "≤" if rule.at_most else "≥"
    if rule.is_share:
        return f"{sign} {short_number(100 * rule.limit)} %"
    return f"{sign} {short_number(rule.limit)}"
