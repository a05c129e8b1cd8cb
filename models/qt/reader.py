"""How numbers and days read for the person in front of the screen."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def reader_locale() -> QLocale:
    """Return the system's locale; English where the system names none, since C has no thousands."""
    system = QLocale()
    return QLocale("en_US") if system.language() == QLocale.Language.C else system
