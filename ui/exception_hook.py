"""The last net below the window and its threads: what nobody caught is logged, told and survived."""

from __future__ import annotations

import re
import sys
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from PySide6.QtWidgets import QMessageBox

    from ui.window.frame import Frame


QUIET_S = 30.0
CANNOT_OPEN = 1
_ON_ITS_WAY = re.compile(r"(?:Error calling Python override of [\w:]+\(\): )+")
"""What PySide6 puts before the words of an exception, once for each method of Qt that it went through."""


class ExceptionHook:
    """Catches what nobody caught, in the window and in threads: saves what can be, logs it, says so, goes on.

    An error that comes again and again, as one in a paint does many times a second, is told once and then
    only logged; after half a minute without it, it is told anew. `open_log` is called before anything is
    logged: an error may be earlier than the log.
    """

    def __init__(
        self,
        frame: Frame,
        open_log: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.open_log, self.clock = open_log, clock
        self._before: tuple[Callable[..., object], Callable[..., object]] | None = None
        self._relay = _Relay(frame, self)
        self.rescue: Callable[[], object] = lambda: None
        """Saves what is not saved yet; called in the window's thread."""

    def install(self) -> None:
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def remove(self) -> None:
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before

    def give_up(self, error: Exception) -> None:
        """Say that the window could not be made, and end the program once that was read."""
        from ui.window.messages import show_failure

        self._log(type(error), error, error.__traceback__)
        title = self._relay.tr("Rotascope could not be opened")
        sentence = self._relay.tr(
            "Your plans, journal and theses were not touched. The reason: {0}. The details are in the log, "
            "rotascope.log in the folder “logs” of the application."
        )
        box = show_failure(self._relay.frame, title, sentence.format(f"{type(error).__name__}: {error}"))
        box.finished.connect(lambda _: QApplication.exit(CANNOT_OPEN))

    def take(self, error: object) -> None:
        """Treat an error that a task logged already, and that nobody listened to."""
        self._relay.tell.emit(f"{type(error).__name__}: {error}")

    def add(self, sentence: str) -> None:
        """Say also in the dialog, while it is open, what was said in passing: what could not be saved."""
        self._relay.add(sentence)

    def _caught(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._log(kind, error or kind(), trace)
        self._relay.tell.emit(f"{kind.__name__}: {_ON_ITS_WAY.sub('', str(error))}")

    def _log(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        import logging

        self.open_log()
        logging.getLogger(__name__).error("not caught", exc_info=(kind, error, trace))


class _Relay(QObject):
    """Brings the news of an error into the window's thread."""

    tell = Signal(str)

    def __init__(self, frame: Frame, hook: ExceptionHook) -> None:
        super().__init__(frame)
        self.frame, self._hook = frame, hook
        self._box: QMessageBox | None = None
        self._came: dict[str, float] = {}
        self.tell.connect(self._show)  # queued by Qt when it comes from a thread

    @Slot(str)
    def _show(self, what: str) -> None:
        now, before = self._hook.clock(), self._came.get(what)
        self._came[what] = now
        if before is not None and now - before < QUIET_S:  # the same again is in the log, and told already
            return
        saved = self._save()
        if self._box is not None:  # one dialog is enough; all are in the log
            return
        from ui.window.messages import show_failure

        if saved:
            sentence = self.tr(
                "You can go on. Your plans, journal and theses are being written to the disk; should one of "
                "them not get there, it is said here."
            )
        else:
            sentence = self.tr("Not everything could be saved: save your plan yourself. You can go on.")
        details = self.tr("The details are in the log, behind the menu (Alt+M): {0}").format(what)
        self._box = show_failure(
            self.frame, self.tr("Something went wrong inside Rotascope"), f"{sentence} {details}"
        )
        self._box.finished.connect(self._read)

    def add(self, sentence: str) -> None:
        """Add a sentence to the dialog that is open."""
        if self._box is not None:
            self._box.setInformativeText(f"{self._box.informativeText()}\n\n{sentence}")

    def _save(self) -> bool:
        """Save what can be saved; a second error on the way must not hide the first."""
        try:
            self._hook.rescue()
        except Exception:
            import logging

            logging.getLogger(__name__).exception("the rescue failed too")
            return False
        return True

    @Slot()
    def _read(self) -> None:
        self._box = None
