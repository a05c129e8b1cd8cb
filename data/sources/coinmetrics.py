"""Coin Metrics community API: what happens on the chain, long price histories, prices at 16:00 New York.

No key; CC BY-NC 4.0. What the community may have changes from year to year: a metric that is missing from
the answer is *not available*, never an error of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.cache.layout import Kind
from models.market.snapshot import Day, day

from .contract import (
    DEEP,
    RECENT,
    Cancelled,
    Entry,
    Failed,
    Fetched,
    Host,
    Http,
    Job,
    Refused,
    Rows,
    Source,
    Unavailable,
    Want,
    clip,
)
from .daily import Guard, Point, Told, bounds, entry, fetched, field_of, listed, tell, text_day

ID, HOST = "coinmetrics", "community-api.coinmetrics.io"
URL = f"https://{HOST}/v4/timeseries/asset-metrics"
WHO = "Coin Metrics"
EARLIEST = day("2009-01-03")
PAGE, PAGES = 10_000, 20
NEW_YORK = ZoneInfo("America/New_York")
PRIORITY = 3
"""Prices fill days that CoinGecko (1) and Yahoo (2) lack: they come without a volume."""
OFF = 0.05

CHAIN = ("AdrActCnt", "TxCnt", "FlowInExUSD", "FlowOutExUSD", "SplyCur")
METRICS: dict[str, tuple[str, ...]] = {"btc": (*CHAIN, "CapMVRVCur"), "eth": CHAIN}
NY_CLOSE = {"btc": "BTC_NY_CLOSE", "eth": "ETH_NY_CLOSE"}
COINS = {
    "btc": "bitcoin",
    "eth": "ethereum",
    "ltc": "litecoin",
    "xrp": "ripple",
    "doge": "dogecoin",
    "ada": "cardano",
    "xlm": "stellar",
    "link": "chainlink",
    "bch": "bitcoin-cash",
    "etc": "ethereum-classic",
    "dash": "dash",
    "xmr": "monero",
    "zec": "zcash",
    "trx": "tron",
    "xtz": "tezos",
    "eos": "eos",
    "neo": "neo",
    "xem": "nem",
    "bsv": "bitcoin-cash-sv",
    "dcr": "decred",
}
"""Assets whose long histories are taken, and the coins that they are."""
LEAPS = {
    "SplyCur": (1.2, 0.0),
    "CapMVRVCur": (4.0, 0.0),
    "AdrActCnt": (8.0, 10_000.0),
    "TxCnt": (8.0, 10_000.0),
    "FlowInExUSD": (100.0, 1e7),
    "FlowOutExUSD": (100.0, 1e7),
}
"""How many times its neighbours a value may be, and from which size on that is judged."""
PRICE = Guard(lowest=1e-12, outside="A price lies above zero.", factor=8.0)
CAP = Guard(lowest=0.0, factor=8.0)
STAMP = "00:00 UTC of the day at whose end it was true."
NY_STAMP = "16:00 in New York on the day, weekends too."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the answer: `at` is None where its time could not be read."""

    at: datetime | None
    stamp: object
    values: Mapping[str, object]


def plan(want: Want) -> Sequence[Job]:
    """One job an asset: metrics of Bitcoin and Ether first, long price histories after everything."""
    jobs = []
    for number, (asset, metrics) in enumerate(METRICS.items()):
        keys = [series(asset, metric) for metric in metrics]
        first = min(want.first_wanted("series", key, earliest=EARLIEST) for key in keys)
        covers: tuple[tuple[Kind, str], ...] = tuple(("series", key) for key in keys)
        run = partial(_metrics, asset, first)
        title = f"{asset.upper()} on the chain"
        jobs.append(Job(ID, f"metrics/{asset}", title, covers, run, rank=RECENT + 40 + number))
    for number, (asset, key) in enumerate(NY_CLOSE.items()):
        first = want.first_wanted("series", key, earliest=EARLIEST)
        run = partial(_ny_close, asset, first)
        jobs.append(
            Job(ID, f"ny-close/{asset}", ENTRY[key].title, (("series", key),), run, rank=RECENT + 50 + number)
        )
    for number, (asset, coin) in enumerate(COINS.items()):
        first = want.first_wanted("coin", coin, earliest=EARLIEST)
        run = partial(_prices, asset, first, want)
        title = f"Long history of {asset.upper()}"
        jobs.append(Job(ID, f"prices/{asset}", title, (("coin", coin),), run, rank=DEEP + number))
    return jobs


