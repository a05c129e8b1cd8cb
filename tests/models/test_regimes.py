"""Correlation by the state of the Russell 2000 at the close before the return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from models.market.correlation.pairs import Correlation, Pair
from models.market.correlation.regimes import REGIMES, regimes
from models.market.russell import russell
from models.market.snapshot import Days, Floats, day
from models.market.study import study
from models.market.unknown import Unknown
from tests.markets import synthetic_market


@dataclass(frozen=True)
class History:
    days: Days
    distance: Floats


def made(n=900, seed=0):
    rng = np.random.default_rng(seed)
    days = day("2015-01-01") + np.arange(n + 1)
    x = rng.normal(0.0002, 0.01, n)
    level = np.exp(np.concatenate(([0.0], np.cumsum(x))))
    distance = level / np.maximum.accumulate(level) - 1
    y = 0.5 * x + rng.normal(0, 0.02, n)
    x[rng.random(n) < 0.03] = np.nan
    return Pair("RUT", "ALT50", "daily", "c", days[1:], x, y), History(days, distance)


def by_hand(both, history, last):
    """Sort every return into its states, and correlate with the band of the methods."""
    chosen = {name: [] for name in REGIMES}
    distances = dict(zip(history.days.tolist(), history.distance.tolist(), strict=True))
    for t in range(last + 1):
        x, y = both.x[t], both.y[t]
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        before = distances[(both.days[t] - 1).item()]
        state = "near_record" if before >= -0.02 else "far_below" if before < -0.10 else "between"
        chosen[state].append((x, y))
        if x:
            chosen["up_days" if x > 0 else "down_days"].append((x, y))
    result = {}
    for name, pairs in chosen.items():
        result[name] = (len(pairs), None)
        if len(pairs) >= 60:
            p, q = (leg - leg.mean() for leg in np.array(pairs).T)
            n = len(pairs)
            r = p @ q / np.sqrt(p @ p * (q @ q))
            a, b = p[1:] @ p[:-1] / (p @ p), q[1:] @ q[:-1] / (q @ q)
            effective = min(max(n * (1 - a * b) / (1 + a * b), 4), n)
            half = 1.959964 / np.sqrt(max(1, effective - 3))
            result[name] = (n, (r, np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)))
    return result


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("last", [899, 400, 130])
def test_regimes_agree_with_the_methods_by_hand(seed, last):
    both, history = made(seed=seed)
    expected = by_hand(both, history, last)
    found = regimes(both, history, as_of=both.days[last])
    assert tuple(one.regime for one in found) == REGIMES
    for one in found:
        n, figures = expected[one.regime]
        assert one.observations == n
        if figures is None:
            assert isinstance(one.result, Unknown)
            assert f"{n} common days" in one.result.why
            assert "60 are needed" in one.result.why
        else:
            assert isinstance(one.result, Correlation)
            assert (one.result.value, one.result.low, one.result.high) == pytest.approx(figures, abs=1e-12)


def test_the_state_is_that_of_the_close_before_so_a_crash_does_not_choose_its_own():
    days = day("2020-01-01") + np.arange(130)
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 0.001, (2, 129))
    x[-1] = -0.2
    distance = np.zeros(130)
    distance[-1] = -0.19
    both = Pair("RUT", "BTC", "daily", "c", days[1:], x, y)
    near, _, far, *_ = regimes(both, History(days, distance))
    assert (near.observations, far.observations) == (129, 0)


def test_thresholds_belong_to_the_side_that_the_methods_name():
    days = day("2020-01-01") + np.arange(7)
    distance = np.array([-0.02, np.nextafter(-0.02, -1), -0.10, np.nextafter(-0.10, -1), 0.0, np.nan, 0.0])
    x = np.array([0.01, -0.01, 0.0, 0.02, 0.03, -0.01])
    both = Pair("RUT", "BTC", "daily", "c", days[1:], x, x)
    counted = {one.regime: one.observations for one in regimes(both, History(days, distance))}
    assert counted == {"near_record": 2, "between": 2, "far_below": 1, "up_days": 3, "down_days": 2}


def test_regimes_of_the_whole_market_equal_those_of_the_market_of_that_day():
    market = synthetic_market(days=600, coins=30, seed=5)
    whole = study(market)
    both = whole.pair("RUT", "BTC", "daily")
    known = 0
    for as_of in (market.days[200], market.days[450], market.days[599]):
        seen = market.cut(as_of)
        then = study(seen).pair("RUT", "BTC", "daily")
        expected = regimes(then, russell(seen))
        assert regimes(both, whole.russell, as_of=as_of) == expected
        known += sum(isinstance(one.result, Correlation) for one in expected)
    assert known > 6


def test_regimes_need_daily_returns_and_the_russell():
    both, history = made()
    weekly = Pair("RUT", "BTC", "weekly", "c", both.days, both.x, both.y)
    with pytest.raises(ValueError, match="daily"):
        regimes(weekly, history)
    why = Unknown("No Russell 2000 is cached.")
    assert {one.result for one in regimes(both, why)} == {why}


def test_a_coin_that_never_moves_has_no_regimes():
    both, history = made()
    flat = Pair("RUT", "USDT", "daily", "c", both.days, both.x, np.zeros(900))
    assert all(isinstance(one.result, Unknown) for one in regimes(flat, history))
