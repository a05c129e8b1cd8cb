"""Deribit: the DVOL index and the whole chain of options, from a smile whose skew is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import erf, log, sqrt
from typing import Any

import numpy as np

from models.market.snapshot import Floats, day
from tests.stubs.wire import Ask, Reply
from tests.stubs.world import ALL_DAYS, World, milliseconds, moment

DVOL_START = day("2021-03-24")
YEAR = 365 * 86_400
RESOLUTIONS = {"1": 1, "60": 60, "3600": 3600, "43200": 43200, "1D": 86400}


def dvol(world: World, currency: str) -> Floats:
    """Return the index at the close of each of `ALL_DAYS`, in percent a year."""
    values = world.walk(f"dvol {currency}", level=45.0, volatility=0.04, pull=0.03)
    kept, values = world.told(f"deribit/{currency}.DVOL", ALL_DAYS, values)
    return np.where(kept, values, np.nan)


def skew(world: World, currency: str) -> float:
    """Return call less put at 25 delta, in points, that the chain of this moment is built with."""
    values = world.random(f"skew {currency}").normal(-3.0, 3.0, ALL_DAYS.size)
    return float(values[world.place(world.today)])


def answer(world: World, ask: Ask) -> Reply:
    currency = ask.query.get("currency", "")
    if ask.path == "/api/v2/public/test":
        return Reply(payload={"jsonrpc": "2.0", "result": {"version": "1.2.26"}})
    if ask.path == "/api/v2/public/get_volatility_index_data":
        if currency not in ("BTC", "ETH") or ask.query.get("resolution") not in RESOLUTIONS:
            return _error(400, -32602, "Invalid params")
        if ask.query["resolution"] != "1D":
            return _result({"data": [], "continuation": None})
        return _index(world, ask, currency)
    if ask.path == "/api/v2/public/get_book_summary_by_currency":
        if currency not in ("BTC", "ETH") or ask.query.get("kind") != "option":
            return _result([]) if currency == "USDC" else _error(400, -32602, "Invalid params")
        return _result(chain(world, currency))
    return _error(404, -32601, "Method not found")


def _index(world: World, ask: Ask, currency: str) -> Reply:
    first, last = ask.number("start_timestamp", 0), ask.number("end_timestamp", 2**53)
    values, rows = dvol(world, currency), []
    for row in range(world.place(DVOL_START), world.place(world.today) + 1):
        stamp = milliseconds(ALL_DAYS[row])
        if not first <= stamp <= last or not np.isfinite(values[row]):
            continue
        before, close = float(values[row - 1]), float(values[row])
        if ALL_DAYS[row] == world.today:  # the running bar
            close = before + (close - before) * (world.now - moment(world.today)) / timedelta(days=1)
        before = before if np.isfinite(before) else close
        rows.append([stamp, before, max(before, close) + 0.4, min(before, close) - 0.4, close])
    continuation = rows[-1001][0] if len(rows) > 1000 else None
    return _result({"data": rows[-1000:], "continuation": continuation})


def chain(world: World, currency: str) -> list[dict[str, Any]]:
    """Return a summary of every option: Fridays and ends of quarters, strikes around the forward."""
    spot = world.price_at(world.by_symbol[currency.lower()], world.now)
    wanted, level = skew(world, currency), float(dvol(world, currency)[world.place(world.today)])
    result = []
    for number, expiry in enumerate(expiries(world.now)):
        years = (expiry - world.now).total_seconds() / YEAR
        forward = spot * (1 + 0.05 * years)
        name = f"{currency}-{expiry.day}{expiry:%b%y}".upper()
        at_money = level / 100 * (1 + 0.02 * number)
        spread = at_money * sqrt(years)
        step = 10 ** np.floor(np.log10(spot)) / 20
        seen = set()
        for z in np.linspace(-2.4, 2.4, 33):
            strike = float(np.round(forward * np.exp(z * spread) / step) * step)
            if strike <= 0 or strike in seen:
                continue
            seen.add(strike)
            volatility = smile(forward, strike, years, at_money, wanted / 100)
            result += [
                _summary(world, f"{name}-{strike:.0f}-{letter}", name, forward, volatility) for letter in "CP"
            ]
    return result


def smile(forward: float, strike: float, years: float, at_money: float, wanted: float) -> float:
    """Return the volatility of a strike: linear in call delta, `wanted` between deltas 0.25 and 0.75."""
    volatility = at_money
    for _ in range(40):
        d1 = log(forward / strike) / (volatility * sqrt(years)) + volatility * sqrt(years) / 2
        delta = 0.5 * (1 + erf(d1 / sqrt(2)))
        volatility = max(0.5 * volatility + 0.5 * (at_money - 2 * wanted * (delta - 0.5)), 0.02)
    return volatility


def expiries(now: datetime) -> list[datetime]:
    """Return 08:00 UTC of the next days, Fridays, and the last Fridays of the months after."""
    found: list[datetime] = []
    at = now.replace(hour=8, minute=0, second=0, microsecond=0)
    for ahead in range(1, 300):
        then = at + timedelta(days=ahead)
        friday, last = then.weekday() == 4, (then + timedelta(days=7)).month != then.month
        if ahead <= 2 or (friday and (ahead <= 24 or last)):
            found.append(then)
    return found


def _summary(world: World, name: str, underlying: str, forward: float, volatility: float) -> dict[str, Any]:
    return {
        "instrument_name": name,
        "underlying_index": underlying,
        "underlying_price": round(forward, 4),
        "mark_price": 0.05,
        "mark_iv": round(volatility * 100, 2),
        "bid_price": None,
        "ask_price": 0.052,
        "mid_price": None,
        "open_interest": 120.5,
        "volume": 12.1,
        "volume_usd": 94000,
        "interest_rate": 0.0,
        "creation_timestamp": milliseconds(world.now),
        "base_currency": name.split("-")[0],
        "quote_currency": name.split("-")[0],
    }


def _result(result: Any) -> Reply:
    return Reply(payload={"jsonrpc": "2.0", "result": result, "usIn": 1, "usOut": 2, "usDiff": 1})


def _error(status: int, code: int, words: str) -> Reply:
    return Reply(status, {"jsonrpc": "2.0", "error": {"code": code, "message": words}})


HOSTS: dict[str, Callable[[World, Ask], Reply]] = {"www.deribit.com": answer}
