"""Coin Metrics: pages, stamps, paid metrics, 16:00 New York, another coin under the same letters."""

from __future__ import annotations

import numpy as np
import pytest

from data.sources import coinmetrics
from data.sources.contract import Failed, RateLimited, Unavailable
from models.market.snapshot import day
from tests.data.feeds import Feed, feed, truth
from tests.stubs import StubServer
from tests.stubs.coinmetrics import values
from tests.stubs.world import new_york_close

HOST = coinmetrics.HOST
HELD = {("series", f"BTC.{metric}"): ("2010-07-18", "2026-11-20") for metric in coinmetrics.METRICS["btc"]}
HELD |= {("coin", "litecoin"): ("2013-04-29", "2026-11-20")}


@pytest.fixture
def chain(stub: StubServer):
    with feed(stub, coinmetrics.SOURCE) as ready:
        yield ready


def test_the_chain_of_bitcoin_arrives_whole_under_the_day_at_whose_end_it_was_true(chain: Feed):
    chain.run("metrics/btc")
    assert not chain.failed
    for metric in coinmetrics.METRICS["btc"]:
        told = chain.values(f"BTC.{metric}")
        assert [*told][-1] == "2026-11-21"
        expected = truth(chain.stub, values(chain.stub.world, "btc", metric), [*told])
        np.testing.assert_allclose([*told.values()], expected, rtol=1e-9)
        assert len(told) > 5_900


def test_pages_are_followed_to_the_end(chain: Feed, monkeypatch: pytest.MonkeyPatch):
    whole = chain.run("metrics/eth").values("ETH.TxCnt")
    monkeypatch.setattr(coinmetrics, "PAGE", 1500)
    chain.stub.forget()
    assert chain.run("metrics/eth").values("ETH.TxCnt") == whole
    assert chain.stub.count(HOST) == 3


def test_what_the_community_does_not_get_is_not_available_and_the_rest_is_whole(
    chain: Feed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(coinmetrics.METRICS, "btc", ("TxCnt", "NVTAdj"))
    done = chain.run("metrics/btc").done["metrics/btc"]
    assert chain.values("BTC.TxCnt")
    assert "does not give it to the community" in done.unavailable["series", "BTC.NVTAdj"]


def test_an_error_under_status_200_is_still_an_error(chain: Feed):
    said = '{"error":{"type":"forbidden","message":"Not available with supplied credentials."}}'
    chain.stub.fault(HOST, "other", body=said)
    error = chain.run("metrics/btc").failed["metrics/btc"]
    assert isinstance(error, Unavailable)
    assert "supplied credentials" in error.why


def test_prices_at_16_in_new_york_carry_the_day_of_new_york(chain: Feed):
    told = chain.run("ny-close/btc").values("BTC_NY_CLOSE")
    world = chain.stub.world
    for one in ("2026-07-01", "2026-11-02", "2026-11-15"):  # summer, winter, a Sunday
        price = world.price_at(world.coins["bitcoin"], new_york_close(day(one)))
        assert told[one] == pytest.approx(price, rel=1e-9)


def test_a_long_history_has_price_and_cap_and_no_volume(chain: Feed):
    rows = chain.run("prices/ltc").rows("litecoin")
    coin = chain.stub.world.coins["litecoin"]
    place = chain.stub.world.place(day("2020-03-12"))
    at = np.flatnonzero(rows.days == day("2020-03-12"))[0]
    assert rows.values[at, :2] == pytest.approx([coin.close[place], coin.close[place] * coin.supply[place]])
    assert np.isnan(rows.values[:, 2]).all()
    assert chain.done["prices/ltc"].priority > 2  # Yahoo and CoinGecko come first


def test_another_coin_under_the_same_letters_is_refused_whole(chain: Feed):
    known = float(chain.stub.world.coins["litecoin"].close[chain.stub.world.place(day("2026-11-20"))])
    error = chain.run("prices/ltc", have=HELD, price=lambda coin: (day("2026-11-20"), known * 1.06)).failed[
        "prices/ltc"
    ]
    assert isinstance(error, Failed)
    assert "may be another coin" in error.why
    assert chain.run("prices/ltc", have=HELD, price=lambda coin: (day("2026-11-20"), known * 1.04)).done


def test_a_day_that_is_missing_stays_missing_and_a_revision_comes_through(chain: Feed):
    before = chain.run("metrics/btc", have=HELD).values("BTC.TxCnt")
    assert next(iter(before)) == "2026-11-11"
    chain.stub.world.drop("coinmetrics/btc.TxCnt", ["2026-11-15"])
    chain.stub.world.revise("coinmetrics/btc.TxCnt", "2026-11-19", 1.02)
    after = chain.run("metrics/btc", have=HELD).values("BTC.TxCnt")
    assert "2026-11-15" not in after
    assert after["2026-11-18"] == before["2026-11-18"]
    assert after["2026-11-19"] == pytest.approx(before["2026-11-19"] * 1.02)


@pytest.mark.parametrize("kind", ["strings", "extra-keys", "unordered", "duplicated"])
def test_form_and_order_do_not_matter(chain: Feed, kind: str):
    whole = chain.run("metrics/btc", have=HELD).values("BTC.AdrActCnt")
    chain.stub.fault(HOST, kind)
    assert chain.run("metrics/btc", have=HELD).values("BTC.AdrActCnt") == whole


@pytest.mark.parametrize("kind", ["nulls", "nan", "negative"])
def test_odd_values_are_left_out_and_nothing_is_put_in_their_place(chain: Feed, kind: str):
    whole = {
        metric: chain.run("metrics/btc", have=HELD).values(f"BTC.{metric}") for metric in ("TxCnt", "SplyCur")
    }
    chain.stub.fault(HOST, kind)
    chain.run("metrics/btc", have=HELD)
    for metric, told in whole.items():
        kept = [rows for rows in chain.done["metrics/btc"].rows if rows.key == f"BTC.{metric}"]
        for rows in kept:
            pairs = zip(rows.days.astype(str).tolist(), rows.values[:, 0].tolist(), strict=True)
            assert set(pairs) <= set(told.items())


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", RateLimited),
        ("403", Unavailable),
        ("500", Failed),
        ("truncated", Failed),
        ("invalid", Failed),
        ("html", Failed),
        ("null", Failed),
        ("reset", Failed),
        ("bomb", Failed),
    ],
)
def test_each_trouble_has_its_state(chain: Feed, kind: str, error: type):
    chain.stub.fault(HOST, kind, query="metrics=AdrActCnt")
    chain.run("metrics/btc", have=HELD)
    assert isinstance(chain.failed["metrics/btc"], error), chain.failed
    assert chain.failed["metrics/btc"].why.endswith(".")


def test_a_job_is_one_request_and_the_limit_declared_is_below_the_documented_one(chain: Feed):
    chain.run("prices", "ny-close", have=HELD)
    assert chain.stub.count(HOST) == len(chain.jobs) == 22
    (rules,) = coinmetrics.SOURCE.hosts
    assert rules.requests < 10
    assert rules.per_seconds == 6.0
