"""Deribit: the DVOL index of implied volatility, and one snapshot a day of the 25-delta skew. No key.

The chain of options has no history, so every refresh keeps the skew of its moment under the running day:
by the end of that day it was known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np

from models.market.options_skew import Option, Skew, risk_reversal
from models.market.snapshot import Day, day
from models.market.unknown import Unknown

from .contract import (
    RECENT,
    Cancelled,
    Failed,
    Fetched,
    Host,
    Http,
    Job,
    RateLimited,
    Rows,
    Source,
    Unavailable,
    Want,
    clip,
    number,
)
from .daily import Point, bounds, cell, entry, fetched, field_of, listed, milliseconds, milliseconds_day, tell
from .venues import later

ID, HOST = "deribit", "www.deribit.com"
URL = f"https://{HOST}/api/v2/public"
WHO = "Deribit"
EARLIEST = day("2021-03-24")
CURRENCIES = ("BTC", "ETH")
PAGES = 12
NAME = re.compile(r"([A-Z]+)-(\d{1,2}[A-Z]{3}\d{2})-(\d+(?:d\d+)?)-([CP])")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
EXPIRY_HOUR = 8
TOO_MANY = 10028
Params = dict[str, str | int | float]


def plan(want: Want) -> Sequence[Job]:
    jobs = []
    for place, currency in enumerate(CURRENCIES):
        key = f"{currency}.DVOL"
        first = want.first_wanted("series", key, earliest=EARLIEST)
        run = partial(_dvol, currency, first)
        jobs.append(
            Job(
                ID,
                f"dvol/{currency}",
                ENTRY[key].title,
                (("series", key),),
                run,
                rank=RECENT + 80 + place,
            )
        )
        key = f"{currency}.Skew25"
        run = partial(_skew, currency)
        jobs.append(
            Job(
                ID,
                f"skew/{currency}",
                ENTRY[key].title,
                (("series", key),),
                run,
                rank=RECENT + 84 + place,
            )
        )
    return jobs


# --- jobs -----------------------------------------------------------------------------------------


def _dvol(currency: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    """Fetch daily bars; the stamp is the start of the day, the close that of its end."""
    key, rows = f"{currency}.DVOL", []
    end = int(http.now().timestamp() * 1000)
    for _ in range(PAGES):
        params: Params = {
            "currency": currency,
            "start_timestamp": milliseconds(first),
            "end_timestamp": end,
            "resolution": "1D",
        }
        result = _ask("get_volatility_index_data", params, http, cancelled)
        rows += listed(field_of(result, "data"), WHO)
        further = number(field_of(result, "continuation"))
        # At most 1000 bars come at once, the newest first.
        if not 0 < further < end:
            break
        end = int(further)
    points = [Point(milliseconds_day(cell(row, 0)), cell(row, 4), cell(row, 0)) for row in rows]
    now = http.now()
    today = np.datetime64(now.date(), "D")
    told = tell(key, points, today=today, guard=bounds(key, factor=4.0), since=first)
    return fetched(now, WHO, (told,), ENTRY.get, absent=f"{WHO} has no DVOL of {currency} since {first}.")


def _skew(currency: str, http: Http, cancelled: Cancelled) -> Fetched:
    key = f"{currency}.Skew25"
    params: Params = {"currency": currency, "kind": "option"}
    rows = listed(_ask("get_book_summary_by_currency", params, http, cancelled), WHO)
    now = http.now()
    found = skew(rows, now)
    if isinstance(found, Unknown):
        raise Unavailable(f"The skew of {currency} options cannot be told now: {found.why}")
    guard = bounds(key)
    if not guard.lowest <= found.points <= guard.highest:
        raise Failed(f"The skew of {currency} options comes out as {found.points:g} points.", retry=False)
    days = np.array([now.astimezone(UTC).date()], dtype="datetime64[D]")
    return Fetched(
        now,
        rows=(Rows("series", key, days, np.array([[found.points]]), ENTRY[key].about(), moment=True),),
        notes=(f"Read from {len(rows)} options, expiries in {_days(found)} days.",),
    )


def _days(found: Skew) -> str:
    return " and ".join(f"{days:.0f}" for days in found.expiries)


def skew(rows: Sequence[object], now: datetime) -> Skew | Unknown:
    """Return the skew of a chain as Deribit summarises it; what cannot be read is passed over."""
    return risk_reversal([found for row in rows if (found := option(row, now)) is not None])


def option(row: object, now: datetime) -> Option | None:
    """Read one option: its name says currency, expiry (08:00 UTC), strike and side.

    >>> now = datetime(2025, 12, 16, 8, tzinfo=UTC)
    >>> row = {"instrument_name": "BTC-26DEC25-100000-C", "underlying_price": 109500.1, "mark_iv": 41.3}
    >>> option(row, now)
    Option(days=10.0, strike=100000.0, forward=109500.1, volatility=0.413, is_call=True)
    """
    found = NAME.fullmatch(str(field_of(row, "instrument_name")))
    expiry = _expiry(found[2]) if found else None
    if found is None or expiry is None or expiry <= now:
        return None
    return Option(
        days=(expiry - now).total_seconds() / 86_400,
        strike=float(found[3].replace("d", ".")),
        forward=number(field_of(row, "underlying_price")),
        volatility=number(field_of(row, "mark_iv")) / 100,
        is_call=found[4] == "C",
    )


def _expiry(text: str) -> datetime | None:
    day_of, month, year = text[:-5], text[-5:-2], text[-2:]
    try:
        return datetime(2000 + int(year), MONTHS.index(month) + 1, int(day_of), EXPIRY_HOUR, tzinfo=UTC)
    except ValueError:
        return None


# --- asking ---------------------------------------------------------------------------------------


def _ask(name: str, params: Params, http: Http, cancelled: Cancelled) -> object:
    answer = http.get(f"{URL}/{name}", params=params, cancelled=cancelled, accept=(400, 404))
    payload = answer.json()
    error = field_of(payload, "error")
    if error is not None:
        if number(field_of(error, "code")) == TOO_MANY:
            raise RateLimited(later(http.now()), f"{WHO} counts too many requests from this address.")
        raise Failed(f"{WHO} reports an error: {clip(field_of(error, 'message'))}", retry=False)
    if answer.status != 200:
        raise Failed(f"{WHO} answered with status {answer.status}.", retry=False)
    return field_of(payload, "result")


def test(http: Http, cancelled: Cancelled) -> str:
    now = int(http.now().timestamp() * 1000)
    params: Params = {
        "currency": "BTC",
        "start_timestamp": now - 3 * 86_400_000,
        "end_timestamp": now,
        "resolution": "1D",
    }
    rows = listed(field_of(_ask("get_volatility_index_data", params, http, cancelled), "data"), WHO)
    if not rows:
        raise Failed(f"{WHO} answered with an empty list.")
    return f"{WHO} answers: DVOL of Bitcoin stands at {clip(cell(rows[-1], 4))} percent a year."


ENTRY = {
    **{
        f"{currency}.DVOL": entry(f"{currency}.DVOL", "00:00 UTC at which the bar of the day begins.")
        for currency in CURRENCIES
    },
    **{
        f"{currency}.Skew25": entry(
            f"{currency}.Skew25", "A snapshot, kept under the day on which it was taken."
        )
        for currency in CURRENCIES
    },
}

SOURCE = Source(
    id=ID,
    title=WHO,
    hosts=(Host(HOST, requests=10, per_seconds=5.0, burst=2),),
    attribution="DVOL and options: Deribit",
    licence="Personal use; no redistribution.",
    terms_url="https://www.deribit.com/pages/information/terms-of-service",
    entries=tuple(ENTRY.values()),
    plan=plan,
    test=test,
)
