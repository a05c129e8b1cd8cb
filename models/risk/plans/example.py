"""A worked example: a plan of the market at hand that fills every part of the planner.

Coins, costs and levels follow from the market's own prices, so that it works with any data and on
any day, the demo market included. It is an exercise, no advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from models.market.snapshot import BITCOIN, ETHER, Day
from models.market.study import Study
from models.market.universe import EXCLUDED_COINS, EXCLUDED_SECTORS
from models.market.unknown import Unknown
from models.risk.ground import NEEDS, CoinGround, Grounds
from models.risk.plans.plan import Assumptions, Edge, Plan, Position, Rung, Scenario, Trigger

TOTAL = 48_000.0
CASH = 4_320.0
BOUGHT_BEFORE = 200
"""Days before the as-of day on which the coins were bought, at the close of that day."""
NOTES = """\
A worked example. The amounts are made up; the coins, prices and days are those of your data.

Things to try:
1. Look at the rules: most positions are too large, and the sentence beside each says what mends it.
2. Click “Mend” on one, and undo it again.
3. Open the exit ladder of the second coin and move a rung.
4. Start the simulation, and compare the plan with holding to the end.
It is an exercise, no advice."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One row: which coin, how much of the whole, how far the stop lies below the price."""

    sectors: tuple[str, ...]
    share: float
    stop: float
    coin: str | None = None


PARTS = (
    _Part((), 0.26, 0.12, ETHER),
    _Part(("layer1",), 0.19, 0.15),
    _Part(("infrastructure",), 0.16, 0.14),
    _Part(("defi",), 0.12, 0.16),
    _Part(("meme",), 0.06, 0.22),
    _Part(("ai", "gaming"), 0.05, 0.18),
    _Part(("exchange", "payments"), 0.045, 0.15),
    _Part(("layer2", "privacy", "other"), 0.025, 0.20),
)


def example_plan(study: Study, as_of: Day) -> Plan:
    """Return the example for the market as of a day; a plan of cash alone when no coin has a price."""
    grounds = Grounds(study, as_of)
    rows: list[Position] = []
    taken: set[str] = {BITCOIN}
    for part in PARTS:
        found = _chosen(grounds, part, taken)
        if found is None:
            continue
        coin, price = found
        taken.add(coin.coin)
        rows.append(_row(grounds, coin, price, part, len(rows)))
    return Plan(
        name="Worked example",
        cash=CASH,
        positions=tuple(rows),
        assumptions=Assumptions(goal=2 * TOTAL),
        scenarios=(Scenario("Bitcoin −30 %, small caps −15 %", bitcoin=-0.30, russell=-0.15),),
        notes=NOTES,
    )


def _chosen(grounds: Grounds, part: _Part, taken: set[str]) -> tuple[CoinGround, float] | None:
    """Return the largest coin of the part's sectors that has a price and a year of returns."""
    wanted: Iterable[str] = (part.coin,) if part.coin else _by_size(grounds, part.sectors)
    for name in wanted:
        if name in taken:
            continue
        coin = grounds.coin(name)
        if not isinstance(coin.price, Unknown) and int(coin.own.sum()) >= NEEDS:
            return coin, coin.price
    return None


def _by_size(grounds: Grounds, sectors: tuple[str, ...]) -> list[str]:
    """Return the coins of some sectors, the largest first, equal ones by their id."""
    market = grounds.study.market
    if grounds.row < 0:
        return []
    caps = np.nan_to_num(market.cap[grounds.row])
    order = np.lexsort((np.arange(caps.size), -caps))
    fit = (market.coins[at] for at in order)
    return [
        coin.id
        for coin in fit
        if coin.sector in sectors and coin.sector not in EXCLUDED_SECTORS and coin.id not in EXCLUDED_COINS
    ]


def _row(grounds: Grounds, coin: CoinGround, price: float, part: _Part, place: int) -> Position:
    cost, bought = _bought(grounds, coin, price)
    return Position(
        coin=coin.coin,
        quantity=_round(part.share * TOTAL / price),
        cost=_round(cost),
        bought=bought,
        stop=_round(price * (1 - part.stop)),
        target=0.05 if place < 4 else 0.03,
        edge=Edge(chance=0.55, gain=0.8, loss=0.5) if place == 0 else None,
        ladder=_ladder(place, price, cost, bought),
        notes="" if place else "The edge is an example: half Kelly is shown only where you believe in one.",
    )


def _bought(grounds: Grounds, coin: CoinGround, price: float) -> tuple[float, date]:
    """Return price and day of the purchase: the close some months before, where there is one."""
    market = grounds.study.market
    row = max(grounds.row - BOUGHT_BEFORE, 0)
    then = float(market.price[row, market.column[coin.coin]])
    day = date.fromisoformat(str(market.days[row]))
    return (then, day) if np.isfinite(then) else (price, day)


def _ladder(place: int, price: float, cost: float, bought: date) -> tuple[Rung, ...]:
    """Give every kind of trigger a place in some row."""
    above = max(price, cost)
    if place == 1:
        return (
            Rung(Trigger("multiple", level=_round(2.0 * above / cost)), 0.25),
            Rung(Trigger("price", level=_round(2.6 * above)), 0.25),
            Rung(Trigger("season_index", level=80.0, side="above", days=3), 0.30, "remaining"),
            Rung(Trigger("price", level=_round(3.8 * above)), 0.50, "remaining"),
            Rung(Trigger("trailing_stop", level=0.35), 1.0, "remaining"),
            Rung(Trigger("date", day=bought + timedelta(days=BOUGHT_BEFORE + 340)), 1.0, "remaining"),
        )
    if place == 0:
        return (
            Rung(Trigger("multiple", level=_round(1.5 * above / cost)), 1 / 3),
            Rung(Trigger("moving_average", days=200, side="below"), 0.5, "remaining"),
        )
    if place == 2:
        return (
            Rung(Trigger("phase", phase="small"), 0.25),
            Rung(Trigger("dominance", level=0.50, side="below", days=3), 0.25),
        )
    if place == 3:
        return (Rung(Trigger("days_held", days=BOUGHT_BEFORE + 165), 1.0, "remaining"),)
    return ()


def _round(value: float) -> float:
    """Keep three figures: what a person would type.

    >>> _round(214.5678), _round(0.0000581234)
    (215.0, 5.81e-05)
    """
    return float(f"{value:.3g}")
