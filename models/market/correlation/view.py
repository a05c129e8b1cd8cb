"""One chosen pair, put together for the eye: its histories, and what belongs to one day. Methods, section 3.

`study_pair` computes every history of a choice once, over all days; `PairHistory.cards` and `day_view` take
the part that was known at the end of one day. Both hold plain results, nothing is left to be computed by
whoever draws them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.correlation.leadlag import LeadLag, lead_lag
from models.market.correlation.pairs import (
    Correlation,
    Matrix,
    Method,
    Pair,
    Returns,
    Rolling,
    Scatter,
    correlate,
    matrix,
    minimum,
    pair,
    rolling,
    scatter,
)
from models.market.correlation.reading import Reading, reading
from models.market.correlation.regimes import Regime, regimes
from models.market.correlation.regression import (
    Beta,
    Partial,
    RollingPartial,
    ScholesWilliams,
    beta,
    rolling_partial,
    scholes_williams,
)
from models.market.price_lines import PriceLine, price_lines
from models.market.snapshot import Bools, Day, Days, Floats, Series
from models.market.study import MAIN_LINES, Cancelled, Study
from models.market.unknown import Unknown

Control = Literal["", "SPX", "BTC"]
Stability = Literal["stable", "unstable"]

DEFAULT_CONTROL: Control = "SPX"
"""What the card takes out when nothing is chosen: the whole stock market."""
CONTROL_NAMES: dict[Control, str] = {"": "", "SPX": "the S&P 500", "BTC": "Bitcoin"}
HEADLINE_PAIR = frozenset({"RUT", "ALT50"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to look at.

    `window` counts returns. With exponential weights it is the span that is looked at, four half-lives.
    """

    a: str = "RUT"
    b: str = "ALT50"
    returns: Returns = "weekly"
    window: int = 52
    method: Method = "pearson"
    given: Control = ""

    @property
    def control(self) -> Control:
        """What the partial correlation takes out."""
        return self.given or DEFAULT_CONTROL

    @property
    def half_life(self) -> int:
        """The half-life of exponential weights, in returns; at least the 6 that a window needs."""
        return max(6, self.window // 4)


@dataclass(frozen=True, slots=True)
class Cards:
    """The four figures of one day, each with its reason where it is unknown.

    Attributes
    ----------
    corrected : for daily returns of an equity and a coin, the correlation corrected for closing
        times hours apart; None where nothing is to be corrected
    """

    day: Day
    correlation: Correlation | Unknown
    partial: Partial | Unknown
    beta: Beta | Unknown
    stability: Stability | Unknown
    corrected: ScholesWilliams | Unknown | None


@dataclass(frozen=True, slots=True)
class PairHistory:
    """Every history of one choice over all days; row t of each depends on days <= t only.

    Attributes
    ----------
    titles : of a and b
    base_day : the first day on which both lines have a price, where each is 100; None: there is none
    lines : the price lines, a first; Bitcoin as a third for the Russell 2000 against ALT50
    pair : in the chosen returns; `weekly` in weekly ones, for beta and for lead and lag
    daily_russell : the pair in daily returns, the Russell 2000 first; or why there are no regimes
    partial : the rolling partial correlation given `choice.control`, or why it is unknown throughout
    needed : pairs that a window needs
    is_mixed : whether one line is an equity and the other is not
    """

    choice: Choice
    titles: tuple[str, str]
    base_day: Day | None
    lines: tuple[PriceLine, ...]
    pair: Pair
    weekly: Pair
    daily_russell: Pair | Unknown
    rolling: Rolling
    partial: RollingPartial | Unknown
    needed: int
    is_mixed: bool

    def cards(self, day: Day) -> Cards:
        """Return the figures as they stood at the end of a day: slices, and one small regression."""
        found = self.rolling.at(day)
        corrected = None
        if self.is_mixed and self.choice.returns == "daily":
            corrected = scholes_williams(self.pair, window=self.choice.window, as_of=day)
        return Cards(
            day=day,
            correlation=found,
            partial=self.partial if isinstance(self.partial, Unknown) else self.partial.at(day),
            beta=beta(self.weekly, as_of=day),
            stability=_stability(found),
            corrected=corrected,
        )

    def rolling_upto(self, day: Day) -> tuple[Days, Floats, Floats, Floats]:
        """Return days, values and band (low, high) up to a day (views); NaN where unknown."""
        end = self.pair.row(day) + 1
        found = self.rolling
        return found.days[:end], found.value[:end], found.low[:end], found.high[:end]

    def partial_upto(self, day: Day) -> tuple[Days, Floats]:
        """Return days and values of the partial correlation up to a day; empty when it is unknown."""
        if isinstance(self.partial, Unknown):
            return np.zeros(0, dtype="datetime64[D]"), np.zeros(0)
        end = self.partial.pair.row(day) + 1
        return self.partial.days[:end], self.partial.value[:end]

    def unknown_upto(self, day: Day) -> tuple[tuple[Day, Day], ...]:
        """Return the stretches (first and last day) up to a day without a correlation."""
        days, value, _, _ = self.rolling_upto(day)
        return stretches(days, ~np.isfinite(value), self.base_day)


@dataclass(frozen=True, slots=True)
class PairDay:
    """All that belongs to one day of a history."""

    history: PairHistory
    day: Day
    cards: Cards
    matrix: Matrix
    scatter: Scatter | Unknown
    regimes: tuple[Regime, ...] | Unknown
    lead: LeadLag | Unknown
    reading: Reading


def study_pair(study: Study, choice: Choice, cancelled: Callable[[], bool] = lambda: False) -> PairHistory:
    """Compute every history of a choice, once.

    Raises
    ------
    ValueError
        Both lines are the same.
    Cancelled
        Between two steps, once `cancelled()` is true.
    """
    if choice.a == choice.b:
        raise ValueError("A line is compared with another one, not with itself.")
    a, b = study.line(choice.a), study.line(choice.b)
    chosen = _pair(study, a, b, choice.returns)
    window = choice.half_life if choice.method == "ewma" else choice.window
    found = rolling(chosen, window=window, method=choice.method)
    if cancelled():
        raise Cancelled
    beside = (study.line("BTC"),) if {a.id, b.id} == HEADLINE_PAIR else ()
    base, lines = price_lines(a, b, *beside)
    return PairHistory(
        choice=choice,
        titles=(a.title or choice.a, b.title or choice.b),
        base_day=base,
        lines=lines,
        pair=chosen,
        weekly=chosen if choice.returns == "weekly" else _pair(study, a, b, "weekly"),
        daily_russell=_daily_russell(study, a, b),
        rolling=found,
        partial=_partial(study, choice, a, b),
        needed=minimum(window, choice.method),
        is_mixed=(a.calendar == "session") != (b.calendar == "session"),
    )


def day_view(
    history: PairHistory, study: Study, day: Day, cancelled: Callable[[], bool] = lambda: False
) -> PairDay:
    """Put together what belongs to one day: a fraction of a second, most of it for lead and lag.

    Raises
    ------
    Cancelled
        Between two steps, once `cancelled()` is true.
    """

    def step() -> None:
        if cancelled():
            raise Cancelled

    choice = history.choice
    cards = history.cards(day)
    step()
    main = [study.line(name) for name in MAIN_LINES]
    table = matrix(
        main, returns=choice.returns, window=choice.window, sessions=_sessions(study, *main), as_of=day
    )
    step()
    points = scatter(history.pair, window=choice.window, as_of=day)
    by_state: tuple[Regime, ...] | Unknown
    if isinstance(history.daily_russell, Unknown):
        by_state = history.daily_russell
    else:
        by_state = regimes(history.daily_russell, study.russell, as_of=day)
    step()
    lead = lead_lag(history.weekly, as_of=day)
    plain = cards.correlation
    if choice.method != "pearson":  # the partial correlation is Pearson's: only like is held against like
        plain = correlate(history.pair, window=choice.window, as_of=day)
    return PairDay(
        history,
        day,
        cards,
        table,
        points,
        by_state,
        lead,
        reading(cards.correlation, plain, cards.partial, lead),
    )


def stretches(days: Days, unknown: Bools, first: Day | None = None) -> tuple[tuple[Day, Day], ...]:
    """Return the first and the last day of each run of unknown rows; a run at the head begins on `first`.

    >>> days = np.arange("2024-01-01", "2024-01-05", dtype="datetime64[D]")
    >>> [str(day) for span in stretches(days, np.array([True, True, False, False])) for day in span]
    ['2024-01-01', '2024-01-02']
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], unknown, [False])).astype(np.int8)))
    spans = [(days[start], days[end - 1]) for start, end in edges.reshape(-1, 2).tolist()]
    if first is not None and spans and spans[0][0] == days[0] and first < days[0]:
        spans[0] = (first, spans[0][1])
    return tuple(spans)


def _sessions(study: Study, *lines: Series) -> Series | None:
    """Return the calendar of sessions; without a Russell 2000, that of the first equity itself."""
    if study.sessions is not None:
        return study.sessions
    return next((line for line in lines if line.calendar == "session" and line.days.size), None)


def _pair(study: Study, a: Series, b: Series, returns: Returns, *others: Series) -> Pair:
    """Align a and b; on sessions also when only one of `others` is an equity."""
    sessions = _sessions(study, a, b, *others)
    if any(line.calendar == "session" for line in others):
        a = replace(a, calendar="session")
    if sessions is None:  # an equity without any close: every day is as good, there is nothing to align
        a, b = replace(a, calendar="daily"), replace(b, calendar="daily")
    return pair(a, b, returns=returns, sessions=sessions, as_of=study.last_day)


def _partial(study: Study, choice: Choice, a: Series, b: Series) -> RollingPartial | Unknown:
    name = CONTROL_NAMES[choice.control]
    if choice.control in (choice.a, choice.b):
        return Unknown(f"{name[0].upper()}{name[1:]} is one of the two, so it cannot be taken out.")
    control = study.line(choice.control)
    if not control.days.size:
        return Unknown(f"No values of {name} are cached.")
    both = _pair(study, a, b, choice.returns, control)
    beside = _pair(study, a, control, choice.returns, b)
    return rolling_partial(both, (beside,), window=choice.window)


def _daily_russell(study: Study, a: Series, b: Series) -> Pair | Unknown:
    if isinstance(study.russell, Unknown):
        return study.russell
    names = {"RUT"} if study.russell.series == "RUT" else {"IWM", "IWM.adj"}
    if a.id in names:
        return _pair(study, a, b, "daily")
    if b.id in names:
        return _pair(study, b, a, "daily")
    return Unknown("The regimes are those of the Russell 2000, which is not one of the two.")


def _stability(found: Correlation | Unknown) -> Stability | Unknown:
    if isinstance(found, Unknown):
        return found
    if found.unstable is None:
        return Unknown("Exponential weights have no band, so the halves cannot be held against each other.")
    return "unstable" if found.unstable else "stable"
