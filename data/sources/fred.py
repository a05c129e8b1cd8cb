"""FRED: money supply, balance sheet, rates and exchange rates, as the CSV behind its graphs. No key.

Columns are read by name and rows by their dates. An unknown series is a page of HTML, so the first cell
of the header is checked before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from models.market.snapshot import Day, day

from .contract import RECENT, Cancelled, Entry, Failed, Fetched, Host, Http, Job, Source, Want, clip
from .daily import Guard, Point, bounds, entry, fetched, tell, text_day

ID, HOST = "fred", "fred.stlouisfed.org"
URL = f"https://{HOST}/graph/fredgraph.csv"
TITLE = "FRED (Federal Reserve Bank of St. Louis)"
HEADS = ("observation_date", "DATE")
EARLIEST = day("1987-01-01")
RATES = ("DEXUSEU", "DEXUSUK", "DEXSZUS", "DEXJPUS")
"""Exchange rates, for plans in euros, pounds, francs and yen."""
SERIES = {"M2": "M2SL", "WALCL": "WALCL", "FEDFUNDS": "DFF", "DGS10": "DGS10", **{one: one for one in RATES}}
REVISED = {"M2": 730, "WALCL": 60}
"""Days that are asked for again at each refresh besides the usual ones: M2 is revised for years."""
STAMPS = {
    "M2": "The first of the month that it describes; published on the fourth Tuesday of the next month.",
    "WALCL": "The Wednesday of the level; published on Thursday at 16:30 New York.",
    "FEDFUNDS": "The day of the rate, weekends too; published on the next business day.",
    "DGS10": "The business day of the yield; published on the next one.",
    **dict.fromkeys(RATES, "The business day at noon in New York; published on the Monday after its week."),
}
GUARDS = {
    "M2": bounds("M2", factor=1.3),
    # In billions instead of millions it would be 6,600. Before 2009 it was below a million.
    "WALCL": Guard(
        1e6,
        1e8,
        "It is not a balance sheet in USD million: the unit seems to have changed.",
        since=day("2009-01-01"),
        factor=1.5,
    ),
    "FEDFUNDS": bounds("FEDFUNDS", step=3.0),
    "DGS10": bounds("DGS10", step=2.0),
    **{one: bounds(one, factor=1.3) for one in RATES},
}


def plan(want: Want) -> Sequence[Job]:
    jobs = []
    for number, key in enumerate(SERIES):
        first = want.first_wanted("series", key, earliest=EARLIEST)
        if not want.full and ("series", key) in want.have:
            first = max(EARLIEST, first - np.timedelta64(REVISED.get(key, 0), "D"))
        jobs.append(
            Job(
                ID,
                f"series/{key}",
                ENTRY[key].title,
                (("series", key),),
                partial(_fetch, key, first),
                rank=RECENT + 10 + number,
            )
        )
    return jobs


def _fetch(key: str, first: Day, http: Http, cancelled: Cancelled) -> Fetched:
    text = _ask(SERIES[key], first, http, cancelled)
    now = http.now()
    told = tell(
        key,
        parse(text, SERIES[key]),
        today=np.datetime64(now.date(), "D"),
        guard=GUARDS[key],
        since=first,
    )
    absent = f"FRED has no value of {SERIES[key]} since {first}."
    return fetched(now, "FRED", (told,), ENTRY.get, absent=absent)


def _ask(name: str, first: Day, http: Http, cancelled: Cancelled) -> str:
    params = {"id": name, "cosd": str(first)}
    answer = http.get(URL, params=params, cancelled=cancelled, accept=(404,))
    if answer.status == 404:
        raise Failed(f"FRED knows no series {name} any more.", retry=False)
    return answer.text()


def parse(text: str, name: str) -> list[Point]:
    """Read one column of the CSV, by name."""
    lines = text.splitlines()
    head = [cell.strip().strip('"') for cell in lines[0].split(",")] if lines else []
    if not head or head[0] not in HEADS:
        begin = clip(lines[0]) if lines else "nothing"
        raise Failed(f"FRED did not answer with a table for {name}; it begins with “{begin}”.", retry=False)
    if name not in head:
        raise Failed(f"The table of FRED has no column {name}.", retry=False)
    column = head.index(name)
    points = []
    for line in lines[1:]:
        cells = [cell.strip().strip('"') for cell in line.split(",")]
        if line.strip():
            points.append(Point(text_day(cells[0]), cells[column] if column < len(cells) else None, cells[0]))
    return points


def test(http: Http, cancelled: Cancelled) -> str:
    last = np.datetime64(http.now().date(), "D")
    points = parse(_ask("DGS10", last - np.timedelta64(14, "D"), http, cancelled), "DGS10")
    return f"FRED answers: {len(points)} days of the 10-year yield in the last two weeks."


ENTRY: dict[str, Entry] = {key: entry(key, stamp) for key, stamp in STAMPS.items()}

SOURCE = Source(
    id=ID,
    title=TITLE,
    hosts=(Host(HOST, requests=3, per_seconds=3.0, burst=1, user_agent="browser"),),
    attribution=(
        "Source: Board of Governors of the Federal Reserve System (M2SL, WALCL, DFF, DGS10, "
        "DEXUSEU, DEXUSUK, DEXSZUS, DEXJPUS), via FRED®, "
        "Federal Reserve Bank of St. Louis. This product uses FRED data but is not endorsed by it."
    ),
    licence="Public domain (series of the Board of Governors and the Treasury); cite the series.",
    terms_url="https://fred.stlouisfed.org/legal/",
    entries=tuple(ENTRY.values()),
    plan=plan,
    test=test,
)
