"""CoinGecko and Yahoo behind the real refresh: what stands in the cache, and what a second one asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data import coins as book
from data.cache import Cache
from data.keys import Keys
from data.listing import listed
from data.refresh import RefreshReport, refresh
from data.sources import source
from models.market.snapshot import day
from tests.stubs import StubServer

EVERY = [source("yahoo"), source("coingecko")]
GECKO, FINANCE = "api.coingecko.com", "query2.finance.yahoo.com"
SIX = ("bitcoin", "ethereum", "solana", "sui", "cardano", "litecoin")


class Clock:
    """Stands still unless somebody waits; several threads may."""

    def __init__(self, at: datetime) -> None:
        self.at, self._lock = at, threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self.at

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> bool:
        with self._lock:
            self.at += timedelta(seconds=seconds)
        return not cancelled()


@pytest.fixture(autouse=True)
def few_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Yahoo know six coins instead of a hundred: one second instead of twenty."""
    known = {coin.id: coin if coin.id in SIX else replace(coin, yahoo="") for coin in book.known().values()}
    monkeypatch.setattr(book, "known", lambda: known)


@pytest.fixture
def cache(tmp_path: Path, stub: StubServer) -> Cache:
    return Cache.open(tmp_path / "market.sqlite", clock=lambda: stub.world.now)


@pytest.fixture
def ask(cache: Cache, stub: StubServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{stub.port}/{{host}}")

    clock = Clock(stub.world.now)

    def run(**options: object) -> RefreshReport:
        keys = Keys(use_keyring=False)
        return refresh(cache, keys, clock=clock, sources=EVERY, **options)  # type: ignore[arg-type]

    return run


def test_one_refresh_fills_a_new_cache(cache: Cache, stub: StubServer, ask):
    report = ask()
    assert report.status == "whole", report
    market = cache.market()
    coins = {coin.id for coin in cache.coins()}
    assert coins == {coin.id for coin in stub.world.ranked()}
    at = [coin.id for coin in market.coins].index("bitcoin")
    price, cap = market.price[:, at], market.cap[:, at]
    known = np.isfinite(price)
    # Yahoo's long history up to the year that CoinGecko gives, which has the caps.
    assert market.days[known][0] == day("2014-09-17")
    assert market.days[known][-1] == day("2026-11-21")
    assert np.isfinite(cap[known][-365:]).all()
    assert not np.isfinite(cap[known][:-365]).any()
    truth = stub.world.coins["bitcoin"].close
    wanted = [truth[stub.world.place(one)] for one in market.days[known]]
    np.testing.assert_allclose(price[known], wanted, rtol=1e-4)
    assert market.series["RUT"].days[-1] == day("2026-11-20")
    for one in listed(cache, EVERY, now=stub.world.now):
        if one.kind == "bars":
            assert one.state.name == "fresh", one


def test_a_second_refresh_asks_for_little_and_changes_nothing(cache: Cache, stub: StubServer, ask):
    ask()
    stub.forget()
    report = ask()
    assert report.status == "whole"
    assert (report.added, report.revised) == (0, 0)
    assert stub.count(FINANCE) <= 8
    assert stub.count(GECKO) <= 5


def test_a_refresh_that_was_cut_goes_on_where_it_was(cache: Cache, stub: StubServer, ask):
    stop = threading.Event()

    def report(progress: object) -> None:
        if stub.count(GECKO, "*/market_chart") >= 10:
            stop.set()

    ask(report=report, cancelled=stop.is_set)
    done = stub.count(GECKO, "*/market_chart")
    total = len(stub.world.ranked())
    assert 10 <= done < total
    ask()
    # Each history once, but for the one that was on its way.
    assert total <= stub.count(GECKO, "*/market_chart") <= total + 1
    assert {one.id for one in cache.coins()} == {coin.id for coin in stub.world.ranked()}
    priced = cache.series([coin.id for coin in stub.world.ranked()])
    assert len(priced) == total


def test_a_wrong_coin_behind_a_symbol_leaves_no_trace(cache: Cache, stub: StubServer, ask):
    stub.world.revise("yahoo/SUI20947-USD", "2000-01-01", 3.0)
    report = ask()
    finance = next(one for one in report.sources if one.source == "yahoo")
    assert finance.unavailable == 1, finance
    sui = cache.series(["sui"])["sui"]
    assert sui.days[0] == day("2025-11-22")


def test_without_yahoo_the_coins_are_whole(cache: Cache, stub: StubServer, ask):
    stub.fault(FINANCE, "403")
    report = ask()
    assert report.status == "partly"
    assert cache.series(["bitcoin"])["bitcoin"].days[-1] == day("2026-11-21")
    assert len(cache.series([coin.id for coin in stub.world.ranked()])) == len(stub.world.ranked())


def test_without_coingecko_the_indices_are_whole_and_no_coin_is_taken_unchecked(
    cache: Cache, stub: StubServer, ask
):
    stub.fault(GECKO, "403")
    report = ask()
    assert report.status == "partly"
    assert "RUT" in cache.series(["RUT"])
    assert cache.coins() == ()
    assert not cache.series(["bitcoin"])
