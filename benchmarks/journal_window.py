"""The window of `journal`, in a process of its own; prints the gaps between ticks as JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.slider_window import SIZE, wait_for, wait_until
from data.paths import Paths
from models.journal.exchange import to_csv
from models.journal.notes import KINDS, MOST_NOTES, Note, journal
from ui.app import Rooms
from ui.panels.journal.panel import JournalPanel
from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame

FREE = 10
"""Notes to the limit, for those that are written here."""
WORDS = "bulk 77"
PAUSE, SETTLE = 0.12, 1.0
"""Seconds between two letters of a quick writer, and after the last."""


class Bench:
    """The real window with charts and the journal, and the gaps of a 10 ms timer in it."""

    def __init__(self, rooms: Rooms, folder: Path) -> None:
        self._rooms, self._folder = rooms, folder
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=10)
        self._timer.timeout.connect(self._tick)
        self.open("overview")
        self.open("journal")
        panel = rooms.window.panel("journal")
        assert isinstance(panel, JournalPanel)
        self.panel = panel

    def open(self, name: str) -> None:
        window = self._rooms.window
        window.open_panel(name)
        wait_for(lambda: (made := window.panel(name)) is not None and made.isVisible())
        self._rest()

    def run(self) -> dict[str, list[float]]:
        file = self._folder / "notes.csv"
        file.write_text(to_csv(journal(notes())), encoding="utf-8")
        found = {
            "import of them": self._during(lambda: self.panel.import_file(file)),
            "typing a search": self._during(self._type),
            "one edit": self._during(self._edit),
            "undo": self._during(self.panel.undo.click),
        }
        self.open("overview")
        found["a step of the day, charts shown"] = self._during(lambda: self._rooms.session.step(-1))
        return found

    def _type(self) -> None:
        for length in range(1, len(WORDS) + 1):
            self.panel.words.setText(WORDS[:length])
            wait_until(time.perf_counter() + PAUSE)
        for length in reversed(range(len(WORDS))):
            self.panel.words.setText(WORDS[:length])
            wait_until(time.perf_counter() + PAUSE)

    def _edit(self) -> None:
        self.panel.editor.title.setText("Something else")
        self.panel.editor.title.editingFinished.emit()

    def _during(self, act: Callable[[], object]) -> list[float]:
        self._gaps, self._last = [], time.perf_counter()
        self._timer.start()
        act()
        self._rest()
        self._timer.stop()
        return self._gaps

    def _rest(self) -> None:
        for _ in range(2):
            wait_until(time.perf_counter() + SETTLE)
            wait_for(lambda: not self._rooms.tasks.running())

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now
        asks = QApplication.activeModalWidget()
        if asks is not None:  # the result of the import, which would wait for its reader
            asks.close()


def notes() -> list[Note]:
    """Return nearly as many notes as a journal holds, over all days of the archive."""
    kinds = tuple(KINDS)
    return [
        Note(
            date(2014, 1, 1) + timedelta(days=at % 4_500),
            f"bulk {at}",
            kinds[at % len(kinds)],
            text="What happened, in a sentence or two, as a person would write it down. " * 2,
            tags=(f"tag {at % 100}",),
        )
        for at in range(MOST_NOTES - FREE)
    ]


def main(folder: Path) -> int:
    application = QApplication(sys.argv[:1])
    sys.setswitchinterval(0.001)  # as ui/app.py does
    with tempfile.TemporaryDirectory(prefix="rotascope-journal-") as scratch:
        settings = Settings(Path(scratch) / "settings")
        settings.set(TOUR_SEEN, True)
        settings.set(REFRESH_EVERY, 0)
        frame = Frame(DARK)
        rooms = Rooms(application, frame, settings, Paths(folder), known_at=None, demo=False)
        frame.resize(*SIZE)
        frame.show()
        rooms.loader.load()
        if not wait_for(lambda: rooms.session.study is not None):
            print("The window did not show a market within a minute.", file=sys.stderr)
            return 1
        rooms.settle(())
        bench = Bench(rooms, Path(scratch))
        found = bench.run()
        kept = len(bench.panel.model.notes)
        if kept < MOST_NOTES - FREE:
            print(f"The journal holds {kept} notes only: nothing was measured.", file=sys.stderr)
            return 1
        json.dump(found, sys.stdout)
        sys.stdout.flush()
        frame.close()
        if not rooms.close():  # as ui/app.py does: a long computation is not waited for
            os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
