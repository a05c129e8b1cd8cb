"""The painted part of the phase ribbon: price, blocks, years and legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.charts.noted import NOTHING, Noted, Notes, paint_marks
from ui.theme.tokens import Theme
from ui.widgets.dates import short_day_text
from ui.widgets.spoken import speak
from ui.widgets.themed import CAPTION, Themed, colour, focus_ring, hatch, pen, text_width

INK: dict[str, tuple[str | int, float, float]] = {
    "bitcoin": (2, 1.0, 1.0),
    "large": (1, 0.42, 0.5),
    "mid": (1, 0.68, 0.75),
    "small": (1, 1.0, 1.0),
    "risk-off": ("line_strong", 1.0, 0.28),
}
"""Colour, opacity and height of each phase: rising towards the small caps."""
RIBBON, YEARS, LEGEND, NARROWEST_PRICE = 28.0, 17.0, 18.0, 22.0
MOST_NOTES = 12
"""Notes that a tool tip lists: hundreds would be taller than the screen."""
NOTE_REACH = 4.0
"""Pixels beside a note's mark that still read it out."""


@dataclass(frozen=True, slots=True)
class Block:
    """A spell of `phase`, or an unknown stretch (phase ""); both days included."""

    phase: str
    name: str
    start: np.datetime64
    end: np.datetime64
    running: bool = False

    @property
    def days(self) -> int:
        return int((self.end - self.start).astype(int)) + 1


