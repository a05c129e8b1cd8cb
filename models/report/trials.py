"""The section of the report on precedents: the claim on trial."""

from __future__ import annotations

from models.market.precedents.event_windows import ground_upto
from models.market.precedents.rule import trigger_line
from models.market.precedents.verdict import (
    HORIZONS,
    SPOKEN_HORIZON,
    Event,
    EventKind,
    Ground,
    HorizonResult,
    Precedents,
    precedents,
)
from models.market.snapshot import BITCOIN, Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.values import Entry, percent, plain, put, text, unknown

PLACEBOS = ("SPX", "NDX")
KEYS = ("event", "events", "horizons", "placebos", "seasons_without_event", "verdict", "established")


def precedents_section(
    study: Study, as_of: Day, *, kind: EventKind = "breakout", horizon: int = SPOKEN_HORIZON
) -> Entry:
    """Return every event, what followed, and how often chance alone does as well.

    `study` ends on `as_of`: a window that ends later is not known.
    """
    trigger = trigger_line(study, "RUT", as_of)
    if isinstance(trigger, Unknown):
        return unknown(KEYS, "The Russell 2000 (RUT) is not in the cache.") | {"horizon": horizon}
    if BITCOIN not in study.market.column:
        why = "Bitcoin is not in the cache, and every outcome is measured against it."
        return unknown(KEYS, why) | {"horizon": horizon}
    ground = ground_upto(study, as_of)
    found = precedents(trigger, ground, kind=kind, spoken=horizon)
    entry: Entry = {
        "event": kind,
        "horizon": horizon,
        "trigger": trigger.id,
        "events": [event_entry(event) for event in found.events],
        "horizons": [horizon_entry(one) for one in found.horizons],
        "relative": relative_entries(found),
        "placebos": placebo_entries(study, ground, kind),
        "seasons_without_event": [
            {"start": text(one.start), "end": text(one.end)} for one in found.seasons_without_event
        ],
        "verdict": found.verdict,
        "established": found.established,
    }
    if found.established is None:
        entry["why"] = found.verdict
    return entry


def event_entry(event: Event) -> Entry:
    outcomes: Entry = {}
    for one in event.outcomes:
        outcome: Entry = {}
        percent(outcome, "alt50_pct", one.alt50)
        percent(outcome, "alt50_minus_btc_pct", one.alt50_minus_btc)
        put(outcome, "season_change", one.season_change)
        put(outcome, "season_began", one.season_began)
        if None in outcome.values():
            outcome["why"] = "The window is not past, not wholly covered by known values, or inside a season."
        outcomes[str(one.days)] = outcome
    entry: Entry = {
        "day": text(event.day),
        "level": plain(event.level),
        "outcomes": outcomes,
        "days_to_season": event.days_to_season,
        "inside_season": not event.at_risk,
    }
    if event.days_to_season is None:
        entry["why"] = "No season has begun since."
    return entry


def horizon_entry(result: HorizonResult) -> Entry:
    entry: Entry = {"days": result.days}
    for key in ("events", "independent", "hits", "base_sessions"):
        put(entry, key, getattr(result, key))
    for key in ("rate", "base_rate", "difference", "low", "high", "p", "p_adjusted"):
        put(entry, key, getattr(result, key))
    return entry


def relative_entries(found: Precedents) -> list[Entry]:
    """ALT50 against Bitcoin, as differences of log returns."""
    entries = []
    for one in found.relative:
        entry: Entry = {"days": one.days, "events": one.events}
        for key in ("mean", "median", "base_mean", "base_median"):
            put(entry, key, getattr(one, key))
        if None in entry.values():
            entry["why"] = f"No event has a known window of {one.days} days."
        entries.append(entry)
    return entries


def placebo_entries(study: Study, ground: Ground, kind: EventKind) -> list[Entry]:
    """Ask the same of other indices: a story that any record tells is not about small caps."""
    entries = []
    for name in PLACEBOS:
        series = study.line(name)
        results = precedents(series, ground, kind=kind).horizons if series.days.size else ()
        for one in results:
            entry: Entry = {"trigger": name, "days": one.days, "events": one.events, "hits": one.hits}
            put(entry, "rate", one.rate)
            entries.append(entry)
        if not results:
            entries += [
                {"trigger": name, "days": days}
                | unknown(("events", "hits", "rate"), f"{name} is not in the cache.")
                for days in HORIZONS
            ]
    return entries
