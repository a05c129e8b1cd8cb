"""A terminal command in a child process: how it is started, and what it tells, a JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QProcess

MAIN = Path(__file__).resolve().parents[2] / "main.py"


def child_command(*words: str) -> list[str]:
    """Return what starts a terminal command with these words: this program again, frozen or from source."""
    is_frozen = getattr(sys, "frozen", False)
    return [sys.executable, *words] if is_frozen else [sys.executable, str(MAIN), *words]


def child_news(process: QProcess) -> Iterator[dict[str, Any]]:
    """Give what has been said in whole lines; a warning of a library on the same stream is no news."""
    while process.canReadLine():
        try:
            news = json.loads(bytes(process.readLine().data()))
        except ValueError:
            continue
        if isinstance(news, dict):
            yield news
