"""The sections of the report on rotation and on the confirmation signals."""

from __future__ import annotations

from models.market.gaps import change
from models.market.rotation.phases import MOMENTUM_DAYS, PHASES, sector_readings
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.values import Entry, percent, plain, put, text, unknown

ROTATION_KEYS = (
    "phase",
    "since",
    "raw_phase",
    "no_clear_phase",
    "strengths",
    "tiers",
    "sectors",
    "transitions",
    "transition_counts",
    "time_in_phase",
)


def rotation_section(study: Study, as_of: Day) -> Entry:
    """Return the phase, what speaks for it, and how often which phase followed which."""
    history = study.rotation
    if isinstance(history, Unknown):
        return unknown(ROTATION_KEYS, history.why)
    state = history.at(as_of)
    if isinstance(state, Unknown):
        return unknown(ROTATION_KEYS, state.why)
    spells = history.upto(as_of)
    entry: Entry = {}
    put(entry, "phase", state.phase)
    put(entry, "since", state.since)
    put(entry, "raw_phase", state.raw_phase)
    put(entry, "no_clear_phase", state.no_clear_phase)
    strengths = state.strengths
    entry["strengths"] = (
        None if isinstance(strengths, Unknown) else {key: plain(value) for key, value in strengths.items()}
    )
    if isinstance(strengths, Unknown):
        entry["why"] = f"{entry.get('why', '')} {strengths.why}".strip()
    entry["tiers"] = []
    for tier in state.tiers:
        one: Entry = {"tier": tier.tier}
        for key in ("momentum", "z", "breadth", "members"):
            put(one, key, getattr(tier, key))
        entry["tiers"].append(one)
    entry["sectors"] = []
    for sector in sector_readings(study.universe, study.sectors, as_of):
        one = {"sector": sector.sector}
        percent(one, "return_30d_pct", sector.change)
        percent(one, "vs_btc_30d_pct", sector.against_bitcoin)
        put(one, "members", sector.members)
        entry["sectors"].append(one)
    entry["transitions"] = {
        phase: {after: plain(share) for after, share in row.items()}
        for phase, row in spells.transitions.items()
    }
    entry["transition_counts"] = {
        phase: {
            "spells": after[0].of,
            "to": {
                one.to: {"count": one.count, "low": plain(one.low), "high": plain(one.high)} for one in after
            },
        }
        for phase in PHASES
        if (after := spells.after(phase))
    }
    entry["time_in_phase"] = {
        phase: {"spells": time.spells, "median_days": plain(time.median_days)}
        for phase, time in spells.time_in_phase.items()
    }
    return entry


def classes_section(study: Study, as_of: Day) -> Entry:
    """Return the user's own changes of tiers, sectors and baskets, which every figure takes in."""
    classes = study.classes
    row = study.market.position(as_of)
    baskets = []
    for basket in classes.baskets:
        one: Entry = {"id": basket.line, "title": basket.title, "coins": list(basket.coins)}
        values = study.baskets[basket.line].values[: row + 1]
        moved = float(change(values, MOMENTUM_DAYS)[-1]) if values.size else float("nan")
        why = Unknown(f"The basket has no value on this day or {MOMENTUM_DAYS} days before.")
        percent(one, "return_30d_pct", why if moved != moved else moved)
        baskets.append(one)
    return {
        "changes": classes.changes,
        "sectors": dict(classes.sectors),
        "tiers": dict(classes.changed_bounds),
        "baskets": baskets,
    }


def signals_section(study: Study, as_of: Day) -> list[Entry]:
    """Return every confirmation signal with its state, figure, threshold and reason."""
    entries = []
    for signal in study.signals.at(as_of):
        entry: Entry = {"id": signal.id, "title": signal.title, "state": signal.state}
        entry["value"] = plain(signal.value)
        entry["threshold"] = signal.threshold
        entry["since"] = text(signal.since)
        entry["series"] = list(signal.series)
        entry["age_days"] = signal.age_days
        entry["why"] = signal.why
        entries.append(entry)
    return entries


def score_section(study: Study, as_of: Day) -> Entry:
    """Count the signals; unknown ones are in neither side of the share."""
    score = study.signals.score(as_of)
    entry: Entry = {key: getattr(score, key) for key in ("confirms", "neutral", "contradicts", "unknown")}
    put(entry, "share", score.share)
    entry["weights"] = dict(study.signals.weights.given)
    return entry
