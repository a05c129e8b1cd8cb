"""The rule that makes a day an event: which line, how quiet before, how far apart. Methods, section 7."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.precedents.event_tests import SEED, SPOKEN_HORIZON
from models.market.precedents.event_windows import QUIET, SPACING, EventKind, Measure, record_events
from models.market.snapshot import Bools, Day, Series
from models.market.study import Study
from models.market.unknown import Unknown

OutcomeKind = Literal["alt50", "excess", "season"]
RANDOM = "random"
"""The trigger that is no line: days drawn by chance, as many as the Russell 2000 has events."""
RUSSELL = ("RUT", "IWM.adj")
GOLD = ("GOLD", "XAU", "GC=F", "pax-gold", "tether-gold")
"""Where gold may be cached, the longest history first; the last two are tokens that follow its price."""
PLACEBOS = (("SPX",), ("NDX",), GOLD)
SUCCESSES: tuple[Measure, ...] = ("season", "alt50_up", "beats_btc", "beats_median")


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything that a person can choose about the claim.

    Attributes
    ----------
    kind : a record after a quiet time, or every record
    quiet : sessions strictly between a breakout and the record before, at least
    spacing : sessions since the last event that counted, at least
    trigger : the id of any line with sessions or days, or `random`
    horizon : days of the one sentence
    outcome : what paths, table and the chart against the base rate show
    success : what counts as a hit in the sentence and beside the placebos
    since : sessions before this day are left out; None for all
    """

    kind: EventKind = "breakout"
    quiet: int = QUIET
    spacing: int = SPACING
    trigger: str = "RUT"
    horizon: int = SPOKEN_HORIZON
    outcome: OutcomeKind = "excess"
    success: Measure = "season"
    since: Day | None = None
    seed: int = SEED


def trigger_line(study: Study, name: str, as_of: Day) -> Series | Unknown:
    """Return the line whose records are the events, as it was known on `as_of`.

    Without the index, the Russell 2000 is the adjusted close of IWM, with its own records.
    """
    names = RUSSELL if name in ("RUT", RANDOM) else (name,)
    for one in names:
        found = study.line(one).upto(as_of)
        if found.days.size:
            if found.calendar not in ("session", "daily"):
                return Unknown(f"{found.title} has no value a day: a record of it has no day.")
            return found
    title = "The Russell 2000 (RUT)" if name in ("RUT", RANDOM) else name
    return Unknown(f"{title} is not in the cache up to {as_of}.")


def first_cached(study: Study, names: tuple[str, ...], as_of: Day) -> str | None:
    """Return the first of some lines that has a value by `as_of`."""
    return next((name for name in names if study.line(name).upto(as_of).days.size), None)


def marked_events(line: Series, rule: Rule) -> Bools:
    """Return which days of a line are events by the rule; drawn by chance for `random`.

    Days drawn by chance are as many as the line has events, between its first event and its last
    day, at least the spacing apart.
    """
    marked = record_events(line.values, rule.kind, quiet=rule.quiet, spacing=rule.spacing)
    if rule.trigger != RANDOM:
        return marked
    inside = np.ones(line.days.size, np.bool_) if rule.since is None else line.days >= rule.since
    rows = np.flatnonzero(inside)
    drawn = np.zeros(line.days.size, np.bool_)
    count = int((marked & inside).sum())
    if count:
        places = spaced_draws(rows.size, count, rule.spacing, np.random.default_rng(rule.seed), 1)[0]
        drawn[rows[places]] = True
    return drawn


def spaced_draws(
    n: int, count: int, spacing: int, generator: np.random.Generator, draws: int
) -> NDArray[np.intp]:
    """Draw `count` of n places, at least `spacing` apart where they fit; shape (draws, count), ascending.

    The gaps beyond the spacing are those between sorted uniform numbers, which are exponential waiting
    times made to fill the room that is left.
    """
    count = min(count, n)
    spacing = min(spacing, (n - 1) // (count - 1)) if count > 1 else 1
    room = n - (count - 1) * max(spacing, 1)
    waits = generator.standard_exponential((draws, count + 1))
    places = np.cumsum(waits, axis=1)
    inside = places[:, :-1] / places[:, -1:]
    return np.floor(inside * room).astype(np.intp) + max(spacing, 1) * np.arange(count)


def of_kind(rule: Rule, trigger: str) -> Rule:
    """Return the same rule for another line."""
    return replace(rule, trigger=trigger)


def triggers(study: Study) -> tuple[tuple[str, str], ...]:
    """Return (id, title) of every line whose records can be events, and of random days.

    A line with one value a week or a month is left out: its records have no day.
    """
    offered = []
    for name, title in study.lines():
        series = study.market.series.get(name)
        if series is not None and series.calendar not in ("session", "daily"):
            continue
        if name != "RUT":
            offered.append((name, title))
    first = [("RUT", study.line("RUT").title)] if study.line("RUT").days.size else []
    return (*first, (RANDOM, "Random days"), *offered)
