"""What the Correlation panel says on one day, in words and figures: no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.market.correlation import Correlation
from models.market.correlation_view import CorrelationDay, CorrelationHistory
from models.market.leadlag import LeadLag
from models.market.regimes import Regime
from models.market.regression import Partial
from models.market.unknown import Unknown
from ui.charts import dates, numbers

Tr = Callable[[str], str]

SHORT: dict[str, str] = {
    "RUT": "Russell",
    "SPX": "S&P 500",
    "NDX": "Nasdaq",
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "ALT50": "ALT50",
    "LARGE": "Large",
    "MID": "Mid",
    "SMALL": "Small",
}
"""Names that fit beside a matrix, and between two figures."""
COLUMNS: dict[str, str] = {**SHORT, "RUT": "RUT", "SPX": "SPX", "NDX": "NDX", "BTC": "BTC", "ETH": "ETH",
                           "ALT50": "ALT"}  # fmt: skip
SERIES: dict[str, int] = {"RUT": 0, "IWM.adj": 0, "ALT50": 1, "BTC": 2, "ETH": 3, "SPX": 4, "NDX": 6}
"""The lines that own a colour."""
FREE = (1, 5, 7, 6, 4, 3)
"""Colours for the others, the first that nobody else in the chart has."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure card; with `unknown` only that is shown."""

    name: str
    value: str = ""
    unit: str = ""
    interval: str = ""
    note: str = ""
    unknown: str = ""


def short_name(line: str, title: str) -> str:
    """Return a name that fits into a sentence."""
    return SHORT.get(line, title)


def colours(ids: Sequence[str]) -> tuple[int, ...]:
    """Return a series index for each line: its own, or one that no other line here has."""
    taken = {SERIES[one] for one in ids if one in SERIES}
    found: list[int] = []
    for one in ids:
        index = SERIES.get(one)
        if index is None:
            index = next(free for free in FREE if free not in taken)
            taken.add(index)
        found.append(index)
    return tuple(found)


def unit_of(history: CorrelationHistory, tr: Tr) -> str:
    """Return what the window counts."""
    return tr("weeks") if history.choice.returns == "weekly" else tr("days")


def figures(history: CorrelationHistory, found: CorrelationDay, tr: Tr) -> tuple[Figure, ...]:
    """Return the four cards: correlation, partial correlation, beta, stability."""
    return (
        _correlation(history, found.correlation, tr),
        _given(history, found.partial, tr),
        _beta(history, found, tr),
        _stability(history, found.correlation, tr),
    )


def _correlation(history: CorrelationHistory, found: Correlation | Unknown, tr: Tr) -> Figure:
    name = tr("Correlation now")
    if isinstance(found, Unknown):
        return Figure(name, unknown=found.why)
    unit = unit_of(history, tr)
    if found.low is None or found.effective is None:
        note = tr("half-life {0} {1}, no band").format(history.choice.window, unit)
        return Figure(name, numbers.fixed(found.value), note=note)
    note = tr("{0} {1}, {2} effective").format(found.observations, unit, numbers.fixed(found.effective, 0))
    return Figure(name, numbers.fixed(found.value), "", numbers.interval(found.low, found.high), note)


def _given(history: CorrelationHistory, found: Partial | Unknown, tr: Tr) -> Figure:
    article = "the " if history.control == "SPX" else ""
    name = tr("Given {0}{1}").format(article, short_name(history.control, history.control_title))
    if isinstance(found, Unknown):
        return Figure(name, unknown=found.why)
    note = tr("differs from 0") if _told_from_zero(found.low, found.high) else tr("cannot be told from 0")
    return Figure(name, numbers.fixed(found.value), "", numbers.interval(found.low, found.high), note)


def _beta(history: CorrelationHistory, found: CorrelationDay, tr: Tr) -> Figure:
    name = tr("Beta of {0}").format(short_name(history.choice.b, history.titles[1]))
    if isinstance(found.beta, Unknown):
        return Figure(name, unknown=found.beta.why)
    error = tr("± {0}").format(numbers.fixed(found.beta.standard_error, 2))
    return Figure(
        name,
        numbers.fixed(found.beta.value, 2),
        "",
        error,
        tr("{0} weeks, Newey-West").format(found.beta.window),
    )


def _stability(history: CorrelationHistory, found: Correlation | Unknown, tr: Tr) -> Figure:
    name = tr("Stability")
    if isinstance(found, Unknown):
        return Figure(name, unknown=found.why)
    if found.unstable is None:
        return Figure(name, unknown=tr("Exponential weights leave no two halves to compare."))
    if found.unstable:
        return Figure(name, tr("unstable"), note=tr("halves contradict each other"))
    return Figure(name, tr("stable"), note=tr("halves do not contradict"))


