"""Conditions on the whole market, and returns that a coin borrows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.study import Study, study
from models.risk.borrowing import (
    filled_in,
    own_growth,
    sector_of,
    sector_stand_ins,
    tier_of,
    tier_stand_ins,
    volatility_ratio,
)
from models.risk.ladders.conditions import Conditions, conditions_of, run_lengths
from models.risk.plans.plan import Trigger
from tests.markets import synthetic_market


@pytest.fixture(scope="module")
def past() -> Study:
    return study(synthetic_market())


def readings(season: list[float] | None = None, phase: list[int] | None = None) -> Conditions:
    n = len(season or phase or [])
    codes = np.array(phase if phase is not None else [-1] * n, dtype=np.int8)
    return Conditions(
        days=np.datetime64("2024-01-01") + np.arange(n),
        season=np.array(season if season is not None else [np.nan] * n),
        dominance=np.full(n, np.nan),
        phase=codes,
        entered=np.diff(codes, prepend=-1) != 0,
    )


def test_a_season_rung_waits_for_its_days_in_a_row() -> None:
    found = readings([80.0, 85.0, np.nan, 80.0, 81.0, 90.0, 79.0])
    trigger = Trigger("season_index", level=80.0, side="above", days=3)
    assert found.fires(trigger).tolist() == [False, False, False, False, False, True, False]


def test_a_level_counts_on_either_side() -> None:
    found = readings([20.0, 25.0, 26.0])
    assert found.fires(Trigger("season_index", level=25.0, side="below", days=1)).tolist() == [
        True,
        True,
        False,
    ]


def test_a_phase_fires_on_the_day_it_is_entered_only() -> None:
    found = readings(phase=[1, 1, 2, 2, 3, 2])
    assert found.fires(Trigger("phase", phase="large")).tolist() == [False, False, True, False, False, True]
    assert found.holds(Trigger("phase", phase="large")).tolist() == [False, False, True, True, False, True]


@given(st.lists(st.booleans(), max_size=40))
def test_runs_are_counted_as_by_hand(holds: list[bool]) -> None:
    run, expected = 0, []
    for here in holds:
        run = run + 1 if here else 0
        expected.append(run)
    assert run_lengths(np.array(holds, dtype=np.bool_)).tolist() == expected


def test_readings_of_a_study_know_no_later_day(past: Study) -> None:
    cut = past.market.days[-40]
    early = conditions_of(study(past.market.cut(cut)))
    whole = conditions_of(past)
    for name in ("season", "dominance", "phase", "entered"):
        one, two = getattr(early, name), getattr(whole, name)[: early.days.size]
        assert np.array_equal(one, two, equal_nan=one.dtype.kind == "f"), name


def test_the_days_of_entering_are_the_changes_of_the_phase_shown(past: Study) -> None:
    found = conditions_of(past)
    changed = np.flatnonzero(np.diff(found.phase.astype(int)) != 0) + 1
    assert np.flatnonzero(found.entered).tolist() == [row for row in changed if found.phase[row] >= 0]


def test_a_coin_borrows_only_days_that_are_missing() -> None:
    own = np.array([np.nan, np.nan, np.nan, 1.1, np.nan, 0.9])
    line = np.array([np.nan, 1.2, np.nan, 1.0, 1.0, 1.0])
    last = np.array([0.5, 0.5, 0.8, 0.5, 0.5, 0.5])
    missing = np.arange(6) < 3
    found, stand_in = filled_in("sol", own, missing, (("Mid caps", line), ("Bitcoin", last)), scaled=False)
    assert found.tolist() == pytest.approx([0.5, 1.2, 0.8, 1.1, np.nan, 0.9], nan_ok=True)
    assert stand_in is not None
    assert (stand_in.of, stand_in.days, stand_in.scale) == (("Mid caps", "Bitcoin"), 3, 1.0)


def test_a_borrowed_return_has_the_volatility_of_the_coin() -> None:
    rng = np.random.default_rng(5)
    line = 1 + rng.normal(0, 0.02, 3000)
    own = np.where(np.arange(3000) < 2000, np.nan, 1 + rng.normal(0, 0.06, 3000))
    found, stand_in = filled_in("sol", own, np.isnan(own), (("DeFi", line),), scaled=True)
    assert stand_in is not None
    assert stand_in.scale == pytest.approx(3.0, rel=0.1)
    assert np.std(found[:2000]) == pytest.approx(0.02 * stand_in.scale, rel=0.05)


def test_a_volatility_needs_sixty_common_days() -> None:
    rng = np.random.default_rng(5)
    own, line = np.exp(rng.normal(0, 0.1, 59)), np.exp(rng.normal(0, 0.01, 59))
    assert volatility_ratio(own, line) == 1.0


def test_every_coin_finds_a_stand_in(past: Study) -> None:
    row = past.market.days.size - 1
    for coin in [*past.market.column, "nobody-knows-this"]:
        sector = sector_of(past, coin)
        lines = sector_stand_ins(past, coin, sector, row)
        assert lines
        assert all(line.shape == past.market.days.shape for _, line in lines)
    assert sector_of(past, "nobody-knows-this") == "other"
    assert tier_of(past, "nobody-knows-this", row) == "small"
    assert np.isnan(own_growth(past, "nobody-knows-this")).all()


def test_a_stable_coin_stays_where_it_is(past: Study) -> None:
    ((name, line),) = tier_stand_ins(past, "some-dollar", "stablecoin", 0)
    assert name == "a constant price"
    assert (line[1:] == 1.0).all()


def test_the_tier_is_the_last_one_that_a_coin_was_in(past: Study) -> None:
    tiers = past.universe.tier
    for at, coin in enumerate(past.market.coins):
        for row in (50, 200, past.market.days.size - 1):
            codes = [int(code) for code in tiers[: row + 1, at] if code]
            expected = ("large", "mid", "small")[codes[-1] - 1] if codes else "small"
            assert tier_of(past, coin.id, row) == ("large" if coin.id == "bitcoin" else expected)
