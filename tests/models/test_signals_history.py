"""The history of the confirmation signals: freshness, since, absence, look-ahead, and the score."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.signals import CONFIRMS, CONTRADICTS, NEUTRAL, SIGNALS, STATES, UNKNOWN, signals
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from tests.models.signal_cases import IDS, computed, inputs, inputs_of, market

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


# Steps of a half, exact in binary.
WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 6).map(lambda halves: halves / 2) for name in IDS})


@settings(max_examples=30, deadline=None)
@given(weights=WEIGHTS, scale=st.floats(0.01, 100.0))
def test_the_scale_of_the_weights_does_not_matter(weights, scale):
    found = computed()
    scaled = {name: scale * weight for name, weight in weights.items()}
    np.testing.assert_allclose(found.shares(scaled), found.shares(weights), rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(weights=WEIGHTS, left_out=st.sets(st.sampled_from(IDS)))
def test_a_weight_of_nought_equals_leaving_the_signal_out(weights, left_out):
    found = computed()
    without = replace(found, histories=tuple(one for one in found.histories if one.id not in left_out))
    silenced = weights | dict.fromkeys(left_out, 0.0)
    np.testing.assert_allclose(found.shares(silenced), without.shares(weights), rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(weights=WEIGHTS, order=st.permutations(range(len(IDS))))
def test_the_order_of_the_signals_does_not_matter(weights, order):
    found = computed()
    turned = replace(found, histories=tuple(found.histories[place] for place in order))
    mixed = {IDS[place]: weights[IDS[place]] for place in order}
    np.testing.assert_allclose(turned.shares(mixed), found.shares(weights), rtol=1e-9)
