"""Plans for the tests: any plan that hypothesis can think of, small markets that are simple to check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from hypothesis import strategies as st

from models.market.snapshot import Coin, Floats, Market, Series, day
from models.market.study import Study, study
from models.risk.plans.plan import (
    CURRENCIES,
    PHASES,
    SAMPLES,
    Assumptions,
    Done,
    Edge,
    Limits,
    Plan,
    Position,
    Rung,
    Scenario,
    Shock,
    Trigger,
)

amounts = st.floats(1e-18, 1e18, allow_nan=False)
shares = st.floats(0.0, 1.0, allow_nan=False)
some_share = st.floats(1e-6, 1.0, allow_nan=False)
inner_share = st.floats(1e-6, 0.999, allow_nan=False)
days = st.dates(date(2000, 1, 1), date(2200, 1, 1))
texts = st.text(max_size=30)
coins = st.sampled_from(["bitcoin", "ethereum", "coin-001", "coin-002", "tether", "nobody knows", "🚀"])

triggers = st.one_of(
    st.builds(Trigger, st.sampled_from(["price", "multiple"]), level=amounts),
    st.builds(Trigger, st.just("date"), day=days),
    st.builds(Trigger, st.just("days_held"), days=st.integers(1, 3650)),
    st.builds(Trigger, st.just("trailing_stop"), level=inner_share),
    st.builds(
        Trigger,
        st.just("moving_average"),
        days=st.integers(1, 3650),
        side=st.sampled_from(["above", "below"]),
    ),
    st.builds(
        Trigger,
        st.just("season_index"),
        level=st.floats(0, 100),
        side=st.sampled_from(["above", "below"]),
        days=st.integers(1, 60),
    ),
    st.builds(Trigger, st.just("phase"), phase=st.sampled_from(PHASES)),
    st.builds(
        Trigger,
        st.just("dominance"),
        level=inner_share,
        side=st.sampled_from(["above", "below"]),
        days=st.integers(1, 60),
    ),
)
rungs = st.builds(Rung, triggers, share=some_share, of=st.sampled_from(["initial", "remaining"]))
sold_rungs = st.builds(
    Rung, triggers, share=some_share, done=st.builds(Done, days, st.just(1e-18), amounts, st.floats(0, 1e9))
)
positions = st.builds(
    Position,
    coin=coins,
    quantity=st.floats(1e-16, 1e18),
    cost=st.none() | amounts,
    bought=st.none() | days,
    stop=st.none() | amounts,
    target=st.none() | shares,
    sector=st.none() | st.sampled_from(["layer1", "meme", "my own"]),
    price=st.none() | amounts,
    edge=st.none() | st.builds(Edge, shares, st.floats(1e-6, 1e6), some_share),
    notes=texts,
    ladder=st.lists(rungs | sold_rungs, max_size=4).map(tuple),
)
limits = st.builds(
    Limits,
    single_position=shares,
    sector_share=shares,
    small_and_meme=shares,
    cash_floor=shares,
    stop_loss=shares,
    liquidity=shares,
    sectors=st.integers(0, 100),
    effective_bets=st.floats(0, 1000),
)
assumptions = st.builds(
    Assumptions,
    risk_budget=shares,
    volatility_target=st.floats(0, 10),
    horizon_days=st.integers(30, 730),
    goal=st.none() | amounts,
    drawdown_limit=shares,
    seed=st.integers(0, 2**32 - 1),
    paths=st.integers(100, 100_000),
    sample=st.sampled_from(SAMPLES),
)
scenarios = st.builds(
    Scenario,
    name=texts,
    bitcoin=st.none() | st.floats(-1, 100),
    coins=st.lists(st.builds(Shock, coins, st.floats(-1, 100)), max_size=2).map(tuple),
)
plans = st.builds(
    Plan,
    name=texts,
    currency=st.sampled_from(CURRENCIES),
    typed_rate=st.none() | st.floats(1e-3, 1e3),
    capital=st.none() | amounts,
    cash=st.floats(0, 1e18),
    positions=st.lists(positions, max_size=5).map(tuple),
    limits=limits,
    assumptions=assumptions,
    scenarios=st.lists(scenarios, max_size=2).map(tuple),
    notes=texts,
)


def market_of(
    returns: Floats,
    *,
    names: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    volume: float = 1e9,
    russell: Floats | None = None,
    first: str = "2022-01-01",
) -> Market:
    """Return a market whose coins have exactly these simple returns; shape (n_days, n_coins).

    Coins are named a, b, c … unless said otherwise and begin at a price of 100 on the day before
    the first return. Row 0 of `returns` is not used. NaN: no price on that day and before.
    """
    n_days, n_coins = returns.shape
    names = list(names or [chr(ord("a") + i) for i in range(n_coins)])
    order = np.argsort(names)
    sectors = list(sectors or ["layer1"] * n_coins)
    price = np.full(returns.shape, 100.0)
    for row in range(1, n_days):
        price[row] = price[row - 1] * (1 + np.nan_to_num(returns[row]))
    price[np.isnan(returns)] = np.nan
    calendar = day(first) + np.arange(n_days)
    series = {}
    if russell is not None:
        values = 2000 * np.cumprod(1 + np.nan_to_num(russell))
        open_ = np.is_busday(calendar)
        series["RUT"] = Series("RUT", "Russell", "points", "made", "session", calendar[open_], values[open_])
    return Market.build(
        days=calendar,
        coins=[Coin(names[i], names[i].upper(), names[i].title(), sectors[i]) for i in order],
        price=np.asfortranarray(price[:, order]),
        cap=np.asfortranarray(price[:, order] * 1e7),
        volume=np.asfortranarray(np.where(np.isnan(price[:, order]), np.nan, volume)),
        series=series,
    )


def study_of(returns: Floats, **more: object) -> Study:
    return study(market_of(returns, **more))  # type: ignore[arg-type]
