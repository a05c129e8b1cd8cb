"""Line charts for the report page as plain SVG: nothing to load, and sharp on paper.

Colours are classes of the page's style sheet, so that the page is readable in both themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from markupsafe import Markup, escape

from models.market.snapshot import Days, Floats

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 900, 52, 96, 14, 24
POINTS = 900
"""At most so many points a line: one for each unit of the picture's width."""


@dataclass(frozen=True)
class Line:
    """One line; `style` is a class of the page (`s1` … `s5`). NaN breaks it."""

    label: str
    values: Floats
    style: str = "s2"


@dataclass(frozen=True)
class Chart:
    """What a chart shows; every array has one row a day.

    `low` and `high` are a band around the first line, `levels` dashed lines with their labels (those
    beyond the scale are left out), `spans` shaded stretches as (first row, last row, class).
    """

    name: str
    days: Days
    lines: Sequence[Line]
    low: Floats | None = None
    high: Floats | None = None
    levels: Sequence[tuple[float, str]] = ()
    spans: Sequence[tuple[int, int, str]] = ()
    bounds: tuple[float, float] | None = None
    log: bool = False
    height: int = 220
    ticks: Sequence[tuple[float, str]] = field(default=())


def draw(chart: Chart) -> Markup:
    """Return the chart as one `<svg>` element with a title for screen readers."""
    scale = _Scale(chart)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {chart.height}" role="img" class="chart">',
        f"<title>{escape(chart.name)}</title>",
        *(_span(scale, *span) for span in chart.spans),
        *_grid(scale),
    ]
    levels = [(scale.y(value), label) for value, label in chart.levels if scale.low <= value <= scale.high]
    for y, label in levels:
        parts.append(f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis" x="{WIDTH - RIGHT + 6}" y="{y + 4:.1f}">{escape(label)}</text>')
    if chart.low is not None and chart.high is not None:
        parts.append(_band(scale, chart.low, chart.high))
    taken = [y for y, _ in levels]
    for line in chart.lines:
        parts.append(_path(scale, line))
        known = np.flatnonzero(np.isfinite(line.values))
        if known.size and line.label:
            y = _free(scale.y(float(line.values[known[-1]])), taken)
            taken.append(y)
            parts.append(
                f'<text class="label {line.style}" x="{WIDTH - RIGHT + 6}" y="{y + 4:.1f}">'
                f"{escape(line.label)}</text>"
            )
    parts.append("</svg>")
    return Markup("".join(parts))


class _Scale:
    """From days and values to the picture's coordinates."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.days = chart.days
        arrays = [line.values for line in chart.lines]
        arrays += [one for one in (chart.low, chart.high) if one is not None]
        known = np.concatenate([one[np.isfinite(one)] for one in arrays]) if arrays else np.empty(0)
        self.low, self.high = chart.bounds or (
            (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        )
        if self.high <= self.low:
            self.high = self.low + 1.0

    def x(self, row: int) -> float:
        """Place a row by its day: weekly rows lie a week apart."""
        return self.of_day(float((self.days[row] - self.days[0]).astype(int)))

    def of_day(self, since_first: float) -> float:
        whole = float((self.days[-1] - self.days[0]).astype(int)) if self.days.size else 1.0
        return LEFT + (WIDTH - LEFT - RIGHT) * since_first / max(whole, 1.0)

    def y(self, value: float | Floats) -> float:
        def place(number: float | Floats) -> float | Floats:
            return np.log(number) if self.chart.log else number

        share = (place(value) - place(self.low)) / (place(self.high) - place(self.low))
        return TOP + (self.chart.height - TOP - BOTTOM) * (1 - share)  # type: ignore[return-value]


def _free(y: float, taken: Sequence[float]) -> float:
    """Move a label away from those that stand already, by at least its own height."""
    for step in range(20):
        for direction in (-1, 1):
            candidate = y + direction * step * 7
            if all(abs(candidate - other) >= 13 for other in taken):
                return candidate
    return y


def _span(scale: _Scale, first: int, last: int, style: str) -> str:
    left, right = scale.x(first), scale.x(last)
    height = scale.chart.height - TOP - BOTTOM
    return f'<rect class="{style}" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{height}"/>'


def _grid(scale: _Scale) -> list[str]:
    parts = []
    bottom = scale.chart.height - BOTTOM
    for value, label in scale.chart.ticks:
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis end" x="{LEFT - 6}" y="{y + 4:.1f}">{escape(label)}</text>')
    if not scale.days.size:
        return parts
    first, last = scale.days[0], scale.days[-1]
    years = np.arange(first.astype("datetime64[Y]") + 1, last.astype("datetime64[Y]") + 1)
    every = max(1, -(-years.size // 10))
    for year in years[::every]:
        x = scale.of_day(float((year.astype("datetime64[D]") - first).astype(int)))
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>')
        parts.append(f'<text class="axis middle" x="{x:.1f}" y="{bottom + 16}">{year}</text>')
    return parts


def _rows(values: Floats) -> np.ndarray:
    return np.unique(np.linspace(0, values.size - 1, min(values.size, POINTS)).astype(int))


def _path(scale: _Scale, line: Line) -> str:
    rows = _rows(line.values) if line.values.size else np.empty(0, dtype=int)
    commands = []
    pen_down = False
    for row in rows.tolist():
        value = float(line.values[row])
        if not np.isfinite(value):
            pen_down = False
            continue
        commands.append(f"{'L' if pen_down else 'M'}{scale.x(row):.1f} {scale.y(value):.1f}")
        pen_down = True
    return f'<path class="line {line.style}" d="{"".join(commands)}"/>'


def _band(scale: _Scale, low: Floats, high: Floats) -> str:
    known = np.isfinite(low) & np.isfinite(high)
    shapes = []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        rows = start + _rows(low[start:end])
        upper = [f"{scale.x(row):.1f} {scale.y(float(high[row])):.1f}" for row in rows.tolist()]
        lower = [f"{scale.x(row):.1f} {scale.y(float(low[row])):.1f}" for row in rows[::-1].tolist()]
        shapes.append(f"M{'L'.join(upper + lower)}Z")
    return f'<path class="band" d="{"".join(shapes)}"/>'
