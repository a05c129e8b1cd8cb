"""The Rotation panel's figures of a day, against slow counts by hand; no day looks ahead."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.classes import PUBLISHED, Basket
from models.market.rotation.phases import PHASES, Spell, Spells, sector_readings, wilson
from models.market.rotation.view import (
    FRIDAYS,
    USUAL_NEXT,
    WINDOWS,
    GraphDay,
    PhaseDay,
    RotationBoard,
    after_phase,
    rotation_board,
    times,
)
from models.market.snapshot import Market, day
from models.market.study import study
from models.market.universe import SECTORS, TIERS
from models.market.unknown import Unknown
from tests.markets import synthetic_market

DAYS = 640


@cache
def market() -> Market:
    return synthetic_market(days=DAYS, coins=90, seed=12)


@cache
def board() -> RotationBoard:
    made = rotation_board(study(market()))
    assert made is not None
    return made


def phases(row: int) -> PhaseDay:
    found = board().phases(market().days[row])
    assert isinstance(found, PhaseDay)
    return found


def spells_of(*phases: str) -> Spells:
    """One spell of ten days for each phase; the last one runs."""
    start = day("2020-01-01")
    made = [
        Spell(name, start + 10 * at, start + 10 * at + 9, 10, at == len(phases) - 1)
        for at, name in enumerate(phases)
    ]
    return Spells(made[-1].end, tuple(made))


# -- what came after ---------------------------------------------------------------------------------


def test_few_spells_cannot_tell_the_followers_apart() -> None:
    found = after_phase(spells_of("large", "mid", "large", "small", "large", "mid"), "large")
    assert found.spells == 3
    assert [(one.to, one.count) for one in found.rows[:2]] == [("mid", 2), ("small", 1)]
    assert found.judgement == "alike"
    assert (found.usual, found.usual_count) == ("mid", 2)


def test_many_spells_of_one_kind_are_told_apart() -> None:
    found = after_phase(spells_of(*["large", "mid"] * 20), "large")
    assert found.judgement == "apart"
    assert found.rows[0].low == pytest.approx(wilson(20, 20)[0])
    assert found.rows[0].low > found.rows[1].high


def test_a_leader_may_be_told_from_some_and_not_from_others() -> None:
    spells = spells_of(*["large", "mid"] * 10, *["large", "bitcoin"] * 6)
    found = after_phase(spells, "large")
    assert found.judgement == "partly"
    assert found.rivals == ("bitcoin",)
    leader, rival, *others = found.rows
    assert rival.high >= leader.low > max(one.high for one in others)


def test_the_running_spell_has_no_follower_yet() -> None:
    assert after_phase(spells_of("mid", "large"), "large").judgement == "none"
    assert after_phase(spells_of("mid", "large"), "large").rows == ()


def test_small_caps_and_risk_off_have_no_usual_next_step() -> None:
    assert set(USUAL_NEXT) == {"bitcoin", "large", "mid"}
    assert after_phase(spells_of("small", "bitcoin", "small"), "small").usual is None


def test_followers_are_counted_as_by_hand() -> None:
    found = phases(DAYS - 1)
    for one in found.matrix:
        ended = [at for at, spell in enumerate(found.spells[:-1]) if spell.phase == one.phase]
        assert one.spells == len(ended)
        for row in one.rows:
            assert row.of == len(ended)
            assert row.count == sum(found.spells[at + 1].phase == row.to for at in ended)
    assert {one.phase for one in found.matrix} == set(PHASES)


# -- time --------------------------------------------------------------------------------------------


def test_shares_of_time_are_days_of_the_phase_shown() -> None:
    history = board().study.rotation
    assert not isinstance(history, Unknown)
    row = DAYS - 40
    shown = history.phase[: row + 1]
    for one in phases(row).times:
        days = int(np.count_nonzero(shown == PHASES.index(one.phase)))
        assert one.days == days
        assert one.share == pytest.approx(days / np.count_nonzero(shown >= 0))
    assert sum(one.share for one in phases(row).times) == pytest.approx(1.0)


def test_without_any_spell_no_time_was_spent() -> None:
    assert all(one.share == 0 and one.median_days is None for one in times(Spells(day("2020-01-01"), ())))


def test_days_before_the_first_phase_are_one_unknown_stretch() -> None:
    found = phases(DAYS - 1)
    history = board().study.rotation
    assert not isinstance(history, Unknown)
    first = int(np.argmax(history.phase >= 0))
    assert found.unknown_spans == ((market().days[0], market().days[first - 1]),)
    assert found.spells[0].start == market().days[first]


# -- sectors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [40, 200, 500, DAYS - 1])
def test_sector_changes_are_those_of_the_readings(row: int) -> None:
    rows = board().sectors(market().days[row])
    assert not isinstance(rows, Unknown)
    found = board().study
    for at, window in enumerate(WINDOWS):
        readings = sector_readings(found.universe, found.sectors, market().days[row], window=window)
        for one, expected in zip(rows, readings, strict=True):
            assert one.sector == expected.sector
            assert one.members == expected.members
            assert _same(one.against[at], expected.against_bitcoin)
            assert _same(one.own[at], expected.change)


def test_a_sector_with_too_few_members_says_how_many_it_has() -> None:
    rows = board().sectors(market().days[60])
    assert not isinstance(rows, Unknown)
    few = [one for one in rows if one.members < 5]
    assert few
    for one in few:
        assert one.why == f"5 members are needed, the sector has {one.members}."


def test_a_sector_is_as_large_as_its_members_caps_of_the_day() -> None:
    row = DAYS - 3
    when = market().days[row]
    rows = board().sectors(when)
    assert not isinstance(rows, Unknown)
    for one in rows:
        columns = np.flatnonzero(board().study.universe.sector_member[one.sector][row])
        total = np.nansum(market().cap[row, columns])
        assert isinstance(one.cap, Unknown) or one.cap == pytest.approx(total)
        members = board().sector_members(one.sector, when)
        assert sum(coin.cap for coin in members) == pytest.approx(total)
        assert list(members) == sorted(members, key=lambda coin: (-coin.cap, coin.coin))


# -- leaders -----------------------------------------------------------------------------------------


def test_leaders_are_the_top_by_their_lead_over_bitcoin() -> None:
    row = 400
    found = board().moves(market().days[row], top=30)
    price = market().price

    def end(column: int, at: int) -> float:
        """The last price in [at - 3, at]."""
        known = [price[back, column] for back in range(at, at - 4, -1) if np.isfinite(price[back, column])]
        return float(known[0]) if known else np.nan

    bitcoin = market().column["bitcoin"]
    base = end(bitcoin, row) / end(bitcoin, row - 30)
    assert len(found.rows) == 30
    for one in found.rows:
        column = market().column[one.coin]
        lead = end(column, row) / end(column, row - 30) - base
        assert _same(one.against, Unknown("") if np.isnan(lead) else lead)
    known = [one.against for one in found.rows[: found.known]]
    assert known == sorted(known, reverse=True)  # type: ignore[type-var]
    assert all(isinstance(one.against, Unknown) for one in found.rows[found.known :])


# -- the graph ---------------------------------------------------------------------------------------


def slow_place(values: np.ndarray, bitcoin: np.ndarray, row: int) -> tuple[float, float]:
    strength = np.log(values) - np.log(bitcoin)

    def standing(line: np.ndarray) -> float:
        window = line[row - 89 : row + 1]
        known = window[np.isfinite(window)]
        if known.size < 60 or np.isnan(line[row]):
            return np.nan
        return float((line[row] - known.mean()) / known.std(ddof=1))

    def carried(at: int) -> float:
        return next((strength[b] for b in range(at, max(at - 4, -1), -1) if np.isfinite(strength[b])), np.nan)

    momentum = np.array([carried(at) - carried(at - 10) if at >= 10 else np.nan for at in range(row + 1)])
    return 100 + 10 * standing(strength[: row + 1]), 100 + 10 * standing(momentum)


@pytest.mark.parametrize("row", [330, 511])
def test_coins_of_the_day_stand_where_the_slow_formula_puts_them(row: int) -> None:
    graph = board().graph("coins", market().days[row], coins=8)
    bitcoin = market().price[:, market().column["bitcoin"]]
    placed = 0
    for line in graph.lines:
        x, y = slow_place(market().price[:, market().column[line.key]], bitcoin, row)
        if line.known:
            placed += 1
            assert (line.x, line.y) == (pytest.approx(x), pytest.approx(y))
        else:
            assert np.isnan(x) or np.isnan(y)
            assert line.name in line.why
    assert placed >= 4


@pytest.mark.parametrize("of", ["tiers", "sectors", "coins"])
def test_tails_hold_the_last_fridays_up_to_the_day(of: str) -> None:
    when = market().days[500]
    for line in board().graph(of, when).lines:  # type: ignore[arg-type]
        assert line.tail.days.size == FRIDAYS
        assert line.tail.days[-1] <= when
        assert {one.item().weekday() for one in line.tail.days} == {4}


def test_tiers_and_sectors_have_a_line_each() -> None:
    when = market().days[500]
    assert [line.key for line in board().graph("tiers", when).lines] == list(TIERS)
    assert [line.key for line in board().graph("sectors", when).lines] == list(SECTORS)


def test_baskets_have_a_graph_once_there_are_any() -> None:
    when = market().days[500]
    assert board().graph("baskets", when).why == "There are no baskets yet."
    edited = board().study.with_classes(PUBLISHED.with_basket(Basket("duo", "Duo", ("ethereum", "coin-002"))))
    made = rotation_board(edited)
    assert made is not None
    (line,) = made.graph("baskets", when).lines
    assert (line.key, line.name, line.known) == ("BASKET.duo", "Duo", True)


def test_a_day_outside_of_the_cache_is_unknown_with_its_reason() -> None:
    for when in (market().days[0] - 1, market().days[-1] + 1):
        assert isinstance(board().phases(when), Unknown)
        assert isinstance(board().sectors(when), Unknown)
        assert board().moves(when).why
        assert board().graph("tiers", when).why


def test_a_cancelled_board_is_none() -> None:
    assert rotation_board(study(market()), lambda: True) is None


# -- no look-ahead -----------------------------------------------------------------------------------


@given(st.integers(120, DAYS - 2))
@settings(max_examples=12, deadline=None)
def test_nothing_of_a_day_changes_when_the_days_after_it_are_cut(row: int) -> None:
    when = market().days[row]
    if market().has_open_ticks(when):
        return
    cut = rotation_board(study(market().cut(when)))
    assert cut is not None
    assert cut.phases(when) == board().phases(when)
    assert cut.sectors(when) == board().sectors(when)
    assert cut.moves(when) == board().moves(when)
    for of in ("tiers", "sectors", "coins"):
        _same_graph(cut.graph(of, when), board().graph(of, when))  # type: ignore[arg-type]


def _same_graph(one: GraphDay, other: GraphDay) -> None:
    assert [line.key for line in one.lines] == [line.key for line in other.lines]
    for left, right in zip(one.lines, other.lines, strict=True):
        np.testing.assert_array_equal([left.x, left.y], [right.x, right.y])
        np.testing.assert_array_equal(left.tail.x, right.tail.x)
        np.testing.assert_array_equal(left.tail.y, right.tail.y)


def _same(found: float | Unknown, expected: float | Unknown) -> bool:
    if isinstance(found, Unknown) or isinstance(expected, Unknown):
        return isinstance(found, Unknown) and isinstance(expected, Unknown)
    return bool(np.isclose(found, expected))
