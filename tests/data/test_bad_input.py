"""Archives that are not in order: a clear message each, the rest taken, nothing lost."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache, guard
from data.importers import ArchiveError, FileReport, import_archive
from models.market.snapshot import day

from .archives import BARS, COINS, LIST, LIST_TEXT, SERIES, archive, bars, clock, coins, write

GOOD = "2024-01-01,good,1.5,2e6,3"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "cache" / "market.sqlite", clock=clock)


def one_file(tmp_path: Path, cache: Cache, manifest: str, name: str, text: str | bytes) -> FileReport:
    """Import an archive of one file, and a good one that must arrive whatever happens."""
    other = '[[file]]\npath = "other.csv"\nkind = "series"\nseries = "OTHER"\nsource = "s"\n'
    folder = archive(tmp_path / "archive", manifest + other, {"other.csv": "date,value\n2024-01-01,1\n"})
    write(folder, name, text)
    report = import_archive(folder, cache, clock=clock)
    assert report.stopped is None
    assert cache.series(["OTHER"])["OTHER"].values.tolist() == [1.0], "the rest is taken"
    return next(one for one in report.files if one.path == name)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2024-01-02,x,abc,1,1", "price_usd is 'abc', which is not a number"),
        ("2024-01-02,x,1,1_000,1", "market_cap_usd is '1_000', which is not a number"),
        ("2024-01-02,x,0x1F,1,1", "price_usd is '0x1F', which is not a number"),
        ("2024-01-02,x,True,1,1", "price_usd is 'True', which is not a number"),
        ("2024-01-02,x,NaN,1,1", "price_usd is 'NaN', which is not a number"),
        ("2024-01-02,x,null,1,1", "price_usd is 'null', which is not a number"),
        ("2024-01-02,x,inf,1,1", "price_usd is 'inf', which is not a number"),
        ("2024-01-02,x,-Infinity,1,1", "price_usd is '-Infinity', which is not a number"),
        ("2024-01-02,x,1e999,1,1", "price_usd is '1e999', which is too large"),
        ("2024-01-02,x,-5,1,1", "price is negative (-5)"),
        ("2024-01-02,x,0,1,1", "price is zero"),
        ("2024-01-02,x,1,-1,1", "market cap is negative (-1)"),
        ("2024-01-02,x,1,1,-1", "volume is negative (-1)"),
        ("2024-02-30,x,1,1,1", "'2024-02-30' is not a day such as 2021-05-14"),
        ("02/01/2024,x,1,1,1", "'02/01/2024' is not a day such as 2021-05-14"),
        ("2024-01,x,1,1,1", "'2024-01' is not a day such as 2021-05-14"),
        ("today,x,1,1,1", "'today' is not a day such as 2021-05-14"),
        (",x,1,1,1", "'' is not a day such as 2021-05-14"),
        ("2024-06-16,x,1,1,1", "2024-06-16 lies in the future"),
        ("2024-06-15,x,1,1,1", "2024-06-15 is not over yet, its values are provisional"),
        ("0001-01-01,x,1,1,1", "0001-01-01 lies before 2009-01-03"),
        ("2024-01-02,x,1,1", "the line has 4 columns instead of 5"),
        ("2024-01-02,x,1,1,1,1", "the line has 6 columns instead of 5"),
        ("only words", "the line has 1 columns instead of 5"),
        ("2024-01-02,,1,1,1", "the name of the coin or asset is missing or unreadable"),
        ('2024-01-02,"x,1,1,1', "the line is not readable text"),
        ("2024-01-01,good,9.9,2e6,3", "the day is there twice with different values, the first row stands"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_bad_line_is_refused_with_its_number_and_reason(
    tmp_path: Path, cache: Cache, line: str, why: str, packed: bool
) -> None:
    name = "coins.csv.gz" if packed else "coins.csv"
    text = coins(GOOD, "", line, "2024-01-03,good,1.6,2e6,3")
    report = one_file(tmp_path, cache, COINS.replace("coins.csv", name), name, text)
    assert [(one.line, one.why, one.sample) for one in report.examples] == [(4, why, line)]
    assert report.refused_lines == 1
    assert report.taken == 2
    assert cache.series(["good"])["good"].values.tolist() == [1.5, 1.6]
    assert cache.series(["x"]) == {}


def test_bytes_that_are_no_text_are_refused(tmp_path: Path, cache: Cache) -> None:
    text = coins(GOOD).encode() + b"2024-01-02,caf\xe9,1,1,1\n2024-01-02,nul\0,1,1,1\n2024-01-03,good,1.6,,\n"
    report = one_file(tmp_path, cache, COINS, "coins.csv", text)
    assert [one.line for one in report.examples] == [3, 4]
    assert report.taken == 2


def test_a_row_that_comes_twice_alike_is_only_skipped(tmp_path: Path, cache: Cache) -> None:
    report = one_file(tmp_path, cache, COINS, "coins.csv", coins(GOOD, GOOD))
    assert (report.taken, report.refused_lines, dict(report.skipped)) == (1, 0, {"the same row again": 1})


@pytest.mark.parametrize(
    ("series", "value", "why"),
    [
        ("WALCL", "7200", "the unit seems to have changed"),
        ("WALCL", "7200000000", "the unit seems to have changed"),
        ("FEAR_GREED", "150", "outside the possible 0 to 100"),
    ],
)
def test_a_value_in_another_unit_is_refused(
    tmp_path: Path, cache: Cache, series: str, value: str, why: str
) -> None:
    manifest = f'[[file]]\npath = "x.csv"\nkind = "series"\nseries = "{series}"\nsource = "s"\n'
    report = one_file(tmp_path, cache, manifest, "x.csv", f"date,value\n2024-01-03,{value}\n")
    assert report.taken == 0
    assert why in report.examples[0].why


def test_the_balance_sheet_of_2002_is_no_slip_of_the_unit(tmp_path: Path, cache: Cache) -> None:
    manifest = '[[file]]\npath = "x.csv"\nkind = "series"\nseries = "WALCL"\nsource = "s"\n'
    report = one_file(
        tmp_path, cache, manifest, "x.csv", "date,value\n2002-12-18,719542\n2024-01-03,7681024\n"
    )
    assert (report.taken, report.refused_lines) == (2, 0)


def test_a_yield_in_tenths_of_a_percent_is_refused(tmp_path: Path, cache: Cache) -> None:
    text = bars("2024-01-02,4,4,4,4.2,4.2,0", "2024-01-03,40,40,40,42,42,0")
    report = one_file(tmp_path, cache, BARS.replace("RUT", "TNX"), "rut.csv", text)
    assert (report.taken, report.examples[0].line) == (1, 3)
    assert "another unit" in report.examples[0].why


def test_a_negative_value_of_a_series_is_a_value(tmp_path: Path, cache: Cache) -> None:
    manifest = '[[file]]\npath = "x.csv"\nkind = "series"\nseries = "BTC_FUNDING"\nsource = "s"\n'
    assert one_file(tmp_path, cache, manifest, "x.csv", "date,value\n2024-01-03,-0.0001\n").taken == 1


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (
            'path = "x.csv"\nkind = "poems"\nsource = "s"\n',
            "The kind 'poems' is not known; known are coins, bars",
        ),
        ('path = "x.csv"\nsource = "s"\n', "The kind None is not known"),
        ('path = "../x.csv"\nkind = "coins"\nsource = "s"\n', "leads out of the archive"),
        ('path = "/etc/passwd"\nkind = "coins"\nsource = "s"\n', "leads out of the archive"),
        ('path = "a/../../x.csv"\nkind = "coins"\nsource = "s"\n', "leads out of the archive"),
        ('path = "C:\\\\x.csv"\nkind = "coins"\nsource = "s"\n', "leads out of the archive"),
        ('path = "missing.csv"\nkind = "coins"\nsource = "s"\n', "no file of this name"),
        ('path = "missing_*.csv"\nkind = "coins"\nsource = "s"\n', "no file of this name"),
        ('path = "folder"\nkind = "coins"\nsource = "s"\n', "is not a file"),
        ('kind = "coins"\nsource = "s"\n', "path is missing"),
        ('path = "x.csv"\nkind = "coins"\n', "source is missing"),
        ('path = "x.csv"\nkind = "bars"\nsource = "s"\n', "series is missing"),
        ('path = "x.csv"\nkind = "coins"\nsource = 3\n', "source must be a text"),
        ('path = "x.csv"\nkind = "coins"\nsource = "demo"\n', "simulated demo market"),
        (
            'path = "x.csv"\nkind = "coins"\nsource = "s"\npriority = "first"\n',
            "priority must be a whole number",
        ),
        (
            'path = "x.csv"\nkind = "coins"\nsource = "s"\nprioritty = 1\n',
            "prioritty, which this version does not know",
        ),
        (
            'path = "x.csv"\nkind = "coins"\nsource = "s"\ncolumns = { colour = "x" }\n',
            "have no column colour",
        ),
        ('path = "x.csv"\nkind = "coins"\nsource = "s"\npoint_in_time = ["a"]\n', "must be a pair of days"),
        ('path = "x.csv"\nkind = "coins"\nsource = "s"\nresolve = "guess"\n', 'resolve can only be "symbol"'),
        ('path = "x.csv"\nkind = "metrics"\nsource = "s"\nmetrics = ["a"]\n', "either asset or asset_column"),
        ('path = "x.csv"\nkind = "metrics"\nsource = "s"\nasset = "btc"\n', "must list the columns"),
    ],
)
def test_an_entry_that_cannot_be_followed_is_refused_and_the_others_are_taken(
    tmp_path: Path, cache: Cache, entry: str, why: str
) -> None:
    folder = archive(tmp_path / "archive", f"[[file]]\n{entry}" + COINS, {"coins.csv": coins(GOOD)})
    write(tmp_path, "x.csv", coins("2024-01-01,outside,1,1,1"))
    (folder / "folder").mkdir()
    report = import_archive(folder, cache, clock=clock)
    bad = [one for one in report.files if one.refused]
    assert len(bad) == 1
    assert why in bad[0].examples[0].why
    assert [coin.id for coin in cache.market().coins] == ["good"]


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, cache: Cache, target: str) -> None:
    write(tmp_path / "outside", "secret.csv", coins("2024-01-01,secret,1,1,1"))
    folder = archive(
        tmp_path / "archive",
        COINS.replace("coins.csv", "link/secret.csv" if target == "folder" else "link.csv") + COINS,
        {"coins.csv": coins(GOOD)},
    )
    if target == "folder":
        (folder / "link").symlink_to(tmp_path / "outside")
    else:
        (folder / "link.csv").symlink_to(tmp_path / "outside" / "secret.csv")
    report = import_archive(folder, cache, clock=clock)
    assert "leads out of the archive" in report.files[0].examples[0].why
    assert [coin.id for coin in cache.market().coins] == ["good"]


def test_a_link_that_goes_round_in_circles_is_no_file(tmp_path: Path, cache: Cache) -> None:
    folder = archive(tmp_path / "archive", COINS, {})
    (folder / "coins.csv").symlink_to(folder / "coins.csv")
    assert import_archive(folder, cache, clock=clock).refused == 1


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda folder: None, "There is no folder"),
        (lambda folder: folder.mkdir(), "holds no manifest.toml"),
        (lambda folder: folder.write_text("a,b\n"), "is a single file.*docs/archive-format.md"),
        (lambda folder: write(folder, "manifest.toml", "= nonsense ="), "cannot be read"),
        (lambda folder: write(folder, "manifest.toml", b"\xff\xfe\x00"), "cannot be read"),
        (lambda folder: write(folder, "manifest.toml", "[archive]\nname = 'x'\n"), "names no"),
        (lambda folder: write(folder, "manifest.toml", "file = 3\n"), "names no"),
        (
            lambda folder: write(folder, "manifest.toml", "[archive]\nretrieved = 'x'\n" + COINS),
            "retrieved must be a day",
        ),
    ],
)
def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path: Path, cache: Cache, make, why: str) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "archive")
    with pytest.raises(ArchiveError, match=why) as caught:
        import_archive(tmp_path / "archive", cache, clock=clock)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("manifest", "name", "text", "why"),
    [
        (
            COINS,
            "coins.csv",
            "date,coin_id,cost\n2024-01-01,x,1\n",
            "the column price_usd is missing; the file has date",
        ),
        (
            COINS,
            "coins.csv",
            "date,coin_id,price_usd,price_usd\n2024-01-01,x,1,1\n",
            "price_usd is there 2 times",
        ),
        (COINS, "coins.csv", "", "the file is empty"),
        (
            COINS,
            "coins.csv",
            "2024-01-01,x,1,1,1\n",
            "the column coin_id is missing|the column date is missing",
        ),
        (BARS, "rut.csv", "date,open\n2024-01-01,1\n", "the column close is missing"),
        (SERIES, "m2.csv", "day,value\n2024-01-01,1\n", "the column date is missing"),
        (LIST, "list.csv", "coin_id,name,sector\nx,X,defi\n", "the column symbol is missing"),
        (LIST, "list.csv", "", "the file is empty"),
        (COINS, "coins.csv", b"\x00\x01\x02\xff" * 99, "does not name the columns"),
        (COINS, "coins.csv", b"x" * 20_000_000, "longer than a line|missing"),
    ],
)
def test_a_file_without_its_columns_is_refused_whole(
    tmp_path: Path, cache: Cache, manifest: str, name: str, text: str | bytes, why: str
) -> None:
    report = one_file(tmp_path, cache, manifest, name, text)
    assert (report.taken, report.examples[0].line) == (0, 0)
    assert re.search(why, report.examples[0].why), report.examples[0].why


def test_metrics_that_are_missing_are_named_and_the_others_taken(tmp_path: Path, cache: Cache) -> None:
    manifest = (
        '[[file]]\npath = "x.csv"\nkind = "metrics"\nsource = "s"\nasset = "btc"\nmetrics = ["A", "B"]\n'
    )
    report = one_file(tmp_path, cache, manifest, "x.csv", "date,A\n2024-01-01,5\n")
    assert report.taken == 1
    assert report.notes == ["The file has no column B; the other metrics were taken."]


def test_the_coin_list_is_checked_line_by_line(tmp_path: Path, cache: Cache) -> None:
    text = (
        LIST_TEXT
        + "bitcoin,BTC,Bitcoin,layer1\nbitcoin,XXX,Other,defi\n,A,B,defi\nshort,S\nnew,N,New,sports\n"
    )
    report = one_file(tmp_path, cache, LIST, "list.csv", text)
    assert (report.taken, [one.line for one in report.examples]) == (4, [6, 7, 8])
    assert report.notes == ["Unknown sectors were taken as other: sports."]
    assert [(coin.id, coin.sector) for coin in cache.coins()][-1] == ("new", "other")


def large(rows: int) -> str:
    return coins(
        *(
            f"{date},coin-{c:02d},{1 + i},1,1"
            for i, date in enumerate(day("2019-01-01") + np.arange(rows // 40))
            for c in range(40)
        )
    )


def test_of_a_gzip_file_cut_off_the_whole_lines_are_taken(tmp_path: Path, cache: Cache) -> None:
    whole = large(40_000)
    packed = gzip.compress(whole.encode())
    name = "coins.csv.gz"
    report = one_file(tmp_path, cache, COINS.replace("coins.csv", name), name, packed[: len(packed) * 2 // 3])
    assert 10_000 < report.taken < 40_000
    (refusal,) = report.examples
    assert refusal.line == report.taken + 2, "the line after the last one taken; the first is the header"
    assert "cut off" in refusal.why
    lines = whole.splitlines()[1 : report.taken + 1]
    for line in lines[:: len(lines) // 50]:
        date, coin, price, *_ = line.split(",")
        series = cache.series([coin])[coin]
        assert series.values[series.days == day(date)].tolist() == [float(price)]


@pytest.mark.parametrize("where", [0.1, 0.5, 0.99])
def test_of_a_gzip_file_damaged_inside_nothing_is_taken(tmp_path: Path, cache: Cache, where: float) -> None:
    packed = bytearray(gzip.compress(large(40_000).encode()))
    for offset in range(40):
        packed[int(len(packed) * where) + offset - 40 * (where > 0.9)] ^= 0x5A
    name = "coins.csv.gz"
    report = one_file(tmp_path, cache, COINS.replace("coins.csv", name), name, bytes(packed))
    assert report.taken == 0
    assert "damaged inside" in report.examples[0].why
    assert not cache.market().coins


def test_a_gzip_bomb_and_endless_lines_do_not_fill_the_memory(tmp_path: Path, cache: Cache) -> None:
    name = "coins.csv.gz"
    report = one_file(
        tmp_path, cache, COINS.replace("coins.csv", name), name, gzip.compress(b"x" * 300_000_000, 9)
    )
    assert "longer than a line" in report.examples[0].why


def test_thousands_of_bad_lines_are_counted_and_a_few_kept(tmp_path: Path, cache: Cache) -> None:
    rows = [f"2024-01-01,x{n},minus,1,1" for n in range(3000)] + [
        f"2024-01-01,x{n},-3,1,1" for n in range(500)
    ]
    report = one_file(tmp_path, cache, COINS, "coins.csv", coins(GOOD, *rows))
    assert dict(report.refused) == {"not a number": 3000, "a negative price": 500}
    assert [one.line for one in report.examples] == list(range(3, 23))


def test_a_full_disk_stops_the_import_and_keeps_what_was_finished(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = COINS + COINS.replace("coins.csv", "more.csv")
    folder = archive(tmp_path / "a", manifest, {"coins.csv": coins(GOOD), "more.csv": large(20_000)})
    real = guard.connect

    def small(file: Path, mode: str = "rw"):  # type: ignore[no-untyped-def]
        connection = real(file, mode)
        connection.execute(
            f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0] + 20}"
        )
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(guard, "connect", small)
        report = import_archive(folder, cache, clock=clock)
    assert report.stopped is not None
    assert report.stopped.startswith("The disk is full")
    assert [coin.id for coin in cache.market().coins] == ["good"]
    assert import_archive(folder, cache, clock=clock).taken == 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the peak of memory this way.")
def test_two_million_rows_stay_within_bounded_memory(tmp_path: Path) -> None:
    """The file alone is 80 MB, its values dense 48 MB; a table of strings of it would be over 500."""
    folder = tmp_path / "archive"
    write(folder, "manifest.toml", COINS.replace("coins.csv", "coins.csv.gz"))
    days = [str(one) for one in day("2015-01-01") + np.arange(2000)]
    with gzip.open(folder / "coins.csv.gz", "wt", compresslevel=1) as file:
        file.write("date,coin_id,price_usd,market_cap_usd,volume_usd\n")
        for date in days:
            file.write("".join(f"{date},coin-{c:04d},{c + 1}.25,1000000,5\n" for c in range(1000)))
    script = (
        "import resource, sys, pandas; from pathlib import Path; from data.cache import Cache\n"
        "from data.importers import import_archive\n"
        "cache = Cache.open(Path(sys.argv[1]))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "report = import_archive(sys.argv[2], cache)\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(report.taken, report.refused, (after - before) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "market.sqlite"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    taken, refused, megabytes = (int(word) for word in done.stdout.split())
    assert (taken, refused) == (2_000_000, 0)
    assert megabytes < 450
