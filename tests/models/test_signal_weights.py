"""The user's weights of the signals: held, refused, written, and taken by the score alone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.signals.weights import EQUAL, WeightError, Weights, from_plain, to_plain
from models.market.study import study
from models.report.phases import score_section
from models.report.records import changes_section, records_section
from tests.markets import synthetic_market

NUMBERS = st.floats(0.0, 3.0)


def test_only_what_differs_from_one_is_held():
    weights = Weights({"volume": 1.0, "funding": 2.0})
    assert (len(weights), weights["funding"], weights["volume"], weights["never heard of"]) == (
        1,
        2.0,
        1.0,
        1.0,
    )
    assert weights.put("funding", 1.0) == EQUAL
    assert not EQUAL


@given(st.dictionaries(st.text(max_size=8), NUMBERS, max_size=6))
def test_what_is_written_is_read_again(given_weights: dict[str, float]):
    weights = Weights(given_weights)
    again = from_plain(to_plain(weights))
    assert again == weights
    assert hash(again) == hash(weights)


@pytest.mark.parametrize("weight", [-0.5, 3.5, math.nan, math.inf])
def test_a_weight_that_is_none_is_refused_with_its_name(weight: float):
    with pytest.raises(WeightError, match="volume"):
        Weights({"volume": weight})


@pytest.mark.parametrize(
    "plain", [None, [], {"weights": []}, {"weights": {"volume": "2"}}, {"weights": {"a": True}}]
)
def test_a_document_that_is_none_is_refused(plain: object):
    with pytest.raises(WeightError):
        from_plain(plain)


def test_weights_change_the_score_and_nothing_else():
    plain = study(synthetic_market(days=420, seed=3))
    name = next(one.id for one in plain.signals.at(plain.latest) if one.state == "confirms")
    weighted = plain.with_weights(Weights({name: 3.0}))
    day = plain.latest
    before, after = plain.signals.score(day), weighted.signals.score(day)
    assert after.share == pytest.approx((before.confirms + 2) / (before.known + 2))
    assert (after.confirms, after.known) == (before.confirms, before.known)
    assert weighted.season is plain.season
    assert weighted.signals.at(day) == plain.signals.at(day)
    assert weighted.with_classes(weighted.classes).signals.weights == weighted.signals.weights


def test_the_report_says_which_weights_and_grades_what_they_make():
    plain = study(synthetic_market(days=700, seed=5))
    day = plain.latest
    assert score_section(plain, day)["weights"] == {}
    confirming = [one.id for one in plain.signals.at(day) if one.state == "confirms"]
    others = {one.id: 0.0 for one in plain.signals.histories if one.id not in confirming[:1]}
    weighted = plain.with_weights(Weights(others))
    found = score_section(weighted, day)
    assert (found["weights"], found["share"]) == (others, 1.0)
    graded = records_section(weighted, day)
    assert graded["score"] != records_section(plain, day)["score"]
    assert graded["overlap"]["signals"] == len(plain.signals.histories)
    for one in graded["score"]:
        assert one["followed"] + one["false_alarms"] == one["fired"]
        assert (one["lift"] is None) == (one["independent"] < 5 or one["base_rate"] is None)


def test_the_report_tells_what_changed_since_a_day_and_never_looks_ahead():
    found = study(synthetic_market(days=420, seed=3))
    day = found.latest - 20
    told = changes_section(found, day, found.latest - 60)
    assert told["since"] == str(found.latest - 60)
    assert all(told["since"] < one["day"] <= str(day) for one in told["changes"])
    assert [one["day"] for one in told["changes"]] == sorted(
        (one["day"] for one in told["changes"]), reverse=True
    )
    assert changes_section(found, day, day + 5)["changes"] == []
    cut = study(found.market.cut(day))
    assert changes_section(cut, day, found.latest - 60) == told
