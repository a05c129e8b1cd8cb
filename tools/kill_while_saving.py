"""Kill a process with signal 9 in the middle of saving, again and again; every save must stand.

    python tools/kill_while_saving.py [TIMES]

Each round starts a process that saves a document and a draft as fast as it can and reports every
save that returned. It is killed after a random while. Then the document has to open and to be the
last one reported or a later one, all kept versions have to open, and the draft as well.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.documents import Draft, Store, forget, recoverable

NAME = "Under fire"


def store(folder: Path) -> Store:
    return Store(folder, "rotascope-trial", 1, noun="trial")


def contents(n: int) -> dict[str, object]:
    """A document of some 60 kB, so that writing it takes a while; it says itself what it should hold."""
    return {"n": n, "rows": [f"{n} {i}" for i in range(5_000)]}


def write_on(folder: Path, first: int) -> None:
    """Save until killed; a number is printed once its save has returned."""
    target = store(folder)
    draft = Draft(target)
    n = first
    while True:
        draft.keep(contents(n), path=target.path(NAME))
        target.save(NAME, contents(n))
        print(n, flush=True)
        n += 1


def one_round(folder: Path, first: int, rng: random.Random) -> int:
    """Start a writer, kill it, look at what it left; return the last number that was saved."""
    writer = subprocess.Popen(
        [sys.executable, __file__, "--write", str(folder), str(first)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    reported = [writer.stdout.readline()]  # so that it is at work
    time.sleep(rng.uniform(0.0, 0.06))
    writer.send_signal(signal.SIGKILL)
    reported += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    saved = int([line for line in reported if line.endswith("\n")][-1])
    found = store(folder).load(NAME).document
    assert found == contents(int(found["n"])), "The document is not one that was saved."
    assert found["n"] >= saved, f"The save {saved} was reported, but {found['n']} is on disk."
    for version in store(folder).versions(NAME):
        old = store(folder).load_version(NAME, version.number).document
        assert old == contents(int(old["n"])), "A kept version is damaged."
    for left in recoverable(store(folder)):
        assert left.document == contents(int(left.document["n"])), "A draft is damaged."
        assert left.document["n"] >= saved, "A draft is older than what was typed."
        forget(left)
    return int(found["n"])


def main(times: int) -> None:
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        last = 0
        for _ in range(times):
            last = one_round(Path(name), last + 1, rng)
        print(f"Killed {times} times in {last} saves; every reported save, version and draft stands.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_on(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
