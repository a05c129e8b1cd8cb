"""The wind tunnel against closed forms and against one path at a time in plain Python."""

from __future__ import annotations

import hashlib
import math
from datetime import date

import numpy as np
import pytest

from models.market.snapshot import Bools, Floats, day
from models.market.study import Cancelled
from models.risk.ladders.rungs import Costs, ladder_position
from models.risk.plans.plan import Position, Rung, Trigger
from models.risk.simulation.draws import GROUP, drawn_rows
from models.risk.simulation.estimates import Estimate, mean, quantile, share, tail
from models.risk.simulation.paths import Paths, Wind, blown
from models.risk.simulation.results import chance, outcomes
from tests.models.ladder_reference import walk

AS_OF = day("2024-03-01")
CENT = 0.005
COIN_TOSS = np.array([[2.0, 0.5]])
"""Double or half: products are exact, so that levels are met exactly."""


def wind(
    positions: list[Position],
    growth: Floats,
    *,
    prices: list[float] | None = None,
    cash: float = 0.0,
    fires: Bools | None = None,
) -> Wind:
    """Positions on the columns of `growth` in turn; rungs on a phase fire where `fires` says."""
    held = tuple(
        ladder_position(one, row=at, price=prices[at] if prices else 1.0, as_of=AS_OF)
        for at, one in enumerate(positions)
    )
    return Wind(
        holdings=held,
        cash=cash,
        growth=growth,
        column=tuple(at % growth.shape[0] for at in range(len(held))),
        fires=tuple(
            {at: fires for at, order in enumerate(one.orders) if order.kind == "market" and fires is not None}
            for one in held
        ),
        today=tuple(frozenset() for _ in held),
    )


def run(given: Wind, *, paths: int = 20_000, days: int = 60, seed: int = 1, **options: object) -> Paths:
    return blown(given, seed=seed, paths=paths, days=days, costs=Costs(), **options)  # type: ignore[arg-type]


def passage(level: int, steps: int) -> float:
    """Chance that a symmetric walk reaches `level` within `steps`, by the reflection principle."""
    ways = [math.comb(steps, up) / 2**steps for up in range(steps + 1)]
    at = [2 * up - steps for up in range(steps + 1)]
    return sum(p for p, s in zip(ways, at, strict=True) if s >= level) + sum(
        p for p, s in zip(ways, at, strict=True) if s > level
    )


def near(found: Estimate, expected: float, *, errors: float = 4.0) -> bool:
    return abs(found.value - expected) <= errors * found.error


@pytest.mark.parametrize(("level", "steps"), [(1, 5), (3, 20), (5, 60), (9, 60)])
def test_a_target_is_reached_as_often_as_the_reflection_principle_says(level: int, steps: int) -> None:
    position = Position("coin", 1.0, ladder=(Rung(Trigger("price", level=2.0**level), 1.0),))
    fills = run(wind([position], COIN_TOSS), days=steps, mean_block=1).fills[0]
    found = chance(0, "coin", fills, 0)
    assert isinstance(found.p_filled, Estimate)
    assert near(found.p_filled, passage(level, steps))


@pytest.mark.parametrize(("level", "steps"), [(1, 5), (3, 20), (5, 60)])
def test_a_stop_is_hit_as_often_as_the_reflection_principle_says(level: int, steps: int) -> None:
    position = Position("coin", 1.0, stop=2.0**-level)
    found = run(wind([position], COIN_TOSS), days=steps, mean_block=1)
    assert near(share(found.fills[0].day[0] > 0), passage(level, steps))


def test_a_median_day_is_the_first_passage_time() -> None:
    position = Position("coin", 1.0, ladder=(Rung(Trigger("price", level=4.0), 1.0),))
    fills = run(wind([position], COIN_TOSS), days=200, mean_block=1, paths=40_000).fills[0]
    found = chance(0, "coin", fills, 0)
    by_day = np.array([passage(2, steps) for steps in range(201)])
    expected = int(np.argmax(by_day >= by_day[-1] / 2))
    assert found.median_day is not None
    assert abs(found.median_day.value - expected) <= 2


def test_target_before_stop_is_the_ruin_of_a_gambler() -> None:
    position = Position("coin", 1.0, stop=2.0**-2, ladder=(Rung(Trigger("price", level=2.0**3), 1.0),))
    fills = run(wind([position], COIN_TOSS), days=400, mean_block=1).fills[0]
    by_rung = {order.rung: at for at, order in enumerate(fills.orders)}
    assert near(share(fills.day[by_rung[0]] > 0), 2 / 5)
    assert near(share(fills.day[by_rung[None]] > 0), 3 / 5)


