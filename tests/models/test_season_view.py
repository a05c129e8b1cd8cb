"""The histories of the Season panel: each day of them is what was known on that day."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.season.bench import Comparison
from models.market.season.definition import STANDARD, Definition
from models.market.season.index import Variant
from models.market.season.view import Caps, SeasonHistory, season_history, spells
from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market


@cache
def whole() -> SeasonHistory:
    return season_history(study(synthetic_market(days=520, coins=60, seed=3, bad_ticks=0)), Definition())


@pytest.fixture
def history() -> SeasonHistory:
    return whole()


@pytest.fixture
def known() -> Study:
    return whole().study


def test_the_usual_definition_takes_everything_from_the_study(known: Study, history: SeasonHistory) -> None:
    assert history.index is known.season[Variant()]
    assert history.bench.rows == STANDARD
    assert history.breadth.top == 50


def test_a_definition_that_is_not_on_the_bench_joins_it_at_the_top(known: Study) -> None:
    own = Definition(Variant(100, 30, "cap"))
    found = season_history(known, own)
    assert found.bench.rows == (own, *STANDARD)
    assert found.index.variant == own.variant
    assert found.breadth.top == 100


def test_what_was_computed_for_the_same_study_is_used_again(known: Study, history: SeasonHistory) -> None:
    own = Definition(left_out=frozenset())
    first = season_history(known, own, earlier=history)
    assert first.ether is history.ether
    assert first.breadth is history.breadth
    again = season_history(known, Definition(), (*STANDARD, own), earlier=first)
    assert again.bench.indices[own] is first.bench.indices[own]
    assert again.bench.rows == (*STANDARD, own)
    other = season_history(study(known.market), Definition(), earlier=first)
    assert other.ether is not first.ether


@settings(max_examples=12, deadline=None)
@given(row=st.integers(150, 519))
def test_a_day_shows_what_a_study_of_the_cut_market_shows(row: int) -> None:
    history = whole()
    known = history.study
    when = known.market.days[row]
    cut = season_history(study(known.market.cut(when)), Definition())
    assert cut.reading(when) == history.reading(when)
    assert cut.seasons_upto(when) == history.seasons_upto(when)
    assert cut.bitcoin_seasons_upto(when) == history.bitcoin_seasons_upto(when)
    assert cut.members(when) == history.members(when)
    assert cut.below(50, when) == history.below(50, when)
    assert cut.below(55, when) == history.below(55, when)
    assert cut.breadth.at(when) == history.breadth.at(when)
    for name in ("ratio", "mean_50", "mean_200"):
        np.testing.assert_array_equal(getattr(cut.ether, name), getattr(history.ether, name)[: row + 1])
    early, late = cut.caps(when), history.caps(when)
    assert isinstance(early, Caps)
    assert isinstance(late, Caps)
    np.testing.assert_array_equal(early.total3, late.total3)
    first, second = STANDARD[0], STANDARD[1]
    assert cut.compare(first, second, when) == history.compare(first, second, when)


def test_bitcoin_seasons_are_the_mirror_image_of_altcoin_seasons(history: SeasonHistory) -> None:
    end = history.index.days[-1]
    found = history.bitcoin_seasons_upto(end)
    low = history.index.index <= 25
    assert found, "the synthetic market has one"
    for one in found:
        inside = (history.index.days >= one.start) & (history.index.days <= one.end)
        assert int((low & inside).sum()) == one.days >= 7
        assert one.peak == pytest.approx(np.nanmin(history.index.index[inside]))


def test_ether_in_bitcoin_and_its_mean_equal_the_rules_written_out(history: SeasonHistory) -> None:
    market = history.study.market
    own = market.price[:, market.column["ethereum"]]
    bitcoin = market.price[:, market.column["bitcoin"]]
    for row in range(0, market.days.size, 17):
        np.testing.assert_equal(history.ether.ratio[row], own[row] / bitcoin[row])
        last = [own[at] / bitcoin[at] for at in range(max(0, row - 49), row + 1)]
        valid = [one for one in last if not math.isnan(one)]
        expected = math.fsum(valid) / len(valid) if len(valid) >= 34 else math.nan
        assert history.ether.mean_50[row] == pytest.approx(expected, nan_ok=True)


def test_caps_begin_at_100_on_the_first_day_on_which_all_are_known(history: SeasonHistory) -> None:
    end = history.index.days[-1]
    found = history.caps(end, since=end - 90)
    assert isinstance(found, Caps)
    assert found.base_day >= end - 90
    assert found.bitcoin[0] == found.total2[0] == found.total3[0] == 100.0
    assert found.days[-1] == end
    row = history.study.market.position(end)
    base = history.study.market.position(found.base_day)
    total2 = history.dominance.total2
    assert found.total2[-1] == pytest.approx(100 * total2[row] / total2[base])
    assert isinstance(history.caps(end, since=end + 5), Unknown)


def test_members_come_by_rank_and_after_them_those_left_out(history: SeasonHistory) -> None:
    found = history.members(history.index.days[-1])
    ranks = [one.rank for one in found]
    inside = [rank for rank in ranks if rank is not None]
    assert inside == list(range(1, len(inside) + 1))
    assert all(rank is None for rank in ranks[len(inside) :])
    assert "tether" in {one.coin.id for one in found[len(inside) :]}


def test_a_gap_is_explained_from_the_bench(history: SeasonHistory) -> None:
    found = history.compare(STANDARD[0], STANDARD[1], history.index.days[-1])
    assert isinstance(found, Comparison)
    assert math.fsum(one.points for one in found.differences) == pytest.approx(found.gap)


def test_the_basis_says_what_was_known_up_to_a_day(history: SeasonHistory) -> None:
    days = history.index.days
    assert history.basis(days[0] - 1) == ()
    assert history.basis(days[-1])[0][0] == days[0]


@given(st.lists(st.booleans(), max_size=40))
def test_spells_cover_exactly_the_days_that_hold(held: list[bool]) -> None:
    days = day("2024-01-01") + np.arange(len(held))
    covered = set()
    for one in spells(np.array(held, dtype=bool), days):
        run = set(np.arange(one.start, one.end + 1).tolist())
        assert not run & covered
        covered |= run
    assert covered == {when for when, holds in zip(days.tolist(), held, strict=True) if holds}
