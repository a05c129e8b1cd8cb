"""What the charts and tables of the Precedents panel say: events, base rates, placebos, rules."""

from __future__ import annotations

from models.market.precedents.event_tests import INDEPENDENT_NEEDS, SIGNIFICANT, number
from models.market.precedents.placebos import Placebo
from models.market.precedents.rule import Rule
from models.market.precedents.rule_sensitivity import Sensitivity, Tally
from models.market.precedents.sentence import named
from models.market.precedents.verdict import Event
from models.market.precedents.view import TABLE_HORIZONS, EventRow, PrecedentView
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.charts.interval_dots import DotRow
from ui.panels.precedents.words import Tr, success_clause
from ui.widgets import dates, numbers
from ui.widgets.tables import Cell, Table

# -- events --------------------------------------------------------------------------------------------


def event_tip(row: EventRow, rule: Rule, tr: Tr) -> str:
    """One event in a sentence."""
    day = dates.short_day_text(row.day)
    if row.state == "open":
        return tr("{0}: its {1} days are not over").format(day, rule.horizon)
    if row.state == "not at risk":
        return tr("{0}: a season was running, so none could begin").format(day)
    if row.state == "unknown":
        return tr("{0}: the figures do not reach back that far").format(day)
    clause = success_clause(rule.success, rule.horizon, tr)
    yes = tr("{0}: {1} after it") if row.state == "hit" else tr("{0}: no. Asked was whether {1} after it")
    return yes.format(day, clause)


def cell_value(event: Event, rule: Rule, horizon: int) -> float | None:
    """The outcome of an event that its row shows, in percent or points."""
    found = next((one for one in event.outcomes if one.days == horizon), None)
    if found is None:
        return None
    if rule.outcome == "season":
        return found.season_change
    value = found.alt50 if rule.outcome == "alt50" else found.alt50_minus_btc
    return None if value is None else 100.0 * value


def is_open(view: PrecedentView, row: EventRow, horizon: int) -> bool:
    """Whether the window of an event is not over."""
    return bool((view.day - row.day).astype(int) < horizon)


def note(row: EventRow, tr: Tr) -> str:
    """What must be known to judge an event."""
    names = {
        "overlap": tr("overlaps the one before"),
        "breakout": tr("breakout"),
        "inside": tr("inside a season"),
        "before": tr("before the season index"),
    }
    parts = [row.famous] if row.famous else []
    return ", ".join([*parts, *(names[one] for one in row.notes)])


# -- charts --------------------------------------------------------------------------------------------


def base_rows(view: PrecedentView, tr: Tr) -> list[DotRow]:
    """Event minus base rate, a row for each horizon."""
    rows = []
    for one in view.outcome:
        known = not isinstance(one.difference, Unknown)
        judged = one.independent >= INDEPENDENT_NEEDS
        independent = (
            f"{one.independent}" if judged else tr("{0} of {1}").format(one.independent, INDEPENDENT_NEEDS)
        )
        note = ""
        if not known:
            note = tr("no finished window")
        elif isinstance(one.low, Unknown):
            note = tr("no interval") if not judged else tr("being drawn")
        rows.append(
            DotRow(
                label=f"{one.days}",
                value=_or_none(one.difference),
                low=_or_none(one.low),
                high=_or_none(one.high),
                note=note,
                cells=(independent, numbers.chance(number(one.p)), numbers.chance(number(one.p_adjusted))),
                strong=one.days == view.rule.horizon,
            )
        )
    return rows


def base_heads(tr: Tr) -> tuple[str, ...]:
    """The heads of the chart against the base rate."""
    return (tr("days"), tr("independent"), tr("p"), tr("p adj."))


def base_tip(tr: Tr) -> str:
    """What the columns mean."""
    words = tr(
        "Base rate: the same outcome after every session, event or not. independent: events far enough "
        "apart to count on their own, 8 are needed. p: how often chance alone leaves as large a gap. "
        "p adj.: the same, adjusted for asking several horizons; below 0.05 counts as established."
    )
    return readable(words)


