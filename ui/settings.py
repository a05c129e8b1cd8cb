"""What the window remembers: each setting declared once, with its type and default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings


@dataclass(frozen=True, slots=True)
class Setting:
    """One remembered value; `kind` is str, bool, int or bytes (QByteArray)."""

    key: str
    default: Any
    label: str


THEME = Setting("look/theme", "system", "Theme: system, dark or light")
LAST_THEME = Setting("look/last", "dark", "The theme that was shown last, dark or light")
PANEL = Setting("window/panel", "overview", "The panel that was open last")
GEOMETRY = Setting("window/geometry", None, "Size and place of the window")


class Settings:
    """The settings file of the user; a damaged one counts as empty, and Qt writes it anew."""

    def __init__(self, folder: Path) -> None:
        self._file = QSettings(str(folder / "rotascope.ini"), QSettings.Format.IniFormat)

    def get(self, setting: Setting) -> Any:
        return self._file.value(setting.key, setting.default)

    def save(self) -> None:
        """Write to the disk now."""
        self._file.sync()

    def set(self, setting: Setting, value: Any) -> None:
        self._file.setValue(setting.key, value)
