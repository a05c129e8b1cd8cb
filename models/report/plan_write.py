"""The report of a plan as text: JSON for scripts, a page for people, a table for spreadsheets."""

from __future__ import annotations

import json

from models.report.plan_figures import plan_figures
from models.risk.findings import Findings


def written_plan(found: Findings, form: str) -> str:
    """Return the report as `json`, `html`, `print` (a page for Qt's text engine) or `csv` (the positions)."""
    if form == "csv":
        from models.risk.plans.export import positions_csv

        return positions_csv(found.assessment.portfolio)
    document = plan_figures(found)
    if form == "json":
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    from models.report.plan_page import plan_page

    return plan_page(found, document, printed=form == "print")
