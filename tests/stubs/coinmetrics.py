"""Coin Metrics community API v4: asset metrics with paging, the catalog, forbidden metrics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np

from models.market.snapshot import Days, Floats
from tests.stubs.wire import Ask, Reply
from tests.stubs.world import ALL_DAYS, FIRST, CoinHistory, World, moment, new_york_close

PRICES = ("PriceUSD", "ReferenceRate", "ReferenceRateUSD", "CapMrktCurUSD", "SplyCur")
COUNTS = ("AdrActCnt", "TxCnt")
FLOWS = ("FlowInExUSD", "FlowOutExUSD", "FlowInExNtv", "FlowOutExNtv")
BITCOIN_ONLY = ("CapMVRVCur", "HashRate", "SplyExNtv", "FeeTotNtv", "IssTotUSD", "BlkCnt")
PAID = ("CapRealUSD", "NVTAdj", "SOPR", "FeeTotUSD", "RevUSD", "TxTfrValAdjUSD", "IssContNtv")
LEVELS = {"AdrActCnt": 8e5, "TxCnt": 4e5, "FlowInExUSD": 1.6e9, "FlowOutExUSD": 1.6e9, "CapMVRVCur": 1.7}
HOST = "community-api.coinmetrics.io"


def free(asset: str) -> tuple[str, ...]:
    """Return the metrics that the community has of an asset."""
    if asset == "btc":
        return PRICES + COUNTS + FLOWS + BITCOIN_ONLY
    return PRICES + COUNTS + FLOWS if asset == "eth" else PRICES


def values(world: World, asset: str, metric: str) -> Floats:
    """Return a metric on `ALL_DAYS`, as of the close of each day (a reference rate: of its start)."""
    coin = world.by_symbol[asset]
    if metric == "PriceUSD":
        return coin.close
    if metric.startswith("ReferenceRate"):
        return np.concatenate([[np.nan], coin.close[:-1]])
    if metric == "CapMrktCurUSD":
        return coin.close * coin.supply
    if metric == "SplyCur":
        return coin.supply
    level = LEVELS.get(metric, 1000.0)
    walk = world.walk(f"coinmetrics {asset} {metric}", level=level, volatility=0.05, pull=0.02)
    return np.where(np.isfinite(coin.close), walk if level < 100 else np.round(walk), np.nan)


def last_day(world: World) -> np.datetime64:
    """Published about a day late: yesterday's values come in the morning."""
    return world.today - np.timedelta64(1 if world.now.astimezone(UTC).hour >= 6 else 2, "D")


def answer(world: World, ask: Ask) -> Reply:
    if ask.path == "/v4/catalog-v2/asset-metrics":
        return _catalog(world, ask)
    if ask.path != "/v4/timeseries/asset-metrics":
        return _error(404, "not_found", "Resource not found.")
    assets, metrics = (
        [one for one in ask.query.get(name, "").split(",") if one] for name in ("assets", "metrics")
    )
    if not assets or not metrics:
        return _error(400, "bad_parameter", "Missing required parameter.")
    frequency = ask.query.get("frequency", "1d")
    if frequency not in ("1d", "1d-ny-close"):
        return _error(
            400, "bad_parameter", f"Bad parameter 'frequency'. Value '{frequency}' is not supported."
        )
    forgiven = ask.query.get("ignore_unsupported_errors") == "true"
    known = [asset for asset in assets if asset in world.by_symbol]
    if len(known) < len(assets) and not forgiven:
        return _error(400, "bad_parameter", "Bad parameter 'assets'. Some value is not supported.")
    if any(metric in PAID for metric in metrics):
        if ask.query.get("ignore_forbidden_errors") != "true":
            words = "Requested metric with frequency '1d' is not available with supplied credentials."
            return _error(403, "forbidden", words)
        metrics = [metric for metric in metrics if metric not in PAID]
    for asset in known:
        if any(metric not in free(asset) for metric in metrics) and not forgiven:
            return _error(
                400, "bad_parameter", f"Bad parameter 'metrics'. Not supported for asset '{asset}'."
            )
    if frequency == "1d-ny-close":
        metrics = [metric for metric in metrics if metric.startswith("ReferenceRate")]
    rows = [row for asset in known for row in _rows(world, ask, asset, metrics, frequency)]
    return _page(ask, rows)


