"""The pop-over behind every ƒ: the words of the methods, the numbers of the day, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from models.market.signals import SIGNALS
from models.market.study import Study, study
from models.market.trace import PASSAGES, Trace, trace
from models.qt.reader import readable
from resources.reader import text_of
from tests.markets import synthetic_market
from ui.panels.explain import Explanation, passages, show_explanation
from ui.session import Session

IDS = [one.id for one in SIGNALS]
KEYS = [*PASSAGES, *(f"signal:{name}" for name in IDS)]


@cache
def known() -> Study:
    return study(synthetic_market(days=700, coins=60, seed=4))


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.show_study(known(), known().market.days[650])
    return made


@pytest.fixture
def window(qtbot) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    yield made
    for dialog in made.findChildren(Explanation):
        dialog.close()


def behind(session: Session, key: str) -> Trace:
    found = trace(session.study, session.day, key)
    assert isinstance(found, Trace)
    return found


def labels(dialog: Explanation) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


# --- the words of the methods -----------------------------------------------------------------------


@pytest.mark.parametrize("key", PASSAGES)
def test_every_beginning_finds_its_paragraph_in_the_methods(key):
    _, section, starts = PASSAGES[key]
    for start in starts:
        found = passages(section, (start,))
        assert len(found) == 1, f"{start!r} begins {len(found)} paragraphs of section {section}"
        assert len(found[0]) > 80


@pytest.mark.parametrize("name", IDS)
def test_every_signal_finds_its_row_and_both_its_thresholds(name):
    (found,) = passages(8, (f"| {name} ",))
    assert re.fullmatch(rf"{name} – confirms: .+; contradicts: .+", found)


def test_paragraphs_come_in_the_order_of_the_methods_and_only_from_their_section():
    found = passages(3, ("95 % band", "Alignment"))
    assert [one.split()[0] for one in found] == ["Alignment", "95"]
    assert passages(4, ("Alignment",)) == passages(2, ("Alignment",)) == []
    assert passages(99, ("Alignment",)) == []


def test_the_text_is_that_of_the_methods_but_for_the_marks():
    bare = " ".join(re.sub(r"[`*]", "", text_of("methods.md")).split())
    for _, section, starts in PASSAGES.values():
        for found in passages(section, starts):
            assert found in bare
            assert not set("`*") & set(found)


def test_the_last_row_of_a_table_ends_with_the_table():
    (found,) = passages(8, ("| liquidity ",))
    assert "Score" not in found
    assert found.endswith("contradicts: both < 0")


# --- the dialog -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_the_dialog_holds_the_title_the_day_the_numbers_and_the_definition(session, window, key):
    dialog = show_explanation(window, session, key)
    found, text = behind(session, key), dialog.text()
    assert text.startswith(readable(f"{found.title}\nas of {session.day}\n"))
    for what, value in found.steps:
        assert f"{what}: {readable(value)}" in text
        assert readable(value) in labels(dialog)
    for one in passages(found.section, found.passages):
        assert one in text
    for one in found.inputs:
        assert f"{one.name}: " in text
        assert readable(str(one.last_day)) in text
    for one in found.left_out:
        assert readable(one) in text
    assert "None" not in text


def test_another_day_gives_other_numbers(session, window):
    first = show_explanation(window, session, "dominance").text()
    session.set_day(known().market.days[500])
    second = show_explanation(window, session, "dominance").text()
    state = known().dominance.at(known().market.days[500])
    assert f"Dominance = Bitcoin / total: {state.dominance:.4f}" in second
    assert f"Dominance = Bitcoin / total: {state.dominance:.4f}" not in first


def test_copying_puts_the_whole_text_on_the_clipboard(qtbot, session, window):
    dialog = show_explanation(window, session, "season")
    QGuiApplication.clipboard().clear()
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Copy")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.text()
    assert "Coins counted" in dialog.text()


def test_closing_takes_the_dialog_away(qtbot, session, window):
    dialog = show_explanation(window, session, "season")
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.findChildren(Explanation) == []


def test_without_data_or_for_an_unknown_key_nothing_opens(session, window):
    assert show_explanation(window, Session(), "season") is None
    assert show_explanation(window, session, "nothing") is None
    assert window.findChildren(Explanation) == []


def test_an_input_without_a_value_yet_says_so(qtbot, session, window):
    session.show_study(study(synthetic_market(days=300, coins=40, seed=1, series=False)))
    text = show_explanation(window, session, "russell").text()
    assert "no value in the cache up to this day" in text
    assert "None" not in text


def test_a_title_is_shown_as_it_is_written(session, window):
    market = synthetic_market(days=300, coins=40, seed=1)
    odd = replace(market.series["RUT"], title="<b>small</b> caps", source="<i>nobody</i>")
    session.show_study(study(replace(market, series=MappingProxyType(dict(market.series) | {"RUT": odd}))))
    dialog = show_explanation(window, session, "russell")
    shown = next(label for label in dialog.findChildren(QLabel) if label.text() == "<b>small</b> caps")
    assert shown.textFormat() is Qt.TextFormat.PlainText
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
