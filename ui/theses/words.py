"""What a thesis says, in plain sentences: its words, its state and the record."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.market.theses.record import Judged, Record
from models.market.theses.thesis import Condition, Thesis
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.widgets import dates, numbers

Tr = Callable[[str], str]
PERCENT = ("alt50", "excess", "dominance")


def measure_names(tr: Tr) -> dict[str, str]:
    """What can be asked of a window, in words."""
    return {
        "alt50": tr("ALT50, change"),
        "excess": tr("ALT50 − Bitcoin"),
        "season": tr("Altcoin season"),
        "season_index": tr("Season index"),
        "dominance": tr("Bitcoin dominance"),
    }


def state_text(state: str, tr: Tr) -> str:
    """A state with its mark: the mark says the same without colour."""
    return {
        "open": tr("… open"),
        "confirmed": tr("✓ confirmed"),
        "refuted": tr("✕ refuted"),
        "undecided": tr("– undecided"),
    }[state]


def condition_text(one: Condition, tr: Tr) -> str:
    """A condition in a few words."""
    if one.measure == "season":
        return tr("a season begins") if one.side == "above" else tr("no season begins")
    level = (
        numbers.percent(one.level, 0 if round(one.level * 100, 6).is_integer() else 1)
        if one.measure in PERCENT
        else numbers.fixed(one.level, 0)
    )
    name = {
        "alt50": tr("ALT50"),
        "excess": tr("ALT50 − Bitcoin"),
        "season_index": tr("season index"),
        "dominance": tr("dominance"),
    }[one.measure]
    side = tr("above") if one.side == "above" else tr("below")
    when = tr("on some day") if one.when == "any" else tr("on the last day")
    return f"{name} {side} {level} {when}"


def thesis_text(one: Thesis, tr: Tr) -> str:
    """What is expected, and what would refute it."""
    text = tr("{0} within {1} days").format(_first_large(condition_text(one.confirms, tr)), one.window)
    if one.confirms.when == "end":
        text = tr("{0} of {1}").format(_first_large(condition_text(one.confirms, tr)), one.window)
        if one.confirms.measure == "season":
            text = tr("No season begins within {0} days").format(one.window)
    if one.refutes is None:
        return text
    if _is_opposite(one.confirms, one.refutes):
        return tr("{0}, else refuted").format(text)
    return tr("{0}; refuted by: {1}").format(text, condition_text(one.refutes, tr))


def event_text(one: Thesis, tr: Tr) -> str:
    """The event that it follows; empty without one."""
    if one.event_day is None:
        return ""
    kind = tr("breakout") if one.kind == "breakout" else tr("record")
    return tr("After the {0} of {1} on {2}").format(
        kind, one.trigger, _day(np.datetime64(one.event_day, "D"))
    )


def outcome_text(one: Judged, tr: Tr) -> str:
    """When it closed; while it is open, how its measure stands."""
    if one.decided is not None:
        return _day(one.decided)
    if not np.isfinite(one.value):
        return ""
    if one.thesis.confirms.measure == "season":
        return tr("so far: yes") if one.value else tr("so far: no")
    sign = one.thesis.confirms.measure in ("alt50", "excess")
    value = (
        numbers.percent(one.value, 1, sign=sign)
        if one.thesis.confirms.measure in PERCENT
        else numbers.fixed(one.value, 0)
    )
    return tr("so far: {0}").format(value)


def tip(one: Judged, tr: Tr) -> str:
    """All about a thesis in a few lines."""
    lines = [thesis_text(one.thesis, tr), event_text(one.thesis, tr)]
    if isinstance(one.base_rate, Unknown):
        lines.append(tr("Base rate unknown: {0}").format(readable(one.base_rate.why)))
    else:
        lines.append(base_sentence(one.base_rate, one.base_days, tr))
    if one.thesis.is_hindsight:
        lines.append(tr("Written when later days were known: left out of the record."))
    lines.append(one.thesis.note)
    return "\n".join(line for line in lines if line)


def base_sentence(rate: float | Unknown, count: int, tr: Tr) -> str:
    """How often the same words came true before."""
    if isinstance(rate, Unknown):
        return tr("How often that came true before is unknown: {0}").format(readable(rate.why))
    return tr("The same came true after {0} of {1} earlier days, whose windows overlap.").format(
        numbers.percent(rate, 0), numbers.whole(count)
    )


def closed_sentence(one: Judged, tr: Tr) -> str:
    """What is told when a thesis closes."""
    how = {
        "confirmed": tr("was confirmed"),
        "refuted": tr("was refuted"),
        "undecided": tr("ended undecided"),
    }.get(one.state, "")
    opened = _day(np.datetime64(one.thesis.opened, "D"))
    when = "" if one.decided is None else tr(" on {0}").format(_day(one.decided))
    return tr("Your thesis of {0} {1}{2}: {3}.").format(opened, how, when, thesis_text(one.thesis, tr))


def record_sentences(found: Record, tr: Tr) -> str:
    """The record in plain sentences: how many, how often right, and whether better than the base rate."""
    parts = [
        tr("Open: {0}. Closed: {1}, of these {2} confirmed, {3} refuted, {4} undecided.").format(
            found.open, found.closed, found.confirmed, found.refuted, found.undecided
        )
    ]
    if isinstance(found.hit_rate, Unknown):
        parts.append(readable(found.hit_rate.why))
    else:
        parts.append(tr("Confirmed: {0} of the closed ones.").format(numbers.percent(found.hit_rate, 0)))
    if isinstance(found.own, Unknown) or isinstance(found.base, Unknown):
        if not isinstance(found.hit_rate, Unknown) and isinstance(found.own, Unknown):
            parts.append(readable(found.own.why))
    else:
        better = found.own < found.base
        parts.append(
            tr("Brier score of your probabilities {0}, of the base rates {1} (0 is perfect): {2}.").format(
                numbers.fixed(found.own),
                numbers.fixed(found.base),
                tr("yours were closer") if better else tr("the base rates were as close or closer"),
            )
        )
    if found.hindsight:
        parts.append(
            tr("Left out, because later days were known when they were written: {0}.").format(found.hindsight)
        )
    return " ".join(parts)


def _is_opposite(one: Condition, other: Condition) -> bool:
    """Whether one says of the last day what the other denies."""
    if one.measure == other.measure == "season":
        return one.side != other.side
    same = (one.measure, one.level, one.when) == (other.measure, other.level, other.when)
    return same and one.when == "end" and one.side != other.side


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: np.datetime64) -> str:
    return dates.short_day_text(day)
