"""Background work: plain functions carried through threads, their news delivered in the window's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QDeadlineTimer, QObject, QRunnable, Qt, QThreadPool, Signal, Slot

Report = Callable[[object], None]
Cancelled = Callable[[], bool]
Work = Callable[[Report, Cancelled], object]
Callback = Callable[[object], None]

LOG = logging.getLogger(__name__)
CLOSING_MS = 1_000
THREADS = 3


class Task(QObject):
    """One piece of work under way, as the window's thread sees it; its signals arrive there.

    Once cancelled it is silent, even with news on the way.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)  # the exception; the panel finds the words
    finished = Signal()  # always, and last

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; none of its news arrives any more."""
        self.stop.set()

    @property
    def is_cancelled(self) -> bool:
        return self.stop.is_set()

    def deliver(self, kind: str, value: object) -> None:
        """Tell the listeners; after the last news also that it is over."""
        if not self.is_cancelled:
            getattr(self, kind).emit(value)
        if kind != "progressed":
            self.finished.emit()


class _Run(QRunnable):
    """The side of a task that lives in a thread: a function, a stop sign and a way to send news.

    It holds no reference to the Task: a QObject may not meet its end in another thread than its own.
    """

    def __init__(self, work: Work, stop: threading.Event, send: Callable[[str, object], None]) -> None:
        super().__init__()
        self._work: Work | None = work
        self._stop, self._send = stop, send

    def run(self) -> None:
        # The pool does not always let go of a run that is over: it must not hold what it worked on, which
        # can be a whole study.
        work, self._work = self._work, None
        if work is None or self._stop.is_set():
            self._send("succeeded", None)  # dropped on arrival; only the end counts
            return
        try:
            self._send("succeeded", work(self._report, self._stop.is_set))
        except Exception as error:  # noqa: BLE001 - whatever happened is news for the window
            self._send("failed", error)

    def _report(self, what: object) -> None:
        if not self._stop.is_set():
            self._send("progressed", what)


class Tasks(QObject):
    """The one runner of the window; it owns all tasks, and closing it cancels them and waits."""

    started = Signal(object)
    ended = Signal()  # after the callbacks of a task, whose follow-ups are running by then
    uncaught = Signal(object)  # a failure that nobody listened to, once it is in the log
    _news = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(THREADS)
        self._writers = QThreadPool()
        self._writers.setMaxThreadCount(1)
        self._numbers = count()
        self._running: dict[int, Task] = {}
        self._closed = False
        self._news.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        name: str,
        work: Work,
        *,
        done: Callback | None = None,
        failed: Callback | None = None,
        progressed: Callback | None = None,
    ) -> Task:
        """Start one piece of work; callbacks run in the window's thread.

        A failure nobody listens to is logged and `uncaught`. After `close()` nothing is started any more:
        the task that comes back is cancelled.
        """
        return self._run(self._pool, name, work, done, failed, progressed)

    def write(
        self, name: str, work: Work, *, done: Callback | None = None, failed: Callback | None = None
    ) -> Task:
        """Start work that puts something on the disk, one after the other in the order of the calls.

        It waits for other writing only: what a person typed is safe while all other threads compute.
        """
        return self._run(self._writers, name, work, done, failed, None)

    def _run(
        self,
        pool: QThreadPool,
        name: str,
        work: Work,
        done: Callback | None,
        failed: Callback | None,
        progressed: Callback | None,
    ) -> Task:
        task = Task(name)
        if self._closed:
            task.cancel()
            return task
        for signal, call in (
            (task.succeeded, done),
            (task.failed, failed or self._nobody_listened),
            (task.progressed, progressed),
        ):
            if call is not None:
                signal.connect(call)
        number = next(self._numbers)
        self._running[number] = task
        self.started.emit(task)
        pool.start(_Run(work, task.stop, lambda kind, value: self._send(number, kind, value)))
        return task

    def latest(
        self,
        name: str,
        work: Work,
        *,
        done: Callback | None = None,
        failed: Callback | None = None,
        progressed: Callback | None = None,
    ) -> Task:
        """Start work that replaces the one of the same name, whose news never arrive."""
        self.cancel(name)
        return self.start(name, work, done=done, failed=failed, progressed=progressed)

    def cancel(self, name: str) -> None:
        """Cancel whatever runs under this name."""
        for task in self._running.values():
            if task.name == name:
                task.cancel()

    def running(self) -> tuple[str, ...]:
        """Return the names of the work whose result is still awaited."""
        return tuple(dict.fromkeys(task.name for task in self._running.values() if not task.is_cancelled))

    def close(self) -> bool:
        """Cancel everything and wait a moment; says whether all threads came home."""
        self._closed = True
        for task in self._running.values():
            task.cancel()
        self._pool.clear()
        self._writers.clear()
        end = QDeadlineTimer(CLOSING_MS)
        return self._pool.waitForDone(end) and self._writers.waitForDone(end)

    def _send(self, number: int, kind: str, value: object) -> None:
        """Called from the threads; Qt queues the news for the window's."""
        try:
            self._news.emit(number, kind, value)
        except RuntimeError:  # the window is gone, and with it everybody who would listen
            LOG.debug("news of a task came after the end")

    def _nobody_listened(self, error: object) -> None:
        LOG.error("a task failed: %s", error, exc_info=error if isinstance(error, BaseException) else None)
        self.uncaught.emit(error)

    @Slot(int, str, object)
    def _deliver(self, number: int, kind: str, value: object) -> None:
        task = self._running.get(number)
        if task is None:
            return
        if kind != "progressed":
            del self._running[number]
        task.deliver(kind, value)
        if kind != "progressed":
            self.ended.emit()
