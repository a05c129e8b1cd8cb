"""`refresh`, `data` and `export` as a script sees them, against the stubs: status, output, files."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.cache import Batch, Cache
from data.paths import Paths
from data.refresh.alone import alone
from data.sources import source
from data.sources.contract import Source
from main import main
from tests.stubs import StubServer

MAIN = Path(__file__).resolve().parents[2] / "main.py"
QUICK = ("alternative", "defillama", "fred")
"""Sources that need few requests."""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    with StubServer(now=datetime.now(UTC)) as server:
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{server.port}/{{host}}")
        yield server


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def start(command: str, *words: str) -> tuple[int, str, str]:
        status = main([command, "--data-dir", str(tmp_path / "data"), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return start


def cached(tmp_path: Path) -> Cache:
    return Cache.open(Paths(tmp_path / "data").market)


def states(run: Run) -> dict[str, dict[str, Any]]:
    status, out, _ = run("data", "--format", "json")
    assert status == 0
    return {one["id"]: one for one in json.loads(out)["series"]}


def test_a_refresh_fills_the_cache_and_says_whole(run: Run, stub: StubServer, tmp_path: Path) -> None:
    status, out, err = run("refresh", "--only", *QUICK)
    assert (status, err) == (0, "")
    assert out.startswith("The refresh is done: 10 of 10 jobs.\n")
    assert "DefiLlama: 1 of 1 done" in out
    found = states(run)
    for name in ("FEAR_GREED", "STABLECOIN_SUPPLY", "M2", "WALCL", "FEDFUNDS", "DGS10"):
        assert found[name]["state"] == "fresh", found[name]["sentence"]
    assert cached(tmp_path).state().origin == "live"


def test_a_second_refresh_at_once_asks_nothing(run: Run, stub: StubServer) -> None:
    run("refresh", "--only", *QUICK)
    stub.forget()
    status, out, _ = run("refresh", "--only", *QUICK)
    assert (status, stub.count()) == (0, 0)
    assert out.startswith("Everything is as new as it can be; nothing was asked.")
    assert run("refresh", "--only", *QUICK, "--everything")[0] == 0
    assert stub.count() == 10


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("500", "failed", "500"),
        ("403", "unavailable", "refuses"),
        ("451", "unavailable", "region"),
        ("truncated", "failed", "JSON"),
        ("html", "failed", "web page"),
    ],
)
def test_a_source_in_trouble_has_the_right_state_and_the_others_are_whole(
    run: Run, stub: StubServer, kind: str, state: str, words: str
) -> None:
    stub.fault("api.alternative.me", kind)
    status, out, _ = run("refresh", "--only", "alternative", "defillama")
    assert status == 1
    assert "In trouble: " in out
    found = states(run)
    assert found["FEAR_GREED"]["state"] == state
    assert words in found["FEAR_GREED"]["why"], found["FEAR_GREED"]["why"]
    assert found["STABLECOIN_SUPPLY"]["state"] == "fresh"


def test_a_limit_shows_when_one_may_ask_again(run: Run, stub: StubServer) -> None:
    # A ban, unlike a mere limit, is believed beyond two minutes: too long to wait for, so it is told at once.
    stub.fault("api.alternative.me", "418", retry_after="600")
    status, out, _ = run("refresh", "--only", "alternative", "defillama")
    found = states(run)["FEAR_GREED"]
    assert (status, found["state"]) == (1, "waiting")
    until = datetime.fromisoformat(found["until"])
    assert 500 < (until - datetime.now(UTC)).total_seconds() < 660
    assert "Not asked again before" in out


def test_when_nothing_can_be_fetched_the_status_is_two(run: Run, stub: StubServer) -> None:
    stub.fault("*", "403")
    status, out, _ = run("refresh", "--only", "alternative", "defillama")
    assert (status, out.splitlines()[0]) == (
        2,
        "Nothing could be fetched. In trouble: alternative.me, DefiLlama. What was stored before is kept.",
    )


def test_a_dry_run_asks_nothing_and_writes_nothing(run: Run, stub: StubServer, tmp_path: Path) -> None:
    status, out, _ = run("refresh", "--dry-run", "--only", *QUICK)
    assert (status, stub.count()) == (0, 0)
    assert out.startswith("10 jobs, about ")
    assert "  DefiLlama: " in out
    assert cached(tmp_path).refreshes() == ()


@pytest.mark.parametrize("fault", ["load", "plan"])
def test_a_source_that_cannot_take_part_is_named_and_keeps_no_other_back(
    run: Run, stub: StubServer, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def broken(name: str) -> Source:
        found = source(name)
        if name != "defillama":
            return found
        if fault == "load":
            raise ImportError("its file is damaged")
        return replace(found, plan=lambda want: 1 / 0)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr("data.refresh.start.source", broken)
    title = "defillama" if fault == "load" else "DefiLlama"
    wish = ("--only", "alternative", "defillama")
    status, out, _ = run("refresh", "--dry-run", *wish)
    assert status == 1
    assert f"In trouble: {title}. What to ask for could not be worked out" in out
    status, out, _ = run("refresh", "--dry-run", "--progress", "json", *wish)
    assert (status, json.loads(out)["broken"]) == (1, ["defillama"])
    status, out, _ = run("refresh", *wish)
    assert status == 1
    assert f"In trouble: {title}." in out
    assert states(run)["FEAR_GREED"]["state"] == "fresh"


def test_an_unknown_source_is_named_with_those_that_exist(run: Run) -> None:
    status, out, err = run("refresh", "--only", "bloomberg")
    assert (status, out) == (2, "")
    assert err.startswith("There is no source named bloomberg. The sources are: ")


def test_a_second_refresh_beside_the_first_yields(run: Run, stub: StubServer, tmp_path: Path) -> None:
    folder = cached(tmp_path).path.parent
    with alone(folder, asked_by="window", now=datetime.now(UTC)):
        status, out, err = run("refresh", "--only", *QUICK)
    assert (status, out, stub.count()) == (2, "", 0)
    assert err.startswith("The window has been refreshing since ")
    assert run("refresh", "--only", "alternative")[0] == 0


def test_revisions_of_the_last_days_are_caught(run: Run, stub: StubServer, tmp_path: Path) -> None:
    run("refresh", "--only", "defillama")
    cache = cached(tmp_path)
    held = cache.series(["STABLECOIN_SUPPLY"])["STABLECOIN_SUPPLY"]
    when, before = held.days[-3], held.values[-3]
    stub.world.revise("defillama/STABLECOIN_SUPPLY", str(when), 1.001)
    status, out, _ = run("refresh", "--only", "defillama", "--everything")
    assert status == 0
    assert "revised" in out
    learnt = cache.learnt("series", "STABLECOIN_SUPPLY", when, "value")
    assert learnt[0].value == before
    assert len(learnt) == 2


def test_progress_is_one_object_a_line(run: Run, stub: StubServer) -> None:
    _, out, _ = run("refresh", "--progress", "json", "--only", *QUICK)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (lines[-2]["done"], lines[-2]["total"], lines[-2]["has_picture"]) == (10, 10, True)
    assert lines[-1]["report"]["status"] == "whole"
    assert {one["id"] for one in lines[-1]["report"]["sources"]} == set(QUICK)


def test_the_table_of_series_reads_well_without_a_terminal(run: Run, stub: StubServer) -> None:
    run("refresh", "--only", "alternative")
    _, out, _ = run("data")
    line = next(line for line in out.splitlines() if line.startswith("FEAR_GREED"))
    assert line.split()[:6] == ["FEAR_GREED", "Crypto", "fear", "and", "greed", "fresh"]
    assert "No refresh has asked for it yet." in out


def test_a_series_goes_out_as_csv(run: Run, stub: StubServer, tmp_path: Path) -> None:
    run("refresh", "--only", "alternative")
    status, out, _ = run("export", "FEAR_GREED", "--since", "2024-01-01")
    lines = list(csv.reader(io.StringIO(out)))
    assert (status, lines[0]) == (0, ["date", "FEAR_GREED"])
    assert lines[1][0] >= "2024-01-01"
    target = tmp_path / "mine.csv"
    assert run("export", "FEAR_GREED", "--since", "2024-01-01", "--output", str(target)) == (0, "", "")
    assert target.read_text(encoding="utf-8").splitlines() == out.splitlines()
    status, _, err = run("export", "FEAR_GRED")
    assert (status, "Did you mean FEAR_GREED?" in err) == (2, True)


def test_everything_goes_out_as_an_archive(run: Run, stub: StubServer, tmp_path: Path) -> None:
    run("refresh", "--only", "alternative")
    status, out, _ = run("export", "--archive", str(tmp_path / "out"))
    assert status == 0
    assert "1 series and coins" in out
    assert run("import", "--progress", "none", str(tmp_path / "out"))[0] == 0


def child(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(MAIN), "refresh", "--data-dir", str(tmp_path / "data"), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(stub: StubServer, host: str) -> None:
    end = time.monotonic() + 30
    while not stub.count(host):
        assert time.monotonic() < end, "nothing was asked"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_an_interrupt_ends_it_in_order_and_keeps_what_is_there(stub: StubServer, tmp_path: Path) -> None:
    stub.fault("stablecoins.llama.fi", "hang", seconds=60)
    process = child(tmp_path, "--only", *QUICK, "--progress", "none")
    wait_for(stub, "stablecoins.llama.fi")
    time.sleep(1.0)  # the others are through
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)  # the answer would have hung for a minute
    assert (process.returncode, err) == (1, "")
    assert out.startswith("The refresh was stopped: ")
    assert "FEAR_GREED" in {one.id for one in cached(tmp_path).state().held}


def test_the_window_hands_over_keys_and_its_end_ends_the_refresh(stub: StubServer, tmp_path: Path) -> None:
    stub.fault("stablecoins.llama.fi", "hang", seconds=60)
    process = child(tmp_path, "--only", "defillama", "--progress", "json", "--from-window")
    assert process.stdin is not None
    process.stdin.write(json.dumps({"keys": {"coingecko-demo": "CG-secret"}}) + "\n")
    process.stdin.flush()
    wait_for(stub, "stablecoins.llama.fi")
    process.stdin.close()
    process.stdin = None
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (2, "")
    assert json.loads(out.splitlines()[-1])["report"]["is_cancelled"]
    (record,) = cached(tmp_path).refreshes()
    assert record.asked_by == "window"
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or b"CG-secret" not in file.read_bytes()
    assert os.environ.get("CG") is None


def test_a_report_of_today_carries_the_states_and_says_what_is_missing(
    run: Run, stub: StubServer, tmp_path: Path
) -> None:
    """A review tells ages; today also what was tried, and why it is not there."""
    today = np.datetime64(datetime.now(UTC).date(), "D")
    cache = cached(tmp_path)
    days = today - np.arange(1, 41)[::-1].astype("timedelta64[D]")
    learnt_at = datetime.now(UTC)
    with cache.writing() as writing, writing.job(Batch("coingecko", learnt_at, "live")) as job:
        for coin in ("bitcoin", "ethereum"):
            job.add_one("coin", coin, days, np.full((days.size, 3), 1e9))
        job.add_one("series", "FEAR_GREED", days[:-9], np.full((days.size - 9, 1), 40.0))
    stub.fault("api.alternative.me", "500")
    stub.fault("stablecoins.llama.fi", "451")
    run("refresh", "--only", "alternative", "defillama")
    status, out, _ = run("report")
    data = json.loads(out)["data"]
    fear = next(one for one in data["series"] if one["id"] == "FEAR_GREED")
    assert (status, fear["state"], fear["retry"]) == (0, "failed", True)
    assert "500" in fear["why"]
    (missing,) = data["missing_series"]
    assert (missing["id"], missing["state"]) == ("STABLECOIN_SUPPLY", "unavailable")
    _, out, _ = run("report", "--as-of", str(today - np.timedelta64(12, "D")))
    data = json.loads(out)["data"]
    assert "missing_series" not in data
    assert [one["state"] for one in data["series"]] == ["fresh"]
    status, page, _ = run("report", "--format", "html")
    assert "Asked for and not there: STABLECOIN_SUPPLY" in page
