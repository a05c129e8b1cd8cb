"""Editing a plan: typing, mending, undo, limits, the assistant."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut

from tests.ui.planner.waiting import assessed
from ui.panels.planner.limits import LimitsDialog
from ui.panels.planner.new_position import NewPosition
from ui.window.messages import SHORTCUTS


def test_a_typed_quantity_changes_value_and_rules_and_can_be_undone(open_plan, qtbot, plan):
    page = open_plan._pages["positions"]
    model = page.model
    before = model.index(0, model.column("value")).data()
    assert model.setData(model.index(0, model.column("quantity")), "1,000")
    assessed(open_plan, qtbot)
    assert open_plan.keeper.plan.positions[0].quantity == 1000.0
    assert model.index(0, model.column("value")).data() != before
    open_plan.undo.click()
    assert open_plan.keeper.plan == plan
    open_plan.redo.click()
    assert open_plan.keeper.plan.positions[0].quantity == 1000.0


@pytest.mark.parametrize("typed", ["-1", "nan", "1e308", "lots", "😀", "0"])
def test_what_no_plan_can_hold_is_refused_in_a_sentence(open_plan, plan, typed):
    model = open_plan._pages["positions"].model
    assert not model.setData(model.index(0, model.column("quantity")), typed)
    assert open_plan.keeper.plan == plan
    assert open_plan.notice.isVisible()
    assert open_plan.notice.text().endswith(".")
    assert open_plan.notice.property("tone") == "caution"


def test_an_empty_plan_says_how_to_begin(panel, plan):
    page = panel._pages["positions"]
    assert page.nothing.isVisible()
    assert "worked example" in page.nothing.text()
    panel.keeper.new(plan)
    assert not page.nothing.isVisible()


def test_a_refusal_is_forgotten_with_the_next_edit(open_plan):
    model = open_plan._pages["positions"].model
    model.setData(model.index(0, model.column("quantity")), "lots")
    assert open_plan.notice.isVisible()
    model.setData(model.index(0, model.column("quantity")), "99")
    assert not open_plan.notice.isVisible()


def test_the_menu_shows_keys_and_owns_none_so_that_they_work_after_it_was_open(open_plan, qtbot, monkeypatch):
    saved = []
    monkeypatch.setattr(open_plan.keeper, "save", lambda **_: saved.append(True))
    open_plan._fill_menu()
    shown = [action.text() for action in open_plan._menu.actions()]
    assert "Save\tCtrl+S" in shown
    assert all(action.shortcut().isEmpty() for action in open_plan._menu.actions())
    with qtbot.waitActive(open_plan):
        open_plan.activateWindow()
    qtbot.keyClick(open_plan, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert saved == [True]


def test_no_key_of_the_planner_is_also_a_key_of_the_window(open_plan):
    of_window = {keys for keys, _ in SHORTCUTS}
    assert "Ctrl+K" in of_window
    assert not of_window & {one.key().toString() for one in open_plan.findChildren(QShortcut)}


def test_a_breach_is_mended_with_one_press_and_taken_back_with_one(open_plan, qtbot):
    page = open_plan._pages["positions"]
    rule = next(one for one in open_plan.desk.known.assessment.rules if one.mend and one.mend.possible)
    row = next(one for one in page.rules._rows if one.rule.name == rule.name)
    before = open_plan.keeper.plan
    row.button.click()
    assessed(open_plan, qtbot)
    after = open_plan.desk.known.assessment.rule(rule.name)
    assert after.state in ("ok", "amber")
    open_plan.undo.click()
    assert open_plan.keeper.plan == before


def test_the_assistant_names_the_binding_limit_and_adds_a_position(open_plan, qtbot, coins, known):
    dialog = NewPosition(open_plan.desk, open_plan)
    dialog.show()
    name = known.market.coins[known.market.column[coins[4]]].name
    dialog.search.setText(name)
    qtbot.waitUntil(lambda: dialog._sizing is not None and dialog._sizing.coin == dialog._coin, timeout=5_000)
    assert dialog._sizing.binding_words in dialog.words.text()
    dialog.quantity.setText("2.5")
    dialog.add.click()
    assert open_plan.keeper.plan.positions[-1].quantity == 2.5


def test_a_position_is_made_with_the_keyboard_alone(open_plan, qtbot, coins, known):
    dialog = NewPosition(open_plan.desk, open_plan)
    dialog.show()
    dialog.activateWindow()
    name = known.market.coins[known.market.column[coins[4]]].name
    qtbot.keyClicks(dialog.search, name)
    qtbot.waitUntil(lambda: dialog.largest.isEnabled(), timeout=5_000)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.quantity
    qtbot.keyClicks(dialog.quantity, "2.5")
    qtbot.keyClick(dialog.quantity, Qt.Key.Key_Return)
    added = open_plan.keeper.plan.positions[-1]
    assert (added.coin, added.quantity) == (coins[4], 2.5), "Enter adds what was typed, not the largest size."


def test_the_arrows_choose_a_coin_while_the_search_has_the_focus(open_plan, qtbot):
    dialog = NewPosition(open_plan.desk, open_plan)
    dialog.show()
    qtbot.keyClicks(dialog.search, "c")
    first = dialog._coin
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog._coin not in ("", first)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Up)
    assert dialog._coin == first
    dialog.reject()


def test_a_stop_above_the_price_is_said_before_it_is_added_and_after(open_plan, qtbot, coins, known):
    dialog = NewPosition(open_plan.desk, open_plan)
    dialog.show()
    dialog.search.setText(known.market.coins[known.market.column[coins[4]]].name)
    qtbot.waitUntil(lambda: dialog._sizing is not None and dialog._sizing.coin == dialog._coin, timeout=5_000)
    assert not dialog.hint.isVisible()
    dialog.quantity.setText("2.5")
    dialog.stop.setText("1e9")
    dialog.stop.editingFinished.emit()
    qtbot.waitUntil(lambda: dialog.hint.isVisible(), timeout=5_000)
    assert "at or above the price" in dialog.hint.text()
    dialog.add.click()
    assessed(open_plan, qtbot)
    rule = open_plan.desk.known.assessment.rule("stop_loss")
    assert rule.state in ("amber", "red")
    assert "at or above the price" in rule.sentence
    model = open_plan._pages["positions"].model
    column = model.column("stop")
    stops = [model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) for row in range(model.rowCount())]
    assert "would sell at once" in stops[-1]
    assert "would sell at once" not in "".join(stops[:-1])


def test_an_impossible_position_stays_in_the_dialog(open_plan, qtbot):
    dialog = NewPosition(open_plan.desk, open_plan)
    dialog.show()
    dialog._coin = ""
    dialog.add.click()
    assert dialog.hint.text() == "Choose a coin first."
    assert dialog.isVisible()
    dialog.reject()


def test_limits_are_one_edit(open_plan, qtbot):
    dialog = LimitsDialog(open_plan.keeper, open_plan)
    dialog._limits["single_position"][1].setValue(4.0)
    dialog.cash.setValue(123.0)
    dialog._apply()
    plan = open_plan.keeper.plan
    assert (plan.limits.single_position, plan.cash) == (0.04, 123.0)
    open_plan.undo.click()
    assert open_plan.keeper.plan.cash == 10.0


def test_all_breaches_are_mended_with_one_press_and_taken_back_with_one(open_plan, qtbot):
    rules = open_plan._pages["positions"].rules
    before = open_plan.keeper.plan
    broken = [rule for rule in open_plan.desk.known.assessment.rules if rule.state == "red"]
    assert len(broken) > 1
    assert rules.mend_all.isVisible()
    rules.mend_all.click()
    qtbot.waitUntil(lambda: open_plan.keeper.plan != before, timeout=10_000)
    assert "more in cash" in open_plan.notice.text()
    assert open_plan.notice.property("tone") == "second", "good news is no caution"
    assessed(open_plan, qtbot)
    after = [rule.name for rule in open_plan.desk.known.assessment.rules if rule.state == "red"]
    assert set(after) <= {"sectors", "effective_bets"}, "what no sale restores"
    open_plan.keeper.undo.undo()
    assert open_plan.keeper.plan == before


def test_a_locked_plan_offers_no_sales(open_plan, qtbot):
    open_plan.keeper.lock()
    assessed(open_plan, qtbot)
    assert not open_plan._pages["positions"].rules.mend_all.isVisible()
