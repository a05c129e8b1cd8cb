"""OKX: the last venue that is asked for funding and accounts, and open interest of its own. No key.

Nothing is planned here: the jobs of Bybit hand over. Days are those of UTC only with `1Dutc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models.market.snapshot import Day, day

from . import venues
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
    Want,
    clip,
    number,
)
from .daily import cell, entry, fetched, field_of, listed, milliseconds

ID, HOST = "okx", "www.okx.com"
URL = f"https://{HOST}/api/v5"
WHO = "OKX"
EARLIEST = day("2024-01-01")
MOST, PAGES = 100, 15
COINS = {"BTC": "BTC-USDT-SWAP", "ETH": "ETH-USDT-SWAP"}
SYMBOLS = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
PRIORITY = 4
"""Below Binance and its archive: their values stand where both have a day."""
LIMITED = ("50011", "50013", "50061")
INTEREST, INTEREST_USD = "sum_open_interest", "sum_open_interest_value"
Params = dict[str, str | int | float]


def plan(want: Want) -> Sequence[Job]:
    """Plan nothing: OKX is asked when Bybit is refused."""
    return ()


def funding_job(coin: str, first: Day) -> Job:
    key = f"{coin}_FUNDING"
    run = partial(_funding, coin, first)
    return Job(ID, f"funding/{coin}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 76)


def accounts_job(coin: str, first: Day) -> Job:
    key = f"{SYMBOLS[coin]}.count_long_short_ratio"
    run = partial(_accounts, coin, max(first, EARLIEST))
    return Job(ID, f"accounts/{coin}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 77)


def interest_job(coin: str, first: Day) -> Job:
    keys = [f"{SYMBOLS[coin]}-OKX.{metric}" for metric in (INTEREST, INTEREST_USD)]
    run = partial(_interest, coin, max(first, EARLIEST))
    covers = (("series", keys[0]), ("series", keys[1]))
    return Job(ID, f"interest/{coin}", ENTRY[keys[0]].title, covers, run, rank=RECENT + 78)  # type: ignore[arg-type]


def _funding(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    rows: list[venues.Settlement] = []
    asked: Params = {"instId": COINS[coin], "limit": MOST}
    for _ in range(PAGES):
        page = listed(_ask("/public/funding-rate-history", asked, http, cancelled), WHO)
        rows += [venues.settlement(field_of(row, "fundingTime"), rate(row)) for row in page]
        oldest = min((row.at for row in rows if row.at is not None), default=0)
        if len(page) < MOST or oldest <= milliseconds(first) or oldest == asked.get("after"):
            break
        asked = {**asked, "after": oldest}
    return venues.funding(WHO, ENTRY[f"{coin}_FUNDING"], rows, http.now(), first, priority=PRIORITY)


def rate(row: object) -> object:
    """Return the rate that was paid; right after a settlement only the announced one is there."""
    realized = field_of(row, "realizedRate")
    return realized if realized not in (None, "") else field_of(row, "fundingRate")


def _accounts(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    key = f"{SYMBOLS[coin]}.count_long_short_ratio"
    rows = _pages("/rubik/stat/contracts/long-short-account-ratio-contract", coin, first, http, cancelled)
    points = [venues.snapshot(cell(row, 0), cell(row, 1)) for row in rows]
    told = venues.told(key, points, http.now(), first)
    absent = f"{WHO} sent no accounts of {COINS[coin]}."
    return fetched(http.now(), WHO, (told,), ENTRY.get, priority=PRIORITY, absent=absent)


def _interest(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    rows = _pages("/rubik/stat/contracts/open-interest-history", coin, first, http, cancelled)
    told = [
        venues.told(
            f"{SYMBOLS[coin]}-OKX.{metric}",
            [venues.snapshot(cell(row, 0), cell(row, place)) for row in rows],
            http.now(),
            first,
        )
        for metric, place in ((INTEREST, 2), (INTEREST_USD, 3))
    ]
    return fetched(http.now(), WHO, told, ENTRY.get, absent=f"{WHO} sent no open interest of {COINS[coin]}.")


def _pages(path: str, coin: str, first: Day, http: Http, cancelled: Cancelled) -> list[object]:
    rows: list[object] = []
    # A snapshot at 00:00 belongs to the day before.
    begin = milliseconds(first + np.timedelta64(1, "D"))
    end = int(http.now().timestamp() * 1000)
    for _ in range(PAGES):
        params: Params = {
            "instId": COINS[coin],
            "period": "1Dutc",
            "begin": begin,
            "end": end,
            "limit": MOST,
        }
        page = listed(_ask(path, params, http, cancelled), WHO)
        rows += page
        stamps = [number(cell(row, 0)) for row in page]
        oldest = min((stamp for stamp in stamps if 0 < stamp < end), default=0.0)
        if len(page) < MOST or oldest <= begin:
            break
        end = int(oldest) - 1
    return rows


def _ask(path: str, params: Params, http: Http, cancelled: Cancelled) -> object:
    payload = http.json(URL + path, params=params, cancelled=cancelled)
    code = str(field_of(payload, "code"))
    if code in LIMITED:
        raise RateLimited(venues.later(http.now()), f"{WHO} counts too many requests from this address.")
    if code != "0":
        raise Failed(f"{WHO} reports an error ({clip(code)}): {clip(field_of(payload, 'msg'))}", retry=False)
    return field_of(payload, "data")


def test(http: Http, cancelled: Cancelled) -> str:
    params: Params = {"instId": COINS["BTC"], "limit": 1}
    rows = listed(_ask("/public/funding-rate-history", params, http, cancelled), WHO)
    if not rows:
        raise Failed(f"{WHO} answered with an empty list.")
    return f"{WHO} answers: the last funding of {COINS['BTC']} is {clip(rate(rows[0]))}."


STAMP = "00:00 UTC of the next day: a snapshot at the end of the day."
ENTRY = {
    **{f"{coin}_FUNDING": entry(f"{coin}_FUNDING", venues.FUNDING_STAMP) for coin in COINS},
    **{
        key: entry(key, STAMP)
        for symbol in SYMBOLS.values()
        for key in (
            f"{symbol}.count_long_short_ratio",
            f"{symbol}-OKX.{INTEREST}",
            f"{symbol}-OKX.{INTEREST_USD}",
        )
    },
}

SOURCE = Source(
    id=ID,
    title="OKX (where Binance and Bybit are blocked)",
    hosts=(Host(HOST, requests=4, per_seconds=2.0, burst=1),),
    attribution="Funding, accounts and open interest: OKX",
    licence="Personal use; no redistribution.",
    terms_url="https://www.okx.com/help/terms-of-service",
    # Its own open interest is listed once there is some: until then nothing would ask for it.
    entries=tuple(one for one in ENTRY.values() if INTEREST not in one.id),
    plan=plan,
    test=test,
)
