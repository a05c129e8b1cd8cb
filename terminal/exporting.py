"""`python main.py export`: some series as one CSV table, or everything as an archive."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.cache import Cache, CacheError
from data.exporting import ExportError, UnknownSeriesError, export_archive, export_table
from data.paths import Paths
from terminal.arguments import Arguments
from terminal.output import NotWritten, write_answer
from terminal.studying import as_day, opened_cache

NOTHING, WRITTEN = 2, 0


def run_export(arguments: Arguments) -> int:
    """Write what was asked for; messages go to standard error, so that a table can be piped on."""
    try:
        cache = opened_cache(Paths.choose(arguments.data_dir), arguments)
        if arguments.archive is not None:
            return _archive(arguments, cache, arguments.archive)
        return _table(arguments, cache)
    except (CacheError, ExportError, NotWritten, UnknownSeriesError) as error:
        print(error, file=sys.stderr)
    return NOTHING


def _archive(arguments: Arguments, cache: Cache, folder: Path) -> int:
    done = export_archive(
        cache,
        folder,
        now=datetime.now(UTC),
        ids=arguments.ids or None,
        since=as_day(arguments.since),
        until=as_day(arguments.until),
    )
    print(
        f"{done.rows:,} rows of {done.instruments:,} series and coins are in {done.folder}; "
        f"`import {done.folder}` takes them in again."
    )
    return WRITTEN


def _table(arguments: Arguments, cache: Cache) -> int:
    # Whole in memory first: an unknown name must leave no half file behind.
    text = io.StringIO()
    export_table(cache, arguments.ids, text, since=as_day(arguments.since), until=as_day(arguments.until))
    write_answer(text.getvalue(), arguments.output, what="table")
    return WRITTEN
