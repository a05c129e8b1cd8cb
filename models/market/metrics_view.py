"""The Metrics panel of one day: what lies outside of prices, as small multiples on one time axis.

Figures, thresholds and states are those of the confirmation signals (Methods, section 8); fear and
greed, realised value and open interest have no signal and are shown as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.signals.history import CONFIRMS, CONTRADICTS, Absent, Signal, SignalHistory
from models.market.snapshot import Bools, Day, Days, Floats, Series
from models.market.study import Study
from models.market.unknown import Unknown

Unit = Literal["percent", "usd", "figure", "points"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart; days and values without gaps filled."""

    title: str
    days: Days
    values: Floats


@dataclass(frozen=True, slots=True)
class Level:
    """A threshold: where it lies and which side it speaks for."""

    value: float
    words: str
    speaks: Literal["confirms", "contradicts", "neutral"]


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of days, both ends included, for shading."""

    title: str
    speaks: Literal["confirms", "contradicts"]
    spans: tuple[tuple[Day, Day], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One small chart.

    `signal` is what the checklist says of it, None where it has none. `value_text` is the newest value in
    words, `age_days` how old it is (None without any), `why` why there is none.
    """

    id: str
    title: str
    unit: Unit
    basis: str
    lines: tuple[Line, ...]
    levels: tuple[Level, ...]
    shading: tuple[Spans, ...]
    signal: Signal | None
    value_text: str
    age_days: int | None
    why: str

    @property
    def is_known(self) -> bool:
        """Whether there is a line to draw; its newest value may be too old to be known today."""
        return any(line.days.size for line in self.lines)

    @property
    def is_known_today(self) -> bool:
        return not self.why


def metrics(study: Study, as_of: Day) -> tuple[Metric, ...]:
    """Return every chart up to the end of `as_of`, in the order of the panel."""
    return tuple(make(study, as_of) for make in _CHARTS)


def known_words(found: tuple[Metric, ...]) -> str:
    """Count those with a value on the day: `7 of 9 known`."""
    return f"{sum(one.is_known_today for one in found)} of {len(found)} known"


def _of_signal(
    name: str,
    title: str,
    unit: Unit,
    basis: str,
    levels: tuple[Level, ...],
    *,
    diverging: bool = False,
) -> Callable[[Study, Day], Metric]:
    """Return the maker of a chart that draws what a signal is made of."""

    def make(study: Study, as_of: Day) -> Metric:
        history = study.signals[name]
        row = study.market.position(as_of)
        signal = history.at(row)
        lines = _lines(history, row)
        return Metric(
            id=name,
            title=title,
            unit=unit,
            basis=basis,
            lines=lines,
            levels=levels,
            shading=_divergence(history, row) if diverging else (),
            signal=signal,
            value_text=signal.value_text,
            age_days=signal.age_days,
            why=signal.why if isinstance(signal.value, Unknown) else "",
        )

    return make


def _lines(history: SignalHistory, row: int) -> tuple[Line, ...]:
    if isinstance(history.made_of, Absent):
        return ()
    parts = history.made_of.parts or ((history.title, history.made_of.value),)
    days = history.days[: row + 1]
    return tuple(_line(title, days, values[: row + 1]) for title, values in parts)


def _line(title: str, days: Days, values: Floats) -> Line:
    """Begin with the first value: what was not measured yet is no gap."""
    known = np.flatnonzero(np.isfinite(values))
    begin = int(known[0]) if known.size else values.size
    return Line(title, days[begin:], values[begin:])


def _divergence(history: SignalHistory, row: int) -> tuple[Spans, ...]:
    """Shade where activity and price part: the signal's own two states."""
    code = history.code[: row + 1]
    days = history.days[: row + 1]
    return (
        Spans("activity up, price not", "confirms", _runs(days, code == CONFIRMS)),
        Spans("activity down", "contradicts", _runs(days, code == CONTRADICTS)),
    )


def _runs(days: Days, true: Bools) -> tuple[tuple[Day, Day], ...]:
    edges = np.diff(np.concatenate([[0], true.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return tuple((days[begin], days[end]) for begin, end in zip(begins, ends, strict=True))


def _of_series(
    name: str,
    title: str,
    unit: Unit,
    basis: str,
    levels: tuple[Level, ...],
    words: Callable[[float], str],
) -> Callable[[Study, Day], Metric]:
    """Return the maker of a chart that draws a cached series as it is."""

    def make(study: Study, as_of: Day) -> Metric:
        series = study.market.series.get(name)
        upto = None if series is None else _known(series, as_of)
        why = f"No {title.lower()} is in the cache."
        value_text, age = "unknown", None
        lines: tuple[Line, ...] = ()
        if upto is not None and upto.days.size:
            lines = (Line(title, upto.days, upto.values),)
            value_text, why = words(float(upto.values[-1])), ""
            age = int((as_of - upto.days[-1]).astype(int))
        elif upto is not None:
            why = f"The cache holds no {title.lower()} up to this day."
        return Metric(name, title, unit, basis, lines, levels, (), None, value_text, age, why)

    return make


def _known(series: Series, as_of: Day) -> Series:
    return series.upto(as_of - np.timedelta64(series.available_after_days, "D"))


_CHARTS = (
    _of_signal(
        "network",
        "Network activity",
        "percent",
        "Bitcoin, 30-day means over 90 days",
        (Level(0.0, "", "neutral"),),
        diverging=True,
    ),
    _of_signal(
        "exchange_flow",
        "Exchange flow",
        "usd",
        "Bitcoin, net into exchanges, 30 days, USD",
        (Level(0.0, "", "confirms"),),
    ),
    _of_signal(
        "funding",
        "Funding",
        "percent",
        "Bitcoin, 7-day mean, a year",
        (Level(0.2, "20 %", "confirms"), Level(0.5, "50 %", "contradicts"), Level(0.0, "", "confirms")),
    ),
    _of_signal(
        "long_short",
        "Long / short",
        "figure",
        "accounts, Bitcoin",
        (Level(3.0, "3", "contradicts"),),
    ),
    _of_signal(
        "options_skew",
        "Options skew",
        "points",
        "Bitcoin, 25 delta, calls less puts",
        (Level(0.0, "", "confirms"), Level(-10.0, "−10", "contradicts")),
    ),
    _of_series(
        "FEAR_GREED",
        "Fear and greed",
        "figure",
        "0 to 100, alternative.me",
        (Level(75.0, "greed", "neutral"), Level(25.0, "fear", "neutral")),
        lambda value: f"{value:.0f}",
    ),
    _of_signal(
        "liquidity",
        "Liquidity",
        "percent",
        "stablecoins 90 d, M2 3 months",
        (Level(0.0, "", "confirms"),),
    ),
    _of_series(
        "BTC.CapMVRVCur",
        "Market to realised value",
        "figure",
        "Bitcoin, ratio",
        (Level(1.0, "1", "neutral"),),
        lambda value: f"{value:.2f}",
    ),
    _of_series(
        "BTCUSDT.sum_open_interest_value",
        "Open interest",
        "usd",
        "Bitcoin perpetual, Binance, USD",
        (),
        lambda value: f"{value / 1e9:.1f} B USD",
    ),
)

__all__ = ["Level", "Line", "Metric", "Spans", "known_words", "metrics"]
