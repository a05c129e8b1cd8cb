"""The Metrics panel: one tile each, moving together, following the day."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from models.market.metrics_view import metrics
from ui.panels.metrics import MetricsPanel
from ui.theme.tokens import LIGHT


@pytest.fixture
def panel(qtbot, session, tasks, known) -> MetricsPanel:
    session.show_study(known)
    made = MetricsPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1280, 760)
    made.show()
    return made


def test_every_metric_has_its_tile_with_name_and_value(panel, session, known):
    found = {one.id: one for one in metrics(known, session.day)}
    assert set(panel._tiles) == set(found)
    for name, tile in panel._tiles.items():
        assert found[name].title in tile.accessibleName()
        assert tile.value.text() == found[name].value_text
        assert tile.chart.isVisible() == found[name].is_known
        assert tile.why.isVisible() != found[name].is_known


def test_tiles_follow_the_day_and_the_theme(panel, session, known, qtbot):
    session.set_day(known.market.days[400])
    found = {one.id: one for one in metrics(known, session.day)}
    qtbot.waitUntil(
        lambda: all(tile.value.text() == found[name].value_text for name, tile in panel._tiles.items())
    )
    session.set_theme(LIGHT)
    assert all(tile.theme is LIGHT for tile in panel._tiles.values())


def test_all_charts_move_together(panel):
    charts = [tile.chart for tile in panel._tiles.values()]
    panel.range.changed.emit("1y")
    assert {chart.range() for chart in charts} == {"1y"}


@pytest.mark.parametrize(("width", "columns"), [(640, 1), (940, 2), (1280, 3)])
def test_the_grid_takes_the_columns_that_fit(panel, width, columns):
    panel.resize(width, 700)
    QApplication.processEvents()
    assert panel._columns == columns