def test_goal_ruin_and_drawdown_follow_the_same_closed_forms() -> None:
    found = run(wind([Position("coin", 8.0)], COIN_TOSS), days=30, mean_block=1)
    _, without = outcomes(found, goal=8.0 * 2**3, drawdown_limit=0.75)
    assert isinstance(without.p_goal_ever, Estimate)
    assert near(without.p_goal_ever, passage(3, 30))
    assert near(without.p_ruin, passage(2, 30))
    # The drawdown of a symmetric walk is a walk reflected at 0: a chain with few states.
    state = np.zeros(4)
    state[0] = 1.0
    for _ in range(30):
        following = np.zeros(4)
        following[3] = state[3]
        for depth in range(3):
            following[depth + 1] += state[depth] / 2
            following[max(depth - 1, 0)] += state[depth] / 2
        state = following
    assert near(without.p_drawdown, float(state[3]))


def test_risk_figures_of_a_normal_sample_are_those_of_the_books() -> None:
    rng = np.random.default_rng(4)
    returns = np.sort(rng.normal(0.01, 0.2, 200_000))
    for probability, z, density in ((0.05, -1.6448536, 0.1031356), (0.01, -2.3263479, 0.0266521)):
        value_at_risk, shortfall = tail(returns, probability)
        assert near(value_at_risk, -(0.01 + 0.2 * z))
        assert near(shortfall, -(0.01 - 0.2 * density / probability))


def test_errors_are_the_spread_of_repeated_runs() -> None:
    rng = np.random.default_rng(11)
    samples = rng.lognormal(0.0, 0.5, (400, 2_000))
    figures = {
        "mean": mean,
        "median": lambda values: quantile(np.sort(values), 0.5),
        "late": lambda values: quantile(np.sort(values), 0.95),
        "share": lambda values: share(values > 1.5),
        "var": lambda values: tail(np.sort(values) - 1.0, 0.05)[0],
        "es": lambda values: tail(np.sort(values) - 1.0, 0.05)[1],
    }
    for name, figure in figures.items():
        found = [figure(values) for values in samples]
        spread = float(np.std([one.value for one in found], ddof=1))
        assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.2), name


def test_a_share_of_nothing_still_has_an_error() -> None:
    assert share(np.zeros(100, dtype=np.bool_)).error > 0
    assert share(np.ones(100, dtype=np.bool_)).error > 0


def test_draws_follow_the_stationary_bootstrap_word_by_word() -> None:
    rows = drawn_rows(9, 3, days=50, sample_days=37, mean_block=5)
    words = np.random.PCG64(np.random.SeedSequence(9, spawn_key=(3,))).random_raw(50 * GROUP)
    for path in (0, 17, GROUP - 1):
        before = None
        for step in range(50):
            word = int(words[step * GROUP + path])
            if before is None or (word >> 32) < 2**32 // 5 + (1 if 2**32 % 5 * 2 > 5 else 0):
                expected = ((word & 0xFFFFFFFF) * 37) >> 32
            else:
                expected = (before + 1) % 37
            assert rows[step, path] == expected
            before = expected


def test_blocks_last_as_long_as_asked_and_rows_are_equally_likely() -> None:
    rows = np.concatenate([drawn_rows(2, g, days=400, sample_days=100) for g in range(4)], axis=1)
    breaks = np.mean((rows[1:] - rows[:-1]) % 100 != 1)
    assert breaks == pytest.approx(1 / 20 * 0.99, rel=0.02)
    counts = np.bincount(rows.ravel(), minlength=100)
    assert counts.min() > 0.9 * counts.mean()
    assert counts.max() < 1.1 * counts.mean()


def case(seed: int = 0) -> Wind:
    rng = np.random.default_rng(seed)
    growth = np.exp(rng.normal(0.0, 0.05, (3, 500)))
    return wind(_positions(), growth, prices=[1.0, 2.0, 0.1, 1.0], cash=5.0, fires=rng.random(500) < 0.02)


def digest(found: Paths) -> str:
    parts = [
        found.with_ladder.end,
        found.without_ladder.end,
        found.with_ladder.fan,
        found.with_ladder.drawdown,
        found.cash,
        *(one.day for one in found.fills),
    ]
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()


def test_the_same_seed_gives_the_same_figures_however_the_work_is_cut() -> None:
    whole = digest(run(case(), paths=1_700, days=90))
    assert digest(run(case(), paths=1_700, days=90)) == whole
    assert digest(run(case(), paths=1_700, days=90, at_once=500)) == whole
    assert digest(run(case(), paths=1_700, days=90, at_once=1)) == whole
    assert digest(run(case(), paths=1_700, days=90, seed=2)) != whole


def test_more_paths_and_more_days_go_on_where_fewer_end() -> None:
    few, many = run(case(), paths=300, days=60), run(case(), paths=900, days=60)
    assert np.array_equal(few.with_ladder.end, many.with_ladder.end[:300])
    long = run(case(), paths=300, days=120)
    for short_fills, long_fills in zip(few.fills, long.fills, strict=True):
        early = (long_fills.day > 0) & (long_fills.day <= 60)
        assert np.array_equal(short_fills.day, np.where(early, long_fills.day, 0))


