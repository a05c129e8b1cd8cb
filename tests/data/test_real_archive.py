"""The research archive itself: what must be in the cache after an import."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import ImportReport, import_archive
from models.market.snapshot import Market, day

pytestmark = pytest.mark.archive


@pytest.fixture(scope="module")
def imported(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Cache, ImportReport]:
    cache = Cache.open(tmp_path_factory.mktemp("cache") / "market.sqlite")
    return cache, import_archive(archive, cache)


@pytest.fixture(scope="module")
def market(imported: tuple[Cache, ImportReport]) -> Market:
    return imported[0].market()


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        yield from csv.DictReader(file)


def test_everything_is_taken_but_prices_of_zero(imported: tuple[Cache, ImportReport]) -> None:
    report = imported[1]
    assert report.stopped is None
    taken = {one.path: one.taken for one in report.files}
    assert sum(count for path, count in taken.items() if "coingecko" in path) == 1_028_912
    assert taken["equity/rut_daily.csv"] == 9_811
    assert taken["reference/coin_sectors.csv"] == 969
    refused = {one.path: dict(one.refused) for one in report.files if one.refused}
    assert refused == {"crypto/yahoo_daily_ohlcv.csv.gz": {"price is zero": 217}}


def test_the_market_holds_all_coins_and_series(market: Market) -> None:
    assert len(market.coins) == 969
    assert len(market.series["RUT"].days) == 9_811
    assert market.series["RUT"].days[0] == day("1987-09-10")
    wanted = "IWM SPX NDX VIX TNX DXY M2 WALCL FEDFUNDS STABLECOIN_SUPPLY BTC_DOMINANCE_PUBLISHED FEAR_GREED"
    wanted += " BTC_FUNDING BTC.AdrActCnt ETH.AdrActCnt BTCUSDT.count_long_short_ratio RUT.adj"
    assert set(wanted.split()) <= set(market.series)
    assert str(market.days[0]) == "2013-04-28"
    assert [one.basis for one in market.basis] == ["survivors", "point-in-time", "survivors"]
    assert market.origin == "archive"


def test_random_cells_equal_the_files(archive: Path, market: Market) -> None:
    flagged = set(zip(market.bad_ticks.row.tolist(), market.bad_ticks.column.tolist(), strict=True))
    draw = random.Random(7)
    checked = 0
    for path in sorted((archive / "crypto").glob("coingecko_daily_*.csv.gz")):
        for row in rows(path):
            if draw.random() > 0.002:
                continue
            at = market.position(day(row["date"])), market.column[row["coin_id"]]
            if at in flagged:
                continue
            for name, array in (
                ("price", market.price),
                ("market_cap", market.cap),
                ("volume", market.volume),
            ):
                text = row[f"{name}_usd"]
                expected = float(text) if text else np.nan
                assert np.array_equal(array[at], expected, equal_nan=True), (row, name)
            checked += 1
    assert checked > 1500


def test_yahoo_fills_only_days_that_coingecko_lacks(archive: Path, market: Market) -> None:
    ours = {
        row["date"]: float(row["close"])
        for row in rows(archive / "crypto" / "yahoo_daily_ohlcv.csv.gz")
        if row["symbol"] == "BTC"
    }
    theirs = {
        row["date"]: float(row["price_usd"])
        for path in (archive / "crypto").glob("coingecko_daily_*.csv.gz")
        for row in rows(path)
        if row["coin_id"] == "bitcoin"
    }
    bitcoin = market.coin_series("bitcoin")
    found = dict(zip(bitcoin.days.astype(str).tolist(), bitcoin.values.tolist(), strict=True))
    assert found == ours | theirs
    assert max(theirs) == "2025-07-13"
    assert max(found) == max(ours) > max(theirs)


def test_a_second_import_changes_no_byte(archive: Path, imported: tuple[Cache, ImportReport]) -> None:
    cache, first = imported
    before = cache.path.read_bytes()
    second = import_archive(archive, cache)
    assert second.taken == 0
    assert sum(one.skipped["already in the cache"] for one in second.files) == first.taken
    assert cache.path.read_bytes() == before


def test_the_first_chart_needs_no_market(imported: tuple[Cache, ImportReport], market: Market) -> None:
    found = imported[0].series(["RUT", "IWM.adj", "bitcoin", "NOTHING"])
    assert list(found) == ["RUT", "IWM.adj", "bitcoin"]
    assert np.array_equal(found["RUT"].values, market.series["RUT"].values)
    assert found["bitcoin"].title == "Bitcoin"
