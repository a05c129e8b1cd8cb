"""Time charts: what is set is drawn, read out, exported and moved."""

from __future__ import annotations

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from ui.charts.chart_group import ChartGroup
from ui.charts.time_chart import Mark, TimeChart
from ui.theme.tokens import DARK, LIGHT
from ui.widgets import exports
from ui.widgets.range_buttons import RangeButtons

DAYS = np.arange(np.datetime64("2016-01-01"), np.datetime64("2026-01-01"))
RISING = np.linspace(100.0, 400.0, DAYS.size)


@pytest.fixture
def chart(qtbot):
    made = TimeChart("Prices", subtitle="USD", key="prices", theme=DARK)
    qtbot.addWidget(made)
    made.add_line("rut", "Russell 2000", 0)
    made.set_line("rut", DAYS, RISING)
    made.resize(700, 260)
    made.show()
    qtbot.waitExposed(made)
    made.arrange()
    return made


def wheel(chart, steps, at):
    view = chart.view
    place = QPointF(view.x_px(at), view.plot.center().y())
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    chart.arrange()


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


def test_the_table_holds_every_line_with_its_band(chart):
    chart.add_line("r", "Correlation", 1)
    chart.add_band("r")
    weekly = DAYS[::7]
    chart.set_line("r", weekly, np.full(weekly.size, 0.25))
    chart.set_band("r", weekly, np.full(weekly.size, 0.1), np.full(weekly.size, 0.4))
    rows = list(csv.reader(io.StringIO(chart.to_csv())))
    assert rows[0] == ["Day", "Russell 2000", "Correlation", "Correlation, lower", "Correlation, upper"]
    assert rows[1] == ["2016-01-01", "100", "0.25", "0.1", "0.4"]
    assert rows[2][2:] == ["", "", ""]
    assert len(rows) == DAYS.size + 1


