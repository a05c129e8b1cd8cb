"""What a person saves from a chart or a table: written beside the window's thread, whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from data.documents import files
from models.market.snapshot import day
from ui.charts.time_chart import TimeChart
from ui.tasks import Tasks
from ui.theme.tokens import DARK
from ui.widgets.saving import home_of

DAYS = day("2020-01-01") + np.arange(50)


class Window(QWidget):
    """Carries the work of its charts, and notes what it is asked to say."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.said: list[str] = []
        QVBoxLayout(self)

    def say(self, text: str) -> None:
        self.said.append(text)

    def fail(self, title: str, sentence: str) -> None:
        self.said.append(f"{title}: {sentence}")


@pytest.fixture
def window(qtbot, tasks) -> Window:
    made = Window(tasks)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def chart(window) -> TimeChart:
    made = TimeChart(theme=DARK)
    made.add_line("rut", "Russell 2000", 1)
    made.set_line("rut", DAYS, np.arange(50.0))
    window.layout().addWidget(made)
    made.resize(600, 300)
    window.show()
    return made


@pytest.fixture
def threads(monkeypatch) -> list[int]:
    """In which threads files were written."""
    found: list[int] = []
    usual = files.write_whole

    def write(path: Path, content: bytes) -> None:
        found.append(threading.get_ident())
        usual(path, content)

    monkeypatch.setattr(files, "write_whole", write)
    return found


def choose(chart: TimeChart, kind: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose the item of the menu that saves this kind, and the place that the system asks for."""
    monkeypatch.setattr("ui.widgets.saving.QFileDialog.getSaveFileName", lambda *_: (str(place), ""))
    next(one for one in chart.menu().actions() if kind.upper() in one.text()).trigger()


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_a_chart_is_saved_in_a_thread_and_the_window_says_where(
    qtbot, window, chart, threads, tmp_path, monkeypatch, kind
):
    choose(chart, kind, tmp_path / "chart", monkeypatch)
    qtbot.waitUntil(lambda: bool(window.said))
    place = tmp_path / f"chart.{kind}"
    assert window.said == [f"Saved as {place}."]
    assert threads
    assert threading.get_ident() not in threads
    if kind == "csv":
        assert place.read_bytes().decode() == chart.to_csv()
    else:
        assert not QImage(str(place)).isNull()


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_a_disk_that_is_full_leaves_the_file_before_and_is_told(
    qtbot, window, chart, tmp_path, monkeypatch, kind
):
    place = tmp_path / f"chart.{kind}"
    place.write_bytes(b"of last week")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    choose(chart, kind, place, monkeypatch)
    qtbot.waitUntil(lambda: bool(window.said))
    (said,) = window.said
    assert said.startswith(f"Not saved: chart.{kind} could not be written: No space left on device.")
    assert "is as it was" in said
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"of last week"]


def test_a_chart_in_a_dialog_finds_the_window_around_it(window):
    dialog = QWidget(window)
    inside = QWidget(dialog)
    assert home_of(inside) is window
    assert home_of(QWidget()) is None
