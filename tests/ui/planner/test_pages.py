"""The pages of the planner: ladders, simulation, replay, explanations, layout."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton, QWidget

from data.documents.recovery import Recovered
from models.market.unknown import Unknown
from models.risk.plans.edits import added, position_changed
from models.risk.plans.plan import Position, Rung, Trigger
from models.risk.stress import CoinLoss, Stress
from tests.ui.planner.waiting import assessed, with_paths
from ui.panels.explain import Explanation
from ui.panels.planner.panel import PAGES
from ui.panels.planner.scenario import ScenarioDialog
from ui.panels.planner.simulation_card import why_nothing
from ui.panels.planner.stress import StressBars
from ui.plans.watching import Watching
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.veil import Veil


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
    open_plan.keeper.edit("fewer", lambda plan: with_paths(plan, 200))
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    page = open_plan._pages["positions"]
    assert not page.simulation.fan._dimmed
    open_plan.keeper.edit("more", lambda plan: position_changed(plan, 0, quantity=99.0))
    assert not wind.is_current
    assert page.simulation.fan._dimmed
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    assert not page.simulation.fan._dimmed


def test_every_figure_of_an_older_simulation_is_dimmed_and_another_plan_shows_none(open_plan, qtbot):
    wind = open_plan.desk.wind
    open_plan.keeper.edit("fewer", lambda plan: with_paths(plan, 200))
    open_plan.open_page("simulation")
    page = open_plan._pages["simulation"]
    qtbot.waitUntil(lambda: wind.is_current and page._grid.count() > 0, timeout=30_000)
    veils = page.findChildren(Veil)
    assert veils
    assert not any(veil.isVisible() for veil in veils)
    open_plan.keeper.edit("more", lambda plan: position_changed(plan, 0, quantity=99.0))
    assert all(veil.isVisible() for veil in veils)
    for veil in veils:
        beside = [one for one in veil.parentWidget().children() if isinstance(one, QWidget)]
        assert beside[-1] is veil, "it lies above what it fades"
    assert page.ends._dimmed
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    assert not any(veil.isVisible() for veil in veils)
    other = with_paths(replace(open_plan.keeper.plan, name="Another", cash=77.0), 200)
    open_plan.keeper.new(other)
    assert wind.result is None
    assert page._grid.count() == 0
    qtbot.waitUntil(lambda: wind.is_running, timeout=5_000)
    assert why_nothing(wind, str) == "Being simulated …"
    qtbot.waitUntil(lambda: wind.is_current, timeout=30_000)
    assert page._grid.count() > 0


def test_a_rung_says_how_far_apart_the_days_lie_on_which_it_sells(open_plan, qtbot):
    open_plan.keeper.edit("fewer", lambda plan: with_paths(plan, 200))
    open_plan.open_page("ladders")
    rungs = open_plan._pages["ladders"].rungs

    def tips() -> list[str]:
        return [label.toolTip() for label in rungs.findChildren(QLabel)]

    qtbot.waitUntil(lambda: any("eight of ten" in tip for tip in tips()), timeout=30_000)


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
    assert card.notes.text() == "Being replayed …"
    assert not card.chart.isVisible()
    qtbot.waitUntil(lambda: "held" in card.result.text(), timeout=20_000)
    assert card.chart.isVisible()
    assert "Being replayed" not in card.notes.text()
    assert all(line.label for line in card.chart._lines.values())
    open_plan.keeper.edit(
        "add", lambda plan: added(plan, [Position("born-tomorrow", 1.0, cost=2.0, price=2.0)])
    )
    qtbot.waitUntil(lambda: "Borrowed where a coin has no price" in card.notes.text(), timeout=20_000)
    assert "Born Tomorrow from " in card.notes.text()


def test_what_a_crash_left_of_a_plan_without_a_file_speaks_of_no_saved_plan(open_plan, tmp_path):
    def asked(path: Path | None) -> str:
        left = Recovered({"name": "Mine"}, path, datetime(2026, 1, 1, tzinfo=UTC), None, tmp_path / "draft")
        open_plan._offer((left,))
        box = open_plan.findChildren(QMessageBox)[-1]
        box.close()
        return box.informativeText()

    assert "No file holds the plan yet" in asked(None)
    assert "use the saved plan" in asked(tmp_path / "Mine.plan.json")


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


def test_a_scenario_that_was_just_made_up_is_the_one_that_is_shown(open_plan, qtbot):
    open_plan.open_page("stress")
    page = open_plan._pages["stress"]
    qtbot.waitUntil(lambda: bool(page._found), timeout=30_000)
    page._add()
    (dialog,) = page.findChildren(ScenarioDialog)
    dialog.name.setText("A bad week")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._found[-1].title == "A bad week", timeout=30_000)
    assert page.card.bars.at == len(page._found) - 1
    assert page.remove.isVisible()


def test_the_reason_of_a_scenario_writes_its_days_as_the_window_does(qtbot):
    why = Unknown("Days up to 2025-07-13 are known here, and this window ends on 2025-10-10.")
    bars = StressBars(DARK)
    qtbot.addWidget(bars)
    bars.set_rows((Stress("oct", "10 Oct 2025", why, None, None, ()),))
    assert "ends on 10 Oct 2025" in str(bars.table().rows[0][1])


def test_the_stress_bars_name_who_borrowed_from_whom_where_there_is_room(qtbot):
    young = CoinLoss("sui", "SUI", 10.0, -0.5, 0.25, "Mid caps")
    row = Stress("may", "May 2021", 0.25, 0.2, None, (young, CoinLoss("bitcoin", "BTC", 10.0, -0.4, 0.2)))
    bars = StressBars(DARK)
    qtbot.addWidget(bars)
    bars.set_rows((row,))
    bars.resize(420, 60)
    assert bars._title_words(row, bars.fontMetrics()) == "May 2021  ·  Borrowed: SUI from Mid caps"
    bars.resize(210, 60)
    assert bars._title_words(row, bars.fontMetrics()) == "May 2021  ·  1 borrowed"
    assert bars.table().rows[0][-1] == "SUI from Mid caps"
    assert "Borrowed: SUI from Mid caps" in bars.accessibleDescription()
