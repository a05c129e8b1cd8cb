"""The same question asked of lines that should know nothing, and of random days. Methods, section 7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.precedents.event_tests import HorizonResult, against_base, number
from models.market.precedents.event_windows import Ground, Windows
from models.market.precedents.rule import (
    PLACEBOS,
    RANDOM,
    RUSSELL,
    Rule,
    first_cached,
    marked_events,
    of_kind,
    spaced_draws,
    trigger_line,
)
from models.market.snapshot import Day, Floats
from models.market.study import Study
from models.market.unknown import Unknown

RANDOM_DRAWS = 5_000


@dataclass(frozen=True, slots=True)
class Placebo:
    """How often one line's events were followed by a success.

    Attributes
    ----------
    trigger : the line's id, or `random`
    rate, base_rate : shares; for random days `rate` is the mean of the drawn sets
    low, high : the 95 % interval of rate less base rate, laid on the base rate; for random days what
        95 % of the drawn sets give
    """

    trigger: str
    title: str
    events: int
    independent: int
    rate: float | Unknown
    base_rate: float | Unknown
    low: float | Unknown
    high: float | Unknown

    @property
    def is_random(self) -> bool:
        return self.trigger == RANDOM


def placebos(
    study: Study,
    rule: Rule,
    as_of: Day,
    ground: Ground,
    windows: Windows,
    success: tuple[HorizonResult, ...],
    *,
    intervals: bool = True,
) -> tuple[Placebo, ...]:
    """Return the rule's own line first, then the others that are cached, then random days."""
    own = next((one for one in success if one.days == rule.horizon), None)
    if own is None:
        return ()
    line = trigger_line(study, rule.trigger, as_of)
    found = []
    if not isinstance(line, Unknown) and rule.trigger != RANDOM:
        found.append(_placebo(rule.trigger, line.title, own))
    others = (RUSSELL[:1], *PLACEBOS) if rule.trigger != "RUT" else PLACEBOS
    for names in others:
        name = first_cached(study, names, as_of)
        if name is None or name == rule.trigger:
            continue
        other = trigger_line(study, name, as_of)
        if isinstance(other, Unknown):
            continue
        tested = against_base(
            Windows(other, ground, rule.since),
            marked_events(other, of_kind(rule, name)),
            rule.success,
            horizons=(rule.horizon,),
            intervals=intervals,
        )
        found.append(_placebo(name, other.title, tested[0]))
    return (*found, _random_days(rule, windows, own.events))


def _placebo(trigger: str, title: str, found: HorizonResult) -> Placebo:
    low: float | Unknown = found.low if isinstance(found.low, Unknown) else _laid(found, number(found.low))
    high: float | Unknown = (
        found.high if isinstance(found.high, Unknown) else _laid(found, number(found.high))
    )
    return Placebo(trigger, title, found.events, found.independent, found.rate, found.base_rate, low, high)


def _laid(found: HorizonResult, edge: float) -> float:
    return float(np.clip(number(found.base_rate) + edge, 0.0, 1.0))


def _random_days(rule: Rule, windows: Windows, count: int) -> Placebo:
    """Draw sets of as many days as there are events, and see how often each is followed by a success."""
    title = "Random days"
    base, outcome = windows.measured(rule.success, rule.horizon)
    rates = random_rates(outcome[base], count, rule.spacing, rule.seed)
    if not rates.size:
        why = Unknown(f"No event has a window of {rule.horizon} days that is past and known.")
        return Placebo(RANDOM, title, 0, 0, why, why, why, why)
    low, high = (float(edge) for edge in np.quantile(rates, [0.025, 0.975]))
    return Placebo(
        RANDOM, title, count, count, float(rates.mean()), float(outcome[base].mean()), low, high
    )  # fmt: skip


def random_rates(outcome: Floats, count: int, spacing: int, seed: int) -> Floats:
    """Return the success rate of each of 5,000 sets of `count` days drawn by chance."""
    if not outcome.size or not count:
        return np.empty(0)
    drawn = spaced_draws(outcome.size, count, spacing, np.random.default_rng([seed, 0]), RANDOM_DRAWS)
    rates: Floats = outcome[drawn].mean(axis=1)
    return rates
