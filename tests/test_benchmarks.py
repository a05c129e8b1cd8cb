"""The benchmarks run and tell the truth about ratios; how fast things are is for `make bench`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, main, table
from benchmarks.measure import Missing, Row
from benchmarks.page import PAGE, TITLE, with_last_run


def test_a_ratio_is_read_in_the_sense_of_its_goal() -> None:
    slower = Row("import", "pandas", ours=6.0, baseline=3.0, goal=3.0)
    faster = Row("season", "a loop", ours=0.01, baseline=2.0, goal=300.0, sense="at least")
    assert slower.figure == pytest.approx(2.0)
    assert slower.is_met
    assert faster.figure == pytest.approx(200.0)
    assert not faster.is_met


def test_the_table_shows_what_was_missed_and_what_could_not_be_measured() -> None:
    text = table([Row("season", "a loop", 0.01, 2.0, 300.0, "at least"), Missing("start", "no window")])
    assert "200 ×" in text
    assert "MISSED" in text
    assert "not measured" in text
    assert "no window" in text


def test_a_benchmark_runs_on_a_small_market(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--small", "season"]) == 0
    printed = capsys.readouterr().out
    assert "a synthetic archive" in printed
    assert "season index, one new day" in printed


def test_every_benchmark_has_its_row_on_the_page_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8").partition(f"\n{TITLE}\n")[0]
    listed = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(NAMES)


def test_a_run_takes_the_place_of_the_one_before_with_ratios_and_no_times() -> None:
    page = f"# Benchmarks\n\nWords.\n\n{TITLE}\n\nPython 2, old.\n"
    lines = [Row("season", "a loop", 0.01, 2.0, 300.0, "at least"), Missing("start", "no window")]
    written = with_last_run(page, "Python 3.11, new.", lines)
    assert written.startswith("# Benchmarks\n\nWords.\n\n## Last run\n\nPython 3.11, new.\n")
    assert "| season | a loop | 200 × | ≥ 300 × | **missed** |" in written
    assert "| start | no window | | | not measured |" in written
    assert "old" not in written
    assert with_last_run(written, "Python 3.11, new.", lines) == written


def test_a_part_of_a_run_is_never_kept(capsys: pytest.CaptureFixture[str]) -> None:
    before = PAGE.read_bytes()
    assert main(["--small", "--write", "season"]) == 2
    assert "Only a whole run is kept" in capsys.readouterr().err
    assert PAGE.read_bytes() == before
