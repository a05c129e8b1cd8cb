"""Correlation of two lines: alignment, windows, bands, matrix; against plain Python from the methods."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import pairwise
from math import atanh, ceil, log, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.correlation import (
    WINDOWS,
    Correlation,
    Pair,
    correlate,
    matrix,
    minimum,
    pair,
    rolling,
    scatter,
)
from models.market.snapshot import Series, day
from models.market.study import study
from models.market.unknown import Unknown
from tests.markets import line, synthetic_market

# --- the methods, by hand ------------------------------------------------------------------------


def by_hand(pairs, method="pearson", controls=0, span=None, half_life=None):
    """Correlate a list of (x, y), None where missing; returns value, low, high, n, n_eff, or None."""
    span = span or len(pairs)
    aged = [(len(pairs) - 1 - i, x, y) for i, (x, y) in enumerate(pairs)][-span:]
    kept = [(age, x, y) for age, x, y in aged if x is not None and y is not None]
    n = len(kept)
    if n < ceil(2 * span / 3):
        return None
    xs, ys = [x for _, x, _ in kept], [y for _, _, y in kept]
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        return None
    weights = [0.5 ** (age / half_life) for age, _, _ in kept] if half_life else [1.0] * n
    if method == "ewma":
        return pearson_by_hand(xs, ys, weights), None, None, n, None
    dx, dy = demeaned(xs), demeaned(ys)
    a, b = memory(dx), memory(dy)
    effective = min(max(n * (1 - a * b) / (1 + a * b), 4.0), n)
    if method == "spearman":
        xs, ys = ranks(xs), ranks(ys)
    r = pearson_by_hand(xs, ys, weights)
    half = 1.959964 * sqrt((1.06 if method == "spearman" else 1.0) / max(1.0, effective - 3 - controls))
    if abs(r) > 1 - 1e-15:
        return r, r, r, n, effective
    return r, tanh(atanh(r) - half), tanh(atanh(r) + half), n, effective


def demeaned(values):
    mean = sum(values) / len(values)
    return [v - mean for v in values]


def memory(values):
    return sum(p * q for p, q in pairwise(values)) / sum(v * v for v in values)


def ranks(values):
    return [sum(w < v for w in values) + (sum(w == v for w in values) + 1) / 2 for v in values]


def pearson_by_hand(xs, ys, weights):
    total = sum(weights)
    mean_x = sum(w * x for w, x in zip(weights, xs, strict=True)) / total
    mean_y = sum(w * y for w, y in zip(weights, ys, strict=True)) / total
    together = sum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, xs, ys, strict=True))
    xx = sum(w * (x - mean_x) ** 2 for w, x in zip(weights, xs, strict=True))
    yy = sum(w * (y - mean_y) ** 2 for w, y in zip(weights, ys, strict=True))
    return max(-1.0, min(1.0, together / sqrt(xx * yy)))


def as_lists(both):
    return [
        (x if np.isfinite(x) else None, y if np.isfinite(y) else None)
        for x, y in zip(both.x.tolist(), both.y.tolist(), strict=True)
    ]


def made(n=300, seed=0, holes=0.08, returns="weekly", lean=0.4, memory_of=0.3):
    """A pair with memory and holes; its values are rounded, so that ranks have ties."""
    rng = np.random.default_rng(seed)
    x, y = np.zeros(n), np.zeros(n)
    shocks = rng.normal(0.0, 0.02, (2, n))
    for i in range(n):
        x[i] = memory_of * (x[i - 1] if i else 0.0) + shocks[0, i]
        y[i] = memory_of * (y[i - 1] if i else 0.0) + lean * shocks[0, i] + shocks[1, i]
    x, y = np.round(x, 3), np.round(y, 3)
    x[rng.random(n) < holes] = np.nan
    y[rng.random(n) < holes] = np.nan
    days = day("2015-01-02") + 7 * np.arange(n)
    return Pair("RUT", "ALT50", returns, "made up", days, x, y)


# --- alignment -----------------------------------------------------------------------------------


def prices(first, last, *, closed=(), weekends=False, start=100.0, calendar="session", name="RUT"):
    """A line whose log price is different on every day, so that a return tells its two ends."""
    every = np.arange(day(first), day(last) + 1)
    shut = {day(one) for one in closed}
    days = np.array([d for d in every if d not in shut and (weekends or np.is_busday(d))])
    ordinal = (days - day("2000-01-01")).astype(float)
    return line(name, days, start * np.exp(1e-6 * ordinal**2), calendar)


def ends(log_return, days):
    """Find the two days whose prices make a return of `prices`."""
    return [
        (str(p), str(q))
        for p in days
        for q in days
        if p < q and abs(1e-6 * (ordinal(q) ** 2 - ordinal(p) ** 2) - log_return) < 1e-10
    ]


def ordinal(one):
    return float((one - day("2000-01-01")).astype(float))


def steps(both, leg, days):
    return [(str(d), ends(float(value), days)) for d, value in zip(both.days, leg, strict=True)]


def bitcoin(first, last, *, closed=()):
    return prices(first, last, closed=closed, weekends=True, calendar="daily", name="BTC")


def test_daily_returns_of_both_legs_span_the_weekend_and_the_holiday():
    # 4 July 2024 was a Thursday; 3 July was a (short) session.
    index = prices("2024-06-28", "2024-07-09", closed=["2024-07-04"])
    both = pair(
        index, bitcoin("2024-06-20", "2024-07-12"), returns="daily", sessions=index, as_of=day("2024-07-12")
    )
    expected = [
        ("2024-07-01", [("2024-06-28", "2024-07-01")]),
        ("2024-07-02", [("2024-07-01", "2024-07-02")]),
        ("2024-07-03", [("2024-07-02", "2024-07-03")]),
        ("2024-07-05", [("2024-07-03", "2024-07-05")]),
        ("2024-07-08", [("2024-07-05", "2024-07-08")]),
        ("2024-07-09", [("2024-07-08", "2024-07-09")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, np.arange(day("2024-06-20"), day("2024-07-13"))) == expected


def test_a_day_that_bitcoin_lacks_costs_both_returns_that_touch_it():
    index = prices("2024-07-01", "2024-07-12", closed=["2024-07-04"])
    coin = bitcoin("2024-07-01", "2024-07-12", closed=["2024-07-09"])
    both = pair(index, coin, returns="daily", sessions=index, as_of=day("2024-07-12"))
    missing = [str(d) for d, value in zip(both.days, both.y, strict=True) if np.isnan(value)]
    assert missing == ["2024-07-09", "2024-07-10"]
    assert np.isfinite(both.x).all()


GOOD_FRIDAY = ("2024-03-29",)


def test_the_week_of_good_friday_ends_on_its_thursday_for_both_and_counts_from_friday():
    index = prices("2024-03-11", "2024-04-12", closed=GOOD_FRIDAY)
    coin = bitcoin("2024-03-11", "2024-04-12")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day("2024-04-12"))
    expected = [
        ("2024-03-22", [("2024-03-15", "2024-03-22")]),
        ("2024-03-29", [("2024-03-22", "2024-03-28")]),
        ("2024-04-05", [("2024-03-28", "2024-04-05")]),
        ("2024-04-12", [("2024-04-05", "2024-04-12")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, coin.days) == expected


@pytest.mark.parametrize(
    ("as_of", "last"),
    [("2024-03-28", "2024-03-22"), ("2024-03-29", "2024-03-29"), ("2024-04-04", "2024-03-29")],
)
def test_a_week_counts_once_its_friday_is_over(as_of, last):
    index = prices("2024-03-11", "2024-04-12", closed=GOOD_FRIDAY)
    both = pair(
        index, bitcoin("2024-03-11", "2024-04-12"), returns="weekly", sessions=index, as_of=day(as_of)
    )
    assert str(both.days[-1]) == last


def test_the_week_of_11_september_2001_ends_on_its_monday():
    shut = [f"2001-09-{d}" for d in (11, 12, 13, 14)]
    index = prices("2001-08-27", "2001-09-28", closed=shut)
    coin = bitcoin("2001-08-27", "2001-09-28")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day("2001-09-30"))
    expected = [
        ("2001-09-07", [("2001-08-31", "2001-09-07")]),
        ("2001-09-14", [("2001-09-07", "2001-09-10")]),
        ("2001-09-21", [("2001-09-10", "2001-09-21")]),
        ("2001-09-28", [("2001-09-21", "2001-09-28")]),
    ]
    assert steps(both, both.x, index.days) == expected
    assert steps(both, both.y, coin.days) == expected


def test_a_week_without_a_session_is_missing_and_no_false_zero():
    shut = [f"2024-07-{d:02d}" for d in range(8, 13)]
    index = prices("2024-06-17", "2024-08-02", closed=shut)
    both = pair(
        index, bitcoin("2024-06-17", "2024-08-02"), returns="weekly", sessions=index, as_of=day("2024-08-02")
    )
    missing = [str(d) for d, value in zip(both.days, both.x, strict=True) if np.isnan(value)]
    assert missing == ["2024-07-12", "2024-07-19"]
    assert np.array_equal(np.isnan(both.x), np.isnan(both.y))


def test_two_coins_use_every_day_and_the_friday_itself():
    a, b = bitcoin("2024-06-01", "2024-07-31"), bitcoin("2024-06-05", "2024-07-31", closed=["2024-07-05"])
    index = prices("2024-06-01", "2024-07-31", closed=["2024-07-04"])
    daily = pair(a, b, returns="daily", sessions=index, as_of=day("2024-07-31"))
    assert daily.days.size == 56
    weekly = pair(a, b, returns="weekly", sessions=index, as_of=day("2024-07-31"))
    assert {str(d) for d in weekly.days[np.isnan(weekly.y)]} == {"2024-07-05", "2024-07-12"}
    assert "Friday" in weekly.calendar


def test_an_equity_without_session_dates_is_refused():
    index = prices("2024-06-01", "2024-07-31")
    with pytest.raises(ValueError, match="session"):
        pair(index, index, returns="daily", sessions=None, as_of=day("2024-07-31"))
    with pytest.raises(ValueError, match="session"):
        matrix([index], returns="daily", window=30, sessions=None, as_of=day("2024-07-31"))


def test_a_late_publication_stands_on_the_day_it_became_known():
    every = np.arange(day("2024-06-01"), day("2024-07-01"))
    supply = Series("S", "S", "USD", "t", "daily", every, np.exp(np.arange(30.0) ** 2 / 1e3), 2)
    other = bitcoin("2024-06-01", "2024-06-30")
    both = pair(supply, other, returns="daily", sessions=None, as_of=day("2024-06-30"))
    assert str(both.days[0]) == "2024-06-04"
    assert both.x[0] == pytest.approx((1 - 0) / 1e3)
    assert np.isfinite(both.x).all()


def test_a_monthly_series_stays_unknown_and_says_why():
    months = np.arange("2020-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    money = Series("M2", "M2", "USD", "t", "monthly", months, 100.0 + np.arange(months.size), 60)
    both = pair(
        money, bitcoin("2020-01-01", "2024-06-30"), returns="weekly", sessions=None, as_of=day("2024-06-30")
    )
    found = rolling(both, window=52).at(day("2024-06-30"))
    assert found == Unknown("0 common weeks of M2 and BTC among the last 52, 35 are needed.")


def test_values_without_a_logarithm_are_missing():
    every = np.arange(day("2024-06-01"), day("2024-06-11"))
    rate = Series("F", "F", "", "t", "daily", every, np.array([1.0, 2, 0, 3, -1, 4, 5, 6, 7, 8]))
    both = pair(
        rate, bitcoin("2024-06-01", "2024-06-10"), returns="daily", sessions=None, as_of=day("2024-06-10")
    )
    assert np.isfinite(both.x).tolist() == [True, False, False, False, False, True, True, True, True]


@pytest.mark.parametrize("returns", ["daily", "weekly"])
def test_lines_without_a_common_day_give_an_empty_pair_that_says_so(returns):
    index = prices("2024-01-01", "2024-02-01")
    empty = Series("NEW", "New", "USD", "t", "daily", index.days[:0], index.values[:0])
    for other in (empty, bitcoin("2024-02-02", "2024-03-01")):
        both = pair(index, other, returns=returns, sessions=index, as_of=day("2024-02-01"))
        assert both.days.size == 0
        found = rolling(both, window=30).at(day("2024-02-01"))
        assert isinstance(found, Unknown)
        assert "no common return" in found.why
        assert isinstance(scatter(both, window=30), Unknown)


def week_by_hand(sessions, as_of):
    """Methods 3 with the calendar of the standard library: {Friday: last session of its week}."""
    result = {}
    friday = sessions[0] + timedelta((4 - sessions[0].weekday()) % 7)
    while friday <= as_of:
        last = sessions[bisect_right(sessions, friday) - 1]
        result[friday] = last if friday - last < timedelta(7) else None
        friday += timedelta(7)
    return result


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 150), min_size=3, max_size=110),
    st.sets(st.integers(0, 150), min_size=3, max_size=150),
    st.integers(20, 160),
)
def test_weekly_returns_follow_the_calendar_whatever_days_are_missing(open_days, coin_days, cut):
    origin = date(2024, 1, 1)
    sessions = sorted(origin + timedelta(d) for d in open_days)
    held = {origin + timedelta(d): log(100.0 + d * d % 37) for d in coin_days}
    as_of = origin + timedelta(cut)
    index = line("RUT", np.array(sessions, dtype="datetime64[D]"), np.arange(1.0, len(sessions) + 1))
    days = sorted(held)
    coin = line("BTC", np.array(days, dtype="datetime64[D]"), np.exp([held[d] for d in days]), "daily")
    both = pair(index, coin, returns="weekly", sessions=index, as_of=day(str(as_of)))
    known = [d for d in sessions if d <= as_of]
    weeks = week_by_hand(known, as_of) if known else {}
    fridays = sorted(weeks)
    expected = {}
    for before, friday in pairwise(fridays):
        p, q = held.get(weeks[before]), held.get(weeks[friday])
        expected[friday] = None if p is None or q is None else q - p
    got = dict(zip(both.days.astype(object).tolist(), both.y.tolist(), strict=True))
    for friday, value in expected.items():
        if value is not None and index.values[0] > 0:
            assert got[friday] == pytest.approx(value, abs=1e-12)
    assert {f for f, v in got.items() if np.isfinite(v)} == {f for f, v in expected.items() if v is not None}


# --- windows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("window", [26, 52, 104])
def test_history_agrees_with_the_methods_by_hand(method, window):
    both = made()
    history = rolling(both, window=window, method=method)
    listed = as_lists(both)
    known = 0
    for row in range(0, both.days.size, 7):
        expected = by_hand(listed[: row + 1], method, span=window)
        if expected is None:
            assert np.isnan(history.value[row])
            continue
        known += 1
        got = (
            history.value[row],
            history.low[row],
            history.high[row],
            history.observations[row],
            history.effective[row],
        )
        assert got == pytest.approx(expected, abs=1e-12)
    assert known > 10


def test_exponential_weights_halve_every_half_life_valid_or_not():
    both = made()
    history = rolling(both, window=13, method="ewma")
    listed = as_lists(both)
    for row in range(30, 300, 9):
        expected = by_hand(listed[: row + 1], "ewma", span=52, half_life=13)
        got = history.at(both.days[row])
        if expected is None:
            assert isinstance(got, Unknown)
        else:
            assert got.value == pytest.approx(expected[0], abs=1e-12)
            assert (got.low, got.high, got.effective, got.unstable) == (None, None, None, None)
            assert got.observations == expected[3]


@pytest.mark.parametrize(
    ("window", "method", "needed"),
    [
        (52, "pearson", 35),
        (26, "pearson", 18),
        (90, "spearman", 60),
        (365, "pearson", 244),
        (13, "ewma", 35),
        (30, "ewma", 80),
    ],
)
def test_a_window_needs_two_thirds_of_its_returns(window, method, needed):
    assert minimum(window, method) == needed
    both = made(n=400, holes=0.0)
    y = both.y.copy()
    y[: 400 - needed] = np.nan
    enough = Pair("RUT", "B", "weekly", "", both.days, both.x, y)
    found = correlate(enough, window=window, method=method)
    assert isinstance(found, Correlation)
    assert found.observations == needed
    y = y.copy()
    y[-1] = np.nan
    short = correlate(Pair("RUT", "B", "weekly", "", both.days, both.x, y), window=window, method=method)
    assert isinstance(short, Unknown)
    assert f"{needed - 1} common weeks" in short.why
    assert f"{needed} are needed" in short.why


def test_one_correlation_equals_its_row_of_the_history():
    both = made()
    for method in ("pearson", "spearman", "ewma"):
        history = rolling(both, window=26, method=method)
        for at in (5, 40, 200, 299):
            assert correlate(both, window=26, method=method, as_of=both.days[at]) == history.at(both.days[at])
        assert correlate(both, window=26, method=method) == history.at(both.days[-1] + 3)


def test_a_flat_line_is_unknown_with_a_reason():
    both = made(holes=0.0)
    flat = Pair("RUT", "USDT", "weekly", "", both.days, both.x, np.zeros(300))
    for method in ("pearson", "spearman", "ewma"):
        found = correlate(flat, window=26, method=method)
        assert isinstance(found, Unknown)
        assert "did not vary" in found.why
    assert isinstance(
        scatter(Pair("A", "B", "weekly", "", both.days, np.zeros(300), both.y), window=52), Unknown
    )


def test_a_line_against_itself_is_one_without_a_band():
    both = made(holes=0.0)
    found = correlate(Pair("A", "A", "weekly", "", both.days, both.x, both.x), window=52)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0), abs=1e-9)
    assert found.unstable is False


def opposed(n=52, seed=2, second_half=-0.9):
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(0, 0.02, (2, n))
    sign = np.where(np.arange(n) < n // 2, 0.9, second_half)
    return Pair("RUT", "B", "weekly", "", day("2020-01-03") + 7 * np.arange(n), x, sign * x + 0.2 * noise)


def test_halves_that_contradict_each_other_are_called_unstable():
    assert correlate(opposed(), window=52).unstable is True
    assert correlate(opposed(), window=52, method="spearman").unstable is True
    assert correlate(opposed(second_half=0.5), window=52).unstable is False


def test_halves_that_differ_in_sign_within_their_bands_are_not_unstable():
    rng = np.random.default_rng(5)
    calm = 0
    for _ in range(40):
        x, y = rng.normal(0, 0.02, (2, 52))
        both = Pair("A", "B", "weekly", "", day("2020-01-03") + 7 * np.arange(52), x, y)
        calm += correlate(both, window=52).unstable is False
    assert calm >= 35


def test_an_odd_window_puts_the_middle_return_into_its_second_half():
    whole = opposed(n=53)
    listed = as_lists(whole)
    first, second = by_hand(listed[:26]), by_hand(listed[26:])
    contradict = first[0] * second[0] < 0
    apart = not first[1] <= second[0] <= first[2] and not second[1] <= first[0] <= second[2]
    assert correlate(whole, window=53).unstable is (contradict and apart) is True


def test_a_half_with_too_few_pairs_contradicts_nothing():
    both = opposed()
    y = both.y.copy()
    y[:9] = np.nan  # 17 pairs are left in the first half, 18 are needed
    found = correlate(Pair("RUT", "B", "weekly", "", both.days, both.x, y), window=52)
    assert (found.observations, found.unstable) == (43, False)


def test_a_window_of_five_is_refused():
    with pytest.raises(ValueError, match="6 returns"):
        rolling(made(), window=5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman", "ewma"]), st.integers(8, 30))
def test_later_returns_change_no_earlier_row(seed, method, window):
    both = made(n=150, seed=seed)
    cut = seed % 120 + 20
    earlier = Pair("RUT", "ALT50", "weekly", "", both.days[:cut], both.x[:cut], both.y[:cut])
    whole, part = (rolling(each, window=window, method=method) for each in (both, earlier))
    for name in ("value", "low", "high", "observations", "effective"):
        assert np.array_equal(getattr(whole, name)[:cut], getattr(part, name), equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman"]))
def test_order_of_the_legs_and_units_do_not_matter(seed, method):
    both = made(n=120, seed=seed)
    mirrored = Pair("ALT50", "RUT", "weekly", "", both.days, 1000 * both.y, both.x / 7)
    a, b = (rolling(each, window=26, method=method) for each in (both, mirrored))
    for name in ("value", "low", "high", "effective"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("returns", ["daily", "weekly"])
def test_a_pair_of_the_whole_market_shows_what_the_market_of_that_day_shows(returns):
    market = synthetic_market(days=500, coins=30, seed=3)
    whole = study(market)
    for as_of in (market.days[300], market.days[371], market.days[499]):
        seen = market.cut(as_of)
        for other in ("BTC", "coin-003", "STABLECOIN_SUPPLY"):
            if market.has_open_ticks(as_of):
                continue
            legs = (seen.series["RUT"], study(seen).line(other))
            then = pair(*legs, returns=returns, sessions=seen.series["RUT"], as_of=as_of)
            now = whole.pair("RUT", other, returns)
            size = then.days.size
            assert np.array_equal(now.days[:size], then.days)
            assert now.row(as_of) == size - 1
            assert np.array_equal(now.y[:size], then.y, equal_nan=True)
            window = WINDOWS[returns][0]
            assert rolling(now, window=window).at(as_of) == correlate(then, window=window)


# --- matrix and scatter --------------------------------------------------------------------------


@pytest.mark.parametrize(("returns", "window"), [("weekly", 52), ("daily", 90), ("daily", 365)])
def test_matrix_holds_what_the_pairs_hold(returns, window):
    market = synthetic_market(days=700, coins=30, seed=4)
    whole = study(market)
    names = ("RUT", "SPX", "BTC", "ETH", "ALT50", "coin-005", "coin-009", "M2")
    as_of = market.days[690]
    grid = matrix(
        [whole.line(name) for name in names],
        returns=returns,
        window=window,
        sessions=whole.sessions,
        as_of=as_of,
    )
    assert grid.ids == names
    assert np.array_equal(grid.value, grid.value.T, equal_nan=True)
    known = 0
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            found = correlate(
                pair(
                    whole.line(a),
                    # A session line in every pair puts all of them on the matrix's calendar.
                    _on_sessions(whole.line(b)),
                    returns=returns,
                    sessions=whole.sessions,
                    as_of=as_of,
                ),
                window=window,
            )
            if isinstance(found, Unknown):
                assert np.isnan(grid.value[i, j])
            else:
                known += 1
                assert grid.value[i, j] == pytest.approx(found.value, abs=1e-12)
                assert grid.observations[i, j] == found.observations
    assert known >= 9


def _on_sessions(series):
    return Series(
        series.id, series.title, "", "", "session", series.days, series.values, series.available_after_days
    )


def test_matrix_of_unknown_and_empty_lines_is_unknown():
    index = prices("2024-01-01", "2024-12-31")
    empty = Series("NEW", "New", "USD", "t", "daily", index.days[:0], index.values[:0])
    still = line("USDT", index.days, np.ones(index.days.size), "daily")
    grid = matrix([index, empty, still], returns="daily", window=60, sessions=index, as_of=day("2024-12-31"))
    assert grid.value[0, 0] == 1.0
    assert np.isnan(grid.value[1:]).all()
    assert grid.observations.tolist() == [[60, 0, 60], [0, 0, 0], [60, 0, 60]]
    nothing = matrix([empty], returns="weekly", window=52, sessions=index, as_of=day("2024-12-31"))
    assert np.isnan(nothing.value).all()
    assert nothing.day is None


def test_scatter_draws_the_line_of_least_squares_with_a_band_around_it():
    both = made()
    found = scatter(both, window=104)
    days, x, y = both.recent(104)
    assert np.array_equal(found.days, days)
    slope, intercept = np.polyfit(x, y, 1)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))
    middle = found.intercept + found.slope * found.band_x
    assert (found.band_low < middle).all()
    assert (found.band_high > middle).all()
    assert np.allclose(found.band_low + found.band_high, 2 * middle)
    narrowest = found.band_x[np.argmin(found.band_high - found.band_low)]
    assert abs(narrowest - x.mean()) < 2 * x.std()
    assert (found.band_x[0], found.band_x[-1]) == (x.min(), x.max())


def test_scatter_of_too_few_weeks_says_so():
    both = made(n=40, holes=0.0)
    assert scatter(both, window=104) == Unknown(
        "40 common weeks of RUT and ALT50 among the last 104, 70 are needed."
    )
