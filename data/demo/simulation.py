"""A simulated market with what the panels are made for: regimes, rotations, seasons, small-cap cycles.

Nothing here is or resembles a forecast. Money moves from Bitcoin to large, mid and small coins in
most cycles, but not in all; the small-cap index leads a rotation about half of the time, so that a
person who tests the story on the demo finds what honest data would show: some hits, some misses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import BITCOIN, ETHER, Coin, Days, Floats, Series, day

SEED = 17
FIRST, LAST = day("2016-01-01"), day("2025-12-31")

PHASES = ("bitcoin", "large", "mid", "small", "risk-off")
MEAN_DAYS = (95.0, 50.0, 45.0, 40.0, 110.0)
NEXT = (
    # bitcoin, large, mid, small, risk-off: the usual order, with detours
    (0.00, 0.55, 0.10, 0.05, 0.30),
    (0.20, 0.00, 0.55, 0.05, 0.20),
    (0.15, 0.10, 0.00, 0.55, 0.20),
    (0.25, 0.00, 0.10, 0.00, 0.65),
    (0.85, 0.10, 0.05, 0.00, 0.00),
)
BITCOIN_DRIFT = (0.0038, 0.0028, 0.0024, 0.0026, -0.0048)
# Daily log drift of a class against Bitcoin in each phase.
AGAINST_BITCOIN = {
    "large": (-0.0026, 0.0080, 0.0020, 0.0010, -0.0022),
    "mid": (-0.0036, 0.0010, 0.0100, 0.0030, -0.0030),
    "small": (-0.0044, -0.0015, 0.0020, 0.0140, -0.0036),
}
NOISE = {"large": 0.028, "mid": 0.038, "small": 0.050}
FADE = 0.9985
"""What is left of a lead over Bitcoin after a day: half of it after 460."""
COUNTS = {"large": 14, "mid": 56, "small": 150}
SECTORS = (
    "layer1",
    "defi",
    "infrastructure",
    "payments",
    "layer2",
    "gaming",
    "ai",
    "exchange",
    "privacy",
    "meme",
)
FIRST_SYLLABLES = (
    "Al",
    "Bor",
    "Cer",
    "Dun",
    "El",
    "Fen",
    "Gal",
    "Hel",
    "Iri",
    "Jun",
    "Kel",
    "Lum",
    "Mir",
    "Nor",
    "Or",
)
LAST_SYLLABLES = (
    "aris",
    "ento",
    "ium",
    "ova",
    "ander",
    "ique",
    "ora",
    "ulum",
    "eth",
    "into",
    "ax",
    "ello",
    "yra",
    "ost",
    "una",
)


@dataclass(frozen=True)
class Simulation:
    """Raw arrays of shape (n_days, n_coins), NaN where nothing was "published", and series by id."""

    days: Days
    coins: tuple[Coin, ...]
    price: Floats
    cap: Floats
    volume: Floats
    series: Mapping[str, Series]
    phase: NDArray[np.int8]
    """The phase that was simulated on each day: an index into `PHASES`."""


def simulate(seed: int = SEED, *, first: np.datetime64 = FIRST, last: np.datetime64 = LAST) -> Simulation:
    """Simulate the demo market; the same seed gives the same market on every platform."""
    rng = np.random.default_rng(seed)
    days = np.arange(first, last + 1)
    phase = _phases(rng, days.size)
    bitcoin = 430.0 * np.exp(np.cumsum(np.take(BITCOIN_DRIFT, phase) + rng.normal(0, 0.024, days.size)))
    coins, price, supply = _coins(rng, phase, bitcoin)
    cap = price * supply
    turnover = np.exp(rng.normal(-3.2, 0.5, price.shape[1])) * np.exp(rng.normal(0, 0.35, price.shape))
    volume = cap * turnover * np.where(phase == 4, 0.6, 1.0)[:, None]
    for array in (price, cap, volume):
        array[np.isnan(price)] = np.nan
    order = np.argsort([coin.id for coin in coins], kind="stable")
    return Simulation(
        days=days,
        coins=tuple(coins[i] for i in order),
        price=np.asfortranarray(price[:, order]),
        cap=np.asfortranarray(cap[:, order]),
        volume=np.asfortranarray(volume[:, order]),
        series={one.id: one for one in _series(rng, days, phase, bitcoin)},
        phase=phase,
    )


def _phases(rng: np.random.Generator, count: int) -> NDArray[np.int8]:
    result = np.empty(count, dtype=np.int8)
    at, now = 0, 0
    while at < count:
        spell = int(12 + rng.gamma(3.0, (MEAN_DAYS[now] - 12) / 3.0))
        result[at : at + spell] = now
        at += spell
        now = int(rng.choice(len(PHASES), p=NEXT[now]))
    return result


def _coins(
    rng: np.random.Generator, phase: NDArray[np.int8], bitcoin: Floats
) -> tuple[list[Coin], Floats, Floats]:
    """Simulate the coins: most live on, some are listed late, some die, a few ticks are bad."""
    n = phase.size
    coins = [Coin(BITCOIN, "BTC", "Bitcoin", "layer1"), Coin(ETHER, "ETH", "Ethereum", "layer1")]
    lines, supply = [bitcoin], [1.9e7]
    total = bitcoin[0] * supply[0]
    names = iter(rng.permutation(len(FIRST_SYLLABLES) * len(LAST_SYLLABLES)).tolist())
    rank = 0
    for size, count in COUNTS.items():
        for i in range(count):
            rank += 1
            drift = np.take(AGAINST_BITCOIN[size], phase)
            # Less its mean and half the variance: over the whole history a coin keeps its place on average.
            drift = drift - drift.mean() - 0.5 * NOISE[size] ** 2 + rng.normal(0.0, 0.0004)
            relative = drift + rng.normal(0, NOISE[size], n)
            path = bitcoin / bitcoin[0] * np.exp(_pulled_back(relative))
            if size == "large" and i == 0:
                lines.append(10.0 * path)
                supply.append(0.16 * total / 10.0)
                continue
            head, tail = divmod(next(names), len(LAST_SYLLABLES))
            first, last = FIRST_SYLLABLES[head], LAST_SYLLABLES[tail]
            name, symbol = first + last, first[0] + first[-1] + last[:2]  # each symbol once
            sector = "meme" if size == "small" and i % 4 == 0 else SECTORS[i % (len(SECTORS) - 1)]
            coins.append(Coin(name.lower(), symbol.upper(), name, sector))
            start = float(np.exp(rng.normal(0.0, 1.5)))
            lines.append(_life(rng, start * path, size))
            supply.append(total * 0.17 * rank**-1.05 * float(rng.uniform(0.7, 1.3)) / start)
    for name, symbol in (("Demo Dollar", "DUSD"), ("Second Demo Dollar", "SUSD")):
        coins.append(Coin(name.lower().replace(" ", "-"), symbol, name, "stablecoin"))
        lines.append(1.0 + rng.normal(0.0, 0.0008, n))
        supply.append(0.03 * total)
    price = np.column_stack(lines)
    held = np.asarray(supply) * np.ones_like(price)
    growth = np.exp(np.linspace(0.0, 3.6, n))
    held[:, -2:] *= growth[:, None]
    price[rng.random(price.shape) < np.where(np.arange(price.shape[1]) < 2, 0.0, 0.002)] = np.nan
    for at in rng.choice(np.arange(40, price.shape[1] - 2), size=12, replace=False):
        price[int(rng.integers(400, n - 5)), at] *= float(rng.choice([0.08, 9.0]))
    return coins, price, held


def _pulled_back(steps: Floats) -> Floats:
    """Sum steps that fade: who has run far ahead of Bitcoin, or far behind, drifts back over years."""
    fading = FADE ** np.arange(steps.size)
    summed: Floats = fading * np.cumsum(steps / fading)
    return summed


def _life(rng: np.random.Generator, path: Floats, size: str) -> Floats:
    """List the coin late or let it die, the smaller the likelier."""
    n = path.size
    late, dying = {"large": (0.15, 0.05), "mid": (0.35, 0.15), "small": (0.5, 0.25)}[size]
    born = int(rng.integers(30, int(n * 0.7))) if rng.random() < late else 0
    if born:
        path = path * (path[0] / path[born]) * float(np.exp(rng.normal(0.8, 0.5)))
        path[:born] = np.nan
    if rng.random() < dying and n - born > 500:
        end = int(rng.integers(born + 400, n))
        fall = np.linspace(0.0, -4.5, 30)[: n - max(end - 30, 0)]
        path[end - 30 : end] *= np.exp(fall[: end - max(end - 30, 0)])
        path[end:] = np.nan
    return path


def _series(rng: np.random.Generator, days: Days, phase: NDArray[np.int8], bitcoin: Floats) -> list[Series]:
    """Simulate the indices (sessions only) and the daily series of the signals."""
    n = days.size
    appetite = _appetite(rng, phase)
    open_days = np.is_busday(days)
    sessions = days[open_days]
    shared = rng.normal(0, 0.008, n) + 0.06 * np.diff(np.log(bitcoin), prepend=np.log(bitcoin[0]))
    result = []
    for name, title, start, drift, lean, own in (
        ("SPX", "S&P 500", 2000.0, 0.00036, 0.25, 0.003),
        ("NDX", "Nasdaq 100", 4500.0, 0.00048, 0.35, 0.005),
        ("RUT", "Russell 2000", 1130.0, 0.00010, 1.0, 0.005),
    ):
        steps = (drift + shared + lean * appetite + rng.normal(0, own, n)) * open_days
        values = start * np.exp(np.cumsum(steps))
        result.append(Series(name, title, "points", "demo", "session", sessions, values[open_days]))
    daily = (
        ("BTC.AdrActCnt", "Active addresses, BTC", "addresses", 6e5, 0.9),
        ("BTC.TxCnt", "Transactions, BTC", "transactions", 2.5e5, 0.7),
        ("BTC.FlowInExUSD", "Exchange inflow, BTC", "USD", 4e8, 1.0),
        ("BTC.FlowOutExUSD", "Exchange outflow, BTC", "USD", 4e8, 1.0),
    )
    slow = np.log(bitcoin / bitcoin[0])
    for name, title, unit, start, lean in daily:
        values = start * np.exp(
            0.25 * lean * slow + np.cumsum(rng.normal(0, 0.004, n)) + rng.normal(0, 0.06, n)
        )
        result.append(Series(name, title, unit, "demo", "daily", days, values))
    supply = 2e9 * np.exp(np.cumsum(0.0012 + np.where(phase == 4, -0.0012, 0.0005) + rng.normal(0, 0.001, n)))
    result.append(Series("STABLECOIN_SUPPLY", "Stablecoin supply", "USD", "demo", "daily", days, supply, 1))
    rates = np.array([1.2e-4, 2.4e-4, 2.8e-4, 3.2e-4, -0.2e-4])[phase] + rng.normal(0, 6e-5, n)
    result.append(
        Series(
            "BTC_FUNDING", "Funding, BTC", "fraction per 8 hours, daily mean", "demo", "daily", days, rates
        )
    )
    months = np.unique(days.astype("datetime64[M]")).astype("datetime64[D]")
    money = 12_500.0 * np.exp(np.cumsum(0.004 + rng.normal(0, 0.002, months.size)))
    result.append(Series("M2", "M2 money stock", "USD billion", "demo", "monthly", months, money, 60))
    return result


def _appetite(rng: np.random.Generator, phase: NDArray[np.int8]) -> Floats:
    """Return daily drift of small caps: in half of the cycles it rises before the altcoins do."""
    result = np.zeros(phase.size)
    starts = np.flatnonzero(np.diff(phase, prepend=phase[0]) != 0)
    for start in starts.tolist():
        turn = int(phase[start])
        if turn in (1, 2) and rng.random() < 0.5:
            lead = int(rng.integers(25, 80))
            result[max(start - lead, 0) : start] += 0.0022
        elif turn == 4:
            result[start : start + 60] -= 0.0016
        elif rng.random() < 0.3:
            result[start : start + int(rng.integers(20, 60))] += 0.0018  # a record that leads nowhere
    return result
