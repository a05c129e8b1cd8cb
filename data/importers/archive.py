"""Taking an archive into the cache: file by file, each committed on its own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from data.cache import Batch, Cache, CacheClashError, CacheError, Job, Run, utc_now
from models.market.snapshot import Day

from . import rules
from .ahead import ahead
from .coin_list import take_coin_list
from .layouts import Layout, MissingColumnError, layout
from .lines import Lines, UnreadableError
from .manifest import Entry, EntryError, read_manifest
from .report import FileReport, ImportReport, Progress
from .table import RefusedLineError, Table, read_block, read_line

Report = Callable[[Progress], None]


class _Stop(Exception):  # noqa: N818 - not an error
    """The user asked to stop."""


@dataclass
class _Import:
    """What every file of one import shares."""

    run: Run
    cache: Cache
    learnt_at: datetime
    today: Day
    report: Report
    cancelled: Callable[[], bool]
    total: int
    done: int = 0
    what: str = ""
    symbols: dict[str, str] | None = None

    def go_on(self) -> None:
        if self.cancelled():
            raise _Stop

    def read(self, count: int) -> None:
        self.done += count
        self.report(Progress(min(self.done, self.total), self.total, self.what))

    def resolve(self, symbol: str) -> str | None:
        """Find the coin that the list names first for a symbol."""
        if self.symbols is None:
            self.symbols = {}
            for coin in self.cache.coins():
                if coin.symbol:
                    self.symbols.setdefault(coin.symbol.upper(), coin.id)
        return self.symbols.get(symbol.upper())


def import_archive(
    path: str | Path,
    cache: Cache,
    *,
    report: Report = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> ImportReport:
    """Take the archive in the folder `path` into the cache, as its manifest says.

    A file that cannot be read, or a line that cannot be taken, is refused with its reason; everything
    else is taken. Each file is one commit: whatever happens, at most the file in hand is missing, and a
    second import takes only what the first has not.

    Raises
    ------
    ArchiveError
        There is no archive: no folder, no manifest, or one that cannot be read.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    now = clock()
    files: list[FileReport] = []
    found: list[tuple[Entry, str, Path]] = []
    for where, why in manifest.faults:
        files.append(FileReport(where))
        files[-1].refuse(0, why)
    for entry in manifest.entries:
        try:
            found += [(entry, name, file) for name, file in named_files(folder, entry.path)]
        except EntryError as error:
            files.append(FileReport(entry.path, entry.kind))
            files[-1].refuse(0, str(error))
    stopped = None
    learnt_at = min(manifest.retrieved or now, now)
    try:
        with cache.writing() as run:
            work = _Import(
                run=run,
                cache=cache,
                learnt_at=learnt_at,
                today=np.datetime64(now.astimezone(UTC).date(), "D"),
                report=report,
                cancelled=cancelled,
                total=sum(file.stat().st_size for _, _, file in found),
            )
            for entry, name, file in found:
                work.go_on()
                files.append(_take(work, entry, name, file))
    except _Stop:
        stopped = "The import was stopped on request. The files finished before are in the cache."
    except CacheError as error:
        stopped = str(error)
    return ImportReport(manifest.name, tuple(files), stopped)


