"""The season index: every day at once against a pandas loop over the days, and one new day against all."""

from __future__ import annotations

import statistics

import numpy as np
import pandas as pd

from benchmarks.inputs import Inputs
from benchmarks.measure import Line, Row, seconds, side_by_side
from models.market.season.index import Variant, season_index, season_index_on
from models.market.snapshot import BITCOIN, Day, Days, Market
from models.market.universe import universe

SAMPLE = 200
ROUNDS = 9
CARRIED = np.timedelta64(3, "D")


def run(inputs: Inputs) -> list[Line]:
    market = inputs.market
    variant = Variant()
    enough = np.flatnonzero(season_index(universe(market), variant).counted >= 20)
    sample = market.days[enough[np.linspace(0, enough.size - 1, min(SAMPLE, enough.size)).astype(int)]]
    loop = PandasLoop(market, variant)
    check(loop, market, variant, sample)

    def full() -> object:
        return season_index(universe(market), variant)  # a fresh universe: ranking is part of the work

    def by_pandas(days: Days) -> float:
        return seconds(lambda: [loop.index_on(day) for day in days]) / days.size

    # In turns: each round is one whole history of ours and a share of the sampled days of the loop.
    shares = np.array_split(np.random.default_rng(0).permutation(sample), ROUNDS)
    rounds = [(seconds(full), by_pandas(share)) for share in shares]
    ours, a_day = (statistics.median(column) for column in zip(*rounds, strict=True))
    baseline = a_day * enough.size
    newest = market.days[enough[-1]]
    before = season_index(universe(market), variant)

    def one_day() -> object:
        return season_index_on(universe(market), newest, variant, before=before)

    day, whole = side_by_side(one_day, full, rounds=ROUNDS)
    return [
        Row(
            "season index, full history",
            "pandas, day by day",
            ours,
            baseline,
            300.0,
            "at least",
            f"ranking included; the loop is {1e3 * a_day:.2f} ms a day over {sample.size} sampled days, "
            f"times {enough.size:,} days; both agree on the sample",
        ),
        Row("season index, one new day", "its full history", day, whole, 1 / 50),
    ]


class PandasLoop:
    """The season index of one day as one would write it with pandas."""

    def __init__(self, market: Market, variant: Variant) -> None:
        days = pd.DatetimeIndex(market.days)
        ids = [coin.id for coin in market.coins]
        self.price = pd.DataFrame(market.price, index=days, columns=ids)
        candidates = [ids[at] for at in universe(market).candidates]
        self.cap = pd.DataFrame(market.cap, index=days, columns=ids)[candidates]
        self.variant = variant

    def index_on(self, day: Day) -> float:
        then = day - np.timedelta64(self.variant.window, "D")
        members = self.cap.loc[day].dropna().nlargest(self.variant.top).index
        columns = [*members, BITCOIN]
        now = self.price.loc[day - CARRIED : day, columns].ffill().iloc[-1]
        base = self.price.loc[then - CARRIED : then, columns].ffill().iloc[-1]
        change = (now / base - 1).dropna()
        excess = change.drop(BITCOIN) - change[BITCOIN]
        return 100.0 * float((excess > 0).mean())


def check(loop: PandasLoop, market: Market, variant: Variant, sample: np.ndarray) -> None:
    """A fast wrong answer is no result."""
    index = season_index(universe(market), variant)
    ours = np.array([index.index[market.position(day)] for day in sample])
    theirs = np.array([loop.index_on(day) for day in sample])
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
