"""Pictures of the real window, panel by panel: for the guide, and for looking at what was changed.

    python tools/screenshots.py OUT [--data-dir DIR | --demo] [--as-of DAY] [--panels overview,season]
                                    [--theme dark,light] [--size 1366x768,1024x640]
                                    [--scale 1.5] [--text 200]
    python tools/screenshots.py OUT --panels planner [--plan FILE] --page all
    python tools/screenshots.py OUT --panels planner --beside precedents
    python tools/screenshots.py OUT --dialog all
    python tools/screenshots.py docs/images --guide      the pictures of docs/guide.md (`make screenshots`)

The window is drawn off the screen by the same code that draws it on one. Each picture is taken when the
panel has been quiet for a moment. `--scale` is the density of the screen; `--text` is the size that the
user chose in the settings, in a window that stays as large as it is.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.app import Rooms
    from ui.window.frame import Frame

ROOT = Path(__file__).resolve().parents[1]
QUIET_MS, PATIENCE_MS = 1_200, 40_000
GUIDE_PAGES = ("ladders", "simulation")
"""Pages of the planner that the guide shows beside its first one."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is taken; its file is named after it, so that none overwrites another."""

    theme: str = "dark"
    size: str = "1366x768"
    scale: float = 1.0
    text: int = 100

    def file(self, *place: str) -> str:
        """Name the picture of a place: panel, page, what is beside it."""
        parts = [*(one for one in place if one), self.theme, self.size]
        if self.scale != 1.0:
            parts.append(f"scale{self.scale:g}")
        if self.text != 100:
            parts.append(f"text{self.text}")
        return "-".join(parts) + ".png"

    @property
    def room(self) -> tuple[int, int]:
        """Width and height in the window's own units: larger text leaves fewer of them."""
        width, height = (int(part) for part in self.size.split("x"))
        return round(width * 100 / self.text), round(height * 100 / self.text)


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog, the panel (and page) it belongs to, and what opens it there."""

    panel: str
    open: Callable[[Any, Any], object]
    page: str = ""


def _action(name: str) -> Callable[[Any, Any], object]:
    return lambda rooms, _panel: getattr(rooms.window.actions_, name).trigger()


def _import_report(rooms: Any, _panel: Any) -> object:
    """Show what an import says, with one file of each fate."""
    from ui.window.messages import show_import

    def file(path: str, taken: int, skipped: dict[str, int], refused: dict[str, int]) -> dict[str, object]:
        return {"path": path, "taken": taken, "skipped": skipped, "refused": refused, "notes": []}

    files = [
        file("coins/bitcoin.csv", 4_512, {}, {}),
        file("coins/ethereum.csv", 3_120, {"the cache has it already": 12}, {}),
        file("indices/russell-2000.csv", 9_644, {}, {"a close below zero": 3}),
    ]
    report = {"files": files, "stopped": "", "archive": "An archive of three files", "summary": ""}
    return show_import(rooms.window, report)


def _compare(rooms: Any, panel: Any) -> object:
    """Lay the plan beside itself with a fifth less cash."""
    from models.risk.plans.edits import changed
    from ui.panels.planner.compare import CompareDialog

    desk = panel.desk
    assessed = None if desk.known is None else desk.known.assessment
    other = changed(desk.plan, name="The same with less cash", cash=desk.plan.cash * 0.8)
    dialog = CompareDialog(desk.plan, assessed, other, assessed, panel)
    dialog.open()
    return dialog


DIALOGS = {
    "settings": Dialog("overview", _action("preferences")),
    "help": Dialog("overview", _action("help")),
    "log": Dialog("overview", _action("log")),
    "theses": Dialog("overview", _action("theses")),
    "shortcuts": Dialog("overview", _action("shortcuts")),
    "palette": Dialog("overview", lambda rooms, _: rooms.window.open_palette()),
    "import": Dialog("overview", _import_report),
    "weights": Dialog("overview", lambda _, panel: panel._edit_weights()),
    "records": Dialog("overview", lambda _, panel: panel._show_records()),
    "definition": Dialog("season", lambda _, panel: panel.define()),
    "classes": Dialog("rotation", lambda _, panel: panel.open_classes()),
    "screen": Dialog("rotation", lambda _, panel: panel.open_screen()),
    "limits": Dialog("planner", lambda _, panel: panel.edit_limits()),
    "compare": Dialog("planner", _compare),
    "position": Dialog("planner", lambda _, panel: panel._pages["positions"]._add(), "positions"),
    "scenario": Dialog("planner", lambda _, panel: panel._pages["stress"]._add(), "stress"),
    "keys": Dialog("data", lambda _, panel: panel._edit_keys()),
}


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take pictures of the panels.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--panels", default="", help="ids of panels; without it all")
    parser.add_argument("--theme", default="dark", help="dark, light or dark,light")
    parser.add_argument("--size", default="1366x768", help="one or more, as 1366x768,1024x640")
    parser.add_argument("--scale", type=float, default=1.0, help="points of the screen for one of the window")
    parser.add_argument("--text", type=int, default=100, help="size of text and controls in percent")
    parser.add_argument("--plan", type=Path, help="open this plan in the planner")
    parser.add_argument("--page", default="", help="the page of the planner to show, or all of them")
    parser.add_argument("--beside", default="", help="the panel to show beside each")
    parser.add_argument("--dialog", default="", help=f"instead of panels: all, or {', '.join(DIALOGS)}")
    parser.add_argument("--guide", action="store_true", help="the demo market and the worked example")
    wanted = parser.parse_args(words)
    wanted.demo |= wanted.guide
    wanted.dialogs = list(DIALOGS) if wanted.dialog == ALL else [*filter(None, wanted.dialog.split(","))]
    if unknown := [one for one in wanted.dialogs if one not in DIALOGS]:
        parser.error(f"There is no dialog {', '.join(unknown)}. There are: {', '.join(DIALOGS)}.")
    if unknown := [one for one in wanted.theme.split(",") if one not in ("dark", "light")]:
        parser.error(f"There is no theme {', '.join(unknown)}. There are: dark, light.")
    return wanted


def looks(wanted: argparse.Namespace) -> tuple[Look, ...]:
    """Return every look that was asked for, theme by theme and size by size."""
    return tuple(
        Look(theme, size, wanted.scale, wanted.text)
        for theme in wanted.theme.split(",")
        for size in wanted.size.split(",")
    )


class Studio:
    """The window, and the waiting that every picture needs."""

    def __init__(self, wanted: argparse.Namespace, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from data.paths import Paths
        from ui.app import Rooms
        from ui.settings import REFRESH_EVERY, SCALE, THEME, TOUR_SEEN, Settings
        from ui.theme.tokens import THEMES
        from ui.window.frame import Frame

        self._wanted = wanted
        self.application = QApplication(sys.argv[:1])
        settings = Settings(folder / "settings")
        settings.set(THEME, wanted.theme.split(",")[0])
        settings.set(SCALE, wanted.text)
        settings.set(TOUR_SEEN, True)
        settings.set(REFRESH_EVERY, 0)
        paths = Paths(wanted.data_dir if wanted.data_dir is not None else folder)
        self.look = looks(wanted)[0]
        self.frame: Frame = Frame(THEMES[self.look.theme])
        self.frame.resize(*self.look.room)
        self.rooms: Rooms = Rooms(
            self.application, self.frame, settings, paths, known_at=None, demo=wanted.demo
        )
        self.frame.show()
        self.rooms.loader.load(wanted.as_of)
        self._until(lambda: self.rooms.session.study is not None)
        self.rooms.settle(())
        wanted.out.mkdir(parents=True, exist_ok=True)

    def _wait(self, milliseconds: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _until(self, is_true: Callable[[], bool]) -> None:
        for _ in range(PATIENCE_MS // 200):
            if is_true():
                return
            self._wait(200)

    def settle(self) -> None:
        """Wait until no work is under way and the window has been quiet for a moment."""
        self._wait(QUIET_MS)
        self._until(lambda: not self.rooms.tasks.running())
        self._wait(QUIET_MS)

    def set_look(self, look: Look) -> None:
        """Change theme and size of the window that is there."""
        from ui.theme.tokens import THEMES

        if look.theme != self.look.theme:
            self.rooms.session.set_theme(THEMES[look.theme])
        self.frame.resize(*look.room)
        self.look = look

    def open(self, panel: str, *, page: str = "", beside: str = "") -> Any:
        """Show a place and return its panel."""
        window = self.rooms.window
        is_new = window.panel(panel) is None
        window.open_panel(panel)
        self._until(lambda: window.panel(panel) is not None)
        shown: Any = window.panel(panel)
        if panel == "planner" and is_new:
            self.settle()
            if self._wanted.plan is not None:
                shown.open(self._wanted.plan.absolute())
            elif self._wanted.guide or not shown.keeper.plan.positions:
                shown.example()
        if page:
            shown.open_page(page)
        if beside:
            window.show_beside(beside)
        else:
            window.close_beside()
        self.settle()
        return shown

    def keep(self, name: str, widget: QWidget | None = None) -> None:
        """Write the picture of the window, or of one that is open over it."""
        from tools.picture_files import save_small

        file = self._wanted.out / name
        save_small((widget or self.frame).grab().toImage(), file)
        print(file)

    def keep_dialog(self, name: str) -> None:
        """Open a dialog, take its picture and close it."""
        dialog = DIALOGS[name]
        panel = self.open(dialog.panel, page=dialog.page)
        before = set(self.application.topLevelWidgets())
        dialog.open(self.rooms, panel)
        self.settle()
        for widget in self.application.topLevelWidgets():
            if widget not in before and widget.isVisible() and widget.isWindow() and widget.width() > 1:
                self.keep(self.look.file("dialog", name), widget)
                widget.close()

    def close(self) -> None:
        self.rooms.close()
        self.frame.close()


def take_guide(studio: Studio, panels: Sequence[str]) -> None:
    """Take the pictures of the guide, named after what they show alone."""
    for panel in panels:
        if panel == "planner":
            for page in GUIDE_PAGES:
                studio.open(panel, page=page)
                studio.keep(f"planner-{page}.png")
            studio.open(panel, page="positions")
        else:
            studio.open(panel)
        studio.keep(f"{panel}.png")


def take(studio: Studio, wanted: argparse.Namespace, panels: Sequence[str]) -> None:
    """Take the pictures that were asked for, in each look."""
    from ui.panels.planner.panel import PAGES

    every_page = tuple(page.id for page in PAGES)
    for look in looks(wanted):
        studio.set_look(look)
        for dialog in wanted.dialogs:
            studio.keep_dialog(dialog)
        if wanted.dialogs:
            continue
        for panel in panels:
            pages = every_page if wanted.page == ALL else (wanted.page,)
            for page in pages if panel == "planner" else ("",):
                studio.open(panel, page=page, beside=wanted.beside)
                studio.keep(look.file(panel, page, wanted.beside and f"beside-{wanted.beside}"))


def main(words: list[str]) -> int:
    wanted = options(words)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if (factor := wanted.scale * wanted.text / 100) != 1.0:
        os.environ["QT_SCALE_FACTOR"] = f"{factor:g}"
    sys.path.insert(0, str(ROOT))
    from ui.panel_list import PANELS

    panels = wanted.panels.split(",") if wanted.panels else [panel.id for panel in PANELS]
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(wanted, Path(folder))
        if wanted.guide:
            take_guide(studio, panels)
        else:
            take(studio, wanted, panels)
        studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
