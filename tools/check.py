"""Run every check of the project, the tests last; stop at the first that fails.

`make test` calls it, and so may anybody without make: `.venv\\Scripts\\python tools\\check.py`.
Arguments go to pytest: `make test ARGS="tests/models -k season"`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    contracts = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if contracts is None:
        print("The development packages are missing; `make test` installs them.", file=sys.stderr)
        return 1
    python = sys.executable
    checks = (
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy"],
        [contracts, "--no-cache"],
        # Last, so that the closing line of pytest is the last one of the run. A file's tests stay together:
        # they share their studies.
        [python, "-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments],
    )
    # No display is needed, and none is disturbed: windows of the tests are drawn in memory.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for command in checks:
        print("$", Path(command[0]).stem, *command[1:], flush=True)
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
