"""What a plan takes for a number, a day or a text, and the sentence when it does not."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date

AMOUNT_LARGEST = 1e18
"""Beyond it a product of two such figures would still be finite, but nobody holds that much."""
AMOUNT_SMALLEST = 1e-18
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


class PlanError(ValueError):
    """A plan cannot hold this; `str()` is a whole sentence for people."""


def number(what: str, value: object, low: float, high: float) -> float:
    """Return `value` as a float between `low` and `high`, without a negative zero.

    >>> number("cash", -0.0, 0.0, 10.0)
    0.0
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PlanError(f"The {what} has to be a number.")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if math.isnan(found):
        raise PlanError(f"The {what} has to be a number.")
    if not low <= found <= high:
        raise PlanError(f"The {what} has to lie between {low:.12g} and {high:.12g}, not {found:.12g}.")
    return found + 0.0


def positive(what: str, value: object) -> float:
    """Return an amount, a price or a quantity: above zero and not beyond all measure."""
    found = number(what, value, -math.inf, math.inf)
    if found <= 0:
        raise PlanError(f"The {what} has to be above zero.")
    if not AMOUNT_SMALLEST <= found <= AMOUNT_LARGEST:
        raise PlanError(
            f"The {what} has to lie between {AMOUNT_SMALLEST:g} and {AMOUNT_LARGEST:g}, not {found:g}."
        )
    return found


def at_most_one(what: str, value: object, *, above_zero: bool = False, below_one: bool = False) -> float:
    """Return a share as a fraction; the sentence speaks in percent, as the screen does."""
    found = number(what, value, -math.inf, math.inf)
    if above_zero and found <= 0:
        raise PlanError(f"The {what} has to be above 0 %, not {100 * found:.6g} %.")
    if below_one and found >= 1:
        raise PlanError(f"The {what} has to be below 100 %, not {100 * found:.6g} %.")
    if not 0 <= found <= 1:
        raise PlanError(f"The {what} has to lie between 0 % and 100 %, not {100 * found:.6g} %.")
    return found


def changed_by(what: str, value: object, low: float, high: float) -> float:
    """Return a change as a fraction between two others; the sentence speaks in percent."""
    found = number(what, value, -math.inf, math.inf)
    if not low <= found <= high:
        least, most, given = (f"{100 * one:,.6g} %".replace("-", "−") for one in (low, high, found))
        raise PlanError(f"The {what} has to lie between {least} and {most}, not {given}.")
    return found


def counted(what: str, value: object, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`."""
    found = number(what, value, -math.inf, math.inf)
    if not low <= found <= high:
        raise PlanError(f"The {what} has to lie between {low} and {high}, not {found:g}.")
    if found != int(found):
        raise PlanError(f"The {what} has to be a whole number, not {found:g}.")
    return int(found)


def one_of(what: str, value: object, choice: Sequence[str]) -> None:
    if not isinstance(value, str) or value not in choice:
        shown = value if isinstance(value, str) else type(value).__name__
        raise PlanError(f"The {what} is one of {', '.join(choice)}, not “{str(shown)[:40]}”.")


def chosen(what: str, value: object) -> None:
    if not isinstance(value, bool):
        raise PlanError(f"The mark “{what}” is either set or not.")


def day_of(what: str, value: object) -> date:
    if not isinstance(value, date) or type(value) is not date:
        raise PlanError(f"The {what} has to be a day such as 2027-09-30.")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise PlanError(f"The {what} has to lie between {FIRST_DAY} and {LAST_DAY}, not {value}.")
    return value


def text(what: str, value: object, longest: int) -> str:
    """Return a text that every file and screen can hold: no control characters, no half characters."""
    if not isinstance(value, str):
        raise PlanError(f"The {what} has to be a text.")
    if len(value) > longest:
        raise PlanError(f"The {what} has {len(value)} characters; {longest} at most are kept.")
    if value.isascii() and value.isprintable():
        return value
    return "".join(map(_plain, value.replace("\r\n", "\n").replace("\r", "\n")))


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if kind == "Cc" and character not in "\n\t" else character
