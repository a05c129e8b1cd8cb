"""Rotation phases against a slow reference written from methods.md, section 6."""

from __future__ import annotations

import math
import statistics
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.returns import alt50, sector_index, tier_index
from models.market.rotation.phases import (
    PHASES,
    RotationHistory,
    held_phases,
    raw_changes,
    raw_phases,
    rotation,
    sector_readings,
    wilson,
)
from models.market.rotation.rrg import rotation_graph
from models.market.snapshot import Floats, Market, day
from models.market.universe import SECTORS, TIERS, Universe, universe
from models.market.unknown import Unknown
from tests.markets import coin_list, synthetic_market


@cache
def market(seed: int = 0, days: int = 420) -> Market:
    return synthetic_market(days=days, coins=90, seed=seed, bad_ticks=0)


def history_of(seen: Market) -> tuple[RotationHistory, Universe]:
    ranked = universe(seen)
    found = rotation(ranked, alt50(ranked), {tier: tier_index(ranked, tier) for tier in TIERS})
    assert isinstance(found, RotationHistory)
    return found, ranked


@cache
def computed(seed: int = 0, days: int = 420) -> tuple[RotationHistory, Universe]:
    return history_of(market(seed, days))


# --- the reference: plain Python, day by day ------------------------------------------------------


def carried(values: list[float], at: int) -> float | None:
    for row in range(at, max(-1, at - 4), -1):
        if row >= 0 and not math.isnan(values[row]):
            return values[row]
    return None


def simple_change(values: list[float], at: int, n: int) -> float | None:
    if at < n:
        return None
    now, before = carried(values, at), carried(values, at - n)
    return None if now is None or before is None else now / before - 1


def slow_momentum(index: list[float], bitcoin: list[float]) -> list[float | None]:
    ratio = [
        math.log(a) - math.log(b) if a > 0 and b > 0 else math.nan
        for a, b in zip(index, bitcoin, strict=True)
    ]
    result: list[float | None] = []
    for at in range(len(ratio)):
        now, before = carried(ratio, at), carried(ratio, at - 30)
        result.append(None if at < 30 or now is None or before is None else now - before)
    return result


def slow_z(momentum: list[float | None], at: int) -> float | None:
    window = [value for value in momentum[max(0, at - 364) : at + 1] if value is not None]
    here = momentum[at]
    return here / statistics.stdev(window) if here is not None and len(window) >= 180 else None


def slow_breadth(seen: Market, ranked: Universe, code: int, at: int) -> float | None:
    bitcoin = simple_change(seen.price[:, seen.column["bitcoin"]].tolist(), at, 30)
    if bitcoin is None:
        return None
    beats = []
    for column in np.flatnonzero(ranked.tier[at] == code):
        own = simple_change(seen.price[max(0, at - 33) : at + 1, column].tolist(), min(at, 33), 30)
        if own is not None:
            beats.append(own > bitcoin)
    return sum(beats) / len(beats) if beats else None


def slow_raw(
    momentum: list[float | None], breadth: list[float | None], bitcoin: float | None, alts: float | None
) -> str | None:
    known = [m is not None and b is not None for m, b in zip(momentum, breadth, strict=True)]
    if not any(known) or bitcoin is None or alts is None:
        return None
    if bitcoin < -0.15 and alts < -0.15:
        return "risk-off"
    best, leader = -math.inf, "bitcoin"
    for tier, m, b, fit in zip(TIERS, momentum, breadth, known, strict=True):
        if fit and m > 0 and b >= 0.5 and m > best:
            best, leader = m, tier
    return leader


def slow_held(raw: list[str | None]) -> list[tuple[str | None, int | None]]:
    shown: str | None = None
    since: int | None = None
    run, result = 0, []
    for at, phase in enumerate(raw):
        run = run + 1 if at and phase == raw[at - 1] else 1
        if phase is not None and run >= 5 and phase != shown:
            shown, since = phase, at
        result.append((shown, since))
    return result


