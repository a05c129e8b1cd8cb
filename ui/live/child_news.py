"""What a terminal command in a child process tells the window: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QProcess


def child_news(process: QProcess) -> Iterator[dict[str, Any]]:
    """Give what has been said in whole lines; a warning of a library on the same stream is no news."""
    while process.canReadLine():
        try:
            news = json.loads(bytes(process.readLine().data()))
        except ValueError:
            continue
        if isinstance(news, dict):
            yield news
