"""The Rotation panel: it follows study and day, says why it knows nothing, and keeps what is the user's."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from data.choices import load_classes, load_screens
from data.paths import Paths
from models.market.classes import PUBLISHED, Basket
from models.market.rotation.phases import RotationHistory
from models.market.rotation.screen import USUAL, screened
from models.market.rotation.view import AfterPhase, rotation_board
from models.market.study import Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from ui.panel_list import PANELS
from ui.panels.rotation import words
from ui.panels.rotation.panel import RotationPanel
from ui.session import Session
from ui.theme.tokens import DARK, LIGHT
from ui.widgets import numbers
from ui.widgets.themed import Themed


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=820, coins=80, seed=4))


@pytest.fixture
def session(qapp, tmp_path) -> Session:
    return Session(DARK, paths=Paths(tmp_path))


@pytest.fixture
def panel(qtbot, session, tasks) -> RotationPanel:
    made = RotationPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    return made


def settled(qtbot, panel: RotationPanel) -> None:
    """Wait until everything belongs to the day that is shown."""

    def ready() -> bool:
        found = panel.quiet._found
        return (
            panel.board is not None
            and panel.board.study is panel._session.study
            and found is not None
            and found.day == panel._session.day
            and found.screen == panel.screen_now
        )

    qtbot.waitUntil(ready, timeout=15_000)


def opened(qtbot, panel: RotationPanel, whole: Study, row: int = 780) -> np.datetime64:
    panel._session.show_study(whole, whole.market.days[row])
    settled(qtbot, panel)
    qtbot.waitUntil(lambda: panel._choice.is_ready)
    return whole.market.days[row]


def plain(text: str) -> str:
    return text.replace(" ", " ")


def test_the_window_has_it():
    assert any(one.id == "rotation" for one in PANELS)


def test_it_shows_the_phase_of_the_day_with_spells_and_shares(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    found = rotation_board(whole).phases(day)
    assert words.phase_words(found, panel.tr) == panel.phase.header.subtitle.text()
    said = plain(panel.phase.track.accessibleDescription())
    times = {one.phase: one for one in found.times}
    assert f"{times['bitcoin'].median_days:.0f} d · {times['bitcoin'].spells}" in said
    blocks = panel.phase.ribbon.strip.blocks
    assert [one.phase for one in blocks if one.phase] == [one.phase for one in found.spells]
    assert blocks[-1].end == day
    legend = dict(panel.phase.ribbon.strip._names)
    assert plain(legend["bitcoin"]) == f"Bitcoin {times['bitcoin'].share:.0%}".replace("%", " %")


def test_no_follower_is_shown_without_its_sample_size(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    after = rotation_board(whole).phases(day).after
    assert isinstance(after, AfterPhase)
    rows = panel.after.rows.list.rows
    assert [(one.count, one.of) for one in rows] == [(one.count, one.of) for one in after.rows]
    assert all(one.of == after.spells > 0 for one in rows)
    assert str(after.spells) in panel.after.subtitle.text()


def test_no_clear_phase_is_a_mark_beside_the_phase(qtbot, panel, whole):
    history = whole.rotation
    assert isinstance(history, RotationHistory)
    row = int(np.flatnonzero(history.no_clear_phase & (history.phase >= 0))[-1])
    opened(qtbot, panel, whole, row)
    said = panel.phase.track.accessibleDescription()
    assert f"no clear phase: {history.raw_changes[row]} changes in 20 days" in said
    clear = int(np.flatnonzero(~history.no_clear_phase & (history.phase >= 0))[-1])
    opened(qtbot, panel, whole, clear)
    assert "no clear phase" not in panel.phase.track.accessibleDescription()


def test_before_the_first_phase_every_card_says_why(qtbot, panel, whole):
    opened(qtbot, panel, whole, 40)
    assert panel.phase.track.accessibleDescription().startswith("Phase unknown")
    assert panel.after.rows.unknown_reason()
    assert panel.graph.plot.unknown_reason()
    assert any("unknown" in row.whole_reason for row in panel.sectors.map._rows)
    assert panel.after.open_matrix() is not None or panel.after._found is None


def test_without_data_it_says_so(qtbot, panel, session):
    session.show_study(None)
    assert panel.phase.track.accessibleDescription() == "Phase unknown: There are no data yet."
    assert panel.quiet.rows.accessibleDescription() == "There are no data yet."


def test_every_day_of_a_fast_slide_ends_on_the_last_one(qtbot, panel, whole):
    opened(qtbot, panel, whole)
    for row in range(600, 640):
        panel._session.set_day(whole.market.days[row])
    settled(qtbot, panel)
    assert panel.quiet._found == screened(whole, whole.market.days[639])
    assert panel.graph._shown.day == whole.market.days[639]


# -- the graph ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("of", "count"), [("tiers", 3), ("sectors", 11), ("coins", 12)])
def test_the_graph_shows_tiers_sectors_or_coins(qtbot, panel, whole, of, count):
    day = opened(qtbot, panel, whole)
    panel.graph.show_lines(of)
    expected = rotation_board(whole).graph(of, day)
    lines = panel.graph.plot.field.lines
    assert [one.key for one in lines] == [one.key for one in expected.lines]
    assert len(lines) == count
    missing = [one.name for one in expected.lines if not one.known]
    assert panel.graph.missing.isVisible() == bool(missing)
    assert all(name in panel.graph.missing.text() for name in missing)


def test_the_film_runs_to_the_day_and_stops(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    panel.graph._timer.setInterval(0)
    panel.graph.toggle()
    assert panel.graph.is_playing
    assert panel.graph.frame_day == day - 182
    qtbot.waitUntil(lambda: panel.graph.frame_day is None, timeout=15_000)
    assert not panel.graph.is_playing
    assert panel.graph._shown.day == day
    assert panel._session.day == day


def test_a_paused_film_goes_on_and_another_day_ends_it(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    panel.graph.toggle()
    panel.graph._next_frame()
    panel.graph.toggle()
    assert not panel.graph.is_playing
    assert "Film" in panel.graph.across.text()
    panel.graph.toggle()
    assert panel.graph.frame_day == day - 181
    opened(qtbot, panel, whole, 770)
    assert panel.graph.frame_day is None


def test_a_sector_of_the_map_is_highlighted_and_lists_its_members(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    panel.graph.show_lines("coins")
    row = next(at for at, one in enumerate(panel.sectors.map._rows) if one.key == "defi")
    panel.sectors.map.cells.cell_clicked.emit(row, 1)
    assert panel.graph.choice.value() == "sectors"
    assert panel.graph.plot.field.selected == {"defi"}
    dialog = panel.sectors.open_members("defi")
    members = rotation_board(whole).sector_members("defi", day)
    assert [one.key for one in dialog.table.figures.rows] == [one.coin for one in members]
    dialog.close()


# -- sectors and lists -------------------------------------------------------------------------------


def test_the_sectors_are_a_map_a_treemap_or_a_table(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    rows = rotation_board(whole).sectors(day)
    shown = {one.key: one for one in panel.sectors.map._rows}
    for row in rows:
        for value, against in zip(shown[row.sector].values, row.against, strict=True):
            assert np.isnan(value) if isinstance(against, Unknown) else value == against
    for view in ("tree", "table"):
        panel.sectors.view.set_value(view)
        panel.sectors._turn(view)
    assert {group.key for group in panel.sectors.tree.field.groups} == {row.sector for row in rows}
    assert len(panel.sectors.table.figures.rows) == len(rows)


def test_leaders_come_first_and_laggards_last(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    moves = rotation_board(whole).moves(day)
    shown = panel.leaders.rows.rows
    room = panel.leaders.rows.room()
    assert len(shown) == min(room, moves.known)
    assert shown[0].key == moves.rows[0].coin
    assert shown[-1].key == moves.rows[moves.known - 1].coin
    dialog = panel.leaders.open_all()
    assert len(dialog.table.figures.rows) == len(moves.rows)
    assert "Rank" in dialog.table.to_csv()
    dialog.close()


def test_the_screen_shows_what_passes_or_the_calmest_that_fail(qtbot, panel, whole):
    day = opened(qtbot, panel, whole)
    found = screened(whole, day)
    passing = [one.coin for one in found.passing]
    shown = [one.key for one in panel.quiet.rows.rows]
    assert shown == (passing or [one.coin for one in found.rows if one.verdict == "fails"])
    assert panel.quiet.none.isVisible() == (not passing)
    assert str(len(found.rows)) in panel.quiet.foot.text()


def test_filters_can_be_changed_saved_and_found_again(qtbot, panel, session, tasks, whole, tmp_path):
    opened(qtbot, panel, whole)
    dialog = panel.open_screen()
    dialog.quiet.value.setValue(80)
    dialog.still.on.setChecked(False)
    qtbot.waitUntil(lambda: panel.screen_now.quiet == 80 and panel.screen_now.still is None)
    settled(qtbot, panel)
    assert len(dialog.table.figures.rows) == len(panel.quiet._found.rows)
    dialog.save_as("Loose")
    qtbot.waitUntil(lambda: load_screens(Paths(tmp_path).documents).value.current.name == "Loose")
    kept = load_screens(Paths(tmp_path).documents).value
    assert (kept.current.name, kept.current.quiet, kept.current.still) == ("Loose", 80.0, None)
    dialog.close()
    again = RotationPanel(session, tasks)
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: again.screen_now == kept.current)


def test_the_usual_screen_cannot_be_overwritten(qtbot, panel, whole, tmp_path):
    opened(qtbot, panel, whole)
    dialog = panel.open_screen()
    dialog.quiet.value.setValue(80)
    dialog.save_as(USUAL.name)
    assert "another name" in dialog.said.text()
    assert load_screens(Paths(tmp_path).documents).value.screens == (USUAL,)
    dialog.save_as("")
    assert "needs a name" in dialog.said.text()
    dialog.close()


# -- the user's classes ------------------------------------------------------------------------------


def classes_of(qtbot, panel):
    """The editor of tiers and sectors, once their file is read."""
    dialog = panel.open_classes()
    qtbot.waitUntil(lambda: dialog.edits._choice.is_ready)
    return dialog


@pytest.mark.parametrize("act", ["edit", "screen"])
def test_a_disk_that_takes_nothing_is_told_and_the_change_is_kept_with_the_next(
    qtbot, panel, session, whole, tmp_path, monkeypatch, act
):
    opened(qtbot, panel, whole)
    heard: list[str] = []
    session.said.connect(heard.append)
    threads: list[int] = []

    def full(path: Path, content: bytes) -> None:
        threads.append(threading.get_ident())
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("data.documents.store.write_whole", full)
        if act == "edit":
            dialog = classes_of(qtbot, panel)
            dialog.coins.selectRow(0)
            dialog.sectors.move_wanted.emit("defi")
        else:
            dialog = panel.open_screen()
            dialog.save_as("Loose")
        qtbot.waitUntil(lambda: bool(heard))
        assert "Nothing is lost" in heard[0]
        if act == "screen":  # the count of coins comes when it comes: it does not hide what went wrong
            dialog.show_screened(screened(whole, session.day, panel.screen_now))
        assert dialog.said.text() == heard[0]
        assert threading.get_ident() not in threads
        assert any(keep() for keep in session.endings), "It is asked about before the window closes."
    assert not any(keep() for keep in session.endings)
    folder = Paths(tmp_path).documents
    if act == "edit":
        assert load_classes(folder).value == dialog.edits.classes != PUBLISHED
    else:
        assert load_screens(folder).value.current.name == "Loose"
    settled(qtbot, panel)
    dialog.close()


def test_an_edit_runs_through_all_figures_is_kept_and_undone(qtbot, panel, whole, tmp_path):
    day = opened(qtbot, panel, whole)
    dialog = classes_of(qtbot, panel)
    coin = next(one.coin for one in rotation_board(whole).sector_members("meme", day))
    dialog.coins.choose(coin)
    dialog.sectors.move_wanted.emit("defi")
    qtbot.waitUntil(lambda: load_classes(Paths(tmp_path).documents).value.sectors == {coin: "defi"})
    qtbot.waitUntil(lambda: panel._session.study.classes.changes == 1, timeout=15_000)
    settled(qtbot, panel)
    assert coin in {one.coin for one in panel.board.sector_members("defi", day)}
    assert panel._session.day == day
    assert panel.sectors.basis.text().startswith("with your 1 change")
    assert dialog.count.text() == "Computed with your 1 change"
    dialog.edits.stack.undo()
    qtbot.waitUntil(lambda: panel._session.study.classes.changes == 0, timeout=15_000)
    settled(qtbot, panel)
    qtbot.waitUntil(lambda: load_classes(Paths(tmp_path).documents).value == PUBLISHED)
    dialog.edits.stack.redo()
    qtbot.waitUntil(lambda: panel._session.study.classes.changes == 1, timeout=15_000)
    dialog.reset.click()
    qtbot.waitUntil(lambda: panel._session.study.classes.changes == 0, timeout=15_000)
    settled(qtbot, panel)
    dialog.close()


def test_a_basket_of_chosen_coins_gets_its_graph(qtbot, panel, whole):
    opened(qtbot, panel, whole)
    assert not panel.graph.choice.button("baskets").isVisible()
    dialog = classes_of(qtbot, panel)
    dialog.coins.selectRow(0)
    chosen = dialog.chosen_coins()
    assert len(chosen) == 1
    dialog.baskets.make_basket("Mine")
    assert dialog.edits.classes.baskets == (Basket("mine", "Mine", chosen),)
    qtbot.waitUntil(lambda: bool(panel._session.study.baskets), timeout=15_000)
    settled(qtbot, panel)
    assert panel.graph.choice.button("baskets").isVisible()
    panel.graph.show_lines("baskets")
    assert [one.key for one in panel.graph.plot.field.lines] == ["BASKET.mine"]
    dialog.baskets._delete()
    qtbot.waitUntil(lambda: not panel._session.study.baskets, timeout=15_000)
    settled(qtbot, panel)
    assert panel.graph.choice.value() == "tiers"
    dialog.close()


def test_impossible_tiers_are_refused_with_a_sentence(qtbot, panel, whole):
    opened(qtbot, panel, whole)
    dialog = classes_of(qtbot, panel)
    dialog.tiers.bounds["large_to"].setValue(90)
    dialog.tiers.use.click()
    assert "each ends after the one before" in dialog.said.text()
    assert dialog.edits.classes == PUBLISHED
    dialog.close()


def test_a_damaged_file_stops_edits_until_it_is_set_aside(qtbot, panel, whole, tmp_path):
    folder = Paths(tmp_path).documents
    folder.mkdir(parents=True)
    file = folder / "Tiers and sectors.classes.json"
    file.write_text("{")
    opened(qtbot, panel, whole)
    dialog = classes_of(qtbot, panel)
    dialog.coins.selectRow(0)
    dialog.sectors.move_wanted.emit("defi")
    assert dialog.edits.classes == PUBLISHED
    assert "not taken in" in dialog.said.text()
    assert file.read_text() == "{"
    dialog.anew.click()
    qtbot.waitUntil(lambda: not dialog.edits.trouble)
    assert [one.read_text() for one in folder.glob("*.unreadable-*")] == ["{"]
    dialog.close()


# -- looks and access --------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "columns"), [(1290, 3), (948, 2), (600, 1)])
def test_every_size_has_its_columns_and_nothing_lies_on_another(qtbot, panel, whole, width, columns):
    opened(qtbot, panel, whole)
    panel.resize(width, 620)
    qtbot.waitUntil(lambda: panel._columns == columns)
    cards = panel.cards
    qtbot.waitUntil(lambda: all(card.width() >= 200 and card.height() >= 140 for card in cards))
    for at, one in enumerate(cards):
        assert not any(one.geometry().intersects(other.geometry()) for other in cards[:at])


def test_every_control_has_a_name_and_every_card_explains_itself(qtbot, panel, whole):
    opened(qtbot, panel, whole)
    for card in panel.cards:
        assert card.header.explain is not None
    for button in panel.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.text(), button
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_a_new_theme_reaches_every_part(qtbot, panel, session, whole):
    opened(qtbot, panel, whole)
    session.set_theme(LIGHT)
    parts = [one for one in panel.findChildren(QWidget) if isinstance(one, Themed)]
    assert parts
    assert all(one.theme is LIGHT for one in parts)
    panel.grab()


# -- words -------------------------------------------------------------------------------------------


def after(judgement: str, counts: dict[str, int], usual: str | None) -> AfterPhase:
    from models.market.rotation.phases import Transition

    of = sum(counts.values())
    rows = tuple(Transition(to, count, of, count / of, 0.0, 1.0) for to, count in counts.items())
    rivals = tuple(counts)[1:2] if judgement == "partly" else tuple(counts)[1:]
    return AfterPhase("large", of, rows, judgement, usual, counts.get(usual or "", 0), rivals)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            after("alike", {"mid": 2, "small": 2, "risk-off": 2, "bitcoin": 1}, "mid"),
            "Seven spells cannot tell these apart. The usual next step, mid caps, came after two of them.",
        ),
        (
            after("partly", {"bitcoin": 6, "small": 1, "mid": 0}, "mid"),
            "Seven spells cannot tell Bitcoin from small and meme. "
            "The usual next step, mid caps, never came after them.",
        ),
        (
            after("alike", {"mid": 1}, "mid"),
            "One spell cannot tell these apart. It gave way to the usual next step, mid caps.",
        ),
        (
            after("apart", {"mid": 20, "bitcoin": 1}, "mid"),
            "Mid caps came next in 20 of 21 spells, more often than any other, beyond chance.",
        ),
        (
            AfterPhase("large", 0, (), "none", "mid", 0),
            "No spell of large caps has ended yet, so nothing is known of what follows.",
        ),
    ],
)
def test_one_sentence_says_what_so_many_spells_can_tell(found, sentence):
    assert words.verdict(found, str) == sentence


def test_small_numbers_are_words_and_large_ones_digits():
    assert words.verdict(after("alike", {"mid": 20, "bitcoin": 15}, "mid"), str).startswith("35 spells")
    assert numbers.SPACE
