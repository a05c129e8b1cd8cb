"""The Precedents panel: it answers the rule and the day that are shown, and no other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QSpinBox, QWidget

from models.market.precedents.view import precedent_view
from models.market.snapshot import day
from models.market.unknown import Unknown
from models.qt.reader import readable
from tests.ui.precedents.waiting import RULE, same, settle
from ui.panels.explain import Explanation
from ui.panels.precedents import words
from ui.theme.tokens import DARK
from ui.widgets.explain_button import ExplainButton
from ui.widgets.themed import Themed


def test_the_sentence_the_dots_and_the_table_say_the_same(qtbot, shown, whole):
    view = precedent_view(whole, RULE, whole.latest)
    tested = view.verdict.tested
    said = words.plain(shown.verdict.sentence.text())
    assert f"{tested.events} record days" in said
    assert f"after {tested.hits} (" in said
    marks = [dot.mark for dot in shown.verdict.dots.dots]
    assert marks.count("hit") == tested.hits
    assert marks.count("miss") == tested.events - tested.hits
    assert shown.events.table.figures.rowCount() == len(view.rows)
    assert shown.events.all.text() == f"All {len(view.rows)}"
    assert shown.fan.fan.count() == view.fan.days.size
    assert [row.n for row in shown.compare.placebos.dots.dots.rows] == [one.events for one in view.placebos]


def test_nothing_of_the_verdict_is_cut_in_a_narrow_panel(shown, qtbot):
    verdict = shown.verdict
    for width in (1290, 600, 1290):
        shown.resize(width, 694)
        below = width < 860
        qtbot.waitUntil(lambda below=below: (verdict.how.y() >= verdict.badge.geometry().bottom()) == below)
        for label in (verdict.how, verdict.asked, verdict.counts):
            qtbot.waitUntil(lambda label=label: label.height() >= label.heightForWidth(label.width()))


def test_the_verdict_never_claims_more_than_the_figures(shown):
    view = shown._view
    text = shown.verdict.badge.text()
    if view.verdict.established:
        assert text.startswith("Established")
    else:
        assert text.startswith("Not established")
        assert shown.verdict.badge.state() == "neutral"
        assert "not established" in words.plain(shown.verdict.sentence.text())


def test_no_sentence_needs_a_course_in_statistics(shown):
    """Jargon stands in tooltips and explanations, one click away, and never in what is read first."""
    said = [
        words.plain(shown.verdict.sentence.text()),
        shown.verdict.how.text(),
        shown.verdict.counts.text(),
        shown.verdict.limits.text(),
        shown.compare.placebos.sentence.text(),
        shown.compare.waits.sentence.text(),
        shown.base.rules.sentence.text(),
        *(dot.tip for dot in shown.verdict.dots.dots),
    ]
    for text in said:
        for term in (
            "Holm",
            "bootstrap",
            "circular",
            "two-sided",
            "null",
            "nan",
            "significan",
            "quantile",
            "{",
        ):
            assert term not in text, text
    assert "Holm" in shown.verdict.how.toolTip()


def test_an_earlier_day_shows_what_was_known_then(qtbot, shown, session, whole):
    when = whole.first_day + 1_300
    session.set_day(when)
    view = settle(qtbot, shown)
    assert view.day == when
    assert max(row.day for row in view.rows) <= when
    expected = precedent_view(whole, RULE, when)
    assert words.verdict(view, same) == words.verdict(expected, same)
    newest = shown.events.table.figures.rows[0]
    if (when - day(newest.key)).astype(int) < 30:
        assert shown.events.table.figures.columns[2].shown(newest.cells[2]) == "open"


def test_a_row_leads_to_its_day(qtbot, shown, session):
    table = shown.events.table
    key = table.figures.rows[3].key
    table.choose(key)
    assert shown.fan.fan.marked() == shown.fan._days.index(key)
    table.setFocus()
    table.opened.emit(key)
    assert session.day == day(key)


def test_a_click_on_the_day_goes_there_and_one_elsewhere_does_not(qtbot, shown, session):
    table = shown.events.table
    before = session.day

    def click(row, column):
        place = table.visualRect(table.sorted.index(row, column)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QApplication.processEvents()

    click(1, 3)
    assert session.day == before
    click(1, 0)
    assert str(session.day) == shown.events.table.figures.rows[1].key or session.day != before


def test_a_dot_and_a_path_choose_the_row(qtbot, shown):
    key = shown.verdict.dots.dots[1].key
    shown.verdict.dots.clicked.emit(key)
    assert shown.events.table.chosen_key() == key
    shown.fan.fan.event_clicked.emit(2)
    assert shown.events.table.chosen_key() == shown.fan._days[2]


def test_the_table_sorts_by_any_column_with_the_unknown_last(shown):
    table = shown.events.table
    for column in range(6):
        table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        cells = [
            table.figures.rows[table.sorted.mapToSource(table.sorted.index(at, 0)).row()].cells[column]
            for at in range(table.sorted.rowCount())
        ]
        known = [cell for cell in cells if cell is not None]
        assert known == sorted(known)
        assert cells[: len(known)] == known


def test_all_events_open_with_every_horizon(qtbot, shown):
    dialog = shown.events.open_all()
    table = shown.events.full_table()
    assert len(table.rows) == len(shown._view.rows)
    assert any("365" in head for head in table.header)
    dialog.close()


def test_every_part_explains_itself(qtbot, shown):
    for button in shown.findChildren(ExplainButton):
        button.click()
        opened = [one for one in shown.window().findChildren(Explanation) if one.isVisible()]
        assert len(opened) == 1, button.key()
        text = opened[0].text()
        assert "An event is" in text
        assert "methods, section 7" in text
        assert readable(str(shown._view.day)) in text
        opened[0].close()
        opened[0].deleteLater()
        QApplication.sendPostedEvents(opened[0], QEvent.Type.DeferredDelete)


def test_the_methods_say_what_is_explained(shown):
    assert {button.key() for button in shown.findChildren(ExplainButton)} == {
        "precedents:verdict", "precedents:paths", "precedents:base", "precedents:rules",
        "precedents:events", "precedents:placebos", "precedents:waits",
    }  # fmt: skip


def test_everything_has_a_name_and_can_be_reached_by_keyboard(shown):
    for kind in (QAbstractButton, QComboBox, QSpinBox):
        for widget in (*shown.findChildren(kind), *shown.controls.popover.findChildren(kind)):
            if widget.objectName().startswith("qt_"):  # Qt's own, behind the heads of a table
                continue
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
    for widget in (shown.fan.fan.view, shown.events.table, shown.verdict.dots, shown.base.dots.dots):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("size", [(948, 566), (1290, 694), (1844, 1006)])
def test_nothing_is_cut_at_any_size(qtbot, shown, size):
    shown.resize(*size)
    QApplication.processEvents()
    inside = shown._scroll.widget()
    assert inside.width() <= shown._scroll.viewport().width()
    for card in shown._cards:
        for child in card.findChildren(QWidget):
            if child.isVisible() and child.parentWidget() is card:
                assert card.rect().adjusted(-1, -1, 1, 1).contains(child.geometry()), child
    sentence = shown.verdict.sentence
    assert sentence.height() >= sentence.heightForWidth(sentence.width()) - 1


def test_both_themes_reach_every_part(qtbot, shown, session):
    session.set_theme(DARK)
    for part in (*shown.findChildren(QWidget), *shown.controls.popover.findChildren(QWidget)):
        if isinstance(part, Themed):
            assert part.theme is DARK, part
    shown.grab()


def test_the_view_that_is_shown_is_no_unknown(shown):
    assert not isinstance(shown._view, Unknown)
