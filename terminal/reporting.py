"""`python main.py report`: every figure of one day, as JSON or as a page."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from data.cache import Cache, CacheError
from data.choices import load_classes
from data.demo import open_demo
from data.listing import report_states
from data.paths import Paths
from data.refresh import all_sources
from data.states import day_of
from models.market.classes import Classes
from models.market.freshness import age_in_days
from models.market.snapshot import Day, Market, day
from models.market.study import Study, study
from models.report.figures import States
from models.report.write import written
from terminal.arguments import Arguments

NOTHING, WRITTEN = 2, 0
LIVE_DAYS = 3
"""A report of a day that is at most so old tells the states of the series as they are now."""


class ReportNotWritten(Exception):  # noqa: N818 - the name says what happened
    """The chosen file could not be written; `str()` says so in a sentence for people."""


def run_report(arguments: Arguments) -> int:
    """Write the report; messages go to standard error, so that the figures can be piped on."""
    try:
        document = _document(arguments)
        if document is None:
            return NOTHING
        _write(document, arguments.output)
    except (CacheError, ReportNotWritten) as error:
        print(error, file=sys.stderr)
        return NOTHING
    return WRITTEN


def _document(arguments: Arguments) -> str | None:
    paths = Paths.choose(arguments.data_dir)
    cache = open_demo(paths) if arguments.demo else Cache.open(paths.market)
    for notice in cache.notices:
        print(notice, file=sys.stderr)
    market = cache.market(as_of=_as_day(arguments.as_of), known_at=_as_day(arguments.known_at))
    if not market.days.size:
        print(_why_empty(arguments), file=sys.stderr)
        return None
    kept = load_classes(paths.documents)
    if kept.notice:
        print(kept.notice, file=sys.stderr)
    found = _study(market, arguments, kept.value)
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


def _as_day(when: date | None) -> Day | None:
    return None if when is None else day(when.isoformat())


def _study(market: Market, arguments: Arguments, classes: Classes) -> Study:
    """Study the market; without a chosen day, as of the newest one on which coins can be ranked."""
    if changes := classes.changes:
        print(f"With your {changes} changes of tiers, sectors and baskets.", file=sys.stderr)
    found = study(market, classes=classes)
    if arguments.as_of is not None or found.latest == market.as_of:
        return found
    print(f"As of {found.latest}, the last day with market caps in the cache.", file=sys.stderr)
    return study(market.cut(found.latest), classes=classes)


def _why_empty(arguments: Arguments) -> str:
    if arguments.known_at is not None:
        return (
            f"Nothing up to the chosen day was known to this cache at the end of {arguments.known_at}. "
            "Leave out --known-at to see what is known today."
        )
    if arguments.as_of is not None:
        return f"The cache holds no coin on or before {arguments.as_of}. Choose a later day."
    return "The cache is empty. Take in an archive with `import PATH`, or add --demo for the demo market."


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReportNotWritten(
            f"The report could not be written to {output}: {error.strerror}. Choose another place."
        ) from error
