"""The charts of the claim on trial as plain SVG, in the classes of the report page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

from models.market.precedents.event_tests import HorizonResult, number
from models.market.precedents.fan import Fan
from models.market.precedents.placebos import Placebo
from models.market.precedents.waits import Waits
from models.market.snapshot import Floats
from models.report.svg import WIDTH

LEFT, RIGHT, TOP, BOTTOM = 52, 110, 14, 40
ROW = 26
LABELS = 130


def fan_chart(fan: Fan, *, name: str) -> Markup:
    """Return the aligned paths: every event thin, bands, median, and any day's dashed."""
    if not fan.days.size:
        return Markup("")
    parts = [fan.low80, fan.high80, fan.base_low, fan.base_high, fan.paths.ravel()]
    values = np.concatenate([one[np.isfinite(one)] for one in parts])
    area = _Area(fan.offsets.astype(float), values, 300)
    shapes = [area.frame([(float(day), _day(day)) for day in range(-60, 181, 30)], "days from the event")]
    for low, high in ((fan.low80, fan.high80), (fan.low50, fan.high50)):
        shapes.append(f'<path class="band" d="{area.band(low, high)}"/>')
    shapes += [f'<path class="line thin s2" d="{area.path(path)}"/>' for path in fan.paths]
    shapes += [f'<path class="level" fill="none" d="{area.path(edge)}"/>' for edge in (
        fan.base_low, fan.base_median, fan.base_high)]  # fmt: skip
    shapes += [f'<path class="line s1" d="{area.path(fan.paths[at])}"/>' for at, _ in fan.famous]
    shapes.append(f'<path class="line bold s2" d="{area.path(fan.median)}"/>')
    x = area.x(0.0)
    shapes.append(f'<line class="zero" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{area.height - BOTTOM}"/>')
    ends = [
        (fan.median, "median", "s2"),
        (fan.base_median, "any day", ""),
        (fan.base_high, "any day, 80 %", ""),
    ]
    ends += [(fan.paths[at], label, "s1") for at, label in fan.famous]
    shapes += area.labels(ends)
    return _svg(name, area.height, shapes)


