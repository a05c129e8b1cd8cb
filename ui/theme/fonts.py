"""The type scale: the system's font at the sizes of the visual direction, figures of equal width."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

Role = Literal["caption", "table", "body", "heading", "title", "figure", "gauge"]

SCALES: dict[Role, tuple[float, int]] = {
    "caption": (0.85, 400),
    "table": (0.92, 400),
    "body": (1.0, 400),
    "heading": (1.0, 600),
    "title": (1.45, 600),
    "figure": (1.8, 600),
    "gauge": (2.45, 600),
}


def font(role: Role = "body") -> QFont:
    """Return the application's font in one of its roles."""
    return QFont(_made(role, QApplication.font().key()))


@lru_cache(maxsize=64)
def _made(role: Role, base: str) -> QFont:
    """Make the font once for each base font of the application."""
    scale, weight = SCALES[role]
    made = QFont(QApplication.font())
    if made.pixelSize() > 0:
        made.setPixelSize(max(1, round(made.pixelSize() * scale)))
    else:
        made.setPointSizeF(max(1.0, made.pointSizeF() * scale))
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
