"""What a person noted, for every chart of days: also for one that is made long after its panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF, QShowEvent
from PySide6.QtWidgets import QWidget

from models.market.snapshot import Day, Days, Floats
from ui.charts.time_axis import to_x

_PROPERTY = "notes_of_days"
CELL = 3.0
"""Pixels across which one mark stands for all notes: closer ones would only cover one another."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person noted on a day: a small mark at the foot, its words beside the crosshair."""

    day: Day
    text: str


class Notes:
    """Notes in the order of their days, shared by all charts; never changed, compared by identity.

    Parameters
    ----------
    days : shape (n,), the newest first
    texts : n texts
    """

    __slots__ = ("_texts", "_x")

    def __init__(self, days: Days, texts: Sequence[str]) -> None:
        self._x: Floats = to_x(days)[::-1]
        self._texts = tuple(texts)[::-1]

    def __len__(self) -> int:
        return len(self._texts)

    def upto(self, day: Day) -> Notes:
        """Return the notes of days no later than `day`; the same object where that is all of them."""
        end = int(np.searchsorted(self._x, to_x(np.array([day]))[0], side="right"))
        if end == len(self):
            return self
        part = Notes.__new__(Notes)
        part._x, part._texts = self._x[:end], self._texts[:end]
        return part

    def between(self, low: float, high: float, *, most: int | None = None) -> list[Note]:
        """Return the notes between two places on an axis of days, both included, the newest first."""
        start = int(np.searchsorted(self._x, low, side="left"))
        end = int(np.searchsorted(self._x, high, side="right"))
        if most is not None:
            start = max(start, end - most)
        return [
            Note(np.datetime64(int(self._x[row]), "D"), self._texts[row])
            for row in range(end - 1, start - 1, -1)
        ]

    def marks(self, low: float, high: float, pixels: float) -> Floats:
        """Return where marks stand between two places on an axis of days that is `pixels` wide.

        Notes of one day share a mark, and so do those within three pixels: of thousands of notes no more
        marks are left than can be told apart.
        """
        start = int(np.searchsorted(self._x, low, side="left"))
        end = int(np.searchsorted(self._x, high, side="right"))
        if start >= end or high <= low:
            return np.empty(0)
        days = np.unique(self._x[start:end])
        cells = np.floor(days * (pixels / (high - low)) / CELL)
        return days[np.flatnonzero(np.diff(cells, prepend=cells[0] - 1))]


NOTHING = Notes(np.empty(0, "datetime64[D]"), ())


@dataclass(frozen=True, slots=True)
class _Held:
    """The notes as an object of ours: Qt might take it for something of its own."""

    notes: Notes


class Noted(QWidget):
    """Base of what shows days: it marks the notes that `hand_notes` gave to a widget around it."""

    def set_notes(self, notes: Notes) -> None:
        """Mark these notes."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        around: QWidget | None = self
        while around is not None:
            held = around.property(_PROPERTY)
            if isinstance(held, _Held):
                self.set_notes(held.notes)
                return
            around = around.parentWidget()


def hand_notes(panel: QWidget, notes: Notes) -> None:
    """Mark notes on all charts of days below a panel: at once on those there are, on others when they show.

    The panel keeps the notes by a property: a chart knows no journal, and one that a page makes when it
    is opened asks the widgets around it.
    """
    panel.setProperty(_PROPERTY, _Held(notes))
    for chart in panel.findChildren(Noted):
        chart.set_notes(notes)


def paint_marks(painter: QPainter, places: Floats, to_pixel: Callable[[float], float], foot: float) -> None:
    """Paint the mark of a note at each of some places, with the painter's pen and brush."""
    for place in places.tolist():
        x = to_pixel(place)
        painter.drawPolygon(QPolygonF([QPointF(x, foot - 8), QPointF(x + 4.5, foot), QPointF(x - 4.5, foot)]))
