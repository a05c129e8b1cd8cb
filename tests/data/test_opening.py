"""Opening the cache: fresh, damaged, old, newer, unwritable, full."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.cache import (
    Batch,
    Cache,
    CacheDamagedError,
    CacheError,
    CacheFullError,
    CacheReadOnlyError,
    CacheTooNewError,
    guard,
    schema,
)
from models.market.snapshot import day

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)


def opened(path: Path, now: datetime = NOW) -> Cache:
    return Cache.open(path, clock=lambda: now)


def fill(cache: Cache, coins: int = 40, value: float = 1.0, learnt_at: datetime = NOW) -> None:
    days = day("2020-01-01") + np.arange(700)
    with cache.writing() as run, run.job(Batch("test", learnt_at)) as job:
        for i in range(coins):
            job.add_one("coin", f"coin-{i:03d}", days, np.full((700, 3), value))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "market.sqlite"


def aside(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob("market.sqlite.damaged-*"))


def test_a_fresh_cache_is_empty_and_says_nothing(path: Path) -> None:
    cache = opened(path)
    assert cache.notices == ()
    assert not cache.is_read_only
    state = cache.state()
    assert (state.is_empty, state.revision, state.first_day, state.origin) == (True, 0, None, "archive")
    market = cache.market()
    assert (market.days.size, market.coins, dict(market.series)) == (0, (), {})
    assert cache.series(["RUT", "bitcoin"]) == {}


def test_a_folder_with_strange_signs_in_its_name_works(tmp_path: Path) -> None:
    cache = opened(tmp_path / "Ä ?&=#% folder" / "market.sqlite")
    fill(cache, 1)
    assert cache.state().coins == 1


def test_state_tells_what_is_held(path: Path) -> None:
    cache = opened(path)
    fill(cache, 2)
    state = cache.state()
    assert (state.coins, state.revision, state.sources, state.learnt_at) == (2, 1, ("test",), NOW)
    assert [(one.id, one.kind, str(one.first_day), str(one.last_day)) for one in state.held] == [
        ("coin-000", "coin", "2020-01-01", "2021-11-30"),
        ("coin-001", "coin", "2020-01-01", "2021-11-30"),
    ]
    assert state.bytes == path.stat().st_size


@pytest.mark.parametrize(
    "spoil",
    [
        lambda size: b"\0" * size,
        lambda size: b"not a database at all, just words" * 40,
        lambda size: b"SQLite format 3\0" + b"\xff" * size,
        lambda size: b"S",
    ],
    ids=["zeros", "words", "header only", "one byte"],
)
def test_a_damaged_file_is_set_aside_and_the_user_is_told(path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    fill(opened(path))
    damaged = spoil(path.stat().st_size)
    path.write_bytes(damaged)
    cache = opened(path)
    (kept,) = aside(path)
    assert (path.parent / kept).read_bytes() == damaged
    assert kept in cache.notices[0]
    assert "import your archives again" in cache.notices[0]
    fill(cache)
    again = opened(path)
    assert (again.state().coins, again.notices) == (40, ())


def test_a_truncated_file_is_found_at_opening(path: Path) -> None:
    fill(opened(path))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    assert opened(path).notices
    assert len(aside(path)) == 1


def test_the_log_beside_a_damaged_file_goes_aside_with_it(path: Path) -> None:
    fill(opened(path))
    path.write_bytes(b"\0" * path.stat().st_size)
    guard.beside(path, "-wal").write_bytes(b"some log")
    cache = opened(path)
    assert len(aside(path)) == 2
    assert any(name.endswith("-wal") for name in aside(path))
    fill(cache)
    assert cache.state().coins == 40


def test_zeros_in_the_middle_are_found_by_the_daily_check(path: Path) -> None:
    fill(opened(path))
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\0" * 100_000)
    assert opened(path).notices == (), "checked today already, and reading everything costs time"
    assert opened(path, NOW + timedelta(days=1, minutes=1)).notices


def test_damage_met_while_reading_is_told_and_mended_at_the_next_start(path: Path) -> None:
    fill(opened(path))
    cache = opened(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE chunks SET data = x'00' WHERE slot = (SELECT max(slot) FROM chunks)")
        connection.commit()
    with pytest.raises(CacheDamagedError, match="Start again"):
        cache.market()
    assert opened(path).notices
    assert len(aside(path)) == 1


def test_a_database_of_another_program_is_not_touched_but_set_aside(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")
        connection.commit()
    before = path.read_bytes()
    assert opened(path).notices
    assert (path.parent / aside(path)[0]).read_bytes() == before


def test_two_damaged_files_of_the_same_second_are_both_kept(path: Path) -> None:
    path.parent.mkdir()
    for text in (b"one" * 100, b"two" * 100):
        path.write_bytes(text)
        opened(path)
    assert [len((path.parent / name).read_bytes()) for name in aside(path)] == [300, 300]


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    fill(opened(path), 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(CacheTooNewError, match=r"written by a newer Rotascope \(format 99.*left as it is"):
        opened(path)
    assert path.read_bytes() == before
    assert aside(path) == []


def test_a_migration_makes_a_backup_first_and_keeps_the_values(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(opened(path), 3)

    def second(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE coins ADD COLUMN website TEXT NOT NULL DEFAULT ''")

    before = len(schema.MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
    cache = opened(path)
    assert cache.market().price.shape == (700, 3)
    backup = schema.backup_name(path, before)
    assert backup.name in cache.notices[0]
    with closing(sqlite3.connect(backup)) as connection:
        assert schema.version(connection) == before
        assert connection.execute("SELECT count(*) FROM chunks").fetchone() == (6,)
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == before + 1
    assert opened(path).notices == ()


def test_a_migration_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(opened(path), 3)

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM chunks")
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        with pytest.raises(RuntimeError):
            opened(path)
    assert opened(path).market().price.shape == (700, 3)


def forbid_writing(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let the folder refuse as a read-only one does (root may write everywhere, so the bits do not help)."""
    real_open, real_connect = os.open, guard.connect

    def no_lock(name, flags, mode=0o777, **options):  # type: ignore[no-untyped-def]
        if str(name).startswith(str(path.parent)) and flags & (os.O_CREAT | os.O_RDWR):
            raise PermissionError(13, "Permission denied", str(name))
        return real_open(name, flags, mode, **options)

    def only_reading(file: Path, mode: str = "rw") -> sqlite3.Connection:
        if mode in ("rw", "rwc"):
            raise PermissionError(13, "Permission denied", str(file))
        return real_connect(file, "still")

    monkeypatch.setattr(os, "open", no_lock)
    monkeypatch.setattr(guard, "connect", only_reading)


