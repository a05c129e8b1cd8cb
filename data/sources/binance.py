"""Binance USD-M futures: funding, long and short accounts, open interest. No key.

Where Binance does not serve the region, funding and accounts are asked from Bybit, and from OKX after it:
their values carry their own source. Open interest is a size and differs from venue to venue, so each venue
keeps its own series and nothing is spliced.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from data.cache.layout import Kind
from models.market.snapshot import Day, day

from . import bybit, venues
from .contract import RECENT, Cancelled, Failed, Fetched, Host, Http, Job, Source, Unavailable, Want, clip
from .daily import Told, entry, fetched, field_of, listed, milliseconds

ID, HOST = "binance", "fapi.binance.com"
URL = f"https://{HOST}"
WHO = "Binance"
EARLIEST = day("2019-09-10")
DEEPEST = 800
"""Days of funding that are asked here; what lies before comes from the public archive."""
WINDOW = 29
"""Days of accounts and open interest that Binance keeps."""
MOST, PAGES = 1000, 12
COINS = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
ACCOUNTS, INTEREST, INTEREST_USD = (
    "count_long_short_ratio",
    "sum_open_interest",
    "sum_open_interest_value",
)
Params = dict[str, str | int | float]


def plan(want: Want) -> Sequence[Job]:
    jobs = []
    for number, coin in enumerate(COINS):
        funding, accounts, interest = (covered(kind, coin) for kind in ("funding", "accounts", "interest"))
        earliest = EARLIEST if want.full else max(EARLIEST, want.today - np.timedelta64(DEEPEST, "D"))
        first = want.first_wanted(*funding[0], earliest=earliest)
        run = partial(_funding, coin, first)
        title = ENTRY[funding[0][1]].title
        jobs.append(Job(ID, f"funding/{coin}", title, funding, run, rank=RECENT + 60 + number))
        # One request whatever is held, so all that Binance keeps is compared each time.
        recent = want.today - np.timedelta64(WINDOW, "D")
        # The next venue keeps more, in case that it has to be asked.
        first = want.first_wanted(*accounts[0], earliest=bybit.EARLIEST_RATIO)
        run = partial(_accounts, coin, recent, min(first, recent))
        title = ENTRY[accounts[0][1]].title
        jobs.append(Job(ID, f"accounts/{coin}", title, accounts, run, rank=RECENT + 64 + number))
        run = partial(_interest, coin, recent)
        title = ENTRY[interest[0][1]].title
        jobs.append(Job(ID, f"interest/{coin}", title, interest, run, rank=RECENT + 68 + number))
    return jobs


def covered(kind: str, coin: str) -> tuple[tuple[Kind, str], ...]:
    """Return the series of a job of this kind."""
    if kind == "funding":
        return (("series", f"{coin}_FUNDING"),)
    metrics = (ACCOUNTS,) if kind == "accounts" else (INTEREST, INTEREST_USD)
    return tuple(("series", f"{COINS[coin]}.{metric}") for metric in metrics)


# --- jobs -----------------------------------------------------------------------------------------


def _funding(coin: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    covers = covered("funding", coin)
    rows: list[venues.Settlement] = []
    start = milliseconds(first)
    try:
        for _ in range(PAGES):
            params: Params = {"symbol": COINS[coin], "startTime": start, "limit": MOST}
            page = listed(_ask("/fapi/v1/fundingRate", params, http, cancelled), WHO)
            rows += [
                venues.settlement(field_of(row, "fundingTime"), field_of(row, "fundingRate")) for row in page
            ]
            last = max((row.at for row in rows if row.at is not None), default=0)
            if len(page) < MOST or last < start:
                break
            start = last + 1
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, covers, bybit.WHO, bybit.funding_job(coin, first))
    return venues.funding(WHO, ENTRY[covers[0][1]], rows, http.now(), first)


def _accounts(coin: str, recent: Day, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    covers = covered("accounts", coin)
    try:
        rows = _data("globalLongShortAccountRatio", coin, http, cancelled)
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, covers, bybit.WHO, bybit.accounts_job(coin, first))
    told = _told(covers[0][1], rows, "longShortRatio", http, recent)
    return fetched(http.now(), WHO, (told,), ENTRY.get, absent=f"{WHO} sent no accounts of {COINS[coin]}.")


def _interest(coin: str, recent: Day, http: Http, cancelled: Cancelled) -> Fetched:
    covers = covered("interest", coin)
    try:
        rows = _data("openInterestHist", coin, http, cancelled)
    except Unavailable as blocked:
        return venues.hand_over(http, blocked, covers, bybit.WHO, bybit.interest_job(coin, recent))
    names = ("sumOpenInterest", "sumOpenInterestValue")
    told = [_told(key, rows, name, http, recent) for (_, key), name in zip(covers, names, strict=True)]
    return fetched(http.now(), WHO, told, ENTRY.get, absent=f"{WHO} sent no open interest of {COINS[coin]}.")


def _told(key: str, rows: list[object], name: str, http: Http, first: Day) -> Told:
    points = [venues.snapshot(field_of(row, "timestamp"), field_of(row, name)) for row in rows]
    return venues.told(key, points, http.now(), first)


def _data(name: str, coin: str, http: Http, cancelled: Cancelled) -> list[object]:
    params: Params = {"symbol": COINS[coin], "period": "1d", "limit": WINDOW + 1}
    return listed(_ask(f"/futures/data/{name}", params, http, cancelled), WHO)


def _ask(path: str, params: Params, http: Http, cancelled: Cancelled) -> object:
    venues.remembered(http, HOST)
    try:
        answer = http.get(URL + path, params=params, cancelled=cancelled, accept=(400,))
    except Unavailable as blocked:
        venues.remember(http, HOST, blocked)
        raise
    payload = answer.json()
    code = field_of(payload, "code")
    if answer.status == 400 or (code is not None and code != 200):
        raise Failed(f"{WHO} reports an error ({clip(code)}): {clip(field_of(payload, 'msg'))}", retry=False)
    return payload


def test(http: Http, cancelled: Cancelled) -> str:
    venues.forget(http, HOST)
    params: Params = {"symbol": "BTCUSDT", "limit": 1}
    rows = listed(_ask("/fapi/v1/fundingRate", params, http, cancelled), WHO)
    if not rows:
        raise Failed(f"{WHO} answered with an empty list.")
    return f"{WHO} answers: the last funding of BTCUSDT is {clip(field_of(rows[-1], 'fundingRate'))}."


STAMP = "00:00 UTC of the next day: a snapshot at the end of the day."
ENTRY = {
    **{f"{coin}_FUNDING": entry(f"{coin}_FUNDING", venues.FUNDING_STAMP) for coin in COINS},
    **{
        f"{symbol}.{metric}": entry(f"{symbol}.{metric}", STAMP)
        for symbol in COINS.values()
        for metric in (ACCOUNTS, INTEREST, INTEREST_USD)
    },
}

SOURCE = Source(
    id=ID,
    title="Binance",
    # 1000 requests in 5 minutes for futures/data, 500 for funding: far above what is asked.
    hosts=(Host(HOST, requests=20, per_seconds=15.0, burst=5),),
    attribution="Funding, accounts and open interest: Binance",
    licence="Personal use; no redistribution.",
    terms_url="https://www.binance.com/en/terms",
    entries=tuple(ENTRY.values()),
    plan=plan,
    test=test,
)
