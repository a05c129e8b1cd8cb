"""The report says openly what the user changed, and gives every transition with its sample size."""

from __future__ import annotations

import json
from functools import cache

from models.market.classes import PUBLISHED, Basket
from models.market.rotation.phases import RotationHistory, wilson
from models.market.study import Study, study
from models.report.figures import figures
from models.report.write import written
from tests.markets import synthetic_market

MINE = PUBLISHED.moved("coin-003", "gaming").with_basket(Basket("duo", "My <duo>", ("ethereum", "coin-001")))


@cache
def plain() -> Study:
    return study(synthetic_market(days=560, coins=80, seed=6))


@cache
def edited() -> Study:
    return plain().with_classes(MINE)


def test_a_report_without_changes_says_so():
    found = figures(plain(), plain().latest)["classes"]
    assert found == {"changes": 0, "sectors": {}, "tiers": {}, "baskets": []}
    assert "changes of tiers" not in written(plain(), plain().latest, "html")


def test_the_report_names_every_change():
    found = figures(edited(), edited().latest)["classes"]
    assert found["changes"] == 2
    assert found["sectors"] == {"coin-003": "gaming"}
    (basket,) = found["baskets"]
    assert (basket["id"], basket["coins"]) == ("BASKET.duo", ["ethereum", "coin-001"])
    line = edited().baskets["BASKET.duo"]
    assert abs(basket["return_30d_pct"] - 100 * (line.values[-1] / line.values[-31] - 1)) < 1e-9
    json.dumps(found)


def test_a_basket_without_a_past_says_why():
    early = edited().market.days[20]
    (basket,) = figures(edited(), early)["classes"]["baskets"]
    assert basket["return_30d_pct"] is None
    assert "30 days before" in basket["why"]


def test_the_page_says_with_how_many_changes_it_was_computed():
    page = written(edited(), edited().latest, "html")
    assert "own 2 changes of tiers, sectors and baskets" in page


def test_transitions_carry_their_counts_and_intervals():
    history = plain().rotation
    assert isinstance(history, RotationHistory)
    rotation = figures(plain(), plain().latest)["rotation"]
    spells = history.upto(plain().latest).spells
    assert rotation["transition_counts"]
    for phase, after in rotation["transition_counts"].items():
        assert after["spells"] == sum(one.phase == phase for one in spells[:-1])
        assert sum(one["count"] for one in after["to"].values()) == after["spells"]
        for to, one in after["to"].items():
            assert (one["low"], one["high"]) == wilson(one["count"], after["spells"])
            assert rotation["transitions"][phase].get(to, 0) == one["count"] / after["spells"]
