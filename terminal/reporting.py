"""`python main.py report`: every figure of one day, as JSON or as a page."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from data.cache import Cache, CacheError
from data.listing import report_states
from data.paths import Paths
from data.refresh import all_sources
from data.states import day_of
from models.market.freshness import age_in_days
from models.market.snapshot import Day
from models.report.figures import States
from models.report.write import written
from terminal.arguments import Arguments
from terminal.output import NotWritten, write_answer
from terminal.studying import market_of, opened_cache, studied

NOTHING, WRITTEN = 2, 0
LIVE_DAYS = 3
"""A report of a day that is at most so old tells the states of the series as they are now."""


def run_report(arguments: Arguments) -> int:
    """Write the report; messages go to standard error, so that the figures can be piped on."""
    try:
        document = _document(arguments)
        if document is None:
            return NOTHING
        write_answer(document, arguments.output, what="report")
    except (CacheError, NotWritten) as error:
        print(error, file=sys.stderr)
        return NOTHING
    return WRITTEN


def _document(arguments: Arguments) -> str | None:
    paths = Paths.choose(arguments.data_dir)
    cache = opened_cache(paths, arguments)
    market = market_of(cache, arguments)
    if not market.days.size:
        print(_why_empty(arguments), file=sys.stderr)
        return None
    found = studied(market, paths, arguments)
    return written(
        found,
        found.market.as_of,
        arguments.format,
        event=arguments.event,
        horizon=arguments.horizon,
        states=_states(arguments, cache, found.market.as_of),
    )


def _states(arguments: Arguments, cache: Cache, as_of: Day) -> States | None:
    """Return the states of the live series for a report of these days; a review knows the ages only."""
    now = datetime.now(UTC)
    if arguments.demo or arguments.known_at is not None or age_in_days(as_of, day_of(now)) > LIVE_DAYS:
        return None
    return report_states(cache, all_sources(), now=now)


def _why_empty(arguments: Arguments) -> str:
    if arguments.known_at is not None:
        return (
            f"Nothing up to the chosen day was known to this cache at the end of {arguments.known_at}. "
            "Leave out --known-at to see what is known today."
        )
    if arguments.as_of is not None:
        return f"The cache holds no coin on or before {arguments.as_of}. Choose a later day."
    return "The cache is empty. Take in an archive with `import PATH`, or add --demo for the demo market."
