"""The screen "quiet with volume", against slow counts coin by coin; filters, and saved screens."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.rotation.screen import (
    USUAL,
    Screen,
    ScreenBook,
    Screened,
    ScreenError,
    from_plain,
    screened,
    to_plain,
)
from models.market.snapshot import Market
from models.market.study import Study, study
from models.market.universe import SECTORS
from models.market.unknown import Unknown
from tests.markets import synthetic_market

DAYS = 620
WIDE = Screen("Wide", quiet=60.0, busy=0.9, still=0.4)


@cache
def market() -> Market:
    return synthetic_market(days=DAYS, coins=90, seed=21)


@cache
def whole() -> Study:
    return study(market())


def on(row: int, screen: Screen = WIDE) -> Screened:
    return screened(whole(), market().days[row], screen)


def slow_volatility(price: np.ndarray, row: int) -> float:
    returns = np.full(row + 1, np.nan)
    returns[1:] = np.log(price[1 : row + 1] / price[:row])
    spread = []
    for at in range(row - 364, row + 1):
        window = returns[max(0, at - 29) : at + 1] if at >= 0 else np.empty(0)
        known = window[np.isfinite(window)]
        spread.append(known.std(ddof=1) if known.size >= 20 else np.nan)
    today, before = spread[-1], [one for one in spread[:-1] if np.isfinite(one)]
    if np.isnan(today) or len(before) < 180:
        return np.nan
    return 100 * sum(one < today for one in before) / len(before)


def slow_ratio(volume: np.ndarray, row: int) -> float:
    short, long = volume[row - 29 : row + 1], volume[row - 179 : row + 1]
    short, long = short[np.isfinite(short)], long[np.isfinite(long)]
    return short.mean() / long.mean() if short.size >= 20 and long.size >= 120 else np.nan


def slow_rising(price: np.ndarray, volume: np.ndarray, row: int) -> float:
    up = total = days = 0.0
    for at in range(row - 29, row + 1):
        if np.isfinite(price[at]) and np.isfinite(price[at - 1]) and np.isfinite(volume[at]):
            days += 1
            total += volume[at]
            up += volume[at] if price[at] > price[at - 1] else 0.0
    return up / total if days >= 20 else np.nan


@pytest.mark.parametrize("row", [430, DAYS - 1])
def test_each_figure_is_the_slow_one(row: int) -> None:
    found = on(row)
    assert len(found.rows) == 50
    for one in found.rows:
        column = market().column[one.coin]
        price, volume = market().price[:, column], market().volume[:, column]
        for value, expected in (
            (one.volatility, slow_volatility(price, row)),
            (one.volume, slow_ratio(volume, row)),
            (one.rising, slow_rising(price, volume, row)),
        ):
            if np.isnan(expected):
                assert isinstance(value, Unknown)
            else:
                assert value == pytest.approx(expected)


def test_a_coin_passes_when_every_filter_holds() -> None:
    verdicts = set()
    for one in on(DAYS - 1).rows:
        figures = (one.volatility, one.volume, one.move)
        if any(isinstance(value, Unknown) for value in figures):
            continue
        volatility, volume, move = (float(value) for value in figures)  # type: ignore[arg-type]
        holds = volatility <= 60 and volume >= 0.9 and abs(move) < 0.4
        assert one.verdict == ("passes" if holds else "fails")
        verdicts.add(one.verdict)
    assert verdicts == {"passes", "fails"}


def test_what_fails_one_filter_fails_whatever_is_unknown() -> None:
    found = on(250, Screen("Strict", busy=50.0))  # half a year of volatility is not there for all yet
    assert any(isinstance(one.volatility, Unknown) for one in found.rows)
    for one in found.rows:
        if not isinstance(one.volume, Unknown):
            assert one.verdict == "fails"


def test_an_unknown_figure_that_is_asked_for_makes_a_coin_unknown_not_failed() -> None:
    found = on(150, Screen("Volatility only", busy=None, still=None))
    unknown = [one for one in found.rows if isinstance(one.volatility, Unknown)]
    assert unknown
    assert all(one.verdict == "unknown" for one in unknown)
    assert found.count("unknown") == len(unknown)


def test_filters_that_are_off_ask_for_nothing() -> None:
    found = on(DAYS - 1, Screen("All", quiet=None, busy=None, still=None))
    assert found.count("passes") == len(found.rows) == 50


def test_passing_coins_come_first_and_the_calmest_first() -> None:
    order = [one.verdict for one in on(DAYS - 1).rows]
    assert order == sorted(order, key=["passes", "unknown", "fails"].index)
    calm = [float(one.volatility) for one in on(DAYS - 1).passing]  # type: ignore[arg-type]
    assert calm == sorted(calm)


def test_only_the_chosen_sectors_are_looked_at() -> None:
    found = on(DAYS - 1, replace(WIDE, sectors=("defi", "meme")))
    assert {one.sector for one in found.rows} == {"defi", "meme"}
    nobody = screened(whole(), market().days[0], WIDE)
    assert nobody.rows == () or all(one.verdict != "passes" for one in nobody.rows)


def test_a_day_outside_of_the_cache_has_a_reason() -> None:
    assert "holds no day" in screened(whole(), market().days[-1] + 1).why


@given(st.integers(60, DAYS - 2))
@settings(max_examples=12, deadline=None)
def test_nothing_of_a_day_changes_when_the_days_after_it_are_cut(row: int) -> None:
    when = market().days[row]
    if market().has_open_ticks(when):
        return
    assert screened(study(market().cut(when)), when, WIDE) == screened(whole(), when, WIDE)


# -- filters and saved screens -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"top": 0}, "1 to 250"),
        ({"top": 2.5}, "1 to 250"),
        ({"quiet": 101}, "percentile"),
        ({"busy": -1}, "volume"),
        ({"still": float("nan")}, "price"),
        ({"rising": 1.2}, "share"),
        ({"rising": True}, "share"),
        ({"sectors": ("nonsense",)}, "no sector"),
        ({"name": " "}, "name"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ScreenError, match=said):
        Screen(**{"name": "Mine", **wrong})  # type: ignore[arg-type]


limits = st.none() | st.floats(0, 1)
some_screens = st.builds(
    Screen,
    name=st.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip()) and text != USUAL.name),
    top=st.integers(1, 250),
    quiet=st.none() | st.floats(0, 100),
    busy=limits,
    still=limits,
    rising=limits,
    sectors=st.lists(st.sampled_from(SECTORS), max_size=3, unique=True).map(tuple),
)


@given(st.lists(some_screens, max_size=4))
def test_saved_screens_read_back_as_they_were(screens: list[Screen]) -> None:
    book = ScreenBook()
    for one in screens:
        book = book.with_screen(one)
    assert from_plain(json.loads(json.dumps(to_plain(book)))) == book


def test_the_usual_screen_stays_as_it_is() -> None:
    with pytest.raises(ScreenError, match="another name"):
        ScreenBook().with_screen(replace(USUAL, quiet=40.0))
    assert ScreenBook().without_screen(USUAL.name) == ScreenBook()


def test_a_removed_screen_leaves_the_usual_one_in_use() -> None:
    book = ScreenBook().with_screen(WIDE)
    assert book.current == WIDE
    assert book.without_screen("Wide").current == USUAL


@pytest.mark.parametrize(
    "plain", [[], {"screens": 3}, {"screens": [{"name": "A", "huge": 1}]}, {"screens": [{"top": 3}]}]
)
def test_a_damaged_list_of_screens_is_refused(plain: object) -> None:
    with pytest.raises(ScreenError):
        from_plain(plain)
