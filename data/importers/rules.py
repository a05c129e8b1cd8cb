"""What a value must be to be taken: one set of bounds, used for whole columns and for single lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from data import catalog
from models.market.snapshot import Bools, Day, Days, Floats

from .table import RefusedLineError


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values that one column may hold: `lowest` (or only above it) to `highest`; empty cells are free."""

    name: str
    lowest: float = -inf
    highest: float = inf
    only_above: bool = False
    outside: str = ""

    def broken(self, values: Floats) -> Bools:
        low = values <= self.lowest if self.only_above else values < self.lowest
        return np.asarray(low | (values > self.highest))

    def check(self, value: float) -> None:
        if isnan(value) or not self.broken(np.array([value]))[0]:
            return
        if self.outside:
            raise RefusedLineError(f"{self.name} is {value:g}: {self.outside}", self.outside)
        if value < 0:
            raise RefusedLineError(f"{self.name} is negative ({value:g})", f"a negative {self.name}")
        raise RefusedLineError(f"{self.name} is zero", f"{self.name} is zero")


def price(name: str, known: catalog.Known | None = None) -> Bounds:
    """A price lies above zero, and below the bound of its series."""
    if known is None:
        return Bounds(name, 0.0, only_above=True)
    # Volumes and caps of zero exist, prices of zero do not.
    if known.highest == inf:
        return Bounds(name, max(known.lowest, 0.0), only_above=known.lowest <= 0)
    return Bounds(name, 0.0, known.highest, only_above=True, outside=known.outside)


def amount(name: str) -> Bounds:
    """A cap or a volume is not negative."""
    return Bounds(name, 0.0)


def value(name: str, known: catalog.Known) -> Bounds:
    """A value of a series lies within the bounds of the catalog."""
    if known.lowest == -inf and known.highest == inf:
        return Bounds(name)
    outside = known.outside or f"outside the possible {known.lowest:g} to {known.highest:g}"
    return Bounds(name, known.lowest, known.highest, outside=outside)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that may be taken: from `first` to the day before `today`."""

    first: Day
    today: Day

    def broken(self, days: Days) -> Bools:
        return np.asarray(~((days >= self.first) & (days < self.today)))

    def check(self, when: Day) -> None:
        if when > self.today:
            raise RefusedLineError(f"{when} lies in the future", "a day in the future")
        if when == self.today:
            raise RefusedLineError(
                f"{when} is not over yet, its values are provisional", "a day that is not over"
            )
        if when < self.first:
            raise RefusedLineError(f"{when} lies before {self.first}", f"a day before {self.first}")


def check_line(when: Day, values: Sequence[float], bounds: Sequence[Bounds], calendar: Calendar) -> None:
    """Refuse one line, with the first reason found."""
    calendar.check(when)
    for number, bound in zip(values, bounds, strict=True):
        bound.check(number)
