"""How each figure of the Precedents panel explains itself: rule, numbers, inputs, what was left out."""

from __future__ import annotations

from models.market.precedents.event_tests import INDEPENDENT_NEEDS, HorizonResult
from models.market.precedents.placebos import RANDOM_DRAWS
from models.market.precedents.rule import RANDOM, Rule
from models.market.precedents.rule_sensitivity import Sensitivity
from models.market.precedents.sentence import named
from models.market.precedents.view import PrecedentView
from models.market.snapshot import BITCOIN, Day
from models.market.study import Study
from models.market.trace import Input, Trace
from models.market.unknown import Unknown

SECTION = 7
PASSAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "precedents:verdict": ("The verdict", ("Events:", "Base rate", "For", "An outcome", "Always shown")),
    "precedents:paths": ("Aligned paths", ("Events:", "Always shown")),
    "precedents:base": ("Against the base rate", ("Base rate", "An outcome")),
    "precedents:events": ("Events", ("Events:", "An outcome", "Always shown")),
    "precedents:placebos": ("Placebos", ("Placebos", "Base rate")),
    "precedents:waits": ("Days to the next season", ("An outcome", "Base rate")),
    "precedents:rules": ("Rule by rule", ("Events:", "Base rate")),
}
SUCCESS = {
    "season": "an altcoin season began within the horizon",
    "alt50_up": "ALT50 stood higher at the end of the horizon",
    "beats_btc": "ALT50 was ahead of Bitcoin at the end of the horizon (log returns)",
    "beats_median": "ALT50 was further ahead of Bitcoin than after half of all days",
}
OUTCOME = {
    "alt50": "log return of ALT50",
    "excess": "log return of ALT50 less that of Bitcoin",
    "season": "an altcoin season began",
}
Steps = tuple[tuple[str, str], ...]


def precedent_trace(study: Study, view: PrecedentView, key: str, rules: Sensitivity | None = None) -> Trace:
    """Return what stands behind one part of the panel; `rules` for the map of rules."""
    title, passages = PASSAGES[key]
    part = key.removeprefix("precedents:")
    steps = _rule(view.rule, view)
    if part == "verdict":
        steps += _verdict(view)
    elif part == "paths":
        steps += _paths(view)
    elif part == "base":
        steps += (("What is compared", OUTCOME[view.rule.outcome]), *_tests(view.outcome))
    elif part == "placebos":
        steps += _placebos(view)
    elif part == "waits":
        steps += _waits(view)
    elif part == "rules" and rules is not None:
        steps += _rules(rules, view.rule.horizon)
    else:
        steps += (("Events since the first day of ALT50", f"{len(view.rows)}"),)
    return Trace(title, SECTION, passages, steps, _inputs(study, view), _left_out(view))


def rule_in_words(rule: Rule, title: str) -> str:
    """The rule as a sentence, for traces, reports and files."""
    title = named(title)
    apart = f"at least {rule.spacing} sessions after the last one that counted"
    if rule.trigger == RANDOM:
        return f"Days drawn by chance (draw {rule.seed}), as many as {title} has events, {apart}."
    if rule.kind == "breakout":
        return (
            f"A record close of {title} with at least {rule.quiet} sessions since the record before, {apart}."
        )
    return f"A record close of {title}, {apart}."


def _rule(rule: Rule, view: PrecedentView) -> Steps:
    return (
        ("An event is", rule_in_words(rule, view.title)),
        ("A success is", f"{SUCCESS[rule.success]}, {rule.horizon} days"),
        ("Span", f"{view.first_day} to {view.day}" if view.first_day is not None else "none"),
    )


def _figure(value: float | Unknown | None, form: str = "{:.3f}") -> str:
    if value is None:
        return "not asked of this success"
    return f"unknown: {value.why}" if isinstance(value, Unknown) else form.format(value).replace("-", "−")


def _verdict(view: PrecedentView) -> Steps:
    found = view.verdict.tested
    if isinstance(found, Unknown):
        return (("Verdict", f"unknown: {found.why}"),)
    answer = {True: "established", False: "not established", None: "too few independent events for a claim"}
    return (
        ("Events with a finished window", f"{found.events}"),
        (f"Independent, {found.days} days apart", f"{found.independent}; {INDEPENDENT_NEEDS} are needed"),
        ("Share after events = successes / events", f"{found.hits} / {found.events} = {_figure(found.rate)}"),
        (f"Base rate, over {found.base_sessions} sessions", _figure(found.base_rate)),
        ("Gap = share − base rate", _figure(found.difference, "{:+.3f}")),
        ("p: moves of the calendar that leave as large a gap", _figure(found.p, "{:.4f}")),
        (f"p adjusted for {view.verdict.horizons} horizons (Holm)", _figure(found.p_adjusted, "{:.4f}")),
        ("p, had a season begun after every event only", _figure(view.verdict.p_if_always, "{:.4f}")),
        ("Verdict", answer[view.verdict.established]),
    )


