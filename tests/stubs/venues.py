"""Three venues of perpetual contracts, and the public archive of the first one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from models.market.snapshot import Day, Floats, day
from tests.stubs.wire import Ask, Reply, page
from tests.stubs.world import ALL_DAYS, DAY, FIRST, World, milliseconds, moment

HOUR = timedelta(hours=1)
STARTS = {"binance": day("2019-09-10"), "bybit": day("2020-03-25"), "okx": day("2019-12-16")}
METRICS_START, RATIO_START = (
    day("2020-09-01"),
    {"binance": day("2020-09-01"), "bybit": day("2020-07-20"), "okx": day("2024-01-01")},
)
PERIODS = ("5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d")


# --- the truth ------------------------------------------------------------------------------------


def asset(world: World, symbol: str) -> str:
    """Return the coin behind BTCUSDT, 1000PEPEUSDT or BTC-USDT-SWAP; empty where none trades."""
    found = re.fullmatch(r"(?:1000)?([A-Z0-9]+?)-?USDT(?:-SWAP)?", symbol)
    name = found.group(1).lower() if found else ""
    listed = world.by_symbol.get(name)
    return name if listed is not None and listed.category not in ("stablecoins", "wrapped-tokens") else ""


@lru_cache(maxsize=32)
def _rates(seed: int, venue: str, name: str) -> Floats:
    rng = np.random.default_rng([seed, len(venue), sum(name.encode())])
    shocks, path, at = rng.normal(0.0, 4e-5, ALL_DAYS.size * 3), [], 0.0
    for shock in shocks.tolist():
        at = 0.97 * at + shock
        path.append(round(1e-4 + at, 8))
    return np.array(path).reshape(-1, 3)


def funding(world: World, venue: str, name: str) -> Floats:
    """Return the rates of 00:00, 08:00 and 16:00 UTC: shape (days, 3), a fraction per 8 hours."""
    kept, rates = world.told(f"{venue}/{name}/funding", ALL_DAYS, _rates(world.seed, venue, name))
    rates[~kept] = np.nan
    return rates


def long_short(world: World, venue: str, name: str) -> Floats:
    """Return accounts that are long per short one at the close of each of `ALL_DAYS`."""
    values = world.walk(f"{venue} {name} ratio", level=1.7, volatility=0.08, pull=0.1)
    kept, values = world.told(f"{venue}/{name}/ratio", ALL_DAYS, values)
    return np.where(kept, values, np.nan)


def open_interest(world: World, venue: str, name: str) -> Floats:
    """Return open contracts in coins at the close of each of `ALL_DAYS`."""
    size = {"binance": 1.0, "bybit": 0.55, "okx": 0.3}[venue]
    coin = world.by_symbol[name]
    level = 8e9 * size * (1.0 if name == "btc" else 0.1) / float(coin.close[world.place(day("2026-06-30"))])
    values = world.walk(f"{venue} {name} interest", level=level, volatility=0.03, pull=0.01)
    kept, values = world.told(f"{venue}/{name}/interest", ALL_DAYS, values)
    return np.where(kept, values, np.nan)


def _settlements(world: World, venue: str, name: str, first: int, last: int) -> list[tuple[int, float]]:
    """Return (milliseconds, rate) of all settlements between two moments, both included."""
    rates = funding(world, venue, name)
    begin = max(first, milliseconds(STARTS[venue]) + 8 * 3_600_000)
    row = max(0, world.place(np.datetime64(begin, "ms").astype("datetime64[D]")))
    result = []
    while row < ALL_DAYS.size:
        for third in range(3):
            # Settlements come a few milliseconds late.
            stamp = milliseconds(FIRST + row) + third * 28_800_000 + (row + third) % 4
            if stamp > min(last, milliseconds(world.now)):
                return result
            if stamp >= begin and np.isfinite(rates[row, third]):
                result.append((stamp, float(rates[row, third])))
        row += 1
    return result


def _daily(
    world: World, venue: str, values: Floats, first: int, last: int, start: Day
) -> list[tuple[int, float]]:
    """Return (milliseconds, value): at 00:00 of a day stands the close of the day before."""
    result = []
    when = max(start, np.datetime64(max(first, 0), "ms").astype("datetime64[D]"))
    while milliseconds(when) <= min(last, milliseconds(world.now)):
        value = float(values[world.place(when) - 1])
        if milliseconds(when) >= first and np.isfinite(value):
            result.append((milliseconds(when), value))
        when = when + np.timedelta64(1, "D")
    return result


# --- Binance --------------------------------------------------------------------------------------


def binance(world: World, ask: Ask) -> Reply:
    name = asset(world, ask.query.get("symbol", ""))
    if ask.query.get("symbol") and not name:
        return Reply(400, {"code": -1121, "msg": "Invalid symbol."})
    if ask.path == "/fapi/v1/fundingRate":
        reply = Reply(payload=_binance_funding(world, ask, name or "btc"))
    elif ask.path == "/fapi/v1/premiumIndex":
        reply = Reply(
            payload=_premium(world, name) if name else [_premium(world, one) for one in ("btc", "eth", "sol")]
        )
    elif ask.path.startswith("/futures/data/"):
        reply = _binance_data(world, ask, name)
    elif ask.path == "/fapi/v1/ping":
        reply = Reply(payload={})
    else:
        return page(404, "<html><body>404</body></html>")
    return Reply(reply.status, reply.payload, headers={"X-MBX-USED-WEIGHT-1M": "1", **reply.headers})


def _binance_funding(world: World, ask: Ask, name: str) -> list[dict[str, Any]]:
    limit = min(ask.number("limit", 100), 1000)
    first, last = ask.number("startTime", 0), ask.number("endTime", 2**53)
    found = _settlements(world, "binance", name, first, last)
    found = found[:limit] if "startTime" in ask.query else found[-limit:]
    coin = world.by_symbol[name]
    return [
        {
            "symbol": ask.query.get("symbol", "BTCUSDT"),
            "fundingRate": f"{rate:.8f}",
            "fundingTime": stamp,
            "markPrice": f"{world.price_at(coin, datetime.fromtimestamp(stamp / 1000, UTC)):.8f}",
        }
        for stamp, rate in found
    ]


def _premium(world: World, name: str) -> dict[str, Any]:
    price = world.price_at(world.by_symbol[name], world.now)
    rate = _settlements(
        world, "binance", name, milliseconds(world.now) - 90_000_000, milliseconds(world.now)
    )[-1]
    return {
        "symbol": f"{name.upper()}USDT",
        "markPrice": f"{price:.8f}",
        "indexPrice": f"{price * 0.9999:.8f}",
        "estimatedSettlePrice": f"{price:.8f}",
        "lastFundingRate": f"{rate[1]:.8f}",
        "interestRate": "0.00010000",
        "nextFundingTime": rate[0] + 28_800_000,
        "time": milliseconds(world.now),
    }


def _binance_data(world: World, ask: Ask, name: str) -> Reply:
    if not name or "period" not in ask.query:
        return Reply(
            400, {"code": -1102, "msg": "A mandatory parameter was not sent, was empty/null, or malformed."}
        )
    if ask.query["period"] != "1d":
        known = ask.query["period"] in PERIODS
        return Reply(400, {"code": -4104 if known else -1130, "msg": "Invalid period."})
    oldest = milliseconds(world.now - 30 * DAY)
    first = ask.number("startTime", oldest)
    if first < oldest - 86_400_000:
        return Reply(400, {"code": -1130, "msg": "parameter 'startTime' is invalid."})
    last, limit = ask.number("endTime", 2**53), min(ask.number("limit", 30), 500)
    first, symbol = max(first, oldest), ask.query["symbol"]
    kind = ask.path.rsplit("/", 1)[-1]
    if kind == "openInterestHist":
        coins = open_interest(world, "binance", name)
        rows = _daily(world, "binance", coins, first, last, METRICS_START)[-limit:]
        close = world.by_symbol[name].close
        return Reply(
            payload=[
                {
                    "symbol": symbol,
                    "sumOpenInterest": f"{value:.8f}",
                    "sumOpenInterestValue": f"{value * close[world.place(_day(stamp)) - 1]:.8f}",
                    "CMCCirculatingSupply": "19900000.0",
                    "timestamp": stamp,
                }
                for stamp, value in rows
            ]
        )
    if kind in ("globalLongShortAccountRatio", "topLongShortPositionRatio"):
        ratio = long_short(world, "binance" if kind.startswith("global") else "bybit", name)
        return Reply(
            payload=[
                {
                    "symbol": symbol,
                    "longShortRatio": f"{value:.4f}",
                    "longAccount": f"{value / (1 + value):.4f}",
                    "shortAccount": f"{1 / (1 + value):.4f}",
                    "timestamp": stamp,
                }
                for stamp, value in _daily(world, "binance", ratio, first, last, METRICS_START)[-limit:]
            ]
        )
    return page(404, "<html><body>404</body></html>")


def _day(stamp: int) -> Day:
    return np.datetime64(stamp, "ms").astype("datetime64[D]")


# --- the archive ----------------------------------------------------------------------------------

NO_SUCH_KEY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>'
    "<Message>The specified key does not exist.</Message></Error>"
)


def vision(world: World, ask: Ask) -> Reply:
    wanted = ask.path.removesuffix(".CHECKSUM")
    reply = _funding_month(world, wanted) or _metrics_day(world, wanted)
    if reply is None:
        return page(404, NO_SUCH_KEY, kind="application/xml")
    if wanted != ask.path:
        name = wanted.rsplit("/", 1)[-1]
        return Reply(text=f"{hashlib.sha256(reply.body()).hexdigest()}  {name}\n", kind="binary/octet-stream")
    return reply


def _funding_month(world: World, path: str) -> Reply | None:
    found = re.fullmatch(r"/data/futures/um/monthly/fundingRate/(\w+)/\1-fundingRate-(\d{4}-\d\d)\.zip", path)
    name = asset(world, found.group(1)) if found else ""
    if not found or not name or found.group(2) < "2020-01":
        return None
    month = np.datetime64(found.group(2), "M")
    after = (month + 1).astype("datetime64[D]")
    if after > world.today:  # complete months only
        return None
    rows = _settlements(
        world, "binance", name, milliseconds(month.astype("datetime64[D]")), milliseconds(after) - 1
    )
    lines = [f"{stamp},8,{rate:.8f}" for stamp, rate in rows]
    text = "\n".join(["calc_time,funding_interval_hours,last_funding_rate", *lines]) + "\n"
    return Reply(text=text, member=path.rsplit("/", 1)[-1].replace(".zip", ".csv"), kind="application/zip")


def _metrics_day(world: World, path: str) -> Reply | None:
    found = re.fullmatch(r"/data/futures/um/daily/metrics/(\w+)/\1-metrics-(\d{4}-\d\d-\d\d)\.zip", path)
    name = asset(world, found.group(1)) if found else ""
    if not found or not name:
        return None
    when = day(found.group(2))
    if when < METRICS_START or when >= world.today:
        return None
    row = world.place(when)
    ratio, coins = long_short(world, "binance", name), open_interest(world, "binance", name)
    close = world.by_symbol[name].close
    if not (np.isfinite(ratio[row]) and np.isfinite(coins[row])):
        return None
    head = (
        "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
        "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
    )
    lines = []
    for step in range(1, 289):
        share, at = step / 288, moment(when) + step * timedelta(minutes=5)
        between = [(1 - share) * line[row - 1] + share * line[row] for line in (ratio, coins, close)]
        told = np.where(np.isfinite(between), between, (ratio[row], coins[row], close[row])).tolist()
        lines.append(
            f"{at:%Y-%m-%d %H:%M:%S},{found.group(1)},{told[1]:.8f},{told[1] * told[2]:.8f},"
            f"{told[0]:.8f},{told[0]:.8f},{told[0]:.8f},1.00000000"
        )
    text = "\n".join([head, *lines]) + "\n"
    return Reply(text=text, member=path.rsplit("/", 1)[-1].replace(".zip", ".csv"), kind="application/zip")


# --- Bybit ----------------------------------------------------------------------------------------


def bybit(world: World, ask: Ask) -> Reply:
    name = asset(world, ask.query.get("symbol", ""))
    if not ask.path.startswith("/v5/market/"):
        return page(404, "<html><body>404</body></html>")
    if ask.path == "/v5/market/time":
        return _bybit(world, {"timeSecond": str(int(world.now.timestamp()))})
    if not name or ask.query.get("category") != "linear":
        return _bybit(world, {}, code=10001, words="params error: symbol invalid")
    kind = ask.path.removeprefix("/v5/market/")
    first, last = ask.number("startTime", 0), ask.number("endTime", milliseconds(world.now))
    if kind == "funding/history":
        if "startTime" in ask.query and "endTime" not in ask.query:
            return _bybit(world, {}, code=10001, words="params error: endTime is required")
        rows = _settlements(world, "bybit", name, first, last)[::-1][: min(ask.number("limit", 200), 200)]
        listed = [
            {
                "symbol": ask.query["symbol"],
                "fundingRate": f"{rate:.8f}",
                "fundingRateTimestamp": str(stamp // 1000 * 1000),
            }
            for stamp, rate in rows
        ]
        return _bybit(world, {"category": "linear", "list": listed})
    if kind == "account-ratio" and ask.query.get("period") == "1d":
        return _bybit_pages(world, ask, "ratio", long_short(world, "bybit", name), 500)
    if kind == "open-interest" and ask.query.get("intervalTime") == "1d":
        return _bybit_pages(world, ask, "interest", open_interest(world, "bybit", name), 200)
    return _bybit(world, {}, code=10001, words="params error: period invalid")


def _bybit_pages(world: World, ask: Ask, kind: str, values: Floats, most: int) -> Reply:
    first, last = ask.number("startTime", 0), ask.number("endTime", milliseconds(world.now))
    rows = _daily(world, "bybit", values, first, last, RATIO_START["bybit"])[::-1]
    size, done = min(ask.number("limit", 50), most), 0
    if ask.query.get("cursor"):
        done = int(ask.query["cursor"].removeprefix("lastid="))
    listed: list[dict[str, Any]] = []
    for stamp, value in rows[done : done + size]:
        if kind == "ratio":
            row = {
                "symbol": ask.query["symbol"],
                "buyRatio": f"{value / (1 + value):.6f}",
                "sellRatio": f"{1 / (1 + value):.6f}",
            }
        else:
            row = {"openInterest": f"{2 * value:.8f}", "singleOpenInterest": f"{value:.8f}"}
        listed.append({**row, "timestamp": str(stamp)})
    cursor = f"lastid={done + size}" if done + size < len(rows) else ""
    return _bybit(
        world, {"category": "linear", "symbol": ask.query["symbol"], "list": listed, "nextPageCursor": cursor}
    )


def _bybit(world: World, result: dict[str, Any], *, code: int = 0, words: str = "OK") -> Reply:
    return Reply(
        payload={
            "retCode": code,
            "retMsg": words,
            "result": result,
            "retExtInfo": {},
            "time": milliseconds(world.now),
        }
    )


# --- OKX ------------------------------------------------------------------------------------------


def okx(world: World, ask: Ask) -> Reply:
    name = asset(world, ask.query.get("instId", ""))
    if ask.path == "/api/v5/public/time":
        return _okx([{"ts": str(milliseconds(world.now))}])
    if not name:
        return _okx([], code="51001", words="Instrument ID doesn't exist.")
    if ask.path == "/api/v5/public/funding-rate-history":
        first = milliseconds(world.now - 92 * DAY)
        last = ask.number("after", 2**53) - 1
        rows = _settlements(world, "okx", name, first, last)[::-1][: min(ask.number("limit", 100), 400)]
        return _okx(
            [
                {
                    "instType": "SWAP",
                    "instId": ask.query["instId"],
                    "fundingRate": f"{rate * 1.01:.10f}",
                    "realizedRate": "" if row == 0 else f"{rate:.10f}",
                    "fundingTime": str(stamp // 1000 * 1000),
                    "method": "current_period",
                    "formulaType": "withRate",
                }
                for row, (stamp, rate) in enumerate(rows)
            ]
        )
    kind = ask.path.removeprefix("/api/v5/rubik/stat/contracts/")
    if kind not in ("long-short-account-ratio-contract", "open-interest-history"):
        return page(404, "<html><body>404</body></html>")
    shift = 0 if ask.query.get("period") == "1Dutc" else 8
    begin = ask.number("begin", milliseconds(world.now - 1440 * DAY))
    end = ask.number("end", milliseconds(world.now))
    limit = min(ask.number("limit", 100), 100)
    ratio = kind.startswith("long")
    values = (long_short if ratio else open_interest)(world, "okx", name)
    rows = _daily(world, "okx", values, begin, end, RATIO_START["okx"])[::-1][:limit]
    close = world.by_symbol[name].close
    result: list[list[str]] = []
    for stamp, value in rows:
        at = str(stamp - shift * 3_600_000)  # 1D means days of Hong Kong
        price = float(close[world.place(_day(stamp)) - 1])
        result.append(
            [at, f"{value:.6f}"]
            if ratio
            else [at, f"{value * 100:.4f}", f"{value:.6f}", f"{value * price:.4f}"]
        )
    return _okx(result)


def _okx(data: list[Any], *, code: str = "0", words: str = "") -> Reply:
    return Reply(payload={"code": code, "msg": words, "data": data})


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {
    "fapi.binance.com": binance,
    "data.binance.vision": vision,
    "api.bybit.com": bybit,
    "www.okx.com": okx,
}
