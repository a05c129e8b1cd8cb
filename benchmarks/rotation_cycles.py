"""Markets whose rotation is known, to see how often the phase shown says so; and markets of noise.

Nothing in here is market data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.returns import alt50, tier_index
from models.market.rotation.phases import PHASES, RotationHistory, rotation
from models.market.snapshot import BITCOIN, Coin, Floats, Market, day
from models.market.universe import TIERS, universe
from models.market.unknown import Unknown

Codes = NDArray[np.int8]
SIZES = {"large": 10, "mid": 40, "small": 60}
NOISE = {"large": 0.03, "mid": 0.04, "small": 0.05}
"""Daily deviation of one coin's own moves."""
COMMON, BITCOIN_NOISE = 0.008, 0.02
"""Daily deviation of what a tier's coins share against Bitcoin, and of Bitcoin itself."""
DAYS, WARM = 2_400, 420
"""Days of a market, and those at its start that are not judged: z needs a year."""
SETTLED = 30
"""A phase is settled once it has lasted as long as the momentum looks back."""
PULL = 0.05
"""How much of its distance from the mean a level of independent noise keeps."""


@dataclass(frozen=True)
class Cycles:
    """A market with the phase that made each of its days; codes of `PHASES`, -1 in the warm-up."""

    market: Market
    truth: Codes
    age: NDArray[np.intp]
    """Days since the true phase began."""


def cycles(seed: int, *, lead: float, days: int = DAYS, least: int = 40, most: int = 120) -> Cycles:
    """Make a market that goes through the phases, each `least` to `most` days long, in the usual order.

    In its phase a tier gains `lead` a day on Bitcoin and the other tiers lose a third of that; in
    Bitcoin's phase all lose half of it; in risk-off Bitcoin falls by 0.6 % a day and all lose a quarter
    of the lead on it.
    """
    rng = np.random.default_rng(seed)
    truth = np.full(days, -1, dtype=np.int8)
    age = np.zeros(days, dtype=np.intp)
    order = [PHASES.index(name) for name in ("bitcoin", "large", "mid", "small", "risk-off")]
    at, turn = 0, 0
    while at < days:
        length = int(rng.integers(least, most + 1))
        truth[at : at + length] = order[turn % len(order)]
        age[at : at + length] = np.arange(min(length, days - at))
        at, turn = at + length, turn + 1
    risk_off, bitcoin = PHASES.index("risk-off"), PHASES.index("bitcoin")
    drift = np.where(truth == risk_off, -0.006, 0.001)
    coins = drift + rng.normal(0.0, BITCOIN_NOISE, days)
    moves = {}
    for tier in TIERS:
        own = np.where(truth == PHASES.index(tier), lead, -lead / 3)
        own = np.where(truth == bitcoin, -lead / 2, np.where(truth == risk_off, -lead / 4, own))
        moves[tier] = coins + own + rng.normal(0.0, COMMON, days)
    return Cycles(_market(rng, coins, moves), truth, age)


def walks(seed: int, *, shared: float, days: int = DAYS) -> Market:
    """Make a market without any rotation: random walks; `shared` is what a tier's coins have in common."""
    rng = np.random.default_rng(seed)
    coins = rng.normal(0.0, BITCOIN_NOISE, days)
    return _market(rng, coins, {tier: coins + rng.normal(0.0, shared, days) for tier in TIERS})


def noise(seed: int, *, days: int = DAYS) -> Market:
    """Make a market whose levels against Bitcoin are new every day, around means that never move."""
    rng = np.random.default_rng(seed)
    coins = rng.normal(0.0, BITCOIN_NOISE, days)
    levels = {tier: rng.normal(0.0, PULL, days) for tier in TIERS}
    moves = {tier: coins + np.diff(level, prepend=0.0) for tier, level in levels.items()}
    return _market(rng, coins, moves, own=False)


def phases(market: Market) -> RotationHistory:
    """Follow the rotation of a market."""
    ranked = universe(market)
    found = rotation(ranked, alt50(ranked), {tier: tier_index(ranked, tier) for tier in TIERS})
    assert not isinstance(found, Unknown)
    return found


def confusion(made: Cycles, shown: Codes, *, settled: bool) -> NDArray[np.float64]:
    """Return the share of each true phase's days (rows) on which each phase was shown (columns)."""
    judged = (np.arange(made.truth.size) >= WARM) & (shown >= 0)
    if settled:
        judged &= made.age >= SETTLED
    table = np.zeros((len(PHASES), len(PHASES)))
    np.add.at(table, (made.truth[judged], shown[judged]), 1)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def restless(market: Market) -> float:
    """Return the share of judged days on which there is no clear phase."""
    return float(phases(market).no_clear_phase[WARM:].mean())


def _market(
    rng: np.random.Generator, bitcoin: Floats, moves: dict[str, Floats], *, own: bool = True
) -> Market:
    """Make coins of the tiers' moves; caps do not follow prices, so that every coin stays in its tier."""
    days = bitcoin.size
    listed = [Coin(BITCOIN, "BTC", "Bitcoin", "layer1")]
    price = [20_000 * np.exp(np.cumsum(bitcoin))]
    cap = [np.full(days, 4e11)]
    rank = 0
    for tier, size in SIZES.items():
        for _ in range(size):
            rank += 1
            extra = rng.normal(0.0, NOISE[tier], days) if own else np.zeros(days)
            listed.append(Coin(f"coin-{rank:03d}", f"C{rank}", f"Coin {rank}", "layer1"))
            price.append(np.exp(np.cumsum(moves[tier] + extra)))
            cap.append(np.full(days, 1e11 / rank))
    order = np.argsort([coin.id for coin in listed])
    volume = np.ones((days, len(listed)))
    return Market.build(
        days=day("2014-01-01") + np.arange(days),
        coins=[listed[at] for at in order],
        price=np.asfortranarray(np.column_stack(price)[:, order]),
        cap=np.asfortranarray(np.column_stack(cap)[:, order]),
        volume=np.asfortranarray(volume),
        series={},
    )
