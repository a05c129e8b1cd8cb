"""Lead and lag: planted ones are found, chance stays inside its band."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation.leadlag import lead_lag
from models.market.correlation.pairs import Pair
from models.market.snapshot import day
from models.market.unknown import Unknown

CHANCE = "no lead-lag distinguishable from chance"


def weekly(x, y, name="ALT50"):
    days = day("2013-05-03") + 7 * np.arange(x.size)
    return Pair("RUT", name, "weekly", "c", days, x, y)


def noise(n=200, seed=0):
    return np.random.default_rng(seed).normal(0, 0.03, (2, n))


def r_by_hand(x, y, lag):
    pairs = [(x[w], y[w + lag]) for w in range(len(x)) if 0 <= w + lag < len(y)]
    return np.corrcoef(*zip(*pairs, strict=True))[0, 1]


def planted(lag, n=300, seed=1, strength=0.9):
    x, y = noise(n, seed)
    for w in range(n):
        if 0 <= w - lag < n:
            y[w] += strength * x[w - lag]
    return weekly(x, y)


def test_every_lag_and_the_band_agree_with_plain_loops():
    x, y = noise(130)
    found = lead_lag(weekly(x, y))
    lags = range(-26, 27)
    assert found.weeks.tolist() == list(lags)
    assert found.r == pytest.approx([r_by_hand(x, y, lag) for lag in lags], abs=1e-12)
    largest = []
    for shift in range(30, 101):
        shifted = [y[(w - shift) % 130] for w in range(130)]
        largest.append(max(abs(r_by_hand(x, shifted, lag)) for lag in lags))
    assert found.band == pytest.approx(np.percentile(largest, 95), abs=1e-12)
    assert (found.shifts, found.observations, found.left_out) == (71, 130, 0)


@pytest.mark.parametrize(("lag", "first"), [(8, "RUT"), (-8, "ALT50"), (26, "RUT"), (-1, "ALT50")])
def test_a_planted_lag_is_found_with_its_sign(lag, first):
    found = lead_lag(planted(lag))
    assert found.peak_lag == lag
    assert abs(found.peak) > found.band
    assert f"with {first} {abs(lag)} week" in found.verdict
    assert CHANCE not in found.verdict


def test_a_peak_at_lag_0_is_called_moving_together_and_never_a_lead():
    found = lead_lag(planted(0))
    assert found.peak_lag == 0
    assert "together in the same week" in found.verdict
    assert "before" not in found.verdict


def test_a_peak_inside_the_band_reads_as_chance():
    x, y = noise(200, 3)
    found = lead_lag(weekly(x, y))
    assert abs(found.peak) <= found.band
    assert CHANCE in found.verdict


def test_independent_random_walks_of_twelve_years_stay_inside_the_band_about_19_times_in_20():
    rng = np.random.default_rng(2024)
    runs, outside = 100, 0
    for _ in range(runs):
        x, y = np.diff(np.cumsum(rng.normal(0, 0.03, (2, 625)), axis=1))
        found = lead_lag(weekly(x, y))
        outside += abs(found.peak) > found.band
    # 5 to 7 are expected; more than 14 would come about once in 500 times.
    assert 1 <= outside <= 14


def test_103_common_weeks_are_too_few():
    x, y = noise(104)
    assert not isinstance(lead_lag(weekly(x, y)), Unknown)
    y[50] = np.nan
    assert lead_lag(weekly(x, y)) == Unknown("103 common weeks of RUT and ALT50, 104 are needed.")


def test_weeks_without_both_returns_are_left_out_first_and_counted():
    x, y = noise(150)
    y[:10] = np.nan
    x[[60, 90]] = np.nan
    found = lead_lag(weekly(x, y))
    kept = np.isfinite(x) & np.isfinite(y)
    plain = lead_lag(weekly(x[kept], y[kept]))
    assert (found.observations, found.left_out) == (138, 2)
    assert np.array_equal(found.r, plain.r)
    assert found.band == plain.band


def test_more_than_two_thousand_shifts_are_drawn_by_a_seed():
    x, y = noise(2_100)
    one, same, other = (lead_lag(weekly(x, y), seed=seed) for seed in (0, 0, 1))
    assert one.shifts == 2_000
    assert one.band == same.band
    assert one.band == pytest.approx(other.band, rel=0.05)
    assert one.band != other.band


def test_a_line_that_never_moves_is_unknown_and_daily_returns_are_refused():
    x, y = noise()
    assert isinstance(lead_lag(weekly(x, 0 * y)), Unknown)
    daily = Pair("A", "B", "daily", "c", day("2020-01-01") + np.arange(200), x, y)
    with pytest.raises(ValueError, match="weekly"):
        lead_lag(daily)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(110, 190), st.floats(0.01, 100.0))
def test_later_weeks_and_units_change_nothing(seed, cut, scale):
    x, y = noise(200, seed)
    both = weekly(x, y)
    earlier = lead_lag(weekly(x[:cut], y[:cut]))
    found = lead_lag(both, as_of=both.days[cut - 1])
    assert np.array_equal(found.r, earlier.r)
    assert (found.band, found.verdict) == (earlier.band, earlier.verdict)
    scaled = lead_lag(weekly(scale * x, y / scale))
    assert scaled.r == pytest.approx(lead_lag(both).r, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_looking_from_the_other_side_mirrors_the_lags(seed):
    x, y = noise(150, seed)
    there, back = lead_lag(weekly(x, y)), lead_lag(weekly(y, x))
    assert there.r == pytest.approx(back.r[::-1], abs=1e-12)
