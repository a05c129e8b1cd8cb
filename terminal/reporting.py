"""`python main.py report`: every figure of one day, as JSON or as a page."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from data.cache import CacheError
from data.listing import report_states
from data.refresh import all_sources
from data.revised import corrections_for
from data.settings_file import users_paths
from models.report.write import written
from terminal.arguments import Arguments
from terminal.output import NotWritten, write_answer
from terminal.studying import as_day, market_of, opened_cache, studied

NOTHING, WRITTEN = 2, 0


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
    paths = users_paths(arguments.data_dir)
    cache = opened_cache(paths, arguments)
    market = market_of(cache, arguments)
    if not market.days.size:
        print(_why_empty(arguments), file=sys.stderr)
        return None
    found = studied(market, paths, arguments)
    since, shown = as_day(arguments.since), found.market.as_of
    if since is not None and since > shown:
        print(
            f"The report shows {shown}, and --since {since} lies after it. Choose an earlier day.",
            file=sys.stderr,
        )
        return None
    return written(
        found,
        found.market.as_of,
        arguments.format,
        event=arguments.event,
        horizon=arguments.horizon,
        since=since,
        states=report_states(cache, all_sources(), found.market, now=datetime.now(UTC)),
        corrections=corrections_for(cache, found.market, since),
    )


def _why_empty(arguments: Arguments) -> str:
    if arguments.known_at is not None:
        return (
            f"Nothing up to the chosen day was known to this cache at the end of {arguments.known_at}. "
            "Leave out --known-at to see what is known today."
        )
    if arguments.as_of is not None:
        return f"The cache holds no coin on or before {arguments.as_of}. Choose a later day."
    return "The cache is empty. Take in an archive with `import PATH`, or add --demo for the demo market."
