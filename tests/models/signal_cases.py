"""Markets with every trouble for the tests of the signals, and their signals, computed once."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np

from models.market.dominance import dominance
from models.market.returns import alt50
from models.market.russell import russell
from models.market.season.index import season_index
from models.market.signals import SIGNALS, SignalInputs, SignalsHistory, signals
from models.market.snapshot import Market, Series
from models.market.universe import universe
from tests.markets import synthetic_market

NAN = math.nan
IDS = [one.id for one in SIGNALS]


def inputs_of(seen: Market) -> SignalInputs:
    ranked = universe(seen)
    return SignalInputs(
        market=seen,
        universe=ranked,
        alt50=alt50(ranked),
        russell=russell(seen),
        season=season_index(ranked),
        dominance=dominance(seen),
    )


@cache
def market(seed: int = 0) -> Market:
    """Two years in which every series loses days, and two of them end before the rest."""
    seen = synthetic_market(days=640, coins=70, seed=seed, bad_ticks=0, young=0.1)
    rng = np.random.default_rng(seed + 100)
    series = dict(seen.series)
    for name, one in series.items():
        if one.calendar == "daily":
            keep = rng.random(one.days.size) > 0.04
            keep[200:206] = False
            if name == "BTC.TxCnt":
                keep[-10:] = False
            series[name] = replace(one, days=one.days[keep], values=one.values[keep])
    large = series["SPX"]
    series["SPX"] = replace(large, days=large.days[100:], values=large.values[100:])
    # Flows that began long before the coins did, without a trend.
    days = seen.days[0] - 300 + np.arange(300 + seen.days.size)
    for way in ("In", "Out"):
        flow = rng.normal(1.0, 0.2, days.size)
        name = f"BTC.Flow{way}ExUSD"
        keep = rng.random(days.size) > 0.04
        series[name] = Series(name, name, "USD", "synthetic", "daily", days[keep], flow[keep])
    supply = series["STABLECOIN_SUPPLY"]
    series["STABLECOIN_SUPPLY"] = replace(supply, available_after_days=1)
    months = series["M2"]
    wave = 15_000 + 900 * np.sin(np.arange(months.days.size) / 2.0)
    series["M2"] = replace(months, values=wave)
    skew = rng.normal(-4.0, 6.0, seen.days.size)
    series["BTC.Skew25"] = Series("BTC.Skew25", "Skew", "points", "synthetic", "daily", seen.days, skew)
    return replace(seen, series=MappingProxyType(series))


@cache
def inputs(seed: int = 0) -> SignalInputs:
    return inputs_of(market(seed))


@cache
def computed(seed: int = 0) -> SignalsHistory:
    return signals(inputs(seed))
