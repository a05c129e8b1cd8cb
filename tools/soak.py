"""Use the real window for a while and see whether it stays as light as it was.

    python tools/soak.py [--minutes 10] [--seed 7] [--data-dir DIR | --demo] [--only STEP,STEP]

The window stands on a copy of DIR, else on the research archive where it lies beside the checkout, else on
the demo market; it is drawn off the screen unless QT_QPA_PLATFORM says otherwise. It refreshes from the
stand-ins of tests/stubs, in a process of their own. Each half-minute a line is printed; at the end the
verdict, and exit status 1 where something grew. --trace-memory names the lines that did.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tracemalloc import Snapshot

    from tools.soak_verdict import Reading

EVERY_S = 30.0
MB = 1024 * 1024
HEAD = "minutes  steps  memory MB  handles  threads  Qt objects  widgets  gap 99 %  longest  during"


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Use the window for a while; does it stay as it was?")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data-dir", type=Path, help="work on a copy of this folder")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--only", type=lambda names: names.split(","), help="steps by name: which one grows?")
    parser.add_argument("--trace-memory", action="store_true", help="name the lines that grew; much slower")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    wanted = options(words)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    os.environ.pop("ROTASCOPE_OFFLINE", None)
    with tempfile.TemporaryDirectory(prefix="rotascope-soak-", ignore_cleanup_errors=True) as scratch:
        folder, demo = data_folder(wanted, Path(scratch))
        stubs = subprocess.Popen(
            [sys.executable, "-m", "tests.stubs", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert stubs.stdout is not None
            port = json.loads(stubs.stdout.readline())["port"]
            os.environ["ROTASCOPE_ROUTES"] = f"*=http://127.0.0.1:{port}/{{host}}"
            return soak(folder, demo, wanted)
        finally:
            stubs.terminate()
            stubs.wait()
            if stubs.stdout is not None:
                stubs.stdout.close()


def data_folder(wanted: argparse.Namespace, scratch: Path) -> tuple[Path, bool]:
    """Return the folder to work on, and whether it is the demo market."""
    if wanted.data_dir is not None:
        return Path(shutil.copytree(wanted.data_dir, scratch / "application")), False
    from benchmarks.inputs import Inputs

    if wanted.demo:
        return scratch / "application", True
    inputs = Inputs(scratch)
    if inputs.is_synthetic:
        return scratch / "application", True
    return inputs.data_dir, False


def soak(folder: Path, demo: bool, wanted: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication

    from data.paths import Paths
    from tools.soak_steps import Steps, rest, wait_for
    from ui.app import Rooms
    from ui.settings import REFRESH_EVERY, TOUR_SEEN, Settings
    from ui.theme.tokens import DARK
    from ui.window.frame import Frame

    sys.setswitchinterval(0.001)  # as ui/app.py does
    application = QApplication(sys.argv[:1])
    settings = Settings(folder / "soak-settings")
    settings.set(TOUR_SEEN, True)
    settings.set(REFRESH_EVERY, 0)  # the run itself asks for each refresh
    frame = Frame(DARK)
    rooms = Rooms(application, frame, settings, Paths(folder), known_at=None, demo=demo)
    frame.show()
    rooms.loader.load()
    if not wait_for(lambda: rooms.session.study is not None):
        print("The window did not show a market within a minute.", file=sys.stderr)
        return 1
    rooms.settle(())
    if wanted.trace_memory:
        import tracemalloc

        tracemalloc.start(8)
    steps, gaps = Steps(rooms, frame, seed=wanted.seed, only=wanted.only), Gaps()
    readings: list[Reading] = []
    done: Counter[str] = Counter()
    before = None
    print(HEAD, flush=True)
    began = looked = time.monotonic()
    while (now := time.monotonic()) - began < 60 * wanted.minutes:
        name = gaps.during = steps.one()
        done[name] += 1
        wait_for(lambda: False, 100)
        if now - looked >= EVERY_S:
            gaps.during = "rest"
            if not rest(rooms, frame):
                print("The window did not come to rest within a minute.", file=sys.stderr)
            readings.append(read(time.monotonic() - began, done.total(), gaps))
            if wanted.trace_memory and before is None and len(readings) >= 4:
                before = snapshot()
            looked = time.monotonic()
    rest(rooms, frame)
    if wanted.trace_memory and before is not None:
        for line in snapshot().compare_to(before, "lineno")[:25]:
            print(line)
    gaps.stop()
    start = time.monotonic()
    frame.close()
    home = rooms.close()
    is_steady = tell(readings, done, gaps, shut_down=time.monotonic() - start)
    if not home:  # as ui/app.py does: a long computation is not waited for
        sys.stdout.flush()
        os._exit(0 if is_steady else 1)
    return 0 if is_steady else 1


def tell(readings: list[Reading], done: Counter[str], gaps: Gaps, *, shut_down: float) -> bool:
    """Print what the run was like, and return whether it was steady."""
    from tools.soak_verdict import judge

    verdict = judge(readings, shut_down=shut_down)
    print("Steps:", ", ".join(f"{name} {count}" for name, count in done.most_common()))
    print("Longest gaps, in ms:", ", ".join(f"{name} {most:.0f}" for name, most in gaps.worst()))
    print(*verdict.sentences, sep="\n")
    print("Steady." if verdict.is_steady else "NOT STEADY: " + " ".join(verdict.faults))
    return verdict.is_steady


class Gaps:
    """The time between ticks of a 10 ms timer in the window's thread, and the longest by what was done."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.during = ""
        self._since: list[float] = []
        self._worst: dict[str, float] = {}
        self._now_worst = (0.0, "")
        self._last = time.perf_counter()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=10)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = 1e3 * (now - self._last)
        self._last = now
        self._since.append(gap)
        self._worst[self.during] = max(self._worst.get(self.during, 0.0), gap)
        self._now_worst = max(self._now_worst, (gap, self.during))

    def take(self) -> tuple[float, float, str]:
        """Return the 99th percentile, the longest gap and what was done meanwhile, since the last call."""
        ordered = sorted(self._since) or [0.0]
        longest, what = self._now_worst
        self._since, self._now_worst = [], (0.0, "")
        self._last = time.perf_counter()
        return ordered[int(0.99 * (len(ordered) - 1))], longest, what

    def worst(self) -> list[tuple[str, float]]:
        return sorted(self._worst.items(), key=lambda one: -one[1])

    def stop(self) -> None:
        self._timer.stop()


