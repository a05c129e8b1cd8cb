"""Rolling correlation of one index with 250 coins against pandas, and its exactness beside a spike."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.inputs import Inputs
from benchmarks.measure import CannotMeasure, Line, Row, side_by_side
from models.market.correlation.rolling import rolling_correlations
from models.market.snapshot import Floats, Market

COINS, DAYS, WINDOW, NEEDED = 250, 4_500, 90, 60
ROUNDS = 9
EXACT = 1e-12
SPIKE = 1e6


def run(inputs: Inputs) -> list[Line]:
    coins, days = (20, 400) if inputs.small else (COINS, DAYS)
    rng = np.random.default_rng(0)
    x = rng.normal(0.0, 0.012, days)
    y = np.asfortranarray(0.8 * x[:, None] + rng.normal(0.0, 0.05, (days, coins)))
    return [
        measured(x, y, "seeded returns, every coin on every day"),
        measured(*of_market(inputs.market, coins), "the market's own coins on US sessions, with their gaps"),
    ]


def of_market(market: Market, coins: int) -> tuple[Floats, Floats]:
    """Log returns of the Russell 2000 and of the coins with the longest histories, session by session."""
    index = market.series["RUT"]
    inside = (index.days >= market.days[0]) & (index.days <= market.days[-1])
    rows = (index.days[inside] - market.days[0]).astype(int)
    longest = np.argsort(-np.isfinite(market.price).sum(axis=0), kind="stable")[:coins]
    prices = np.asfortranarray(market.price[np.ix_(rows, np.sort(longest))])
    return np.diff(np.log(index.values[inside])), np.asfortranarray(np.diff(np.log(prices), axis=0))


def measured(x: Floats, y: Floats, which: str) -> Row:
    error = largest_error(x, y)
    if error > EXACT:
        raise CannotMeasure(f"The rolling correlation is off by {error:.1g} from two passes.")
    frame, line = pd.DataFrame(y), pd.Series(x)
    ours, baseline = side_by_side(
        lambda: rolling_correlations(x, y, window=WINDOW, minimum=NEEDED),
        lambda: frame.rolling(WINDOW, min_periods=NEEDED).corr(line),
        rounds=ROUNDS,
    )
    return Row(
        f"rolling correlation, {y.shape[1]} coins, {y.shape[0]:,} days, window {WINDOW}",
        "pandas rolling.corr",
        ours,
        baseline,
        3.0,
        "at least",
        f"{which}; with a spike of {SPIKE:.0e}, while it is in a window and after it has left, within "
        f"{error:.0e} of two passes (pandas: {pandas_error(x, y):.0e}); 1 of {os.cpu_count()} cores used",
    )


def with_spike(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    y = y[:, :5].copy(order="F")
    y[y.shape[0] // 2, :3] = SPIKE
    return x, y


def largest_error(x: Floats, y: Floats) -> float:
    x, y = with_spike(x, y)
    value, _ = rolling_correlations(x, y, window=WINDOW, minimum=NEEDED)
    return float(np.nanmax(np.abs(value - two_passes(x, y))))


def pandas_error(x: Floats, y: Floats) -> float:
    x, y = with_spike(x, y)
    found = pd.DataFrame(y).rolling(WINDOW, min_periods=NEEDED).corr(pd.Series(x)).to_numpy()
    return float(np.nanmax(np.abs(found - two_passes(x, y))))


def two_passes(x: Floats, columns: Floats) -> Floats:
    """Correlate each window from its own means, as a textbook does."""
    result = np.full(columns.shape, np.nan)
    head = np.full(WINDOW - 1, np.nan)
    for at in range(columns.shape[1]):
        a, b = (sliding_window_view(np.concatenate((head, leg)), WINDOW) for leg in (x, columns[:, at]))
        both = np.isfinite(a) & np.isfinite(b)
        count = both.sum(axis=1)
        enough = count >= NEEDED
        number = np.maximum(count, 1)[:, None]
        da, db = (np.where(both, leg, 0.0) for leg in (a, b))
        da = np.where(both, da - da.sum(axis=1, keepdims=True) / number, 0.0)
        db = np.where(both, db - db.sum(axis=1, keepdims=True) / number, 0.0)
        scale = np.sqrt((da * da).sum(axis=1)) * np.sqrt((db * db).sum(axis=1))
        result[enough, at] = (da * db).sum(axis=1)[enough] / scale[enough]
    return result
