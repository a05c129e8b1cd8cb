"""The window's start and end, told in order; each start stands beside its stop."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from data.paths import Paths
from models.version import NAME, VERSION
from ui.actions import chosen_theme
from ui.importing import Importing
from ui.loading import Loader
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Tasks
from ui.theme.style import dress, set_font
from ui.window import MainWindow

LOG = logging.getLogger(__name__)
NO_DISPLAY = """\
There is no display to open a window on. The terminal commands work without one:
  python main.py import PATH                take an archive into the cache
  python main.py report --as-of 2021-05-14  every figure of that day
  python main.py --help                     all of them"""
CANNOT_SHOW = 2


def run(paths: Paths, *, as_of: date | None = None, known_at: date | None = None, demo: bool = False) -> int:
    """Open the window and stay until it is closed; the exit status of the program."""
    if not has_display(sys.platform, os.environ):
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return CANNOT_SHOW
    application = QApplication(sys.argv[:1])
    application.setApplicationName(NAME)
    application.setApplicationVersion(VERSION)
    application.setStyle("Fusion")
    set_font(application)
    settings = Settings(paths.settings)
    session = Session(chosen_theme(settings))
    dress(application, session.theme)
    session.theme_changed.connect(lambda theme: dress(application, theme))
    tasks = Tasks()
    loader = Loader(session, tasks, paths, known_at=known_at, demo=demo)
    importing = Importing(paths.root)
    window = MainWindow(session, tasks, loader, importing, settings)
    hook = ExceptionHook(window)
    hook.install()
    trace = _Trace(window)
    window.show()
    # One turn of the event loop later: the shell stands on the screen before anything is loaded.
    QTimer.singleShot(0, lambda: loader.load(as_of))
    status = application.exec()
    hook.remove()
    trace.stop()
    if not tasks.close():
        # A long computation does not look at its stop sign in time. The cache survives that, the user
        # should not have to wait for it.
        settings.save()
        sys.stderr.flush()
        os._exit(status)
    return status


def has_display(platform: str, environment: os._Environ[str] | dict[str, str]) -> bool:
    """Whether a window can be shown; only on Linux can that be told beforehand."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


class ExceptionHook:
    """Catches what nobody caught, in the window and in threads: logs it, says so, goes on."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before: tuple[Callable[..., object], Callable[..., object]] | None = None
        self._relay = _Relay(window)

    def install(self) -> None:
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def remove(self) -> None:
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before

    def _caught(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        LOG.error("not caught", exc_info=(kind, error or kind(), trace))
        self._relay.tell.emit(f"{kind.__name__}: {error}")


class _Relay(QObject):
    """Brings the news of an error into the window's thread."""

    tell = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._box: QMessageBox | None = None
        self.tell.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @Slot(str)
    def _show(self, what: str) -> None:
        if self._box is not None:  # one dialog is enough; all are in the log
            return
        from ui.messages import show_failure

        self._box = show_failure(
            self._window,
            self._window.tr("Something went wrong inside Rotascope"),
            self._window.tr("Your data are safe, and you can go on. The details are in the log: {0}").format(
                what
            ),
        )
        self._box.finished.connect(self._read)

    @Slot()
    def _read(self) -> None:
        self._box = None


class _Trace(QObject):
    """With ROTASCOPE_TRACE set, says when the shell and the first chart were painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shell_said = self._chart_said = False
        if os.environ.get("ROTASCOPE_TRACE"):
            window.installEventFilter(self)
            window.panel_built.connect(self._watch_panel)

    def stop(self) -> None:
        self._window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # A turn later: all that is painted in this one then stands on the screen.
            if watched is not self._window and not self._chart_said:
                self._chart_said = True
                QTimer.singleShot(0, lambda: self._say("first chart"))
            elif not self._shell_said:
                self._shell_said = True
                QTimer.singleShot(0, lambda: self._say("painted shell"))
        return False

    @Slot()
    def _watch_panel(self) -> None:
        self._window.pages.currentWidget().installEventFilter(self)

    def _say(self, what: str) -> None:
        print(f"{what} {since_start():.3f}", file=sys.stderr, flush=True)  # noqa: T201 - asked for


def since_start() -> float:
    """Return seconds since this process began, imports and all; since this module where unknown."""
    try:
        with open("/proc/self/stat", encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
        with open("/proc/uptime", encoding="ascii") as file:  # noqa: PTH123
            return float(file.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    except OSError:
        return time.perf_counter() - _LOADED


_LOADED = time.perf_counter()
