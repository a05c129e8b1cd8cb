"""Theses by mouse and keyboard: opened after an event, judged, undone, kept, and told of when they close."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from data.paths import Paths
from data.theses import theses_document
from models.market.precedents.rule import Rule
from models.market.theses.record import judge
from models.market.theses.thesis import Condition, Thesis, theses
from ui.panels.explain import Explanation
from ui.panels.precedents.panel import PrecedentsPanel
from ui.settings import Settings
from ui.theses.keeper import keeper_of
from ui.theses.watching import ThesesWatch
from ui.theses.window import ThesesWindow, open_theses
from ui.widgets.numbers import UNKNOWN


@pytest.fixture
def paths(tmp_path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def window(qtbot, session, tasks, known, paths) -> ThesesWindow:
    session.paths = paths
    session.show_study(known)
    made = ThesesWindow(session, tasks)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: session.theses.is_ready)
    return made


def as_date(day) -> date:
    return day.astype(date)


def rows(window: ThesesWindow) -> list[tuple[object, ...]]:
    return [row.cells for row in window.table.figures.rows]


def until_shown(qtbot, window: ThesesWindow, count: int) -> None:
    qtbot.waitUntil(lambda: len(rows(window)) == count, timeout=5_000)


def test_a_thesis_is_opened_on_the_as_of_day_and_saved(window, qtbot, session, paths):
    window.form.probability.setValue(40)
    window.form.open_button.click()
    until_shown(qtbot, window, 1)
    state, opened, words, _ends, left, own, _base, _outcome = rows(window)[0]
    assert (state, opened, left, own) == ("open", str(session.day), 90, 0.4)
    assert words == "ALT50 − Bitcoin above 0 % on the last day of 90, else refuted"
    document = theses_document(paths)
    qtbot.waitUntil(lambda: len(document.read()) == 1, timeout=5_000)
    assert document.path.parent == paths.documents


def test_opening_and_deleting_can_be_undone(window, qtbot):
    window.form.open_button.click()
    until_shown(qtbot, window, 1)
    window.undo.click()
    until_shown(qtbot, window, 0)
    assert window.nothing.isVisible()
    window.redo.click()
    until_shown(qtbot, window, 1)
    window.table.selectRow(0)
    window.delete.click()
    until_shown(qtbot, window, 0)
    window.undo.click()
    until_shown(qtbot, window, 1)


def test_a_thesis_of_an_earlier_day_is_closed_and_left_out_of_the_record(window, qtbot, session, known):
    session.step(-300)
    opened = session.day
    assert "will not count" in window.form_card.header.subtitle.text()
    window.form.open_button.click()
    until_shown(qtbot, window, 1)
    session.today()
    thesis = session.theses.theses.theses[0]
    expected = judge(known, thesis, session.day)
    qtbot.waitUntil(lambda: rows(window)[0][0] == expected.state, timeout=5_000)
    assert expected.state != "open"
    assert rows(window)[0][4] == 0
    assert "Left out" in window.record.text()
    session.set_day(opened - 1)
    until_shown(qtbot, window, 0)


def test_a_season_has_no_level_and_nothing_may_refute(window, qtbot, session):
    form = window.form
    form.set_conditions(Condition("season"), None, 180)
    assert not form.confirms.level.isVisibleTo(form)
    assert not form.refutes.side.isVisibleTo(form)
    form.open_button.click()
    until_shown(qtbot, window, 1)
    thesis = session.theses.theses.theses[0]
    assert (thesis.confirms, thesis.refutes, thesis.window) == (Condition("season"), None, 180)


def test_the_same_words_on_both_sides_are_refused_in_a_sentence(window, qtbot, session):
    window.form.set_conditions(Condition("alt50"), Condition("alt50"), 30)
    window.form.open_button.click()
    assert "same words" in window.form.base.text()
    assert not len(session.theses.theses)


def test_the_base_rate_of_the_form_is_said_while_it_is_written(window, qtbot):
    window.form.set_conditions(Condition("alt50", "above", 0.1), None, 14)
    qtbot.waitUntil(lambda: "earlier days" in window.form.base.text(), timeout=5_000)


def test_an_unreadable_list_is_left_alone_and_said(qtbot, session, tasks, known, paths):
    paths.documents.mkdir(parents=True)
    file = theses_document(paths).path
    file.write_text("no list", encoding="utf-8")
    session.paths = paths
    session.show_study(known)
    made = ThesesWindow(session, tasks)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(session.theses.trouble))
    made.form.open_button.click()
    assert made.said.isVisible()
    assert file.read_text(encoding="utf-8") == "no list"


def test_what_is_not_saved_yet_is_saved_when_the_window_closes(window, session, paths):
    window.form.open_button.click()
    session.closing.emit()
    assert len(theses_document(paths).read()) == 1


def test_the_precedents_panel_proposes_a_thesis_after_the_chosen_event(qtbot, session, tasks, known):
    session.show_study(known)
    panel = PrecedentsPanel(session, tasks)
    qtbot.addWidget(panel)
    panel.resize(1300, 800)
    panel.show()
    qtbot.waitUntil(lambda: not panel.is_waiting(), timeout=20_000)
    panel.controls.choose(Rule(kind="record", outcome="season", horizon=90))
    qtbot.waitUntil(lambda: not panel.is_waiting(), timeout=20_000)
    key = panel.events.table.figures.rows[-1].key
    panel.events.table.choose(key)
    panel.controls.theses.click()
    made = panel.findChildren(ThesesWindow)[0]
    found = made.form.value()
    assert (found.confirms.measure, found.window, found.kind) == ("season", 90, "record")
    assert str(found.event_day) == key
    assert "After the record of RUT" in made.form.follows.text()
    assert open_theses(session, tasks, panel) is made
    made.close()


def test_each_closed_thesis_is_told_once(qtbot, session, tasks, known, paths, tmp_path):
    opened = as_date(known.latest - np.timedelta64(40, "D"))
    closing = Thesis(opened, 30, Condition("alt50", "above", 900.0), seen_until=opened)
    running = Thesis(opened, 300, Condition("alt50", "above", 900.0), seen_until=opened)
    late = Thesis(opened, 30, Condition("alt50", "above", 900.0), seen_until=as_date(known.latest))
    document = theses_document(paths)
    document.offer(theses((closing, running, late)))
    document.write()
    session.paths = paths
    session.settings = Settings(tmp_path)
    session.show_study(known)
    heard: list[tuple[str, str, str]] = []
    session.alerted.connect(lambda *told: heard.append(told))
    keeper = keeper_of(session, tasks)
    qtbot.waitUntil(lambda: keeper.is_ready)
    watch = keeper.findChildren(ThesesWatch)[0]
    watch.look()
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=5_000)
    key, sentence, panel = heard[0]
    assert (key, panel) == (f"thesis/{closing.id}", "precedents")
    assert "ended undecided" in sentence
    watch.look()
    qtbot.waitUntil(lambda: not watch._tasks.running())
    assert len(heard) == 1


def test_a_thesis_without_a_base_rate_says_why(window, qtbot, session):
    session.set_day(session.span[0] + 120)
    window.form.open_button.click()
    until_shown(qtbot, window, 1)
    row = window.table.figures.rows[0]
    assert row.cells[6] is None
    assert "are needed" in row.words
    assert window.table.figures.columns[6].shown(None) == UNKNOWN


def test_the_record_explains_itself(window, qtbot):
    window.form.open_button.click()
    until_shown(qtbot, window, 1)
    window.list_card.explain_requested.emit("theses")
    found = window.findChildren(Explanation)[0]
    text = found.text()
    assert "Still open" in text
    assert "Too few to judge" in text
    assert "Whichever is met first closes it" in text
    found.close()
