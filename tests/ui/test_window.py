"""The window as a whole: from the empty cache to a panel, by mouse, keyboard and search."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from tests.archives import write_archive
from tests.markets import synthetic_market
from ui.app import NO_DISPLAY, has_display
from ui.exception_hook import ExceptionHook
from ui.live.importing import Importing
from ui.live.loading import Loader
from ui.panel_list import PANELS, Panel
from ui.settings import PANEL, Settings
from ui.theme.style import style_sheet
from ui.theme.tokens import DARK, LIGHT, THEMES
from ui.window.frame import SMALLEST, Frame
from ui.window.main_window import MainWindow
from ui.window.placeholder import PlaceholderPanel

ROOT = Path(__file__).resolve().parents[2]


class Simple(QWidget):
    """A panel that needs no chart."""

    def __init__(self, session, tasks):
        super().__init__()
        self.session = session


class Broken(QWidget):
    def __init__(self, session, tasks):
        raise RuntimeError("A chart is missing.")


@pytest.fixture
def panels(monkeypatch) -> None:
    """Two simple panels in the place of the real ones, one of them broken."""
    changed = (
        Panel("overview", "Overview", "overview", __name__, "Simple"),
        Panel("correlation", "Correlation", "correlation", __name__, "Broken"),
        *(replace(panel, module=__name__, factory="Simple") for panel in PANELS[2:]),
    )
    monkeypatch.setattr("ui.window.main_window.PANELS", changed)


@pytest.fixture
def parts(qtbot, session, tasks, panels, own_folders) -> Iterator[SimpleNamespace]:
    settings = Settings(own_folders / "settings")
    loader = Loader(session, tasks, Paths(own_folders))
    importing = Importing(own_folders)
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    frame.setStyleSheet(style_sheet(DARK))
    window = MainWindow(session, tasks, loader, importing, settings)
    frame.setCentralWidget(window)
    frame.resize(1366, 768)
    frame.show()
    yield SimpleNamespace(
        window=window, frame=frame, session=session, loader=loader, settings=settings, importing=importing
    )
    importing.close()


def fill(folder: Path, days: int = 120) -> None:
    """Put a small market into the cache, as the terminal does."""
    archive = write_archive(folder.parent / f"archive-{days}", synthetic_market(days=days, coins=60))
    import_archive(archive, Cache.open(Paths(folder).market))


def press(qtbot, parts, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    parts.frame.activateWindow()
    qtbot.keyClick(parts.window, combination.key(), combination.keyboardModifiers())


def test_an_empty_cache_offers_an_archive_and_the_demo_market(qtbot, parts):
    parts.loader.load()
    qtbot.waitUntil(lambda: parts.window.pages.currentWidget() is parts.window.empty)
    words = " ".join(one.text() for one in parts.window.empty.findChildren(QPushButton))
    assert "Import an archive" in words
    assert "demo market" in words


def test_a_filled_cache_opens_on_the_panel(qtbot, parts, own_folders):
    fill(own_folders)
    with qtbot.waitSignal(parts.window.panel_built, timeout=20_000):
        parts.loader.load()
    assert isinstance(parts.window.pages.currentWidget(), Simple)
    qtbot.waitUntil(lambda: parts.session.study is not None, timeout=20_000)
    assert parts.session.day == parts.session.study.latest


def test_blocks_stand_where_the_panel_will_be_while_it_loads(parts):
    assert parts.window.pages.currentWidget() is parts.window.waiting
    parts.session.set_loading("Reading the market")
    assert parts.window.waiting.accessibleName() == "Reading the market"
    parts.window.waiting.grab()


def test_the_window_sees_what_another_process_takes_in(qtbot, parts, own_folders):
    parts.loader._watch.setInterval(20)
    parts.loader.load()
    qtbot.waitUntil(lambda: parts.window.pages.currentWidget() is parts.window.empty)
    fill(own_folders)
    qtbot.waitUntil(lambda: parts.session.study is not None, timeout=20_000)


def test_its_own_import_is_not_read_half_way(qtbot, parts, own_folders):
    parts.loader._watch.setInterval(10)
    parts.loader.load()
    qtbot.waitUntil(lambda: parts.window.pages.currentWidget() is parts.window.empty)
    parts.loader.pause(True)
    fill(own_folders)
    looks: list[bool] = []
    parts.loader._watch.timeout.connect(lambda: looks.append(True))
    qtbot.waitUntil(lambda: len(looks) > 5 and not parts.window.tasks.running())
    assert parts.session.study is None
    parts.loader.pause(False)
    qtbot.waitUntil(lambda: parts.session.study is not None, timeout=20_000)


def test_a_folder_can_be_dropped(qtbot, parts, own_folders, tmp_path):
    archive = write_archive(tmp_path / "archive", synthetic_market(days=60, coins=60))
    parts.loader.load()
    qtbot.waitUntil(lambda: parts.window.pages.currentWidget() is parts.window.empty)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(archive))])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(parts.importing.finished, timeout=60_000):
        parts.window.empty.dropEvent(drop)
        assert parts.window.status._cancel.isVisible()
    assert not parts.window.status._cancel.isVisible()
    qtbot.waitUntil(lambda: parts.session.study is not None, timeout=20_000)
    for box in parts.window.findChildren(QWidget, "importReport"):
        box.close()


def test_panels_are_reached_by_keys_rail_and_search(qtbot, parts, known):
    parts.session.show_study(known)
    qtbot.waitUntil(lambda: isinstance(parts.window.pages.currentWidget(), Simple))

    def shows(name: str) -> bool:
        current = parts.window.rail._buttons[name].isChecked()
        return current and parts.window.pages.currentWidget() is parts.window._panels.get(name)

    press(qtbot, parts, "Ctrl+3")
    qtbot.waitUntil(lambda: shows("season"))
    parts.window.rail._buttons["planner"].click()
    qtbot.waitUntil(lambda: shows("planner"))
    parts.session.panel_requested.emit("overview")
    qtbot.waitUntil(lambda: shows("overview"))
    palette = search(parts)
    qtbot.keyClicks(palette.field, "journ")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shows("journal"))


def sentences(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def search(parts):
    parts.window.open_palette()
    return next(one for one in QApplication.topLevelWidgets() if one.objectName() == "popup")


@pytest.fixture(autouse=True)
def _no_pop_up_stays() -> Iterator[None]:
    yield
    for one in QApplication.topLevelWidgets():
        if one.objectName() == "popup":
            one.close()


def test_the_search_goes_to_a_day(qtbot, parts, known):
    parts.session.show_study(known)
    palette = search(parts)
    qtbot.keyClicks(palette.field, "2020-05-14")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert parts.session.day == np.datetime64("2020-05-14")


@pytest.mark.parametrize("typed", ["14 may 2020", "14 May 2020", "Thu 14 May 2020", "14.5.2020"])
def test_the_search_reads_a_day_as_the_window_writes_it(qtbot, parts, known, typed):
    parts.session.show_study(known)
    palette = search(parts)
    qtbot.keyClicks(palette.field, typed)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert parts.session.day == np.datetime64("2020-05-14")


def test_the_search_says_when_a_day_lies_outside_of_the_data(qtbot, parts, known):
    parts.session.show_study(known)
    palette = search(parts)
    qtbot.keyClicks(palette.field, "2009-01-03")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert parts.session.day == known.first_day
    assert "Sat 3 Jan 2009 lies before" in parts.window.toast.accessibleName()


def test_a_word_in_the_field_of_the_day_that_is_no_day_is_told(qtbot, parts, known):
    parts.session.show_study(known, np.datetime64("2020-03-02"))
    field = parts.window.top.date
    field.edit()
    qtbot.keyClicks(field.field, "2020-02-31")
    qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert parts.session.day == np.datetime64("2020-03-02")
    assert "“2020-02-31” is no day" in parts.window.toast.accessibleName()
    qtbot.keyClicks(field.field, "14 Feb 2020")
    qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert parts.session.day == np.datetime64("2020-02-14")


def test_a_day_asked_for_before_there_are_data_is_answered(qtbot, parts):
    palette = search(parts)
    qtbot.keyClicks(palette.field, "2009-01-03")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert "no data yet" in parts.window.toast.accessibleName()


def test_a_day_asked_for_while_the_market_is_read_is_shown_once_it_is_there(qtbot, parts, known):
    parts.session.set_loading("Opening the cache")
    palette = search(parts)
    qtbot.keyClicks(palette.field, "2020-05-14")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    parts.session.show_study(known)
    assert parts.session.day == np.datetime64("2020-05-14")
    parts.session.today()
    parts.session.show_study(known)
    assert parts.session.day == known.latest, "asked for once"


def test_the_search_finds_the_backup_however_it_is_spelled(qtbot, parts, known):
    parts.session.show_study(known)
    palette = search(parts)
    for typed in ("backup", "back up"):
        palette.field.setText(typed)
        assert any(
            palette.list.item(at).text().startswith("Back up documents") for at in range(palette.list.count())
        )


def test_the_backup_comes_before_the_restoring_of_one(qtbot, parts):
    palette = search(parts)
    qtbot.keyClicks(palette.field, "backup")
    assert palette.list.item(0).text().startswith("Back up documents")


def test_the_search_writes_a_day_as_the_window_does(qtbot, parts):
    palette = search(parts)
    qtbot.keyClicks(palette.field, "2020-05-14")
    assert palette.list.item(0).text() == "Show Thu 14 May 2020"


def test_a_question_in_plain_words_finds_what_has_most_of_them(qtbot, parts):
    palette = search(parts)
    qtbot.keyClicks(palette.field, "how do I change the theme?")
    shown = [palette.list.item(at).text() for at in range(palette.list.count())]
    assert "Dark theme" in shown
    assert "Journal" not in shown
    hints = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert hints == ["Nothing has all of these words. These have some of them:"]


def test_the_search_runs_an_action_and_says_when_nothing_fits(qtbot, parts, known):
    parts.session.show_study(known)
    parts.session.step(-20)
    palette = search(parts)
    qtbot.keyClicks(palette.field, "zzz")
    assert palette.list.count() == 0
    palette.field.clear()
    qtbot.keyClicks(palette.field, "back today")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert parts.session.day == known.latest


def test_a_panel_that_cannot_be_made_says_why_and_the_others_still_open(qtbot, parts, known, caplog):
    parts.session.show_study(known)
    parts.window.open_panel("correlation")
    qtbot.waitUntil(lambda: isinstance(parts.window.pages.currentWidget(), PlaceholderPanel))
    assert "A chart is missing." in sentences(parts.window.pages.currentWidget())
    caplog.clear()
    parts.window.open_panel("overview")
    qtbot.waitUntil(lambda: isinstance(parts.window.pages.currentWidget(), Simple))


def test_only_the_panel_chosen_last_is_opened(qtbot, parts, known):
    parts.session.show_study(known)
    parts.window.open_panel("overview")
    parts.window.open_panel("season")
    qtbot.waitUntil(lambda: parts.window.pages.currentWidget() is parts.window._panels.get("season"))
    qtbot.waitUntil(lambda: not parts.window.tasks.running())
    assert parts.window.pages.currentWidget() is parts.window._panels["season"]


def test_the_panel_is_remembered(parts, known):
    parts.session.show_study(known)
    parts.window.open_panel("metrics")
    assert parts.settings.get(PANEL) == "metrics"


def test_the_rail_is_walked_with_the_arrow_keys(qtbot, parts, known):
    parts.session.show_study(known)
    rail = parts.window.rail
    parts.frame.activateWindow()
    rail._buttons["overview"].setFocus()
    qtbot.keyClick(rail._buttons["overview"], Qt.Key.Key_Down)
    assert rail._buttons["correlation"].hasFocus()


@pytest.mark.parametrize("size", [SMALLEST, (1024, 640), (1366, 768), (1920, 1080)])
def test_every_entry_of_the_rail_has_room_at_any_size(parts, size):
    parts.frame.resize(*size)
    QApplication.processEvents()
    assert (parts.frame.width(), parts.frame.height()) == size
    buttons = list(parts.window.rail._buttons.values())
    assert buttons[-1].geometry().bottom() < parts.window.rail.height()
    assert all(one.height() >= 24 for one in buttons)
    assert all(one.accessibleName() and one.toolTip() for one in buttons)
    parts.frame.grab()


def test_the_demo_market_is_labelled_on_every_screen(parts, known):
    parts.session.show_study(replace(known, market=replace(known.market, origin="demo")))
    for panel in PANELS:
        parts.window.open_panel(panel.id)
        assert parts.window.status._demo.isVisible()
    assert "simulated" in parts.window.status._demo.text()
    assert "Demo market" in parts.frame.windowTitle()
    parts.session.show_study(known)
    assert not parts.window.status._demo.isVisible()
    assert "Demo market" not in parts.frame.windowTitle()


def test_the_status_bar_says_how_far_the_data_go(parts, known):
    parts.session.show_study(known)
    text = parts.window.status._data.text()
    assert f"{len(known.market.coins)} coins, {len(known.market.series)} series" in text
    assert str(known.latest)[:4] in text
    assert parts.window.status._origin.text() == "Archive"


def test_a_day_of_knowledge_is_named(parts, known):
    market = replace(known.market, known_at=np.datetime64("2020-04-20"))
    parts.session.show_study(replace(known, market=market))
    assert parts.window.status._known.isVisible()
    assert "2020" in parts.window.status._known.text()


def test_a_review_stands_in_the_title(parts, known):
    parts.session.show_study(known)
    parts.session.step(-1)
    assert str(parts.session.day) in parts.frame.windowTitle()


def test_themes_are_chosen_in_the_menu_and_remembered(parts):
    actions = {one.text(): one for one in parts.window.actions_.themes.actions()}
    actions["Light theme"].trigger()
    assert parts.session.theme is LIGHT
    parts.window.grab()
    actions["Dark theme"].trigger()
    assert parts.session.theme is DARK
    assert Settings(Path(parts.settings._file.fileName()).parent).get(PANEL)
    assert THEMES[str(parts.settings._file.value("look/theme"))] is DARK


def test_what_was_said_in_passing_stays_behind_the_bell(qtbot, parts):
    parts.window.say("The report was saved.")
    assert parts.window.toast.isVisible()
    assert not parts.window.toast.hasFocus()
    assert parts.window.top.alerts.messages() == ["The report was saved."]
    parts.window.toast._timer.start(1)
    qtbot.waitUntil(lambda: not parts.window.toast.isVisible())


def test_a_cache_that_cannot_be_opened_is_told(qtbot, parts, caplog):
    parts.session.failed.emit(OSError("The disk is gone."))
    box = parts.window.findChild(QMessageBox)
    assert "The disk is gone." in box.informativeText()
    assert parts.window.pages.currentWidget() is parts.window.empty
    box.close()
    caplog.clear()


def test_an_error_nobody_caught_is_logged_and_told_once(qtbot, parts, caplog):
    hook = ExceptionHook(parts.frame)

    def fail():
        hook._caught(ValueError, ValueError("Seven is not a day."), None)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    fail()
    qtbot.waitUntil(lambda: parts.frame.findChild(QMessageBox) is not None)
    QApplication.processEvents()
    boxes = parts.frame.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert "Seven is not a day." in boxes[0].informativeText()
    assert caplog.text.count("Seven is not a day.") == 2
    boxes[0].close()
    caplog.clear()


def test_the_frame_is_painted_before_anything_is_imported(qtbot):
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    with qtbot.waitSignal(frame.painted):
        frame.show()
    with qtbot.waitSignal(frame.closing):
        frame.close()


def test_without_a_display_the_terminal_commands_are_named():
    assert not has_display("linux", {})
    assert has_display("linux", {"DISPLAY": ":0"})
    assert has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert has_display("linux", {"QT_QPA_PLATFORM": "offscreen"})
    assert has_display("win32", {})


def clean(**more: str) -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in hidden} | more


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux can lack a display.")
def test_the_program_without_a_display_says_so_and_leaves_with_status_2():
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.strip() == NO_DISPLAY
    assert done.stdout == ""


LIGHT_START = """
import sys
import ui.app
import data.paths
heavy = {"numpy", "pandas", "scipy", "yfinance", "pyqtgraph", "sqlite3"} & set(sys.modules)
print(sorted(heavy))
"""
FIRST_CHART = """
import sys
import ui.panels.overview.panel, ui.live.loading, data.cache
print(sorted({"pandas", "scipy", "yfinance"} & set(sys.modules)))
"""


@pytest.mark.parametrize("script", [LIGHT_START, FIRST_CHART], ids=["the shell", "the first chart"])
def test_no_slow_import_comes_before(script):
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=clean(QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_coins_and_help_are_found_once_something_is_typed(qtbot, parts, known):
    parts.session.show_study(known)
    palette = search(parts)
    before = palette.list.count()
    coin = known.market.coins[7]
    qtbot.keyClicks(palette.field, coin.name)
    shown = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert any(coin.name in text for text in shown)
    palette.field.clear()
    assert palette.list.count() == before
    qtbot.keyClicks(palette.field, "drawdown")
    assert palette.list.item(0).text() == "Drawdown"
