"""Beta, partial correlation and closing times, against statsmodels and plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation.pairs import Pair, correlate
from models.market.correlation.regression import (
    Beta,
    Partial,
    beta,
    least_squares,
    partial,
    rolling_partial,
    scholes_williams,
)
from models.market.snapshot import day
from models.market.unknown import Unknown


def weeks(n):
    return day("2018-01-05") + 7 * np.arange(n)


def market(n=260, seed=0, holes=0.05):
    """The pairs (RUT, ALT50), (RUT, SPX) and (RUT, BTC): SPX moves RUT and ALT50, BTC moves ALT50."""
    rng = np.random.default_rng(seed)
    spx, own, btc, alt = rng.normal(0, 0.02, (4, n))
    spx[1:] += 0.4 * spx[:-1]
    rut = 1.1 * spx + 0.5 * own
    coins = 0.8 * spx + 1.2 * btc + 0.3 * own + alt
    legs = {"RUT": rut, "ALT50": coins, "SPX": spx, "BTC": btc}
    for leg in legs.values():
        leg[rng.random(n) < holes] = np.nan
    return [Pair("RUT", b, "weekly", "c", weeks(n), legs["RUT"], legs[b]) for b in ("ALT50", "SPX", "BTC")]


# --- beta ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0, 1, 5, 12])
def test_newey_west_agrees_with_statsmodels(lag):
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(lag)
    x = rng.normal(0.01, 0.03, 120)
    noise = rng.normal(0, 0.05, 120) * (1 + 20 * np.abs(x))
    noise[1:] += 0.6 * noise[:-1]
    y = 0.002 + 1.4 * x + noise
    line = least_squares(x, y, lag=lag)
    outside = api.OLS(y, api.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lag})
    assert (line.intercept, line.slope) == pytest.approx(outside.params, rel=1e-10)
    assert line.covariance == pytest.approx(outside.cov_params(), rel=1e-9)
    at = np.linspace(-0.1, 0.1, 7)
    low, high = line.band(at)
    frame = outside.get_prediction(api.add_constant(at)).summary_frame(alpha=0.05)
    assert low == pytest.approx(frame["mean_ci_lower"], abs=1e-6)
    assert high == pytest.approx(frame["mean_ci_upper"], abs=1e-6)


def test_beta_is_the_slope_of_b_on_a_over_the_last_104_weeks():
    both, *_ = market()
    found = beta(both, as_of=both.days[200])
    rows = slice(97, 201)
    x, y = both.x[rows], both.y[rows]
    valid = np.isfinite(x) & np.isfinite(y)
    x, y = x[valid], y[valid]
    slope, intercept = np.polyfit(x, y, 1)
    assert isinstance(found, Beta)
    assert (found.value, found.intercept) == pytest.approx((slope, intercept))
    residual = y - intercept - slope * x
    design = np.column_stack((np.ones(x.size), x))
    middle = np.zeros((2, 2))
    for s in range(x.size):
        for t in range(x.size):
            weight = max(0.0, 1 - abs(s - t) / 6)
            middle += weight * residual[s] * residual[t] * np.outer(design[s], design[t])
    bread = np.linalg.inv(design.T @ design)
    assert found.standard_error == pytest.approx(np.sqrt((bread @ middle @ bread)[1, 1]))
    assert found.low < found.value < found.high
    assert (found.observations, found.day) == (x.size, both.days[rows][valid][-1])


def test_beta_of_69_weeks_is_unknown_and_of_70_is_not():
    both, *_ = market(n=104, holes=0.0)
    y = both.y.copy()
    y[:35] = np.nan
    assert beta(Pair("RUT", "B", "weekly", "c", both.days, both.x, y)) == Unknown(
        "69 common weeks of RUT and B among the last 104, 70 are needed."
    )
    y = y.copy()
    y[34] = 0.01
    assert isinstance(beta(Pair("RUT", "B", "weekly", "c", both.days, both.x, y)), Beta)


@pytest.mark.parametrize("constant", [0.0, 0.1])
def test_beta_on_a_line_that_does_not_vary_is_unknown(constant):
    both, *_ = market(holes=0.0)
    flat = Pair("A", "B", "weekly", "c", both.days, np.full(260, constant), both.y)
    assert isinstance(beta(flat), Unknown)


# --- partial -------------------------------------------------------------------------------------


def partial_by_hand(both, controls, window, row):
    rows = slice(max(row + 1 - window, 0), row + 1)
    lines = [both.x[rows], both.y[rows], *(one.y[rows] for one in controls)]
    valid = np.all(np.isfinite(lines), axis=0)
    x, y, *others = (one[valid] for one in lines)
    n = x.size
    if n < -(-2 * window // 3):
        return None
    design = np.column_stack((np.ones(n), *others))
    e, f = (leg - design @ np.linalg.lstsq(design, leg, rcond=None)[0] for leg in (x, y))
    r = np.corrcoef(e, f)[0, 1]
    a, b = (np.sum(leg[1:] * leg[:-1]) / np.sum(leg**2) for leg in (e, f))
    effective = min(max(n * (1 - a * b) / (1 + a * b), 4), n)
    half = 1.959964 / np.sqrt(max(1, effective - 3 - len(controls)))
    return r, np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half), n, effective


@pytest.mark.parametrize("window", [52, 90, 104])
@pytest.mark.parametrize("count", [1, 2])
def test_partial_correlation_agrees_with_the_residuals_of_least_squares(window, count):
    both, *others = market(holes=0.08)
    controls = tuple(others[:count])
    history = rolling_partial(both, controls, window=window)
    known = 0
    for row in range(20, 260, 11):
        expected = partial_by_hand(both, controls, window, row)
        found = history.at(both.days[row])
        if expected is None:
            assert isinstance(found, Unknown)
            assert "RUT, ALT50, SPX" in found.why
            continue
        known += 1
        got = (found.value, found.low, found.high, found.observations, found.effective)
        assert got == pytest.approx(expected, abs=1e-10)
        assert partial(both, controls, window=window, as_of=both.days[row]) == found
    assert known > 5


def test_a_control_takes_out_what_it_explains():
    rng = np.random.default_rng(3)
    common, one, two = rng.normal(0, 0.02, (3, 600))
    days = weeks(600)
    both = Pair("RUT", "ALT50", "weekly", "c", days, common + 0.3 * one, common + 0.3 * two)
    control = Pair("RUT", "SPX", "weekly", "c", days, both.x, common)
    found = partial(both, (control,), window=600)
    assert correlate(both, window=600).value > 0.85
    assert found.low < 0 < found.high
    assert found.given == ("SPX",)


def test_a_control_that_is_one_of_the_two_leaves_nothing():
    both, *_ = market(holes=0.0)
    same = Pair("RUT", "DOUBLE", "weekly", "c", both.days, both.x, 2 * both.x)
    found = partial(both, (same,), window=104)
    assert isinstance(found, Unknown)
    assert "nothing is left" in found.why


def test_a_control_that_does_not_vary_changes_only_the_band():
    both, *_ = market(holes=0.0)
    flat = Pair("RUT", "FLAT", "weekly", "c", both.days, both.x, np.full(260, 0.001))
    found, plain = partial(both, (flat,), window=104), correlate(both, window=104)
    assert found.value == pytest.approx(plain.value, abs=1e-12)
    assert found.high - found.low > plain.high - plain.low


def test_controls_may_begin_later_but_must_share_the_calendar():
    both, spx, _ = market(holes=0.0)
    late = Pair("RUT", "SPX", "weekly", "c", spx.days[200:], spx.x[200:], spx.y[200:])
    found = partial(both, (late,), window=52)
    assert isinstance(found, Partial)
    assert found == partial(both, (spx,), window=52)
    assert partial(both, (late,), window=104) == Unknown(
        "60 common weeks of RUT, ALT50, SPX among the last 104, 70 are needed."
    )
    other = Pair("RUT", "SPX", "weekly", "another", spx.days, spx.x, spx.y)
    with pytest.raises(ValueError, match="calendar"):
        partial(both, (other,), window=52)
    with pytest.raises(ValueError, match="control"):
        partial(both, (), window=52)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(60, 250))
def test_later_weeks_change_no_earlier_partial_correlation(seed, cut):
    both, spx, btc = market(seed=seed)
    pieces = [Pair(p.a, p.b, "weekly", "c", p.days[:cut], p.x[:cut], p.y[:cut]) for p in (both, spx, btc)]
    whole = rolling_partial(both, (spx, btc), window=52)
    part = rolling_partial(pieces[0], tuple(pieces[1:]), window=52)
    for name in ("value", "low", "high", "observations", "effective"):
        assert np.array_equal(getattr(whole, name)[:cut], getattr(part, name), equal_nan=True)


# --- closing times -------------------------------------------------------------------------------


def closing_times(n, late, seed=0):
    """Hours with one true correlation of 0.6; b's day ends `late` of 24 hours after a's."""
    rng = np.random.default_rng(seed)
    a, own = rng.normal(0, 1, (2, 24 * n))
    b = 0.6 * a + 0.8 * own
    x = a[: 24 * (n - 1)].reshape(-1, 24).sum(axis=1)
    y = b[late : 24 * (n - 1) + late].reshape(-1, 24).sum(axis=1)
    days = day("2010-01-01") + np.arange(n - 1)
    return Pair("RUT", "BTC", "daily", "every UTC day", days, 0.002 * x, 0.01 * y)


@pytest.mark.parametrize("late", [0, 4, 12])
def test_scholes_williams_gives_back_what_unequal_closing_times_hide(late):
    both = closing_times(6000, late)
    found = scholes_williams(both, window=5999)
    assert found.same == pytest.approx(0.6 * (24 - late) / 24, abs=0.03)
    assert found.value == pytest.approx(0.6, abs=0.05)
    assert found.value == pytest.approx(found.same + found.later + found.earlier)


def test_scholes_williams_by_hand_over_one_window_with_holes():
    both = closing_times(200, 4)
    x, y = both.x.copy(), both.y.copy()
    x[[120, 150]] = np.nan
    y[[100, 151, 180]] = np.nan
    holed = Pair("RUT", "BTC", "daily", "c", both.days, x, y)
    found = scholes_williams(holed, window=90, as_of=both.days[189])
    inside = range(100, 190)

    def covariance(step):
        kept = [(x[t], y[t + step]) for t in inside if t + step in inside]
        kept = [(p, q) for p, q in kept if np.isfinite(p) and np.isfinite(q)]
        return np.cov(*zip(*kept, strict=True))[0, 1]

    same = [(x[t], y[t]) for t in inside if np.isfinite(x[t]) and np.isfinite(y[t])]
    p, q = map(np.array, zip(*same, strict=True))
    expected = (covariance(0) + covariance(1) + covariance(-1)) / (p.std(ddof=1) * q.std(ddof=1))
    assert found.value == pytest.approx(expected)
    assert found.observations == 85


def test_scholes_williams_knows_nothing_of_the_next_day():
    both = closing_times(200, 4)
    cut = Pair("RUT", "BTC", "daily", "c", both.days[:150], both.x[:150], both.y[:150])
    assert scholes_williams(both, window=90, as_of=both.days[149]) == scholes_williams(cut, window=90)


def test_scholes_williams_is_for_daily_returns_and_enough_of_them():
    both = closing_times(60, 4)
    assert scholes_williams(both, window=90) == Unknown(
        "59 common days of RUT and BTC among the last 90, 60 are needed."
    )
    with pytest.raises(ValueError, match="daily"):
        scholes_williams(market()[0], window=52)
    flat = Pair("RUT", "USDT", "daily", "c", both.days, both.x, np.zeros(59))
    assert isinstance(scholes_williams(flat, window=30), Unknown)
