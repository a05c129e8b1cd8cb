"""`python main.py import` as a script sees it: exit status, standard output, standard error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.cache import Cache
from data.paths import Paths
from main import main
from terminal import importing
from tests.archives import write_archive
from tests.markets import synthetic_market

MARKET = synthetic_market(days=30, coins=12, bad_ticks=0, dying=0.0, young=0.0)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", MARKET)


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run an import and return its exit status, standard output and standard error."""

    def run(*paths: Path, progress: str = "none") -> tuple[int, str, str]:
        words = ["import", "--data-dir", str(tmp_path / "data"), "--progress", progress]
        status = main([*words, *map(str, paths)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def cached(tmp_path: Path) -> Cache:
    return Cache.open(Paths(tmp_path / "data").market)


def add_line(file: Path, line: str) -> int:
    """Append a line and return its number."""
    text = file.read_text(encoding="utf-8") + line + "\n"
    file.write_text(text, encoding="utf-8")
    return len(text.splitlines())


def spoil(file: Path) -> None:
    """Take a needed column's name away, so that the whole file cannot be taken."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("close", "end", 1), encoding="utf-8")


def documents(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- exit status ------------------------------------------------------------------------------------


def test_a_clean_archive_is_taken_with_status_zero(take, folder, tmp_path):
    status, out, err = take(folder)
    assert (status, err) == (0, "")
    assert out.startswith("Synthetic archive: ")
    assert " 0 refused" in out.splitlines()[0]
    assert {one.id for one in cached(tmp_path).state().held} >= {"bitcoin", "RUT", "SPX"}


def test_single_refused_lines_are_reported_and_no_failure(take, folder, tmp_path):
    number = add_line(folder / "coins.csv", "2019-01-20,bitcoin,-5,100,100")
    add_line(folder / "coins.csv", "no day,bitcoin,5,100,100")
    status, out, err = take(folder)
    assert (status, err) == (0, "")
    assert ", 2 refused" in out.splitlines()[0]
    assert f"line {number}: " in out
    assert f"line {number + 1}: " in out
    assert cached(tmp_path).state().coins == 12


def test_a_whole_refused_file_is_told_by_status_one_and_the_rest_is_taken(take, folder, tmp_path):
    spoil(folder / "SPX.csv")
    status, out, err = take(folder)
    assert (status, err) == (1, "")
    assert "SPX.csv: 0 taken" in out
    assert "refused, " in out
    held = {one.id for one in cached(tmp_path).state().held}
    assert "RUT" in held
    assert "SPX" not in held


def test_a_file_that_the_manifest_names_and_nobody_has_is_told_by_status_one(take, folder):
    (folder / "RUT.csv").unlink()
    status, out, _ = take(folder)
    assert status == 1
    assert "RUT.csv" in out


def test_without_a_manifest_nothing_is_taken_and_the_status_is_two(take, folder, tmp_path):
    (folder / "manifest.toml").unlink()
    status, out, err = take(folder)
    assert (status, out) == (2, "")
    assert "manifest.toml" in err
    assert cached(tmp_path).state().is_empty


def test_a_folder_that_is_not_there_is_named(take, tmp_path):
    status, out, err = take(tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "nowhere" in err


def test_an_archive_of_which_nothing_can_be_taken_has_status_two(take, folder, tmp_path):
    for name in ("RUT.csv", "SPX.csv", "coins.csv", "coin_list.csv"):
        (folder / name).write_text("nothing,of,use\n1,2,3\n", encoding="utf-8")
    status, out, _ = take(folder)
    assert status == 2
    assert out.startswith("Synthetic archive: 0 rows taken")
    assert cached(tmp_path).state().is_empty


def test_the_worst_of_several_archives_counts_and_each_is_tried(take, folder, tmp_path):
    status, out, err = take(tmp_path / "nowhere", folder)
    assert status == 2
    assert "Synthetic archive: " in out
    assert "nowhere" in err
    assert not cached(tmp_path).state().is_empty
    spoiled = write_archive(tmp_path / "spoiled", MARKET)
    spoil(spoiled / "SPX.csv")
    assert take(spoiled, folder)[0] == 1


def test_taking_the_same_archive_again_is_no_failure(take, folder, tmp_path):
    take(folder)
    revision = cached(tmp_path).state().held
    status, out, _ = take(folder)
    assert status == 0
    assert out.startswith("Synthetic archive: 0 rows taken")
    assert cached(tmp_path).state().held == revision


def test_stopping_keeps_what_was_finished_and_says_so(take, folder, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "import_archive", interrupted)
    status, out, err = take(folder)
    assert (status, out) == (2, "")
    assert err == "Stopped. The files that were finished are in the cache.\n"


def test_a_cache_that_cannot_be_made_is_said_in_a_sentence(take, folder, tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    status, out, err = take(folder)
    assert (status, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


# --- progress ---------------------------------------------------------------------------------------


def test_json_progress_is_one_object_a_line_and_ends_with_the_report(take, folder, tmp_path):
    number = add_line(folder / "coins.csv", "no day,bitcoin,5,100,100")
    status, out, err = take(folder, progress="json")
    assert (status, err) == (0, "")
    *steps, last = documents(out)
    assert steps
    assert all(set(one) == {"done", "total", "what"} for one in steps)
    done = [one["done"] for one in steps]
    assert done == sorted(done)
    assert done[-1] == steps[-1]["total"] == sum(file.stat().st_size for file in folder.glob("*.csv"))
    assert list(last) == ["report"]
    report = last["report"]
    assert report["archive"] == "Synthetic archive"
    assert report["stopped"] is None
    assert {one["path"] for one in report["files"]} == {"coins.csv", "coin_list.csv", "RUT.csv", "SPX.csv"}
    coins = next(one for one in report["files"] if one["path"] == "coins.csv")
    assert sum(coins["refused"].values()) == 1
    assert [one["line"] for one in coins["examples"]] == [number]
    assert coins["examples"][0]["text"].startswith("no day")
    assert coins["taken"] > 300


def test_json_tells_a_failure_where_the_window_listens(take, tmp_path):
    status, out, err = take(tmp_path / "nowhere", progress="json")
    assert (status, err) == (2, "")
    (only,) = documents(out)
    assert list(only) == ["failed"]
    assert "nowhere" in only["failed"]


def test_json_keeps_letters_as_they_are(take, folder):
    manifest = folder / "manifest.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("Synthetic archive", "Archiv für Größen"),
        encoding="utf-8",
    )
    _, out, _ = take(folder, progress="json")
    assert "Archiv für Größen" in out


def test_without_a_terminal_no_bar_is_drawn(take, folder):
    status, out, err = take(folder, progress="auto")
    assert (status, err) == (0, "")
    assert out.startswith("Synthetic archive: ")


def test_the_summary_names_every_file_and_every_reason(take, folder):
    for _ in range(7):
        add_line(folder / "RUT.csv", "no day,1,1,1,1,1,0")
    _, out, _ = take(folder)
    lines = out.splitlines()
    assert [line.split(":")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "] == [
        "coin_list.csv",
        "coins.csv",
        "RUT.csv",
        "SPX.csv",
    ]
    (refused,) = [line for line in lines if line.strip().startswith("refused, ")]
    assert refused.endswith(": 7")
    assert sum(line.strip().startswith("line ") for line in lines) == importing.SHOWN_EXAMPLES
