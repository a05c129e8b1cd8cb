"""The pinned PySide6 is sound where other versions were not (docs/decisions/0001-pyside6-pin.md).

A release of PySide6 that drops references, or one that breaks pyqtgraph, must fail here before it
reaches a person.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QObject, QPointF, Signal, Slot
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

EMISSIONS = 5_000
SLACK = 100
"""Other objects come and go meanwhile; one lost reference an emission would be fifty times as many."""

COUNT_REFERENCES = """
import os, sys
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

class Sender(QObject):
    flag, thing, both = Signal(bool), Signal(object), Signal(str, object)

class Receiver(QObject):
    seen = 0
    @Slot(bool)
    def flag(self, flag): self.seen += 1
    @Slot(object)
    def thing(self, thing): self.seen += 1
    @Slot(str, object)
    def both(self, name, thing): self.seen += 1

application = QCoreApplication([])
kind, emissions = getattr(Qt.ConnectionType, sys.argv[1]), int(sys.argv[2])
held = [True, False, None] * 8 * emissions  # no count may reach zero, where Python stops dead
for value in (True, False, None):
    sender, receiver = Sender(), Receiver()
    for name in ("flag", "thing", "both"):
        getattr(sender, name).connect(getattr(receiver, name), kind)
    before = sys.getrefcount(value)
    for _ in range(emissions):
        sender.flag.emit(bool(value))
        sender.thing.emit(value)
        sender.both.emit("succeeded", value)
    QCoreApplication.processEvents()
    print(value, receiver.seen, sys.getrefcount(value) - before, flush=True)
os._exit(0)
"""
"""A process of its own, so that a version which breaks Python fails a test rather than the run."""


@pytest.mark.parametrize("connection", ["DirectConnection", "QueuedConnection"])
def test_emitting_a_signal_neither_drops_nor_keeps_references(connection: str) -> None:
    counted = subprocess.run(
        [sys.executable, "-c", COUNT_REFERENCES, connection, str(EMISSIONS)],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in counted.stdout.splitlines():
        value, seen, change = line.split()
        assert int(seen) == 3 * EMISSIONS, value
        if sys.version_info < (3, 12):
            assert abs(int(change)) < SLACK, f"{value}: the count changed by {change}"
        else:
            # Immortal objects. A library of the stable ABI may count them down all the same, but they
            # stay immortal until 2**31 counts are gone, which is a billion emissions away.
            assert abs(int(change)) <= 2 * int(seen), f"{value}: the count changed by {change}"
    assert len(counted.stdout.splitlines()) == 3


RAISE_IN_OVERRIDES = """
import sys
import models.qt
from PySide6.QtCore import QAbstractTableModel, QSortFilterProxyModel
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QDialog, QWidget

class Drawn(QWidget):
    def paintEvent(self, event): return 1 / 0
    def event(self, event): return super().event(event)

class Numbers(QAbstractTableModel):
    def rowCount(self, parent=None): return 1
    def columnCount(self, parent=None): return 1
    def data(self, index, role=0): return [][1]

class Step(QUndoCommand):
    def redo(self): return int("one")

class Asks(QDialog):
    def accept(self): self.accepted_by = "its own"; super().accept()

application = QApplication([])
numbers, above, stack, asks = Numbers(), QSortFilterProxyModel(), QUndoStack(), Asks()
above.setSourceModel(numbers)
for act in (Drawn().grab, above.index(0, 0).data, lambda: stack.push(Step())):
    try:
        act()
    except Exception as error:
        print(type(error).__name__, flush=True)
application.focusChanged.connect(asks.accept)  # two arguments, of which a slot takes as many as it has
application.focusChanged.emit(None, None)
print(asks.accepted_by, flush=True)
"""


def test_an_exception_in_an_override_does_not_end_the_process() -> None:
    tried = subprocess.run(
        [sys.executable, "-c", RAISE_IN_OVERRIDES], capture_output=True, text=True, check=False
    )
    assert tried.stdout.split("\n")[:4] == ["ZeroDivisionError", "IndexError", "ValueError", "its own"]
    assert tried.returncode == 0, tried.stderr


class Sender(QObject):
    thing = Signal(object)


class Receiver(QObject):
    @Slot(object)
    def take(self, thing: object) -> None:
        self.last = type(thing)


def test_an_object_sent_through_a_signal_is_let_go(qtbot: QtBot) -> None:
    sender, receiver = Sender(), Receiver()
    sender.thing.connect(receiver.take)
    payload = object()
    before = sys.getrefcount(payload)
    for _ in range(100):
        sender.thing.emit(payload)
    assert sys.getrefcount(payload) == before


def test_linked_plots_with_crosshair_draw_and_follow_the_mouse(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    layout = pg.GraphicsLayoutWidget()
    window.setCentralWidget(layout)
    upper, lower = layout.addPlot(row=0, col=0), layout.addPlot(row=1, col=0)
    lower.setXLink(upper)
    days = np.arange(4_400.0)
    line = upper.plot(days, np.sin(days / 50), pen=pg.mkPen("#69CBF8", width=1))
    line.setDownsampling(auto=True)
    line.setClipToView(True)
    lower.plot(days, np.cos(days / 50))
    crosshair = pg.InfiniteLine(angle=90, movable=False)
    upper.addItem(crosshair, ignoreBounds=True)
    upper.scene().sigMouseMoved.connect(
        lambda place: crosshair.setPos(upper.vb.mapSceneToView(place).x()),
    )
    window.resize(800, 500)
    with qtbot.waitExposed(window):
        window.show()
    upper.setXRange(1_000, 2_000, padding=0)
    assert lower.viewRange()[0] == pytest.approx([1_000, 2_000])
    upper.scene().sigMouseMoved.emit(upper.vb.mapViewToScene(QPointF(1_500, 0)))
    assert crosshair.value() == pytest.approx(1_500, abs=5)
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 800, 3) for y in range(0, 500, 3)}
    assert len(colours) > 3


def test_the_pinned_version_is_the_one_under_test() -> None:
    assert version("PySide6-Essentials") == "6.11.3"
