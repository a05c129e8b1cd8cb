"""CoinGecko: the universe of the 250 largest coins, their daily history, and the market as a whole.

Asked through pycoingecko, whose session is ours (`data.http.bridges`): it knows the paths and nothing of
limits, keys or cancelling. Keyless by default; a demo key allows more requests, a pro key also a longer
history. Keys travel in headers, which pycoingecko itself does not do.

Stamps: CoinGecko's daily value of D, 00:00 UTC, is the price at that instant, which is the close of
D - 1. It comes 10 to 35 minutes after midnight. The last point of each answer is "now" and is dropped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from data import coins as book
from data.http import words
from models.market.snapshot import BITCOIN, Coin, Day

from .coingecko_answers import TooDeepError, read_days, refusal, rows_of
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
    Key,
    Refused,
    Rows,
    Source,
    SourceError,
    Unavailable,
    Want,
    clip,
    day_of,
    number,
)

if TYPE_CHECKING:
    from pycoingecko import CoinGeckoAPI

ID = "coingecko"
UNIVERSE = 250
TOP = 50
"""Coins whose history belongs to the first useful picture."""
FREE_DAYS = 365
"""What keyless and demo users may look back."""
FIRST_DAY = np.datetime64("2013-04-28", "D")
FOLLOWED = np.timedelta64(30, "D")
"""A coin that fell out of the universe is followed on while its values are younger than this."""
IS_ID = re.compile(r"[a-z0-9][a-z0-9._~-]{0,120}", re.IGNORECASE).fullmatch

DEMO = Key("coingecko-demo", "CoinGecko demo key", "x-cg-demo-api-key", requests=25, burst=5)
PRO = Key("coingecko-pro", "CoinGecko pro key", "x-cg-pro-api-key")
# Keyless: 5 to 15 a minute, per address and unstated.
PUBLIC_HOST = Host("api.coingecko.com", requests=10, per_seconds=60, burst=4, keys=(DEMO,))
PRO_HOST = Host("pro-api.coingecko.com", requests=250, per_seconds=60, burst=20, keys=(PRO,), needs_key=True)

STAMP = "00:00 UTC of a day is the instant that closes the day before; shifted back by one day"
NOW = "the moment of the request, labelled with its UTC day"
ENTRIES = (
    Entry("coins", "coin", "Price, market cap and volume of coins", "USD", "daily", STAMP),
    Entry("TOTAL_CAP_COINGECKO", "series", "All coins together (CoinGecko)", "USD", "daily", NOW),
    Entry("BTC_DOMINANCE_COINGECKO", "series", "Bitcoin dominance (CoinGecko)", "percent", "daily", NOW),
    Entry("ETH_DOMINANCE_COINGECKO", "series", "Ether dominance (CoinGecko)", "percent", "daily", NOW),
)


def host_for(want: Want) -> Host:
    return PRO_HOST if PRO.name in want.keys else PUBLIC_HOST


# --- planning -------------------------------------------------------------------------------------


def plan(want: Want) -> Sequence[Job]:
    """The universe first; it makes the histories of new coins known. Coins of the cache need not wait."""
    host = host_for(want)
    held = {coin.id: coin for coin in want.coins}
    followed = [coin for coin in held.values() if _is_followed(want, coin.id)][: UNIVERSE + 100]
    histories = [_history(want, host, coin.id, coin.name, place) for place, coin in enumerate(followed)]
    planned = frozenset(coin.id for coin in followed)

    def universe(http: Http, cancelled: Cancelled) -> Fetched:
        return _universe(http, cancelled, want, host, planned)

    def world(http: Http, cancelled: Cancelled) -> Fetched:
        return _global(http, cancelled, want, host)

    covers = tuple((entry.kind, entry.id) for entry in ENTRIES[1:])
    return [
        # With the count in its name, it is asked again as long as histories are missing: a refresh that
        # was cut would not know of them otherwise.
        Job(
            ID, f"universe/{len(followed)}", "The largest coins", (), universe, FIRST_PICTURE, host=host.name
        ),
        Job(ID, "global", "The market as a whole", covers, world, FIRST_PICTURE + 1, host=host.name),
        *histories,
    ]


def _is_followed(want: Want, coin_id: str) -> bool:
    have = want.have.get(("coin", coin_id))
    return have is not None and bool(have.last >= want.last_closed - FOLLOWED)


def _history(want: Want, host: Host, coin_id: str, name: str, place: int) -> Job:
    """One coin's days. The largest come first; what is complete up to yesterday can wait for revisions."""
    have = want.have.get(("coin", coin_id))
    complete = have is not None and have.last >= want.last_closed
    base = HISTORY if complete else RECENT if have is not None else HISTORY
    if not complete and (place < TOP or coin_id == BITCOIN):
        base = FIRST_PICTURE + 10

    def run(http: Http, cancelled: Cancelled) -> Fetched:
        return _days(http, cancelled, want, host, coin_id)

    rank = base + min(place, 80 if base == FIRST_PICTURE + 10 else 99)
    return Job(ID, f"coin/{coin_id}", name, (("coin", coin_id),), run, rank, host=host.name)


