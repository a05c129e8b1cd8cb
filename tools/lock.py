"""Write requirements.lock and requirements-dev.lock from pyproject.toml, for every system and Python at once.

Needs the program uv (on the path or beside this Python). One resolution serves Linux, Windows and macOS
and Python 3.11 to 3.13; each package carries the hashes of all its files, and no index is named.
`--upgrade` takes newer versions; without it what is locked stays as long as it fits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    # One version for all three Pythons, so that all of them give the same figures.
    "--fork-strategy=fewest",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--quiet",
)


def main(arguments: list[str]) -> int:
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if uv is None:
        print("Locking needs uv; `pipx install uv` brings it.", file=sys.stderr)
        return 1
    compile_ = [uv, "pip", "compile", "pyproject.toml", *OPTIONS, *arguments]
    for more in (
        ["--output-file=requirements.lock"],
        # Constrained by the first, so that tests run on exactly what the application ships with.
        ["--group=dev", "--constraint=requirements.lock", "--output-file=requirements-dev.lock"],
    ):
        status = subprocess.run([*compile_, *more], cwd=ROOT, check=False).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
