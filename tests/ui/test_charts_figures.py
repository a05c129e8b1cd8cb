"""Figures, marks, maps and dots: what they show, say, and do by keyboard."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ui.charts.correlogram import Correlogram
from ui.charts.gauge import Gauge
from ui.charts.heat_map import HeatMap
from ui.charts.interval_dots import DotRow, IntervalDots
from ui.charts.phase_track import PhaseTrack, Station
from ui.charts.scatter_chart import ScatterChart
from ui.charts.stacked_bar import StackedBar
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.card import Card
from ui.widgets.figure_card import FigureCard
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented
from ui.widgets.signal_mark import STATES, SignalMark
from ui.widgets.skeleton import Skeleton
from ui.widgets.themed import heat, spread_theme

STATIONS = [
    Station("Bitcoin", 0.58, 41, 9),
    Station("Large caps", 0.17, 24, 8),
    Station("Mid caps", None),
    Station("Small and meme", 0.11, 27, 5),
]


def shown(qtbot, widget: QWidget, width: int = 300, height: int = 160) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def picture(widget: QWidget) -> bytes:
    image = widget.grab().toImage()  # held: its bits go with it
    return bytes(image.constBits())


def test_a_figure_card_says_all_it_shows(qtbot):
    card = shown(qtbot, FigureCard("Bitcoin dominance", short_name="Dominance", key="dominance"))
    card.set_figure("58.4", unit="%", interval="57 … 60", note="+1.9 points in 30 days")
    assert card.accessibleName() == "Bitcoin dominance: 58.4 %, 57 … 60, +1.9 points in 30 days"
    assert card.value.text() == "58.4"
    card.set_compact(True)
    assert card.name.text() == "Dominance"
    assert card.note.text() == "57 … 60"
    assert card.interval.isHidden()


def test_an_unknown_figure_is_a_dash_with_its_reason(qtbot):
    card = shown(qtbot, FigureCard("Options skew"))
    card.set_unknown("No series in the cache.")
    assert card.value.text() == "–"
    assert card.note.text() == card.toolTip() == "No series in the cache."
    assert "No series in the cache." in card.accessibleName()


def test_the_gauge_points_to_its_value_and_hides_the_needle_when_unknown(qtbot):
    gauge = shown(qtbot, Gauge(name="Altcoin season index"))
    gauge.set_value(41, "neither season")
    assert gauge.accessibleName() == "Altcoin season index: 41, neither season"
    first = picture(gauge)
    gauge.set_value(80, "neither season")
    assert picture(gauge) != first
    gauge.set_unknown("12 coins counted, 25 are needed.")
    assert gauge.accessibleName() == "Altcoin season index: unknown, 12 coins counted, 25 are needed."
    gauge.set_value(math.nan, "no reading")
    assert "unknown" in gauge.accessibleName()


def test_the_phase_track_names_the_phase_in_force(qtbot):
    track = shown(qtbot, PhaseTrack(), 500, 110)
    track.set_stations(STATIONS, 0)
    assert track.accessibleDescription().startswith("Bitcoin, 58 %, 41 d · 9, now; Large caps, 17 %")
    assert "Mid caps, –, no spell yet" in track.accessibleDescription()
    track.set_stations(STATIONS, None, "no clear phase")
    assert track.accessibleDescription().startswith("no clear phase; ")
    assert "now" not in track.accessibleDescription()
    track.set_unknown("The tiers have 12 days, 30 are needed.")
    assert "12 days" in track.accessibleDescription()


def test_a_head_takes_the_longest_words_that_have_room(qtbot):
    card = Card("Russell 2000", key="russell", theme=DARK)
    card.set_subtitle("2,235 on 11 Jul, 8.5 % below its record", "2,235")
    shown(qtbot, card, 600, 100)
    assert card.header.subtitle.shown_text() == "2,235 on 11 Jul, 8.5 % below its record"
    card.resize(230, 100)
    assert card.header.subtitle.shown_text() == "2,235"
    assert "8.5 % below" in card.header.subtitle.toolTip()
    card.resize(600, 100)
    assert "its record" in card.header.subtitle.shown_text()


def test_the_note_of_an_inline_figure_goes_below_where_it_would_be_cut(qtbot):
    card = FigureCard("Value", key="plan_value", inline=True, theme=DARK)
    card.set_figure("45,878", unit="USD", note="9 % cash")
    shown(qtbot, card, 172, 90)
    assert card.note.sizeHint().width() > card.note.width()
    card.set_compact(True)
    qtbot.waitUntil(lambda: card.note.y() > card.value.geometry().bottom() - 4)
    assert card.note.sizeHint().width() <= card.note.width()
    card.set_compact(False)
    qtbot.waitUntil(lambda: card.note.y() < card.value.geometry().bottom())


def test_the_stacked_bar_is_as_long_as_its_counts(qtbot):
    bar = shown(qtbot, StackedBar(theme=DARK), 400, 32)
    bar.set_counts(5, 0, 5, 0)
    image = bar.grab().toImage()
    assert image.pixelColor(100, 5).name().upper() == DARK.confirms
    assert image.pixelColor(300, 5).name().upper() == DARK.contradicts
    assert bar.accessibleDescription() == "5 confirm; 0 neutral; 5 contradict; 0 unknown"


def test_the_stacked_bar_claims_no_counts_before_it_has_any(qtbot):
    bar = shown(qtbot, StackedBar(theme=DARK), 400, 32)
    assert bar.legend_texts == ()
    assert bar.table().rows == []
    bar.set_counts(0, 0, 0, 2)
    assert bar.legend_texts == ("0 confirm", "0 neutral", "0 contradict", "2 unknown")


def test_each_state_has_a_shape_of_its_own(qtbot):
    mark = shown(qtbot, SignalMark(), 16, 16)
    pictures = set()
    for state in STATES:
        mark.set_state(state)
        assert mark.accessibleName() == state
        pictures.add(picture(mark))
    assert len(pictures) == 4
    with pytest.raises(ValueError, match="no state"):
        mark.set_state("maybe")


def test_segments_choose_by_mouse_and_keyboard(qtbot):
    choice = shown(qtbot, Segmented([("w", "Weekly"), ("d", "Daily"), ("m", "Monthly")], name="Returns"))
    with qtbot.waitSignal(choice.changed) as heard:
        choice.button("d").click()
    assert heard.args == ["d"]
    assert choice.accessibleName() == "Returns: Daily"
    choice.set_possible("m", False, "Too few months.")
    qtbot.keyClick(choice, Qt.Key.Key_Right)
    assert choice.value() == "d"
    assert choice.button("m").toolTip() == "Too few months."
    qtbot.keyClick(choice, Qt.Key.Key_Left)
    assert choice.value() == "w"
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_value("d")


@pytest.fixture
def matrix(qtbot):
    made = HeatMap("Matrix", key="matrix", theme=DARK)
    values = np.array([[1.0, 0.86, np.nan], [0.86, 1.0, -0.4], [np.nan, -0.4, 1.0]])
    tips = [["", "52 weeks", "12 weeks, 35 are needed."]] * 3
    made.set_matrix(["Russell", "S&P 500", "Small"], ["RUT", "SPX", "Small"], values, tips=tips)
    return shown(qtbot, made, 360, 200)


def test_heat_map_cells_are_clicked_and_walked(matrix, qtbot):
    cells = matrix.cells
    with qtbot.waitSignal(matrix.cell_clicked) as heard:
        qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell(0, 1).center().toPoint())
    assert heard.args == [0, 1]
    with qtbot.assertNotEmitted(matrix.cell_clicked):
        qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell(1, 1).center().toPoint())
    qtbot.keyClick(cells, Qt.Key.Key_Right)
    assert cells.accessibleDescription() == "Russell, Small: unknown. 12 weeks, 35 are needed."
    with qtbot.waitSignal(matrix.cell_clicked) as heard:
        qtbot.keyClick(cells, Qt.Key.Key_Return)
    assert heard.args == [0, 2]
    matrix.set_chosen(0, 2)
    assert matrix.chosen() == (0, 2)


def test_heat_map_colours_by_sign_and_leaves_unknown_and_diagonal_without(matrix):
    cells = matrix.cells
    assert cells.fill(0, 2) is None
    assert cells.fill(1, 1).name().upper() == DARK.hover
    assert cells.fill(0, 1).blue() > cells.fill(0, 1).red()
    assert cells.fill(1, 2).red() > cells.fill(1, 2).blue()
    assert matrix.to_csv().splitlines()[1] == "Russell,1,0.86,"
    with pytest.raises(ValueError, match="do not fit"):
        matrix.set_matrix(["a"], ["b", "c"], [[1.0]])


def contrast(a: QColor, b: QColor) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def luminance(of: QColor) -> float:
        parts = [of.redF(), of.greenF(), of.blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_numbers_on_the_heat_scale_are_readable_in_both_themes():
    for theme in (DARK, LIGHT):
        for part in np.linspace(-1, 1, 41):
            assert contrast(heat(theme, part), QColor(theme.text)) >= 4.5


def test_interval_dots_tell_value_interval_and_why_there_is_none(qtbot):
    dots = shown(qtbot, IntervalDots("Regimes"), 420, 120)
    dots.set_rows(
        [
            DotRow("Within 2 %", 0.31, 0.19, 0.42, 1214),
            DotRow("Up days", 0.22, n=12),
            DotRow("Down days", None, n=3, note="3 days, 20 are needed."),
        ]
    )
    assert dots.texts() == [
        "Within 2 %: 0.31 (0.19 … 0.42), n 1,214",
        "Up days: 0.22, no interval, n 12",
        "Down days: unknown, n 3. 3 days, 20 are needed.",
    ]
    qtbot.keyClick(dots.dots, Qt.Key.Key_Down)
    assert dots.dots.accessibleDescription() == dots.texts()[0]
    assert dots.to_csv().splitlines()[1] == "Within 2 %,0.31,0.19,0.42,1214,"


@pytest.fixture
def scatter(qtbot):
    made = ScatterChart("Scatter", theme=DARK)
    made.set_axis_names("Russell 2000", "ALT50")
    days = np.arange(np.datetime64("2024-01-05"), np.datetime64("2024-02-03"), np.timedelta64(7, "D"))
    made.set_points(days, [0.01, -0.02, 0.03, np.nan, 0.0], [0.02, -0.05, 0.05, 0.1, 0.01])
    made.set_fit(1.9, 0.0, np.array([-0.02, 0.03]), [-0.06, 0.03], [-0.02, 0.08], "beta 1.9 ± 0.5")
    shown(qtbot, made, 300, 220)
    made.arrange()
    return made


def test_scatter_names_the_week_of_the_nearest_point(scatter):
    view = scatter.view
    view.pointed.emit(0.0301, 0.0502)
    assert scatter.read_out_text().endswith("Russell 2000 +3.0 %, ALT50 +5.0 %")
    view.pointed.emit(-0.02, 0.05)
    assert scatter.read_out_text() == ""
    assert len(scatter.to_csv().splitlines()) == 5


def test_scatter_goes_through_weeks_by_keyboard_and_zooms(scatter, qtbot):
    qtbot.keyClick(scatter.view, Qt.Key.Key_Left)
    qtbot.keyClick(scatter.view, Qt.Key.Key_Left)
    assert scatter.chosen() == 2
    whole = scatter.view.x_range
    scatter.set_window(0.0, 0.02)
    scatter.arrange()
    assert scatter.view.x_range == (0.0, 0.02)
    qtbot.keyClick(scatter.view, Qt.Key.Key_0)
    scatter.arrange()
    assert scatter.view.x_range == whole


def test_correlogram_reads_out_lag_and_band(qtbot, tmp_path):
    chart = shown(qtbot, Correlogram("Lead and lag", theme=DARK), 500, 160)
    lags = np.arange(-26, 27)
    values = np.where(lags == 0, 0.37, 0.05)
    chart.set_lags(lags, values, -0.2, 0.2, peak=0, peak_text="0.37, same week", before="← ALT50 first")
    chart.arrange()
    assert [text for _, text in chart.view.x_ticks] == ["−26 w", "−13", "same week", "+13", "+26 w"]
    chart.view.pointed.emit(2.7, 0.0)
    assert chart.read_out_text() == "+3 w, correlation 0.05, chance band −0.20 … 0.20"
    assert chart.to_csv().splitlines()[27] == "0,0.37,-0.2,0.2"
    chart.export_svg(tmp_path / "lags.svg")
    assert "same week" in (tmp_path / "lags.svg").read_text(encoding="utf-8")


def test_charts_without_data_are_painted_without_complaint(qtbot):
    for chart in (ScatterChart("a"), Correlogram("b"), HeatMap("c"), IntervalDots("d")):
        shown(qtbot, chart)
        assert not chart.grab().isNull()
        assert chart.to_csv().count("\r\n") == 1


def test_a_theme_reaches_everything_on_a_card(qtbot):
    card = Card("Season", subtitle="top 50", key="season", theme=DARK)
    gauge, words = Gauge(theme=DARK), Label("text", theme=DARK)
    matrix = HeatMap("Matrix", theme=DARK)
    for widget in (gauge, words, matrix, Skeleton("rows", theme=DARK)):
        card.body.addWidget(widget)
    shown(qtbot, card, 400, 400)
    before = picture(card)
    card.apply_theme(LIGHT)
    assert gauge.theme is words.theme is matrix.cells.theme is card.header.subtitle.theme is LIGHT
    assert picture(card) != before
    card.apply_theme(DARK)
    assert picture(card) == before
    spread_theme(card, LIGHT)
    assert gauge.theme is LIGHT


def test_an_elided_label_tells_its_whole_text(qtbot):
    label = shown(qtbot, Label("a rather long sentence about coins", elide=True), 60, 20)
    label.grab()
    assert label.toolTip() == "a rather long sentence about coins"
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_explain_buttons_are_reached_by_tab(qtbot):
    card = shown(qtbot, Card("Season", key="season"))
    button = card.header.explain
    assert button.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert min(button.sizeHint().width(), button.sizeHint().height()) >= 24
    with qtbot.waitSignal(card.explain_requested) as asked:
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert asked.args == ["season"]


def test_figures_of_the_demo_market_leave_the_window_marked(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    chart = IntervalDots("Odds", parent=window)
    assert "market" not in chart.to_csv().splitlines()[0]
    window.setProperty("simulated", True)
    assert chart.to_csv().splitlines()[0].endswith(",market")