def in_words(
    history: CorrelationHistory, found: CorrelationDay, lead: LeadLag | Unknown | None, tr: Tr
) -> str:
    """Say in plain sentences what the figures mean, and what they do not."""
    now = found.correlation
    if isinstance(now, Unknown):
        return tr("Nothing can be said yet: {0}").format(now.why)
    sentences = [_bond(history, now, tr)]
    bound = now.low is not None and now.high is not None and _told_from_zero(now.low, now.high)
    if bound and isinstance(found.partial, Partial):
        sentences.append(_what_is_left(history, now, found.partial, tr))
    if now.unstable:
        sentences.append(tr("The two halves of the window contradict each other, so take it with care."))
    if isinstance(lead, LeadLag):
        sentences.append(_order(history, lead, tr))
    return " ".join(sentences)


def _bond(history: CorrelationHistory, now: Correlation, tr: Tr) -> str:
    when = tr("in the same week") if history.choice.returns == "weekly" else tr("on the same day")
    if now.low is None or now.high is None:
        side = tr("together") if now.value >= 0 else tr("against each other")
        return tr(
            "Lately they moved {0} {1} (r {2}); exponential weights give no band to judge it by."
        ).format(side, when, numbers.fixed(now.value))
    if not _told_from_zero(now.low, now.high):
        return tr("Over this window no bond between them can be told from chance.")
    if now.value < 0:
        return tr("They tend to move against each other {0}.").format(when)
    if now.value < 0.3:
        return tr("They move together {0}, but loosely.").format(when)
    if now.value < 0.6:
        return tr("They tend to move together {0}.").format(when)
    return tr("They move together {0}, and closely.").format(when)


def _what_is_left(history: CorrelationHistory, now: Correlation, left: Partial, tr: Tr) -> str:
    shared = {"SPX": tr("the whole stock market"), "BTC": tr("Bitcoin")}.get(
        history.control, history.control_title
    )
    if _told_from_zero(left.low, left.high):
        return tr("Part of it remains once {0} is taken out (r {1}).").format(
            shared, numbers.fixed(left.value)
        )
    if abs(left.value) <= abs(now.value) / 2:
        return tr("Most of that is shared with {0}.").format(shared)
    return tr("Once {0} is taken out, what is left cannot be told from 0.").format(shared)


def _order(history: CorrelationHistory, lead: LeadLag, tr: Tr) -> str:
    if abs(lead.peak) <= lead.band or lead.peak_lag == 0:
        return tr("Neither can be seen to lead the other.")
    names = [short_name(line, title) for line, title in zip((lead.a, lead.b), history.titles, strict=True)]
    first, second = names if lead.peak_lag > 0 else names[::-1]
    weeks = abs(lead.peak_lag)
    unit = tr("week") if weeks == 1 else tr("weeks")
    return tr("The strongest bond is with {0} {1} {2} before {3}, more than chance alone reaches.").format(
        first, weeks, unit, second
    )


def lead_words(lead: LeadLag, tr: Tr) -> tuple[str, str]:
    """Return the words of the title row and those at the peak."""
    value = numbers.fixed(lead.peak)
    where = tr("same week")
    if lead.peak_lag:
        where = tr("{0} w").format(numbers.fixed(lead.peak_lag, 0, sign=True))
    if abs(lead.peak) <= lead.band:
        return tr("none distinguishable from chance"), f"{value}, {where}"
    if lead.peak_lag == 0:
        return tr("they move in the same week, neither leads"), f"{value}, {where}"
    return tr("a lead beyond chance"), f"{value}, {where}"


REGIME_NAMES: dict[str, str] = {
    "near_record": "Within 2 % of record",
    "between": "Between",
    "far_below": "Over 10 % below",
    "up_days": "Russell up days",
    "down_days": "Russell down days",
}


def regime_name(regime: Regime, tr: Tr) -> str:
    """Return the name of a state of the Russell 2000."""
    return tr(REGIME_NAMES[regime.regime])


def rolling_words(history: CorrelationHistory, tr: Tr) -> tuple[str, str]:
    """Return title and subtitle of the rolling chart."""
    choice = history.choice
    returns = tr("weekly returns") if choice.returns == "weekly" else tr("daily returns")
    window = tr("{0} {1}").format(choice.window, unit_of(history, tr))
    if choice.given:
        name = short_name(choice.given, history.control_title)
        return tr("Rolling correlation given {0}").format(name), f"{returns}, {window}, " + tr("95 % band")
    if choice.method == "ewma":
        return tr("Weighted correlation"), tr("{0}, half-life {1}, no band").format(returns, window)
    band = tr("95 % band")
    if choice.method == "spearman":
        return tr("Rolling rank correlation"), f"{returns}, {window}, {band}"
    return tr("Rolling correlation"), f"{returns}, {window}, {band}"


def base_words(history: CorrelationHistory, tr: Tr) -> str:
    """Return the subtitle of the price chart."""
    if history.base is None:
        return tr("log scale")
    return tr("log scale, {0} = 100").format(dates.short_day_text(history.base))


def _told_from_zero(low: float, high: float) -> bool:
    return low > 0 or high < 0
