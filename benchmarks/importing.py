"""The import of the whole archive, as a person starts it, against pandas reading the same files."""

from __future__ import annotations

import itertools
import subprocess
import sys

from benchmarks.inputs import ROOT, Inputs, import_command
from benchmarks.measure import Line, Missing, Row, side_by_side

READ_ALL = "import sys, pandas\nfor path in sys.argv[1:]: pandas.read_csv(path)"
WHAT = "import of the archive"


def run(inputs: Inputs) -> list[Line]:
    attempt = itertools.count()

    def take() -> int:
        fresh = inputs.scratch / f"import-{next(attempt)}"
        done = subprocess.run(
            import_command(fresh, inputs.archive), cwd=ROOT, capture_output=True, check=False
        )
        return done.returncode

    def read() -> None:
        subprocess.run([sys.executable, "-c", READ_ALL, *map(str, inputs.files)], check=True)

    if take() not in (0, 1):
        return [Missing(WHAT, "the import took nothing")]
    ours, baseline = side_by_side(take, read, rounds=3, warm=False)
    size = sum(path.stat().st_size for path in inputs.files) / 1e6
    note = f"{len(inputs.files)} files, {size:.0f} MB packed; both with the start of Python"
    return [Row(WHAT, "pandas.read_csv of the same files", ours, baseline, 3.0, note=note)]
