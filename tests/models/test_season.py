"""The season index, its seasons and members, against the rules written out day by day."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.season.index import (
    Season,
    SeasonIndex,
    SeasonReading,
    Variant,
    label_of,
    members,
    season_index,
    season_index_on,
    seasons,
)
from models.market.snapshot import Bools, Market, day
from models.market.universe import universe
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.test_universe import renamed, slow_ranking, small_market

NAN = math.nan
VARIANTS = (
    Variant(),
    Variant(100, 30),
    Variant(30, 90),
    Variant(50, 365),
    Variant(50, 30, "cap"),
    Variant(22, 20),
)


def slow_end_point(prices: Sequence[float], row: int) -> float | None:
    for at in range(row, row - 4, -1):
        if at >= 0 and not math.isnan(prices[at]):
            return float(prices[at])
    return None


def slow_return(market: Market, row: int, column: int, window: int) -> float | None:
    prices = market.price[:, column]
    now, before = slow_end_point(prices, row), slow_end_point(prices, row - window)
    return None if now is None or before is None else now / before - 1


def slow_index(market: Market, row: int, variant: Variant) -> tuple[float, int, int, int]:
    """Index, beating, counted and too young. Methods, section 4."""
    bitcoin = slow_return(market, row, market.column["bitcoin"], variant.window)
    top = slow_ranking(market, row)[: variant.top]
    returns = {column: slow_return(market, row, column, variant.window) for column in top}
    counted = [column for column in top if returns[column] is not None]
    beating = [column for column in counted if bitcoin is not None and returns[column] > bitcoin]
    index = NAN
    if len(counted) >= 20 and bitcoin is not None:
        if variant.weights == "cap":
            caps = market.cap[row]
            index = 100 * math.fsum(caps[c] for c in beating) / math.fsum(caps[c] for c in counted)
        else:
            index = 100 * len(beating) / len(counted)
    return index, len(beating), len(counted), len(top) - len(counted)


@pytest.fixture(scope="module")
def market() -> Market:
    """Late listings, gaps, and ten days on which Bitcoin has no price."""
    whole = synthetic_market(days=420, coins=80, seed=21, gaps=0.1)
    price = whole.price.copy(order="F")
    price[200:210, whole.column["bitcoin"]] = np.nan
    return Market.build(
        days=whole.days,
        coins=whole.coins,
        price=price,
        cap=whole.cap.copy(order="F"),
        volume=whole.volume.copy(order="F"),
        series={},
    )


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_index_of_every_day_equals_the_rules_written_out(market: Market, variant: Variant) -> None:
    index = season_index(universe(market), variant)
    for row in range(market.days.size):
        value, beating, counted, too_young = slow_index(market, row, variant)
        assert index.index[row] == pytest.approx(value, rel=1e-13, nan_ok=True)
        assert (index.beating[row], index.counted[row], index.too_young[row]) == (beating, counted, too_young)
    assert np.isfinite(index.index).any()
    if variant.window < 200:
        assert np.isnan(index.index[204:210]).all(), "Bitcoin's end point is carried for three days only"


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_one_day_alone_equals_that_day_of_the_history(market: Market, variant: Variant) -> None:
    ranked = universe(market)
    index = season_index(ranked, variant)
    for row in range(0, market.days.size, 7):
        when = market.days[row]
        fresh = season_index_on(universe(market), when, variant, before=index)
        assert fresh == season_index_on(ranked, when, variant, before=index) == index.at(when)


def test_one_day_alone_knows_no_run_but_its_own(market: Market) -> None:
    ranked = universe(market)
    index = season_index(ranked)
    row = int(np.argmax(index.days_in_state))
    reading = season_index_on(ranked, market.days[row])
    assert isinstance(reading, SeasonReading)
    assert index.days_in_state[row] > 1
    assert reading.days_in_state == 1


def race(gains: dict[str, float], days: int = 31, **caps: float) -> Market:
    """Coins that rise by these fractions on the last day; Bitcoin rises by a tenth."""
    table = {name: [caps.get(name, 100.0)] * (days - 1) for name in gains}
    for name, gain in gains.items():
        table[name].append(table[name][0] * (1 + gain))
    table["bitcoin"] = [1000.0] * (days - 1) + [1100.0]
    return small_market(table, days=days)


def test_a_coin_must_do_strictly_better_than_bitcoin() -> None:
    gains = {f"coin-{i:02d}": 0.2 for i in range(15)} | {f"level-{i}": 0.1 for i in range(5)}
    market = race(gains)
    reading = season_index(universe(market), Variant(50, 30)).at(market.days[-1])
    assert isinstance(reading, SeasonReading)
    assert (reading.index, reading.beating, reading.counted, reading.too_young) == (75.0, 15, 20, 0)
    assert reading.label == "altcoin season"


def test_the_cap_weighted_index_weighs_with_the_caps_of_the_day() -> None:
    gains = {f"coin-{i:02d}": 0.0 for i in range(20)} | {"giant": 1.0}
    market = race(gains, giant=1000.0)
    reading = season_index(universe(market), Variant(50, 30, "cap")).at(market.days[-1])
    assert isinstance(reading, SeasonReading)
    assert reading.index == pytest.approx(100 * 2000 / 4000)
    assert (reading.beating, reading.counted) == (1, 21)


def test_fewer_than_twenty_counted_are_unknown_and_the_answer_says_how_many() -> None:
    market = race({f"coin-{i:02d}": 0.2 for i in range(19)})
    reading = season_index(universe(market), Variant(50, 30)).at(market.days[-1])
    assert isinstance(reading, SeasonReading)
    assert reading.index == Unknown("19 of the largest altcoins have a 30-day return, 20 are needed.")
    assert (reading.label, reading.days_in_state, reading.counted) == (None, 0, 19)


def test_without_bitcoin_the_answer_says_so() -> None:
    table = {f"coin-{i:02d}": [100.0] * 31 for i in range(20)}
    market = small_market(table, days=31)
    reading = season_index(universe(market), Variant(50, 30)).at(market.days[-1])
    assert isinstance(reading, SeasonReading)
    assert reading.index == Unknown("Bitcoin has no 30-day return on this day.")
    assert (reading.beating, reading.counted) == (0, 20)


def test_a_day_without_coins_and_one_outside_of_the_cache_are_unknown() -> None:
    market = small_market({"ant": [1.0, NAN], "bitcoin": [1.0, 1.0]}, days=2)
    ranked = universe(market)
    index = season_index(ranked)
    reading = index.at(market.days[1])
    assert isinstance(reading, SeasonReading)
    assert reading.index == Unknown("No altcoin has a market cap on this day.")
    assert index.at(market.days[1] + 1) == Unknown("No coin is cached for 2024-01-09.")
    for outside in (market.days[0] - 1, market.days[1] + 1):
        assert season_index_on(ranked, outside) == index.at(outside)
        assert members(ranked, outside) == ()


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (75.0, "altcoin season"),
        (74.99, "neither"),
        (25.01, "neither"),
        (25.0, "bitcoin season"),
        (0.0, "bitcoin season"),
        (NAN, None),
    ],
)
def test_the_thresholds_belong_to_the_seasons(value: float, label: str | None) -> None:
    assert label_of(value) == label


def index_of(values: Sequence[float]) -> SeasonIndex:
    """An index with chosen values, without a market behind it."""
    counts = np.full(len(values), 50)
    return SeasonIndex(
        variant=Variant(),
        days=day("2021-01-01") + np.arange(len(values)),
        index=np.array(values, dtype=np.float64),
        beating=counts,
        counted=counts,
        too_young=np.zeros_like(counts),
        bitcoin=np.zeros(len(values)),
        days_in_state=counts,
    )


def slow_seasons(
    values: Sequence[float], weakening: Bools, as_of: int
) -> tuple[list[tuple[int, int, int, float, bool]], tuple[int, int, int, float, bool] | None]:
    """Rows of start and end, days, peak and strength; known ones and the forming one."""
    groups: list[list[int]] = []
    for row in range(as_of + 1):
        if not values[row] >= 75:
            continue
        if groups and row - groups[-1][-1] - 1 < 14:
            groups[-1].append(row)
        else:
            groups.append([row])
    known, forming = [], None
    for group in groups:
        strong = sum(bool(weakening[row]) for row in group) > len(group) / 2
        entry = (group[0], group[-1], len(group), max(values[row] for row in group), strong)
        if len(group) >= 7:
            known.append(entry)
        elif as_of + 1 - group[-1] - 1 < 14:  # a day at or above 75 tomorrow would still join it
            forming = entry
    return known, forming


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.sampled_from([80.0, 75.0, 74.0, NAN]), st.integers(1, 18)), min_size=1, max_size=14
    ),
    st.integers(0, 1000),
    st.data(),
)
def test_seasons_equal_the_rules_written_out(
    runs: list[tuple[float, int]], seed: int, data: st.DataObject
) -> None:
    values = [value for value, length in runs for _ in range(length)]
    weakening = np.random.default_rng(seed).random(len(values)) < 0.5
    as_of = data.draw(st.integers(0, len(values) - 1))
    index = index_of(values)
    found = seasons(index, weakening, index.days[as_of])
    known, forming = slow_seasons(values, weakening, as_of)

    def plain(season: Season) -> tuple[int, int, int, float, bool | None]:
        start, end = (int((when - index.days[0]).astype(int)) for when in (season.start, season.end))
        return start, end, season.days, season.peak, season.strong

    assert [plain(season) for season in found.known] == known
    assert (plain(found.forming) if found.forming else None) == forming


def test_a_season_is_known_from_its_seventh_day_on() -> None:
    index = index_of([50.0, *[80.0] * 8])
    sixth, seventh = (seasons(index, None, index.days[at]) for at in (6, 7))
    assert sixth.known == ()
    assert sixth.forming == Season(index.days[1], index.days[6], 6, 80.0, None)
    assert seventh.known == (Season(index.days[1], index.days[7], 7, 80.0, None),)
    assert seventh.forming is None


@pytest.mark.parametrize(("between", "known"), [(13, 1), (14, 2)])
def test_runs_less_than_fourteen_days_apart_are_one_season(between: int, known: int) -> None:
    index = index_of([*[80.0] * 7, *[50.0] * between, *[90.0] * 7])
    found = seasons(index, None, index.days[-1]).known
    assert len(found) == known
    assert sum(season.days for season in found) == 14, "the days between do not count"


def test_short_runs_are_merged_before_they_are_counted() -> None:
    index = index_of([*[80.0] * 4, *[50.0] * 5, *[80.0] * 3, *[50.0] * 20])
    assert [season.days for season in seasons(index, None, index.days[-1]).known] == [7]


def test_a_short_run_stops_forming_when_nothing_can_join_it_any_more() -> None:
    index = index_of([*[80.0] * 3, *[50.0] * 20])
    assert seasons(index, None, index.days[2 + 13]).forming is not None
    assert seasons(index, None, index.days[2 + 14]).forming is None


def test_a_season_is_strong_when_dominance_weakens_on_more_than_half_of_its_days() -> None:
    index = index_of([80.0] * 8)
    half, more = (np.arange(8) < count for count in (4, 5))
    assert seasons(index, half, index.days[-1]).known[0].strong is False
    assert seasons(index, more, index.days[-1]).known[0].strong is True


def test_the_days_in_a_state_count_the_unbroken_run(market: Market) -> None:
    index = season_index(universe(market), Variant(50, 30))
    run, before = 0, None
    for row in range(market.days.size):
        label = label_of(float(index.index[row]))
        run = 0 if label is None else run + 1 if label == before else 1
        assert index.days_in_state[row] == run
        before = label


def test_the_members_say_who_beats_bitcoin(market: Market) -> None:
    ranked = universe(market)
    for row in (5, 100, 205, 380):
        when, variant = market.days[row], Variant(30, 90)
        listed = members(ranked, when, variant)
        bitcoin = slow_return(market, row, market.column["bitcoin"], 90)
        assert [member.coin.id for member in listed] == [
            market.coins[column].id for column in slow_ranking(market, row)[:30]
        ]
        assert [member.rank for member in listed] == list(range(1, len(listed) + 1))
        for member in listed:
            own = slow_return(market, row, market.column[member.coin.id], 90)
            assert member.change == (None if own is None else pytest.approx(own, rel=1e-14))
            if own is None:
                assert (member.verdict, member.excess) == ("too young", None)
            elif bitcoin is None:
                assert (member.verdict, member.excess) == ("unknown", None)
            else:
                assert member.verdict == ("beats" if own > bitcoin else "trails")
                assert member.excess == pytest.approx(own - bitcoin, abs=1e-14)


def test_the_members_add_up_to_the_index(market: Market) -> None:
    ranked = universe(market)
    index = season_index(ranked)
    for row in range(100, 420, 40):
        verdicts = [member.verdict for member in members(ranked, market.days[row])]
        assert verdicts.count("too young") == index.too_young[row]
        if np.isfinite(index.index[row]):
            assert verdicts.count("beats") == index.beating[row]
            assert len(verdicts) - verdicts.count("too young") == index.counted[row]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.integers(0, 139), st.sampled_from(VARIANTS))
def test_no_index_looks_ahead(seed: int, row: int, variant: Variant) -> None:
    market = synthetic_market(days=140, coins=60, seed=seed, bad_ticks=0)
    whole = season_index(universe(market), variant)
    cut = season_index(universe(market.cut(market.days[row])), variant)
    for name in ("index", "beating", "counted", "too_young", "days_in_state"):
        np.testing.assert_array_equal(getattr(whole, name)[: row + 1], getattr(cut, name))
    weakening = np.zeros(140, dtype=bool)
    when = market.days[row]
    assert seasons(whole, weakening, when) == seasons(cut, weakening[: row + 1], when)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500))
def test_the_order_of_the_coins_does_not_matter(seed: int) -> None:
    market = synthetic_market(days=130, coins=20, seed=seed, bad_ticks=0, young=0.0)
    shuffled, _ = renamed(market, seed)
    for variant in (Variant(), Variant(10, 30), Variant(50, 30, "cap")):
        one, other = (season_index(universe(each), variant) for each in (market, shuffled))
        np.testing.assert_allclose(one.index, other.index, rtol=1e-13)
        np.testing.assert_array_equal(one.counted, other.counted)


def test_results_are_read_only(market: Market) -> None:
    index = season_index(universe(market))
    with pytest.raises(ValueError, match="read-only"):
        index.index[0] = 100.0