def _rows(world: World, ask: Ask, asset: str, metrics: list[str], frequency: str) -> list[dict[str, Any]]:
    metrics = [metric for metric in metrics if metric in free(asset)]
    if not metrics:
        return []
    coin, last = world.by_symbol[asset], last_day(world)
    begin = _time(ask.query.get("start_time"), "1990-01-01")
    finish = _time(ask.query.get("end_time"), "2100-01-01")
    first = max(FIRST + coin.first, np.datetime64(begin.date()) - 1)
    days: Days = ALL_DAYS[world.place(first) : world.place(last) + 1]
    ny = frequency == "1d-ny-close"
    times = [new_york_close(d) if ny else moment(d) for d in days]
    columns = {}
    for metric in metrics:
        full = values(world, asset, metric)[world.place(first) : world.place(last) + 1]
        if ny:
            full = np.array([world.price_at(coin, at) for at in times])
        kept, full = world.told(f"coinmetrics/{asset}.{metric}", days, full)
        columns[metric] = np.where(kept, full, np.nan).tolist()
    result = []
    for row, (when, at) in enumerate(zip(days.astype(str).tolist(), times, strict=True)):
        told = {metric: columns[metric][row] for metric in metrics}
        if not begin <= at <= finish or all(np.isnan(value) for value in told.values()):
            continue
        stamp = f"{when}T{at:%H}:00:00.000000000Z"
        said = {metric: None if value != value else f"{value:.10g}" for metric, value in told.items()}
        result.append({"asset": asset, "time": stamp, **said})
    limit = ask.number("limit_per_asset", 0)
    return result[-limit:] if limit else result


def _time(text: str | None, default: str) -> datetime:
    found = datetime.fromisoformat((text or default)[:19])
    return found.replace(tzinfo=UTC)


def _page(ask: Ask, rows: list[dict[str, Any]]) -> Reply:
    size = ask.number("page_size", 100)
    if not 1 <= size <= 10_000:
        return _error(400, "bad_parameter", "Bad parameter 'page_size'.")
    if ask.query.get("sort") == "time":
        rows = sorted(rows, key=lambda row: (row["time"], row["asset"]))
    done = ask.number("next_page_token", 0)
    if ask.query.get("paging_from", "end") == "start":
        chosen = rows[done : done + size]
    else:
        chosen = rows[max(len(rows) - done - size, 0) : len(rows) - done]
    payload: dict[str, Any] = {"data": chosen}
    if done + size < len(rows):
        query = {**ask.query, "next_page_token": str(done + size)}
        payload["next_page_token"] = query["next_page_token"]
        payload["next_page_url"] = f"https://{HOST}{ask.path}?{urlencode(query)}"
    headers = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "6"}
    return Reply(payload=payload, headers=headers)


def _catalog(world: World, ask: Ask) -> Reply:
    wanted = [one for one in ask.query.get("assets", "btc,eth").split(",") if one in world.by_symbol]
    data = []
    for asset in wanted:
        coin: CoinHistory = world.by_symbol[asset]
        span = {
            "min_time": f"{FIRST + coin.first}T00:00:00.000000000Z",
            "max_time": f"{last_day(world)}T00:00:00.000000000Z",
        }
        metrics = []
        for metric in (*free(asset), *PAID):
            daily = {"frequency": "1d", **span}
            frequencies = [daily if metric in PAID else {**daily, "community": True}]
            if metric.startswith("ReferenceRate"):
                frequencies.append({"frequency": "1d-ny-close", **span, "community": True})
            metrics.append({"metric": metric, "frequencies": frequencies})
        data.append({"asset": asset, "metrics": metrics})
    return Reply(payload={"data": data})


def _error(status: int, kind: str, words: str) -> Reply:
    return Reply(status, {"error": {"type": kind, "message": words}})


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {HOST: answer}