def named_files(folder: Path, pattern: str) -> list[tuple[str, Path]]:
    """Find the files that an entry names, in the order of their names; none may lie outside the folder."""
    home = folder.resolve()
    if any(sign in pattern for sign in "*?["):
        try:
            names = sorted(file.relative_to(folder).as_posix() for file in folder.glob(pattern))
        except (ValueError, OSError, NotImplementedError) as error:
            raise EntryError(f"The path cannot be followed: {error}.") from error
        if not names:
            raise EntryError("The archive has no file of this name.")
    else:
        names = [pattern]
    files: list[tuple[str, Path]] = []
    for name in names:
        try:
            real = (folder / name).resolve(strict=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise EntryError("The archive has no file of this name.") from error
        if not real.is_relative_to(home):
            raise EntryError(f"{name} leads out of the archive; only files inside its folder are read.")
        if not real.is_file():
            raise EntryError(f"{name} is not a file.")
        files.append((name, real))
    return files


def _take(work: _Import, entry: Entry, name: str, file: Path) -> FileReport:
    """Take one file; whatever is wrong with it ends in its report."""
    report = FileReport(name, entry.kind)
    work.what = name
    before = work.done
    lines = Lines(file, work.read)
    batch = Batch(entry.source or "list", work.learnt_at, "archive", name, entry.priority)
    tally = None
    try:
        with work.run.job(batch) as job:
            if entry.kind == "coin_list":
                take_coin_list(lines, entry, job, report, work.go_on)
                work.symbols = None
            else:
                _take_rows(work, lines, entry, job, report)
            for first, last in entry.point_in_time:
                job.point_in_time(first, last)
        tally = job.tally
    except (MissingColumnError, UnreadableError) as error:
        report.refuse(0, str(error))
    except CacheClashError as error:
        report.refuse(0, str(error))
    except OSError as error:
        report.refuse(0, f"the file cannot be read ({error.strerror})")
    if lines.torn is not None:
        report.refuse(lines.line, lines.torn)
    if tally is not None:
        report.taken, report.revised = tally.changed, tally.revised
        report.skip("already in the cache", tally.same)
        report.skip("a better source has the day", tally.better_source)
        report.skip("a value learnt later, or at the same time, is in the cache", tally.newer_known)
        report.skip("a file read before in this import has another value", tally.earlier_file)
    work.done = before
    work.read(file.stat().st_size)
    return report


def _take_rows(work: _Import, lines: Lines, entry: Entry, job: Job, report: FileReport) -> None:
    """Hand the rows of a file to the job, block by block."""
    blocks = lines.blocks()
    top = next(blocks, None)
    if top is None:
        raise MissingColumnError("the file is empty")
    head, _, rest = top.data.partition(b"\n")
    plan = layout(entry, _header(head), work.resolve)
    calendar = rules.Calendar(plan.first_day, work.today)
    blocks = chain([replace(top, first=top.first + 1, data=rest)], blocks)
    for table in ahead(read_block(block, plan.columns) for block in blocks if block.data):
        work.go_on()
        _take_table(table, plan, calendar, job, report)
    report.notes += plan.notes
    for why, count in plan.skipped().items():
        report.skip(why, count)


def _header(line: bytes) -> list[str]:
    try:
        cells = next(csv.reader([line.decode("utf-8").rstrip("\r")], strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise MissingColumnError("the first line does not name the columns") from None
    return [cell.strip() for cell in cells]


def _take_table(table: Table, plan: Layout, calendar: rules.Calendar, job: Job, report: FileReport) -> None:
    doubtful = table.doubtful | calendar.broken(table.days)
    for i, bound in enumerate(plan.bounds):
        doubtful |= bound.broken(table.values[:, i])
    second_look = [(int(table.lines[row]), table.text(row)) for row in np.flatnonzero(doubtful).tolist()]
    second_look = sorted(second_look + table.apart)
    good = ~doubtful
    _put(plan, job, report, table.keys, table.codes[good], table, good)
    if second_look:
        _take_singly(second_look, plan, calendar, job, report)


def _put(
    plan: Layout,
    job: Job,
    report: FileReport,
    keys: Sequence[str],
    codes: np.ndarray,
    table: Table,
    good: np.ndarray,
) -> None:
    repeats, nothing = plan.put(job, keys, codes.astype(np.intp), table.days[good], table.values[good])
    report.skip("nothing published", nothing)
    report.skip("the same row again", repeats.same.size)
    rows = np.flatnonzero(good)
    for at in rows[repeats.different].tolist():
        refuse_repeat(report, int(table.lines[at]), table.text(at))


def refuse_repeat(report: FileReport, line: int, text: bytes) -> None:
    report.refuse(
        line,
        "the day is there twice with different values, the first row stands",
        text.decode("utf-8", "replace"),
    )


def _take_singly(
    lines: list[tuple[int, bytes]], plan: Layout, calendar: rules.Calendar, job: Job, report: FileReport
) -> None:
    """Read lines one by one: most end as refusals, some (quoted cells) are good after all."""
    taken: list[tuple[int, bytes, str, np.datetime64, list[float]]] = []
    for number, text in lines:
        try:
            key, when, values = read_line(text, plan.columns)
            rules.check_line(when, values, plan.bounds, calendar)
        except RefusedLineError as error:
            report.refuse(number, str(error), text.decode("utf-8", "replace"), reason=error.reason)
        else:
            taken.append((number, text, key, when, values))
    if not taken:
        return
    keys = sorted({row[2] for row in taken})
    repeats, nothing = plan.put(
        job,
        keys,
        np.array([keys.index(row[2]) for row in taken], dtype=np.intp),
        np.array([row[3] for row in taken], dtype="datetime64[D]"),
        np.array([row[4] for row in taken], dtype=np.float64),
    )
    report.skip("nothing published", nothing)
    report.skip("the same row again", repeats.same.size)
    for at in repeats.different.tolist():
        refuse_repeat(report, taken[at][0], taken[at][1])