def waits_chart(waits: Waits, *, name: str) -> Markup:
    """Return the share after which a season had begun, by days waited, beside any day's."""
    if not waits.wait.size:
        return Markup("")
    area = _Area(np.concatenate([[0.0], waits.days.astype(float)]), np.array([0.0, 1.0]), 220, room=0.02)
    ticks = [(float(day), str(day)) for day in (0, 30, 60, 90, 180, 270, 365)]
    shares = [(share, f"{share:.0%}".replace("%", " %")) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    shapes = [area.frame(ticks, "days waited", shares)]
    area.offsets = waits.days.astype(float)
    shapes.append(f'<path class="level" fill="none" d="{area.path(waits.base_share)}"/>')
    shapes.append(f'<path class="line bold s2" d="{area.path(waits.share)}"/>')
    shapes += area.labels([(waits.share, "events", "s2"), (waits.base_share, "any day", "")])
    return _svg(name, area.height, shapes)


def base_chart(results: Sequence[HorizonResult], *, name: str, percent: bool = False) -> Markup:
    """Return event minus base rate for each horizon, with its interval."""
    rows = [
        (
            f"{one.days} days",
            number(one.difference),
            number(one.low),
            number(one.high),
            f"p {number(one.p):.2f}",
        )
        for one in results
        if one.events
    ]
    return _rows(rows, base=0.0, name=name, percent=percent)


def placebo_chart(placebos: Sequence[Placebo], *, base: float, name: str) -> Markup:
    """Return how often a success followed, line by line, around the base rate."""
    rows = [
        (one.title, number(one.rate), number(one.low), number(one.high), f"n {one.events}")
        for one in placebos
        if one.events
    ]
    return _rows(rows, base=base, name=name, percent=True)


def _rows(
    rows: Sequence[tuple[str, float, float, float, str]], *, base: float, name: str, percent: bool
) -> Markup:
    """Return dots with whiskers; a hollow dot has no interval."""
    if not rows:
        return Markup("")
    values = np.array([value for row in rows for value in row[1:4]] + [base])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or 0.1
    low, high = low - room, high + room
    height = TOP + ROW * len(rows) + 28

    def x(value: float) -> float:
        return LABELS + (WIDTH - LABELS - RIGHT) * (value - low) / (high - low)

    bottom = height - 26
    shapes = []
    for tick in _ticks(low, high, 5):
        shapes.append(f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP}" y2="{bottom}"/>')
        shown = 100 * tick if percent else tick
        text = _signed(shown) if not base else f"{shown:g} %"
        shapes.append(f'<text class="axis middle" x="{x(tick):.1f}" y="{bottom + 16}">{text}</text>')
    shapes.append(f'<line class="level" x1="{x(base):.1f}" x2="{x(base):.1f}" y1="{TOP}" y2="{bottom}"/>')
    for at, (label, value, start, end, note) in enumerate(rows):
        y = TOP + ROW * (at + 0.5)
        shapes.append(f'<text class="axis end" x="{LABELS - 12}" y="{y + 4:.1f}">{escape(label)}</text>')
        shapes.append(f'<text class="axis" x="{WIDTH - RIGHT + 14}" y="{y + 4:.1f}">{escape(note)}</text>')
        known = np.isfinite(start) and np.isfinite(end)
        if known:
            shapes.append(f'<path class="line s2" d="M{x(start):.1f} {y:.1f}H{x(end):.1f}"/>')
        style = "dot" if known else "dot hollow"
        shapes.append(f'<circle class="{style}" cx="{x(value):.1f}" cy="{y:.1f}" r="4.5"/>')
    return _svg(name, height, shapes)


class _Area:
    """From offsets and values to the picture's coordinates."""

    def __init__(self, offsets: Floats, values: Floats, height: int, room: float = 0.05) -> None:
        self.offsets, self.height = offsets, height
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        span = (high - low) or 1.0
        self.low, self.high = low - room * span, high + room * span
        self.first, self.last = float(offsets[0]), float(offsets[-1])

    def x(self, offset: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (offset - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        return TOP + (self.height - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)

    def path(self, values: Floats) -> str:
        commands, down = [], False
        for offset, value in zip(self.offsets.tolist(), values.tolist(), strict=True):
            if value != value:
                down = False
                continue
            commands.append(f"{'L' if down else 'M'}{self.x(offset):.1f} {self.y(value):.1f}")
            down = True
        return "".join(commands)

    def band(self, low: Floats, high: Floats) -> str:
        known = np.isfinite(low) & np.isfinite(high)
        if not known.any():
            return ""
        points = list(zip(self.offsets[known], high[known], strict=True))
        points += list(zip(self.offsets[known], low[known], strict=True))[::-1]
        return "M" + "L".join(f"{self.x(float(a)):.1f} {self.y(float(b)):.1f}" for a, b in points) + "Z"

    def frame(
        self, across: Sequence[tuple[float, str]], name: str, up: Sequence[tuple[float, str]] = ()
    ) -> str:
        parts = []
        for value, text in up or [(tick, _signed(tick)) for tick in _ticks(self.low, self.high, 4)]:
            y = self.y(value)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="axis end" x="{LEFT - 6}" y="{y + 4:.1f}">{text}</text>')
        below = self.height - BOTTOM + 16
        for value, text in across:
            parts.append(
                f'<text class="axis middle" x="{self.x(value):.1f}" y="{below}">{escape(text)}</text>'
            )
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(f'<text class="axis middle" x="{middle}" y="{below + 18}">{escape(name)}</text>')
        return "".join(parts)

    def labels(self, ends: Sequence[tuple[Floats, str, str]]) -> list[str]:
        """Name each line at its end, at least thirteen units apart."""
        found: list[tuple[float, str, str]] = []
        for values, text, style in ends:
            known = np.flatnonzero(np.isfinite(values))
            if known.size:
                found.append((self.y(float(values[known[-1]])), text, style))
        parts, before, x = [], -np.inf, WIDTH - RIGHT + 6
        for y, text, style in sorted(found):
            before = max(y, before + 13)
            parts.append(f'<text class="label {style}" x="{x}" y="{before + 4:.1f}">{escape(text)}</text>')
        return parts


def _svg(name: str, height: int, shapes: Sequence[str]) -> Markup:
    head = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" class="chart"><title>{escape(name)}</title>'
    return Markup(head + "".join(shapes) + "</svg>")


def _ticks(low: float, high: float, count: int) -> list[float]:
    span = high - low
    step = 10.0 ** np.floor(np.log10(span / count))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= count)
    first = np.ceil(low / step) * step
    return [float(tick) + 0.0 for tick in np.arange(first, high + step / 1e6, step)]


def _signed(value: float) -> str:
    text = f"{value:+.6g}" if abs(value) > 1e-9 else "0"
    return text.replace("-", "−")


def _day(offset: int) -> str:
    return "event" if not offset else f"{offset:+d}".replace("-", "−")
