"""The public archive of Binance: zips with funding of whole months, and with accounts of single days.

It is served everywhere. Every zip is compared with its checksum before it is opened. Years are fetched
from the newest back, one handing over to the one before, so that what is held has no holes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from data.cache.layout import Kind
from models.market.snapshot import Day, day

from . import venues
from .contract import DEEP, Cancelled, Failed, Fetched, Host, Http, Job, Source, Stopped, Want
from .daily import Point, Told, bounds, entry, fetched, tell, text_day

ID, HOST = "binance_archive", "data.binance.vision"
URL = f"https://{HOST}/data/futures/um"
WHO = "The archive of Binance"
COINS = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
EARLIEST = day("2020-01-01")
METRICS_DAYS = 400
"""Days back to which accounts and open interest are taken: each of them is a file."""
DAYS_OF_A_JOB = 10
RECENT_DAYS = 28
"""The service of the moment keeps these days itself."""
MONTHS_AGAIN = 6
METRICS = ("count_long_short_ratio", "sum_open_interest", "sum_open_interest_value")
PRIORITY = 2
"""Fills what the service of the moment has not told."""
UNPACKED = 16_000_000
ONE_DAY = np.timedelta64(1, "D")


def plan(want: Want) -> Sequence[Job]:
    """Go on where what is held ends, and from its beginning back; the whole where nothing is."""
    jobs = []
    for number, (coin, symbol) in enumerate(COINS.items()):
        last_month = want.today.astype("datetime64[M]") - 1
        held = None if want.full else want.have.get(("series", f"{coin}_FUNDING"))
        if held is None:
            jobs.append(_funding_job(coin, number, EARLIEST.astype("datetime64[M]"), last_month))
        else:
            # What the service of the moment told stands above, so the months after `last` may be there.
            following = max((held.last + ONE_DAY).astype("datetime64[M]"), last_month - MONTHS_AGAIN + 1)
            if following <= last_month:
                jobs.append(_months_job(coin, number, following, last_month))
            before = held.first.astype("datetime64[M]") - 1
            if before >= EARLIEST.astype("datetime64[M]"):
                jobs.append(_funding_job(coin, number, EARLIEST.astype("datetime64[M]"), before))
        oldest = want.today - np.timedelta64(METRICS_DAYS, "D")
        newest = want.today - np.timedelta64(RECENT_DAYS, "D")
        held = None if want.full else want.have.get(("series", f"{symbol}.{METRICS[0]}"))
        if held is not None and held.first <= oldest + np.timedelta64(7, "D"):
            oldest = held.last + ONE_DAY
        elif held is not None:
            newest = held.first - ONE_DAY
        if oldest <= newest:
            jobs.append(_metrics_job(symbol, number, oldest, newest))
    return jobs


def _funding_job(coin: str, number: int, first: np.datetime64, last: np.datetime64) -> Job:
    """The year of `last`, up to that month; it hands over to the year before."""
    begin = max(first, last.astype("datetime64[Y]").astype("datetime64[M]"))
    return _months_job(coin, number, begin, last, back_to=first)


def _months_job(
    coin: str, number: int, begin: np.datetime64, last: np.datetime64, back_to: np.datetime64 | None = None
) -> Job:
    key = f"{coin}_FUNDING"
    months = int((last - begin).astype(int)) + 1
    run = partial(_funding, coin, number, begin, last, back_to)
    return Job(
        ID,
        f"funding/{coin}/{begin}",
        f"{ENTRY[key].title} since {begin}",
        (("series", key),),
        run,
        rank=DEEP + 60 + number,
        requests=2 * months,
    )


def _metrics_job(symbol: str, number: int, first: Day, last: Day) -> Job:
    """The newest days; it hands over to those before."""
    begin = max(first, last - np.timedelta64(DAYS_OF_A_JOB - 1, "D"))
    covers: tuple[tuple[Kind, str], ...] = tuple(("series", f"{symbol}.{metric}") for metric in METRICS)
    run = partial(_metrics, symbol, number, begin, last, first)
    return Job(
        ID,
        f"metrics/{symbol}/{begin}",
        f"Accounts and open interest of {symbol} since {begin}",
        covers,
        run,
        rank=DEEP + 70 + number,
        requests=2 * (int((last - begin).astype(int)) + 1),
    )


# --- jobs -----------------------------------------------------------------------------------------


def _funding(
    coin: str,
    number: int,
    begin: np.datetime64,
    last: np.datetime64,
    back_to: np.datetime64 | None,
    http: Http,
    cancelled: Cancelled,
) -> Fetched:
    rows: list[venues.Settlement] = []
    absent = []
    for month in np.arange(begin, last + 1):
        symbol = COINS[coin]
        table = _table(
            f"{URL}/monthly/fundingRate/{symbol}/{symbol}-fundingRate-{month}.zip", http, cancelled
        )
        if table is None:
            absent.append(str(month))
            continue
        rows += [
            venues.settlement(row["calc_time"], row["last_funding_rate"], row.get("funding_interval_hours"))
            for row in table
        ]
    first = begin.astype("datetime64[D]")
    found = venues.funding(WHO, ENTRY[f"{coin}_FUNDING"], rows, http.now(), first, priority=PRIORITY)
    then: tuple[Job, ...] = ()
    if back_to is not None and begin > back_to and found.rows:
        then = (_funding_job(coin, number, back_to, begin - 1),)
    notes = (*found.notes, *([f"There is no file of {', '.join(absent)}."] if absent else []))
    return _with(found, notes, then)


def _metrics(
    symbol: str, number: int, begin: Day, last: Day, back_to: Day, http: Http, cancelled: Cancelled
) -> Fetched:
    points: dict[str, list[Point]] = {metric: [] for metric in METRICS}
    absent = 0
    for when in np.arange(begin, last + ONE_DAY):
        name = f"{URL}/daily/metrics/{symbol}/{symbol}-metrics-{when}.zip"
        table = _table(name, http, cancelled)
        if not table:
            absent += 1
            continue
        # The last reading of the day; the file of D ends at 24:00 UTC of D.
        end = max(table, key=lambda row: row["create_time"])
        stamp = text_day(end["create_time"])
        for metric in METRICS:
            right = stamp is not None and when <= stamp <= when + ONE_DAY
            points[metric].append(Point(when if right else None, end.get(metric), end["create_time"]))
    now = http.now()
    told = [_told(f"{symbol}.{metric}", points[metric], now.date(), begin) for metric in METRICS]
    notes = [f"There is no file of {absent} days of {symbol}."] if absent else []
    silent = f"The archive has no file of {symbol} from {begin} to {last}."
    found = fetched(now, WHO, told, ENTRY.get, priority=PRIORITY, notes=notes, absent=silent)
    goes_on = begin > back_to and bool(found.rows)
    return _with(
        found, found.notes, (_metrics_job(symbol, number, back_to, begin - ONE_DAY),) if goes_on else ()
    )


def _told(key: str, points: Sequence[Point], today: object, first: Day) -> Told:
    guard = bounds(key, factor=10.0)
    return tell(key, points, today=np.datetime64(str(today), "D"), guard=guard, since=first)


def _with(found: Fetched, notes: tuple[str, ...], then: tuple[Job, ...]) -> Fetched:
    return Fetched(
        found.learnt_at,
        rows=found.rows,
        priority=found.priority,
        refused=found.refused,
        provisional=found.provisional,
        notes=notes,
        then=then,
        unavailable=found.unavailable,
    )


# --- files ----------------------------------------------------------------------------------------


def _table(url: str, http: Http, cancelled: Cancelled) -> list[dict[str, str]] | None:
    """Fetch one zip and its checksum and return the rows of the CSV inside; None where there is no file."""
    if cancelled():
        raise Stopped
    name = url.rsplit("/", 1)[-1]
    packed = http.get(url, cancelled=cancelled, accept=(404,))
    if packed.status == 404:
        return None
    told = http.get(f"{url}.CHECKSUM", cancelled=cancelled, accept=(404,))
    if told.status == 200 and hashlib.sha256(packed.content).hexdigest() != told.text().split(" ")[0].strip():
        raise Failed(f"{name} is not what its checksum says: it was damaged on the way.")
    return list(rows(packed.content, name))


def rows(content: bytes, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of the one CSV in a zip, by the names of its columns."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            inside = file.infolist()
            if len(inside) != 1 or inside[0].file_size > UNPACKED:
                raise Failed(f"{name} does not hold the one table that is due.", retry=False)
            text = file.read(inside[0]).decode("utf-8", "replace")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise Failed(f"{name} is no zip that can be opened ({type(error).__name__}).") from None
    lines = text.splitlines()
    head = lines[0].split(",") if lines else []
    wanted = {"calc_time", "last_funding_rate"} if "calc_time" in head else {"create_time"}
    if not wanted <= {*head}:
        raise Failed(f"{name} has not the columns that are due.", retry=False)
    for line in lines[1:]:
        cells = line.split(",")
        if len(cells) == len(head):
            yield dict(zip(head, cells, strict=True))


def test(http: Http, cancelled: Cancelled) -> str:
    month = np.datetime64(http.now().date(), "M") - 2
    url = f"{URL}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-{month}.zip"
    table = _table(url, http, cancelled)
    if not table:
        raise Failed(f"The archive has no file of {month}.", retry=False)
    return f"The archive answers: {len(table)} settlements of {month}, as its checksum says."


ENTRY = {
    **{f"{coin}_FUNDING": entry(f"{coin}_FUNDING", venues.FUNDING_STAMP) for coin in COINS},
    **{
        f"{symbol}.{metric}": entry(f"{symbol}.{metric}", "The last reading of the day, at 24:00 UTC.")
        for symbol in COINS.values()
        for metric in METRICS
    },
}

SOURCE = Source(
    id=ID,
    title="Binance public archive",
    hosts=(Host(HOST, requests=30, per_seconds=10.0, burst=3),),
    attribution="Deep history of funding, accounts and open interest: Binance (data.binance.vision)",
    licence="Personal use; no redistribution.",
    terms_url="https://github.com/binance/binance-public-data",
    entries=tuple(ENTRY.values()),
    plan=plan,
    test=test,
)
