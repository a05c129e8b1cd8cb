"""Prepare this checkout: environment, locked packages, Qt's system libraries.

Called by tools/bootstrap.sh before anything is installed, so the standard library is all there is.
What is already in place is left alone: a second call takes a fraction of a second and no network.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import qt_libraries
from debian import CannotPrepare, install_packages, say

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "installed-locks.json"
LOCKS = {
    # The second lock holds the first one whole, so installing it serves both purposes.
    "run": ("requirements.lock",),
    "test": ("requirements-dev.lock", "requirements.lock"),
}


def main(purpose: str) -> int:
    try:
        python = environment()
        install(python, LOCKS[purpose])
        if sys.platform.startswith("linux"):
            qt_libraries.ensure(python, for_a_window=purpose == "run")
    except CannotPrepare as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environment() -> Path:
    """Return the Python of .venv, making the environment where it is missing, broken or another Python's.

    bootstrap.sh hands over to the environment's own Python when that works, so a different version
    here means that somebody asked for one by PYTHON=.
    """
    python = python_of(VENV)
    if version_of(python) == "{}.{}".format(*sys.version_info):
        return python
    say(f"Making .venv with Python {'.'.join(map(str, sys.version_info[:3]))}")
    package = f"python3.{sys.version_info.minor}-venv"
    if not (importable("ensurepip") or install_packages(package)) or not make_environment():
        raise CannotPrepare(
            "Python could not make a virtual environment. On Debian and Ubuntu its package is missing:\n"
            f"  apt-get install {package}"
        )
    return python


def make_environment() -> bool:
    # The base interpreter, as the running one may be the very environment that is replaced.
    base = getattr(sys, "_base_executable", sys.executable)
    return subprocess.run([base, "-m", "venv", "--clear", str(VENV)], check=False).returncode == 0


def version_of(python: Path) -> str | None:
    """Return "3.12" for an environment that starts and has pip, else None."""
    question = "import pip, sys; print('{}.{}'.format(*sys.version_info))"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return answer.stdout.strip() or None


def importable(name: str) -> bool:
    code = subprocess.run(
        [sys.executable, "-c", f"import {name}"], capture_output=True, check=False
    ).returncode
    return code == 0


def install(python: Path, locks: tuple[str, ...]) -> None:
    """Install the first lock, unless exactly these locks are installed already."""
    wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks}
    installed = read_stamp()
    if all(installed.get(name) == digest for name, digest in wanted.items()):
        return
    say(f"Installing the packages of {locks[0]} (a few minutes the first time)")
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    STAMP.unlink(missing_ok=True)
    if subprocess.run([*command, "-r", locks[0]], cwd=ROOT, check=False).returncode != 0:
        raise CannotPrepare(
            "The packages could not be installed; pip says above why. Without a network, try again with one:"
            " what is installed stays."
        )
    STAMP.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


def read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