def slow_changes(raw: list[str | None], at: int) -> int:
    return sum(
        raw[d] is not None and raw[d - 1] is not None and raw[d] != raw[d - 1]
        for d in range(max(1, at - 19), at + 1)
    )


def names(codes: np.ndarray) -> list[str | None]:
    return [PHASES[code] if code >= 0 else None for code in codes.tolist()]


def same(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else found == pytest.approx(expected, rel=1e-10, abs=1e-12)


# --- figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_momentum_z_breadth_and_phases_equal_the_reference(seed):
    found, ranked = computed(seed)
    seen = ranked.market
    bitcoin = seen.price[:, seen.column["bitcoin"]].tolist()
    alts = alt50(ranked).values.tolist()
    momentum = [slow_momentum(tier_index(ranked, tier).values.tolist(), bitcoin) for tier in TIERS]
    breadth = [[slow_breadth(seen, ranked, k + 1, at) for at in range(len(bitcoin))] for k in range(3)]
    raw = []
    for at in range(len(bitcoin)):
        for k in range(3):
            assert same(found.momentum[k, at], momentum[k][at])
            assert same(found.z[k, at], slow_z(momentum[k], at))
            assert same(found.breadth[k, at], breadth[k][at])
        raw.append(
            slow_raw(
                [m[at] for m in momentum],
                [b[at] for b in breadth],
                simple_change(bitcoin, at, 90),
                simple_change(alts, at, 90),
            )
        )
    assert names(found.raw) == raw
    assert len(set(raw)) >= 5, "The market is too tame to test anything."
    held = slow_held(raw)
    assert names(found.phase) == [phase for phase, _ in held]
    assert found.since.tolist() == [-1 if since is None else since for _, since in held]
    assert found.raw_changes.tolist() == [slow_changes(raw, at) for at in range(len(raw))]
    assert found.no_clear_phase.tolist() == [slow_changes(raw, at) >= 4 for at in range(len(raw))]


def test_strengths_are_the_softmax_of_nought_and_the_three_z():
    found, _ = computed()
    state = found.at(found.days[-1])
    z = [0.0, *(tier.z for tier in state.tiers)]
    total = sum(math.exp(value) for value in z)
    assert list(state.strengths) == ["bitcoin", *TIERS]
    assert list(state.strengths.values()) == pytest.approx([math.exp(value) / total for value in z])


def test_strengths_are_unknown_while_one_tier_has_no_half_year_of_momentum():
    found, _ = computed()
    row = int(np.flatnonzero(np.isfinite(found.momentum).all(axis=0))[50])
    strengths = found.at(found.days[row]).strengths
    assert isinstance(strengths, Unknown)
    assert "180 are needed" in strengths.why


# --- rules -----------------------------------------------------------------------------------------

NAN = math.nan


@pytest.mark.parametrize(
    ("momentum", "breadth", "bitcoin", "alts", "phase"),
    [
        ((0.1, 0.2, 0.15), (0.5, 0.5, 0.5), 0.0, 0.0, "mid"),
        ((0.1, 0.2, 0.15), (0.5, 0.49, 0.5), 0.0, 0.0, "small"),
        ((0.1, -0.2, 0.0), (0.5, 0.9, 0.9), 0.0, 0.0, "large"),
        ((0.0, -0.2, 0.0), (0.9, 0.9, 0.9), 0.0, 0.0, "bitcoin"),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), 0.0, 0.0, "large"),
        ((0.1, 0.2, 0.2), (0.6, 0.6, 0.6), 0.0, 0.0, "mid"),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), -0.16, -0.16, "risk-off"),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), -0.16, -0.15, "large"),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), -0.15, -0.16, "large"),
        ((NAN, NAN, 0.2), (0.6, 0.6, 0.6), 0.0, 0.0, "small"),
        ((0.9, NAN, -0.2), (NAN, 0.6, 0.6), 0.0, 0.0, "bitcoin"),
        ((0.9, NAN, NAN), (NAN, 0.6, NAN), 0.0, 0.0, None),
        ((0.9, NAN, NAN), (NAN, 0.6, NAN), -0.5, -0.5, None),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), NAN, 0.0, None),
        ((0.2, 0.2, 0.2), (0.6, 0.6, 0.6), 0.0, NAN, None),
    ],
)
def test_one_day_by_hand(momentum, breadth, bitcoin, alts, phase):
    codes = raw_phases(
        np.array(momentum)[:, None], np.array(breadth)[:, None], np.array([bitcoin]), np.array([alts])
    )
    assert names(codes) == [phase]


