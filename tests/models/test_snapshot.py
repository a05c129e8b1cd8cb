"""The market snapshot: bad ticks, cutting, and reading; against the rules written out day by day."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.snapshot import Coin, Days, Floats, Market, Series, day, find_bad_ticks
from tests.markets import synthetic_market

NAN = math.nan
START = day("2021-01-01")


def slow_bad_ticks(prices: Sequence[float]) -> dict[int, int]:
    """Flagged days of one coin, each with the day on which it was known. Methods, section 0."""
    flagged: dict[int, int] = {}
    for d, price in enumerate(prices):
        if math.isnan(price) or d in flagged:
            continue
        good = [
            at
            for at in range(d - 1, d - 5, -1)
            if at >= 0 and at not in flagged and not math.isnan(prices[at])
        ]
        if not good:
            continue
        before = prices[good[0]]
        change = price / before - 1
        if -0.75 <= change <= 3:
            continue
        for j in (d + 1, d + 2):
            if (
                j < len(prices)
                and not math.isnan(prices[j])
                and (price - prices[j]) / (price - before) >= 0.6
            ):
                flagged.update(dict.fromkeys(range(d, j), j))
                break
    return flagged


def arrays_of(prices: Sequence[Sequence[float]]) -> tuple[Floats, Floats, Floats]:
    price = np.asfortranarray(np.array(prices, dtype=np.float64).T)
    return price, np.asfortranarray(price * 1e6), np.asfortranarray(price * 1e3)


def coins_of(count: int) -> list[Coin]:
    return [Coin(f"coin-{i}", f"C{i}", f"Coin {i}", "layer1") for i in range(count)]


def market_of(*prices: Sequence[float], series: dict[str, Series] | None = None) -> Market:
    price, cap, volume = arrays_of(prices)
    return Market.build(
        days=START + np.arange(price.shape[0]),
        coins=coins_of(len(prices)),
        price=price,
        cap=cap,
        volume=volume,
        series=series or {},
    )


jumpy = st.lists(
    st.sampled_from([1.0, 1.1, 1.6, 2.0, 4.0, 4.5, 9.0, 20.0, 0.3, 0.2, 0.05, NAN]), min_size=1, max_size=14
)


@settings(max_examples=300)
@given(st.lists(jumpy, min_size=1, max_size=3))
def test_bad_ticks_equal_the_rules_written_out(columns: list[list[float]]) -> None:
    length = max(map(len, columns))
    padded = [column + [NAN] * (length - len(column)) for column in columns]
    ticks = find_bad_ticks(*arrays_of(padded))
    found = {
        (int(column), int(row)): int(known)
        for column, row, known in zip(ticks.column, ticks.row, ticks.known_from, strict=True)
    }
    expected = {
        (at, row): known for at, column in enumerate(padded) for row, known in slow_bad_ticks(column).items()
    }
    assert found == expected


def test_a_spike_that_is_taken_back_is_missing_everywhere_and_listed() -> None:
    market = market_of([1.0, 9.0, 1.1, 1.0])
    assert np.isnan(market.price[1, 0])
    assert np.isnan(market.cap[1, 0])
    assert np.isnan(market.volume[1, 0])
    assert len(market.bad_ticks) == 1
    assert market.bad_ticks.price[0] == 9.0
    assert market.bad_ticks.cap[0] == 9e6
    assert market.bad_ticks.change[0] == pytest.approx(8.0)


def test_a_rise_that_stays_is_real() -> None:
    assert len(market_of([1.0, 9.0, 8.0, 7.0]).bad_ticks) == 0


def test_a_fall_that_stays_is_real() -> None:
    assert len(market_of([1.0, 0.1, 0.1, 0.05]).bad_ticks) == 0


@pytest.mark.parametrize(("price", "found"), [(4.0, 0), (4.01, 1), (0.25, 0), (0.249, 1)])
def test_only_changes_beyond_300_and_minus_75_percent_are_suspected(price: float, found: int) -> None:
    assert len(market_of([1.0, price, 1.0]).bad_ticks) == found


def test_a_spike_of_two_days_is_flagged_on_both() -> None:
    market = market_of([1.0, 9.0, 8.5, 1.0])
    assert np.isnan(market.price[:, 0]).tolist() == [False, True, True, False]
    assert market.bad_ticks.known_from.tolist() == [3, 3]


def test_a_change_is_taken_against_the_last_good_price_within_four_days() -> None:
    near = market_of([1.0, NAN, NAN, NAN, 9.0, 1.0])
    far = market_of([1.0, NAN, NAN, NAN, NAN, 9.0, 1.0])
    assert len(near.bad_ticks) == 1
    assert np.isfinite(far.price[5, 0]), "five days after the last price nothing tells a spike from a rise"


def test_a_tick_stands_until_the_day_on_which_it_is_taken_back() -> None:
    market = market_of([1.0, 9.0, 8.5, 1.0, 1.0])
    seen = market.cut(START + 2)
    assert seen.price[:, 0].tolist() == [1.0, 9.0, 8.5]
    assert seen.cap[:, 0].tolist() == [1e6, 9e6, 8.5e6]
    assert len(seen.bad_ticks) == 0
    assert market.has_open_ticks(START + 2)
    assert not market.has_open_ticks(START + 3)
    assert np.isnan(market.price[1, 0]), "the whole market is not touched by cutting"
    assert np.isnan(market.cut(START + 3).price[1, 0])


@settings(max_examples=200)
@given(jumpy, jumpy, st.integers(0, 13))
def test_cutting_equals_never_having_seen_what_came_after(
    one: list[float], other: list[float], end: int
) -> None:
    length = min(len(one), len(other))
    end = min(end, length - 1)
    cut = market_of(one[:length], other[:length]).cut(START + end)
    fresh = market_of(one[: end + 1], other[: end + 1])
    for name in ("days", "price", "cap", "volume"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(fresh, name))
    for name in ("row", "column", "known_from", "price"):
        np.testing.assert_array_equal(getattr(cut.bad_ticks, name), getattr(fresh.bad_ticks, name))


def test_cutting_twice_equals_cutting_once() -> None:
    market = synthetic_market(days=60, coins=20, seed=3)
    once, twice = market.cut(market.days[20]), market.cut(market.days[40]).cut(market.days[20])
    np.testing.assert_array_equal(once.price, twice.price)
    assert once.as_of == twice.as_of == market.days[20]


def monthly(days: Sequence[str], available_after_days: int = 0) -> Series:
    listed: Days = np.array(days, dtype="datetime64[D]")
    return Series(
        "M2", "M2", "USD", "test", "monthly", listed, np.arange(1.0, listed.size + 1), available_after_days
    )


def test_a_series_is_known_when_it_was_published() -> None:
    series = monthly(["2021-01-01", "2021-02-01"], available_after_days=30)
    assert series.upto(day("2021-01-30")).days.size == 0
    assert series.upto(day("2021-01-31")).last_day == day("2021-01-01")
    assert series.upto(day("2021-03-03")).last_day == day("2021-02-01")
    assert series.upto(day("2020-01-01")).last_day is None


def test_cutting_a_market_cuts_its_series_to_what_was_published() -> None:
    market = market_of([1.0] * 40, series={"M2": monthly(["2021-01-01", "2021-02-01"], 30)})
    assert market.cut(day("2021-02-05")).series["M2"].values.tolist() == [1.0]


def test_arrays_of_a_market_are_read_only_and_coin_major() -> None:
    market = synthetic_market(days=30, coins=12)
    for array in (market.price, market.cap, market.volume):
        assert array.flags.f_contiguous
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1.0


def test_coins_must_come_in_order() -> None:
    price, cap, volume = arrays_of([[1.0], [1.0]])
    with pytest.raises(ValueError, match="alphabetical"):
        Market.build(
            days=START + np.arange(1),
            coins=reversed(coins_of(2)),
            price=price,
            cap=cap,
            volume=volume,
            series={},
        )


def test_a_day_has_its_row() -> None:
    market = market_of([1.0, 2.0, 3.0])
    assert market.position(START) == 0
    assert market.position(START + 2) == 2
    assert market.position(START - 1) == -1
    with pytest.raises(IndexError, match="after the last day"):
        market.position(START + 3)


def test_the_closes_of_one_coin_are_a_series_without_gaps() -> None:
    market = market_of([1.0, NAN, 3.0])
    series = market.coin_series("coin-0")
    assert series.values.tolist() == [1.0, 3.0]
    assert series.days.tolist() == [START.item(), (START + 2).item()]
    assert market.coin_series("none").days.size == 0


def test_a_market_may_end_before_its_last_cached_day_or_after_it() -> None:
    price, cap, volume = arrays_of([[1.0, 2.0, 3.0]])
    days = START + np.arange(3)
    later = Market.build(
        days=days, coins=coins_of(1), price=price, cap=cap, volume=volume, series={}, as_of=START + 9
    )
    assert (later.as_of, later.days.size) == (START + 9, 10)
    assert np.isnan(later.price[3:]).all()
    assert later.price.flags.f_contiguous
    assert later.cut(START + 1).price[:, 0].tolist() == [1.0, 2.0]
