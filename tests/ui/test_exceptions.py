"""An error nobody expected, in the window, a slot and a task: what can be saved is, and it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from data.documents import DocumentError
from ui.documents.keeper import DocumentKeeper
from ui.exception_hook import CANNOT_OPEN, QUIET_S, ExceptionHook
from ui.theme.tokens import DARK
from ui.window.frame import Frame


class Fragile(QWidget):
    """Breaks when it is pressed."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        raise ValueError("Nobody may press here.")


class Outer(QWidget):
    """Hands its events to Qt itself, which makes Python, Qt and Python again of each."""

    def event(self, event: QEvent) -> bool:
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed = 1 / 0


class Sender(QObject):
    sent = Signal()

    @Slot()
    def receive(self) -> None:
        raise KeyError("a slot")


class Paper:
    """A document that counts how often it was written."""

    def __init__(self) -> None:
        self.offered, self.written = "", ""
        self.full = False
        self.set_aside = None

    def read(self) -> str:
        return "before"

    def offer(self, value: str) -> None:
        self.offered = value

    def write(self) -> None:
        if self.full:
            raise DocumentError("No room is left for paper.json.")
        self.written = self.offered

    @property
    def is_written(self) -> bool:
        return self.written == self.offered


@pytest.fixture
def parts(qtbot, session, tasks) -> Iterator[SimpleNamespace]:
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    frame.setCentralWidget(QLabel("The window"))
    frame.show()
    hook = ExceptionHook(frame)
    hook.rescue = session.trouble.emit
    tasks.uncaught.connect(hook.take)
    hook.install()
    yield SimpleNamespace(frame=frame, hook=hook, session=session, tasks=tasks)
    hook.remove()


def boxes(parts) -> list[QMessageBox]:
    return [one for one in parts.frame.findChildren(QMessageBox) if one.isVisible()]


def told(qtbot, parts, words: str) -> str:
    """Wait for the dialog, read it and close it."""
    qtbot.waitUntil(lambda: bool(boxes(parts)))
    (box,) = boxes(parts)
    text = f"{box.text()} {box.informativeText()}"
    assert words in text
    box.reject()
    qtbot.waitUntil(lambda: not boxes(parts))
    return text


def test_an_error_in_the_window_is_told_in_plain_words_and_one_can_go_on(qtbot, parts, caplog):
    fragile = Fragile()
    qtbot.addWidget(fragile)
    fragile.show()
    # As in the program the press comes from the event loop, not from a line of Python.
    QTimer.singleShot(0, lambda: qtbot.mouseClick(fragile, Qt.MouseButton.LeftButton))
    text = told(qtbot, parts, "Nobody may press here.")
    assert "You can go on" in text
    assert "are saved" not in text, "nobody knows that yet"
    assert "log" in text
    assert parts.frame.isVisible()
    assert "test_exceptions.py" in caplog.text, "The log names the place."
    caplog.clear()


def test_an_error_below_qt_below_python_is_told_without_its_way_through_both(qtbot, parts, caplog):
    outer = Outer()
    qtbot.addWidget(outer)
    outer.show()
    QTimer.singleShot(0, lambda: qtbot.mouseClick(outer, Qt.MouseButton.LeftButton))
    text = told(qtbot, parts, "ZeroDivisionError: division by zero")
    assert "override" not in text
    caplog.clear()


def test_an_error_in_a_slot_is_told(qtbot, parts, caplog):
    sender = Sender()
    sender.sent.connect(sender.receive)
    sender.sent.emit()
    told(qtbot, parts, "a slot")
    caplog.clear()


def test_an_error_in_a_task_that_nobody_listens_to_is_told(qtbot, parts, caplog):
    def work(report, cancelled):
        raise RuntimeError("The task fell over.")

    parts.tasks.start("falling", work)
    told(qtbot, parts, "The task fell over.")
    caplog.clear()


def test_the_same_error_is_told_once_however_often_it_comes(qtbot, parts, caplog):
    sender = Sender()
    sender.sent.connect(sender.receive)
    sender.sent.emit()
    told(qtbot, parts, "a slot")
    for _ in range(20):
        sender.sent.emit()
    done = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert not boxes(parts)
    assert caplog.text.count("not caught") == 21
    caplog.clear()


