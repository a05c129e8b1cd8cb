"""Confirmation signals against slow references written from methods.md, section 8."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from models.market.signals import CONFIRMS, CONTRADICTS, STATES, SignalInputs
from tests.models.signal_cases import IDS, computed, inputs

Answer = tuple[str, float | None]
UNKNOWN_ANSWER: Answer = ("unknown", None)


def lookup(given: SignalInputs, name: str) -> dict[int, float]:
    """Day number -> value."""
    one = given.market.series[name]
    return dict(zip(one.days.astype(int).tolist(), one.values.tolist(), strict=True))


def on_days(given: SignalInputs, values: np.ndarray) -> dict[int, float]:
    numbers = given.days.astype(int).tolist()
    return {n: v for n, v in zip(numbers, values.tolist(), strict=True) if not math.isnan(v)}


def coin(given: SignalInputs, name: str) -> dict[int, float]:
    return on_days(given, given.market.price[:, given.market.column[name]])


def window(values: dict[int, float], t: int, n: int) -> list[float]:
    return [values[d] for d in range(t - n + 1, t + 1) if d in values]


def carried(values: dict[int, float], t: int) -> float | None:
    return next((values[d] for d in range(t, t - 4, -1) if d in values), None)


def growth(values: dict[int, float], t: int, n: int) -> float | None:
    now, before = carried(values, t), carried(values, t - n)
    return None if now is None or before is None else now / before - 1


def mean(values: dict[int, float], t: int, n: int, needed: int) -> float | None:
    found = window(values, t, n)
    return statistics.fmean(found) if len(found) >= needed else None


def fresh(values: dict[int, float], t: int, allowed: int) -> bool:
    return any(d in values for d in range(t - allowed, t + 1))


def answer(value: float | None, confirms: bool, contradicts: bool) -> Answer:
    return ("confirms" if confirms else "contradicts" if contradicts else "neutral", value)


def slow_russell_record(given: SignalInputs, t: int) -> Answer:
    closes = sorted((d, v) for d, v in lookup(given, "RUT").items() if d <= t)
    if not closes or t - closes[-1][0] > 5:
        return UNKNOWN_ANSWER
    record, record_at = None, -1
    for at, (_, close) in enumerate(closes):
        if at and close > max(value for _, value in closes[:at]):
            record, record_at = close, at
    if record is None:
        return UNKNOWN_ANSWER
    since = len(closes) - 1 - record_at
    return answer(float(since), since <= 20, since >= 60 and closes[-1][1] / record - 1 < -0.10)


def slow_russell_vs_sp500(given: SignalInputs, t: int) -> Answer:
    small, large = lookup(given, "RUT"), lookup(given, "SPX")
    common = sorted(d for d in small.keys() & large.keys() if d <= t)
    if len(common) < 134 or t - common[-1] > 5:
        return UNKNOWN_ANSWER
    ratio = [small[d] / large[d] for d in common]
    change, above = ratio[-1] / ratio[-64] - 1, ratio[-1] - statistics.fmean(ratio[-200:])
    return answer(change, change > 0 and above > 0, change < 0 and above < 0)


def slow_season_index(given: SignalInputs, t: int) -> Answer:
    index = on_days(given, given.season.index).get(t)
    return UNKNOWN_ANSWER if index is None else answer(index, index >= 75, index <= 25)


def slow_dominance_trend(given: SignalInputs, t: int) -> Answer:
    share = on_days(given, given.dominance.dominance)
    here, month, quarter = share.get(t), range(t - 29, t + 1), window(share, t, 90)
    known = [d for d in month if d in share]
    if here is None or len(known) < 20 or len(quarter) < 60:
        return UNKNOWN_ANSWER
    slope = statistics.linear_regression(known, [share[d] for d in known]).slope
    weakening = slope < 0 and max(quarter) - here >= 0.02
    strengthening = slope > 0 and here - min(quarter) >= 0.02
    return answer(here - (min if strengthening else max)(quarter), weakening, strengthening)


def slow_dominance_level(given: SignalInputs, t: int) -> Answer:
    share = on_days(given, given.dominance.dominance)
    last = [share[d] for d in range(t - 16, t + 1) if d in share][-14:]
    below = len(last) == 14 and max(last) < 0.5
    if not below and t not in share:
        return UNKNOWN_ANSWER
    return answer(last[-1], below, t in share and share[t] > 0.55)


def slow_alt_cap_growth(given: SignalInputs, t: int) -> Answer:
    alts = growth(on_days(given, given.dominance.total2), t, 30)
    bitcoin = growth(on_days(given, given.dominance.btc), t, 30)
    if alts is None or bitcoin is None:
        return UNKNOWN_ANSWER
    return answer(alts, alts > 0 and alts > bitcoin, alts < 0 and alts < bitcoin)


def slow_eth_btc(given: SignalInputs, t: int) -> Answer:
    ether, bitcoin = coin(given, "ethereum"), coin(given, "bitcoin")
    ratio = {d: ether[d] / bitcoin[d] for d in ether.keys() & bitcoin.keys()}
    middle, change = mean(ratio, t, 50, 34), growth(ratio, t, 30)
    if t not in ratio or middle is None or change is None:
        return UNKNOWN_ANSWER
    return answer(ratio[t], ratio[t] > middle and change > 0, ratio[t] < middle and change < 0)


def slow_layer1(given: SignalInputs, t: int) -> Answer:
    row = t - int(given.days[0].astype(int))
    members = [given.market.coins[c].id for c in np.flatnonzero(given.universe.sector_member["layer1"][row])]
    returns = [growth(coin(given, name), t, 30) for name in members]
    known = [value for value in returns if value is not None]
    bitcoin = growth(coin(given, "bitcoin"), t, 30)
    if len(known) < 5 or bitcoin is None:
        return UNKNOWN_ANSWER
    lead = statistics.fmean(known) - bitcoin
    return answer(lead, lead > 0, lead < -0.10)


@cache
def slow_volatilities(seed: int, name: str) -> dict[int, float]:
    price = coin(inputs(seed), name)
    returns = {d: math.log(price[d] / price[d - 1]) for d in price if d - 1 in price}
    numbers = inputs(seed).days.astype(int).tolist()
    found = {t: window(returns, t, 30) for t in numbers}
    return {t: deviation(values) for t, values in found.items() if len(values) >= 20}


def deviation(values: list[float]) -> float:
    middle = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def slow_volatility(given: SignalInputs, t: int) -> Answer:
    seed = 0 if given is inputs(0) else 1
    row = t - int(given.days[0].astype(int))
    ranks = []
    for column in np.flatnonzero(given.universe.top(50)[row]):
        own = slow_volatilities(seed, given.market.coins[column].id)
        before = window(own, t - 1, 364)
        if t in own and len(before) >= 180:
            ranks.append(100 * sum(value < own[t] for value in before) / len(before))
    if len(ranks) < 20:
        return UNKNOWN_ANSWER
    middle = statistics.median(ranks)
    return answer(middle, middle <= 25, middle >= 75)


@cache
def slow_volumes(seed: int) -> dict[int, float]:
    given, result = inputs(seed), {}
    for row, t in enumerate(given.days.astype(int).tolist()):
        traded = given.market.volume[row, given.universe.top(50)[row]]
        if np.isfinite(traded).any():
            result[t] = float(np.nansum(traded))
    return result


def slow_volume(given: SignalInputs, t: int) -> Answer:
    total = slow_volumes(0 if given is inputs(0) else 1)
    index = on_days(given, given.alt50.values)
    short, long, moved = mean(total, t, 30, 20), mean(total, t, 180, 120), growth(index, t, 30)
    if short is None or long is None or not fresh(total, t, 3) or not fresh(index, t, 3):
        return UNKNOWN_ANSWER
    ratio = short / long
    if ratio >= 1 and moved is None:
        return UNKNOWN_ANSWER
    return answer(ratio, ratio >= 1 and abs(moved or 0) < 0.15, ratio < 0.7)


def slow_network(given: SignalInputs, t: int) -> Answer:
    rises, price = [], coin(given, "bitcoin")
    for name in ("BTC.AdrActCnt", "BTC.TxCnt"):
        values = lookup(given, name)
        now, before = mean(values, t, 30, 20), mean(values, t - 90, 30, 20)
        if now is None or before is None or not fresh(values, t, 3):
            return UNKNOWN_ANSWER
        rises.append(now / before - 1)
    moved = growth(price, t, 90)
    if not fresh(price, t, 3) or (moved is None and min(rises) > 0):
        return UNKNOWN_ANSWER
    return answer(min(rises), min(rises) > 0 and moved is not None and moved <= 0, max(rises) < 0)


@cache
def slow_flows(seed: int) -> dict[int, float]:
    given = inputs(seed)
    into, out = lookup(given, "BTC.FlowInExUSD"), lookup(given, "BTC.FlowOutExUSD")
    net = {d: into[d] - out[d] for d in into.keys() & out.keys()}
    found = {t: window(net, t, 30) for t in range(min(net), int(given.days[-1].astype(int)) + 1)}
    return {t: math.fsum(values) for t, values in found.items() if len(values) >= 20}


def slow_exchange_flow(given: SignalInputs, t: int) -> Answer:
    sums = slow_flows(0 if given is inputs(0) else 1)
    newest = [fresh(lookup(given, f"BTC.Flow{way}ExUSD"), t, 3) for way in ("In", "Out")]
    if t not in sums or not all(newest):
        return UNKNOWN_ANSWER
    year = sorted(window(sums, t, 365))
    if len(year) < 180 and sums[t] >= 0:
        return UNKNOWN_ANSWER
    place = 0.8 * (len(year) - 1)
    low = year[int(place)]
    high = low + (place - int(place)) * (year[min(int(place) + 1, len(year) - 1)] - low)
    return answer(sums[t], sums[t] < 0, sums[t] > high)


def slow_funding(given: SignalInputs, t: int) -> Answer:
    rate = lookup(given, "BTC_FUNDING")
    week = mean(rate, t, 7, 5)
    if week is None or not fresh(rate, t, 3):
        return UNKNOWN_ANSWER
    yearly = week * 3 * 365
    return answer(yearly, 0 < yearly <= 0.20, yearly > 0.50 or yearly < -0.10)


def slow_long_short(given: SignalInputs, t: int) -> Answer:
    ratio = lookup(given, "BTCUSDT.count_long_short_ratio")
    middle = mean(ratio, t, 30, 20)
    if t not in ratio or middle is None:
        return UNKNOWN_ANSWER
    return answer(ratio[t], middle < ratio[t] < 3, ratio[t] < middle)


def slow_options_skew(given: SignalInputs, t: int) -> Answer:
    skew = lookup(given, "BTC.Skew25").get(t)
    return UNKNOWN_ANSWER if skew is None else answer(skew, skew >= 0, skew <= -10)


def slow_liquidity(given: SignalInputs, t: int) -> Answer:
    supply = {d: v for d, v in lookup(given, "STABLECOIN_SUPPLY").items() if d + 1 <= t}
    money = {d: v for d, v in lookup(given, "M2").items() if d + 60 <= t}
    if not supply or not money or t - max(supply) > 4 or t - max(money) > 95:
        return UNKNOWN_ANSWER
    then = carried(supply, max(supply) - 90)
    month = np.datetime64(max(money), "D").astype("datetime64[M]") - 3
    before = money.get(int(month.astype("datetime64[D]").astype(int)))
    if then is None or before is None:
        return UNKNOWN_ANSWER
    chain, bank = supply[max(supply)] / then - 1, money[max(money)] / before - 1
    return answer(min(chain, bank), min(chain, bank) > 0, max(chain, bank) < 0)


SLOW: dict[str, Callable[[SignalInputs, int], Answer]] = {name: globals()[f"slow_{name}"] for name in IDS}


STEPS = {"layer1": 3, "russell_record": 7, "volatility": 11}
"""The slowest references look at some days only."""


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", IDS)
def test_every_day_equals_the_reference(name, seed):
    given, found = inputs(seed), computed(seed)[name]
    seen = set()
    for row in range(0, given.days.size, STEPS.get(name, 1)):
        state, value = SLOW[name](given, int(given.days[row].astype(int)))
        seen.add(state)
        assert STATES[found.code[row] + 1] == state, (given.days[row], value, found.value[row])
        if value is None:
            assert math.isnan(found.value[row])
        else:
            assert found.value[row] == pytest.approx(value, rel=1e-9, abs=1e-12), given.days[row]
    assert len(seen) >= 2, "The market is too tame to test anything."


def test_every_state_of_the_table_appears_in_the_test_markets():
    for at, name in enumerate(IDS):
        states = {int(code) for seed in (0, 1) for code in np.unique(computed(seed).codes[:, at])}
        # Too many coins that walk by themselves: a season of either kind is rare there.
        if name not in ("season_index", "dominance_level", "volatility", "volume"):
            assert {CONFIRMS, CONTRADICTS} <= states, name
