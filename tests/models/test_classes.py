"""The user's own tiers, sectors and baskets: laid over the market, counted, and taken back."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.classes import (
    OWN_SECTORS,
    PUBLISHED,
    Basket,
    Classes,
    ClassesError,
    TierBounds,
    classified,
    effective,
    free_id,
    from_plain,
    to_plain,
)
from models.market.snapshot import Market
from models.market.study import Study, study
from models.market.universe import SECTORS, TIERS, universe
from tests.markets import synthetic_market

COINS = [f"coin-{at:03d}" for at in range(40)]


@cache
def market() -> Market:
    return synthetic_market(days=320, coins=80, seed=8)


@cache
def published() -> Study:
    return study(market())


def some_baskets() -> st.SearchStrategy[tuple[Basket, ...]]:
    one = st.builds(
        Basket,
        id=st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
        title=st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip())),
        coins=st.lists(st.sampled_from(COINS), min_size=1, max_size=6, unique=True).map(tuple),
    )
    return st.lists(one, max_size=3, unique_by=lambda basket: basket.id).map(tuple)


some_classes = st.builds(
    Classes,
    sectors=st.dictionaries(st.sampled_from(COINS), st.sampled_from(OWN_SECTORS), max_size=6),
    bounds=st.builds(
        lambda large, mid, small, memes: TierBounds(large, large + mid, large + mid + small, memes),
        *(st.integers(1, 100) for _ in range(4)),
    ),
    baskets=some_baskets(),
)


def test_every_sector_of_the_universe_can_be_chosen_and_two_that_take_a_coin_out() -> None:
    assert set(OWN_SECTORS) == {*SECTORS, "stablecoin", "wrapped"}


@given(some_classes)
def test_a_document_of_the_changes_reads_back_as_the_changes(classes: Classes) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(classes)))) == classes


@given(some_classes, st.sampled_from(COINS), st.sampled_from(OWN_SECTORS))
def test_moving_a_coin_and_back_leaves_what_was_there(classes: Classes, coin: str, sector: str) -> None:
    before = classes.sectors.get(coin)
    moved = classes.moved(coin, sector)
    assert moved.sectors[coin] == sector
    assert moved.moved(coin, before) == classes
    assert moved.moved(coin, None).changes == classes.changes - (before is not None)


def test_no_change_is_the_published_study() -> None:
    assert PUBLISHED.changes == 0
    assert classified(market(), PUBLISHED) is market()
    assert published().classes is PUBLISHED


def test_a_moved_coin_counts_in_its_new_sector_and_no_longer_in_the_old_one() -> None:
    coin = next(one for one in market().coins if one.sector == "meme")
    column = market().column[coin.id]
    before = universe(market())
    after = universe(classified(market(), PUBLISHED.moved(coin.id, "defi")))
    held = before.sector_member["meme"][:, column]
    assert held.any()
    assert not after.sector_member["meme"][:, column].any()
    assert np.array_equal(after.sector_member["defi"][:, column], held)


def test_a_coin_moved_to_the_stablecoins_is_no_altcoin_any_more() -> None:
    coin = next(one for one in market().coins if one.sector == "layer2")
    after = universe(classified(market(), PUBLISHED.moved(coin.id, "stablecoin")))
    assert not after.eligible[:, market().column[coin.id]].any()


def test_other_bounds_move_the_edges_of_the_tiers() -> None:
    """Against a count by hand: rank among the eligible that are not memes, at the Sunday close."""
    found = universe(market(), TierBounds(large_to=6, mid_to=20, small_to=30, memes_to=12))
    week = found.weeks.monday.size - 1
    row = int(found.weeks.made[week])
    order = [int(at) for at in found.ranking.order[row] if at >= 0]
    plain = [at for at in order if market().coins[at].sector != "meme"]
    memes = [at for at in order[:12] if market().coins[at].sector == "meme"]
    expected = {"large": plain[:6], "mid": plain[6:20], "small": plain[20:30] + memes}
    for tier in TIERS:
        weeks, columns = found.tier_members(tier)
        assert sorted(columns[weeks == week].tolist()) == sorted(expected[tier])


def test_a_change_of_bounds_changes_the_phases_and_a_reset_brings_them_back() -> None:
    edited = published().with_classes(PUBLISHED.bounded(TierBounds(large_to=5, mid_to=12, small_to=60)))
    assert not np.array_equal(edited.tiers["large"].values, published().tiers["large"].values, equal_nan=True)
    back = edited.with_classes(PUBLISHED)
    for tier in TIERS:
        assert np.array_equal(back.tiers[tier].values, published().tiers[tier].values, equal_nan=True)
    assert back.market.coins == market().coins


def test_a_day_seen_again_keeps_the_changes() -> None:
    ticks = market().bad_ticks
    day = market().days[int(ticks.row[0])]
    edited = published().with_classes(PUBLISHED.moved("coin-003", "defi"))
    assert edited.market.has_open_ticks(day)
    assert edited.as_seen_on(day).classes.changes == 1


def test_a_basket_is_a_line_like_any_other() -> None:
    """Each day's return is the mean of the coins' own while no amounts have drifted: on a Monday."""
    coins = ("ethereum", "coin-001")
    found = published().with_classes(PUBLISHED.with_basket(Basket("pair", "My pair", coins)))
    line = found.line("BASKET.pair")
    assert ("BASKET.pair", "My pair") in found.lines()
    monday = int(found.universe.weeks.monday[20])
    price = market().price[:, [market().column[coin] for coin in coins]]
    assert np.isfinite(price[monday - 1 : monday + 1]).all()
    expected = (price[monday] / price[monday - 1] - 1).mean()
    place = {day: at for at, day in enumerate(line.days.tolist())}
    today, before = (place[market().days[row].item()] for row in (monday, monday - 1))
    assert line.values[today] / line.values[before] - 1 == pytest.approx(expected)


def test_a_coin_that_is_not_cached_waits_in_its_basket() -> None:
    basket = Basket("old", "Old", ("ethereum", "never-listed"))
    found = published().with_classes(PUBLISHED.with_basket(basket).moved("never-listed", "defi"))
    assert found.baskets["BASKET.old"].counted.max() == 1
    assert found.classes.changes == 2


def test_moves_to_where_a_coin_is_anyway_are_no_changes() -> None:
    kept = effective(
        Classes({"coin-001": "defi", "coin-002": "ai"}), {"coin-001": "defi", "coin-002": "meme"}
    )
    assert dict(kept.sectors) == {"coin-002": "ai"}


def test_two_baskets_of_one_name_get_ids_of_their_own() -> None:
    assert free_id("Alpha", set()) == "alpha"
    assert free_id("Alpha", {"alpha", "alpha-2"}) == "alpha-3"
    assert free_id("***", set()) == "basket"


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ([], "not a table"),
        ({"sectors": {"coin-001": "nonsense"}}, "no sector"),
        ({"sectors": {"bitcoin": "defi"}}, "Bitcoin"),
        ({"sectors": ["coin-001"]}, "pairs"),
        ({"tiers": {"huge_to": 3}}, "no end of a tier"),
        ({"tiers": {"large_to": 60}}, "ends after"),
        ({"tiers": {"large_to": "10"}}, "A rank lies"),
        ({"tiers": {"large_to": True}}, "A rank lies"),
        ({"baskets": [{"id": "a", "title": "A", "coins": []}]}, "1 to"),
        ({"baskets": [{"id": "a", "title": " ", "coins": ["x"]}]}, "name"),
        ({"baskets": [{"id": "a", "title": "A", "coins": ["x", "x"]}]}, "twice"),
        ({"baskets": [{"id": "a", "title": "A", "coins": [1]}]}, "no coin's id"),
        ({"baskets": [{"id": "a b", "title": "A", "coins": ["x"]}]}, "no id"),
        ({"baskets": {"a": 1}}, "not a list"),
    ],
)
def test_a_damaged_document_is_refused_with_what_is_wrong(plain: object, said: str) -> None:
    with pytest.raises(ClassesError, match=said):
        from_plain(plain)
