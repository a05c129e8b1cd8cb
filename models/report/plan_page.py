"""The report of a plan as one self-contained page: readable, printable, with charts, no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from models.market.snapshot import Floats
from models.report.page import number, percent, words
from models.report.svg import Chart, Line, draw
from models.risk.findings import Findings
from models.risk.portfolio import sector_title
from models.risk.simulation.results import Fan, Simulation

MARKS = {"ok": "✓", "amber": "△", "red": "✕", "unknown": "?"}
"""Shape as well as colour: the page is also printed in black."""
CHECKS = {"kept": "✓", "warning": "△", "broken": "✕", "unknown": "?"}
BOUNDARY = (0.05, 0.95)


def plan_page(found: Findings, document: Mapping[str, Any], *, printed: bool = False) -> str:
    """Render the report of a plan as HTML; every text of the user is escaped by the template engine.

    `printed` is for an engine that knows tables and little else: figures side by side, bars of blanks.
    """
    environment = Environment(
        loader=PackageLoader("resources", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    symbols = {one["coin"]: one["symbol"] for one in document["positions"]}
    environment.filters.update(
        number=number,
        percent=percent,
        words=words,
        amount=amount,
        fraction=fraction,
        sector=sector_title,
        symbol=lambda coin: symbols.get(coin, coin),
    )
    return environment.get_template("plan.html").render(
        report=document,
        printed=printed,
        totals=document["totals"],
        risk=document["risk"],
        simulation=document["simulation"],
        marks=MARKS,
        check_marks=CHECKS,
        tally=_tally(document),
        fan=_fan_chart(found),
    )


def amount(value: float | None) -> str:
    """Write a quantity or a price with the figures that matter.

    >>> amount(14500.0), amount(214.567), amount(0.00005812), amount(None)
    ('14,500', '214.57', '0.00005812', '–')
    """
    if value is None:
        return "–"
    size = abs(value)
    if size >= 1000:
        text = f"{value:,.0f}"
    elif size >= 1:
        text = f"{value:,.2f}"
    elif size >= 1e-9:
        text = np.format_float_positional(value, precision=4, unique=False, fractional=False, trim="-")
    else:
        text = f"{value:.3g}"
    return text.replace("-", "−")


def fraction(value: float | None, digits: int = 1) -> str:
    """Write a fraction as percent."""
    return percent(None if value is None else 100 * value, digits)


def _tally(document: Mapping[str, Any]) -> str:
    states = [rule["ok"] for rule in document["rules"]]
    return f"{states.count(False)} broken, {states.count(True)} kept, {states.count(None)} unknown"


def _fan_chart(found: Findings) -> Markup | None:
    """Draw the range of 90 % of paths with ladders around their median, and the median of holding."""
    simulated = found.simulation
    if not isinstance(simulated, Simulation):
        return None
    fan, held = simulated.with_ladder.fan, simulated.without_ladder.fan
    days = found.as_of + fan.days
    floor = 1e-3 * max(simulated.start, 1e-12)  # a logarithm has no place for nothing
    low, high = (np.maximum(_level(fan, level), floor) for level in BOUNDARY)
    median, holding = (np.maximum(_level(one, 0.5), floor) for one in (fan, held))
    return draw(
        Chart(
            name="Simulated value of the plan: median and the range of nine paths in ten, log scale",
            days=days,
            lines=[Line("median", median, "s2"), Line("median, hold", holding, "s3")],
            low=low,
            high=high,
            log=True,
            ticks=_round_values(float(low.min()), float(max(high.max(), holding.max()))),
            height=260,
        )
    )


def _round_values(low: float, high: float) -> list[tuple[float, str]]:
    """Return 1, 2 and 5 times powers of ten in a range, or the powers alone when these are many.

    >>> [label for _, label in _round_values(4_000.0, 60_000.0)]
    ['5 k', '10 k', '20 k', '50 k']
    """
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    factors = (1, 2, 5) if len(powers) <= 3 else (1,)
    values = [factor * 10.0**power for power in powers for factor in factors]
    return [(value, _short(value)) for value in values if low <= value <= high]


def _short(value: float) -> str:
    for size, sign in ((1e9, " B"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:,.0f}{sign}"
    return f"{value:g}"


def _level(fan: Fan, level: float) -> Floats:
    return np.asarray(fan.values[fan.levels.index(level)])
