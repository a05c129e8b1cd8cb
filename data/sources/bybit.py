"""Bybit: funding and accounts where Binance does not serve the region, open interest of its own. No key.

Nothing is planned here: the jobs of Binance hand over. All lists come newest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NoReturn

import numpy as np

from models.market.snapshot import Day, day

from . import okx, venues
from .contract import (
    RECENT,
    Cancelled,
    Failed,
    Fetched,
    Host,
    Http,
    Job,
    RateLimited,
    Source,
    Unavailable,
    Want,
    clip,
    number,
)
from .daily import entry, fetched, field_of, listed, milliseconds

ID, HOST = "bybit", "api.bybit.com"
URL = f"https://{HOST}/v5/market"
WHO = "Bybit"
EARLIEST_RATIO = day("2020-07-20")
PAGES = 40
COINS = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
PRIORITY = 3
"""Below Binance and its archive: their values stand where both have a day."""
LIMITED = (10006, 10018)
INTEREST = "sum_open_interest"
Params = dict[str, str | int | float]


def plan(want: Want) -> Sequence[Job]:
    """Plan nothing: Bybit is asked when a job of Binance is refused."""
    return ()


# --- jobs that are handed over ----------------------------------------------------------------------


def funding_job(coin: str, first: Day) -> Job:
    key = f"{coin}_FUNDING"
    run = partial(_funding, coin, first)
    return Job(ID, f"funding/{coin}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 72)


def accounts_job(coin: str, first: Day) -> Job:
    key = f"{COINS[coin]}.count_long_short_ratio"
    run = partial(_accounts, coin, first)
    return Job(ID, f"accounts/{coin}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 73)


def interest_job(coin: str, first: Day) -> Job:
    key = f"{COINS[coin]}-BYBIT.{INTEREST}"
    run = partial(_interest, coin, first)
    return Job(ID, f"interest/{coin}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 74)


def _funding(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    key = f"{coin}_FUNDING"
    rows: list[venues.Settlement] = []
    end = int(http.now().timestamp() * 1000)
    try:
        for _ in range(PAGES):
            params: Params = {"category": "linear", "symbol": COINS[coin], "endTime": end, "limit": 200}
            page = listed(field_of(_ask("/funding/history", params, http, cancelled), "list"), WHO)
            rows += [
                venues.settlement(field_of(row, "fundingRateTimestamp"), field_of(row, "fundingRate"))
                for row in page
            ]
            oldest = min((row.at for row in rows if row.at is not None), default=end)
            if len(page) < 200 or oldest < milliseconds(first) or oldest >= end:
                break
            end = oldest - 1
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, (("series", key),), okx.WHO, okx.funding_job(coin, first))
    return venues.funding(WHO, ENTRY[key], rows, http.now(), first, priority=PRIORITY)


def _accounts(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    key = f"{COINS[coin]}.count_long_short_ratio"
    params: Params = {"category": "linear", "symbol": COINS[coin], "period": "1d", "limit": 500}
    try:
        rows = _pages("/account-ratio", params, first, http, cancelled)
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, (("series", key),), okx.WHO, okx.accounts_job(coin, first))
    points = [venues.snapshot(field_of(row, "timestamp"), ratio(row)) for row in rows]
    told = venues.told(key, points, http.now(), first)
    absent = f"{WHO} sent no accounts of {COINS[coin]}."
    return fetched(http.now(), WHO, (told,), ENTRY.get, priority=PRIORITY, absent=absent)


def ratio(row: object) -> object:
    """Return longs per short; what is odd is handed on, to be refused under its own name.

    >>> ratio({"buyRatio": "0.6", "sellRatio": "0.4"})
    1.4999999999999998
    """
    buy, sell = field_of(row, "buyRatio"), field_of(row, "sellRatio")
    if buy is None or sell is None:
        return None
    parts = number(buy), number(sell)
    if not all(0 < part < 1 for part in parts) or abs(sum(parts) - 1) > 0.02:
        return f"{buy} to {sell}"
    return parts[0] / parts[1]


def _interest(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    key = f"{COINS[coin]}-BYBIT.{INTEREST}"
    params: Params = {"category": "linear", "symbol": COINS[coin], "intervalTime": "1d", "limit": 200}
    try:
        rows = _pages("/open-interest", params, first, http, cancelled)
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, (("series", key),), okx.WHO, okx.interest_job(coin, first))
    points = []
    for row in rows:
        single = field_of(row, "singleOpenInterest")
        both = number(field_of(row, "openInterest"))
        # `openInterest` counts both sides of each contract.
        amount = single if single not in (None, "") else both / 2 if np.isfinite(both) else None
        points.append(venues.snapshot(field_of(row, "timestamp"), amount))
    told = venues.told(key, points, http.now(), first)
    absent = f"{WHO} sent no open interest of {COINS[coin]}."
    return fetched(http.now(), WHO, (told,), ENTRY.get, absent=absent)


# --- asking ---------------------------------------------------------------------------------------


def _pages(path: str, params: Params, first: Day, http: Http, cancelled: Cancelled) -> list[object]:
    """Follow the cursor until the days before `first` are reached."""
    rows: list[object] = []
    span: Params = {"startTime": milliseconds(first), "endTime": int(http.now().timestamp() * 1000)}
    asked: Params = {**params, **span}
    for _ in range(PAGES):
        result = _ask(path, asked, http, cancelled)
        page = listed(field_of(result, "list"), WHO)
        rows += page
        cursor = field_of(result, "nextPageCursor")
        if not isinstance(cursor, str) or not cursor or not page:
            return rows
        asked = {**params, **span, "cursor": cursor}
    return rows


def _ask(path: str, params: Mapping[str, str | int | float], http: Http, cancelled: Cancelled) -> object:
    venues.remembered(http, HOST)
    try:
        answer = http.get(URL + path, params=params, cancelled=cancelled, accept=(403,))
        if answer.status == 403:
            _refused(answer.text(), http)
    except Unavailable as blocked:
        venues.remember(http, HOST, blocked)
        raise
    payload = answer.json()
    code = number(field_of(payload, "retCode"))
    if code in LIMITED:
        raise RateLimited(venues.later(http.now()), f"{WHO} counts too many requests from this address.")
    if code != 0:
        said = clip(field_of(payload, "retMsg"))
        raise Failed(f"{WHO} reports an error ({code:g}): {said}", retry=False)
    return field_of(payload, "result")


def _refused(page: str, http: Http) -> NoReturn:
    """Tell the ban of ten minutes from a region that is not served: both are a 403."""
    if "too frequent" in page.lower():
        raise RateLimited(venues.later(http.now(), minutes=10), f"{WHO} was asked too often and pauses.")
    why = f"{WHO} does not serve your region ({HOST} answered with 403)."
    raise Unavailable(why, until=venues.later(http.now(), minutes=24 * 60))


def test(http: Http, cancelled: Cancelled) -> str:
    venues.forget(http, HOST)
    params: Params = {"category": "linear", "symbol": "BTCUSDT", "period": "1d", "limit": 1}
    rows = listed(field_of(_ask("/account-ratio", params, http, cancelled), "list"), WHO)
    if not rows:
        raise Failed(f"{WHO} answered with an empty list.")
    return f"{WHO} answers: {clip(ratio(rows[0]))} long accounts of BTCUSDT for each short one."


STAMP = "00:00 UTC of the next day: a snapshot at the end of the day."
ENTRY = {
    **{f"{coin}_FUNDING": entry(f"{coin}_FUNDING", venues.FUNDING_STAMP) for coin in COINS},
    **{
        key: entry(key, STAMP)
        for symbol in COINS.values()
        for key in (f"{symbol}.count_long_short_ratio", f"{symbol}-BYBIT.{INTEREST}")
    },
}

SOURCE = Source(
    id=ID,
    title="Bybit (where Binance is blocked)",
    hosts=(Host(HOST, requests=10, per_seconds=5.0, burst=3),),
    attribution="Funding, accounts and open interest: Bybit",
    licence="Personal use; no redistribution.",
    terms_url="https://www.bybit.com/en/help-center/article/Terms-of-Service",
    # Its own open interest is listed once there is some: until then nothing would ask for it.
    entries=tuple(one for one in ENTRY.values() if INTEREST not in one.id),
    plan=plan,
    test=test,
)
