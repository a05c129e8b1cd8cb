"""The definition bench of the Season panel: the gap between two definitions, and definitions of one's own."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from models.market.season.definition import ASSET_BACKED, STANDARD, USUAL, Definition
from models.market.season.index import Variant
from models.market.study import Study
from tests.ui.season_cases import open_panel, settle
from ui.panels.season.definition import OWN_DEFINITIONS, DefinitionDialog
from ui.panels.season.gap import GapDialog
from ui.panels.season.panel import MOST_OWN, SeasonPanel
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Tasks


@pytest.fixture
def panel(session: Session, tasks: Tasks, known: Study, qtbot) -> SeasonPanel:
    return open_panel(session, tasks, known, qtbot)


# -- why two definitions differ ----------------------------------------------------------------------------


def test_two_rows_are_compared_and_a_third_takes_the_place_of_the_first(panel: SeasonPanel) -> None:
    bench = panel.bench
    assert bench.dots.picked_rows() == (0, 3), "at first the shown one and another number of coins"
    bench.dots.set_picked(())
    for row in (1, 4, 6):
        box = bench.dots.row_box(row)
        QTest.mouseClick(
            bench.dots, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center().toPoint()
        )
    assert bench.dots.picked_rows() == (4, 6)
    assert [one.variant for one in bench.compared()] == [Variant(100, 30), Variant(50, 90, "cap")]
    assert set(panel.charts.index.lines()) == {"index", "other0", "other1"}


def test_the_keyboard_picks_rows_of_the_bench(panel: SeasonPanel) -> None:
    dots = panel.bench.dots
    dots.set_picked(())
    dots.setFocus()
    QTest.keyClick(dots, Qt.Key.Key_Down)
    QTest.keyClick(dots, Qt.Key.Key_Space)
    assert dots.picked_rows() == (1,)
    assert "Pick two" in panel.bench.sentence.text()
    assert not panel.bench.explain_gap.isVisible()
    QTest.keyClick(dots, Qt.Key.Key_Down)
    QTest.keyClick(dots, Qt.Key.Key_Return)
    assert dots.picked_rows() == (1, 2)
    QTest.keyClick(dots, Qt.Key.Key_Return)
    assert dots.picked_rows() == (1,)


def test_the_gap_is_named_coin_by_coin_and_adds_up(panel: SeasonPanel, session: Session) -> None:
    panel.bench.dots.set_picked(())
    panel.bench.dots.pick(0)
    panel.bench.dots.pick(1)
    assert "Top 50, 30 days" in panel.bench.sentence.text()
    dialog = panel.bench.show_gap()
    assert isinstance(dialog, GapDialog)
    keys = [one.key for one in dialog.table.figures.columns]
    points = [row.cells[keys.index("points")] for row in dialog.table.figures.rows]
    rows = panel.bench.dots.rows
    assert math.fsum(points) == pytest.approx(rows[0].value - rows[1].value)
    assert f"add up to {rows[0].value:.2f}" in dialog.sum.text().replace("−", "-")
    dialog.field.setText("one only")
    left = [
        dialog.table.sorted.index(row, keys.index("why")).data()
        for row in range(dialog.table.sorted.rowCount())
    ]
    assert set(left) <= {"beats Bitcoin in one only"}
    dialog.close()


def test_without_a_value_there_is_no_gap_and_the_reason_is_said(
    panel: SeasonPanel, session: Session, known: Study, qtbot
) -> None:
    session.set_day(known.first_day + np.timedelta64(20, "D"))
    settle()
    assert all(row.value is None and row.why for row in panel.bench.dots.rows)
    assert panel.bench.sentence.text().startswith("No comparison: ")
    assert panel.bench.show_gap() is None
    assert "unknown" in panel.bench.header.subtitle.text()


# -- definitions of one's own ------------------------------------------------------------------------------


def defined(panel: SeasonPanel) -> DefinitionDialog:
    dialog = panel.define()
    assert dialog is not None
    return dialog


def test_a_definition_of_ones_own_joins_the_bench_and_is_remembered(
    session: Session, tasks: Tasks, known: Study, tmp_path: Path, qtbot
) -> None:
    settings = Settings(tmp_path)
    session.settings = settings
    panel = SeasonPanel(session, tasks)
    qtbot.addWidget(panel)
    panel.show()
    session.show_study(known)
    qtbot.waitUntil(lambda: bool(panel.bench.dots.rows))
    dialog = defined(panel)
    dialog.top.setValue(40)
    dialog.window_days.setValue(60)
    dialog.weights.button("cap").click()
    dialog.groups["meme"].setChecked(True)
    dialog.groups[ASSET_BACKED].setChecked(False)
    title = next(title for title, coin in dialog._coins.items() if coin.id == "ethereum")
    dialog.coin.setText(title)
    QTest.keyClick(dialog.coin, Qt.Key.Key_Return)
    assert dialog.list.count() == 1
    dialog.accept()
    wanted = Definition(Variant(40, 60, "cap"), (USUAL | {"meme"}) - {ASSET_BACKED}, frozenset({"ethereum"}))
    qtbot.waitUntil(lambda: panel._history is not None and panel._history.shown == wanted)
    label = "Top 40 by cap, 60 days, with asset-backed, no meme, without 1 coin"
    assert panel.bench.dots.rows[-1].label == label
    assert panel.controls.own.text() == label
    assert "ethereum" not in {one.coin.id for one in panel._history.members(session.day) if one.rank}
    words = {row.key: row.words for row in panel.members.table.figures.rows}
    assert words["ethereum"] == "out: your own list"
    again = SeasonPanel(session, tasks)
    qtbot.addWidget(again)
    again.show()
    assert again._own == (wanted,)
    qtbot.waitUntil(lambda: len(again.bench.dots.rows) == 8)
    again.bench.dots.set_picked(())
    again.bench.dots.pick(7)
    assert again.bench.remove.isVisibleTo(again)
    again.bench.remove.click()
    qtbot.waitUntil(lambda: len(again.bench.dots.rows) == 7)
    assert settings.get(OWN_DEFINITIONS) == "[]"


def test_a_coin_is_taken_off_the_list_again(panel: SeasonPanel) -> None:
    dialog = defined(panel)
    dialog._take_title("nothing of that name")
    assert dialog.list.count() == 0
    assert "no coin" in dialog.by_name.text()
    assert dialog.list.isHidden()
    title = next(iter(dialog._coins))
    dialog._take_title(title)
    dialog._take_title(title)
    assert dialog.list.count() == 1
    assert not dialog.list.isHidden()
    assert not dialog.drop.isEnabled(), "no coin of the list is chosen yet"
    dialog.list.setCurrentRow(0)
    dialog.drop.click()
    assert dialog.definition() == Definition()
    assert dialog.list.isHidden()
    dialog.reject()


def test_a_damaged_list_of_definitions_counts_as_none(
    session: Session, tasks: Tasks, tmp_path: Path, qtbot
) -> None:
    settings = Settings(tmp_path)
    settings.set(OWN_DEFINITIONS, "{broken")
    session.settings = settings
    panel = SeasonPanel(session, tasks)
    qtbot.addWidget(panel)
    assert panel._own == ()


def test_the_bench_keeps_the_newest_of_ones_own(panel: SeasonPanel, qtbot) -> None:
    for days in range(MOST_OWN + 2):
        panel._remember(Definition(Variant(50, 10 + days)))
    assert len(panel._own) == MOST_OWN
    assert panel._own[-1].variant.window == 10 + MOST_OWN + 1
    qtbot.waitUntil(lambda: len(panel.bench.dots.rows) == 7 + MOST_OWN)


def test_a_double_click_shows_a_definition_everywhere(panel: SeasonPanel, qtbot) -> None:
    box = panel.bench.dots.row_box(2)
    QTest.mouseDClick(
        panel.bench.dots, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center().toPoint()
    )
    wanted = STANDARD[2]
    qtbot.waitUntil(lambda: panel._history is not None and panel._history.shown == wanted)
    assert panel.controls.window_days.value() == "365"
