"""Kill a refresh at random moments, again and again: nothing committed is lost, nothing is torn.

`python -m tests.features.kills 100` does it a hundred times and prints what it found.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.cache import Cache, Kind
from models.market.snapshot import Days, Floats
from tests.stubs import StubServer

MAIN = Path(__file__).resolve().parents[2] / "main.py"
SOURCES = ("fred", "alternative", "defillama", "deribit", "binance", "coinmetrics")
"""Sources that do much within a few seconds; the limits of the others would make the test wait."""
SECONDS = (0.3, 6.0)
"""From when to when a refresh is killed after its start, which takes a second by itself."""

Stored = dict[tuple[Kind, str], tuple[Days, Floats]]


@dataclass
class Found:
    """What a series of kills showed."""

    kills: int = 0
    whole: int = 0
    jobs_kept: int = 0
    jobs_repeated: int = 0
    problems: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[StubServer]:
    """Serve all providers; the children find them through the environment."""
    with StubServer(now=datetime.now(UTC)) as stub:
        yield stub


def start(folder: Path, stub: StubServer) -> subprocess.Popen[bytes]:
    routes = f"*=http://127.0.0.1:{stub.port}/{{host}}"
    words = [sys.executable, str(MAIN), "refresh", "--data-dir", str(folder), "--progress", "none", "--only"]
    return subprocess.Popen(
        [*words, *SOURCES],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"ROTASCOPE_ROUTES": routes},
    )


def cache_of(folder: Path) -> Path:
    return folder / "cache" / "market.sqlite"


def stored(cache: Cache) -> Stored:
    return {(one.kind, one.id): (days, values) for one, days, values in cache.stored()}


def kill_refreshes(count: int, folder: Path, seed: int = 1) -> Found:
    """Kill `count` refreshes; each folder is refreshed and killed until one came through."""
    chance, found = random.Random(seed), Found()
    with serving() as stub:
        reference = _reference(folder / "reference", stub)
        number = 0
        while found.kills < count:
            number += 1
            here = folder / f"run-{number}"
            done: set[tuple[str, str]] = set()
            while found.kills < count:
                process = start(here, stub)
                try:
                    process.wait(chance.uniform(*SECONDS))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    found.kills += 1
                else:
                    found.whole += 1
                    _same(reference, stored(Cache.open(cache_of(here))), found, "at the end", whole=True)
                    break
                done = _look(here, reference, done, found)
            else:
                break
        _finish(here, stub, reference, found)
    return found


def _reference(folder: Path, stub: StubServer) -> Stored:
    assert start(folder, stub).wait(300) == 0
    return stored(Cache.open(cache_of(folder)))


def _look(here: Path, reference: Stored, before: set[tuple[str, str]], found: Found) -> set[tuple[str, str]]:
    """Open what a killed refresh left; returns the jobs that are done."""
    if not cache_of(here).exists():
        return set()
    cache = Cache.open(cache_of(here))
    if cache.notices:
        found.problems.append(f"{here.name}: {cache.notices[0]}")
    values, outcomes = stored(cache), cache.outcomes()
    done = {(one.source, one.job) for one in outcomes if one.done_at is not None}
    lost = before - done
    if lost:
        found.problems.append(f"{here.name}: the outcomes of {sorted(lost)} are lost")
    for one in outcomes:
        name = (one.kind, one.key)
        if one.result == "done" and name in reference and name not in values:
            found.problems.append(f"{here.name}: {one.job} is done, but {one.key} is not there")
    _same(reference, values, found, here.name, whole=False)
    lines = [line for line in cache.refresh_log(limit=5_000) if line.result == "done"]
    jobs = [(line.source, line.job) for line in lines]
    found.jobs_kept += len(done)
    found.jobs_repeated += len(jobs) - len(set(jobs))
    return done


def _same(reference: Stored, values: Stored, found: Found, where: str, *, whole: bool) -> None:
    """Compare with a refresh that nobody disturbed: no value differs, and at the end none is missing."""
    if whole and set(values) != set(reference):
        found.problems.append(f"{where}: {sorted(set(values) ^ set(reference))} differ")
    for name, (days, mine) in values.items():
        if name[1].endswith(".Skew25"):
            continue  # a snapshot of the moment is another one at another moment
        if name not in reference:
            found.problems.append(f"{where}: nobody told of {name}")
            continue
        all_days, all_values = reference[name]
        at = np.searchsorted(all_days, days)
        if not (at < all_days.size).all() or not np.array_equal(all_days[at], days):
            found.problems.append(f"{where}: {name} has days that nobody told")
        elif not np.array_equal(all_values[at], mine, equal_nan=True):
            # Prices and caps of a coin come with one job, bars too: a value is there or its day is not.
            found.problems.append(f"{where}: {name} differs from what was told")
        elif whole and days.size != all_days.size:
            found.problems.append(f"{where}: {name} lacks {all_days.size - days.size} days")


def _finish(here: Path, stub: StubServer, reference: Stored, found: Found) -> None:
    """Let the last folder come through, and find it whole."""
    if start(here, stub).wait(300) != 0:
        found.problems.append(f"{here.name}: the last refresh did not come through")
    _same(reference, stored(Cache.open(cache_of(here))), found, here.name, whole=True)


def main(words: list[str]) -> int:
    count = int(words[0]) if words else 100
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        found = kill_refreshes(count, Path(folder), seed=int(words[1]) if len(words) > 1 else 1)
    sys.stdout.write(
        f"{found.kills} kills, {found.whole} refreshes that came through between them, in "
        f"{time.monotonic() - began:.0f} s. Jobs found committed after a kill: {found.jobs_kept}; "
        f"done twice: {found.jobs_repeated}; problems: {len(found.problems)}\n"
    )
    for problem in found.problems:
        sys.stdout.write(problem + "\n")
    return bool(found.problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
