"""The shift slider, the view of levels, the search box and the alignment of the Correlation panel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from models.market.correlation.leadlag import LeadLag, lead_lag
from models.market.correlation.levels import levels
from models.market.correlation.view import Choice, study_pair
from models.market.study import Study, study
from tests.markets import synthetic_market
from ui.panels.correlation.levels import LevelsWindow
from ui.panels.correlation.panel import CorrelationPanel
from ui.theme.tokens import DARK, LIGHT
from ui.widgets import numbers
from ui.widgets.box import LineBox


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=1_200, coins=80))


@pytest.fixture
def panel(qtbot, session, tasks, whole) -> CorrelationPanel:
    made = CorrelationPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    session.show_study(whole)
    settled(qtbot, made)
    return made


def settled(qtbot, panel: CorrelationPanel) -> None:
    def ready() -> bool:
        view = panel._view
        return (
            view is not None
            and view.history is panel._history
            and view.day == panel._session.day
            and view.history.choice == panel.controls.choice()
        )

    qtbot.waitUntil(ready, timeout=15_000)


def drawn(panel: CorrelationPanel, key: str) -> tuple[np.ndarray, np.ndarray]:
    table = panel.history_charts.prices.table()
    column = [str(head) for head in table.header].index(key)
    rows = [(row[0], row[column]) for row in table.rows if _is_known(row[column])]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)


def test_the_slider_draws_the_first_line_later_and_says_what_that_is_worth(qtbot, panel, session, whole):
    charts = panel.history_charts
    before, _ = drawn(panel, _title(panel, 0))
    charts.shift_button.click()
    charts.shift.slider.setValue(9)
    after, _ = drawn(panel, _title(panel, 0))
    assert after[0] - before[0] == np.timedelta64(63, "D")
    lead = lead_lag(study_pair(whole, Choice()).weekly, as_of=session.day)
    assert isinstance(lead, LeadLag)
    text = charts.shift.sentence.text()
    assert f"r of weekly returns {numbers.fixed(float(lead.r[26 + 9]))}." in text
    assert "best of 53 shifts" in text
    assert numbers.fixed(lead.band) in text
    assert charts.shift.weeks.text() == "+9 weeks"


def _is_known(cell: object) -> bool:
    return cell is not None and bool(np.isfinite(float(cell)))  # type: ignore[arg-type]


def _title(panel: CorrelationPanel, at: int) -> str:
    assert panel._history is not None
    return panel._history.lines[at].title


def test_the_slider_is_moved_by_the_keyboard_and_put_back(qtbot, panel):
    shift = panel.history_charts.shift
    assert not shift.isVisible()
    panel.history_charts.shift_button.click()
    assert shift.isVisible()
    qtbot.keyClick(shift.slider, Qt.Key.Key_Right)
    assert shift.value() == 1
    assert shift.weeks.text() == "+1 week"
    qtbot.mouseClick(shift.back, Qt.MouseButton.LeftButton)
    assert shift.value() == 0


def test_without_the_slider_the_lines_stand_where_they_belong(qtbot, panel):
    charts = panel.history_charts
    before = drawn(panel, _title(panel, 0))
    charts.shift_button.click()
    charts.shift.slider.setValue(-20)
    assert "stretched" in charts.prices.header.subtitle.text()
    charts.shift_button.click()
    after = drawn(panel, _title(panel, 0))
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])
    assert "= 100" in charts.prices.header.subtitle.text()


def test_another_pair_begins_without_a_shift(qtbot, panel):
    panel.history_charts.shift_button.click()
    panel.history_charts.shift.slider.setValue(12)
    panel.controls.choose_pair("SPX", "BTC")
    settled(qtbot, panel)
    assert panel.history_charts.shift.value() == 0


def test_common_days_calendar_and_alignment_are_named_on_the_chart(qtbot, panel, session, whole):
    found = study_pair(whole, Choice())
    days, _, _ = found.pair.recent(found.pair.days.size, session.day)
    text = panel.history_charts.aligned.text()
    assert text.startswith(f"{days.size} common weeks, ")
    assert found.pair.calendar in text
    panel.controls.choose_pair("BTC", "ETH")
    settled(qtbot, panel)
    assert "weeks ending on Friday, 24:00 UTC" in panel.history_charts.aligned.text()


def test_the_levels_say_that_they_mislead_and_draw_unrelated_walks(qtbot, panel, session, whole):
    panel.history_charts.levels_button.click()
    window = panel.findChildren(LevelsWindow)[0]
    qtbot.waitUntil(lambda: bool(window.share.text()), timeout=5_000)
    expected = levels(study_pair(whole, Choice()), session.day)
    assert "Misleading" in window.warning.text()
    assert numbers.fixed(expected.level_r) in window.pair.words.text()
    assert numbers.fixed(expected.change_r) in window.pair.words.text()
    assert numbers.percent(expected.share, 0) in window.share.text()
    assert not window.walks.chart.lines()
    window.another.click()
    first = window.walks.words.text()
    assert set(window.walks.chart.lines()) == {"a", "b"}
    assert window.another.text() == "Another pair"
    window.another.click()
    assert window.walks.words.text() != first
    session.set_theme(LIGHT if session.theme is DARK else DARK)
    session.step(-100)
    earlier = levels(study_pair(whole, Choice()), session.day)
    qtbot.waitUntil(lambda: f"({earlier.observations}," in window.share.text(), timeout=5_000)
    window.close()


def test_levels_of_too_few_weeks_say_so(qtbot, panel, session):
    session.set_day(session.span[0] + 120)
    settled(qtbot, panel)
    panel.open_levels()
    window = panel.findChildren(LevelsWindow)[0]
    qtbot.waitUntil(lambda: bool(window.pair.chart.unknown_reason()), timeout=5_000)
    assert "52 are needed" in window.pair.chart.unknown_reason()
    assert not window.another.isEnabled()
    window.close()


def test_every_series_and_coin_of_the_cache_can_be_chosen_for_either_line(panel, whole):
    hidden = {"bitcoin", "ethereum"}
    cached = set(whole.market.series) | {coin.id for coin in whole.market.coins} - hidden | {"BTC", "ETH"}
    for box in (panel.controls.a, panel.controls.b):
        offered = {box.itemData(at) for at in range(box.count())}
        assert cached <= offered
        assert {"ALT50", "ALT50EW", "LARGE", "MID", "SMALL"} <= offered


def test_a_part_of_a_name_finds_a_coin(qtbot, panel, whole):
    box = panel.controls.b
    box.field.setFocus()
    box.field.selectAll()
    coin = whole.market.coins[20]
    box.completer().setCompletionPrefix(coin.name[1:].lower())
    found = {
        box.completer().completionModel().index(row, 0).data()
        for row in range(box.completer().completionModel().rowCount())
    }
    assert f"{coin.name} ({coin.symbol})" in found
    box.field.setText(f"{coin.name} ({coin.symbol})")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    settled(qtbot, panel)
    assert panel.controls.choice().b == coin.id


def test_two_lines_of_one_title_can_be_told_apart(qtbot):
    box = LineBox("Line", 200, theme=DARK)
    qtbot.addWidget(box)
    box.set_lines([("one", "Same (S)"), ("two", "Same (S)"), ("other", "Other")], "two")
    assert [box.itemText(at) for at in range(3)] == ["Same (S) · one", "Same (S) · two", "Other"]
    box._settle()
    assert box.value() == "two"


@pytest.mark.parametrize("other", ["series", "coin"])
def test_any_two_lines_can_be_paired_or_say_why_not(qtbot, panel, whole, other):
    names = (
        list(whole.market.series) if other == "series" else [coin.id for coin in whole.market.coins[30:36]]
    )
    for name in names[:6]:
        if name == "RUT":
            continue
        panel.controls.choose_pair("coin-010", name)
        settled(qtbot, panel)
        assert panel.history_charts.aligned.text()
        assert panel.correlation.text()
