"""What is told when new days arrive, and that it is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.market.snapshot import Coin, Floats, Market, day
from models.market.study import Study, study
from models.risk.plans.plan import Done, Limits, Plan, Position, Rung, Trigger
from models.risk.watch import Alert, watch
from tests.markets import synthetic_market

from .plan_cases import plans

AS_OF = day("2026-11-21")


def market(closes: Floats | list[float], *, coin: str = "solana") -> Study:
    """One coin whose last close is that of the as-of day, and a calm Bitcoin."""
    own = np.array(closes, dtype=np.float64)
    names = sorted([coin, "bitcoin"])
    price = np.full((own.size, 2), 60_000.0)
    price[:, names.index(coin)] = own
    values = np.asfortranarray(price)
    return study(
        Market.build(
            days=AS_OF - np.arange(own.size)[::-1],
            coins=[Coin(name, name[:3].upper(), name.title(), "layer1") for name in names],
            price=values,
            cap=values * 1e7,
            volume=np.full(values.shape, 1e9, order="F"),
            series={},
        )
    )


def sol(*rungs: Rung, **changes: object) -> Plan:
    values = {"coin": "solana", "quantity": 42.0, "cost": 143.0, "ladder": rungs, **changes}
    loose = Limits(1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0, 0.0)
    return Plan(positions=(Position(**values),), limits=loose)  # type: ignore[arg-type]


def told(alerts: tuple[Alert, ...]) -> list[tuple[str, str, int | None]]:
    return [(alert.kind, str(alert.day), alert.rung) for alert in alerts]


TARGET = Rung(Trigger("multiple", level=2.0), 0.25)


def test_a_target_that_is_met_is_told_with_price_and_quantity() -> None:
    found = watch(sol(TARGET), market([200.0] * 9 + [290.0]), AS_OF)
    (alert,) = found.alerts
    assert (alert.kind, alert.row, alert.rung, alert.day) == ("rung", 0, 0, AS_OF)
    assert alert.title == "SOL: rung 1 reached"
    assert alert.text == (
        "The target of 286 USD was met: the close of 2026-11-21 was 290 USD. The plan sells 10.5 SOL at the "
        "target."
    )


def test_nothing_is_told_of_quiet_days() -> None:
    found = watch(sol(TARGET, stop=100.0), market([200.0] * 10), AS_OF)
    assert found.alerts == ()
    assert found.reported == frozenset()


def test_everything_is_told_once() -> None:
    past = market([200.0] * 7 + [290.0, 300.0, 310.0])
    first = watch(sol(TARGET), past, AS_OF, since=AS_OF - 5)
    assert told(first.alerts) == [("rung", "2026-11-19", 0)]
    again = watch(sol(TARGET), past, AS_OF, since=AS_OF - 5, reported=first.reported)
    assert again.alerts == ()
    assert again.reported == first.reported


def test_a_target_met_while_the_program_was_closed_is_still_told() -> None:
    past = market([200.0] * 5 + [290.0] + [200.0] * 4)
    assert watch(sol(TARGET), past, AS_OF).alerts == ()
    assert told(watch(sol(TARGET), past, AS_OF, since=AS_OF - 6).alerts) == [("rung", "2026-11-17", 0)]


def test_a_rung_that_is_moved_is_another_rung_but_a_moved_row_is_not() -> None:
    past = market([200.0] * 9 + [400.0])
    first = watch(sol(TARGET), past, AS_OF)
    other = sol(Rung(Trigger("multiple", level=2.5), 0.25))
    assert len(watch(other, past, AS_OF, reported=first.reported).alerts) == 1
    plan = sol(TARGET)
    moved = replace(plan, positions=(Position("bitcoin", 0.1), *plan.positions))
    assert watch(moved, past, AS_OF, reported=first.reported).alerts == ()


def test_two_rungs_alike_are_two_things() -> None:
    assert len(watch(sol(TARGET, TARGET), market([200.0] * 9 + [290.0]), AS_OF).alerts) == 2


def test_stops_and_trailing_stops_are_told_at_their_close() -> None:
    trailing = Rung(Trigger("trailing_stop", level=0.25), 1.0, "remaining")
    plan = sol(trailing, stop=140.0, bought=date(2026, 11, 1))
    found = watch(plan, market([200.0] * 7 + [260.0, 190.0, 139.0]), AS_OF, since=AS_OF - 3)
    assert told(found.alerts) == [("rung", "2026-11-20", 0), ("stop", "2026-11-21", None)]
    assert "25 % or more below its peak" in found.alerts[0].text
    assert found.alerts[1].title == "SOL: stop reached"


def test_a_date_is_told_on_its_own_day_so_that_the_next_close_can_be_used() -> None:
    plan = sol(Rung(Trigger("date", day=date(2026, 11, 21)), 0.5))
    past = market([200.0] * 10)
    found = watch(plan, past, AS_OF)
    assert told(found.alerts) == [("rung", "2026-11-21", 0)]
    assert "at the next close" in found.alerts[0].text
    earlier = watch(plan, past, AS_OF - 1)
    assert earlier.alerts == ()


def test_a_rung_done_or_skipped_is_not_told() -> None:
    done = replace(TARGET, done=Done(date(2026, 11, 1), 10.5, 286.0))
    past = market([200.0] * 9 + [290.0])
    assert watch(sol(done, replace(TARGET, skipped=True)), past, AS_OF).alerts == ()


def limited(single: float, cash: float = 10_000.0) -> Plan:
    plan = sol()
    return replace(plan, cash=cash, limits=replace(plan.limits, single_position=single))


def test_a_limit_that_prices_break_is_told_until_it_is_kept_and_then_anew() -> None:
    closes = [100.0] * 6 + [300.0, 300.0, 100.0, 300.0]
    past = market(closes)
    plan = limited(0.40)
    days = [AS_OF - back for back in (3, 2, 1, 0)]
    since, reported, counts = AS_OF - 4, frozenset[str](), []
    for when in days:
        found = watch(plan, past, when, since=since, reported=reported)
        counts.append([alert.title for alert in found.alerts])
        since, reported = when, found.reported
    assert counts == [
        ["Limit broken: Single position · SOL"],
        [],
        [],
        ["Limit broken: Single position · SOL"],
    ]


def test_a_limit_that_the_plan_itself_breaks_is_not_told() -> None:
    assert watch(limited(0.01), market([100.0] * 10), AS_OF).alerts == ()


@cache
def wild() -> Study:
    return study(synthetic_market(days=900, coins=60))


def test_a_signal_that_flips_is_told_once_with_its_day() -> None:
    of = wild()
    history = of.signals["season_index"]
    known = np.flatnonzero(history.code >= 0)
    flips = [row for before, row in pairwise(known) if history.code[row] != history.code[before]]
    assert flips
    row = flips[len(flips) // 2]
    when = of.market.days[row]
    empty = Plan()
    found = watch(empty, of, when, signals=("season_index", "no such signal"))
    assert [(alert.kind, alert.day) for alert in found.alerts] == [("signal", when)]
    assert watch(empty, of, when, signals=("season_index",), reported=found.reported).alerts == ()
    assert watch(empty, of, when, since=when, signals=("season_index",)).alerts == ()


def test_a_currency_without_a_rate_is_told_once_until_there_is_one() -> None:
    plan, of = replace(sol(TARGET), currency="EUR"), market([200.0] * 9 + [290.0])
    found = watch(plan, of, AS_OF)
    assert [alert.kind for alert in found.alerts] == ["unwatched"]
    assert "exchange rate" in found.alerts[0].text
    assert watch(plan, of, AS_OF, reported=found.reported).alerts == ()
    known = watch(replace(plan, currency="USD"), of, AS_OF, reported=found.reported)
    assert found.alerts[0].key not in known.reported


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans, st.integers(0, 400))
def test_no_plan_breaks_the_watch_and_nothing_is_told_twice(plan: Plan, back: int) -> None:
    of = wild()
    since = of.last_day - back
    first = watch(plan, of, of.last_day, since=since, signals=("season_index", "eth_btc"))
    assert len({alert.key for alert in first.alerts}) == len(first.alerts)
    assert all(since <= alert.day <= of.last_day for alert in first.alerts)
    again = watch(
        plan, of, of.last_day, since=since, reported=first.reported, signals=("season_index", "eth_btc")
    )
    assert again.alerts == ()


@pytest.mark.parametrize("cut", [300, 500, 700])
def test_no_alert_knows_a_later_day(cut: int) -> None:
    of = wild()
    when = of.market.days[cut]
    rungs = (TARGET, Rung(Trigger("season_index", level=60.0, side="above", days=2), 0.5))
    price = float(of.market.price[cut - 30, of.market.column["ethereum"]])
    plan = Plan(positions=(Position("ethereum", 2.0, cost=price, stop=0.9 * price, ladder=rungs),))
    early = study(of.market.cut(when))
    options = {"since": when - 30, "signals": ("season_index",)}
    assert watch(plan, of, when, **options) == watch(plan, early, when, **options)  # type: ignore[arg-type]


def test_a_coin_without_recent_prices_is_told_once_and_again_after_prices_came_back() -> None:
    plan = sol(TARGET, stop=140.0)
    gone = market([200.0] * 5 + [np.nan] * 5)
    first = watch(plan, gone, AS_OF, since=AS_OF - 3)
    (alert,) = first.alerts
    assert (alert.kind, alert.row, alert.title) == ("unwatched", 0, "SOL is not watched")
    assert alert.text.startswith("Its last close in the cache is 5 days old, so its stop")
    assert watch(plan, gone, AS_OF, reported=first.reported).alerts == ()
    back = watch(plan, market([200.0] * 10), AS_OF, reported=first.reported)
    assert back.alerts == ()
    assert len(watch(plan, gone, AS_OF, reported=back.reported).alerts) == 1


def test_a_coin_unknown_to_the_cache_is_not_watched_either() -> None:
    found = watch(sol(coin="pepe", stop=1.0), market([200.0] * 10), AS_OF)
    assert [(alert.kind, alert.title) for alert in found.alerts] == [("unwatched", "pepe is not watched")]
    assert "no price in the cache" in found.alerts[0].text


def test_missing_prices_are_no_news_while_nothing_waits_for_one() -> None:
    gone = market([200.0] * 5 + [np.nan] * 5)
    assert watch(sol(), gone, AS_OF).alerts == ()
    by_day = Rung(Trigger("date", day=date(2027, 1, 5)), 0.5)
    assert watch(sol(by_day), gone, AS_OF).alerts == ()
    assert watch(sol(stop=140.0), market([200.0] * 7 + [np.nan] * 3), AS_OF).alerts == ()
