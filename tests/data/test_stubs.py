"""The stubs themselves: few words, since every test of a source speaks with them."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import requests

from models.market.snapshot import day
from tests.stubs import StubServer, World
from tests.stubs.world import sessions

TIMEOUT = 10


@pytest.fixture
def ask(stub: StubServer) -> Iterator[object]:
    with requests.Session() as session:
        session.headers["User-Agent"] = "Mozilla/5.0"

        def get(host: str, path: str, **options: object) -> requests.Response:
            return session.get(stub.routes[host] + path, timeout=TIMEOUT, **options)  # type: ignore[arg-type]

        yield get


def test_all_providers_agree_on_the_close_of_a_day(stub, ask):
    """21 November by the convention of each: three labels, one price."""
    chart = ask("query2.finance.yahoo.com", "/v8/finance/chart/BTC-USD?period1=1795132800&period2=1795305600")
    yahoo = chart.json()["chart"]["result"][0]
    at = yahoo["timestamp"].index(1795219200)
    gecko = ask("api.coingecko.com", "/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=365").json()
    midnight = dict(gecko["prices"])[1795305600000]
    metrics = "/v4/timeseries/asset-metrics?assets=btc&metrics=PriceUSD&start_time=2026-11-21"
    coin = ask("community-api.coinmetrics.io", metrics).json()["data"][0]
    assert coin["time"].startswith("2026-11-21")
    assert yahoo["indicators"]["quote"][0]["close"][at] == pytest.approx(midnight)
    assert float(coin["PriceUSD"]) == pytest.approx(midnight)
    assert gecko["prices"][-1][0] == 1795348800000  # noon: the last point is "now"


def test_the_past_does_not_change_with_the_clock():
    with StubServer(coins=40) as first:
        old = first.world.coins["solana"].close.copy()
    assert np.array_equal(old, StubWorldAt("2027-03-01").close, equal_nan=True)


def StubWorldAt(when: str):

    return World(datetime.fromisoformat(when).replace(tzinfo=UTC), coins=40).coins["solana"]


def test_new_york_is_closed_on_its_holidays():
    open_days = sessions(day("2026-01-01"), day("2026-12-31"))
    closed = "2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07"
    assert not np.isin([day(one) for one in [*closed.split(), "2026-11-26", "2026-12-25"]], open_days).any()
    assert open_days.size == 251


def test_every_documented_address_answers(ask):
    seen = {
        "api.coingecko.com": "/api/v3/coins/markets?vs_currency=usd&per_page=250",
        "fapi.binance.com": "/fapi/v1/fundingRate?symbol=BTCUSDT&limit=3",
        "api.bybit.com": "/v5/market/account-ratio?category=linear&symbol=BTCUSDT&period=1d",
        "www.okx.com": "/api/v5/public/funding-rate-history?instId=BTC-USDT-SWAP",
        "www.deribit.com": "/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option",
        "api.alternative.me": "/fng/?limit=0",
        "stablecoins.llama.fi": "/stablecoincharts/all",
        "fc.yahoo.com": "/",
    }
    lengths = {host: len(ask(host, path).content) for host, path in seen.items()}
    assert min(lengths[host] for host in seen if host != "fc.yahoo.com") > 300, lengths


def test_the_archive_packs_a_month_with_its_sum(ask):
    path = "/data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-09.zip"
    answer = ask("data.binance.vision", path)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        lines = file.read(file.namelist()[0]).decode().splitlines()
    assert len(lines) == 1 + 90
    assert hashlib.sha256(answer.content).hexdigest() in ask("data.binance.vision", path + ".CHECKSUM").text
    assert ask("data.binance.vision", path.replace("2026-09", "2026-11")).status_code == 404


def test_yfinance_reads_the_stub(stub, monkeypatch, tmp_path):
    """The recipe B of the reference: yfinance's own client against a local server."""
    code = f"""
import warnings; warnings.simplefilter("ignore")
import yfinance as yf, yfinance.base, yfinance.scrapers.history
from yfinance.data import YfData
yf.set_tz_cache_location({str(tmp_path)!r})
yfinance.base._BASE_URL_ = yfinance.scrapers.history._BASE_URL_ = {stub.routes["query2.finance.yahoo.com"]!r}
YfData._get_cookie_and_crumb = lambda self, timeout=30: (None, "basic")
frame = yf.Ticker("^RUT").history(start="2026-11-01", end="2026-11-22", interval="1d")
print(len(frame), frame.index[0].date(), round(float(frame["Close"].iloc[-1]), 2))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == ["15", "2026-11-02"], done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["429", "451", "403", "500", "html", "truncated", "invalid", "nothing"])
def test_a_fault_spoils_one_request_and_no_other(stub, ask, kind):
    path = "/fapi/v1/fundingRate?symbol=BTCUSDT&limit=3"
    stub.fault("fapi.binance.com", kind, skip=1, count=1, retry_after="7")
    good, bad, again = (ask("fapi.binance.com", path) for _ in range(3))
    assert good.content == again.content != bad.content
    if kind.isdigit():
        assert (bad.status_code, bad.headers["Retry-After"]) == (int(kind), "7")


def test_rows_are_duplicated_shuffled_and_lost_in_step(stub, ask):
    path = "/v8/finance/chart/^RUT?range=1mo"

    def bars() -> dict[int, float]:
        result = ask("query2.finance.yahoo.com", path).json()["chart"]["result"][0]
        return dict(zip(result["timestamp"], result["indicators"]["quote"][0]["close"], strict=True))

    good = bars()
    stub.fault("query2.*", "unordered", count=1)
    stub.fault("query2.*", "day-missing", count=1)
    assert bars() == good
    assert len(bars()) == len(good) - 1


def test_the_line_breaks_drips_and_floods(stub, ask):
    path = "/stablecoincharts/all"
    stub.fault("stablecoins.llama.fi", "reset", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask("stablecoins.llama.fi", path)
    stub.fault("stablecoins.llama.fi", "bomb", count=1, size=3_000_000)
    answer = ask("stablecoins.llama.fi", path)
    assert int(answer.headers["Content-Length"]) < 30_000 < len(answer.content)
    stub.fault("stablecoins.llama.fi", "drip", count=1, seconds=0.05)
    with (
        pytest.raises(requests.Timeout),
        requests.get(stub.routes["stablecoins.llama.fi"] + path, timeout=0.01, stream=True) as slow,
    ):
        slow.content  # noqa: B018


def test_requests_are_counted_and_limits_kept_when_asked(ask, stub):
    for _ in range(4):
        ask("api.alternative.me", "/fng/?limit=1")
    assert stub.count("api.alternative.me") == stub.busiest("api.alternative.me", 5.0) == 4
    stub.limits = True
    try:
        codes = [
            ask("community-api.coinmetrics.io", "/v4/catalog-v2/asset-metrics").status_code for _ in range(11)
        ]
    finally:
        stub.limits = False
    assert codes == [200] * 10 + [429]


def test_it_runs_alone_and_prints_its_routes():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.stubs", "--port", "0", "--today", "2026-10-01", "--coins", "40"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as program:
        assert program.stdout is not None
        try:
            told = json.loads(program.stdout.readline())
            answer = requests.get(told["routes"]["api.coingecko.com"] + "/api/v3/ping", timeout=TIMEOUT)
        finally:
            program.terminate()
    assert answer.json() == {"gecko_says": "(V3) To the Moon!"}
    assert told["now"].startswith("2026-10-01")
