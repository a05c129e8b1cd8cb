"""The Season panel: what it says of a day, the bench and the gap, the members, and the days one picks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from models.market.season.definition import STANDARD, Definition
from models.market.season.index import SeasonReading, Variant
from models.market.study import Study
from tests.ui.season_cases import open_panel, settle
from ui.panel_list import PANELS
from ui.panels.explain import Explanation
from ui.panels.season.members import MembersDialog
from ui.panels.season.panel import SeasonPanel
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.explain_button import ExplainButton


@pytest.fixture
def panel(session: Session, tasks: Tasks, known: Study, qtbot) -> SeasonPanel:
    return open_panel(session, tasks, known, qtbot)


def test_the_panel_is_on_the_rail() -> None:
    found = {panel.id: panel for panel in PANELS}["season"]
    assert (found.module, found.factory) == ("ui.panels.season.panel", "SeasonPanel")


def test_the_index_of_the_day_is_said_with_its_counts(panel: SeasonPanel, session: Session) -> None:
    history = panel._history
    assert history is not None
    reading = history.reading(session.day)
    assert isinstance(reading, SeasonReading)
    said = panel.charts.index.header.subtitle.text()
    assert f"{reading.beating} of {reading.counted} counted, {reading.too_young} too young" in said
    assert panel.charts.index.line("index").end_text == f"{reading.index:.0f} today"


def test_a_review_shows_only_what_was_known(
    panel: SeasonPanel, session: Session, known: Study, qtbot
) -> None:
    day = known.latest - np.timedelta64(200, "D")
    session.set_day(day)
    settle()
    for chart in panel.charts.charts:
        for key in chart.lines():
            x = chart.line(key).x
            assert not x.size or x[-1] <= day.astype("datetime64[D]").astype(float)
    assert "today" not in (panel.charts.index.line("index").end_text or "")


def test_seasons_are_shaded_with_their_days_and_strength(panel: SeasonPanel, session: Session) -> None:
    history = panel._history
    assert history is not None
    known = history.seasons_upto(session.day).known
    words = [text for _, _, text in panel.charts.index._overlays.shading["altcoin"]]
    expected = [f"{one.days} d, {'strong' if one.strong else 'weak'}" for one in known]
    assert words == expected
    assert len(panel.charts.dominance._overlays.shading["altcoin"]) == len(known)


def test_the_bench_holds_seven_definitions_with_their_values_of_the_day(
    panel: SeasonPanel, session: Session, known: Study
) -> None:
    rows = panel.bench.dots.rows
    assert len(rows) == 7
    assert rows[0].label == "Top 50, 90 days"
    assert rows[0].shown
    for row, one in zip(rows, STANDARD, strict=True):
        reading = known.season[one.variant].at(session.day)
        assert isinstance(reading, SeasonReading)
        if row.value is None:
            assert row.why
        else:
            assert row.value == reading.index
    assert panel.bench.header.subtitle.text().startswith("same day")


def test_the_window_of_the_controls_changes_index_members_and_bench(panel: SeasonPanel, qtbot) -> None:
    panel.controls.window_days.button("30").click()
    wanted = Definition(Variant(50, 30))
    qtbot.waitUntil(lambda: panel._history is not None and panel._history.shown == wanted)
    assert [row.shown for row in panel.bench.dots.rows] == [one == wanted for one in STANDARD]
    assert panel.members.table.figures.columns[3].title == "30 d"
    panel.controls.weights.button("cap").click()
    other = Definition(Variant(50, 30, "cap"))
    qtbot.waitUntil(lambda: panel._history is not None and panel._history.shown == other)
    assert len(panel.bench.dots.rows) == 8, "a definition that is not on the bench joins it"
    assert panel.bench.dots.rows[0].label == "Cap-weighted, 30 days"


def test_members_say_why_they_are_in_or_out(panel: SeasonPanel, session: Session) -> None:
    history = panel._history
    assert history is not None
    found = history.members(session.day)
    rows = panel.members.table.figures.rows
    assert [row.key for row in rows] == [one.coin.id for one in found]
    for row, one in zip(rows, found, strict=True):
        if one.rank is None:
            assert row.words.startswith("out: ")
            assert row.faint
        elif one.reason == "too young":
            assert row.words == f"too young: {one.age} of 90 days"
        elif one.excess is not None:
            assert row.words == ""
            assert row.cells[4] == one.excess
    assert any(row.words == "out: stablecoin" for row in rows)
    assert panel.members.whole.text() == f"All {sum(one.rank is not None for one in found)}"


def test_members_are_sorted_by_their_heads_with_the_unknown_last(panel: SeasonPanel) -> None:
    table = panel.members.table
    keys = [one.key for one in table.figures.columns]
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        table.sortByColumn(keys.index("against"), order)
        values = [
            table.sorted.index(row, keys.index("against")).data(Qt.ItemDataRole.UserRole)
            for row in range(table.sorted.rowCount())
        ]
        real = [value for value in values if value is not None]
        assert values == real + [None] * (len(values) - len(real))
        assert real == sorted(real, reverse=order == Qt.SortOrder.DescendingOrder)


def test_a_chosen_coin_stays_chosen_while_the_day_moves(panel: SeasonPanel, session: Session, qtbot) -> None:
    panel.members.table.choose("ethereum")
    session.step(-3)
    settle()
    assert panel.members.table.chosen_key() == "ethereum"


def test_members_are_copied_and_saved_with_their_reasons(
    panel: SeasonPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = panel.members.table
    table.clearSelection()
    table.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[-1] == "Why"
    assert len(lines) == 1 + table.sorted.rowCount()
    assert any("out: stablecoin" in line for line in lines)
    target = tmp_path / "members"
    monkeypatch.setattr(
        "ui.widgets.saving.QFileDialog.getSaveFileName", lambda *_: (str(target), "CSV (*.csv)")
    )
    table._save()
    saved = target.with_suffix(".csv").read_text(encoding="utf-8")
    assert saved.splitlines()[0].startswith("#,Coin,Sector")
    assert len(saved.splitlines()) == len(lines)


def test_columns_are_chosen_but_never_all_hidden(panel: SeasonPanel) -> None:
    table = panel.members.table
    for _ in range(10):
        menu = table.columns_menu()
        for action in menu.actions():
            if action.isEnabled() and action.isChecked():
                action.toggle()
                break
        menu.deleteLater()
    assert sum(not table.isColumnHidden(at) for at in range(len(table.figures.columns))) == 1


# -- a day of its own --------------------------------------------------------------------------------------


def test_a_click_in_a_chart_shows_the_members_of_that_day(
    panel: SeasonPanel, session: Session, qtbot
) -> None:
    chart = panel.charts.index
    chart.arrange()
    day = session.day - np.timedelta64(250, "D")
    place = QPointF(chart.view.x_px(float(day.astype(int))), chart.view.plot.center().y())
    QTest.mouseClick(
        chart.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toPoint()
    )
    picked = panel._picked
    assert picked is not None
    assert abs(int((picked - day).astype(int))) <= 3
    history = panel._history
    assert history is not None
    assert [row.key for row in panel.members.table.figures.rows] == [
        one.coin.id for one in history.members(picked)
    ]
    assert panel.members.day_words.isVisible()
    assert session.day == panel._session.latest, "the as-of day stays"


def test_enter_at_the_crosshair_picks_a_day_and_escape_leaves_it(
    panel: SeasonPanel, session: Session
) -> None:
    day = session.day - np.timedelta64(100, "D")
    chart = panel.charts.dominance
    chart.set_cursor(day)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert panel._picked == day
    chart.set_cursor(None)
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert panel._picked is None
    assert not panel.members.day_words.isVisible()


def test_a_picked_day_becomes_the_as_of_day_on_request(panel: SeasonPanel, session: Session, qtbot) -> None:
    day = session.day - np.timedelta64(50, "D")
    panel.pick_day(day)
    panel.members.go.click()
    assert session.day == day
    settle()
    assert panel._picked is None
    panel.pick_day(day + 5)
    assert panel._picked is None, "a day that is not known yet cannot be picked"


# -- explaining, themes, sizes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["season", "season_bench", "season_members", "season_coin:ethereum", "season_coin:tether", "breadth",
     "advance_decline", "eth_btc", "caps", "dominance"],
)  # fmt: skip
def test_every_figure_explains_itself_on_any_day(
    panel: SeasonPanel, session: Session, key: str, qtbot
) -> None:
    for back in (0, 300):
        panel.pick_day(session.day - np.timedelta64(back, "D"))
        panel._explain(key)
        found = [one for one in panel.findChildren(Explanation) if one.isVisible()]
        assert len(found) == 1
        said = found[0].text()
        assert "nan" not in said.lower().split()
        assert "Definition (methods, section" in said
        body = said.split("Definition (methods, section", 1)[1].splitlines()
        assert len(body) > 1, "the passage of the methods is there"
        found[0].reject()
        settle()


def test_every_chart_and_card_has_its_button(panel: SeasonPanel) -> None:
    names = {button.accessibleName() for button in panel.findChildren(ExplainButton)}
    assert len(names) == 8
    assert all(names)


def test_enter_on_a_coin_explains_its_place(panel: SeasonPanel, qtbot) -> None:
    table = panel.members.table
    table.choose("ethereum")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    found = [one for one in panel.findChildren(Explanation) if one.isVisible()]
    assert found
    assert "Ethereum in the season index" in found[0].text()
    found[0].reject()


def test_all_members_open_by_cap_and_are_searched(panel: SeasonPanel, session: Session) -> None:
    dialog = panel.members.show_all()
    assert isinstance(dialog, MembersDialog)
    caps = [row.cells[-2] for row in dialog.table.figures.rows]
    assert caps == sorted(caps, reverse=True)
    dialog.field.setText("stablecoin")
    assert {dialog.table.sorted.index(row, 2).data() for row in range(dialog.table.sorted.rowCount())} == {
        "stablecoin"
    }
    dialog.close()


def test_without_data_the_panel_says_so(session: Session, tasks: Tasks, qtbot) -> None:
    panel = SeasonPanel(session, tasks)
    qtbot.addWidget(panel)
    assert panel.charts.index.unknown_reason() == "The market is being read."
    session.show_study(None)
    assert panel.charts.index.unknown_reason() == "There are no data yet."
    assert panel.bench.show_gap() is None
    assert panel.members.show_all() is None
    assert panel.define() is None


def test_a_failure_is_told_where_the_figures_would_be(panel: SeasonPanel) -> None:
    panel._tell_failure(ValueError("no memory"))
    assert "no memory" in (panel.charts.index.unknown_reason() or "")


@pytest.mark.parametrize("size", [(580, 420), (835, 430), (948, 560), (1290, 690), (1844, 1000)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nothing_is_squeezed_at_any_size(
    panel: SeasonPanel, session: Session, size: tuple[int, int], theme: object, qtbot
) -> None:
    session.set_theme(theme)  # type: ignore[arg-type]
    panel.resize(*size)
    settle()
    assert panel.width() == size[0], "the panel is as narrow as the window asks"
    for chart in panel.charts.charts:
        assert chart.view.height() >= chart.view.minimumHeight() >= 100
        assert chart.view.width() >= 120
    assert panel.bench.dots.height() >= panel.bench.dots.minimumSizeHint().height()
    assert panel.members.table.height() > 100
    one_column = size[0] < 880
    assert panel._right_area.isVisible() is not one_column
    assert panel.grab().toImage().pixelColor(20, 20).isValid()


def test_a_hidden_panel_waits_until_it_is_seen(panel: SeasonPanel, session: Session, qtbot) -> None:
    panel.hide()
    before = panel.charts.index.header.subtitle.text()
    session.step(-120)
    settle()
    assert panel.charts.index.header.subtitle.text() == before
    panel.show()
    assert panel._history is not None
    reading = panel._history.reading(session.day)
    assert isinstance(reading, SeasonReading)
    assert f"{reading.beating} of {reading.counted}" in panel.charts.index.header.subtitle.text()


def test_another_study_replaces_what_was_picked(
    panel: SeasonPanel, session: Session, known: Study, qtbot
) -> None:
    panel.pick_day(session.day - np.timedelta64(50, "D"))
    session.show_study(known)
    settle()
    assert panel._picked is None
