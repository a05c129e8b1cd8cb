"""The top bar: choosing the day that the whole application shows, and the two badges beside it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDateEdit, QPushButton, QSlider, QToolButton

from models.market.season.index import HEADLINE
from models.market.unknown import Unknown
from models.qt.reader import readable
from tests.ui import walking
from ui.theme.style import style_sheet
from ui.theme.tokens import DARK, LIGHT
from ui.window.asof_bar import NARROW, AsOfBar
from ui.window.search_button import Room, SearchButton


@pytest.fixture
def bar(qtbot, session, known):
    made = AsOfBar(session)
    qtbot.addWidget(made)
    made.setStyleSheet(style_sheet(DARK))
    made.resize(1290, 48)
    made.show()
    session.show_study(known)
    return made


def button(bar: AsOfBar, words: str) -> QPushButton | QToolButton:
    return next(
        one
        for one in [*bar.findChildren(QPushButton), *bar.findChildren(QToolButton)]
        if words in (one.accessibleName() or one.text())
    )


def slider(bar: AsOfBar) -> QSlider:
    return bar.findChild(QSlider)


def test_it_shows_the_day_of_the_session(bar, session):
    session.set_day(np.datetime64("2020-03-02"))
    assert bar.date.field.date() == QDate(2020, 3, 2)
    assert bar.date.text() == bar.locale().toString(QDate(2020, 3, 2), "ddd d MMM yyyy")
    assert slider(bar).value() == int((session.day - session.span[0]).astype(int))


@pytest.mark.parametrize("language", ["en_US", "de_DE", "pt_BR"])
def test_every_day_has_room_in_its_field(bar, language):
    bar.setLocale(QLocale(language))
    field = bar.date.field
    days = [QDate(2026, 1, 1).addDays(step) for step in range(365)]
    widest = max(
        field.fontMetrics().horizontalAdvance(field.locale().toString(day, "ddd d MMM yyyy")) for day in days
    )
    assert field.locale().name() == language
    assert field.lineEdit().contentsRect().width() >= widest + 4  # Qt keeps two pixels free at each end


def test_arrows_step_one_day_and_stop_at_the_ends(bar, session, known):
    session.set_day(known.last_day)
    assert not bar.date.later.isEnabled()
    bar.date.earlier.click()
    assert session.day == known.last_day - 1
    bar.date.later.click()
    assert session.day == known.last_day
    session.set_day(known.first_day)
    assert not bar.date.earlier.isEnabled()


def test_the_slider_spans_all_cached_days(bar, session, known):
    assert slider(bar).maximum() == known.market.days.size - 1
    slider(bar).setValue(100)
    assert session.day == known.market.days[100]


def test_a_day_can_be_typed(qtbot, bar, session):
    session.set_day(np.datetime64("2020-03-02"))
    bar.date.edit()
    qtbot.keyClicks(bar.date.field, "17")
    assert session.day == np.datetime64("2020-03-02"), "Half a day is no day."
    qtbot.keyClick(bar.date.field, Qt.Key.Key_Return)
    assert session.day == np.datetime64("2020-03-17")
    assert bar.date.text() == bar.locale().toString(QDate(2020, 3, 17), "d MMM yyyy")
    bar._play.setFocus()
    qtbot.waitUntil(lambda: bar.date.text() == bar.locale().toString(QDate(2020, 3, 17), "ddd d MMM yyyy"))


def type_by_keys(qtbot, text: str) -> None:
    """Press one key after the other, as a person does: each goes to whoever has the cursor by then."""
    for letter in text:
        qtbot.keyClick(QApplication.focusWidget(), letter)
        QApplication.processEvents()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()


@pytest.mark.parametrize(
    "text",
    ["2020-01-14", "14 Jan 2020", "14 january 2020", "Tue 14 Jan 2020", "14.1.2020", "14 Jan", "14.1."],
)
def test_a_whole_day_can_be_typed_in_any_form(qtbot, bar, session, text):
    session.set_day(np.datetime64("2020-03-02"))
    bar.activateWindow()
    bar.date.edit()
    type_by_keys(qtbot, text)
    assert session.day == np.datetime64("2020-01-14")
    assert QApplication.focusWidget() is bar.date.field
    type_by_keys(qtbot, "2020-03-05")
    assert session.day == np.datetime64("2020-03-05"), "again, from where the cursor stands"


def test_a_month_can_be_typed_alone(qtbot, bar, session):
    session.set_day(np.datetime64("2020-01-31"))
    bar.activateWindow()
    bar.date.edit()
    bar.date.field.setSelectedSection(QDateEdit.Section.MonthSection)
    type_by_keys(qtbot, "feb")
    assert session.day == np.datetime64("2020-02-29")


def test_typing_can_be_given_up(qtbot, bar, session):
    session.set_day(np.datetime64("2020-03-02"))
    bar.activateWindow()
    bar.date.edit()
    qtbot.keyClicks(bar.date.field, "2020-01")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert session.day == np.datetime64("2020-03-02")
    assert not bar.date._typing.isVisible()
    qtbot.keyClicks(bar.date.field, "2020-01-14")
    bar._play.setFocus()
    assert session.day == np.datetime64("2020-01-14"), "Leaving the field takes what was typed."


@pytest.mark.parametrize(("text", "which"), [("2009-01-03", "begin"), ("2140-05-07", "end")])
def test_a_day_without_data_leads_to_the_nearest_one_and_is_told(qtbot, bar, session, known, text, which):
    heard: list[str] = []
    session.said.connect(heard.append)
    bar.activateWindow()
    bar.date.edit()
    type_by_keys(qtbot, text)
    assert session.day == (known.first_day if which == "begin" else known.last_day)
    assert len(heard) == 1
    assert heard[0].startswith(f"The data {which} on ")
    assert text[:4] in heard[0]
    session.step(5_000)
    session.step(-90_000)
    assert len(heard) == 1, "A step stops at the ends without a word."


def test_the_parts_of_the_day_can_be_stepped(qtbot, bar, session):
    session.set_day(np.datetime64("2020-03-02"))
    bar.date.edit()
    qtbot.keyClick(bar.date.field, Qt.Key.Key_Up)
    assert session.day == np.datetime64("2020-03-03")


def test_a_day_can_be_picked_from_the_calendar(qtbot, bar, session, known):
    bar.date.open_calendar()
    calendar = bar.date.calendar
    assert calendar is not None
    assert calendar.minimumDate() == bar.date.field.minimumDate()
    calendar.clicked.emit(QDate(2020, 1, 15))
    assert session.day == np.datetime64("2020-01-15")
    assert not calendar.isVisible()


def test_the_past_is_marked_as_a_review(bar, session, known):
    today = button(bar, "oday")
    assert not bar.property("review")
    assert today.text() == "Today"
    session.step(-10)
    assert bar.property("review")
    assert today.text() == "Back to today"
    assert "Review, as of" in [label.text() for label in bar.findChildren(type(bar._caption))]
    today.click()
    assert session.day == known.latest
    assert not bar.property("review")


def test_the_keyboard_moves_the_day(qtbot, bar, session, known):
    bar.activateWindow()
    for keys, expected in (("Alt+Left", -1), ("Alt+Left", -2), ("Alt+Right", -1), ("Alt+Home", 0)):
        combination = QKeySequence(keys)[0]
        qtbot.keyClick(bar, combination.key(), combination.keyboardModifiers())
        assert session.day == known.latest + expected, keys


def test_playing_goes_on_by_itself_and_ends_at_today(qtbot, bar, session, known, monkeypatch):
    session.step(-3)
    bar._timer.setInterval(1)
    days = []
    session.day_changed.connect(days.append)
    bar.toggle_play()
    assert bar.is_playing
    assert "Pause" in bar._play.accessibleName()
    qtbot.waitUntil(lambda: not bar.is_playing)
    assert days == [known.latest - 2, known.latest - 1, known.latest]
    assert "Play" in bar._play.accessibleName()


def test_playing_can_be_paused(bar, session):
    session.step(-100)
    bar.toggle_play()
    bar.toggle_play()
    assert not bar.is_playing


def test_playing_from_today_begins_at_the_first_day(bar, session, known):
    bar.toggle_play()
    assert session.day == known.first_day
    bar.toggle_play()


def test_the_badges_say_what_the_study_says(bar, session, known):
    day = known.market.days[600]
    session.set_day(day)
    reading, state = known.season[HEADLINE].at(day), known.rotation.at(day)
    assert f"Season {reading.index:.0f}" in bar.season.accessibleName()
    assert f"{reading.beating} of {reading.counted}" in bar.season.toolTip()
    assert not isinstance(state.phase, Unknown)
    assert readable(str(state.since)) in bar.phase.toolTip()


def test_an_unknown_figure_is_shown_as_unknown_with_its_reason(bar, session, known):
    session.set_day(known.first_day)
    index = known.season[HEADLINE].at(known.first_day)
    why = index.why if isinstance(index, Unknown) else index.index.why
    assert "unknown" in bar.season.accessibleName()
    assert why in bar.season.accessibleName()
    assert "unknown" in bar.phase.accessibleName()


def test_a_study_without_a_rotation_has_an_unknown_phase(bar, session, known):
    session.show_study(replace(known, rotation=Unknown("No coin has a market cap.")))
    assert bar.phase.toolTip() == "No coin has a market cap."


def test_without_data_nothing_can_be_chosen(qtbot, session):
    bar = AsOfBar(session)
    qtbot.addWidget(bar)
    bar.show()
    assert bar.date.text() == "no data yet"
    assert not any(one.isEnabled() for one in (bar.date, slider(bar), bar._play, bar._today))
    bar.toggle_play()
    bar.date.open_calendar()
    assert not bar.is_playing
    assert bar.date.calendar is None


def test_while_loading_nothing_is_called_unknown(qtbot, session):
    bar = AsOfBar(session)
    qtbot.addWidget(bar)
    session.set_loading("Reading the market")
    assert bar.date.text() == "being read"
    assert "unknown" not in bar.season.accessibleName()
    session.set_loading("")
    assert "unknown" in bar.season.accessibleName()


@pytest.mark.parametrize("width", [564, 720, 948, NARROW - 1, NARROW, 1844])
def test_nothing_is_cut_off_at_any_width(qtbot, bar, session, width):
    session.step(-10)
    bar.resize(width, 48)
    QApplication.processEvents()
    shown = [one for one in bar.children() if hasattr(one, "isVisible") and one.isVisible()]
    for one in shown:
        assert one.geometry().right() <= width, one
        if one in (bar._today, bar._caption, bar.season, bar.phase):
            assert one.width() >= one.sizeHint().width(), one
    edges = sorted((one.x(), one.geometry().right()) for one in shown)
    assert all(left[1] < right[0] for left, right in pairwise(edges))


def test_the_search_is_as_wide_as_its_words_in_any_letters(qtbot, wide_letters):
    button = SearchButton()
    qtbot.addWidget(button)
    for room in get_args(Room):
        button.set_room(room)
        button.show()
        QApplication.processEvents()
        assert not walking.clipped(button), room


def test_a_narrow_bar_gives_up_words_before_controls(bar):
    bar.resize(NARROW + 50, 48)
    QApplication.processEvents()
    assert bar.search_button._words.isVisible()
    bar.resize(NARROW - 100, 48)
    QApplication.processEvents()
    assert not bar.search_button._words.isVisible()
    assert slider(bar).isVisible()
    bar.resize(460, 48)
    QApplication.processEvents()
    assert not slider(bar).isVisible()
    assert bar.date.isVisible()


@pytest.mark.parametrize("width", [948, 1290])
def test_the_slider_never_leaves_the_hand_that_drags_it(bar, session, known, width):
    bar.resize(width, 48)
    QApplication.processEvents()
    slider(bar).setSliderDown(True)
    for row in range(known.market.days.size - 1, 0, -40):
        slider(bar).setSliderPosition(row)
        assert session.day == known.market.days[row]
        assert slider(bar).isVisible()
    slider(bar).setSliderDown(False)


def test_a_note_says_why_the_newest_day_is_not_at_the_end_of_the_slider(bar, session, known):
    behind = replace(known, latest=known.last_day - 40)
    session.show_study(behind)
    session.today()
    assert bar.note.isVisible()
    assert "enough to rank the coins" in bar.note.toolTip()
    assert bar.date.words_of(known.last_day) in slider(bar).toolTip()
    session.step(-1)
    assert not bar.note.isVisible()
    session.today()
    bar.resize(900, 48)
    assert not bar.note.isVisible(), "where there is no room, the slider alone tells"


def test_no_note_stands_where_the_newest_day_ends_the_slider(bar, session, known):
    session.show_study(replace(known, latest=known.last_day))
    session.today()
    assert bar.note.text() == ""
    assert slider(bar).toolTip() == bar.date.text()


def test_nothing_comes_and_goes_while_the_days_go_by(bar, session, known):
    bar.resize(760, 48)
    session.step(-1)
    levels = []
    for _ in range(60):
        session.step(-10)
        levels.append(bar._level)
    assert levels == sorted(levels)


def test_a_new_theme_changes_icons_without_a_rebuild(bar, session):
    before = bar._play.icon().cacheKey()
    session.set_theme(LIGHT)
    assert bar._play.icon().cacheKey() != before
    session.set_theme(DARK)
    assert bar._play.icon().cacheKey() == before


def test_messages_wait_behind_the_bell(bar):
    bar.alerts.add("The report was saved.")
    bar.alerts.add("The cache was rebuilt.")
    assert bar.alerts.unread == 2
    assert bar.alerts.messages() == ["The cache was rebuilt.", "The report was saved."]
    assert "2 unread" in bar.alerts.accessibleName()
    bar.grab()
    bar.alerts.open()
    assert bar.alerts.unread == 0


def test_every_control_has_a_name(bar):
    for kind in (QPushButton, QToolButton, QSlider):
        for one in bar.findChildren(kind):
            if one.isVisible():
                assert one.accessibleName() or getattr(one, "text", str)(), one
