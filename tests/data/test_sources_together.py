"""The sources behind the real refresh: stub, HTTP layer, engine, cache, and the states that come of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.cache import Cache
from data.keys import Keys
from data.listing import Listed, listed
from data.refresh import RefreshReport, refresh
from data.sources import binance_archive, coinmetrics, source
from tests.stubs import StubServer

NAMES = ("coinmetrics", "binance", "bybit", "okx", "deribit", "fred", "alternative", "defillama")
EVERY = [source(name) for name in NAMES]
"""Without the archive, which has hundreds of files: it has a test of its own."""


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


@pytest.fixture
def cache(tmp_path: Path, stub: StubServer) -> Cache:
    return Cache.open(tmp_path / "market.sqlite", clock=lambda: stub.world.now)


@pytest.fixture
def ask(cache: Cache, stub: StubServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(coinmetrics, "COINS", {"ltc": "litecoin"})
    monkeypatch.setenv("ROTASCOPE_ROUTES", f"*=http://127.0.0.1:{stub.port}/{{host}}")

    def run(**options: object) -> RefreshReport:
        keys = Keys(use_keyring=False)
        return refresh(cache, keys, clock=Clock(stub.world.now), sources=EVERY, **options)  # type: ignore[arg-type]

    return run


def states(cache: Cache, stub: StubServer) -> dict[str, Listed]:
    return {one.id: one for one in listed(cache, EVERY, now=stub.world.now)}


def test_everything_the_signals_read_is_fresh_after_one_refresh(cache: Cache, stub: StubServer, ask):
    report = ask()
    assert report.status == "whole", report
    found = states(cache, stub)
    read = (
        "BTC_FUNDING FEAR_GREED STABLECOIN_SUPPLY M2 WALCL FEDFUNDS BTC.AdrActCnt BTC.TxCnt BTC.FlowInExUSD"
    )
    for key in [*read.split(), "BTC.FlowOutExUSD", "BTC.Skew25", "BTCUSDT.count_long_short_ratio"]:
        assert found[key].state.name == "fresh", found[key]
    market = cache.market()
    assert market.series["BTC_FUNDING"].values.size == 800
    assert market.series["M2"].available_after_days == 60
    # What was asked stays far below what each host allows.
    assert stub.count("fapi.binance.com") == 10
    assert stub.count("api.bybit.com") == stub.count("www.okx.com") == 0


def test_a_blocked_venue_leaves_the_series_fresh_and_names_the_source(cache: Cache, stub: StubServer, ask):
    stub.fault("fapi.binance.com", "451")
    ask()
    found = states(cache, stub)["BTC_FUNDING"]
    assert found.state.name == "fresh"
    assert found.held_from == "bybit"
    assert "Bybit is asked instead." in found.state.trouble
    assert states(cache, stub)["BTCUSDT-BYBIT.sum_open_interest"].title == "BTCUSDT-BYBIT open interest"
    assert states(cache, stub)["BTCUSDT.sum_open_interest_value"].state.name == "unavailable"


def test_troubles_of_some_leave_the_others_whole(cache: Cache, stub: StubServer, ask):
    stub.fault("fred.stlouisfed.org", "html", query="WALCL")
    stub.fault("api.alternative.me", "429", retry_after="60")
    stub.fault("stablecoins.llama.fi", "reset")
    stub.fault("www.deribit.com", "451")
    assert ask().status == "partly"
    found = {key: one.state.name for key, one in states(cache, stub).items()}
    assert found["WALCL"] == "failed"
    assert found["FEAR_GREED"] == "waiting"
    assert found["STABLECOIN_SUPPLY"] == "failed"
    assert found["BTC.DVOL"] == "unavailable"
    assert found["M2"] == found["BTC.TxCnt"] == found["BTC_FUNDING"] == "fresh"


def test_a_second_refresh_finds_revisions_and_nothing_else(cache: Cache, stub: StubServer, ask):
    ask()
    stub.world.now += timedelta(days=1)
    try:
        stub.world.revise("coinmetrics/btc.TxCnt", "2026-11-20", 1.01)
        stub.world.revise("defillama/STABLECOIN_SUPPLY", "2026-11-21", 0.99)
        report = ask()
    finally:
        stub.world.now -= timedelta(days=1)
    assert report.revised == 2 + 1 + 0, report
    first = cache.learnt("series", "BTC.TxCnt", cache.market().series["BTC.TxCnt"].days[-2], "value")
    assert len(first) == 2


def test_the_archive_lies_below_what_the_service_told(
    cache: Cache, stub: StubServer, ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(binance_archive, "METRICS_DAYS", 40)
    ask()
    keys = Keys(use_keyring=False)
    refresh(cache, keys, clock=Clock(stub.world.now), sources=[binance_archive.SOURCE])
    market = cache.market()
    assert str(market.series["BTC_FUNDING"].days[0]) == "2020-01-01"
    assert market.series["BTC_FUNDING"].values.size == 2_517
    assert str(market.series["BTCUSDT.count_long_short_ratio"].days[0]) == "2026-10-13"
    stood = cache.learnt("series", "BTC_FUNDING", market.series["BTC_FUNDING"].days[-40], "value")
    assert stood[-1].source == "binance"
    stub.forget()
    refresh(cache, keys, clock=Clock(stub.world.now + timedelta(days=8)), sources=[binance_archive.SOURCE])
    assert stub.count("data.binance.vision") <= 70


def test_only_one_source_may_be_asked_while_it_is_blocked(cache: Cache, stub: StubServer, ask):
    stub.fault("fapi.binance.com", "451")
    keys = Keys(use_keyring=False)
    report = refresh(cache, keys, clock=Clock(stub.world.now), sources=[source("binance")])
    assert report.sources[0].source == "binance"
    assert states(cache, stub)["BTC_FUNDING"].state.name == "unavailable"
