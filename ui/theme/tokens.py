"""The colours of the two themes, by the names of the visual direction. No colour stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """How one line is drawn: its colour, the colour of its label, its dashes and its marker.

    `dash` is in pen widths, empty for a solid line; `marker` a symbol of pyqtgraph.
    """

    line: str
    label: str
    dash: tuple[float, ...] = ()
    marker: str = "o"


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of one theme."""

    name: str
    ground: str
    raised: str
    surface: str
    hover: str
    well: str
    text: str
    text2: str
    text3: str
    line: str
    line_strong: str
    grid: str
    control: str
    accent: str
    accent_soft: str
    confirms: str
    neutral: str
    contradicts: str
    unknown: str
    caution: str
    fault: str
    confirms_fill: str
    contradicts_fill: str
    caution_fill: str
    fault_fill: str
    series: tuple[SeriesStyle, ...]

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (),
    (7, 3),
    (2, 3),
    (10, 3, 2, 3),
    (12, 4),
    (5, 2, 1, 2),
    (1, 2),
)
MARKERS = ("o", "s", "d", "t1", "x", "t", "star", "+")


def _series(*colours: tuple[str, str]) -> tuple[SeriesStyle, ...]:
    return tuple(
        SeriesStyle(line, label, dash, marker)
        for (line, label), dash, marker in zip(colours, DASHES, MARKERS, strict=True)
    )


DARK = Theme(
    name="dark",
    ground="#0D1218",
    raised="#121922",
    surface="#18202B",
    hover="#222D3A",
    well="#0F161E",
    text="#E8EDF3",
    text2="#B2BECC",
    text3="#8E9CAE",
    line="#2A3644",
    line_strong="#3D4C5E",
    grid="#253140",
    control="#687A90",
    accent="#9DB2FF",
    accent_soft="#2A3560",
    confirms="#5CC8E8",
    neutral="#A7B3C2",
    contradicts="#F2A450",
    unknown="#8E9CAE",
    caution="#E6D27A",
    fault="#F28AA5",
    confirms_fill="#17384A",
    contradicts_fill="#42301C",
    caution_fill="#3A3620",
    fault_fill="#43222E",
    series=_series(
        ("#E9EEF4", "#E9EEF4"),
        ("#69CBF8", "#69CBF8"),
        ("#E2982F", "#E2982F"),
        ("#9B7AF6", "#A98CF8"),
        ("#F5E58A", "#F5E58A"),
        ("#3F9E8A", "#4FB39E"),
        ("#DA4660", "#EC7A8E"),
        ("#6675A0", "#93A2CC"),
    ),
)

LIGHT = Theme(
    name="light",
    ground="#E9EDF1",
    raised="#F4F6F8",
    surface="#FFFFFF",
    hover="#EDF1F5",
    well="#FFFFFF",
    text="#15202B",
    text2="#42505E",
    text3="#5B6876",
    line="#DCE2E9",
    line_strong="#BCC6D1",
    grid="#E8ECF0",
    control="#788592",
    accent="#3A4FC9",
    accent_soft="#E4E8FB",
    confirms="#00708C",
    neutral="#55636F",
    contradicts="#A84E00",
    unknown="#5B6876",
    caution="#735C00",
    fault="#B0234F",
    confirms_fill="#DDF0F5",
    contradicts_fill="#FBE9D8",
    caution_fill="#F6EFCF",
    fault_fill="#FBE3EA",
    series=_series(
        ("#171928", "#171928"),
        ("#398F9A", "#2A747E"),
        ("#C47F5B", "#96562F"),
        ("#8252DC", "#7A49D6"),
        ("#846314", "#7A5C10"),
        ("#0B553C", "#0B553C"),
        ("#C8286B", "#C0245F"),
        ("#181B9F", "#181B9F"),
    ),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

BLUE, GREEN, RED = "blue", "green", "red"
"""Schemes of the one colour axis; every reader can tell blue and orange apart."""
_GREENS = {"dark": ("#6FD08C", "#1B3B28"), "light": ("#1F7A3D", "#DFF3E4")}
_REDS = {"dark": ("#F2837B", "#43211F"), "light": ("#B3261E", "#FBE4E2")}


@cache
def coloured(theme: Theme, scheme: str) -> Theme:
    """Return the theme with another colour axis; shapes and words say the same in each.

    >>> coloured(DARK, "blue") is DARK
    True
    """
    if scheme not in (GREEN, RED):
        return theme
    green, red = _GREENS[theme.name], _REDS[theme.name]
    towards, against = (green, red) if scheme == GREEN else (red, green)
    return replace(
        theme,
        confirms=towards[0],
        confirms_fill=towards[1],
        contradicts=against[0],
        contradicts_fill=against[1],
    )
