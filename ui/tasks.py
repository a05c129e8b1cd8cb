"""Background work: plain functions carried through threads, their news delivered in the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

Report = Callable[[object], None]
Cancelled = Callable[[], bool]
Work = Callable[[Report, Cancelled], object]

CLOSING_MS = 1_000


class Task(QObject):
    """Carry one piece of work through a thread; signals arrive in the window's."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)  # the exception; the panel finds the words
    finished = Signal()  # always, and last
    _news = Signal(str, object)

    def __init__(self, name: str, work: Work) -> None:
        super().__init__()
        self.name = name
        self._work = work
        self._stop = threading.Event()
        self._news.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop; from now on it is silent, even with news on the way."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        return self._stop.is_set()

    def run(self) -> None:
        """Do the work: the only method outside the window's thread."""
        try:
            news = "succeeded", self._work(self._report, self._stop.is_set)
        except Exception as error:  # noqa: BLE001 - whatever happened is news for the window
            news = "failed", error
        self._news.emit(*news)

    def _report(self, what: object) -> None:
        if not self._stop.is_set():
            self._news.emit("progressed", what)

    @Slot(str, object)
    def _deliver(self, kind: str, value: object) -> None:
        if not self._stop.is_set():
            getattr(self, kind).emit(value)
        if kind != "progressed":
            self.finished.emit()


class _Carrier(QRunnable):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def run(self) -> None:
        self._task.run()


class Tasks(QObject):
    """The one runner of the window; it owns all tasks, and closing it cancels them and waits."""

    started = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(3)
        self._running: dict[str, list[Task]] = {}
        self._closed = False

    def start(
        self,
        name: str,
        work: Work,
        *,
        done: Callable[[object], None] | None = None,
        failed: Callable[[object], None] | None = None,
        progressed: Callable[[object], None] | None = None,
    ) -> Task:
        """Start one piece of work; callbacks run in the window's thread."""
        task = Task(name, work)
        for signal, call in ((task.succeeded, done), (task.failed, failed), (task.progressed, progressed)):
            if call is not None:
                signal.connect(call)
        self._running.setdefault(name, []).append(task)
        task.finished.connect(lambda: self._forget(task))
        if self._closed:
            task.cancel()
        self.started.emit(task)
        self._pool.start(_Carrier(task))
        return task

    def latest(
        self,
        name: str,
        work: Work,
        *,
        done: Callable[[object], None] | None = None,
        failed: Callable[[object], None] | None = None,
        progressed: Callable[[object], None] | None = None,
    ) -> Task:
        """Start work that replaces the one of the same name: its news never arrive."""
        self.cancel(name)
        return self.start(name, work, done=done, failed=failed, progressed=progressed)

    def cancel(self, name: str) -> None:
        """Cancel whatever runs under this name."""
        for task in self._running.get(name, ()):
            task.cancel()

    def running(self) -> tuple[str, ...]:
        """Return the names of the work in hand."""
        return tuple(name for name, tasks in self._running.items() if any(not t.is_cancelled for t in tasks))

    def close(self) -> bool:
        """Cancel everything and wait a moment; says whether all threads came home."""
        self._closed = True
        for name in list(self._running):
            self.cancel(name)
        self._pool.clear()
        return self._pool.waitForDone(CLOSING_MS)

    def _forget(self, task: Task) -> None:
        tasks = self._running.get(task.name, [])
        if task in tasks:
            tasks.remove(task)
        if not tasks:
            self._running.pop(task.name, None)