def _tests(results: tuple[HorizonResult, ...]) -> Steps:
    steps = []
    for one in results:
        words = f"{one.events} events, {one.independent} independent; "
        words += f"{_figure(one.rate)} − {_figure(one.base_rate)} = {_figure(one.difference, '{:+.3f}')}"
        if not isinstance(one.low, Unknown):
            words += f", 95 % {_figure(one.low, '{:+.3f}')} … {_figure(one.high, '{:+.3f}')}"
        words += f"; p {_figure(one.p)}, adjusted {_figure(one.p_adjusted)}"
        steps.append((f"{one.days} days", words if one.events else "no event with a finished window"))
    return tuple(steps)


def _paths(view: PrecedentView) -> Steps:
    fan = view.fan
    known = fan.known.tolist()
    what = "change of the season index" if view.rule.outcome == "season" else OUTCOME[view.rule.outcome]
    return (
        ("Events drawn", f"{fan.days.size}"),
        ("Each path", f"{what} since the event's day, which is 0"),
        ("Known 30, 90 and 180 days after", ", ".join(str(known[60 + days]) for days in (30, 90, 180))),
        ("Bands", "the middle half and the middle four fifths of the events, at each distance on its own"),
        ("Dashed and dotted", "median and middle four fifths of the paths around every session of the span"),
    )  # fmt: skip


def _placebos(view: PrecedentView) -> Steps:
    steps: Steps = ()
    for one in view.placebos:
        words = f"{_figure(one.rate)} of {one.events} events ({one.independent} independent)"
        if not isinstance(one.low, Unknown):
            words += f", {_figure(one.low)} … {_figure(one.high)}"
        if one.is_random:
            words = f"{RANDOM_DRAWS:,} sets: mean {_figure(one.rate)}, 95 % within {_figure(one.low)} … "
            words += _figure(one.high)
        steps += ((one.title, words),)
    return steps


def _waits(view: PrecedentView) -> Steps:
    waits = view.waits
    begun = [
        f"{day}: {wait:.0f}" for day, wait in zip(waits.event_days, waits.wait, strict=True) if wait == wait
    ]
    return (
        ("Events outside of a season", f"{waits.wait.size}"),
        ("Days to the next season", "; ".join(begun) or "none has begun yet"),
        ("Share at x", "events after which one had begun within x days / events whose x days are past"),
    )


def _rules(rules: Sensitivity, horizon: int) -> Steps:
    tally = rules.tally(horizon)
    return (
        ("Quiet sessions", ", ".join(str(one) for one in rules.quiet)),
        ("Sessions apart", ", ".join(str(one) for one in rules.spacing)),
        ("Rules, and those that choose different days", f"{tally.rules}, {tally.distinct}"),
        (f"Gap above 0 and below, {horizon} days", f"{tally.above}, {tally.below}"),
        ("p below 0.05 before adjusting", f"{tally.unusual}"),
        ("Enough independent events for a claim", f"{tally.judged}"),
        ("Established", f"{tally.established}"),
    )


def _inputs(study: Study, view: PrecedentView) -> tuple[Input, ...]:
    names = ["RUT" if view.rule.trigger == RANDOM else view.rule.trigger, "ALT50", "BTC"]
    found = []
    for name in names:
        line = study.line(name).upto(view.day)
        found.append(Input(line.title or name, line.source or "coin archive or market API", line.last_day))
    row = study.market.position(view.day)
    last: Day = study.market.days[row]
    found.append(Input("Prices and market caps of all cached coins", "coin archive or market API", last))
    return tuple(found) if BITCOIN in study.market.column else tuple(found[:2])


def _left_out(view: PrecedentView) -> tuple[str, ...]:
    days = {state: [str(row.day) for row in view.rows if row.state == state] for state in _WHY}
    left = [f"{_WHY[state]} {', '.join(found)}." for state, found in days.items() if found]
    overlap = sum("overlap" in row.notes for row in view.rows)
    if overlap:
        left.append(
            f"{overlap} events lie within {view.rule.horizon} days of the one before and share its window."
        )
    if view.seasons_without_event:
        starts = ", ".join(str(one.start) for one in view.seasons_without_event)
        left.append(f"Seasons with no event in the 180 days before them, starting {starts}.")
    tested = view.verdict.tested
    if not isinstance(tested, Unknown) and not view.verdict.reachable:
        adjusted = view.verdict.adjusted_if_always or 0.0
        left.append(
            f"Had a season begun after every one of these events and at no other time, the adjusted p would "
            f"still be {adjusted:.2f}: the history is too short to establish anything over "
            f"{view.rule.horizon} days."
        )
    return tuple(left)


_WHY = {
    "open": "Not counted, since their window is not over:",
    "not at risk": "Not counted, since a season was running:",
    "unknown": "Not counted, since the figures do not reach back that far:",
}
