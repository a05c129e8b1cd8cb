"""The chart of how often an outcome came."""

from __future__ import annotations

import numpy as np

from ui.charts.histogram import HistogramChart


def test_bins_of_equal_ratio_are_drawn_at_equal_distances(qtbot):
    chart = HistogramChart("Value at the end")
    qtbot.addWidget(chart)
    chart.set_histograms(np.geomspace(10.0, 100_000.0, 5), np.array([1.0, 4.0, 2.0, 1.0]), np.ones(4))
    assert chart.is_log
    assert chart.x_extent() == (1.0, 5.0)
    named, _ = chart.ticks((1.0, 5.0), (0.0, 4.0))
    assert dict(named)[3.0] == "1 k"
    heading, entries, (middle, _) = chart.described(1)
    assert heading.startswith("100")
    assert middle == 2.5
    assert entries[0].value.startswith("50.0")


def test_bins_of_equal_width_keep_their_own_axis(qtbot):
    chart = HistogramChart("Deepest drawdown")
    qtbot.addWidget(chart)
    chart.set_histograms(np.linspace(0.0, 1.0, 5), np.ones(4), np.ones(4))
    assert not chart.is_log
    assert chart.x_extent() == (0.0, 1.0)
