"""Numbers in the reader's own form: what is shown can be typed, and a point makes no price thousandfold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from models.qt.positions import amount, as_number
from models.qt.reader import plain_number, short_number, typed_number
from ui.widgets import numbers

LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "pt_BR", "C")


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(min_value=1e-9, max_value=1e12))
def test_a_number_that_is_shown_in_a_field_is_read_back_as_itself(locale, value):
    assert typed_number(plain_number(value)) == value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(min_value=1e-9, max_value=999_999.0))
def test_an_amount_that_is_shown_is_read_back_as_about_itself(locale, value):
    assert as_number(amount(value)) == pytest.approx(value, rel=6e-3, abs=6e-3 if value >= 1 else 0.0)


@pytest.mark.parametrize("text", ["0.155", "+0.155", "0,155"])
def test_a_price_below_one_is_the_same_with_a_point_and_with_a_comma(german, text):
    assert typed_number(text) == 0.155


def test_points_between_thousands_are_read_where_the_reader_writes_them(german):
    assert typed_number("14.500") == 14_500.0
    assert typed_number("14.500,5") == 14_500.5


@pytest.mark.parametrize("text", ["1,5", "1.5", "0,165", "0.165", "12,3456", ".5", ",5", "1e-05"])
def test_a_point_and_a_comma_that_part_no_thousands_mean_the_same_everywhere(locale, text):
    assert typed_number(text) == float(text.replace(",", "."))


@pytest.mark.parametrize(
    "text", ["1,50,0", "1.23.4", "1,234,5", "1,234.567,8", "12.345,678,9", "1..5", "--1", "nan", "inf"]
)
def test_what_is_neither_is_refused(locale, text):
    assert typed_number(text) is None


@pytest.mark.parametrize(("name", "meant"), [("en_US", 14_500.0), ("de_DE", 14.5), ("de_CH", None)])
def test_a_comma_before_three_digits_is_the_readers_or_refused(name, meant):
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    try:
        assert typed_number("14,500") == meant
        assert typed_number("14’500") == 14_500.0
    finally:
        QLocale.setDefault(before)


def test_what_no_locale_writes_is_no_number(locale):
    assert typed_number("a lot") is None


def test_figures_percentages_and_sums_take_the_separators_of_the_reader(german):
    assert numbers.fixed(1234.5) == "1.234,50"
    assert numbers.percent(0.584) == f"58,4{numbers.SPACE}%"
    assert numbers.usd(1.34e12) == f"1,34{numbers.SPACE}T USD"
    assert numbers.whole(10_000) == "10.000"
    assert short_number(2.5) == "2,5"
    assert numbers.log_tick_texts([0.1, 1.0, 1000.0]) == ["0,1", "1", "1.000"]
