"""What each confirmation signal counts in the score: 1, or what the user gave it. Methods, section 8."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LARGEST = 3.0
"""The largest weight that can be given: a score that one signal decides alone is no checklist."""


class WeightError(ValueError):
    """A weight or a document that cannot be taken; `str()` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by signal id; only those that differ from 1 are held.

    Raises
    ------
    WeightError
        A weight is not a number from 0 to 3.
    """

    given: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name, weight in self.given.items():
            if not math.isfinite(weight) or not 0.0 <= weight <= LARGEST:
                raise WeightError(f"The weight of {name} is {weight:g}; weights go from 0 to {LARGEST:g}.")
        held = {name: float(weight) for name, weight in sorted(self.given.items()) if weight != 1.0}
        object.__setattr__(self, "given", MappingProxyType(held))

    def __hash__(self) -> int:
        return hash(tuple(self.given.items()))

    def __getitem__(self, signal: str) -> float:
        return self.given.get(signal, 1.0)

    def __len__(self) -> int:
        """Count the weights that differ from 1."""
        return len(self.given)

    def put(self, signal: str, weight: float) -> Weights:
        """Return these weights with another one for a signal."""
        return Weights({**self.given, signal: weight})


EQUAL = Weights()


def to_plain(weights: Weights) -> dict[str, object]:
    """Write the weights as a document of plain values."""
    return {"weights": dict(weights.given)}


def from_plain(plain: object) -> Weights:
    """Read what :func:`to_plain` wrote, and refuse everything else.

    Raises
    ------
    WeightError
    """
    given = plain.get("weights", {}) if isinstance(plain, Mapping) else None
    if not isinstance(given, Mapping) or not all(
        isinstance(name, str) and isinstance(weight, int | float) and not isinstance(weight, bool)
        for name, weight in given.items()
    ):
        raise WeightError("The weights are not pairs of a signal and a number.")
    return Weights(dict(given))
