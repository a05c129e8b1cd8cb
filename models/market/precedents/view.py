"""Everything the Precedents panel shows of one rule on one day. Methods, section 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.precedents.event_tests import (
    HORIZONS,
    SIGNIFICANT,
    HorizonResult,
    against_bases,
    p_if_always,
)
from models.market.precedents.event_windows import Measure, Windows, ground_upto, record_events
from models.market.precedents.fan import Fan, famous_events, fan
from models.market.precedents.placebos import Placebo, placebos
from models.market.precedents.rule import RANDOM, Rule, marked_events, trigger_line
from models.market.precedents.verdict import Event, followed
from models.market.precedents.waits import Waits, waits
from models.market.season.index import Season
from models.market.snapshot import Bools, Day
from models.market.study import Cancelled, Study
from models.market.unknown import Unknown

TABLE_HORIZONS = (30, 90, 180)
SIZES: dict[str, Measure] = {"alt50": "alt50", "excess": "excess", "season": "season_change"}
"""The path that is drawn for each outcome."""
TESTS: dict[str, Measure] = {"alt50": "alt50", "excess": "excess", "season": "season"}
"""What is held against the base rate for each outcome."""

State = Literal["hit", "miss", "open", "not at risk", "unknown"]
Note = Literal["overlap", "breakout", "inside", "before"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event: what followed, whether it was a success, and what must be known to judge it.

    `state` is that of the sentence's horizon: `open` while its window is not past, `not at risk`
    inside a running season, `unknown` where an end of the window is not known. `notes`: it lies within
    the horizon of the event before (`overlap`), is a breakout among records, lies inside a season, or
    before the first known season index.
    """

    event: Event
    state: State
    notes: tuple[Note, ...]
    famous: str = ""

    @property
    def day(self) -> Day:
        return self.event.day


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of the one sentence."""

    title: str
    since: Day | None
    tested: HorizonResult | Unknown
    horizons: int
    established: bool | None
    """None where the events are too few for any claim."""
    p_if_always: float | None
    """What p would be, had a season begun after every event and at no other time; None for other
    successes than a season."""

    @property
    def adjusted_if_always(self) -> float | None:
        """The same, adjusted for the horizons asked: what could be established at best."""
        return None if self.p_if_always is None else min(1.0, self.p_if_always * self.horizons)

    @property
    def reachable(self) -> bool:
        """Whether a season after every event could be established, history being as short as it is."""
        return self.adjusted_if_always is None or self.adjusted_if_always < SIGNIFICANT


@dataclass(frozen=True)
class PrecedentView:
    """A rule on trial, as of one day."""

    rule: Rule
    day: Day
    title: str
    rows: tuple[EventRow, ...]
    """Oldest first; from the first day of ALT50 on."""
    verdict: Verdict
    success: tuple[HorizonResult, ...]
    outcome: tuple[HorizonResult, ...]
    fan: Fan
    waits: Waits
    placebos: tuple[Placebo, ...]
    seasons_without_event: tuple[Season, ...]
    first_day: Day | None
    """The first session of the span, where the season index or ALT50 begins."""
    complete: bool
    """False while the intervals are still being drawn."""

    def count(self, state: State) -> int:
        return sum(row.state == state for row in self.rows)


def precedent_view(
    study: Study,
    rule: Rule,
    as_of: Day,
    *,
    intervals: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrecedentView | Unknown:
    """Judge a rule by what was known at the end of `as_of`; pure, and the same for the same arguments.

    Without `intervals` everything but the whiskers is there, in about a tenth of the time.

    Raises
    ------
    Cancelled
        Between two steps, once `cancelled()` is true.
    """

    def step() -> None:
        if cancelled():
            raise Cancelled

    line = trigger_line(study, rule.trigger, as_of)
    if isinstance(line, Unknown):
        return line
    ground = ground_upto(study, as_of)
    if not np.isfinite(ground.bitcoin).any():
        return Unknown("Bitcoin is not in the cache, and every outcome is measured against it.")
    windows = Windows(line, ground, rule.since)
    events = marked_events(line, rule)
    measures = tuple(dict.fromkeys((rule.success, TESTS[rule.outcome])))
    tests = against_bases(windows, events, measures, intervals=intervals, cancelled=cancelled)
    success, outcome = tests[0], tests[-1]
    step()
    rows = _rows(windows, events, rule)
    drawn = fan(windows, events, SIZES[rule.outcome])
    step()
    waited = waits(windows, events)
    step()
    event_days = windows.days[events]
    return PrecedentView(
        rule=rule,
        day=as_of,
        title=line.title,
        rows=rows,
        verdict=_verdict(rule, line.title, success, windows, events),
        success=success,
        outcome=outcome,
        fan=drawn if rule.trigger != RANDOM else replace(drawn, famous=()),
        waits=waited,
        placebos=placebos(study, rule, as_of, ground, windows, success, intervals=intervals),
        seasons_without_event=tuple(
            season
            for season in ground.seasons
            if not ((event_days < season.start) & (event_days >= season.start - 180)).any()
        ),
        first_day=_first_of(windows, rule.success),
        complete=intervals,
    )


def _first_of(windows: Windows, success: Measure) -> Day | None:
    return windows.first_index if success == "season" else windows.first_alt50


def _verdict(
    rule: Rule, title: str, success: tuple[HorizonResult, ...], windows: Windows, events: Bools
) -> Verdict:
    found = next((one for one in success if one.days == rule.horizon), None)
    since = _first_of(windows, rule.success)
    tested: HorizonResult | Unknown
    if found is None or since is None:
        tested = Unknown("Nothing can be judged: the season index is not known on any day of the span.")
    elif not found.events:
        tested = Unknown(f"No event since {since} has a window of {rule.horizon} days that is past.")
    else:
        tested = found
    established = None if isinstance(tested, Unknown) or not tested.is_judged else tested.is_established
    asked = sum(not isinstance(one.p, Unknown) for one in success)
    at_best = None
    if rule.success == "season" and not isinstance(tested, Unknown):
        at_best = p_if_always(windows, events, rule.horizon)
    return Verdict(title, since, tested, asked, established, at_best)


def _rows(windows: Windows, events: Bools, rule: Rule) -> tuple[EventRow, ...]:
    """Return every event from the first day of ALT50 on, oldest first."""
    base, success = windows.measured(rule.success, rule.horizon)
    at = np.flatnonzero(events & windows.finished(0, windows.first_alt50))
    breakouts = record_events(windows.level, "breakout", spacing=1)
    names = {} if rule.trigger == RANDOM else dict(famous_events(windows.days[at]))
    all_before = windows.days[np.flatnonzero(events)]
    rows = []
    for place, row in enumerate(at.tolist()):
        day = windows.days[row]
        notes: list[Note] = []
        earlier = all_before[all_before < day]
        if earlier.size and (day - earlier[-1]).astype(int) < rule.horizon:
            notes.append("overlap")
        if rule.kind == "record" and rule.trigger != RANDOM and breakouts[row]:
            notes.append("breakout")
        if not windows.at_risk[row]:
            notes.append("inside")
        if windows.first_index is None or day < windows.first_index:
            notes.append("before")
        state: State
        if base[row]:
            state = "hit" if success[row] else "miss"
        elif int(windows.row[row]) + rule.horizon >= windows.n_days:
            state = "open"
        elif rule.success == "season" and not windows.at_risk[row]:
            state = "not at risk"
        else:
            state = "unknown"
        rows.append(EventRow(followed(windows, row, HORIZONS), state, tuple(notes), names.get(place, "")))
    return tuple(rows)
