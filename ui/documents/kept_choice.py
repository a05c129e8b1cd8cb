"""Keeps a choice of the user's, such as own classes or screens: read and written in threads, never here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from data.choices import ChoiceFile, Kept
from data.documents import DocumentError
from data.paths import Paths
from ui.documents.turn import Turn
from ui.reasons import reason
from ui.session import Session
from ui.tasks import Tasks

LOG = logging.getLogger(__name__)
T = TypeVar("T")


class KeptChoice(QObject, Generic[T]):
    """`found(Kept)` with what the disk holds, `replaced(Kept)` when all documents were changed, `said` with a
    sentence when something could not be read or kept. What could not be kept is tried again with the next
    change, and asked about before the window closes.

    Without paths nothing is kept.
    """

    found = Signal(object)
    replaced = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        name: str,
        make: Callable[[Path], ChoiceFile[T]],
        session: Session,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._name, self._make, self._tasks = name, make, tasks
        self._file = None if session.paths is None else make(session.paths.documents)
        self.is_ready = self._file is None
        """Whether the file was read: until then nothing can be kept."""
        self.said.connect(session.said)
        if self._file is not None:
            session.endings.append(self.keep)
            session.turns.append(self.turn)
            session.closing.connect(self._close)

    def read(self) -> None:
        """Read what the disk holds; another window may have written it."""
        if (file := self._file) is not None:
            self._tasks.write(
                f"{self._name}: read",
                lambda report, cancelled: file.read(),
                done=partial(self._take, file),
                failed=self._fail,
            )

    def put(self, value: T) -> None:
        """Keep a value from now on."""
        if (file := self._file) is not None and self.is_ready:
            file.offer(value)
            self._tasks.write(
                f"{self._name}: save", lambda report, cancelled: file.write(), failed=self._not_kept
            )

    def begin_anew(self) -> None:
        """Set a file that cannot be taken aside, then read again."""
        if (file := self._file) is not None:
            self._tasks.write(
                f"{self._name}: set aside",
                lambda report, cancelled: file.set_aside(),
                done=lambda _: self.read(),
                failed=self._fail,
            )

    def keep(self) -> str:
        """Write what is not written yet, now; says why where that cannot be."""
        try:
            if self._file is not None:
                self._file.write()
        except DocumentError as error:
            return str(error)
        return ""

    def turn(self) -> Turn:
        """Return how the value is saved and read anew when all documents change."""
        return _Turn(self, self._make, self._file)

    def take_other(self, file: ChoiceFile[T], kept: Kept[T]) -> None:
        """Go on with another file."""
        self._tasks.cancel(f"{self._name}: read")
        self._file, self.is_ready = file, True
        self.replaced.emit(kept)

    def _take(self, file: ChoiceFile[T], kept: object) -> None:
        if file is self._file:
            self.is_ready = True
            self.found.emit(kept)

    @Slot(object)
    def _not_kept(self, error: object) -> None:
        words = self.tr(
            "{0} Nothing is lost: the change holds in this window, and is saved with the next one."
        )
        self.said.emit(words.format(self._reason(error)))

    @Slot(object)
    def _fail(self, error: object) -> None:
        self.said.emit(self._reason(error))

    def _reason(self, error: object) -> str:
        if not isinstance(error, DocumentError):
            LOG.error("%s: %s", self._name, error)
        return _sentence(reason(error))

    @Slot()
    def _close(self) -> None:
        if why := self.keep():
            LOG.error("%s was not kept: %s", self._name, why)


class _Turn(Generic[T]):
    """Writes the value, then reads the file anew: where it is now."""

    def __init__(
        self, choice: KeptChoice[T], make: Callable[[Path], ChoiceFile[T]], file: ChoiceFile[T] | None
    ) -> None:
        self._choice, self._make, self._file = choice, make, file
        self._found: tuple[ChoiceFile[T], Kept[T]] | None = None

    def save(self) -> None:
        if self._file is not None:
            self._file.write()

    def read(self, paths: Paths) -> None:
        file = self._make(paths.documents)
        self._found = file, file.read()

    def take(self) -> None:
        if self._found is not None:
            self._choice.take_other(*self._found)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
