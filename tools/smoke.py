"""Try the frozen program as a stranger would: an empty home, no Python of the project, its own display.

    python tools/smoke.py [dist/Rotascope] [--starts N]

Window with the demo market, a picture of the screen that is not empty, a log without errors and a clean end;
import, report, plan, export and refresh in the terminal's twin, the last against stand-ins of providers.
Exit status 1 names what failed. `--starts N` also times N starts in turns, frozen and from source, up to the
painted shell. On Linux without a display: xvfb-run -a -s "-screen 0 1366x768x24" make smoke
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PATIENCE_S = 120.0
COLOURS = 400
"""A window with charts in it has many more colours than this, an empty one fewer."""
MEBIBYTE = 2**20


class Failed(Exception):  # noqa: N818 - reads better where it is raised
    """A step did not do what it should; the message says which and what was seen."""


def environment(home: Path) -> dict[str, str]:
    """Return what the program sees: its own home, and of the machine only what every program needs."""
    kept = ("DISPLAY", "XAUTHORITY", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LANG", "QT_QPA_PLATFORM")
    seen = {name: os.environ[name] for name in kept if name in os.environ}
    path = os.environ.get("SYSTEMROOT", "") if sys.platform == "win32" else "/usr/bin:/bin"
    data = home / "data"
    return {
        **seen,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PATH": path,
        "ROTASCOPE_DATA_DIR": str(data),
    }


def program(folder: Path, name: str) -> Path:
    return folder / (name + (".exe" if sys.platform == "win32" else ""))


def told(command: list[str | Path], seen: dict[str, str], *, allowed: tuple[int, ...] = (0,)) -> str:
    """Run a terminal command; return what it printed."""
    try:
        done = subprocess.run(
            command,
            env=seen,
            cwd=seen["HOME"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"`{' '.join(map(str, command[1:]))}` did not end in {PATIENCE_S:.0f} s") from None
    if done.returncode not in allowed:
        words = " ".join(map(str, command[1:]))
        raise Failed(f"`{words}` ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def terminal(folder: Path, seen: dict[str, str], archive: Path) -> None:
    """Walk through the commands of the twin."""
    twin = program(folder, "rotascope-terminal")
    version = told([twin, "--version"], seen)
    if "Rotascope" not in version:
        raise Failed(f"--version said {version!r}")
    told([twin, "import", archive, "--progress", "none"], seen)
    if '"season"' not in told([twin, "report"], seen):
        raise Failed("the report has no season")
    if "Rotascope" not in told([twin, "report", "--format", "html"], seen):
        raise Failed("the report has no page")
    if "date" not in told([twin, "export", "bitcoin"], seen).splitlines()[0]:
        raise Failed("the table has no heading")
    if not told([twin, "data"], seen).strip():
        raise Failed("`data` said nothing")
    inside = next(folder.rglob("example.plan.json"))
    if '"positions"' not in told([twin, "plan", inside, "--demo", "--paths", "200"], seen):
        raise Failed("the plan's report has no positions")
    if not told([twin, "refresh", "--dry-run"], seen).strip():
        raise Failed("`refresh --dry-run` said nothing")


def timed_start(
    command: list[str | Path], seen: dict[str, str], until: bytes
) -> tuple[float, subprocess.Popen[bytes]]:
    """Start a window; return the seconds to the line `until` on standard error, and the process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**seen, "ROTASCOPE_TRACE": "1"}, cwd=seen["HOME"], stderr=subprocess.PIPE
    )
    heard: list[bytes] = []
    found = threading.Event()

    def listen() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            heard.append(line)
            if until in line:
                found.set()
        found.set()

    threading.Thread(target=listen, daemon=True).start()
    found.wait(PATIENCE_S)
    taken = time.perf_counter() - began
    if not any(until in line for line in heard):
        process.kill()
        raise Failed(f"{command[0]} never said {until!r}: {b''.join(heard)[-2000:]!r}")
    return taken, process


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, as the system does when its user logs out, and wait for it."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/PID", str(process.pid)], check=False, capture_output=True)
    else:
        process.terminate()
    try:
        status = process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failed("the window did not end when it was asked to") from None
    if status != 0:
        raise Failed(f"the window ended with {status}")


def take_picture(file: Path) -> int:
    """Save the whole screen; called in a process of its own, for Qt to meet the real display."""
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    return 0 if application.primaryScreen().grabWindow(0).save(str(file)) else 1


