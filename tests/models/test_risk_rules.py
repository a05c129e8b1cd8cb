"""Every rule with its limit, its sentence and a mend that mends; sizes with the limit that binds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.market.study import Study
from models.market.unknown import Unknown
from models.risk.assessment import Assessment, assess
from models.risk.ground import Grounds
from models.risk.plans.edits import limits_changed
from models.risk.plans.plan import Assumptions, Edge, Limits, Plan, Position, Rung, Trigger
from models.risk.portfolio import portfolio
from models.risk.rules import Rule, tally
from models.risk.sizing import Sizing, fixed_fraction, kelly, size, sizes
from models.risk.trims import applied, more_bets, smallest_trims

from .plan_cases import study_of

NAMES = ["bitcoin", "big", "large-too", "oracle", "lender", "doge"]
SECTORS = ["layer1", "layer1", "layer1", "infrastructure", "defi", "meme"]


@cache
def market() -> Study:
    """Bitcoin and five coins at a volume of 1,000,000 USD a day, with others that fill the tiers."""
    rng = np.random.default_rng(4)
    returns = rng.normal(0.0, 0.01, (800, 1)) + rng.normal(0.0, 0.03, (800, 26))
    others = [f"other-{i:02d}" for i in range(20)]
    return study_of(returns, names=NAMES + others, sectors=SECTORS + ["gaming"] * 20, volume=1e6)


@pytest.fixture
def made() -> Study:
    return market()


def worth(of: Study, cash: float, rows: dict[str, float], **more: object) -> Plan:
    """Return a plan whose rows are worth these amounts, each with a typed price of 1."""
    return Plan(
        cash=cash,
        positions=tuple(Position(coin, value, price=1.0, stop=0.9) for coin, value in rows.items()),
        **more,  # type: ignore[arg-type]
    )


def assessed(plan: Plan, of: Study) -> Assessment:
    return assess(plan, Grounds(of, of.last_day))


def rule(plan: Plan, of: Study, name: str) -> Rule:
    return assessed(plan, of).rule(name)


def sized(plan: Plan, of: Study, coin: str, **more: object) -> Sizing:
    return size(portfolio(plan, Grounds(of, of.last_day)), coin, **more)  # type: ignore[arg-type]


def test_a_position_beyond_the_cap_is_named_with_what_to_sell(made: Study) -> None:
    plan = worth(made, 740, {"big": 200, "oracle": 50, "lender": 10})
    found = rule(plan, made, "single_position")
    assert (found.state, found.title) == ("red", "Single position · BIG")
    assert found.value == pytest.approx(0.2)
    assert found.mend.text == "Sell 150 BIG (150 USD)"
    after = found.mend.apply(plan)
    assert after.positions[0].quantity == pytest.approx(50)
    assert after.cash == pytest.approx(890)
    assert rule(after, made, "single_position").ok


def test_two_rows_of_a_coin_are_one_position(made: Study) -> None:
    plan = Plan(cash=910, positions=(Position("big", 45, price=1.0), Position("big", 45, price=1.0)))
    assert rule(plan, made, "single_position").value == pytest.approx(0.09)
    after = rule(plan, made, "single_position").mend.apply(plan)
    assert rule(after, made, "single_position").value == pytest.approx(0.05)


def test_several_breaches_are_counted_and_mended_at_once(made: Study) -> None:
    plan = worth(made, 700, {"big": 100, "oracle": 100, "lender": 100})
    found = rule(plan, made, "single_position")
    assert found.mend.text == "Sell 50 BIG (50 USD); 2 more"
    assert rule(found.mend.apply(plan), made, "single_position").ok


def test_a_sector_beyond_its_limit_offers_the_coins_that_would_do(made: Study) -> None:
    plan = worth(made, 500, {"big": 200, "bitcoin": 200, "oracle": 100})
    found = rule(plan, made, "sector_share")
    assert (found.subject, found.value) == ("Layer 1", pytest.approx(0.4))
    assert found.mend.text == "Sell 100 BIG or 100 BITCOIN"
    assert rule(found.mend.apply(plan), made, "sector_share").value == pytest.approx(0.3)


def test_a_sector_of_the_users_own_counts_instead_of_the_lists(made: Study) -> None:
    plan = Plan(cash=500, positions=(Position("big", 500, price=1.0, sector="My garden"),))
    assert rule(plan, made, "sector_share").subject == "My garden"


def test_memes_and_coins_beyond_the_ranks_are_small(made: Study) -> None:
    found = rule(worth(made, 500, {"doge": 200, "bitcoin": 300}), made, "small_and_meme")
    assert found.value == pytest.approx(0.2)
    assert found.sentence == "1 position of small caps and memes holds 20.0 % of the capital."
    assert rule(found.mend.apply(worth(made, 500, {"doge": 200, "bitcoin": 300})), made, "small_and_meme").ok


def test_cash_below_the_floor_says_how_much_is_missing(made: Study) -> None:
    plan = worth(made, 90, {"big": 910})
    found = rule(plan, made, "cash_floor")
    assert found.mend.text == "Keep 10 USD more in cash"
    assert rule(found.mend.apply(plan), made, "cash_floor").ok


def test_the_loss_at_the_stops_is_summed_and_a_missing_stop_counts_whole(made: Study) -> None:
    plan = Plan(
        cash=700,
        positions=(Position("big", 100, price=1.0, stop=0.8), Position("oracle", 200, price=1.0)),
    )
    found = rule(plan, made, "stop_loss")
    assert found.value == pytest.approx(0.22)
    assert "1 position without a stop counts whole: ORACLE." in found.sentence
    assert found.mend.text.endswith("or set a stop for ORACLE")
    assert rule(found.mend.apply(plan), made, "stop_loss").value == pytest.approx(0.12)


def test_a_trailing_stop_over_everything_is_a_stop(made: Study) -> None:
    ladder = (Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining"),)
    plan = Plan(cash=900, positions=(Position("big", 100, price=1.0, ladder=ladder),))
    assert rule(plan, made, "stop_loss").value == pytest.approx(0.025)


def test_a_stop_above_the_price_loses_nothing_more(made: Study) -> None:
    plan = Plan(cash=900, positions=(Position("big", 100, price=1.0, stop=2.0),))
    assert rule(plan, made, "stop_loss").value == 0.0


def test_a_stop_above_the_price_is_pointed_out_instead_of_marked_as_kept(made: Study) -> None:
    slips = tuple(Position(coin, 100, price=1.0, stop=2.0) for coin in ("big", "oracle"))
    one, two = (rule(Plan(cash=900, positions=slips[:n]), made, "stop_loss") for n in (1, 2))
    assert (one.state, two.state) == ("amber", "amber")
    assert "The stop of BIG lies at or above the price: hit already, it sells at once." in one.sentence
    assert "The stops of BIG and ORACLE lie at or above the price: hit already, they sell" in two.sentence
    below = Plan(cash=900, positions=(Position("big", 100, price=1.0, stop=0.9),))
    assert rule(below, made, "stop_loss").state == "ok"


def test_liquidity_compares_with_the_median_volume_and_is_unknown_without_one(made: Study) -> None:
    plan = worth(made, 0, {"big": 20_000, "oracle": 5_000})
    found = rule(plan, made, "liquidity")
    assert (found.subject, found.value) == ("BIG", pytest.approx(0.02))
    assert rule(found.mend.apply(plan), made, "liquidity").value == pytest.approx(0.01)
    unknown = rule(worth(made, 0, {"big": 5_000, "nobody knows": 1.0}), made, "liquidity")
    assert unknown.state == "unknown"
    assert unknown.ok is None
    assert unknown.sentence == "“nobody knows” is not in the cache, so its volume is unknown."


def test_too_few_sectors_cannot_be_mended_by_a_sale(made: Study) -> None:
    found = rule(worth(made, 500, {"big": 100, "oracle": 100}), made, "sectors")
    assert (found.value, found.state) == (2.0, "red")
    assert found.mend.text == "Add coins of 2 more sectors"
    assert not found.mend.possible


def test_effective_bets_say_how_many_the_positions_really_are(made: Study) -> None:
    plan = worth(made, 100, {"big": 500, "oracle": 20, "lender": 20, "doge": 20})
    found = rule(plan, made, "effective_bets")
    assert found.sentence == f"These four positions are {found.value:.1f} bets."
    assert found.ok == (found.value >= 2.5)


def test_trims_that_make_more_bets_stop_as_soon_as_there_are_enough(made: Study) -> None:
    plan = worth(made, 100, {"big": 300, "oracle": 200, "lender": 150, "doge": 100})
    before = rule(plan, made, "effective_bets").value
    plan = limits_changed(plan, effective_bets=before + 0.05)
    found = rule(plan, made, "effective_bets")
    assert found.mend.text.startswith("Trim ")
    after = rule(found.mend.apply(plan), made, "effective_bets")
    assert after.value == pytest.approx(before + 0.05, abs=1e-4)
    assert after.ok


def test_bets_that_no_trim_makes_are_said_to_be_out_of_reach(made: Study) -> None:
    plan = limits_changed(worth(made, 100, {"big": 300, "oracle": 200}), effective_bets=9.0)
    found = rule(plan, made, "effective_bets")
    assert not found.mend.possible
    assert found.mend.text.startswith("Trims of up to half of a position do not make 9 bets")


def test_amber_begins_at_a_twentieth_of_the_limit(made: Study) -> None:
    for value, state in ((47.0, "ok"), (48.0, "amber"), (50.0, "amber"), (50.001, "red")):
        plan = worth(made, 1000 - value, {"big": value})
        assert rule(plan, made, "single_position").state == state


def test_an_empty_plan_is_unknown_rather_than_broken(made: Study) -> None:
    found = assessed(Plan(), made)
    states = {r.name: r.state for r in found.rules}
    assert states["single_position"] == "unknown"
    assert "There is no capital yet" in found.rule("cash_floor").sentence
    assert tally(found.rules).endswith("unknown")


def test_shares_refer_to_the_typed_capital(made: Study) -> None:
    plan = worth(made, 100, {"big": 100}, capital=10_000.0)
    assert rule(plan, made, "single_position").value == pytest.approx(0.01)


def test_the_tally_counts_what_is_broken_kept_and_unknown(made: Study) -> None:
    found = assessed(worth(made, 90, {"big": 910, "nobody knows": 1.0}), made)
    parts = tally(found.rules).split(", ")
    assert sum(int(part.split()[0]) for part in parts) == 8


# Sizes


def test_fixed_fraction_and_kelly_are_their_closed_forms() -> None:
    assert fixed_fraction(10_000, 0.02, 50.0, 45.0) == pytest.approx(2_000)
    assert kelly(Edge(0.6, 1.0, 1.0)) == pytest.approx(0.2)  # p - q at even odds
    assert kelly(Edge(0.5, 2.0, 1.0)) == pytest.approx(0.25)  # (bp - q) / b
    assert kelly(Edge(0.4, 1.0, 1.0)) == 0.0


@settings(deadline=None)
@given(p=st.floats(0.05, 0.95), gain=st.floats(0.05, 5.0), loss=st.floats(0.05, 1.0))
def test_kelly_makes_the_logarithm_of_wealth_grow_fastest(p: float, gain: float, loss: float) -> None:
    best = kelly(Edge(p, gain, loss))
    assume(best < 0.999 / loss)
    grid = np.linspace(0, 0.999 / loss, 20_001)
    growth = p * np.log1p(grid * gain) + (1 - p) * np.log1p(-grid * loss)
    assert best == pytest.approx(grid[np.argmax(growth)], abs=2 * grid[1])


def test_each_limit_gives_its_size_and_the_smallest_binds(made: Study) -> None:
    plan = Plan(
        cash=50_000,
        positions=(Position("bitcoin", 20_000, price=1.0), Position("big", 1_000, price=2.0, stop=1.5)),
        assumptions=Assumptions(risk_budget=0.01, volatility_target=0.04),
    )
    found = sized(plan, made, "big", edge=Edge(0.6, 1.0, 1.0))
    capital = 72_000.0
    amounts = {bar.name: bar.amount for bar in found.bars}
    volatility = Grounds(made, made.last_day).coin("big").volatility
    assert amounts == {
        "risk budget": pytest.approx(capital * 0.01 / 0.25),
        "volatility target": pytest.approx(capital * 0.04 / volatility),
        "half Kelly": pytest.approx(capital * 0.1),
        "single-position cap": pytest.approx(capital * 0.05),
        "sector room": pytest.approx(capital * 0.3 - 20_000),
        "liquidity room": pytest.approx(10_000.0),
        "cash": pytest.approx(52_000.0),
    }
    assert found.binding == "sector room"
    assert found.room == pytest.approx(1_600 - 2_000)
    assert found.units == pytest.approx(800)


def test_limits_that_say_nothing_do_not_bind(made: Study) -> None:
    found = sized(worth(made, 1_000, {"bitcoin": 1.0}), made, "oracle")
    asked = {bar.name for bar in found.bars if bar.asked}
    assert asked == {"volatility target", "single-position cap", "sector room", "liquidity room", "cash"}
    assert found.now == 0.0


def test_an_unknown_limit_makes_the_size_unknown_and_says_which(made: Study) -> None:
    found = sized(worth(made, 1_000, {"nobody knows": 5.0}), made, "nobody knows")
    assert isinstance(found.largest, Unknown)
    assert found.binding is None
    assert found.binding_words.startswith("unknown: no vol")


def test_of_equal_limits_the_cap_is_named(made: Study) -> None:
    plan = Plan(
        cash=950,
        positions=(Position("big", 50, price=1.0, stop=0.8),),
        assumptions=Assumptions(risk_budget=0.01, volatility_target=10.0),
    )
    assert sized(plan, made, "big").binding == "single-position cap"


def test_a_stop_that_is_hit_leaves_no_size(made: Study) -> None:
    found = sized(worth(made, 1_000, {"big": 1.0}), made, "big", stop=1.5)
    assert (found.binding, found.largest) == ("risk budget", 0.0)


def test_every_row_has_its_size(made: Study) -> None:
    plan = worth(made, 1_000, {"big": 1.0, "oracle": 2.0})
    assert [s.coin for s in sizes(portfolio(plan, Grounds(made, made.last_day)))] == ["big", "oracle"]


# The smallest trims

MENDABLE = ("single_position", "sector_share", "small_and_meme", "cash_floor", "stop_loss", "liquidity")


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    values=st.lists(st.floats(1, 1e6), min_size=6, max_size=6),
    cash=st.floats(0, 1e6),
    stop=st.floats(0.1, 0.99),
)
def test_the_smallest_trims_restore_every_limit_that_sales_can(
    values: list[float], cash: float, stop: float
) -> None:
    plan = Plan(
        cash=cash,
        positions=tuple(
            Position(coin, value, price=1.0, stop=stop) for coin, value in zip(NAMES, values, strict=True)
        ),
        limits=Limits(effective_bets=1.0),
    )
    grounds = Grounds(market(), market().last_day)
    found = smallest_trims(portfolio(plan, grounds))
    after = assess(applied(plan, found.trims), grounds)
    assert [after.rule(name).state for name in MENDABLE if after.rule(name).state == "red"] == []
    assert after.portfolio.total == pytest.approx(sum(values) + cash)


def test_no_smaller_trims_would_do(made: Study) -> None:
    """Against a search over a grid, for two coins that share a sector."""
    plan = worth(
        made, 400, {"big": 400, "bitcoin": 200}, limits=Limits(single_position=0.3, effective_bets=1)
    )
    grounds = Grounds(made, made.last_day)
    found = smallest_trims(portfolio(plan, grounds))
    capital = 1_000
    best = min(
        (400 - a) + (200 - b)
        for a in range(401)
        for b in range(201)
        if a <= 0.3 * capital
        and b <= 0.3 * capital
        and a + b <= 0.3 * capital
        and 0.1 * (a + b) <= 0.12 * capital
    )
    assert found.value == pytest.approx(best, abs=1e-6)


def test_a_plan_within_its_limits_needs_no_trims(made: Study) -> None:
    plan = worth(made, 960, {"big": 20, "oracle": 20}, limits=Limits(effective_bets=1.0))
    assert smallest_trims(portfolio(plan, Grounds(made, made.last_day))).trims == ()


def test_trims_work_on_the_rows_that_are_left_after_the_first_round(made: Study) -> None:
    """Selling the meme out altogether moves the rows; the second round still names the right coins."""
    limits = Limits(small_and_meme=0.0, effective_bets=1.9, single_position=1, sector_share=1, stop_loss=1)
    plan = worth(made, 400, {"doge": 100, "big": 300, "oracle": 100, "lender": 100}, limits=limits)
    grounds = Grounds(made, made.last_day)
    found = smallest_trims(portfolio(plan, grounds))
    after = applied(plan, found.trims)
    assert "doge" not in after.coins
    assert all(plan.positions[trim.row].coin == trim.coin for trim in found.trims)
    if not found.unmet:
        assert assess(after, grounds).rule("effective_bets").ok


def test_more_bets_of_a_plan_without_measurable_coins_is_nothing(made: Study) -> None:
    plan = worth(made, 10, {"nobody knows": 5.0})
    assert more_bets(portfolio(plan, Grounds(made, made.last_day))).trims == ()
