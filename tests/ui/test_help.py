"""The help: all texts in one window, found by their words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from resources.reader import text_of
from ui.dialogs.help import HelpWindow, Topic, topics

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def window(qtbot) -> HelpWindow:
    made = HelpWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def listed(window: HelpWindow) -> list[str]:
    items = [window.list.item(row) for row in range(window.list.count())]
    return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsSelectable]


def test_it_opens_on_the_first_page_with_every_group(window):
    assert "Four questions" in window.text.toPlainText()
    groups = {topic.group for topic in topics()}
    assert {"First steps", "Keyboard", "Words", "Methods", "About"} <= groups
    assert len(listed(window)) == len(topics())


def test_a_word_of_the_glossary_is_found_by_its_name_first(window):
    window.search.setText("drawdown")
    assert listed(window)[0].startswith("Drawdown")
    assert "highest value so far" in window.text.toPlainText()
    window.search.setText("no such words anywhere")
    assert listed(window) == []


def test_a_topic_can_be_asked_for(qtbot):
    window = HelpWindow(topic="Altcoin season index")
    qtbot.addWidget(window)
    assert "counted" in window.text.toPlainText()


def test_titles_fit_better_than_texts():
    page = Topic("Words", "Beta", "How far something moves with Bitcoin.")
    assert page.matches(["beta"]) > page.matches(["bitcoin"]) > page.matches(["ether"]) == 0


def test_the_glossary_is_in_order():
    titles = re.findall(r"^## (.+)$", text_of("help/glossary.md"), flags=re.MULTILINE)
    assert titles == sorted(titles, key=str.casefold)
    assert len(titles) == len(set(titles))


def test_every_shipped_package_is_named_with_its_licence():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    page = text_of("help/licences.md")
    for name in ("numpy", "pyside6-essentials", "pyqtgraph", "yfinance", "pycoingecko"):
        assert f"\n{name}==" in "\n" + lock
        assert re.search(rf"^\| {name} \| \S", page, flags=re.MULTILINE), name
