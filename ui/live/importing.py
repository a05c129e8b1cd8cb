"""Import from the window: the terminal command in a child process, so that the window never waits.

Parsing a million rows holds Python's lock for tens of milliseconds at a time; in a process of its own
that costs the window nothing, and the cache is made for two processes anyway.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from ui.live.child import child_command, child_news

CLOSING_MS = 1_000


def command(data_dir: Path | None, archive: Path) -> list[str]:
    """Return the words that start the import in a process of its own."""
    own = ["--data-dir", str(data_dir)] if data_dir is not None else []
    return child_command(*own, "import", "--progress", "json", str(archive))


class Importing(QObject):
    """One import at a time: `progressed(share, file)`, then `finished(report)` or `failed(sentence)`."""

    progressed = Signal(float, str)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, data_dir: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._process: QProcess | None = None
        self._is_cancelled = False
        self._last: dict[str, Any] = {}

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self, archive: Path) -> None:
        """Begin to take an archive; while one import runs a second is not begun."""
        if self._process is not None:
            return
        self._is_cancelled, self._last = False, {}
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._not_started)
        program, *words = command(self._data_dir, archive)
        self._process.start(program, words)

    @Slot()
    def cancel(self) -> None:
        """Stop now: every file is one commit, so only the file in hand is missing."""
        if self._process is not None:
            self._is_cancelled = True
            self._process.kill()

    def close(self) -> None:
        """End the process with the window."""
        if self._process is not None:
            self._process.finished.disconnect(self._end)
            self._process.kill()
            self._process.waitForFinished(CLOSING_MS)
            self._process = None

    @Slot()
    def _read(self) -> None:
        for news in child_news(self._process) if self._process is not None else ():
            if "total" in news:
                self.progressed.emit(news["done"] / max(news["total"], 1), str(news["what"]))
            else:
                self._last = news

    @Slot(QProcess.ProcessError)
    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._process = None
            self.failed.emit(self.tr("The import could not be started. Nothing was changed."))

    @Slot()
    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._process = process
        self._read()
        self._process = None
        process.deleteLater()
        if self._is_cancelled:
            self.cancelled.emit()
        elif "report" in self._last:
            self.finished.emit(self._last["report"])
        elif "failed" in self._last:
            self.failed.emit(str(self._last["failed"]))
        else:
            self.failed.emit(
                self.tr(
                    "The import ended early. Finished files are in the cache; importing again takes the rest."
                )
            )
