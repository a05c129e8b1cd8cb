"""CoinGecko, public and pro: universe, categories, global figures, charts, three shapes of error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from models.market.snapshot import Day
from tests.stubs.wire import Ask, Reply
from tests.stubs.world import CATEGORIES, DAY, FIRST, CoinHistory, World, milliseconds, moment

SPANS = {"24h": 1, "7d": 7, "14d": 14, "30d": 30, "200d": 200, "1y": 365}
DEEPEST = 365
"""Days back that public and demo users may ask for."""


def public(world: World, ask: Ask) -> Reply:
    if "x-cg-pro-api-key" in ask.headers or "x_cg_pro_api_key" in ask.query:
        words = "If you are using Pro API key, please change your root URL to pro-api.coingecko.com"
        return _refused(400, 10010, words, world)
    key = ask.headers.get("x-cg-demo-api-key", ask.query.get("x_cg_demo_api_key"))
    if key in ("", "wrong"):
        return _refused(401, 10002, "API Key Missing", world)
    return _answer(world, ask, deepest=DEEPEST)


def pro(world: World, ask: Ask) -> Reply:
    if "x-cg-demo-api-key" in ask.headers or "x_cg_demo_api_key" in ask.query:
        words = "If you are using Demo API key, please change your root URL to api.coingecko.com"
        return _refused(400, 10011, words, world)
    key = ask.headers.get("x-cg-pro-api-key", ask.query.get("x_cg_pro_api_key"))
    if not key or key == "wrong":
        return _refused(401, 10002, "API Key Missing", world)
    return _answer(world, ask, deepest=99_999)


def _answer(world: World, ask: Ask, *, deepest: int) -> Reply:
    parts = ask.path.removeprefix("/api/v3").strip("/").split("/")
    match parts:
        case ["ping"]:
            return Reply(payload={"gecko_says": "(V3) To the Moon!"})
        case ["coins", "list"]:
            rows = [{"id": c.id, "symbol": c.symbol, "name": c.name} for c in world.coins.values()]
            return Reply(payload=rows)
        case ["coins", "markets"]:
            return _markets(world, ask)
        case ["coins", "categories", "list"]:
            return Reply(payload=[{"category_id": slug, "name": name} for slug, name in CATEGORIES])
        case ["coins", "categories"]:
            return _categories(world)
        case ["global"]:
            return _global(world)
        case ["global", "market_cap_chart"]:
            return _refused(401, 10005, "This request is limited to Pro API subscribers.", world)
        case ["coins", slug] if slug in world.coins:
            return _coin(world, world.coins[slug])
        case ["coins", slug, "market_chart"] if slug in world.coins:
            return _days(world, ask, world.coins[slug], deepest)
        case ["coins", slug, "market_chart", "range"] if slug in world.coins:
            first = datetime.fromtimestamp(ask.number("from", 0), UTC)
            last = datetime.fromtimestamp(ask.number("to", 4_000_000_000), UTC)
            if world.now - first > timedelta(days=deepest + 1):
                return _too_deep(world, deepest)
            return _chart(world, ask, world.coins[slug], first, min(last, world.now))
        case ["coins", *_]:
            return Reply(404, {"error": "coin not found"})
        case _:
            return Reply(404, {"error": "Incorrect path. Please check https://www.coingecko.com/api/"})


def _refused(status: int, code: int, words: str, world: World) -> Reply:
    stamp = world.now.isoformat(timespec="milliseconds")
    return Reply(
        status, {"error": {"status": {"timestamp": stamp, "error_code": code, "error_message": words}}}
    )


def _too_deep(world: World, deepest: int) -> Reply:
    words = (
        "Your request exceeds the allowed time range. Public API users are limited to querying historical "
        f"data within the past {deepest} days."
    )
    return _refused(401, 10012, words, world)


def _markets(world: World, ask: Ask) -> Reply:
    if "vs_currency" not in ask.query:
        return Reply(422, {"error": "Missing parameter vs_currency"})
    chosen = list(enumerate(world.ranked(), 1))
    if "ids" in ask.query:
        wanted = set(ask.query["ids"].split(","))
        chosen = [(rank, coin) for rank, coin in chosen if coin.id in wanted]
    if "category" in ask.query:
        if ask.query["category"] not in dict(CATEGORIES):
            return Reply(404, {"error": "Could not find coin category with the given id"})
        chosen = [(rank, coin) for rank, coin in chosen if coin.category == ask.query["category"]]
    size = min(max(ask.number("per_page", 100), 1), 250)
    page = max(ask.number("page", 1), 1)
    spans = [span for span in ask.query.get("price_change_percentage", "").split(",") if span in SPANS]
    rows = [_market(world, rank, coin, spans) for rank, coin in chosen[(page - 1) * size : page * size]]
    return Reply(payload=rows, headers={"Cache-Control": "public, max-age=30", "total": str(len(chosen))})


def _market(world: World, rank: int, coin: CoinHistory, spans: list[str]) -> dict[str, Any]:
    row = world.place(world.today)
    price = world.price_at(coin, world.now)
    _, bent = world.told(f"coingecko/{coin.id}", np.array([world.today]), np.array([price]))
    price = float(bent[0])
    before = world.price_at(coin, world.now - DAY)
    history = coin.close[:row]
    top, low = int(np.nanargmax(history)), int(np.nanargmin(history))
    change = (price / before - 1) * 100
    result: dict[str, Any] = {
        "id": coin.id,
        "symbol": coin.symbol,
        "name": coin.name,
        "image": f"https://assets.example/{coin.id}.png",
        "current_price": price,
        "market_cap": round(price * coin.supply[row]),
        "market_cap_rank": rank,
        "fully_diluted_valuation": round(price * coin.supply[row] * 1.05),
        "total_volume": round(float(coin.volume[row])),
        "high_24h": max(price, before) * 1.005,
        "low_24h": min(price, before) * 0.995,
        "price_change_24h": price - before,
        "price_change_percentage_24h": change,
        "market_cap_change_24h": (price - before) * coin.supply[row],
        "market_cap_change_percentage_24h": change,
        "circulating_supply": float(coin.supply[row]),
        "total_supply": float(coin.supply[row] * 1.05),
        "max_supply": None,
        "ath": float(history[top]),
        "ath_change_percentage": (price / float(history[top]) - 1) * 100,
        "ath_date": f"{FIRST + top}T17:00:00.000Z",
        "atl": float(history[low]),
        "atl_change_percentage": (price / float(history[low]) - 1) * 100,
        "atl_date": f"{FIRST + low}T05:00:00.000Z",
        "roi": None,
        "last_updated": world.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    for span in spans:
        then = coin.close[max(row - SPANS[span] - 1, 0)]
        known = bool(np.isfinite(then))
        result[f"price_change_percentage_{span}_in_currency"] = (price / then - 1) * 100 if known else None
    return result


def _categories(world: World) -> Reply:
    row, coins = world.place(world.today), world.ranked()
    result = []
    for slug, name in CATEGORIES:
        members = [coin for coin in coins if coin.category == slug]
        cap = sum(float(coin.close[row - 1] * coin.supply[row]) for coin in members)
        result.append(
            {
                "id": slug,
                "name": name,
                "market_cap": cap if members else None,
                "market_cap_change_24h": 0.4,
                "volume_24h": sum(float(coin.volume[row - 1]) for coin in members),
                "top_3_coins_id": [coin.id for coin in members[:3]],
                "updated_at": world.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            }
        )
    return Reply(payload=result)


def _global(world: World) -> Reply:
    row, coins = world.place(world.today), world.ranked()
    caps = {coin.symbol: world.price_at(coin, world.now) * float(coin.supply[row]) for coin in coins}
    total = sum(caps.values())
    data = {
        "active_cryptocurrencies": len(coins),
        "markets": 1476,
        "total_market_cap": {"usd": total, "btc": total / world.price_at(world.coins["bitcoin"], world.now)},
        "total_volume": {"usd": sum(float(coin.volume[row - 1]) for coin in coins)},
        "market_cap_percentage": {name: cap / total * 100 for name, cap in list(caps.items())[:10]},
        "market_cap_change_percentage_24h_usd": -1.6,
        "updated_at": int(world.now.timestamp()),
    }
    return Reply(payload={"data": data})


def _coin(world: World, coin: CoinHistory) -> Reply:
    return Reply(
        payload={
            "id": coin.id,
            "symbol": coin.symbol,
            "name": coin.name,
            "categories": [dict(CATEGORIES)[coin.category]],
            "genesis_date": None,
            "links": {"homepage": ["https://example.org"]},
        }
    )


def _days(world: World, ask: Ask, coin: CoinHistory, deepest: int) -> Reply:
    text = ask.query.get("days", "")
    if "vs_currency" not in ask.query or not text:
        return Reply(422, {"error": "Missing parameter days"})
    span = 99_999 if text == "max" else ask.number("days", 1)
    if span > deepest:
        return _too_deep(world, deepest)
    first = world.now - timedelta(days=min(span, (world.today - FIRST).astype(int) - 2))
    return _chart(world, ask, coin, first, world.now)


def _chart(world: World, ask: Ask, coin: CoinHistory, first: datetime, last: datetime) -> Reply:
    """Return prices, caps and volumes: daily at 00:00 UTC, hourly, or every 5 minutes; "now" comes last."""
    span = (world.now - first).days
    step = timedelta(hours=1) if span <= 90 else DAY
    if span <= 1:
        step = timedelta(minutes=5)
    if ask.query.get("interval") == "daily":
        step = DAY
    if step == DAY:
        at = moment(np.datetime64(first.date()))
    else:
        at = first.replace(second=0, microsecond=0)
        at += timedelta(minutes=-at.minute % (60 if step.seconds >= 3600 else 5))
    born = FIRST + coin.first + np.timedelta64(1, "D")
    stamps: list[datetime] = []
    while at <= last:
        # The figure of midnight takes a while to come.
        if np.datetime64(at.date()) >= born and world.now - at >= timedelta(minutes=20):
            stamps.append(at)
        at += step
    if last == world.now:
        stamps.append(world.now)
    return Reply(payload=_points(world, coin, stamps))


def _points(world: World, coin: CoinHistory, stamps: list[datetime]) -> dict[str, list[list[float | None]]]:
    labels = np.array([np.datetime64(one.date()) for one in stamps], dtype="datetime64[D]")
    prices = np.array([world.price_at(coin, one) for one in stamps])
    kept, prices = world.told(f"coingecko/{coin.id}", labels, prices)
    result: dict[str, list[list[float | None]]] = {"prices": [], "market_caps": [], "total_volumes": []}
    for at, price, keep in zip(stamps, prices.tolist(), kept.tolist(), strict=True):
        if not keep:
            continue
        row, stamp = world.place(_day(at)), milliseconds(at)
        result["prices"].append([stamp, price])
        result["market_caps"].append([stamp, price * float(coin.supply[row - 1])])
        result["total_volumes"].append([stamp, float(coin.volume[row - 1])])
    return result


def _day(at: datetime) -> Day:
    return np.datetime64(at.date())


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {
    "api.coingecko.com": public,
    "pro-api.coingecko.com": pro,
}
