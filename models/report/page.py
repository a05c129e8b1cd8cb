"""The report as one self-contained page: readable, printable, with charts, no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from models.market.precedents.rule import Rule
from models.market.precedents.view import precedent_view
from models.market.season.index import HEADLINE
from models.market.snapshot import Day, Floats
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.figures import Document
from models.report.precedent_page import charts
from models.report.svg import Chart, Line, draw
from models.risk.portfolio import sector_title

YEARS_OF_SEASON = 5


def page(study: Study, document: Document, as_of: Day) -> str:
    """Render the report of `study` as HTML; every text is escaped by the template engine."""
    environment = Environment(
        loader=PackageLoader("resources", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=number, percent=percent, dollars=dollars, words=words, sector=sector_title
    )
    return environment.get_template("report.html").render(
        report=document,
        headline=headline(document),
        charts={
            "season": draw(season_chart(study, as_of)),
            "dominance": draw(dominance_chart(study, as_of)),
            "prices": draw(price_chart(study, as_of)),
            "correlation": draw(correlation_chart(study, as_of)),
        },
        precedents=precedent_charts(study, document, as_of),
    )


def precedent_charts(study: Study, document: Document, as_of: Day) -> Mapping[str, Markup]:
    """Draw the precedents of the document; nothing where there are none to draw."""
    asked = document["precedents"]
    if asked["verdict"] is None:
        return {}
    view = precedent_view(study, Rule(kind=asked["event"], horizon=asked["horizon"]), as_of)
    return {} if isinstance(view, Unknown) else charts(view)


def headline(document: Document) -> str:
    """Say in one sentence where the season stands.

    The sentence says what is known: a reading with its count, or why there is none.
    """
    first = document["season"]["variants"][1]
    if first["index"] is None:
        return f"The altcoin season index is unknown: {first['why']}"
    state = {"altcoin season": "an altcoin season", "bitcoin season": "a Bitcoin season"}.get(
        first["label"], "neither an altcoin nor a Bitcoin season"
    )
    return (
        f"{first['beating']} of {first['counted']} large altcoins beat Bitcoin over 90 days: "
        f"index {first['index']:.0f}, {state}."
    )


def season_chart(study: Study, as_of: Day) -> Chart:
    index = study.season[HEADLINE]
    end = study.market.position(as_of) + 1
    start = max(end - 365 * YEARS_OF_SEASON - 1, 0)
    found = study.seasons_upto(as_of)
    spans = []
    for season in found.known:
        first, last = (study.market.position(day) for day in (season.start, season.end))
        if last >= start:
            spans.append((max(first, start) - start, last - start, "season"))
    return Chart(
        name=f"Altcoin season index over {YEARS_OF_SEASON} years",
        days=index.days[start:end],
        lines=[Line("", index.index[start:end], "s1")],
        levels=[(75.0, "75 altcoin"), (25.0, "25 Bitcoin")],
        spans=spans,
        bounds=(0.0, 100.0),
        ticks=[(value, f"{value:.0f}") for value in (0.0, 50.0, 100.0)],
    )


def dominance_chart(study: Study, as_of: Day) -> Chart:
    history = study.dominance
    end = study.market.position(as_of) + 1
    values = 100 * history.dominance[:end]
    return Chart(
        name="Bitcoin dominance of all cached coins, percent",
        days=history.days[:end],
        lines=[Line("Bitcoin", values, "s3")],
        levels=[(55.0, "55 %"), (50.0, "50 %")],
        ticks=ticks(values, 4),
    )


def price_chart(study: Study, as_of: Day) -> Chart:
    """Return Russell 2000, ALT50 and Bitcoin, each 100 on their first common day, on a log scale."""
    end = study.market.position(as_of) + 1
    days = study.market.days[:end]
    paths = [("Russell 2000", "RUT", "s1"), ("ALT50", "ALT50", "s2"), ("Bitcoin", "BTC", "s3")]
    arrays = {label: _on_days(study, name, days) for label, name, _ in paths}
    common = np.flatnonzero(np.logical_and.reduce([np.isfinite(one) for one in arrays.values()]))
    start = int(common[0]) if common.size else 0
    lines = []
    for label, _, style in paths:
        values = _joined(arrays[label][start:])
        lines.append(Line(label, 100 * values / values[0] if values.size else values, style))
    return Chart(
        name="Indexed prices, log scale",
        days=days[start:],
        lines=lines,
        log=True,
        ticks=decades(lines),
        height=260,
    )


def correlation_chart(study: Study, as_of: Day) -> Chart:
    from models.market.correlation.pairs import rolling

    result = rolling(study.pair("RUT", "ALT50", "weekly", as_of), window=52)
    known = np.flatnonzero(np.isfinite(result.value))
    start = int(known[0]) if known.size else 0
    latest = result.at(as_of)
    return Chart(
        name="Rolling correlation of Russell 2000 and ALT50, weekly returns, 52 weeks, 95 % band",
        days=result.days[start:],
        lines=[
            Line("" if isinstance(latest, Unknown) else f"{latest.value:.2f}", result.value[start:], "s2")
        ],
        low=result.low[start:],
        high=result.high[start:],
        bounds=(-1.0, 1.0),
        ticks=[
            (value, f"{value:+.1f}".replace("+0.0", "0.0").replace("-", "−"))
            for value in (-1, -0.5, 0, 0.5, 1)
        ],
    )


def _on_days(study: Study, name: str, days: Any) -> Floats:
    line = study.line(name)
    result = np.full(days.size, np.nan)
    inside = (line.days >= days[0]) & (line.days <= days[-1]) if days.size else np.zeros(0, bool)
    if inside.any():
        result[(line.days[inside] - days[0]).astype(int)] = line.values[inside]
    return result


def _joined(values: Floats) -> Floats:
    """Bridge up to four days without a session, for the eye only: a line, no figure."""
    result = values.copy()
    for _ in range(4):
        empty = np.isnan(result[1:])
        result[1:][empty] = result[:-1][empty]
    return result


def ticks(values: Floats, count: int) -> list[tuple[float, str]]:
    """Return round values inside the range of `values` with their labels."""
    known = values[np.isfinite(values)]
    if not known.size:
        return []
    span = float(np.ptp(known)) or 1.0
    step = 10.0 ** np.floor(np.log10(span / count))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= count)
    first = np.ceil(known.min() / step) * step
    return [(float(v), f"{v:g}") for v in np.arange(first, known.max() + step / 1e6, step)]


def decades(lines: list[Line]) -> list[tuple[float, str]]:
    known = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    if not known.size:
        return []
    low, high = np.ceil(np.log10(known.min())), np.floor(np.log10(known.max()))
    return [(10.0**power, f"{10**power:,.0f}") for power in np.arange(low, high + 1)]


def number(value: float | None, digits: int = 2) -> str:
    """Write a figure with a true minus sign; unknown is a dash.

    >>> number(-1234.5, 1)
    '−1,234.5'
    """
    return "–" if value is None else f"{value:z,.{digits}f}".replace("-", "−")


def percent(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """Write a figure that is in percent already.

    >>> percent(4.25, sign=True)
    '+4.2 %'
    """
    if value is None:
        return "–"
    return f"{value:{'+' if sign else ''}z,.{digits}f} %".replace("-", "−")


def dollars(value: float | None) -> str:
    """Write a sum in the unit that a person would say.

    >>> dollars(1.34e12)
    '1.34 trillion USD'
    """
    if value is None:
        return "–"
    for size, unit in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{number(value / size)} {unit} USD"
    return f"{number(value, 0)} USD"


def words(value: object) -> str:
    """Write yes, no, or unknown."""
    return "unknown" if value is None else "yes" if value else "no"
