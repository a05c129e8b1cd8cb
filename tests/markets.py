"""Synthetic markets for the tests: seeded, small, with every trouble that real data have.

Nothing in here is market data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.market.snapshot import BasisSpan, Coin, Days, Floats, Market, Series, day

SECTORS = ("layer1", "layer2", "defi", "meme", "ai", "infrastructure")
SECTORS += ("payments", "privacy", "exchange", "gaming", "rwa", "other")


def coin_list(count: int) -> tuple[Coin, ...]:
    """Bitcoin, Ether, two stable coins, a wrapped one, one that is excluded by name, and altcoins."""
    named = [
        Coin("bitcoin", "BTC", "Bitcoin", "layer1"),
        Coin("ethereum", "ETH", "Ethereum", "layer1"),
        Coin("tether", "USDT", "Tether", "stablecoin"),
        Coin("usd-coin", "USDC", "USD Coin", "stablecoin"),
        Coin("wrapped-bitcoin", "WBTC", "Wrapped Bitcoin", "wrapped"),
        Coin("tether-gold", "XAUT", "Tether Gold", "rwa"),
    ]
    others = [
        Coin(f"coin-{i:03d}", f"C{i:03d}", f"Coin {i}", SECTORS[i % len(SECTORS)])
        for i in range(count - len(named))
    ]
    return tuple(sorted([*named, *others], key=lambda coin: coin.id))


def weekdays(days: Days) -> Days:
    """Keep Monday to Friday, without a few holidays that repeat every 61 sessions."""
    kept = days[np.is_busday(days)]
    return kept[np.arange(kept.size) % 61 != 30]


def walk(rng: np.random.Generator, steps: int, *, start: float, drift: float, volatility: float) -> Floats:
    return start * np.exp(np.cumsum(rng.normal(drift, volatility, steps)))


def line(name: str, days: Days, values: Floats, calendar: str = "session", **options: object) -> Series:
    return Series(name, name, "points", "synthetic", calendar, days, values, **options)  # type: ignore[arg-type]


def synthetic_market(
    *,
    days: int = 400,
    coins: int = 80,
    seed: int = 0,
    start: str = "2019-01-01",
    gaps: float = 0.02,
    young: float = 0.2,
    dying: float = 0.05,
    bad_ticks: int = 3,
    series: bool = True,
    as_of: str | None = None,
    basis: Sequence[BasisSpan] = (),
) -> Market:
    """Return a market of random walks with gaps, late listings, deaths, ties and bad ticks."""
    rng = np.random.default_rng(seed)
    calendar = day(start) + np.arange(days)
    listed = coin_list(coins)
    common = rng.normal(0.0005, 0.025, days)
    shares = rng.uniform(0.2, 1.4, coins)
    noise = rng.normal(0.0, 0.03, (days, coins))
    price = np.exp(np.cumsum(common[:, None] * shares + noise, axis=0)) * rng.uniform(0.05, 50.0, coins)
    supply = np.exp(rng.normal(17.0, 1.8, coins))
    ids = [coin.id for coin in listed]
    for at, coin in enumerate(listed):
        if coin.sector == "stablecoin":
            price[:, at] = 1.0 + rng.normal(0.0, 0.001, days)
            supply[at] = 4e9
    bitcoin, ether = ids.index("bitcoin"), ids.index("ethereum")
    price[:, bitcoin] *= 9_000 / price[0, bitcoin]
    supply[bitcoin] = 1.8e7
    price[:, ether] *= 300 / price[0, ether]
    supply[ether] = 1.1e8
    cap = price * supply
    volume = cap * rng.uniform(0.01, 0.2, (days, coins))
    if coins > 20:
        cap[:, -1] = cap[:, -2]  # equal caps on every day: ties go by the coin's id
    keep = np.array([name in ("bitcoin", "ethereum") for name in ids])
    for at in np.flatnonzero(~keep):
        fate = rng.random()
        if fate < young:
            price[: int(rng.integers(1, days)), at] = np.nan
        elif fate < young + dying:
            price[int(rng.integers(1, days)) :, at] = np.nan
    price[rng.random(price.shape) < gaps * np.where(keep, 0.2, 1.0)] = np.nan
    cap[rng.random(cap.shape) < gaps] = np.nan
    for at in rng.choice(np.flatnonzero(~keep), size=min(bad_ticks, coins - 2), replace=False):
        where = int(rng.integers(5, max(6, days - 3)))
        price[where, at] *= 9.0
    cap[np.isnan(price)] = np.nan
    volume[np.isnan(price)] = np.nan
    return Market.build(
        days=calendar,
        coins=listed,
        price=np.asfortranarray(price),
        cap=np.asfortranarray(cap),
        volume=np.asfortranarray(volume),
        series=synthetic_series(calendar, common, rng) if series else {},
        as_of=day(as_of) if as_of else None,
        basis=tuple(basis),
    )


def synthetic_series(calendar: Days, common: Floats, rng: np.random.Generator) -> Mapping[str, Series]:
    """Indices that lean a little on the coins' common factor, and the daily series of the signals."""
    sessions = weekdays(calendar[0] - 300 + np.arange(300 + calendar.size))
    lean = np.concatenate([np.zeros(300), common])[
        np.isin(calendar[0] - 300 + np.arange(300 + calendar.size), sessions)
    ]
    result: dict[str, Series] = {}
    for name, start, share in (
        ("RUT", 1500.0, 0.3),
        ("SPX", 2900.0, 0.25),
        ("NDX", 7000.0, 0.3),
        ("IWM.adj", 150.0, 0.3),
    ):
        values = start * np.exp(np.cumsum(lean * share + rng.normal(0.0003, 0.009, sessions.size)))
        result[name] = line(name, sessions, values)
    n = calendar.size
    for name, start in (
        ("BTC.AdrActCnt", 8e5),
        ("BTC.TxCnt", 3e5),
        ("BTC.FlowInExUSD", 1e9),
        ("BTC.FlowOutExUSD", 1e9),
        ("STABLECOIN_SUPPLY", 5e9),
        ("BTCUSDT.count_long_short_ratio", 1.5),
    ):
        result[name] = line(name, calendar, walk(rng, n, start=start, drift=0.0, volatility=0.02), "daily")
    result["BTC_FUNDING"] = line("BTC_FUNDING", calendar, rng.normal(1e-4, 2e-4, n), "daily")
    months = np.unique(calendar.astype("datetime64[M]")).astype("datetime64[D]")
    result["M2"] = line(
        "M2", months, 15_000 + 40.0 * np.arange(months.size), "monthly", available_after_days=60
    )
    return result
