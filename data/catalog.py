"""The series that Rotascope knows by name: title, unit and calendar, declared once.

An id that is not listed here is welcome all the same: it takes what its archive says about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from models.market.snapshot import Calendar


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a series before any value of it is seen.

    A value outside `lowest` .. `highest` (both allowed) can only mean another unit and is refused.
    `available_after_days` is how long after its day a value is published.
    """

    id: str
    title: str
    unit: str
    calendar: Calendar = "daily"
    available_after_days: int = 0
    lowest: float = -inf
    highest: float = inf
    outside: str = ""


SERIES: tuple[Known, ...] = (
    Known("RUT", "Russell 2000", "index points", "session"),
    Known("IWM", "iShares Russell 2000 ETF", "USD", "session"),
    Known("SPX", "S&P 500", "index points", "session"),
    Known("NDX", "Nasdaq-100", "index points", "session"),
    Known("VIX", "VIX", "index points", "session"),
    Known(
        "TNX",
        "US 10-year Treasury yield",
        "percent",
        "session",
        highest=20.0,
        outside="a 10-year yield above 20 percent is another unit (tenths of a percent)",
    ),
    Known("DXY", "US dollar index (ICE)", "index points", "session"),
    # 286 in 1959, 22,000 today.
    Known(
        "M2",
        "US money supply M2",
        "USD billion",
        "monthly",
        60,
        lowest=100,
        highest=1e5,
        outside="not a money supply in USD billion: the unit seems to have changed",
    ),
    # The balance sheet was 0.7 million millions in 2002 and 9 at its peak: a thousandfold slip of the
    # unit falls out of these bounds on every day of its history.
    Known(
        "WALCL",
        "Federal Reserve balance sheet",
        "USD million",
        "weekly",
        1,
        lowest=1e5,
        highest=1e8,
        outside="not a balance sheet in USD million: the unit seems to have changed",
    ),
    Known("FEDFUNDS", "Effective federal funds rate", "percent", "daily", 1, lowest=-5, highest=30),
    Known("DGS10", "US 10-year Treasury yield (Fed)", "percent", "session", 1, lowest=-5, highest=30),
    # Published on Mondays for the week before: known a week later at the latest.
    Known("DEXUSEU", "US dollars for a euro", "USD", "session", 7, lowest=0.5, highest=3.0),
    Known("DEXUSUK", "US dollars for a pound", "USD", "session", 7, lowest=0.5, highest=5.0),
    Known("DEXSZUS", "Swiss francs for a US dollar", "CHF", "session", 7, lowest=0.2, highest=5.0),
    Known("DEXJPUS", "Yen for a US dollar", "JPY", "session", 7, lowest=50.0, highest=400.0),
    Known(
        "STABLECOIN_SUPPLY",
        "Stablecoin supply",
        "USD",
        "daily",
        1,
        lowest=0,
        highest=1e14,
        outside="not a supply in USD: the unit seems to have changed",
    ),
    Known("BTC_DOMINANCE_PUBLISHED", "Bitcoin dominance as published", "percent", lowest=0, highest=100),
    Known("FEAR_GREED", "Crypto fear and greed", "index 0-100", lowest=0, highest=100),
    Known(
        "BTC_FUNDING", "Bitcoin funding rate", "fraction per 8 hours, daily mean", lowest=-0.05, highest=0.05
    ),
    Known(
        "ETH_FUNDING", "Ether funding rate", "fraction per 8 hours, daily mean", lowest=-0.05, highest=0.05
    ),
    Known("BTC_NY_CLOSE", "Bitcoin at 16:00 New York", "USD", lowest=0),
    Known("ETH_NY_CLOSE", "Ether at 16:00 New York", "USD", lowest=0),
)

METRICS: tuple[Known, ...] = (
    Known("AdrActCnt", "active addresses", "addresses", lowest=0),
    Known("TxCnt", "transactions", "transactions", lowest=0),
    Known("FlowInExUSD", "flow to exchanges", "USD", lowest=0),
    Known("FlowOutExUSD", "flow from exchanges", "USD", lowest=0),
    Known("SplyCur", "supply", "coins", lowest=0),
    Known("CapMVRVCur", "market value to realised value", "ratio", lowest=0),
    Known("count_long_short_ratio", "long/short accounts", "ratio", lowest=0),
    Known("sum_open_interest_value", "open interest", "USD", lowest=0),
    Known("sum_open_interest", "open interest", "coins", lowest=0),
    Known("DVOL", "implied volatility (DVOL)", "percent a year", lowest=0, highest=1000),
    Known("Skew25", "25-delta options skew", "points", lowest=-200, highest=200),
)
"""Metrics of an asset: the series `BTC.TxCnt` is titled `BTC transactions`."""

_SERIES = {known.id: known for known in SERIES}
_METRICS = {known.id: known for known in METRICS}


def series(series_id: str, *, bars: bool = False) -> Known:
    """Return what is known about a series, or plain defaults for an id that is new.

    >>> series("BTC.TxCnt").title
    'BTC transactions'
    >>> series("NIKKEI", bars=True).calendar
    'session'
    """
    if series_id in _SERIES:
        return _SERIES[series_id]
    asset, dot, metric = series_id.partition(".")
    if dot and metric in _METRICS:
        of = _METRICS[metric]
        return replace(of, id=series_id, title=f"{asset} {of.title}")
    return Known(series_id, series_id, "", "session" if bars else "daily")
