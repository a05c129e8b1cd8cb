"""A study on one day as text: JSON for scripts, a page for people."""

from __future__ import annotations

import json

from models.market.snapshot import Day
from models.market.study import Study
from models.report.figures import figures


def written(study: Study, as_of: Day, form: str) -> str:
    """Return the report as `json` or `html`; `study` should end on `as_of` (`Study.as_seen_on`)."""
    document = figures(study, as_of)
    if form == "json":
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    from models.report.page import page

    return page(study, document, as_of)
