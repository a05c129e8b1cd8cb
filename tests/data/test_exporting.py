"""Export: what goes out comes in again as it was, and no cell runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.cache import About, Batch, Cache
from data.demo import open_demo
from data.exporting import ExportError, UnknownSeriesError, export_archive, export_table
from data.importers import import_archive
from data.paths import Paths
from models.market.snapshot import Coin, day
from tests.archives import write_archive
from tests.markets import synthetic_market

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A market with bad ticks, gaps, and coins that died."""
    made = Cache.open(tmp_path / "market.sqlite", clock=lambda: NOON)
    import_archive(write_archive(tmp_path / "archive", synthetic_market(days=400, coins=15)), made)
    return made


def table(cache: Cache, *ids: str, **more: np.datetime64) -> list[list[str]]:
    text = io.StringIO()
    export_table(cache, ids, text, **more)
    return list(csv.reader(io.StringIO(text.getvalue(), newline="")))


def test_an_archive_comes_in_again_as_it_was(cache: Cache, tmp_path: Path) -> None:
    found = export_archive(cache, tmp_path / "out", now=NOON)
    copy = Cache.open(tmp_path / "copy.sqlite", clock=lambda: NOON)
    report = import_archive(tmp_path / "out", copy)
    assert (report.refused, report.taken) == (0, found.rows + len(cache.coins()))
    ours, theirs = cache.market(), copy.market()
    assert ours.coins == theirs.coins
    for name in ("price", "cap", "volume", "days"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name), equal_nan=name != "days")
    assert set(ours.series) == set(theirs.series)
    for name, one in ours.series.items():
        other = theirs.series[name]
        assert np.array_equal(one.values, other.values)
        assert np.array_equal(one.days, other.days)
        assert (one.title, one.unit, one.source, one.available_after_days) == (
            other.title,
            other.unit,
            other.source,
            other.available_after_days,
        )


def test_a_table_holds_the_values_of_each_day_and_nothing_in_between(cache: Cache) -> None:
    known = cache.series(["RUT", "bitcoin"])
    lines = table(cache, "RUT", "bitcoin")
    assert lines[0] == ["date", "RUT", "bitcoin"]
    assert len(lines) - 1 == len(set(known["RUT"].days) | set(known["bitcoin"].days))
    for name, column in (("RUT", 1), ("bitcoin", 2)):
        told = {line[0]: float(line[column]) for line in lines[1:] if line[column]}
        days = known[name].days.astype(str).tolist()
        assert told == dict(zip(days, known[name].values.tolist(), strict=True))


def test_a_table_can_be_cut_to_some_days(cache: Cache) -> None:
    days = cache.series(["bitcoin"])["bitcoin"].days
    lines = table(cache, "bitcoin", since=days[5], until=days[8])
    assert [line[0] for line in lines[1:]] == [str(one) for one in days[5:9]]


def test_an_unknown_series_is_named_with_what_is_close(cache: Cache) -> None:
    target = io.StringIO()
    with pytest.raises(UnknownSeriesError, match=r"no series named RUTT\. Did you mean RUT\?"):
        export_table(cache, ["RUT", "RUTT"], target)
    assert target.getvalue() == ""


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "market.sqlite", clock=lambda: NOON)
    with cache.writing() as run, run.job(Batch("=source", NOON)) as job:
        days = np.array([day("2026-11-20")])
        job.add_one("coin", "=cmd|' /C calc'!A0", days, np.array([[-0.0 + 5.0, np.nan, 1.0]]))
        job.add_one("series", "@SUM(1)", days, np.array([[-3.5]]))
        job.describe("series", "@SUM(1)", About("+evil"))
        job.coins([Coin("=cmd|' /C calc'!A0", "=1", "-name", "other")])
    assert table(cache, "@SUM(1)", "=cmd|' /C calc'!A0") == [
        ["date", "'@SUM(1)", "'=cmd|' /C calc'!A0"],
        ["2026-11-20", "-3.5", "5"],
    ]
    export_archive(cache, tmp_path / "out", now=NOON)
    import gzip

    for file in (tmp_path / "out").glob("*.csv.gz"):
        for line in csv.reader(io.StringIO(gzip.decompress(file.read_bytes()).decode())):
            for cell in line:
                assert not cell.startswith(("=", "+", "@", "\t", "\r"))
                assert not cell.startswith("-") or float(cell) < 0
    assert not [file for file in (tmp_path / "out").iterdir() if not file.name[0].isalnum()]


def test_nothing_is_overwritten(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("dear")
    with pytest.raises(ExportError, match="is not empty"):
        export_archive(cache, tmp_path / "out", now=NOON)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_the_demo_market_never_becomes_an_archive(tmp_path: Path) -> None:
    demo = open_demo(Paths(tmp_path))
    with pytest.raises(ExportError, match="simulated"):
        export_archive(demo, tmp_path / "out", now=NOON)
    assert not (tmp_path / "out").exists()


def test_each_row_of_the_demo_market_says_that_it_is_simulated(cache: Cache, tmp_path: Path) -> None:
    found = table(open_demo(Paths(tmp_path / "demo")), "bitcoin")
    assert found[0] == ["date", "bitcoin", "market"]
    assert {row[-1] for row in found[1:]} == {"simulated (demo market)"}
    assert table(cache, "bitcoin")[0] == ["date", "bitcoin"]


def test_a_place_that_cannot_be_written_is_said_so(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="Choose another place"):
        export_archive(cache, tmp_path / "file" / "out", now=NOON)
