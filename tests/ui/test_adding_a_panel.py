"""The walk-through of docs/adding-a-panel.md, followed to the letter."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

from models.market.breadth import breadth
from ui.theme.tokens import DARK, LIGHT

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-panel.md"
ROOT = PAGE.parents[1]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    block = re.search(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert block is not None
    made = types.ModuleType("breadth_of_the_page")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(compile(block.group(1), PAGE.name, "exec"), made.__dict__)
    return made


@pytest.fixture
def panel(qtbot, module, session, tasks):
    made = module.BreadthPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    return made


def said(known, day) -> str:
    reading = breadth(known.universe).at(day)
    return f"{reading.above} of {reading.counted} coins"


def test_the_panel_of_the_page_shows_the_day_and_follows_it(qtbot, panel, session, known):
    assert panel.words.text() == "There are no data yet."
    session.show_study(known)
    qtbot.waitUntil(lambda: panel.words.text().startswith(said(known, known.latest)))
    earlier = known.latest - 90
    session.set_day(earlier)
    qtbot.waitUntil(lambda: panel.words.text().startswith(said(known, earlier)))


def test_it_says_why_a_day_is_unknown(qtbot, panel, session, known):
    session.show_study(known, known.first_day + 5)
    reason = breadth(known.universe).at(known.first_day + 5).share_above.why
    qtbot.waitUntil(lambda: panel.words.text() == reason)


def test_hidden_it_waits_and_catches_up(qtbot, panel, session, known):
    session.show_study(known)
    qtbot.waitUntil(lambda: "coins, " in panel.words.text())
    before = panel.words.text()
    panel.hide()
    session.set_day(known.latest - 60)
    qtbot.waitUntil(lambda: not panel._later.isActive())
    assert panel.words.text() == before
    panel.show()
    qtbot.waitUntil(lambda: panel.words.text().startswith(said(known, known.latest - 60)))


def test_it_takes_both_themes(panel):
    for theme in (LIGHT, DARK):
        panel.apply_theme(theme)
        assert (panel.card.theme, panel.chart.theme) == (theme, theme)


def test_the_line_of_the_page_fits_the_list():
    from ui.panel_list import Panel

    line = re.search(r"^    (Panel\(.*\)),$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    made = eval(line.group(1), {"Panel": Panel})
    assert (made.module, made.factory) == ("ui.panels.breadth", "BreadthPanel")
    assert list((ROOT / "resources" / "icons").glob(f"{made.icon}.*"))
