"""The window's start and end, told in order; each start stands beside its stop.

Nothing is imported up here that the outline of the window does not need; even `Qt`, the namespace of
all enumerations, takes a tenth of the time that an empty window needs.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtWidgets import QApplication

from models.version import NAME, VERSION
from ui.ending import Ending
from ui.exception_hook import ExceptionHook
from ui.settings import DOCUMENTS, GEOMETRY, LAST_THEME, SCALE, VISITED, Settings
from ui.theme.tokens import DARK, THEMES
from ui.window.frame import Frame

if TYPE_CHECKING:
    from datetime import date
    from logging import Handler

    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QWidget

    from data.paths import Paths
    from ui.notices import Notices
    from ui.single import Single
    from ui.window.main_window import MainWindow

NO_DISPLAY = """\
There is no display to open a window on. The terminal commands work without one:
  python main.py import PATH                take an archive into the cache
  python main.py report --as-of 2021-05-14  every figure of that day
  python main.py --help                     all of them"""
CANNOT_SHOW = 2
LATER_MS = 1_000
SWITCH_S = 0.001


LOCK = "window.lock"
"""A file in the settings folder, locked while a window is open: one that was killed holds it no longer."""


def run(
    paths: Paths,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
    demo: bool = False,
    files: tuple[Path, ...] = (),
) -> int:
    """Open the window and stay until it is closed; the exit status of the program.

    A window that is open for the same documents comes forward instead, and opens `files`.
    """
    if not has_display(sys.platform, os.environ):
        print(NO_DISPLAY, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return CANNOT_SHOW
    settings = Settings(paths.settings)
    if folder := settings.get(DOCUMENTS):
        paths = replace(paths, chosen_documents=Path(folder))
    lock = _locked(paths)
    if lock is None and _handed_over(paths, files):
        return 0
    if (scale := settings.get(SCALE)) != SCALE.default:
        os.environ.setdefault("QT_SCALE_FACTOR", str(scale / 100))
    # Five milliseconds by default: that long the window would wait for its turn, many times in one paint,
    # whenever a thread computes.
    sys.setswitchinterval(SWITCH_S)
    application = QApplication(sys.argv[:1])
    application.setApplicationName(NAME)
    application.setApplicationVersion(VERSION)
    # The system is asked for its colours later; until then those of the last time stand.
    frame = Frame(THEMES.get(str(settings.get(LAST_THEME)), DARK), settings.get(GEOMETRY))
    hook = ExceptionHook(frame, lambda: _open_log(paths))
    hook.install()
    trace = Trace(frame)
    rooms: list[Rooms] = []

    def furnish() -> None:
        try:
            rooms.append(Rooms(application, frame, settings, paths, known_at=known_at, demo=demo))
        except Exception as error:  # noqa: BLE001 - an outline without a window would stand there for ever
            hook.give_up(error)
            return
        trace.follow(rooms[0].window)
        hook.rescue = rooms[0].session.trouble.emit
        rooms[0].session.said.connect(hook.add)
        rooms[0].tasks.uncaught.connect(hook.take)
        rooms[0].loader.load(as_of)
        # What the first picture does not need waits until it stands.
        QTimer.singleShot(LATER_MS, frame, lambda: rooms[0].settle(files))

    frame.painted.connect(furnish)
    frame.show()
    ending = Ending(application)
    ending.asked.connect(lambda: application.exit(0))
    status = application.exec()
    ending.remove()
    settings.set(GEOMETRY, frame.saveGeometry())
    settings.save()
    hook.remove()
    if lock is not None:
        lock.unlock()
    if rooms and not rooms[0].close():
        # A long computation does not look at its stop sign in time. The cache survives that, and the
        # user should not have to wait for it.
        sys.stderr.flush()
        os._exit(status)
    return status


class Rooms:
    """What is made once the frame stands on the screen, and closed after it."""

    def __init__(
        self,
        application: QApplication,
        frame: Frame,
        settings: Settings,
        paths: Paths,
        *,
        known_at: date | None,
        demo: bool,
    ) -> None:
        from ui.collector import Collector, give_back
        from ui.live.importing import Importing
        from ui.live.live import Live
        from ui.live.loading import Loader
        from ui.live.status import LiveStatus
        from ui.remembered import Remembered
        from ui.session import Session
        from ui.tasks import Tasks
        from ui.theme.choice import chosen_theme
        from ui.theme.icons import logo
        from ui.theme.style import dress, set_font
        from ui.window.main_window import MainWindow

        application.setStyle("Fusion")
        set_font(application)
        theme = chosen_theme(settings)
        dress(application, theme)
        application.setWindowIcon(logo(theme, 64))
        settings.set(LAST_THEME, theme.name)
        self.session = Session(theme, paths=paths, settings=settings)
        if visited := str(settings.get(VISITED)):
            from models.market.snapshot import day

            with suppress(ValueError):
                self.session.visited = day(visited)
        self.session.theme_changed.connect(lambda theme: dress(application, theme))
        self.session.theme_changed.connect(lambda theme: settings.set(LAST_THEME, theme.name))
        self._paths, self._frame, self._settings = paths, frame, settings
        self._waiting: tuple[Path, ...] = ()
        self._notices: Notices | None = None
        self._single: Single | None = None
        self._log: Handler | None = None
        self._home: bool | None = None
        self.tasks = Tasks()
        self.loader = Loader(self.session, self.tasks, paths, known_at=known_at, demo=demo)
        self.importing = Importing(paths.root)
        self.window: MainWindow = MainWindow(self.session, self.tasks, self.loader, self.importing, settings)
        remembered = Remembered(settings, self.window)
        self.window.panel_made.connect(remembered.follow)
        self.session.closing.connect(remembered.keep)
        self.live = Live(self.session, self.tasks, self.loader, settings, paths)
        self.session.live = self.live
        self.live.said.connect(self.window.say)
        self._live_status = LiveStatus(self.live, self.window.status)
        self.collector = Collector()
        self.window.panel_built.connect(self.collector.settle_soon)
        self.session.study_changed.connect(lambda _: self.collector.renew())
        self.collector.renewed.connect(
            lambda: self.tasks.latest("give memory back", lambda report, cancelled: give_back())
        )
        self.window.panel_made.connect(lambda _panel: self._open_waiting())
        frame.setCentralWidget(self.window)
        self.window.setFocus()  # else the first button of the rail is ringed before anyone pressed a key
        frame.may_close = self._may_close
        frame.closing.connect(self.close)

    def settle(self, files: tuple[Path, ...]) -> None:
        """Begin what nobody waits for: the log, and listening for a second start."""
        from data.logs import start_log
        from ui.diary import Diary

        self._log = start_log(self._paths)
        Diary(self.session, self.live.refreshing, self.importing)
        self._notices = self._notify()
        self._mark_notes()
        self._watch_theses()
        self._listen()
        self.session.documents_changed.connect(self._listen)
        self.live.start()
        self.open_files(files)

    def _listen(self) -> None:
        """Hear later starts: they ask for the window of the folder that is used now."""
        from ui.single import Single, channel

        name = channel((self.session.paths or self._paths).documents)
        if self._single is not None and self._single.name == name:
            return
        if self._single is not None:
            self._single.close()
        self._single = Single(name)
        self._single.asked.connect(self._come_forward)

    def open_files(self, files: tuple[Path, ...]) -> None:
        """Show the planner with these plans; where it was never shown, as soon as it is made."""
        if not files:
            return
        self._waiting = files
        self.window.open_panel("planner")
        self._open_waiting()

    def _open_waiting(self) -> None:
        if self._waiting and self.window.panel("planner") is not None:
            files, self._waiting = self._waiting, ()
            self.session.open_requested.emit(files)

    def _notify(self) -> Notices:
        """Let alerts reach the desktop, and the window stay beside the clock where that is wanted."""
        from ui.notices import Notices
        from ui.theme.icons import logo

        notices = Notices(self._settings, logo(self.session.theme), self._frame)
        self.session.alerted.connect(notices.tell)
        notices.opened.connect(self._open_panel)
        notices.show_requested.connect(lambda: self._come_forward(()))
        notices.quit_requested.connect(self.window.leave)
        if notices.stays:
            QApplication.setQuitOnLastWindowClosed(False)
            self._frame.stays = lambda: notices.stays
            self._frame.closing.connect(QApplication.quit)
        return notices

    def _mark_notes(self) -> None:
        """Read the journal and mark its notes on every chart, of panels that are there and that will be."""
        from ui.journal.keeper import journal_of
        from ui.journal.marks import JournalMarks

        marks = JournalMarks(self.session, journal_of(self.session, self.tasks), self.session)
        for panel in self.window.panels():
            marks.follow(panel)
        self.window.panel_made.connect(marks.follow)

    def _watch_theses(self) -> None:
        """Read the user's theses and tell of those that close."""
        from ui.theses.keeper import keeper_of

        keeper_of(self.session, self.tasks)

    def _open_panel(self, panel: str) -> None:
        self._come_forward(())
        if panel:
            self.window.open_panel(panel)

    def _come_forward(self, files: object) -> None:
        from PySide6.QtCore import Qt

        self._frame.setWindowState(self._frame.windowState() & ~Qt.WindowState.WindowMinimized)
        self._frame.show()
        self._frame.raise_()
        self._frame.activateWindow()
        if isinstance(files, tuple):
            self.open_files(files)

    def _may_close(self) -> bool:
        """Keep every document first; what cannot be kept is lost only if the person says so."""
        unkept = [why for keep in self.session.endings if (why := keep())]
        if not unkept:
            return True
        from ui.window.messages import ask_to_lose

        return ask_to_lose(self._frame, unkept)

    def close(self) -> bool:
        """Stop what runs; says whether all of it came home within a second. Asked again it says the same."""
        if self._home is None:
            self._home = self._close()
        return self._home

    def _close(self) -> bool:
        self.collector.stop()
        self.session.closing.emit()
        if self.session.latest is not None and not self.session.is_demo:
            self._settings.set(VISITED, str(self.session.latest))
        self.live.leave()
        self.importing.close()
        if self._notices is not None:
            self._notices.close()
        if self._single is not None:
            self._single.close()
        home = self.tasks.close()
        self.live.close()
        if self._log is not None:
            from data.logs import stop_log

            stop_log(self._log)
            self._log = None
        return home


