"""The panels of the window, in the order of the rail: a new panel is one file and one entry here."""

from __future__ import annotations

from dataclasses import dataclass

from models.marked import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; `module` and `factory` name its class, imported when it is first opened.

    One that without `needs_market` opens before the first coin is there, too.
    """

    id: str
    title: str
    icon: str
    module: str
    factory: str
    needs_market: bool = True


PANELS = (
    Panel(
        "overview",
        QT_TRANSLATE_NOOP("MainWindow", "Overview"),
        "overview",
        "ui.panels.overview.panel",
        "OverviewPanel",
    ),
    Panel(
        "correlation",
        QT_TRANSLATE_NOOP("MainWindow", "Correlation"),
        "correlation",
        "ui.panels.correlation.panel",
        "CorrelationPanel",
    ),
    Panel(
        "season", QT_TRANSLATE_NOOP("MainWindow", "Season"), "season", "ui.panels.season.panel", "SeasonPanel"
    ),
    Panel(
        "rotation",
        QT_TRANSLATE_NOOP("MainWindow", "Rotation"),
        "rotation",
        "ui.panels.rotation.panel",
        "RotationPanel",
    ),
    Panel(
        "precedents",
        QT_TRANSLATE_NOOP("MainWindow", "Precedents"),
        "precedents",
        "ui.panels.precedents.panel",
        "PrecedentsPanel",
    ),
    Panel(
        "metrics", QT_TRANSLATE_NOOP("MainWindow", "Metrics"), "metrics", "ui.panels.metrics", "MetricsPanel"
    ),
    Panel(
        "planner",
        QT_TRANSLATE_NOOP("MainWindow", "Planner"),
        "planner",
        "ui.panels.planner.panel",
        "PlannerPanel",
    ),
    Panel(
        "journal",
        QT_TRANSLATE_NOOP("MainWindow", "Journal"),
        "journal",
        "ui.panels.journal.panel",
        "JournalPanel",
        needs_market=False,
    ),
    Panel(
        "data",
        QT_TRANSLATE_NOOP("MainWindow", "Data"),
        "data",
        "ui.panels.data.panel",
        "DataPanel",
        needs_market=False,
    ),
)
