"""What a person noted, for every chart of days: also for one that is made long after its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ui.charts.dates import Day

_PROPERTY = "notes_of_days"


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person noted on a day: a small mark at the foot, its words beside the crosshair."""

    day: Day
    text: str


@dataclass(frozen=True, slots=True)
class _Held:
    """The notes as one object: Qt would take a bare tuple apart."""

    notes: tuple[Note, ...]


class Noted(QWidget):
    """Base of what shows days: it marks the notes that `hand_notes` gave to a widget around it."""

    def set_notes(self, notes: Sequence[Note]) -> None:
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


def hand_notes(panel: QWidget, notes: Sequence[Note]) -> None:
    """Mark notes on all charts of days below a panel: at once on those there are, on others when they show.

    The panel keeps the notes by a property: a chart knows no journal, and one that a page makes when it
    is opened asks the widgets around it.
    """
    panel.setProperty(_PROPERTY, _Held(tuple(notes)))
    for chart in panel.findChildren(Noted):
        chart.set_notes(notes)
