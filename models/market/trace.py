"""How a figure explains itself: definition, the numbers in it, where they come from, what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.market.correlation.leadlag import lead_lag
from models.market.correlation.levels import levels
from models.market.correlation.pairs import Correlation, correlate
from models.market.correlation.regimes import regimes
from models.market.correlation.regression import Partial, beta, partial
from models.market.correlation.view import Choice, study_pair
from models.market.season.index import HEADLINE
from models.market.snapshot import Day, Series
from models.market.study import Study
from models.market.universe import BASIS_SENTENCES
from models.market.unknown import Unknown

DEFAULT = Choice()
"""The pair of the Overview: Russell 2000 and ALT50, 52 weeks."""
OTHER_CALENDAR = "The control has other days than the pair."


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a figure: what it is, who published it, and its newest value up to the day."""

    name: str
    source: str
    last_day: Day | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that stands behind one figure on one day.

    `section` and `passages` say where in the methods the definition stands: the paragraphs that
    begin with these words. `steps` are the numbers filled in, as (what, value).
    """

    title: str
    section: int
    passages: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    inputs: tuple[Input, ...]
    left_out: tuple[str, ...] = ()


PASSAGES: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "dominance": ("Bitcoin dominance", 5, ("`total`", "Weakening")),
    "total2": ("Altcoin cap, TOTAL2", 5, ("`total`", "Growth")),
    "russell": ("Russell 2000 against its record", 2, ("`^RUT`", "*Breakout*")),
    "season": ("Altcoin season index", 4, ("`index", "Label")),
    "phase": ("Rotation phase", 6, ("For each tier", "1. `risk-off`", "The phase shown", "The usual order")),
    "phase_after": ("What came after a phase", 6, ("The phase shown", "What came after")),
    "rotation_graph": ("Rotation graph", 6, ("Relative rotation graph",)),
    "sectors": ("Sectors against Bitcoin", 6, ("Sector map",)),
    "leaders": ("Leaders and laggards", 6, ("Sector map",)),
    "screen": ("Quiet with volume", 6, ("Screen",)),
    "signals": ("Confirmation score", 8, ("Each gives", "Score")),
    "prices": ("Indexed prices", 3, ("Alignment",)),
    "correlation": ("Correlation", 3, ("Alignment", "Rolling", "95 % band")),
    "matrix": ("Correlation matrix", 3, ("Alignment", "Rolling")),
    "partial": ("Partial correlation", 3, ("Partial",)),
    "beta": ("Beta", 3, ("Partial",)),
    "scatter": ("Scatter with beta", 3, ("Alignment", "Partial")),
    "stability": ("Stability", 3, ("Regimes",)),
    "regimes": ("Regimes", 3, ("Regimes",)),
    "lead_lag": ("Lead and lag", 3, ("Lead-lag",)),
    "levels": ("Price levels", 3, ("Levels",)),
}


def trace(study: Study, day: Day, key: str, choice: Choice = DEFAULT) -> Trace | Unknown:
    """Return what stands behind the figure `key` on `day`; `choice` for figures of two lines."""
    if key.startswith("signal:"):
        return _signal(study, day, key.removeprefix("signal:"))
    if key not in PASSAGES:
        return Unknown("This figure has no explanation yet.")
    title, section, passages = PASSAGES[key]
    steps, inputs, left_out = _behind(study, day, key, choice)
    return Trace(title, section, passages, steps, inputs, left_out)


Steps = tuple[tuple[str, str], ...]
Behind = tuple[Steps, tuple[Input, ...], tuple[str, ...]]


def _behind(study: Study, day: Day, key: str, choice: Choice) -> Behind:
    if key in ("dominance", "total2"):
        return _caps(study, day)
    if key == "russell":
        return _russell(study, day)
    if key == "season":
        return _season(study, day)
    if key == "phase":
        return _phase(study, day)
    if key in ("phase_after", "rotation_graph", "sectors", "leaders", "screen"):
        return _rotation(study, day, key)
    if key == "signals":
        return _score(study, day)
    return _correlation(study, day, key, choice)


def _number(value: float | Unknown, form: str) -> str:
    return f"unknown: {value.why}" if isinstance(value, Unknown) else form.format(value).replace("-", "−")


def _coins(study: Study, day: Day) -> Input:
    row = study.market.position(day)
    known = study.market.days[: row + 1]
    return Input("Prices and market caps of all cached coins", "coin archive or market API", known[-1])


def _line(study: Study, name: str, day: Day) -> Input:
    series: Series = study.line(name).upto(day)
    return Input(series.title, series.source or "coin archive or market API", series.last_day)


def _ticks(study: Study, day: Day) -> tuple[str, ...]:
    count = len(study.market.cut(day).bad_ticks)
    return (f"{count} coin-days up to this day are left out everywhere as bad ticks.",) if count else ()


def _caps(study: Study, day: Day) -> Behind:
    state = study.dominance.at(day)
    steps = (
        ("Bitcoin's market cap", _number(state.btc, "{:,.0f} USD")),
        ("All coins (total)", _number(state.total, "{:,.0f} USD")),
        ("Dominance = Bitcoin / total", _number(state.dominance, "{:.4f}")),
        ("Without stablecoins", _number(state.dominance_ex_stable, "{:.4f}")),
        ("TOTAL2 = total − Bitcoin", _number(state.total2, "{:,.0f} USD")),
        ("TOTAL2 over 30 days", _number(state.total2_growth_30, "{:+.2%}")),
        ("Bitcoin's cap over 30 days", _number(state.btc_growth_30, "{:+.2%}")),
    )
    left = ("Wrapped, staked and bridged coins are in no total.", *_ticks(study, day))
    if state.marked_days:
        days = ", ".join(str(one) for one in state.marked_days)
        left += (f"Large coins lost their cap on {days}: growth across these days is marked.",)
    return steps, (_coins(study, day),), left


def _russell(study: Study, day: Day) -> Behind:
    history = study.russell
    state = history if isinstance(history, Unknown) else history.at(day)
    if isinstance(state, Unknown):
        return (("State", f"unknown: {state.why}"),), (_line(study, "RUT", day),), ()
    steps = (
        (f"Close of {state.day}", f"{state.close:,.2f}"),
        (f"Record close, {state.record_day}", f"{state.record_close:,.2f}"),
        ("Distance = close / record − 1", _number(state.distance, "{:.2%}")),
        ("Sessions since the record", f"{state.sessions_since_record}"),
        ("Against the S&P 500 over 63 sessions", _number(state.vs_sp500_63, "{:+.2%}")),
        ("Records in the cache", f"{state.record_days_total}"),
    )
    return steps, (_line(study, "RUT", day), _line(study, "SPX", day)), ()


def _season(study: Study, day: Day) -> Behind:
    reading = study.season[HEADLINE].at(day)
    if isinstance(reading, Unknown):
        return (("Index", f"unknown: {reading.why}"),), (_coins(study, day),), ()
    steps = (
        ("Coins that beat Bitcoin over 90 days", f"{reading.beating}"),
        ("Coins counted", f"{reading.counted}"),
        ("Index = 100 × beating / counted", _number(reading.index, "{:.1f}")),
        ("Days in this state", f"{reading.days_in_state}"),
    )
    left: tuple[str, ...] = (
        f"{reading.too_young} of the top 50 are too young: without a price 90 days before.",
    )
    basis = [name for start, name in study.universe.basis(HEADLINE.top) if start <= day]
    if basis:
        left += (BASIS_SENTENCES[basis[-1]],)
    return steps, (_coins(study, day),), (*left, *_ticks(study, day))


def _phase(study: Study, day: Day) -> Behind:
    history = study.rotation
    state = history if isinstance(history, Unknown) else history.at(day)
    if isinstance(state, Unknown):
        return (("Phase", f"unknown: {state.why}"),), (_coins(study, day),), ()
    steps: tuple[tuple[str, str], ...] = (
        ("Phase shown", state.phase if isinstance(state.phase, str) else f"unknown: {state.phase.why}"),
        ("Raw phase of this day", state.raw_phase if isinstance(state.raw_phase, str) else "unknown"),
        ("Raw changes within 20 days", f"{state.raw_changes}"),
    )
    for tier in state.tiers:
        words = (
            f"momentum {_number(tier.momentum, '{:+.3f}')}, z {_number(tier.z, '{:+.2f}')}, "
            f"breadth {_number(tier.breadth, '{:.0%}')} of {tier.members}"
        )
        steps += ((f"Tier {tier.tier}", words),)
    return steps, (_coins(study, day),), ()


def _rotation(study: Study, day: Day, key: str) -> Behind:
    """What stands behind a card of the Rotation panel; imported here, as only that panel asks."""
    from models.market.rotation.trace import rotation_steps

    steps, left = rotation_steps(study, day, key)
    return steps, (_coins(study, day),), (*left, *_ticks(study, day))


def _score(study: Study, day: Day) -> Behind:
    score, weights = study.signals.score(day), study.signals.weights.given
    how = "Share = weight that confirms / weight that is known" if weights else "Share = confirm / known"
    steps = (
        ("Confirm", f"{score.confirms}"),
        ("Neutral", f"{score.neutral}"),
        ("Contradict", f"{score.contradicts}"),
        (how, _number(score.share, "{:.0%}")),
        *((f"Your weight of {study.signals[name].title}", f"{weight:g}") for name, weight in weights.items()),
    )
    left = (f"{score.unknown} signals are unknown and stand outside of the share.",)
    return steps, (), left


def _correlation(study: Study, day: Day, key: str, choice: Choice) -> Behind:
    """What stands behind a figure of two lines: the pair as it was chosen, and its numbers."""
    pair = study.pair(choice.a, choice.b, choice.returns, day)
    title = f"{choice.a} and {choice.b}, {choice.returns} returns, window {choice.window}, {choice.method}"
    steps = (("What is correlated", title), *OF_PAIRS.get(key, _rolled)(study, day, choice))
    left = (f"Returns are taken over {pair.calendar}.",)
    return steps, tuple(_line(study, name, day) for name in (choice.a, choice.b)), left


def _given(study: Study, day: Day, choice: Choice) -> Steps:
    pair = study.pair(choice.a, choice.b, choice.returns, day)
    control = study.pair(choice.a, choice.control, choice.returns, day)
    same = control.calendar == pair.calendar
    found = partial(pair, [control], window=choice.window, as_of=day) if same else Unknown(OTHER_CALENDAR)
    return _banded(f"Correlation given {choice.control}", found)


def _slope(study: Study, day: Day, choice: Choice) -> Steps:
    found = beta(study.pair(choice.a, choice.b, "weekly", day), as_of=day)
    if isinstance(found, Unknown):
        return (("Beta", f"unknown: {found.why}"),)
    title = f"Beta of {choice.b} on {choice.a}, {found.window} weekly returns"
    return (
        (title, _number(found.value, "{:.3f}")),
        ("Newey-West error", _number(found.standard_error, "{:.3f}")),
    )


def _lags(study: Study, day: Day, choice: Choice) -> Steps:
    found = lead_lag(study.pair(choice.a, choice.b, "weekly", day), as_of=day)
    if isinstance(found, Unknown):
        return (("Lead and lag", f"unknown: {found.why}"),)
    return (
        ("Strongest correlation", _number(found.peak, "{:.3f}") + f" at {found.peak_lag} weeks"),
        ("95 % band over all lags", _number(found.band, "±{:.3f}")),
        ("Common weeks", f"{found.observations}"),
        ("Verdict", found.verdict),
    )


def _levels(study: Study, day: Day, choice: Choice) -> Steps:
    found = levels(study_pair(study, choice), day)
    if isinstance(found, Unknown):
        return (("Price levels", f"unknown: {found.why}"),)
    return (
        ("Correlation of the levels", _number(found.level_r, "{:.3f}")),
        ("Correlation of their changes", _number(found.change_r, "{:.3f}")),
        ("Unrelated walks with as much", _number(found.share, "{:.1%}")),
        ("Common weeks", f"{found.observations}"),
    )


def _regimes(study: Study, day: Day, choice: Choice) -> Steps:
    found = regimes(study.pair(choice.a, choice.b, "daily", day), study.russell, as_of=day)
    return tuple(
        step for one in found for step in _banded(f"{one.regime}, {one.observations} days", one.result)
    )


def _rolled(study: Study, day: Day, choice: Choice) -> Steps:
    found = _now(study, day, choice)
    steps = _banded("Correlation", found)
    if isinstance(found, Unknown):
        return steps
    steps += (("Common returns", f"{found.observations}"),)
    return steps if found.effective is None else (*steps, ("Effective number", f"{found.effective:.1f}"))


def _stability(study: Study, day: Day, choice: Choice) -> Steps:
    steps, found = _rolled(study, day, choice), _now(study, day, choice)
    if isinstance(found, Unknown):
        return steps
    judged = {True: "unstable", False: "stable", None: "unknown"}[found.unstable]
    return (*steps, ("The two halves", judged))


def _now(study: Study, day: Day, choice: Choice) -> Correlation | Unknown:
    window = choice.half_life if choice.method == "ewma" else choice.window
    pair = study.pair(choice.a, choice.b, choice.returns, day)
    return correlate(pair, window=window, method=choice.method, as_of=day)


OF_PAIRS: Mapping[str, Callable[[Study, Day, Choice], Steps]] = {
    "partial": _given,
    "beta": _slope,
    "scatter": _slope,
    "lead_lag": _lags,
    "levels": _levels,
    "regimes": _regimes,
    "stability": _stability,
}
"""How the numbers behind a figure of two lines are told; the others are rolling correlations."""


def _banded(name: str, found: Correlation | Partial | Unknown) -> Steps:
    if isinstance(found, Unknown):
        return ((name, f"unknown: {found.why}"),)
    words = _number(found.value, "{:.3f}")
    if found.low is not None and found.high is not None:
        words += f" (95 % band {_number(found.low, '{:.3f}')} … {_number(found.high, '{:.3f}')})"
    return ((name, words),)


def _signal(study: Study, day: Day, name: str) -> Trace | Unknown:
    found = next((one for one in study.signals.at(day) if one.id == name), None)
    if found is None:
        return Unknown("There is no such signal.")
    steps = (
        ("State", found.state),
        ("Value", found.value_text),
        ("Threshold", found.threshold),
        ("Since", str(found.since)),
        ("Why", found.why),
    )
    inputs = tuple(_line(study, one, day) for one in found.series if study.line(one).days.size)
    return Trace(found.title, 8, ("Each gives", f"| {name} "), steps, inputs)
