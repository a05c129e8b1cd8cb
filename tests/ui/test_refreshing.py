"""Refresh from the window, against the stubs: a process of its own, the status bar, the schedule, the end."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from data.cache import Cache
from data.paths import Paths
from tests.data.refreshing import NOON
from tests.stubs import StubServer
from tests.ui import walking
from ui.live.live import Live
from ui.live.loading import Loader
from ui.live.online import Online
from ui.live.refreshing import Refreshing, Step, command
from ui.live.schedule import Schedule
from ui.live.status import LiveStatus
from ui.settings import REFRESH_EVERY, Settings
from ui.window.empty import EmptyPage
from ui.window.status import StatusBar

QUICK = ("alternative", "defillama")
ENOUGH = 60_000
HANGS = 600
"""Seconds: far longer than any test waits, so that what ends did not wait for the answer."""


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    with StubServer(now=datetime.now(UTC)) as server:
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{server.port}/{{host}}")
        monkeypatch.delenv("ROTASCOPE_OFFLINE", raising=False)
        yield server


@pytest.fixture
def refreshing(qapp: object, own_folders: Path) -> Iterator[Refreshing]:
    made = Refreshing(own_folders)
    yield made
    made.close()


@pytest.fixture
def parts(qtbot, session, tasks, own_folders, monkeypatch) -> Iterator[SimpleNamespace]:
    """The live room with a status bar, as the window has it."""
    paths, settings = Paths(own_folders), Settings(own_folders / "settings")
    loader = Loader(session, tasks, paths)
    live = Live(session, tasks, loader, settings, paths)
    status = StatusBar(session)
    qtbot.addWidget(status)
    status.resize(1366, 26)
    status.show()
    LiveStatus(live, status)
    status.cancel_requested.connect(live.refreshing.cancel)
    said: list[str] = []
    live.said.connect(said.append)
    yield SimpleNamespace(
        live=live, loader=loader, status=status, session=session, settings=settings, said=said, tasks=tasks
    )
    live.close()
    qtbot.waitUntil(lambda: not tasks.running(), timeout=ENOUGH)


def held(folder: Path) -> set[str]:
    return {one.id for one in Cache.open(Paths(folder).market).state().held}


def texts(status: QWidget) -> str:
    from PySide6.QtWidgets import QLabel

    return " | ".join(one.text() for one in status.findChildren(QLabel) if one.isVisible() and one.text())


# --- the process --------------------------------------------------------------------------------------


def test_values_come_into_the_cache_with_progress_and_a_report(qtbot, refreshing, stub, own_folders):
    steps: list[Step] = []
    refreshing.progressed.connect(steps.append)
    with qtbot.waitSignal(refreshing.ended, timeout=ENOUGH) as told:
        assert refreshing.start(only=QUICK)
        assert refreshing.is_running
        assert not refreshing.start()
    report = told.args[0]
    assert (report["status"], report["ending"]) == ("whole", "The refresh is done: 2 of 2 jobs.")
    assert (steps[-1].done, steps[-1].total, steps[-1].share) == (2, 2, 1.0)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert held(own_folders) == {"FEAR_GREED", "STABLECOIN_SUPPLY"}
    assert (refreshing.is_running, refreshing.step) == (False, None)


def test_a_source_in_trouble_is_told_on_the_way_and_the_others_are_whole(
    qtbot, refreshing, stub, own_folders
):
    stub.fault("api.alternative.me", "451")
    told: list[tuple[str, str]] = []
    refreshing.source_told.connect(lambda source, problem: told.append((source, problem)))
    with qtbot.waitSignal(refreshing.ended, timeout=ENOUGH) as ended:
        refreshing.start(only=QUICK)
    assert ended.args[0]["status"] == "partly"
    ((source, problem),) = told
    assert (source, "region" in problem) == ("alternative", True)
    assert held(own_folders) == {"STABLECOIN_SUPPLY"}


def test_cancelling_keeps_what_was_fetched_and_the_report_comes(qtbot, refreshing, stub, own_folders):
    stub.fault("stablecoins.llama.fi", "hang", seconds=HANGS)
    refreshing.start(only=QUICK)
    qtbot.waitUntil(lambda: refreshing.step is not None and refreshing.step.done == 1, timeout=ENOUGH)
    with qtbot.waitSignal(refreshing.ended, timeout=ENOUGH) as told:
        refreshing.cancel()
    assert told.args[0]["is_cancelled"]
    assert held(own_folders) == {"FEAR_GREED"}


def test_a_process_that_dies_is_told_and_what_it_stored_stands(qtbot, refreshing, stub, own_folders):
    stub.fault("stablecoins.llama.fi", "hang", seconds=HANGS)
    refreshing.start(only=QUICK)
    qtbot.waitUntil(lambda: refreshing.step is not None and refreshing.step.done == 1, timeout=ENOUGH)
    with qtbot.waitSignal(refreshing.failed, timeout=ENOUGH) as told:
        os.kill(refreshing._process.processId(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    assert told.args[0].startswith("The refresh ended early.")
    assert held(own_folders) == {"FEAR_GREED"}
    stub.clear()
    with qtbot.waitSignal(refreshing.ended, timeout=ENOUGH) as ended:
        refreshing.start(only=QUICK)
    assert (ended.args[0]["sources"][0]["skipped"], ended.args[0]["sources"][1]["done"]) == (1, 1)


def test_a_process_that_cannot_be_started_is_told(qtbot, refreshing, monkeypatch):
    monkeypatch.setattr("ui.live.refreshing.command", lambda *words, **more: ["/does/not/exist"])
    with qtbot.waitSignal(refreshing.failed, timeout=ENOUGH) as told:
        refreshing.start()
    assert told.args == ["The refresh could not be started. Nothing was changed."]
    assert not refreshing.is_running


def test_closing_in_mid_refresh_leaves_no_process_behind(qtbot, refreshing, stub, own_folders):
    stub.fault("stablecoins.llama.fi", "hang", seconds=HANGS)
    refreshing.start(only=QUICK)
    qtbot.waitUntil(lambda: refreshing.step is not None and refreshing.step.done == 1, timeout=ENOUGH)
    number = refreshing._process.processId()
    refreshing.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert held(own_folders) == {"FEAR_GREED"}


def test_a_second_refresh_beside_another_process_yields(qtbot, refreshing, stub, own_folders):
    from data.refresh.alone import alone

    with (
        alone(Paths(own_folders).cache_folder, asked_by="terminal", now=datetime.now(UTC)),
        qtbot.waitSignal(refreshing.yielded, timeout=ENOUGH) as told,
    ):
        refreshing.start(only=QUICK)
    assert told.args[0].startswith("The terminal has been refreshing since ")


def test_keys_never_stand_among_the_arguments():
    words = command(None, only=("coingecko",), everything=True, since="2024-01-01")
    assert words[words.index("refresh") :] == [
        *("refresh", "--progress", "json", "--from-window", "--everything"),
        *("--since", "2024-01-01", "--only", "coingecko"),
    ]


# --- the live room ------------------------------------------------------------------------------------


def test_the_status_bar_tells_of_progress_and_then_of_freshness(qtbot, parts, stub):
    parts.live.start()
    qtbot.waitUntil(lambda: parts.live.refreshing.is_running, timeout=ENOUGH)
    parts.live.refreshing.close()
    assert parts.live.refresh_now(only=QUICK)
    qtbot.waitUntil(lambda: "Refreshing" in texts(parts.status), timeout=ENOUGH)
    with qtbot.waitSignal(parts.live.refreshing.ended, timeout=ENOUGH):
        pass
    qtbot.waitUntil(lambda: "2 of 2 series fresh" in texts(parts.status), timeout=ENOUGH)
    assert "Last refresh " in texts(parts.status)
    assert "Refreshing" not in texts(parts.status)
    assert parts.said == ["The refresh is done: 2 of 2 jobs."]


def test_a_refresh_with_trouble_says_how_much_is_not_done(qtbot, parts, stub):
    stub.fault("api.alternative.me", "451")
    parts.live.refresh_now(only=QUICK)
    qtbot.waitUntil(lambda: ", 1 of 2 not done" in texts(parts.status), timeout=ENOUGH)
    assert "1 of 2 series fresh" in texts(parts.status)


def test_the_empty_page_says_that_nothing_came_and_why(qtbot, parts, stub):
    stub.fault("*", "403")
    parts.session.live = parts.live
    page = EmptyPage(parts.session)
    qtbot.addWidget(page)
    page.show()
    parts.live.refresh_now(only=QUICK)
    assert "being asked" in texts(page)
    qtbot.waitUntil(lambda: "Nothing could be fetched" in texts(page), timeout=ENOUGH)
    assert "being asked" not in texts(page)
    assert page._ask.isEnabled()
    qtbot.waitUntil(lambda: "brought nothing" in texts(parts.status), timeout=ENOUGH)


@pytest.mark.parametrize("width", [390, 607, 948, 1290])
def test_the_empty_page_has_room_for_its_words_in_any_letters(qtbot, parts, wide_letters, width):
    parts.session.live = parts.live
    page = EmptyPage(parts.session)
    qtbot.addWidget(page)
    page.resize(width, 560)
    page.show()
    QApplication.processEvents()
    assert not walking.clipped(page)


def test_a_first_run_shows_the_market_while_the_rest_still_comes(qtbot, parts, stub):
    stub.fault("stablecoins.llama.fi", "hang", seconds=HANGS)
    parts.loader.load()
    qtbot.waitUntil(lambda: not parts.session.loading, timeout=ENOUGH)
    shown: list[bool] = []
    parts.session.series_ready.connect(lambda _: shown.append(True))
    parts.live.refresh_now(only=("yahoo", "defillama"))
    qtbot.waitUntil(lambda: bool(shown), timeout=ENOUGH)
    assert parts.live.refreshing.is_running
    assert "RUT" in parts.session.series


def test_without_a_network_nothing_is_asked_and_the_window_says_so(qtbot, parts, stub, monkeypatch):
    monkeypatch.setattr(Online, "is_offline", property(lambda self: True))
    parts.live.start()
    qtbot.waitUntil(lambda: parts.live.freshness.standing is not None, timeout=ENOUGH)
    assert not parts.live.refreshing.is_running
    assert not parts.live.refresh_now()
    assert parts.said == ["There is no network now, so nothing was asked. What is stored is shown."]
    assert stub.count() == 0


def test_the_demo_market_is_never_refreshed(qtbot, parts, stub, known, monkeypatch):
    monkeypatch.setattr(type(parts.session), "is_demo", property(lambda self: True))
    assert not parts.live.refresh_now()
    parts.live.start()
    assert not parts.live.refreshing.is_running
    assert "simulated" in parts.said[0]


def test_a_key_for_the_session_reaches_the_refresh_and_no_file(qtbot, parts, stub, own_folders):
    secret = "CG-window-0123456789"
    assert "until Rotascope is closed" in parts.live.set_key("coingecko-demo", secret)
    parts.live.refresh_now(only=("coingecko",))
    qtbot.waitUntil(lambda: stub.count("api.coingecko.com") > 1, timeout=ENOUGH)
    parts.live.refreshing.close()
    seen = stub.requests("api.coingecko.com")[0]
    assert seen.headers["x-cg-demo-api-key"] == secret
    assert secret not in seen.path + seen.query
    for file in own_folders.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()
    parts.live.set_key("coingecko-demo", "")
    assert parts.live.refreshing.keys == {}


# --- the schedule -------------------------------------------------------------------------------------


class Clockwork:
    """A schedule whose refreshes are only counted."""

    def __init__(self, session: Any, settings: Settings, refreshing: Refreshing) -> None:
        self.now, self.begun = NOON, 0
        self.refreshing = refreshing
        refreshing.start = self._start  # type: ignore[method-assign]
        self.online = Online()
        self.schedule = Schedule(session, settings, refreshing, self.online, clock=lambda: self.now)

    def _start(self, **_: object) -> bool:
        self.begun += 1
        self.refreshing.started.emit()
        return True

    def after(self, **time_: float) -> int:
        self.now += timedelta(**time_)
        self.schedule.look()
        return self.begun


@pytest.fixture
def clockwork(session, refreshing, own_folders, monkeypatch) -> Clockwork:
    monkeypatch.delenv("ROTASCOPE_OFFLINE", raising=False)
    monkeypatch.setenv("ROTASCOPE_ROUTES", "*=http://127.0.0.1:9")
    return Clockwork(session, Settings(own_folders / "settings"), refreshing)


def test_it_refreshes_at_the_start_and_every_few_hours(clockwork):
    clockwork.schedule.start()
    assert clockwork.begun == 1
    assert clockwork.after(hours=5.9) == 1
    assert clockwork.after(hours=0.2) == 2
    assert clockwork.schedule.next_at == clockwork.now + timedelta(hours=6)


def test_one_setting_turns_it_off_and_on(clockwork, own_folders):
    clockwork.schedule.set_every(0)
    clockwork.schedule.start()
    assert (clockwork.after(days=3), clockwork.schedule.next_at) == (0, None)
    assert Settings(own_folders / "settings").get(REFRESH_EVERY) == 0
    clockwork.schedule.set_every(12)
    assert clockwork.after(hours=11) == 0
    assert clockwork.after(hours=1) == 1


def test_it_goes_on_when_the_pause_of_a_provider_is_over(clockwork):
    clockwork.schedule.start()
    pause = clockwork.now + timedelta(minutes=20)
    clockwork.refreshing.ended.emit({"resumes_at": pause.isoformat(), "is_cancelled": False})
    assert clockwork.after(minutes=20) == 1
    assert clockwork.after(minutes=1) == 2


def test_a_refresh_that_was_stopped_does_not_begin_again_by_itself(clockwork):
    clockwork.schedule.start()
    pause = clockwork.now + timedelta(minutes=20)
    clockwork.refreshing.ended.emit({"resumes_at": pause.isoformat(), "is_cancelled": True})
    assert clockwork.after(hours=1) == 1


def test_where_bytes_cost_money_it_waits_and_says_why(clockwork, monkeypatch):
    why: list[str] = []
    clockwork.schedule.kept_quiet.connect(why.append)
    with monkeypatch.context() as patch:
        patch.setattr(Online, "is_metered", property(lambda self: True))
        clockwork.schedule.start()
        assert (clockwork.begun, why[-1]) == (0, "The connection is metered: nothing is asked by itself.")
    clockwork.online.changed.emit()
    assert (clockwork.begun, why[-1]) == (1, "")


def test_the_step_of_a_child_reads_as_it_was_written(refreshing):
    news = {
        "done": 1,
        "total": 4,
        "what": "Bitcoin",
        "seconds_left": 90,
        "commits": 1,
        "has_picture": True,
        "sources": [{"id": "yahoo", "title": "Yahoo", "left": 3, "problem": "Cut."}],
    }
    refreshing._tell(json.loads(json.dumps(news)))
    assert refreshing.step == Step(1, 4, "Bitcoin", 90, 1, True, {"yahoo": 3}, {"yahoo": "Cut."})
    assert refreshing.step.share == 0.25