def test_a_cache_that_cannot_be_written_is_shown_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(opened(path), 3)
    forbid_writing(monkeypatch, path)
    cache = opened(path)
    assert cache.is_read_only
    assert "nothing new is stored" in cache.notices[0]
    assert cache.market().price.shape == (700, 3)
    with pytest.raises(CacheReadOnlyError, match="--data-dir"), cache.writing():
        pass


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match=r"cannot be opened .*--data-dir\.$") as said:
        opened(tmp_path / "file" / "market.sqlite")
    assert "Errno" not in str(said.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="Needs root to become another user."
)
def test_an_ordinary_user_reads_a_cache_that_is_not_theirs(tmp_path: Path) -> None:
    path = tmp_path / "market.sqlite"
    fill(opened(path), 2)
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o055)
    script = (
        "import os, sys; from pathlib import Path; import numpy; from data.cache import Cache\n"
        # Python 3.13 imports urllib at the first URI: while the standard library may still be read.
        "Path(sys.argv[1]).as_uri()\n"
        "os.setuid(65534)\n"
        "cache = Cache.open(Path(sys.argv[1]))\n"
        "print(cache.is_read_only, cache.state().coins, cache.market().price.shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "True 2 (700, 2)", done.stderr


def test_a_full_disk_is_told_and_nothing_is_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = opened(path)
    fill(cache, 5)
    real = guard.connect

    def small(file: Path, mode: str = "rw") -> sqlite3.Connection:
        connection = real(file, mode)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(guard, "connect", small)
        with pytest.raises(
            CacheFullError, match=r"The disk is full.*What was stored before is safe.*Make some room"
        ):
            fill(cache, 60)
    assert (cache.state().coins, cache.revision()) == (5, 1)
    fill(cache, 60)
    assert cache.state().coins == 60


def test_the_file_is_closed_after_each_call(path: Path) -> None:
    cache = opened(path)
    fill(cache, 1)
    cache.market()
    assert not guard.beside(path, "-wal").exists()


def test_a_moment_without_a_time_zone_is_not_accepted(path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        fill(opened(path), 1, learnt_at=datetime(2024, 1, 1))


def test_loading_needs_neither_pandas_nor_scipy() -> None:
    script = (
        "import sys; import data.cache, data.paths, data.catalog, data.importers\n"
        "print([name for name in ('pandas', 'scipy', 'platformdirs', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_a_log_that_another_window_removes_meanwhile_makes_nothing_read_only(path: Path) -> None:
    opened(path)
    enough = threading.Event()

    def look() -> None:
        other = opened(path)
        while not enough.is_set():
            other.revision()  # the last to close a connection removes the log

    window = threading.Thread(target=look)
    window.start()
    try:
        said = [notice for _ in range(1_500) for notice in opened(path).notices]
    finally:
        enough.set()
        window.join()
    assert said == []