def picture(file: Path) -> None:
    """Have the screen pictured by Qt, which is there on every system."""
    seen = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    if sys.platform.startswith("linux"):
        if "DISPLAY" not in seen:
            raise Failed("there is no X display to picture; run this under xvfb-run")
        seen["QT_QPA_PLATFORM"] = "xcb"
    command = [sys.executable, __file__, "--picture", file]
    done = subprocess.run(command, env=seen, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise Failed(f"the screen could not be pictured: {done.stderr[-2000:]}")


def colours(file: Path) -> int:
    """Return how many colours a sample of the picture has."""
    from PySide6.QtGui import QImage

    image = QImage(str(file))
    if image.isNull():
        raise Failed("the picture of the window could not be read")
    spots = ((x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3))
    return len({image.pixel(x, y) for x, y in spots})


def window(folder: Path, seen: dict[str, str], out: Path) -> int:
    """Open the demo market, picture the screen, end it; return the number of colours seen.

    What the program wrote into its log counts as well: a panel that could not be built is no empty window.
    """
    _, process = timed_start([program(folder, "Rotascope"), "--demo"], seen, b"first chart")
    number, file, until = 0, out / "window.png", time.monotonic() + PATIENCE_S
    try:
        # The last curves come after the first chart. An empty window never gets its colours.
        while number < COLOURS and time.monotonic() < until:
            time.sleep(1.0)
            picture(file)
            number = colours(file)
    finally:
        end(process)
    if number < COLOURS:
        raise Failed(f"the window looks empty: {number} colours")
    logs = [
        one for one in Path(seen["HOME"]).rglob("*.log") if "Traceback" in one.read_text(encoding="utf-8")
    ]
    if logs:
        raise Failed(f"the window wrote of errors:\n{logs[0].read_text(encoding='utf-8')[-2000:]}")
    return number


def refresh(folder: Path, seen: dict[str, str]) -> str:
    """Let the twin refresh an empty cache from stand-ins of providers; return the line for Yahoo.

    Of all of them Yahoo needs most of the bundle (yfinance, curl, pandas), FRED shows the others' way. All
    providers would take minutes: their limits of so many requests a minute hold for stand-ins too.
    """
    from tests.stubs.server import StubServer

    with StubServer(now=datetime.now(UTC)) as stub:
        routes = {"ROTASCOPE_ROUTES": f"*=http://127.0.0.1:{stub.port}/{{host}}"}
        said = told(
            [
                program(folder, "rotascope-terminal"),
                "refresh",
                "--progress",
                "none",
                "--only",
                "yahoo",
                "fred",
            ],
            {**seen, **routes, "ROTASCOPE_DATA_DIR": str(Path(seen["HOME"]) / "refreshed")},
        )
    for line in said.splitlines():
        if match := re.search(r"Yahoo Finance: (\d+) of (\d+) done", line):
            if 0 < int(match[1]) == int(match[2]):
                return line.strip()
            break
    raise Failed(f"the refresh did not bring Yahoo's series: {said[-2000:]}")


def starts(folder: Path, seen: dict[str, str], number: int) -> tuple[float, float]:
    """Return the median seconds to the painted shell: frozen, and from source, in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    ways: list[list[str | Path]] = [
        [program(folder, "Rotascope"), "--demo"],
        [sys.executable, ROOT / "main.py", "--demo"],
    ]
    for turn in range(number + 1):
        for way, times in zip(ways, found, strict=True):
            taken, process = timed_start(way, seen, b"painted shell")
            process.kill()
            process.wait()
            if turn:  # the first fills the system's file cache
                times.append(taken)
    return statistics.median(found[0]), statistics.median(found[1])


def size(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / MEBIBYTE


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Try the frozen program in an empty home.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist" / "Rotascope")
    parser.add_argument("--starts", type=int, default=0)
    parser.add_argument("--picture", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args(words)
    if wanted.picture:
        return take_picture(wanted.picture)
    folder = wanted.folder.resolve()
    from tests.archives import write_archive
    from tests.markets import synthetic_market

    with tempfile.TemporaryDirectory() as made:
        home = Path(made) / "home"
        home.mkdir()
        seen = environment(home)
        archive = write_archive(Path(made) / "archive", synthetic_market())
        steps: list[tuple[str, Callable[[], object]]] = [
            ("size, MiB", lambda: round(size(folder), 1)),
            ("terminal commands", lambda: terminal(folder, seen, archive)),
            ("refresh", lambda: refresh(folder, seen)),
            ("window, colours", lambda: window(folder, seen, Path(made))),
        ]
        if wanted.starts:
            steps.append(("start frozen, from source, s", lambda: starts(folder, seen, wanted.starts)))
        for name, step in steps:
            try:
                result = step()
            except Failed as failure:
                print(f"FAILED  {name}: {failure}")
                return 1
            print(f"ok      {name}" + ("" if result is None else f": {result}"), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
