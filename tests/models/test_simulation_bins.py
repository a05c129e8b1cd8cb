"""Bins of simulated outcomes: by sums where they lie close, by ratios where they compound."""

from __future__ import annotations

import numpy as np
import pytest

from models.risk.simulation.estimates import FAR, common_edges, histogram


def test_outcomes_that_lie_close_are_counted_in_bins_of_equal_width():
    edges = common_edges(np.linspace(80.0, 120.0, 1_000))
    assert np.diff(edges) == pytest.approx(np.diff(edges)[0])


def test_outcomes_that_compound_are_counted_in_bins_of_equal_ratio():
    values = 100.0 * np.exp(np.random.default_rng(1).normal(0.0, 1.5, 20_000))
    edges = common_edges(values)
    assert edges[-1] > FAR * edges[0]
    assert edges[1:] / edges[:-1] == pytest.approx(edges[1] / edges[0])
    found = histogram(values, edges)
    assert found.counts.sum() == values.size
    assert found.counts[1:-1].max() < 0.2 * values.size, "No single bin holds nearly everything."


def test_where_everything_may_be_lost_bins_are_of_equal_width():
    edges = common_edges(np.concatenate([np.zeros(500), np.geomspace(1.0, 1_000.0, 500)]))
    assert np.diff(edges) == pytest.approx(np.diff(edges)[0])
