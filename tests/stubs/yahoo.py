"""Yahoo's chart endpoint with the cookies and the crumb that yfinance asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from models.market.snapshot import Floats, day
from tests.stubs.wire import Ask, Reply
from tests.stubs.world import (
    ALL_DAYS,
    ANCHOR,
    DAY,
    FIRST,
    NEW_YORK,
    CoinHistory,
    World,
    milliseconds,
    moment,
    new_york_close,
    new_york_open,
    sessions,
)

CHICAGO = ZoneInfo("America/Chicago")


@dataclass(frozen=True, slots=True)
class Instrument:
    name: str
    type: str
    level: float
    volatility: float
    zone: ZoneInfo = NEW_YORK
    pull: float = 0.0
    volume: float = 0.0
    dividend: float = 0.0


INSTRUMENTS = {
    "^RUT": Instrument("Russell 2000 Index", "INDEX", 2700.0, 0.013, volume=4e9),
    "^GSPC": Instrument("S&P 500", "INDEX", 7100.0, 0.010, volume=5e9),
    "^NDX": Instrument("NASDAQ 100", "INDEX", 26000.0, 0.013, volume=6e9),
    "^IXIC": Instrument("NASDAQ Composite", "INDEX", 23800.0, 0.013, volume=7e9),
    "^VIX": Instrument("CBOE Volatility Index", "INDEX", 17.0, 0.05, CHICAGO, pull=0.02),
    "^TNX": Instrument("CBOE Interest Rate 10 Year T No", "INDEX", 4.2, 0.012, CHICAGO, pull=0.003),
    "DX-Y.NYB": Instrument("US Dollar Index", "INDEX", 98.0, 0.004, pull=0.002),
    "IWM": Instrument("iShares Russell 2000 ETF", "ETF", 268.0, 0.013, volume=3.5e7, dividend=0.013),
}
NUMBERED = [
    "UNI7083",
    "APT21794",
    "ARB11841",
    "GRT6719",
    "IMX10603",
    "JUP29210",
    "PEPE24478",
    "POL28321",
    "STX4847",
    "SUI20947",
    "TAO22974",
    "MNT27075",
    "HYPE32196",
    "COMP5692",
    "S32684",
    "TON11419",
]
BARE = {re.sub(r"\d+$", "", name): name for name in NUMBERED}
"""Symbols whose plain form is another coin."""
NULL_SESSIONS = (day("2026-07-24"), day("2026-07-28"))
RANGES = {"1d": 1, "5d": 5, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827, "10y": 3653}


def chart(world: World, ask: Ask) -> Reply:
    symbol = ask.path.removeprefix("/v8/finance/chart/").replace("%5E", "^").replace("%5e", "^").upper()
    interval = ask.query.get("interval", "1d")
    end = min(datetime.fromtimestamp(ask.number("period2", 4_000_000_000), UTC), world.now)
    start = datetime.fromtimestamp(ask.number("period1", 0), UTC)
    if "range" in ask.query:
        start = world.now - timedelta(days=RANGES.get(ask.query["range"], 99_999))
    if symbol in INSTRUMENTS and interval == "1d":
        return _listed(world, symbol, start, end)
    coin, level = _coin(world, symbol)
    if coin is None:
        words = "No data found, symbol may be delisted"
        return Reply(404, {"chart": {"result": None, "error": {"code": "Not Found", "description": words}}})
    if interval == "1h" and world.now - start <= timedelta(days=730):
        return _hours(world, symbol, coin, level, start, end)
    if interval != "1d":
        words = f"{interval} data not available for startTime and endTime."
        return Reply(
            422, {"chart": {"result": None, "error": {"code": "Unprocessable Entity", "description": words}}}
        )
    return _crypto(world, symbol, coin, level, start, end)


def _coin(world: World, symbol: str) -> tuple[CoinHistory | None, float]:
    """Return the coin behind a symbol and a factor: the plain form of some symbols is another coin."""
    found = re.fullmatch(r"([A-Z0-9]+?)(\d{3,})?-USD", symbol)
    if not found:
        return None, 1.0
    bare, number = found.groups()
    if number:
        return (world.by_symbol.get(bare.lower()) if bare + number in NUMBERED else None), 1.0
    return world.by_symbol.get(bare.lower()), 0.37 if bare in BARE else 1.0


def _listed(world: World, symbol: str, start: datetime, end: datetime) -> Reply:
    one = INSTRUMENTS[symbol]
    path = world.walk("yahoo" + symbol, level=one.level, volatility=one.volatility, pull=one.pull)
    if one.volume:  # what people own grows in the long run
        path *= np.exp(0.0002 * (ALL_DAYS - ANCHOR).astype(float))
    days = sessions(max(FIRST + 30, np.datetime64(start.date())), np.datetime64(end.date()))
    days = np.array([d for d in days if start <= new_york_open(d) <= end], dtype="datetime64[D]")
    rows = np.array([world.place(d) for d in days], dtype=int)
    close, stamps = path[rows], [int(new_york_open(d).timestamp()) for d in days]
    if days.size and world.now < new_york_close(days[-1]):
        # The last row is live: stamped with the moment, at a price between two closes.
        begin, finish = new_york_open(days[-1]), new_york_close(days[-1])
        share = (world.now - begin) / (finish - begin)
        close[-1] = path[rows[-1] - 1] ** (1 - share) * close[-1] ** share
        stamps[-1] = int(world.now.timestamp())
    rng = world.random("bars" + symbol)
    spread, weight = np.abs(rng.normal(0, 0.004, path.size)), rng.uniform(0.6, 1.4, path.size)
    opened = path[np.maximum(rows - 1, 0)] * (1 + rng.normal(0, 0.001, path.size)[rows])
    years = (world.today - days).astype(float) / 365.25
    kept, close = world.told(f"yahoo/{symbol}", days, close)
    adjusted = close * np.exp(-one.dividend * years)
    bars = {
        "open": opened,
        "high": np.maximum(opened, close) * (1 + spread[rows]),
        "low": np.minimum(opened, close) * (1 - spread[rows]),
        "close": close,
    }
    blank = np.isin(days, NULL_SESSIONS) if symbol in ("^GSPC", "^IXIC") else np.zeros(days.size, bool)
    for values in (*bars.values(), adjusted):
        values[blank] = np.nan
    zone = (
        datetime.now(UTC).astimezone(one.zone)
        if not days.size
        else new_york_open(days[-1]).astimezone(one.zone)
    )
    meta = {
        "currency": "USD",
        "symbol": symbol,
        "exchangeName": "STB",
        "instrumentType": one.type,
        "longName": one.name,
        "exchangeTimezoneName": str(one.zone),
        "timezone": zone.tzname(),
        "gmtoffset": int((zone.utcoffset() or timedelta()).total_seconds()),
        "currentTradingPeriod": _periods(new_york_open(world.today), new_york_close(world.today), zone),
    }
    volume = np.round(one.volume * weight[rows])
    return _reply(meta, stamps, bars, adjusted, volume, kept, float(close[-1]) if days.size else None)


def _crypto(
    world: World, symbol: str, coin: CoinHistory, level: float, start: datetime, end: datetime
) -> Reply:
    listed = day("2014-09-17") if coin.id == "bitcoin" else day("2017-11-09")
    first = max(listed, FIRST + coin.first, np.datetime64(start.date()))
    if moment(first) < start:
        first = first + np.timedelta64(1, "D")
    last = min(np.datetime64((end - timedelta(seconds=1)).date()), world.today)
    days = np.arange(first, last + np.timedelta64(1, "D"))
    rows = np.array([world.place(d) for d in days], dtype=int)
    close, volume = coin.close[rows] * level, coin.volume[rows].copy()
    stamps = [milliseconds(d) // 1000 for d in days]
    if days.size and days[-1] == world.today:
        close[-1] = world.price_at(coin, world.now) * level
        volume[-1] *= (world.now - moment(world.today)) / DAY
        stamps[-1] = int(world.now.timestamp()) // 60 * 60
    kept, close = world.told(f"yahoo/{symbol}", days, close)
    opened = np.where(
        np.isfinite(coin.close[np.maximum(rows - 1, 0)]), coin.close[np.maximum(rows - 1, 0)] * level, close
    )
    spread = np.abs(world.random("bars" + symbol).normal(0, 0.01, rows.size and int(rows.max()) + 1))
    bars = {
        "open": opened,
        "high": np.maximum(opened, close) * (1 + spread[rows]),
        "low": np.minimum(opened, close) * (1 - spread[rows]),
        "close": close,
    }
    meta = _crypto_meta(world, symbol, coin)
    return _reply(meta, stamps, bars, close, np.round(volume), kept, world.price_at(coin, world.now) * level)


def _hours(
    world: World, symbol: str, coin: CoinHistory, level: float, start: datetime, end: datetime
) -> Reply:
    stamps, closes = [], []
    at = start.replace(minute=0, second=0, microsecond=0)
    while at < end:
        if np.isfinite(coin.close[world.place(np.datetime64(at.date()))]):
            stamps.append(int(at.timestamp()))
            closes.append(world.price_at(coin, min(at + timedelta(hours=1), world.now)) * level)
        at += timedelta(hours=1)
    close = np.array(closes)
    bars = dict.fromkeys(("open", "high", "low", "close"), close)
    meta = {**_crypto_meta(world, symbol, coin), "dataGranularity": "1h"}
    return _reply(
        meta, stamps, bars, close, close * 0, np.ones(close.size, bool), closes[-1] if closes else None
    )


def _crypto_meta(world: World, symbol: str, coin: CoinHistory) -> dict[str, Any]:
    return {
        "currency": "USD",
        "symbol": symbol,
        "exchangeName": "CCC",
        "instrumentType": "CRYPTOCURRENCY",
        "longName": f"{coin.name} USD",
        "exchangeTimezoneName": "UTC",
        "timezone": "UTC",
        "gmtoffset": 0,
        "currentTradingPeriod": _periods(
            moment(world.today), moment(world.today, 23.98), moment(world.today)
        ),
    }


def _periods(begin: datetime, finish: datetime, zone: datetime) -> dict[str, Any]:
    offset = int((zone.utcoffset() or timedelta()).total_seconds())

    def span(first: datetime, last: datetime) -> dict[str, Any]:
        return {
            "timezone": zone.tzname(),
            "start": int(first.timestamp()),
            "end": int(last.timestamp()),
            "gmtoffset": offset,
        }

    return {"pre": span(begin, begin), "regular": span(begin, finish), "post": span(finish, finish)}


def _reply(
    meta: dict[str, Any],
    stamps: list[int],
    bars: dict[str, Floats],
    adjusted: Floats,
    volume: Floats,
    kept: Any,
    price: float | None,
) -> Reply:
    keep = np.flatnonzero(kept).tolist()

    def told(values: Floats, digits: int = 8) -> list[float | None]:
        return [round(float(values[i]), digits) if np.isfinite(values[i]) else None for i in keep]

    quote = {name: told(values) for name, values in bars.items()}
    quote["volume"] = [int(volume[i]) for i in keep]
    common = {
        "priceHint": 2,
        "dataGranularity": "1d",
        "range": "",
        "regularMarketPrice": price,
        "regularMarketTime": stamps[-1] if stamps else None,
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }
    result: dict[str, Any] = {"meta": {**common, **meta}}
    if keep:
        result["timestamp"] = [stamps[i] for i in keep]
    result["indicators"] = {
        "quote": [quote if keep else {}],
        "adjclose": [{"adjclose": told(adjusted)}] if keep else [{}],
    }
    return Reply(payload={"chart": {"result": [result], "error": None}})


def query(world: World, ask: Ask) -> Reply:
    if ask.path.startswith("/v8/finance/chart/"):
        return chart(world, ask)
    if ask.path == "/v1/test/getcrumb":
        if "A3=" not in ask.headers.get("cookie", ""):
            words = {"code": "Unauthorized", "description": "Invalid Cookie"}
            return Reply(401, {"finance": {"result": None, "error": words}})
        return Reply(text="StubCrumb01", kind="text/plain")
    if ask.path == "/v1/finance/search":
        wanted = ask.query.get("q", "").lower()
        quotes = [
            {
                "symbol": f"{BARE.get(c.symbol.upper(), c.symbol.upper())}-USD",
                "shortname": f"{c.name} USD",
                "quoteType": "CRYPTOCURRENCY",
            }
            for c in world.coins.values()
            if wanted and (wanted in c.name.lower() or wanted == c.symbol)
        ]
        return Reply(payload={"quotes": quotes[:8], "news": []})
    return Reply(
        404, {"finance": {"result": None, "error": {"code": "Not Found", "description": "No such path"}}}
    )


def cookie(world: World, ask: Ask) -> Reply:
    """Yahoo hands out its cookie with a page that does not exist."""
    header = {"Set-Cookie": "A3=d=stub&S=stub; Max-Age=31557600; Path=/"}
    return Reply(404, text="Not Found", kind="text/html", headers=header)


def consent(world: World, ask: Ask) -> Reply:
    return Reply(text="<html><body>no consent needed</body></html>", kind="text/html")


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {
    "query1.finance.yahoo.com": query,
    "query2.finance.yahoo.com": query,
    "fc.yahoo.com": cookie,
    "guce.yahoo.com": consent,
    "finance.yahoo.com": consent,
}
