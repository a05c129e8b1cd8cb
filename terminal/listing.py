"""`python main.py data`: every series with its state, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from data.cache import Cache, CacheError
from data.listing import Listed, listed
from data.paths import Paths
from data.refresh import all_sources
from data.sources.contract import Source
from data.states import Name
from models.market.snapshot import Day
from terminal.arguments import Arguments

NOTHING, WRITTEN = 2, 0
PLAIN: dict[Name, str] = {
    "fresh": "fresh",
    "stale": "stale",
    "waiting": "waiting",
    "unavailable": "not available",
    "failed": "failed",
}
WIDTH = 200
"""Characters of a line where there is no terminal that says how many fit."""


def run_data(arguments: Arguments) -> int:
    """List the series; messages go to standard error."""
    try:
        cache = Cache.open(Paths.choose(arguments.data_dir).market)
        for notice in cache.notices:
            print(notice, file=sys.stderr)
        sources = all_sources()
        rows = listed(cache, sources, now=datetime.now(UTC))
    except CacheError as error:
        print(error, file=sys.stderr)
        return NOTHING
    if arguments.format == "json":
        print(json.dumps(document(cache, rows, sources, coins=arguments.coins), indent=1, ensure_ascii=False))
    else:
        _table(rows, coins=arguments.coins)
    return WRITTEN


def document(
    cache: Cache, rows: Sequence[Listed], sources: Sequence[Source], *, coins: bool
) -> dict[str, Any]:
    """Return the list as plain values; coins are counted by state, and listed on request."""
    of_coins = [one for one in rows if one.kind == "coin"]
    found: dict[str, Any] = {
        "series": [as_entry(one) for one in rows if one.kind != "coin"],
        "coins": {"count": len(of_coins), "states": dict(Counter(one.state.name for one in of_coins))},
        "sources": [
            {
                "id": one.id,
                "title": one.title,
                "attribution": one.attribution,
                "licence": one.licence,
                "terms": one.terms_url,
            }
            for one in sources
        ],
    }
    if coins:
        found["coins"]["list"] = [as_entry(one) for one in of_coins]
    last = cache.refreshes(1)
    found["last_refresh"] = (
        {"started_at": last[0].started_at.isoformat(), "asked_by": last[0].asked_by, "ending": last[0].ending}
        if last
        else None
    )
    return found


def as_entry(one: Listed) -> dict[str, Any]:
    """Return one series as plain values."""
    state = one.state
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "unit": one.unit,
        "calendar": one.calendar,
        "state": state.name,
        "since": _text(state.since),
        "until": None if state.until is None else state.until.isoformat(),
        "why": state.why,
        "sentence": state.sentence,
        "retry": state.retry,
        "trouble": state.trouble,
        "first_day": _text(state.first_day),
        "last_day": _text(state.last_day),
        "due": _text(state.due),
        "sources": list(one.sources),
        "held_from": one.held_from,
        "licence": one.licence,
    }


def _text(day: Day | None) -> str | None:
    return None if day is None else str(day)


def _table(rows: Sequence[Listed], *, coins: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=WIDTH, no_color=True)
    table = Table("Series", "Title", "State", "Days", "From", box=None, pad_edge=False)
    shown = [one for one in rows if coins or one.kind != "coin"]
    for one in shown:
        span = "" if one.first_day is None else f"{one.first_day} to {one.last_day}"
        said = one.state.title
        if one.state.name in ("waiting", "unavailable", "failed"):
            said = f"{said}: {one.state.why}"
        # Texts of providers could hold what rich takes for markup.
        cells = (one.id, one.title, said, span, one.held_from or ", ".join(one.sources))
        table.add_row(*map(Text, cells))
    console.print(table)
    counts = Counter(one.state.name for one in rows if one.kind == "coin")
    if counts and not coins:
        parts = ", ".join(f"{counts[name]:,} {plain}" for name, plain in PLAIN.items() if counts[name])
        console.print(f"{counts.total():,} coins: {parts}")
