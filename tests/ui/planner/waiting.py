"""What the tests of the planner wait for and read."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from models.risk.plans.plan import Plan
from ui.panels.planner.panel import PlannerPanel


def assessed(panel: PlannerPanel, qtbot) -> None:
    """Wait until the figures are those of the plan."""
    qtbot.waitUntil(
        lambda: panel.desk.known is not None and panel.desk.known.plan == panel.keeper.plan, timeout=10_000
    )


def texts(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def with_paths(plan: Plan, paths: int) -> Plan:
    from models.risk.plans.edits import assumptions_changed

    return assumptions_changed(plan, paths=paths)
