"""What the Precedents panel says: the verdict, the names of rules and figures, and each event in words."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QLocale

from models.market.precedents.event_tests import INDEPENDENT_NEEDS, HorizonResult, number
from models.market.precedents.event_windows import Measure
from models.market.precedents.rule import RANDOM, Rule
from models.market.precedents.sentence import named
from models.market.precedents.view import PrecedentView
from models.market.signals.history import State
from models.market.snapshot import Day
from models.market.unknown import Unknown
from ui.widgets import dates, numbers

Tr = Callable[[str], str]


# -- names ---------------------------------------------------------------------------------------------


def month(day: Day, tr: Tr) -> str:
    """A month for people: January 2014."""
    return QLocale().toString(dates.to_date(day), "MMMM yyyy")


def events_name(rule: Rule, tr: Tr, count: int = 2) -> str:
    """What is counted: breakouts, record days, random days."""
    if rule.trigger == RANDOM:
        return tr("random days") if count != 1 else tr("random day")
    if rule.kind == "breakout":
        return tr("breakouts") if count != 1 else tr("breakout")
    return tr("record days") if count != 1 else tr("record day")


def zero_name(rule: Rule, tr: Tr) -> str:
    """The name of day 0 on the axis."""
    if rule.trigger == RANDOM:
        return tr("day")
    return tr("breakout") if rule.kind == "breakout" else tr("record")


def success_names(tr: Tr) -> dict[Measure, str]:
    """What counts as a success, as the choice of a rule."""
    return {
        "season": tr("An altcoin season began"),
        "alt50_up": tr("ALT50 stood higher"),
        "beats_btc": tr("ALT50 was ahead of Bitcoin"),
        "beats_median": tr("ALT50 was further ahead of Bitcoin than after half of all days"),
    }


def success_clause(success: Measure, horizon: int, tr: Tr) -> str:
    """A success as a clause with its horizon, before "after 9 (43 %)"."""
    clause = {
        "season": tr("a season began within {0} days"),
        "alt50_up": tr("ALT50 stood higher {0} days"),
        "beats_btc": tr("ALT50 was ahead of Bitcoin {0} days"),
        "beats_median": tr("ALT50 was further ahead of Bitcoin than after half of all days, {0} days"),
    }[success]
    return clause.format(horizon)


def outcome_name(rule: Rule, tr: Tr) -> str:
    """The outcome that paths and table show."""
    return {
        "alt50": tr("ALT50"),
        "excess": tr("ALT50 minus Bitcoin"),
        "season": tr("Altcoin season index"),
    }[rule.outcome]


def path_subtitle(rule: Rule, tr: Tr) -> str:
    """What the aligned paths are, with their unit."""
    unit = {
        "alt50": tr("ALT50, log points; dashed: any day"),
        "excess": tr("ALT50 minus Bitcoin, log points; dashed: any day"),
        "season": tr("change of the season index, points; dashed: any day"),
    }
    return unit[rule.outcome]


def base_subtitle(rule: Rule, tr: Tr) -> str:
    """What is held against the base rate."""
    if rule.outcome == "season":
        return tr("a season began, 95 % intervals")
    return tr("{0}, 95 % intervals").format(outcome_name(rule, tr))


def base_across(rule: Rule, tr: Tr) -> str:
    """The axis of the chart against the base rate."""
    if rule.outcome == "season":
        return tr("event minus base rate, percentage points")
    return tr("event minus base rate, log points")


def events_subtitle(rule: Rule, tr: Tr) -> str:
    """What the columns of the events table hold."""
    return {
        "alt50": tr("ALT50 after n days, percent"),
        "excess": tr("ALT50 minus Bitcoin after n days, simple returns, points"),
        "season": tr("change of the season index after n days, points"),
    }[rule.outcome]


# -- the verdict ---------------------------------------------------------------------------------------


def badge(view: PrecedentView, tr: Tr) -> tuple[str, State]:
    """The verdict in two words, and the state of its mark."""
    found = view.verdict.tested
    if isinstance(found, Unknown):
        return tr("Cannot be judged"), "unknown"
    if view.verdict.established is None:
        return tr("Not established: too few events"), "neutral"
    if not view.verdict.established:
        return tr("Not established"), "neutral"
    better = number(found.difference) > 0
    return (tr("Established"), "confirms") if better else (tr("Established: the opposite"), "contradicts")


def how_asked(view: PrecedentView, tr: Tr) -> str:
    """How the verdict was reached, in a line beside it."""
    return tr("adjusted for asking {0} horizons · against every other start of the calendar").format(
        view.verdict.horizons
    )


def how_asked_tip(view: PrecedentView, tr: Tr) -> str:
    """The same with the names of the methods."""
    return tr(
        "All events are moved together along the calendar to every other day (circular shifts). p is the "
        "share of these moves that leave as large a gap: what chance alone does. Asking {0} horizons gives "
        "chance {0} tries, which Holm's method makes up for."
    ).format(view.verdict.horizons)


def verdict(view: PrecedentView, tr: Tr) -> str:
    """The one sentence, as rich text with its figures in bold."""
    rule, found = view.rule, view.verdict.tested
    if isinstance(found, Unknown) or view.first_day is None:
        return escape(found.why if isinstance(found, Unknown) else tr("Nothing can be judged."))
    whose = "" if rule.trigger in ("RUT", RANDOM) else tr(" of {0}").format(named(view.title))
    start = tr("{0} {1}{2} since {3} with a finished window").format(
        found.events, events_name(rule, tr, found.events), whose, month(view.first_day, tr)
    )
    text = tr(
        "{0}; {1} after <b>{2} ({3})</b>; base rate <b>{4}</b>; a gap this large arises by chance "
        "<b>{5}</b> of the time (adjusted {6}): {7}."
    )
    return text.format(
        escape(start),
        escape(success_clause(rule.success, rule.horizon, tr)),
        found.hits,
        _share(found.rate),
        _share(found.base_rate),
        _share(found.p),
        _share(found.p_adjusted),
        _ending(view, found, tr),
    )


def _ending(view: PrecedentView, found: HorizonResult, tr: Tr) -> str:
    if view.verdict.established is None:
        return tr(
            "<b>not established</b>, since only {0} events are independent of each other and {1} are needed"
        ).format(found.independent, INDEPENDENT_NEEDS)
    return tr("<b>established</b>") if view.verdict.established else tr("<b>not established</b>")


def plain(text: str) -> str:
    """A rich text without its marks."""
    return text.replace("<b>", "").replace("</b>", "").replace("&amp;", "&").replace("&#x27;", "'")


def _share(value: float | Unknown) -> str:
    """A share that no line breaks inside of."""
    return numbers.percent(number(value), 0).replace(" ", "\u00a0")


def counts(view: PrecedentView, tr: Tr) -> str:
    """What stands beside the dots: independent events, and those that could not be judged."""
    found = view.verdict.tested
    parts = []
    if not isinstance(found, Unknown):
        parts.append(tr("{0} independent").format(found.independent))
    rest = [
        (view.count("not at risk"), tr("{0} inside a season")),
        (view.count("open"), tr("{0} still open")),
        (view.count("unknown"), tr("{0} too early")),
    ]
    more = [text.format(count) for count, text in rest if count]
    return " · ".join([*parts, *([tr("not counted: {0}").format(", ".join(more))] if more else [])])


def counts_tip(view: PrecedentView, tr: Tr) -> str:
    """What independent means, and why some events are not counted."""
    return tr(
        "Two events less than {0} days apart share most of what follows, so they count as one piece of "
        "evidence. Inside a running season none can begin; an open event's {0} days are not over yet."
    ).format(view.rule.horizon)


def limits(view: PrecedentView, tr: Tr) -> str:
    """What the test could not show in any case; empty where it could."""
    if view.verdict.reachable:
        return ""
    return tr("A short history: even a season after every event would leave an adjusted p of {0}.").format(
        numbers.fixed(view.verdict.adjusted_if_always)
    )


def limits_tip(tr: Tr) -> str:
    """Why even that would not do."""
    return tr(
        "The history is short for such long windows: all events moved by less than a window have much the "
        "same outcomes, and each such move counts as chance. Shorter horizons can tell more."
    )
