"""The solver against a second opinion, over many small programmes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.risk.linear_programme import most_within


@st.composite
def programmes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Worths, lines, bounds and tops as the limits of a plan give them: shares and sums, some tight."""
    columns, rows = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    tops = random.uniform(0.0, 1.0, columns)
    lines = random.choice([0.0, 1.0, 0.2], size=(rows, columns))
    bounds = lines @ tops * random.uniform(0.0, 1.2, rows)
    return 1.0 - 1e-6 * random.uniform(0.0, 1.0, columns), lines, bounds, tops


@settings(deadline=None, max_examples=60)
@given(programmes())
def test_nothing_that_keeps_within_the_bounds_is_worth_more(
    programme: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    worth, lines, bounds, tops = programme
    found = most_within(worth, lines, bounds, tops)
    other = linprog(-worth, A_ub=lines, b_ub=bounds, bounds=[(0.0, top) for top in tops], method="highs-ipm")
    assert found is not None
    assert other.status == 0
    np.testing.assert_allclose(worth @ found, -other.fun, rtol=1e-6, atol=1e-6)
    assert np.all(lines @ found <= bounds + 1e-7)
    assert np.all((found >= -1e-7) & (found <= tops + 1e-7))


def test_bounds_that_nothing_keeps_within_have_no_answer() -> None:
    one = np.ones(1)
    assert most_within(one, np.ones((1, 1)), -one, one) is None


def test_the_answer_is_the_same_at_every_call() -> None:
    tied = np.ones(4), np.ones((1, 4)), np.array([2.0]), np.ones(4)
    first = most_within(*tied)
    assert first is not None
    assert all(
        np.array_equal(first, other) for other in (most_within(*tied) for _ in range(3)) if other is not None
    )
