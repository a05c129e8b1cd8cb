"""The system asks the real window to end (SIGTERM) while a refresh or an import is under way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from tests.data.test_processes import COINS, DAYS, FILES, large_archive
from tests.stubs import StubServer
from ui.app import LOCK
from ui.live.online import OFFLINE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows closes windows and sends no signals")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from data.paths import Paths
from ui import app

what, folder, archive = sys.argv[1:]
settle = app.Rooms.settle
told = []

def tell(process):
    if process is not None and not told:
        told.append(process.processId())
        print(what, *told, flush=True)

def settle_and_begin(rooms, files):
    settle(rooms, files)
    QTimer.singleShot(90_000, lambda: print("no work was begun", flush=True))
    if what == "refresh":
        work = rooms.live.refreshing
        work.progressed.connect(lambda step: tell(work._process) if step.commits else None)
        rooms.live.refresh_now()
    else:
        work = rooms.importing
        work.progressed.connect(lambda *_: tell(work._process))
        work.start(Path(archive))

app.Rooms.settle = settle_and_begin
sys.exit(app.run(Paths(Path(folder))))
"""


@contextmanager
def window(what: str, folder: Path, archive: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The real window with its work under way, and the id of the process that does the work."""
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW, what, str(folder), str(archive)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().split()
            assert said[:1] == [what], "It ended before its work began."
            yield process, int(said[1])
        finally:
            process.kill()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_during_an_import_it_ends_well_and_the_cache_is_whole(tmp_path: Path) -> None:
    archive, home = large_archive(tmp_path / "archive"), tmp_path / "home"
    with window("import", home, archive) as (process, worker):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert not is_alive(worker), "The import goes on without its window."
    assert not (Paths(home).settings / LOCK).exists()
    cache = Cache.open(Paths(home).market)
    assert cache.notices == ()
    known = int(np.isfinite(cache.market().price).sum()) if cache.revision() else 0
    assert known == cache.revision() * DAYS * COINS, "A file is in the cache by half."
    import_archive(archive, cache)
    assert int(np.isfinite(cache.market().price).sum()) == FILES * DAYS * COINS


def test_during_a_refresh_it_ends_well_and_what_was_fetched_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StubServer(now=datetime.now(UTC)) as stub:
        monkeypatch.delenv(OFFLINE, raising=False)  # this window asks, but nobody besides the stand-in
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{stub.port}/{{host}}")
        with window("refresh", tmp_path, tmp_path) as (process, worker):
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
            assert not is_alive(worker), "The refresh goes on without its window."
    assert not (Paths(tmp_path).settings / LOCK).exists()
    cache = Cache.open(Paths(tmp_path).market)
    assert cache.notices == ()
    assert cache.state().held, "What was committed is there."
