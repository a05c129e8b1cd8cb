"""The vectorised walk of ladders: against a plain reference, and case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.snapshot import Floats
from models.risk.ladders.fill import Fills, add_values, fill
from models.risk.ladders.rungs import NEVER, Costs, ladder_position
from models.risk.plans.plan import PHASES, Done, Position, Rung, Trigger
from tests.models.ladder_reference import walk

AS_OF = date(2024, 3, 1)
CENT = 0.005
FREE = Costs()


def price_rung(level: float, share: float = 0.25, of: str = "initial") -> Rung:
    return Rung(Trigger("price", level=level), share, of)  # type: ignore[arg-type]


def walked(
    position: Position,
    closes: Floats,
    *,
    past: Floats | None = None,
    known: dict[int, np.ndarray] | None = None,
    costs: Costs = FREE,
) -> Fills:
    """Fill on `closes` of shape (n_days + 1, n_paths); `known` is keyed by rung."""
    past = np.empty(0) if past is None else past
    holding = ladder_position(
        position,
        row=0,
        price=float(closes[0, 0]),
        as_of=np.datetime64(AS_OF),
        closes=np.append(past, closes[0, 0]),
    )
    by_order = {at: known[o.rung] for at, o in enumerate(holding.orders) if known and o.rung in known}
    return fill(closes, holding, by_order, costs)


def on_one_path(position: Position, prices: list[float], **options: object) -> list[tuple]:
    """Return (rung, day, units, price of one unit) in the order in which they were sold."""
    fills = walked(position, np.array(prices)[:, np.newaxis], **options)  # type: ignore[arg-type]
    found = [
        (
            order.rung,
            int(fills.day[at, 0]),
            float(fills.units[at, 0]),
            float(fills.proceeds[at, 0] / fills.units[at, 0]),
        )
        for at, order in enumerate(fills.orders)
        if fills.day[at, 0]
    ]
    return sorted(found, key=lambda sale: (sale[1], -1 if sale[0] is None else sale[0]))


def test_a_price_rung_is_filled_at_its_own_price_not_at_the_close() -> None:
    position = Position("sol", 8.0, ladder=(price_rung(120.0),))
    assert on_one_path(position, [100.0, 119.9, 150.0, 130.0]) == [(0, 2, 2.0, 120.0)]


def test_a_close_exactly_at_the_price_fills() -> None:
    position = Position("sol", 8.0, ladder=(price_rung(120.0),))
    assert on_one_path(position, [100.0, 120.0]) == [(0, 1, 2.0, 120.0)]


def test_the_close_of_the_as_of_day_fills_nothing() -> None:
    position = Position("sol", 8.0, stop=100.0, ladder=(price_rung(90.0),))
    assert on_one_path(position, [100.0]) == []


def test_a_multiple_counts_from_the_cost() -> None:
    position = Position("sol", 8.0, cost=50.0, ladder=(Rung(Trigger("multiple", level=2.0), 0.5),))
    assert on_one_path(position, [80.0, 99.0, 101.0]) == [(0, 2, 4.0, 100.0)]


def test_a_multiple_without_a_cost_is_never_reached() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("multiple", level=2.0), 0.5),))
    assert on_one_path(position, [80.0, 1e9]) == []


def test_a_stop_fills_at_the_close_and_sells_all_that_is_left() -> None:
    position = Position("sol", 8.0, stop=70.0, ladder=(price_rung(120.0),))
    assert on_one_path(position, [100.0, 125.0, 65.0, 200.0]) == [(0, 1, 2.0, 120.0), (None, 2, 6.0, 65.0)]


def test_a_trailing_stop_follows_the_highest_close() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),))
    assert on_one_path(position, [100.0, 200.0, 151.0, 149.0]) == [(0, 3, 8.0, 149.0)]


def test_a_trailing_stop_knows_the_peak_since_the_purchase() -> None:
    rungs = (Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),)
    past = np.array([500.0, 140.0, 110.0])
    before = Position("sol", 8.0, bought=date(2024, 2, 28), ladder=rungs)  # two days before, in a leap year
    assert on_one_path(before, [106.0, 105.5], past=past) == []
    assert on_one_path(before, [106.0, 105.0], past=past) == [(0, 1, 8.0, 105.0)]


def test_a_date_is_known_at_its_close_and_executed_at_the_next() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("date", day=date(2024, 3, 3)), 1.0),))
    assert on_one_path(position, [1.0, 2.0, 3.0, 4.0, 5.0]) == [(0, 3, 8.0, 4.0)]


def test_a_date_that_is_past_is_executed_on_the_first_day() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("date", day=date(2020, 1, 1)), 1.0),))
    assert on_one_path(position, [1.0, 2.0, 3.0]) == [(0, 1, 8.0, 2.0)]


def test_days_held_count_from_the_day_bought() -> None:
    rungs = (Rung(Trigger("days_held", days=3), 1.0),)
    bought = Position("sol", 8.0, bought=date(2024, 2, 29), ladder=rungs)
    assert on_one_path(bought, [1.0, 2.0, 3.0, 4.0, 5.0]) == [(0, 3, 8.0, 4.0)]
    assert on_one_path(Position("sol", 8.0, ladder=rungs), [1.0, 2.0, 3.0, 4.0, 5.0]) == [(0, 4, 8.0, 5.0)]


def test_a_cross_below_the_mean_needs_to_come_from_above() -> None:
    rungs = (Rung(Trigger("moving_average", days=3, side="below"), 1.0),)
    position = Position("sol", 8.0, ladder=rungs)
    falling = [10.0, 9.0, 8.0, 7.0, 6.0]
    assert on_one_path(position, falling, past=np.array([12.0, 11.0])) == []
    rising_then_falling = [10.0, 11.0, 12.0, 9.0, 8.5]
    # The close of 9 is the first below the mean of 11, 12 and 9; it is sold at the next close.
    assert on_one_path(position, rising_then_falling, past=np.array([8.0, 9.0])) == [(0, 4, 8.0, 8.5)]


def test_a_cross_on_the_as_of_day_is_executed_on_the_first_day() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("moving_average", days=3, side="below"), 1.0),))
    assert on_one_path(position, [9.0, 9.5], past=np.array([10.0, 11.0, 12.0])) == [(0, 1, 8.0, 9.5)]


def test_a_constant_price_never_crosses_its_mean() -> None:
    position = Position("sol", 8.0, ladder=(Rung(Trigger("moving_average", days=7, side="below"), 1.0),))
    assert on_one_path(position, [0.1] * 400, past=np.full(20, 0.1)) == []


def test_a_known_condition_is_executed_at_the_next_close() -> None:
    rungs = (Rung(Trigger("season_index", level=80, side="above", days=3), 0.5),)
    position = Position("sol", 8.0, ladder=rungs)
    assert on_one_path(position, [1.0, 2.0, 3.0, 4.0], known={0: np.array([2])}) == [(0, 3, 4.0, 4.0)]
    assert on_one_path(position, [1.0, 2.0, 3.0, 4.0], known={0: np.array([NEVER])}) == []


def test_on_one_day_stops_come_first_then_the_order_of_the_ladder() -> None:
    """The close of day 1 meets a date of the day before, a target and a trailing stop at once."""
    half = (0.5, "remaining")
    date_rung = Rung(Trigger("date", day=date(2024, 3, 1)), *half)
    trailing = Rung(Trigger("trailing_stop", level=0.10), *half)
    ladder = (date_rung, price_rung(99.0, *half), trailing)
    position = Position("sol", 16.0, bought=date(2024, 2, 29), ladder=ladder)
    peak = np.array([150.0])
    assert on_one_path(position, [98.0, 99.5], past=peak) == [
        (0, 1, 4.0, 99.5),
        (1, 1, 2.0, 99.0),
        (2, 1, 8.0, 99.5),
    ]
    with_stop = replace(position, stop=100.0)
    assert on_one_path(with_stop, [98.0, 99.5], past=peak) == [(None, 1, 16.0, 99.5)]


def test_an_order_that_finds_nothing_left_is_not_filled() -> None:
    position = Position("sol", 9.0, ladder=(price_rung(2.0, 1.0), price_rung(3.0, 1.0, "remaining")))
    assert on_one_path(position, [1.0, 2.5, 4.0]) == [(0, 1, 9.0, 2.0)]


def test_thirds_leave_nothing_behind() -> None:
    ladder = tuple(price_rung(level, 1 / 3) for level in (2.0, 3.0, 4.0))
    fills = walked(Position("sol", 0.7, ladder=ladder), np.array([[1.0], [5.0]]))
    assert fills.left[0] == 0.0
    assert fills.units.sum() == pytest.approx(0.7, rel=1e-15)


def test_rungs_done_and_skipped_are_left_alone() -> None:
    ladder = (
        Rung(Trigger("price", level=2.0), 0.25, done=Done(date(2024, 1, 1), 2.0, 2.0)),
        Rung(Trigger("price", level=3.0), 0.25, skipped=True),
        price_rung(4.0, 1.0),
    )
    assert on_one_path(Position("sol", 8.0, ladder=ladder), [1.0, 5.0]) == [(2, 1, 6.0, 4.0)]


def test_the_fee_is_taken_from_every_sale_and_slippage_at_closes_only() -> None:
    costs = Costs(fee_bps=10, slippage_bps=20)
    position = Position("sol", 8.0, stop=70.0, ladder=(price_rung(120.0),))
    sales = on_one_path(position, [100.0, 125.0, 65.0], costs=costs)
    assert sales[0][3] == pytest.approx(120.0 * 0.999)
    assert sales[1][3] == pytest.approx(65.0 * 0.998 * 0.999)


triggers = st.one_of(
    st.builds(Trigger, st.just("price"), level=st.floats(50, 400)),
    st.builds(Trigger, st.just("multiple"), level=st.floats(0.5, 5)),
    st.builds(Trigger, st.just("date"), day=st.dates(date(2024, 2, 20), date(2024, 6, 1))),
    st.builds(Trigger, st.just("days_held"), days=st.integers(1, 60)),
    st.builds(Trigger, st.just("trailing_stop"), level=st.floats(0.02, 0.6)),
    st.builds(
        Trigger, st.just("moving_average"), days=st.integers(1, 30), side=st.sampled_from(["above", "below"])
    ),
    st.builds(Trigger, st.just("phase"), phase=st.sampled_from(PHASES)),
)
rungs = st.builds(Rung, triggers, st.floats(0.05, 1.0), st.sampled_from(["initial", "remaining"]))
positions = st.builds(
    Position,
    st.just("sol"),
    st.floats(0.001, 1e6),
    cost=st.one_of(st.none(), st.floats(20, 200)),
    bought=st.one_of(st.none(), st.dates(date(2024, 1, 15), date(2024, 3, 1))),
    stop=st.one_of(st.none(), st.floats(20, 95)),
    ladder=st.lists(rungs, max_size=7).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(positions, st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.02, 0.2]), st.booleans())
def test_every_path_agrees_with_the_plain_reference_to_the_cent(
    position: Position, seed: int, volatility: float, coarse: bool
) -> None:
    """Coarse prices meet levels, peaks and each other exactly."""
    rng = np.random.default_rng(seed)
    days, paths = 60, 12
    closes = 100.0 * np.exp(np.cumsum(rng.normal(0, volatility, (days + 1, paths)), axis=0))
    closes[0] = 100.0
    past = 100.0 * np.exp(np.cumsum(rng.normal(0, volatility, 45)))
    if coarse:
        closes, past = np.maximum(np.round(closes, -1), 10.0), np.maximum(np.round(past, -1), 10.0)
    past[rng.random(past.size) < 0.1] = np.nan
    true_on = {
        at: rng.random((days + 1, paths)) < 0.03
        for at, rung in enumerate(position.ladder)
        if rung.trigger.kind == "phase"
    }
    known = {
        at: np.array([next((d for d in range(days + 1) if rows[d, p]), NEVER) for p in range(paths)])
        for at, rows in true_on.items()
    }
    costs = Costs(fee_bps=10, slippage_bps=25)
    fills = walked(position, closes, past=past, known=known, costs=costs)
    value, cash = np.zeros((days + 1, paths)), np.zeros((days + 1, paths))
    add_values(closes, fills, position.held, value, cash)
    value += np.cumsum(cash, axis=0)
    since = (AS_OF - position.bought).days if position.bought else 0
    seen = [v for v in (past[-since:] if since else past[:0]) if v == v]
    for path in range(paths):
        expected = walk(
            position,
            closes[:, path].tolist(),
            as_of=AS_OF,
            past=past.tolist(),
            peak=max([100.0, *seen]),
            true_on={at: rows[:, path] for at, rows in true_on.items()},
            fee_bps=10,
            slippage_bps=25,
        )
        found = {
            order.rung: (int(fills.day[at, path]), fills.units[at, path], fills.proceeds[at, path])
            for at, order in enumerate(fills.orders)
            if fills.day[at, path]
        }
        compare(expected.fills, found)
        assert fills.left[path] == pytest.approx(expected.left, rel=1e-12, abs=1e-12 * position.quantity)
        assert np.allclose(value[:, path], expected.values, rtol=1e-12, atol=CENT)


def compare(expected: list[tuple], found: dict[int | None, tuple]) -> None:
    assert {rung: day for rung, day, *_ in expected} == {rung: sale[0] for rung, sale in found.items()}
    for rung, _, units, _, got in expected:
        assert found[rung][1] == pytest.approx(units, rel=1e-12)
        assert found[rung][2] == pytest.approx(got, rel=1e-12, abs=CENT)


@settings(max_examples=60, deadline=None)
@given(positions, st.integers(0, 2**32 - 1))
def test_units_and_cash_reconcile_on_every_path(position: Position, seed: int) -> None:
    rng = np.random.default_rng(seed)
    closes = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.1, (90, 50)), axis=0))
    closes[0] = 100.0
    fills = walked(position, closes)
    assert np.allclose(fills.units.sum(axis=0) + fills.left, position.held, rtol=1e-12)
    assert (fills.left >= 0).all()
    assert (fills.units >= 0).all()
    assert ((fills.day > 0) == (fills.units > 0)).all()
    price = fills.proceeds.sum(axis=0) / np.maximum(fills.units.sum(axis=0), 1e-300)
    top = max([float(closes.max()), *(order.level for order in fills.orders if order.kind == "limit")])
    assert (price <= top * (1 + 1e-12)).all()


@settings(max_examples=60, deadline=None)
@given(positions, st.integers(0, 2**32 - 1), st.integers(1, 59))
def test_no_sale_depends_on_a_later_close(position: Position, seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    closes = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.1, (60, 20)), axis=0))
    closes[0] = 100.0
    other = closes.copy()
    other[cut + 1 :] *= rng.uniform(0.2, 5.0, other[cut + 1 :].shape)
    one, two = walked(position, closes), walked(position, other)
    for first, second in ((one, two), (two, one)):
        early = (first.day > 0) & (first.day <= cut)
        assert (second.day[early] == first.day[early]).all()
        assert (second.units[early] == first.units[early]).all()
        assert (second.proceeds[early] == first.proceeds[early]).all()
