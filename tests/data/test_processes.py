"""Two processes at once, and processes that die in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import import_archive
from models.market.snapshot import day

from .archives import COINS_HEAD, archive, clock

ROOT = Path(__file__).parents[2]
FILES, DAYS, COINS = 8, 300, 40

IMPORT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data.cache import Cache
from data.importers import import_archive
cache = Cache.open(Path(sys.argv[1]))
print("ready", *cache.notices, flush=True)
report = import_archive(sys.argv[2], cache, clock=lambda: datetime(2024, 6, 15, tzinfo=UTC))
print(report.taken, report.stopped, flush=True)
"""


def large_archive(folder: Path) -> Path:
    """Eight files of coin-days, one coin list of prices that tell file, day and coin."""
    manifest, files = "", {}
    for n in range(FILES):
        manifest += f'[[file]]\npath = "coins{n}.csv"\nkind = "coins"\nsource = "s"\n'
        lines = [COINS_HEAD]
        for i, date in enumerate(day(f"{2012 + n}-01-01") + np.arange(DAYS)):
            lines += [f"{date},coin-{c:02d},{1 + c + i / 1000},{1e6 + c},{5}" for c in range(COINS)]
        files[f"coins{n}.csv"] = "\n".join(lines) + "\n"
    return archive(folder, manifest, files)


def start(cache: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(cache), str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_archive(tmp_path_factory.mktemp("archive"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
@pytest.mark.parametrize("files_before", [0, 1, 3, 6])
def test_kill_9_loses_at_most_the_file_in_hand(tmp_path: Path, folder: Path, files_before: int) -> None:
    path = tmp_path / "market.sqlite"
    with start(path, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        watcher = Cache.open(path)
        end = time.monotonic() + 60
        while watcher.revision() < files_before and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(0.01 * files_before)
        os.kill(process.pid, signal.SIGKILL)
    cache = Cache.open(path, clock=clock)
    assert cache.notices == ()
    done = cache.revision()
    assert done >= files_before
    assert np.isfinite(cache.market().price).sum() == done * DAYS * COINS
    report = import_archive(folder, cache, clock=clock)
    assert report.taken == (FILES - done) * DAYS * COINS
    assert np.isfinite(cache.market().price).sum() == FILES * DAYS * COINS


def test_a_window_reads_whole_states_while_the_terminal_imports(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "market.sqlite"
    cache = Cache.open(path, clock=clock)
    seen = set()
    with start(path, folder) as process:
        while process.poll() is None:
            known = int(np.isfinite(cache.market().price).sum())
            assert known % (DAYS * COINS) == 0, "a file half in the cache was seen"
            seen.add(known)
        assert process.stdout is not None
        assert process.stdout.read().splitlines() == ["ready", f"{FILES * DAYS * COINS} None"]
    assert int(np.isfinite(cache.market().price).sum()) == FILES * DAYS * COINS
    assert cache.revision() == FILES
    assert len(seen) > 1


def test_two_processes_that_import_the_same_archive_share_the_work(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "market.sqlite"
    with start(path, folder) as one, start(path, folder) as two:
        answers = [process.communicate(timeout=120)[0].splitlines()[-1].split() for process in (one, two)]
    assert [answer[1] for answer in answers] == ["None", "None"]
    assert sum(int(answer[0]) for answer in answers) == FILES * DAYS * COINS
    assert np.isfinite(Cache.open(path).market().price).sum() == FILES * DAYS * COINS