def test_the_figures_of_a_seed_stay_what_they_are_on_every_platform() -> None:
    """Products and sums of exact halves: one changed draw or one changed order of work shows."""
    assert drawn_rows(7, 0, days=3, sample_days=1000)[:, :4].tolist() == PINNED_ROWS
    growth = np.array([[2.0, 0.5, 1.0, 4.0, 0.25, 1.0, 1.0]])
    found = run(wind([Position("coin", 1.0, stop=2.0**-4)], growth), paths=1_000, days=30, seed=7)
    assert float(found.with_ladder.end.sum()) == PINNED_SUM
    assert int(found.fills[0].day.sum()) == PINNED_DAYS


PINNED_ROWS = [[305, 203, 814, 631], [505, 204, 815, 632], [506, 205, 816, 633]]
PINNED_SUM, PINNED_DAYS = 2169.78125, 521


def test_every_path_reconciles_with_the_plain_reference_to_the_cent() -> None:
    given = case(3)
    days, paths = 90, 60
    costs = Costs(10, 20)
    found = blown(given, seed=5, paths=paths, days=days, costs=costs)
    rows = drawn_rows(5, 0, days=days, sample_days=500)[:, :paths]
    plan = [(one, position) for one, position in zip(given.holdings, _positions(), strict=True)]
    for path in range(paths):
        value = hold = 5.0
        cash = 5.0
        for at, (one, position) in enumerate(plan):
            closes = [one.price]
            for row in rows[:, path]:
                closes.append(closes[-1] * float(given.growth[given.column[at], row]))
            fired = next(iter(given.fires[at].values()), None)
            true_on = {
                order.rung: [False, *(bool(fired[row]) for row in rows[:, path])]
                for order in one.orders
                if order.kind == "market" and fired is not None
            }
            expected = walk(
                position, closes, as_of=date(2024, 3, 1), true_on=true_on, fee_bps=10, slippage_bps=20
            )
            value += expected.values[-1]
            cash += expected.cash
            hold += position.quantity * closes[-1]
            days_of = {order.rung: int(found.fills[at].day[k, path]) for k, order in enumerate(one.orders)}
            assert {rung: on for rung, on, *_ in expected.fills} == {r: d for r, d in days_of.items() if d}
        assert found.with_ladder.end[path] == pytest.approx(value, abs=CENT)
        assert found.without_ladder.end[path] == pytest.approx(hold, abs=CENT)
        assert found.cash[path] == pytest.approx(cash, abs=CENT)


def _positions() -> list[Position]:
    return [
        Position(
            "one",
            10.0,
            cost=0.8,
            stop=0.5,
            ladder=(
                Rung(Trigger("multiple", level=2.0), 0.25),
                Rung(Trigger("phase", phase="large"), 0.5, "remaining"),
                Rung(Trigger("trailing_stop", level=0.4), 1.0, "remaining"),
            ),
        ),
        Position("two", 3.0, ladder=(Rung(Trigger("date", day=date(2024, 4, 1)), 0.5),)),
        Position("three", 7.0),
        Position(
            "one", 2.0, ladder=(Rung(Trigger("moving_average", days=20, side="below"), 1.0, "remaining"),)
        ),
    ]


def test_drawdown_lowest_and_highest_are_those_of_the_whole_path() -> None:
    given = wind(
        [Position("coin", 2.0)], np.exp(np.random.default_rng(1).normal(0, 0.08, (1, 300))), cash=1.0
    )
    found = run(given, paths=40, days=80)
    rows = drawn_rows(1, 0, days=80, sample_days=300)[:, :40]
    for path in range(40):
        values, price = [3.0], 1.0
        for row in rows[:, path]:
            price *= float(given.growth[0, row])
            values.append(2.0 * price + 1.0)
        peak, deepest = values[0], 0.0
        for value in values:
            peak = max(peak, value)
            deepest = max(deepest, 1 - value / peak)
        assert found.without_ladder.drawdown[path] == pytest.approx(deepest, abs=1e-12)
        assert found.without_ladder.lowest[path] == pytest.approx(min(values), rel=1e-12)
        assert found.without_ladder.highest[path] == pytest.approx(max(values), rel=1e-12)
        assert found.without_ladder.fan[:, path] == pytest.approx([values[at] for at in found.fan_days])


def test_a_cancel_is_heard_and_progress_is_told() -> None:
    told: list[float] = []
    run(case(), paths=2_000, days=40, at_once=500, progress=told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert len(told) > 10
    seen = iter([False, False, True])
    with pytest.raises(Cancelled):
        run(case(), paths=2_000, days=40, at_once=500, cancelled=lambda: next(seen))


def test_cash_alone_neither_wins_nor_loses() -> None:
    given = wind([Position("dollar", 3.0)], np.ones((1, 100)), prices=[0.1], cash=0.7)
    with_ladder, without = outcomes(run(given, paths=500), goal=None, drawdown_limit=0.5)
    assert with_ladder.p_loss.value == without.p_loss.value == 0.0
    assert without.var_95.value == pytest.approx(0.0, abs=1e-12)
    assert without.drawdown[0.95].value == pytest.approx(0.0, abs=1e-12)