def test_an_unknown_day_breaks_the_run_but_not_the_phase():
    raw = np.array([1] * 5 + [3] * 4 + [-1] + [3] * 4 + [-1] * 9 + [3] * 5, dtype=np.int8)
    phase, since = held_phases(raw)
    assert phase.tolist() == [-1] * 4 + [1] * 23 + [3]
    assert since[-2:].tolist() == [4, 27]


def test_a_phase_that_comes_back_keeps_its_first_day():
    phase, since = held_phases(np.array([1] * 6 + [2] * 4 + [1] * 6, dtype=np.int8))
    assert phase[4:].tolist() == [1] * 12
    assert set(since[4:].tolist()) == {4}


@given(st.lists(st.integers(-1, 4).flatmap(lambda code: st.lists(st.just(code), min_size=1, max_size=8))))
def test_held_phases_and_changes_equal_the_reference(runs):
    raw = np.array([code for run in runs for code in run], dtype=np.int8)
    slow = names(raw)
    phase, since = held_phases(raw)
    assert [(p, s) for p, s in zip(names(phase), since.tolist(), strict=True)] == [
        (p, -1 if s is None else s) for p, s in slow_held(slow)
    ]
    assert raw_changes(raw).tolist() == [slow_changes(slow, at) for at in range(raw.size)]


def test_three_changes_in_twenty_days_are_clear_and_four_are_not():
    assert raw_changes(np.array([1] * 5 + [2, 1, 2] + [2] * 12, dtype=np.int8))[-1] == 3
    restless = raw_changes(np.array([1] * 5 + [2, 1, 2, 1] + [1] * 15, dtype=np.int8))
    assert restless[8] == 4
    assert restless[23] == 4


def test_the_change_leaves_the_count_after_twenty_days():
    raw = np.array([1, 2] + [2] * 30, dtype=np.int8)
    assert raw_changes(raw)[20] == 1
    assert raw_changes(raw)[21] == 0


# --- spells ----------------------------------------------------------------------------------------


def hand_made(raw: list[int]) -> RotationHistory:
    found, _ = computed()
    codes = np.array(raw, dtype=np.int8)
    phase, since = held_phases(codes)
    fields = {name: getattr(found, name) for name in RotationHistory.__dataclass_fields__}
    return RotationHistory(**fields | {"days": found.days[: codes.size], "phase": phase, "since": since})


def test_the_running_spell_counts_in_time_but_not_in_transitions():
    found = hand_made([1] * 10 + [2] * 20 + [1] * 8 + [3] * 9)
    spells = found.upto(found.days[46])
    assert [(one.phase, one.days, one.running) for one in spells.spells] == [
        ("bitcoin", 10, False),
        ("large", 20, False),
        ("bitcoin", 8, False),
        ("mid", 5, True),
    ]
    assert spells.transitions == {"bitcoin": {"large": 0.5, "mid": 0.5}, "large": {"bitcoin": 1.0}}
    assert spells.time_in_phase["bitcoin"].spells == 2
    assert spells.time_in_phase["bitcoin"].median_days == 9
    assert spells.time_in_phase["mid"].median_days == 5
    assert spells.spells[0].start == found.days[4]
    assert spells.spells[0].end == found.days[13]


def test_spells_of_an_earlier_day_know_nothing_of_later_ones():
    found = hand_made([1] * 10 + [2] * 20 + [1] * 8 + [3] * 9)
    spells = found.upto(found.days[20])
    assert [(one.phase, one.days, one.running) for one in spells.spells] == [
        ("bitcoin", 10, False),
        ("large", 7, True),
    ]
    assert spells.transitions == {"bitcoin": {"large": 1.0}}
    assert spells.after("large") == ()


