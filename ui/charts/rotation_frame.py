"""The window of a rotation graph: which part of the plane is shown, and where it lies on the widget."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

CENTRE = 100.0
STEP = 5.0
LEAST, ROOM = 5.0, 2.0
"""The graph always reaches so far to every side of its centre."""
NEAREST, FARTHEST = 2.0, 400.0
"""The least and the largest span of an axis."""

Span = tuple[float, float]


def honest_span(values: Iterable[float]) -> Span:
    """Return a span that holds every value, the centre and a little room, in steps of five.

    >>> honest_span([84.2, 103.0])
    (80.0, 110.0)
    >>> honest_span([])
    (90.0, 110.0)
    """
    known = [value for value in values if math.isfinite(value)]
    low, high = min([CENTRE - LEAST, *known]) - ROOM, max([CENTRE + LEAST, *known]) + ROOM
    return math.floor(low / STEP) * STEP, math.ceil(high / STEP) * STEP


def ticks(span: Span, room: int) -> list[float]:
    """Return round places on an axis, at most `room` of them."""
    wide = span[1] - span[0]
    step = next((one for one in (0.5, 1, 2, 5, 10, 20, 50, 100) if wide / one <= max(2, room)), 200)
    first = math.ceil(span[0] / step - 1e-9)
    last = math.floor(span[1] / step + 1e-9)
    return [at * step for at in range(first, last + 1)]


class Frame:
    """Turns places of the plane into pixels and back; zooms about a point, pans, fits."""

    def __init__(self) -> None:
        self.whole: tuple[Span, Span] = ((95.0, 105.0), (95.0, 105.0))
        self.area = QRectF(0, 0, 100, 100)
        self._chosen: tuple[Span, Span] | None = None

    @property
    def spans(self) -> tuple[Span, Span]:
        """The spans across and up that are shown."""
        return self._chosen or self.whole

    @property
    def is_whole(self) -> bool:
        return self._chosen is None

    def fit(self) -> None:
        """Show everything."""
        self._chosen = None

    def point(self, x: float, y: float) -> QPointF:
        """The pixel of a place."""
        (left, right), (low, high) = self.spans
        return QPointF(
            self.area.left() + (x - left) / (right - left) * self.area.width(),
            self.area.bottom() - (y - low) / (high - low) * self.area.height(),
        )

    def place(self, at: QPointF) -> tuple[float, float]:
        """The place at a pixel."""
        (left, right), (low, high) = self.spans
        return (
            left + (at.x() - self.area.left()) / self.area.width() * (right - left),
            low + (self.area.bottom() - at.y()) / self.area.height() * (high - low),
        )

    def zoom(self, about: QPointF, factor: float) -> None:
        """Make both spans `factor` times as long, with the place below `about` standing still."""
        x, y = self.place(about)
        across, up = (
            (at - (at - span[0]) * factor, at + (span[1] - at) * factor)
            for at, span in zip((x, y), self.spans, strict=True)
        )
        if all(NEAREST <= span[1] - span[0] <= FARTHEST for span in (across, up)):
            self._chosen = (across, up)

    def pan(self, by: QPointF) -> None:
        """Move the plane along with the pointer."""
        (left, right), (low, high) = self.spans
        dx = -by.x() / self.area.width() * (right - left)
        dy = by.y() / self.area.height() * (high - low)
        self._chosen = ((left + dx, right + dx), (low + dy, high + dy))
