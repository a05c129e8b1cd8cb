"""DefiLlama: the supply of all stablecoins in USD. No key.

The last row is a snapshot of the running day and is dropped. The history is recomputed from time to time,
so at each refresh only the last days are compared with what is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import isfinite

import numpy as np

from models.market.snapshot import Day, day

from .contract import RECENT, Cancelled, Failed, Fetched, Host, Http, Job, Source, Want, number
from .daily import Guard, Point, bounds, entry, fetched, field_of, listed, seconds_day, tell

ID, HOST = "defillama", "stablecoins.llama.fi"
URL = f"https://{HOST}/stablecoincharts/all"
KEY = "STABLECOIN_SUPPLY"
EARLIEST = day("2017-11-29")
ENTRY = entry(KEY, "00:00 UTC of the day during which the supply was counted; known on the next day.")
GUARD: Guard = bounds(KEY, factor=1.5)


def plan(want: Want) -> Sequence[Job]:
    first = want.first_wanted("series", KEY, earliest=EARLIEST)
    run = partial(_fetch, first)
    return (Job(ID, f"series/{KEY}", ENTRY.title, (("series", KEY),), run, rank=RECENT + 30),)


def _fetch(first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    points = _ask(http, cancelled)
    now = http.now()
    told = tell(KEY, points, today=np.datetime64(now.date(), "D"), guard=GUARD, since=first)
    absent = f"DefiLlama has no supply of stablecoins since {first}."
    return fetched(now, "DefiLlama", (told,), lambda _: ENTRY, absent=absent)


def _ask(http: Http, cancelled: Cancelled) -> list[Point]:
    rows = listed(http.json(URL, cancelled=cancelled), "DefiLlama")
    return [Point(seconds_day(field_of(row, "date")), total(row), field_of(row, "date")) for row in rows]


def total(row: object) -> object:
    """Return the sum over all pegs in USD; None where there is none, the odd value itself where one is odd.

    >>> total({"totalCirculatingUSD": {"peggedUSD": 2.0, "peggedEUR": "1.5"}})
    3.5
    """
    pegs = field_of(row, "totalCirculatingUSD")
    if not isinstance(pegs, dict) or not pegs:
        return None
    amounts = []
    for amount in pegs.values():
        value = number(amount)
        # A sum without one of its parts would be a value that nobody published.
        if not isfinite(value):
            if isinstance(amount, dict):
                continue
            return None if amount is None else amount
        if value < 0:
            return amount
        amounts.append(value)
    return sum(amounts)


def test(http: Http, cancelled: Cancelled) -> str:
    points = _ask(http, cancelled)
    if not points:
        raise Failed("DefiLlama answered with an empty list.")
    return f"DefiLlama answers: {len(points)} days of stablecoin supply."


SOURCE = Source(
    id=ID,
    title="DefiLlama",
    hosts=(Host(HOST, requests=60, per_seconds=60.0, burst=5),),
    attribution="Stablecoin supply: DefiLlama",
    licence="Free to use; the licence of the data is not stated. Give credit.",
    terms_url="https://defillama.com/terms",
    entries=(ENTRY,),
    plan=plan,
    test=test,
)
