"""Thirty days of the research archive, coin by coin, against the rules written out in plain Python."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import import_archive
from models.market.breadth import breadth
from models.market.season.bench import Bench, bench
from models.market.season.definition import STANDARD
from models.market.season.index import SeasonReading
from models.market.season.view import ether
from models.market.snapshot import Market, day
from models.market.universe import Universe, universe
from models.market.unknown import Unknown
from tests.models.test_bench import slow_counted
from tests.models.test_breadth import slow_moves, slow_share

pytestmark = pytest.mark.archive

DAYS = np.random.default_rng(5).choice(
    np.arange(day("2016-06-01"), day("2025-07-13")), size=30, replace=False
)


@pytest.fixture(scope="module")
def market(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Market:
    cache = Cache.open(tmp_path_factory.mktemp("season") / "market.sqlite")
    import_archive(archive, cache)
    return cache.market()


@pytest.fixture(scope="module")
def ranked(market: Market) -> Universe:
    return universe(market)


@pytest.fixture(scope="module")
def benched(ranked: Universe) -> Bench:
    return bench(ranked)


def test_the_seven_definitions_of_thirty_days(market: Market, benched: Bench) -> None:
    known = 0
    for when in DAYS:
        row = market.position(when)
        for definition in STANDARD:
            found = benched.indices[definition].at(when)
            counted = slow_counted(market, row, definition)
            assert isinstance(found, SeasonReading)
            if isinstance(found.index, Unknown):
                assert len(counted) < 20
                continue
            known += 1
            expected = 100 * math.fsum(weight for weight, beats in counted.values() if beats)
            assert found.index == pytest.approx(expected, abs=1e-9)
            assert found.counted == len(counted)
    assert known > 150


def test_the_breadth_of_thirty_days(market: Market, ranked: Universe) -> None:
    history = breadth(ranked)
    for when in DAYS:
        row = market.position(when)
        assert (history.above[row], history.counted[row]) == slow_share(market, row, 50)
        moves = (history.advancing[row], history.declining[row], history.moved[row])
        assert moves == slow_moves(market, row, 50)


def test_ether_in_bitcoin_of_thirty_days(market: Market) -> None:
    history = ether(market)
    own, bitcoin = (market.price[:, market.column[name]] for name in ("ethereum", "bitcoin"))
    for when in DAYS:
        row = market.position(when)
        for window, values in ((50, history.mean_50), (200, history.mean_200)):
            last = [own[at] / bitcoin[at] for at in range(row - window + 1, row + 1)]
            valid = [one for one in last if not math.isnan(one)]
            expected = math.fsum(valid) / len(valid) if 3 * len(valid) >= 2 * window else math.nan
            assert values[row] == pytest.approx(expected, nan_ok=True)
