"""The sections of the report on Russell 2000, ALT50, season and dominance."""

from __future__ import annotations

import numpy as np

from models.market.gaps import change
from models.market.returns import Index
from models.market.season.index import HEADLINE, Season, SeasonReading, Variant
from models.market.snapshot import Day
from models.market.study import VARIANTS, Study
from models.market.unknown import Unknown
from models.report.season_parts import season_parts
from models.report.values import Entry, percent, plain, put, text, unknown

RUSSELL_KEYS = (
    "series",
    "day",
    "close",
    "record_close",
    "record_day",
    "distance_to_record_pct",
    "sessions_since_record",
    "is_record",
    "is_breakout",
    "vs_sp500_63_sessions_pct",
    "above_200_session_mean",
    "record_days_total",
    "breakout_days",
)


def russell_section(study: Study, as_of: Day) -> Entry:
    """Say where the Russell 2000 stands: its record, its distance, its breakouts."""
    history = study.russell
    state = history if isinstance(history, Unknown) else history.at(as_of)
    if isinstance(state, Unknown):
        return unknown(RUSSELL_KEYS, state.why)
    entry: Entry = {"series": state.series, "day": text(state.day), "close": plain(state.close)}
    put(entry, "record_close", state.record_close)
    put(entry, "record_day", state.record_day)
    percent(entry, "distance_to_record_pct", state.distance)
    put(entry, "sessions_since_record", state.sessions_since_record)
    put(entry, "is_record", state.is_record)
    put(entry, "is_breakout", state.is_breakout)
    percent(entry, "vs_sp500_63_sessions_pct", state.vs_sp500_63)
    put(entry, "above_200_session_mean", state.above_200)
    put(entry, "record_days_total", state.record_days_total)
    put(entry, "breakout_days", list(state.breakout_days))
    return entry


def alt50_section(study: Study, as_of: Day) -> Entry:
    """Return the level of ALT50 and its simple changes over 30 and 90 days."""
    entry: Entry = {}
    put(entry, "value", _on(study.alt50.values, study, as_of, "ALT50 has no value on this day."))
    for key, index, days in (
        ("return_30d_pct", study.alt50, 30),
        ("return_90d_pct", study.alt50, 90),
        ("equal_weight_return_90d_pct", study.alt50_equal, 90),
    ):
        percent(entry, key, _change(index, study, as_of, days))
    return entry


def _on(values: np.ndarray, study: Study, as_of: Day, why: str) -> float | Unknown:
    value = float(values[study.market.position(as_of)])
    return value if np.isfinite(value) else Unknown(why)


def _change(index: Index, study: Study, as_of: Day, days: int) -> float | Unknown:
    at = study.market.position(as_of)
    recent = index.values[max(at - days - 3, 0) : at + 1]
    if recent.size > days:
        value = float(change(recent, days)[-1])
        if np.isfinite(value):
            return value
    return Unknown(f"{index.title} has no value {days} days before this day, or none within the last 3 days.")


def variant_entry(variant: Variant, reading: SeasonReading | Unknown) -> Entry:
    """Return one definition of the season index with what was counted and left out."""
    entry: Entry = {"top": variant.top, "window_days": variant.window, "weights": variant.weights}
    if isinstance(reading, Unknown):
        return entry | unknown(("index", "beating", "counted", "too_young", "label"), reading.why)
    put(entry, "index", reading.index)
    for key in ("beating", "counted", "too_young", "label"):
        put(entry, key, getattr(reading, key))
    return entry


def season_entry(season: Season) -> Entry:
    return {
        "start": text(season.start),
        "end": text(season.end),
        "days": plain(season.days),
        "peak": plain(season.peak),
        "strength": None if season.strong is None else "strong" if season.strong else "weak",
    }


def season_section(study: Study, as_of: Day) -> Entry:
    """Return the season index in every definition, the seasons so far, and what they rest on."""
    readings = {variant: study.season[variant].at(as_of) for variant in VARIANTS}
    found = study.seasons_upto(as_of)
    headline = readings[HEADLINE]
    entry: Entry = {
        "variants": [variant_entry(v, readings[v]) for v in VARIANTS if v.weights == "equal"],
        "cap_weighted": [variant_entry(v, readings[v]) for v in VARIANTS if v.weights == "cap"],
        "universe_basis": [
            {"from": text(start), "basis": basis} for start, basis in study.universe.basis(HEADLINE.top)
        ],
        "seasons": [season_entry(season) for season in found.known],
        "forming": season_entry(found.forming) if found.forming else None,
    }
    run = headline if isinstance(headline, Unknown) else headline.index
    put(entry, "days_in_state", run if isinstance(run, Unknown) else headline.days_in_state)  # type: ignore[union-attr]
    return entry | season_parts(study, as_of)


def dominance_section(study: Study, as_of: Day) -> Entry:
    """Return Bitcoin's share of all caps, its trend and levels, and the growth of the rest."""
    state = study.dominance.at(as_of)
    entry: Entry = {}
    percent(entry, "total_pct", state.dominance)
    percent(entry, "total_ex_stable_pct", state.dominance_ex_stable)
    put(entry, "trend", state.trend)
    put(entry, "sustained_below_55", state.sustained_below_55)
    put(entry, "sustained_below_50", state.sustained_below_50)
    put(entry, "total_usd", state.total)
    put(entry, "total2_usd", state.total2)
    put(entry, "total3_usd", state.total3)
    for key, value in (
        ("btc_cap_growth_30d_pct", state.btc_growth_30),
        ("btc_cap_growth_90d_pct", state.btc_growth_90),
        ("total2_growth_30d_pct", state.total2_growth_30),
        ("total2_growth_90d_pct", state.total2_growth_90),
        ("total2_ex_stable_growth_30d_pct", state.total2_ex_stable_growth_30),
        ("total2_ex_stable_growth_90d_pct", state.total2_ex_stable_growth_90),
        ("total2_from_record_pct", state.total2_from_record),
    ):
        percent(entry, key, value)
    put(entry, "marked_days", list(state.marked_days))
    return entry
