"""Reading answers: JSON without stalling the window, HTML named as such."""

from __future__ import annotations

import json
import re
from typing import Any

AT_ONCE = 262_144
"""Characters up to which a text is parsed in one go: some 3 ms in which no other Python code runs."""
DEPTH = 2
"""Levels that are taken apart above that: the rows of `{"data": [...]}` then reach the parser one by one."""

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_TITLE = re.compile(rb"<title[^>]*>(.{0,200}?)</title", re.IGNORECASE | re.DOTALL)


def parse_json(content: bytes) -> Any:
    """Parse JSON (UTF-8), as `json.loads` would.

    Python's parser holds the interpreter's lock for the whole text: 8 MB would keep the window from
    painting for a tenth of a second. Above a quarter of a megabyte the upper levels are therefore
    walked here, and the parser is called for one element at a time; between two calls other threads
    get their turn. That takes two to three times as long, in a thread that nobody waits for. Faster
    parsers (orjson, msgspec) were measured and hold the lock for half as long, which is still too long.

    Raises
    ------
    ValueError
        The text is not JSON, or is nested too deeply.
    """
    text = content.decode("utf-8-sig")
    try:
        if len(text) <= AT_ONCE:
            return json.loads(text)
        value, end = _value(text, _skip(text, 0), DEPTH)
    except RecursionError:
        raise ValueError("the text is nested too deeply") from None
    except StopIteration:
        raise ValueError("the text ends too early") from None
    if _skip(text, end) != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def is_html(content: bytes, kind: str) -> bool:
    """Say whether an answer is a page for people: by its type, or by its first sign.

    >>> is_html(b"<!DOCTYPE html>", "application/json"), is_html(b"[]", "application/json")
    (True, False)
    """
    return kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml") or (
        content[:512].lstrip().startswith(b"<")
    )


def title(content: bytes) -> str:
    """Return the title of a page of HTML, or an empty text.

    >>> title(b"<html><head><title>Just a moment...</title>")
    'Just a moment...'
    """
    found = _TITLE.search(content[:20_000])
    return " ".join(found[1].decode("utf-8", "replace").split())[:80] if found else ""


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    first = text[at : at + 1]
    if depth and first == "[":
        return _array(text, at, depth - 1)
    if depth and first == "{":
        return _object(text, at, depth - 1)
    return _DECODER.raw_decode(text, at)


def _array(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return items, at + 1
    while True:
        item, at = _value(text, at, depth)
        items.append(item)
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return items, at + 1
        at = _comma(text, at)


def _object(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    items: dict[str, Any] = {}
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return items, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        items[name], at = _value(text, _skip(text, at + 1), depth)
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return items, at + 1
        at = _comma(text, at)


def _comma(text: str, at: int) -> int:
    if text[at : at + 1] != ",":
        raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    return _skip(text, at + 1)