def placebo_subtitle(view: PrecedentView, tr: Tr) -> str:
    """What the placebos are asked, in few words: the sentence above says it in full."""
    short = {
        "season": tr("season within {0} days"),
        "alt50_up": tr("ALT50 higher after {0} days"),
        "beats_btc": tr("ahead of Bitcoin after {0} days"),
        "beats_median": tr("far ahead of Bitcoin after {0} days"),
    }[view.rule.success].format(view.rule.horizon)
    tested = view.verdict.tested
    if isinstance(tested, Unknown):
        return short
    return tr("{0} · base rate {1}").format(short, numbers.percent(number(tested.base_rate), 0))


def placebo_rows(view: PrecedentView, tr: Tr) -> list[DotRow]:
    """How often a success followed, line by line."""
    rows = []
    for one in view.placebos:
        own = one.trigger == view.rule.trigger
        note = ""
        if isinstance(one.rate, Unknown):
            note = tr("no finished window")
        elif isinstance(one.low, Unknown):
            few = one.independent < INDEPENDENT_NEEDS
            note = tr("no interval: {0} independent").format(one.independent) if few else tr("being drawn")
        rows.append(
            DotRow(
                label=placebo_title(one, tr),
                value=_or_none(one.rate),
                low=_or_none(one.low),
                high=_or_none(one.high),
                n=one.events,
                note=note,
                shape="disc" if own else "diamond",
                strong=own,
            )
        )
    return rows


def placebo_title(one: Placebo, tr: Tr) -> str:
    """The name of a placebo that fits beside the axis."""
    return tr("Random days") if one.is_random else one.title


def placebo_sentence(view: PrecedentView, tr: Tr) -> str:
    """What the comparison says, in one sentence."""
    own = next((one for one in view.placebos if one.trigger == view.rule.trigger), None)
    if own is None or isinstance(own.rate, Unknown):
        return tr("There is nothing to compare yet.")
    rate = own.rate
    random = next((one for one in view.placebos if one.is_random and one is not own), None)
    others = [one for one in view.placebos if one is not own and not one.is_random]
    known = [one.rate for one in others if not isinstance(one.rate, Unknown)]
    if view.rule.kind == "breakout":
        what, other = tr("A breakout of {0}"), tr("other breakouts")
    else:
        what, other = tr("A record of {0}"), tr("other records")
    what = what.format(named(own.title))
    inside = (
        random is None
        or isinstance(random.low, Unknown)
        or isinstance(random.high, Unknown)
        or random.low <= rate <= random.high
    )
    if inside:
        if known and rate > max(known):
            return tr("{0} did better than {1}, but no better than random days often do.").format(what, other)
        return tr("{0} does no better than {1}, or random days.").format(what, other)
    assert random is not None
    if rate > number(random.high):
        if known and rate <= max(known):
            return tr("{0} did better than random days, but no better than {1}.").format(what, other)
        return tr("{0} did better than nearly all sets of random days, and than {1}.").format(what, other)
    return tr("{0} did worse than nearly all sets of random days.").format(what)


def placebo_tip(tr: Tr) -> str:
    """Why placebos are shown."""
    words = tr(
        "A placebo is a line that should know nothing about altcoins. If its records do as well, the story "
        "is not about small caps. Random days: 5,000 sets of as many days, drawn by chance; the whiskers "
        "hold 95 % of them. Other whiskers: the 95 % interval of the gap, laid on the base rate."
    )
    return readable(words)


def wait_sentence(view: PrecedentView, tr: Tr) -> str:
    """What the days to the next season say."""
    waits = view.waits
    if not waits.wait.size:
        return tr("No event outside of a season is known yet.")
    begun = int((waits.wait == waits.wait).sum())
    if not begun:
        return tr("After none of {0} events a season has begun yet.").format(waits.wait.size)
    return tr("After {0} of {1} events a season has begun so far, in the middle after {2} days.").format(
        begun, waits.wait.size, numbers.fixed(waits.median, 0)
    )