# --- asking ---------------------------------------------------------------------------------------


def _api(http: Http, cancelled: Cancelled, host: Host) -> CoinGeckoAPI:
    from pycoingecko import CoinGeckoAPI

    from data.http.bridges import requests_session

    # Without a key here: it would end up in the address. The layer below adds it as a header.
    api = CoinGeckoAPI(retries=0)
    api.api_base_url = f"https://{host.name}/api/v3/"
    api.session.close()
    api.session = requests_session(http, cancelled, accept=(400, 401, 404, 422))
    return api


def _ask(host: Host, question: Callable[[], Any]) -> Any:
    """Ask through pycoingecko and bring what goes wrong into the words of the contract."""
    import requests

    try:
        return question()
    except SourceError:
        raise
    except requests.RequestException as error:
        status = error.response.status_code if error.response is not None else 0
        raise Failed(words.failure(host.name, words.unexpected(status)), retry=False) from None
    except ValueError as error:
        said = error.args[0] if error.args else None
        if isinstance(said, dict):
            raise refusal(host.name, said) from None
        raise Failed(words.failure(host.name, "answered with broken JSON")) from None


# --- the universe ---------------------------------------------------------------------------------


@dataclass
class _Universe:
    """The coins of this refresh in the order of their caps; sectors come in as they become known."""

    coins: list[Coin]
    unsorted: set[str] = field(default_factory=set)
    """Coins of no sector yet."""
    has_new: bool = False
    """Some of these were never looked up."""

    def settle(self, sectors: Mapping[str, str]) -> bool:
        """Give sectors to coins that have none; says whether anything changed."""
        found = {one: sectors[one] for one in self.unsorted & set(sectors) if sectors[one] != book.OTHER}
        self.coins = [replace(c, sector=found[c.id]) if c.id in found else c for c in self.coins]
        self.unsorted -= set(found)
        return bool(found)


def _universe(http: Http, cancelled: Cancelled, want: Want, host: Host, planned: frozenset[str]) -> Fetched:
    api = _api(http, cancelled, host)
    rows = rows_of(
        host.name,
        _ask(
            host,
            lambda: api.get_coins_markets(
                "usd", order="market_cap_desc", per_page=UNIVERSE, page=1, sparkline=False
            ),
        ),
    )
    held = {coin.id: coin for coin in want.coins}
    universe, refused = _listed(rows, held)
    if not universe.coins:
        raise Failed(words.failure(host.name, "lists no coins"))
    places = {coin.id: place for place, coin in enumerate(universe.coins)}
    then = [
        _history(want, host, coin.id, coin.name, places[coin.id])
        for coin in universe.coins
        if coin.id not in planned
    ]
    notes = (
        (f"{len(then)} coins of the largest {len(universe.coins)} were not followed before.",) if then else ()
    )
    if universe.unsorted:
        then.append(_categories(host, universe))
    return Fetched(
        http.now(), coins=tuple(universe.coins), refused=tuple(refused), then=tuple(then), notes=notes
    )


