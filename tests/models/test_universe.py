"""Ranking, weekly tiers and weekly sectors, against the rules written out day by day."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.snapshot import BasisSpan, Coin, Market, day
from models.market.universe import SECTORS, TIERS, Universe, universe
from tests.markets import synthetic_market

OUTSIDE = {"stablecoin", "wrapped"}
OUT_BY_NAME = {
    "bitcoin",
    "blackrock-usd-institutional-digital-liquidity-fund",
    "tether-gold",
    "pax-gold",
    "ousg",
    "superstate-short-duration-us-government-securities-fund-ustb",
    "compounding-open-dollar",
    "eutbl",
    "binance-peg-dogecoin",
    "usdk",
    "origin-dollar",
    "musd",
}


def slow_ranking(market: Market, row: int) -> list[int]:
    """The eligible columns of a day, the largest first. Methods, section 1."""
    found = []
    for column, coin in enumerate(market.coins):
        cap = float(market.cap[row, column])
        if coin.id in OUT_BY_NAME or coin.sector in OUTSIDE or math.isnan(cap):
            continue
        found.append((-cap, coin.id, column))
    return [column for _, _, column in sorted(found)]


def slow_list_rows(market: Market) -> list[int | None]:
    """For each day the row of the close at which the list in force was made."""
    counts = [len(slow_ranking(market, row)) for row in range(market.days.size)]
    result: list[int | None] = []
    in_force: int | None = None
    for row, when in enumerate(market.days):
        date: datetime.date = when.item()
        if date.weekday() == 0:  # a Monday: the list of yesterday's close comes into force
            sunday = row - 1
            for made in range(sunday, sunday - 4, -1):
                if made >= 0 and counts[made] >= 10:
                    in_force = made
                    break
        result.append(in_force)
    return result


def slow_tiers(market: Market, made: int | None) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {"large": [], "mid": [], "small": []}
    if made is None:
        return members
    plain = 0
    for rank, column in enumerate(slow_ranking(market, made), start=1):
        if market.coins[column].sector == "meme":
            if rank <= 250:
                members["small"].append(column)
            continue
        plain += 1
        if plain <= 10:
            members["large"].append(column)
        elif plain <= 50:
            members["mid"].append(column)
        elif plain <= 200:
            members["small"].append(column)
    return {tier: columns if len(columns) >= 5 else [] for tier, columns in members.items()}


def slow_sectors(market: Market, made: int | None) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {sector: [] for sector in SECTORS}
    if made is not None:
        for column in slow_ranking(market, made)[:200]:
            sector = market.coins[column].sector
            members[sector if sector in members else "other"].append(column)
    return members


def small_market(
    caps: Mapping[str, Sequence[float] | float],
    *,
    days: int = 1,
    start: str = "2024-01-07",
    sectors: Mapping[str, str] | None = None,
) -> Market:
    """A market with these caps (and prices of a millionth of them); 2024-01-07 is a Sunday."""
    names = sorted(caps)
    cap = np.full((days, len(names)), np.nan, order="F")
    for at, name in enumerate(names):
        cap[:, at] = caps[name]
    return Market.build(
        days=day(start) + np.arange(days),
        coins=[Coin(name, name.upper(), name, (sectors or {}).get(name, "layer1")) for name in names],
        price=np.asfortranarray(cap / 1e6),
        cap=cap,
        volume=np.full_like(cap, np.nan),
        series={},
    )


def ids(of: Universe, mask: np.ndarray) -> set[str]:
    return {of.market.coins[column].id for column in np.flatnonzero(mask)}


MARKETS = {
    "a common one": {"days": 150, "coins": 90, "seed": 1},
    "one with more coins than any tier takes": {"days": 60, "coins": 330, "seed": 2},
    "one with hardly enough coins": {"days": 120, "coins": 22, "seed": 3, "gaps": 0.3, "start": "2019-01-03"},
    "one that starts on a Monday": {"days": 90, "coins": 60, "seed": 4, "start": "2019-01-07"},
    "one that starts on a Sunday": {"days": 90, "coins": 60, "seed": 5, "start": "2019-01-06"},
}


@pytest.fixture(params=MARKETS.values(), ids=MARKETS.keys(), scope="module")
def market(request: pytest.FixtureRequest) -> Market:
    return synthetic_market(**request.param)


def test_each_day_is_ranked_by_cap_with_ties_by_id(market: Market) -> None:
    ranked = universe(market)
    for row in range(market.days.size):
        expected = slow_ranking(market, row)
        assert ranked.ranking.order[row, : ranked.ranking.count[row]].tolist() == expected
        assert np.all(ranked.ranking.order[row, ranked.ranking.count[row] :] == -1)
        padded = expected[:30] + [-1] * (30 - len(expected))
        assert ranked.ranking.largest(30)[row].tolist() == padded
        for each in (ranked, universe(market)):
            assert each.largest_on(row, 30).tolist() == [padded]
        np.testing.assert_array_equal(np.flatnonzero(ranked.eligible[row]), sorted(expected))
        ranks = {column: rank for rank, column in enumerate(expected, start=1)}
        assert ranked.rank[row].tolist() == [ranks.get(column, 0) for column in range(len(market.coins))]
        assert np.flatnonzero(ranked.top(15)[row]).tolist() == sorted(expected[:15])


def test_tiers_and_sectors_are_those_of_the_last_list(market: Market) -> None:
    ranked = universe(market)
    sectors = {sector: ranked.sector_member[sector] for sector in SECTORS}
    for row, made in enumerate(slow_list_rows(market)):
        for code, (tier, columns) in enumerate(slow_tiers(market, made).items(), start=1):
            assert np.flatnonzero(ranked.tier[row] == code).tolist() == sorted(columns), (tier, row)
        for sector, columns in slow_sectors(market, made).items():
            assert np.flatnonzero(sectors[sector][row]).tolist() == sorted(columns), (sector, row)


def test_the_lists_as_pairs_are_those_as_tables(market: Market) -> None:
    ranked = universe(market)
    mondays = ranked.weeks.monday
    for code, tier in enumerate(TIERS, start=1):
        weeks, columns = ranked.tier_members(tier)
        for week, monday in enumerate(mondays):
            assert sorted(columns[weeks == week]) == np.flatnonzero(ranked.tier[monday] == code).tolist()
    weeks, columns = ranked.top_members(12)
    made = slow_list_rows(market)
    for week, monday in enumerate(mondays):
        row = made[monday]
        expected = [] if row is None else slow_ranking(market, row)[:12]
        assert columns[weeks == week].tolist() == expected


def test_coins_that_follow_something_else_are_not_eligible() -> None:
    caps = dict.fromkeys(OUT_BY_NAME, 1e9) | {"solana": 1e8, "dai": 1e8, "weth": 1e8, "ondo": 1e8}
    sectors = {"dai": "stablecoin", "weth": "wrapped", "ondo": "rwa"}
    ranked = universe(small_market(caps, sectors=sectors))
    assert ids(ranked, ranked.eligible[0]) == {"solana", "ondo"}


def test_equal_caps_are_ranked_by_id() -> None:
    market = small_market({"bee": 5.0, "ant": 5.0, "cow": 7.0, "dog": 5.0})
    order = universe(market).largest_on(0, 4)[0]
    assert [market.coins[column].id for column in order] == ["cow", "ant", "bee", "dog"]


def test_caps_that_differ_in_their_last_bit_are_still_ranked_by_size() -> None:
    cap = 1.234e11
    more = float(np.nextafter(cap, np.inf))
    most = float(np.nextafter(more, np.inf))
    market = small_market({"ant": cap, "bee": more, "cow": most, "dog": cap})
    order = universe(market).ranking.order[0]
    assert [market.coins[column].id for column in order] == ["cow", "bee", "ant", "dog"]


def test_a_cap_is_not_carried() -> None:
    ranked = universe(small_market({"ant": [1.0, math.nan], "bee": [2.0, 2.0]}, days=2))
    assert ranked.rank.tolist() == [[2, 1], [0, 1]]


def test_a_list_made_on_sunday_is_in_force_from_monday_to_sunday() -> None:
    before, after = 100.0, 0.5
    caps: dict[str, Sequence[float] | float] = {f"coin-{i:02d}": 10.0 + i for i in range(20)}
    caps["rocket"] = [after] * 1 + [before] * 9  # small on Sunday the 7th, the largest from Monday on
    ranked = universe(small_market(caps, days=10))
    rocket = ranked.market.column["rocket"]
    assert ranked.tier[0].tolist() == [0] * 21, "no list before the first Monday"
    assert [int(code) for code in ranked.tier[1:, rocket]] == [2] * 7 + [1] * 2


def test_a_sunday_without_coins_takes_the_list_of_a_day_shortly_before_else_the_old_one_stays() -> None:
    days = 24  # from Sunday, 2024-01-07
    names = [f"coin-{i:02d}" for i in range(12)]
    table = np.tile(np.arange(12.0) + 1, (days, 1))
    table[11:15] = np.nan  # Thursday to Sunday the 21st: too late
    table[11] = 13.0 - table[0]  # but on Thursday the order was reversed
    table[18:22] = np.nan  # Thursday to Sunday the 28th: nothing within three days
    table[17] = 1.0
    ranked = universe(small_market({name: table[:, at] for at, name in enumerate(names)}, days=days))
    assert ranked.weeks.monday.tolist() == [1, 8, 15, 22]
    assert ranked.weeks.made.tolist() == [0, 7, 11, 11]
    large = [ids(ranked, ranked.tier[row] == 1) for row in (8, 15, 22)]
    assert large[0] == set(names[2:])
    assert large[1] == set(names[:10])
    assert large[2] == large[1]


def test_memes_are_never_large_or_mid_and_small_takes_them_up_to_rank_250() -> None:
    caps = {f"coin-{i:03d}": 1000.0 - i for i in range(260)}
    names = list(caps)
    memes = {names[0], names[100], names[249], names[250]}
    ranked = universe(small_market(caps, days=2, sectors=dict.fromkeys(memes, "meme")))
    tier = {name: int(ranked.tier[1, ranked.market.column[name]]) for name in names}
    assert [tier[name] for name in (names[0], names[100], names[249], names[250])] == [3, 3, 3, 0]
    assert tier[names[10]] == 1, "the tenth coin that is no meme"
    assert tier[names[11]] == 2
    assert (tier[names[201]], tier[names[202]]) == (3, 0), "ranks count coins that are no memes"


def test_a_tier_needs_five_members() -> None:
    caps = {f"coin-{i:02d}": 100.0 - i for i in range(14)}
    ranked = universe(small_market(caps, days=2))
    assert sorted(np.unique(ranked.tier[1]).tolist()) == [0, 1], "four coins behind the first ten are no tier"


def test_a_sector_reaches_to_rank_200_and_assets_are_shown_under_other() -> None:
    caps = {f"coin-{i:03d}": 1000.0 - i for i in range(202)}
    sectors = {"coin-199": "ai", "coin-200": "ai", "coin-003": "rwa", "coin-004": "of its own"}
    ranked = universe(small_market(caps, days=2, sectors=sectors))
    assert ids(ranked, ranked.sector_member["ai"][1]) == {"coin-199"}
    assert ids(ranked, ranked.sector_member["other"][1]) == {"coin-003", "coin-004"}
    assert tuple(ranked.sector_member) == SECTORS
    with pytest.raises(KeyError):
        ranked.sector_member["rwa"]


def test_the_basis_names_spans_and_days_with_too_few_coins() -> None:
    caps = {f"coin-{i}": [1.0] * 6 for i in range(3)} | {"late": [math.nan] * 2 + [1.0] * 4}
    market = small_market(caps, days=6)
    spans = (
        BasisSpan(day("2024-01-09"), day("2024-01-10"), "point-in-time"),
        BasisSpan(day("2024-01-11"), day("2024-01-31"), "survivors"),
    )
    assert universe(replace(market, basis=spans)).basis(4) == (
        (day("2024-01-07"), "partial universe"),
        (day("2024-01-09"), "point-in-time"),
        (day("2024-01-11"), "survivors"),
    )
    assert universe(market).basis(4)[1] == (day("2024-01-09"), "survivors"), "nobody said where it comes from"


def test_results_are_read_only() -> None:
    ranked = universe(synthetic_market(days=30, coins=20))
    for array in (ranked.rank, ranked.eligible, ranked.tier, ranked.top(3), ranked.sector_member["defi"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_a_market_without_coins_or_days_has_an_empty_universe() -> None:
    empty = Market.build(
        days=np.zeros(0, dtype="datetime64[D]"),
        coins=(),
        price=np.zeros((0, 0), order="F"),
        cap=np.zeros((0, 0), order="F"),
        volume=np.zeros((0, 0), order="F"),
        series={},
    )
    ranked = universe(empty)
    assert ranked.rank.shape == ranked.tier.shape == ranked.top(5).shape == (0, 0)
    assert ranked.basis(50) == ()
    assert ranked.tier_members("large")[0].size == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 79))
def test_no_list_looks_ahead(seed: int, row: int) -> None:
    market = synthetic_market(days=80, coins=40, seed=seed, start="2019-01-03", bad_ticks=0)
    whole, cut = universe(market), universe(market.cut(market.days[row]))
    np.testing.assert_array_equal(whole.rank[: row + 1], cut.rank)
    np.testing.assert_array_equal(whole.tier[: row + 1], cut.tier)
    np.testing.assert_array_equal(whole.sector_member["meme"][: row + 1], cut.sector_member["meme"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_the_names_of_the_coins_do_not_matter_where_no_caps_are_equal(seed: int) -> None:
    market = synthetic_market(days=40, coins=20, seed=seed, series=False, bad_ticks=0)
    shuffled, new_column = renamed(market, seed)
    one, other = universe(market), universe(shuffled)
    np.testing.assert_array_equal(one.rank, other.rank[:, new_column])
    np.testing.assert_array_equal(one.tier, other.tier[:, new_column])


def renamed(market: Market, seed: int) -> tuple[Market, np.ndarray]:
    """Give the coins other ids (but Bitcoin and its like), so that their order changes."""
    rng = np.random.default_rng(seed)
    kept = {"bitcoin", "ethereum", "tether-gold"}
    coins = [
        coin if coin.id in kept else replace(coin, id=f"x{rng.random():.12f}-{coin.id}")
        for coin in market.coins
    ]
    order = sorted(range(len(coins)), key=lambda at: coins[at].id)
    arrays = {name: np.asfortranarray(getattr(market, name)[:, order]) for name in ("price", "cap", "volume")}
    shuffled = Market.build(
        days=market.days,
        coins=[coins[at] for at in order],
        series=market.series,
        as_of=market.as_of,
        **arrays,
    )
    return shuffled, np.argsort(order)
