"""The section "Last run" of docs/benchmarks.md: ratios, the same on every machine, and no times."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Line, Missing

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
TITLE = "## Last run"


def with_last_run(page: str, introduction: str, lines: Iterable[Line]) -> str:
    """Return the page with this run in the place of the one before, always its last section."""
    before, _, _ = page.partition(f"\n{TITLE}\n")
    return "\n".join((before.rstrip("\n"), "", TITLE, "", introduction, "", *rows(lines), ""))


def rows(lines: Iterable[Line]) -> list[str]:
    """Return the table in Markdown; what was missed or not measured says so.

    >>> rows([Missing("start", "there was no window")])[-1]
    '| start | there was no window | | | not measured |'
    """
    found = ["| what | against | ratio | goal | |", "|---|---|---|---|---|"]
    for line in lines:
        if isinstance(line, Missing):
            found.append(f"| {line.what} | {line.why} | | | not measured |")
            continue
        sign = "≤" if line.sense == "at most" else "≥"
        verdict = "met" if line.is_met else "**missed**"
        found.append(
            f"| {line.what} | {line.against} | {line.figure:.3g} × | {sign} {line.goal:.3g} × | {verdict} |"
        )
    return found
