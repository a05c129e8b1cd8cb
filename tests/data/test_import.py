"""Importing archives that are in order."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import ImportReport, Progress, import_archive
from data.importers.ahead import ahead
from data.importers.lines import Lines
from models.market.snapshot import Coin, day

from .archives import BARS, COINS, LIST, LIST_TEXT, SERIES, YAHOO, archive, bars, clock, coins, write


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "cache" / "market.sqlite", clock=clock)


def take(folder: Path, cache: Cache, **options) -> ImportReport:  # type: ignore[no-untyped-def]
    return import_archive(folder, cache, clock=clock, **options)


def file(report: ImportReport, path: str):  # type: ignore[no-untyped-def]
    return next(one for one in report.files if one.path == path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return archive(
        tmp_path / "archive",
        YAHOO + COINS + LIST + BARS + SERIES,
        {
            "coins.csv": coins(
                "2024-01-01,bitcoin,42000.5,8e11,1e9",
                "2024-01-01,ether,2300,0,",
                "2024-01-02,bitcoin,43000,,",
            ),
            "yahoo.csv": "date,symbol,open,close,volume\n"
            "2024-01-01,BTC,1,99,7\n2024-01-03,btc,1,44000,8\n2024-01-03,XYZ,1,2,3\n",
            "list.csv": LIST_TEXT,
            "rut.csv": bars("2024-01-02,10,12,9,11,10.5,0", "2024-01-03,11,,,11.5,,"),
            "m2.csv": "date,value\n2024-01-01,20000\n2024-02-01,\n2024-03-01,20100\n",
        },
    )


def test_an_archive_becomes_a_market(folder: Path, cache: Cache) -> None:
    report = take(folder, cache)
    assert report.is_whole
    market = cache.market(as_of=day("2024-06-01"))
    assert market.coins == (
        Coin("bitcoin", "BTC", "Bitcoin", "layer1"),
        Coin("ether", "ETH", "Ether", "layer1"),
    )
    assert market.price[:3, 0].tolist() == [42000.5, 43000.0, 44000.0]
    assert market.cap[0, 0] == 8e11
    assert np.isnan(market.cap[:, 1]).all(), "a cap of zero means none"
    assert np.isnan(market.volume[1, 0])
    assert market.days[0] == day("2024-01-01")
    assert market.days[-1] == market.as_of == day("2024-06-01")
    assert market.series["RUT"].values.tolist() == [11.0, 11.5]
    assert market.series["RUT.adj"].values.tolist() == [10.5]
    assert market.series["RUT"].calendar == "session"
    assert market.series["M2"].values.tolist() == [20000.0, 20100.0]
    assert (market.series["M2"].unit, market.series["M2"].calendar) == ("USD billion", "monthly")
    assert [(span.basis, str(span.start), str(span.end)) for span in market.basis] == [
        ("survivors", "2024-01-01", "2024-06-01")
    ]


def test_the_report_names_what_became_of_every_row(folder: Path, cache: Cache) -> None:
    report = take(folder, cache)
    assert [one.path for one in report.files] == ["list.csv", "coins.csv", "rut.csv", "m2.csv", "yahoo.csv"]
    assert (
        file(report, "coins.csv").taken,
        file(report, "list.csv").taken,
        file(report, "rut.csv").taken,
    ) == (3, 3, 2)
    assert dict(file(report, "m2.csv").skipped) == {"nothing published": 1}
    yahoo = file(report, "yahoo.csv")
    assert yahoo.taken == 1
    assert dict(yahoo.skipped) == {
        "a better source has the day": 1,
        "no coin of the list has the symbol (XYZ)": 1,
    }


def test_a_second_import_finds_everything_and_changes_no_byte(folder: Path, cache: Cache) -> None:
    first = take(folder, cache)
    before = cache.path.read_bytes()
    second = take(folder, cache)
    assert cache.path.read_bytes() == before
    assert second.taken == 0
    assert file(second, "coins.csv").skipped["already in the cache"] == 3
    assert first.taken == second.taken + sum(one.skipped["already in the cache"] for one in second.files)


def test_values_are_learnt_on_the_day_of_retrieval(folder: Path, cache: Cache) -> None:
    take(folder, cache)
    assert not cache.market(known_at=day("2024-05-31")).coins
    assert len(cache.market(known_at=day("2024-06-01")).coins) == 2
    (learnt,) = cache.learnt("coin", "bitcoin", day("2024-01-01"), "price")
    assert (learnt.source, learnt.origin, learnt.file) == ("coingecko", "archive", "coins.csv")
    assert learnt.learnt_at == datetime(2024, 6, 1, tzinfo=UTC)


def test_without_a_day_of_retrieval_values_are_learnt_now(tmp_path: Path, cache: Cache) -> None:
    take(archive(tmp_path / "a", COINS, {"coins.csv": coins("2024-01-01,x,1,1,1")}, retrieved=""), cache)
    assert cache.state().learnt_at == clock()


def test_a_newer_archive_revises_and_the_old_values_stay_known(tmp_path: Path, cache: Cache) -> None:
    take(archive(tmp_path / "old", COINS, {"coins.csv": coins("2024-01-01,x,1,1,1")}, "2024-03-01"), cache)
    new = archive(tmp_path / "new", COINS, {"coins.csv": coins("2024-01-01,x,1.5,1,1")}, "2024-05-01")
    report = take(new, cache)
    assert (report.taken, report.files[0].revised) == (1, 1)
    assert cache.market().price[0, 0] == 1.5
    assert cache.market(known_at=day("2024-04-01")).price[0, 0] == 1.0
    late = take(tmp_path / "old", cache)
    assert late.taken == 0
    assert late.files[0].skipped == {"a value learnt later, or at the same time, is in the cache": 1}


def test_packed_files_quoted_cells_and_windows_line_ends_are_read(tmp_path: Path, cache: Cache) -> None:
    text = '\ufeff"date","coin_id","price_usd","market_cap_usd","volume_usd"\r\n'
    text += '"2024-01-01","a, b",1.5,"2",3\r\n\r\n2024-01-02,c,2,2,3'
    report = take(
        archive(tmp_path / "a", COINS.replace("coins.csv", "coins.csv.gz"), {"coins.csv.gz": text}), cache
    )
    assert report.is_whole
    assert report.taken == 2
    market = cache.market()
    assert [coin.id for coin in market.coins] == ["a, b", "c"]
    assert market.price[0, 0] == 1.5
    assert market.price[1, 1] == 2.0


def test_numbers_arrive_exactly(tmp_path: Path, cache: Cache) -> None:
    texts = [
        "0.1",
        "67187.335898",
        "1e-12",
        "1234567890123456789",
        "0.30000000000000004",
        "5e-324",
        ".5",
        "+7.",
        "2.5E3",
    ]
    rows = [f"2024-01-{i + 1:02d},x,{text}," for i, text in enumerate(texts)]
    write(tmp_path / "a", "coins.csv", "date,coin_id,price_usd,market_cap_usd\n" + "\n".join(rows) + "\n")
    write(tmp_path / "a", "manifest.toml", COINS)
    assert take(tmp_path / "a", cache).is_whole
    assert cache.series(["x"])["x"].values.tolist() == [float(text) for text in texts]


def test_metrics_become_one_series_each(tmp_path: Path, cache: Cache) -> None:
    manifest = """