def _locked(paths: Paths) -> QLockFile | None:
    """Return the lock of the only window; None where another one, alive, has it."""
    with suppress(OSError):
        paths.settings.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(paths.settings / LOCK))
    lock.setStaleLockTime(0)  # however long a window has been open, its lock is good
    if lock.tryLock(0) or lock.error() != QLockFile.LockError.LockFailedError:
        return lock  # on a disk that takes no files nobody can have locked it either
    return None


def _handed_over(paths: Paths, files: tuple[Path, ...]) -> bool:
    """Whether the window that is open, or is just being opened, took over."""
    from ui.single import STARTING_S, channel, hand_over

    return hand_over(channel(paths.documents), files, patience=STARTING_S)


def _open_log(paths: Paths) -> None:
    from data.logs import start_log

    start_log(paths)


def has_display(platform: str, environment: os._Environ[str] | dict[str, str]) -> bool:
    """Whether a window can be shown; only on Linux can that be told beforehand."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


class Trace(QObject):
    """With ROTASCOPE_TRACE set, says on standard error when the shell and the first chart were painted."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._is_wanted = bool(os.environ.get("ROTASCOPE_TRACE"))
        self._chart_said = False
        if self._is_wanted:
            frame.painted.connect(lambda: self._say("painted shell"))

    def follow(self, window: MainWindow) -> None:
        """Wait for the first panel, and for its paint."""
        if self._is_wanted:
            window.panel_built.connect(lambda: self._watch(window.pages.currentWidget()))

    def _watch(self, panel: QWidget | None) -> None:
        if panel is not None:
            panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        from PySide6.QtCore import QEvent

        if event.type() == QEvent.Type.Paint and not self._chart_said:
            self._chart_said = True
            # A turn later: all that is painted in this one then stands on the screen.
            QTimer.singleShot(0, lambda: self._say("first chart"))
        return False

    def _say(self, what: str) -> None:
        print(what, file=sys.stderr, flush=True)  # noqa: T201 - asked for
