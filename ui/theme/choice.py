"""Which theme is shown: the one that was chosen in the menu, else the system's."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.settings import COLOURS, THEME, Settings
from ui.theme.tokens import DARK, LIGHT, Theme, coloured


def system_theme() -> Theme:
    """Return the theme that the system asks for; dark when it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return LIGHT if scheme == Qt.ColorScheme.Light else DARK


def chosen_theme(settings: Settings) -> Theme:
    """Return the theme of the settings in the colours of the settings; `system` follows the system."""
    theme = {"dark": DARK, "light": LIGHT}.get(str(settings.get(THEME))) or system_theme()
    return coloured(theme, str(settings.get(COLOURS)))
