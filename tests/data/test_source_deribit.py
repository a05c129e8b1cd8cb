"""Deribit: the index with its continuation, and the skew of a chain that is known."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from scipy.stats import norm

from data.sources import deribit
from data.sources.contract import Failed, RateLimited, Unavailable
from models.market.options_skew import Option, Skew, delta, risk_reversal
from models.market.unknown import Unknown
from tests.data.feeds import Feed, feed, truth
from tests.stubs import StubServer
from tests.stubs.options import dvol, skew

HOST = deribit.HOST


@pytest.fixture
def desk(stub: StubServer):
    with feed(stub, deribit.SOURCE) as ready:
        yield ready


def test_the_index_arrives_whole_in_pages_of_a_thousand(desk: Feed):
    told = desk.run("dvol/BTC").values("BTC.DVOL")
    assert (next(iter(told)), [*told][-1]) == ("2021-03-24", "2026-11-21")
    assert [*told.values()] == pytest.approx(truth(desk.stub, dvol(desk.stub.world, "BTC"), [*told]))
    assert len(told) == 2069
    assert desk.stub.count(HOST) == 3
    assert desk.done["dvol/BTC"].provisional == 1  # the running bar


@pytest.mark.parametrize("currency", ["BTC", "ETH"])
def test_the_skew_of_the_chain_is_the_one_it_was_built_with(desk: Feed, currency: str):
    rows = desk.run(f"skew/{currency}").rows(f"{currency}.Skew25")
    assert rows.moment
    assert rows.days.astype(str).tolist() == ["2026-11-22"]
    assert rows.values[0, 0] == pytest.approx(skew(desk.stub.world, currency), abs=0.15)


def test_a_chain_without_quotes_around_thirty_days_is_unknown(desk: Feed):
    desk.stub.fault(HOST, "empty", path="*book_summary*")
    error = desk.run("skew/BTC").failed["skew/BTC"]
    assert isinstance(error, Unavailable)
    assert "No two expiries around 30 days" in error.why


@pytest.mark.parametrize("kind", ["strings", "extra-keys", "unordered", "duplicated"])
def test_form_and_order_do_not_matter(desk: Feed, kind: str):
    whole = desk.run("dvol/BTC").values("BTC.DVOL")
    points = desk.run("skew/BTC").values("BTC.Skew25")
    desk.stub.fault(HOST, kind)
    held = {("series", "BTC.DVOL"): ("2021-03-24", "2026-11-20")}
    assert set(desk.run("dvol/BTC", have=held).values("BTC.DVOL").items()) <= set(whole.items())
    assert desk.run("skew/BTC").values("BTC.Skew25") == pytest.approx(points)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", RateLimited),
        ("451", Unavailable),
        ("500", Failed),
        ("truncated", Failed),
        ("null", Failed),
        ("html", Failed),
        ("close", Failed),
    ],
)
def test_each_trouble_has_its_state(desk: Feed, kind: str, error: type):
    desk.stub.fault(HOST, kind, path="*volatility*")
    desk.run("dvol/BTC")
    assert isinstance(desk.failed["dvol/BTC"], error)


def test_too_many_requests_are_told_in_the_body(desk: Feed):
    desk.stub.fault(HOST, "400", body='{"error":{"code":10028,"message":"too_many_requests"}}')
    assert isinstance(desk.run("dvol/BTC").failed["dvol/BTC"], RateLimited)


def test_the_button_reports(desk: Feed):
    assert "percent a year" in deribit.test(desk.client, lambda: False)


# --- the model ------------------------------------------------------------------------------------


def test_deltas_are_those_of_black():
    for strike in (60.0, 100.0, 180.0):
        one = Option(45, strike, 100.0, 0.7, True)
        spread = 0.7 * np.sqrt(45 / 365)
        expected = norm.cdf((np.log(100 / strike) + spread**2 / 2) / spread)
        assert delta(one) == pytest.approx(expected)
        assert delta(Option(45, strike, 100.0, 0.7, False)) == pytest.approx(expected - 1)


def chain(days: float, points: float, *, level: float = 0.5) -> list[Option]:
    """Strikes on deltas 0.05 to 0.95, volatility linear in call delta."""
    result = []
    for d in np.arange(0.05, 0.96, 0.05):
        volatility = level - 2 * points / 100 * (d - 0.5)
        spread = volatility * np.sqrt(days / 365)
        strike = 100 * np.exp(spread**2 / 2 - spread * norm.ppf(d))
        result += [Option(days, float(strike), 100.0, float(volatility), side) for side in (True, False)]
    return result


def test_the_skew_is_read_between_strikes_and_between_expiries():
    found = risk_reversal([*chain(20, -4), *chain(40, -8), *chain(200, 30), *chain(1, 50)])
    assert isinstance(found, Skew)
    assert found.points == pytest.approx(-6, abs=1e-6)
    assert found.expiries == (20, 40)


def test_nothing_is_read_beyond_the_outermost_expiry_or_strike():
    assert isinstance(risk_reversal(chain(40, -8)), Unknown)
    calls_only = [one for one in chain(20, 1) if one.is_call]
    assert isinstance(risk_reversal([*calls_only, *chain(40, 1)]), Unknown)
    few = [one for one in chain(30, 1) if abs(delta(one)) > 0.3]
    assert isinstance(risk_reversal(few), Unknown)


def test_names_are_read_or_passed_over():
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    row = {"underlying_price": 150, "mark_iv": "80"}
    assert deribit.option({**row, "instrument_name": "SOL_USDC-26DEC26-150-C"}, now) is None
    assert deribit.option({**row, "instrument_name": "XRP-4DEC26-2d5-P"}, now).strike == 2.5
    assert deribit.option({**row, "instrument_name": "BTC-31FEB27-150-C"}, now) is None
    assert deribit.option({**row, "instrument_name": "BTC-4DEC20-150-C"}, now) is None
    assert deribit.option(None, now) is None
