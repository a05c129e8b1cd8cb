"""Both sides of every threshold of the confirmation signals, by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.signals import signals
from models.market.signals.altcoins import volatility_percentile
from models.market.signals.onchain import trailing_quantile
from models.market.snapshot import Market, Series, day
from tests.markets import synthetic_market
from tests.models.signal_cases import NAN, inputs_of


def flat_market(**series: Series) -> Market:
    seen = synthetic_market(days=460, coins=40, seed=3, gaps=0.0, bad_ticks=0, young=0.0, dying=0.0)
    return replace(seen, series=MappingProxyType(series))


def one_series(name: str, values: object, **options: object) -> Series:
    filled = np.asarray(values, dtype=np.float64)
    days = day("2019-01-01") + np.arange(filled.size)
    return Series(name, name, "", "", "daily", days, filled, **options)  # type: ignore[arg-type]


def last_state(seen: Market, name: str) -> str:
    found = signals(inputs_of(seen))
    return found[name].at(found.days.size - 1).state


@pytest.mark.parametrize(
    ("yearly", "state"),
    [
        (0.0, "neutral"),
        (0.001, "confirms"),
        (0.1999, "confirms"),
        (0.2001, "neutral"),
        (0.4999, "neutral"),
        (0.5001, "contradicts"),
        (-0.0999, "neutral"),
        (-0.1001, "contradicts"),
    ],
)
def test_funding_on_both_sides_of_its_thresholds(yearly, state):
    rate = np.full(460, yearly / (3 * 365))
    assert last_state(flat_market(BTC_FUNDING=one_series("BTC_FUNDING", rate)), "funding") == state


@pytest.mark.parametrize(
    ("last", "state"),
    [(2.99, "confirms"), (3.0, "neutral"), (1.99, "contradicts"), (2.0, "neutral")],
)
def test_long_short_on_both_sides_of_its_thresholds(last, state):
    name = "BTCUSDT.count_long_short_ratio"
    values = np.full(460, 2.0)
    values[-1] = last
    assert last_state(flat_market(**{name: one_series(name, values)}), "long_short") == state


@pytest.mark.parametrize(
    ("skew", "state"), [(0.0, "confirms"), (-0.1, "neutral"), (-9.9, "neutral"), (-10.0, "contradicts")]
)
def test_options_skew_on_both_sides_of_its_thresholds(skew, state):
    series = one_series("BTC.Skew25", np.full(460, skew))
    assert last_state(flat_market(**{"BTC.Skew25": series}), "options_skew") == state


@pytest.mark.parametrize(
    ("sessions", "fall", "state"),
    [
        (20, 0.0, "confirms"),
        (21, 0.2, "neutral"),
        (59, 0.2, "neutral"),
        (60, 0.2, "contradicts"),
        (60, 0.09, "neutral"),
    ],
)
def test_russell_record_on_both_sides_of_its_thresholds(sessions, fall, state):
    closes = np.concatenate([1000.0 + np.arange(460 - sessions), np.full(sessions, 0.0)])
    closes[460 - sessions :] = closes[459 - sessions] * (1 - max(fall, 0.001))
    series = replace(one_series("RUT", closes), calendar="session")
    assert last_state(flat_market(RUT=series), "russell_record") == state


@pytest.mark.parametrize(("into", "state"), [(0.99, "confirms"), (1.0, "neutral"), (1.01, "contradicts")])
def test_exchange_flow_by_hand(into, state):
    flows = {way: f"BTC.Flow{way}ExUSD" for way in ("In", "Out")}
    inflow = np.full(460, 1.0)
    inflow[-30:] = into
    seen = flat_market(
        **{
            flows["In"]: one_series(flows["In"], inflow),
            flows["Out"]: one_series(flows["Out"], np.ones(460)),
        }
    )
    assert last_state(seen, "exchange_flow") == state


def test_the_two_thresholds_of_the_exchange_flow_never_overlap():
    flows = {way: f"BTC.Flow{way}ExUSD" for way in ("In", "Out")}
    seen = flat_market(
        **{
            flows["In"]: one_series(flows["In"], np.ones(460)),
            flows["Out"]: one_series(flows["Out"], np.full(460, 1e9)),
        }
    )
    found = signals(inputs_of(seen))["exchange_flow"]
    signal = found.at(found.days.size - 1)
    assert (signal.state, signal.threshold) == ("confirms", "< 0 / ≥ 0")


@pytest.mark.parametrize(
    ("supply", "money", "state"),
    [
        (1.01, 1.01, "confirms"),
        (1.0, 1.01, "neutral"),
        (0.99, 1.01, "neutral"),
        (0.99, 0.99, "contradicts"),
    ],
)
def test_liquidity_by_hand(supply, money, state):
    months = np.arange("2018-06", "2020-05", dtype="datetime64[M]").astype("datetime64[D]")
    seen = flat_market(
        STABLECOIN_SUPPLY=one_series("STABLECOIN_SUPPLY", supply ** np.arange(460)),
        M2=replace(
            one_series("M2", money ** np.arange(months.size), available_after_days=60),
            days=months,
            calendar="monthly",
        ),
    )
    assert last_state(seen, "liquidity") == state


@pytest.mark.parametrize(
    ("addresses", "transactions", "price", "state"),
    [
        (1.002, 1.002, 0.999, "confirms"),
        (1.002, 1.002, 1.0, "confirms"),
        (1.002, 1.002, 1.001, "neutral"),
        (1.002, 0.998, 0.999, "neutral"),
        (0.998, 0.998, 1.001, "contradicts"),
    ],
)
def test_network_by_hand(addresses, transactions, price, state):
    seen = flat_market(
        **{
            "BTC.AdrActCnt": one_series("BTC.AdrActCnt", addresses ** np.arange(460)),
            "BTC.TxCnt": one_series("BTC.TxCnt", transactions ** np.arange(460)),
        }
    )
    prices = seen.price.copy(order="F")
    prices[:, seen.column["bitcoin"]] = 10_000 * price ** np.arange(460)
    assert last_state(replace(seen, price=prices), "network") == state


# --- building blocks --------------------------------------------------------------------------------


def test_a_constant_coin_lies_strictly_above_none_of_its_readings():
    price = np.full((600, 1), 2.0)
    rank = volatility_percentile(price, np.ones((600, 1), dtype=bool))
    assert np.isnan(rank[:200]).all()
    assert (rank[200:] == 0).all()


def test_the_percentile_needs_180_readings_before():
    rng = np.random.default_rng(0)
    price = np.exp(np.cumsum(rng.normal(0, 0.03, (600, 1)), axis=0))
    rank = volatility_percentile(price, np.ones((600, 1), dtype=bool))
    # Returns begin on row 1, volatility with the twentieth of them.
    assert np.flatnonzero(np.isfinite(rank[:, 0]))[0] == 20 + 180


@settings(max_examples=60)
@given(st.lists(st.one_of(st.just(NAN), st.integers(-50, 50).map(float)), min_size=1, max_size=60))
def test_the_trailing_quantile_is_that_of_numpy(values):
    line = np.array(values)
    found = trailing_quantile(line, 20, 5, 0.8)
    for at in range(line.size):
        part = line[max(0, at - 19) : at + 1]
        part = part[np.isfinite(part)]
        if part.size < 5:
            assert math.isnan(found[at])
        else:
            assert found[at] == pytest.approx(np.quantile(part, 0.8))
