"""One style sheet and one palette, filled from the tokens of a theme."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QTemporaryDir
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from resources.reader import text_of
from ui.theme.tokens import Theme

FONT_FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans")
GENERIC = ("", "Sans", "Sans Serif", "sans-serif", "DejaVu Sans", "Helvetica")
"""What Qt calls the font of a desktop that did not choose one."""
FONT_PIXELS, LARGEST_PIXELS = 13, 18
TEXT_INSET = 6


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme; a token without a value is an error, not a black spot."""
    tokens = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    tokens["chevron"] = _picture("chevron-down", theme.text2)
    tokens["check"] = _picture("check", theme.surface)
    return Template(text_of("theme.qss.template")).substitute(tokens)


@cache
def _picture(name: str, colour: str) -> str:
    """Return the file of an icon in a colour: style sheets take pictures from files only."""
    file = Path(_own_folder().path()) / f"{name}-{colour.removeprefix('#')}.svg"
    file.write_text(text_of(f"icons/{name}.svg").replace("currentColor", colour), encoding="utf-8")
    return file.as_posix()


@cache
def _own_folder() -> QTemporaryDir:
    """Return a folder that goes with the program."""
    return QTemporaryDir()


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


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for, and let it look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def inset(field: QAbstractSpinBox) -> None:
    """Keep the number away from the edge: padding in a style sheet does not reach the text of a spin box."""
    line = field.findChild(QLineEdit)
    assert line is not None
    line.setTextMargins(TEXT_INSET, 0, TEXT_INSET, 0)


def dress(application: QApplication, theme: Theme) -> None:
    """Give the whole application the look of a theme.

    A sheet over a sheet makes Qt look at each widget once for every widget above it. Taking the old one off
    first costs a second look at each and is four times faster with all panels open.
    """
    application.setPalette(palette(theme))
    application.setStyleSheet("")
    application.setStyleSheet(style_sheet(theme))


def set_font(application: QApplication) -> None:
    """Take the system's font; where it has none of its own, one that draws figures of equal width.

    Everything else is a share of its size, which is never below the one of the drawings.
    """
    made = application.font()
    if made.family() in GENERIC:
        made.setFamilies([*FONT_FAMILIES, *made.families()])
    made.setPixelSize(min(max(FONT_PIXELS, QFontInfo(made).pixelSize()), LARGEST_PIXELS))
    application.setFont(made)
