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
COLOURS = Setting("look/colours", "blue", "Colours: blue and orange, green and red, or red and green")
SCALE = Setting("look/scale", 100, "Size of everything in the window, in percent")
NOTIFY = Setting("notices/desktop", True, "Whether the desktop tells of alerts")
TRAY = Setting("notices/tray", False, "Whether closing the window leaves an icon beside the clock")
DOCUMENTS = Setting("documents/folder", "", "The folder for plans and journal; empty for the usual one")
REFRESH_EVERY = Setting("data/refresh_every", 6, "Hours between two automatic refreshes; 0 for none")
REFRESH_METERED = Setting("data/refresh_metered", False, "Whether to refresh also where bytes cost money")
VISITED = Setting("window/visited", "", "The newest day that was there when the window was closed last")
TOUR_SEEN = Setting("window/tour", False, "Whether the tour was shown")
PANEL = Setting("window/panel", "overview", "The panel that was open last")
BESIDE = Setting("window/beside", "", "The panel that was shown beside the other; empty for none")
BESIDE_SHARE = Setting("window/beside_share", 50, "Percent of the room that the first of two panels has")
GEOMETRY = Setting("window/geometry", None, "Size and place of the window")


LAYOUT = "layout-1/"
"""Where the arrangement of the panels is kept; another number forgets what an older version wrote."""
ARRANGED = (PANEL, GEOMETRY, BESIDE, BESIDE_SHARE)


class Settings:
    """The settings file of the user; a damaged one counts as empty, and Qt writes it anew."""

    def __init__(self, folder: Path) -> None:
        self._forgets = False
        self._file = QSettings(str(folder / "rotascope.ini"), QSettings.Format.IniFormat)

    def get(self, setting: Setting) -> Any:
        """Return the value in the type of its default: the file itself knows texts only.

        What cannot be read as that type (the file can be edited by hand) counts as not set.
        """
        value = self._file.value(setting.key, setting.default)
        if isinstance(setting.default, bool):
            return str(value).lower() == "true"
        if isinstance(setting.default, int):
            try:
                return int(str(value))
            except ValueError:
                return setting.default
        return value

    def save(self) -> None:
        """Write to the disk now."""
        self._file.sync()

    def forget_layout(self) -> None:
        """Open as on the first day from the next start on: until then no layout is kept any more."""
        self._file.remove(LAYOUT.rstrip("/"))
        for setting in ARRANGED:
            self._file.remove(setting.key)
        self._forgets = True
        self.save()

    def set(self, setting: Setting, value: Any) -> None:
        """Remember a value."""
        if self._forgets and (setting in ARRANGED or setting.key.startswith(LAYOUT)):
            return
        self._file.setValue(setting.key, value)
