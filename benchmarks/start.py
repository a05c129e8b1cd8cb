"""From the start to a painted shell and to the first chart, against bare Qt windows; and to the end.

Rotascope tells on standard error when it is there (`ROTASCOPE_TRACE=1`), the baselines likewise; the
clock is the parent's. Everything is drawn offscreen.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.inputs import ROOT, Inputs
from benchmarks.measure import Line, Missing, Row

ROUNDS = 7
PATIENCE = 60.0
LONGEST_END = 2.0
"""Seconds that a window may take to be gone."""
SHELL, CHART = "painted shell", "first chart"

EMPTY_WINDOW = f"""
import sys
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print({SHELL!r}, file=sys.stderr, flush=True)

application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""
FOUR_PLOTS = f"""
import sys
import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QMainWindow

application = QApplication([])
window = QMainWindow()
plots = pg.GraphicsLayoutWidget()
window.setCentralWidget(plots)
days = np.arange(4_400.0)
for row in range(4):
    plot = plots.addPlot(row=row, col=0, axisItems={{"bottom": pg.DateAxisItem()}})
    plot.plot(days * 86_400, np.cumsum(np.random.default_rng(row).normal(size=days.size)))
window.resize(1280, 800)
window.show()
window.grab()
print({CHART!r}, file=sys.stderr, flush=True)
application.exec()
"""


def run(inputs: Inputs) -> list[Line]:
    ours = [sys.executable, "main.py", "--data-dir", str(inputs.data_dir)]
    lines: list[Line] = []
    for what, against, script, words, goal in (
        ("start to painted shell", "an empty QMainWindow", EMPTY_WINDOW, SHELL, 1.3),
        ("start to first chart", "a bare window with four plots", FOUR_PLOTS, CHART, 1.25),
    ):
        bare_window = [sys.executable, "-c", script]
        # One round more than counts: the first one warms the disk.
        pairs = [(until(ours, words), until(bare_window, words)) for _ in range(ROUNDS + 1)]
        times = [(mine, bare) for mine, bare in pairs[1:] if mine is not None and bare is not None]
        if not times:
            lines.append(Missing(what, f"the window did not say {words!r}"))
            continue
        own, baseline = (statistics.median(column) for column in zip(*times, strict=True))
        lines.append(Row(what, against, own, baseline, goal, note="offscreen, the whole archive cached"))
    return [*lines, the_end(ours)]


def the_end(command: list[str]) -> Line:
    """Ask the window to end while it still reads the archive, and wait until its process is gone."""
    what = "asked to end while it reads, to the process gone"
    if sys.platform == "win32":
        return Missing(what, "this system has no way to ask a window's process from outside")
    times = [time for _ in range(ROUNDS) if (time := until_gone(command)) is not None]
    if not times:
        return Missing(what, f"the window did not say {CHART!r}")
    return Row(what, f"{LONGEST_END:g} s", statistics.median(times), LONGEST_END, 1.0)


def until(command: list[str], words: str) -> float | None:
    """Return the seconds from the start of a process to the line that begins with these words."""
    start = time.perf_counter()
    with told(command, words) as process:
        return None if process is None else time.perf_counter() - start


def until_gone(command: list[str]) -> float | None:
    """Return the seconds from the wish that a process end, after its first chart, to its end."""
    with told(command, CHART) as process:
        if process is None:
            return None
        start = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait()
        return time.perf_counter() - start


@contextmanager
def told(command: list[str], words: str) -> Iterator[subprocess.Popen[str] | None]:
    """Start a process and give it once it said a line that begins so; None where it ends without."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "ROTASCOPE_TRACE": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every start but the first finds all compiled
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    end_of_patience = threading.Timer(PATIENCE, process.kill)
    end_of_patience.start()
    with process:
        assert process.stderr is not None
        try:
            yield process if any(line.startswith(words) for line in process.stderr) else None
        finally:
            end_of_patience.cancel()
            process.kill()
