"""What the Correlation panel says: each figure as the texts of its card, and the whole in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.market.correlation.regimes import NEEDED, Regime
from models.market.correlation.regression import BETA_WINDOW, LAG
from models.market.correlation.view import Cards, Choice, PairDay, PairHistory
from models.market.snapshot import Day
from models.market.unknown import Unknown
from ui.charts.interval_dots import DotRow
from ui.widgets import dates, numbers

Tr = Callable[[str], str]

SHORT = {
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
"""Names that fit beside an axis."""
FAR_LAG = 6
"""From this lag on, in weeks, the words of a peak stand where the name of its side would."""
COLUMNS = {"RUT": "RUT", "SPX": "SPX", "NDX": "NDX", "BTC": "BTC", "ETH": "ETH", "ALT50": "ALT"}
SERIES = {"RUT": 0, "ALT50": 1, "BTC": 2, "ETH": 3, "SPX": 4, "LARGE": 5, "MID": 6, "SMALL": 7}


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one card; `unknown` holds the reason when there is no figure."""

    value: str = ""
    interval: str = ""
    note: str = ""
    short_note: str = ""
    unknown: str = ""


def short_name(name: str, title: str) -> str:
    """A name that fits beside an axis."""
    return SHORT.get(name, title)


def names_of(history: PairHistory) -> tuple[str, str]:
    """Short names of both lines."""
    choice, (a, b) = history.choice, history.titles
    return short_name(choice.a, a), short_name(choice.b, b)


def colours_of(history: PairHistory) -> tuple[int, ...]:
    """A series colour for each price line: its own where it has one, else the first that is free."""
    own = {line.id: SERIES[line.id] for line in history.lines if line.id in SERIES}
    free = [index for index in (1, 3, 5, 6, 7, 0, 2, 4) if index not in own.values()]
    return tuple(own[line.id] if line.id in own else free.pop(0) for line in history.lines)


def control_name(choice: Choice, tr: Tr) -> str:
    """What the partial correlation takes out, in words."""
    return tr("Bitcoin") if choice.control == "BTC" else tr("the S&P 500")


def steps_name(choice: Choice, tr: Tr) -> str:
    """What a return spans, in words."""
    return tr("weeks") if choice.returns == "weekly" else tr("days")


# -- cards -----------------------------------------------------------------------------------------


def correlation_texts(cards: Cards, choice: Choice, tr: Tr) -> Texts:
    """Value, band, and how many observations it stands on."""
    found = cards.correlation
    if isinstance(found, Unknown):
        return Texts(unknown=found.why)
    value, steps = numbers.fixed(found.value), steps_name(choice, tr)
    if found.low is None or found.effective is None:
        note = tr("half-life {0} {1}, no band").format(choice.half_life, steps)
        return Texts(value, "", note, note)
    note = tr("{0} {1}, {2} effective").format(found.observations, steps, numbers.fixed(found.effective, 0))
    return Texts(value, numbers.interval(found.low, found.high), note, note)


def partial_texts(cards: Cards, tr: Tr) -> Texts:
    """What is left once the control is taken out."""
    found = cards.partial
    if isinstance(found, Unknown):
        return Texts(unknown=found.why)
    note = tr("cannot be told from 0") if found.low <= 0.0 <= found.high else tr("differs from 0")
    return Texts(numbers.fixed(found.value), numbers.interval(found.low, found.high), note, note)


def beta_texts(cards: Cards, tr: Tr) -> Texts:
    """The slope with its standard error."""
    found = cards.beta
    if isinstance(found, Unknown):
        return Texts(unknown=found.why)
    note = tr("Newey-West, lag {0}").format(LAG)
    return Texts(numbers.fixed(found.value, 1), f"± {numbers.fixed(found.standard_error, 1)}", note, note)


def beta_tip(cards: Cards, tr: Tr) -> str:
    """What the beta stands on; empty when it is unknown."""
    if isinstance(cards.beta, Unknown):
        return ""
    return tr("{0} of the last {1} weeks; ± is one standard error").format(
        cards.beta.observations, BETA_WINDOW
    )


