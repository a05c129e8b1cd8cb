"""A note's links lead to the web and nowhere else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton

from ui.journal.links import LinksButton, web_address

REFUSED = (
    "javascript:alert(1)",
    "file:///etc/hostname",
    "FILE:///C:/Windows/notepad.exe",
    "ftp://a.example/x",
    "data:text/html,<b>x</b>",
    "https://",
    "http:relative",
    "a.example/page",
    "https://a.example/<img>",
    "",
)


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: told.append(url.toString()))
    return told


@pytest.mark.parametrize("link", REFUSED)
def test_what_is_no_address_of_the_web_is_not_opened(link, qtbot, opened):
    assert web_address(link) is None
    button = LinksButton()
    qtbot.addWidget(button)
    button.offer([link])
    assert not button.isEnabled()
    assert "http:// or https://" in button.toolTip()
    button.click()
    assert opened == []


@pytest.mark.parametrize("link", ["https://a.example/x?y=1&z=2#w", "HTTP://A.example", "https://ö.example/ä"])
def test_an_address_of_the_web_is_opened_by_a_click(link, qtbot, opened):
    button = LinksButton()
    qtbot.addWidget(button)
    button.offer([link])
    button.click()
    assert opened == [QUrl(link).toString()]


def test_several_links_are_offered_one_by_one(qtbot, opened):
    button = LinksButton()
    qtbot.addWidget(button)
    button.offer(["https://a.example/?x&y", "javascript:alert(1)", "https://b.example/" + "long/" * 40])
    assert button.popupMode() == QToolButton.ToolButtonPopupMode.InstantPopup
    first, second = button.menu().actions()
    assert first.text() == "https://a.example/?x&&y"
    assert second.text().endswith("…")
    second.trigger()
    assert opened == ["https://b.example/" + "long/" * 40]
    button.offer(["https://a.example"])
    assert button.menu() is None