def read(seconds: float, steps: int, gaps: Gaps) -> Reading:
    """Read everything at a quiet moment and print it as a line."""
    from tools.soak_steps import count_objects, count_widgets
    from tools.soak_verdict import Reading

    gap_99, longest, what = gaps.take()
    found = Reading(seconds / 60, resident() / MB, handles(), threads(), count_objects(), gap_99, longest)
    print(
        f"{found.minutes:7.1f}  {steps:5d}  {found.memory:9.1f}  {found.handles:7d}  {found.threads:7d}  "
        f"{found.objects:10d}  {count_widgets():7d}  {gap_99:5.0f} ms  {longest:4.0f} ms  {what}",
        flush=True,
    )
    gaps.take()  # counting the objects is not the window's doing
    return found


def resident() -> int:
    """Return the resident memory of this process in bytes; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except OSError:
        return 0


def handles() -> int:
    """Return how many files and sockets are open; 0 where the system does not say."""
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the one that lists itself is among them
    except OSError:
        return 0


def threads() -> int:
    """Return how many threads the process has, Qt's included; Python's own where the system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return threading.active_count()


def snapshot() -> Snapshot:
    """Note where all memory came from, garbage left out."""
    import gc
    import tracemalloc

    gc.collect()
    return tracemalloc.take_snapshot()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
