"""When all documents change at once: whoever holds one saves it before, and reads it anew after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from data.paths import Paths
    from ui.session import Session
    from ui.tasks import Report, Tasks


class Turn(Protocol):
    """What one holder does when all documents change. Made in the window's thread, before anything else."""

    def save(self) -> None:
        """Save what is not saved; in a thread. Raises DocumentError, and the change does not take place."""

    def read(self, paths: Paths) -> None:
        """Read what is there now; in a thread. What cannot be read is told by `take`."""

    def take(self) -> None:
        """Hold what was read; in the window's thread."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to, the folders after it, and whether the documents are others now."""

    result: object
    paths: Paths
    is_other: bool = True


@dataclass(frozen=True, slots=True)
class _Outcome:
    saved: tuple[Turn, ...]
    changed: Changed | None
    error: Exception | None


class DocumentChange(QObject):
    """Changes all documents at once: nobody edits meanwhile, nothing that was typed is lost or left behind.

    `done` with the result, or `failed` with the error, once every holder has what is there now.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._tasks = session, tasks
        self._title, self._window = title, parent

    def start(self, paths: Paths, act: Callable[[Report], Changed]) -> None:
        """Let all holders save, then `act` in the same thread; it starts from `paths`."""
        from ui.dialogs.busy import BusyDialog

        turns: list[Turn] = [make() for make in self._session.turns]
        busy = BusyDialog(self._title, self._window)

        def work(report: Report) -> _Outcome:
            saved: list[Turn] = []
            changed, failure = None, None
            try:
                for turn in turns:
                    turn.save()
                    saved.append(turn)
                changed = act(report)
            except Exception as error:  # noqa: BLE001 - told once everybody has read what is there
                failure = error
            # Who could not save keeps what was typed; all others know what their files hold now.
            for turn in saved:
                turn.read(paths if changed is None else changed.paths)
            return _Outcome(tuple(saved), changed, failure)

        def over(found: object) -> None:
            assert isinstance(found, _Outcome)
            changed = found.changed
            if changed is not None and self._session.paths is not None:
                self._session.paths = changed.paths
            if self._session.settings is not None:
                # Which also reads what a restore brought back, before anybody writes.
                self._session.settings.save()
            for turn in found.saved:
                turn.take()
            busy.leave()
            if changed is not None and changed.is_other:
                self._session.documents_changed.emit(changed.paths)
            if changed is not None:
                self.done.emit(changed.result)
            else:
                self.failed.emit(found.error)
            self.deleteLater()

        def not_saved(error: object) -> None:
            busy.leave()
            self.failed.emit(error)
            self.deleteLater()

        busy.show()  # `open` would let other windows be used
        self._tasks.start(
            "documents",
            lambda report, cancelled: work(report),
            done=over,
            failed=not_saved,
            progressed=busy.show_progress,
        )
