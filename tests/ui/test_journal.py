"""The journal by mouse and keyboard: notes are kept, found, undone, marked on charts, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from data.journal import journal_document
from data.paths import Paths
from models.journal.notes import Note
from models.qt.notes import TITLE
from models.risk.ladders.view import ladder_view
from models.risk.plans.plan import Plan, Position
from ui.charts.ribbon_strip import Block, RibbonStrip
from ui.charts.time_chart import TimeChart
from ui.journal.keeper import JournalKeeper
from ui.journal.marks import JournalMarks
from ui.panels.journal.panel import JournalPanel
from ui.panels.planner.rung_chart import RungChart


@pytest.fixture
def paths(tmp_path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def panel(qtbot, session, tasks, known, paths) -> JournalPanel:
    session.paths = paths
    session.show_study(known)
    made = JournalPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: session.journal.is_ready)
    return made


def stored(paths: Paths) -> tuple[Note, ...]:
    return journal_document(paths).read().notes


def titles(panel: JournalPanel) -> list[str]:
    model = panel.table.model()
    return [model.index(row, TITLE).data() for row in range(model.rowCount())]


def choose(panel: JournalPanel, row: int) -> None:
    index = panel.table.model().index(row, 0)
    flags = QItemSelectionModel.SelectionFlag
    panel.table.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)


def until_saved(qtbot, paths: Paths, told: Callable[[tuple[Note, ...]], bool]) -> None:
    qtbot.waitUntil(lambda: told(stored(paths)), timeout=5_000)


def test_a_new_note_stands_on_the_as_of_day_and_is_saved(panel, qtbot, paths, session):
    session.step(-100)
    panel.new.click()
    assert panel.editor.title.hasFocus() or not panel.isActiveWindow()
    qtbot.keyClicks(panel.editor.title, "Bitcoin halving")
    qtbot.keyClick(panel.editor.title, Qt.Key.Key_Return)
    panel.editor.text.setPlainText("The fourth.")
    panel.editor.tags.setFocus()
    panel.editor._tell()
    until_saved(qtbot, paths, lambda notes: len(notes) == 1 and notes[0].text == "The fourth.")
    note = stored(paths)[0]
    assert note.title == "Bitcoin halving"
    assert note.day == date.fromisoformat(str(session.day))


def test_every_edit_can_be_undone_and_done_again(panel, qtbot, session):
    keeper = session.journal
    keeper.put(Note(date(2019, 5, 1), "First"), "add")
    keeper.put(Note(date(2019, 6, 1), "Second"), "add")
    before = keeper.journal
    qtbot.waitUntil(lambda: titles(panel) == ["Second", "First"])
    choose(panel, 0)
    panel.delete.click()
    qtbot.waitUntil(lambda: titles(panel) == ["First"])
    panel.undo.click()
    assert keeper.journal == before
    qtbot.waitUntil(lambda: titles(panel) == ["Second", "First"])
    panel.redo.click()
    qtbot.waitUntil(lambda: titles(panel) == ["First"])


def test_notes_after_the_as_of_day_are_not_shown_in_a_review(panel, qtbot, session):
    keeper = session.journal
    keeper.put(Note(date(2019, 5, 1), "Early"), "add")
    keeper.put(Note(date(2020, 6, 1), "Late"), "add")
    session.set_day(np.datetime64("2019-12-01", "D"))
    qtbot.waitUntil(lambda: titles(panel) == ["Early"])
    assert "up to the as-of day" in panel.count.text()


def test_search_kind_and_tag_leave_what_fits(panel, qtbot, session):
    keeper = session.journal
    keeper.put(Note(date(2019, 5, 1), "ETF refused", "regulation", tags=("etf",)), "add")
    keeper.put(Note(date(2019, 6, 1), "Taproot", "technology"), "add")
    panel.words.setText("refused")
    qtbot.waitUntil(lambda: titles(panel) == ["ETF refused"])
    panel.words.clear()
    panel.kind.setCurrentIndex(panel.kind.findData("technology"))
    qtbot.waitUntil(lambda: titles(panel) == ["Taproot"])
    panel.kind.setCurrentIndex(0)
    panel.tag.setCurrentIndex(panel.tag.findData("etf"))
    qtbot.waitUntil(lambda: titles(panel) == ["ETF refused"])
    panel.words.setText("nothing like it")
    qtbot.waitUntil(panel.nothing.isVisible)


def test_a_note_without_a_title_is_not_taken_and_says_so(panel, qtbot, session):
    session.journal.put(Note(date(2019, 5, 1), "Kept"), "add")
    qtbot.waitUntil(lambda: titles(panel) == ["Kept"])
    choose(panel, 0)
    panel.editor.title.setText("  ")
    panel.editor._tell()
    assert panel.editor.hint.text() == "A note needs a title."
    assert session.journal.journal.notes[0].title == "Kept"


def test_files_go_out_and_come_in_with_what_was_refused(panel, qtbot, session, tmp_path, monkeypatch):
    session.journal.put(Note(date(2019, 5, 1), "One", "macro", tags=("fed",)), "add")
    for ending in (".csv", ".md", ".ics"):
        panel.export_file(tmp_path / f"out{ending}")
        qtbot.waitUntil(lambda ending=ending: (tmp_path / f"out{ending}").exists())
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda parent, title, text: told.append(text))
    file = tmp_path / "in.csv"
    file.write_text("day,title\n2019-05-01,One\n2019-07-01,Two\nno day,Three\n", encoding="utf-8")
    panel.import_file(file)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].startswith("New notes: 1. Here already: 1. Refused: 1.")
    panel.import_file(tmp_path / "out.ics")
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1].startswith("New notes: 0. Here already: 1.")
    panel.import_file(tmp_path / "absent.csv")
    qtbot.waitUntil(lambda: "The journal was not changed." in panel.answer.text())


def test_a_file_in_old_letters_with_semicolons_is_taken_and_said(
    panel, qtbot, session, tmp_path, monkeypatch
):
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda parent, title, text: told.append(text))
    known = session.study.market.coins[0].id
    file = tmp_path / "in.csv"
    file.write_bytes(
        f"day;title;coins\n2019-05-01;Börse;{known}\n2019-05-02;Zwei;nonsense\n".encode("cp1252")
    )
    panel.import_file(file)
    qtbot.waitUntil(lambda: bool(told))
    assert [one.title for one in session.journal.journal.notes] == ["Zwei", "Börse"]
    assert "not in UTF-8 and was read as Windows-1252" in told[0]
    assert "no coins of these names: nonsense." in told[0]
    assert known not in told[0]
    file.write_bytes(b"\x89PNG\r\n\x00\x00")
    panel.import_file(file)
    qtbot.waitUntil(lambda: panel.answer.text().startswith("The file is no text. Nothing was taken."))
    assert len(session.journal.journal) == 2


def test_an_edit_during_an_import_is_kept_beside_what_it_brings(panel, qtbot, session, tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda parent, title, text: told.append(text))
    file = tmp_path / "in.csv"
    file.write_text("day,title\n2019-05-01,From a file\n", encoding="utf-8")
    merging = panel._merge

    def edit_meanwhile(path: object, file: object) -> None:
        merging(path, file)
        if not session.journal.journal.notes:
            session.journal.put(Note(date(2019, 6, 1), "Meanwhile"), "add")

    monkeypatch.setattr(panel, "_merge", edit_meanwhile)
    panel.import_file(file)
    qtbot.waitUntil(lambda: bool(told))
    assert [one.title for one in session.journal.journal.notes] == ["Meanwhile", "From a file"]
    qtbot.waitUntil(lambda: titles(panel) == ["Meanwhile", "From a file"])


def test_a_coin_is_named_by_its_symbol_and_kept_by_its_id(panel, qtbot, session):
    coin = session.study.market.coins[0]
    panel.new.click()
    field = panel.editor.coins
    field.setFocus()
    qtbot.keyClicks(field, f"{coin.symbol.upper()}, nonsense")
    assert panel.editor.strangers.text().startswith("Unknown: nonsense.")
    panel.editor.title.setFocus()
    assert field.text() == f"{coin.id}, nonsense"
    qtbot.waitUntil(lambda: session.journal.journal.notes[0].coins == (coin.id, "nonsense"))


def test_coins_that_the_data_do_not_hold_are_named_as_unknown(panel, qtbot, session):
    known = session.study.market.coins[0].id
    session.journal.put(Note(date(2019, 5, 1), "Note", coins=(known, "nonsense")), "add")
    qtbot.waitUntil(lambda: panel.editor.strangers.isVisible())
    assert panel.editor.strangers.text().startswith("Unknown: nonsense.")
    panel.editor.coins.setText(known)
    assert not panel.editor.strangers.isVisible()


def test_looking_at_a_note_changes_nothing_in_it(panel, qtbot, session):
    odd = Note(date(1, 1, 1), "Very old", text="with an end \n", tags=("a", "a"))
    session.journal.put(odd, "add")
    session.journal.put(Note(date(2019, 5, 1), "Other"), "add")
    qtbot.waitUntil(lambda: titles(panel) == ["Other", "Very old"])
    choose(panel, 1)
    assert panel.editor.day.date().year() == 1
    choose(panel, 0)
    choose(panel, 1)
    assert session.journal.journal.note(odd.id) is odd


def test_what_is_typed_while_the_list_is_on_its_way_stays(panel, qtbot, session):
    panel.new.click()
    panel.editor.title.setText("A title")
    panel.editor._tell()
    panel.editor.text.setPlainText("typed at once")
    qtbot.waitUntil(lambda: titles(panel) == ["A title"])
    assert panel.editor.text.toPlainText() == "typed at once"
    panel.editor._tell()
    assert session.journal.journal.notes[0].text == "typed at once"


def test_one_edit_is_told_to_the_list_as_one_change(panel, qtbot, session):
    keeper = session.journal
    for at in range(1, 6):
        keeper.put(Note(date(2019, 5, at), f"Note {at}"), "add")
    qtbot.waitUntil(lambda: len(titles(panel)) == 5)
    choose(panel, 3)
    told: list[str] = []
    panel.model.modelReset.connect(lambda: told.append("reset"))
    panel.model.dataChanged.connect(lambda first, last: told.append(f"changed {first.row()}-{last.row()}"))
    panel.model.rowsInserted.connect(lambda _, first, last: told.append(f"in {first}-{last}"))
    panel.model.rowsRemoved.connect(lambda _, first, last: told.append(f"out {first}-{last}"))
    panel.model.layoutChanged.connect(lambda: told.append("moved"))
    third, chosen = keeper.journal.notes[2], keeper.journal.notes[3]
    keeper.put(replace(third, title="Changed"), "change")
    qtbot.waitUntil(lambda: told == ["changed 2-2"])
    keeper.put(Note(date(2019, 5, 3), "New"), "add")
    qtbot.waitUntil(lambda: told[1:] == ["in 3-3"])
    keeper.remove([keeper.journal.notes[0].id], "delete")
    qtbot.waitUntil(lambda: told[2:] == ["out 0-0"])
    keeper.put(replace(third, day=date(2018, 1, 1)), "change")
    qtbot.waitUntil(lambda: told[3:] == ["moved"])
    panel.table.sortByColumn(TITLE, Qt.SortOrder.AscendingOrder)
    qtbot.waitUntil(lambda: told[4:] == ["moved"])
    assert titles(panel) == ["New", "Note 1", "Note 2", "Note 3", "Note 4"]
    assert [one.id for one in panel._chosen()] == [chosen.id]


def test_a_hidden_panel_asks_for_nothing_until_it_is_shown(panel, qtbot, session, tasks):
    panel.hide()
    session.journal.put(Note(date(2019, 5, 1), "Unseen"), "add")
    session.step(-1)
    assert "journal: list" not in tasks.running()
    assert titles(panel) == []
    panel.show()
    qtbot.waitUntil(lambda: titles(panel) == ["Unseen"])


def test_a_damaged_journal_is_left_alone(qtbot, session, tasks, paths):
    paths.documents.mkdir(parents=True)
    file = paths.documents / "journal.json"
    file.write_text("{half", encoding="utf-8")
    session.paths = paths
    panel = JournalPanel(session, tasks)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: bool(session.journal.trouble))
    assert not panel.new.isEnabled()
    assert "left alone" in panel.nothing.text()
    session.journal.close()
    assert file.read_text(encoding="utf-8") == "{half"


def test_what_is_typed_last_is_saved_when_the_window_closes(tasks, paths, qtbot):
    keeper = JournalKeeper(tasks, paths)
    qtbot.waitUntil(lambda: keeper.is_ready)
    keeper.put(Note(date(2019, 5, 1), "Just now"), "add")
    keeper.close()
    assert stored(paths)[0].title == "Just now"


def test_what_followed_is_shown_with_its_sample(panel, qtbot, session, known):
    for row in range(100, 400, 40):
        session.journal.put(Note(date.fromisoformat(str(known.market.days[row])), f"Note {row}"), "add")

    def words() -> list[str]:
        return [label.text() for label in panel.followed.findChildren(QLabel)]

    qtbot.waitUntil(lambda: any(text.startswith("8, ") for text in words()))
    assert any("no evidence" in text for text in words())


def test_notes_are_marked_on_the_ribbon_of_phases_too(qtbot, session, tasks, known):
    session.show_study(known)
    keeper = JournalKeeper(tasks, None)
    holder = QWidget()
    qtbot.addWidget(holder)
    strip = RibbonStrip(parent=holder)
    strip.resize(600, 120)
    days = known.market.days
    strip.set_blocks((Block("large", "large caps", days[0], days[-1]),), (("large", "large"),))
    marks = JournalMarks(session, keeper)
    marks.follow(holder)
    bare = strip.grab().toImage()
    keeper.put(Note(date.fromisoformat(str(days[300])), "Something happened"), "add")
    x = 600 * 300 / days.size
    assert "Something happened" in strip.words_at(x)
    assert "Something happened" not in strip.words_at(x + 20)
    assert "large caps" in strip.words_at(x)
    assert strip.grab().toImage() != bare
    session.set_day(days[250])
    assert "Something happened" not in strip.words_at(x)


def test_notes_are_marked_on_charts_and_read_out(qtbot, session, tasks, known):
    session.show_study(known)
    keeper = JournalKeeper(tasks, None)
    holder = QWidget()
    qtbot.addWidget(holder)
    chart = TimeChart("Line", parent=holder)
    days = known.market.days
    chart.add_line("a", "A", 0)
    chart.set_line("a", days, np.arange(days.size, dtype=float))
    marks = JournalMarks(session, keeper)
    marks.follow(holder)
    keeper.put(Note(date.fromisoformat(str(days[300])), "Something happened"), "add")
    holder.resize(600, 300)
    chart.resize(600, 300)
    holder.show()
    chart.set_cursor(days[300])
    assert "Something happened" in [entry.title for entry in chart.read_out_entries()]
    chart.set_cursor(days[200])
    assert "Something happened" not in [entry.title for entry in chart.read_out_entries()]
    session.set_day(days[250])
    chart.set_cursor(days[300])
    assert "Something happened" not in [entry.title for entry in chart.read_out_entries()]


def test_a_chart_that_is_made_after_its_panel_is_marked_when_it_shows(qtbot, session, tasks, known):
    session.show_study(known)
    keeper = JournalKeeper(tasks, None)
    days = known.market.days
    keeper.put(Note(date.fromisoformat(str(days[300])), "Something happened"), "add")
    holder = QWidget()
    qtbot.addWidget(holder)
    marks = JournalMarks(session, keeper)
    marks.follow(holder)
    holder.show()
    page = QWidget(holder)
    chart = TimeChart("Line", parent=page)
    chart.add_line("a", "A", 0)
    chart.set_line("a", days, np.arange(days.size, dtype=float))
    chart.set_cursor(days[300])
    assert "Something happened" not in [entry.title for entry in chart.read_out_entries()]
    page.show()
    assert "Something happened" in [entry.title for entry in chart.read_out_entries()]


def test_the_prices_beside_a_ladder_are_marked_and_read_out(qtbot, session, tasks, known):
    session.show_study(known)
    keeper = JournalKeeper(tasks, None)
    days = known.market.days
    holder = QWidget()
    qtbot.addWidget(holder)
    chart = RungChart("Price and rungs", parent=holder)
    chart.resize(1800, 400)
    plan = Plan(name="Autumn", positions=(Position("bitcoin", 1.0, cost=5.0),))
    chart.show_view(ladder_view(plan, known, known.latest, 0, None))
    holder.show()
    chart.arrange()
    marks = JournalMarks(session, keeper)
    marks.follow(holder)
    bare = chart.grab().toImage()
    keeper.put(Note(date.fromisoformat(str(days[300])), "Something happened"), "add")
    assert chart.grab().toImage() != bare
    chart.choose(300)
    assert "Something happened" in chart.read_out_text()
    chart.choose(200)
    assert "Something happened" not in chart.read_out_text()


def test_coins_of_a_file_are_named_as_in_the_editor(panel, qtbot, session, tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda parent, title, text: told.append(text))
    one, other = session.study.market.coins[:2]
    file = tmp_path / "in.csv"
    file.write_text(
        f"day,title,coins\n2019-05-01,Two,{one.symbol.upper()};{other.id}\n"
        f'2019-04-01,"By commas","{one.id}, {other.symbol}, nonsense"\n',
        encoding="utf-8",
    )
    panel.import_file(file)
    qtbot.waitUntil(lambda: bool(told))
    two, commas = session.journal.journal.notes
    assert two.coins == (one.id, other.id)
    assert commas.coins == (one.id, other.id, "nonsense")
    assert "no coins of these names: nonsense." in told[0]


def test_a_coin_that_a_note_holds_stays_though_another_has_its_id_for_a_symbol(panel, qtbot, session):
    one, other, third = session.study.market.coins[:3]
    panel.new.click()
    qtbot.waitUntil(lambda: bool(session.journal.journal.notes))
    note = session.journal.journal.notes[0]
    session.journal.put(replace(note, coins=(one.id,)), "change")
    qtbot.waitUntil(lambda: panel.editor.coins.text() == one.id)
    panel.editor._find = {one.id: other.id, third.symbol: third.id}.get
    field = panel.editor.coins
    field.setFocus()
    qtbot.keyClicks(field, f", {third.symbol}")
    panel.editor.title.setFocus()
    assert field.text() == f"{one.id}, {third.id}"
