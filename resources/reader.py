"""The one reader of what is shipped with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent
"""The frozen program keeps this file beside the others too; importlib.resources costs the start 20 ms."""


@cache
def text_of(name: str) -> str:
    """Return a text file of the resources by its path in there, such as `icons/data.svg`."""
    return ROOT.joinpath(*name.split("/")).read_text(encoding="utf-8")
