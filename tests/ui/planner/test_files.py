"""Plans as files: saving, versions, drafts, locks, reports, spreadsheets, and a crash in between."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from data.documents import Store, Version, recoverable
from data.paths import Paths
from data.plans import load_plan, plan_store, save_plan
from models.market.snapshot import Coin
from models.market.study import study
from models.risk.plans.edits import changed, position_changed
from models.risk.plans.plan import Limits, Plan
from tests.markets import synthetic_market
from tests.ui.planner.waiting import assessed, with_paths
from ui.panels.planner.reporting import write_report
from ui.panels.planner.taking import TakingDialog, sheet, show
from ui.plans.keeper import PlanKeeper


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


def test_the_menu_lists_plans_and_versions_that_a_thread_looked_for(open_plan, qtbot, monkeypatch):
    keeper = open_plan.keeper
    for cash in (1.0, 2.0):
        keeper.edit("cash", lambda plan, cash=cash: changed(plan, cash=cash))
        open_plan.save()
        qtbot.waitUntil(lambda: keeper.is_saved and keeper.path is not None)
    threads: list[int] = []
    usual = Store.versions

    def versions(store: Store, place: Path) -> tuple[Version, ...]:
        threads.append(threading.get_ident())
        return usual(store, place)

    monkeypatch.setattr(Store, "versions", versions)
    open_plan._menu.aboutToShow.emit()
    recent, earlier = open_plan._lists
    qtbot.waitUntil(earlier.isEnabled)
    assert [action.text().partition(" of")[0] for action in earlier.actions()] == ["Version 1"]
    assert [action.text() for action in recent.actions()] == ["Autumn"]
    assert threads
    assert threading.get_ident() not in threads
    earlier.actions()[0].trigger()
    qtbot.waitUntil(lambda: keeper.plan.cash == 1.0)


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
    qtbot.waitUntil(lambda: not tasks.running())
    keeper._draft._descriptor, descriptor = None, keeper._draft._descriptor
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


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_a_report_is_written_whole(open_plan, qtbot, tmp_path, ending, begins):
    open_plan.keeper.edit("fewer", lambda plan: with_paths(plan, 200))
    assessed(open_plan, qtbot)
    path = tmp_path / f"plan.{ending}"
    heard: list[str] = []
    open_plan.keeper.told.connect(heard.append)
    write_report(open_plan.desk, path, open_plan)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=30_000)
    assert "was saved as" in heard[1]
    assert path.read_bytes().startswith(begins)
    assert [one.name for one in tmp_path.glob("*plan*")] == [path.name]


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_report_that_cannot_be_written_is_not_called_saved(open_plan, qtbot, tmp_path, ending):
    open_plan.keeper.edit("fewer", lambda plan: with_paths(plan, 200))
    assessed(open_plan, qtbot)
    heard: list[str] = []
    open_plan.keeper.said.connect(heard.append)
    write_report(open_plan.desk, tmp_path / "no" / f"plan.{ending}", open_plan)
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=30_000)
    assert heard[0] == "The report was not saved: No such file or directory"


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
    open_plan.keeper.told.emit("The report was saved.")
    assert heard == [], "it stands in the panel"
    open_plan.hide()
    open_plan.keeper.told.emit("The report was saved.")
    open_plan.keeper.said.emit("The report was not saved.")
    assert heard == ["The report was saved.", "The report was not saved."]


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


def test_an_untouched_example_follows_the_market_that_is_shown(panel, qtbot, session, known):
    demo = replace(known, market=replace(known.market, origin="demo"))
    session.show_study(demo)
    panel.example()
    first = panel.keeper.plan
    own = study(synthetic_market(days=700, coins=60, seed=9))
    own = replace(own, market=replace(own.market, coins=tuple(renamed(coin) for coin in own.market.coins)))
    session.show_study(own)
    held = {one.coin for one in panel.keeper.plan.positions}
    assert len(held) > 1
    assert held <= set(own.market.column)
    assert panel.keeper.plan != first


def test_an_example_that_was_edited_stays_and_its_strange_coins_are_named_in_words(
    panel, qtbot, session, known
):
    demo = replace(known, market=replace(known.market, origin="demo"))
    session.show_study(demo)
    panel.example()
    panel.keeper.edit("cash", lambda plan: changed(plan, cash=5.0))
    mine = panel.keeper.plan
    own = study(synthetic_market(days=700, coins=60, seed=9))
    own = replace(own, market=replace(own.market, coins=tuple(renamed(coin) for coin in own.market.coins)))
    session.show_study(own)
    assert panel.keeper.plan == mine
    assessed(panel, qtbot)
    names = {one.symbol for one in panel.desk.known.assessment.portfolio.ground.coins}
    assert any(name.startswith("Coin ") for name in names), "“coin-012” is called “Coin 012”."
    assert not any(name.startswith("coin-") for name in names)


def renamed(coin: Coin) -> Coin:
    """A coin that no other market has; Bitcoin is everywhere."""
    return coin if coin.id == "bitcoin" else replace(coin, id=f"real-{coin.id}")


def test_a_copy_is_kept_before_its_first_edit(open_plan, qtbot):
    open_plan.keeper.save()
    qtbot.waitUntil(lambda: open_plan.keeper.is_saved)
    open_plan.keeper.duplicate()
    draft = open_plan.keeper._draft.file
    # The draft from before the save may still be there for a moment.
    qtbot.waitUntil(lambda: draft.exists() and "Autumn, copy" in draft.read_text(encoding="utf-8"))
