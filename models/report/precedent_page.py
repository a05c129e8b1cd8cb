"""The claim on trial as a page of its own, and the pieces of it that the report shows."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from models.market.precedents.event_tests import HorizonResult, number
from models.market.precedents.rule import RANDOM
from models.market.precedents.rule_sensitivity import Sensitivity
from models.market.precedents.sentence import named, sentence
from models.market.precedents.trace import OUTCOME, SUCCESS, precedent_trace, rule_in_words
from models.market.precedents.view import PrecedentView
from models.market.study import Study
from models.market.unknown import Unknown
from models.report import precedent_svg as svg
from models.version import NAME, VERSION


def charts(view: PrecedentView) -> dict[str, Markup]:
    """Draw paths, differences, placebos and waits of one rule."""
    tested = view.verdict.tested
    base = 0.0 if isinstance(tested, Unknown) else number(tested.base_rate)
    what = "change of the season index" if view.rule.outcome == "season" else OUTCOME[view.rule.outcome]
    return {
        "paths": svg.fan_chart(view.fan, name=f"Paths around each event: {what}"),
        "base": svg.base_chart(
            view.outcome,
            name=f"Events less base rate: {OUTCOME[view.rule.outcome]}",
            percent=view.rule.outcome == "season",
        ),
        "placebos": svg.placebo_chart(view.placebos, base=base, name="The same asked of other lines"),
        "waits": svg.waits_chart(view.waits, name="Share after which a season had begun"),
    }


def verdict_of(view: PrecedentView) -> str:
    """Say the one sentence of a view."""
    tested = view.verdict.tested
    if isinstance(tested, Unknown) or view.first_day is None:
        return tested.why if isinstance(tested, Unknown) else "Nothing can be judged."
    kind = "random days" if view.rule.trigger == RANDOM else f"{view.rule.kind}s of {named(view.title)}"
    return sentence(kind, str(view.first_day), tested, view.verdict.horizons, view.rule.success)


def precedent_page(study: Study, view: PrecedentView, rules: Sensitivity | Unknown) -> str:
    """Render one rule with everything that belongs to it as a self-contained page."""
    environment = Environment(
        loader=PackageLoader("resources", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=_number, share=_share)
    tally = None if isinstance(rules, Unknown) else rules.tally(view.rule.horizon)
    return environment.get_template("precedents.html").render(
        application=f"{NAME} {VERSION}",
        view=view,
        verdict=verdict_of(view),
        rule=rule_in_words(view.rule, view.title),
        success=f"{SUCCESS[view.rule.success]}, {view.rule.horizon} days",
        outcome=OUTCOME[view.rule.outcome],
        charts=charts(view),
        tally=tally,
        rules_why=rules.why if isinstance(rules, Unknown) else "",
        rows=[_row(one) for one in view.success],
        trace=precedent_trace(study, view, "precedents:verdict"),
        demo=study.market.origin == "demo",
    )


def _row(one: HorizonResult) -> dict[str, Any]:
    """The figures of one horizon, None where unknown."""
    names = ("rate", "base_rate", "difference", "low", "high", "p", "p_adjusted")
    figures = {name: getattr(one, name) for name in names}
    row: dict[str, Any] = {
        name: None if isinstance(value, Unknown) else value for name, value in figures.items()
    }
    return row | {"days": one.days, "events": one.events, "independent": one.independent, "hits": one.hits}


def _number(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:{'+' if sign else ''}z,.{digits}f}".replace("-", "−")


def _share(value: float | None, digits: int = 0, *, sign: bool = False) -> str:
    return "–" if value is None else f"{_number(100 * value, digits, sign=sign)} %"
