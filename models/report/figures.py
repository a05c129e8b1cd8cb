"""The report of figures: a :class:`Study` on one day, as one document of plain values.

The keys are a stable interface (docs/report.md); the page, the window's export and the tests read
the same object. Nothing is computed here: figures are taken, named, and turned into percent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models.market.changes import Happened
from models.market.freshness import age_in_days, is_too_old
from models.market.precedents.event_tests import SPOKEN_HORIZON
from models.market.precedents.event_windows import EventKind
from models.market.snapshot import Day, Market, Series
from models.market.study import Study
from models.report.correlations import correlation_section
from models.report.markets import alt50_section, dominance_section, russell_section, season_section
from models.report.phases import classes_section, rotation_section, score_section, signals_section
from models.report.records import changes_section, records_section
from models.report.trials import precedents_section
from models.report.values import Entry, text, unknown
from models.version import NAME, VERSION

SCHEMA = 1

Document = Mapping[str, Any]
States = Mapping[str, Entry]


def figures(
    study: Study,
    as_of: Day,
    *,
    event: EventKind = "breakout",
    horizon: int = SPOKEN_HORIZON,
    states: States | None = None,
    since: Day | None = None,
    corrections: Sequence[Happened] = (),
) -> Document:
    """Return every figure of the day `as_of`, JSON-ready: plain numbers, texts, lists, None.

    `study` is the study of the market cut at that day, so that bad ticks stand as they stood then.
    An unknown figure is None beside a `why`. `states` are those of the live series by id (state, since,
    until, why), for a report of today: only the cache knows what was tried. Without them the age decides.
    What changed is told from the day `since` on, or over the last 30 days, with the `corrections` of the past
    that the cache learnt meanwhile.
    """
    market = study.market
    return {
        "schema": SCHEMA,
        "application": f"{NAME} {VERSION}",
        "as_of": text(as_of),
        "known_at": text(market.known_at),
        "data": data_section(market, as_of, states or {}),
        "russell": russell_section(study, as_of),
        "alt50": alt50_section(study, as_of),
        "season": season_section(study, as_of),
        "dominance": dominance_section(study, as_of),
        "correlation": correlation_section(study, as_of),
        "rotation": rotation_section(study, as_of),
        "classes": classes_section(study, as_of),
        "precedents": precedents_section(study, as_of, kind=event, horizon=horizon),
        "signals": signals_section(study, as_of),
        "score": score_section(study, as_of),
        "records": records_section(study, as_of),
        "changes": changes_section(study, as_of, since, corrections),
    }


def data_section(market: Market, as_of: Day, states: States) -> Entry:
    """Say what the figures rest on: coins, days, bad ticks, and the state of every series."""
    held = [one for _, one in sorted(market.series.items()) if one.days.size]
    known = np.isfinite(market.price) | np.isfinite(market.cap)
    rows = np.flatnonzero(known.any(axis=1))
    entry: Entry = {
        "origin": market.origin,
        "coins": int(known.any(axis=0).sum()),
        "first_day": text(market.days[rows[0]]) if rows.size else None,
        "last_day": text(market.days[rows[-1]]) if rows.size else None,
        "bad_ticks": len(market.bad_ticks),
        "bad_tick_days": bad_tick_entries(market),
        "series": [series_state(one, as_of) | states.get(one.id.removesuffix(".adj"), {}) for one in held],
    }
    missing = [{"id": name} | state for name, state in states.items() if name not in market.series]
    if missing:
        entry["missing_series"] = missing
    if not rows.size:
        entry["why"] = "No coin has a price on or before this day."
    return entry


def bad_tick_entries(market: Market) -> list[Entry]:
    """List the coin-days left out, each with the change against the last good price that gave it away."""
    ticks = market.bad_ticks
    entries = []
    for row, column, change, price in zip(
        ticks.row.tolist(), ticks.column.tolist(), ticks.change.tolist(), ticks.price.tolist(), strict=True
    ):
        entry: Entry = {"day": text(market.days[row]), "coin": market.coins[column].id}
        if math.isfinite(price):
            entry["change_pct"] = 100 * change
        else:
            entry |= unknown(("change_pct",), "Without a price, between a bad tick and the return to normal.")
        entries.append(entry)
    return entries


def series_state(series: Series, as_of: Day) -> Entry:
    """Return one series with its age on `as_of`: `fresh`, or `stale` with the day since when."""
    last = series.days[-1]
    age = age_in_days(last, as_of)
    state: Entry = {
        "id": series.id,
        "source": series.source,
        "last_day": text(last),
        "age_days": age,
        "state": "fresh",
    }
    if is_too_old(series.calendar, last, as_of):
        state["state"] = "stale"
        state["since"] = text(last)
    return state
