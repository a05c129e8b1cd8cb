"""Fixtures for every test: an empty home, no display needed, and the research archive where it exists."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Texts are compared in English, whoever runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"
# No window of a test asks the world by itself.
os.environ.setdefault("ROTASCOPE_OFFLINE", "1")
# The keyring of the person who runs the tests is theirs.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

ARCHIVE = Path(os.environ.get("ROTASCOPE_ARCHIVE", Path(__file__).parents[1].parent / "shared" / "archive"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep each test away from the files of the person who runs it."""
    home = tmp_path / "application"
    monkeypatch.setenv("ROTASCOPE_DATA_DIR", str(home))
    return home


@pytest.fixture(scope="session")
def archive() -> Path:
    if not (ARCHIVE / "manifest.toml").is_file():
        pytest.skip("The research archive does not lie beside this checkout (or at ROTASCOPE_ARCHIVE).")
    return ARCHIVE
