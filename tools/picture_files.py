"""Small files of pictures: the colours of a window fit into a palette, and so each point into one byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

COLOURS = 256
KEPT = 96
"""The most frequent colours, as texts and areas have them, stay exactly as they are."""
ROUNDS = 6


def palette_of(
    colours: np.ndarray, counts: np.ndarray, *, size: int = COLOURS, kept: int = KEPT
) -> np.ndarray:
    """Choose `size` colours that stand for all of these.

    Parameters
    ----------
    colours : array of shape (n_colours, 3)
        Red, green and blue, 0 to 255, each colour once.
    counts : array of shape (n_colours,)
        How many points have each colour.

    Returns
    -------
    array of shape (min(size, n_colours), 3)
        The `kept` most frequent colours unchanged, then means of what lies near each other.
    """
    order = np.argsort(-counts, kind="stable")
    colours, counts = colours[order].astype(float), counts[order].astype(float)
    if len(colours) <= size:
        return colours.astype(np.uint8)
    from scipy.spatial import cKDTree

    chosen = colours[:size].copy()
    # The rest begins with what is worst served so far, weighed by how much of it there is.
    for at in range(kept, size):
        if at == kept:
            distance = cKDTree(chosen[:kept]).query(colours)[0] ** 2
        worst = int(np.argmax(distance * np.sqrt(counts)))
        chosen[at] = colours[worst]
        distance = np.minimum(distance, ((colours - chosen[at]) ** 2).sum(axis=1))
    for _ in range(ROUNDS):
        nearest = cKDTree(chosen).query(colours)[1]
        weight = np.bincount(nearest, counts, size)
        sums = np.stack([np.bincount(nearest, counts * colours[:, one], size) for one in range(3)], axis=1)
        moved = weight > 0
        moved[:kept] = False
        chosen[moved] = sums[moved] / weight[moved, None]
    return np.rint(chosen).astype(np.uint8)


def save_small(image: QImage, file: Path) -> None:
    """Write a picture with a palette of its own; about a third of the bytes, to the eye the same."""
    from PySide6.QtGui import QImage
    from scipy.spatial import cKDTree

    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width = plain.height(), plain.width()
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, plain.bytesPerLine())
    points = rows[:, : 3 * width].reshape(-1, 3).astype(np.uint32)
    packed = points[:, 0] << 16 | points[:, 1] << 8 | points[:, 2]
    found, back, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    palette = palette_of(colours, counts)
    nearest = cKDTree(palette).query(colours)[1].astype(np.uint8)
    indices = np.ascontiguousarray(nearest[back.ravel()].reshape(height, width))
    small = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8)
    small.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in palette])
    if not small.save(str(file), "PNG", 0):  # 0 asks for the strongest compression
        message = f"{file} could not be written."
        raise OSError(message)
