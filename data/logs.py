"""The log: a few small files that say what happened, without secrets and without the user's name."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from data.paths import Paths

NAME = "rotascope.log"
BYTES = 500_000
FILES = 3
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN = "[hidden]"
# A key that slipped into an address or a header of some library's message.
_SECRETS = re.compile(
    r"(?i)((?:x[-_]cg[-_]\w+[-_]key|api[-_]?key|authorization|token|secret|passw(?:or)?d)"
    r"(?:['\"]?\s*[=:]|['\"]\s*,)\s*(?:b(?=['\"]))?['\"]?(?:(?:basic|bearer|digest|token)\s+)?['\"]?)"
    r"([^\s'\"&,;}]+)"
)
# The word that says how somebody is let in, wherever it stands; a cookie to the end of its line or string.
_LET_IN = re.compile(r"(?i)\b((?:bearer|basic)\s+)([\w.~+/=-]{6,})")
_COOKIES = re.compile(
    r"(?i)((?:set-)?cookie(?:['\"]?\s*[=:]|['\"]\s*,)\s*(?:b(?=['\"]))?['\"]?)([^'\"\r\n]+)"
)
# Name and password of a proxy stand in its address.
_IN_ADDRESS = re.compile(r"(://)[^/\s@'\"]+@")


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without keys and without the name of the user's own folder.

    >>> without_secrets("GET /coins?api_key=abc123&page=2")
    'GET /coins?api_key=[hidden]&page=2'
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    for pattern in (_COOKIES, _SECRETS, _LET_IN):
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    text = _IN_ADDRESS.sub(rf"\g<1>{HIDDEN}@", text)
    home = str(Path.home())
    # As Python shows it in a string, a path of Windows has each backslash twice.
    for place in dict.fromkeys((home.replace("\\", "\\\\"), home)):
        if len(home) > 1:
            text = re.sub(rf"{re.escape(place)}(?![\w.-])", "~", text)
    return text


class _Clean(logging.Formatter):
    """Cleans the whole line, the trace of an error included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def start_log(paths: Paths) -> logging.Handler | None:
    """Write what is logged from now on into the user's log folder; None where that cannot be written.

    A full or read-only disk later costs lines of the log and nothing else. A log that was begun already goes
    on: its handler is returned again.
    """
    for one in logging.getLogger().handlers:
        if isinstance(one, RotatingFileHandler) and Path(one.baseFilename) == (paths.logs / NAME).absolute():
            return one
    try:
        paths.logs.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            paths.logs / NAME, maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8", delay=False
        )
    except OSError:
        return None
    handler.setFormatter(_Clean(FORMAT))
    handler.setLevel(logging.INFO)
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO) if root.level else logging.INFO)
    return handler


def stop_log(handler: logging.Handler | None) -> None:
    """Close the files of :func:`start_log`."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def last_lines(paths: Paths, count: int = 400) -> tuple[str, ...]:
    """Return the newest lines of the log, oldest first; of the file before it as well if one is short."""
    lines: list[str] = []
    for file in (paths.logs / f"{NAME}.1", paths.logs / NAME):
        try:
            lines += file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
    return tuple(lines[-count:])
