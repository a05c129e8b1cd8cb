"""Where an answer goes: whoever reads it may leave before its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", [["--help"], ["data", "--format", "json"]])
def test_a_reader_who_leaves_early_ends_a_command_without_a_word(words, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = subprocess.Popen(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env={**environment, "ROTASCOPE_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    command.stdout.close()
    assert command.wait(60) == 0
    assert command.stderr is not None
    with command.stderr as told:
        assert told.read() == ""
