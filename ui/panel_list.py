"""The panels of the window, in the order of the rail: a new panel is one file and one line here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; `module` and `factory` name its class, imported when it is first opened."""

    id: str
    title: str
    icon: str
    module: str
    factory: str


PANELS = (
    Panel("overview", "Overview", "overview", "ui.panels.overview", "OverviewPanel"),
    Panel("correlation", "Correlation", "correlation", "ui.panels.correlation", "CorrelationPanel"),
    Panel("season", "Season", "season", "ui.panels.season", "SeasonPanel"),
    Panel("rotation", "Rotation", "rotation", "ui.panels.rotation", "RotationPanel"),
    Panel("precedents", "Precedents", "precedents", "ui.panels.precedents", "PrecedentsPanel"),
    Panel("metrics", "Metrics", "metrics", "ui.panels.metrics", "MetricsPanel"),
    Panel("planner", "Planner", "planner", "ui.panels.planner.panel", "PlannerPanel"),
    Panel("journal", "Journal", "journal", "ui.panels.journal", "JournalPanel"),
    Panel("data", "Data", "data", "ui.panels.data.panel", "DataPanel"),
)
