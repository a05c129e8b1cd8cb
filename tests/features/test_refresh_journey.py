"""A refresh as a whole: from the first start on, killed, twice at once, and without a trace of keys."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.cache import Cache
from data.keys import Keys
from data.listing import listed, sources_of
from data.paths import Paths
from data.refresh import Progress, all_sources, refresh
from tests.features.kills import kill_refreshes
from tests.stubs import Seen, StubServer

MAIN = Path(__file__).resolve().parents[2] / "main.py"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FASTER = 300
SECRET = "CG-known-0123456789abcdef"


class FastClock:
    """An hour passes in twelve seconds: limits are waited for without the wait."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=(time.monotonic() - self._began) * FASTER)

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds / FASTER
        while not cancelled():
            left = end - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(left, 0.01))
        return False


class TimedStub(StubServer):
    """Notes when, by the fast clock, each request came."""

    clock = FastClock()

    def note(self, seen: Seen) -> None:
        super().note(replace(seen, at=(self.clock.now() - NOON).total_seconds()))


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[TimedStub]:
    with TimedStub(now=NOON, coins=300) as server:
        server.clock = FastClock()
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{server.port}/{{host}}")
        yield server


def test_a_first_refresh_of_250_coins_keeps_all_limits_and_brings_everything(
    stub: TimedStub, tmp_path: Path
) -> None:
    clock = stub.clock
    cache = Cache.open(tmp_path / "market.sqlite", clock=clock.now)
    order: list[str] = []
    told: list[Progress] = []

    def watch(progress: Progress) -> None:
        told.append(progress)
        order.append(progress.what)

    report = refresh(cache, Keys(use_keyring=False), only=("yahoo", "coingecko"), report=watch, clock=clock)
    assert (report.status, [one.problem for one in report.sources]) == ("whole", ["", ""])

    rows = listed(cache, all_sources(("yahoo", "coingecko")), now=clock.now())
    coins = [one for one in rows if one.kind == "coin"]
    assert len(coins) == 250
    assert {one.state.name for one in rows} == {"fresh"}
    assert {one.state.name for one in sources_of(rows, all_sources(("yahoo",)), now=clock.now())} == {"fresh"}

    # 250 histories, the universe, the whole, the prices for Yahoo, and one for each category of coins.
    assert stub.count("api.coingecko.com") <= 290
    assert stub.busiest("api.coingecko.com", 60.0) <= 10
    assert stub.count("query2.finance.yahoo.com") <= 2 * (7 + 60)
    first = [seen.path for seen in stub.requests("api.coingecko.com")][:3]
    assert first[0].endswith("/coins/markets")
    assert any(path.endswith("/global") for path in first)

    # The Russell and Bitcoin are there long before the last coin.
    done_by = {line.job: line.at for line in cache.refresh_log(limit=5_000) if line.result == "done"}
    last = max(done_by.values())
    for early in ("index/RUT", "coin/bitcoin", "global"):
        assert done_by[early] - NOON < 0.2 * (last - NOON), early
    assert told[-1].done == told[-1].total

    # Histories that are complete are not asked for again.
    stub.forget()
    again = refresh(cache, Keys(use_keyring=False), only=("coingecko",), clock=StillFrom(last))
    assert stub.count("api.coingecko.com", "*/market_chart*") == 0
    assert again.status == "whole"


class StillFrom:
    """A clock that stands still at a moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        self.at += timedelta(seconds=seconds)
        return not cancelled()


def test_killed_at_random_moments_nothing_is_lost_or_torn(tmp_path: Path) -> None:
    found = kill_refreshes(10, tmp_path, seed=5)
    assert found.problems == []
    assert (found.kills, found.jobs_repeated) == (10, 0)
    assert found.jobs_kept > 0


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(MAIN), "refresh", "--data-dir", str(folder), "--progress", "none", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_refreshes_at_once_one_works_and_one_yields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StubServer(now=datetime.now(UTC)) as stub:
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{stub.port}/{{host}}")
        stub.fault("stablecoins.llama.fi", "hang", seconds=3.0, count=1)
        both = [start(tmp_path, "--only", "fred", "defillama") for _ in range(2)]
        ends = [process.communicate(timeout=60) for process in both]
    statuses = sorted(process.returncode for process in both)
    assert statuses == [0, 2], ends
    assert any("has been refreshing since" in err for _, err in ends)
    cache = Cache.open(Paths(tmp_path).market)
    assert cache.notices == ()
    assert len(cache.refreshes()) == 1
    assert {one.id for one in cache.state().held} >= {"M2", "STABLECOIN_SUPPLY"}


def test_a_known_key_is_found_nowhere_after_a_session_with_every_kind_of_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = ""
    with StubServer(now=datetime.now(UTC)) as stub:
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{stub.port}/{{host}}")
        for trouble in ("401", "429", "500", "html", "reset"):
            stub.clear()
            stub.fault("api.coingecko.com", trouble, skip=1 if trouble == "reset" else 0)
            folder = tmp_path / trouble
            process = start(folder, "--only", "coingecko", "--from-window")
            assert process.stdin is not None
            process.stdin.write(json.dumps({"keys": {"coingecko-demo": SECRET}}) + "\n")
            process.stdin.flush()
            end = time.monotonic() + 30
            while not stub.count("api.coingecko.com") and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(1.0)
            out, err = process.communicate(timeout=30)  # which closes its input: it stops
            said += out + err
            assert any(seen.headers.get("x-cg-demo-api-key") == SECRET for seen in stub.requests())
        assert not [seen for seen in stub.requests() if SECRET in seen.path + seen.query]
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file
    for form in (SECRET, SECRET[3:], SECRET.lower()):
        assert form not in said
        assert form not in caplog.text


def test_the_ledger_and_the_sentence_of_a_first_refresh_are_quiet(stub: TimedStub, tmp_path: Path) -> None:
    """A first refresh learns; it revises nothing of what a single source tells."""
    cache = Cache.open(tmp_path / "market.sqlite", clock=stub.clock.now)
    report = refresh(
        cache, Keys(use_keyring=False), only=("fred", "alternative", "defillama"), clock=stub.clock
    )
    assert (report.revised, report.refused) == (0, 0)
    by_source: dict[str, int] = defaultdict(int)
    for one in report.sources:
        by_source[one.source] += one.added
    assert set(by_source) == {"fred", "alternative", "defillama"}
    assert all(by_source.values())
