"""The honest answer of a figure that cannot be computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands where a result would stand; `why` is a sentence for people, with the numbers in it."""

    why: str