def _listed(rows: Sequence[Mapping[str, Any]], held: Mapping[str, Coin]) -> tuple[_Universe, list[Refused]]:
    universe = _Universe([])
    refused: list[Refused] = []
    seen: set[str] = set()
    for row in rows:
        coin_id = row.get("id")
        if not isinstance(coin_id, str) or not IS_ID(coin_id):
            refused.append(Refused("coin", clip(coin_id), None, clip(coin_id), "This is no id of a coin."))
            continue
        if coin_id in seen:
            continue
        seen.add(coin_id)
        symbol = clip(row.get("symbol") or coin_id).upper()
        name = clip(row.get("name") or coin_id)
        known = held.get(coin_id) or book.known().get(coin_id)
        sector = known.sector if known else book.OTHER
        if sector == book.OTHER and coin_id not in book.known():
            sector = book.sector_by_name(name, symbol, number(row.get("current_price")))
            if sector == book.OTHER:
                universe.unsorted.add(coin_id)
                universe.has_new |= coin_id not in held
        universe.coins.append(Coin(coin_id, symbol, name, sector))
    return universe, refused


def current_prices(
    http: Http, cancelled: Cancelled, want: Want, coin_ids: Sequence[str]
) -> Mapping[str, float]:
    """Return the prices of this moment of up to 250 coins: what other sources are measured against."""
    host = host_for(want)
    api = _api(http, cancelled, host)
    rows = rows_of(
        host.name,
        _ask(host, lambda: api.get_coins_markets("usd", ids=",".join(coin_ids), per_page=UNIVERSE, page=1)),
    )
    prices = {row["id"]: number(row.get("current_price")) for row in rows if isinstance(row.get("id"), str)}
    return {coin: price for coin, price in prices.items() if price > 0}


# --- sectors --------------------------------------------------------------------------------------


def _categories(host: Host, universe: _Universe) -> Job:
    """Find the categories by their names: ids change, and some get retired."""

    def run(http: Http, cancelled: Cancelled) -> Fetched:
        api = _api(http, cancelled, host)
        rows = rows_of(host.name, _ask(host, api.get_coins_categories_list))
        ids = {row.get("name"): clip(row.get("category_id") or "") for row in rows}
        wanted = [(ids[name], name, sector) for name, sector in book.CATEGORIES if ids.get(name)]
        few = len(universe.unsorted) <= len(wanted)
        then = (
            [_single(host, universe, coin, place) for place, coin in enumerate(sorted(universe.unsorted))]
            if few
            else [_category(host, universe, *one, place) for place, one in enumerate(wanted)]
        )
        return Fetched(http.now(), then=tuple(then))

    rank = HISTORY if universe.has_new else DEEP
    return Job(ID, "categories", "Categories of coins", (), run, rank, host=host.name)


def _category(host: Host, universe: _Universe, slug: str, name: str, sector: str, place: int) -> Job:
    def run(http: Http, cancelled: Cancelled) -> Fetched:
        if not universe.unsorted:
            return Fetched(http.now())
        api = _api(http, cancelled, host)
        rows = rows_of(
            host.name, _ask(host, lambda: api.get_coins_markets("usd", category=slug, per_page=250, page=1))
        )
        members = [row["id"] for row in rows if isinstance(row.get("id"), str)]
        changed = universe.settle(dict.fromkeys(members, sector))
        return Fetched(http.now(), coins=tuple(universe.coins) if changed else ())

    rank = (HISTORY if universe.has_new else DEEP) + min(place, 99)
    return Job(ID, f"category/{slug}", f"Coins of {name}", (), run, rank, host=host.name)


def _single(host: Host, universe: _Universe, coin_id: str, place: int) -> Job:
    def run(http: Http, cancelled: Cancelled) -> Fetched:
        api = _api(http, cancelled, host)
        answer = _ask(
            host,
            lambda: api.get_coin_by_id(
                coin_id,
                localization=False,
                tickers=False,
                market_data=False,
                community_data=False,
                developer_data=False,
                sparkline=False,
            ),
        )
        names = answer.get("categories") if isinstance(answer, dict) else None
        sector = book.sector_of_categories(
            one for one in (names if isinstance(names, list) else []) if isinstance(one, str)
        )
        changed = universe.settle({coin_id: sector})
        return Fetched(http.now(), coins=tuple(universe.coins) if changed else ())

    return Job(
        ID, f"sector/{coin_id}", f"Sector of {coin_id}", (), run, DEEP + min(place, 99), host=host.name
    )


