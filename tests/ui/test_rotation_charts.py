"""The charts of the Rotation panel: layout, dodging labels, honest windows, keys and words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from ui.charts.dodge import dodged
from ui.charts.follow_rows import FollowRow, FollowRows
from ui.charts.phase_ribbon import Block, PhaseRibbon
from ui.charts.rotation_frame import Frame, honest_span
from ui.charts.rotation_plot import PlotLine, RotationPlot
from ui.charts.sector_map import MapRow, SectorMap
from ui.charts.treemap import Group, Leaf, Treemap
from ui.charts.treemap_layout import squarified
from ui.widgets.brief_rows import BriefRow, BriefRows

FRIDAYS = np.arange("2021-01-01", "2021-02-26", 7, dtype="datetime64[D]")
TODAY = np.datetime64("2021-03-01")
sizes = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40)


def line(key: str, x: float, y: float, ink: int = 1) -> PlotLine:
    """A line whose tail runs from the centre to its head."""
    part = np.linspace(0, 0.9, FRIDAYS.size)
    return PlotLine(
        key, key, f"Line {key}", FRIDAYS, 100 + part * (x - 100), 100 + part * (y - 100), x, y, ink
    )


def shown(qtbot, widget, width: int = 480, height: int = 380):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.grab()
    return widget


# -- treemap -----------------------------------------------------------------------------------------


@given(sizes, st.floats(20, 900), st.floats(20, 900))
def test_areas_are_in_proportion_and_fill_the_whole(values, width, height):
    boxes = squarified(values, (3.0, 5.0, width, height))
    total = sum(values)
    for value, (left, top, wide, high) in zip(values, boxes, strict=True):
        assert wide * high == pytest.approx(width * height * value / total, rel=1e-6, abs=1e-6)
        assert left >= 3.0 - 1e-6
        assert top >= 5.0 - 1e-6
        assert left + wide <= 3.0 + width + 1e-5
        assert top + high <= 5.0 + height + 1e-5


@given(st.lists(st.floats(1, 100), min_size=2, max_size=25))
def test_no_two_boxes_overlap(values):
    boxes = squarified(values, (0.0, 0.0, 300.0, 200.0))
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
            down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
            assert min(across, down) <= 1e-6


def test_what_has_no_size_gets_no_box():
    assert squarified([2.0, 0.0, 1.0], (0, 0, 30, 10))[1][2:] == (0.0, 0.0)
    assert squarified([], (0, 0, 30, 10)) == []


def test_the_treemap_names_a_member_below_the_pointer(qtbot):
    chart = shown(qtbot, Treemap("Sectors"))
    big = Leaf("eth", "ETH", "Ethereum", 9e9, 0.12)
    small = Leaf("ltc", "LTC", "Litecoin", 1e9, math.nan, "Litecoin has no price.")
    chart.set_groups([Group("layer1", "Layer 1", (big,)), Group("payments", "Payments", (small,))], 1.0)
    found = {leaf.key: box for _, leaf, box in chart.field.boxes()}
    assert found["eth"].width() * found["eth"].height() > 5 * found["ltc"].width() * found["ltc"].height()
    group, leaf = chart.field.leaf_at(found["ltc"].center())
    assert "change unknown. Litecoin has no price." in chart.field.say(group, leaf)
    with qtbot.waitSignal(chart.leaf_chosen) as caught:
        qtbot.mouseClick(chart.field, Qt.MouseButton.LeftButton, pos=found["eth"].center().toPoint())
    assert caught.args == ["eth"]
    assert "Ethereum" in chart.to_csv()


# -- labels ------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.floats(40, 460), st.floats(30, 370)), min_size=1, max_size=8),
)
def test_labels_stay_inside_and_with_room_never_touch(anchors):
    sizes_of = [(50.0, 14.0)] * len(anchors)
    boxes = dodged(anchors, sizes_of, (0.0, 0.0, 500.0, 400.0))
    assert boxes == dodged(anchors, sizes_of, (0.0, 0.0, 500.0, 400.0))
    for left, top, wide, high in boxes:
        assert 0 <= left <= 500 - wide
        assert 0 <= top <= 400 - high
    for at, one in enumerate(boxes[:5]):
        for other in boxes[:at]:
            across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
            down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
            assert min(across, down) <= 0


# -- the rotation graph ------------------------------------------------------------------------------


@given(st.lists(st.floats(-200, 400), max_size=12))
def test_the_window_holds_every_value_and_the_centre(values):
    low, high = honest_span(values)
    assert low < 100 < high
    assert all(low < value < high for value in values)
    assert low % 5 == high % 5 == 0


@given(st.floats(0.2, 5), st.floats(0, 400), st.floats(0, 300))
def test_zooming_keeps_the_place_below_the_pointer(factor, x, y):
    frame = Frame()
    frame.area.setRect(0, 0, 400, 300)
    frame.whole = ((80.0, 120.0), (85.0, 115.0))
    before = frame.place(QPointF(x, y))
    frame.zoom(QPointF(x, y), factor)
    assert frame.place(QPointF(x, y)) == pytest.approx(before)
    frame.fit()
    assert frame.is_whole


def graph(qtbot) -> RotationPlot:
    chart = shown(qtbot, RotationPlot("Rotation graph"))
    chart.set_lines([line("A", 110, 108), line("B", 92, 95, 2), line("C", math.nan, 100, 3)], TODAY)
    chart.grab()
    return chart


def test_hovering_a_head_or_a_friday_names_the_line_and_its_day(qtbot):
    chart = graph(qtbot)
    field = chart.field
    found, when, x, y = field.near(field.frame.point(110, 108) + QPointF(2, 1))
    assert (found.key, when, x, y) == ("A", TODAY, 110, 108)
    tail = field.lines[1]
    found, when, _, _ = field.near(field.frame.point(float(tail.xs[6]), float(tail.ys[6])))
    assert (found.key, when) == ("B", FRIDAYS[6])
    assert field.near(field.frame.point(93, 112)) is None


def test_a_click_highlights_a_line_and_a_click_beside_takes_it_back(qtbot):
    chart = graph(qtbot)
    field = chart.field
    at = field.frame.point(92, 95).toPoint()
    with qtbot.waitSignal(chart.selected_changed) as caught:
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [frozenset({"B"})]
    assert field._ink(field.lines[0]).alphaF() < 0.5 < field._ink(field.lines[1]).alphaF()
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(int(field.frame.area.right()) - 3, 200))
    assert field.selected == frozenset()


def test_control_click_highlights_several(qtbot):
    chart = graph(qtbot)
    field = chart.field
    for place in ((110, 108), (92, 95)):
        at = field.frame.point(*place).toPoint()
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert field.selected == {"A", "B"}


def test_keys_go_through_the_lines_with_a_place(qtbot):
    chart = graph(qtbot)
    field = chart.field
    said = []
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Right)
        said.append(field.accessibleDescription())
    assert said[0].startswith("Line A: leading")
    assert said[1].startswith("Line B: lagging")
    assert said[2] == said[0]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.selected == {"A"}
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.selected == frozenset()


def test_a_line_without_a_place_moves_no_window(qtbot):
    chart = graph(qtbot)
    before = chart.field.frame.whole
    far = PlotLine("D", "D", "D", FRIDAYS, np.full(8, 400.0), np.full(8, 400.0), math.nan, math.nan, 4)
    chart.set_lines([line("A", 110, 108), line("B", 92, 95, 2), far], TODAY)
    assert chart.field.frame.whole == before


def test_a_film_never_shrinks_its_window(qtbot):
    chart = graph(qtbot)
    wide = chart.field.frame.whole
    chart.set_lines([line("A", 101, 101)], TODAY, grow=True)
    assert chart.field.frame.whole == wide
    chart.set_lines([line("A", 101, 101)], TODAY)
    assert chart.field.frame.whole != wide


def test_the_table_holds_every_friday_and_the_day(qtbot):
    rows = graph(qtbot).table().rows
    assert len(rows) == 3 * (FRIDAYS.size + 1)
    assert rows[FRIDAYS.size] == ("Line A", TODAY, 110.0, 108.0, "leading")
    assert rows[-1][-1] == "unknown"


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(101, 101, "leading"), (101, 99, "weakening"), (99, 99, "lagging"), (99, 101, "improving")],
)
def test_quadrants_are_named(qtbot, x, y, name):
    chart = graph(qtbot)
    assert chart.field.quadrant(x, y) == name


# -- ribbon, followers, sectors, rows ----------------------------------------------------------------


def ribbon(qtbot) -> PhaseRibbon:
    chart = shown(qtbot, PhaseRibbon("Phases"), 600, 140)
    days = [np.datetime64(text) for text in ("2020-01-01", "2020-06-01", "2021-01-01", "2021-03-01")]
    chart.set_history(
        [
            Block("", "Unknown", days[0], days[1] - 1),
            Block("bitcoin", "Bitcoin", days[1], days[2] - 1),
            Block("small", "Small and meme", days[2], days[3], running=True),
        ],
        [("bitcoin", "Bitcoin 78 %"), ("small", "small 22 %")],
    )
    every = np.arange(days[0], days[3] + 1)
    chart.set_price(every, np.exp(np.sin(np.arange(every.size) / 30)), "Bitcoin")
    chart.grab()
    return chart


def test_each_block_says_its_phase_its_days_and_whether_it_runs(qtbot):
    texts = ribbon(qtbot).texts()
    assert "Bitcoin: 1 Jun 2020 to 31 Dec 2020, 214 days" in texts[1]
    assert texts[2].endswith("60 days, still running")


def test_the_ribbon_is_as_long_as_its_days(qtbot):
    chart = ribbon(qtbot)
    strip = chart.strip
    assert strip._x(strip.blocks[0].start) == 0
    assert strip._x(strip.blocks[-1].end + 1) == pytest.approx(strip.width())
    assert strip.block_at(strip._x(np.datetime64("2020-08-01"))) == 1
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert "still running" in strip.accessibleDescription()
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.accessibleDescription().startswith("Bitcoin")


def test_a_follower_is_never_told_without_its_count_and_interval(qtbot):
    chart = shown(qtbot, FollowRows("After"))
    chart.set_rows([FollowRow("Mid caps", 2, 7, 0.082, 0.641), FollowRow("Bitcoin", 0, 7, 0.0, 0.354)])
    chart.grab()
    said = chart.list.accessibleDescription().replace(" ", " ")
    assert said == "Mid caps: 2 of 7, 8 to 64 %; Bitcoin: 0 of 7, 0 to 35 %"
    assert chart.table().rows[0][1:3] == (2, 7)


def test_an_unknown_cell_gives_its_reason(qtbot):
    chart = shown(qtbot, SectorMap("Sectors"))
    rows = [
        MapRow("defi", "DeFi", 12, (0.1, math.nan), ("", "No value 90 days before.")),
        MapRow("ai", "AI", 4, (math.nan, math.nan), ("Few.", "Few."), "unknown: 4 members, 5 needed"),
    ]
    chart.set_rows(rows, ["7 d", "90 d"], [0.2, 0.8])
    chart.grab()
    assert chart.say(0, 0) == "DeFi, 7 d: +10.0 points against Bitcoin, 12 members"
    assert chart.say(0, 1) == "DeFi, 90 d: unknown. No value 90 days before."
    assert chart.cells.fill(0, 1) is None
    with qtbot.waitSignal(chart.sector_chosen) as caught:
        qtbot.mouseClick(
            chart.cells, Qt.MouseButton.LeftButton, pos=chart.cells.cell(1, 0).center().toPoint()
        )
    assert caught.args == ["ai"]


def test_as_many_rows_are_shown_as_fit_and_keys_reach_them(qtbot):
    rows = shown(qtbot, BriefRows("Leaders"), 240, 80)
    rows.set_rows([BriefRow(f"c{at}", f"C{at}", (("+1", "confirms"),)) for at in range(9)])
    rows.grab()
    assert rows.room() == 3
    for _ in range(6):
        qtbot.keyClick(rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(rows.chosen) as caught:
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert caught.args == ["c2"]


def test_the_names_of_quadrants_make_way_for_heads(qtbot):
    plot = shown(qtbot, RotationPlot("Rotation graph"))
    plot.set_lines([line("far", 130.0, 130.0), line("low", 70.0, 70.0)], TODAY)
    plot.grab()
    field, spans = plot.field, plot.field.frame.spans
    # Where the name of the quadrant would stand.
    (left, right), (low, high) = spans
    corner = line("corner", right - 0.06 * (right - left), high - 0.035 * (high - low))
    field.lines = (corner, *field.lines[1:])
    heads = [field.frame.point(one.x, one.y) for one in field.lines]
    boxes = [QRectF(*box) for _, box in field._corners()]
    assert len(boxes) == 4
    assert not [head for head in heads if any(box.contains(head) for box in boxes)]
