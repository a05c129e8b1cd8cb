"""The painted part of a rotation graph: quadrants, fading tails, heads with their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.charts.dodge import Box, dodged
from ui.charts.markers import paint_marker
from ui.charts.rotation_frame import CENTRE, Frame, honest_span, ticks
from ui.theme.tokens import MARKERS, Theme
from ui.widgets import numbers
from ui.widgets.dates import short_day_text
from ui.widgets.spoken import speak
from ui.widgets.themed import CAPTION, TABLE, Themed, colour, focus_ring, label_colour, pen, text_width

LEFT, BOTTOM, TOP, RIGHT = 34.0, 20.0, 4.0, 4.0
REACH = 11.0
"""How near the pointer must be to a head or a point of a tail, in pixels."""
DIM = 0.22
AWAY = (-8, -8, 8, 8)
"""How far from the name of a quadrant the heads of lines stay, or the name from them."""


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One line: its tail (days, x, y; NaN unknown, oldest first) and its head, the place of the day."""

    key: str
    name: str
    title: str
    days: Any
    xs: Any
    ys: Any
    x: float
    y: float
    ink: int

    @property
    def known(self) -> bool:
        return math.isfinite(self.x) and math.isfinite(self.y)


class RotationField(Themed, QWidget):
    """Hover names a line, a click keeps it highlighted; wheel, drag and double click move the window."""

    selected_changed = Signal(object)

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.lines: tuple[PlotLine, ...] = ()
        self.day: np.datetime64 | None = None
        self.selected: frozenset[str] = frozenset()
        self.frame = Frame()
        self._hovered: str | None = None
        self._at: int | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_lines(self, lines: Sequence[PlotLine], day: np.datetime64, *, grow: bool = False) -> None:
        """Show other lines; with `grow` the window only gets larger, so that a film stands still."""
        self.lines, self.day = tuple(lines), day
        spans = tuple(
            honest_span(
                [
                    value
                    for line in lines
                    if line.known
                    for value in (*getattr(line, tail), getattr(line, head))
                ]
            )
            for tail, head in (("xs", "x"), ("ys", "y"))
        )
        if grow:
            spans = tuple(
                (min(old[0], new[0]), max(old[1], new[1]))
                for old, new in zip(self.frame.whole, spans, strict=True)
            )
        self.frame.whole = (spans[0], spans[1])
        self.setAccessibleDescription("; ".join(self.say(line) for line in lines if line.known))
        self.update()

    def say(self, line: PlotLine) -> str:
        """A line's place in words."""
        return self.tr("{name}: {quadrant}, across {x}, up {y}").format(
            name=line.title,
            quadrant=self.quadrant(line.x, line.y),
            x=numbers.fixed(line.x, 1),
            y=numbers.fixed(line.y, 1),
        )

    def quadrant(self, x: float, y: float) -> str:
        """The name of the quadrant of a place."""
        if x >= CENTRE:
            return self.tr("leading") if y >= CENTRE else self.tr("weakening")
        return self.tr("improving") if y >= CENTRE else self.tr("lagging")

    def select(self, keys: frozenset[str]) -> None:
        """Highlight these lines, or none."""
        if keys != self.selected:
            self.selected = keys
            self.selected_changed.emit(keys)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(460, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.frame.area = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        self._paint_plane(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(self.frame.area)
        known = [line for line in self.lines if line.known]
        for line in sorted(known, key=self._is_strong):
            self._paint_line(painter, line)
        painter.restore()
        self._paint_names(painter, known)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), self.theme)

    def _paint_plane(self, painter: QPainter) -> None:
        area, (across, up) = self.frame.area, self.frame.spans
        centre = self.frame.point(CENTRE, CENTRE)
        middle = QPointF(
            min(max(centre.x(), area.left()), area.right()), min(max(centre.y(), area.top()), area.bottom())
        )
        painter.fillRect(QRectF(middle, area.topRight()).normalized(), self.colour(1, 0.07))
        painter.fillRect(QRectF(area.bottomLeft(), middle).normalized(), self.colour(2, 0.07))
        painter.setFont(self.font_of(CAPTION))
        for x in ticks(across, int(area.width() / 60)):
            at = round(self.frame.point(x, 0).x())
            painter.setPen(pen(self.colour("control" if x == CENTRE else "grid")))
            painter.drawLine(at, round(area.top()), at, round(area.bottom()))
            painter.setPen(self.colour("text3"))
            words = numbers.fixed(x, 0 if x == int(x) else 1)
            box = QRectF(at - 30, area.bottom() + 3, 60, 16)
            box.moveLeft(min(box.left(), self.width() - 30 - text_width(painter.font(), words) / 2))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        for y in ticks(up, int(area.height() / 36)):
            at = round(self.frame.point(0, y).y())
            painter.setPen(pen(self.colour("control" if y == CENTRE else "grid")))
            painter.drawLine(round(area.left()), at, round(area.right()), at)
            painter.setPen(self.colour("text3"))
            box = QRectF(0, min(max(at - 8, 0), self.height() - BOTTOM - 12), LEFT - 6, 16)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, numbers.fixed(y, 0 if y == int(y) else 1))

    def _corners(self) -> list[tuple[str, Box]]:
        """The names of the quadrants in sight, each in its corner, out of the way of heads."""
        area, ((left, right), (low, high)) = self.frame.area, self.frame.spans
        font = self.font_of(CAPTION, 600)
        heads = [self.frame.point(line.x, line.y) for line in self.lines if line.known]
        found = []
        for words, at_left, at_top, seen in (
            (self.tr("Improving"), True, True, left < CENTRE < high),
            (self.tr("Leading"), False, True, right > CENTRE and high > CENTRE),
            (self.tr("Lagging"), True, False, left < CENTRE and low < CENTRE),
            (self.tr("Weakening"), False, False, low < CENTRE < right),
        ):
            if seen:
                wide = text_width(font, words)
                x = area.left() + 8 if at_left else area.right() - 8 - wide
                y = area.top() + 5 if at_top else area.bottom() - 20
                box = QRectF(x, y, wide + 1, 15.0)
                while any(box.adjusted(*AWAY).contains(head) for head in heads):
                    box.translate(0, 18 if at_top else -18)
                found.append((words, (box.x(), box.y(), box.width(), box.height())))
        return found

    def _is_strong(self, line: PlotLine) -> bool:
        chosen = self.selected | ({self._hovered} if self._hovered else set())
        return not chosen or line.key in chosen

    def _ink(self, line: PlotLine, strength: float = 1.0) -> QColor:
        full = 1.0 if self._is_strong(line) else DIM
        return colour(self.theme, line.ink % len(self.theme.series), full * strength)

    def _paint_line(self, painter: QPainter, line: PlotLine) -> None:
        stretches = self._stretches(line)
        count = sum(len(one) for one in stretches)
        seen = 0
        for points in stretches:
            for place in range(len(points) - 1):
                seen += 1
                faded = self._ink(line, 0.12 + 0.88 * (seen / max(1, count)) ** 1.6)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(pen(faded, 2 if self.selected and self._is_strong(line) else 1.5))
                painter.drawPath(_curve(points, place))
            for place, point in enumerate(points[:-1] if points is stretches[-1] else points):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._ink(line, 0.2 + 0.8 * (place + 1) / len(points)))
                painter.drawEllipse(point, 1.9, 1.9)
        marker = MARKERS[(line.ink + 4 * (line.ink // len(MARKERS))) % len(MARKERS)]
        head = self.frame.point(line.x, line.y)
        paint_marker(painter, marker, head, 5.2, self._ink(line))
        if self._at is not None and self.hasFocus() and self.lines[self._at] is line:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.colour("accent"), 2))
            painter.drawEllipse(head, 9, 9)

    def _stretches(self, line: PlotLine) -> list[list[QPointF]]:
        """The tail with the head as points of the widget, broken where a Friday is unknown."""
        days, xs, ys = list(line.days), list(line.xs), list(line.ys)
        if not days or days[-1] != self.day:
            xs, ys = [*xs, line.x], [*ys, line.y]
        result: list[list[QPointF]] = [[]]
        for x, y in zip(xs, ys, strict=True):
            if math.isfinite(x) and math.isfinite(y):
                result[-1].append(self.frame.point(x, y))
            elif result[-1]:
                result.append([])
        return [one for one in result if one]

    def _paint_names(self, painter: QPainter, known: list[PlotLine]) -> None:
        area = self.frame.area
        inside = [line for line in known if area.contains(self.frame.point(line.x, line.y))]
        inside.sort(key=lambda line: (not self._is_strong(line), line.name))
        heads = [self.frame.point(line.x, line.y) for line in inside]
        font = self.font_of(TABLE, 600)
        sizes = [(text_width(font, line.name) + 2, 16.0) for line in inside]
        obstacles: list[Box] = [(head.x() - 6, head.y() - 6, 12.0, 12.0) for head in heads]
        obstacles += [box for _, box in self._corners()]
        boxes = dodged(
            [(head.x(), head.y()) for head in heads],
            sizes,
            (area.left() + 2, area.top() + 2, area.width() - 4, area.height() - 4),
            obstacles,
        )
        painter.setFont(self.font_of(CAPTION, 600))
        for words, corner in self._corners():
            painter.fillRect(QRectF(*corner), self.colour("surface", 0.55))
            painter.setPen(self.colour("text2"))
            painter.drawText(QRectF(*corner), Qt.AlignmentFlag.AlignCenter, words)
        painter.setFont(font)
        for line, box in zip(inside, boxes, strict=True):
            # Lines run below the names: a thin ground keeps these readable.
            painter.fillRect(QRectF(*box), self.colour("surface", 0.62))
            ink = label_colour(self.theme, line.ink % len(self.theme.series))
            ink.setAlphaF(1.0 if self._is_strong(line) else 0.45)
            painter.setPen(ink)
            painter.drawText(QRectF(*box), Qt.AlignmentFlag.AlignCenter, line.name)

    # -- pointing ----------------------------------------------------------------------------------

    def near(self, at: QPointF) -> tuple[PlotLine, np.datetime64 | None, float, float] | None:
        """The line below the pointer, with the day and place of its nearest point."""
        best: tuple[float, PlotLine, np.datetime64 | None, float, float] | None = None
        for line in self.lines:
            if not line.known:
                continue
            places = [*zip(line.days, line.xs, line.ys, strict=True), (self.day, line.x, line.y)]
            for day, x, y in places:
                if not (math.isfinite(x) and math.isfinite(y)):
                    continue
                point = self.frame.point(float(x), float(y))
                away = math.hypot(point.x() - at.x(), point.y() - at.y())
                if away <= REACH and (best is None or away <= best[0]):
                    best = (away, line, day, float(x), float(y))
        return None if best is None else best[1:]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = event.position() - self._pressed
            if self._dragged or moved.manhattanLength() > 4:
                self._dragged = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.frame.pan(moved)
                self._pressed = event.position()
                self.update()
            return
        found = self.near(event.position())
        hovered = found[0].key if found else None
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        if found:
            line, day, x, y = found
            words = f"{line.title} · {short_day_text(day) if day is not None else ''}\n" + self.tr(
                "{quadrant}, across {x}, up {y}"
            ).format(quadrant=self.quadrant(x, y), x=numbers.fixed(x, 1), y=numbers.fixed(y, 1))
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
        elif self._hovered:
            QToolTip.hideText()
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: object) -> None:
        if self._hovered:
            self._hovered = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        self.unsetCursor()
        if self._dragged:
            return
        found = self.near(event.position())
        if found is None:
            self.select(frozenset())
        else:
            more = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._toggle(found[0].key, more=more)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.frame.fit()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.frame.area.contains(event.position()) or not event.angleDelta().y():
            event.ignore()
            return
        self.frame.zoom(event.position(), 0.85 ** (event.angleDelta().y() / 120))
        self.update()
        event.accept()

    def _toggle(self, key: str, *, more: bool) -> None:
        if more:
            self.select(self.selected ^ {key})
        else:
            self.select(frozenset() if self.selected == {key} else frozenset({key}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        known = [place for place, line in enumerate(self.lines) if line.known]
        forward, back = (Qt.Key.Key_Right, Qt.Key.Key_Down), (Qt.Key.Key_Left, Qt.Key.Key_Up)
        if key in (*forward, *back) and known:
            step = 1 if key in forward else -1
            at = known.index(self._at) + step if self._at in known else (0 if step > 0 else len(known) - 1)
            self._at = known[at % len(known)]
            self._hovered = self.lines[self._at].key
            speak(self, self.say(self.lines[self._at]))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at is not None:
            if self._at < len(self.lines):
                self._toggle(self.lines[self._at].key, more=True)
        elif key == Qt.Key.Key_Escape and (self.selected or self._hovered):
            self._hovered = self._at = None
            self.select(frozenset())
            self.update()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0):
            self._zoom_by_key(key)
        else:
            event.ignore()

    def _zoom_by_key(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_0:
            self.frame.fit()
        else:
            self.frame.zoom(self.frame.area.center(), 0.85 if key == Qt.Key.Key_Plus else 1 / 0.85)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hovered = self._at = None
        super().focusOutEvent(event)


def _curve(points: list[QPointF], place: int) -> QPainterPath:
    """One piece of a smooth line through the points (Catmull and Rom 1974); the points lie on it."""
    before, start, end, after = (
        points[max(place - 1, 0)],
        points[place],
        points[place + 1],
        points[min(place + 2, len(points) - 1)],
    )
    path = QPainterPath(start)
    path.cubicTo(start + (end - before) / 6, end - (after - start) / 6, end)
    return path
