"""`make bench`, or `python -m benchmarks [NAME…]`: measure and print the table."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.inputs import Inputs
from benchmarks.measure import CannotMeasure, Line, Missing

NAMES = (
    "load",
    "append",
    "season",
    "rolling_correlation",
    "precedents",
    "planning",
    "simulation",
    "importing",
    "start",
    "timer_gaps",
    "slider",
    "journal",
)


def main(words: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    if arguments.write and (arguments.small or arguments.names):
        print("Only a whole run is kept: --write takes no names and not --small.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="rotascope-bench-", ignore_cleanup_errors=True) as scratch:
        inputs = Inputs(Path(scratch), small=arguments.small)
        print(introduction(inputs), flush=True)
        lines: list[Line] = []
        for name in arguments.names or NAMES:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            try:
                lines += importlib.import_module(f"benchmarks.{name}").run(inputs)
            except CannotMeasure as reason:
                lines.append(Missing(name, str(reason)))
        print(table(lines))
        if arguments.write:
            from benchmarks.page import PAGE, with_last_run

            text = with_last_run(PAGE.read_text(encoding="utf-8"), introduction(inputs), lines)
            PAGE.write_text(text, encoding="utf-8")
    missed = [line for line in lines if isinstance(line, Missing) or not line.is_met]
    return 1 if missed and arguments.strict else 0


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    result.add_argument("names", nargs="*", metavar="NAME", choices=(*NAMES, []), help=", ".join(NAMES))
    result.add_argument("--small", action="store_true", help="a tiny synthetic market: figures mean nothing")
    result.add_argument("--strict", action="store_true", help="exit status 1 when a goal is missed")
    result.add_argument("--write", action="store_true", help="keep the figures in docs/benchmarks.md")
    return result


def introduction(inputs: Inputs) -> str:
    origin = "a synthetic archive" if inputs.is_synthetic else "the research archive"
    return (
        f"Python {platform.python_version()}, numpy {np.__version__}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores; measured on {origin}; ratios of medians."
    )


def table(lines: Iterable[Line]) -> str:
    """Lay the lines out in columns, notes below their row."""
    rows = [("what", "against", "ours", "baseline", "ratio", "goal", "")]
    notes = [""]
    for line in lines:
        if isinstance(line, Missing):
            rows.append((line.what, "", "", "", "", "", "not measured"))
            notes.append(line.why)
            continue
        sign = "≤" if line.sense == "at most" else "≥"
        rows.append(
            (
                line.what,
                line.against,
                duration(line.ours),
                duration(line.baseline),
                f"{line.figure:.3g} ×",
                f"{sign} {line.goal:.3g} ×",
                "met" if line.is_met else "MISSED",
            )
        )
        notes.append(line.note)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    text = []
    for row, note in zip(rows, notes, strict=True):
        cells = [
            cell.ljust(width) if at < 2 or at == 6 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        text.append("  ".join(cells).rstrip())
        if note:
            text.append(f"    {note}")
    return "\n".join(text)


def duration(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{1e6 * seconds:.0f} µs"
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
