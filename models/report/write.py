"""A study on one day as text: JSON for scripts, a page for people."""

from __future__ import annotations

import json
from collections.abc import Sequence

from models.market.changes import Happened
from models.market.precedents.event_tests import SPOKEN_HORIZON
from models.market.precedents.event_windows import EventKind
from models.market.snapshot import Day
from models.market.study import Study
from models.report.figures import States, figures


def written(
    study: Study,
    as_of: Day,
    form: str,
    *,
    event: EventKind = "breakout",
    horizon: int = SPOKEN_HORIZON,
    since: Day | None = None,
    states: States | None = None,
    corrections: Sequence[Happened] = (),
) -> str:
    """Return the report as `json` or `html`; `study` should end on `as_of` (`Study.as_seen_on`).

    `event` and `horizon` (one of `HORIZONS`) choose the precedents and the horizon of their sentence;
    `states` are those of the live series (`data.listing.report_states`), `corrections` what providers
    replaced (`data.revised.corrections_for`).
    """
    document = figures(
        study, as_of, event=event, horizon=horizon, states=states, since=since, corrections=corrections
    )
    if form == "json":
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    from models.report.page import page

    return page(study, document, as_of)
