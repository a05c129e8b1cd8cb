"""Levels mislead and shifts flatter: both are said with figures, and neither looks ahead."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.market.correlation.leadlag import lead_lag
from models.market.correlation.levels import NEEDED, Levels, levels, share_beyond, unrelated_walks
from models.market.correlation.shifted import shifted, shifted_line
from models.market.correlation.view import Choice, PairHistory, study_pair
from models.market.price_lines import price_lines
from models.market.study import Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market


@cache
def known() -> Study:
    return study(synthetic_market(days=1_000, coins=60, seed=4))


@cache
def history(a: str = "RUT", b: str = "ALT50") -> PairHistory:
    return study_pair(known(), Choice(a, b))


def found(day) -> Levels:
    result = levels(history(), day)
    assert isinstance(result, Levels)
    return result


def test_levels_and_changes_agree_with_numpy_over_the_common_weeks():
    result = found(known().last_day)
    russell, alt = known().line("RUT"), known().line("ALT50")
    rows = []
    for friday in history().weekly.days:
        pair = []
        for line in (russell, alt):
            before = [at for at in range(line.days.size) if line.days[at] <= friday]
            if before and friday - line.days[before[-1]] < np.timedelta64(7, "D"):
                pair.append(line.values[before[-1]])
        if len(pair) == 2 and friday >= history().base_day:
            rows.append(pair)
    logs = np.log(np.array(rows))
    assert result.observations == len(rows)
    assert result.level_r == pytest.approx(np.corrcoef(logs.T)[0, 1])
    assert result.change_r == pytest.approx(np.corrcoef(np.diff(logs, axis=0).T)[0, 1])
    assert (result.a[0], result.b[0]) == (100.0, 100.0)


@given(st.integers(500, 990))
@settings(max_examples=15, deadline=None)
def test_levels_of_a_day_do_not_know_what_comes_later(row):
    day = known().market.days[row]
    # A tick found out a day later is seen as it stood by a cut alone: methods, section 0.
    assume(not known().market.has_open_ticks(day))
    cut = study(known().market.cut(day))
    result, told = levels(study_pair(cut, Choice()), day), levels(history(), day)
    if isinstance(told, Unknown):
        assert result == told
        return
    assert isinstance(result, Levels)
    assert (result.level_r, result.change_r) == pytest.approx((told.level_r, told.change_r))
    assert result.share == told.share
    np.testing.assert_array_equal(result.days, told.days)


def test_few_weeks_are_unknown_and_say_how_many():
    first = history().base_day
    result = levels(history(), first + 100)
    assert isinstance(result, Unknown)
    assert f"{NEEDED} are needed" in result.why


def test_unrelated_walks_are_the_same_for_a_seed_and_unrelated_in_their_steps():
    one, again, other = (unrelated_walks(400, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.a, again.a)
    assert one.level_r != other.level_r
    assert one.level_r == pytest.approx(np.corrcoef(np.log(one.a), np.log(one.b))[0, 1])
    steps = [np.diff(np.log(path)) for path in (one.a, one.b)]
    assert one.change_r == pytest.approx(np.corrcoef(*steps)[0, 1])
    assert abs(one.change_r) < 0.2


def test_unrelated_walks_often_look_related_and_their_changes_never_do():
    walks = [unrelated_walks(300, seed) for seed in range(300)]
    large = np.mean([abs(walk.level_r) > 0.5 for walk in walks])
    assert large == pytest.approx(share_beyond(300, 0.5), abs=0.08)
    assert large > 0.25
    assert max(abs(walk.change_r) for walk in walks) < 0.3


def test_walks_that_drift_alike_correlate_even_more():
    still, rising = share_beyond(300, 0.8), share_beyond(300, 0.8, (0.15, 0.15))
    assert rising > still + 0.3
    walk = unrelated_walks(2_000, 1, (0.01, 0.02), (0.03, 0.08))
    assert np.diff(np.log(walk.b)).mean() == pytest.approx(0.02, abs=0.006)


def test_the_share_falls_as_the_correlation_grows():
    shares = [share_beyond(200, r) for r in (0.0, 0.3, 0.6, 0.9)]
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    assert share_beyond(200, -0.6) == share_beyond(200, 0.6)


def test_a_shift_is_one_bar_of_the_correlogram():
    lead = lead_lag(history().weekly)
    for weeks in (-26, 0, 11, 26):
        result = shifted(lead, weeks)
        assert result.r == lead.r[weeks + 26]
        assert result.tried == 53
        assert result.is_beyond_chance == (abs(result.r) > lead.band)
    best = shifted(lead, lead.peak_lag)
    assert best.is_best
    assert abs(best.r) == np.abs(lead.r).max()
    with pytest.raises(ValueError, match="26"):
        shifted(lead, 27)


def test_a_shifted_line_is_the_same_line_some_weeks_later():
    _, (a, b) = price_lines(known().line("RUT"), known().line("ALT50"))
    day = known().market.days[700]
    days, values = a.upto(day)
    moved, stretched = shifted_line(a, b, day, -5)
    np.testing.assert_array_equal(moved, days - 35)
    logs, model = np.log(stretched), np.log(b.upto(day)[1])
    assert np.nanmean(logs) == pytest.approx(np.nanmean(model))
    assert np.nanstd(logs) == pytest.approx(np.nanstd(model))
    both = np.isfinite(logs)
    assert np.corrcoef(logs[both], np.log(values[both]))[0, 1] == pytest.approx(1.0)