def test_transitions_carry_their_sample_size_and_interval():
    low, high = wilson(2, 7)
    assert (round(low, 2), round(high, 2)) == (0.08, 0.64)
    found = hand_made([1] * 10 + [2] * 20 + [1] * 8 + [3] * 9)
    first = found.upto(found.days[46]).after("bitcoin")[0]
    assert (first.count, first.of) == (1, 2)
    assert 0 < first.low < first.share < first.high < 1


# --- as of a day -----------------------------------------------------------------------------------


def test_before_the_first_phase_the_answer_says_what_is_missing():
    found, _ = computed()
    state = found.at(found.days[20])
    assert isinstance(state.phase, Unknown)
    assert state.since is None
    assert "ALT50" in state.phase.why or "Bitcoin" in state.phase.why
    assert isinstance(found.at(found.days[0] - 1), Unknown)
    assert isinstance(found.at(found.days[-1] + 1), Unknown)


def test_without_bitcoin_there_is_no_rotation():
    seen = synthetic_market(days=60, coins=30)
    keep = [at for at, coin in enumerate(seen.coins) if coin.id != "bitcoin"]
    without = Market.build(
        days=seen.days,
        coins=[seen.coins[at] for at in keep],
        price=seen.price[:, keep],
        cap=seen.cap[:, keep],
        volume=seen.volume[:, keep],
        series={},
    )
    ranked = universe(without)
    answer = rotation(ranked, alt50(ranked), {tier: tier_index(ranked, tier) for tier in TIERS})
    assert isinstance(answer, Unknown)
    assert "Bitcoin" in answer.why


@settings(deadline=None, max_examples=12)
@given(st.integers(1, 419))
def test_later_days_change_nothing(rows):
    whole, _ = computed()
    cut, _ = history_of(market().cut(market().days[rows]))
    for name in ("raw", "phase", "since", "raw_changes", "momentum", "z", "breadth", "members", "strengths"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name)[..., : rows + 1], err_msg=name)
    assert cut.upto(cut.days[-1]) == whole.upto(whole.days[rows])


def test_sectors_are_simple_changes_and_plain_differences():
    seen = market()
    ranked = universe(seen)
    indices = {sector: sector_index(ranked, sector) for sector in SECTORS}
    row = 300
    bitcoin = simple_change(seen.price[:, seen.column["bitcoin"]].tolist(), row, 30)
    readings = sector_readings(ranked, indices, seen.days[row])
    assert [one.sector for one in readings] == list(SECTORS)
    known = 0
    for one in readings:
        own = simple_change(indices[one.sector].values.tolist(), row, 30)
        assert one.members == ranked.sector_member[one.sector][row].sum()
        if own is None:
            assert isinstance(one.change, Unknown)
            assert isinstance(one.against_bitcoin, Unknown)
        else:
            known += 1
            assert one.change == pytest.approx(own)
            assert one.against_bitcoin == pytest.approx(own - bitcoin)
    assert known >= 3


# --- noise and cycles ------------------------------------------------------------------------------


