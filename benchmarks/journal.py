"""Does the window answer while the journal is nearly full? A 10 ms timer, its longest gap against 100 ms.

The real window on a copy of the cached archive, in a process of its own, drawn offscreen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from benchmarks.inputs import ROOT, Inputs
from benchmarks.measure import Line, Missing, Row

LONGEST = 0.100
WHAT = "journal of 20,000 notes"


def run(inputs: Inputs) -> list[Line]:
    # A copy: the notes that it takes in are not for the benchmarks after it.
    folder = inputs.scratch / "journal"
    shutil.copytree(inputs.data_dir, folder)
    window = subprocess.run(
        [sys.executable, "-m", "benchmarks.journal_window", str(folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "ROTASCOPE_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(folder)
    if window.returncode != 0:
        said = window.stderr.strip().splitlines() or ["the window said nothing"]
        return [Missing(WHAT, said[-1])]
    return [
        Row(
            f"{WHAT}, longest gap during {name}",
            "100 ms",
            max(gaps),
            LONGEST,
            1.0,
            note=f"{len(gaps):,} ticks",
        )
        for name, gaps in json.loads(window.stdout).items()
    ]
