"""The benchmarks run and tell the truth about ratios; how fast things are is for `make bench`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main, table
from benchmarks.measure import Missing, Row


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