[[file]]
path = "panel.csv"
kind = "metrics"
source = "coinmetrics"
asset_column = "asset"
priority = 2
metrics = ["TxCnt", "Other"]
[[file]]
path = "btc.csv"
kind = "metrics"
source = "coinmetrics"
asset = "btc"
metrics = ["TxCnt"]
"""
    files = {
        "panel.csv": "date,asset,TxCnt,Other\n"
        "2024-01-01,btc,9,1\n2024-01-01,eth,5,\n2024-01-02,btc,8,2\n2024-01-03,eth,,\n",
        "btc.csv": "date,Price,TxCnt\n2024-01-01,1,7\n",
    }
    report = take(archive(tmp_path / "a", manifest, files), cache)
    assert report.is_whole
    series = cache.market().series
    assert {name: one.values.tolist() for name, one in series.items()} == {
        "BTC.TxCnt": [7.0, 8.0],
        "BTC.Other": [1.0, 2.0],
        "ETH.TxCnt": [5.0],
    }
    assert series["BTC.TxCnt"].title == "BTC transactions"
    assert series["BTC.TxCnt"].source == "coinmetrics"


def test_point_in_time_spans_reach_the_market(tmp_path: Path, cache: Cache) -> None:
    manifest = COINS + "point_in_time = [2024-01-03, 2024-01-04]\n"
    rows = [f"2024-01-{i:02d},x,1,1,1" for i in range(1, 8)]
    take(archive(tmp_path / "a", manifest, {"coins.csv": coins(*rows)}), cache)
    assert [(one.basis, str(one.start)[-2:], str(one.end)[-2:]) for one in cache.market().basis] == [
        ("survivors", "01", "02"),
        ("point-in-time", "03", "04"),
        ("survivors", "05", "07"),
    ]


def test_a_pattern_names_several_files_and_nothing_else_is_opened(tmp_path: Path, cache: Cache) -> None:
    files = {f"crypto/day_{n}.csv": coins(f"2024-01-0{n},x,{n},,") for n in (1, 2, 3)}
    files |= {"responses/x.csv": "not a table", "crypto/other.csv": "nor this"}
    report = take(archive(tmp_path / "a", COINS.replace("coins.csv", "crypto/day_*.csv"), files), cache)
    assert [one.path for one in report.files] == ["crypto/day_1.csv", "crypto/day_2.csv", "crypto/day_3.csv"]
    assert report.is_whole
    assert cache.series(["x"])["x"].values.tolist() == [1.0, 2.0, 3.0]


def test_progress_goes_up_to_the_whole(folder: Path, cache: Cache) -> None:
    seen: list[Progress] = []
    take(folder, cache, report=seen.append)
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert seen[-1].done == seen[-1].total > 0
    assert {one.what for one in seen} == {"list.csv", "coins.csv", "rut.csv", "m2.csv", "yahoo.csv"}


def test_stopping_keeps_the_files_that_were_finished(folder: Path, cache: Cache) -> None:
    done: list[str] = []
    report = take(
        folder,
        cache,
        report=lambda progress: done.append(progress.what),
        cancelled=lambda: "coins.csv" in done,
    )
    assert report.stopped is not None
    assert "stopped on request" in report.stopped
    assert cache.coins()
    assert cache.revision() < 3
    assert take(folder, cache).is_whole


@pytest.mark.parametrize("size", [40, 90, 400, 1 << 20])
def test_the_size_of_the_blocks_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    rows = [
        f"{date},{coin},{1 + i / 8},{i},{i}"
        for i, date in enumerate(day("2023-12-20") + np.arange(30))
        for coin in "abc"
    ]
    rows[17] = "2023-12-25,a,broken,1,1"
    rows.insert(40, "2024-01-01,a,99,1,1")
    rows.insert(50, "")
    path = write(tmp_path, "coins.csv.gz", coins(*rows))
    whole = gzip.decompress(path.read_bytes())
    blocks = list(Lines(path).blocks(size))
    assert b"".join(block.data for block in blocks) == whole
    assert [block.first for block in blocks] == [
        1 + whole[: whole.index(block.data)].count(b"\n") for block in blocks
    ]

    monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
    cache = Cache.open(tmp_path / "cache.sqlite", clock=clock)
    write(tmp_path, "manifest.toml", COINS.replace("coins.csv", "coins.csv.gz"))
    (report,) = take(tmp_path, cache).files
    assert report.taken == 89
    assert sorted((one.line, one.why[:20]) for one in report.examples) == [
        (19, "price_usd is 'broken"),
        (42, "the day is there twi"),
    ]


def test_several_packed_parts_in_one_file_are_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,") + gzip.compress(b"2\n") + b"\0" * 512)
    assert [block.data for block in Lines(path).blocks()] == [b"a,b\n1,2\n"]


def test_an_error_made_ahead_arrives_in_its_turn() -> None:
    def pieces():  # type: ignore[no-untyped-def]
        yield 1
        raise OSError("gone")

    found = ahead(pieces())
    assert next(found) == 1
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_the_order_of_the_files_does_not_matter_to_the_market(tmp_path: Path, folder: Path) -> None:
    text = (folder / "manifest.toml").read_text()
    head, *entries = text.split("[[file]]")
    markets = []
    for n, order in enumerate((entries, entries[::-1])):
        (folder / "manifest.toml").write_text("[[file]]".join((head, *order)))
        cache = Cache.open(tmp_path / f"{n}.sqlite", clock=clock)
        take(folder, cache)
        markets.append(cache.market())
    for name in ("price", "cap", "volume"):
        assert np.array_equal(getattr(markets[0], name), getattr(markets[1], name), equal_nan=True)
    assert markets[0].coins == markets[1].coins
