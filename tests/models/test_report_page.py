"""The report as a page: nothing gets in that is not text, charts say only what is known, colours agree."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from xml.etree import ElementTree

import numpy as np
import pytest

from models.market.season.index import HEADLINE
from models.market.snapshot import Coin, Market, Series, day
from models.market.study import Study, study
from models.report.figures import figures
from models.report.page import decades, dollars, headline, number, page, percent, season_chart, ticks, words
from models.report.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Chart, Line, draw
from models.report.write import written
from tests.markets import synthetic_market
from ui.theme.tokens import DARK, LIGHT, Theme

SCRIPT = "<script>alert(1)</script>"
DAYS = day("2020-01-01") + np.arange(100)
NAN = float("nan")


@cache
def market() -> Market:
    return synthetic_market(days=500, coins=60, seed=4)


@cache
def known() -> Study:
    return study(market())


@cache
def shown() -> str:
    return written(known(), known().market.as_of, "html")


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(draw(chart)))


def path_of(chart: Chart) -> str:
    return next(one.attrib["d"] for one in parsed(chart).iter("path") if "line" in one.attrib["class"])


def points(path: str) -> list[list[tuple[float, float]]]:
    """Return the strokes of a path as lists of points."""
    strokes = [one for one in path.split("M") if one]
    return [[tuple(map(float, point.split())) for point in one.split("L")] for one in strokes]


# --- charts -----------------------------------------------------------------------------------------


def test_a_gap_breaks_the_line():
    values = np.arange(100.0)
    values[40:45] = NAN
    values[99] = NAN
    strokes = points(path_of(Chart("A gap", DAYS, [Line("", values)])))
    assert [len(one) for one in strokes] == [40, 54]
    across = [one[0] for one in strokes] + [one[-1] for one in strokes]
    step = (WIDTH - LEFT - RIGHT) / 99
    expected = [LEFT + step * row for row in (0, 45, 39, 98)]
    assert [x for x, _ in across] == pytest.approx(expected, abs=0.06)


def test_a_gap_breaks_the_band():
    low, high = np.full(100, -1.0), np.full(100, 1.0)
    low[30:35] = NAN
    high[60] = NAN
    chart = Chart("A band", DAYS, [Line("", np.zeros(100))], low=low, high=high)
    band = next(one.attrib["d"] for one in parsed(chart).iter("path") if one.attrib["class"] == "band")
    assert (band.count("M"), band.count("Z")) == (3, 3)
    assert "nan" not in band


def test_a_chart_without_a_value_is_empty_and_whole():
    chart = Chart("Nothing", DAYS, [Line("None", np.full(100, NAN))], levels=[(0.5, "half")])
    assert path_of(chart) == ""
    assert "nan" not in str(draw(chart))
    assert "None" not in str(draw(chart))
    none = Chart("No day", DAYS[:0], [Line("", np.empty(0))], ticks=ticks(np.empty(0), 4))
    assert path_of(none) == ""
    assert ElementTree.fromstring(str(draw(none))).tag == "svg"


def test_high_values_stand_above_low_ones_within_the_picture():
    strokes = points(path_of(Chart("Up", DAYS, [Line("", np.linspace(3.0, 9.0, 100))], height=220)))
    heights = [y for _, y in strokes[0]]
    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (220 - BOTTOM, TOP)


def test_on_a_log_scale_equal_ratios_are_equal_steps():
    (stroke,) = points(path_of(Chart("Log", DAYS, [Line("", 2.0 ** np.arange(100))], log=True)))
    assert np.ptp(np.diff([y for _, y in stroke])) <= 0.21


@pytest.mark.parametrize("count", [2, 5, 9])
def test_labels_keep_a_distance_of_their_own_height(count):
    lines = [Line(f"line {n}", np.full(100, 50.0 + 0.01 * n)) for n in range(count)]
    chart = Chart("Close together", DAYS, lines, levels=[(50.0, "level")], bounds=(0.0, 100.0))
    side = str(WIDTH - RIGHT + 6)
    found = [one for one in parsed(chart).iter("text") if one.attrib["x"] == side]
    assert [one.text for one in found] == ["level", *(line.label for line in lines)]
    heights = sorted(float(one.attrib["y"]) for one in found)
    assert min(np.diff(heights)) >= 13 - 0.11


def test_a_level_outside_of_the_picture_is_left_out():
    values = np.linspace(60.0, 70.0, 100)
    chart = Chart("Above", DAYS, [Line("", values)], levels=[(65.0, "65 %"), (58.0, "58 %"), (71.0, "71 %")])
    root = parsed(chart)
    assert len([one for one in root.iter("line") if one.attrib["class"] == "level"]) == 1
    assert [one.text for one in root.iter("text")] == ["65 %"]


def test_words_of_a_chart_are_escaped():
    chart = Chart(
        SCRIPT, DAYS, [Line(SCRIPT, np.arange(100.0))], levels=[(5.0, SCRIPT)], ticks=[(9.0, SCRIPT)]
    )
    drawn = str(draw(chart))
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") == 4
    assert parsed(chart).findtext("title") == SCRIPT


def test_seasons_are_shaded_where_they_lay():
    index = known().season[HEADLINE]
    values = np.full(index.days.size, 50.0)
    values[200:230] = 80.0
    moved = replace(
        known(), season=MappingProxyType({**known().season, HEADLINE: replace(index, index=values)})
    )
    when = known().market.days[-1]
    (span,) = season_chart(moved, when).spans
    assert span == (200, 229, "season")
    assert season_chart(moved, known().market.days[203]).spans == []


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0, 100.0], ["0", "50", "100"]),
        ([41.0, 68.0], ["50", "60"]),
        ([0.2, 0.2], []),
        ([NAN, NAN], []),
    ],
)
def test_ticks_are_round_and_inside(values, labels):
    found = ticks(np.array(values), 3)
    assert [label for _, label in found] == labels
    assert all(np.nanmin(values) <= value <= np.nanmax(values) + 1e-9 for value, _ in found)


def test_decades_are_powers_of_ten_that_the_lines_reach():
    assert decades([Line("", np.array([9.0, NAN, 1_200.0]))]) == [
        (10.0, "10"),
        (100.0, "100"),
        (1000.0, "1,000"),
    ]
    assert decades([Line("", np.array([NAN]))]) == []


# --- filters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 2, "–"),
        (0.123, 2, "0.12"),
        (-0.5, 2, "−0.50"),
        (-1234.56, 1, "−1,234.6"),
        (7, 0, "7"),
        (-0.001, 2, "0.00"),
    ],
)
def test_numbers_have_a_true_minus_and_a_dash_for_unknown(value, digits, text):
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [
        (None, True, "–"),
        (58.44, False, "58.4 %"),
        (4.25, True, "+4.2 %"),
        (-12.0, True, "−12.0 %"),
        (-0.01, False, "0.0 %"),
    ],
)
def test_percent_is_given_in_percent_already(value, sign, text):
    assert percent(value, sign=sign) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (1.34e12, "1.34 trillion USD"),
        (2.5e9, "2.50 billion USD"),
        (7.125e6, "7.12 million USD"),
        (950.4, "950 USD"),
        (-2.5e9, "−2.50 billion USD"),
    ],
)
def test_dollars_are_said_in_the_unit_of_their_size(value, text):
    assert dollars(value) == text


def test_yes_no_and_unknown_are_words():
    assert [words(value) for value in (True, False, None)] == ["yes", "no", "unknown"]


# --- the page ---------------------------------------------------------------------------------------


def test_the_headline_says_what_the_index_says():
    document = figures(known(), known().market.as_of)
    reading = known().season[HEADLINE].at(known().market.as_of)
    said = headline(document)
    assert said.startswith(f"{reading.beating} of {reading.counted} large altcoins beat Bitcoin over 90 days")
    assert f"index {reading.index:.0f}, " in said
    assert f"<h1>{said}</h1>" in shown()
    early = study(market().cut(market().days[30]))
    why = figures(early, early.market.as_of)["season"]["variants"][1]["why"]
    assert headline(figures(early, early.market.as_of)) == f"The altcoin season index is unknown: {why}"


def test_names_from_an_archive_are_text_and_nothing_else():
    seen = market()
    coins = tuple(
        Coin(SCRIPT, SCRIPT, SCRIPT, coin.sector) if at == 0 else coin
        for at, coin in enumerate(sorted(seen.coins, key=lambda coin: coin.id))
    )
    evil = Series(SCRIPT, SCRIPT, SCRIPT, '"><img src=x>', "daily", seen.days, np.ones(seen.days.size))
    odd = replace(seen, coins=coins, series=MappingProxyType({**seen.series, SCRIPT: evil}))
    text = written(study(odd), odd.as_of, "html")
    assert "<script" not in text.lower()
    assert "<img" not in text
    assert text.count("&lt;script&gt;") >= 1
    assert "&gt;&lt;img src=x&gt;" in text


def test_the_page_of_a_demo_market_says_that_it_is_one():
    label = "Demo market: simulated, not real data"
    assert label in written(study(replace(market(), origin="demo")), market().as_of, "html")
    assert label not in shown()


def test_the_page_shows_the_figures_of_the_report():
    document = figures(known(), known().market.as_of)
    dominance, russell = document["dominance"], document["russell"]
    assert f"<b>{percent(dominance['total_pct'])}</b>" in shown()
    assert f"<b>{dollars(dominance['total2_usd'])}</b>" in shown()
    assert f"<b>{percent(russell['distance_to_record_pct'])}</b>" in shown()
    for signal in document["signals"]:
        assert f"<td>{signal['title']}</td>" in shown().replace("&#39;", "'").replace("&amp;", "&")


def test_a_day_on_which_little_is_known_still_makes_a_page():
    early = study(market().cut(market().days[3]))
    text = page(early, figures(early, early.market.as_of), early.market.as_of)
    assert "The altcoin season index is unknown" in text
    assert not re.search(r"\bnan\b|\bNone\b", re.sub(r"<style.*?</style>", "", text, flags=re.S))


# --- colours ----------------------------------------------------------------------------------------


def variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


def token(theme: Theme, name: str) -> str:
    """Return the token behind a variable: text-2 is text2, s2 the line of the second series."""
    series = re.fullmatch(r"s(\d)(-label)?", name)
    if series is None:
        return str(getattr(theme, name.replace("-", "")))
    style = theme.series[int(series[1]) - 1]
    return style.label if series[2] else style.line


def test_the_colours_of_the_page_are_those_of_the_window():
    style = files("resources").joinpath("templates", "page.css").read_text(encoding="utf-8")
    light, dark = style.split("prefers-color-scheme: dark", 1)
    dark = dark.split("* { box-sizing")[0]
    for theme, block in ((LIGHT, light), (DARK, dark)):
        found = variables(block)
        assert found == {name: token(theme, name) for name in found}
        used = set(re.findall(r"var\(--([\w-]+)\)", style))
        assert used <= set(found), "A variable is used that this theme does not define."
    assert len(variables(light)) == len(variables(dark)) >= 15


def test_sectors_have_the_names_that_people_read():
    page = shown()
    assert "<td>Layer 1</td>" in page
    assert "layer1" not in page
