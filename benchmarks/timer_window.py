"""The window of `timer_gaps`, in a process of its own; prints the gaps between ticks as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QProcess, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from data.cache import Cache
from models.market.study import study
from ui.tasks import Tasks

IDLE = 4.0
STUDIES = 3


class Window(QMainWindow):
    """Counts on, so that each tick has something to paint, and goes from one phase to the next."""

    def __init__(self, cache: Cache, import_: list[str]) -> None:
        super().__init__()
        self._cache = cache
        self._import = import_
        self._label = QLabel()
        self.setCentralWidget(self._label)
        self._tasks = Tasks()
        self._left = STUDIES
        self.gaps: dict[str, list[float]] = {"idle": [], "import": [], "load and study": []}
        self._phase = "idle"
        self._last = time.perf_counter()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=10)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._process = QProcess(self)
        self._process.finished.connect(self._study)
        QTimer.singleShot(int(IDLE * 1000), self._take_archive)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps[self._phase].append(now - self._last)
        self._last = now
        self._label.setText(f"{now:.3f}")

    def _take_archive(self) -> None:
        self._phase = "import"
        self._process.start(self._import[0], self._import[1:])

    def _study(self) -> None:
        self._phase = "load and study"
        self._tasks.latest(
            "study",
            lambda report, cancelled: study(self._cache.market(), report, cancelled),
            done=self._next,
            failed=self._give_up,
        )

    def _next(self, result: object) -> None:
        self._left -= 1
        if self._left:
            self._study()
            return
        self._timer.stop()
        self._tasks.close()
        QApplication.exit(0)

    def _give_up(self, error: object) -> None:
        print(f"The study failed: {error}", file=sys.stderr)
        QApplication.exit(1)


def main(words: str) -> int:
    job = json.loads(words)
    application = QApplication([])
    window = Window(Cache.open(Path(job["cache"])), job["import"])
    window.show()
    status = application.exec()
    if status == 0:
        json.dump(window.gaps, sys.stdout)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
