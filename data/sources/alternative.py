"""alternative.me: the crypto fear and greed index. No key; its credit stands next to the data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models.market.snapshot import Day, day

from .contract import RECENT, Cancelled, Failed, Fetched, Host, Http, Job, Source, Want, clip
from .daily import Point, bounds, entry, fetched, field_of, listed, seconds_day, tell

ID, HOST = "alternative", "api.alternative.me"
URL = f"https://{HOST}/fng/"
KEY = "FEAR_GREED"
EARLIEST = day("2018-02-01")
ENTRY = entry(
    KEY,
    "00:00 UTC of the day at whose start it appears: what went before is in it. Kept under that day.",
)
GUARD = bounds(KEY)


def plan(want: Want) -> Sequence[Job]:
    first = want.first_wanted("series", KEY, earliest=EARLIEST)
    # Newest first: so many days back from today, and two more for days that were never published.
    limit = int((want.today - first).astype(int)) + 3
    run = partial(_fetch, first, limit)
    return (Job(ID, f"series/{KEY}", ENTRY.title, (("series", KEY),), run, rank=RECENT + 20),)


def _fetch(first: Day, limit: int, http: Http, cancelled: Cancelled) -> Fetched:
    points = _ask(limit, http, cancelled)
    now = http.now()
    told = tell(KEY, points, today=np.datetime64(now.date(), "D"), guard=GUARD, since=first)
    absent = f"alternative.me has no value since {first}."
    return fetched(now, "alternative.me", (told,), lambda _: ENTRY, absent=absent)


def _ask(limit: int, http: Http, cancelled: Cancelled) -> list[Point]:
    payload = http.json(URL, params={"limit": limit, "format": "json"}, cancelled=cancelled)
    error = field_of(field_of(payload, "metadata"), "error")
    if error:
        raise Failed(f"alternative.me reports an error: {clip(error)}.")
    rows = listed(field_of(payload, "data"), "alternative.me")
    return [
        Point(seconds_day(field_of(row, "timestamp")), field_of(row, "value"), field_of(row, "timestamp"))
        for row in rows
    ]


def test(http: Http, cancelled: Cancelled) -> str:
    points = _ask(1, http, cancelled)
    if not points or points[0].day is None:
        raise Failed("alternative.me answered without a value.")
    return f"alternative.me answers: fear and greed stands at {clip(points[0].raw)} on {points[0].day}."


SOURCE = Source(
    id=ID,
    title="alternative.me",
    hosts=(Host(HOST, requests=20, per_seconds=60.0, burst=3),),
    attribution="Crypto Fear & Greed Index: alternative.me",
    licence="Free to use with credit next to the data.",
    terms_url="https://alternative.me/crypto/fear-and-greed-index/",
    entries=(ENTRY,),
    plan=plan,
    test=test,
)
