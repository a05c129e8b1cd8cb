"""The definition bench against the rules written out, and the parts of a gap against the gap."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.season.bench import Bench, Comparison, bench, compare
from models.market.season.definition import (
    ASSET_BACKED,
    OWN_LIST,
    STANDARD,
    USUAL,
    Definition,
    as_text,
    from_text,
    left_out_as,
    universe_of,
)
from models.market.season.index import HEADLINE, SeasonReading, Variant, season_index, season_index_on
from models.market.season.standing import Standing, roll_call, standings
from models.market.snapshot import Coin, Market, day
from models.market.universe import EXCLUDED_COINS, Universe, universe
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.test_season import slow_return
from tests.models.test_universe import small_market

GROUPS = ("stablecoin", "wrapped", ASSET_BACKED, "meme", "defi", "layer1")
OWN = frozenset({"coin-003", "coin-017", "ethereum"})
DEFINITIONS = (
    *STANDARD,
    Definition(left_out=frozenset()),
    Definition(Variant(30, 60), left_out=USUAL | {"meme"}),
    Definition(Variant(40, 30, "cap"), left_out=frozenset({"stablecoin"}), without=OWN),
    Definition(without=OWN),
)


@cache
def whole() -> Universe:
    return universe(synthetic_market(days=480, coins=110, seed=8, gaps=0.06, young=0.35, dying=0.1))


@pytest.fixture
def market() -> Market:
    return whole().market


@pytest.fixture
def ranked() -> Universe:
    return whole()


@pytest.fixture(scope="module")
def benched() -> Bench:
    return bench(whole(), DEFINITIONS)


def slow_counted(market: Market, row: int, definition: Definition) -> dict[str, tuple[float, bool]]:
    """Coin -> (weight, beats Bitcoin) of the coins a definition counts, from the words of the methods."""
    listed = []
    for column, coin in enumerate(market.coins):
        cap = market.cap[row, column]
        gone = coin.id == "bitcoin" or coin.id in definition.without or coin.sector in definition.left_out
        gone = gone or (ASSET_BACKED in definition.left_out and coin.id in EXCLUDED_COINS)
        if cap > 0 and not gone:
            listed.append((-cap, coin.id, column))
    bitcoin = slow_return(market, row, market.column["bitcoin"], definition.variant.window)
    counted = {}
    for cap, name, column in sorted(listed)[: definition.variant.top]:
        own = slow_return(market, row, column, definition.variant.window)
        if own is not None and bitcoin is not None:
            counted[name] = (-cap if definition.variant.weights == "cap" else 1.0, own > bitcoin)
    whole = math.fsum(weight for weight, _ in counted.values())
    return {name: (weight / whole, beats) for name, (weight, beats) in counted.items()}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=[str(at) for at in range(len(DEFINITIONS))])
def test_every_definition_equals_its_rules_written_out(
    market: Market, benched: Bench, definition: Definition
) -> None:
    known = 0
    for row in range(95, market.days.size, 13):
        found = benched.indices[definition].at(market.days[row])
        counted = slow_counted(market, row, definition)
        assert isinstance(found, SeasonReading)
        if len(counted) < 20:
            assert isinstance(found.index, Unknown)
            continue
        known += 1
        expected = 100 * math.fsum(weight for weight, beats in counted.values() if beats)
        assert found.index == pytest.approx(expected, abs=1e-9)
        assert found.counted == len(counted)
    assert known > 5


def test_the_standard_bench_holds_the_seven_definitions_and_takes_what_is_known(ranked: Universe) -> None:
    known = {HEADLINE: season_index(ranked)}
    found = bench(ranked, known=known)
    assert found.rows == STANDARD
    assert len(found.rows) == 7
    assert found.indices[Definition()] is known[HEADLINE]
    assert all(one is ranked for one in found.universes.values())


def test_what_is_known_of_the_usual_coins_is_not_taken_for_other_coins(ranked: Universe) -> None:
    known = {HEADLINE: season_index(ranked)}
    other = Definition(left_out=frozenset())
    found = bench(ranked, [other], known=known)
    assert found.indices[other] is not known[HEADLINE]
    assert not np.array_equal(found.indices[other].index, known[HEADLINE].index, equal_nan=True)


def test_definitions_that_leave_out_the_same_coins_share_one_ranking(ranked: Universe) -> None:
    pair = [Definition(variant, left_out=frozenset()) for variant in (Variant(50), Variant(100))]
    found = bench(ranked, pair)
    assert found.universes[pair[0]] is found.universes[pair[1]]


variants = st.builds(
    Variant, st.sampled_from([25, 50, 100]), st.sampled_from([30, 60, 90]), st.sampled_from(["equal", "cap"])
)
definitions = st.builds(
    Definition,
    variants,
    st.frozensets(st.sampled_from(GROUPS)),
    st.frozensets(st.sampled_from(["coin-001", "coin-020", "ethereum", "tether"])),
)


@settings(max_examples=60, deadline=None)
@given(first=definitions, second=definitions, row=st.integers(0, 479))
def test_the_parts_of_a_gap_add_up_to_it_and_change_sign_with_the_order(
    first: Definition, second: Definition, row: int
) -> None:
    ranked, market = whole(), whole().market
    when = market.days[row]
    sides = universe_of(ranked, first), universe_of(ranked, second)
    found = compare(sides[0], first, sides[1], second, when)
    back = compare(sides[1], second, sides[0], first, when)
    if isinstance(found, Unknown):
        assert isinstance(back, Unknown)
        return
    assert isinstance(back, Comparison)
    readings = [
        season_index(side, one.variant).at(when) for side, one in zip(sides, (first, second), strict=True)
    ]
    values = [one.index for one in readings if isinstance(one, SeasonReading)]
    assert found.gap == pytest.approx(values[0] - values[1], abs=1e-9)
    assert math.fsum(one.points for one in found.differences) == pytest.approx(found.gap, abs=1e-9)
    assert math.fsum(points for _, points in found.by_part.values()) == pytest.approx(found.gap, abs=1e-9)
    assert sum(count for count, _ in found.by_part.values()) == len(found.differences)
    mirrored = {one.coin.id: one.points for one in back.differences}
    assert mirrored.keys() == {one.coin.id for one in found.differences}
    for one in found.differences:
        assert mirrored[one.coin.id] == pytest.approx(-one.points, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(first=definitions, second=definitions, row=st.integers(100, 479))
def test_each_part_names_a_coin_that_is_counted_with_its_weight(
    first: Definition, second: Definition, row: int
) -> None:
    ranked, market = whole(), whole().market
    found = compare(universe_of(ranked, first), first, universe_of(ranked, second), second, market.days[row])
    if isinstance(found, Unknown):
        return
    slow = [slow_counted(market, row, one) for one in (first, second)]
    assert {one.coin.id for one in found.differences} == slow[0].keys() | slow[1].keys()
    for one in found.differences:
        assert one.first_weight == pytest.approx(slow[0].get(one.coin.id, (0.0, False))[0])
        assert one.second_weight == pytest.approx(slow[1].get(one.coin.id, (0.0, False))[0])
    sizes = [abs(one.points) for one in found.differences]
    assert sizes == sorted(sizes, reverse=True)


def race(gains: dict[str, float], days: int = 100) -> Market:
    """Coins that rise by these fractions on the last day, larger names first; Bitcoin rises by a tenth."""
    size = {name: 1000.0 - 10 * at for at, name in enumerate(gains)}
    table = {name: [size[name]] * (days - 1) + [size[name] * (1 + gain)] for name, gain in gains.items()}
    table["bitcoin"] = [10_000.0] * (days - 1) + [11_000.0]
    return small_market(table, days=days)


def test_a_definition_against_itself_has_no_gap() -> None:
    market = race({f"coin-{i:02d}": 0.01 * i for i in range(30)})
    ranked = universe(market)
    found = compare(ranked, Definition(), ranked, Definition(), market.days[-1])
    assert isinstance(found, Comparison)
    assert found.gap == 0.0
    assert all(one.points == 0.0 for one in found.differences)


def test_coins_of_one_list_only_pull_by_their_weight_and_verdict() -> None:
    """Of 25 coins 10 win; of the further 25 all lose: 40 against 20."""
    gains = {f"coin-{i:02d}": 0.2 if i < 10 else 0.0 for i in range(50)}
    market = race(gains)
    ranked = universe(market)
    small, large = Definition(Variant(25, 90)), Definition(Variant(50, 90))
    found = compare(ranked, small, ranked, large, market.days[-1])
    assert isinstance(found, Comparison)
    assert found.gap == pytest.approx(20.0)
    assert found.first_reading.beating == 10
    by_coin = {one.coin.id: one for one in found.differences}
    # The level is 30 %: a loser that only the second counts (2 %) takes 2 x 30 % off the second.
    late = by_coin["coin-49"]
    assert (late.part, late.first, late.points) == ("only in the second", None, pytest.approx(0.6))
    # A winner of both counts 4 % in the first and 2 % in the second, 70 % above the level.
    winner = by_coin["coin-00"]
    assert (winner.part, winner.points) == ("other weight", pytest.approx(1.4))
    assert found.by_part["only in the second"] == (25, pytest.approx(15.0))


def test_a_coin_that_wins_over_one_span_only_has_another_verdict() -> None:
    market = race({f"coin-{i:02d}": 0.0 for i in range(30)})
    price = np.asfortranarray(market.price.copy())
    column = market.column["coin-05"]
    price[:50, column] *= 0.5  # doubled within the 90 days, and flat within the 30
    changed = Market.build(
        days=market.days,
        coins=market.coins,
        price=price,
        cap=market.cap.copy(order="F"),
        volume=market.volume.copy(order="F"),
        series={},
    )
    ranked = universe(changed)
    found = compare(
        ranked, Definition(Variant(50, 90)), ranked, Definition(Variant(50, 30)), changed.days[-1]
    )
    assert isinstance(found, Comparison)
    assert found.differences[0].coin.id == "coin-05"
    assert found.differences[0].part == "other verdict"
    assert found.differences[0].points == pytest.approx(found.gap) == pytest.approx(100 / 30)
    assert found.differences[0].by_weight == 0.0


def test_an_unknown_side_is_said_with_its_reason(ranked: Universe, market: Market) -> None:
    found = compare(ranked, Definition(), ranked, Definition(Variant(50, 365)), market.days[200])
    assert isinstance(found, Unknown)
    assert "365-day return" in found.why
    assert isinstance(compare(ranked, Definition(), ranked, Definition(), day("1999-01-01")), Unknown)


def test_one_day_alone_equals_that_day_of_the_history(
    market: Market, ranked: Universe, benched: Bench
) -> None:
    for definition in DEFINITIONS:
        for row in range(100, market.days.size, 97):
            alone = season_index_on(universe_of(ranked, definition), market.days[row], definition.variant)
            whole = benched.indices[definition].at(market.days[row])
            assert isinstance(alone, SeasonReading)
            assert isinstance(whole, SeasonReading)
            assert alone == replace(whole, days_in_state=alone.days_in_state)


def test_cutting_the_market_changes_no_earlier_reading(market: Market) -> None:
    definition = DEFINITIONS[-2]
    whole = bench(universe(market), [definition]).indices[definition]
    cut = market.cut(market.days[300])
    early = bench(universe(cut), [definition]).indices[definition]
    # A bad tick of the last days is known for one only later.
    settled = slice(0, 295)
    np.testing.assert_array_equal(early.index[settled], whole.index[settled])


# -- who is in and who is out --------------------------------------------------------------------------


def test_the_roll_call_lists_members_and_those_left_out_in_the_order_of_their_caps(
    market: Market, ranked: Universe
) -> None:
    for row in (50, 200, 479):
        found = roll_call(ranked, Definition(), market.days[row])
        caps = [one.cap for one in found]
        assert caps == sorted(caps, reverse=True)
        inside = [one for one in found if one.rank is not None]
        assert inside == list(standings(ranked, market.days[row]))
        assert [one.rank for one in inside] == list(range(1, len(inside) + 1))
        outside = {one.coin.id: one.left_out_as for one in found if one.rank is None}
        assert outside.get("tether") == "stablecoin"
        assert "bitcoin" not in {one.coin.id for one in found}


def test_every_coin_that_is_out_says_why() -> None:
    gains = {f"coin-{i:02d}": 0.2 for i in range(25)}
    market = race(gains)
    price = np.asfortranarray(market.price.copy())
    price[:20, market.column["coin-01"]] = np.nan  # 79 days old
    price[-5:, market.column["coin-02"]] = np.nan  # no price of late
    price[5:15, market.column["coin-03"]] = np.nan  # none at the start of the span, and older than that
    coins = tuple(
        replace(coin, sector="stablecoin") if coin.id == "coin-04" else coin for coin in market.coins
    )
    changed = Market.build(
        days=market.days,
        coins=coins,
        price=price,
        cap=market.cap.copy(order="F"),
        volume=market.volume.copy(order="F"),
        series={},
    )
    definition = Definition(without=frozenset({"coin-06"}))
    ranked = universe_of(universe(changed), definition)
    found = {one.coin.id: one for one in roll_call(ranked, definition, changed.days[-1])}
    assert (found["coin-01"].reason, found["coin-01"].age, found["coin-01"].is_counted) == (
        "too young",
        79,
        False,
    )
    assert found["coin-02"].reason == "no price"
    assert found["coin-03"].reason == "no earlier price"
    assert (found["coin-04"].reason, found["coin-04"].left_out_as) == ("left out", "stablecoin")
    assert (found["coin-06"].rank, found["coin-06"].left_out_as) == (None, OWN_LIST)
    assert found["coin-06"].excess == pytest.approx(0.1)
    assert (found["coin-07"].reason, found["coin-07"].is_counted) == ("beats", True)


def test_without_bitcoin_no_member_is_judged() -> None:
    market = race({f"coin-{i:02d}": 0.2 for i in range(25)})
    price = np.asfortranarray(market.price.copy())
    price[-6:, market.column["bitcoin"]] = np.nan
    changed = Market.build(
        days=market.days, coins=market.coins, price=price, cap=market.cap.copy(order="F"),
        volume=market.volume.copy(order="F"), series={},
    )  # fmt: skip
    found = standings(universe(changed), changed.days[-1])
    assert {one.reason for one in found} == {"bitcoin unknown"}


def test_a_day_that_is_not_cached_has_no_members(ranked: Universe) -> None:
    assert roll_call(ranked, Definition(), day("1999-01-01")) == ()
    assert standings(ranked, day("1999-01-01")) == ()


def test_groups_are_named_for_each_coin() -> None:
    gold = Coin("tether-gold", "XAUT", "Tether Gold", "rwa")
    meme = Coin("doge", "DOGE", "Dogecoin", "meme")
    assert left_out_as(gold, Definition()) == ASSET_BACKED
    assert left_out_as(gold, Definition(left_out=frozenset())) is None
    assert left_out_as(meme, Definition()) is None
    assert left_out_as(meme, Definition(left_out=USUAL | {"meme"})) == "meme"
    assert left_out_as(meme, Definition(without=frozenset({"doge"}))) == OWN_LIST
    assert left_out_as(Coin("bitcoin", "BTC", "Bitcoin", "layer1"), Definition(left_out=frozenset()))


@given(st.lists(definitions, max_size=6))
def test_definitions_that_are_written_down_are_read_again(wanted: list[Definition]) -> None:
    assert from_text(as_text(wanted)) == tuple(dict.fromkeys(wanted))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "7",
        "[7]",
        '[{"top": "50"}]',
        '[{"top": 5, "window": 90, "weights": "equal", "left_out": [], "without": []}]',
        '[{"top": 50, "window": 90, "weights": "odd", "left_out": [], "without": []}]',
        '[{"top": 50, "window": 90, "weights": "cap", "left_out": 1, "without": []}]',
    ],
)
def test_what_cannot_be_read_is_no_definition(text: str) -> None:
    assert from_text(text) == ()


def test_the_usual_definition_leaves_out_exactly_what_the_universe_does(ranked: Universe) -> None:
    apart = replace(Definition(), left_out=frozenset(set(USUAL)), without=frozenset({"no-such-coin"}))
    assert not apart.is_usual
    np.testing.assert_array_equal(universe_of(ranked, apart).candidates, ranked.candidates)


def test_standings_say_whole_things(ranked: Universe, market: Market) -> None:
    for one in standings(ranked, market.days[300], Variant(100, 90)):
        assert isinstance(one, Standing)
        assert (one.excess is None) == (one.verdict not in ("beats", "trails"))
        if one.verdict == "beats":
            assert one.excess is not None
            assert one.excess > 0