def stability_texts(cards: Cards, tr: Tr) -> Texts:
    """Whether both halves of the window tell the same."""
    found = cards.stability
    if isinstance(found, Unknown):
        return Texts(unknown=found.why)
    if found == "unstable":
        return Texts(tr("unstable"), "", tr("the halves contradict"), tr("the halves contradict"))
    return Texts(tr("stable"), "", tr("halves do not contradict"), tr("no contradiction"))


# -- sentences -------------------------------------------------------------------------------------


def in_words(view: PairDay, tr: Tr) -> str:
    """Say in plain sentences what the figures mean."""
    parts = (
        _bond_words(view, tr),
        _shared_words(view, tr),
        _lead_words(view, tr),
        _corrected_words(view, tr),
    )
    return " ".join(part for part in parts if part)


def _bond_words(view: PairDay, tr: Tr) -> str:
    which, found = view.reading.bond, view.cards.correlation
    if isinstance(which, Unknown) or isinstance(found, Unknown):
        why = which.why if isinstance(which, Unknown) else ""
        return tr("Whether they move together is unknown: {0}").format(why)
    same = tr("in the same week") if view.history.choice.returns == "weekly" else tr("on the same day")
    if which == "unclear":
        return tr("Whether they move together {0} cannot be told: the 95 % band holds 0.").format(same)
    if which == "unbanded":
        lean = tr("together") if found.value > 0 else tr("in opposite directions")
        return tr("They lean towards moving {0} {1}; without a band that may be chance.").format(lean, same)
    size = abs(found.value)
    how = tr("loosely") if size < 0.3 else tr("moderately") if size < 0.6 else tr("closely")
    if which == "together":
        words = tr("They move together {0}, {1}: the 95 % band lies above 0.").format(same, how)
    else:
        words = tr("They move in opposite directions {0}, {1}: the 95 % band lies below 0.").format(same, how)
    if view.cards.stability == "unstable":
        words += " " + tr("But the two halves of the window contradict each other.")
    return words


def _shared_words(view: PairDay, tr: Tr) -> str:
    shared = view.reading.shared
    if shared is None:
        return ""
    bitcoin = view.history.choice.control == "BTC"
    whole = tr("Bitcoin") if bitcoin else tr("the whole stock market")
    words = {
        "most": tr("Most of that is shared with {0}"),
        "part": tr("Part of that is shared with {0}"),
        "little": tr("Little of that is shared with {0}"),
    }[shared].format(whole)
    left = view.reading.left_over
    return f"{words}; " + (
        tr("what is left differs from 0.") if left else tr("what is left cannot be told from 0.")
    )


def _lead_words(view: PairDay, tr: Tr) -> str:
    lead, found = view.reading.lead, view.lead
    if isinstance(lead, Unknown) or isinstance(found, Unknown):
        why = lead.why if isinstance(lead, Unknown) else ""
        return tr("Who moves first is unknown: {0}").format(why)
    if lead in ("chance", "same"):
        return tr("Neither leads the other.")
    a, b = names_of(view.history)
    first, second = (a, b) if lead == "a" else (b, a)
    weeks = abs(found.peak_lag)
    span = tr("one week") if weeks == 1 else tr("{0} weeks").format(weeks)
    how = tr("the same way") if found.peak > 0 else tr("the opposite way")
    return tr(
        "Over all weeks, {0} tended to move {1} before {2} moved {3}, more than chance explains."
    ).format(first, span, second, how)


def _corrected_words(view: PairDay, tr: Tr) -> str:
    found = view.cards.corrected
    if found is None or isinstance(found, Unknown):
        return ""
    return tr("Corrected for closing times hours apart (Scholes-Williams): {0}.").format(
        numbers.fixed(found.value)
    )


# -- charts ----------------------------------------------------------------------------------------


def prices_subtitle(history: PairHistory, tr: Tr) -> str:
    """The scale, and the day on which every line is 100."""
    if history.base_day is None:
        return tr("log scale")
    return tr("log scale, {0} = 100").format(dates.short_day_text(history.base_day))