class RibbonStrip(Noted, Themed, QWidget):
    """Blocks along the days, with arrow keys and tooltips that name them."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.blocks: tuple[Block, ...] = ()
        self._names: tuple[tuple[str, str], ...] = ()
        self._days: Any = np.empty(0, "datetime64[D]")
        self._values: Any = np.empty(0)
        self._price_name = ""
        self._at: int | None = None
        self._first, self._length = 0, 1
        self.notes: Notes = NOTHING
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_blocks(self, blocks: tuple[Block, ...], names: tuple[tuple[str, str], ...]) -> None:
        """See `PhaseRibbon.set_history`."""
        self.blocks, self._names = blocks, names
        if blocks:
            self._first = _number(blocks[0].start)
            self._length = max(1, _number(blocks[-1].end) + 1 - self._first)
        if self._at is not None and self._at >= len(blocks):
            self._at = None
        if blocks:
            self.setAccessibleDescription(self.say(blocks[-1]))
        self.updateGeometry()
        self.update()

    def set_price(self, days: Any, values: Any, name: str) -> None:
        """See `PhaseRibbon.set_price`."""
        self._days, self._values, self._price_name = days, values, name
        self.update()

    def set_notes(self, notes: Notes) -> None:
        """What a person noted: marks at the ribbon's foot, read out by the tool tip."""
        if self.notes is not notes:
            self.notes = notes
            self.update()

    def words_at(self, x: float) -> str:
        """The block below a place in words, and what was noted close to it."""
        place = self.block_at(x)
        lines = [] if place is None else [self.say(self.blocks[place])]
        near = self.notes.between(self._number_at(x - NOTE_REACH), self._number_at(x + NOTE_REACH))
        lines += [f"{short_day_text(one.day)}: {one.text}" for one in near[:MOST_NOTES]]
        if len(near) > MOST_NOTES:
            lines.append(
                self.tr("Notes close by that are not listed here: {0}.").format(len(near) - MOST_NOTES)
            )
        return "\n".join(lines)

    def say(self, block: Block) -> str:
        """A block in words."""
        words = self.tr("{name}: {start} to {end}, {days} days").format(
            name=block.name,
            start=short_day_text(block.start),
            end=short_day_text(block.end),
            days=block.days,
        )
        return self.tr("{0}, still running").format(words) if block.running else words

    def sizeHint(self) -> QSize:
        return QSize(420, round(RIBBON + YEARS + LEGEND + 48))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, round(RIBBON + YEARS + LEGEND + NARROWEST_PRICE + 8))

    # -- geometry ----------------------------------------------------------------------------------

    def _areas(self) -> tuple[QRectF, QRectF, float]:
        """The price's area, the ribbon's, and the top of the years."""
        legend = self._legend_height(self.width())
        top = self.height() - legend - YEARS - RIBBON
        price = QRectF(0, 2, self.width(), top - 6)
        return price, QRectF(0, top, self.width(), RIBBON), top + RIBBON

    def _x(self, day: np.datetime64) -> float:
        return self.width() * (_number(day) - self._first) / self._length

    def _number_at(self, x: float) -> float:
        return self._first + x * self._length / max(1, self.width())

    def block_at(self, x: float) -> int | None:
        """The block below a place."""
        for place, block in enumerate(self.blocks):
            if self._x(block.start) <= x < self._x(block.end + 1):
                return place
        return None

    def _legend_items(self) -> list[tuple[str, str]]:
        shown = list(self._names)
        if any(not one.phase for one in self.blocks):
            shown.append(("", self.tr("unknown")))
        return shown

    def _legend_height(self, width: float) -> float:
        return LEGEND * max(1, len(self._legend_rows(width)))

    def _legend_rows(self, width: float) -> list[list[tuple[str, str, float]]]:
        font = self.font_of(CAPTION)
        rows: list[list[tuple[str, str, float]]] = [[]]
        x = 0.0
        for phase, words in self._legend_items():
            wide = 18 + text_width(font, words) + 16
            if rows[-1] and x + wide - 16 > width:
                rows.append([])
                x = 0.0
            rows[-1].append((phase, words, x))
            x += wide
        return rows

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.blocks:
            return
        painter = QPainter(self)
        price, ribbon, years = self._areas()
        if price.height() >= NARROWEST_PRICE:
            self._paint_price(painter, price)
        for place, block in enumerate(self.blocks):
            left, right = self._x(block.start), self._x(block.end + 1)
            gap = 1.0 if right - left > 3 else 0.0
            area = QRectF(left, ribbon.top(), max(1.0, right - left - gap), ribbon.height())
            self._paint_block(painter, block.phase, area)
            if place == self._at and self.hasFocus():
                focus_ring(painter, area.adjusted(-3, -3, 3, 3), self.theme, 3)
        painter.setPen(pen(self.colour("line_strong")))
        painter.drawLine(QPointF(0, ribbon.bottom()), QPointF(self.width(), ribbon.bottom()))
        self._paint_notes(painter, ribbon)
        self._paint_years(painter, years)
        self._paint_legend(painter, years + YEARS)
        if self.hasFocus() and self._at is None:
            focus_ring(painter, QRectF(self.rect()), self.theme)

    def _paint_block(self, painter: QPainter, phase: str, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if phase not in INK:
            painter.setBrush(hatch(self.theme, 0.6))
            painter.drawRect(area)
            return
        token, alpha, height = INK[phase]
        painter.setBrush(colour(self.theme, token, alpha))
        painter.drawRect(area.adjusted(0, area.height() * (1 - height), 0, 0))

    def _paint_price(self, painter: QPainter, area: QRectF) -> None:
        days = self._days.astype("datetime64[D]").astype(np.int64)
        shown = (days >= self._first) & (days < self._first + self._length) & (self._values > 0)
        days, values = days[shown], self._values[shown]
        if days.size < 2:
            return
        # One value a pixel is enough; the whole line would be thousands of points.
        step = max(1, days.size // max(1, self.width()))
        days, values = days[::-step][::-1], np.log(values[::-step][::-1])
        low, high = float(values.min()), float(values.max())
        across = (days - self._first) * (self.width() / self._length)
        up = area.bottom() - (values - low) * (area.height() / (high - low or 1.0))
        points = QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self.colour("text2")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        font = self.font_of(CAPTION)
        painter.setFont(font)
        words = QRectF(0, area.top() - 2, text_width(font, self._price_name) + 4, 15)
        painter.fillRect(words, self.colour("surface", 0.75))
        painter.setPen(self.colour("text3"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._price_name)

    def _paint_notes(self, painter: QPainter, ribbon: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self.colour("surface"), 1))
        painter.setBrush(self.colour("caution"))
        wide, low, high = self.width(), self._number_at(0), self._number_at(self.width())
        marks = self.notes.marks(low, high, wide)
        paint_marks(painter, marks, lambda day: wide * (day - self._first) / self._length, ribbon.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_years(self, painter: QPainter, top: float) -> None:
        font = self.font_of(CAPTION)
        painter.setFont(font)
        first = self.blocks[0].start.astype("datetime64[Y]")
        last = self.blocks[-1].end.astype("datetime64[Y]")
        free = 0.0
        for year in np.arange(first + 1, last + 1):
            x, words = self._x(year.astype("datetime64[D]")), str(year)
            painter.setPen(pen(self.colour("line_strong")))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 3))
            wide = text_width(font, words)
            if x - wide / 2 < free or x + wide / 2 > self.width():
                continue
            painter.setPen(self.colour("text3"))
            painter.drawText(QPointF(x - wide / 2, top + 13), words)
            free = x + wide / 2 + 8

    def _paint_legend(self, painter: QPainter, top: float) -> None:
        font = self.font_of(CAPTION)
        painter.setFont(font)
        for line, row in enumerate(self._legend_rows(self.width())):
            for phase, words, x in row:
                swatch = QRectF(x, top + line * LEGEND + 4, 11, 11)
                if phase:
                    self._paint_block(painter, phase, swatch)
                else:
                    painter.setBrush(hatch(self.theme, 0.7))
                    painter.setPen(pen(self.colour("unknown"), 1, [2, 2]))
                    painter.drawRect(swatch)
                painter.setPen(self.colour("text2"))
                painter.drawText(QPointF(x + 17, top + line * LEGEND + 14), words)

    # -- mouse and keys ----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            over = event.pos().y() < self._areas()[2]
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()) if over else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.blocks:
            event.ignore()
            return
        last = len(self.blocks) - 1
        self._at = last if self._at is None else min(max(self._at + step, 0), last)
        words = self.say(self.blocks[self._at])
        speak(self, words)
        left = self._x(self.blocks[self._at].start)
        QToolTip.showText(self.mapToGlobal(QPointF(left, self._areas()[1].top())).toPoint(), words, self)
        self.update()


def _number(day: np.datetime64) -> int:
    """A day as a whole number: days since 1970."""
    return int(day.astype("datetime64[D]").astype(np.int64))
