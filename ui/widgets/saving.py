"""Saving what a chart or a table shows: taken from it at once, written in a thread, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.reasons import reason
from ui.tasks import Tasks

Content = Callable[[], bytes]
"""Makes the bytes of a file in a thread, of what was taken from a widget before."""


@runtime_checkable
class Home(Protocol):
    """The window around a chart: it carries the work, and says what became of it."""

    tasks: Tasks

    def say(self, text: str) -> None: ...

    def fail(self, title: str, sentence: str) -> None: ...


def home_of(widget: QWidget) -> Home | None:
    """Return the window around a widget, also across dialogs: charts know no session."""
    around: QWidget | None = widget
    while around is not None:
        if isinstance(around, Home):
            return around
        around = around.parentWidget()
    return None


def ask_and_save(widget: QWidget, name: str, kind: str, take: Callable[[], Content]) -> None:
    """Ask for a file, `take` what the widget shows, and write it; the window says how it went."""
    tr = QCoreApplication.translate
    chosen, _ = QFileDialog.getSaveFileName(
        widget, tr("saving", "Save"), f"{name}.{kind}", f"{kind.upper()} (*.{kind})"
    )
    if chosen:
        path = Path(chosen)
        save(widget, path if path.suffix else path.with_suffix(f".{kind}"), take())


def write(path: Path, content: Content) -> None:
    """Write a file, whole or not at all. Raises OSError when it cannot be written."""
    from data.documents.files import write_whole  # the first window saves nothing

    write_whole(path, content())


def save(widget: QWidget, path: Path, content: Content) -> None:
    """Write a file in a thread of the window around the widget; without a window here, raising OSError."""
    home = home_of(widget)
    if home is None:
        write(path, content)
        return
    tr, window = QCoreApplication.translate, home

    def failed(error: object) -> None:
        window.fail(
            tr("saving", "Not saved"),
            tr(
                "saving",
                "{0} could not be written: {1}. A file that stood there before is as it was. "
                "You can save it in another place.",
            ).format(path.name, reason(error)),
        )

    home.tasks.write(
        f"save {path}",
        lambda report, cancelled: write(path, content),
        done=lambda _: window.say(tr("saving", "Saved as {0}.").format(path)),
        failed=failed,
    )
