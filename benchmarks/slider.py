"""Do the panels follow the as-of slider? One step with its paint, and play, both against 100 ms.

Each panel is opened on the cached archive in the real window, in a process of its own, drawn offscreen.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

from benchmarks.inputs import ROOT, Inputs
from benchmarks.measure import Line, Missing, Row

STEP = 0.100
DAY = 0.100
"""Play goes ten days a second."""
LATE = 1.05
WHAT = "as-of slider"
PANELS = ("overview", "correlation", "season", "rotation", "metrics")


def run(inputs: Inputs) -> list[Line]:
    window = subprocess.run(
        [sys.executable, "-m", "benchmarks.slider_window", str(inputs.data_dir), *PANELS],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "ROTASCOPE_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if window.returncode != 0:
        said = window.stderr.strip().splitlines() or ["the window said nothing"]
        return [Missing(WHAT, said[-1])]
    lines: list[Line] = []
    for panel, found in json.loads(window.stdout).items():
        steps, days = found["steps"], found["days"]
        lines += [
            Row(
                f"{WHAT}, one step and its paint, {panel}",
                "100 ms",
                statistics.median(steps),
                STEP,
                1.0,
                note=f"{len(steps)} far steps, the slowest {1e3 * max(steps):.0f} ms",
            ),
            Row(f"{WHAT}, play's longest gap, {panel}", "100 ms", max(found["gaps"]), DAY, 1.0),
            Row(
                f"{WHAT}, play's time for a day, {panel}",
                "100 ms",
                found["seconds"] / days if days else float("inf"),
                DAY,
                LATE,
                note=f"{days / found['seconds']:.1f} days a second",
            ),
        ]
    return lines
