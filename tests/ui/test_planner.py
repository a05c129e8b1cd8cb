"""The planner with real widgets: typing, mending, ladders, undo, files, and a crash in between."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from data.documents import recoverable
from data.paths import Paths
from data.plans import load_plan, plan_store, save_plan
from models.risk.plan import Limits, Plan, Position, Rung, Trigger
from models.risk.plan_edits import added, changed, position_changed
from ui.messages import SHORTCUTS
from ui.panels.explain import Explanation
from ui.panels.planner.limits import LimitsDialog
from ui.panels.planner.new_position import NewPosition
from ui.panels.planner.panel import PAGES, PlannerPanel
from ui.panels.planner.reporting import write_report
from ui.panels.planner.taking import TakingDialog, sheet, show
from ui.plans.keeper import PlanKeeper
from ui.plans.watching import Watching
from ui.settings import Settings
from ui.theme.tokens import LIGHT


@pytest.fixture
def coins(known) -> list[str]:
    """The largest altcoins on the newest day."""
    row = known.market.position(known.latest)
    caps = np.nan_to_num(known.market.cap[row])
    order = np.argsort(-caps)
    return [known.market.coins[at].id for at in order if known.market.coins[at].id != "bitcoin"][:6]


@pytest.fixture
def plan(coins) -> Plan:
    ladder = (
        Rung(Trigger("multiple", level=2.0), 0.5),
        Rung(Trigger("trailing_stop", level=0.3), 1.0, "remaining"),
    )
    rows = (
        Position(coins[0], 10.0, cost=5.0, ladder=ladder),
        Position(coins[1], 20.0, cost=3.0, stop=1.0),
        Position(coins[2], 5.0),
    )
    return Plan(name="Autumn", cash=10.0, positions=rows)


@pytest.fixture
def panel(qtbot, session, tasks, known, tmp_path) -> PlannerPanel:
    session.paths = Paths(tmp_path)
    session.settings = Settings(session.paths.settings)
    session.show_study(known)
    made = PlannerPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


@pytest.fixture
def open_plan(panel, plan, qtbot) -> PlannerPanel:
    panel.keeper.new(plan)
    assessed(panel, qtbot)
    return panel


def assessed(panel: PlannerPanel, qtbot) -> None:
    """Wait until the figures are those of the plan."""
    qtbot.waitUntil(
        lambda: panel.desk.known is not None and panel.desk.known.plan == panel.keeper.plan, timeout=10_000
    )


def texts(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


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


def test_saving_opening_and_versions(open_plan, qtbot, session):
    keeper = open_plan.keeper
    open_plan.save()
    qtbot.waitUntil(lambda: keeper.is_saved and keeper.path is not None)
    assert "version 1" in open_plan.state.text()
    keeper.edit("cash", lambda plan: position_changed(plan, 0, quantity=11.0))
    assert "Changed" in open_plan.state.text()
    open_plan.save()
    qtbot.waitUntil(lambda: keeper.is_saved)
    keeper.open_version(1)
    qtbot.waitUntil(lambda: keeper.plan.positions[0].quantity == 10.0)
    other = save_plan(keeper.store, "Other", Plan(name="Other")).path
    open_plan.open(other)
    qtbot.waitUntil(lambda: keeper.plan.name == "Other")
    assert keeper.recent()[0] == other


@pytest.mark.parametrize(
    "written", [{"notes": "Sell in May."}, {"cash": 500.0}, {"limits": Limits(sectors=2)}]
)
def test_a_plan_without_positions_is_saved_before_the_next_one_is_begun(panel, qtbot, written):
    panel.keeper.edit("write", lambda plan: changed(plan, name="Only words", **written))
    kept = panel.keeper.plan
    panel.new()
    qtbot.waitUntil(lambda: panel.keeper.plan == Plan(), timeout=5_000)
    assert load_plan(panel.keeper.store, "Only words").plan == kept


def test_a_plan_whose_positions_were_all_taken_out_is_saved_so(open_plan, qtbot):
    open_plan.save()
    qtbot.waitUntil(lambda: open_plan.keeper.is_saved, timeout=5_000)
    path = open_plan.keeper.path
    open_plan.keeper.edit("empty", lambda plan: changed(plan, positions=()))
    open_plan.new()
    qtbot.waitUntil(lambda: open_plan.keeper.path is None, timeout=5_000)
    assert load_plan(open_plan.keeper.store, path).plan.positions == ()


def test_an_untouched_plan_leaves_no_file_behind(panel):
    panel.new()
    panel.new()
    assert panel.keeper.store.entries() == ()


def test_a_damaged_plan_is_left_alone_and_the_open_one_stays(open_plan, qtbot, plan, tmp_path):
    file = tmp_path / "bad.plan.json"
    file.write_text("{", encoding="utf-8")
    open_plan.keeper.save()
    qtbot.waitUntil(lambda: open_plan.keeper.is_saved)
    open_plan.open(file)
    qtbot.waitUntil(lambda: "left alone" in open_plan.notice.text())
    assert open_plan.keeper.plan == plan
    assert file.read_text(encoding="utf-8") == "{"


def test_a_crash_loses_nothing_that_was_drafted(qtbot, session, tasks, tmp_path, plan):
    paths = Paths(tmp_path)
    keeper = PlanKeeper(tasks, paths)
    keeper.edit("begin", lambda _: plan)
    keeper._keep_draft_now()
    keeper._draft._descriptor, descriptor = None, keeper._draft._descriptor
    import os

    os.close(descriptor)  # as the end of the process does
    found = recoverable(plan_store(paths))
    assert len(found) == 1
    after = PlanKeeper(tasks, paths)
    with qtbot.waitSignal(after.recovered):
        after.begin()
    after.take_recovered(found[0])
    assert after.plan == plan
    assert not after.is_saved


def test_closing_saves_what_was_typed(open_plan, session, plan):
    session.closing.emit()
    stored = open_plan.keeper.store.entries()
    assert len(stored) == 1
    assert load_plan(open_plan.keeper.store, stored[0].path).plan == plan


def test_a_locked_plan_changes_no_more_but_its_copy_does(open_plan, qtbot):
    open_plan.keeper.lock()
    qtbot.waitUntil(lambda: open_plan.keeper.is_saved)
    model = open_plan._pages["positions"].model
    assert not model.setData(model.index(0, model.column("quantity")), "1")
    assert not model.flags(model.index(0, model.column("quantity"))) & Qt.ItemFlag.ItemIsEditable
    assert not open_plan.undo.isEnabled()
    open_plan.keeper.duplicate()
    assert open_plan.keeper.edit("x", lambda plan: position_changed(plan, 0, quantity=1.0))


def test_rows_of_a_spreadsheet_are_previewed_and_taken_as_one_step(open_plan, qtbot, known, coins):
    symbol = known.market.coins[known.market.column[coins[3]]].symbol
    text = f"Coin\tQuantity\tCost\n{symbol}\t3\t2.5\n{symbol}\t-1\t2\n"
    show(open_plan.desk, sheet(text), "the clipboard", open_plan)
    dialog = open_plan.findChild(TakingDialog)
    assert dialog.words.text() == "1 row is taken, 1 refused."
    before = open_plan.keeper.plan
    dialog._take()
    assert open_plan.keeper.plan.positions[-1].coin == coins[3]
    open_plan.undo.click()
    assert open_plan.keeper.plan == before


def test_every_page_opens_and_takes_another_theme(open_plan, qtbot, session):
    for at, page in enumerate(PAGES):
        open_plan.tabs.setCurrentIndex(at)
        assert open_plan.stack.currentWidget() is open_plan._pages[page.id]
    session.set_theme(LIGHT)
    qtbot.waitUntil(lambda: not open_plan.desk.wind.is_running, timeout=30_000)


def test_a_ladder_is_edited_by_its_fields(open_plan, qtbot):
    open_plan.open_page("ladders")
    page = open_plan._pages["ladders"]
    qtbot.waitUntil(lambda: page._view is not None, timeout=10_000)
    page._change_level(0, "3 x")
    assert open_plan.keeper.plan.positions[0].ladder[0].trigger.level == 3.0
    page._change_share(0, "40 %")
    assert open_plan.keeper.plan.positions[0].ladder[0].share == 0.4
    page._change_kind(0, "season_index")
    assert open_plan.keeper.plan.positions[0].ladder[0].trigger.kind == "season_index"
    page._change_level(0, "≥ 90, 5 days")
    trigger = open_plan.keeper.plan.positions[0].ladder[0].trigger
    assert (trigger.level, trigger.days) == (90.0, 5)
    page._change_level(0, "soon")
    assert page.hint.isVisible()
    assert open_plan.keeper.plan.positions[0].ladder[0].trigger == trigger
    page.add.click()
    assert len(open_plan.keeper.plan.positions[0].ladder) == 3
    page._take_template(1)
    assert len(open_plan.keeper.plan.positions[0].ladder) == 3
    assert open_plan.keeper.plan.positions[0].ladder[-1].trigger.kind == "trailing_stop"


def test_a_simulation_belongs_to_its_plan_or_is_dimmed(open_plan, qtbot):
    wind = open_plan.desk.wind
    open_plan.keeper.edit("fewer", lambda plan: _with_paths(plan, 200))
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    page = open_plan._pages["positions"]
    assert not page.simulation.fan._dimmed
    open_plan.keeper.edit("more", lambda plan: position_changed(plan, 0, quantity=99.0))
    assert not wind.is_current
    assert page.simulation.fan._dimmed
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    assert not page.simulation.fan._dimmed


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_a_report_is_written_whole(open_plan, qtbot, tmp_path, ending, begins):
    open_plan.keeper.edit("fewer", lambda plan: _with_paths(plan, 200))
    assessed(open_plan, qtbot)
    path = tmp_path / f"plan.{ending}"
    heard: list[str] = []
    open_plan.keeper.said.connect(heard.append)
    write_report(open_plan.desk, path, open_plan)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=30_000)
    assert "was saved as" in heard[1]
    assert path.read_bytes().startswith(begins)
    assert [one.name for one in tmp_path.glob("*plan*")] == [path.name]


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_report_that_cannot_be_written_is_not_called_saved(open_plan, qtbot, tmp_path, ending):
    open_plan.keeper.edit("fewer", lambda plan: _with_paths(plan, 200))
    assessed(open_plan, qtbot)
    heard: list[str] = []
    open_plan.keeper.said.connect(heard.append)
    write_report(open_plan.desk, tmp_path / "no" / f"plan.{ending}", open_plan)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=30_000)
    assert heard[1] == "The report was not saved: No such file or directory"


def test_a_rung_says_how_far_apart_the_days_lie_on_which_it_sells(open_plan, qtbot):
    open_plan.keeper.edit("fewer", lambda plan: _with_paths(plan, 200))
    open_plan.open_page("ladders")
    rungs = open_plan._pages["ladders"].rungs

    def tips() -> list[str]:
        return [label.toolTip() for label in rungs.findChildren(QLabel)]

    qtbot.waitUntil(lambda: any("eight of ten" in tip for tip in tips()), timeout=30_000)


def _with_paths(plan: Plan, paths: int) -> Plan:
    from models.risk.plan_edits import assumptions_changed

    return assumptions_changed(plan, paths=paths)


def test_a_figure_explains_itself_with_its_numbers(open_plan, qtbot, plan):
    page = open_plan._pages["positions"]
    page.bets.explain_requested.emit("plan_bets")
    dialog = open_plan.window().findChild(Explanation)
    assert "Effective bets" in dialog.text()
    assert "Meucci" in dialog.text()
    dialog.close()


def test_every_control_has_a_name(open_plan, qtbot):
    for at in range(len(PAGES)):
        open_plan.tabs.setCurrentIndex(at)
    for button in open_plan.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button


def test_nothing_is_told_of_the_past_of_a_new_plan_and_everything_once(open_plan, qtbot, session, known):
    told: list[str] = []
    session.alerted.connect(lambda key, text, panel: told.append(key))
    open_plan.keeper.save(then=None)
    qtbot.waitUntil(lambda: open_plan.keeper.is_saved)
    watching = Watching(session, open_plan.desk.tasks, open_plan.keeper)
    watching.look()
    qtbot.waitUntil(lambda: not open_plan.desk.tasks.running(), timeout=10_000)
    first = list(told)
    watching.look()
    qtbot.waitUntil(lambda: not open_plan.desk.tasks.running(), timeout=10_000)
    assert told == first


def test_a_hundred_positions_are_assessed_and_shown(panel, qtbot, known):
    row = known.market.position(known.latest)
    names = [coin.id for at, coin in enumerate(known.market.coins) if known.market.price[row, at] > 0]
    positions = [Position(names[at % len(names)], 1.0 + at) for at in range(100)]
    panel.keeper.edit("many", lambda plan: added(plan, positions))
    assessed(panel, qtbot)
    assert panel._pages["positions"].model.rowCount() == 100


def test_a_replay_names_its_lines_and_whose_prices_were_borrowed(open_plan, qtbot):
    open_plan.open_page("replay")
    qtbot.waitUntil(lambda: "replay" in open_plan._pages, timeout=5_000)
    card = open_plan._pages["replay"].cards[1]
    qtbot.waitUntil(lambda: bool(card.notes.text()) or "held" in card.result.text(), timeout=20_000)
    assert all(line.label for line in card.chart._lines.values())
    open_plan.keeper.edit(
        "add", lambda plan: added(plan, [Position("born-tomorrow", 1.0, cost=2.0, price=2.0)])
    )
    qtbot.waitUntil(lambda: "Borrowed where a coin has no price" in card.notes.text(), timeout=20_000)
    assert "born-tomorrow from " in card.notes.text()


def test_of_several_files_the_first_opens_and_it_is_said_where_the_others_are(panel, qtbot, session, plan):
    paths = []
    for name in ("Autumn", "Winter", "Spring"):
        saved = save_plan(panel.keeper.store, panel.keeper.store.free_path(name), changed(plan, name=name))
        paths.append(saved.path)
    heard: list[str] = []
    session.said.connect(heard.append)
    session.open_requested.emit(tuple(paths))
    qtbot.waitUntil(lambda: panel.keeper.plan.name == "Autumn")
    assert panel.keeper.recent() == tuple(paths)
    (sentence,) = heard
    assert "One plan is open at a time" in sentence
    assert "Winter, Spring" in sentence
    assert "Open recent" in sentence
    heard.clear()
    session.open_requested.emit(tuple(paths[1:2]))
    qtbot.waitUntil(lambda: panel.keeper.plan.name == "Winter")
    assert heard == [], "one file needs no word"


def test_what_the_plan_answers_is_said_by_the_window_while_another_panel_is_open(open_plan, session):
    heard: list[str] = []
    session.said.connect(heard.append)
    open_plan.keeper.said.emit("The report was saved.")
    assert heard == [], "it stands in the panel"
    open_plan.hide()
    open_plan.keeper.said.emit("The report was saved.")
    assert heard == ["The report was saved."]


def test_unsaved_changes_that_cannot_be_kept_are_told_and_tried_again(open_plan, qtbot, session, monkeypatch):
    heard: list[str] = []
    session.said.connect(heard.append)
    drafts: list[object] = []

    def keep(document, **_where) -> None:
        drafts.append(document)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(open_plan.keeper._draft, "keep", keep)
    open_plan.keeper.edit("cash", lambda plan: changed(plan, cash=77.0))
    session.trouble.emit()
    qtbot.waitUntil(lambda: heard == ["No space left on device"])
    session.trouble.emit()
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert len(drafts) == 2


def test_the_table_of_positions_fills_its_card(open_plan, qtbot):
    page = open_plan._pages["positions"]
    columns = page.table.horizontalHeader()
    for width in (1844, 1290, 948):
        open_plan.resize(width, 900)
        qtbot.waitUntil(lambda: 0 <= page.table.viewport().width() - columns.length() < 12)


def test_words_about_bars_stand_only_where_there_are_bars(open_plan, qtbot):
    page = open_plan._pages["positions"]
    assert "bar: share" in page.card.header.subtitle.text()
    open_plan.resize(900, 600)
    qtbot.waitUntil(lambda: page.card.header.subtitle.text() == "")


def test_shares_of_risk_explain_no_marks_while_there_are_none(open_plan):
    risk = open_plan._pages["positions"].risk
    assert "◆ risk" in risk.header.subtitle.text()
    risk.show_known(None)
    assert risk.header.subtitle.text() == ""
    assert "no market" in risk.words.text()


def test_a_level_reads_from_its_beginning(open_plan, qtbot):
    average = Rung(Trigger("moving_average", days=200, side="below"), 1.0)
    open_plan.keeper.edit("rung", lambda plan: position_changed(plan, 0, ladder=(average,)))
    open_plan.open_page("ladders")
    rungs = open_plan._pages["ladders"].rungs

    def levels() -> list[QLineEdit]:
        return [one for one in rungs.findChildren(QLineEdit) if "200 days" in one.text()]

    qtbot.waitUntil(lambda: bool(levels()), timeout=10_000)
    assert levels()[0].cursorPosition() == 0
    assert levels()[0].toolTip() == levels()[0].text()
