"""The settings file as text, for those who know no Qt: the chosen folder of documents, and what names it.

The window writes the file through QSettings. Its dialect of INI puts texts with quotes or commas into quotes
and escapes what is not plain; group and key are as they were declared (`ui/settings.py`).
"""

from __future__ import annotations

import configparser
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import hexdigits
from typing import Any

from data.paths import Paths

FILE = "rotascope.ini"
LARGEST = 10_000_000
"""Bytes of a settings file that is read: a usual one has a few thousand."""
FOLDER = ("documents", "folder")
NAMING_PLANS = (("planner", "recent"), ("planner", "reported"))
"""What names plans by their files: a list of them, and what was told of each."""
ESCAPED = re.compile(r'\\(x[0-9a-fA-F]{1,4}|[0-7]{1,3}|.)|"', re.DOTALL)
PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def users_paths(argument: str | Path | None = None) -> Paths:
    """Return the folders of the user as :meth:`Paths.choose` does, documents where the window keeps them."""
    paths = Paths.choose(argument)
    folder = chosen_folder(paths)
    return paths if folder is None else replace(paths, chosen_documents=folder)


def chosen_folder(paths: Paths) -> Path | None:
    """Return the folder of documents that the user chose in the settings; None for the usual one.

    A file that cannot be read counts as without a choice, as it does for the window.
    """
    file = paths.settings / FILE
    try:
        if file.stat().st_size > LARGEST:
            return None
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    folder = value(text, *FOLDER)
    return Path(folder) if folder and _is_name(folder) else None


def _is_name(folder: str) -> bool:
    """Whether a folder can have this name at all."""
    try:
        return b"\0" not in os.fsencode(folder)
    except UnicodeEncodeError:
        return False


class _AsDeclared(configparser.ConfigParser):
    """Leaves the keys as they were declared, instead of all in small letters."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def value(text: str, group: str, key: str) -> str:
    """Return one value of a settings file; empty where there is none.

    >>> value('[documents]\\nfolder="/plans/B, C"\\n', "documents", "folder")
    '/plans/B, C'
    """
    parser = _AsDeclared(
        interpolation=None, strict=False, delimiters=("=",), comment_prefixes=(";",), allow_no_value=True
    )
    try:
        parser.read_string(f"[%General]\n{text}")
    except configparser.Error:
        return ""
    return _unescaped(parser.get(group, key, fallback="") or "")


def at_home(text: str, present: str, moved: Callable[[str], str]) -> str:
    """Return a settings file of another home as it is right in this one.

    Parameters
    ----------
    text
        The file that is brought back.
    present
        The file of this home: documents stay in the folder that it names.
    moved
        The place in this home of a file of the other; the file itself where there is none.
    """
    text = _with(text, *FOLDER, value(present, *FOLDER))
    for group, key in NAMING_PLANS:
        try:
            named: Any = json.loads(value(text, group, key))
        except (ValueError, RecursionError):
            continue
        if isinstance(named, list):
            text = _with(text, group, key, json.dumps([moved(str(one)) for one in named]))
        elif isinstance(named, dict):
            text = _with(text, group, key, json.dumps({moved(one): told for one, told in named.items()}))
    return text


def _with(text: str, group: str, key: str, new: str) -> str:
    """Return the file with another value; without the key where that is empty."""
    lines, inside, at = [], False, None
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == f"[{group}]"
            lines.append(line)
            if inside and at is None:
                at = len(lines)
        elif not (inside and line.partition("=")[0].strip() == key):
            lines.append(line)
    if new:
        if at is None:
            lines += ["", f"[{group}]"]
            at = len(lines)
        lines.insert(at, f"{key}={_escaped(new)}")
    return "\n".join(lines) + "\n"


def _escaped(new: str) -> str:
    inside: list[str] = []
    for one in new:
        # A digit behind the number of a character would be read as part of it.
        is_behind = bool(inside) and inside[-1].startswith("\\x") and one in hexdigits
        if one in '"\\':
            inside.append(f"\\{one}")
        else:
            inside.append(one if one.isprintable() and not is_behind else f"\\x{ord(one):x}")
    return f'"{"".join(inside)}"'


def _unescaped(raw: str) -> str:
    def one(found: re.Match[str]) -> str:
        mark = found[1]
        if mark is None:
            return ""  # a quote, which only holds the text together
        if mark[0] == "x" and len(mark) > 1:
            return chr(int(mark[1:], 16))
        if mark[0] in "01234567":
            return chr(int(mark, 8))
        return PLAIN.get(mark, mark)

    return ESCAPED.sub(one, raw)
