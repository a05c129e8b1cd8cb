"""The Precedents panel: it answers the rule and the day that are shown, and no other."""

from __future__ import annotations

import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QMessageBox, QSpinBox, QWidget

from models.market.precedent_rule import RANDOM, Rule
from models.market.precedent_view import precedent_view
from models.market.rule_sensitivity import sensitivity
from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from ui.charts.explain_button import ExplainButton
from ui.charts.themed import Themed
from ui.panels import precedents as module
from ui.panels import precedents_words as words
from ui.panels.explain import Explanation
from ui.panels.precedents import PrecedentsPanel
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import DARK, LIGHT

RULE = Rule(kind="record", spacing=10, horizon=60)


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=1_900, coins=70, seed=12))


@pytest.fixture
def tasks():
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def session() -> Session:
    return Session(LIGHT)


@pytest.fixture
def panel(qtbot, session, tasks) -> PrecedentsPanel:
    made = PrecedentsPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    return made


def same(text: str) -> str:
    return text


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.is_waiting(), timeout=20_000)
    return panel._view


@pytest.fixture
def shown(qtbot, panel, session, whole):
    """The panel with the rule of the tests, answered."""
    session.show_study(whole)
    panel.controls.choose(RULE)
    settle(qtbot, panel)
    return panel


# -- what it says ------------------------------------------------------------------------------------


def test_the_sentence_the_dots_and_the_table_say_the_same(qtbot, shown, whole):
    view = precedent_view(whole, RULE, whole.latest)
    tested = view.verdict.tested
    said = words.plain(shown.verdict.sentence.text())
    assert f"{tested.events} record days" in said
    assert f"after {tested.hits} (" in said
    marks = [dot.mark for dot in shown.verdict.dots.dots]
    assert marks.count("hit") == tested.hits
    assert marks.count("miss") == tested.events - tested.hits
    assert shown.events.table.figures.rowCount() == len(view.rows)
    assert shown.events.all.text() == f"All {len(view.rows)}"
    assert shown.fan.fan.count() == view.fan.days.size
    assert [row.n for row in shown.compare.placebos.dots.dots.rows] == [one.events for one in view.placebos]


def test_nothing_of_the_verdict_is_cut_in_a_narrow_panel(shown, qtbot):
    verdict = shown.verdict
    for width in (1290, 600, 1290):
        shown.resize(width, 694)
        below = width < 860
        qtbot.waitUntil(lambda below=below: (verdict.how.y() >= verdict.badge.geometry().bottom()) == below)
        for label in (verdict.how, verdict.asked, verdict.counts):
            qtbot.waitUntil(lambda label=label: label.height() >= label.heightForWidth(label.width()))


def test_the_verdict_never_claims_more_than_the_figures(shown):
    view = shown._view
    text = shown.verdict.badge.text()
    if view.verdict.established:
        assert text.startswith("Established")
    else:
        assert text.startswith("Not established")
        assert shown.verdict.badge.state() == "neutral"
        assert "not established" in words.plain(shown.verdict.sentence.text())


def test_no_sentence_needs_a_course_in_statistics(shown):
    """Jargon stands in tooltips and explanations, one click away, and never in what is read first."""
    said = [
        words.plain(shown.verdict.sentence.text()),
        shown.verdict.how.text(),
        shown.verdict.counts.text(),
        shown.verdict.limits.text(),
        shown.compare.placebos.sentence.text(),
        shown.compare.waits.sentence.text(),
        shown.base.rules.sentence.text(),
        *(dot.tip for dot in shown.verdict.dots.dots),
    ]
    for text in said:
        for term in (
            "Holm",
            "bootstrap",
            "circular",
            "two-sided",
            "null",
            "nan",
            "significan",
            "quantile",
            "{",
        ):
            assert term not in text, text
    assert "Holm" in shown.verdict.how.toolTip()


def test_an_earlier_day_shows_what_was_known_then(qtbot, shown, session, whole):
    when = whole.first_day + 1_300
    session.set_day(when)
    view = settle(qtbot, shown)
    assert view.day == when
    assert max(row.day for row in view.rows) <= when
    expected = precedent_view(whole, RULE, when)
    assert words.verdict(view, same) == words.verdict(expected, same)
    newest = shown.events.table.figures.rows[0]
    if (when - day(newest.key)).astype(int) < 30:
        assert shown.events.table.figures.columns[2].shown(newest.cells[2]) == "open"


