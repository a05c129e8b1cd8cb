"""The two themes: every token of the visual direction, contrast, and one style sheet filled from them."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from resources.reader import text_of
from ui.settings import THEME, Settings
from ui.theme.choice import chosen_theme, system_theme
from ui.theme.fonts import SCALES, font
from ui.theme.icons import icon, logo, pixmap
from ui.theme.style import palette, style_sheet
from ui.theme.tokens import DARK, LIGHT, THEMES

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
GROUNDS = ("ground", "raised", "surface", "hover")


def contrast(a: str, b: str) -> float:
    """WCAG 2, computed as its text says."""

    def luminance(name: str) -> float:
        parts = [part / 255 for part in QColor(name).getRgb()[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@BOTH
@pytest.mark.parametrize(
    ("token", "least"),
    [("text", 7), ("text2", 7), ("text3", 4.5), ("accent", 4.5), ("control", 3), ("caution", 4.5)]
    + [(state, 4.5) for state in ("confirms", "neutral", "contradicts", "unknown", "fault")],
)
def test_every_text_and_mark_can_be_told_from_every_ground(theme, token, least):
    assert min(contrast(getattr(theme, token), getattr(theme, ground)) for ground in GROUNDS) >= least


@BOTH
def test_every_series_can_be_seen_and_its_label_be_read(theme):
    assert len(theme.series) == 8
    for one in theme.series:
        assert contrast(one.line, theme.surface) >= 2.98
        assert contrast(one.label, theme.surface) >= 4.5
    looks = {(one.dash, one.marker) for one in theme.series}
    assert len(looks) == 8, "Colour is never alone: dashes and markers differ as well."


@BOTH
def test_tags_can_be_read_on_their_fills(theme):
    for state in ("confirms", "contradicts", "caution", "fault"):
        assert contrast(getattr(theme, state), getattr(theme, f"{state}_fill")) >= 4.5


@BOTH
def test_the_style_sheet_is_filled_without_a_rest(theme):
    sheet = style_sheet(theme)
    assert "$" not in sheet
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet))
    assert used <= {value for value in asdict(theme).values() if isinstance(value, str)}


def test_no_colour_stands_outside_the_tokens():
    literal = re.compile(r"""["']#[0-9A-Fa-f]{3,8}["']""")
    for file in (ROOT / "ui").rglob("*.py"):
        if file.name != "tokens.py":
            assert not literal.findall(file.read_text(encoding="utf-8")), file
    assert not re.findall(r":\s*#[0-9A-Fa-f]{3,8}\b", text_of("theme.qss.template"))
    for file in (ROOT / "resources" / "icons").glob("*.svg"):
        assert not literal.findall(file.read_text(encoding="utf-8")), file


@BOTH
def test_the_palette_takes_its_roles_from_the_tokens(theme):
    role = QPalette.ColorRole
    expected = {
        role.Window: theme.raised,
        role.Base: theme.well,
        role.Button: theme.surface,
        role.Midlight: theme.hover,
        role.ToolTipBase: theme.hover,
        role.PlaceholderText: theme.text3,
        role.Accent: theme.accent,
        role.Highlight: theme.accent_soft,
        role.Shadow: theme.ground,
    }
    made = palette(theme)
    assert {name: made.color(name).name().upper() for name in expected} == expected


def test_fonts_are_shares_of_the_body_with_figures_of_equal_width(qapp):
    body = QFontInfo(QApplication.font()).pixelSize()
    for role, (scale, weight) in SCALES.items():
        made = font(role)
        assert abs(QFontInfo(made).pixelSize() - scale * body) <= 1
        assert made.weight() == weight
        assert made.featureValue(QFont.Tag("tnum")) == 1


def test_every_icon_is_drawn_in_the_colour_it_is_asked_for(qapp):
    for file in (ROOT / "resources" / "icons").glob("*.svg"):
        if file.stem == "logo":
            continue
        drawn = pixmap(file.stem, DARK.accent, 20, 2.0).toImage()
        assert (drawn.width(), drawn.devicePixelRatio()) == (40, 2.0)
        seen = [drawn.pixelColor(x, y) for x in range(40) for y in range(40)]
        wanted = QColor(DARK.accent).getRgb()
        for colour in seen:
            if colour.alpha() == 255:
                assert max(abs(a - b) for a, b in zip(colour.getRgb(), wanted, strict=True)) <= 1, file
        assert any(colour.alpha() > 100 for colour in seen), file


def test_the_logo_takes_the_two_colours_of_the_axis(qapp):
    for theme in (DARK, LIGHT):
        drawn = logo(theme).pixmap(28, 28).toImage()
        names = {drawn.pixelColor(x, y).name().upper() for x in range(28) for y in range(28)}
        assert {theme.series[1].line, theme.series[2].line, theme.text} <= names


def test_icons_are_made_once(qapp):
    assert icon("data", DARK.text) is icon("data", DARK.text)


def test_the_theme_of_the_settings_wins_over_the_system(qapp, tmp_path):
    settings = Settings(tmp_path)
    assert chosen_theme(settings) is system_theme()
    for name, theme in THEMES.items():
        settings.set(THEME, name)
        assert chosen_theme(settings) is theme
    settings.set(THEME, "mauve")
    assert chosen_theme(settings) is system_theme()


def test_settings_are_there_the_next_time(qapp, tmp_path):
    first = Settings(tmp_path)
    first.set(THEME, "light")
    first.save()
    assert (tmp_path / "rotascope.ini").is_file()
    assert Settings(tmp_path).get(THEME) == "light"


def test_a_damaged_settings_file_counts_as_empty(qapp, tmp_path):
    (tmp_path / "rotascope.ini").write_bytes(b"\x00\xff[[[\n=")
    assert Settings(tmp_path).get(THEME) == "system"
