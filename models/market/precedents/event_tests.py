"""Events against any session, horizon by horizon: difference, interval, chance. Methods, section 7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.market.precedents.chance import bootstrap_differences, holm, shift_p_value
from models.market.precedents.event_windows import Measure, Windows
from models.market.snapshot import Bools, Days, Floats
from models.market.unknown import Unknown

HORIZONS = (7, 14, 30, 60, 90, 180, 365)
SPOKEN_HORIZON = 180
"""The horizon of the one sentence."""
INDEPENDENT_NEEDS = 8
"""Independent events below which nothing can be established."""
SIGNIFICANT = 0.05
SEED = 7
SHORTEST_BLOCK = 30
"""Days of a mean block of the bootstrap, at least."""


@dataclass(frozen=True, slots=True)
class HorizonResult:
    """What followed within `days` after an event, and after any session.

    Attributes
    ----------
    events, independent : those with an outcome; those of them at least `days` apart
    hits : events with a yes; for a size, events above zero
    rate, base_rate : shares of a yes, or means of a size, after events and after any session
    low, high : 95 % interval of `difference`
    p, p_adjusted : how often chance alone makes a gap this large; adjusted for asking all horizons
    """

    days: int
    events: int
    independent: int
    hits: int
    rate: float | Unknown
    base_rate: float | Unknown
    base_sessions: int
    difference: float | Unknown
    low: float | Unknown
    high: float | Unknown
    p: float | Unknown
    p_adjusted: float | Unknown

    @property
    def is_judged(self) -> bool:
        """Whether there are events enough for any claim."""
        return self.independent >= INDEPENDENT_NEEDS and not isinstance(self.p_adjusted, Unknown)

    @property
    def is_established(self) -> bool:
        return (
            self.is_judged
            and not isinstance(self.p_adjusted, Unknown)
            and bool(self.p_adjusted < SIGNIFICANT)
        )


@dataclass(frozen=True, slots=True)
class _Question:
    """An interval that is wanted: of which measure and horizon, over which sessions."""

    measure: int
    horizon: int
    block_days: int
    marked: Bools
    outcome: Floats


def against_base(
    windows: Windows,
    events: Bools,
    measure: Measure = "season",
    *,
    horizons: Sequence[int] = HORIZONS,
    seed: int = SEED,
    intervals: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[HorizonResult, ...]:
    """Test one measure at every horizon; the p-values are adjusted for asking all of them.

    Without `intervals` nothing is drawn, which leaves a hundredth of the work.
    """
    (found,) = against_bases(
        windows, events, (measure,), horizons=horizons, seed=seed, intervals=intervals, cancelled=cancelled
    )
    return found


def against_bases(
    windows: Windows,
    events: Bools,
    measures: Sequence[Measure],
    *,
    horizons: Sequence[int] = HORIZONS,
    seed: int = SEED,
    intervals: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[tuple[HorizonResult, ...], ...]:
    """Test several measures at every horizon; each is adjusted for its own horizons only.

    Once `cancelled()`, intervals that are still to be drawn are left out.
    """
    results: list[list[HorizonResult]] = []
    wanted: list[_Question] = []
    for at, measure in enumerate(measures):
        results.append([])
        for place, days in enumerate(horizons):
            found, marked, outcome = _compared(windows, events, measure, days)
            results[-1].append(found)
            if found.independent >= INDEPENDENT_NEEDS:
                wanted.append(_Question(at, place, max(days, SHORTEST_BLOCK), marked, outcome))
    for block_days in sorted({one.block_days for one in wanted}) if intervals else ():
        if cancelled():
            break
        together = [one for one in wanted if one.block_days == block_days]
        drawn = bootstrap_differences(
            [(one.marked, one.outcome) for one in together],
            mean_block=block_days * windows.sessions_per_day,
            generator=np.random.default_rng([seed, block_days]),
            longest=windows.sessions,
        )
        for one, differences in zip(together, drawn, strict=True):
            low, high = (float(edge) for edge in np.quantile(differences, [0.025, 0.975]))
            before = results[one.measure][one.horizon]
            results[one.measure][one.horizon] = replace(before, low=low, high=high)
    return tuple(_adjusted(found) for found in results)


def _adjusted(tests: Sequence[HorizonResult]) -> tuple[HorizonResult, ...]:
    adjusted = holm(np.array([number(test.p) for test in tests]))
    return tuple(
        replace(test, p_adjusted=float(value)) if np.isfinite(value) else test
        for test, value in zip(tests, adjusted.tolist(), strict=True)
    )


def _compared(
    windows: Windows, events: Bools, measure: Measure, days: int
) -> tuple[HorizonResult, Bools, Floats]:
    """Compare at one horizon, without an interval; also return marks and outcomes of the base."""
    base, outcome = windows.measured(measure, days)
    counted = events & base
    marked, outcome = counted[base], outcome[base]
    if not base.any():
        why = Unknown(f"No session has a window of {days} days that is past and known.")
        return HorizonResult(days, 0, 0, 0, why, why, 0, why, why, why, why, why), marked, outcome
    base_rate = float(outcome.mean())
    if not marked.any():
        why = Unknown(f"No event has a window of {days} days that is past and known.")
        nothing = HorizonResult(days, 0, 0, 0, why, base_rate, outcome.size, why, why, why, why, why)
        return nothing, marked, outcome
    rate = float(outcome[marked].mean())
    independent = independent_events(windows.days[counted], days)
    few = Unknown(f"{independent} independent events, {INDEPENDENT_NEEDS} are needed for an interval.")
    unknown = few if independent < INDEPENDENT_NEEDS else Unknown("The interval is being computed.")
    p = shift_p_value(marked, outcome)
    found = HorizonResult(
        days=days,
        events=int(marked.sum()),
        independent=independent,
        hits=int((outcome[marked] > 0).sum()),
        rate=rate,
        base_rate=base_rate,
        base_sessions=outcome.size,
        difference=rate - base_rate,
        low=unknown,
        high=unknown,
        p=p,
        p_adjusted=p,
    )
    return found, marked, outcome


def p_if_always(windows: Windows, events: Bools, days: int) -> float | None:
    """Return the p that an effect which never fails would have, with these very events.

    A season is put half a window after each event, as long as the median one, and nowhere else. The
    answer tells what the length of the history and the spacing of the events let be established at all:
    moving all events by less than the window moves hardly any outcome, and those moves count as chance.
    """
    inside = windows.finished(days, windows.first_index)
    if not (inside & events).any():
        return None
    lengths = [int((one.end - one.start).astype(int)) + 1 for one in windows.ground.seasons]
    lasting = int(np.median(lengths)) if lengths else SHORTEST_BLOCK
    place = windows.row.astype(np.int64)
    starts = place[inside & events] + max(days // 2, 1)
    before = np.searchsorted(starts, place, side="right")
    running = (before > 0) & (place < starts[np.maximum(before - 1, 0)] + lasting)
    coming = starts[np.minimum(before, starts.size - 1)]
    began = (before < starts.size) & (coming - place <= days)
    base = inside & ~running
    if not (base & events).any():
        return None
    return shift_p_value((events & base)[base], began[base].astype(np.float64))


def independent_events(days: Days, apart: int) -> int:
    """Count greedily the events that lie at least `apart` days after the last one counted."""
    count, last = 0, None
    for one in days.astype(np.int64).tolist():
        if last is None or one - last >= apart:
            count, last = count + 1, one
    return count


def number(value: float | Unknown) -> float:
    """Return a figure, NaN where it is unknown."""
    return np.nan if isinstance(value, Unknown) else value
