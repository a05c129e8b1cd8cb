"""Pictures of the real window, panel by panel: for the guide, and for looking at what was changed.

    python tools/screenshots.py OUT [--data-dir DIR | --demo] [--as-of DAY] [--size 1366x768]
                                    [--theme dark|light] [--panels overview,season] [--scale 1.5]
    python tools/screenshots.py docs/images --guide      the pictures of docs/guide.md (`make screenshots`)

The window is drawn off the screen by the same code that draws it on one. Each picture is taken when the
panel has been quiet for a moment.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUIET_MS, PATIENCE_MS = 1_200, 40_000
GUIDE_PAGES = ("ladders", "simulation")
"""Pages of the planner that the guide shows beside its first one."""


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take pictures of the panels.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--panels", default="")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--plan", type=Path, help="open this plan in the planner")
    parser.add_argument("--page", default="", help="the page of the planner to show")
    parser.add_argument("--guide", action="store_true", help="the demo market and the worked example")
    wanted = parser.parse_args(words)
    wanted.demo |= wanted.guide
    return wanted


def main(words: list[str]) -> int:
    wanted = options(words)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if wanted.scale != 1.0:
        os.environ["QT_SCALE_FACTOR"] = str(wanted.scale)
    sys.path.insert(0, str(ROOT))
    import tempfile

    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from data.paths import Paths
    from ui.app import Rooms
    from ui.frame import Frame
    from ui.panel_list import PANELS
    from ui.settings import REFRESH_EVERY, THEME, TOUR_SEEN, Settings
    from ui.theme.tokens import THEMES

    application = QApplication(sys.argv[:1])
    folder = tempfile.TemporaryDirectory()
    paths = Paths(wanted.data_dir if wanted.data_dir is not None else Path(folder.name))
    settings = Settings(Path(folder.name) / "settings")
    settings.set(THEME, wanted.theme)
    settings.set(TOUR_SEEN, True)
    settings.set(REFRESH_EVERY, 0)
    width, height = (int(part) for part in wanted.size.split("x"))
    frame = Frame(THEMES[wanted.theme])
    frame.resize(width, height)
    rooms = Rooms(application, frame, settings, paths, known_at=None, demo=wanted.demo)
    frame.show()
    rooms.loader.load(wanted.as_of)

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def settle() -> None:
        """Wait until no work is under way and the window has been quiet for a moment."""
        waited = 0
        wait(QUIET_MS)
        while rooms.tasks.running() and waited < PATIENCE_MS:
            wait(200)
            waited += 200
        wait(QUIET_MS)

    waited = 0
    while rooms.session.study is None and waited < PATIENCE_MS:
        wait(200)
        waited += 200
    rooms.settle(())
    wanted.out.mkdir(parents=True, exist_ok=True)
    chosen = wanted.panels.split(",") if wanted.panels else [panel.id for panel in PANELS]

    def keep(name: str) -> None:
        file = wanted.out / (f"{name}.png" if wanted.guide else f"{name}-{wanted.theme}-{wanted.size}.png")
        frame.grab().save(str(file))
        print(file)

    for name in chosen:
        rooms.window.open_panel(name)
        settle()
        if name == "planner":
            shown = rooms.window.pages.currentWidget()
            if wanted.plan is not None:
                shown.open(wanted.plan.absolute())
                settle()
            if wanted.page:
                shown.open_page(wanted.page)
                settle()
            if wanted.guide:
                shown.example()
                for page in GUIDE_PAGES:
                    shown.open_page(page)
                    settle()
                    keep(f"planner-{page}")
                shown.open_page("positions")
                settle()
        keep(name)
    rooms.close()
    frame.close()
    folder.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