# -- rules ---------------------------------------------------------------------------------------------


def sensitivity_sentence(found: Sensitivity, tally: Tally, tr: Tr) -> str:
    """The honest answer to cherry-picking, in one sentence."""
    start = tr(
        "In {0} of {1} reasonable rules, which choose {2} different sets of days, the events did better"
    )
    text = start.format(tally.above, tally.rules, tally.distinct)
    if tally.established:
        return tr("{0}; {1} reach what counts as established.").format(text, tally.established)
    if not tally.judged:
        return tr(
            "{0}; no rule has the {1} independent events that a claim needs: none is established."
        ).format(text, INDEPENDENT_NEEDS)
    if tally.unusual:
        return tr(
            "{0}; of {1} the gap alone would seldom arise by chance, but who asks so often will find some: "
            "none is established."
        ).format(text, tally.unusual)
    return tr("{0}; chance alone leaves gaps like these: none is established.").format(text)


def quiet_names(found: Sensitivity, tr: Tr) -> list[str]:
    """The rows of the map of rules."""
    return [tr("every record") if not quiet else tr("{0} quiet").format(quiet) for quiet in found.quiet]


def cell_tips(found: Sensitivity, at: int, tr: Tr) -> list[list[str]]:
    """Each rule in words."""
    tips = []
    for i, _ in enumerate(found.quiet):
        line = []
        for j, _ in enumerate(found.spacing):
            events, independent = int(found.events[i, j, at]), int(found.independent[i, j, at])
            if not events:
                line.append(tr("No event has a finished window."))
                continue
            p, adjusted = float(found.p[i, j, at]), float(found.p_adjusted[i, j, at])
            words = tr("{0} events, {1} independent; p {2}, adjusted {3}: {4}").format(
                events,
                independent,
                numbers.fixed(p),
                numbers.fixed(adjusted),
                _judged(independent, adjusted, tr),
            )
            line.append(words)
        tips.append(line)
    return tips


def _judged(independent: int, adjusted: float, tr: Tr) -> str:
    if independent < INDEPENDENT_NEEDS:
        return tr("too few events for any claim")
    return tr("established") if adjusted < SIGNIFICANT else tr("not established")


def table_heads(tr: Tr) -> tuple[str, ...]:
    """The heads of the three horizons in the events table."""
    return tuple(tr("{0}").format(days) for days in TABLE_HORIZONS)


def _or_none(value: float | Unknown) -> float | None:
    return None if isinstance(value, Unknown) else value


def events_table(view: PrecedentView, tr: Tr) -> Table:
    """Every event with every horizon, for the clipboard and for CSV; unknown cells are empty."""
    horizons = [one.days for one in view.rows[0].event.outcomes] if view.rows else []
    header = [tr("Day"), tr("Close"), tr("What followed"), tr("Days to season"), tr("Note")]
    for days in horizons:
        header += [
            tr("ALT50 after {0} days, %").format(days),
            tr("ALT50 minus Bitcoin after {0} days, points").format(days),
            tr("Season index after {0} days, points").format(days),
            tr("Season began within {0} days").format(days),
        ]
    rows: list[list[Cell]] = []
    for row in view.rows:
        event = row.event
        cells: list[Cell] = [row.day, event.level, row.state, event.days_to_season, note(row, tr)]
        for one in event.outcomes:
            began = None if one.season_began is None else tr("yes") if one.season_began else tr("no")
            cells += [_hundredfold(one.alt50), _hundredfold(one.alt50_minus_btc), one.season_change, began]
        rows.append(cells)
    return Table(tuple(header), rows)


def _hundredfold(value: float | None) -> float | None:
    return None if value is None else 100.0 * value
