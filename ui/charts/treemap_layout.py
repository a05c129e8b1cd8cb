"""The rectangles of a treemap: areas in proportion, shapes near squares."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


def squarified(values: Sequence[float], area: Box) -> list[Box]:
    """Divide an area among positive values, each in proportion.

    Parameters
    ----------
    values : in any order; those that are not positive get an empty box
    area : what is divided

    Returns
    -------
    Boxes in the order of `values`.

    Notes
    -----
    Squarified treemaps (Bruls, Huizing and van Wijk 2000): the largest first, rows along the shorter
    side, a row closed as soon as another value would make its worst shape worse.

    >>> squarified([3.0, 1.0], (0.0, 0.0, 8.0, 4.0))
    [(0.0, 0.0, 6.0, 4.0), (6.0, 0.0, 2.0, 4.0)]
    """
    order = sorted((at for at, value in enumerate(values) if value > 0), key=lambda at: -values[at])
    result: list[Box] = [(area[0], area[1], 0.0, 0.0)] * len(values)
    total = sum(values[at] for at in order)
    if not order or area[2] <= 0 or area[3] <= 0:
        return result
    scale = area[2] * area[3] / total
    left, top, width, height = area
    row: list[int] = []
    for at in order:
        side = min(width, height)
        sizes = [values[one] * scale for one in row]
        if row and _worst([*sizes, values[at] * scale], side) > _worst(sizes, side):
            left, top, width, height = _laid(row, sizes, (left, top, width, height), result)
            row = []
        row.append(at)
    _laid(row, [values[one] * scale for one in row], (left, top, width, height), result)
    return result


def _worst(sizes: Sequence[float], side: float) -> float:
    """How far from a square the worst shape of a row is: 1 is a square."""
    total = sum(sizes)
    if side <= 0 or total <= 0:
        return float("inf")
    thick = total / side
    return max(max(thick * thick / size, size / (thick * thick)) for size in sizes)


def _laid(row: Sequence[int], sizes: Sequence[float], area: Box, result: list[Box]) -> Box:
    """Lay a row along the shorter side; return what is left of the area."""
    left, top, width, height = area
    total = sum(sizes)
    if width >= height:
        thick = min(width, total / height) if height > 0 else 0.0
        place = top
        for at, size in zip(row, sizes, strict=True):
            length = height * size / total
            result[at] = (left, place, thick, length)
            place += length
        return left + thick, top, max(0.0, width - thick), height
    thick = min(height, total / width) if width > 0 else 0.0
    place = left
    for at, size in zip(row, sizes, strict=True):
        length = width * size / total
        result[at] = (place, top, length, thick)
        place += length
    return left, top + thick, width, max(0.0, height - thick)