def test_an_error_that_comes_back_after_a_quiet_time_is_told_and_saved_anew(qtbot, parts, caplog):
    now = [1_000.0]
    parts.hook.clock = lambda: now[0]
    rescued = []
    parts.hook.rescue = lambda: rescued.append(now[0])
    sender = Sender()
    sender.sent.connect(sender.receive)
    for moment in (1_000.0, 1_000.0 + QUIET_S):
        now[0] = moment
        sender.sent.emit()
        told(qtbot, parts, "a slot")
    assert rescued == [1_000.0, 1_000.0 + QUIET_S]
    caplog.clear()


def test_a_window_that_cannot_be_made_is_told_logged_and_ends(qtbot, parts, caplog, monkeypatch):
    ended, opened = [], []
    monkeypatch.setattr(QApplication, "exit", ended.append)
    parts.hook.open_log = lambda: opened.append(True)
    parts.hook.give_up(ValueError("No room."))
    text = told(qtbot, parts, "No room.")
    assert "could not be opened" in text
    assert "go on" not in text
    assert (opened, ended) == ([True], [CANNOT_OPEN])
    caplog.clear()


def test_what_was_typed_is_saved_when_an_error_comes(qtbot, parts, caplog):
    paper = Paper()
    keeper = DocumentKeeper("paper", paper, "", parts.tasks, None)
    parts.session.trouble.connect(keeper.rescue)
    qtbot.waitUntil(lambda: keeper.is_ready)
    keeper._timer.start(3_600_000)  # as between two saves, so that only the rescue can have saved it
    keeper.edit("after", "typing")
    sender = Sender()
    sender.sent.connect(sender.receive)
    sender.sent.emit()
    qtbot.waitUntil(lambda: paper.written == "after")
    told(qtbot, parts, "a slot")
    caplog.clear()


def test_the_dialog_adds_what_could_not_be_saved(qtbot, parts, caplog):
    paper = Paper()
    keeper = DocumentKeeper("paper", paper, "", parts.tasks, None)
    parts.session.trouble.connect(keeper.rescue)
    keeper.said.connect(parts.session.said)
    parts.session.said.connect(parts.hook.add)
    qtbot.waitUntil(lambda: keeper.is_ready)
    paper.full = True
    keeper.edit("after", "typing")
    sender = Sender()
    sender.sent.connect(sender.receive)
    sender.sent.emit()
    qtbot.waitUntil(lambda: bool(boxes(parts)))
    (box,) = boxes(parts)
    qtbot.waitUntil(lambda: "No room is left for paper.json." in box.informativeText())
    told(qtbot, parts, "You can go on")
    parts.hook.add("Later, with no dialog, this is for the bell alone.")
    caplog.clear()


def test_a_write_that_fails_is_told_once_until_one_succeeds(qtbot, tasks):
    paper = Paper()
    keeper = DocumentKeeper("paper", paper, "", tasks, None)
    heard: list[str] = []
    keeper.said.connect(heard.append)
    qtbot.waitUntil(lambda: keeper.is_ready)

    def typed(text: str) -> None:
        keeper.edit(text, "typing")
        keeper._timer.stop()
        keeper._save()
        qtbot.waitUntil(lambda: not tasks.running())

    paper.full = True
    typed("a")
    typed("b")
    assert heard == ["No room is left for paper.json."]
    paper.full = False
    typed("c")
    assert paper.written == "c"
    paper.full = True
    typed("d")
    assert len(heard) == 2


def test_what_takes_long_to_save_is_saved_after_the_window_has_shown_it(qtbot, tasks, monkeypatch):
    monkeypatch.setattr("ui.documents.keeper.LONG_S", -1.0)  # every save takes longer than that
    paper = Paper()
    keeper = DocumentKeeper("paper", paper, "", tasks, None)
    qtbot.waitUntil(lambda: keeper.is_ready)
    keeper._timer.setInterval(3_600_000)
    keeper.edit("first", "typing")
    assert not tasks.running()
    keeper._save_next()
    qtbot.waitUntil(lambda: paper.written == "first")


def test_a_rescue_that_fails_too_is_admitted(qtbot, parts, caplog):
    def fail() -> None:
        raise OSError("The disk is full.")

    parts.hook.rescue = fail
    sender = Sender()
    sender.sent.connect(sender.receive)
    sender.sent.emit()
    assert "Not everything could be saved" in told(qtbot, parts, "a slot")
    assert "The disk is full." in caplog.text
    caplog.clear()
