"""What lies behind and above the lines of a time chart: shading, thresholds, unknown stretches, marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from ui.charts.noted import NOTHING, Notes, paint_marks
from ui.charts.plot_view import PlotView
from ui.charts.read_out import Entry
from ui.charts.time_axis import day_x
from ui.theme.tokens import Theme
from ui.widgets.dates import Day
from ui.widgets.themed import CAPTION, colour, hatch, label_colour, pen, text_width

ShadingKind = Literal["altcoin", "bitcoin", "phase"]
Shape = Literal["diamond", "triangle"]
MOST_NOTES, LONGEST_NOTE = 4, 44

_SHADES: dict[ShadingKind, tuple[int, float, str]] = {
    "altcoin": (1, 0.13, "top"),
    "bitcoin": (2, 0.08, "bottom"),
    "phase": (5, 0.08, "top"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """An event: a small shape at a day and value, with at most three words."""

    day: Day
    value: float
    text: str = ""
    shape: Shape = "diamond"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A dashed horizontal line with its words."""

    value: float
    label: str
    colour: str | int


class TimeOverlays:
    """Kept in days and values, painted in pixels of the view."""

    def __init__(self, view: PlotView, to_axis: Callable[[float], float]) -> None:
        self._view = view
        self._to_axis = to_axis
        self.shading: dict[ShadingKind, list[tuple[float, float, str]]] = {}
        self.unknown: list[tuple[float, float, str]] = []
        self.thresholds: dict[str, Threshold] = {}
        self.marks: tuple[Mark, ...] = ()
        self.notes: Notes = NOTHING
        self.as_of: float | None = None
        self.as_of_text = ""
        view.under.append(self._paint_under)
        view.over.append(self._paint_over)

    def set_shading(
        self, spans: Sequence[tuple[Day, Day]], kind: ShadingKind, words: Sequence[str] = ()
    ) -> None:
        """Both days included: a season of one day is one day wide. `words`: one text a span, or none."""
        texts = words or [""] * len(spans)
        self.shading[kind] = [
            (day_x(start) - 0.5, day_x(end) + 0.5, text)
            for (start, end), text in zip(spans, texts, strict=True)
        ]

    def set_unknown(self, spans: Sequence[tuple[Day, Day, str]]) -> None:
        """Stretches without a line, each with its reason."""
        self.unknown = [(day_x(start), day_x(end), text) for start, end, text in spans]

    def head_room(self) -> int:
        """Pixels above the plot for the words of a mark at its top."""
        return 18 if any(mark.text for mark in self.marks) else 0

    # -- painting ----------------------------------------------------------------------------------

    def _paint_under(self, painter: QPainter) -> None:
        view, theme = self._view, self._view.theme
        plot = view.plot
        for kind, spans in self.shading.items():
            series, alpha, edge = _SHADES[kind]
            bar = plot.top() if edge == "top" else plot.bottom() - 2
            for start, end, _ in spans:
                area = self._columns(start, end)
                if area is not None:
                    painter.fillRect(area, colour(theme, series, alpha))
                    painter.fillRect(QRectF(area.left(), bar, area.width(), 2), colour(theme, series))
        for start, end, _ in self.unknown:
            area = self._columns(start, end)
            if area is not None:
                painter.fillRect(area, hatch(theme))
        for threshold in self.thresholds.values():
            height = view.y_px(self._to_axis(threshold.value))
            if not plot.top() <= height <= plot.bottom():
                continue  # far outside it may be too far for Qt, and an error while painting ends everything
            row = round(height)
            painter.setPen(pen(label_colour(theme, threshold.colour), 1, [4, 3]))
            painter.drawLine(int(plot.left()), row, int(plot.right()), row)
        if self.as_of is not None:
            column = round(view.x_px(self.as_of))
            painter.setPen(pen(colour(theme, "accent"), 1, [2, 2]))
            painter.drawLine(column, int(plot.top()), column, int(plot.bottom()))

    def _paint_over(self, painter: QPainter) -> None:
        view, theme = self._view, self._view.theme
        painter.setFont(view.font_of(CAPTION))
        taken = self.shading_words()
        for start, end, text in self.unknown:
            area = self._columns(start, end)
            if area is not None and text:
                width = text_width(painter.font(), text)
                left = max(view.plot.left() + 2, min(area.left() + 2, view.plot.right() - width - 2))
                words = QRectF(left, view.plot.top() + 5, width + 4, 15)
                if any(words.intersects(other) for other, _ in taken):
                    words.translate(0, 17)
                painter.fillRect(words, colour(theme, "surface", 0.75))
                painter.setPen(colour(theme, "text2"))
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        if self.as_of is not None and self.as_of_text:
            self._paint_as_of(painter, [words for words, _ in taken], self.as_of)
        for words, text in taken:
            painter.fillRect(words, colour(theme, "surface", 0.7))
            painter.setPen(colour(theme, "text2"))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        self._paint_marks(painter, theme)
        self._paint_notes(painter, theme)

    def _paint_as_of(self, painter: QPainter, taken: list[QRectF], day: float) -> None:
        """Write the words of the as-of line beside it, on the side and in the row that have room."""
        plot, theme = self._view.plot, self._view.theme
        width = text_width(painter.font(), self.as_of_text) + 6
        x = self._view.x_px(day)
        words = QRectF(x + 3 if x + width + 3 <= plot.right() else x - width - 3, plot.top() + 3, width, 15)
        if any(words.intersects(other) for other in taken):
            words.translate(0, 17)
        painter.fillRect(words, colour(theme, "surface", 0.75))
        painter.setPen(colour(theme, "accent"))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.as_of_text)

    def shading_words(self) -> list[tuple[QRectF, str]]:
        """Return the words of the shaded stretches and where they find room, the longest stretch first."""
        plot, face = self._view.plot, self._view.font_of(CAPTION)
        wanted = [
            (area.width(), area.center().x(), _SHADES[kind][2], text)
            for kind, spans in self.shading.items()
            for start, end, text in spans
            if text and (area := self._columns(start, end)) is not None
        ]
        placed: list[tuple[QRectF, str]] = []
        for _, middle, edge, text in sorted(wanted, key=lambda one: -one[0]):
            width = text_width(face, text) + 6
            left = min(max(plot.left() + 1, middle - width / 2), plot.right() - width - 1)
            top = plot.top() + 3 if edge == "top" else plot.bottom() - 19
            words = QRectF(left, top, width, 15)
            if width < plot.width() and not any(words.intersects(other) for other, _ in placed):
                placed.append((words, text))
        return placed

    def noted(self, x: float, reach_px: float = 4) -> list[Entry]:
        """Return what was noted within some pixels of a place in time, as the read-out says it."""
        at = self._view.x_px(x)
        low, high = self._view.x_at(at - reach_px), self._view.x_at(at + reach_px)
        near = self.notes.between(low, high, most=MOST_NOTES)
        return [Entry(None, _shortened(one.text), "") for one in near]

    def _paint_notes(self, painter: QPainter, theme: Theme) -> None:
        view, plot = self._view, self._view.plot
        painter.setPen(pen(colour(theme, "surface"), 1))
        painter.setBrush(colour(theme, "caution"))
        low, high = view.x_at(plot.left() - 1), view.x_at(plot.right() + 1)
        paint_marks(painter, self.notes.marks(low, high, plot.width()), view.x_px, plot.bottom())

    def _paint_marks(self, painter: QPainter, theme: Theme) -> None:
        view = self._view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken: list[QRectF] = []
        area = view.plot.adjusted(-5, -5, 5, 5)
        for mark in self.marks:
            level = self._to_axis(mark.value)
            if not np.isfinite(level):
                continue
            place = QPointF(view.x_px(day_x(mark.day)), view.y_px(level))
            if not area.contains(place):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme, "accent"))
            painter.drawPolygon(_shape(mark.shape, place))
            if not mark.text:
                continue
            width = text_width(painter.font(), mark.text)
            left = min(max(view.plot.left(), place.x() - width * 0.7), view.plot.right() + 20 - width)
            words = QRectF(left, max(0.0, place.y() - 21), width + 2, 15)
            # The first mark keeps its words; one that would cover them keeps its shape only.
            if not any(words.intersects(other) for other in taken):
                taken.append(words)
                painter.setPen(colour(theme, "text2"))
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _columns(self, start: float, end: float) -> QRectF | None:
        plot = self._view.plot
        left, right = self._view.x_px(start), self._view.x_px(end)
        if right < plot.left() or left > plot.right():
            return None
        left, right = max(left, plot.left()), min(right, plot.right())
        # A season of a day stays visible on a chart of ten years.
        return QRectF(left, plot.top(), max(1.5, right - left), plot.height())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1] + "…"


def _shape(shape: Shape, at: QPointF) -> QPolygonF:
    x, y = at.x(), at.y()
    if shape == "triangle":
        return QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y + 4), QPointF(x - 5, y + 4)])
    return QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5), QPointF(x - 5, y)])
