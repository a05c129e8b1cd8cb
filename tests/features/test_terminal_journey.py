"""A person at a terminal: take in an archive, ask for a day, get the same answer every time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from main import main
from tests.archives import write_archive
from tests.markets import synthetic_market

MARKET = synthetic_market(days=520, coins=90, bad_ticks=0, dying=0.1)
DAY = MARKET.days[430]


@pytest.fixture(scope="module")
def archive_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("archive"), MARKET)


@pytest.fixture(scope="module")
def data_dir(archive_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    assert main(["--data-dir", str(folder), "import", str(archive_folder), "--progress", "none"]) == 0
    return folder


def report(data_dir: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["report", "--data-dir", str(data_dir), *words]) == 0
    return json.loads(capsys.readouterr().out)


def assert_same(a: object, b: object, path: str = "report") -> None:
    """Compare documents; sums over more or fewer empty columns may differ in their last digits."""
    assert type(a) is type(b), path
    if isinstance(a, dict):
        assert list(a) == list(b), path
        for key in a:
            assert_same(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list):
        assert len(a) == len(b), path
        for at, (one, other) in enumerate(zip(a, b, strict=True)):
            assert_same(one, other, f"{path}[{at}]")
    elif isinstance(a, float):
        assert a == pytest.approx(b, rel=1e-11, abs=1e-12), path
    else:
        assert a == b, path


def test_the_second_import_takes_nothing_and_says_so(archive_folder, data_dir, capsys):
    assert main(["--data-dir", str(data_dir), "import", str(archive_folder), "--progress", "none"]) == 0
    assert "already in the cache" in capsys.readouterr().out


def test_the_report_has_the_promised_keys(data_dir, capsys):
    document = report(data_dir, capsys, "--as-of", str(DAY))
    assert list(document)[:4] == ["schema", "application", "as_of", "known_at"]
    assert document["as_of"] == str(DAY)
    sections = {"data", "russell", "alt50", "season", "dominance", "correlation", "rotation"}
    assert sections | {"precedents", "signals", "score"} <= set(document)
    windows = {(v["top"], v["window_days"]) for v in document["season"]["variants"]}
    assert windows == {(top, days) for top in (50, 100) for days in (30, 90, 365)}
    pairs = {
        (p["a"], p["b"], p["returns"], p["method"], p["window"]) for p in document["correlation"]["pairs"]
    }
    for method in ("pearson", "spearman"):
        for window in (26, 52, 104, 208):
            assert ("RUT", "ALT50", "weekly", method, window) in pairs
        for window in (30, 60, 90, 180, 365):
            assert ("RUT", "ALT50", "daily", method, window) in pairs
        assert {("RUT", "BTC", "daily", method, 90), ("RUT", "BTC", "weekly", method, 52)} <= pairs


def test_no_unknown_figure_stands_without_its_reason(data_dir, capsys):
    document = report(data_dir, capsys, "--as-of", str(MARKET.days[20]))

    def visit(entry: object, path: str) -> None:
        if isinstance(entry, dict):
            optional = {
                "known_at",
                "forming",
                "strength",
                "low",
                "high",
                "unstable",
                "no_clear_phase",
                "label",
            }
            empty = [key for key, value in entry.items() if value is None and key not in optional]
            assert not empty or entry.get("why"), f"{path}: {empty} unknown without a reason"
            for key, value in entry.items():
                visit(value, f"{path}.{key}")
        elif isinstance(entry, list):
            for at, value in enumerate(entry):
                visit(value, f"{path}[{at}]")

    visit(document, "report")


@pytest.mark.parametrize("row", [130, 300, 430])
def test_a_day_reads_as_it_did_before_the_rest_was_known(row, data_dir, tmp_path, capsys):
    day = MARKET.days[row]
    shorter = write_archive(tmp_path / "shorter", MARKET, until=day)
    assert main(["--data-dir", str(tmp_path / "data"), "import", str(shorter), "--progress", "none"]) == 0
    capsys.readouterr()
    then = report(tmp_path / "data", capsys, "--as-of", str(day))
    now = report(data_dir, capsys, "--as-of", str(day))
    assert_same(now, then)


def test_a_revised_history_can_be_seen_as_it_was_known(data_dir, tmp_path, capsys):
    folder = tmp_path / "data"
    first = write_archive(tmp_path / "first", MARKET, until=DAY, retrieved="2026-01-01")
    second = write_archive(tmp_path / "second", MARKET, retrieved="2026-03-01", scale=1.5)
    for archive in (first, second):
        assert main(["--data-dir", str(folder), "import", str(archive), "--progress", "none"]) == 0
    capsys.readouterr()
    before = report(folder, capsys, "--as-of", str(DAY), "--known-at", "2026-02-01")
    after = report(folder, capsys, "--as-of", str(DAY))
    expected = report(data_dir, capsys, "--as-of", str(DAY))
    assert_same(before["dominance"], expected["dominance"])
    assert before["known_at"] == "2026-02-01"
    assert after["dominance"]["total_pct"] < before["dominance"]["total_pct"]


def test_nothing_was_known_before_the_first_import(data_dir, capsys):
    status = main(["report", "--data-dir", str(data_dir), "--as-of", str(DAY), "--known-at", "2025-01-01"])
    assert status == 2
    assert "2025-01-01" in capsys.readouterr().err


def test_changes_since_a_day_after_the_one_shown_are_refused_in_words(data_dir, capsys):
    later = str(DAY + 1)
    status = main(["report", "--data-dir", str(data_dir), "--as-of", str(DAY), "--since", later])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert f"The report shows {DAY}, and --since {later} lies after it." in err


def test_an_empty_cache_says_what_to_do(tmp_path, capsys):
    assert main(["report", "--data-dir", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "import" in said.err


def test_the_page_needs_nothing_from_the_network(data_dir, tmp_path, capsys):
    target = tmp_path / "report.html"
    words = [
        "report",
        "--data-dir",
        str(data_dir),
        "--as-of",
        str(DAY),
        "--format",
        "html",
        "--output",
        str(target),
    ]
    assert main(words) == 0
    page = target.read_text(encoding="utf-8")
    assert page.count("<svg") == 7
    assert not re.search(r"(?:src|href)\s*=|@import|url\(", page)
    assert "nan" not in re.sub(r"<style.*?</style>", "", page, flags=re.S).lower().split()


def test_a_report_that_cannot_be_written_says_where(data_dir, tmp_path, capsys):
    words = [
        "report",
        "--data-dir",
        str(data_dir),
        "--as-of",
        str(DAY),
        "--output",
        str(tmp_path / "no" / "x.json"),
    ]
    assert main(words) == 2
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--as-of", "2021-13-01"], ["--as-of", "2999-01-01"], ["--format", "pdf"]])
def test_a_typing_error_is_answered_with_status_two(words, capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["report", *words])
    assert leaving.value.code == 2
    assert "error" in capsys.readouterr().err


def test_figures_are_plain_numbers(data_dir, capsys):
    document = report(data_dir, capsys, "--as-of", str(DAY))
    assert isinstance(document["dominance"]["total_pct"], float)
    assert np.isfinite(document["dominance"]["total_usd"])


def test_what_changed_tells_corrections_as_far_as_they_were_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = MARKET.cut(DAY)
    learnt = DAY - 5
    for scale, retrieved in ((1.0, DAY - 20), (1.01, learnt)):
        folder = write_archive(tmp_path / str(retrieved), market, retrieved=str(retrieved), scale=scale)
        assert main(["--data-dir", str(tmp_path), "import", str(folder), "--progress", "none"]) == 0
    capsys.readouterr()

    def corrected(*words: str) -> list[str]:
        told = report(tmp_path, capsys, *words)["changes"]["changes"]
        return [one["day"] for one in told if one["kind"] == "revision"]

    assert corrected() == [str(learnt)]
    assert corrected("--as-of", str(learnt)) == [str(learnt)]
    assert corrected("--as-of", str(learnt - 1)) == []
    assert corrected("--since", str(learnt)) == []
    assert corrected("--known-at", str(learnt - 1)) == []
