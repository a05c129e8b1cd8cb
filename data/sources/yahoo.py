"""Yahoo Finance: indices, the ETF on the Russell 2000, and long histories of coins.

Asked through yfinance, whose session is ours (`data.http.bridges`, decision 7). Yahoo's interface is
unofficial: it can change or close at any time, and every other source works without it.

Stamps: a session of New York is labelled with its date; its bar is whole from 16:15 New York on. A coin's
bar of D covers 00:00 to 24:00 UTC of D. The last row of an answer is live and is dropped.

Symbols of coins are not unique at Yahoo, and some name another coin. So nothing of a coin is taken unless
its price agrees with CoinGecko's, within 5 %.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from data import catalog
from data import coins as book
from models.market.snapshot import BITCOIN

from .coingecko import PRO_HOST, PUBLIC_HOST, current_prices, host_for
from .contract import (
    DEEP,
    FIRST_PICTURE,
    HISTORY,
    RECENT,
    Cancelled,
    Entry,
    Failed,
    Fetched,
    Host,
    Http,
    Job,
    Source,
    Want,
    day_of,
)
from .yahoo_answers import INDICES, ONE_DAY, about, read_bars, read_coin
from .yahoo_asking import history

ID = "yahoo"
FIRST_SESSION = np.datetime64("1985-01-02", "D")
FIRST_COIN_DAY = np.datetime64("2014-09-17", "D")
OVERLAP = np.timedelta64(330, "D")
"""CoinGecko gives a year: what it brought no longer ago than this joins what it brings now."""

# No limit is documented; bursts of 80 symbols get an address shut out. About one request in 1.2 seconds.
_QUERY = Host(
    "query2.finance.yahoo.com",
    requests=60,
    per_seconds=60,
    burst=10,
    user_agent="none",
    pauses=(60.0, 300.0, 900.0, 3600.0),
)
_SMALL = tuple(
    Host(name, requests=10, per_seconds=60, burst=4, user_agent="none", pauses=(60.0, 300.0, 900.0))
    for name in ("query1.finance.yahoo.com", "fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com")
)

SESSION = "date of the session in New York, as of its close (16:00); the running session is dropped"
UTC_DAY = "UTC day, as of its close; the running day is dropped"


def _entry(series: str) -> Entry:
    said = about(series)
    return Entry(series, "bars", said.title, said.unit, said.calendar, SESSION, said.available_after_days)


ENTRIES = (
    *(_entry(series) for series in INDICES),
    Entry("coins", "coin", "Long histories of coins: price and volume", "USD", "daily", UTC_DAY),
)


# --- planning -------------------------------------------------------------------------------------


def plan(want: Want) -> Sequence[Job]:
    jobs = [_index_job(want, series, place) for place, series in enumerate(INDICES)]
    followed = _is_followed(want)
    pending = [one for one in book.known().values() if one.yahoo and _is_pending(want, one.id, followed)]
    if pending:
        jobs.append(_prices_job(want, pending))
    return jobs


def _index_job(want: Want, series: str, place: int) -> Job:
    def run(http: Http, cancelled: Cancelled) -> Fetched:
        first = want.first_wanted("bars", series, earliest=FIRST_SESSION)
        frame = history(http, cancelled, INDICES[series].symbol, first)
        return read_bars(frame, series, now=http.now(), first=first)

    title = catalog.series(series, bars=True).title
    rank = FIRST_PICTURE + place if series in ("RUT", "IWM", "SPX") else RECENT + place
    return Job(ID, f"index/{series}", title, (("bars", series),), run, rank, host=_QUERY.name)


def _is_pending(want: Want, coin_id: str, is_followed: bool) -> bool:
    if want.full or want.since is not None:
        return True
    have = want.have.get(("coin", coin_id))
    return have is None or (not is_followed and bool(have.last < want.last_closed - OVERLAP))


def _is_followed(want: Want) -> bool:
    """Say whether CoinGecko's year still reaches back to where it ended last time; Bitcoin speaks for all."""
    known = want.price(BITCOIN)
    return known is not None and bool(known[0] >= want.last_closed - OVERLAP)


def _prices_job(want: Want, pending: Sequence[book.Known]) -> Job:
    """One request to CoinGecko for what the symbols are measured against; then the coins."""

    def run(http: Http, cancelled: Cancelled) -> Fetched:
        prices = current_prices(http, cancelled, want, [coin.id for coin in pending])
        # In the order of the list, which is about that of size.
        jobs = [
            _coin_job(want, coin, prices[coin.id], place)
            for place, coin in enumerate(pending)
            if coin.id in prices
        ]
        return Fetched(http.now(), then=tuple(jobs))

    # With the count in its name: as long as histories are missing they are asked for, also after a cut.
    name, title = f"prices/{len(pending)}", "Prices to check Yahoo's symbols with"
    # Early at the first start, though nothing of the first picture needs it: it stands in CoinGecko's line,
    # which takes half an hour, and holds up Yahoo's, which could bring the histories meanwhile. Later on
    # what is pending are mostly symbols that were refused: once a day is enough for those.
    is_first = not any(kind == "coin" for kind, _ in want.have)
    rank = FIRST_PICTURE + 5 if is_first else HISTORY
    return Job(ID, name, title, (), run, rank, host=host_for(want).name)


def _coin_job(want: Want, coin: book.Known, price: float, place: int) -> Job:
    def run(http: Http, cancelled: Cancelled) -> Fetched:
        first = want.first_wanted("coin", coin.id, earliest=FIRST_COIN_DAY)
        frame = history(http, cancelled, coin.yahoo, first)
        return read_coin(frame, coin, now=http.now(), first=first, quote=price, close=want.price(coin.id))

    name, title = f"coin/{coin.id}", f"{coin.name}, long history"
    rank = DEEP + min(place, 99)
    return Job(ID, name, title, (("coin", coin.id),), run, rank, host=_QUERY.name)


# --- the source -----------------------------------------------------------------------------------


def test(http: Http, cancelled: Cancelled) -> str:
    """Ask for the last days of the Russell 2000."""
    began = time.monotonic()
    first = day_of(http.now()) - 10 * ONE_DAY
    found = read_bars(history(http, cancelled, "^RUT", first), "RUT", now=http.now(), first=first)
    if not found.rows:
        raise Failed("Yahoo answered without any session of the last ten days.")
    last = found.rows[0].days[-1]
    return f"Yahoo answers in {time.monotonic() - began:.1f} seconds; the last session is {last}."


SOURCE = Source(
    id=ID,
    title="Yahoo Finance",
    # CoinGecko is asked once for the prices that symbols are measured against.
    hosts=(_QUERY, *_SMALL, PUBLIC_HOST, PRO_HOST),
    attribution="Yahoo Finance (unaffiliated; through yfinance)",
    licence="Yahoo's terms: personal use, no redistribution",
    terms_url="https://legal.yahoo.com/us/en/yahoo/terms/otos/index.html",
    entries=ENTRIES,
    plan=plan,
    test=test,
)
