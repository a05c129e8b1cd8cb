"""The JSON around a document: its format and version, read back with suspicion."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import DamagedError, MissingError, NewerError, UnreadableError

Document = dict[str, Any]
"""Plain JSON values: dict, list, str, int, float (finite), bool, None."""
Migrate = Callable[[Document], Document]

LARGEST = 50_000_000
"""Bytes of one document; ten thousand positions with ladders are a tenth of it."""


@dataclass(frozen=True)
class Format:
    """One kind of document.

    `migrate[n]` turns a document of version n into one of version n + 1. `noun` is what people call
    it. `suffix` ends every file name of the kind.
    """

    name: str
    version: int
    noun: str
    suffix: str
    migrate: Mapping[int, Migrate] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """A document and the version it was written in; `written` when (UTC, ISO 8601), where known."""

    document: Document
    version: int
    written: str


def packed(form: Format, document: Document, written: str) -> bytes:
    """Return the bytes of the file: UTF-8, one field a line, in the order of the document.

    Raises
    ------
    ValueError
        The document holds something that JSON does not know, such as NaN.
    """
    whole = {"format": form.name, "version": form.version, "written": written, "document": document}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode("utf-8", errors="replace") + b"\n"


def read(form: Format, path: Path) -> bytes:
    """Read a file of a sensible size.

    Raises
    ------
    MissingError, UnreadableError, DamagedError
    """
    try:
        if path.stat().st_size > LARGEST:
            raise DamagedError(
                f"{path.name} is too large for a {form.noun}: over {LARGEST // 1_000_000} MB. "
                "It was left alone."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingError(f"There is no {form.noun} at {path}. It may have been moved or renamed.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UnreadableError(f"{path} cannot be read: {why}. It was left alone.") from error


def unpacked(form: Format, content: bytes, path: Path) -> Opened:
    """Take the bytes apart, brought to today's version.

    Raises
    ------
    NewerError, DamagedError
        Nothing was changed; the sentence names a way out.
    """
    try:
        whole = json.loads(content, parse_constant=_no_such_number)
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict) or whole.get("format") != form.name:
        kind = "empty" if not content.strip(b"\0 \r\n") else f"damaged or no {form.noun} of Rotascope"
        raise DamagedError(f"{path.name} is {kind}. It was left alone. {_way_out(form)}")
    version, document = whole.get("version"), whole.get("document")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise DamagedError(
            f"{path.name} does not say in which version it was written. It was left alone. {_way_out(form)}"
        )
    if version > form.version:
        raise NewerError(
            f"{path.name} was written by a newer Rotascope (version {version} of the format; this one "
            f"reads up to {form.version}). It was left alone. Update the application, or open one of its "
            "older versions."
        )
    if not isinstance(document, dict):
        raise DamagedError(f"{path.name} has lost its contents. It was left alone. {_way_out(form)}")
    for step in range(version, form.version):
        try:
            document = form.migrate[step](document)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise DamagedError(
                f"{path.name} is of version {version} and could not be brought to version "
                f"{form.version}. It was left alone. {_way_out(form)}"
            ) from None
    written = whole.get("written")
    return Opened(document, version, written if isinstance(written, str) else "")


def _way_out(form: Format) -> str:
    return f"Open one of the kept versions of this {form.noun}, or another file."


def _no_such_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
