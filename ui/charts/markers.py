"""The markers of the series as painted shapes: a shape repeats every colour."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "s": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "d": ((0, -1.2), (1.1, 0), (0, 1.2), (-1.1, 0)),
    "t1": ((0, -1.1), (1.1, 0.85), (-1.1, 0.85)),
    "t": ((0, 1.1), (1.1, -0.85), (-1.1, -0.85)),
    "star": tuple(
        (
            (1.25 if at % 2 == 0 else 0.55) * math.sin(at * math.pi / 5),
            -(1.25 if at % 2 == 0 else 0.55) * math.cos(at * math.pi / 5),
        )
        for at in range(10)
    ),
}
STROKES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "x": ((-0.9, -0.9, 0.9, 0.9), (-0.9, 0.9, 0.9, -0.9)),
    "+": ((-1.1, 0, 1.1, 0), (0, -1.1, 0, 1.1)),
}


def paint_marker(painter: QPainter, marker: str, at: QPointF, radius: float, ink: QColor) -> None:
    """Draw one marker of the series table, centred."""
    if marker in STROKES:
        painter.setPen(QPen(ink, 2.4))
        for x1, y1, x2, y2 in STROKES[marker]:
            painter.drawLine(at + QPointF(x1, y1) * radius, at + QPointF(x2, y2) * radius)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if marker in SHAPES:
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) * radius for x, y in SHAPES[marker]]))
    else:
        painter.drawEllipse(at, radius, radius)
