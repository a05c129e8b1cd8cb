"""Reading CoinGecko's answers: its three shapes of an error, and the days of a coin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.http import words
from models.market.snapshot import Day, Days, Floats

from .contract import Failed, Fetched, Refused, Rows, Unavailable, clip, day_of, number

MIDNIGHT = 60_000
"""Milliseconds around 00:00 UTC that count as midnight."""
DAY_MS = 86_400_000
ONE_DAY = np.timedelta64(1, "D")


class TooDeepError(Exception):
    """The plan of the user does not reach so far back; `why` is a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def refusal(host: str, body: Mapping[str, Any]) -> Exception:
    """Read the three shapes of an error."""
    inner = body.get("error")
    said = body.get("status") or (inner.get("status") if isinstance(inner, dict) else None)
    code, message = 0.0, clip(inner if isinstance(inner, str) else "")
    if isinstance(said, dict):
        code, message = number(said.get("error_code")), clip(said.get("error_message", ""))
    tail = f" It says: {message}" if message else ""
    match code:
        case 10002:
            return Unavailable(f"{host} wants an API key, or does not know the one that is set.{tail}")
        case 10005:
            return Unavailable(f"The plan of the key does not include this.{tail}")
        case 10010 | 10011:
            return Unavailable(f"The key is of the other kind (demo or pro): enter it there.{tail}")
        case 10012:
            return TooDeepError(f"CoinGecko does not give so long a history to this key.{tail}")
    if inner == "coin not found":
        return Unavailable("CoinGecko does not list this coin (any more).")
    return Failed(f"{host} does not understand the request.{tail}", retry=False)


def rows_of(host: str, answer: object) -> list[Mapping[str, Any]]:
    """Return the objects of an answer that is a list of them."""
    if not isinstance(answer, list):
        raise Failed(words.failure(host, "answered with something else than a list"))
    return [row for row in answer if isinstance(row, dict)]


def read_days(answer: object, coin_id: str, *, now: datetime, first: Day, host: str) -> Fetched:
    """Read an answer of `market_chart`: three lists that are joined by their stamps.

    Days before `first` are left aside: they were not asked for.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("prices"), list):
        raise Failed(words.failure(host, "answered without prices"))
    refused: list[Refused] = []
    prices, later = _points(answer["prices"], coin_id, "price", now, refused)
    caps, _ = _points(answer.get("market_caps"), coin_id, "cap", now, refused)
    volumes, _ = _points(answer.get("total_volumes"), coin_id, "volume", now, refused)
    days: list[Day] = []
    values: list[tuple[float, float, float]] = []
    for day in sorted(prices):
        if day >= first:
            days.append(day)
            values.append((prices[day], caps.get(day, float("nan")), volumes.get(day, float("nan"))))
    unavailable: Mapping[Any, str] = {}
    if not prices and not refused and not later:
        unavailable = {("coin", coin_id): "CoinGecko publishes no daily prices of this coin."}
    rows = Rows("coin", coin_id, _as_days(days), _as_values(values))
    return Fetched(
        now,
        rows=(rows,) if days else (),
        refused=tuple(refused),
        provisional=later,
        unavailable=unavailable,
    )


def _as_days(days: Sequence[Day]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def _as_values(values: Sequence[tuple[float, float, float]]) -> Floats:
    return np.array(values, dtype=np.float64).reshape(-1, 3)


def _points(
    raw: object, coin_id: str, what: str, now: datetime, refused: list[Refused]
) -> tuple[dict[Day, float], int]:
    """Return the values at midnights by the day that each closes, and how many points lay off midnight."""
    found: dict[Day, float] = {}
    torn: set[Day] = set()
    later = 0
    if not isinstance(raw, list):
        return found, later
    for point in raw:
        if not isinstance(point, list) or len(point) < 2:
            refused.append(Refused("coin", coin_id, None, clip(point), "This is no pair of stamp and value."))
            continue
        stamp, value = number(point[0]), number(point[1])
        if not 0 < stamp < 1e14:
            refused.append(Refused("coin", coin_id, None, clip(point[0]), "This is no time stamp."))
            continue
        off = (stamp + DAY_MS / 2) % DAY_MS - DAY_MS / 2
        if abs(off) > MIDNIGHT or stamp > now.timestamp() * 1000 + MIDNIGHT:
            later += 1
            continue
        midnight = datetime.fromtimestamp(round(stamp / DAY_MS) * DAY_MS / 1000, UTC)
        day = day_of(midnight) - ONE_DAY
        if math.isnan(value) or (value == 0 and what == "cap"):
            continue  # a cap of zero is how CoinGecko says that it has none
        if value < 0 or (value == 0 and what == "price"):
            why = f"The {what} is {'zero' if value == 0 else 'negative'}."
            refused.append(Refused("coin", coin_id, day, clip(point[1]), why))
        elif day in found and found[day] != value:
            torn.add(day)
        else:
            found[day] = value
    for day in sorted(torn):
        why = f"The {what} of this day came twice, with different values."
        refused.append(Refused("coin", coin_id, day, clip(found.pop(day)), why))
    return found, later