def test_a_row_leads_to_its_day(qtbot, shown, session):
    table = shown.events.table
    key = table.figures.rows[3].key
    table.choose(key)
    assert shown.fan.fan.marked() == shown.fan._days.index(key)
    table.setFocus()
    table.opened.emit(key)
    assert session.day == day(key)


def test_a_click_on_the_day_goes_there_and_one_elsewhere_does_not(qtbot, shown, session):
    table = shown.events.table
    before = session.day

    def click(row, column):
        place = table.visualRect(table.sorted.index(row, column)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.wait(20)

    click(1, 3)
    assert session.day == before
    click(1, 0)
    assert str(session.day) == shown.events.table.figures.rows[1].key or session.day != before


def test_a_dot_and_a_path_choose_the_row(qtbot, shown):
    key = shown.verdict.dots.dots[1].key
    shown.verdict.dots.clicked.emit(key)
    assert shown.events.table.chosen_key() == key
    shown.fan.fan.event_clicked.emit(2)
    assert shown.events.table.chosen_key() == shown.fan._days[2]


def test_the_table_sorts_by_any_column_with_the_unknown_last(shown):
    table = shown.events.table
    for column in range(6):
        table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        cells = [
            table.figures.rows[table.sorted.mapToSource(table.sorted.index(at, 0)).row()].cells[column]
            for at in range(table.sorted.rowCount())
        ]
        known = [cell for cell in cells if cell is not None]
        assert known == sorted(known)
        assert cells[: len(known)] == known


def test_all_events_open_with_every_horizon(qtbot, shown):
    dialog = shown.events.open_all()
    table = shown.events.full_table()
    assert len(table.rows) == len(shown._view.rows)
    assert any("365" in head for head in table.header)
    dialog.close()


# -- rules and answers ---------------------------------------------------------------------------------


def test_every_control_changes_the_rule_that_is_answered(qtbot, shown):
    controls, popover = shown.controls, shown.controls.popover
    controls.kind.button("breakout").click()
    controls.outcome.button("alt50").click()
    popover.quiet.setValue(20)
    popover.spacing.setValue(5)
    popover.horizon.button("30").click()
    popover.success.setCurrentIndex(popover.success.findData("beats_btc"))
    popover.success.activated.emit(popover.success.currentIndex())
    popover.trigger.chosen.emit("SPX")
    expected = Rule(
        kind="breakout", quiet=20, spacing=5, horizon=30, outcome="alt50", success="beats_btc", trigger="SPX"
    )
    assert controls.value() == expected
    view = settle(qtbot, shown)
    assert view.rule == expected
    assert "of the S&amp;P 500" in shown.verdict.sentence.text() or "SPX" in shown.verdict.sentence.text()
    assert "ALT50 was ahead of Bitcoin 30 days" in words.plain(shown.verdict.sentence.text())
    popover.usual.click()
    assert controls.value() == Rule(outcome="alt50")


def test_a_rule_that_is_not_the_usual_one_shows_on_the_button(shown):
    assert shown.controls.rule.text().endswith("●")
    shown.controls.choose(Rule(kind="record"))
    assert not shown.controls.rule.text().endswith("●")


def test_quiet_sessions_matter_to_breakouts_only(shown):
    popover = shown.controls.popover
    assert not popover.quiet.isEnabled()
    shown.controls.kind.button("breakout").click()
    assert popover.quiet.isEnabled()


def test_random_days_can_be_drawn_again(qtbot, shown):
    popover = shown.controls.popover
    assert popover.again.isHidden()
    popover.trigger.chosen.emit(RANDOM)
    first = settle(qtbot, shown)
    assert not popover.again.isHidden()
    popover.again.click()
    second = settle(qtbot, shown)
    assert [row.day for row in first.rows] != [row.day for row in second.rows]
    assert "random days" in shown.verdict.sentence.text()


def test_a_start_leaves_out_what_came_before(qtbot, shown, whole):
    box = shown.controls.since
    assert [box.itemData(at) for at in range(box.count())][1:] == ["2020-01-01", "2022-01-01", "2024-01-01"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    view = settle(qtbot, shown)
    assert view.rule.since == day("2020-01-01")
    assert min(row.day for row in view.rows) >= day("2020-01-01")


def test_an_answer_to_an_older_rule_or_day_never_appears(qtbot, shown, session, monkeypatch):
    """Slow answers to two older questions arrive after the new question was asked."""
    hold = threading.Event()
    asked = []
    real = precedent_view

    def slow(study, rule, when, **options):
        asked.append(rule.spacing)
        if rule.spacing in (5, 7):
            hold.wait(10)
        return real(study, rule, when, **{**options, "cancelled": lambda: False})

    monkeypatch.setattr(module, "precedent_view", slow)
    seen = []
    taken = shown.verdict.show_view
    monkeypatch.setattr(shown.verdict, "show_view", lambda view: (seen.append(view.rule), taken(view)))
    for spacing in (5, 7, 13):
        shown.controls.choose(replace(RULE, spacing=spacing))
        qtbot.wait(60)
    hold.set()
    view = settle(qtbot, shown)
    qtbot.wait(300)
    assert 5 in asked
    assert view.rule.spacing == 13
    assert {rule.spacing for rule in seen} == {13}


def test_the_first_answer_comes_before_the_whiskers_and_both_are_of_one_rule(qtbot, shown, monkeypatch):
    seen = []
    taken = shown.base.show_view
    monkeypatch.setattr(shown.base, "show_view", lambda view: (seen.append(view.complete), taken(view)))
    shown.controls.choose(replace(RULE, spacing=14))
    settle(qtbot, shown)
    assert seen == [False, True]


def test_a_slow_answer_fades_what_stands_there_and_shows_progress(qtbot, shown, monkeypatch):
    hold = threading.Event()
    real = precedent_view

    def slow(*arguments, **options):
        hold.wait(10)
        return real(*arguments, **options)

    monkeypatch.setattr(module, "precedent_view", slow)
    shown.controls.choose(replace(RULE, spacing=30))
    qtbot.waitUntil(lambda: shown.veil.isVisible(), timeout=5_000)
    assert not shown.controls.progress.isHidden()
    hold.set()
    settle(qtbot, shown)
    assert shown.veil.isHidden()
    assert shown.controls.progress.isHidden()


def test_a_hidden_panel_computes_nothing_until_it_is_seen(qtbot, shown, session, whole):
    shown.hide()
    session.set_day(whole.latest - 50)
    qtbot.wait(80)
    assert shown._view.day == whole.latest
    shown.show()
    assert settle(qtbot, shown).day == whole.latest - 50


def test_a_failure_says_so(qtbot, shown, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("no luck")

    monkeypatch.setattr(module, "precedent_view", broken)
    shown.controls.choose(replace(RULE, spacing=31))
    settle(qtbot, shown)
    assert "no luck" in shown.verdict.sentence.text()
    assert shown.fan.fan.unknown_reason()


def test_a_rule_that_cannot_be_judged_says_why(qtbot, shown):
    shown.controls.choose(replace(RULE, trigger="no-such-line"))
    settle(qtbot, shown)
    assert "not in the cache" in shown.verdict.sentence.text()
    assert shown.verdict.badge.text() == "Cannot be judged"
    shown.controls.choose(RULE)
    settle(qtbot, shown)
    assert shown.fan.fan.unknown_reason() is None


def test_without_data_and_with_them_again(qtbot, shown, session, whole):
    session.show_study(None)
    assert "no data" in shown.verdict.sentence.text()
    session.show_study(whole)
    assert settle(qtbot, shown).rule == RULE


# -- the map of rules --------------------------------------------------------------------------------


def test_the_map_of_rules_is_computed_when_it_is_looked_at(qtbot, shown, whole):
    assert shown._rules is None
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    expected = sensitivity(whole, RULE, whole.latest)
    assert np.array_equal(shown._rules.difference, expected.difference, equal_nan=True)
    page = shown.base.rules
    assert page.map.chosen() == (0, 1)
    assert "reasonable rules" in page.sentence.text()
    assert page.progress.isHidden()
    assert "adjusted" in page.map._say(1, 1)


def test_a_cell_is_a_rule(qtbot, shown):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    shown.base.rules.map.cell_clicked.emit(3, 2)
    assert (shown.controls.value().kind, shown.controls.value().quiet) == ("breakout", 40)
    assert shown.controls.value().spacing == 20
    settle(qtbot, shown)
    qtbot.waitUntil(lambda: shown.base.rules.map.chosen() == (3, 2), timeout=20_000)
    shown.base.rules.map.cell_clicked.emit(0, 0)
    assert (shown.controls.value().kind, shown.controls.value().spacing) == ("record", 5)


def test_another_question_empties_the_map_until_it_is_answered(qtbot, shown, monkeypatch):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    hold = threading.Event()
    real = sensitivity

    def slow(*arguments, **options):
        hold.wait(10)
        return real(*arguments, **options)

    monkeypatch.setattr(module, "sensitivity", slow)
    shown.controls.choose(replace(RULE, success="beats_btc"))
    qtbot.waitUntil(lambda: shown.base.rules.map.unknown_reason() is not None, timeout=5_000)
    hold.set()
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    assert shown._rules.rule.success == "beats_btc"
    assert shown.base.rules.map.unknown_reason() is None


def test_the_horizon_of_the_map_can_be_changed_on_its_own(qtbot, shown):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    page = shown.base.rules
    page.horizon.setCurrentIndex(page.horizon.findData(30))
    page.horizon.activated.emit(page.horizon.currentIndex())
    at = shown._rules.horizons.index(30)
    assert np.array_equal(page.map.cells.values, shown._rules.difference[:, :, at], equal_nan=True)
    assert shown.controls.value().horizon == 60


# -- taking it along, explaining, looking ----------------------------------------------------------------


def test_the_evidence_pack_is_saved_where_a_person_says(qtbot, shown, tmp_path, monkeypatch):
    target = tmp_path / "evidence"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    shown.controls.pack.click()
    qtbot.waitUntil(lambda: shown.controls.pack.text() == "Saved", timeout=20_000)
    with zipfile.ZipFile(target.with_suffix(".zip")) as archive:
        assert "report.html" in archive.namelist()
    assert str(target.with_suffix(".zip")) in shown.controls.pack.toolTip()
    shown.controls._offer_pack()
    assert shown.controls.pack.text() == "Evidence pack"


def test_a_pack_that_cannot_be_written_says_why(qtbot, shown, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "pack.zip"), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: told.append(words[-1]))
    shown.controls.pack.click()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "could not be written" in told[0]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    shown.controls.pack.click()


def test_every_part_explains_itself(qtbot, shown):
    for button in shown.findChildren(ExplainButton):
        button.click()
        opened = [one for one in shown.window().findChildren(Explanation) if one.isVisible()]
        assert len(opened) == 1, button.key()
        text = opened[0].text()
        assert "An event is" in text
        assert "methods, section 7" in text
        assert str(shown._view.day) in text
        opened[0].close()
        opened[0].deleteLater()
        qtbot.wait(5)


def test_the_methods_say_what_is_explained(shown):
    assert {button.key() for button in shown.findChildren(ExplainButton)} == {
        "precedents:verdict", "precedents:paths", "precedents:base", "precedents:rules",
        "precedents:events", "precedents:placebos", "precedents:waits",
    }  # fmt: skip


def test_everything_has_a_name_and_can_be_reached_by_keyboard(shown):
    for kind in (QAbstractButton, QComboBox, QSpinBox):
        for widget in (*shown.findChildren(kind), *shown.controls.popover.findChildren(kind)):
            if widget.objectName().startswith("qt_"):  # Qt's own, behind the heads of a table
                continue
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
    for widget in (shown.fan.fan.view, shown.events.table, shown.verdict.dots, shown.base.dots.dots):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("size", [(948, 566), (1290, 694), (1844, 1006)])
def test_nothing_is_cut_at_any_size(qtbot, shown, size):
    shown.resize(*size)
    qtbot.wait(30)
    inside = shown._scroll.widget()
    assert inside.width() <= shown._scroll.viewport().width()
    for card in shown._cards:
        for child in card.findChildren(QWidget):
            if child.isVisible() and child.parentWidget() is card:
                assert card.rect().adjusted(-1, -1, 1, 1).contains(child.geometry()), child
    sentence = shown.verdict.sentence
    assert sentence.height() >= sentence.heightForWidth(sentence.width()) - 1


def test_both_themes_reach_every_part(qtbot, shown, session):
    session.set_theme(DARK)
    for part in (*shown.findChildren(QWidget), *shown.controls.popover.findChildren(QWidget)):
        if isinstance(part, Themed):
            assert part.theme is DARK, part
    shown.grab()


def test_the_view_that_is_shown_is_no_unknown(shown):
    assert not isinstance(shown._view, Unknown)
