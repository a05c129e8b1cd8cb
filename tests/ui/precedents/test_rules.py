"""Another rule, another answer: controls, late answers, progress, failures."""

from __future__ import annotations

import threading
from dataclasses import replace

from models.market.precedents.rule import RANDOM, Rule
from models.market.precedents.view import precedent_view
from models.market.snapshot import day
from tests.ui.precedents.waiting import RULE, settle
from ui.panels.precedents import panel as module
from ui.panels.precedents import words


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
        qtbot.waitUntil(lambda spacing=spacing: spacing in asked, timeout=10_000)
    hold.set()
    view = settle(qtbot, shown)
    qtbot.waitUntil(lambda: not shown._tasks._running, timeout=20_000)
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
    qtbot.waitUntil(lambda: not shown._soon.isActive() and not shown._tasks.running())
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
