"""Does the window answer? A 10 ms timer in a window while an import and a study run, against idle.

The import runs in a process of its own and the study on a worker thread, as in the application. What
counts is the time between two ticks: the longest one and the 99th percentile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np

from benchmarks.inputs import ROOT, Inputs, import_command
from benchmarks.measure import Line, Missing, Row

LONGEST = 0.050
PERCENTILE = 1.5
WHAT = "timer of 10 ms"


def run(inputs: Inputs) -> list[Line]:
    job = {
        "cache": str(inputs.cache.path),
        "import": import_command(inputs.scratch / "timer-gaps", inputs.archive),
    }
    window = subprocess.run(
        [sys.executable, "-m", "benchmarks.timer_window", json.dumps(job)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    if window.returncode != 0:
        return [Missing(WHAT, window.stderr.strip().splitlines()[-1])]
    gaps = {name: np.array(found) for name, found in json.loads(window.stdout).items()}
    idle = float(np.percentile(gaps["idle"], 99))
    lines: list[Line] = []
    for name in ("import", "load and study"):
        busy = gaps[name]
        ticks = f"{busy.size:,} ticks, {gaps['idle'].size:,} idle ones"
        lines += [
            Row(f"{WHAT} during {name}: longest gap", "50 ms", float(busy.max()), LONGEST, 1.0, note=ticks),
            Row(
                f"{WHAT} during {name}: p99",
                "p99 when idle",
                float(np.percentile(busy, 99)),
                idle,
                PERCENTILE,
            ),
        ]
    return lines