# --- the market as a whole ------------------------------------------------------------------------


def _global(http: Http, cancelled: Cancelled, want: Want, host: Host) -> Fetched:
    api = _api(http, cancelled, host)
    # pycoingecko unwraps "data", and stumbles where it is missing.
    try:
        answer = _ask(host, api.get_global)
    except (KeyError, TypeError):
        answer = None
    now = http.now()
    if not isinstance(answer, dict):
        raise Failed(words.failure(host.name, "answered without the figures of the market"))
    shares = answer.get("market_cap_percentage")
    caps = answer.get("total_market_cap")
    figures = {
        "TOTAL_CAP_COINGECKO": number(caps.get("usd")) if isinstance(caps, dict) else float("nan"),
        "BTC_DOMINANCE_COINGECKO": number(shares.get("btc")) if isinstance(shares, dict) else float("nan"),
        "ETH_DOMINANCE_COINGECKO": number(shares.get("eth")) if isinstance(shares, dict) else float("nan"),
    }
    today = day_of(now)
    rows: list[Rows] = []
    refused: list[Refused] = []
    for entry in ENTRIES[1:]:
        value = figures[entry.id]
        highest = 100.0 if entry.unit == "percent" else float("inf")
        if 0 < value <= highest:
            # The first one of a day stands: it is no bar that closes.
            held = want.have.get(("series", entry.id))
            if held is None or held.last < today:
                rows.append(
                    Rows(
                        "series", entry.id, np.array([today]), np.array([[value]]), entry.about(), moment=True
                    )
                )
        elif not math.isnan(value):
            refused.append(Refused("series", entry.id, today, clip(value), "This is no possible value."))
    missing: Mapping[Any, str] = {
        ("series", name): "CoinGecko does not publish it at the moment."
        for name, value in figures.items()
        if math.isnan(value)
    }
    return Fetched(now, rows=tuple(rows), refused=tuple(refused), unavailable=missing)


# --- the days of a coin ---------------------------------------------------------------------------


def _days(http: Http, cancelled: Cancelled, want: Want, host: Host, coin_id: str) -> Fetched:
    if not IS_ID(coin_id):
        raise Unavailable("This coin has no id of CoinGecko.")
    api = _api(http, cancelled, host)
    deepest = want.last_closed - np.timedelta64(FREE_DAYS - 1, "D")
    earliest = FIRST_DAY if host is PRO_HOST else deepest
    first = want.first_wanted("coin", coin_id, earliest=earliest)

    def ask(first: Day) -> Any:
        # One day more: the first one may begin before its midnight.
        days = int((want.today - first).astype(int)) + (0 if first <= deepest else 1)
        return _ask(host, lambda: api.get_coin_market_chart_by_id(coin_id, "usd", days, interval="daily"))

    try:
        answer = ask(first)
    except TooDeepError as deep:
        if first >= deepest:
            raise Unavailable(deep.why) from None
        first = deepest
        try:
            answer = ask(first)
        except TooDeepError as still:
            raise Unavailable(still.why) from None
    return read_days(answer, coin_id, now=http.now(), first=first, host=host.name)


# --- the source -----------------------------------------------------------------------------------


def test(http: Http, cancelled: Cancelled) -> str:
    """Ask for the one page that costs nothing."""
    api = _api(http, cancelled, PUBLIC_HOST)
    answer = _ask(PUBLIC_HOST, api.ping)
    said = clip(answer.get("gecko_says", "")) if isinstance(answer, dict) else ""
    if not said:
        raise Failed(words.failure(PUBLIC_HOST.name, "did not answer as expected"))
    return f"CoinGecko answers: {said}."


SOURCE = Source(
    id=ID,
    title="CoinGecko",
    hosts=(PUBLIC_HOST, PRO_HOST),
    attribution="Data provided by CoinGecko (https://www.coingecko.com)",
    licence="CoinGecko API terms: visible credit, no redistribution; kept for personal use only",
    terms_url="https://www.coingecko.com/en/api_terms",
    entries=ENTRIES,
    plan=plan,
    test=test,
)
