"""Confirmation signals against slow references written from methods.md, section 8."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.dominance import dominance
from models.market.returns import alt50
from models.market.russell import russell
from models.market.season import SeasonIndex, Variant, season_index
from models.market.signals import (
    CONFIRMS,
    CONTRADICTS,
    NEUTRAL,
    SIGNALS,
    STATES,
    UNKNOWN,
    SignalInputs,
    SignalsHistory,
    signals,
)
from models.market.signals.altcoins import volatility_percentile
from models.market.signals.grades import crossings, firings, grade, grades, overlap, score_grade
from models.market.signals.onchain import trailing_quantile
from models.market.snapshot import Market, Series, day
from models.market.universe import universe
from models.market.unknown import Unknown
from tests.markets import synthetic_market

NAN = math.nan
IDS = [one.id for one in SIGNALS]


def inputs_of(seen: Market) -> SignalInputs:
    ranked = universe(seen)
    return SignalInputs(
        market=seen,
        universe=ranked,
        alt50=alt50(ranked),
        russell=russell(seen),
        season=season_index(ranked),
        dominance=dominance(seen),
    )


@cache
def market(seed: int = 0) -> Market:
    """Two years in which every series loses days, and two of them end before the rest."""
    seen = synthetic_market(days=640, coins=70, seed=seed, bad_ticks=0, young=0.1)
    rng = np.random.default_rng(seed + 100)
    series = dict(seen.series)
    for name, one in series.items():
        if one.calendar == "daily":
            keep = rng.random(one.days.size) > 0.04
            keep[200:206] = False
            if name == "BTC.TxCnt":
                keep[-10:] = False
            series[name] = replace(one, days=one.days[keep], values=one.values[keep])
    large = series["SPX"]
    series["SPX"] = replace(large, days=large.days[100:], values=large.values[100:])
    # Flows that began long before the coins did, without a trend.
    days = seen.days[0] - 300 + np.arange(300 + seen.days.size)
    for way in ("In", "Out"):
        flow = rng.normal(1.0, 0.2, days.size)
        name = f"BTC.Flow{way}ExUSD"
        keep = rng.random(days.size) > 0.04
        series[name] = Series(name, name, "USD", "synthetic", "daily", days[keep], flow[keep])
    supply = series["STABLECOIN_SUPPLY"]
    series["STABLECOIN_SUPPLY"] = replace(supply, available_after_days=1)
    months = series["M2"]
    wave = 15_000 + 900 * np.sin(np.arange(months.days.size) / 2.0)
    series["M2"] = replace(months, values=wave)
    skew = rng.normal(-4.0, 6.0, seen.days.size)
    series["BTC.Skew25"] = Series("BTC.Skew25", "Skew", "points", "synthetic", "daily", seen.days, skew)
    return replace(seen, series=MappingProxyType(series))


@cache
def inputs(seed: int = 0) -> SignalInputs:
    return inputs_of(market(seed))


@cache
def computed(seed: int = 0) -> SignalsHistory:
    return signals(inputs(seed))


# --- the references: plain Python, one day at a time ------------------------------------------------

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


# --- both sides of every threshold, by hand ---------------------------------------------------------


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


# --- freshness, since, absence ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "series", "allowed"),
    [
        ("funding", "BTC_FUNDING", 2),  # from the third day on, fewer than 5 of 7 are left
        ("exchange_flow", "BTC.FlowInExUSD", 3),
        ("network", "BTC.TxCnt", 3),
        ("russell_record", "RUT", 5),
        ("russell_vs_sp500", "SPX", 5),
        ("long_short", "BTCUSDT.count_long_short_ratio", 0),
    ],
)
def test_a_signal_turns_unknown_when_its_input_grows_old(name, series, allowed):
    whole = synthetic_market(days=460, coins=40, seed=2, gaps=0.0, bad_ticks=0)
    one = whole.series[series]
    # A Wednesday: the session of that day is the last one.
    last = next(d for d in one.days[::-1][20:] if np.is_busday(d, "0010000"))
    ended = replace(whole, series=MappingProxyType(dict(whole.series) | {series: one.upto(last)}))
    found = signals(inputs_of(ended))
    row = ended.position(last)
    assert found[name].code[row + allowed] != UNKNOWN
    assert found[name].code[row + allowed + 1] == UNKNOWN
    late = found[name].at(row + 12)
    assert late.age_days == 12
    assert isinstance(late.value, Unknown)
    assert "12 days old" in late.why
    assert late.why.endswith("allowed.")


def test_the_age_of_stablecoins_and_m2_counts_from_their_dates():
    days = inputs().days
    found = computed()["liquidity"]
    row = 400
    newest = max(d for d in market().series["M2"].days if d + 60 <= days[row])
    assert found.age[row] == (days[row] - newest).astype(int)
    assert found.age[row] >= 60


def test_m2_counts_for_95_days_from_its_date():
    seen = market()
    months = seen.series["M2"]
    last = months.days[12]
    ended = replace(months, days=months.days[:13], values=months.values[:13])
    found = signals(inputs_of(replace(seen, series=MappingProxyType(dict(seen.series) | {"M2": ended}))))
    row = seen.position(last)
    assert found["liquidity"].code[row + 95] != UNKNOWN
    assert found["liquidity"].code[row + 96] == UNKNOWN
    assert "M2" in found["liquidity"].at(row + 96).why


def test_a_series_known_two_days_late_is_read_two_days_later():
    seen = market()
    late = dict(seen.series)
    names = ("BTC_FUNDING", "BTC.AdrActCnt", "BTC.TxCnt", "BTCUSDT.count_long_short_ratio")
    for name in names:
        late[name] = replace(late[name], available_after_days=2)
    moved = dict(seen.series)
    for name in names:
        moved[name] = replace(moved[name], days=moved[name].days + 2)
    first, second = (
        signals(inputs_of(replace(seen, series=MappingProxyType(series)))) for series in (late, moved)
    )
    for name in ("funding", "long_short"):
        fresh_enough = first[name].code != UNKNOWN
        assert fresh_enough.sum() > 300
        np.testing.assert_array_equal(first[name].value[fresh_enough], second[name].value[fresh_enough])
        np.testing.assert_array_equal(
            first[name].age, np.where(second[name].age < 0, -1, second[name].age + 2)
        )


def test_since_is_the_first_day_of_the_run_of_a_state():
    found = computed()
    for one in found.histories:
        code, since = one.code.tolist(), one.since.tolist()
        for row in range(0, len(code), 7):
            first = row
            while first and code[first - 1] == code[row]:
                first -= 1
            assert since[row] == first


def test_without_any_series_every_signal_from_outside_says_which_one_is_missing():
    found = signals(inputs_of(synthetic_market(days=300, coins=40, seed=1, series=False)))
    rows = {one.id: one for one in found.at(found.days[-1])}
    assert rows["options_skew"].why == "No options skew series is in the cache."
    for name in ("russell_record", "funding", "long_short", "network", "exchange_flow", "liquidity"):
        assert rows[name].state == "unknown"
        assert rows[name].why.endswith(".")
        assert rows[name].age_days is None
    assert rows["eth_btc"].state != "unknown"


def test_an_empty_market_of_series_that_begin_later_is_unknown_not_an_error():
    seen = market().cut(market().days[0])
    found = signals(inputs_of(seen))
    assert {one.state for one in found.at(seen.days[0])} <= set(STATES)


def test_every_row_of_the_checklist_has_its_words():
    found = computed()
    for row in range(0, found.days.size, 40):
        for one in found.at(found.days[row]):
            assert one.value_text
            assert one.threshold
            assert one.why
            assert one.series
            assert (one.state == "unknown") == isinstance(one.value, Unknown)
            assert one.since <= found.days[row]
            if one.state == "unknown":
                assert one.why.endswith("."), one.why


def test_ids_are_those_of_the_methods_and_titles_differ():
    assert len(IDS) == len(set(IDS)) == 16
    assert len({one.title for one in SIGNALS}) == 16


# --- look-ahead -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 639))
def test_later_days_change_nothing(row):
    whole = computed()
    cut = signals(inputs_of(market().cut(market().days[row])))
    for one, other in zip(cut.histories, whole.histories, strict=True):
        for field in ("code", "value", "since", "age"):
            np.testing.assert_array_equal(
                getattr(one, field), getattr(other, field)[: row + 1], err_msg=f"{one.id} {field}"
            )
    assert cut.score(cut.days[-1]) == whole.score(whole.days[row])
    assert [one.why for one in cut.at(cut.days[-1])] == [one.why for one in whole.at(whole.days[row])]


# --- score ------------------------------------------------------------------------------------------


def test_the_score_leaves_unknown_signals_out():
    found = computed()
    row = 500
    codes = found.codes[row].tolist()
    score = found.score(found.days[row])
    assert (score.confirms, score.neutral) == (codes.count(CONFIRMS), codes.count(NEUTRAL))
    assert (score.contradicts, score.unknown) == (codes.count(CONTRADICTS), codes.count(UNKNOWN))
    assert score.share == pytest.approx(score.confirms / score.known)
    assert found.shares()[row] == pytest.approx(score.share)


def test_weights_shift_the_score():
    found = computed()
    row = 500
    codes = dict(zip(IDS, found.codes[row].tolist(), strict=True))
    confirming = next(name for name, code in codes.items() if code == CONFIRMS)
    known = sum(code != UNKNOWN for code in codes.values())
    confirms = sum(code == CONFIRMS for code in codes.values())
    heavier = found.score(found.days[row], {confirming: 3.0}).share
    assert heavier == pytest.approx((confirms + 2) / (known + 2))
    nothing = found.score(found.days[row], dict.fromkeys(IDS, 0.0)).share
    assert isinstance(nothing, Unknown)
    with pytest.raises(ValueError, match="from 0 on"):
        found.shares({confirming: -1.0})


# --- track records ----------------------------------------------------------------------------------


def season_of(values: list[float]) -> SeasonIndex:
    some = np.array(values)
    whole = np.zeros(some.size, dtype=np.intp)
    days = day("2020-01-01") + np.arange(some.size)
    return SeasonIndex(Variant(), days, some, whole, whole, whole, np.zeros(some.size), whole)


def test_a_track_record_counts_hits_false_alarms_and_what_it_leaves_out():
    index = season_of([50.0] * 100 + [80.0] * 20 + [50.0] * 180)
    fired = np.zeros(300, dtype=bool)
    fired[[60, 80, 105, 150, 290]] = True  # too early, in time, inside the season, in vain, still open
    month, quarter, _ = grade(fired, np.ones(300, dtype=bool), index, index.days[-1])
    assert (month.fired, month.hits, month.false_alarms) == (3, 1, 2)
    assert (month.inside_season, month.still_open) == (1, 1)
    assert month.rate == pytest.approx(1 / 3)
    assert month.median_lead == 20
    # Days 70 .. 99 see the season begin within 30 days; 270 days have a past, 20 lie inside of it.
    assert (month.base_days, month.base_rate) == (250, pytest.approx(30 / 250))
    assert month.independent == 2
    assert isinstance(month.lift, Unknown)
    assert "Too few to grade" in month.lift.why
    assert (quarter.hits, quarter.median_lead) == (2, 30)


def test_a_season_counts_only_from_its_seventh_day_on():
    index = season_of([50.0] * 100 + [80.0] * 20 + [50.0] * 180)
    fired = np.zeros(300, dtype=bool)
    fired[80] = True
    everything = np.ones(300, dtype=bool)
    assert grade(fired, everything, index, index.days[105], horizons=(25,))[0].hits == 0
    assert grade(fired, everything, index, index.days[106], horizons=(25,))[0].hits == 1


def test_grades_know_nothing_of_later_days():
    found, season = computed(), inputs().season
    row = 430
    cut = inputs_of(market().cut(market().days[row]))
    assert grades(signals(cut), cut.season, cut.days[-1]) == grades(found, season, found.days[row])
    assert score_grade(signals(cut), cut.season, cut.days[-1]) == score_grade(found, season, found.days[row])


def test_a_signal_fires_when_it_turns_and_not_after_a_gap():
    code = np.array([1, 0, 1, 1, 2, 1, -1, 2, 1], dtype=np.int8)
    assert np.flatnonzero(firings(code)).tolist() == [2, 8]
    share = np.array([0.6, 0.4, 0.5, NAN, 0.6, 0.7, 0.5, 0.51])
    assert np.flatnonzero(crossings(share, 0.5)).tolist() == [4, 7]


def test_five_copies_of_one_signal_count_as_one():
    found = computed()
    one = found["eth_btc"]
    copies = replace(found, histories=tuple(replace(one, id=f"copy {n}") for n in range(5)))
    assert overlap(copies, copies.days[-1]).effective == pytest.approx(1.0)


def test_the_overlap_is_the_correlation_of_states_on_common_days():
    found = computed()
    pair = overlap(found, found.days[-1], ["layer1", "alt_cap_growth"])
    a, b = (found[name].code for name in pair.ids)
    both = (a != UNKNOWN) & (b != UNKNOWN)
    expected = np.corrcoef(a[both], b[both])[0, 1]
    assert pair.correlation[0, 1] == pytest.approx(expected)
    assert pair.effective == pytest.approx(4 / (2 + 2 * expected**2))
    assert isinstance(overlap(found, found.days[-1], []).effective, Unknown)


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
