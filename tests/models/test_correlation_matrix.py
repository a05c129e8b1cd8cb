"""The matrix of correlations and the scatter of one pair."""

from __future__ import annotations

import numpy as np
import pytest

from models.market.correlation.pairs import correlate, matrix, pair, scatter
from models.market.snapshot import Series, day
from models.market.study import study
from models.market.unknown import Unknown
from tests.markets import line, synthetic_market
from tests.models.correlation_cases import made, prices


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
