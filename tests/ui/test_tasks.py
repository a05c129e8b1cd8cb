"""A task reports, stops when asked, and never brings stale news."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QThread

from ui.tasks import Tasks, _Run


def test_a_result_arrives_in_the_thread_of_the_window(qtbot, tasks):
    threads, results = [], []

    def work(report, cancelled):
        threads.append(threading.get_ident())
        return 42

    def done(result):
        threads.append(threading.get_ident())
        results.append(result)

    tasks.start("answer", work, done=done)
    qtbot.waitUntil(lambda: results == [42])
    assert threads[0] != threads[1] == threading.get_ident()


def test_progress_comes_before_the_result_and_the_end_last(qtbot, tasks):
    news = []

    def work(report, cancelled):
        report("half")
        return "whole"

    task = tasks.start("steps", work, done=news.append, progressed=news.append)
    task.finished.connect(lambda: news.append("end"))
    qtbot.waitUntil(lambda: "end" in news)
    assert news == ["half", "whole", "end"]


def test_a_failure_brings_the_exception_and_no_result(qtbot, tasks):
    failures, results = [], []

    def work(report, cancelled):
        raise ValueError("The file has no days.")

    tasks.start("reading", work, done=results.append, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert str(failures[0]) == "The file has no days."
    assert not results


def test_a_failure_nobody_listens_to_is_in_the_log(qtbot, tasks, caplog):
    def work(report, cancelled):
        raise ValueError("Nobody asked.")

    task = tasks.start("reading", work)
    with qtbot.waitSignal(task.finished):
        pass
    assert "Nobody asked." in caplog.text
    caplog.clear()


def test_the_latest_work_silences_the_one_before_it(qtbot, tasks):
    go_on, results = threading.Event(), []

    def slow(report, cancelled):
        go_on.wait(5)
        report("too late")
        return "old"

    tasks.latest("figure", slow, done=results.append, progressed=results.append)
    tasks.latest("figure", lambda report, cancelled: "new", done=results.append)
    qtbot.waitUntil(lambda: results == ["new"])
    go_on.set()
    qtbot.waitUntil(lambda: not tasks._running)
    assert results == ["new"]


def test_news_on_the_way_do_not_arrive_once_the_task_is_cancelled(qtbot, tasks):
    sent, results = threading.Event(), []

    def work(report, cancelled):
        report("on the way")
        sent.set()
        return "result"

    task = tasks.start("figure", work, done=results.append, progressed=results.append)
    assert sent.wait(5)  # the event loop has not turned: the news lie in its queue
    QThread.msleep(20)
    task.cancel()
    with qtbot.waitSignal(task.finished):
        pass
    assert results == []


def test_work_sees_that_it_was_cancelled(qtbot, tasks):
    begun, seen = threading.Event(), []

    def work(report, cancelled):
        begun.set()
        while not cancelled():
            QThread.msleep(1)
        seen.append(True)

    tasks.start("long", work)
    assert begun.wait(5)
    assert tasks.running() == ("long",)
    tasks.cancel("long")
    assert tasks.running() == ()
    qtbot.waitUntil(lambda: seen == [True])


def test_closing_cancels_and_waits(qapp):
    tasks = Tasks()
    tasks.start("long", lambda report, cancelled: [QThread.msleep(1) for _ in iter(cancelled, True)])
    assert tasks.close()


def test_closing_does_not_wait_for_ever(qapp, monkeypatch):
    monkeypatch.setattr("ui.tasks.CLOSING_MS", 30)
    begun, go_on = threading.Event(), threading.Event()

    def work(report, cancelled):
        begun.set()
        go_on.wait(5)

    tasks = Tasks()
    tasks.start("deaf", work)
    assert begun.wait(5)
    assert not tasks.close()
    go_on.set()
    assert tasks.close()


def test_nothing_starts_after_closing(qapp):
    tasks, begun = Tasks(), []
    tasks.close()
    task = tasks.start("late", lambda report, cancelled: begun.append(True))
    assert task.is_cancelled
    assert not begun


@pytest.mark.parametrize("count", [50])
def test_finished_tasks_leave_nothing_behind(qtbot, tasks, count):
    results, kept = [], []
    for number in range(count):
        task = tasks.start("many", lambda report, cancelled, n=number: n, done=results.append)
        kept.append(weakref.ref(task))
    del task
    qtbot.waitUntil(lambda: len(results) == count)
    qtbot.waitUntil(lambda: not tasks.running())
    gc.collect()
    assert sum(one() is not None for one in kept) == 0


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_run_that_is_over_holds_nothing_that_it_worked_on(qtbot, cancelled):
    """Qt's pool may keep the run itself, and a study with it was two hundred megabytes."""

    class Heavy:
        pass

    heavy = Heavy()
    gone = weakref.ref(heavy)
    stop = threading.Event()
    if cancelled:
        stop.set()
    run = _Run(lambda report, stopped, held=heavy: id(held), stop, lambda kind, value: None)
    del heavy
    assert gone() is not None
    run.run()
    gc.collect()
    assert gone() is None
