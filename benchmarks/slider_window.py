"""The window of `slider`, in a process of its own; prints the times of each panel as JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from data.paths import Paths
from models.market.snapshot import Day
from ui.app import Rooms
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame

STEPS = 25
PLAY = 4.0
PATIENCE = 60.0
QUIET = 1.0
SIZE = (1366, 768)


class Painted(QObject):
    """Notices when the window has been asked to paint what changed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.seen = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.UpdateRequest:
            self.seen = True
        return False


class Bench:
    """The real window on a folder of the application, and what is timed in it."""

    def __init__(self, rooms: Rooms, frame: Frame) -> None:
        self._rooms, self._frame = rooms, frame
        self._painted = Painted(frame)

    def panel(self, name: str) -> dict[str, object]:
        """Time one panel.

        Returns
        -------
        dict
            `steps`, seconds of each far step; `gaps`, seconds between the ticks of a 10 ms timer during
            play; `days` that play went through in `seconds`.
        """
        self._rooms.window.open_panel(name)
        if not wait_for(lambda: self._is_open(name)):
            raise TimeoutError(f"The panel {name} did not open within {PATIENCE:.0f} seconds.")
        self._rest()
        first, last = self._span()
        stride = (last - first) // (STEPS + 2)
        self._step(first + stride)  # what a panel makes at its first step only
        steps = [self._step(first + stride * at) for at in range(2, STEPS + 2)]
        self._rest()
        return {"steps": steps, **self._play(first + (last - first) // 2)}

    def _step(self, day: Day) -> float:
        self._painted.seen = False
        start = time.perf_counter()
        self._rooms.session.set_day(day)
        wait_for(lambda: self._painted.seen)
        elapsed = time.perf_counter() - start
        wait_until(time.perf_counter() + 0.05)
        return elapsed

    def _play(self, start: Day) -> dict[str, object]:
        session, top = self._rooms.session, self._rooms.window.top
        session.set_day(start)
        self._rest()
        gaps: list[float] = []
        moved: list[Day] = []
        last = time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=10)
        timer.timeout.connect(tick)
        connection = session.day_changed.connect(moved.append)
        began = last = time.perf_counter()
        timer.start()
        top.toggle_play()
        wait_until(began + PLAY)
        elapsed = time.perf_counter() - began
        top.toggle_play()
        timer.stop()
        session.day_changed.disconnect(connection)
        return {"gaps": gaps, "days": len(moved), "seconds": elapsed}

    def _is_open(self, name: str) -> bool:
        panel = self._rooms.window.panel(name)
        return panel is not None and panel.isVisible()

    def _span(self) -> tuple[Day, Day]:
        span = self._rooms.session.span
        assert span is not None
        return span

    def _rest(self) -> None:
        """Wait until no task runs, and a little longer: what was asked for meanwhile begins."""
        for _ in range(2):
            wait_until(time.perf_counter() + QUIET / 2)
            wait_for(lambda: not self._rooms.tasks.running())


def wait_for(reached: Callable[[], bool]) -> bool:
    """Let the window go on until something is true; says whether it became so in time."""
    end = time.perf_counter() + PATIENCE
    while not reached() and time.perf_counter() < end:
        QApplication.processEvents()
    return reached()


def wait_until(moment: float) -> None:
    while time.perf_counter() < moment:
        QApplication.processEvents()
        time.sleep(0.0005)


def main(folder: Path, panels: list[str]) -> int:
    application = QApplication(sys.argv[:1])
    sys.setswitchinterval(0.001)  # as ui/app.py does
    with tempfile.TemporaryDirectory(prefix="rotascope-slider-") as scratch:
        settings = Settings(Path(scratch) / "settings")
        settings.set(TOUR_SEEN, True)
        settings.set(REFRESH_EVERY, 0)
        frame = Frame(DARK)
        rooms = Rooms(application, frame, settings, Paths(folder), known_at=None, demo=False)
        frame.resize(*SIZE)
        frame.show()
        rooms.loader.load()
        if not wait_for(lambda: rooms.session.study is not None):
            print("The window did not show a market within a minute.", file=sys.stderr)
            return 1
        rooms.settle(())
        bench = Bench(rooms, frame)
        found = {name: bench.panel(name) for name in panels}
        json.dump(found, sys.stdout)
        sys.stdout.flush()
        frame.close()
        if not rooms.close():  # as ui/app.py does: a long computation is not waited for
            os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