def guard(asset: str, metric: str) -> Guard:
    factor, floor = LEAPS.get(metric, (100.0, 0.0))
    return bounds(series(asset, metric), factor=factor, floor=floor)


def series(asset: str, metric: str) -> str:
    return f"{asset.upper()}.{metric}"


# --- jobs -----------------------------------------------------------------------------------------


def _metrics(asset: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    metrics = METRICS[asset]
    rows = _ask(asset, metrics, "1d", first, http, cancelled)
    now = http.now()
    told = [
        tell(
            series(asset, metric),
            points(rows, metric),
            today=np.datetime64(now.date(), "D"),
            guard=guard(asset, metric),
            since=first,
        )
        for metric in metrics
    ]
    absent = f"{WHO} does not give it to the community (now, or since {first})."
    return fetched(now, WHO, told, ENTRY.get, absent=absent)


def _ny_close(asset: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    rows = _ask(asset, ("ReferenceRateUSD",), "1d-ny-close", first, http, cancelled)
    now, key = http.now(), NY_CLOSE[asset]
    told = tell(
        key,
        points(rows, "ReferenceRateUSD", zone=NEW_YORK),
        today=np.datetime64(now.date(), "D"),
        guard=PRICE,
        since=first,
    )
    if not told.seen or not (told.days or told.refused or told.provisional):
        raise Unavailable(f"{WHO} does not give the price at 16:00 New York to the community.")
    return fetched(now, WHO, (told,), ENTRY.get)


def _prices(asset: str, first: Day, want: Want, http: Http, cancelled: Cancelled) -> Fetched:
    """Fetch price and cap of a coin; refused whole where the asset seems to be another coin."""
    rows = _ask(asset, ("PriceUSD", "CapMrktCurUSD"), "1d", first, http, cancelled)
    now, coin = http.now(), COINS[asset]
    today = np.datetime64(now.date(), "D")
    price = tell(coin, points(rows, "PriceUSD"), today=today, guard=PRICE, kind="coin", since=first)
    cap = tell(coin, points(rows, "CapMrktCurUSD"), today=today, guard=CAP, kind="coin", since=first)
    if not price.days:
        if price.refused:
            raise Failed(
                f"{WHO} sent no usable price of {asset.upper()}: {price.refused[0].why}", retry=False
            )
        raise Unavailable(f"{WHO} has no price of {asset.upper()} for the community.")
    other = another_coin(price, want.price(coin))
    if other is not None:
        raise Failed(other.why, retry=False)
    caps = dict(zip(cap.days, cap.values, strict=True))
    values = np.full((len(price.days), 3), np.nan)
    values[:, 0] = price.values
    values[:, 1] = [caps.get(one, np.nan) for one in price.days]
    return Fetched(
        now,
        rows=(Rows("coin", coin, np.array(price.days, dtype="datetime64[D]"), values),),
        priority=PRIORITY,
        refused=tuple(price.refused + cap.refused),
        provisional=price.provisional,
    )


def another_coin(told: Told, known: tuple[Day, float] | None) -> Refused | None:
    """Compare with the price that is held for the same day: more than 5 % apart is another coin."""
    if known is None or known[0] not in told.days:
        return None
    when, price = known
    value = told.values[told.days.index(when)]
    if not abs(value / price - 1) > OFF:
        return None
    why = (
        f"{WHO} has {value:g} USD for {told.key} on {when} where {price:g} USD is known: "
        "this may be another coin, so nothing of it is taken."
    )
    return Refused("coin", told.key, when, clip(value), why)


# --- asking ---------------------------------------------------------------------------------------


def _ask(
    asset: str, metrics: Iterable[str], frequency: str, first: Day, http: Http, cancelled: Cancelled
) -> list[Row]:
    params: dict[str, str | int | float] = {
        "assets": asset,
        "metrics": ",".join(metrics),
        "frequency": frequency,
        "start_time": str(first),
        "page_size": PAGE,
        "paging_from": "start",
        # Without these, one metric that became paid fails the whole list.
        "ignore_forbidden_errors": "true",
        "ignore_unsupported_errors": "true",
    }
    payload = http.json(URL, params=params, cancelled=cancelled)
    rows: list[Row] = []
    for _ in range(PAGES):
        _complain(payload)
        rows += [_row(one, asset) for one in listed(field_of(payload, "data"), WHO)]
        further = field_of(payload, "next_page_url")
        if not isinstance(further, str) or not further:
            return rows
        payload = http.json(further, cancelled=cancelled)
    raise Failed(f"{WHO} sent more than {PAGES} pages of {asset.upper()}.", retry=False)


def _complain(payload: Any) -> None:
    """Raise what the body says went wrong: it may do so under status 200."""
    error = field_of(payload, "error")
    if error is None:
        return
    kind, words = clip(field_of(error, "type")), clip(field_of(error, "message"))
    if kind in ("forbidden", "unauthorized", "wrong_credentials"):
        raise Unavailable(f"{WHO} does not give this to the community: {words}")
    raise Failed(f"{WHO} reports an error ({kind}): {words}", retry=False)


def _row(raw: object, asset: str) -> Row:
    values = raw if isinstance(raw, dict) else {}
    stamp = values.get("time")
    if values.get("asset", asset) != asset:
        return Row(None, stamp, {})
    try:
        # Nine decimals are more than Python reads.
        at = datetime.fromisoformat(str(stamp)[:19]).replace(tzinfo=UTC)
    except ValueError:
        at = None
    return Row(at, stamp, values)


def points(rows: Sequence[Row], metric: str, *, zone: ZoneInfo | None = None) -> list[Point]:
    """Return the days and raw values of one metric; the day is that of `zone` (UTC without it)."""
    result = []
    for row in rows:
        if metric not in row.values and row.at is not None:
            continue
        when = None if row.at is None else text_day(row.at.astimezone(zone or UTC).date())
        result.append(Point(when, row.values.get(metric), row.stamp))
    return result


def test(http: Http, cancelled: Cancelled) -> str:
    yesterday = np.datetime64(http.now().date(), "D") - np.timedelta64(4, "D")
    rows = _ask("btc", ("AdrActCnt",), "1d", yesterday, http, cancelled)
    return f"Coin Metrics answers: {len(rows)} of the last 4 days of active addresses."


ENTRY: dict[str, Entry] = {
    series(asset, metric): entry(series(asset, metric), STAMP)
    for asset, metrics in METRICS.items()
    for metric in metrics
} | {key: entry(key, NY_STAMP) for key in NY_CLOSE.values()}

SOURCE = Source(
    id=ID,
    title="Coin Metrics (community)",
    hosts=(Host(HOST, requests=9, per_seconds=6.0, burst=3),),
    attribution="Network data: Coin Metrics (coinmetrics.io)",
    licence="CC BY-NC 4.0",
    terms_url="https://coinmetrics.io/terms-of-use/",
    entries=(
        *ENTRY.values(),
        Entry("coins", "coin", "Prices and caps of long-lived coins", "USD", "daily", STAMP),
    ),
    plan=plan,
    test=test,
)
