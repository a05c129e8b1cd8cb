"""The one reader of what is shipped with the program."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def text_of(name: str) -> str:
    """Return a text file of the resources by its path in there, such as `icons/data.svg`."""
    return files("resources").joinpath(*name.split("/")).read_text(encoding="utf-8")
