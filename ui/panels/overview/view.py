"""What the Overview says on one day, in words and numbers: no widget.

Everything is taken from the study's histories at one row; the panel only shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.market.snapshot import Day, Days, Floats
from models.market.unknown import Unknown
from ui.widgets import dates, numbers

if TYPE_CHECKING:
    from models.market.correlation.pairs import Correlation
    from models.market.season.index import Season, SeasonReading
    from models.market.signals import Score, Signal
    from models.market.study import Study

Tr = Callable[[str], str]

STRIP_YEARS = 5
RUSSELL_YEARS = 2
CORRELATION_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure card; with `unknown` only that is shown."""

    value: str = ""
    unit: str = ""
    interval: str = ""
    note: str = ""
    short_note: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A line over days with shaded seasons; the seasons as (start, end, words)."""

    days: Days
    values: Floats
    seasons: tuple[tuple[Day, Day, str], ...]


@dataclass(frozen=True)
class OverviewView:
    """Everything that the Overview shows."""

    day: Day
    headline: str
    short_headline: str
    subline: str
    short_subline: str
    dominance: Figure
    correlation: Figure
    russell: Figure
    total2: Figure
    season_value: float | None
    season_label: str
    season_words: str
    strip: Strip
    signals: tuple[Signal, ...]
    score: Score
    score_words: str
    russell_words: str
    russell_shorter: tuple[str, ...]


def overview(study: Study, day: Day, correlation: Figure, tr: Tr) -> OverviewView:
    """Put the day into words; `correlation` comes from its own history, which is computed once."""
    signals, score = study.signals.at(day), study.signals.score(day)
    reading = study.headline_index.at(day)
    index = reading if isinstance(reading, Unknown) else reading.index
    value = None if isinstance(index, Unknown) else index
    subline, short_subline = _sublines(study, day, tr)
    headline, short = _headline(study, day, score, tr)
    return OverviewView(
        day=day,
        headline=headline,
        short_headline=short,
        subline=subline,
        short_subline=short_subline,
        dominance=_dominance(study, day, tr),
        correlation=correlation,
        russell=_russell(study, day, tr),
        total2=_total2(study, day, tr),
        season_value=value,
        season_label=_season_label(reading, tr),
        season_words=_season_words(reading, tr),
        strip=_strip(study, day, tr),
        signals=signals,
        score=score,
        score_words=_score_words(study, day, score, tr),
        russell_words=_russell_words(study, day, tr),
        russell_shorter=_russell_shorter(study, day, tr),
    )


def _score_words(study: Study, day: Day, score: Score, tr: Tr) -> str:
    """The share, whose weights it is with, and how many signals those that confirm amount to."""
    if isinstance(score.share, Unknown):
        return score.share.why
    words = tr("confirm, {0}").format(numbers.percent(score.share, 0))
    if study.signals.weights:
        words = tr("{0} with your weights").format(words)
    from models.market.signals.grades import overlap

    among = [one.id for one in study.signals.at(day) if one.state == "confirms"]
    alike = overlap(study.signals, day, among).effective
    if len(among) < 2 or isinstance(alike, Unknown):
        return words
    return tr("{0} · these {1} act like {2} separate signals").format(
        words, len(among), numbers.fixed(alike, 1)
    )


def _leader(study: Study, day: Day, tr: Tr) -> str:
    state = study.rotation if isinstance(study.rotation, Unknown) else study.rotation.at(day)
    phase = state if isinstance(state, Unknown) else state.phase
    if isinstance(phase, Unknown):
        return tr("The rotation phase is unknown")
    return {
        "bitcoin": tr("Bitcoin leads"),
        "large": tr("Large altcoins lead"),
        "mid": tr("Mid caps lead"),
        "small": tr("Small caps and memes lead"),
        "risk-off": tr("Money leaves the market"),
    }[phase]


def _headline(study: Study, day: Day, score: Score, tr: Tr) -> tuple[str, str]:
    leader = _leader(study, day, tr)
    if not score.known:
        return tr("{0}. No confirmation signal is known.").format(leader), leader + "."
    words = tr("{0}. {1} of {2} known signals confirm a rotation").format(leader, score.confirms, score.known)
    short = tr("{0}; {1} of {2} known signals confirm").format(leader, score.confirms, score.known)
    if not score.unknown:
        return words + ".", short + "."
    verb = tr("is unknown") if score.unknown == 1 else tr("are unknown")
    return f"{words}; {score.unknown} {verb}.", f"{short}, {score.unknown} {verb}."


def _sublines(study: Study, day: Day, tr: Tr) -> tuple[str, str]:
    state = study.russell if isinstance(study.russell, Unknown) else study.russell.at(day)
    if isinstance(state, Unknown):
        return state.why, state.why
    count = sum(1 for one in state.breakout_days if one >= study.first_day)
    seasons = len(study.seasons_upto(day).known)
    first = dates.short_day_text(study.first_day)
    breakouts = tr("one Russell breakout") if count == 1 else tr("{0} Russell breakouts").format(count)
    others = tr("one altcoin season") if seasons == 1 else tr("{0} altcoin seasons").format(seasons)
    return (
        tr("Since {0} the cache holds {1} and {2}: too few for promises.").format(first, breakouts, others),
        tr("{0}, {1} since {2}").format(breakouts, others, first),
    )


def _dominance(study: Study, day: Day, tr: Tr) -> Figure:
    state = study.dominance.at(day)
    if isinstance(state.dominance, Unknown):
        return Figure(unknown=state.dominance.why)
    row = study.market.position(day)
    before = float(study.dominance.dominance[row - 30]) if row >= 30 else np.nan
    note = tr("30 days before is unknown")
    short = ""
    if np.isfinite(before):
        points = numbers.fixed(100 * (state.dominance - before), 1, sign=True)
        note, short = tr("{0} points in 30 days").format(points), tr("{0} pts in 30 d").format(points)
    return Figure(numbers.fixed(100 * state.dominance, 1), "%", note=note, short_note=short)


def _russell(study: Study, day: Day, tr: Tr) -> Figure:
    state = study.russell if isinstance(study.russell, Unknown) else study.russell.at(day)
    if isinstance(state, Unknown):
        return Figure(unknown=state.why)
    value = numbers.fixed(100 * state.distance, 1) if not state.is_record else "0.0"
    if state.is_record:
        note = tr("a record close: {0}").format(numbers.fixed(state.close, 0))
        return Figure(value, "%", note=note, short_note=tr("a record close"))
    sessions = state.sessions_since_record
    note = tr("{0} sessions since {1}").format(sessions, numbers.fixed(state.record_close, 0))
    return Figure(value, "%", note=note, short_note=tr("{0} sessions on").format(sessions))


def _total2(study: Study, day: Day, tr: Tr) -> Figure:
    state = study.dominance.at(day)
    if isinstance(state.total2, Unknown):
        return Figure(unknown=state.total2.why)
    amount, unit = numbers.usd_parts(state.total2)
    own, bitcoin = state.total2_growth_30, state.btc_growth_30
    if isinstance(own, Unknown) or isinstance(bitcoin, Unknown):
        return Figure(amount, unit, note=tr("growth over 30 days is unknown"))
    mark = tr(" (marked)") if state.growth_marked_30 else ""
    short = tr("{0} in 30 d").format(_growth(own))
    note = tr("30 d {0}; BTC {1}").format(_growth(own), _growth(bitcoin)) + mark
    return Figure(amount, unit, note=note, short_note=short)


def _growth(fraction: float) -> str:
    """Return a return with the decimals that its size deserves: two of them fit on one card."""
    return numbers.change(fraction, 1 if abs(fraction) < 0.1 else 0)


def _season_label(reading: SeasonReading | Unknown, tr: Tr) -> str:
    if isinstance(reading, Unknown) or reading.label is None:
        return tr("unknown")
    return {
        "altcoin season": tr("altcoin season"),
        "bitcoin season": tr("Bitcoin season"),
        "neither": tr("neither season"),
    }[reading.label]


def _season_words(reading: SeasonReading | Unknown, tr: Tr) -> str:
    if isinstance(reading, Unknown):
        return reading.why
    if isinstance(reading.index, Unknown):
        return reading.index.why
    return tr("top 50, 90 days · {0} of {1} beat Bitcoin, {2} too young").format(
        reading.beating, reading.counted, reading.too_young
    )


def _strip(study: Study, day: Day, tr: Tr) -> Strip:
    index = study.headline_index
    end = study.market.position(day) + 1
    start = max(end - round(365.25 * STRIP_YEARS), 0)
    first = index.days[start]
    found = study.seasons_upto(day)
    shown = [season for season in found.known if season.end >= first]
    return Strip(
        index.days[start:end],
        index.index[start:end],
        tuple((max(season.start, first), season.end, _strength(season, tr)) for season in shown),
    )


def _strength(season: Season, tr: Tr) -> str:
    if season.strong is None:
        return ""
    return tr("strong season") if season.strong else tr("weak season")


def _russell_words(study: Study, day: Day, tr: Tr) -> str:
    state = study.russell if isinstance(study.russell, Unknown) else study.russell.at(day)
    if isinstance(state, Unknown):
        return state.why
    close, when = numbers.fixed(state.close, 0), dates.month_day_text(state.day)
    if state.is_record:
        return tr("{0} on {1}, a record close").format(close, when)
    below = numbers.fixed(-100 * state.distance, 1)
    return tr("{0} on {1}, {2} % below its record").format(close, when, below)


def _russell_shorter(study: Study, day: Day, tr: Tr) -> tuple[str, ...]:
    """Return the close with its day, and alone, for heads without room for more."""
    state = study.russell if isinstance(study.russell, Unknown) else study.russell.at(day)
    if isinstance(state, Unknown):
        return (tr("unknown"),)
    close = numbers.fixed(state.close, 0)
    return tr("{0} on {1}").format(close, dates.month_day_text(state.day)), close


def correlation_figure(found: Correlation | Unknown, tr: Tr) -> Figure:
    """Put a correlation with its band on a card."""
    if isinstance(found, Unknown):
        return Figure(unknown=found.why)
    note = tr("{0} weeks observed").format(found.observations)
    if found.effective is not None:
        effective = numbers.fixed(found.effective, 0)
        note = tr("{0} weeks, {1} effective").format(found.observations, effective)
    has_band = found.low is not None and found.high is not None
    interval = numbers.interval(found.low, found.high) if has_band else ""
    return Figure(numbers.fixed(found.value, 2), "", interval, note, interval)
