"""What stands behind the record of theses: the passages, the numbers, what was left out."""

from __future__ import annotations

from models.market.theses.record import Ledger
from models.market.trace import Trace
from models.market.unknown import Unknown


def thesis_trace(found: Ledger) -> Trace:
    """Return the record of a ledger, explained."""
    record = found.record

    def share(value: float | Unknown, form: str) -> str:
        return f"unknown: {value.why}" if isinstance(value, Unknown) else form.format(value)

    steps = (
        (
            "Closed = confirmed + refuted + undecided",
            f"{record.confirmed} + {record.refuted} + {record.undecided}",
        ),
        ("Confirmed / closed", share(record.hit_rate, "{:.0%}")),
        ("Closed with a probability and a base rate", f"{record.scored}"),
        ("Brier score of your probabilities", share(record.own, "{:.3f}")),
        ("Brier score of the base rates", share(record.base, "{:.3f}")),
        ("Still open", f"{record.open}"),
    )
    left = []
    if record.hindsight:
        left.append(f"Written when later days were known: {record.hindsight}.")
    left += [
        f"Base rate of the thesis of {one.thesis.opened}: {one.base_rate.why}"
        for one in found.judged
        if isinstance(one.base_rate, Unknown)
    ]
    return Trace("Theses", 7, ("Theses:", "Base rate of a thesis"), steps, (), tuple(left))