def made(prices: Floats, seed: int) -> Market:
    rng = np.random.default_rng(seed)
    coins = coin_list(prices.shape[1])
    supply = np.exp(rng.normal(17.0, 1.8, prices.shape[1]))
    supply[[coin.id for coin in coins].index("bitcoin")] = 1e9
    arrays = [np.asfortranarray(array) for array in (prices, prices * supply, prices * supply * 0.1)]
    return Market.build(
        days=day("2019-01-01") + np.arange(prices.shape[0]),
        coins=coins,
        price=arrays[0],
        cap=arrays[1],
        volume=arrays[2],
        series={},
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_pure_noise_no_phase_is_clear_most_of_the_time(seed):
    rng = np.random.default_rng(seed)
    prices = np.exp(rng.normal(0.0, 0.03, (700, 260))) * rng.uniform(0.1, 10.0, 260)
    found, _ = history_of(made(prices, seed))
    known = found.raw >= 0
    assert known.sum() > 500
    assert found.no_clear_phase[known].mean() > 0.9


def test_a_coin_that_only_equals_bitcoin_does_not_beat_it():
    found, _ = history_of(made(np.full((400, 260), 2.0), 0))
    state = found.at(found.days[-1])
    assert [tier.breadth for tier in state.tiers] == [0.0, 0.0, 0.0]
    assert [tier.momentum for tier in state.tiers] == pytest.approx([0.0, 0.0, 0.0])
    assert state.raw_phase == "bitcoin"


def test_simulated_cycles_are_told_apart():
    """Bitcoin, then each tier by itself, gains 1 % a day for 80 days; then everything falls."""
    rng = np.random.default_rng(5)
    coins = coin_list(260)
    order = rng.permutation(260)
    level = np.empty(260)
    level[order] = np.exp(-np.arange(260) / 18.0)  # clear ranks, which the cycles hardly move
    bitcoin = [coin.id for coin in coins].index("bitcoin")
    group = np.select([np.argsort(order) < 14, np.argsort(order) < 54], [1, 2], 3)
    group[bitcoin] = 0
    script = [0, 1, 2, 3, 4] * 4
    truth = np.repeat(script, 80)
    gain = np.where(truth[:, None] == group, 0.01, 0.0)
    gain[truth == 4] = -0.006
    steps = gain + rng.normal(0.0, 0.012, gain.shape)
    prices = np.exp(np.cumsum(steps, axis=0)) * level
    found, _ = history_of(made(prices, 5))
    expected = np.array([1, 2, 3, 4, 0])[truth]
    # A momentum needs its 30 days and risk-off its 90: the second half of a stage is judged.
    judged = (np.arange(truth.size) % 80 >= 40) & (found.phase >= 0) & (np.arange(truth.size) >= 400)
    table = np.zeros((5, 5), dtype=int)
    np.add.at(table, (expected[judged], found.phase[judged]), 1)
    recall = table.diagonal() / table.sum(axis=1)
    assert (recall >= 0.6).all(), table
    assert table.diagonal().sum() / table.sum() >= 0.75, table


# --- the rotation graph ----------------------------------------------------------------------------


def test_the_rotation_graph_equals_the_reference():
    rng = np.random.default_rng(3)
    days = day("2020-01-01") + np.arange(220)
    values = np.exp(np.cumsum(rng.normal(0, 0.03, (220, 2)), axis=0))
    values[rng.random((220, 2)) < 0.1] = np.nan
    bitcoin = np.exp(np.cumsum(rng.normal(0, 0.03, 220)))
    graph = rotation_graph(days, ("a", "b"), values, bitcoin)
    for k in range(2):
        strength = [
            math.log(v / b) if v > 0 else NAN
            for v, b in zip(values[:, k].tolist(), bitcoin.tolist(), strict=True)
        ]
        moved = []
        for at in range(220):
            now, before = carried(strength, at), carried(strength, at - 10)
            moved.append(NAN if at < 10 or now is None or before is None else now - before)
        for line, found in ((strength, graph.x), (moved, graph.y)):
            for at in range(220):
                window = [value for value in line[max(0, at - 89) : at + 1] if not math.isnan(value)]
                place = None
                if len(window) >= 60 and not math.isnan(line[at]):
                    mean = statistics.fmean(window)
                    place = 100 + 10 * (line[at] - mean) / statistics.stdev(window)
                assert same(found[at, k], place)


def test_tails_stand_on_fridays():
    days = day("2020-01-01") + np.arange(220)
    rng = np.random.default_rng(4)
    values = np.exp(np.cumsum(rng.normal(0, 0.03, (220, 1)), axis=0))
    graph = rotation_graph(days, ("a",), values, np.ones(220))
    tail = graph.tail("a", day("2020-06-25"), fridays=3)
    assert tail.days.astype(str).tolist() == ["2020-06-05", "2020-06-12", "2020-06-19"]
    assert np.isfinite(tail.x).all()
    assert np.isfinite(tail.y).all()
