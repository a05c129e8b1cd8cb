"""The rotation phase: four stations along which money is said to travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.qt.reader import readable
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import BODY, CAPTION, TABLE, colour, hatch, text_width
from ui.widgets.walked import Walked


@dataclass(frozen=True, slots=True)
class Station:
    """A phase: its strength as a fraction (None unknown), median length of its spells, their number."""

    name: str
    share: float | None
    median_days: float | None = None
    spells: int | None = None


class PhaseTrack(Walked):
    """Stations with arrows between, strength bars and past spells; the active one is filled."""

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.set_title(self.tr("Rotation phase"))
        self._stations: tuple[Station, ...] = ()
        self._active: int | None = None
        self._note = ""
        self._reason = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_stations(self, stations: Sequence[Station], active: int | None, note: str = "") -> None:
        """Four stations; `active` is the phase in force, None with `note` "no clear phase"."""
        self._stations, self._active, self._note, self._reason = tuple(stations), active, note, ""
        said = [self._said(i, station) for i, station in enumerate(self._stations)]
        self.setToolTip("")
        self.set_places(said)
        if note:
            self.setAccessibleDescription("; ".join([note, *said]))

    def set_unknown(self, reason: str) -> None:
        """Hatched, with the reason."""
        reason = readable(reason)
        self._stations, self._active, self._reason = (), None, reason
        self.setToolTip(reason)
        self.set_places(())
        self.setAccessibleDescription(self.tr("Phase unknown: {why}").format(why=reason))

    def _said(self, place: int, station: Station) -> str:
        words = f"{station.name}, {self._share(station)}, {self._spells(station)}"
        return self.tr("{station}, now").format(station=words) if place == self._active else words

    def _share(self, station: Station) -> str:
        return numbers.percent(station.share, 0)

    def _spells(self, station: Station) -> str:
        if station.median_days is None or not station.spells:
            return self.tr("no spell yet")
        days = numbers.fixed(station.median_days, 0)
        return self.tr("{days} d · {spells}").format(days=days, spells=station.spells)

    def sizeHint(self) -> QSize:
        return QSize(420, 104 if self._note else 92)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 100 if self._note else 88)

    def spot(self, at: int) -> QRectF:
        column = self.width() / max(1, len(self._stations))
        return QRectF(at * column, 0, column, self.height())

    def table(self) -> Table:
        header = (
            self.tr("Phase"),
            self.tr("Strength, %"),
            self.tr("Median spell, days"),
            self.tr("Spells"),
        )
        rows = [
            (one.name, None if one.share is None else 100 * one.share, one.median_days, one.spells)
            for one in self._stations
        ]
        return Table(header, rows)

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._reason or not self._stations:
            self._paint_unknown(painter)
            self.paint_focus(painter)
            return
        column = self.width() / len(self._stations)
        top = max(14.0, (self.height() - 68) / 2)
        if self._note:
            top = max(top, 32.0)
        centres = [QPointF(column * (i + 0.5), top) for i in range(len(self._stations))]
        painter.setPen(QPen(self.colour("line_strong"), 1))
        for left, right in pairwise(centres):
            painter.drawLine(left + QPointF(9, 0), right - QPointF(9, 0))
            self._arrow(painter, (left + right) / 2)
        for place, (station, centre) in enumerate(zip(self._stations, centres, strict=True)):
            self._paint_station(painter, place, station, centre, min(column - 12, 96.0))
        if self._note:
            self._paint_note(painter, top - 30)
        self.paint_focus(painter)

    def _arrow(self, painter: QPainter, at: QPointF) -> None:
        painter.save()
        painter.setPen(QPen(self.colour("text2"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([at + QPointF(-2, -4), at + QPointF(2, 0), at + QPointF(-2, 4)]))
        painter.restore()

    def _ink(self, place: int, alpha: float = 1.0) -> QColor:
        return colour(self.theme, 2 if place == 0 else 1, alpha)

    def _paint_station(
        self, painter: QPainter, place: int, station: Station, centre: QPointF, bar: float
    ) -> None:
        active = place == self._active
        ink = self._ink(place, 1.0 if active else 0.8)
        if active:
            painter.setPen(QPen(self._ink(place, 0.55), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 13, 13)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ink(place))
            painter.drawEllipse(centre, 10, 10)
        else:
            painter.setPen(QPen(self.colour("control"), 2))
            painter.setBrush(self.colour("surface"))
            painter.drawEllipse(centre, 6, 6)
        painter.setFont(self.font_of(0.95, 600 if active else 400))
        painter.setPen(self.colour("text" if active else "text2"))
        name = QRectF(centre.x() - 70, centre.y() + 17, 140, 18)
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, station.name)
        track = QRectF(centre.x() - bar / 2, centre.y() + 39, bar, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("line") if station.share is not None else hatch(self.theme, 0.8))
        painter.drawRoundedRect(track, 2.5, 2.5)
        if station.share is not None and numbers.known(station.share):
            track.setWidth(max(5.0, bar * min(1.0, max(0.0, station.share))))
            painter.setBrush(ink)
            painter.drawRoundedRect(track, 2.5, 2.5)
        self._paint_figures(painter, station, centre)

    def _paint_figures(self, painter: QPainter, station: Station, centre: QPointF) -> None:
        share, spells = self._share(station), self._spells(station)
        strong, plain = self.font_of(CAPTION, 600), self.font_of(CAPTION)
        first, second = text_width(strong, share), text_width(plain, spells)
        left, base = centre.x() - (first + 5 + second) / 2, centre.y() + 62
        painter.setFont(strong)
        painter.setPen(self.colour("text"))
        painter.drawText(QPointF(left, base), share)
        painter.setFont(plain)
        painter.setPen(self.colour("text2"))
        painter.drawText(QPointF(left + first + 5, base), spells)

    def _paint_note(self, painter: QPainter, top: float) -> None:
        font = self.font_of(TABLE, 600)
        painter.setFont(font)
        width = text_width(font, self._note) + 16
        tag = QRectF(self.width() / 2 - width / 2, top, width, 19)
        painter.setPen(QPen(self.colour("unknown"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(self.colour("hover"))
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(self.colour("text2"))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, self._note)

    def _paint_unknown(self, painter: QPainter) -> None:
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(area, hatch(self.theme, 0.3))
        painter.setFont(self.font_of(BODY))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        inner = area.adjusted(16, 8, -16, -8)
        words = painter.boundingRect(inner, flags, self._reason)
        painter.fillRect(words.adjusted(-8, -4, 8, 4), self.colour("surface"))
        painter.setPen(self.colour("text2"))
        painter.drawText(inner, flags, self._reason)
