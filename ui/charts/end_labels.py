"""Direct labels that stay apart."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart and within [low, high] where they all fit.

    Order is kept; labels that collide move away from their common middle (pool adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # A block holds labels that touch: [middle, number].
    blocks: list[list[float]] = []
    for i in order:
        blocks.append([wanted[i], 1])
        while len(blocks) > 1 and _bottom(blocks[-2], gap) + gap > _top(blocks[-1], gap) - 1e-9:
            middle, number = blocks.pop()
            before, count = blocks[-1]
            blocks[-1] = [(before * count + middle * number) / (count + number), count + number]
    placed: list[float] = []
    for middle, number in blocks:
        placed.extend(middle + (k - (number - 1) / 2) * gap for k in range(int(number)))
    # Off the lower edge: push up from the end, then down from the start.
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], high if k == len(placed) - 1 else placed[k + 1] - gap)
    for k in range(len(placed)):
        placed[k] = max(placed[k], low if k == 0 else placed[k - 1] + gap)
    result = [0.0] * len(wanted)
    for place, i in zip(placed, order, strict=True):
        result[i] = place
    return result


def _top(block: list[float], gap: float) -> float:
    return block[0] - (block[1] - 1) / 2 * gap


def _bottom(block: list[float], gap: float) -> float:
    return block[0] + (block[1] - 1) / 2 * gap
