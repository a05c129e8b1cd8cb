"""FRED's graph as CSV, the fear and greed index, stablecoins and TVL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from models.market.snapshot import Days, Floats, day
from tests.stubs.wire import Ask, Reply, page
from tests.stubs.world import ALL_DAYS, DAY, World, holidays, milliseconds, moment

NOT_FOUND = "<!DOCTYPE html><html><head><title>FRED</title></head><body>404 Not Found</body></html>"
DAILY, BUSINESS, WEEKLY, MONTHLY = "daily", "business", "weekly", "monthly"
FRED = {
    # id: level, volatility a day, rhythm, first day, days until it is published
    "M2SL": (22_800.0, 0.0004, MONTHLY, "1959-01-01", 56),
    "WALCL": (6_600_000.0, 0.0008, WEEKLY, "2002-12-18", 1),
    "WTREGEN": (850_000.0, 0.01, WEEKLY, "2002-12-18", 1),
    "RRPONTSYD": (12.0, 0.05, BUSINESS, "2003-02-07", 0),
    "DFF": (3.63, 0.001, DAILY, "1954-07-01", 1),
    "DGS10": (4.15, 0.008, BUSINESS, "1962-01-02", 1),
    "DEXUSEU": (1.08, 0.004, BUSINESS, "1999-01-04", 7),
    "DEXUSUK": (1.27, 0.004, BUSINESS, "1971-01-04", 7),
    "DEXSZUS": (0.88, 0.004, BUSINESS, "1971-01-04", 7),
    "DEXJPUS": (150.0, 0.004, BUSINESS, "1971-01-04", 7),
    "T10Y2Y": (0.55, 0.02, BUSINESS, "1976-06-01", 0),
    "BAMLH0A0HYM2": (2.9, 0.01, BUSINESS, "2023-10-09", 1),
}
FEAR_GREED_START, STABLE_START = day("2018-02-01"), day("2017-11-29")
NEVER_PUBLISHED = ("2018-04-14", "2018-04-15", "2018-04-16", "2024-10-26")


def fred_values(world: World, name: str) -> Floats:
    """Return a series on `ALL_DAYS` before its rhythm is applied."""
    level, volatility, *_ = FRED[name]
    pull = 0.0 if name == "M2SL" else 0.001
    values = world.walk(f"fred {name}", level=level, volatility=volatility, pull=pull)
    return np.round(values, 1 if name == "M2SL" else 0 if level > 1e4 else 2)


def fred(world: World, ask: Ask) -> Reply:
    names = [one for one in ask.query.get("id", "").split(",") if one]
    if not ask.headers.get("user-agent", "").startswith("Mozilla/"):
        return page(403, "<html><head><title>Access Denied</title></head><body>Access Denied</body></html>")
    if ask.path != "/graph/fredgraph.csv" or not names or any(name not in FRED for name in names):
        return page(404, NOT_FOUND)
    first, last = (
        ask.query.get(which, default) for which, default in (("cosd", "1900-01-01"), ("coed", "2100-01-01"))
    )
    columns = {name: _told(world, name, day(first), day(last)) for name in names}
    days = sorted({one for column in columns.values() for one in column})
    lines = [f"{one},{','.join(columns[name].get(one, '') for name in names)}" for one in days]
    text = "\r\n".join([f"observation_date,{','.join(names)}", *lines]) + "\r\n"
    return Reply(text=text, kind="application/csv")


def _told(world: World, name: str, first: np.datetime64, last: np.datetime64) -> dict[str, str]:
    *_, rhythm, start, lag = FRED[name]
    days, values = ALL_DAYS, fred_values(world, name)
    kept, values = world.told(f"fred/{name}", days, values)
    weekday = (days.astype(int) + 3) % 7
    chosen = kept & (days >= max(first, day(start))) & (days <= min(last, world.today - lag))
    if rhythm == MONTHLY:
        chosen &= days == days.astype("datetime64[M]").astype("datetime64[D]")
    elif rhythm == WEEKLY:
        chosen &= weekday == 2
    elif rhythm == BUSINESS:
        chosen &= weekday < 5
    result = {}
    for one, value in zip(days[chosen], values[chosen].tolist(), strict=True):
        closed = rhythm == BUSINESS and one.astype(object) in holidays(one.astype(object).year)
        result[str(one)] = "" if closed else f"{value:.10g}"
    return result


def fear_greed_values(world: World) -> Floats:
    """Return the index on `ALL_DAYS`: the value of D comes at the start of D."""
    return np.clip(np.round(world.walk("fear and greed", level=45.0, volatility=0.1, pull=0.05)), 3, 97)


def fear_greed(world: World, ask: Ask) -> Reply:
    if ask.path != "/fng/":
        return page(404, NOT_FOUND)
    days: Days = np.arange(FEAR_GREED_START, world.today + 1)
    kept, values = world.told(
        "alternative/FEAR_GREED", days, fear_greed_values(world)[world.place(days[0]) :][: days.size]
    )
    kept &= ~np.isin(days, [day(one) for one in NEVER_PUBLISHED])
    rows: list[dict[str, Any]] = []
    for one, value in zip(days[kept][::-1], values[kept][::-1].tolist(), strict=True):
        word = ("Extreme Fear", "Fear", "Neutral", "Greed", "Extreme Greed")[min(int(value) // 20, 4)]
        rows.append(
            {
                "value": f"{value:.0f}",
                "value_classification": word,
                "timestamp": str(milliseconds(one) // 1000),
            }
        )
    if rows:
        left = moment(world.today) + DAY - world.now
        rows[0]["time_until_update"] = str(int(left.total_seconds()))
    limit = ask.number("limit", 1)
    rows = rows[:limit] if limit else rows
    return Reply(payload={"name": "Fear and Greed Index", "data": rows, "metadata": {"error": None}})


def stablecoins_values(world: World) -> Floats:
    """Return the supply of all pegs in USD on `ALL_DAYS`."""
    return np.round(world.walk("stablecoins", level=3.1e11, volatility=0.004))


def stablecoins(world: World, ask: Ask) -> Reply:
    if ask.path == "/stablecoins":
        assets = [
            {
                "id": "1",
                "name": "Tether",
                "symbol": "USDT",
                "circulating": {"peggedUSD": 1.8e11},
                "price": 1.0,
            }
        ]
        return Reply(payload={"peggedAssets": assets})
    if not ask.path.startswith("/stablecoincharts/"):
        return page(404, NOT_FOUND)
    share = 1.0 if ask.path.endswith("/all") else 0.5
    days: Days = np.arange(STABLE_START, world.today + 1)
    kept, values = world.told(
        "defillama/STABLECOIN_SUPPLY",
        days,
        stablecoins_values(world)[world.place(days[0]) :][: days.size] * share,
    )
    rows = []
    for one, value in zip(days[kept], values[kept].tolist(), strict=True):
        if one == world.today:
            value *= 0.97  # a snapshot during the day, with sources still missing
        euros = 0.0 if one < day("2020-01-01") else 4e8
        usd = {"peggedUSD": value - euros} | ({"peggedEUR": euros} if euros else {})
        rows.append(
            {
                "date": str(milliseconds(one) // 1000),
                "totalCirculating": {
                    key: amount / (1.1 if key == "peggedEUR" else 1.0) for key, amount in usd.items()
                },
                "totalCirculatingUSD": usd,
                "totalMintedUSD": usd,
            }
        )
    return Reply(payload=rows)


def llama(world: World, ask: Ask) -> Reply:
    if not ask.path.startswith("/v2/historicalChainTvl"):
        return Reply(402, {"error": "this endpoint needs a plan"})
    days: Days = np.arange(STABLE_START, world.today + 1)
    values = world.walk("tvl", level=1.1e11, volatility=0.02)[world.place(days[0]) :][: days.size]
    rows = [
        {"date": milliseconds(one) // 1000, "tvl": value}
        for one, value in zip(days, values.tolist(), strict=True)
    ]
    return Reply(payload=rows)


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {
    "fred.stlouisfed.org": fred,
    "api.alternative.me": fear_greed,
    "stablecoins.llama.fi": stablecoins,
    "api.llama.fi": llama,
}
