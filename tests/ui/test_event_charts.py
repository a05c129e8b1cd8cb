"""Event fan, dots, waits, veil and the cells beside intervals: pointed at, read out, told as tables."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from ui.charts.event_dots import EventDot, EventDots
from ui.charts.event_fan import EventFan, FanPaths, spread
from ui.charts.interval_dots import DotRow, IntervalDots
from ui.charts.wait_chart import WaitChart
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.veil import Veil

OFFSETS = np.arange(-60.0, 181.0)


def paths(count=6):
    slopes = np.linspace(-0.004, 0.006, count)
    lines = slopes[:, None] * OFFSETS[None, :]
    lines[-1, 200:] = np.nan  # still open
    return lines


def fan_paths(count=6):
    lines = paths(count)
    return FanPaths(
        offsets=OFFSETS,
        names=tuple(f"event {at}" for at in range(count)),
        paths=lines,
        median=np.nanmedian(lines, axis=0),
        bands=(("80 %", lines[0], lines[-2]), ("50 %", lines[1], lines[-3])),
        base=(0 * OFFSETS, -0.002 * np.abs(OFFSETS), 0.002 * np.abs(OFFSETS)),
        base_band="any day, 80 %",
        bold={2: "2020-21"},
    )


@pytest.fixture
def fan(qtbot):
    made = EventFan("Paths", key="k", theme=LIGHT)
    qtbot.addWidget(made)
    made.resize(640, 300)
    made.show()
    made.set_paths(fan_paths(), zero="record", across="days from the record day", shown="fixed")
    made.arrange()
    return made


def test_the_fan_names_the_event_that_is_pointed_at(fan):
    for place in range(6):
        x = 120.0
        fan._point(x, float(paths()[place, 180]))
        assert fan.chosen() == place
        assert fan.read_out_text().startswith(f"event {place}")
        assert "+120 days" in fan.read_out_text()
    assert "event 2, 2020-21" in fan_text(fan, 2)


def fan_text(fan, place):
    fan._point(100.0, float(paths()[place, 160]))
    return fan.read_out_text()


def test_far_from_every_path_nothing_is_named(fan):
    low, high = fan.view.y_range
    fan._point(0.0, high)
    assert fan.chosen() is None
    fan._point(170.0, float(paths()[-1, 150]) + 0.1 * (high - low))
    assert fan.chosen() != 5  # its path has not come so far


def test_arrow_keys_go_from_event_to_event_and_a_click_chooses(qtbot, fan):
    fan.view.setFocus()
    qtbot.keyClick(fan, Qt.Key.Key_Right)
    qtbot.keyClick(fan, Qt.Key.Key_Left)
    assert fan.chosen() == 4
    place = QPoint(round(fan.view.x_px(60.0)), round(fan.view.y_px(float(paths()[1, 120]))))
    with qtbot.waitSignal(fan.event_clicked) as clicked:
        qtbot.mouseClick(fan.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert clicked.args == [1]
    fan.mark(3)
    assert fan.marked() == 3


def test_the_axis_says_what_it_counts_and_day_zero_has_its_name(fan):
    names = [text for _, text in fan.view.x_ticks]
    assert names[0] == "−60"
    assert "record" in names
    assert names[-1] == "+180"
    assert "0" not in names
    assert all(text[0] in "+−0" for _, text in fan.view.y_ticks)


def test_the_fan_tells_its_table(fan):
    table = fan.table()
    assert table.header[-6:] == tuple(f"event {at}" for at in range(6))
    assert len(table.rows) == 241
    assert len(table.rows[0]) == len(table.header)


def test_an_empty_fan_paints_and_has_a_table(qtbot):
    made = EventFan("Paths", theme=DARK)
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    made.grab()
    assert made.table().rows == []
    made._point(0.0, 0.0)
    assert made.chosen() is None


def test_labels_are_spread_until_none_touch_and_keep_their_order():
    found = spread([50.0, 51.0, 52.0, 200.0, 10.0], 0.0, 210.0)
    ordered = [found[at] for at in (4, 0, 1, 2, 3)]
    assert ordered == sorted(ordered)
    assert min(b - a for a, b in pairwise(ordered)) >= 13 - 1e-9
    assert all(0 <= one <= 210 for one in found)
    assert spread([], 0, 10) == []


# -- dots ------------------------------------------------------------------------------------------


@pytest.fixture
def dots(qtbot):
    made = EventDots(name="Hit or miss", theme=LIGHT)
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.set_dots(
        [EventDot(str(at), ("hit", "miss", "open")[at % 3], f"event {at} said") for at in range(20)]
    )
    made.show()
    return made


def test_dots_wrap_and_each_is_found_where_it_is_drawn(dots):
    places = [dots.place_of(at) for at in range(20)]
    assert len({place.top() for place in places}) == 2
    for at, place in enumerate(places):
        assert dots.dot_at(place.center()) == at
        assert place.right() <= dots.width()
    assert dots.dot_at(QPointF(299, 55)) is None
    assert dots.heightForWidth(300) == 44


def test_a_miss_is_drawn_as_large_as_a_hit(dots):
    image = dots.grab().toImage()

    def ink(at):
        area = dots.place_of(at).toRect()
        ground = image.pixel(area.left() - 1, area.top() - 2)
        inked = [
            (x, y)
            for x in range(area.left(), area.right() + 1)
            for y in range(area.top(), area.bottom() + 1)
            if image.pixel(x, y) != ground
        ]
        xs, ys = [x for x, _ in inked], [y for _, y in inked]
        return max(xs) - min(xs), max(ys) - min(ys)

    hit, miss = ink(0), ink(1)
    assert abs(hit[0] - miss[0]) <= 1
    assert abs(hit[1] - miss[1]) <= 1


def test_dots_can_be_walked_and_chosen_by_keys_and_mouse(qtbot, dots):
    dots.setFocus()
    qtbot.keyClick(dots, Qt.Key.Key_Right)
    assert dots.accessibleDescription() == "event 1 said"
    with qtbot.waitSignal(dots.clicked) as chosen:
        qtbot.keyClick(dots, Qt.Key.Key_Return)
    assert chosen.args == ["1"]
    with qtbot.waitSignal(dots.clicked) as chosen:
        qtbot.mouseClick(dots, Qt.MouseButton.LeftButton, pos=dots.place_of(17).center().toPoint())
    assert chosen.args == ["17"]


# -- waits, veil, cells ---------------------------------------------------------------------------------


def test_waits_read_out_both_shares_and_how_many_are_counted(qtbot):
    days = np.arange(1.0, 366.0)
    made = WaitChart("Days", theme=LIGHT)
    qtbot.addWidget(made)
    made.resize(500, 220)
    made.show()
    made.grab()
    made.set_curves(
        days, days / 500, days / 400, np.full(365, 12), np.array([12.0, 200.0, np.nan]),
        names=("record days", "any day"), horizon=180,
    )  # fmt: skip
    made.arrange()
    made._point(180.2, 0.0)
    assert made.read_out_text() == (
        "within 180 days, record days 36 %, any day 45 %, events with a finished window 12"
    )
    assert made.table().rows[179][1] == pytest.approx(0.36)
    made.grab()


def test_a_veil_fades_what_lies_below_and_lets_the_mouse_through(qtbot):
    from PySide6.QtWidgets import QLabel, QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(300, 200)
    under = QLabel("figures", parent)
    under.setStyleSheet("background: black;")
    under.resize(300, 200)
    veil = Veil(parent, theme=LIGHT)
    parent.show()
    veil.lay("Being computed …")
    shown = parent.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert 100 < shown.pixelColor(5, 5).red() < 200
    assert parent.childAt(50, 50) is under
    parent.resize(400, 300)
    assert veil.size() == parent.size()
    assert veil.accessibleName() == "Being computed …"
    veil.lift()
    assert veil.isHidden()


def test_rows_carry_cells_under_heads_and_say_them(qtbot):
    made = IntervalDots("Base", theme=LIGHT)
    qtbot.addWidget(made)
    made.resize(420, 240)
    made.show()
    rows = [
        DotRow("7", 0.01, -0.02, 0.04, cells=("26", "0.66", "1.00"), strong=True),
        DotRow("365", 0.09, note="no interval", cells=("5 of 8", "0.52", "1.00"), shape="diamond"),
        DotRow("30", None, note="no finished window", cells=("0 of 8", "–", "–")),
    ]
    made.set_rows(rows, heads=("days", "independent", "p", "p adj."), across="log points")
    made.grab()
    assert made.texts()[0] == "7: 0.01 (−0.02 … 0.04), independent 26, p 0.66, p adj. 1.00"
    assert "independent 5 of 8" in made.texts()[1]
    assert made.table().header[-3:] == ("independent", "p", "p adj.")
    assert made.table().rows[1][-3:] == ("5 of 8", "0.52", "1.00")
    area = made.dots._axis_area()
    assert area.right() + sum(made.dots._cell_widths()) <= made.dots.width()
