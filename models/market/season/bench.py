"""Any definition of the season index side by side with any other, and the coins that explain the gap.

Methods, section 4. Two public indexes print two numbers on one day because they count other coins,
over other spans, with other weights; :func:`compare` names each coin's part of the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from types import MappingProxyType
from typing import Literal

from models.market.season.definition import STANDARD, Definition, universe_of
from models.market.season.index import SeasonIndex, SeasonReading, Variant, season_index, season_index_on
from models.market.season.standing import Standing, standings
from models.market.snapshot import Coin, Day
from models.market.universe import Universe
from models.market.unknown import Unknown

Part = Literal["only in the first", "only in the second", "other verdict", "other weight"]
PARTS: tuple[Part, ...] = ("only in the first", "only in the second", "other verdict", "other weight")


@dataclass(frozen=True, slots=True)
class Difference:
    """One coin's part in the gap between two definitions on one day.

    `points` is the sum of `by_weight` (the coin counts more in one of them, or in one only) and
    `by_verdict` (it beats Bitcoin over the one span and not over the other). `first` and `second`
    are its standings, None where it is not among the largest at all; weights are shares of the
    coins counted, 0 where it is not counted.
    """

    coin: Coin
    first: Standing | None
    second: Standing | None
    first_weight: float
    second_weight: float
    by_weight: float
    by_verdict: float
    part: Part

    @property
    def points(self) -> float:
        return self.by_weight + self.by_verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two definitions on one day; `gap` is first minus second, in points, and the sum of all parts.

    `differences` names every coin that either counts, the largest part first, by absolute size.
    """

    day: Day
    first: Definition
    second: Definition
    first_reading: SeasonReading
    second_reading: SeasonReading
    gap: float
    differences: tuple[Difference, ...]

    @property
    def by_part(self) -> Mapping[Part, tuple[int, float]]:
        """Coins and points of each kind of difference; the points add up to the gap."""
        return {part: self._sum(part) for part in PARTS}

    def _sum(self, part: Part) -> tuple[int, float]:
        points = [one.points for one in self.differences if one.part == part]
        return len(points), fsum(points)


@dataclass(frozen=True)
class Bench:
    """Definitions with their universes and their whole histories; immutable.

    `rows` have the order in which the definitions were asked for.
    """

    indices: Mapping[Definition, SeasonIndex]
    universes: Mapping[Definition, Universe]

    @property
    def rows(self) -> tuple[Definition, ...]:
        return tuple(self.indices)

    def at(self, day: Day) -> tuple[SeasonReading | Unknown, ...]:
        """Return each definition's reading of a day."""
        return tuple(index.at(day) for index in self.indices.values())

    def compare(self, first: Definition, second: Definition, day: Day) -> Comparison | Unknown:
        """Explain the gap between two of the definitions on a day."""
        return compare(self.universes[first], first, self.universes[second], second, day)


def bench(
    universe: Universe,
    definitions: Iterable[Definition] = STANDARD,
    *,
    known: Mapping[Variant, SeasonIndex] | None = None,
) -> Bench:
    """Return histories of any definitions; those of the usual coins in `known` are not computed again.

    Definitions that leave out the same coins share one universe and so one ranking.
    """
    shared: dict[tuple[frozenset[str], frozenset[str]], Universe] = {}
    indices, universes = {}, {}
    for one in definitions:
        key = (one.left_out, one.without)
        ranked = shared[key] = shared.get(key) or universe_of(universe, one)
        found = (known or {}).get(one.variant) if one.is_usual else None
        universes[one] = ranked
        indices[one] = found or season_index(ranked, one.variant)
    return Bench(MappingProxyType(indices), MappingProxyType(universes))


def compare(
    first_universe: Universe, first: Definition, second_universe: Universe, second: Definition, day: Day
) -> Comparison | Unknown:
    """Name each coin's part of the gap between two definitions on a day, in points.

    Notes
    -----
    With weights w (shares of the coins counted, summing to 1) and s = 1 for a coin that beats
    Bitcoin, an index is 100 Σ w s. As both sets of weights sum to 1, the level b, the mean of both
    indices, may be taken off every s without changing the gap; then a coin's part is
    w1 (s1 - b) - w2 (s2 - b) = (w1 - w2) (mean s - b) + mean w (s1 - s2), the indicator of Bennet
    (1920). The parts add up to the gap, change sign when the two change places, and a coin that is
    counted in one only pulls up when it beats Bitcoin and down when it trails.

    Errors: `Unknown` where one of the two is unknown on that day.
    """
    sides = []
    for ranked, one in ((first_universe, first), (second_universe, second)):
        reading = season_index_on(ranked, day, one.variant)
        if isinstance(reading, Unknown):
            return reading
        if isinstance(reading.index, Unknown):
            return reading.index
        sides.append((reading, reading.index, _weighed(ranked, one, day)))
    (reading_1, index_1, coins_1), (reading_2, index_2, coins_2) = sides
    level = (index_1 + index_2) / 200.0
    differences = [
        _difference(coins_1.get(name, _ABSENT), coins_2.get(name, _ABSENT), level)
        for name in coins_1.keys() | coins_2.keys()
        if coins_1.get(name, _ABSENT)[1] or coins_2.get(name, _ABSENT)[1]
    ]
    differences.sort(key=lambda one: (-abs(one.points), one.coin.id))
    return Comparison(
        day=day,
        first=first,
        second=second,
        first_reading=reading_1,
        second_reading=reading_2,
        gap=index_1 - index_2,
        differences=tuple(differences),
    )


Weighed = tuple[Standing | None, float]
_ABSENT: Weighed = (None, 0.0)


def _weighed(universe: Universe, definition: Definition, day: Day) -> dict[str, Weighed]:
    """Return the largest coins of a day by id, with their weight: 0 for one that is not counted."""
    among = standings(universe, day, definition.variant)
    cap_weighted = definition.variant.weights == "cap"
    own = [(one.cap if cap_weighted else 1.0) if one.is_counted else 0.0 for one in among]
    whole = fsum(own)
    return {one.coin.id: (one, weight / whole) for one, weight in zip(among, own, strict=True)}


def _difference(first: Weighed, second: Weighed, level: float) -> Difference:
    """Return the part of a coin that at least one of the two counts."""
    (standing_1, weight_1), (standing_2, weight_2) = first, second
    verdict_1, verdict_2 = _beats(first), _beats(second)
    # Where only one counts the coin, the whole part is one of weight: it has no other verdict.
    if not weight_1:
        verdict_1 = verdict_2
    if not weight_2:
        verdict_2 = verdict_1
    some = standing_1 or standing_2
    assert some is not None
    return Difference(
        coin=some.coin,
        first=standing_1,
        second=standing_2,
        first_weight=weight_1,
        second_weight=weight_2,
        by_weight=100.0 * (weight_1 - weight_2) * ((verdict_1 + verdict_2) / 2.0 - level),
        by_verdict=100.0 * (weight_1 + weight_2) / 2.0 * (verdict_1 - verdict_2),
        part=_part(weight_1, weight_2, verdict_1 == verdict_2),
    )


def _beats(side: Weighed) -> float:
    return 1.0 if side[0] is not None and side[0].verdict == "beats" else 0.0


def _part(weight_1: float, weight_2: float, same_verdict: bool) -> Part:
    if not weight_2:
        return "only in the first"
    if not weight_1:
        return "only in the second"
    return "other weight" if same_verdict else "other verdict"
