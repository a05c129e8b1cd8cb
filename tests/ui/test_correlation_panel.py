"""The Correlation panel: it follows study, day and choice, and says why where it knows nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from models.market.correlation.view import Choice, PairDay, day_view, study_pair
from models.market.snapshot import Series, day
from models.market.study import Study, study
from models.qt.reader import readable
from tests.markets import synthetic_market
from ui.panels.correlation import panel as module
from ui.panels.correlation import words
from ui.panels.correlation.controls import PairControls
from ui.panels.correlation.panel import CorrelationPanel
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import DARK, LIGHT
from ui.widgets import numbers
from ui.widgets.box import LineBox
from ui.widgets.themed import Themed

EARLIER = day("2021-03-10")


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=1_200, coins=80))


@pytest.fixture
def tasks():
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def session() -> Session:
    return Session(DARK)


@pytest.fixture
def panel(qtbot, session, tasks) -> CorrelationPanel:
    made = CorrelationPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    return made


def settled(qtbot, panel: CorrelationPanel, day: np.datetime64) -> PairDay:
    """Wait for all that belongs to a day."""

    def ready() -> None:
        view = panel._view
        assert view is not None
        assert view.day == day
        assert view.history is panel._history

    qtbot.waitUntil(lambda: _holds(ready), timeout=15_000)
    assert panel._view is not None
    return panel._view


def _holds(check) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


def test_it_shows_the_figures_of_the_as_of_day(qtbot, panel, session, whole):
    session.show_study(whole)
    view = settled(qtbot, panel, session.day)
    expected = day_view(study_pair(whole, Choice()), whole, session.day)
    found = expected.cards.correlation
    assert panel.correlation.value.text() == numbers.fixed(found.value)
    assert numbers.interval(found.low, found.high) in panel.correlation.text()
    assert panel.words.text() == words.in_words(view, str)
    assert panel.beta.name.text() == "Beta of ALT50"
    assert panel.matrix.map.chosen() == (0, 5)
    assert panel.history_charts.prices.lines() == ["RUT", "ALT50", "BTC"]
    assert panel.day_charts.lead.table().rows
    assert len(panel.regimes.dots.dots.rows) == 5


def test_an_earlier_day_hides_all_that_came_later(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    session.set_day(EARLIER)
    settled(qtbot, panel, EARLIER)
    limit = EARLIER.astype(int)
    for chart in panel.history_charts.group.charts():
        for key in chart.lines():
            assert chart.line(key).x.max() <= limit
    found = study_pair(whole, Choice()).cards(EARLIER).correlation
    assert panel.correlation.value.text() == numbers.fixed(found.value)


def test_figures_follow_the_day_before_the_heavy_part_does(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    before = panel._view
    session.set_day(EARLIER)
    qtbot.waitUntil(lambda: panel.history_charts.rolling.line("rolling").x.max() <= EARLIER.astype(int))
    assert panel._view is before
    settled(qtbot, panel, EARLIER)


def test_a_day_that_passed_by_is_never_computed(qtbot, panel, session, whole, monkeypatch):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    asked = []

    def counted(history, study, day, cancelled):
        asked.append(day)
        return day_view(history, study, day, cancelled)

    monkeypatch.setattr(module, "day_view", counted)
    for back in range(20):
        session.set_day(EARLIER - np.timedelta64(back, "D"))
    settled(qtbot, panel, EARLIER - np.timedelta64(19, "D"))
    assert asked == [EARLIER - np.timedelta64(19, "D")]


def test_a_stale_result_is_dropped(qtbot, panel, session, whole):
    session.show_study(whole)
    view = settled(qtbot, panel, session.day)
    text = panel.words.text()
    stale = day_view(study_pair(whole, Choice("BTC", "ETH")), whole, session.day)
    panel._take_day(stale)
    assert panel._view is view
    assert panel.words.text() == text
    panel._take_history(whole, study_pair(whole, Choice("BTC", "ETH")))
    assert panel._history is view.history


def test_a_click_in_the_matrix_chooses_the_pair(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    panel.matrix.map.cell_clicked.emit(3, 4)
    assert panel.controls.choice() == Choice("BTC", "ETH")
    view = settled(qtbot, panel, session.day)
    assert view.history.choice.a == "BTC"
    assert panel.history_charts.prices.lines() == ["BTC", "ETH"]
    assert "Russell 2000" in panel.regimes.dots.unknown_reason()
    panel.matrix.map.cell_clicked.emit(3, 3)
    assert panel.controls.choice() == Choice("BTC", "ETH")


def test_what_is_given_is_drawn_beside_the_correlation(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    assert panel.history_charts.rolling.lines() == ["rolling"]
    panel.controls._choose(given="BTC")
    settled(qtbot, panel, session.day)
    assert panel.partial.name.text() == "Given Bitcoin"
    assert panel.history_charts.rolling.lines() == ["rolling", "partial"]
    panel.controls._choose(given="")
    settled(qtbot, panel, session.day)
    assert panel.history_charts.rolling.lines() == ["rolling"]


def test_an_unknown_pair_says_why_and_recovers(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    panel.controls._choose(b="no-such-coin")
    view = settled(qtbot, panel, session.day)
    assert panel.correlation.value.text() == numbers.UNKNOWN
    assert panel.history_charts.prices.unknown_reason()
    assert panel.history_charts.rolling.unknown_reason() == readable(view.cards.correlation.why)
    assert panel.day_charts.lead.unknown_reason() == readable(view.lead.why)
    panel.controls._choose(b="ALT50")
    settled(qtbot, panel, session.day)
    for chart in (*panel.history_charts.group.charts(), panel.day_charts.lead, panel.day_charts.scatter):
        assert chart.unknown_reason() is None


def test_without_a_study_nothing_is_shown(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    session.show_study(None)
    assert panel.correlation.value.text() == numbers.UNKNOWN
    assert panel.matrix.map.unknown_reason() == panel.words.text() == "There are no data yet."


def test_a_failure_is_told(qtbot, panel, session, whole, monkeypatch):
    def broken(study, choice, cancelled):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(module, "study_pair", broken)
    session.show_study(whole)
    qtbot.waitUntil(lambda: "out of memory" in panel.words.text())
    assert panel.correlation.value.text() == numbers.UNKNOWN


def test_the_russell_is_drawn_before_the_study_is_there(panel, session):
    days = np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]")
    line = Series(
        "RUT", "Russell 2000", "points", "test", "session", days, np.linspace(1600, 1700, days.size)
    )
    session.show_series({"RUT": line})
    assert panel.history_charts.prices.lines() == ["alone"]
    assert panel.history_charts.prices.line("alone").y[-1] == 1700
    session.show_series({})


def test_below_1100_pixels_there_is_one_column(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)

    def place(widget) -> tuple[int, int]:
        corner = widget.mapTo(panel._scroll.widget(), widget.rect().topLeft())
        return corner.x(), corner.y()

    assert place(panel.matrix)[0] > panel.history_charts.width()
    panel.resize(948, 566)
    qtbot.waitUntil(lambda: place(panel.matrix)[0] < 100)
    assert place(panel.matrix)[1] > place(panel.day_charts)[1]
    assert panel._scroll.widget().width() <= panel._scroll.viewport().width()


def test_a_theme_reaches_every_chart(qtbot, panel, session, whole):
    session.show_study(whole)
    settled(qtbot, panel, session.day)
    session.set_theme(LIGHT)
    themed = [child for child in panel.findChildren(object) if isinstance(child, Themed)]
    assert themed
    assert all(child.theme is LIGHT for child in themed)


def test_every_function_button_asks_for_its_explanation(qtbot, panel, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "ui.panels.explain.show_explanation",
        lambda widget, session, key, choice: asked.append((key, choice.b)),
    )
    for source in (*panel._cards, panel.history_charts, panel.day_charts, panel.matrix, panel.regimes):
        source.explain_requested.emit("key")
    assert asked == [("key", "ALT50")] * 8


def test_typing_part_of_a_name_finds_a_line(qtbot):
    box = LineBox("Line", 140, theme=DARK)
    qtbot.addWidget(box)
    box.set_lines([("RUT", "Russell 2000"), ("BTC", "Bitcoin"), ("ETH", "Ether")], "RUT")
    box.show()
    finder = box.completer()
    finder.setCompletionPrefix("coin")
    assert finder.completionCount() == 1
    box.field.setText("bitcoin")
    with qtbot.waitSignal(box.chosen) as told:
        qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert told.args == ["BTC"]
    box.field.setText("nothing like it")
    box.field.editingFinished.emit()
    assert box.value() == "BTC"
    assert box.currentText() == "Bitcoin"


def test_choosing_the_other_line_swaps_the_two(qtbot):
    controls = PairControls(Choice(), DARK)
    qtbot.addWidget(controls)
    controls.set_lines([("RUT", "Russell 2000"), ("ALT50", "ALT50"), ("BTC", "Bitcoin")])
    controls.a.chosen.emit("ALT50")
    assert (controls.choice().a, controls.choice().b) == ("ALT50", "RUT")
    assert (controls.a.value(), controls.b.value()) == ("ALT50", "RUT")


def test_each_kind_of_returns_keeps_its_window(qtbot):
    controls = PairControls(Choice(), DARK)
    qtbot.addWidget(controls)
    controls.show()
    controls.windows["weekly"].button("104").click()
    assert controls.choice().window == 104
    controls.returns.button("daily").click()
    assert (controls.choice().returns, controls.choice().window) == ("daily", 90)
    assert controls.windows["daily"].isVisible()
    assert not controls.windows["weekly"].isVisible()
    controls.returns.button("weekly").click()
    assert controls.choice().window == 104