def test_pictures_are_written_and_show_the_line(chart, tmp_path):
    chart.export_png(tmp_path / "a.png")
    picture = QImage(str(tmp_path / "a.png"))
    assert picture.width() > 2 * 700
    assert QColor(DARK.surface).name() in colours(picture)
    assert len(colours(picture)) > 10
    chart.export_svg(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert QSvgRenderer(str(tmp_path / "a.svg")).isValid()
    assert "Russell 2000" in text
    assert "<image" not in text
    chart.export_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode() == chart.to_csv()


def test_an_export_that_cannot_be_written_says_so(chart, tmp_path):
    for write in (chart.export_png, chart.export_svg, chart.export_csv):
        with pytest.raises(OSError, match="missing"):
            write(tmp_path / "missing" / "a")


def test_the_line_is_drawn_and_nothing_without_data(chart):
    assert max(QColor(name).lightness() for name in colours_of_plot(chart.view)) > 180
    chart.set_line("rut", DAYS, np.full(DAYS.size, np.nan))
    chart.arrange()
    assert max(QColor(name).lightness() for name in colours_of_plot(chart.view)) < 80


def colours_of_plot(view) -> set[str]:
    image = view.viewport().grab().toImage()
    area = view.plot.toRect().adjusted(2, 0, -2, -2)
    return {
        image.pixelColor(x, y).name()
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    }


def test_the_wheel_zooms_about_the_cursor_and_a_double_click_fits(chart, qtbot):
    whole = chart.view.x_range
    at = whole[0] + 0.25 * (whole[1] - whole[0])
    before = chart.view.x_px(at)
    wheel(chart, 3, at)
    low, high = chart.view.x_range
    assert high - low < 0.7 * (whole[1] - whole[0])
    assert chart.view.x_px(at) == pytest.approx(before, abs=1.0)
    assert chart.range() is None
    qtbot.mouseDClick(
        chart.view.viewport(), Qt.MouseButton.LeftButton, pos=chart.view.plot.center().toPoint()
    )
    chart.arrange()
    assert chart.view.x_range == whole


def test_the_value_axis_follows_what_is_visible(chart):
    chart.set_range("90d")
    chart.arrange()
    low, high = chart.view.y_range
    assert low > 380
    assert high < 410


def test_zooming_stops_at_a_week_and_panning_at_the_data(chart):
    chart.set_window(17_000.0, 17_000.5)
    chart.arrange()
    low, high = chart.view.x_range
    assert high - low == pytest.approx(7)
    chart.set_window(99_000.0, 99_100.0)
    assert chart.visible_days()[1] == DAYS[-1]


def test_dragging_pans(chart):
    chart.set_range("1y")
    chart.arrange()
    before = chart.view.x_range
    start = chart.view.plot.center()
    for kind, shift in (("Press", 0), ("Move", 40), ("Move", 80), ("Release", 80)):
        place = start + QPointF(shift, 0)
        held = Qt.MouseButton.NoButton if kind == "Release" else Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == "Move" else Qt.MouseButton.LeftButton
        event = QMouseEvent(
            getattr(QEvent.Type, f"MouseButton{kind}" if kind != "Move" else "MouseMove"),
            place,
            QPointF(chart.view.mapToGlobal(place.toPoint())),
            button,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(chart.view.viewport(), event)
        chart.arrange()
    moved = 80 / chart.view.plot.width() * 365
    assert chart.view.x_range[0] == pytest.approx(before[0] - moved, abs=0.01)
    assert np.diff(chart.view.x_range) == pytest.approx(np.diff(before))


def test_a_range_stays_at_the_end_when_data_grow(chart):
    chart.set_range("90d")
    chart.set_line("rut", DAYS[:-400], RISING[:-400])
    chart.arrange()
    assert chart.visible_days()[1] == DAYS[-401]
    assert np.diff(chart.view.x_range) == 90


def test_linked_charts_share_window_columns_and_crosshair(chart, qtbot):
    below = TimeChart("Rolling correlation", theme=DARK)
    qtbot.addWidget(below)
    below.resize(700, 200)
    below.add_line("r", "r", 1)
    below.add_band("r")
    weekly = DAYS[700::7]
    below.set_line("r", weekly, np.full(weekly.size, 0.29))
    below.set_band("r", weekly, np.zeros(weekly.size), np.full(weekly.size, 0.53))
    below.show()
    buttons = RangeButtons("all")
    qtbot.addWidget(buttons)
    group = ChartGroup([chart, below], buttons)
    group.arrange()
    assert chart.view.x_range == below.view.x_range
    assert (chart.view.plot.left(), chart.view.plot.right()) == (
        below.view.plot.left(),
        below.view.plot.right(),
    )
    buttons.button("1y").click()
    group.arrange()
    assert np.diff(below.view.x_range) == 365
    at = float((weekly[-10]).astype(int))
    chart.view.pointed.emit(at + 0.2, 0.0)
    assert below.cursor_day() == chart.cursor_day() == weekly[-10]
    assert "Russell 2000" in chart.read_out_text()
    assert below.read_out_text().endswith("r 0.29 (0.00 … 0.53)")
    wheel(chart, 2, at)
    group.arrange()
    assert below.view.x_range == chart.view.x_range
    chart.fit()
    assert buttons.value() == "all"


def test_the_crosshair_stands_on_days_that_have_a_value(chart):
    gappy = RISING.copy()
    gappy[100:200] = np.nan
    chart.set_line("rut", DAYS, gappy)
    chart.arrange()
    chart.view.pointed.emit(float(DAYS[110].astype(int)), 0.0)
    assert chart.cursor_day() == DAYS[99]
    chart.view.unpointed.emit()
    assert chart.cursor_day() is None
    assert chart.read_out_text() == ""


def test_arrow_keys_move_and_announce_the_crosshair(chart, qtbot):
    chart.view.setFocus()
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    assert chart.cursor_day() == DAYS[-1]
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    assert chart.cursor_day() == DAYS[-2]
    assert "399.9" in chart.view.accessibleDescription()
    qtbot.keyClick(chart.view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.cursor_day() == DAYS[-32]
    qtbot.keyClick(chart.view, Qt.Key.Key_Home)
    assert chart.cursor_day() == DAYS[0]
    qtbot.keyClick(chart.view, Qt.Key.Key_Escape)
    assert chart.cursor_day() is None


def test_keyboard_focus_is_shown_as_a_ring(chart, qtbot):
    qtbot.waitUntil(lambda: chart.isActiveWindow())
    chart.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert QColor(DARK.accent).name() not in colours(chart.view.viewport().grab().toImage())
    chart.view.clearFocus()
    chart.view.setFocus(Qt.FocusReason.TabFocusReason)
    image = chart.view.viewport().grab().toImage()
    assert image.pixelColor(image.width() // 2, 1).name() == QColor(DARK.accent).name()


def test_the_read_out_goes_when_its_day_leaves_the_window(chart):
    chart.set_cursor(DAYS[100])
    assert chart._read_out.isVisible()
    chart.set_range("90d")
    chart.arrange()
    assert not chart._read_out.isVisible()


def test_t_opens_the_chart_as_a_table_that_can_be_copied(chart, qtbot):
    with qtbot.waitSignal(QApplication.clipboard().dataChanged):
        dialog = chart.show_table()
        dialog.copy()
    assert QApplication.clipboard().text().splitlines()[0] == "Day\tRussell 2000"
    dialog.reject()
    qtbot.keyClick(chart.view, Qt.Key.Key_T)
    opened = QApplication.activeModalWidget() or chart.findChild(type(dialog))
    assert opened.view.model().rowCount() == DAYS.size
    opened.reject()


def test_a_new_theme_changes_pens_and_keeps_items(chart):
    curve = chart.line("rut").curve
    chart.add_band("rut")
    chart.apply_theme(LIGHT)
    assert chart.line("rut").curve is curve
    assert curve.opts["pen"].color().name().upper() == LIGHT.series[0].line
    assert chart.line("rut").area.brush().color().name().upper() == LIGHT.series[0].line
    assert QColor(LIGHT.surface).name() in colours(chart.view.viewport().grab().toImage())


def test_end_labels_keep_their_distance(chart):
    for key in ("a", "b"):
        chart.add_line(key, key, 1)
        chart.set_line(key, DAYS, RISING + 0.1)
    chart.set_threshold("t", 400.0, "record")
    chart.arrange()
    rows = sorted(row for _, row in chart._labels.places())
    assert len(rows) == 4
    assert (np.diff(rows) >= 13).all()


def test_a_logarithmic_axis_leaves_out_what_has_no_logarithm(chart):
    chart.set_log(True)
    chart.set_line("rut", DAYS[:4], np.array([1.0, 0.0, 10.0, 1000.0]))
    chart.arrange()
    low, high = chart.view.y_range
    assert low == pytest.approx(-0.15)
    assert high == pytest.approx(3.15)
    assert ("1,000") in [text for _, text in chart.view.y_ticks]


def test_shading_marks_and_unknown_stretches_are_painted(chart):
    plain = colours(chart.view.viewport().grab().toImage())
    chart.set_shading([(DAYS[1000], DAYS[1200])], "altcoin")
    chart.set_unknown(DAYS[0], DAYS[300], "unknown: under 35 weeks")
    chart.set_marks([Mark(DAYS[2000], 250.0, "breakout", "triangle")])
    chart.set_as_of(DAYS[3000], "as of")
    chart.arrange()
    painted = colours(chart.view.viewport().grab().toImage())
    assert QColor(DARK.series[1].line).name() in colours_of_plot(chart.view)
    assert len(painted) > len(plain)


def test_words_of_shaded_stretches_stand_side_by_side_and_the_longer_stretch_keeps_its_own(chart):
    spans = [(DAYS[1000], DAYS[1020]), (DAYS[1030], DAYS[1200]), (DAYS[2500], DAYS[2600])]
    chart.set_shading(spans, "altcoin", ["21 d, weak", "171 d, strong", "101 d, strong"])
    chart.set_shading([(DAYS[1100], DAYS[1150])], "bitcoin", ["51 d"])
    chart.arrange()
    placed = chart._overlays.shading_words()
    texts = [text for _, text in placed]
    assert texts == ["171 d, strong", "101 d, strong", "51 d"]
    for words, _ in placed:
        assert chart.view.plot.contains(words)
    assert placed[2][0].top() > placed[0][0].bottom(), "those of Bitcoin stand at the foot"
    chart.set_visible_days(DAYS[1000], DAYS[1060])
    chart.arrange()
    assert "21 d, weak" in [text for _, text in chart._overlays.shading_words()]


def test_each_shaded_stretch_has_its_own_words_or_none(chart):
    with pytest.raises(ValueError, match="longer than"):
        chart.set_shading([(DAYS[0], DAYS[10])], "altcoin", ["one", "too many"])


def test_a_chart_that_is_unknown_says_why(chart):
    chart.set_unknown_because("12 common weeks, 35 are needed.")
    assert chart.unknown_reason() == "12 common weeks, 35 are needed."
    assert chart.view.isHidden()
    chart.set_unknown_because(None)
    assert chart.unknown_reason() is None
    assert not chart.view.isHidden()


def test_the_menu_replaces_that_of_pyqtgraph(chart):
    texts = [action.text().split("\t")[0] for action in chart.menu().actions() if action.text()]
    assert texts[0] == "Save image as PNG…"
    assert texts[-1] == "Fit"
    chart.copy_data()
    assert QApplication.clipboard().text().startswith("Day,Russell 2000")
    chart.copy_image()
    assert not QApplication.clipboard().image().isNull()


def test_explain_is_asked_with_the_key_of_the_chart(chart, qtbot):
    with qtbot.waitSignal(chart.explain_requested) as asked:
        chart.header.explain.click()
    assert asked.args == ["prices"]
    assert chart.header.explain.accessibleName() == "How is Prices computed?"


def test_many_changes_are_one_layout(chart, qtbot):
    layouts = []
    chart.view.place = lambda *_: layouts.append(1)
    for _ in range(5):
        chart.set_line("rut", DAYS, RISING)
        chart.set_threshold("t", 200.0)
    QApplication.processEvents()
    assert layouts == [1]


def test_removing_a_line_leaves_the_others(chart):
    chart.add_line("b", "B", 1)
    chart.set_line("b", DAYS, RISING)
    chart.remove_line("rut")
    chart.arrange()
    assert chart.lines() == ["b"]
    assert chart.table().header == ("Day", "B")
    with pytest.raises(ValueError, match="no range"):
        chart.set_range("2y")


def test_a_chart_without_data_is_painted_and_exported(qtbot, tmp_path):
    empty = TimeChart("Empty")
    qtbot.addWidget(empty)
    empty.add_line("a", "A", 0)
    empty.add_band("a")
    empty.show()
    empty.set_range("1y")
    empty.set_cursor(DAYS[0])
    qtbot.keyClick(empty.view, Qt.Key.Key_Left)
    empty.export_png(tmp_path / "empty.png")
    assert empty.to_csv() == "Day,A\r\n"
    assert empty.read_out_text() == ""


def test_figures_come_without_pyqtgraph_and_charts_without_pandas_or_scipy():
    program = """
import sys
import ui.widgets.card, ui.widgets.figure_card, ui.charts.gauge, ui.charts.phase_track, ui.charts.heat_map
import ui.charts.interval_dots, ui.charts.stacked_bar, ui.widgets.range_buttons, ui.widgets.skeleton
assert "pyqtgraph" not in sys.modules
import ui.charts.chart_group, ui.charts.scatter_chart, ui.charts.correlogram
assert not {"pandas", "scipy"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_threshold_too_far_away_for_qts_whole_numbers_is_not_drawn_and_harms_nothing(chart) -> None:
    chart.grab()
    before = chart.grab().toImage()
    chart.set_threshold("t", -1e15)
    with np.errstate(all="ignore"):
        assert abs(chart.view.y_px(-1e15)) > 2**31
    assert chart.grab().toImage() == before


def test_pictures_of_the_demo_market_say_that_it_is_simulated(qtbot, chart, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    chart.setParent(window)
    chart.export_svg(tmp_path / "real.svg")
    real = exports.picture(chart, chart.colour("surface"))
    window.setProperty("simulated", True)
    chart.export_svg(tmp_path / "demo.svg")
    words = "Demo market: simulated, not real data"
    assert words not in (tmp_path / "real.svg").read_text("utf-8")
    assert words in (tmp_path / "demo.svg").read_text("utf-8")
    demo = exports.picture(chart, chart.colour("surface"))
    assert demo.height() > real.height()
    chart.setParent(None)


def test_the_words_of_a_threshold_too_far_away_are_not_written_either(qtbot) -> None:
    chart = TimeChart("Prices", key="prices", value_side="right", theme=DARK)
    qtbot.addWidget(chart)
    chart.add_line("rut", "Russell 2000", 0)
    chart.set_line("rut", DAYS, RISING)
    chart.resize(700, 260)
    chart.show()
    chart.grab()
    before = chart.grab().toImage()
    chart.set_threshold("t", -1e15, "record")
    chart.arrange()
    assert chart.grab().toImage() == before
    chart.set_threshold("t", 300.0, "record")
    chart.arrange()
    assert chart.grab().toImage() != before
