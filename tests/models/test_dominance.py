"""Dominance, totals and their trends, against the rules written out day by day."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.dominance import DominanceHistory, dominance
from models.market.snapshot import Coin, Market, day
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.test_universe import renamed, small_market

NAN = math.nan


def slow_sum(market: Market, row: int, *, btc: bool, eth: bool = True, stable: bool = True) -> float:
    caps = []
    for column, coin in enumerate(market.coins):
        left_out = (
            coin.sector == "wrapped"
            or coin.id == "binance-peg-dogecoin"
            or (coin.id == "bitcoin" and not btc)
            or (coin.id == "ethereum" and not eth)
            or (coin.sector == "stablecoin" and not stable)
        )
        if not left_out and not math.isnan(market.cap[row, column]):
            caps.append(float(market.cap[row, column]))
    return math.fsum(caps) if caps else NAN


def slow_slope(values: Sequence[float]) -> float:
    pairs = [(x, y) for x, y in enumerate(values) if not math.isnan(y)]
    mean_x = math.fsum(x for x, _ in pairs) / len(pairs)
    mean_y = math.fsum(y for _, y in pairs) / len(pairs)
    return math.fsum((x - mean_x) * (y - mean_y) for x, y in pairs) / math.fsum(
        (x - mean_x) ** 2 for x, _ in pairs
    )


def slow_trend(share: Sequence[float], row: int) -> str | None:
    """The trend of a day, or None where it is unknown. Methods, section 5."""
    near, far = share[max(0, row - 29) : row + 1], share[max(0, row - 89) : row + 1]
    known = [value for value in far if not math.isnan(value)]
    if math.isnan(share[row]) or sum(not math.isnan(v) for v in near) < 20 or len(known) < 60:
        return None
    slope = slow_slope(near)
    if slope < 0 and max(known) - share[row] >= 0.02:
        return "weakening"
    if slope > 0 and share[row] - min(known) >= 0.02:
        return "strengthening"
    return "flat"


def slow_sustained(share: Sequence[float], row: int, level: float) -> bool | None:
    known = [at for at in range(row + 1) if not math.isnan(share[at])][-14:]
    if len(known) < 14 or known[0] < row - 16:
        return None
    return all(share[at] < level for at in known)


def slow_marked(market: Market, row: int) -> bool:
    if row == 0:
        return False
    lost = 0.0
    for column, coin in enumerate(market.coins):
        if coin.sector != "wrapped" and coin.id != "binance-peg-dogecoin":
            before, now = market.cap[row - 1, column], market.cap[row, column]
            if not math.isnan(before) and math.isnan(now):
                lost += float(before)
    return lost > 0.01 * slow_sum(market, row - 1, btc=True)


def slow_growth(values: Sequence[float], row: int, n: int) -> float:
    def end(x: int) -> float:
        return next((values[at] for at in range(x, x - 4, -1) if at >= 0 and not math.isnan(values[at])), NAN)

    return end(row) / end(row - n) - 1


MARKETS = {
    "a common one": {"days": 260, "coins": 40, "seed": 31},
    "one with many gaps": {"days": 260, "coins": 30, "seed": 32, "gaps": 0.3},
}


@pytest.fixture(params=MARKETS.values(), ids=MARKETS.keys(), scope="module")
def market(request: pytest.FixtureRequest) -> Market:
    whole = synthetic_market(**request.param)
    extra = Coin("binance-peg-dogecoin", "DOGE", "Binance-Peg Dogecoin", "other")
    coins = [extra, *whole.coins]
    arrays = {}
    for name in ("price", "cap", "volume"):
        array = np.asfortranarray(np.column_stack([np.full(whole.days.size, 1e11), getattr(whole, name)]))
        array[120, :] = np.nan  # a day without any cap
        arrays[name] = array
    return Market.build(days=whole.days, coins=coins, series={}, **arrays)


@pytest.fixture
def history(market: Market) -> DominanceHistory:
    return dominance(market)


def test_the_totals_of_every_day_are_sums_of_that_days_caps(
    market: Market, history: DominanceHistory
) -> None:
    for row in range(market.days.size):
        total = slow_sum(market, row, btc=True)
        bitcoin = float(market.cap[row, market.column["bitcoin"]])
        expected = {
            "total": total,
            "total_ex_stable": slow_sum(market, row, btc=True, stable=False),
            "btc": bitcoin,
            "total2": slow_sum(market, row, btc=False),
            "total3": slow_sum(market, row, btc=False, eth=False),
            "total2_ex_stable": slow_sum(market, row, btc=False, stable=False),
            "dominance": bitcoin / total,
            "dominance_ex_stable": bitcoin / slow_sum(market, row, btc=True, stable=False),
        }
        for name, value in expected.items():
            assert getattr(history, name)[row] == pytest.approx(value, rel=1e-13, nan_ok=True), name
        assert history.marked[row] == slow_marked(market, row)
    assert np.isnan(history.total[120])
    assert history.marked[120]


def test_the_trends_of_every_day_equal_the_rules_written_out(
    market: Market, history: DominanceHistory
) -> None:
    share = history.dominance.tolist()
    seen = set()
    for row in range(market.days.size):
        trend = slow_trend(share, row)
        seen.add(trend)
        assert history.trend_known[row] == (trend is not None)
        assert history.weakening[row] == (trend == "weakening")
        assert history.strengthening[row] == (trend == "strengthening")
        for level, holds in ((0.55, history.sustained_below_55), (0.50, history.sustained_below_50)):
            sustained = slow_sustained(share, row, level)
            assert history.sustained_known[row] == (sustained is not None)
            assert holds[row] == bool(sustained)
    assert len(seen) > 1


def test_the_state_of_a_day_says_growth_and_distance(market: Market, history: DominanceHistory) -> None:
    total2 = history.total2.tolist()
    for row in (0, 29, 100, 119, 121, 150, 200, 259):
        state = history.at(market.days[row])
        for name in ("btc", "total2", "total2_ex_stable"):
            for n in (30, 90):
                found = getattr(state, f"{name}_growth_{n}")
                expected = slow_growth(getattr(history, name).tolist(), row, n)
                if math.isnan(expected):
                    assert found == Unknown(f"A market cap is missing at one end of the {n} days.")
                else:
                    assert found == pytest.approx(expected, rel=1e-12)
                    assert history.growth(name, n)[row] == found
        record = max(value for value in total2[: row + 1] if not math.isnan(value))
        assert state.total2_from_record == pytest.approx(total2[row] / record - 1, abs=1e-15)
        recent = range(max(0, row - 89), row + 1)
        assert state.marked_days == tuple(market.days[at] for at in recent if history.marked[at])
        for n, marked in ((30, state.growth_marked_30), (90, state.growth_marked_90)):
            expected_mark = any(history.marked[max(0, row - n + 1) : row + 1])
            assert marked == expected_mark == history.marked_within(n)[row]


def history_of(shares: Sequence[float]) -> DominanceHistory:
    """A market of two coins in which Bitcoin has these shares."""
    share = np.array(shares)
    caps = {"bitcoin": share * 1e12, "ethereum": (1 - np.where(np.isnan(share), 0.5, share)) * 1e12}
    return dominance(small_market(caps, days=share.size))


def test_dominance_weakens_when_it_falls_and_lies_two_points_below_its_high() -> None:
    fall = [0.60] * 60 + [0.60 - 0.001 * step for step in range(1, 31)]
    history = history_of(fall)
    first = int(np.argmax(history.weakening))
    assert history.dominance[first] == pytest.approx(0.58, abs=1e-3)
    assert history.weakening[-1]
    assert not history.strengthening.any()
    assert history.at(history.days[-1]).trend == "weakening"


@pytest.mark.parametrize("level", [0.47, 0.41, 0.37, 0.33, 0.29, 0.11])
def test_a_level_far_below_its_high_is_flat_once_it_stops_falling(level: float) -> None:
    shares = [0.60] * 60 + [level] * 30
    shares[64] = shares[71] = shares[72] = NAN
    history = history_of(shares)
    assert history.weakening[88], "one day of the higher level is still within the slope"
    assert history.at(history.days[89]).trend == "flat", "a constant has no slope at all"


def test_strengthening_is_the_mirror_image() -> None:
    history = history_of([0.40] * 60 + [0.40 + 0.001 * step for step in range(1, 31)])
    assert history.strengthening[-1]
    assert not history.weakening.any()


def test_a_trend_needs_sixty_days_and_todays_value() -> None:
    shares = [0.60 - 0.001 * step for step in range(62)]
    shares[60] = NAN
    history = history_of(shares)
    assert history.trend_known.tolist() == [False] * 59 + [True, False, True]
    assert history.at(history.days[58]).trend == Unknown(
        "Dominance is known on 30 of the last 30 days and 59 of the last 90; 20 and 60 are needed."
    )
    assert history.at(history.days[60]).trend == Unknown("Bitcoin has no market cap on this day.")


def test_sustained_takes_the_last_fourteen_known_days_of_seventeen() -> None:
    shares = [0.56, *[0.54] * 16]
    shares[3] = shares[9] = NAN
    history = history_of(shares)
    assert not history.sustained_below_55[:16].any()
    assert history.sustained_below_55[16], "fourteen known days below, three calendar days to spare"
    assert not history.sustained_below_50[16]
    shares[5] = shares[6] = NAN
    sparse = history_of(shares)
    assert sparse.at(sparse.days[16]).sustained_below_55 == Unknown(
        "Dominance is known on 13 of the last 17 days, 14 are needed."
    )


def test_a_level_itself_is_not_below_it() -> None:
    shares = [0.25] * 14
    history = history_of(shares)
    assert history.sustained_below_50[-1]
    caps = {"bitcoin": np.full(14, 1e12), "ethereum": np.full(14, 1e12)}
    level = dominance(small_market(caps, days=14))
    assert level.sustained_below_55[-1]
    assert not level.sustained_below_50[-1], "exactly 50 %"


def test_without_bitcoins_cap_dominance_is_unknown_but_the_others_are_not() -> None:
    history = history_of([0.5, NAN])
    state = history.at(history.days[1])
    assert state.dominance == Unknown("Bitcoin has no market cap on this day.")
    assert state.total2 == pytest.approx(0.5e12)
    assert state.marked_days == (history.days[1],)


def test_a_day_that_is_not_cached_is_unknown_in_every_figure() -> None:
    history = history_of([0.5, 0.5])
    state = history.at(history.days[1] + 1)
    why = Unknown("No coin is cached for 2024-01-09.")
    figures = [getattr(state, field.name) for field in fields(state)]
    assert figures.count(why) == 18
    assert (state.marked_days, state.growth_marked_30, state.growth_marked_90) == ((), False, False)


@pytest.mark.parametrize(("share", "marked"), [(0.0099, False), (0.0101, True)])
def test_a_day_is_marked_when_more_than_one_percent_of_the_total_is_lost(share: float, marked: bool) -> None:
    caps = {
        "bitcoin": [1e12 * (1 - share)] * 3,
        "gone": [1e12 * share, NAN, NAN],
        "weth": [1e12, NAN, NAN],
    }
    history = dominance(small_market(caps, days=3, sectors={"weth": "wrapped"}))
    assert history.marked.tolist() == [False, marked, False]
    assert history.at(history.days[2]).growth_marked_30 == marked


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.integers(0, 159))
def test_nothing_looks_ahead(seed: int, row: int) -> None:
    market = synthetic_market(days=160, coins=12, seed=seed, bad_ticks=0)
    when = market.days[row]
    whole, cut = dominance(market), dominance(market.cut(when))
    assert whole.at(when) == cut.at(when)
    for field in fields(whole):
        np.testing.assert_array_equal(getattr(whole, field.name)[: row + 1], getattr(cut, field.name))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500))
def test_the_order_of_the_coins_does_not_matter(seed: int) -> None:
    market = synthetic_market(days=120, coins=20, seed=seed, bad_ticks=0)
    one, other = (dominance(each) for each in (market, renamed(market, seed)[0]))
    for field in fields(one)[1:]:  # all but the days themselves
        np.testing.assert_allclose(getattr(one, field.name), getattr(other, field.name), rtol=1e-12)


def test_results_are_read_only(history: DominanceHistory) -> None:
    for array in (history.dominance, history.growth("btc", 30), history.total2_from_record):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_a_market_without_coins_has_no_dominance() -> None:
    empty = np.zeros((0, 0), order="F")
    market = Market.build(
        days=np.zeros(0, dtype="datetime64[D]"),
        coins=(),
        price=empty,
        cap=empty.copy(),
        volume=empty.copy(),
        series={},
    )
    history = dominance(market)
    assert history.dominance.size == 0
    assert isinstance(history.at(day("2024-01-01")).total, Unknown)


@pytest.mark.archive
def test_the_archive_agrees_with_the_published_dominance_within_a_few_points(archive: Path) -> None:
    with (archive / "reference" / "coin_sectors.csv").open(encoding="utf-8", newline="") as file:
        sectors = {row["coin_id"]: row["sector"] for row in csv.DictReader(file)}
    caps: dict[str, dict[str, float]] = {}
    days = day("2021-01-01") + np.arange(365)
    with gzip.open(
        archive / "crypto" / "coingecko_daily_2021.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["market_cap_usd"]:
                caps.setdefault(row["coin_id"], {})[row["date"]] = float(row["market_cap_usd"])
    table = {name: [values.get(str(when), NAN) for when in days] for name, values in caps.items()}
    history = dominance(small_market(table, days=365, start="2021-01-01", sectors=sectors))
    with (archive / "macro" / "btc_dominance_2017_2024.csv").open(encoding="utf-8", newline="") as file:
        published = {row["date"]: float(row["btc_dominance_pct"]) / 100 for row in csv.DictReader(file)}
    beside = np.array([published[str(when)] for when in days])
    gap = history.dominance - beside
    assert np.nanmax(np.abs(gap)) < 0.03
    assert abs(float(np.nanmedian(gap))) < 0.012
