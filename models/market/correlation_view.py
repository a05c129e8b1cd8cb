"""Everything that is shown of two lines together: histories once, one day as a slice. Methods, section 3."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from models.market.correlation import (
    WINDOWS,
    Correlation,
    Matrix,
    Method,
    Pair,
    Returns,
    Rolling,
    Scatter,
    matrix,
    minimum,
    rolling,
    scatter,
)
from models.market.leadlag import LeadLag, lead_lag
from models.market.regimes import Regime, regimes
from models.market.regression import (
    BETA_WINDOW,
    Beta,
    Partial,
    RollingPartial,
    beta,
    rolling_partial,
)
from models.market.snapshot import Day, Days, Floats, Series
from models.market.study import MAIN_LINES, Study
from models.market.unknown import Unknown

CONTROLS = ("SPX", "BTC")
"""What may be held constant, the usual one first."""
REFERENCE = "BTC"
"""A third price line, for comparison."""
NEAR_BASE = 45
"""Days by which the third line may move the common first day."""
LONGEST_STEP = 10
"""A price line with a longer gap than this is broken there."""
USUAL_WINDOW: dict[Returns, int] = {"weekly": 52, "daily": 90}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asks for; `given` is the line held constant in the rolling chart, or empty."""

    a: str = "RUT"
    b: str = "ALT50"
    returns: Returns = "weekly"
    window: int = 52
    method: Method = "pearson"
    given: str = ""


@dataclass(frozen=True, slots=True)
class Indexed:
    """Prices as multiples of their first common day, which is 100; NaN breaks the line at a gap."""

    id: str
    title: str
    days: Days
    values: Floats

    def upto(self, day: Day) -> tuple[Days, Floats]:
        """Return days and values up to a day (views)."""
        end = int(np.searchsorted(self.days, day, side="right"))
        return self.days[:end], self.values[:end]


@dataclass(frozen=True)
class CorrelationHistory:
    """The histories of one choice; row t of each knows days <= t only.

    Attributes
    ----------
    titles : of a and b
    base : the first common day, None without one
    indexed : a, b and perhaps the third line
    rolling : over all days; `partial` likewise given `control`, or why it is unknown
    control : the line held constant in `partial`: the one chosen, else the usual one
    weekly, daily : the pair in both kinds of returns
    """

    choice: Choice
    titles: tuple[str, str]
    base: Day | None
    indexed: tuple[Indexed, ...]
    rolling: Rolling
    control: str
    control_title: str
    partial: RollingPartial | Unknown
    weekly: Pair
    daily: Pair

    @property
    def shown(self) -> Rolling | RollingPartial | Unknown:
        """What the rolling chart draws."""
        return self.partial if self.choice.given else self.rolling

    @property
    def needed(self) -> int:
        """How many common returns the rolling chart needs."""
        return (
            ceil(2 * self.choice.window / 3)
            if self.choice.given
            else minimum(self.choice.window, self.choice.method)
        )


@dataclass(frozen=True, slots=True)
class CorrelationDay:
    """The figures of one day."""

    day: Day
    correlation: Correlation | Unknown
    partial: Partial | Unknown
    beta: Beta | Unknown


@dataclass(frozen=True)
class CorrelationPictures:
    """What has to be computed for the day itself, except lead and lag, which takes longest."""

    day: Day
    matrix: Matrix
    scatter: Scatter | Unknown
    regimes: tuple[Regime, ...] | Unknown


def correlation_history(study: Study, choice: Choice) -> CorrelationHistory:
    """Compute the histories of a choice over everything that is cached.

    Notes
    -----
    The partial correlation is Pearson's; beside exponential weights, whose window is a half-life,
    it is taken over the usual window.
    """
    a, b = study.line(choice.a), study.line(choice.b)
    pairs: dict[Returns, Pair] = {
        "weekly": study.pair(choice.a, choice.b, "weekly"),
        "daily": study.pair(choice.a, choice.b, "daily"),
    }
    pair = pairs[choice.returns]
    control = choice.given or next((one for one in CONTROLS if one not in (choice.a, choice.b)), CONTROLS[0])
    base, indexed = _indexed(study, choice)
    return CorrelationHistory(
        choice=choice,
        titles=(a.title, b.title),
        base=base,
        indexed=indexed,
        rolling=rolling(pair, window=choice.window, method=choice.method),
        control=control,
        control_title=study.line(control).title,
        partial=_partial(study, choice, pair, control),
        weekly=pairs["weekly"],
        daily=pairs["daily"],
    )


