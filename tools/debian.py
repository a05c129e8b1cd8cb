"""Debian's packages, and the words of the preparation. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


class CannotPrepare(Exception):  # noqa: N818 - reads better where it is raised
    """The checkout cannot be made ready; the message says what a person can do about it."""


def say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


def install_packages(*names: str) -> bool:
    """Install Debian packages where this user may (root, with apt-get); return whether it was done."""
    if not _is_root_on_debian():
        return False
    say("Installing " + " ".join(names))
    install = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *names]
    return _quietly(["apt-get", "-qq", "update"]) and _quietly(install)


def _is_root_on_debian() -> bool:
    return (
        hasattr(os, "geteuid")
        and os.geteuid() == 0
        and Path("/etc/debian_version").exists()
        and shutil.which("apt-get") is not None
    )


def _quietly(command: list[str]) -> bool:
    """Run a command that asks nothing, and show what it said only when it failed."""
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
    return done.returncode == 0
