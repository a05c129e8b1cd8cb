"""`python main.py export`: some series as one CSV table, or everything as an archive."""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from data.cache import Cache, CacheError
from data.exporting import ExportError, UnknownSeriesError, export_archive, export_table
from data.paths import Paths
from models.market.snapshot import Day, day
from terminal.arguments import Arguments

NOTHING, WRITTEN = 2, 0


def run_export(arguments: Arguments) -> int:
    """Write what was asked for; messages go to standard error, so that a table can be piped on."""
    try:
        cache = Cache.open(Paths.choose(arguments.data_dir).market)
        for notice in cache.notices:
            print(notice, file=sys.stderr)
        if arguments.archive is not None:
            return _archive(arguments, cache, arguments.archive)
        return _table(arguments, cache)
    except (CacheError, ExportError, UnknownSeriesError) as error:
        print(error, file=sys.stderr)
    return NOTHING


def _archive(arguments: Arguments, cache: Cache, folder: Path) -> int:
    done = export_archive(
        cache,
        folder,
        now=datetime.now(UTC),
        ids=arguments.ids or None,
        since=_day(arguments.since),
        until=_day(arguments.until),
    )
    print(
        f"{done.rows:,} rows of {done.instruments:,} series and coins are in {done.folder}; "
        f"`import {done.folder}` takes them in again."
    )
    return WRITTEN


def _table(arguments: Arguments, cache: Cache) -> int:
    # Whole in memory first: an unknown name must leave no half file behind.
    text = io.StringIO()
    export_table(cache, arguments.ids, text, since=_day(arguments.since), until=_day(arguments.until))
    if arguments.output is None:
        sys.stdout.write(text.getvalue().replace("\r\n", "\n"))
        return WRITTEN
    try:
        arguments.output.write_bytes(text.getvalue().encode())
    except OSError as error:
        raise ExportError(
            f"The table could not be written to {arguments.output}: {error.strerror}. Choose another place."
        ) from error
    return WRITTEN


def _day(when: date | None) -> Day | None:
    return None if when is None else day(when.isoformat())