def correlation_on(history: CorrelationHistory, day: Day) -> CorrelationDay:
    """Return the figures of one day: slices, and one line of least squares."""
    partial = history.partial
    return CorrelationDay(
        day=day,
        correlation=history.rolling.at(day),
        partial=partial if isinstance(partial, Unknown) else partial.at(day),
        beta=beta(history.weekly, as_of=day),
    )


def correlation_pictures(study: Study, history: CorrelationHistory, day: Day) -> CorrelationPictures:
    """Compute matrix, scatter and regimes as of one day."""
    choice = history.choice
    lines = [line for name in MAIN_LINES if (line := study.line(name).upto(day)).days.size]
    window = choice.window if choice.window in WINDOWS[choice.returns] else USUAL_WINDOW[choice.returns]
    return CorrelationPictures(
        day=day,
        matrix=matrix(lines, returns=choice.returns, window=window, sessions=study.sessions, as_of=day),
        scatter=scatter(history.weekly, window=BETA_WINDOW, as_of=day),
        regimes=_regimes(study, history, day),
    )


def correlation_lead_lag(history: CorrelationHistory, day: Day) -> LeadLag | Unknown:
    """Compute lead and lag as of one day; it changes once a week."""
    return lead_lag(history.weekly, as_of=day)


def unknown_runs(values: Floats) -> tuple[tuple[int, int], ...]:
    """Return the first and the last row of every stretch without a value.

    >>> unknown_runs(np.array([np.nan, np.nan, 1.0, np.nan]))
    ((0, 1), (3, 3))
    """
    gap = np.concatenate([[False], np.isnan(values), [False]])
    edges = np.flatnonzero(gap[1:] != gap[:-1])
    return tuple(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def _partial(study: Study, choice: Choice, pair: Pair, control: str) -> RollingPartial | Unknown:
    window = choice.window if choice.method != "ewma" else USUAL_WINDOW[choice.returns]
    line = study.line(control)
    if control in (choice.a, choice.b):
        return Unknown(f"{line.title} is one of the two lines, so it cannot be held constant.")
    if not line.days.size:
        return Unknown(f"There is no {line.title} in the cache.")
    for leg in (choice.a, choice.b):
        held = study.pair(leg, control, choice.returns)
        if held.calendar == pair.calendar:
            return rolling_partial(pair, [held], window=window)
    return Unknown(f"{line.title} has closes on US sessions only, while this pair is followed on every day.")


def _regimes(study: Study, history: CorrelationHistory, day: Day) -> tuple[Regime, ...] | Unknown:
    russell, choice = study.russell, history.choice
    if isinstance(russell, Unknown):
        return russell
    index = "RUT" if russell.series == "RUT" else "IWM.adj"
    if choice.a == index:
        return regimes(history.daily, russell, as_of=day)
    if choice.b == index:
        return regimes(study.pair(choice.b, choice.a, "daily"), russell, as_of=day)
    return Unknown("Regimes go by the state of the Russell 2000: choose it as one of the two lines.")


def _indexed(study: Study, choice: Choice) -> tuple[Day | None, tuple[Indexed, ...]]:
    lines = [study.line(choice.a), study.line(choice.b)]
    base = _first_common(lines)
    if base is None:
        return None, ()
    third = study.line(REFERENCE)
    if REFERENCE not in (choice.a, choice.b) and third.days.size:
        with_third = _first_common([*lines, third])
        if with_third is not None and with_third - base <= np.timedelta64(NEAR_BASE, "D"):
            lines, base = [*lines, third], with_third
    return base, tuple(_from_base(line, base) for line in lines)


def _first_common(lines: list[Series]) -> Day | None:
    """Return the first day on which all lines have a price above zero."""
    common = lines[0].days[lines[0].values > 0]
    for line in lines[1:]:
        common = np.intersect1d(common, line.days[line.values > 0], assume_unique=True)
    return common[0] if common.size else None


def _from_base(line: Series, base: Day) -> Indexed:
    start = int(np.searchsorted(line.days, base))
    days, values = line.days[start:], line.values[start:]
    values = 100.0 * values / values[0]
    gaps = np.flatnonzero(np.diff(days).astype(np.int64) > LONGEST_STEP) + 1
    if gaps.size and line.calendar in ("daily", "session"):
        days = np.insert(days, gaps, days[gaps - 1] + np.timedelta64(1, "D"))
        values = np.insert(values, gaps, np.nan)
    return Indexed(line.id, line.title, days, values)
