"""One style sheet and one palette, filled from the tokens of a theme."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from resources.reader import text_of
from ui.theme.tokens import Theme

FONT_FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
FONT_PIXELS = 13


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme; a token without a value is an error, not a black spot."""
    tokens = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    return Template(text_of("theme.qss.template")).substitute(tokens)


def palette(theme: Theme) -> QPalette:
    """Return the palette for everything that no style sheet reaches."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.raised,
        role.WindowText: theme.text,
        role.Base: theme.well,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.PlaceholderText: theme.text3,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.text,
        role.ToolTipBase: theme.hover,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent_soft,
        role.HighlightedText: theme.text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.line_strong,
        role.Shadow: theme.ground,
    }
    made = QPalette()
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.text3))
    return made


def dress(application: QApplication, theme: Theme) -> None:
    """Give the whole application the look of a theme."""
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme))


def set_font(application: QApplication) -> None:
    """Take a font that draws tabular figures, at the size everything else is a share of."""
    made = application.font()
    made.setFamilies([*FONT_FAMILIES, *made.families()])
    made.setPixelSize(FONT_PIXELS)
    application.setFont(made)
