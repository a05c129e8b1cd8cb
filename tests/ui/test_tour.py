"""The tour: short, skippable, by keyboard as by mouse, and inside the window at every size."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ui.widgets.explain_button import ExplainButton
from ui.window.tour import Stop, Tour, _beside
from ui.window.tour_stops import stops


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    corner = QPushButton("corner", made)
    corner.setGeometry(840, 560, 50, 30)
    wide = QWidget(made)
    wide.setObjectName("wide")
    wide.setGeometry(0, 0, 900, 600)
    wide.lower()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def tour(window, session) -> Tour:
    stops = [
        Stop("One", "In the middle."),
        Stop("Two", "Beside a button. " * 8, lambda: window.findChild(QPushButton, "")),
        Stop("Three", "Over all of it.", lambda: window.findChild(QWidget, "wide")),
    ]
    made = Tour(stops, session, window)
    made.start()
    return made


def test_every_card_lies_inside_the_window_at_every_size(tour, window):
    for size in ((900, 600), (640, 360), (1920, 1080)):
        window.resize(*size)
        for at in range(3):
            tour.go(at)
            assert tour.rect().contains(tour._card.geometry()), (size, at)


def test_arrow_keys_walk_and_escape_ends(tour, qtbot):
    qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Right)
    assert tour.title.text() == "Two"
    qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Left)
    assert tour.title.text() == "One"
    with qtbot.waitSignal(tour.finished):
        qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Escape)


def test_enter_presses_the_button_that_has_the_focus(tour, qtbot):
    qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Return)
    assert tour.title.text() == "Two"
    tour.back.setFocus()
    qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Enter)
    assert tour.title.text() == "One"


def test_the_last_card_is_done(tour, qtbot):
    tour.go(2)
    assert tour.next.text() == "Done"
    assert not tour.skip.isVisible()
    with qtbot.waitSignal(tour.finished):
        tour.next.click()


def test_the_card_about_the_figures_points_at_one_of_them(qtbot):
    pages = QWidget()
    qtbot.addWidget(pages)
    hidden, seen = (
        ExplainButton("season", "Season", parent=pages),
        ExplainButton("beta", "Beta", parent=pages),
    )
    hidden.hide()
    pages.show()
    (card,) = (one for one in stops(SimpleNamespace(pages=pages)) if "ƒ" in one.text)
    assert card.target() is seen
    seen.hide()
    assert card.target() is pages, "while a panel is read there is none"


def test_tab_stays_within_the_card(tour, qtbot):
    tour.go(1)
    seen = set()
    for _ in range(4):
        qtbot.keyClick(tour.focusWidget(), Qt.Key.Key_Tab)
        seen.add(tour.focusWidget().text())
    assert seen == {"Skip", "Back", "Next"}


def test_a_card_does_not_cover_what_it_explains_where_there_is_room():
    card, area = QRect(0, 0, 320, 150), QRect(0, 0, 900, 600)
    for bright in (
        QRect(0, 0, 76, 600),
        QRect(76, 0, 824, 48),
        QRect(0, 570, 900, 30),
        QRect(600, 100, 280, 300),
    ):
        at = _beside(bright, card, area)
        assert not QRect(at, card.size()).intersects(bright)
        assert area.contains(QRect(at + QPoint(0, 0), card.size()))
