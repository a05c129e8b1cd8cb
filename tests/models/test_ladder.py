"""The table below an exit ladder, its checks, its states and its templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.snapshot import Coin, Floats, Market, day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.ladders.checks import Check, checks
from models.risk.ladders.conditions import Conditions, conditions_of
from models.risk.ladders.ladder import ladder, reached_since, rung_states
from models.risk.ladders.rungs import NEVER, Costs
from models.risk.ladders.templates import TEMPLATES, Template
from models.risk.plans.plan import Done, Position, Rung, Trigger
from tests.markets import synthetic_market

FREE = Costs()
AS_OF = day("2026-11-21")
SEASON = Trigger("season_index", level=80.0, side="above", days=3)


def sol(**changes: object) -> Position:
    """The ladder of the drawing of the planner."""
    values = {
        "coin": "solana",
        "quantity": 42.0,
        "cost": 143.0,
        "ladder": (
            Rung(Trigger("multiple", level=2.0), 0.25),
            Rung(Trigger("price", level=380.0), 0.25),
            Rung(SEASON, 0.30, "remaining"),
            Rung(Trigger("price", level=560.0), 0.50, "remaining"),
            Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),
            Rung(Trigger("date", day=date(2027, 9, 30)), 1.0, "remaining"),
        ),
    }
    return Position(**{**values, **changes})  # type: ignore[arg-type]


def priced(closes: list[float], *, coin: str = "solana", last: str = "2026-11-21") -> Market:
    """A market of one coin whose last close is that of `last`."""
    values = np.asfortranarray(np.array(closes)[:, np.newaxis])
    days = day(last) - np.arange(len(closes))[::-1]
    return Market.build(
        days=days,
        coins=(Coin(coin, coin[:3].upper(), coin.title(), "layer1"),),
        price=values,
        cap=values.copy(order="F"),
        volume=values.copy(order="F"),
        series={},
    )


def calm(market: Market, season: float = 40.0) -> Conditions:
    n = market.days.size
    return Conditions(
        days=market.days,
        season=np.full(n, season),
        dominance=np.full(n, 0.55),
        phase=np.ones(n, dtype=np.int8),
        entered=np.zeros(n, dtype=np.bool_),
    )


def checked(position: Position, *, price: float = 214.57, **options: object) -> list[Check]:
    market = priced([price] * 40)
    season = float(options.pop("season", 40.0))  # type: ignore[arg-type]
    steps = ladder(position, price=price, costs=FREE)
    return list(
        checks(position, steps, market, calm(market, season), AS_OF, price=price, **options)  # type: ignore[arg-type]
    )


def of(found: list[Check], name: str) -> list[Check]:
    return [check for check in found if check.id == name]


def test_the_table_is_that_of_the_drawing() -> None:
    found = ladder(sol(), price=214.57, costs=FREE, simulated={2: 290.5, 4: 423.0})
    assert [round(step.proceeds) for step in found.steps] == [3003, 3990, 1830, 4116, 3109, 0]
    assert [round(step.locked_in) for step in found.steps] == [3003, 6993, 8823, 12939, 16048, 16048]
    assert [round(step.left, 2) for step in found.steps] == [31.5, 21.0, 14.7, 7.35, 0.0, 0.0]
    assert [step.approximate for step in found.steps] == [False, False, True, False, True, False]
    assert found.stake == pytest.approx(6006)
    assert found.returns_stake == 1
    assert not found.approximate_before


def test_without_a_simulation_prices_are_todays_or_follow_the_highest_target() -> None:
    found = ladder(sol(), price=214.57, costs=FREE)
    assert (found.steps[2].price, found.steps[2].basis) == (214.57, "today")
    assert (found.steps[4].price, found.steps[4].basis) == (pytest.approx(0.75 * 560), "peak")


def test_costs_are_taken_from_what_comes_in() -> None:
    found = ladder(sol(), price=214.57, costs=Costs(10, 20))
    assert found.steps[0].proceeds == pytest.approx(10.5 * 286 * 0.999)
    assert found.steps[2].proceeds == pytest.approx(6.3 * 214.57 * 0.998 * 0.999)


def test_profit_and_risk_move_with_the_stake() -> None:
    first, second, *_ = ladder(sol(), price=214.57, costs=FREE).steps
    assert first.profit == pytest.approx(3003 - 10.5 * 143)
    assert first.recovered == pytest.approx(3003 / 6006)
    assert first.at_risk == pytest.approx(3003)
    assert second.recovered == 1.0
    assert second.at_risk == 0.0


def test_what_was_really_sold_comes_first() -> None:
    rungs = list(sol().ladder)
    rungs[1] = Rung(rungs[1].trigger, 0.25, done=Done(date(2026, 10, 1), 10.0, 400.0, fee=4.0))
    rungs[3] = Rung(rungs[3].trigger, 0.5, "remaining", skipped=True)
    found = ladder(sol(ladder=tuple(rungs)), price=214.57, costs=FREE)
    assert found.steps[1].proceeds == found.steps[1].locked_in == 3996.0
    assert found.steps[1].state == "done"
    assert found.steps[0].locked_in == pytest.approx(3996 + 3003)
    assert (found.steps[3].units, found.steps[3].state) == (0.0, "skipped")
    assert found.returns_stake == 0


def test_without_a_cost_profit_and_risk_are_unknown() -> None:
    found = ladder(sol(cost=None), price=214.57, costs=FREE)
    assert isinstance(found.steps[1].profit, Unknown)
    assert isinstance(found.steps[1].at_risk, Unknown)
    assert found.steps[0].price is None
    assert found.returns_stake is None


amounts = st.floats(1e-6, 1e9)
ladders = st.lists(
    st.builds(
        Rung,
        st.one_of(
            st.builds(Trigger, st.just("price"), level=st.floats(1e-3, 1e6)),
            st.builds(Trigger, st.just("multiple"), level=st.floats(0.1, 100)),
            st.builds(Trigger, st.just("trailing_stop"), level=st.floats(0.01, 0.99)),
            st.just(SEASON),
        ),
        st.floats(0.01, 1.0),
        st.sampled_from(["initial", "remaining"]),
        skipped=st.booleans(),
    ),
    max_size=8,
).map(tuple)


@given(amounts, st.one_of(st.none(), amounts), st.one_of(st.none(), amounts), ladders)
def test_the_table_adds_up_whatever_is_typed(
    quantity: float, cost: float | None, price: float | None, rungs: tuple[Rung, ...]
) -> None:
    found = ladder(Position("c", quantity, cost=cost, ladder=rungs), price=price)
    sold = sum(step.units for step in found.steps)
    assert sold + found.left == pytest.approx(quantity, rel=1e-8)
    locked = 0.0
    for step in found.steps:
        locked += step.proceeds
        assert step.locked_in == pytest.approx(locked)
        assert step.units >= 0
        assert step.left >= 0
        if not isinstance(step.recovered, Unknown):
            assert 0.0 <= step.recovered <= 1.0
    assert found.left == (found.steps[-1].left if found.steps else quantity)


def test_a_sound_ladder_keeps_its_checks() -> None:
    found = checked(sol())
    assert {check.id: check.verdict for check in found if check.id != "nothing_left"} == {
        "shares": "kept",
        "order": "kept",
        "already": "kept",
        "stake": "kept",
    }
    assert of(found, "shares")[0].text == "Shares of the initial quantity: 50 % of 100 %."
    assert of(found, "stake")[0].text == "Rung 2 returns the stake of 6,006 USD."
    assert of(found, "nothing_left")[0].rungs == (5,)


def test_more_than_the_whole_quantity_is_broken() -> None:
    rungs = tuple(Rung(Trigger("price", level=level), 0.4) for level in (300.0, 400.0, 500.0))
    assert of(checked(sol(ladder=rungs)), "shares")[0].verdict == "broken"
    thirds = tuple(Rung(Trigger("price", level=level), 1 / 3) for level in (300.0, 400.0, 500.0))
    assert of(checked(sol(ladder=thirds)), "shares")[0].verdict == "kept"


def test_targets_out_of_order_are_named() -> None:
    rungs = (Rung(Trigger("price", level=400.0), 0.2), Rung(Trigger("multiple", level=2.0), 0.2))
    (found,) = of(checked(sol(ladder=rungs)), "order")
    assert found.verdict == "broken"
    assert found.text.startswith("Rung 2 has a target that is not above that of rung 1")


@pytest.mark.parametrize(
    ("trigger", "options", "part"),
    [
        (Trigger("price", level=200.0), {}, "is not above the price"),
        (Trigger("multiple", level=1.2), {}, "is not above the price"),
        (Trigger("date", day=date(2026, 11, 20)), {}, "its day is past"),
        (Trigger("days_held", days=30), {"bought": date(2026, 1, 1)}, "held for 324 days"),
        (Trigger("trailing_stop", level=0.1), {"peak": 300.0}, "at or below the trailing stop at 270.00"),
        (SEASON, {"season": 90.0}, "its condition holds already (90.0)"),
        (Trigger("dominance", level=0.5, side="above", days=1), {}, "holds already (55.0 %)"),
        (Trigger("phase", phase="bitcoin"), {}, "waits until it is entered again"),
    ],
)
def test_a_trigger_that_is_already_true_gets_a_warning(
    trigger: Trigger, options: dict[str, object], part: str
) -> None:
    bought = options.pop("bought", None)
    found = of(checked(sol(bought=bought, ladder=(Rung(trigger, 0.5),)), **options), "already")
    assert [check.verdict for check in found] == ["warning"]
    assert part in found[0].text


def test_a_close_beyond_its_mean_gets_a_warning_that_it_must_come_back() -> None:
    position = sol(ladder=(Rung(Trigger("moving_average", days=20, side="below"), 1.0),))
    market = priced([300.0] * 30 + [214.0] * 5)
    steps = ladder(position, price=214.0)
    found = of(list(checks(position, steps, market, calm(market), AS_OF, price=214.0)), "already")
    assert "crosses again" in found[0].text


def test_an_unlikely_return_of_the_stake_gets_a_warning() -> None:
    found = checked(sol(), chances={1: 0.37})
    assert of(found, "stake_chance")[0].text.startswith("37 % chance only that rung 2 fills")
    assert not of(checked(sol(), chances={1: 0.6}), "stake_chance")


def test_a_ladder_that_leaves_the_stake_or_a_rest_behind_says_so() -> None:
    found = checked(sol(ladder=(Rung(Trigger("price", level=300.0), 0.25),)))
    assert of(found, "stake")[0].verdict == "warning"
    assert of(found, "rest")[0].text == "75 % of the initial quantity have no exit."


def test_a_multiple_without_a_cost_is_broken() -> None:
    assert of(checked(sol(cost=None)), "cost")[0].rungs == (0,)


def quiet_study(market: Market) -> Study:
    return study(market)


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([200.0] * 30, ["open", "open", "armed", "open"]),
        ([200.0] * 29 + [290.0], ["filled", "open", "armed", "open"]),
        ([200.0] * 27 + [290.0, 250.0, 200.0], ["open", "open", "filled", "open"]),
    ],
)
def test_states_follow_the_close(closes: list[float], expected: list[str]) -> None:
    ladder_of = (
        Rung(Trigger("multiple", level=2.0), 0.25),
        Rung(Trigger("price", level=380.0), 0.25),
        Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),
        Rung(Trigger("date", day=date(2027, 9, 30)), 1.0, "remaining"),
    )
    market = priced(closes)
    position = sol(bought=date(2026, 11, 1), ladder=ladder_of)
    found = rung_states(position, quiet_study(market), AS_OF, price=closes[-1])
    assert [found[at] for at in range(4)] == expected


def test_a_fill_since_the_last_look_is_seen_though_the_price_came_back() -> None:
    market = priced([200.0] * 20 + [290.0, 200.0, 200.0])
    position = sol(ladder=(Rung(Trigger("multiple", level=2.0), 0.25),))
    past = quiet_study(market)
    assert rung_states(position, past, AS_OF, price=200.0)[0] == "open"
    assert rung_states(position, past, AS_OF, price=200.0, since=day("2026-11-10"))[0] == "filled"


def test_what_is_known_at_a_close_is_armed_until_the_next() -> None:
    position = sol(ladder=(Rung(Trigger("date", day=date(2026, 11, 21)), 1.0),))
    past = quiet_study(priced([200.0] * 20))
    assert rung_states(position, past, AS_OF, price=200.0)[0] == "armed"
    later = quiet_study(priced([200.0] * 20, last="2026-11-22"))
    assert rung_states(position, later, day("2026-11-22"), price=200.0)[0] == "filled"


def test_days_without_a_close_fill_nothing_and_keep_the_peak() -> None:
    market = priced([200.0, np.nan, 300.0, np.nan, np.nan, 220.0])
    position = sol(ladder=(Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),))
    _, days = reached_since(position, market, calm(market), market.days[0], AS_OF)
    assert days.tolist() == [5]
    higher = sol(ladder=(Rung(Trigger("price", level=310.0), 1.0),))
    assert reached_since(higher, market, calm(market), market.days[0], AS_OF)[1].tolist() == [NEVER]


def test_a_plan_may_be_older_than_the_cache() -> None:
    market = priced([200.0, 400.0])
    position = sol(ladder=(Rung(Trigger("price", level=380.0), 1.0),))
    _, days = reached_since(position, market, calm(market), day("2026-11-01"), AS_OF)
    assert days.tolist() == [20]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
@pytest.mark.parametrize("cost", [143.0, None])
def test_every_template_makes_a_ladder_that_passes_its_own_checks(
    template: Template, cost: float | None
) -> None:
    costs = Costs(10, 20)
    bare = sol(cost=cost, ladder=())
    position = replace(bare, ladder=template.rungs(bare, 150.0, date(2026, 11, 21), costs))
    market = priced([150.0] * 40)
    steps = ladder(position, price=150.0, costs=costs)
    found = checks(position, steps, market, calm(market), AS_OF, price=150.0)
    assert not [check for check in found if check.verdict == "broken"]
    assert not [check for check in found if check.id == "already" and check.verdict != "kept"]
    assert steps.left == 0.0


def test_the_stake_is_out_after_costs() -> None:
    costs = Costs(10, 20)
    template = next(one for one in TEMPLATES if one.id == "stake_out")
    position = sol(ladder=template.rungs(sol(), 150.0, date(2026, 11, 21), costs))
    assert ladder(position, price=150.0, costs=costs).returns_stake == 0


def test_readings_of_the_synthetic_market_can_be_waited_for() -> None:
    past = study(synthetic_market())
    found = conditions_of(past)
    assert np.isfinite(found.season).any()
    values: Floats = found.dominance[np.isfinite(found.dominance)]
    assert ((values > 0) & (values < 1)).all()
