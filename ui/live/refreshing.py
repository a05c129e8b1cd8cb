"""Refresh from the window: the terminal command in a child process, so that the window never waits.

Parsing thirty answers and merging them holds Python's lock for tens of milliseconds at a time. In a process
of its own that costs the window nothing, a library that cannot be cancelled is ended with it, and the cache
is made for two processes anyway. Keys of this session travel through its standard input, never through its
arguments or environment.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from ui.live.child import child_command, child_news

LOG = logging.getLogger(__name__)
PATIENCE_MS = 2_000
"""After a cancel: the process ends by itself within 200 ms and its interpreter's end; then it is killed."""
PARTING_MS = 200
"""When the window closes."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a refresh is. `sources` maps an id to the jobs that it has left; `problems` to its trouble."""

    done: int
    total: int
    what: str
    seconds_left: float | None = None
    commits: int = 0
    has_picture: bool = False
    sources: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.done / max(self.total, 1)


def command(
    data_dir: Path | None, *, only: Sequence[str] = (), everything: bool = False, since: str = ""
) -> list[str]:
    """Return the words that start a refresh in a process of its own."""
    words = ["refresh", "--progress", "json", "--from-window"]
    words += ["--data-dir", str(data_dir)] if data_dir is not None else []
    words += ["--everything"] if everything else []
    words += ["--since", since] if since else []
    words += ["--only", *only] if only else []
    return child_command(*words)


class Refreshing(QObject):
    """One refresh at a time. `started`, then `progressed(Step)`, then one of `ended(report)` (a mapping as
    `terminal.refreshing.as_document` makes it), `yielded(sentence)` when another process refreshes already,
    or `failed(sentence)`. `source_told(id, problem)` tells of a source that got into trouble on the way.
    """

    started = Signal()
    progressed = Signal(object)
    source_told = Signal(str, str)
    ended = Signal(object)
    yielded = Signal(str)
    failed = Signal(str)

    def __init__(self, data_dir: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._process: QProcess | None = None
        self._last: dict[str, Any] = {}
        self._told: dict[str, str] = {}
        self._is_left = False
        self.keys: Mapping[str, str] = {}
        """Keys for this session; those of the keyring are found without."""
        self.step: Step | None = None
        """How far the refresh under way is; None while none runs."""

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self, *, only: Sequence[str] = (), everything: bool = False, since: str = "") -> bool:
        """Begin a refresh; False while one runs already."""
        if self._process is not None:
            return False
        self._last, self._told, self._is_left = {}, {}, False
        self.step = Step(0, 0, "")
        process = self._process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        process.errorOccurred.connect(self._not_started)
        program, *words = command(self._data_dir, only=only, everything=everything, since=since)
        process.start(program, words)
        process.write(json.dumps({"keys": dict(self.keys)}).encode() + b"\n")
        self.started.emit()
        return True

    @Slot()
    def cancel(self) -> None:
        """Ask it to stop: what was fetched is kept, and the report still comes."""
        process = self._process
        if process is not None:
            process.write(b"stop\n")
            QTimer.singleShot(PATIENCE_MS, process, process.kill)

    def leave(self) -> None:
        """Let the process end with the window, and do not wait for it: `close` does, in the end."""
        self._is_left = True
        if self._process is not None:
            self._process.closeWriteChannel()

    def close(self) -> None:
        """End the process with the window: every job is one commit, so nothing is torn."""
        self.leave()
        process, self._process = self._process, None
        self.step = None
        if process is None:
            return
        if not process.waitForFinished(PARTING_MS):
            process.kill()
            process.waitForFinished(PARTING_MS)

    @Slot()
    def _read(self) -> None:
        for news in child_news(self._process) if self._process is not None else ():
            if "total" in news:
                self._tell(news)
            else:
                self._last = news

    def _tell(self, news: dict[str, Any]) -> None:
        self.step = Step(
            done=news["done"],
            total=news["total"],
            what=str(news["what"]),
            seconds_left=news["seconds_left"],
            commits=news["commits"],
            has_picture=news["has_picture"],
            sources={one["id"]: one["left"] for one in news["sources"]},
            problems={one["id"]: one["problem"] for one in news["sources"] if one["problem"]},
        )
        self.progressed.emit(self.step)
        for source, problem in self.step.problems.items():
            if self._told.get(source) != problem:
                self._told[source] = problem
                self.source_told.emit(source, problem)

    @Slot(QProcess.ProcessError)
    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._process = self.step = None
            self.failed.emit(self.tr("The refresh could not be started. Nothing was changed."))

    @Slot()
    def _end(self) -> None:
        process = self._process
        if process is None or self._is_left:
            return
        self._read()
        said = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        if said:
            LOG.info("the refresh said: %s", said)
        self._process = self.step = None
        process.deleteLater()
        if "report" in self._last:
            self.ended.emit(self._last["report"])
        elif "busy" in self._last:
            self.yielded.emit(str(self._last["busy"]))
        elif "failed" in self._last:
            self.failed.emit(str(self._last["failed"]))
        else:
            self.failed.emit(
                self.tr("The refresh ended early. What was fetched is kept; the next one takes the rest.")
            )
