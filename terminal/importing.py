"""`python main.py import PATH…`: take archives into the cache and say what became of each file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from data.cache import Cache, CacheError
from data.importers import ArchiveError, FileReport, ImportReport, Progress, import_archive
from data.paths import Paths
from terminal.arguments import Arguments

WHOLE, PARTLY, NOTHING = 0, 1, 2
SHOWN_EXAMPLES = 5

Report = Callable[[Progress], None]


def run_import(arguments: Arguments) -> int:
    """Take every archive that was named; the summary goes to standard output."""
    try:
        cache = Cache.open(Paths.choose(arguments.data_dir).market)
    except CacheError as error:
        return _failed(arguments, str(error))
    for notice in cache.notices:
        print(notice, file=sys.stderr)
    worst = WHOLE
    for path in arguments.paths:
        try:
            with _progress(arguments.progress) as report:
                result = import_archive(path, cache, report=report)
        except (ArchiveError, CacheError) as error:
            worst = max(worst, _failed(arguments, str(error)))
            continue
        except KeyboardInterrupt:
            print("Stopped. The files that were finished are in the cache.", file=sys.stderr)
            return NOTHING
        if arguments.progress == "json":
            print(json.dumps({"report": as_document(result)}, ensure_ascii=False), flush=True)
        else:
            print(summary(result))
        worst = max(worst, _status(result))
    return worst


def _failed(arguments: Arguments, sentence: str) -> int:
    if arguments.progress == "json":
        print(json.dumps({"failed": sentence}, ensure_ascii=False), flush=True)
    else:
        print(sentence, file=sys.stderr)
    return NOTHING


def _status(result: ImportReport) -> int:
    """Single refused lines are reported and no failure; a file that could not be taken is one."""
    if not any(file.taken or file.skipped_rows for file in result.files):
        return NOTHING
    whole_files = any(example.line == 0 for file in result.files for example in file.examples)
    return PARTLY if whole_files or result.stopped else WHOLE


@contextmanager
def _progress(style: str) -> Iterator[Report]:
    """Give a function that shows progress in the chosen style."""
    if style == "json":
        yield lambda at: print(
            json.dumps({"done": at.done, "total": at.total, "what": at.what}, ensure_ascii=False), flush=True
        )
    elif style == "auto" and sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield lambda at: None


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Importing", total=None)
        yield lambda at: bar.update(task, completed=at.done, total=at.total, description=at.what)


def summary(result: ImportReport) -> str:
    """Return the import as lines for a person: per file what was taken, skipped and refused, and why."""
    lines = [
        f"{result.archive}: {result.taken:,} rows taken, {result.skipped:,} skipped, "
        f"{result.refused:,} refused"
    ]
    for file in result.files:
        lines.append(f"  {file.path}: {_counts(file)}")
        lines += [f"    {why}: {count:,}" for why, count in sorted(file.skipped.items())]
        lines += [f"    refused, {why}: {count:,}" for why, count in sorted(file.refused.items())]
        lines += [f"      {example}" for example in file.examples[:SHOWN_EXAMPLES] if example.line]
        lines += [f"    {note}" for note in file.notes]
    if result.stopped:
        lines.append(result.stopped)
    return "\n".join(lines)


def _counts(file: FileReport) -> str:
    return f"{file.taken:,} taken, {file.skipped_rows:,} skipped, {file.refused_lines:,} refused"


def as_document(result: ImportReport) -> dict[str, Any]:
    """Return the import as plain values, for the window and for scripts."""
    return {
        "archive": result.archive,
        "stopped": result.stopped,
        "summary": summary(result),
        "files": [
            {
                "path": file.path,
                "kind": file.kind,
                "taken": file.taken,
                "revised": file.revised,
                "skipped": dict(file.skipped),
                "refused": dict(file.refused),
                "examples": [{"line": one.line, "why": one.why, "text": one.sample} for one in file.examples],
                "notes": file.notes,
            }
            for file in result.files
        ],
    }
