"""The season section of the report: members, gaps, breadth, as the analyses have them."""

from __future__ import annotations

import json
from functools import cache

import pytest

from models.market.season.index import HEADLINE, SeasonReading
from models.market.season.standing import standings
from models.market.study import Study, study
from models.report.markets import season_section
from models.report.season_parts import NAMED, season_parts
from tests.markets import synthetic_market


@cache
def known() -> Study:
    return study(synthetic_market(days=620, coins=90, seed=9))


def test_members_are_those_of_the_index_and_say_why_a_coin_is_out() -> None:
    when = known().last_day
    found = season_parts(known(), when)["members"]
    ranked = [one for one in found if one["rank"] is not None]
    assert [one["coin"] for one in ranked] == [
        one.coin.id for one in standings(known().universe, when, HEADLINE)
    ]
    reading = known().season[HEADLINE].at(when)
    assert isinstance(reading, SeasonReading)
    states = [one["state"] for one in ranked]
    assert states.count("beats") == reading.beating
    assert states.count("beats") + states.count("trails") == reading.counted
    left = {one["coin"]: one for one in found if one["rank"] is None}
    assert left["tether"]["left_out_as"] == "stablecoin"
    assert left["tether"]["state"] == "left_out"


def test_the_parts_of_every_gap_add_up_to_it() -> None:
    section = season_section(known(), known().last_day)
    headline = next(one for one in section["variants"] if (one["top"], one["window_days"]) == (50, 90))
    others = {
        (one["top"], one["window_days"], one["weights"]): one["index"]
        for one in (*section["variants"], *section["cap_weighted"])
    }
    assert len(section["gaps"]) == 6
    for gap in section["gaps"]:
        other = others[gap["top"], gap["window_days"], gap["weights"]]
        if other is None:
            assert gap["gap_points"] is None
            assert gap["why"]
            continue
        assert gap["gap_points"] == pytest.approx(headline["index"] - other)
        assert sum(one["points"] for one in gap["parts"].values()) == pytest.approx(gap["gap_points"])
        named = sum(one["points"] for one in gap["coins"])
        assert len(gap["coins"]) == NAMED
        assert named + gap["other_coins_points"] == pytest.approx(gap["gap_points"])


def test_early_days_say_why_nothing_is_known() -> None:
    found = season_parts(known(), known().first_day)
    assert all(one["gap_points"] is None and one["why"] for one in found["gaps"])
    assert found["breadth"]["above_200d_mean_pct"] is None
    assert "20 are needed" in found["breadth"]["why"]
    assert found["eth_btc"]["mean_50d"] is None
    assert found["eth_btc"]["why"]


def test_the_section_is_plain_json() -> None:
    text = json.dumps(season_section(known(), known().last_day), allow_nan=False)
    assert json.loads(text)["breadth"]["counted"] >= 20
