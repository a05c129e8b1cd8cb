"""Numbers, days and ticks read as people expect them."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from ui.charts import time_axis
from ui.charts.axis_ticks import linear_ticks, log_ticks
from ui.charts.end_labels import spread
from ui.widgets import dates, numbers
from ui.widgets.tables import Table, csv_text

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13840.2, "13,840"),
        (223.44, "223.4"),
        (0.43, "0.43"),
        (-0.17, "−0.17"),
        (0.03124, "0.0312"),
        (0, "0.00"),
    ],
)
def test_a_figure_has_the_decimals_its_size_deserves(value, text):
    assert numbers.figure(value) == text


def test_unknown_is_a_dash_in_every_format():
    for unknown in (None, math.nan, math.inf):
        assert numbers.figure(unknown) == numbers.percent(unknown) == numbers.usd(unknown) == "–"


def test_a_rounded_zero_has_no_sign():
    assert numbers.fixed(-0.001, 2, sign=True) == "0.00"


def test_percent_points_and_dollars():
    assert numbers.percent(0.584) == "58.4 %"
    assert numbers.change(-0.018) == "−1.8 %"
    assert numbers.points(0.019) == "+1.9"
    assert numbers.usd(1.34e12) == "1.34 T USD"
    assert numbers.usd(999.999e6) == "1.00 B USD"
    assert numbers.usd_parts(3.5) == ("3.50", "USD")
    assert numbers.interval(-0.17, 0.39) == "−0.17 … 0.39"


def test_tick_texts_have_equal_decimals():
    assert numbers.tick_texts([-0.2, 0.0, 0.2]) == ["−0.2", "0.0", "0.2"]
    assert numbers.tick_texts([0.4, 0.5, 0.6], "percent") == ["40 %", "50 %", "60 %"]
    assert numbers.tick_texts([2000, 2500, 3000]) == ["2,000", "2,500", "3,000"]
    assert numbers.tick_texts([-10e9, -5e9, 0.0], "usd") == ["−10 B", "−5 B", "0"]
    assert numbers.tick_texts([999.5e9, 1e12], "usd") == ["0.9995 T", "1.0000 T"]
    assert numbers.log_tick_texts([5e5, 1e9, 1.5e12], "usd") == ["500,000", "1 B", "1.5 T"]
    assert numbers.log_tick_texts([0.1, 1.0, 1000.0]) == ["0.1", "1", "1,000"]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 6))
def test_linear_ticks_lie_within_the_axis_and_are_few(low, span, wanted):
    ticks = linear_ticks(low, low + span, wanted)
    assert len(ticks) <= wanted + 1
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in ticks)
    assert ticks == sorted(ticks)


def test_log_ticks_are_round():
    assert log_ticks(2, 4.6) == [100.0, 1000.0, 10000.0]
    assert log_ticks(2, 3) == [100.0, 300.0, 1000.0]


@given(st.lists(st.floats(0, 300), max_size=12))
def test_labels_stay_apart_in_order_and_near_where_they_fit(wanted):
    placed = spread(wanted, 13, 0, 300)
    assert sorted(range(len(wanted)), key=lambda i: (wanted[i], i)) == sorted(
        range(len(placed)), key=lambda i: (placed[i], i)
    )
    gaps = np.diff(np.sort(placed))
    assert (gaps >= 13 - 1e-6).all()
    assert all(-1e-6 <= place <= 300 + 1e-6 for place in placed)


def test_a_lone_label_is_not_moved():
    assert spread([40.0, 120.0], 13, 0, 300) == [40.0, 120.0]


def test_long_spans_are_named_by_years_and_short_ones_by_days():
    low, high = (time_axis.day_x(np.datetime64(day)) for day in ("2016-03-01", "2026-11-21"))
    assert [text for _, text in time_axis.ticks(low, high, 12, ENGLISH)][:2] == ["2017", "2018"]
    year = time_axis.day_x(np.datetime64("2025-11-21"))
    assert [text for _, text in time_axis.ticks(year, high, 4, ENGLISH)] == ["2026", "Apr", "Jul", "Oct"]
    week = time_axis.ticks(high - 8, high, 5, ENGLISH)
    assert week[0][1].endswith("Nov")


def test_days_and_positions_agree():
    day = np.datetime64("2021-05-14")
    assert time_axis.to_day(time_axis.day_x(day)) == day
    assert dates.day_text(day, ENGLISH).startswith("Fri")


def test_csv_cells_never_become_formulas():
    table = Table(
        ("Day", "=x"), [(np.datetime64("2021-05-14"), -0.5), ("@cmd", math.nan), ('a "b", c', None)]
    )
    rows = list(csv.reader(io.StringIO(csv_text(table))))
    assert rows == [["Day", "'=x"], ["2021-05-14", "-0.5"], ["'@cmd", ""], ['a "b", c', ""]]


def test_a_chance_is_never_nought():
    assert numbers.chance(0.034) == "0.03"
    assert numbers.chance(0.0004) == "< 0.01"
    assert numbers.chance(None) == numbers.UNKNOWN
