"""Labels that dodge each other: a small greedy search, the same for every paint."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, top, width, height in pixels."""

_AWAY = 9.0


def dodged(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Box,
    obstacles: Sequence[Box] = (),
) -> list[Box]:
    """Place a label of each size at its anchor so that none lies on another or on an obstacle.

    Parameters
    ----------
    anchors, sizes : in the order in which labels are placed: the first has the free choice
    area : what no label may leave
    obstacles : boxes that labels keep clear of where they can

    Notes
    -----
    Eight places around the anchor are tried, then the same farther away; where all are taken, the
    place with the least overlap is.

    >>> dodged([(50, 50), (52, 51)], [(40, 14), (40, 14)], (0, 0, 200, 100))
    [(59.0, 43.0, 40, 14), (3.0, 44.0, 40, 14)]
    """
    placed: list[Box] = []
    for (x, y), (width, height) in zip(anchors, sizes, strict=True):
        best: tuple[float, Box] | None = None
        for far in (1.0, 2.0, 3.5):
            for box in _around(x, y, width, height, _AWAY * far):
                inside = _inside(box, area)
                moved = abs(inside[0] - box[0]) + abs(inside[1] - box[1])
                cost = 40 * _overlaps(inside, placed) + _overlaps(inside, obstacles) + moved * height
                if best is None or cost < best[0] - 1e-9:
                    best = (cost, inside)
                if cost == 0:
                    break
            if best is not None and best[0] == 0:
                break
        assert best is not None
        placed.append(best[1])
    return placed


def _around(x: float, y: float, width: float, height: float, away: float) -> list[Box]:
    """The places around a point, the right-hand side first."""
    right, left = x + away, x - away - width
    middle, above, below = y - height / 2, y - away - height, y + away
    return [
        (right, middle, width, height),
        (left, middle, width, height),
        (x - width / 2, above, width, height),
        (x - width / 2, below, width, height),
        (right, above + away / 2, width, height),
        (right, below - away / 2, width, height),
        (left, above + away / 2, width, height),
        (left, below - away / 2, width, height),
    ]


def _inside(box: Box, area: Box) -> Box:
    x = min(max(box[0], area[0]), max(area[0], area[0] + area[2] - box[2]))
    y = min(max(box[1], area[1]), max(area[1], area[1] + area[3] - box[3]))
    return x, y, box[2], box[3]


def _overlaps(one: Box, others: Sequence[Box]) -> float:
    """The area that a box shares with others."""
    left, top, width, height = one
    right, bottom, total = left + width, top + height, 0.0
    for x, y, wide, high in others:  # plain comparisons: this runs a thousand times for a paint
        if x < right and left < x + wide and y < bottom and top < y + high:
            total += (min(right, x + wide) - max(left, x)) * (min(bottom, y + high) - max(top, y))
    return total