def aligned_text(history: PairHistory, day: Day, tr: Tr) -> str:
    """How many common steps both lines have by a day, from when to when, and how they were aligned."""
    days, _, _ = history.pair.recent(history.pair.days.size, day)
    steps = steps_name(history.choice, tr)
    if not days.size:
        return tr("no common {0} · {1}").format(steps, history.pair.calendar)
    return tr("{0} common {1}, {2} to {3} · {4}").format(
        numbers.whole(days.size),
        steps,
        dates.short_day_text(days[0]),
        dates.short_day_text(days[-1]),
        history.pair.calendar,
    )


def rolling_subtitle(choice: Choice, tr: Tr) -> str:
    """Which returns, over how many of them, and what the band is."""
    returns = tr("weekly returns") if choice.returns == "weekly" else tr("daily returns")
    steps = steps_name(choice, tr)
    if choice.method == "ewma":
        return tr("{0}, half-life {1} {2}, no band").format(returns, choice.half_life, steps)
    spearman = tr(", Spearman") if choice.method == "spearman" else ""
    return tr("{0}, {1} {2}{3}, 95 % band").format(returns, choice.window, steps, spearman)


def under_text(history: PairHistory, tr: Tr) -> str:
    """Why the head of the rolling correlation is unknown."""
    return tr("unknown: under {0} {1}").format(history.needed, steps_name(history.choice, tr))


def lead_subtitle(view: PairDay, tr: Tr) -> str:
    """The verdict in a few words."""
    lead = view.reading.lead
    if isinstance(lead, Unknown):
        return ""
    if lead == "chance":
        return tr("none distinguishable from chance")
    if lead == "same":
        return tr("same week, neither leads")
    a, b = names_of(view.history)
    return tr("{0} first").format(a if lead == "a" else b)


def lead_peak(view: PairDay, tr: Tr) -> str:
    """The strongest correlation and its lag."""
    found = view.lead
    if isinstance(found, Unknown):
        return ""
    value = numbers.fixed(found.peak)
    if not found.peak_lag:
        return tr("{0}, same week").format(value)
    return tr("{0} at {1} w").format(value, numbers.fixed(found.peak_lag, 0, sign=True))


def lead_sides(view: PairDay, tr: Tr) -> tuple[str, str]:
    """The names of the left and right side; the peak's own words take the place of one of them."""
    a, b = names_of(view.history)
    left, right = tr("← {0} first").format(b), tr("{0} first →").format(a)
    if isinstance(view.lead, Unknown) or abs(view.lead.peak_lag) < FAR_LAG:
        return left, right
    return ("", right) if view.lead.peak_lag < 0 else (left, "")


def regime_rows(found: tuple[Regime, ...], tr: Tr) -> list[DotRow]:
    """The regimes as rows; one with too few days says so."""
    labels = {
        "near_record": tr("Within 2 % of record"),
        "between": tr("Between"),
        "far_below": tr("Over 10 % below"),
        "up_days": tr("Russell up days"),
        "down_days": tr("Russell down days"),
    }
    rows = []
    for one in found:
        label, result = labels[one.regime], one.result
        if isinstance(result, Unknown):
            few = tr("{0} days, {1} are needed").format(one.observations, NEEDED)
            note = few if one.observations < NEEDED else result.why
            rows.append(DotRow(label, None, n=one.observations, note=note))
        else:
            rows.append(DotRow(label, result.value, result.low, result.high, one.observations))
    return rows


def matrix_tips(view: PairDay, tr: Tr) -> list[list[str]]:
    """For each cell the returns it stands on, or how many are missing."""
    found, steps = view.matrix, steps_name(view.history.choice, tr)
    known, missing = tr("{0} {1}"), tr("{0} common {1}, {2} are needed.")
    return [
        [
            known.format(count, steps)
            if count >= found.needed
            else missing.format(count, steps, found.needed)
            for count in row
        ]
        for row in found.observations.tolist()
    ]
