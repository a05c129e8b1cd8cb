"""The desktop hears of an alert once, or never where that was turned off."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from data.paths import Paths
from ui.app import Rooms
from ui.notices import Notices
from ui.settings import NOTIFY, TRAY, Settings
from ui.theme.tokens import DARK
from ui.window.frame import Frame


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """A desktop that takes messages; what it was told."""
    told: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, text, *more: told.append(text))
    return told


def test_an_alert_is_told_once(qapp, settings, shown):
    notices = Notices(settings, QIcon())
    assert notices.tell("plan/SOL/2", "Rung 2 of SOL is due.")
    assert not notices.tell("plan/SOL/2", "Rung 2 of SOL is due.")
    assert shown == ["Rung 2 of SOL is due."]
    notices.close()


def test_turned_off_nothing_is_told(qapp, settings, shown):
    settings.set(NOTIFY, False)
    assert not Notices(settings, QIcon()).tell("a", "b")
    assert shown == []


def test_a_click_opens_the_panel_of_the_alert(qapp, qtbot, settings, shown):
    notices = Notices(settings, QIcon())
    notices.tell("a", "b", "planner")
    with qtbot.waitSignal(notices.opened) as opened:
        notices._tray.messageClicked.emit()
    assert opened.args == ["planner"]
    notices.close()


def test_the_window_stays_beside_the_clock_only_where_that_is_wanted(qapp, qtbot, settings, shown):
    assert not Notices(settings, QIcon()).stays
    settings.set(TRAY, True)
    notices = Notices(settings, QIcon())
    assert notices.stays
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    frame.show()
    frame.stays = lambda: notices.stays
    with qtbot.assertNotEmitted(frame.closing):
        frame.close()
    assert not frame.isVisible()
    settings.set(TRAY, False)
    with qtbot.waitSignal(frame.closing):
        frame.close()
    notices.close()


def test_a_hidden_window_comes_back_when_the_tray_goes(qapp, qtbot, settings, shown, monkeypatch):
    settings.set(TRAY, True)
    notices = Notices(settings, QIcon())
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    frame._watch.setInterval(1)
    frame.stays = lambda: notices.stays
    frame.show()
    frame.close()
    assert not frame.isVisible()
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    qtbot.waitUntil(frame.isVisible)
    assert not frame._watch.isActive()
    with qtbot.waitSignal(frame.closing):
        frame.close()
    notices.close()


def test_the_real_window_asks_for_the_tray_each_time(qapp, qtbot, settings, shown, tmp_path, monkeypatch):
    settings.set(TRAY, True)
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    rooms = Rooms(qapp, frame, settings, Paths(tmp_path), known_at=None, demo=False)
    rooms.settle(())
    assert frame.stays()
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    assert not frame.stays()
    frame.closing.disconnect(qapp.quit)
    rooms.close()
    qapp.setQuitOnLastWindowClosed(True)
